"""What evidence says of one criterion: each rule, and each way around it."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from repositories import write_files

from reportgen import pipeline, records
from reportgen.load.config import Config
from reportgen.model import Status
from reportgen.render.render import render
from reportgen.report import Report, TaskState

A = "tests/test_a.py::test_a"
B = "tests/test_b.py::test_b"


def run(exitcode: int | None = 0, /, collected: int | None = None, **more: str) -> str:
    """Return a file of tests by name; `lost` ones are collected and have no result."""
    tests = []
    for name, outcome in more.items():
        phase = {"outcome": "passed", "duration": 0.1}
        test = {"nodeid": f"tests/test_{name}.py::test_{name}", "outcome": outcome}
        phases = {"setup": phase, "call": phase | {"outcome": outcome}}
        if outcome == "unfinished":
            test, phases = test | {"outcome": "passed"}, {"setup": phase}
        elif outcome == "error":
            phases |= {"call": phase, "teardown": phase | {"outcome": "failed"}}
        elif outcome == "xfailed":
            phases |= {"call": phase | {"outcome": "skipped"}, "teardown": phase}
        elif outcome == "xpassed":
            phases |= {"call": phase, "teardown": phase}
        else:
            phases |= {"teardown": phase}
        tests.append(test | phases)
    summary = {"collected": len(tests) if collected is None else collected}
    data = {"created": 1e9, "exitcode": exitcode, "summary": summary, "tests": tests}
    return json.dumps(data)


def reported(
    folder: Path, evidence: str, criterion: str, files: Mapping[str, str]
) -> Report:
    """Return the report on a task that claims `criterion`; `files` are of JSON."""
    record = f"""\
title: Work
evidence: {evidence}
tasks:
  - {{id: work, title: Work, done: true, acceptance: [{{{criterion}}}]}}
