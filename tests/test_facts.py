"""The figures that prose may name."""

import pytest

from reportgen.assess.facts import UNKNOWN, evidence_facts, look_up
from reportgen.model import (
    Collector,
    Coverage,
    Diagnostic,
    Place,
    Prose,
    Record,
    Run,
    Selection,
    Tally,
)
from reportgen.render.expressions import Expressions
from reportgen.report import Merged

PROBLEM = Diagnostic(Place("x.json"), "evidence-missing", "'x.json' does not exist")


def run(name: str, *, problem: Diagnostic | None = None) -> Run:
    """Return a run of five tests, one of them skipped."""
    tally = Tally(passed=4, skipped=1)
    part = Selection(tally=Tally(passed=2), collected=2)
    return Run(
        evidence=name,
        path="x.json",
        format="pytest",
        tally=tally,
        selections={}
        if problem
        else {"": Selection(tally=tally, collected=5), "a/": part},
        problem=problem,
    )


def fill(prose: str, *runs: Run, coverage: float | None = None) -> str:
    """Return `prose` with its expressions worked out over `runs`."""
    covered = Coverage(evidence="coverage", path="c.json", percent=coverage)
    merged = Merged(record=Record(title=Prose("t")), runs=runs, coverages=(covered,))
    return Expressions(evidence_facts(merged)).plain(prose)


@pytest.mark.parametrize(
    ("prose", "expected"),
    [
        ("{{ unit.passed }} of {{ unit.total }}", "4 of 5"),
        ('{{ unit("a/").passed }}', "2"),
        ('{{ tests("a/") }} and {{ tests }}', "2 of 2 and 4 of 5"),
        ("{{ coverage.percent }} %", "99.99 %"),
        ("{{ unit.skipped or 'none' }} skipped", "1 skipped"),
        ("{{ unit.failed or 'none' }} failed", "none failed"),
        ("{{ unit.failed or (unit.error or 'none') }} broke", "none broke"),
    ],
)
def test_figures_are_those_of_the_evidence(prose: str, expected: str) -> None:
    """Each evidence is known by its name, and all of it as `tests`."""
    assert fill(prose, run("unit"), coverage=99.9999) == expected


WHOLE = Run(
    evidence="unit",
    path="x.json",
    format="pytest",
    duration=1.23456,
    collected=40,
    tally=Tally(passed=36),
    selections={
        "": Selection(
            tally=Tally(
                passed=1,
                failed=2,
                error=3,
                skipped=4,
                xfailed=5,
                xpassed=6,
                flaky=7,
                unfinished=8,
            ),
            collected=40,
            collectors=(Collector(nodeid="a"), Collector(nodeid="b")),
        )
    },
)


@pytest.mark.parametrize(
    ("name", "figure"),
    [
        ("total", 36),
        ("passed", 1),
        ("failed", 2),
        ("error", 3),
        ("skipped", 4),
        ("xfailed", 5),
        ("xpassed", 6),
        ("flaky", 7),
        ("unfinished", 8),
        ("collected", 40),
        ("failed_collectors", 2),
        ("lost", 4),
        ("duration", 2.47),
    ],
)
def test_each_word_is_counted(name: str, figure: float) -> None:
    """What ended with a word goes by that word; the runs add up."""
    again, later = (
        Run(evidence=name, path="y.json", format="pytest", duration=took, collected=0)
        for name, took in (("unit", 1.23456), ("later", 0))
    )
    merged = Merged(record=Record(title=Prose("t")), runs=(WHOLE, again, later))
    assert look_up(evidence_facts(merged), f"unit.{name}") == figure
    assert look_up(evidence_facts(merged), f"later.{name}") == 0


