"""What pytest-json-report's files say, and what they only seem to say."""

import errno
import io
import itertools
import json
import math
import re
import tempfile
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from evidence_files import CASES, SHARED, load, run_of

from reportgen.assess.runs import judge_run
from reportgen.load import counts, repeats
from reportgen.load.pytest_test import outcome_of
from reportgen.model import Collector, Outcome, Result, Run, Selection, Tally

BROKEN = sorted((CASES / "broken_results").glob("*.json"))
REAL = sorted((*SHARED.glob("generated/*.json"), *SHARED.glob("real/*.json")))


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_broken_file_has_a_problem(path: Path) -> None:
    """A file that is not whole says where and why, and never seems empty or green."""
    run = run_of(path.parent, path.name)
    assert f"{run.problem}\n" == path.with_suffix(".err").read_text("utf-8")
    assert re.fullmatch("[0-9a-f]{64}", run.sha256)


def _told(word: str | None, **phases: str) -> Outcome:
    return outcome_of(word, tuple(phases.items()))


_WHOLE = {"setup": "passed", "call": "passed", "teardown": "passed"}


@pytest.mark.parametrize(
    ("word", "phases", "expected"),
    [
        ("passed", _WHOLE, Outcome.PASSED),
        ("passed", {"setup": "passed"}, Outcome.UNFINISHED),
        ("passed", {"setup": "passed", "call": "passed"}, Outcome.UNFINISHED),
        ("passed", {}, Outcome.UNFINISHED),
        ("passed", {"call": "passed", "teardown": "passed"}, Outcome.PASSED),
        ("passed", _WHOLE | {"call": "failed"}, Outcome.FAILED),
        ("passed", _WHOLE | {"cleanup": "failed"}, Outcome.FAILED),
        ("passed", _WHOLE | {"call": "?"}, Outcome.UNKNOWN),
        ("passed", _WHOLE | {"call": "rerun"}, Outcome.UNKNOWN),
        ("failed", _WHOLE, Outcome.FAILED),
        ("failed", {"setup": "passed", "???": "failed"}, Outcome.FAILED),
        ("failed", _WHOLE | {"teardown": "failed"}, Outcome.ERROR),
        ("passed", {"setup": "failed"}, Outcome.ERROR),
        ("error", _WHOLE, Outcome.ERROR),
        ("skipped", {"setup": "skipped", "teardown": "passed"}, Outcome.SKIPPED),
        ("skipped", {"setup": "skipped", "teardown": "error"}, Outcome.ERROR),
        ("xfailed", _WHOLE | {"call": "skipped"}, Outcome.XFAILED),
        ("xpassed", _WHOLE, Outcome.XPASSED),
        ("xpassed", _WHOLE | {"call": "skipped"}, Outcome.UNKNOWN),
        ("xpassed", _WHOLE | {"call": "?"}, Outcome.UNKNOWN),
        ("rerun", _WHOLE, Outcome.FLAKY),
        ("rerun", _WHOLE | {"call": "rerun"}, Outcome.UNFINISHED),
        ("rerun", _WHOLE | {"call": "failed"}, Outcome.FAILED),
        ("rerun", {"setup": "rerun", "teardown": "passed"}, Outcome.UNFINISHED),
        ("subtests passed", _WHOLE, Outcome.UNKNOWN),
        (None, _WHOLE, Outcome.UNKNOWN),
        (None, {"setup": "passed"}, Outcome.UNKNOWN),
        (None, {"setup": "error"}, Outcome.ERROR),
    ],
)
def test_worst_phase_counts(
    word: str | None, phases: dict[str, str], expected: Outcome
) -> None:
    """A test is counted once, under its worst phase; "passed" has to be shown."""
    assert _told(word, **phases) is expected


def _write(folder: Path, tests: list[Any], **more: object) -> str:
    report = {"exitcode": 0, "tests": tests} | more
    (folder / "r.json").write_text(json.dumps(report), encoding="utf-8")
    return "r.json"


_PHASES = {name: {"outcome": each} for name, each in _WHOLE.items()}


def _test(nodeid: str, outcome: str = "passed", **more: str) -> dict[str, Any]:
    phases = _PHASES | {"call": {"outcome": outcome} | more}
    return {"nodeid": nodeid, "lineno": 3, "outcome": outcome, **phases}


@pytest.mark.parametrize("phase", ["call", "teardown"])
@pytest.mark.parametrize(
    "said",
    [{}, {"duration": 1.5}, {"outcome": None}, {"outcome": "Passed"}, {"Outcome": "x"}],
    ids=str,
)
def test_a_phase_that_does_not_say_how_it_ended_proves_nothing(
    tmp_path: Path, phase: str, said: dict[str, Any]
) -> None:
    """Such a test never counts as passed, whatever its own word says."""
    test = _test("a.py::x") | {phase: said}
    run = run_of(tmp_path, _write(tmp_path, [_test("a.py::y"), test]))
    assert (run.tally.total, run.tally.passed) == (2, 1)


