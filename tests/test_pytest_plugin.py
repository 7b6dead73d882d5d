"""The pytest plugin stamps a run when asked, and is not there otherwise."""

import json
import os
import subprocess
import sys
import tomllib
import venv
from pathlib import Path
from typing import Any

import pytest
from repositories import commit, git, repository, write_files

from reportgen.stamp import take_stamp, versions

PROJECT = Path(__file__).parents[1]
PLUGINS = ("-p", "reportgen.pytest_plugin", "-p", "pytest_jsonreport")
REPORT = ("--json-report", "--json-report-file=result.json")
TESTS = {
    "test_here.py": """
import os

def test_is_not_asked_again():
    assert "REPORTGEN_STAMP" not in os.environ

def test_who_stamps(request):
    stamps = request.config.pluginmanager.hasplugin("reportgen-stamper")
    assert stamps != ("PYTEST_XDIST_WORKER" in os.environ)
""",
    ".gitignore": "result.json\n__pycache__/\n",
}
NOT_KNOWN = {"commit": None, "tree": None, "dirty": None}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a repository with tests, of which everything is committed."""
    return repository(tmp_path / "project", TESTS)


def run(
    project: Path,
    *words: str,
    python: str | Path = sys.executable,
    **environment: str,
) -> dict[str, Any]:
    """Run pytest in `project`; return its JSON report if all tests passed."""
    done = subprocess.run(
        [python, "-m", "pytest", "-p", "no:cacheprovider", *PLUGINS, *words, *REPORT],
        cwd=project,
        env=_environment() | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    report: dict[str, Any] = json.loads((project / "result.json").read_bytes())
    return report


def _environment() -> dict[str, str]:
    # Not what the pytest around us, or a worker of it, was told.
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
    return inherited | {
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTHONPATH": str(PROJECT),
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def test_nothing_is_stamped_unless_asked(tmp_path: Path) -> None:
    """A run that was not asked for a stamp writes what it always wrote."""
    write_files(tmp_path, {"test_here.py": "def test_passes(): pass"})
    assert "reportgen" not in run(tmp_path)


@pytest.mark.parametrize(
    ("words", "environment"),
    [
        pytest.param(["--reportgen-stamp"], {}, id="by-option"),
        pytest.param([], {"REPORTGEN_STAMP": "1"}, id="by-collect"),
        pytest.param(["--reportgen-stamp", "-p", "xdist", "-n", "2"], {}, id="xdist"),
    ],
)
def test_a_clean_checkout_is_stamped(
    project: Path, words: list[str], environment: dict[str, str]
) -> None:
    """A stamp names the commit, its tree, the words and the versions of a run."""
    stamp = run(project, *words, **environment)["reportgen"]
    assert stamp["commit"] == git(project, "rev-parse", "HEAD")
    assert stamp["tree"] == git(project, "rev-parse", "HEAD^{tree}")
    assert stamp["dirty"] == {}
    assert stamp["argv"][-len(REPORT) :] == list(REPORT)
    assert stamp["versions"]["pytest"] == pytest.__version__
    assert stamp["versions"].keys() >= {"reportgen", "python", "pytest-json-report"}
    assert stamp["shard"] == ""


@pytest.mark.parametrize("variable", ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"])
def test_the_stamp_is_of_the_tested_repository(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    """A hook of git that runs tests points git elsewhere, and the stamp stays true."""
    other = repository(tmp_path / "other", {"other.txt": ""})
    write_files(project, {"test_new.py": "def test_new(): pass"})
    there = {"GIT_DIR": ".git", "GIT_WORK_TREE": ".", "GIT_INDEX_FILE": ".git/index"}
    commit_of_project = git(project, "rev-parse", "HEAD")
    monkeypatch.setenv(variable, str(other / there[variable]))
    stamp = take_stamp(project)
    assert stamp["commit"] == commit_of_project
    assert [*stamp["dirty"]] == ["test_new.py"]


def test_no_monitor_of_a_repository_is_believed(project: Path) -> None:
    """A program that a repository brings along cannot say that nothing changed."""
    write_files(project, {"monitor": "#!/bin/sh\ntouch started\nprintf 'x\\0'\n"})
    (project / "monitor").chmod(0o755)
    git(project, "config", "core.fsmonitor", "./monitor")
    assert "started" not in take_stamp(project)["dirty"]
    assert not (project / "started").exists()


def test_one_file_that_cannot_be_read_does_not_hide_the_others(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is dirty is told of every file, the content of those that tell it."""
    write_files(project, {"a.py": "", "closed.py": ""})
    monkeypatch.setattr("os.access", lambda path, _: path.name != "closed.py")
    blob = git(project, "hash-object", "a.py")
    assert take_stamp(project)["dirty"] == {"a.py": blob, "closed.py": ""}


