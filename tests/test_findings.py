"""What is wrong with claims and evidence is told once a cause, with place and code."""

import json
from pathlib import Path

import pytest
from repositories import write_files

from reportgen import pipeline, records
from reportgen.load.config import Config
from reportgen.model import Severity

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
        {"now.json": run(a="passed", b="failed")},
        [
            ("exit-code", "warning", "exit code 1"),
            ("failed-tests", "warning", "1 of 2 tests failed"),
        ],
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


@pytest.mark.parametrize(("record", "files", "expected"), CASES)
def test_each_cause_is_told_once(
    tmp_path: Path,
    record: str,
    files: dict[str, str],
    expected: list[tuple[str, str, str]],
) -> None:
    """A wrong claim is an error, a bad run a warning; each knows its place."""
    texts = {f"data/work/{name}": text for name, text in (FILES | files).items()}
    write_files(tmp_path, texts | {"data/work/record.yaml": record})
    config = Config(root=tmp_path)
    (source,) = records.read(["work"], config)
    found = pipeline.testify(source, config, now=MOMENT).findings
    found = tuple(sorted(found, key=lambda f: (f.code, f.severity)))
    codes = [(finding.code, str(finding.severity)) for finding in found]
    assert codes == [(code, severity) for code, severity, _ in expected]
    for finding, (_, _, words) in zip(found, expected, strict=True):
        assert words in finding.message
        assert finding.place.path == "data/work/record.yaml"
        assert finding.severity is not Severity.NOTE