@pytest.mark.parametrize(
    ("tally", "percent"),
    [
        (Tally(passed=1000), 100),
        (Tally(passed=999, failed=1), 99.9),
        (Tally(passed=99_999, skipped=1), 99.99),
        (Tally(passed=2, xpassed=1), 66.66),
        (Tally(failed=3), 0),
        (Tally(), None),
    ],
    ids=str,
)
def test_a_pass_rate_is_never_better_than_it_is(
    tally: Tally, percent: float | None
) -> None:
    """All is 100, and only that; of no test at all there is no rate."""
    whole = {"": Selection(tally=tally)}
    run = Run(evidence="unit", path="y.json", format="pytest", selections=whole)
    merged = Merged(record=Record(title=Prose("t")), runs=(run,))
    assert look_up(evidence_facts(merged), "unit.percent") == percent


@pytest.mark.parametrize("path", ["unit.percent", "tests.percent"])
def test_what_was_lost_did_not_pass(path: str) -> None:
    """Of ten tests of which one has no result, 100 % never passed."""
    tally = Tally(passed=8, unfinished=1)
    run = Run(
        evidence="unit",
        path="y.json",
        format="pytest",
        collected=10,
        tally=tally,
        selections={"": Selection(tally=tally)},
    )
    merged = Merged(record=Record(title=Prose("t")), runs=(run,))
    assert look_up(evidence_facts(merged), path) == 80


@pytest.mark.parametrize("name", ["duration", "lost"])
def test_what_one_file_does_not_say_is_not_known_of_all(name: str) -> None:
    """Nothing is lost, and no time passed, only where every file says so."""
    silent = Run(evidence="unit", path="y.json", format="pytest")
    merged = Merged(record=Record(title=Prose("t")), runs=(WHOLE, silent))
    assert look_up(evidence_facts(merged), f"unit.{name}") is None


@pytest.mark.parametrize(
    ("percent", "shown"),
    [
        (100.0, "100"),
        (99.999999, "99.99"),
        (64.1, "64.1"),
        (8.2, "8.2"),
        (8.128, "8.12"),
        (66.666, "66.66"),
        (0.0, "0"),
    ],
)
def test_a_percentage_is_rounded_down(percent: float, shown: str) -> None:
    """100 is only what is whole, and no percentage loses what it has."""
    assert fill("{{ coverage.percent }}", coverage=percent) == shown


def test_a_figure_that_a_file_leaves_out_is_unknown() -> None:
    """A file of coverage need not say how many lines are missing."""
    assert fill("{{ coverage.missing or 'none' }}", coverage=50.0) == "unknown"


def test_a_selection_is_of_one_evidence() -> None:
    """What another evidence has of the same tests does not count."""
    assert fill('{{ unit("a/").passed }}', run("unit"), run("other")) == "2"


def covered(name: str, *figures: int | None, percent: float | None) -> Coverage:
    """Return a file of coverage with its `figures`, if it has any."""
    known = dict(zip(("covered", "statements", "missing"), figures, strict=False))
    return Coverage(evidence=name, path=f"{name}.json", percent=percent, **known)


@pytest.mark.parametrize(
    ("name", "figure"),
    [
        pytest.param("my_cov.covered", 9, id="covered"),
        pytest.param("my_cov.statements", 10, id="statements"),
        pytest.param("my_cov.missing", 1, id="missing"),
        pytest.param("my_cov.percent", 90, id="percent"),
        pytest.param("coverage.percent", 50, id="the-least"),
        pytest.param("coverage.covered", None, id="not-told"),
        pytest.param("torn.percent", None, id="unknown-of-two"),
        pytest.param("my_cov", None, id="no-figure"),
        pytest.param("my_cov.__dict__.percent", None, id="private"),
    ],
)
def test_each_file_of_coverage_goes_by_its_name(
    name: str, figure: float | None
) -> None:
    """What is not told is unknown, and of several files the least counts."""
    files = (
        covered("my-cov", 9, 10, 1, percent=90.0),
        covered("other", percent=50.0),
        covered("before", percent=10.0),
    )
    torn = (covered("torn", percent=0.5), covered("torn", percent=None))
    merged = Merged(
        record=Record(title=Prose("t")),
        before=frozenset({"before", "torn"}),
        coverages=(*files, *torn),
    )
    assert look_up(evidence_facts(merged), name) == figure