"""
    texts = {f"data/work/{name}.json": text for name, text in files.items()}
    write_files(folder, texts | {"data/work/record.yaml": record, "shop.py": "STORE"})
    config = Config(root=folder)
    (source,) = records.read(["work"], config)
    return pipeline.testify(source, config, now=1e9)


def judged(folder: Path, criterion: str, **files: str) -> TaskState:
    """Return the state of a task that claims `criterion`, with evidence `files`."""
    kinds = {"coverage": "coverage", "issues": "issues", "more": "issues"}
    kinds |= {"my-coverage": "coverage"}
    kinds |= {"receipts": "commands", "later": "commands"}
    sources = (f"{n}: {{{kinds.get(n, 'pytest')}: {n}.json}}" for n in files)
    texts = {name: text for name, text in files.items() if text}
    evidence = f"{{{', '.join(sources)}}}"
    return reported(folder, evidence, criterion, texts).tasks[0]


OLD = run(1, a="failed")
# A module that could not be collected, elsewhere.
ELSEWHERE = run(1, a="passed").replace(
    '"tests": [',
    '"collectors": [{"nodeid": "tests/test_z.py", "outcome": "failed"}], "tests": [',
    1,
)
# The file tells of one collector, the session, and not of those of the modules.
TERSE = run(a="passed", b="passed").replace(
    '"tests": [',
    '"collectors": [{"nodeid": "", "outcome": "passed", "result": []}], "tests": [',
    1,
)
NO_FILE = ""
DONE = ""  # the code of what is met
CASES = [
    # Tests
    pytest.param("tests: tests/", {"t": run(a="passed")}, DONE, id="passed"),
    pytest.param(
        "tests: tests/", {"t": run(1, a="failed")}, "failed-tests", id="failed"
    ),
    pytest.param("tests: tests/", {"t": run(1, a="error")}, "failed-tests", id="error"),
    pytest.param(
        f"tests: '{A}'", {"t": run(1, a="passed", b="failed")}, DONE, id="other"
    ),
    pytest.param("tests: tests/", {"t": run(1, a="passed")}, "exit-code", id="exit-1"),
    pytest.param(
        "tests: tests/", {"t": run(None, a="passed")}, "exit-code", id="no-exit"
    ),
    pytest.param(
        f"tests: '{A}'", {"t": run(a="passed", b="?")}, DONE, id="word-elsewhere"
    ),
    pytest.param(
        "tests: tests/", {"t": run(a="passed", b="?")}, "unknown-outcome", id="word"
    ),
    pytest.param(
        f"tests: '{A}'",
        {"t": run(a="passed", b="unfinished")},
        "lost-tests",
        id="cut-short",
    ),
    pytest.param(
        "tests: tests/", {"t": run(0, 2, a="passed")}, "lost-tests", id="lost"
    ),
    pytest.param("tests: tests/x", {"t": run(a="passed")}, "no-match", id="no-match"),
    pytest.param("tests: tests/", {}, "no-evidence", id="no-run"),
    pytest.param(
        "tests: tests/", {"t": run(a="skipped")}, "only-skipped", id="skipped"
    ),
    pytest.param(
        "tests: tests/", {"t": run(a="xfailed")}, "only-skipped", id="xfailed"
    ),
    pytest.param(
        "tests: tests/, at_least: 2",
        {"t": run(a="passed", b="skipped")},
        "too-few-tests",
        id="skipped-is-not-passed",
    ),
    pytest.param(
        "tests: tests/",
        {"t": run(a="passed", b="skipped", c="xfailed", d="xpassed", e="skipped")},
        DONE,
        id="passed-beside-others",
    ),
    pytest.param("tests: tests/", {"t": "{"}, "evidence-truncated", id="unreadable"),
    pytest.param("tests: tests/", {"t": NO_FILE}, "evidence-missing", id="gone"),
    pytest.param(
        "tests: tests/", {"before": run(a="passed")}, "no-evidence", id="only-before"
    ),
    pytest.param("tests: tests/test_a.py", {"t": ELSEWHERE}, DONE, id="elsewhere"),
    pytest.param(
        "tests: tests/test_a.py",
        {"t": ELSEWHERE.replace('"exitcode": 1', '"exitcode": 0')},
        "failed-collector",
        id="elsewhere-with-exit-code-0",
    ),
    pytest.param("tests: tests/", {"t": ELSEWHERE}, "failed-collector", id="module"),
    # Tests that are meant to fail for now
    pytest.param("tests: tests/, expect: failed", {"t": OLD}, DONE, id="red"),
    pytest.param(
        "tests: tests/, expect: failed", {"t": run(a="xfailed")}, DONE, id="xred"
    ),
    pytest.param(
        "tests: tests/, expect: failed",
        {"t": run(a="passed")},
        "unexpected-outcome",
        id="green",
    ),
    pytest.param(
        "tests: tests/, expect: failed",
        {"t": run(1, a="passed", b="failed", c="passed")},
        "unexpected-outcome",
        id="partly-red",
    ),
    pytest.param(
        "tests: tests/, expect: failed",
        {"t": OLD, "u": ELSEWHERE},
        "failed-tests",
        id="red-module",
    ),
    pytest.param(
        "tests: tests/, expect: failed",
        {"t": run(1, a="error")},
        "failed-tests",
        id="red-broken",
    ),
    pytest.param(
        "tests: tests/, expect: failed",
        {"t": run(2, a="failed")},
        "exit-code",
        id="red-cut-short",
    ),
    pytest.param(
        "tests: tests/, expect: failed, at_least: 2",
        {"t": OLD},
        "too-few-tests",
        id="red-few",
    ),
    pytest.param("tests: x, expect: failed", {"t": OLD}, "no-match", id="red-no-match"),
    # Fixed
    pytest.param(
        "fixed: tests/", {"before": OLD, "t": run(a="passed")}, DONE, id="fixed"
    ),
    pytest.param(
        "fixed: tests/",
        {"before": run(a="passed"), "t": run(a="passed")},
        "not-failing-before",
        id="was-not-broken",
    ),
    pytest.param(
        "fixed: tests/", {"before": OLD, "t": OLD}, "failed-tests", id="not-fixed"
    ),
    pytest.param(
        "fixed: tests/",
        {"before": OLD, "t": run(b="passed")},
        "vanished-tests",
        id="vanished",
    ),
    pytest.param(
        "fixed: tests/",
        {"before": OLD, "t": run(a="skipped", b="passed")},
        "only-skipped",
        id="fixed-by-a-skip",
    ),
    pytest.param(
        "fixed: tests/",
        {"before": OLD, "t": run(a="xfailed", b="passed")},
        "only-skipped",
        id="fixed-by-an-xfail",
    ),
    pytest.param(
        "fixed: tests/", {"t": run(a="passed")}, "no-evidence", id="no-before"
    ),
    pytest.param(
        "fixed: tests/, from: old",
        {"old": OLD, "t": run(a="passed")},
        DONE,
        id="before-by-name",
    ),
    pytest.param(
        "fixed: tests/",
        {"before": "{", "t": run(a="passed")},
        "evidence-truncated",
        id="before-is-unreadable",
    ),
    pytest.param(
        "fixed: tests/",
        {"before": ELSEWHERE, "t": run(a="passed", z="passed")},
        DONE,
        id="before-was-not-collected",
    ),
    pytest.param(
        "fixed: tests/",
        {"before": ELSEWHERE, "t": run(a="passed")},
        "vanished-tests",
        id="not-collected-before-and-gone",
    ),
    pytest.param(
        "fixed: tests/",
        {"before": ELSEWHERE, "t": run(a="passed", z="skipped")},
        "only-skipped",
        id="not-collected-before-and-skipped",
    ),
    pytest.param(
        "fixed: tests/",
        {
            "before": ELSEWHERE.replace('"passed"', '"failed"'),
            "t": run(a="skipped", z="passed"),
        },
        "only-skipped",
        id="not-collected-before-beside-one-that-is-skipped",
    ),
    pytest.param(
        "fixed: tests/",
        {
            "before": ELSEWHERE.replace("tests/test_z.py", "."),
            "t": run(a="passed"),
        },
        DONE,
        id="the-session-was-not-collected",
    ),
    pytest.param(
        "fixed: tests/",
        {"before": run(1, **dict.fromkeys("deabc", "failed")), "t": run(f="passed")},
        "vanished-tests",
        id="five-vanished",
    ),
    pytest.param(
        "fixed: tests/",
        {"before": run(1, **dict.fromkeys("dabc", "failed")), "t": run(f="passed")},
        "vanished-tests",
        id="four-vanished",
    ),
    pytest.param(
        "fixed: tests/",
        {
            "before": run(1, **dict.fromkeys("cab", "failed")),
            "t": run(**dict.fromkeys("cab", "skipped"), d="passed"),
        },
        "only-skipped",
        id="three-skipped",
    ),
    # Collected
    pytest.param("collected: tests/", {"t": run(a="passed")}, DONE, id="collected"),
    pytest.param(
        "collected: tests/, at_least: 2",
        {"t": TERSE},
        DONE,
        id="tests-without-collectors",
    ),
    pytest.param(
        "collected: tests/", {"t": run(2, a="passed")}, "exit-code", id="broke-off"
    ),
    pytest.param(
        "collected: tests/", {"t": run(1, a="passed")}, DONE, id="collected-exit-1"
    ),
    pytest.param(
        "collected: tests/", {"t": ELSEWHERE}, "failed-collector", id="not-collected"
    ),
    pytest.param("collected: x", {"t": run(a="passed")}, "no-match", id="none-of-it"),
    pytest.param("collected: tests/", {}, "no-evidence", id="nothing-collected"),
    pytest.param(
        "collected: tests/", {"t": "{"}, "evidence-truncated", id="nothing-readable"
    ),
    pytest.param(
        "collected: tests/, at_least: 2",
        {"t": run(a="passed")},
        "too-few-tests",
        id="few",
    ),
    # Metrics
    pytest.param(
        "metric: t.passed, at_least: 1", {"t": run(a="passed")}, DONE, id="metric"
    ),
    pytest.param(
        "metric: t.passed, at_least: 2",
        {"t": run(a="passed")},
        "missed-target",
        id="missed",
    ),
    pytest.param(
        "metric: t.failed, at_most: 0", {"t": OLD}, "missed-target", id="too-many"
    ),
    pytest.param(
        "metric: t.total, at_least: 1, at_most: 2",
        {"t": run(a="passed")},
        DONE,
        id="between",
    ),
    pytest.param(
        "metric: t.failed, at_most: 1", {"t": OLD}, DONE, id="metric-of-failures"
    ),
    pytest.param(
        "metric: t.failed, at_most: 1",
        {"t": run(2, a="failed")},
        "exit-code",
        id="metric-of-failures-cut-short",
    ),
    pytest.param(
        "metric: t.failed, at_most: 1",
        {"t": run(1, 2, a="failed")},
        "lost-tests",
        id="metric-of-failures-and-lost",
    ),
    pytest.param(
        "metric: t.passed, at_least: 1",
        {"t": run(1, a="passed")},
        "exit-code",
        id="metric-of-a-run-without-failures",
    ),
    pytest.param(
        "metric: tests.passed, at_least: 1",
        {"t": run(3, a="passed")},
        "exit-code",
        id="metric-of-all-runs",
    ),
    pytest.param(
        "metric: a_b.passed, at_least: 1",
        {"a-b": run(3, a="passed")},
        "exit-code",
        id="metric-with-a-hyphen",
    ),
    pytest.param(
        "metric: t.failed, at_most: 0", {"t": run()}, "no-tests", id="metric-of-none"
    ),
    pytest.param(
        "metric: t.failed, at_most: 0",
        {"t": run(a="?")},
        "unknown-outcome",
        id="metric-of-words",
    ),
    pytest.param(
        "metric: t.nonsense, at_most: 0", {"t": OLD}, "no-evidence", id="no-figure"
    ),
    pytest.param(
        "metric: coverage.percent, at_least: 90",
        {"coverage": '{"totals": {"percent_covered": 89.999}}'},
        "missed-target",
        id="coverage-is-not-rounded-up",
    ),
    pytest.param(
        "metric: coverage.percent, at_least: 90",
        {"coverage": "{"},
        "evidence-truncated",
        id="unreadable-coverage",
    ),
    pytest.param(
        "metric: my_coverage.percent, at_least: 90",
        {"my-coverage": "{"},
        "evidence-truncated",
        id="unreadable-coverage-of-another-name",
    ),
    pytest.param(
        "metric: t.passed, at_least: 1",
        {"t": run(a="passed"), "other": "{"},
        DONE,
        id="metric-beside-an-unreadable-file",
    ),
    pytest.param(
        "metric: tests.passed, at_least: 1",
        {"tests": run(a="passed"), "other": "{"},
        DONE,
        id="metric-of-evidence-called-tests",
    ),
    pytest.param(
        "metric: my_t.failed, at_most: 0",
        {"my-t": OLD, "my_t": run(a="passed")},
        "no-evidence",
        id="metric-of-two-that-go-by-one-name",
    ),
    pytest.param(
        "metric: my_coverage.percent, at_least: 1",
        {
            "my-coverage": '{"totals": {"percent_covered": 95}}',
            "my_coverage": run(a="passed"),
        },
        "no-evidence",
        id="metric-of-coverage-and-tests-that-go-by-one-name",
    ),
    pytest.param(
        "metric: nobody.percent, at_least: 1",
        {"t": run(a="passed"), "coverage": "{"},
        "no-evidence",
        id="metric-of-nobody",
    ),
    # Issues
    pytest.param(
        "issue: 17",
        {"issues": '[{"number": 17, "state": "CLOSED"}]'},
        DONE,
        id="closed",
    ),
    pytest.param(
        "issue: 17",
        {"issues": '[{"number": 17, "state": "OPEN"}]'},
        "waiting",
        id="open",
    ),
    pytest.param("issue: 17", {"issues": "[]"}, "unknown-issue", id="unknown-issue"),
    pytest.param(
        "issue: 17",
        {
            "issues": '[{"number": 17, "state": "OPEN"}]',
            "more": '[{"number": 17, "state": "CLOSED"}]',
        },
        "waiting",
        id="trackers-disagree",
    ),
    pytest.param(
        "issue: 17",
        {
            "issues": '[{"number": 17, "state": "CLOSED"}]',
            "more": '[{"number": 17, "state": "OPEN"}]',
        },
        "waiting",
        id="trackers-disagree-the-other-way",
    ),
    pytest.param(
        "issue: 17, in: issues",
        {"issues": "[]", "more": '[{"number": 17, "state": "CLOSED"}]'},
        "unknown-issue",
        id="another-tracker",
    ),
    # Commands and files
    pytest.param(
        "command: make",
        {"receipts": '[{"command": "make", "exitcode": 0}]'},
        DONE,
        id="command",
    ),
    pytest.param(
        "command: make",
        {"receipts": '[{"command": "make", "exitcode": 2}]'},
        "exit-code",
        id="command-failed",
    ),
    pytest.param(
        "command: make",
        {"receipts": '[{"command": "make", "exitcode": null}]'},
        "exit-code",
        id="command-unknown",
    ),
    pytest.param(
        "command: make",
        {"receipts": '[{"command": "ls", "exitcode": 0}]'},
        "no-evidence",
        id="another-command",
    ),
    pytest.param(
        "command: make",
        {
            "receipts": '[{"command": "make", "exitcode": 0}]',
            "later": '[{"command": " make ", "exitcode": 1},'
            ' {"command": "make", "exitcode": null}]',
        },
        "exit-code",
        id="command-twice",
    ),
    pytest.param(
        "command: make, in: receipts",
        {
            "receipts": '[{"command": "ls", "exitcode": 1},'
            ' {"command": "make", "exitcode": 0}]',
            "later": '[{"command": "make", "exitcode": 1}]',
        },
        DONE,
        id="command-in-one-place",
    ),
    pytest.param(
        "command: make",
        {"receipts": '[{"command": "make", "exitcode": 3}, {"command": "ls"}]'},
        "no-evidence",
        id="receipts-that-cannot-be-read",
    ),
    pytest.param(
        "command: make",
        {
            "receipts": '[{"command": "make", "exitcode": 3},'
            ' {"command": "make", "exitcode": 2}]'
        },
        "exit-code",
        id="command-failed-twice",
    ),
    pytest.param("file: shop.py", {}, DONE, id="file-exists"),
    pytest.param("file: shop.py, contains: STORE", {}, DONE, id="file"),
    pytest.param(
        "file: shop.py, contains: MAIL", {}, "file-missing", id="file-without-text"
    ),
    pytest.param("file: nowhere.py", {}, "file-missing", id="no-file"),
]


@pytest.mark.parametrize(("criterion", "files", "code"), CASES)
def test_a_criterion_is_met_by_proof_alone(
    tmp_path: Path, criterion: str, files: dict[str, str], code: str
) -> None:
    """Each rule has a code, and only a claim without one is done."""
    task = judged(tmp_path, criterion, **files)
    assert task.code == code, task.reason
    assert (task.status is Status.DONE) == (code == DONE)


def test_each_answer_reads_well(
    tmp_path: Path, golden: Callable[[Path, str], None]
) -> None:
    """What is said in each case, and of which evidence, is in a file to be read."""
    lines = []
    for case in CASES:
        criterion, files, _ = case.values
        task = judged(tmp_path / str(case.id), criterion, **files)
        (state,) = task.criteria
        sources = ", ".join(state.evidence) or "none"
        lines.append(f"{case.id}: {criterion}\n")
        lines.append(f"    {task.status.mark} {task.reason}\n    from {sources}\n")
    golden(Path(__file__).parent / "cases" / "reasons.txt", "".join(lines))


def test_one_test_in_two_shards_is_as_good_as_its_worst(tmp_path: Path) -> None:
    """Both runs are shown, and the one that failed decides; a shard can be named."""
    files = {"linux": run(a="passed"), "windows": run(1, a="failed")}
    evidence = "{tests: {pytest: {linux: linux.json, windows: windows.json}}}"
    for pattern, status in (
        (A, Status.FAILING),
        (f"linux@{A}", Status.DONE),
        (f"windows@{A}", Status.FAILING),
    ):
        report = reported(tmp_path, evidence, f"tests: '{pattern}'", files)
        assert report.tasks[0].status is status, pattern
        names = [state.name for state in report.runs]
        assert names == ["linux@tests", "windows@tests"]


FLAKY = run(a="passed", b="passed").replace(
    '"outcome": "passed"', '"outcome": "rerun"', 1
)


@pytest.mark.parametrize(
    ("criterion", "shards", "code"),
    [
        pytest.param(
            "tests: tests/",
            {"linux": FLAKY, "windows": run(a="skipped", b="passed")},
            "flaky-tests",
            id="flaky-and-skipped",
        ),
        pytest.param(
            "tests: tests/",
            {"linux": FLAKY, "windows": FLAKY.replace("rerun", "xpassed")},
            "flaky-tests",
            id="flaky-and-passed-unexpectedly",
        ),
        pytest.param(
            "tests: tests/, expect: failed",
            {"linux": run(a="passed"), "windows": run(1, a="failed")},
            "unexpected-outcome",
            id="failed-and-passed",
        ),
        pytest.param(
            "collected: tests/, at_least: 2",
            {"linux": run(a="passed"), "windows": run(a="passed")},
            "too-few-tests",
            id="collected-twice",
        ),
    ],
)
@pytest.mark.parametrize("together", [True, False], ids=["shards", "evidence"])
def test_no_result_of_a_test_hides_another(
    tmp_path: Path,
    criterion: str,
    shards: dict[str, str],
    code: str,
    *,
    together: bool,
) -> None:
    """The worst outcome counts, and what else became of the test is not forgotten."""
    evidence = (
        "{tests: {pytest: {linux: linux.json, windows: windows.json}}}"
        if together
        else "{linux: {pytest: linux.json}, windows: {pytest: windows.json}}"
    )
    (task,) = reported(tmp_path, evidence, criterion, shards).tasks
    assert task.code == code, task.reason


@pytest.mark.parametrize(
    "evidence",
    [
        "{one: {pytest: one.json}, two: {pytest: two.json}}",
        "{one: {pytest: [one.json, two.json]}}",
    ],
    ids=["two-names", "a-list"],
)
@pytest.mark.parametrize(
    ("criterion", "found"),
    [
        pytest.param("collected: tests/", "2 tests collected in", id="criterion"),
        pytest.param("metric: tests.collected", "2 in", id="metric"),
    ],
)
def test_what_two_files_only_collected_may_be_the_same(
    tmp_path: Path, evidence: str, criterion: str, found: str
) -> None:
    """Tests that never ran are counted without their names: twice one is not two."""
    data = json.loads(run(a="passed")) | {"tests": []}
    item = {"nodeid": A, "type": "Function", "lineno": 1}
    data["collectors"] = [
        {"nodeid": "tests/test_a.py", "outcome": "passed", "result": [item]}
    ]
    files = dict.fromkeys(("one", "two"), json.dumps(data))
    (task,) = reported(tmp_path, evidence, f"{criterion}, at_least: 2", files).tasks
    assert task.code == "too-few-tests"
    assert f": {found} several files, perhaps the same, at least 2" in task.reason


def test_a_test_in_two_shards_that_stamps_tell_apart_is_one(tmp_path: Path) -> None:
    """A glob does not name shards; that of a test in two, twice one is not two."""
    shards = {
        f"results/{name}": run(a="passed").replace(
            '"tests"', f'"reportgen": {{"shard": "{name}"}}, "tests"', 1
        )
        for name in ("linux", "windows")
    }
    evidence = "{tests: {pytest: results/*.json}}"
    (task,) = reported(tmp_path, evidence, "tests: tests/, at_least: 2", shards).tasks
    assert task.reason == "tests `tests/`: 1 test passed, at least 2 must"


def test_a_file_that_only_collected_proves_nothing_beside_one_that_ran(
    tmp_path: Path,
) -> None:
    """The tests that it found and never ran may be those that would have failed."""
    collected = json.loads(run(a="passed"))
    collected["tests"] = []
    files = {"one": json.dumps(collected), "two": run(b="passed")}
    evidence = "{tests: {pytest: [one.json, two.json]}}"
    (task,) = reported(tmp_path, evidence, "tests: tests/", files).tasks
    assert (task.status, task.code) == (Status.INCOMPLETE, "no-tests")
    assert task.reason == "tests `tests/`: nothing ran (data/work/one.json)"


def test_a_module_that_cannot_be_collected_fails_what_it_may_hold(
    tmp_path: Path,
) -> None:
    """Tests that pass beside it do not make up for those that it hides."""
    data = json.loads(run(1, a="passed"))
    node = {"nodeid": "tests/test_b.py", "outcome": "failed", "longrepr": "E"}
    data["collectors"] = [node | {"result": []}]
    text = json.dumps(data)
    assert judged(tmp_path, "tests: tests/", t=text).code == "failed-collector"
    assert judged(tmp_path, f"tests: '{A}'", t=text).status is Status.DONE


def test_a_file_of_receipts_that_cannot_be_read_may_hold_a_failure(
    tmp_path: Path,
) -> None:
    """A receipt that is good proves nothing while another may be bad."""
    receipt = '[{"command": "make", "exitcode": 0}]'
    task = judged(tmp_path, "command: make", receipts=receipt, later="{")
    assert (task.status, task.code) == (Status.INCOMPLETE, "evidence-truncated")
    named = "command: make, in: receipts"
    task = judged(tmp_path, named, receipts=receipt, later="{")
    assert task.status is Status.DONE


@pytest.mark.parametrize("broken", ["receipts", "later"])
def test_receipts_with_a_broken_stamp_prove_nothing(
    tmp_path: Path, broken: str
) -> None:
    """What was stamped and cannot be read may have been anything."""
    write_files(tmp_path, {f"data/work/{broken}.json.stamp.json": "{"})
    receipt = '[{"command": "make", "exitcode": 0}]'
    task = judged(tmp_path, "command: make", receipts=receipt, later=receipt)
    assert task.code == "stamp-unreadable"


LESS = {"percent_covered": 50, "covered_lines": 9, "missing_lines": 9}
MORE = {"percent_covered": 95, "covered_lines": 19, "missing_lines": 1}
LARGER = {"percent_covered": 95, "covered_lines": 190, "missing_lines": 10}
MILLIONS = {"percent_covered": 95, "covered_lines": 1_234_567, "missing_lines": 10}


@pytest.mark.parametrize("order", ["ab", "ba"])
@pytest.mark.parametrize(
    ("parts", "bounds", "reason"),
    [
        pytest.param(
            (MORE, LESS),
            "percent, at_least: 90",
            "50, at least 90 is needed",
            id="the-least",
        ),
        pytest.param(
            (LESS, LARGER),
            "missing, at_most: 9",
            "10, at most 9 is allowed",
            id="the-most-though-it-is-a-smaller-part",
        ),
        pytest.param(
            (MORE, LESS), "missing, at_most: 9", "9, at most 9", id="both-below"
        ),
        pytest.param(
            (MILLIONS, MILLIONS),
            "covered, at_least: 1234568",
            "1,234,567, at least 1,234,568 is needed",
            id="millions-to-the-last-digit",
        ),
        pytest.param(
            (MORE, LESS), "covered, at_least: 9", "9, at least 9", id="both-above"
        ),
        pytest.param(
            (MORE, {"percent_covered": 96}),
            "missing, at_most: 9",
            "there is no figure coverage.missing",
            id="one-does-not-say",
        ),
    ],
)
def test_each_of_several_files_of_coverage_is_held_to_the_bounds(
    tmp_path: Path,
    parts: tuple[dict[str, int], ...],
    bounds: str,
    reason: str,
    order: str,
) -> None:
    """One good part does not make up for a bad one."""
    files = {
        f"cov/{name}": json.dumps({"totals": totals})
        for name, totals in zip(order, parts, strict=True)
    }
    evidence = "{coverage: {coverage: cov/*.json}}"
    (task,) = reported(tmp_path, evidence, f"metric: coverage.{bounds}", files).tasks
    assert task.criteria[0].reason == reason


@pytest.mark.parametrize("name", ["before", "now"])
@pytest.mark.parametrize(
    ("criterion", "kind", "text"),
    [
        pytest.param(
            "command: make",
            "commands",
            '[{"command": "make", "exitcode": 0}]',
            id="command",
        ),
        pytest.param(
            "metric: coverage.percent, at_least: 90",
            "coverage",
            '{"totals": {"percent_covered": 95}}',
            id="metric",
        ),
    ],
)
def test_what_was_before_proves_nothing_of_now(
    tmp_path: Path, criterion: str, kind: str, text: str, name: str
) -> None:
    """Evidence of the time before the work speaks only where it is named."""
    evidence = f"{{{name}: {{{kind}: e.json}}}}"
    (task,) = reported(tmp_path, evidence, criterion, {"e": text}).tasks
    assert task.code == ("" if name == "now" else "no-evidence")


def test_a_figure_of_before_does_not_spoil_that_of_now(tmp_path: Path) -> None:
    """Where less was covered before, what is covered now counts."""
    evidence = "{before: {coverage: old.json}, now: {coverage: new.json}}"
    files = {
        name: f'{{"totals": {{"percent_covered": {percent}}}}}'
        for name, percent in {"old": 50, "new": 95}.items()
    }
    criterion = "metric: coverage.percent, at_least: 90"
    (task,) = reported(tmp_path, evidence, criterion, files).tasks
    assert task.status is Status.DONE
    assert task.criteria[0].evidence == ("now",)


@pytest.mark.parametrize(
    ("results", "after", "tick"),
    [
        pytest.param(run(a="passed"), "{{ t.passed }}", "✅", id="proven"),
        pytest.param(run(2, a="passed"), "{{ t.passed }}", "❓", id="broken-off"),
        pytest.param(run(2, a="passed"), "{{ tests.passed }}", "❓", id="all-runs"),
        pytest.param(
            run(2, a="passed"), "{{ tests('a.py').passed or 1 }}", "❓", id="selected"
        ),
        pytest.param(run(1, a="passed", b="failed"), "{{ t.passed }}", "✅", id="red"),
        pytest.param(run(2, a="passed"), "1", "✅", id="typed"),
        pytest.param(run(2, a="passed"), "{{ t.passed - 1 }}", "❌", id="missed"),
    ],
)
def test_a_metric_meets_no_target_by_evidence_in_doubt(
    tmp_path: Path, results: str, after: str, tick: str
) -> None:
    """A figure of a run that broke off may be right, and proves nothing."""
    record = f"""\
title: Work
evidence:
  t: {{pytest: t.json}}
metrics:
  - {{name: Tests, after: "{after}", target: "= 1"}}
"""
    write_files(
        tmp_path, {"data/work/record.yaml": record, "data/work/t.json": results}
    )
    config = Config(root=tmp_path)
    (source,) = records.read(["work"], config)
    report = pipeline.testify(source, config, now=1e9)
    for template in ("report.md", "report.html"):
        assert f"{tick} = 1" in render(report, template, [])
