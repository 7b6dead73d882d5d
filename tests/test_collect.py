"""`reportgen collect` stores what commands testify: new, whole and stamped."""

import errno
import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from repositories import GIT, commit, git, repository, write_files

from reportgen.cli import main
from reportgen.model import ExitCode
from reportgen.stamp import take_stamp

PROJECT = Path(__file__).parents[1]
RECORD = "data/work/record.yaml"
GREEN = "def test_passes(): pass\n"
RED = "def test_fails(): assert False\n"
OLD = '{"exitcode": 0, "summary": {}, "tests": []}'

# What pytest runs with: the plugins that matter, and nothing else that is installed.
PLUGINS = {
    "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
    "PYTEST_PLUGINS": "pytest_jsonreport.plugin,reportgen.pytest_plugin",
    "PYTHONPATH": str(PROJECT),
    "PYTHONDONTWRITEBYTECODE": "1",
}


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(("PYTEST_", "REPORTGEN_")):
            monkeypatch.delenv(name)
    for name, value in {**GIT, **PLUGINS}.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty repository with a configuration; it is where we are."""
    folder = repository(
        tmp_path / "project", {"reportgen.toml": "", ".gitignore": ".pytest_cache\n"}
    )
    monkeypatch.chdir(folder)
    return folder


def begin(project: Path, evidence: str, files: Mapping[str, str] = {}) -> None:
    """Commit the record `work` with `evidence`, and `files` beside it."""
    write_files(project, {RECORD: f"title: Work\n{evidence}", **files})
    commit(project)


def evidence_of(command: str, files: str = "tests.json", form: str = "pytest") -> str:
    """Return a record's evidence of one `command`."""
    source = json.dumps({form: files, "command": command})
    return f"evidence: {{tests: {source}}}\n"


def collect(*words: str) -> int:
    """Collect the evidence of the record `work`, and return the exit code."""
    return main(["collect", "work", *words])


def result(project: Path, name: str = "tests.json") -> Any:  # noqa: ANN401  # JSON
    """Return the JSON in a file beside the record."""
    return json.loads((project / "data" / "work" / name).read_bytes())


def left(project: Path) -> set[str]:
    """Return the names of all files beside the record."""
    return {path.name for path in (project / "data" / "work").iterdir()}