def test_the_words_of_a_run_come_from_wherever_pytest_takes_them(
    project: Path,
) -> None:
    """A run that was made smaller by its configuration or environment tells so."""
    write_files(project, {"pytest.ini": "[pytest]\naddopts = -m 'not slow'\n"})
    report = run(project, "--reportgen-stamp", PYTEST_ADDOPTS="-k 'test_is or who'")
    words = ["pytest", "-m", "not slow", "-k", "test_is or who"]
    assert report["reportgen"]["argv"][: len(words)] == words


def test_the_start_is_stamped_and_not_the_end(project: Path) -> None:
    """A stamp says when and with what a run began, whatever its tests change."""
    write_files(project, {"test_slow.py": _CHANGES_ITSELF})
    git(project, "add", ".")
    report = run(project, "--reportgen-stamp")
    stamp = report["reportgen"]
    assert stamp["dirty"] == {
        "test_slow.py": git(project, "rev-parse", ":test_slow.py")
    }
    assert stamp["started"] < report["created"] - 0.2


_CHANGES_ITSELF = """
import pathlib, time
def test_changes_a_file():
    time.sleep(0.2)
    pathlib.Path("test_slow.py").write_text("def test_other(): pass")
"""


def test_dirty_files_have_the_ids_that_git_gives_them(project: Path) -> None:
    """What is dirty before a commit is known again after it, by its content."""
    write_files(project, {"gone": "", "changed": "one", "renamed": "as it was"})
    commit(project)
    (project / "gone").unlink()
    (project / "renamed").rename(project / "new name")
    odd = {
        f"folder/{name}": name for name in ("ü", 'a "b"', "tab\t", "line\nbreak", "\\")
    }
    write_files(project, {"changed": "two\n", "empty": "", **odd})
    (project / "link").symlink_to("changed")
    (project / "nowhere").symlink_to("not/there")
    dirty = take_stamp(project)["dirty"]
    commit(project)
    listed = git(project, "ls-tree", "-r", "-z", "HEAD").split("\0")
    tree = {
        name: words.split()[2]
        for words, _, name in (e.partition("\t") for e in listed if e)
    }
    assert {name for name, blob in dirty.items() if blob is None} == {"gone", "renamed"}
    assert {n: b for n, b in dirty.items() if b} == {
        n: tree[n] for n in tree.keys() - TESTS
    }


def test_what_is_ignored_is_never_dirty(project: Path) -> None:
    """Evidence that changes while it is collected does not make itself dirty."""
    write_files(
        project, {"results/a.json": "", "results/.a.json.reportgen-new": "", "b": ""}
    )
    ignored = [str(project / "results" / "*.json"), str(project.parent / "elsewhere")]
    assert take_stamp(project, ignored)["dirty"].keys() == {"b"}


def test_a_repository_without_commits(tmp_path: Path) -> None:
    """Before the first commit there are dirty files alone."""
    git(tmp_path, "init", "--quiet")
    write_files(tmp_path, {"a": ""})
    stamp = take_stamp(tmp_path)
    assert (stamp["commit"], stamp["tree"], list(stamp["dirty"])) == (None, None, ["a"])


