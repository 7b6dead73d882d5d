"""`pytest --reportgen NAME` makes a report of the very run, and spoils none."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from repositories import GIT, commit, repository, write_files

PROJECT = Path(__file__).parents[1]
PLUGINS = ("-p", "reportgen.pytest_plugin", "-p", "pytest_jsonreport.plugin")
XDIST = ("-p", "xdist", "-n", "2")
RECORD = """\
title: Work
evidence:
  tests: {pytest: results/tests.json}
tasks:
  - id: first
    title: The first thing
    done: true
    acceptance: [{tests: test_here.py, at_least: 2}]
"""
GREEN = "def test_one(): pass\ndef test_two(): pass\n"
RED = "def test_one(): pass\ndef test_two(): assert False\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a repository with tests and a record of them."""
    files = {"test_here.py": GREEN, "data/work/record.yaml": RECORD}
    return repository(tmp_path / "project", files)


def run(
    folder: Path, *words: str, plugins: Sequence[str] = PLUGINS, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run pytest in `folder` with our plugin."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTEST_", "REPORTGEN_"))
    }
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *words, *plugins],
        cwd=folder,
        env=inherited
        | GIT
        | {
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            "PYTHONPATH": str(PROJECT),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONIOENCODING": "utf-8",
        }
        | environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.mark.parametrize("xdist", [(), XDIST], ids=["alone", "xdist"])
@pytest.mark.parametrize(
    ("code", "exitcode", "said"),
    [
        pytest.param(GREEN, 0, "✅ done: 1 of 1 task done", id="green"),
        pytest.param(RED, 1, "❌ failing", id="red"),
    ],
)
def test_the_report_is_of_this_run(
    project: Path, xdist: tuple[str, ...], code: str, exitcode: int, said: str
) -> None:
    """One line has verdict and path; the exit code is that of the tests."""
    write_files(project, {"test_here.py": code})
    commit(project)
    done = run(project, "--reportgen", "work", *xdist)
    assert done.returncode == exitcode
    (line,) = [x for x in done.stdout.splitlines() if x.startswith("reportgen: ")]
    assert line.startswith(f"reportgen: {said}")
    assert line.endswith("(reports/work.md)")
    result = json.loads((project / "data/work/results/tests.json").read_bytes())
    assert result["exitcode"] == exitcode
    assert result["reportgen"]["dirty"] == {}
    assert (project / "reports" / "work.md").is_file()


def test_the_old_result_does_not_outlive_a_run_that_dies(project: Path) -> None:
    """A run that crashes leaves no result of the run before it."""
    run(project, "--reportgen", "work")
    kept = project / "data" / "work" / "results" / "tests.json"
    kept.with_name("tests.json.stamp.json").write_text("{}")
    write_files(project, {"test_here.py": "import os\nos.abort()\n"})
    assert run(project, "--reportgen", "work").returncode < 0
    assert list(kept.parent.iterdir()) == []


_ENDS = """\
import pytest
@pytest.hookimpl(trylast=True)
def {0}:
    {1}
"""


