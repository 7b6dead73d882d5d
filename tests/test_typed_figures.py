"""Figures that somebody typed into prose, beside the computed ones."""

import json
from collections.abc import Mapping
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
    ("prose", "texts"),
    [
        ("6 passed, 2 failed", ["6 passed", "2 failed"]),
        ("All 9 passed. Only 2 failed.\n\n- 3 of 4 tests pass", None),
        ("9 passed and 100 % of tests pass", ["9 passed", "100 % of tests pass"]),
        ("of all: 2h planned → 3h actual", ["2h planned", "3h actual"]),
        ("6/6 tests passed", ["6/6 tests passed"]),
    ],
    ids=["two", "sentences", "kinds", "efforts", "one"],
)
def test_every_figure_is_found_once_and_where_it_stands(
    prose: str, texts: list[str] | None
) -> None:
    """However many figures a text holds, each is shown as it is typed."""
    found = sorted(find_typed(prose), key=lambda figure: figure.offset)
    wanted = texts or ["9 passed", "2 failed", "3 of 4 tests pass"]
    assert [figure.text for figure in found] == wanted
    assert [figure.offset for figure in found] == [prose.index(t) for t in wanted]


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


# --- Everything that a figure may mean -----------------------------------------

MIXED = {
    "passed": 40,
    "rerun": 1,
    "xpassed": 2,
    "failed": 4,
    "error": 8,
    "skipped": 16,
    "xfailed": 5,
}


def run_of(numbers: Mapping[str, int], folder: str) -> str:
    """Return a result file with `numbers` of tests by outcome, below `folder`."""
    outcomes = [name for name, number in numbers.items() for _ in range(number)]
    data = json.loads(results(*outcomes, exitcode=int("failed" in numbers)))
    for test in data["tests"]:
        test["nodeid"] = f"{folder}/{test['nodeid']}"
        if test["outcome"] == "rerun":
            test["call"]["outcome"] = "passed"
        elif test["outcome"] == "error":
            test["call"]["outcome"] = "passed"
            test["setup"] = {"outcome": "failed", "duration": 0.1}
        elif test["outcome"] in {"xpassed", "xfailed"}:
            test["call"]["outcome"] = {"xpassed": "passed", "xfailed": "skipped"}[
                test["outcome"]
            ]
    return json.dumps(data)


def judged(
    folder: Path, record: Mapping[str, object], files: Mapping[str, str]
) -> list[str]:
    """Return what is said of typed figures in `record`, which rests on `files`."""
    home = folder / "data" / "x"
    home.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (home / name).write_text(text, encoding="utf-8")
    (home / "record.yaml").write_text(json.dumps({"title": "Work", **record}))
    (source,) = records.read(["x"], Config(root=folder))
    report = pipeline.testify(source, Config(root=folder), now=1.0e9, strict=True)
    return [
        f"{found.severity}: {found.message}; {found.hint}"
        for found in report.findings
        if found.code == "typed-figure"
    ]


@pytest.mark.parametrize(
    ("stem", "right", "wrong"),
    [
        ("{} passed", {40, 43}, {0, 1, 2, 3, 41, 42, 44}),
        ("{} failed", {4, 12, 5}, {0, 8, 9, 13, 17}),
        ("{} skipped", {16, 21}, {0, 5, 11}),
        ("{} tests collected", {76}, {0, 60, 40}),
        ("40 of {} tests pass", {76, 60, 55}, {92, 71, 65, 16, 5, 43, 40}),
        ("{} of 76 tests pass", {40, 43}, {41, 42, 76, 0}),
        ("{} of 76 tests failed", {4, 12, 5}, {8, 40}),
        ("{} % of tests pass", {52, 53, 56, 57, 72}, {0, 54, 60, 100}),
        ("{}.6 % of tests pass", {52, 56, 66}, {51, 53, 62, 72}),
    ],
)
def test_each_way_to_count_agrees_and_no_other(
    tmp_path: Path, stem: str, right: set[int], wrong: set[int]
) -> None:
    """People may leave skipped tests out of a whole; no number means two things."""
    for number in right | wrong:
        record = {
            "evidence": {"all-tests": {"pytest": "all.json"}},
            "conclusion": stem.format(number),
        }
        files = {"all.json": run_of(MIXED, "t")}
        (found,) = judged(tmp_path, record, files)
        assert found.startswith("note: " if number in right else "error: "), number


