"""Figures that somebody typed into prose, beside the computed ones."""

import json
from pathlib import Path

import pytest
import strategies as our
from hypothesis import given

from reportgen import pipeline, records
from reportgen.check.typed import find_typed
from reportgen.cli import main
from reportgen.load.config import Config
from reportgen.model import Severity

SHOWCASE = Path(__file__).parents[1]


def typed(prose: str) -> list[tuple[str, str, float, int]]:
    """Return kind, subject, number and whole of each typed figure in `prose`."""
    return [(f.kind.value, f.what, f.number, f.of) for f in find_typed(prose)]


@pytest.mark.parametrize(
    ("prose", "expected"),
    [
        ("6/6 tests", ("ratio", "passed", 6, 6)),
        ("6/6 passing", ("ratio", "passed", 6, 6)),
        ("All **6/6** tests passing", ("ratio", "passed", 6, 6)),
        ("5 of 6 tests pass", ("ratio", "passed", 5, 6)),
        ("5 out of the 6 import tests still fail", ("ratio", "failed", 5, 6)),
        ("Results: 1,204 of 1,204 tests passed.", ("ratio", "passed", 1204, 1204)),
        ("9 passed", ("count", "passed", 9, 0)),
        ("(9 passed)", ("count", "passed", 9, 0)),
        ("9 passed in 1.87s", ("count", "passed", 9, 0)),
        ("all 9 tests are passing", ("count", "passed", 9, 0)),
        ("9 mission critical tests collected", ("count", "collected", 9, 0)),
        ("2 failing tests", ("count", "failed", 2, 0)),
        ("Tests passed: 6", ("count", "passed", 6, 0)),
        ("100 % of tests pass", ("rate", "passed", 100, 0)),
        ("100% of the tests", ("rate", "passed", 100, 0)),
        ("Pass rate: 98.5%", ("rate", "passed", 98.5, 0)),
        ("98.5 % pass rate", ("rate", "passed", 98.5, 0)),
        ("4 hours actual", ("effort", "actual", 4 * 3600, 0)),
        ("Planned: 1.5h", ("effort", "planned", 5400, 0)),
        ("4 open issues", ("open issues", "", 4, 0)),
        ("4 issues are still open", ("open issues", "", 4, 0)),
    ],
)
def test_what_is_typed_is_found(
    prose: str, expected: tuple[str, str, float, int]
) -> None:
    """The forms in which reports state figures of tests, efforts and issues."""
    kind, what, number, whole = expected
    ((found_kind, found_what, *found),) = typed(prose)
    assert (found_kind, *found) == (kind, number, whole)
    assert found_what == what or kind == "open issues"


@pytest.mark.parametrize(
    "prose",
    [
        "Phase 1 tests pass",
        "Python 3 tests pass",
        "the tests of #1176 pass",
        "build 14 failed, and nobody knows why",
        "HTTP 500 failed requests",
        "2 of 3 reviewers passed",
        "we added 6 tests",
        "2 of 3 tests were rewritten",
        "we rewrote 2 of 3 tests",
        "before the fix 3 tests failed",
        "3 tests failed before",
        "at least 6 tests pass",
        "~6 tests pass",
        "6+ tests pass",
        "2-3 tests pass",
        "6 tests should pass",
        "if 6 of 6 tests pass, we deploy",
        "from 3 to 6 tests pass",
        "52 → 0 failed tests",
        "`6/6 tests`",
        "```\n9 passed in 1.2s\n```",
        "    9 passed in 1.2s",
        "[6/6](https://example.org/6/6 tests)",
        "https://example.org/9/9/tests",
        "{{ tests.passed }} of {{ tests.total }} tests pass",
        "80 % of tests use a fixture",
        "94.5 % of requests pass the filter",
        "90 % test coverage",
        "planned 2 hours of downtime",
        "4 hours of work",
        "2026-09-16 passed",
        "on 9/16 passed the deadline",
        "version 2.3 passed",
        "12:30 passed",
        "six of six tests pass",
        "$500K+ ARR",
        "",
    ],
)
def test_a_false_alarm_is_worse_than_a_miss(prose: str) -> None:
    """What may speak of something else, of another time or of a wish is left alone."""
    assert typed(prose) == []


@given(our.hostile_texts)
def test_any_text_can_be_looked_through(prose: str) -> None:
    """Each figure found stands in the text where it is said to stand."""
    for figure in find_typed(prose):
        assert " ".join(prose[figure.offset :].split()).startswith(figure.text)


def test_no_text_takes_long() -> None:
    """Signs that open and never close are looked at once."""
    for piece in ("{{", "`", "](", "6/6 ", "6 of ", "passed 6 "):
        assert len(list(find_typed(piece * 20_000))) >= 0


# --- Compared with evidence ----------------------------------------------------