@pytest.mark.parametrize("folder", ["unit", "v1.2/unit"])
def test_what_a_folder_found_is_counted_by_its_names(
    tmp_path: Path, folder: str
) -> None:
    """A pattern that names a file finds the tests that its folder collected."""
    items = [{"nodeid": f"{folder}/a.py::t{n}", "lineno": n} for n in range(3)]
    found = {"nodeid": folder, "outcome": "passed", "result": items}
    report = _write(tmp_path, [_test(f"{folder}/a.py::t0")], collectors=[found])
    run = run_of(tmp_path, report, "pytest", f"{folder}/a.py")
    assert run.selections[f"{folder}/a.py"].collected == 3


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (0, 0),
        (77, 77),
        ("0", 0),
        (1.0, 1),
        (0.5, None),
        ("one", None),
        (True, None),
        (None, None),
        ([], None),
    ],
)
def test_exit_code_is_a_number_or_unknown(
    tmp_path: Path, code: object, expected: int | None
) -> None:
    """What is no whole number is no exit code: above all, it is not 0."""
    run = run_of(tmp_path, _write(tmp_path, [], exitcode=code, summary={}))
    assert run.exitcode == expected
    assert run.problem is None


_FAILS = {"outcome": "failed", "duration": 0.5, "longrepr": "E   one"}
_CRASHED = {"outcome": "failed", "longrepr": "x", "crash": {"message": "boom\nat sea"}}
_TEXTS = {"call": _FAILS, "teardown": _FAILS | {"longrepr": "\x1b[1mE   two"}}
_SILENT = {"call": {"outcome": "failed"}, "teardown": _FAILS}
_XFAILED = {"outcome": "skipped", "longrepr": "text", "crash": {"message": "why"}}
_SKIPPED = {"outcome": "skipped", "longrepr": "('a.py', 1, 'Skipped: why')"}


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        pytest.param(
            {"outcome": "failed", "???": _CRASHED},
            {
                "outcome": Outcome.FAILED,
                "word": "failed",
                "message": "boom\nat sea",
                "detail": "x",
                "phases": ("???",),
            },
            id="a-lost-worker",
        ),
        pytest.param(
            {"outcome": "failed", "???": {"outcome": "failed"}, "setup": _FAILS},
            {
                "outcome": Outcome.ERROR,
                "word": "failed",
                "message": "one",
                "detail": "E   one",
                "phases": ("setup", "???"),
                "duration": 0.5,
            },
            id="told-backwards",
        ),
        pytest.param(
            {"outcome": "error", **_TEXTS},
            {
                "outcome": Outcome.ERROR,
                "word": "error",
                "message": "one",
                "detail": "E   one\n\nE   two",
                "phases": ("call", "teardown"),
                "duration": 1.0,
            },
            id="two-phases-broke",
        ),
        pytest.param(
            {"outcome": "error", **_SILENT},
            {
                "outcome": Outcome.ERROR,
                "word": "error",
                "detail": "E   one",
                "phases": ("call", "teardown"),
                "duration": 0.5,
            },
            id="one-of-them-silent",
        ),
        pytest.param(
            {
                "outcome": "failed",
                "setup": {"outcome": "passed", "duration": 1e308},
                "call": {"outcome": "failed", "duration": 1e308},
            },
            {"outcome": Outcome.FAILED, "word": "failed", "phases": ("call",)},
            id="longer-than-any-number",
        ),
        pytest.param(
            {"outcome": "xfailed", "call": _XFAILED},
            {"outcome": Outcome.XFAILED, "word": "xfailed", "message": "why"},
            id="expected-to-fail",
        ),
        pytest.param(
            {"outcome": "skipped", "setup": _SKIPPED},
            {"outcome": Outcome.SKIPPED, "word": "skipped", "message": "why"},
            id="skipped",
        ),
        pytest.param(
            {"outcome": "rerun", "lineno": None},
            {"outcome": Outcome.UNFINISHED, "word": "rerun", "line": None},
            id="no-line",
        ),
        pytest.param({}, {"outcome": Outcome.UNKNOWN, "word": ""}, id="no-word"),
    ],
)
@pytest.mark.parametrize(
    "more",
    [{}, {"more": 1}, {"metadata": {"loss": math.nan, "outcome": "failed"}}],
    ids=["plain", "with-another-key", "with-nan"],
)
def test_result_says_all_that_its_test_does(
    tmp_path: Path, told: dict[str, Any], expected: dict[str, Any], more: dict[str, Any]
) -> None:
    """Whoever can read it, the result of a test is the same in all that it tells."""
    test = {"nodeid": "a.py::x", "lineno": 3} | told | more
    run = run_of(tmp_path, _write(tmp_path, [test]))
    assert run.problem is None
    named = {"nodeid": "a.py::x", "line": 4}
    assert run.results == (Result(**(named | expected)),)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("subtests passed", ("subtests passed",)),
        ("x" * 101, ("x" * 100,)),
        ("odd \udc80", (r"odd \udc80",)),
        (3, ("3",)),
        (None, ()),
    ],
    ids=ascii,
)
def test_words_that_nobody_knows_are_told(
    tmp_path: Path, word: object, expected: tuple[str, ...]
) -> None:
    """An outcome of another plugin is named by the run, and by its result."""
    test = _test("a.py::x") | {"outcome": word}
    run = run_of(tmp_path, _write(tmp_path, [test]))
    assert (run.tally, run.words) == (Tally(unknown=1), expected)
    assert [each.word[:100] for each in run.results] == list(expected or [""])


