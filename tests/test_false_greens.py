"""Whatever makes a file of results look green, no claim that rests on it is."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pytest
from repositories import repository, write_files

from reportgen import pipeline, records
from reportgen.cli import main
from reportgen.load.config import Config
from reportgen.model import Status
from reportgen.report import TaskState

RESULTS = "data/work/results/tests.json"
RECORD = """\
title: Work
evidence:
  tests: {pytest: results/tests.json}
tasks:
  - {id: work, title: Work, done: true, acceptance: [CLAIM]}
"""
GOOD = "def test_one(): pass\ndef test_two(): pass\n"
ALL = "{tests: tests/}"
PLUGINS = {"-n": "xdist", "--cov": "pytest_cov", "--reruns": "pytest_rerunfailures"}


def run_pytest(root: Path, *options: str) -> int:
    """Run the tests of `root`, and return the exit code of the process."""
    loaded = [
        word
        for option, plugin in PLUGINS.items()
        if any(each.startswith(option) for each in options)
        for word in ("-p", plugin)
    ]
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-p", "pytest_jsonreport"),
            *(*loaded, "--json-report", f"--json-report-file={RESULTS}"),
            *(options or ("tests",)),
        ],
        cwd=root,
        env=os.environ
        | {
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONPATH": os.pathsep.join(map(str, sys.path)),
            "PYTEST_ADDOPTS": "",
        },
        capture_output=True,
        check=False,
        timeout=60,
    )
    return done.returncode


def project(folder: Path, claim: str, tests: Mapping[str, str]) -> Path:
    """Return a repository whose record claims that `tests` prove a piece of work."""
    files = {f"tests/{name}": text for name, text in tests.items()}
    files["pytest.ini"] = "[pytest]\n"
    files["data/work/record.yaml"] = RECORD.replace("CLAIM", claim)
    (folder / RESULTS).parent.mkdir(parents=True)
    return repository(folder, files)


def judged(root: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[TaskState, int]:
    """Return the only task's state, and the exit code of a build."""
    monkeypatch.chdir(root)
    config = Config(root=root)
    (source,) = records.read(["work"], config)
    (task,) = pipeline.testify(
        source, config, now=(root / "tests").stat().st_mtime
    ).tasks
    return task, main(["build", "work"])