def results(*outcomes: str, exitcode: int) -> str:
    """Return a file of pytest-json-report in which tests ended in `outcomes`."""
    phase = {"outcome": "passed", "duration": 0.1}
    tests = [
        {
            "nodeid": f"tests/test_{i}.py::test",
            "outcome": outcome,
            "setup": phase,
            "call": {"outcome": outcome, "duration": 0.1},
            "teardown": phase,
        }
        for i, outcome in enumerate(outcomes)
    ]
    summary = {name: outcomes.count(name) for name in outcomes}
    summary |= {"total": len(outcomes), "collected": len(outcomes)}
    return json.dumps(
        {"created": 1.0e9, "exitcode": exitcode, "summary": summary, "tests": tests}
    )


def findings(folder: Path, prose: str, *, strict: bool = False) -> list[str]:
    """Return the typed figures that are found in the solution of one task."""
    (folder / "data" / "x").mkdir(parents=True, exist_ok=True)
    good = results(*["passed"] * 6, exitcode=0)
    bad = results(*["passed"] * 2, "failed", exitcode=1)
    (folder / "data" / "x" / "good.json").write_text(good)
    (folder / "data" / "x" / "bad.json").write_text(bad)
    issues = [{"number": n, "title": "t", "state": "OPEN", "url": ""} for n in (7, 8)]
    (folder / "data" / "x" / "issues.json").write_text(json.dumps(issues))
    record = {
        "title": "Work",
        "evidence": {
            "good": {"pytest": "good.json"},
            "bad": {"pytest": "bad.json"},
            "tracker": {"issues": "issues.json"},
        },
        "tasks": [
            {
                "title": "Store",
                "planned": "2h",
                "actual": "1h",
                "acceptance": [{"tests": "tests/", "in": "bad"}],
                "solution": [prose],
            }
        ],
    }
    (folder / "data" / "x" / "record.yaml").write_text(json.dumps(record))
    config = Config(root=folder)
    (source,) = records.read(["x"], config)
    report = pipeline.testify(source, config, now=1.0e9, strict=strict)
    return [
        f"{found.severity}: {found.message}; {found.hint}"
        for found in report.findings
        if found.code == "typed-figure"
    ]


@pytest.mark.parametrize(
    ("prose", "hint"),
    [
        ("3 of 3 tests pass", "write {{ bad.passed }} of {{ bad.total }}"),
        ("7 passed", "write {{ bad.passed }}"),
        ("100 % of tests fail", ""),
        ("3 tests failed", "write {{ bad.failed }}"),
        ("99 % of tests pass", "write {{ bad.passed }} of {{ bad.total }}"),
        ("3 hours actual", "write {{ effort.actual }}"),
        ("3 open issues", "write {{ open_issues | length }}"),
    ],
)
def test_a_figure_that_contradicts_is_an_error(
    tmp_path: Path, prose: str, hint: str
) -> None:
    """The cure for a wrong figure is an expression, of the evidence that is meant."""
    found = findings(tmp_path, prose)
    assert [each.partition("; ")[2] for each in found] == ([hint] if hint else [])
    assert all(each.startswith("error: ") for each in found)


@pytest.mark.parametrize(
    ("prose", "hint"),
    [
        ("6 of 6 tests pass", "write {{ good.passed }} of {{ good.total }}"),
        ("2 of 3 tests pass", "write {{ bad.passed }} of {{ bad.total }}"),
        (
            "8 of 9 tests pass",
            "write {{ tests.passed }} of {{ tests.total }}",
        ),
        ("1 failed test", "write {{ bad.failed }}"),
        ("67 % of tests pass", "write {{ bad.passed }} of {{ bad.total }}"),
        ("66.67 % pass rate", "write {{ bad.passed }} of {{ bad.total }}"),
        ("1 hour actual", "write {{ effort.actual }}"),
        ("2 open issues", "write {{ open_issues | length }}"),
    ],
)
def test_a_figure_that_agrees_is_shown_if_asked_for(
    tmp_path: Path, prose: str, hint: str
) -> None:
    """What is right by chance today is silent, and a note for who wants to see it."""
    assert findings(tmp_path, prose) == []
    (found,) = findings(tmp_path, prose, strict=True)
    assert found.startswith("note: ")
    assert found.endswith(f"; {hint}")


def test_what_nothing_can_compute_is_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where there is no evidence, nothing contradicts, and --strict says so."""
    (tmp_path / "data").mkdir()
    text = (
        "title: Work\nimpact: all 6 tests pass\nconclusion: |\n  Good.\n\n  9 passed.\n"
    )
    (tmp_path / "data" / "x.yaml").write_text(text)
    monkeypatch.chdir(tmp_path)
    assert main(["check", "x"]) == 0
    assert capsys.readouterr().out == ""
    assert main(["check", "x", "--strict"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(": ")[0] for line in lines] == [
        "data/x.yaml:2:9",
        "data/x.yaml:6:3",
    ]


def test_the_showcase_types_no_figure() -> None:
    """The project's own example names every figure by an expression."""
    config = Config(root=SHOWCASE)
    (source,) = records.read(["issue-1197"], config)
    report = pipeline.testify(source, config, now=1.8e9, strict=True)
    codes = [(f.code, f.severity) for f in report.findings]
    assert ("typed-figure", Severity.ERROR) not in codes