@pytest.mark.parametrize(
    ("passed", "figure", "severity"),
    [
        (199, "100 %", "error"),
        (199, "99.5 %", "note"),
        (199, "99 %", "note"),
        (1, "0 %", "error"),
        (1, "1 %", "note"),
        (1, "0.5 %", "note"),
        (1, "0.6 %", "error"),
        (0, "0 %", "note"),
        (200, "100 %", "note"),
        (200, "99 %", "error"),
    ],
)
def test_nothing_is_rounded_to_all_or_nothing(
    tmp_path: Path, passed: int, figure: str, severity: str
) -> None:
    """Only if all tests pass it is 100 %, and 0 % only if none does."""
    record = {
        "evidence": {"unit": {"pytest": "unit.json"}},
        "conclusion": f"{figure} of tests pass.",
    }
    numbers = {"passed": passed, "failed": 200 - passed}
    (found,) = judged(tmp_path, record, {"unit.json": run_of(numbers, "t")})
    assert found.startswith(severity)


SEVERAL = {"a": 1, "b-c": 20, "d": 300, "e": 4000}


@pytest.mark.parametrize(
    ("evidence", "prose", "expected"),
    [
        pytest.param(
            SEVERAL,
            "5 passed",
            "error: '5 passed' is typed, and tests gives 4,321 of 4,321;"
            " write {{ tests.passed }}",
            id="none",
        ),
        pytest.param(
            SEVERAL,
            "20 passed",
            "note: '20 passed' is typed, and agrees with the evidence for now;"
            " write {{ b_c.passed }}",
            id="one",
        ),
        pytest.param(
            SEVERAL,
            "320 of 320 tests pass",
            "note: '320 of 320 tests pass' is typed, and agrees with the evidence for"
            " now; write {{ b_c.passed + d.passed }} of {{ b_c.total + d.total }}",
            id="two",
        ),
        pytest.param(
            SEVERAL,
            "4,021 passed",
            "note: '4,021 passed' is typed, and agrees with the evidence for now;"
            " write {{ a.passed + b_c.passed + e.passed }}",
            id="three",
        ),
        pytest.param(
            {f"r{number}": 2**number for number in range(6)},
            "3 passed",
            "note: '3 passed' is typed, and agrees with the evidence for now;"
            " write {{ r0.passed + r1.passed }}",
            id="of-six",
        ),
        pytest.param(
            {f"r{number}": 2**number for number in range(7)},
            "3 passed",
            "error: '3 passed' is typed, and tests gives 127 of 127;"
            " write {{ tests.passed }}",
            id="of-too-many",
        ),
    ],
)
def test_sums_of_evidence_agree_too(
    tmp_path: Path, evidence: Mapping[str, int], prose: str, expected: str
) -> None:
    """Some of several runs, added up, may be meant, and the expression says which."""
    record = {
        "evidence": {name: {"pytest": f"{name}.json"} for name in evidence},
        "conclusion": prose,
    }
    files = {f"{n}.json": run_of({"passed": i}, n) for n, i in evidence.items()}
    assert judged(tmp_path, record, files) == [expected]


@pytest.mark.parametrize(
    ("prose", "hint"),
    [
        ("1 passed", """write {{ a("a/tests/test_0.py::test['x']").passed }}"""),
        ("2 passed", "write {{ a.passed }}"),
        ("6 passed", "write {{ tests.passed }}"),
    ],
)
def test_what_a_criterion_selects_agrees_too(
    tmp_path: Path, prose: str, hint: str
) -> None:
    """The tests of one criterion may be meant, apart from all that ran."""
    run = run_of({"passed": 2}, "a").replace("test_0.py::test", "test_0.py::test['x']")
    record = {
        "evidence": {
            "a": {"pytest": "a.json"},
            "b": {"pytest": "b.json"},
            "was": {"pytest": "was.json"},
        },
        "tasks": [
            {
                "title": "Task",
                "acceptance": [
                    {"tests": """a/tests/test_0.py::test["x"]"""},
                    {"fixed": "c/", "from": "was"},
                ],
            }
        ],
        "conclusion": prose,
    }
    files = {
        "a.json": run.replace("['x']", '[\\"x\\"]'),
        "b.json": run_of({"passed": 4}, "b"),
        "was.json": run_of({"passed": 70}, "c"),
    }
    (found,) = judged(tmp_path, record, files)
    assert found.startswith("note: ")
    assert found.endswith(f"; {hint}")