def test_a_good_run_is_green(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without this, none of the others would show anything."""
    root = project(tmp_path, ALL, {"test_good.py": GOOD})
    assert run_pytest(root) == 0
    task, code = judged(root, monkeypatch)
    assert (task.status, task.reason, code) == (Status.DONE, "2 of 2 tests passed", 0)


class Case(NamedTuple):
    """A run that goes wrong: its tests, its options, and what a claim says then.

    `first` are tests that passed in a run before it, whose file may be left over.
    """

    tests: Mapping[str, str]
    options: tuple[str, ...] = ()
    code: str = ""
    claim: str = ALL
    first: Mapping[str, str] = {}


DIES = "import {0}\ndef test_three(): {0}.{1}\n"
BROKEN = "import nowhere\ndef test_three(): pass\n"
ENDS = "import pytest\ndef test_three(): pytest.exit('x', returncode=0)\n"
FAILS = "def test_three(): assert False\n"
OLD = {"test_good.py": GOOD}
CASES = {
    "abort-without-a-file": Case(
        {"test_bad.py": DIES.format("os", "abort()")}, code="evidence-missing"
    ),
    "abort-leaves-an-old-file": Case(
        {"test_bad.py": DIES.format("os", "abort()")}, (), "stale-evidence", ALL, OLD
    ),
    "segfault-leaves-an-old-file": Case(
        {"test_bad.py": DIES.format("ctypes", "string_at(0)")},
        ("tests", "-p", "faulthandler"),
        "stale-evidence",
        ALL,
        OLD,
    ),
    "exit-0-in-the-middle-leaves-an-old-file": Case(
        {"test_bad.py": DIES.format("os", "_exit(0)")}, (), "stale-evidence", ALL, OLD
    ),
    "usage-error-leaves-an-old-file": Case(
        {"test_bad.py": FAILS}, ("--no-such-option",), "stale-evidence", ALL, OLD
    ),
    "broken-conftest-leaves-an-old-file": Case(
        {"conftest.py": "import nowhere\n"}, (), "stale-evidence", ALL, OLD
    ),
    "pytest-exit-0": Case(
        {
            "test_a.py": ENDS,
            "test_b.py": FAILS,
        },
        code="lost-tests",
    ),
    "pytest-exit-0-after-what-is-claimed": Case(
        {
            "test_a.py": GOOD,
            "test_b.py": ENDS,
        },
        code="lost-tests",
        claim="{tests: tests/test_a.py}",
    ),
    "interrupted": Case(
        {"test_a.py": GOOD, "test_b.py": "def test_b(): raise KeyboardInterrupt\n"},
        code="exit-code",
        claim="{tests: tests/test_a.py}",
    ),
    "worker-lost": Case(
        {"test_a.py": GOOD, "test_b.py": DIES.format("os", "_exit(1)")},
        ("tests", "-n1", "--max-worker-restart=0"),
        "failed-tests",
    ),
    "lone-surrogate-under-xdist": Case(
        {"test_a.py": GOOD, "test_b.py": "def test_b(): assert 0, '\\udc80'\n"},
        ("tests", "-n1"),
        "lost-tests",
    ),
    "collection-error": Case(
        {"test_a.py": GOOD, "test_b.py": BROKEN},
        ("tests", "--continue-on-collection-errors"),
        "failed-collector",
    ),
    "collection-error-that-nothing-names": Case(
        {"test_a.py": GOOD, "test_b.py": BROKEN},
        (
            "tests",
            "--continue-on-collection-errors",
            "--json-report-omit=collectors",
        ),
        "exit-code",
    ),
    "collection-error-in-counts-alone": Case(
        {"test_a.py": GOOD, "test_b.py": BROKEN},
        ("tests", "--continue-on-collection-errors", "--json-report-summary"),
        "exit-code",
    ),
    "failed-subtest": Case(
        {
            "test_a.py": GOOD,
            "test_b.py": "def test_b(subtests):\n with subtests.test(): assert 0\n",
        },
        ("tests", "-v"),
        "failed-tests",
    ),
    "first-failure-ends-the-run": Case(
        {"test_a.py": FAILS, "test_b.py": GOOD},
        ("tests", "-x"),
        "lost-tests",
        "{tests: tests/test_b.py}",
    ),
    "coverage-gate": Case(
        {"test_a.py": "def test_a(): pass\ndef unused():\n    return 1\n"},
        ("tests", "--cov=tests", "--cov-report=", "--cov-fail-under=100"),
        "exit-code",
    ),
    "only-collected": Case(
        {"test_a.py": GOOD}, ("tests", "--collect-only"), "no-match"
    ),
    "all-deselected": Case({"test_a.py": GOOD}, ("tests", "-k", "zz"), "exit-code"),
    "only-skipped": Case(
        {"test_a.py": "import pytest\n@pytest.mark.skip\ndef test_a(): assert 0\n"},
        code="only-skipped",
    ),
    "teardown-fails": Case(
        {
            "test_a.py": "import pytest\n@pytest.fixture\ndef f():\n yield\n assert 0\n"
            "def test_a(f): pass\n"
        },
        code="failed-tests",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_no_false_green_is_taken_for_one(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The claim does not stand, says why, and the exit code is 1."""
    case = CASES[name]
    root = project(tmp_path, case.claim, case.first or case.tests)
    if case.first:
        assert run_pytest(root) == 0
        write_files(root, {f"tests/{file}": text for file, text in case.tests.items()})
    run_pytest(root, *case.options)
    assert (root / RESULTS).exists() == (case.code != "evidence-missing")
    task, code = judged(root, monkeypatch)
    assert (task.code, code) == (case.code, 1)
    assert not task.settled
    text = (root / "reports/work.md").read_text(encoding="utf-8")
    assert f"{task.status.mark} {task.status}" in text


STAMPED = ("-p", "reportgen.pytest_plugin", "--reportgen-stamp")


@pytest.mark.parametrize(
    ("claim", "options", "expected"),
    [
        pytest.param("{tests: tests/, at_least: 3}", (), "too-few-tests", id="bound"),
        pytest.param(ALL, STAMPED, "partial-run", id="stamped"),
    ],
)
def test_a_rerun_of_the_failed_is_no_run_of_all(
    claim: str,
    options: tuple[str, ...],
    expected: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What `--lf` leaves out may have been broken by the very fix."""
    root = project(tmp_path, claim, {"test_a.py": GOOD, "test_b.py": FAILS})
    assert run_pytest(root) == 1
    fixed = {"tests/test_a.py": FAILS, "tests/test_b.py": "def test_three(): pass\n"}
    write_files(root, fixed)
    assert run_pytest(root, "tests", "--lf", *options) == 0
    task, code = judged(root, monkeypatch)
    assert (task.status, task.code, code) == (Status.INCOMPLETE, expected, 1)


def test_a_rerun_of_the_failed_does_not_undo_the_full_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A test that failed in one file and passed in another counts as failed."""
    root = project(tmp_path, ALL, {"test_a.py": GOOD, "test_b.py": FAILS})
    record = root / "data/work/record.yaml"
    record.write_text(record.read_text().replace("tests.json", "*.json"))
    run_pytest(root)
    (root / RESULTS).rename((root / RESULTS).with_name("full.json"))
    write_files(root, {"tests/test_b.py": "def test_three(): pass\n"})
    assert run_pytest(root, "tests", "--lf") == 0
    task, code = judged(root, monkeypatch)
    assert (task.status, code) == (Status.FAILING, 1)


def test_a_test_that_passes_when_rerun_is_flaky(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Flaky is a status of its own: no failure, never ✅, and named."""
    text = "tries = []\ndef test_a():\n    tries.append(1)\n    assert tries[1:]\n"
    root = project(tmp_path, ALL, {"test_a.py": text})
    assert run_pytest(root, "tests", "--reruns=2") == 0
    task, code = judged(root, monkeypatch)
    assert (task.status, task.code, code) == (Status.FLAKY, "flaky-tests", 0)
    assert [result.nodeid for result in task.criteria[0].results] == [
        "tests/test_a.py::test_a"
    ]
