"""The figures that prose may name."""

import pytest

from reportgen.assess.facts import UNKNOWN, evidence_facts, look_up
from reportgen.model import (
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
        selections={"": Selection(tally=tally, collected=5), "a/": part},
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


@pytest.mark.parametrize(
    "prose",
    [
        "{{ unit.passed }}",
        '{{ unit("a/").passed }}',
        "{{ unit.total - unit.passed }}",
        "{{ 100 * unit.passed / unit.total }}",
        "{{ unit.duration | round(1) }}",
        "{{ coverage.percent }}",
        "{{ tests.lost }}",
    ],
)
def test_what_no_file_gives_is_unknown_and_never_nothing(prose: str) -> None:
    """A missing file is not "0 tests", and what is worked out from it is unknown."""
    assert fill(prose, run("unit", problem=PROBLEM)) == "unknown"


def test_unknown_is_never_good() -> None:
    """No comparison with what is unknown holds."""
    assert not UNKNOWN
    assert not UNKNOWN >= 0
    assert not UNKNOWN < 10**9
    assert look_up({"x": UNKNOWN}, "x") is None


@pytest.mark.parametrize(
    ("prose", "reason"),
    [
        ("{{ nobody.passed }}", "'nobody' is undefined"),
        ("{{ unit.pased }}", "has no attribute 'pased'"),
        ("{{ unit.pased or 'none' }}", "has no attribute 'pased'"),
        ("{{ unit.__class__ }}", "unsafe"),
        ("{{ 'x' * 99999 }}", "more than 10,000 characters"),
        ("{{ 1 / 0 }}", "division by zero"),
        ("{{ }}", "unexpected 'end of template'"),
        ('{{ unit("b/" + "c") }}', "written out"),
    ],
)
def test_a_wrong_expression_says_what_is_wrong(prose: str, reason: str) -> None:
    """Whatever an expression does, it ends in a sentence."""
    with pytest.raises(ValueError, match=reason):
        fill(prose, run("unit"))
