"""What is wrong with claims and evidence is told once a cause, with place and code."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from repositories import write_files

from reportgen import pipeline, records
from reportgen.load.config import Config
from reportgen.model import Diagnostic, Severity
from reportgen.report import Report

MOMENT = 1_772_452_800.0  # 2 March 2026


def run(**outcomes: str) -> str:
    """Return a file of tests, by name with their outcomes."""
    tests = [
        {"nodeid": f"tests/test_{name}.py::test_it", "outcome": outcome}
        | {phase: {"outcome": outcome} for phase in ("setup", "call", "teardown")}
        for name, outcome in outcomes.items()
    ]
    exitcode = 1 if "failed" in outcomes.values() else 0
    return json.dumps({"created": MOMENT, "exitcode": exitcode, "tests": tests})


HEAD = (
    "title: Work\nevidence: {before: {pytest: before.json}, now: {pytest: now.json}}\n"
)
TASK = "tasks:\n  - {id: work, title: Work, done: true, "
PROVEN = f"{HEAD}{TASK}acceptance: [{{tests: tests/test_a.py}}]}}\n"
TRACKED = (
    "title: Work\nevidence: {issues: {issues: issues.json}, now: {pytest: now.json}}\n"
)
FILES = {"before.json": run(a="passed"), "now.json": run(a="passed")}

CASES = [
    pytest.param(PROVEN, {}, [], id="nothing"),
    pytest.param(
        PROVEN,
        {"before.json": run(a="passed", b="passed")},
        [
            (
                "vanished-tests",
                "warning",
                "1 test vanished since 'before': tests/test_b",
            )
        ],
        id="vanished",
    ),
    pytest.param(
        PROVEN,
        {
            "before.json": run(a="passed", b="passed"),
            "now.json": run(a="passed", b="skipped"),
        },
        [("newly-skipped", "warning", "skipped now, unlike 'before': tests/test_b.py")],
        id="newly-skipped",
    ),
    pytest.param(
        PROVEN,
        {
            "before.json": run(a="passed", b="passed"),
            "now.json": run(a="passed", b="xfailed"),
        },
        [("newly-open", "warning", "passed nor failed now, unlike 'before': tests/te")],
        id="newly-open",
    ),
    pytest.param(
        PROVEN,
        {"now.json": run(a="passed", b="failed")},
        [("failed-tests", "warning", "1 of 2 tests failed")],
        id="failed-elsewhere",
    ),
    pytest.param(
        PROVEN.replace("test_a.py}", "test_a.py, at_least: 2}"),
        {},
        [("too-few-tests", "error", "1 test passed, at least 2 must")],
        id="too-few",
    ),
    pytest.param(
        f"{HEAD}{TASK}acceptance: []}}\n",
        {},
        [("no-criterion", "error", "nothing shows it")],
        id="no-criterion",
    ),
    pytest.param(
        f"{HEAD}{TASK}blocked_by: [17], acceptance: [{{tests: tests/test_a.py}}]}}\n",
        {},
        [("claim-blocked", "error", "waits for #17")],
        id="claimed-and-blocked",
    ),
    pytest.param(
        f"{TRACKED}{TASK}after: [17], acceptance: [{{tests: tests/test_a.py}}]}}\n",
        {"issues.json": "[]"},
        [
            ("claim-blocked", "error", "waits for #17"),
            ("unknown-issue", "warning", "issue #17 is not known; it counts as open"),
        ],
        id="unknown-issue",
    ),
    pytest.param(
        f"{TRACKED}blockers: [{{title: B, blocked_by: [17],"
        " attested: {by: lead, on: 2026-02-01}}]\n",
        {"issues.json": "[]"},
        [("unknown-issue", "warning", "waits for it is gone is somebody's word")],
        id="unknown-issue-of-what-is-gone",
    ),
    pytest.param(
        PROVEN.replace("evidence:", "date: 2026-03-05\nevidence:").replace(
            "[{tests: tests/test_a.py}]", "[{tests: tests/}, {tests: tests/test_a.py}]"
        ),
        {},
        [
            ("far-date", "warning", "dated 2026-03-05, which is yet to come"),
            ("stale-evidence", "error", "made on 2026-03-02, the record is dated"),
            ("stale-evidence", "warning", "now.json: made on 2026-03-02"),
        ],
        id="stale-once-for-two-criteria",
    ),
    pytest.param(
        f"{PROVEN}metrics:\n"
        "  - {name: 'Sign-in, p95', before: 420 ms, after: 240 ms, target: < 200 ms}\n"
        "  - {name: Passed, value: '{{ now.passed }}', target: '>= 2 tests'}\n"
        "  - {name: Met, value: 3, target: '>= 3'}\n"
        "  - {name: Incomparable, value: 3 s, target: '>= 3 ms'}\n"
        "  - {name: Typed in vain, value: fast, target: '>= 3 ms'}\n"
        "  - {name: No target, before: 3, after: 4}\n",
        {},
        [
            ("missed-target", "warning", "'Sign-in, p95' is '240 ms', and its target"),
            ("missed-target", "warning", "'Passed' is '1', and its target is '>= 2 te"),
        ],
        id="missed-targets",
    ),
    pytest.param(
        f"{PROVEN}metrics:\n"
        "  - {name: Passed, value: '{{ now.passed }}', target: '>= 2'}\n",
        {"now.json": run(a="passed").replace('"exitcode": 0', '"exitcode": 2')},
        [
            ("exit-code", "error", "exit code 2"),
            ("exit-code", "warning", "exit code 2"),
        ],
        id="unproven-metric",
    ),
    pytest.param(
        PROVEN.replace("evidence:", "date: 2026-01-05\nevidence:"),
        {},
        [("far-date", "warning", "dated 2026-01-05, but its evidence was made on")],
        id="far-date",
    ),
    pytest.param(
        "title: W\ndate: 2026-03-05\n",
        {},
        [("far-date", "warning", "dated 2026-03-05, which is yet to come")],
        id="date-to-come",
    ),
    pytest.param(
        "title: W\ntasks: [{title: T, done: true, attested: "
        "{by: lead, on: 2099-01-01T10:00Z}}]\n",
        {},
        [("far-date", "warning", "dated 2099-01-01T10:00Z, which is yet to come")],
        id="attested-to-come",
    ),
    pytest.param(
        f"{PROVEN}criteria: [{{text: all, acceptance: [{{tests: tests/x}}]}}]\n",
        {},
        [("unmet-criterion", "error", "no test matches")],
        id="unmet-criterion",
    ),
]


# What is said word by word beside that; the golden file has it.
MANY = {f"t{number}": "passed" for number in range(1206)}
SIX = {name: MANY[name] for name in list(MANY)[:6]}
FIVE = {name: MANY[name] for name in list(MANY)[:5]}
BROKEN = run(a="passed").replace('"exitcode": 0', '"exitcode": 2')
FLAKY = run(a="rerun").replace('{"outcome": "rerun"}', '{"outcome": "passed"}')
CALL_FAILED = run(a="failed")
for phase in ("setup", "teardown"):
    was = f'"{phase}": {{"outcome": "failed"}}'
    CALL_FAILED = CALL_FAILED.replace(was, was.replace("failed", "passed"))
NOTHING = run().replace('"exitcode": 0', '"exitcode": 5')
DATED = HEAD.replace("evidence:", "date: 2026-03-05\nevidence:")
MORE = [
    pytest.param(PROVEN, {"now.json": run(a="failed")}, id="failed"),
    pytest.param(
        PROVEN.replace("test_a.py}", "test_a.py, expect: failed}"),
        {"now.json": CALL_FAILED},
        id="failed-as-expected",
    ),
    pytest.param(
        PROVEN,
        {"now.json": run(b="failed").replace('"exitcode": 1', '"exitcode": 3')},
        id="failed-and-broke-off",
    ),
    pytest.param(PROVEN, {"now.json": run(a="skipped")}, id="only-skipped"),
    pytest.param(PROVEN, {"now.json": FLAKY}, id="flaky"),
    pytest.param(PROVEN, {"now.json": run()}, id="nothing-ran"),
    pytest.param(PROVEN, {"now.json": NOTHING}, id="nothing-collected"),
    pytest.param(PROVEN, {"now.json": "{"}, id="unreadable-run"),
    pytest.param(PROVEN, {"now.json": BROKEN}, id="cut-short"),
    pytest.param(PROVEN, {"before.json": BROKEN}, id="before-was-cut-short"),
    pytest.param(
        PROVEN,
        {"now.json": run(a="passed").replace("{", '{"summary": {"collected": 3}, ', 1)},
        id="lost",
    ),
    pytest.param(
        PROVEN,
        {"now.json.stamp.json": '{"exitcode": 0, "argv": ["pytest", "--lf"]}'},
        id="partial",
    ),
    pytest.param(
        PROVEN.replace("now.json", "[now.json, other.json]"),
        {"other.json": BROKEN},
        id="one-of-two-files-was-cut-short",
    ),
    pytest.param(
        PROVEN.replace("now.json", "{linux: now.json, windows: other.json}"),
        {"other.json": BROKEN},
        id="one-of-two-shards-was-cut-short",
    ),
    pytest.param(
        f"{HEAD}{TASK}acceptance: [{{tests: a/}}, {{tests: b/}}, {{command: make}},"
        " {file: a.py}]}\n",
        {},
        id="each-criterion",
    ),
    pytest.param(
        f"{DATED}{TASK}acceptance: [{{tests: tests/}},\n"
        "  {tests: tests/test_a.py},\n  {file: a.py}]}\n",
        {},
        id="stale-once-and-more",
    ),
    pytest.param(
        f"{HEAD}{TASK}blocked_by: [17, 18], acceptance: [{{tests: a/}}]}}\n",
        {},
        id="blocked-and-unproven",
    ),
    pytest.param(PROVEN, {"before.json": run(a="passed", **MANY)}, id="many-vanished"),
    pytest.param(PROVEN, {"before.json": run(a="passed", **SIX)}, id="six-vanished"),
    pytest.param(PROVEN, {"before.json": run(a="passed", **FIVE)}, id="five-vanished"),
    pytest.param(
        PROVEN,
        {
            "before.json": run(a="passed", **MANY),
            "now.json": run(a="passed", **dict.fromkeys(MANY, "skipped")),
        },
        id="many-newly-skipped",
    ),
    pytest.param(
        "title: Work\n"
        "evidence:\n"
        "  issues: {issues: issues.json}\n"
        "  cov: {coverage: cov.json}\n"
        "  make: {commands: make.json}\n",
        {"issues.json": "{", "cov.json": "{", "make.json": "{"},
        id="all-unreadable",
    ),
    pytest.param(
        "title: Work\n"
        "evidence: {issues: {issues: issues.json}}\n"
        "blockers: [{title: B, blocked_by: [11, 10]}]\n"
        "phases: [{title: P, after: [12], blocked_by: [10, 13]}]\n"
        "tasks: [{id: t, title: T, after: [14, 12], blocked_by: [15]},\n"
        "  {id: u, title: U, after: [t]}]\n",
        {"issues.json": '[{"number": 10, "state": "OPEN"}]'},
        id="unknown-issues",
    ),
    pytest.param(
        "title: Work\ntasks: [{title: T, after: [14]}]\n", {}, id="without-a-tracker"
    ),
    pytest.param(
        "title: Work\ndate: 2026-01-05\nevidence: {before: {pytest: before.json}}\n",
        {},
        id="dated-long-before-what-was-before",
    ),
    pytest.param(
        f"{PROVEN}  - {{title: Later}}\n"
        "criteria: [{text: all, acceptance: [{tests: tests/x}]}]\n",
        {},
        id="unmet-while-work-is-left",
    ),
    pytest.param(
        f"{HEAD}criteria: [{{text: all, acceptance: [{{tests: tests/x}}]}}]\n",
        {},
        id="unmet-without-tasks",
    ),
    pytest.param(
        f"{PROVEN}criteria:\n"
        "  - {text: some, acceptance: [{tests: tests/}]}\n"
        "  - {text: all, acceptance: [{tests: tests/x}]}\n",
        {},
        id="met-and-unmet",
    ),
]


def findings(
    folder: Path, record: str, files: dict[str, str]
) -> tuple[Diagnostic, ...]:
    """Return what is wrong with `record`, beside `files` of evidence."""
    return report(folder, record, files).findings


def report(folder: Path, record: str, files: dict[str, str]) -> Report:
    """Return what follows from `record`, beside `files` of evidence."""
    texts = {f"data/work/{name}": text for name, text in (FILES | files).items()}
    write_files(folder, texts | {"data/work/record.yaml": record})
    config = Config(root=folder)
    (source,) = records.read(["work"], config)
    return pipeline.testify(source, config, now=MOMENT)


@pytest.mark.parametrize(("record", "files", "expected"), CASES)
def test_each_cause_is_told_once(
    tmp_path: Path,
    record: str,
    files: dict[str, str],
    expected: list[tuple[str, str, str]],
) -> None:
    """A wrong claim is an error, a bad run a warning; each knows its place."""
    found = findings(tmp_path, record, files)
    found = tuple(sorted(found, key=lambda f: (f.code, f.severity)))
    codes = [(finding.code, str(finding.severity)) for finding in found]
    assert codes == [(code, severity) for code, severity, _ in expected]
    for finding, (_, _, words) in zip(found, expected, strict=True):
        assert words in finding.message
        assert finding.place.path == "data/work/record.yaml"
        assert finding.severity is not Severity.NOTE


def test_what_explains_an_exit_code_hides_nothing(tmp_path: Path) -> None:
    """A run with a failed test is not green for two reasons, and is told of once."""
    work = report(tmp_path, PROVEN, {"now.json": run(a="passed", b="failed")})
    (now,) = work.present_runs
    assert not now.green
    assert [each.code for each in now.findings] == ["exit-code", "failed-tests"]
    assert [each.code for each in work.findings] == ["failed-tests"]


def test_each_finding_reads_well(
    tmp_path: Path, golden: Callable[[Path, str], None]
) -> None:
    """What is said in each case, and where, is in a file to be read."""
    lines = []
    for case in [*CASES, *MORE]:
        record, files, *_ = case.values
        found = findings(tmp_path / str(case.id), record, files)
        lines.append(f"{case.id}:\n")
        lines += [f"    {each}\n" for each in found]
        assert all(each.hint for each in found)
    golden(Path(__file__).parent / "cases" / "findings.txt", "".join(lines))