def test_text_that_is_no_unicode_can_be_shown(tmp_path: Path) -> None:
    """Wherever a lone surrogate stands, a report can be written."""
    lone = {"outcome": "failed\udc80", "longrepr": "\udc80"}
    tests = [
        _test("a.py::\udc80", "failed", longrepr="x\udc80"),
        _test("a.py::b") | {"\udc80": lone, "teardown": lone},
    ]
    collectors: list[dict[str, object]] = [
        {"nodeid": "\udc80.py", "outcome": "failed", "longrepr": "E   \udc80"},
        {"nodeid": "b.py", "outcome": "skipped", "longrepr": "('b', 1, '\udc80')"},
    ]
    items = [{"nodeid": "\udc80.py::x", "lineno": 1}, {"nodeid": 3, "lineno": 1}]
    collectors += [{"nodeid": "", "outcome": "passed", "result": items}]
    report = _write(tmp_path, tests, collectors=collectors)
    run = run_of(tmp_path, report, "pytest", r"\udc80.py::x", "3")
    assert run.problem is None
    first, second = run.results
    assert (first.nodeid, first.message) == (r"a.py::\udc80", r"x\udc80")
    assert (first.detail, second.outcome) == (r"x\udc80", Outcome.UNKNOWN)
    assert run.failed_collectors == (Collector(nodeid=r"\udc80.py", message=r"\udc80"),)
    assert run.skipped_collectors == (Collector(nodeid="b.py", message=r"\udc80"),)
    assert [each.collected for each in run.selections.values()] == [1, 1]


def test_node_id_counts_once_with_its_worst_outcome(tmp_path: Path) -> None:
    """A node id that a file repeats is one test, and its failure stays."""
    tests = [_test("a.py::x", word) for word in ("passed", "failed", "passed")]
    run = run_of(tmp_path, _write(tmp_path, [*tests, _test("a.py::y")]), "pytest", "")
    assert run.tally == Tally(passed=1, failed=1)
    assert run.selections[""].tally == run.tally
    assert [result.nodeid for result in run.results] == ["a.py::x"]


def test_failures_are_kept_before_what_was_skipped(tmp_path: Path) -> None:
    """However many tests were skipped, those that failed have their room."""
    tests = [_test(f"a.py::s{i}", "skipped") for i in range(10_500)]
    tests += [_test(f"a.py::f{i}", "failed", longrepr="why") for i in range(20)]
    run = run_of(tmp_path, _write(tmp_path, tests), "pytest", "a.py")
    assert len(run.results) == 10_000
    assert all(each.detail == "why" for each in run.results[:20])
    assert run.tally == Tally(skipped=10_500, failed=20)
    assert len(run.selections["a.py"].results) == 1_000


def test_selection_knows_collectors_and_collected_items() -> None:
    """A pattern finds its tests, its collected items, and collectors that failed."""
    run = run_of(CASES / "results", "plain.json", "pytest", "test_shop.py::Te", "test_")
    cart, everything = (run.selections[p] for p in ("test_shop.py::Te", "test_"))
    assert (cart.tally.total, cart.collected, cart.loose) == (1, 1, True)
    assert everything.collected == run.collected == 7
    assert [each.nodeid for each in everything.collectors] == ["test_gone.py"]
    assert (
        "No module named 'module_that_is_not_there'" in run.failed_collectors[0].message
    )


@pytest.mark.parametrize(
    ("summary", "agrees"),
    [
        ({"passed": 3, "skipped": 1, "error": 1, "total": 5}, True),
        ({"skipped": 1, "error": 1}, True),
        ({"passed": 4, "error": 1, "total": 5}, False),
        ({"passed": 2, "skipped": 2, "error": 1, "total": 5}, False),
        ({"passed": 3, "skipped": 1, "error": 2, "total": 5}, False),
        ({"passed": 300}, False),
    ],
    ids=str,
)
def test_a_summary_is_compared_with_the_tests_word_by_word(
    tmp_path: Path, summary: dict[str, int], *, agrees: bool
) -> None:
    """Its words are counted as the file gives them, though we know better."""
    cut = {"nodeid": "a.py::cut", "outcome": "passed", "setup": {"outcome": "passed"}}
    broken = _test("a.py::broken") | {"teardown": {"outcome": "failed"}}
    tests = [_test("a.py::x"), cut, broken, _test("a.py::s", "skipped")]
    tests.append(_test("a.py::e", "error"))
    run = run_of(tmp_path, _write(tmp_path, tests, summary=summary))
    counted = Tally(passed=1, unfinished=1, error=1, skipped=1, failed=1)
    assert run.tally == counted
    codes = {finding.code for finding in judge_run(run)}
    assert ("count-mismatch" not in codes) == agrees