@pytest.mark.parametrize(
    ("hook", "body", "why"),
    [
        pytest.param(
            "pytest_sessionfinish(session)",
            "session.exitstatus = 1",
            "the file says exit code 0, the process said 1",
            id="changed",
        ),
        pytest.param(
            "pytest_sessionfinish(session)",
            "pytest.exit('leak', returncode=3)",
            "does not exist",
            id="ended",
        ),
        pytest.param(
            "pytest_terminal_summary()", "1 / 0", "does not exist", id="broken"
        ),
    ],
)
def test_the_end_of_a_run_counts(project: Path, hook: str, body: str, why: str) -> None:
    """What a plugin finds when all tests have passed makes a run red all the same."""
    write_files(project, {"conftest.py": _ENDS.format(hook, body)})
    commit(project)
    done = run(project, "--reportgen", "work")
    assert done.returncode
    assert "reportgen: ❓ incomplete evidence" in done.stdout
    assert why in (project / "reports/work.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("xdist", [(), XDIST], ids=["alone", "xdist"])
def test_the_sample(tmp_path: Path, xdist: tuple[str, ...]) -> None:
    """Of several evidences, the run is the one whose command chooses its tests."""
    folder = _sample(tmp_path)
    words = ("tests/unit/", "-m", "not docker_required", *xdist)
    done = run(folder / "tests" / "sample", "--reportgen", "issue-1197", *words)
    assert done.returncode == 0, done.stdout + done.stderr
    line = done.stdout.splitlines()[-1]
    assert line.startswith("reportgen: ⛔ blocked: 4 of 4 tasks done")
    assert line.endswith("(../../reports/issue-1197.md)")
    changed = _changed(folder)
    assert changed == {"unit.json", "unit.json.stamp.json"}


@pytest.mark.parametrize("xdist", [(), XDIST], ids=["alone", "xdist"])
def test_a_run_of_the_whole_sample(tmp_path: Path, xdist: tuple[str, ...]) -> None:
    """A run that is no evidence of the record is stored as none, and it is said."""
    folder = _sample(tmp_path)
    words = ("-m", "not docker_required", *xdist)
    done = run(folder / "tests" / "sample", "--reportgen", "issue-1197", *words)
    assert done.returncode == 0, done.stdout + done.stderr
    line = next(x for x in done.stdout.splitlines() if x.startswith("reportgen: "))
    assert "(../../reports/issue-1197.md); this run is none of its evidence" in line
    assert (folder / "reports" / "issue-1197.md").is_file()
    assert _changed(folder) == set()


def _sample(folder: Path) -> Path:
    for name in ("data", "tests/sample"):
        shutil.copytree(PROJECT / name, folder / name)
    write_files(folder, {"reportgen.toml": ""})
    return folder


def _changed(folder: Path) -> set[str]:
    """Return the names of all results that are not what they were."""
    ours = PROJECT / "data" / "issue-1197" / "results"
    theirs = folder / "data" / "issue-1197" / "results"
    return {
        path.name
        for path in ours.iterdir()
        if not (theirs / path.name).exists()
        or (theirs / path.name).read_bytes() != path.read_bytes()
    }


def test_the_evidence_can_be_named(project: Path) -> None:
    """Where the record cannot know it, the user says which evidence a run is."""
    text = RECORD.replace(
        "results/tests.json}", "results/tests.json, command: pytest test_other.py}"
    )
    write_files(project, {"data/work/record.yaml": text})
    kept = project / "data" / "work" / "results" / "tests.json"
    assert "none of its evidence" in run(project, "--reportgen", "work").stdout
    assert not kept.exists()
    words = ("--reportgen", "work", "--reportgen-evidence", "tests")
    assert "✅ done" in run(project, *words).stdout
    assert kept.exists()


@pytest.mark.parametrize(
    ("words", "command", "stored"),
    [
        pytest.param(("--ignore", "test_b.py"), "pytest", False, id="ignored"),
        pytest.param(("--ignore=test_b.py",), "pytest", False, id="one-word"),
        pytest.param(("--deselect=test_b.py",), "pytest", False, id="deselected"),
        pytest.param(("-o", "python_files=test_h*"), "pytest", False, id="configured"),
        pytest.param(("-opython_files=test_h*",), "pytest", False, id="glued"),
        pytest.param(("-ktest_here",), "pytest", False, id="glued-keyword"),
        pytest.param(("--ignore-glob=*_b.py",), "pytest", False, id="glob"),
        pytest.param(("--rootdir=..",), "pytest", False, id="other-root"),
        pytest.param(("--setup-only",), "pytest", False, id="only-set-up"),
        pytest.param(("--lf", "-p", "cacheprovider"), "pytest", False, id="failed"),
        pytest.param((), "pytest --nowhere-known=1", False, id="not-known"),
        pytest.param((), "pytest --maxfail=many", False, id="not-understood"),
        pytest.param(
            ("--ignore", "test_b.py"), "pytest --ignore=test_b.py", True, id="asked"
        ),
        pytest.param(("-x", "-vv", "-s", "-ra"), "pytest -q", True, id="shown"),
        pytest.param(("-ktest_h",), "pytest . -k test_h", True, id="spelled"),
    ],
)
def test_a_run_that_leaves_tests_out_is_not_the_whole(
    project: Path, words: tuple[str, ...], command: str, *, stored: bool
) -> None:
    """What was not run is not proven by a run that somebody made smaller."""
    text = RECORD.replace("tests.json}", f"tests.json, command: {command}}}")
    write_files(project, {"data/work/record.yaml": text, "test_b.py": RED})
    said = run(project, "--reportgen", "work", *words).stdout
    assert ("none of its evidence" in said) is not stored
    kept = project / "data" / "work" / "results" / "tests.json"
    assert kept.exists() is stored


@pytest.mark.parametrize(
    ("words", "stored"),
    [
        pytest.param(("-k", "test_here"), False, id="less"),
        pytest.param(("--strict-markers",), True, id="not-less"),
    ],
)
def test_a_smaller_run_is_not_stored_where_all_runs_write(
    project: Path, words: tuple[str, ...], *, stored: bool
) -> None:
    """A configuration that lets each run write the evidence does not make it one."""
    text = RECORD.replace("tests.json}", "tests.json, command: pytest}")
    kept = "data/work/results/tests.json"
    ini = f"[pytest]\naddopts = --json-report --json-report-file={kept}\n"
    write_files(project, {"data/work/record.yaml": text, "pytest.ini": ini, kept: "{}"})
    said = run(project, "--reportgen", "work", *words).stdout
    assert ("none of its evidence" in said) is not stored
    assert ((project / kept).read_text(encoding="utf-8") != "{}") is stored


def test_a_run_that_the_environment_makes_smaller_is_not_the_whole(
    project: Path,
) -> None:
    """Words for pytest count wherever they come from."""
    text = RECORD.replace("tests.json}", "tests.json, command: pytest}")
    write_files(project, {"data/work/record.yaml": text, "test_b.py": RED})
    said = run(project, "--reportgen", "work", PYTEST_ADDOPTS="--deselect=test_b.py")
    assert "none of its evidence" in said.stdout


def test_what_the_configuration_leaves_out_the_command_leaves_out(
    project: Path,
) -> None:
    """Who names every folder runs more than the configured ones."""
    ini = "[pytest]\ntestpaths = sub\naddopts = -k test_o\n"
    files = {"pytest.ini": ini, "sub/test_sub.py": GREEN}
    for command, stored in (
        ("pytest", True),
        ("pytest sub", True),
        ("pytest .", False),
    ):
        text = RECORD.replace("tests.json}", f"tests.json, command: {command}}}")
        write_files(project, {**files, "data/work/record.yaml": text})
        said = run(project, "--reportgen", "work").stdout
        assert ("none of its evidence" in said) is not stored


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(("--reportgen", "werk"), "did you mean 'work'?", id="record"),
        pytest.param(
            ("--reportgen", "work", "--reportgen-evidence", "x"),
            "no pytest evidence 'x' of one file; there is: tests",
            id="evidence",
        ),
    ],
)
def test_what_cannot_be_used_is_said_before_any_test(
    project: Path, words: tuple[str, ...], said: str
) -> None:
    """A mistake in the words is pytest's usage error, and nothing runs."""
    done = run(project, *words)
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert said in done.stderr
    assert "test session starts" not in done.stdout