@pytest.mark.parametrize(
    ("code", "exitcode"),
    [pytest.param(GREEN, 0, id="green"), pytest.param(RED, 1, id="red")],
)
def test_a_run_of_pytest_is_stored_with_two_stamps(
    project: Path, code: str, exitcode: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """A plain `pytest` is told where to write; green or red, what it says is kept."""
    begin(project, evidence_of("python -m pytest"), {"test_a.py": code})
    assert collect() == ExitCode.OK
    run, stamp = result(project), result(project, "tests.json.stamp.json")
    assert (run["exitcode"], run["summary"]["total"]) == (exitcode, 1)
    assert stamp["exitcode"] == exitcode
    assert stamp["argv"] == ["python", "-m", "pytest"]
    for each in (stamp, run["reportgen"]):
        assert each["commit"] == git(project, "rev-parse", "HEAD")
        assert each["dirty"] == {}
    data = (project / "data" / "work" / "tests.json").read_bytes()
    assert stamp["sha256"] == hashlib.sha256(data).hexdigest()
    assert str(project) not in " ".join(run["reportgen"]["argv"])
    said = capsys.readouterr().err
    assert f"tests: exit code {exitcode}, " in said
    assert "stored data/work/tests.json" in said
    assert left(project) == {"record.yaml", "tests.json", "tests.json.stamp.json"}


def test_the_command_alone_says_which_tests_run(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Words for pytest of whoever collects make no run of the command smaller."""
    begin(project, evidence_of("pytest"), {"test_a.py": GREEN, "test_b.py": RED})
    monkeypatch.setenv("PYTEST_ADDOPTS", "--deselect=test_b.py")
    assert collect() == ExitCode.OK
    assert result(project)["summary"]["failed"] == 1


def test_a_run_that_is_configured_to_be_of_the_failed_is_none_of_all(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What the configuration adds to the words of a command counts as they do."""
    claim = "tasks: [{id: a, title: A, done: true, acceptance: [{tests: test_a.py}]}]\n"
    files = {"test_a.py": GREEN, "pytest.ini": "[pytest]\naddopts = --lf\n"}
    begin(project, evidence_of("pytest") + claim, files)
    assert collect() == ExitCode.OK
    assert result(project, "tests.json.stamp.json")["argv"] == ["pytest"]
    assert main(["check", "work"]) == ExitCode.CLAIMS_EXCEED_EVIDENCE
    assert "run with `--lf`" in capsys.readouterr().out


def test_what_is_dirty_is_stamped_and_evidence_is_not(project: Path) -> None:
    """What is tested and not committed is named with its content; results are not."""
    files = {"test_a.py": GREEN, "data/work/tests.json": OLD}
    begin(project, evidence_of("python -m pytest"), files)
    write_files(project, {"test_a.py": RED, "new.txt": ""})
    assert collect() == ExitCode.OK
    names = ("new.txt", "test_a.py")
    expected = {name: git(project, "hash-object", name) for name in names}
    assert result(project)["reportgen"]["dirty"] == expected
    assert result(project, "tests.json.stamp.json")["dirty"] == expected


def test_evidence_is_not_dirty_whatever_its_name(project: Path) -> None:
    """A path that begins with two dots lies in the project if it does not leave it."""
    write_files(project, {"..x.json": OLD, "a.txt": ""})
    ignored = [str(project / "..x.json"), str(project.parent / "y.json")]
    assert list(take_stamp(project, ignored)["dirty"]) == ["a.txt"]


_KILLED = """
import os
open("data/work/tests.json", "w").write("half of")
os.kill(os.getpid(), 9)
"""
_SLEEPS = """
import subprocess, sys, time
open("data/work/tests.json", "w").write("half of")
print("begun", flush=True)
subprocess.run([sys.executable, "-c", "import time; time.sleep(30); open('late', 'w')"])
"""
_CRASHES = "import os\ndef test_crashes(): os.kill(os.getpid(), 11)\n"


@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        pytest.param("python -m pytest --no-such", GREEN, "unrecognized", id="usage"),
        pytest.param(
            "python test_tool.py", "", "wrote no 'tests.json'", id="no-result"
        ),
        pytest.param("python test_tool.py", _KILLED, "killed by SIGKILL", id="killed"),
        pytest.param("python test_tool.py", _SLEEPS, "longer than 1.5 s", id="timeout"),
        pytest.param("python -m pytest", _CRASHES, "killed by SIGSEGV", id="crash"),
    ],
)
def test_a_run_that_dies_leaves_no_result(
    project: Path,
    command: str,
    code: str,
    said: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Yesterday's green result is gone when a run begins, whatever becomes of it."""
    old = {"data/work/tests.json": OLD, "data/work/tests.json.stamp.json": "{}"}
    begin(project, evidence_of(command), {**old, "test_tool.py": code})
    began = time.monotonic()
    assert collect("--timeout", "1.5") == ExitCode.CLAIMS_EXCEED_EVIDENCE
    assert time.monotonic() - began < 10
    assert said in capsys.readouterr().err
    assert left(project) == {"record.yaml"}
    assert git(project, "status", "--porcelain", "--untracked-files").count("??") == 0


@pytest.mark.parametrize(
    ("command", "form", "said"),
    [
        pytest.param("pytst", "pytest", "no program 'pytst'", id="program"),
        pytest.param("pytst", "issues", "no program 'pytst'", id="what-is-printed"),
        pytest.param("./tool.txt", "pytest", "cannot be run", id="rights"),
        pytest.param("pytest", "cwd: nowhere, pytest", "no folder", id="folder"),
    ],
)
def test_what_cannot_begin_leaves_the_old_result(
    project: Path,
    command: str,
    form: str,
    said: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A slip in a command costs nothing that an earlier run gave."""
    old = {"data/work/tests.json": OLD, "data/work/tests.json.stamp.json": "{}"}
    evidence = f"evidence: {{tests: {{{form}: tests.json, command: {command}}}}}\n"
    begin(project, evidence, {**old, "tool.txt": ""})
    assert collect() == ExitCode.CLAIMS_EXCEED_EVIDENCE
    assert said in capsys.readouterr().err
    assert git(project, "status", "--porcelain") == ""
    assert left(project) == {"record.yaml", "tests.json", "tests.json.stamp.json"}


def test_where_no_command_begins_old_receipts_stay(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As soon as one command ran, the receipts are those of this run."""
    task = "{title: Tool, acceptance: [{command: no-such-a}, {command: %s}]}"
    evidence = "evidence: {checks: {commands: checks.json}}\ntasks:\n  - %s\n"
    begin(project, evidence % (task % "no-such-b"), {"data/work/checks.json": "[]"})
    assert collect() == ExitCode.CLAIMS_EXCEED_EVIDENCE
    assert git(project, "status", "--porcelain") == ""
    begin(project, evidence % (task % "python --version"))
    assert collect() == ExitCode.CLAIMS_EXCEED_EVIDENCE
    assert capsys.readouterr().err.count("there is no program 'no-such-a'") == 2
    (receipt,) = result(project, "checks.json")
    assert receipt["exitcode"] == 0


def test_a_command_that_cannot_begin_takes_no_new_receipt_away(project: Path) -> None:
    """What ran before it has its receipt, and the old ones do not come back."""
    commands = "acceptance: [{command: python --version}, {command: no-such-a}]"
    evidence = "evidence: {checks: {commands: checks.json}}\n"
    tasks = f"tasks: [{{title: Tool, {commands}}}]\n"
    begin(project, evidence + tasks, {"data/work/checks.json": "[]"})
    assert collect() == ExitCode.CLAIMS_EXCEED_EVIDENCE
    (receipt,) = result(project, "checks.json")
    assert receipt["exitcode"] == 0


def test_a_command_cannot_write_its_own_receipt(project: Path) -> None:
    """What a command that took too long wrote, or brought back, is no receipt."""
    code = "import time\nopen('data/work/c.json', 'w').write('[]')\ntime.sleep(30)"
    task = "tasks: [{title: T, acceptance: [{command: python tool.py}]}]\n"
    begin(
        project,
        f"evidence: {{checks: {{commands: c.json}}}}\n{task}",
        {"tool.py": code},
    )
    assert collect("--timeout", "1") == ExitCode.CLAIMS_EXCEED_EVIDENCE
    assert left(project) == {"record.yaml"}


def test_what_a_killed_run_left_behind_is_no_result(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A run that writes nothing has no result, and not that of a run before it."""
    left_behind = {
        "data/work/.tests.json.reportgen-new": OLD,
        "data/work/tests.json.stamp.json": "{}",
    }
    begin(project, evidence_of("python --version"), left_behind)
    assert collect() == ExitCode.CLAIMS_EXCEED_EVIDENCE
    assert "wrote no 'tests.json'" in capsys.readouterr().err
    assert left(project) == {"record.yaml"}


def test_what_cannot_all_be_put_aside_is_put_back(project: Path) -> None:
    """Where a run cannot begin for a file that is in the way, no result is lost."""
    old = {"data/work/tests.json": OLD, "data/work/tests.json.stamp.json": "{}"}
    begin(project, evidence_of("python -m pytest"), old)
    (project / "data/work/.tests.json.stamp.json.reportgen-old").mkdir()
    assert collect() != ExitCode.OK
    assert git(project, "status", "--porcelain") == ""


_LOOKS = """
import os
seen = [name for name in os.listdir("data/work/results") if name[0] != "."]
open("data/work/results/b.json", "w").write(repr(seen))
"""


def test_the_old_results_are_gone_before_the_run(project: Path) -> None:
    """A command finds no result where it is to write, nor a stamp; globs included."""
    old = {"data/work/results/a.json": OLD, "data/work/results/a.json.stamp.json": "{}"}
    begin(
        project,
        evidence_of("python tool.py", "results/*.json"),
        {**old, "tool.py": _LOOKS},
    )
    assert collect() == ExitCode.OK
    assert result(project, "results/b.json") == []
    names = {path.name for path in (project / "data/work/results").iterdir()}
    assert names == {"b.json", "b.json.stamp.json"}


@pytest.mark.parametrize("folder", ["[shop]/data/w", "shop/data/[w]"])
def test_a_glob_means_what_lies_in_a_folder_of_any_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    """No old result stays, and each new one has its stamp, when a folder has signs."""
    home = tmp_path / folder
    root = home.parents[1]
    source = {"junit": "a*.xml", "command": "python tool.py"}
    repository(
        root,
        {
            "reportgen.toml": "",
            f"data/{home.name}/record.yaml": f"evidence: {{t: {json.dumps(source)}}}\n"
            "title: Work\n",
            f"data/{home.name}/a1.xml": "<testsuite/>",
            "tool.py": f"open('data/{home.name}/a2.xml', 'w').write('<testsuite/>')",
        },
    )
    monkeypatch.chdir(root)
    assert main(["collect", home.name]) == ExitCode.OK
    names = {"record.yaml", "a2.xml", "a2.xml.stamp.json"}
    assert {path.name for path in home.iterdir()} == names


def test_what_is_put_aside_is_no_new_result(project: Path) -> None:
    """A glob of hidden files does not see our own, which hold old results."""
    source = evidence_of("python --version", ".*", "junit")
    begin(project, source, {"data/work/.a.xml": "<testsuite/>"})
    assert collect() == ExitCode.CLAIMS_EXCEED_EVIDENCE
    assert left(project) == {"record.yaml"}


def test_the_exit_code_is_that_of_the_process(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A run that ends otherwise than its file says is told by the stamp beside it."""
    begin(
        project,
        evidence_of("python -m pytest")
        + "tasks: [{title: T, done: true, acceptance: [{tests: test_a.py}]}]\n",
        {"test_a.py": GREEN, "conftest.py": _ENDS_BADLY},
    )
    assert collect() == ExitCode.OK
    assert result(project)["exitcode"] == 0
    assert result(project, "tests.json.stamp.json")["exitcode"] == 3
    assert main(["check", "work"]) == ExitCode.CLAIMS_EXCEED_EVIDENCE
    assert "the process said 3" in capsys.readouterr().out


_ENDS_BADLY = """
import pytest

@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session):
    session.exitstatus = 3
"""


@pytest.mark.parametrize(
    ("form", "name", "command"),
    [
        pytest.param("junit", "a.xml", "python -m pytest", id="junit"),
        pytest.param(
            "pytest",
            "a.json",
            "python -m pytest --json-report --json-report-file=data/work/a.json",
            id="pytest-that-knows-where",
        ),
        pytest.param("issues", "a.json", "python tool.py", id="printed-issues"),
    ],
)
def test_results_of_other_tools_are_stamped(
    project: Path, form: str, name: str, command: str
) -> None:
    """Whoever wrote a result, a stamp beside it says of which commit it speaks."""
    files = {"test_a.py": GREEN, "tool.py": "print('[]')"}
    begin(project, evidence_of(command, name, form), files)
    assert collect() == ExitCode.OK
    stamp = result(project, f"{name}.stamp.json")
    assert stamp["commit"] == git(project, "rev-parse", "HEAD")
    assert left(project) == {"record.yaml", name, f"{name}.stamp.json"}


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("print('[]'); raise SystemExit(4)", id="failed"),
        pytest.param("print('not logged in')", id="no-json"),
    ],
)
def test_what_is_printed_in_vain_is_no_evidence(project: Path, code: str) -> None:
    """A tracker that cannot be asked leaves no issues, rather than none open."""
    begin(project, evidence_of("python tool.py", "a.json", "issues"), {"tool.py": code})
    assert collect() == ExitCode.CLAIMS_EXCEED_EVIDENCE
    assert left(project) == {"record.yaml"}


def test_the_shard_of_a_file_is_stamped(project: Path) -> None:
    """A run that is one of several is stamped with its name."""
    source = "evidence: {tests: {pytest: {linux: a.json}, command: python -m pytest}}\n"
    begin(project, source, {"test_a.py": GREEN})
    assert collect() == ExitCode.OK
    assert result(project, "a.json")["reportgen"]["shard"] == "linux"
    assert result(project, "a.json.stamp.json")["shard"] == "linux"


def test_each_of_several_files_is_stamped_with_its_shard(project: Path) -> None:
    """One command writes them all, and each stamp says which it is of."""
    source = "{pytest: {a: a.json, b: b.json}, command: python tool.py}"
    tool = "for at in 'ab': open(f'data/work/{at}.json', 'w').write('{}')\n"
    begin(project, f"evidence: {{tests: {source}}}\n", {"tool.py": tool})
    assert collect() == ExitCode.OK
    shards = [result(project, f"{at}.json.stamp.json")["shard"] for at in "ab"]
    assert shards == ["a", "b"]


def test_an_edited_result_is_not_the_one_that_was_stamped(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A red result that somebody makes green by hand proves nothing."""
    claim = "tasks: [{title: T, done: true, acceptance: [{tests: test_a.py}]}]\n"
    begin(project, evidence_of("python -m pytest") + claim, {"test_a.py": RED})
    assert collect() == ExitCode.OK
    write_files(project, {"test_a.py": GREEN})
    commit(project)
    path = project / "data" / "work" / "tests.json"
    red = path.read_bytes()
    assert collect() == ExitCode.OK
    assert main(["check", "work"]) == ExitCode.OK
    path.write_bytes(
        red.replace(b"failed", b"passed").replace(b'"exitcode": 1', b'"exitcode": 0')
    )
    assert main(["check", "work"]) == ExitCode.CLAIMS_EXCEED_EVIDENCE
    assert "[stamp-mismatch]" in capsys.readouterr().out


RECEIPTS = """\
evidence: {checks: {commands: checks.json}, other: {commands: other.json}}
tasks:
  - title: Tool
    acceptance:
      - command: python tool.py   one
      - {command: python tool.py two, in: checks}
      - {command: python tool.py three, in: other}
    validation:
      - {title: Shown, command: python tool.py four, in: checks}
      - {title: Not named, command: python tool.py five}
"""
_TOOL = """
import os, sys
print("x" * 70000)
print("line\\n" * 10000)
print(sys.argv[1], "ghp_" + "a1B2" * 9, os.environ.get("SHOP_PASSWORD"))
sys.exit(sys.argv[1] == "two")
"""


def test_commands_get_receipts(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each command that names receipts is run, and no other; secrets are masked."""
    monkeypatch.setenv("SHOP_PASSWORD", "correct horse")
    begin(project, RECEIPTS, {"tool.py": _TOOL})
    assert collect() == ExitCode.OK
    receipts = result(project, "checks.json")
    assert [each["command"].split()[-1] for each in receipts] == ["one", "two", "four"]
    assert [each["exitcode"] for each in receipts] == [0, 1, 0]
    assert receipts[0]["argv"] == ["python", "tool.py", "one"]
    assert receipts[0]["cwd"] == "."
    assert receipts[0]["duration"] > 0
    assert receipts[0]["started"] > time.time() - 60
    assert receipts[0]["output"].endswith("line\n\none *** ***\n")
    assert len(receipts[0]["output"]) < 20_200
    assert [each["argv"][-1] for each in result(project, "other.json")] == ["three"]
    assert result(project, "checks.json.stamp.json")["exitcode"] is None


def test_a_receipt_meets_a_criterion(project: Path) -> None:
    """What is collected is what a criterion asks for."""
    task = "  - {title: Tool, done: true, acceptance: [{command: python tool.py}]}"
    begin(
        project,
        f"evidence: {{checks: {{commands: checks.json}}}}\ntasks:\n{task}\n",
        {"tool.py": ""},
    )
    assert main(["check", "work"]) == ExitCode.CLAIMS_EXCEED_EVIDENCE
    assert collect() == ExitCode.OK
    assert main(["check", "work"]) == ExitCode.OK


def test_a_command_runs_in_its_folder(project: Path) -> None:
    """`cwd:` is a folder of the project, and `python` is there wherever that is."""
    source = "evidence: {tests: {pytest: tests.json, command: pytest, cwd: sub}}\n"
    begin(project, source, {"sub/test_a.py": GREEN, "test_b.py": RED})
    assert collect() == ExitCode.OK
    assert [test["nodeid"] for test in result(project)["tests"]] == [
        "test_a.py::test_passes"
    ]


BEFORE = """\
evidence:
  old: {pytest: old.json, command: python -m pytest}
  tests: {pytest: tests.json, command: python -m pytest}
  issues: {issues: issues.json}
tasks:
  - {title: Fix, done: true, acceptance: [{fixed: test_a.py, from: old, in: tests}]}
"""


def test_evidence_of_before_comes_from_another_checkout(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The evidence of before is made in its revision, and kept in the present."""
    files = {"package.py": "x = 1", "test_a.py": _IMPORTS}
    begin(project, BEFORE, {**files, "data/work/issues.json": "[]"})
    first = git(project, "rev-parse", "HEAD")
    write_files(project, {"package.py": "x = 2"})
    second = commit(project)
    assert collect() == ExitCode.OK
    assert "left as they are, of before the work: old" in capsys.readouterr().err
    assert collect("--before", "HEAD~1") == ExitCode.OK
    assert result(project, "old.json.stamp.json")["commit"] == first
    assert result(project, "old.json")["reportgen"]["dirty"] == {}
    assert result(project, "old.json")["exitcode"] == 1
    assert result(project, "tests.json.stamp.json")["commit"] == second
    assert git(project, "worktree", "list").count("\n") == 0
    assert main(["check", "work"]) == ExitCode.OK


def test_what_was_committed_before_is_no_result(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A command that writes nothing in another checkout has no result there either."""
    silent = BEFORE.replace("python -m pytest", "python --version")
    begin(project, silent, {"data/work/old.json": OLD})
    assert collect("--before", "HEAD") == ExitCode.CLAIMS_EXCEED_EVIDENCE
    assert "old: the command wrote no 'old.json'" in capsys.readouterr().err
    assert "old.json" not in left(project)


_IMPORTS = "import package\ndef test_package(): assert package.x == 2\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(["--only", "test"], "did you mean 'tests'?", id="unknown"),
        pytest.param(["--only", "issues"], "has no command", id="no-command"),
        pytest.param(["--before", "nowhere"], "git-failed", id="revision"),
        pytest.param(["--timeout", "0"], "usage", id="timeout"),
        pytest.param(["--timeout", "nan"], "no number", id="no-number"),
    ],
)
def test_what_cannot_be_run_changes_nothing(
    project: Path, words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A mistake on the command line is said before any evidence is touched."""
    begin(project, BEFORE, {"data/work/tests.json": OLD, "data/work/old.json": OLD})
    assert collect(*words) == ExitCode.UNUSABLE
    assert said in capsys.readouterr().err
    assert git(project, "status", "--porcelain") == ""


@pytest.mark.parametrize(
    ("command", "said"),
    [
        pytest.param("cd sub && pytest", "'&&' needs a shell", id="and"),
        pytest.param("A=1 pytest", "'A=1' needs a shell", id="variable"),
        pytest.param("pytest 'a", "does not end", id="quotation"),
        pytest.param("# nothing", "names no program", id="comment"),
    ],
)
def test_a_command_that_needs_a_shell_is_refused(
    project: Path, command: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Words that only a shell understands are found before anything runs."""
    begin(project, evidence_of(command), {"data/work/tests.json": OLD})
    assert collect() == ExitCode.UNUSABLE
    told = capsys.readouterr().err
    assert said in told
    assert "[bad-command]" in told
    assert git(project, "status", "--porcelain") == ""


@pytest.mark.parametrize("field", ["pytest", "cwd"])
def test_nothing_is_done_outside_the_project(project: Path, field: str) -> None:
    """A record cannot make files go away that are not the project's."""
    outside = project.parent / "tests.json"
    outside.write_text(OLD, encoding="utf-8")
    fields = {"pytest": "tests.json", "command": "pytest"}
    fields[field] = "../../../tests.json" if field == "pytest" else "../"
    begin(project, f"evidence: {{tests: {json.dumps(fields)}}}\n", {"test_a.py": GREEN})
    assert collect() == ExitCode.CLAIMS_EXCEED_EVIDENCE
    assert outside.read_text(encoding="utf-8") == OLD


@pytest.mark.parametrize("form", ["pytest", "issues"])
@pytest.mark.parametrize("name", ["record.yaml", "../../test_a.py", "../../test_*"])
def test_nothing_is_taken_away_that_is_no_result(
    project: Path, name: str, form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A record that calls itself, or a test, its evidence costs nobody that file."""
    begin(project, evidence_of("pytest", name, form), {"test_a.py": GREEN})
    assert collect() == ExitCode.CLAIMS_EXCEED_EVIDENCE
    assert "is there, and is no result of a tool" in capsys.readouterr().err
    assert git(project, "status", "--porcelain") == ""


def test_no_folder_is_taken_for_a_file(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where a folder stands nothing is run, and no stamp is left beside it."""
    begin(project, evidence_of("python -m pytest", "."), {"test_a.py": GREEN})
    assert collect() == ExitCode.CLAIMS_EXCEED_EVIDENCE
    assert "'.' is a folder [write-failed]" in capsys.readouterr().err
    assert git(project, "status", "--porcelain") == ""


def test_a_result_with_a_stamp_is_one_whatever_it_holds(project: Path) -> None:
    """What a tool wrote in vain is not in the way of the next run."""
    tool = {"tool.py": "open('data/work/tests.json', 'w').write('Oops')\n"}
    begin(project, evidence_of("python tool.py"), tool)
    assert collect() == ExitCode.OK
    assert collect() == ExitCode.OK


def test_a_full_disk_is_said_without_a_name(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the system does not name is not named None; and nothing half is left."""
    begin(project, evidence_of("python -m pytest"), {"test_a.py": GREEN})

    def full(_path: Path, _data: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("reportgen.collect.shelf.put", full)
    assert collect() == ExitCode.CLAIMS_EXCEED_EVIDENCE
    assert "tests: No space left on device [write-failed]" in capsys.readouterr().err
    assert left(project) == {"record.yaml"}


@pytest.mark.parametrize("second", ["b.json", "[ab].json"])
def test_no_command_takes_away_what_another_one_has_just_given(
    project: Path, second: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two commands with one file do not both run: the second would lose the first."""
    sources = {
        "one": {"pytest": "b.json", "command": "python -m pytest"},
        "two": {"pytest": second, "command": "python --version"},
    }
    begin(project, f"evidence: {json.dumps(sources)}\n", {"test_a.py": GREEN})
    assert collect() == ExitCode.CLAIMS_EXCEED_EVIDENCE
    assert "was stored just now, as 'one'" in capsys.readouterr().err
    assert left(project) == {"record.yaml", "b.json", "b.json.stamp.json"}
    assert collect("--only", "one") == ExitCode.OK


def test_a_dry_run_says_what_would_be_run(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What the record names can be seen without running it."""
    begin(project, evidence_of("python -m pytest"), {"data/work/tests.json": OLD})
    assert collect("--dry-run") == ExitCode.OK
    assert capsys.readouterr().out == "tests: python -m pytest → tests.json\n"
    assert git(project, "status", "--porcelain") == ""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGINT for others")
@pytest.mark.parametrize("revision", [None, "HEAD"])
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_reaches_the_command(
    project: Path, revision: str | None, how: signal.Signals, tmp_path: Path
) -> None:
    """Ctrl-C ends the command in peace, leaves no result and no checkout behind."""
    told = tmp_path / "told"
    begin(
        project,
        f"{evidence_of(f'python tool.py {told}')}tasks:\n  - {{title: T, acceptance: "
        "[{fixed: a, from: tests}]}",
        {"tool.py": _TELLS, "data/work/tests.json": OLD},
    )
    words = ["--before", revision] if revision else ["--only", "tests"]
    process = subprocess.Popen(
        [sys.executable, "-m", "reportgen", "collect", "work", *words],
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env=os.environ | {"TMPDIR": str(tmp_path)},
        # Whoever runs the tests in the background may ignore SIGINT; a person
        # at a terminal does not.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    )
    _wait_for(told, "begun")
    os.killpg(process.pid, how)
    _, said = process.communicate(timeout=20)
    assert process.returncode == ExitCode.INTERRUPTED
    assert said.split() == ["interrupted"]
    assert told.read_text(encoding="utf-8") == "begun\ninterrupted\n"
    assert left(project) == {"record.yaml"}
    assert git(project, "worktree", "list").count("\n") == 0
    assert not list(tmp_path.glob("reportgen-*"))


_TELLS = """
import sys, time
def tell(word):
    print(word, file=open(sys.argv[1], "a"), flush=True)
try:
    tell("begun")
    open("data/work/tests.json", "w").write("half of")
    time.sleep(30)
except KeyboardInterrupt:
    tell("interrupted")
"""


def _wait_for(path: Path, text: str) -> None:
    for _ in range(200):
        if path.exists() and text in path.read_text(encoding="utf-8"):
            return
        time.sleep(0.05)
    pytest.fail(f"{path} never held {text!r}")