def test_summary_alone_proves_less(tmp_path: Path) -> None:
    """Without tests the summary is counted, its unknown words as unknown."""
    summary = {"passed": 2, "odd": 1, "total": 3, "collected": 5, "deselected": 2}
    report = {"exitcode": 0, "created": 9, "duration": 1.5, "summary": summary}
    (tmp_path / "r.json").write_text(json.dumps(report))
    run = run_of(tmp_path, "r.json")
    assert (run.exitcode, run.created, run.duration) == (0, 9, 1.5)
    assert (run.stated, run.collected, run.deselected) == (summary, 5, 2)
    assert (run.detailed, run.tally, run.words) == (
        False,
        Tally(passed=2, unknown=1),
        ("odd",),
    )


def test_summary_of_a_file_that_is_cut_proves_nothing(tmp_path: Path) -> None:
    """Behind the summary there may have been tests, and none of them passed."""
    text = '{"exitcode": 0, "root": "/", "summary": {"passed": 2, "total": 2}, '
    (tmp_path / "r.json").write_text(text)
    run = run_of(tmp_path, "r.json")
    assert run.problem is not None
    assert (run.exitcode, run.tally, run.stated["total"]) == (0, Tally(), 2)


@pytest.mark.parametrize(
    "told",
    [
        '"exitcode": 0',
        '"summary": {}',
        '"root": "/"',
        '"exitcode": 1, "root": "/", "exitcode": 1',
        '"exitcode": 0, "collectors": []',
    ],
)
def test_little_is_enough_for_a_report(tmp_path: Path, told: str) -> None:
    """Hooks leave nearly everything out, and may say the same thing twice."""
    (tmp_path / "r.json").write_text(f'{{"tests": [], {told}}}')
    run = run_of(tmp_path, "r.json")
    assert run.problem is None


@pytest.mark.parametrize("more", [{}, {"loss": math.nan}], ids=["plain", "with-nan"])
def test_tests_that_were_deselected_are_not_collected(
    tmp_path: Path, more: dict[str, Any]
) -> None:
    """Of what a file collected, only what was meant to run is due."""
    items = [
        {"nodeid": "a.py::x", "lineno": 1, "deselected": True} | more,
        {"nodeid": "a.py::y", "lineno": None, "deselected": False},
        {"nodeid": "a.py::K"},
    ]
    found = {"nodeid": "a.py", "outcome": "passed", "result": items}
    report = _write(tmp_path, [], collectors=[found])
    run = run_of(tmp_path, report, "pytest", "", "a.py::K", "a.py::x", "a.py::y")
    assert [each.collected for each in run.selections.values()] == [1, 0, 0, 1]


def test_modules_that_were_skipped_are_told(tmp_path: Path) -> None:
    """A module that skips itself has no test, and its reason is kept."""
    text = "('/p/a.py', 1, 'Skipped: no network')"
    skipped = {"nodeid": "a.py", "outcome": "skipped", "longrepr": text}
    run = run_of(tmp_path, _write(tmp_path, [], collectors=[skipped]))
    assert run.skipped_collectors == (Collector(nodeid="a.py", message="no network"),)
    assert run.failed_collectors == ()


def test_test_that_is_odd_may_have_passed(tmp_path: Path) -> None:
    """Whatever else is said of a test, it counts once, and for every pattern."""
    test = _test("a.py::x") | {"metadata": [{"loss": math.nan}]}
    report = _write(tmp_path, [test, _test("a.py::y")])
    run = run_of(tmp_path, report, "pytest", "a.py::x")
    assert (run.problem, run.tally) == (None, Tally(passed=2))
    assert run.selections["a.py::x"].tally == Tally(passed=1)


def test_every_pattern_has_room_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No other pattern, and nothing that fits loosely, takes a failure's room."""
    monkeypatch.setattr(counts, "_SELECTED", 1)
    tests = [_test(f"a.py::{name}", "failed") for name in ("xy", "x", "z")]
    report = _write(tmp_path, tests)
    run = run_of(tmp_path, report, "pytest", "a.py::x", "a.py::z", "b.py::")
    assert [
        ([each.nodeid for each in selection.results], selection.loose)
        for selection in run.selections.values()
    ] == [(["a.py::x"], False), (["a.py::z"], False), ([], False)]