def test_no_test_is_taken_for_an_old_result(project: Path) -> None:
    """A record that calls a test its evidence does not cost that test."""
    text = RECORD.replace("results/tests.json", "../../test_here.py")
    write_files(project, {"data/work/record.yaml": text})
    done = run(project, "--reportgen", "work")
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert "is there, and is no result of a tool" in done.stderr
    assert (project / "test_here.py").read_text() == GREEN


@pytest.mark.parametrize(
    ("name", "why"),
    [("results", "'results' is a folder"), ("record.yaml/tests.json", "[Errno")],
    ids=["folder", "below-file"],
)
def test_a_place_that_cannot_be_written_is_said_before_any_test(
    project: Path, name: str, why: str
) -> None:
    """Where an old result might stay, or a new one have no place, nothing runs."""
    text = RECORD.replace("results/tests.json", name)
    write_files(project, {"data/work/record.yaml": text, "data/work/results/x": ""})
    done = run(project, "--reportgen", "work")
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert why in done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_without_pytest_json_report_there_is_a_word(project: Path) -> None:
    """Who switched the plugin off that writes results is told so."""
    done = run(project, "--reportgen", "work", plugins=PLUGINS[:2])
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert "--reportgen needs the plugin pytest-json-report" in done.stderr


def test_a_record_that_breaks_on_the_way_fails_no_test(project: Path) -> None:
    """Whatever happens to the report, the exit code is that of the tests."""
    write_files(
        project,
        {
            "test_here.py": "import pathlib\ndef test_one():\n"
            "    pathlib.Path('data/work/record.yaml').write_text('titel: x')\n"
        },
    )
    done = run(project, "--reportgen", "work")
    assert done.returncode == 0
    assert "reportgen: no report: data/work/record.yaml:1:1: " in done.stdout