@pytest.mark.parametrize(
    "prose",
    [
        "{{ unit.passed }}",
        '{{ unit("a/").passed }}',
        "{{ unit.total - unit.passed }}",
        "{{ (unit.total - unit.passed) * 2 }}",
        "{{ 100 * unit.passed / unit.total }}",
        "{{ unit.duration | round(1) }}",
        "{{ coverage.percent }}",
        "{{ tests.lost }}",
    ],
)
def test_what_no_file_gives_is_unknown_and_never_nothing(prose: str) -> None:
    """A missing file is not "0 tests", and what is worked out from it is unknown."""
    assert fill(prose, run("unit", problem=PROBLEM)) == "unknown"


@pytest.mark.parametrize(
    "runs",
    [
        pytest.param([], id="no-run"),
        pytest.param([run("unit"), run("torn", problem=PROBLEM)], id="one-unreadable"),
    ],
)
def test_figures_of_all_tests_need_every_file(runs: list[Run]) -> None:
    """Nothing is known of all tests where something is not known of some."""
    assert fill("{{ tests.failed }} and {{ tests }}", *runs) == (
        "unknown and unknown of unknown"
    )


@pytest.mark.parametrize(
    "expression",
    [
        "unit.failed or 'none'",
        "(unit.failed + 1) or 'none'",
        "unit.failed | default('none', true)",
        "unit.failed | int",
        "unit.failed | float",
        "unit.failed | round | int",
        "'red' if unit.failed else 'green'",
        "'red' if unit.failed > 0 else 'green'",
        "'red' if unit.failed >= 1 else 'green'",
        "'red' if unit.failed != 0 else 'green'",
        "'green' if unit.failed < 1",
        "'green' if unit.failed <= 0",
        "'green' if unit.failed == 0",
        "'green' if not unit.failed",
        "[1, unit.failed] | min",
        "1 + unit.failed + 1",
        "1 - unit.failed - 1",
        "2 * unit.failed * 2",
        "2 / unit.skipped / 2",
        "7 // unit.skipped // 2",
        "7 % unit.skipped % 2",
        "-unit.failed | abs",
    ],
)
def test_unknown_is_never_good(expression: str) -> None:
    """What is unknown decides nothing, and is neither 0 nor more nor less."""
    prose = f"{{{{ {expression} }}}}"
    assert fill(prose, run("unit", problem=PROBLEM)) == "unknown"
    assert fill(prose, run("unit")) != "unknown"


def test_unknown_is_no_number() -> None:
    """A criterion finds no figure where nobody knows it."""
    assert look_up({"x": UNKNOWN}, "x") is None
    assert fill("{{ [unit.failed] }}", run("unit", problem=PROBLEM)) == "[unknown]"


@pytest.mark.parametrize(
    ("prose", "reason"),
    [
        ("{{ nobody.passed }}", "'nobody' is undefined"),
        ("{{ unit.pased }}", "there is no 'pased', but 'passed'"),
        ("{{ unit.nothing }}", "there is no 'nothing'$"),
        ("{{ unit.pased or 'none' }}", "there is no 'pased', but 'passed'"),
        ("{{ unit.__class__ }}", "unsafe"),
        ("{{ coverage }}", "is no figure, but has percent, covered, statements"),
        ("{{ [unit] }}", "is no figure$"),
        ("{{ 'x'.upper }}", "is no figure$"),
        ("{{ 'x' * 99999 }}", "more than 10,000 characters"),
        ("{{ 1 / 0 }}", "division by zero"),
        ("{{ }}", "unexpected 'end of template'"),
        (
            '{{ unit("b/" + "c") }}',
            "evaluated: the pattern must be written out between quotation marks",
        ),
        ("{{ unit(5) }}", "written out"),
        (
            '{{ unit("a/")("a/") }}',
            "evaluated: a selection cannot be selected from again",
        ),
    ],
)
def test_a_wrong_expression_says_what_is_wrong(prose: str, reason: str) -> None:
    """Whatever an expression does, it ends in a sentence."""
    with pytest.raises(ValueError, match=reason):
        fill(prose, run("unit"))