def test_results_come_worst_first_and_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The order in which workers tell them does not matter, nor who came first."""
    monkeypatch.setattr(counts, "_RESULTS", 5)
    told = ["a skipped", "d skipped", "b failed", "c odd", "a2 failed", "a1 failed"]
    tests = [_test(*each.split()) for each in ["0 skipped", *told]]
    run = run_of(tmp_path, _write(tmp_path, tests))
    names = [result.nodeid for result in run.results]
    assert names == ["a1", "a2", "b", "c", "0"]


def test_patterns_come_in_their_own_order(tmp_path: Path) -> None:
    """The same record gives the same bytes, however a set orders its texts."""
    patterns = [f"{number}.py" for number in range(9)]
    run = run_of(tmp_path, _write(tmp_path, []), "pytest", *patterns)
    assert list(run.selections) == patterns


def _found(collector: str, *nodeids: str) -> list[dict[str, Any]]:
    items = [{"nodeid": nodeid, "lineno": 1} for nodeid in nodeids]
    return [{"nodeid": collector, "outcome": "passed", "result": items}]


@pytest.mark.parametrize(
    ("told", "expected"), [({}, None), ({"collectors": _found("b.py", "b.py::x")}, 0)]
)
def test_what_was_collected_is_known_or_not(
    tmp_path: Path, told: dict[str, Any], expected: int | None
) -> None:
    """A file without collectors does not say that nothing was collected."""
    run = run_of(tmp_path, _write(tmp_path, [], **told), "pytest", "a.py")
    assert run.selections["a.py"].collected == expected


@pytest.mark.parametrize(
    ("collectors", "pattern"),
    [
        pytest.param(_found("a.py", "a.py::x"), "a.py::x", id="collected"),
        pytest.param(
            [{"nodeid": "a.py::x", "outcome": "failed"}], "a.py::x", id="not-collected"
        ),
    ],
)
def test_a_test_that_was_lost_is_not_replaced_by_another(
    tmp_path: Path, collectors: list[dict[str, Any]], pattern: str
) -> None:
    """What was collected counts, and no longer name that passed speaks for it."""
    report = _write(tmp_path, [_test("a.py::xy")], collectors=collectors)
    selection = run_of(tmp_path, report, "pytest", pattern).selections[pattern]
    assert (selection.tally, selection.loose) == (Tally(), False)
    assert selection.collected or selection.collectors == (Collector(nodeid=pattern),)


@pytest.mark.parametrize("pattern", ["a.py::*", "a.py::", "a.py", "*"])
def test_what_a_class_found_is_in_its_file(tmp_path: Path, pattern: str) -> None:
    """A pattern that means a whole file means what classes in it collected."""
    collectors = _found("a.py::K", "a.py::K::x", "a.py::K::y") + _found("b.py")
    report = _write(tmp_path, [_test("a.py::K::x")], collectors=collectors)
    run = run_of(tmp_path, report, "pytest", pattern)
    assert run.selections[pattern].collected == 2


@pytest.mark.parametrize("outcomes", [["rerun"] * 3, ["failed"] * 3, ["passed"] * 3])
def test_a_test_that_always_ends_alike_counts_once(
    tmp_path: Path, outcomes: list[str]
) -> None:
    """However often a file holds the same test, it is one."""
    tests = [_test("a.py::x") | {"outcome": word} for word in outcomes]
    run = run_of(tmp_path, _write(tmp_path, [*tests, _test("a.py::y")]))
    assert run.tally.total == 2


@pytest.mark.parametrize("named", [True, False])
def test_names_are_kept_where_they_are_asked_for(
    tmp_path: Path,
    named: bool,  # noqa: FBT001 - a column of the table
) -> None:
    """The outcome of each test is only held where several runs are compared."""
    report = _write(tmp_path, [_test("a.py::x"), _test("a.py::y", "failed")])
    [run] = load(tmp_path, report, "pytest", "a.py", named=named)
    assert isinstance(run, Run)
    outcomes = {"a.py::x": Outcome.PASSED, "a.py::y": Outcome.FAILED}
    assert run.selections["a.py"].outcomes == (outcomes if named else None)


def _shards(folder: Path, *outcomes: dict[str, str]) -> None:
    for number, tests in enumerate(outcomes, 1):
        name = _write(folder, [_test(nodeid, each) for nodeid, each in tests.items()])
        (folder / name).rename(folder / f"{number}.json")


def _selected(runs: tuple[Any, ...]) -> Tally:
    return sum((run.selections[""].tally for run in runs), start=Tally())


def _many(folder: Path) -> None:
    """Write two parts of a run: tests occur again in each, and in both."""
    tests = {f"a.py::t{n}": "skipped" if n % 7 == 0 else "passed" for n in range(400)}
    again = {f"a.py::t{n}": "failed" for n in range(0, 400, 100)}
    _shards(folder, tests, tests | again)
    report = json.loads((folder / "1.json").read_text())
    report["tests"] += [_test("a.py::t5", "failed"), _test("a.py::t6")]
    (folder / "1.json").write_text(json.dumps(report))


def test_what_is_put_away_is_compared_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tests that occur again are found in memory, and in a file that holds more."""
    _many(tmp_path)
    in_memory = load(tmp_path, "*.json", "pytest", "")
    monkeypatch.setattr(repeats, "_HELD", 10)
    assert load(tmp_path, "*.json", "pytest", "") == in_memory
    assert _selected(in_memory) == Tally(passed=338, failed=5, skipped=57)


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (OSError(errno.ENOSPC, "no space left on device"), "no space left on device"),
        (OSError("full"), "full"),
    ],
)
def test_no_room_for_what_is_put_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: OSError, why: str
) -> None:
    """A run that cannot be compared with itself is not read, and says so."""

    def full(**_: object) -> None:
        raise error

    _many(tmp_path)
    monkeypatch.setattr(repeats, "_HELD", 10)
    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    for run in load(tmp_path, "*.json", "pytest", ""):
        assert run.problem is not None
        assert run.problem.code == "evidence-size"
        assert run.problem.message == f"holds too many tests to compare: {why}"
        assert run.problem.hint == "make room in the folder for temporary files"