def test_without_git_the_run_is_as_it_is(project: Path) -> None:
    """Where there is no git, a run passes and its stamp says that it does not know."""
    stamp = run(project, "--reportgen-stamp", PATH="")["reportgen"]
    assert {key: stamp[key] for key in NOT_KNOWN} == NOT_KNOWN
    assert stamp["started"]


def test_outside_a_repository_nothing_is_known(tmp_path: Path) -> None:
    """Where there is no repository, the stamp says that it does not know."""
    stamp = take_stamp(tmp_path)
    assert {key: stamp[key] for key in NOT_KNOWN} == NOT_KNOWN


def test_secrets_among_the_words_are_masked(project: Path) -> None:
    """A token that somebody gives to pytest does not reach the evidence."""
    token = "ghp_" + "a1B2" * 9
    stamp = run(project, "--reportgen-stamp", f"--ignore={token}")["reportgen"]
    assert "--ignore=***" in stamp["argv"]


def test_the_shard_is_named(project: Path) -> None:
    """A run among several that are one source of evidence says which it is."""
    words = ("--reportgen-stamp", "--reportgen-shard", "linux")
    assert run(project, *words)["reportgen"]["shard"] == "linux"
    assert (
        run(project, *words[:1], REPORTGEN_SHARD="mac")["reportgen"]["shard"] == "mac"
    )


def test_a_distribution_that_is_not_there_has_no_version() -> None:
    """Those of reportgen and of Python are always known."""
    found = versions("pytest", "there-is-no-such-distribution")
    assert found.keys() == {"reportgen", "python", "pytest"}
    assert found["pytest"] == pytest.__version__


def test_without_a_json_report_there_is_a_word(project: Path) -> None:
    """Who asks for a stamp and for nothing that could hold it is told so."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *PLUGINS[:2], "--reportgen-stamp"],
        cwd=project,
        env=_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0
    assert "nothing to stamp without --json-report" in done.stdout


def test_loading_the_plugin_imports_nothing_else() -> None:
    """Runs of pytest that have nothing to do with reportgen do not pay for it."""
    code = (
        "import pytest, sys; before = set(sys.modules); import reportgen.pytest_plugin;"
        "print(*sorted(set(sys.modules) - before))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=PROJECT,
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout.split() == ["reportgen", "reportgen.pytest_plugin"]


def test_pytest_finds_the_plugin() -> None:
    """The package offers the plugin under the name by which pytest looks for it."""
    text = (PROJECT / "pyproject.toml").read_text(encoding="utf-8")
    offered = tomllib.loads(text)["project"]["entry-points"]["pytest11"]
    assert offered == {"reportgen": "reportgen.pytest_plugin"}


@pytest.mark.skipif(
    "REPORTGEN_TEST_PYTESTS" not in os.environ,
    reason="installs other versions of pytest; set REPORTGEN_TEST_PYTESTS to run it",
)
@pytest.mark.parametrize("version", [7, 8, 9])
def test_every_supported_pytest_is_stamped(
    project: Path, tmp_path: Path, version: int
) -> None:
    """The plugin does the same under each version of pytest, with xdist and without."""
    folder = tmp_path / "venv"
    venv.create(folder, with_pip=True)
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    wanted = (f"pytest=={version}.*", "pytest-json-report", "pytest-xdist")
    subprocess.run([python, "-m", "pip", "install", "--quiet", *wanted], check=True)
    alone = run(project, "--reportgen-stamp", python=python)["reportgen"]
    shared = run(project, "--reportgen-stamp", "-p", "xdist", "-n", "2", python=python)
    assert alone["versions"]["pytest"].startswith(f"{version}.")
    assert (
        alone["commit"]
        == shared["reportgen"]["commit"]
        == git(project, "rev-parse", "HEAD")
    )