@pytest.mark.parametrize("prose", ["3h actual", "0 open issues", "2 open issues"])
def test_what_no_record_speaks_of_is_not_known(tmp_path: Path, prose: str) -> None:
    """Without efforts nobody knows one, and without a tracker no number of issues."""
    (found,) = judged(tmp_path, {"conclusion": prose}, {})
    assert found.startswith(f"note: {prose!r} is typed, and no evidence can compute it")


def test_a_contradiction_names_what_was_counted(tmp_path: Path) -> None:
    """A ratio of failed tests is set beside the failed ones."""
    (found,) = findings(tmp_path, "2 of 3 tests failed")
    assert "is typed, and bad gives 1 of 3; " in found


def test_nothing_contradicts_where_a_run_cannot_be_read(tmp_path: Path) -> None:
    """Nobody knows what it would have given: the figure may have been right."""
    record = {
        "evidence": {"a": {"pytest": "a.json"}, "b": {"pytest": "b.json"}},
        "conclusion": "7 passed",
    }
    files = {"a.json": run_of({"passed": 1}, "a"), "b.json": "{"}
    why = "no evidence can compute it; add the evidence, or leave the figure out"
    assert judged(tmp_path, record, files) == [f"note: '7 passed' is typed, and {why}"]


@pytest.mark.parametrize(
    ("prose", "expected"),
    [
        ("10 hours planned", "note {{ effort.planned }}"),
        ("7 hours planned", "note tables"),
        ("5 hours planned", "note tables"),
        ("3 hours planned", "note tables"),
        ("2 hours planned", "note tables"),
        ("1 hour planned", "note tables"),
        ("30 min actual", "note {{ effort.actual }}"),
        ("6 hours planned", "error {{ effort.planned }}"),
        ("10 hours actual", "error {{ effort.actual }}"),
    ],
)
def test_every_effort_agrees(tmp_path: Path, prose: str, expected: str) -> None:
    """Of the whole, of a phase, of what is in none, and of a task."""
    record = {
        "phases": [
            {
                "title": "One",
                "tasks": [
                    {"title": "A", "planned": "1h"},
                    {"title": "B", "planned": "2h", "actual": "30m"},
                ],
            }
        ],
        "tasks": [
            {"title": "C", "planned": "5h"},
            {"title": "D", "planned": "2h"},
        ],
        "conclusion": prose,
    }
    (found,) = judged(tmp_path, record, {})
    severity, hint = expected.split(" ", 1)
    assert found.startswith(f"{severity}: {prose!r} is typed")
    assert found.endswith(hint)


@pytest.mark.parametrize(
    ("record", "number"),
    [
        pytest.param({"impact": "7 passed"}, 1, id="impact"),
        pytest.param({"sections": [{"title": "S", "body": "7 passed"}]}, 1, id="text"),
        pytest.param(
            {"tasks": [{"title": "7 passed", "problem": "7 passed"}]}, 0, id="problem"
        ),
        pytest.param({"tasks": [{"title": "T", "solution": "7 passed"}]}, 1, id="task"),
        pytest.param(
            {"risks": [{"title": "7 failed", "response": "7 failed"}]}, 0, id="risk"
        ),
        pytest.param({"criteria": [{"text": "7 passed"}]}, 0, id="success"),
    ],
)
def test_only_what_speaks_of_the_present_is_compared(
    tmp_path: Path, record: Mapping[str, object], number: int
) -> None:
    """What was wrong, may happen or is wished for has figures of its own."""
    evidence = {"a": {"pytest": "a.json"}}
    files = {"a.json": run_of({"passed": 1}, "a")}
    found = judged(tmp_path, {**record, "evidence": evidence}, files)
    assert [each.partition(":")[0] for each in found] == ["error"] * number


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