class _Narrow(io.FileIO):
    """A file that takes little at once."""

    def write(self, data: Any) -> int:  # noqa: ANN401 - any bytes
        return super().write(data[:100])


def test_what_is_put_away_may_be_written_in_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that is nearly full takes less than it is given, and nothing is lost."""
    _many(tmp_path)
    in_memory = load(tmp_path, "*.json", "pytest", "")
    away = tmp_path / "away"
    monkeypatch.setattr(repeats, "_HELD", 10)
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda **_: _Narrow(away, "w+"))
    assert load(tmp_path, "*.json", "pytest", "") == in_memory


FULL = Path("/dev/full")


@pytest.mark.skipif(not FULL.exists(), reason="needs a device that is full")
def test_full_disk_is_a_problem_of_every_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What could not be written is not tried again when the file is closed."""
    _many(tmp_path)
    monkeypatch.setattr(repeats, "_HELD", 10)
    monkeypatch.setattr(tempfile, "TemporaryFile", partial(FULL.open, "w+b"))
    runs = load(tmp_path, "*.json", "pytest", "")
    assert [run.problem and run.problem.code for run in runs] == ["evidence-size"] * 2


def test_results_are_kept_while_there_is_room_for_those_of_all_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many files a run has, so many results are kept; all are counted."""
    monkeypatch.setattr(counts, "_RESULTS", 3)
    monkeypatch.setattr(counts, "_SELECTED", 1)
    monkeypatch.setattr(counts, "_DETAILS", 2)
    for part in range(2):
        tests = [_test(f"{part}.py::t{n}", "skipped") for n in range(2)]
        failed = [_test(f"{part}.py::f{n}", "failed", longrepr="E x") for n in range(2)]
        (tmp_path / f"{part}.json").write_text(
            json.dumps({"exitcode": 1, "tests": tests + failed})
        )
    runs = [
        run for run in load(tmp_path, "*.json", "pytest", "") if isinstance(run, Run)
    ]
    assert [(run.tally.failed, run.tally.skipped) for run in runs] == [(2, 2)] * 2
    kept = [[(each.nodeid, each.detail) for each in run.results] for run in runs]
    first = [("0.py::f0", "E x"), ("0.py::f1", "E x"), ("0.py::t0", "")]
    assert kept == [first, [("1.py::f0", ""), ("1.py::t0", "")]]
    selected = [run.selections[""].results for run in runs]
    assert [len(each) for each in selected] == [1, 0]


def test_shards_of_a_list_count_each_test_once(tmp_path: Path) -> None:
    """What unnamed files repeat is selected once, where its outcome is worst."""
    _shards(tmp_path, {"x": "failed", "y": "passed"}, {"x": "passed", "y": "passed"})
    runs = load(tmp_path, {"1": "1.json", "2": "2.json"}, "pytest", "")
    assert _selected(runs) == Tally(failed=1, passed=1)
    one, two = (run for run in runs if isinstance(run, Run))
    assert (one.tally, two.tally) == (Tally(failed=1, passed=1), Tally(passed=2))
    assert (one.repeated, two.repeated) == (0, 2)
    assert one.shard == two.shard == ""


@pytest.mark.parametrize(
    "outcomes", list(itertools.permutations(["passed", "skipped", "failed"]))
)
def test_of_three_files_the_worst_speaks(
    tmp_path: Path, outcomes: tuple[str, ...]
) -> None:
    """A test that three files hold counts once, whichever comes first."""
    _shards(tmp_path, *({"x": outcome} for outcome in outcomes))
    runs = load(tmp_path, "?.json", "pytest", "")
    tallies = [run.selections[""].tally for run in runs if isinstance(run, Run)]
    expected = [Tally(failed=int(outcome == "failed")) for outcome in outcomes]
    assert tallies == expected


def test_named_shards_repeat_on_purpose(tmp_path: Path) -> None:
    """The same test on Linux and on Windows is two results."""
    _shards(tmp_path, {"x": "failed"}, {"x": "passed"})
    files = {"linux": "1.json", "windows": "2.json"}
    runs = load(tmp_path, files, "pytest", "", "linux@x", "windows@")
    assert _selected(runs) == Tally(failed=1, passed=1)
    linux, windows = (run.selections for run in runs if isinstance(run, Run))
    assert linux["linux@x"].tally == Tally(failed=1)
    assert windows["linux@x"].tally == linux["windows@"].tally == Tally()


def test_loose_match_counts_only_if_nothing_fits_better(tmp_path: Path) -> None:
    """Whether `t.py::x` means `t.py::xy` is decided for all runs alike."""
    _shards(tmp_path, {"t.py::x": "passed"}, {"t.py::xy": "failed"}, {"u.py::z": "odd"})
    both = load(tmp_path, "?.json", "pytest", "t.py::x", "t.py")
    tallies = [
        tuple(selection.tally for selection in run.selections.values())
        for run in both
        if isinstance(run, Run)
    ]
    assert tallies == [
        (Tally(passed=1), Tally(passed=1)),
        (Tally(failed=1), Tally()),
        (Tally(), Tally()),
    ]
    alone = load(tmp_path, "[23].json", "pytest", "t.py::x")
    loose, nothing = (
        run.selections["t.py::x"] for run in alone if isinstance(run, Run)
    )
    assert (loose.loose, loose.tally) == (True, Tally(failed=1))
    assert (nothing.loose, nothing.tally) == (False, Tally())


@pytest.mark.parametrize(
    ("told", "expected"),
    [({}, None), ({"collectors": _found("t.py", "t.py::xy")}, 0)],
)
@pytest.mark.parametrize("named", [True, False])
def test_what_was_lost_in_one_file_is_not_replaced_by_another(
    tmp_path: Path,
    told: dict[str, Any],
    expected: int | None,
    named: bool,  # noqa: FBT001 - a column of the table
) -> None:
    """A test that one file collected and lost leaves nothing to a longer name."""
    lost = _write(tmp_path, [], collectors=_found("t.py", "t.py::x"))
    (tmp_path / lost).rename(tmp_path / "lost.json")
    other = _write(tmp_path, [_test("t.py::xy")], **told)
    files = {"1": "lost.json", "2": other}
    first, second = load(tmp_path, files, "pytest", "t.py::x", named=named)
    assert isinstance(first, Run)
    assert isinstance(second, Run)
    assert first.selections["t.py::x"].collected == 1
    outcomes: dict[str, Outcome] | None = {} if named else None
    empty = Selection(outcomes=outcomes, collected=expected)
    assert second.selections["t.py::x"] == empty


def test_stamp_beside_the_file_counts_for_more(tmp_path: Path) -> None:
    """The stamp within the file is completed, and corrected, by the one beside it."""
    inside = {
        "commit": "abc",
        "argv": ["pytest"],
        "shard": "linux",
        "dirty": {"a": "0f"},
    }
    name = _write(tmp_path, [_test("x")], reportgen=inside)
    (tmp_path / f"{name}.stamp.json").write_text('{"exitcode": 1, "commit": "def"}')
    run = run_of(tmp_path, "*.json", "pytest", "linux@x")
    assert run.stamp is not None
    assert (run.stamp.commit, run.stamp.exitcode) == ("def", 1)
    assert (run.shard, run.stamp.dirty) == ("linux", {"a": "0f"})
    assert run.selections["linux@x"].tally.total == 1


def test_broken_stamp_is_a_problem(tmp_path: Path) -> None:
    """A stamp that cannot be read is not the same as none."""
    name = _write(tmp_path, [_test("x")])
    (tmp_path / f"{name}.stamp.json").write_text("{")
    run = run_of(tmp_path, name)
    assert run.problem is not None
    assert run.problem.code == "stamp-unreadable"


# --- An independent count ------------------------------------------------------


def _recount(path: Path) -> dict[str, int] | None:
    """Count in another way, on purpose: what cannot be parsed gives None."""
    raw = path.read_bytes()
    code = "utf-16" if raw[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    try:
        data = json.loads(raw.decode(code))
    except ValueError:
        return None
    if "exitcode" not in data or "tests" not in data:
        return None
    count: Counter[str] = Counter(total=len(data["tests"]))
    for test in data["tests"]:
        parts = {k: v for k, v in test.items() if isinstance(v, dict)}
        told = {k: v["outcome"] for k, v in parts.items() if k != "metadata"}
        whole = "call" in told and "teardown" in told
        if "failed" in (told.get("setup"), told.get("teardown")):
            count["error"] += 1
        elif "failed" in told.values() or test["outcome"] == "failed":
            count["failed"] += 1
        elif test["outcome"] in ("skipped", "xfailed"):
            count[test["outcome"]] += 1
        elif not whole:
            count["unfinished"] += 1
        else:
            names = {"passed": "passed", "xpassed": "xpassed", "rerun": "flaky"}
            count[names.get(test["outcome"], "unknown")] += 1
    collectors = data.get("collectors", [])
    count["collectors"] = sum(c["outcome"] == "failed" for c in collectors)
    ended = count["total"] - count["unfinished"]
    summary = data.get("summary", {})
    due = summary.get("collected", count["total"]) - summary.get("deselected", 0)
    count["lost"] = max(due - ended, count["unfinished"])
    return {name: number for name, number in count.items() if number}


@pytest.mark.skipif(not REAL, reason="../shared is not here")
@pytest.mark.parametrize("path", REAL, ids=lambda path: path.stem)
def test_counts_agree_with_an_independent_count(path: Path) -> None:
    """Whatever a real file holds, a second, plain way of counting agrees."""
    run = run_of(path.parent, path.name)
    expected = _recount(path)
    if expected is None:
        assert run.problem or not run.detailed
        return
    found = {name: run.tally[name] for name in run.tally.__struct_fields__}
    found |= {
        "total": run.tally.total,
        "lost": run.lost,
        "collectors": len(run.failed_collectors),
    }
    assert {name: number for name, number in found.items() if number} == expected


_DOUBTS = [
    (phase, word)
    for phase in ("outcome", "setup", "call", "teardown", "???")
    for word in ("failed", "error", "skipped", "odd")
]


@pytest.mark.parametrize(
    ("phase", "word"), [*_DOUBTS, ("call", None), ("teardown", None), ("outcome", None)]
)
def test_one_doubt_is_enough_not_to_count_as_passed(
    tmp_path: Path, phase: str, word: str | None
) -> None:
    """A test has passed if its word says so and its phases do, and not without them.

    Many are decided at once, so one that is different stands between two that passed.
    """
    passed = {"outcome": "passed", "duration": 0.1}
    whole = {"outcome": "passed", "setup": passed, "call": passed, "teardown": passed}
    tests: list[dict[str, object]] = [
        whole | {"nodeid": f"a.py::{n}"} for n in range(3)
    ]
    if word is None:
        del tests[1][phase]
    else:
        tests[1][phase] = word if phase == "outcome" else passed | {"outcome": word}
    report = {"exitcode": 0, "root": "/", "tests": tests}
    (tmp_path / "r.json").write_text(json.dumps(report), encoding="utf-8")
    assert run_of(tmp_path, "r.json").tally.passed == 2


@pytest.mark.parametrize("word", ["skipped", "xfailed", "xpassed", "rerun"])
@pytest.mark.parametrize("phase", ["setup", "call", "teardown", "???"])
@pytest.mark.parametrize(
    "twice",
    [
        '{{"outcome": "failed"}}, "{}": {{"outcome": "passed"}}',
        '{{"outcome": "failed", "outcome": "skipped"}}',
        '{{"outcome": "error", "outcome": "passed"}}',
    ],
    ids=["phase", "within-a-phase", "an-error"],
)
def test_test_that_says_two_things_is_not_good_either(
    tmp_path: Path, word: str, phase: str, twice: str
) -> None:
    """What is no failure by its word has no phase that says it first."""
    test = {"nodeid": "a.py::x", "outcome": word, **_PHASES, phase: "TWICE"}
    text = json.dumps({"exitcode": 0, "tests": [_test("a.py::a"), test]})
    text = text.replace('"TWICE"', twice.format(phase))
    (tmp_path / "r.json").write_text(text)
    run = run_of(tmp_path, "r.json")
    assert run.problem is not None
    assert run.problem.code == "repeated-key"


@pytest.mark.parametrize(
    ("once", "twice"),
    [
        (
            '"outcome": "passed", "setup"',
            '"outcome": "failed", "outcome": "passed", "setup"',
        ),
        (
            '"outcome": "passed", "setup"',
            '"outcome": "passed", "outcome": "failed", "setup"',
        ),
        ('"call": {', '"call": {"outcome": "failed"}, "call": {'),
        ('"call": {', '"call": {"outcome": "failed", '),
        ('"teardown": {', '"call": {"outcome": "failed"}, "teardown": {'),
    ],
    ids=["word", "word-behind", "phase", "within-a-phase", "phase-behind"],
)
def test_test_that_says_two_things_has_not_passed(
    tmp_path: Path, once: str, twice: str
) -> None:
    """A key that a test repeats does not take its failure away."""
    tests = json.dumps([_test(f"a.py::{n}") for n in range(3)])
    first, second, third = tests.split('"nodeid"')[1:]
    assert once in second
    odd = '"nodeid"'.join(["[{", first, second.replace(once, twice), third])
    (tmp_path / "r.json").write_text(f'{{"exitcode": 0, "tests": {odd}}}')
    run = run_of(tmp_path, "r.json")
    assert run.problem is not None
    assert run.problem.code == "repeated-key"


@pytest.mark.parametrize("key", ["longrepr", "crash"])
def test_number_beyond_all_bounds_is_no_text_of_a_failure(
    tmp_path: Path, key: str
) -> None:
    """A failure that says a number of 999 digits stays a failure."""
    text = json.dumps([_test("a.py::a", "failed", **{key: "HUGE"}), _test("a.py::b")])
    collector = '{"nodeid": "b.py", "outcome": "failed", "longrepr": 1e999}'
    (tmp_path / "r.json").write_text(
        f'{{"exitcode": 1, "collectors": [{collector}],'
        f' "tests": {text.replace(chr(34) + "HUGE" + chr(34), "1e999")}}}'
    )
    run = run_of(tmp_path, "r.json")
    assert run.problem is None
    assert (run.tally.failed, run.tally.passed) == (1, 1)
    assert [each.nodeid for each in run.failed_collectors] == ["b.py"]


@pytest.mark.parametrize("words", [("failed", "passed"), ("passed", "failed")])
def test_collector_that_says_two_things_is_no_success(
    tmp_path: Path, words: tuple[str, str]
) -> None:
    """A key that a collector repeats does not take its failure away."""
    collectors = [{"nodeid": f"{n}.py", "outcome": "passed"} for n in range(3)]
    text = json.dumps({"exitcode": 0, "collectors": collectors, "tests": []})
    once = '"nodeid": "1.py", "outcome": "passed"'
    twice = '"nodeid": "1.py", "outcome": "{}", "outcome": "{}"'
    (tmp_path / "r.json").write_text(text.replace(once, twice.format(*words)))
    run = run_of(tmp_path, "r.json")
    assert run.problem is not None
    assert run.problem.code == "repeated-key"
