"""Figures as people read them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen.model import Duration, Prose, Task
from reportgen.render.figures import (
    Figures,
    day,
    effort,
    figures,
    minute,
    percent,
    seconds,
    shown,
    variance,
)
from reportgen.report import Effort

HOUR = 3600


@given(st.integers(0, 10_000), st.integers(1, 10_000))
def test_rounding_never_reaches_nothing_or_all(part: int, whole: int) -> None:
    """999 of 1,000 is not all, and 1 of 1,000 is not nothing."""
    text = percent(min(part, whole), whole)
    assert (text == "0 %") == (part == 0)
    assert (text == "100 %") == (part >= whole)


def test_of_nothing_there_is_no_part() -> None:
    """Nothing of nothing is no percentage."""
    assert percent(0, 0) == "n/a"


@pytest.mark.parametrize(
    ("duration", "expected"),
    [
        (None, "—"),
        (Duration(low=2 * HOUR, high=2 * HOUR), "2 h"),
        (Duration(low=5400, high=5400), "1.5 h"),
        (Duration(low=600, high=600), "10 min"),
        (Duration(low=30, high=30), "30 s"),
        (Duration(low=2 * HOUR, high=3 * HOUR), "2–3 h"),
        (Duration(low=2 * HOUR, high=2 * HOUR, about=True), "≈ 2 h"),
        (Duration(low=0, high=300, bound="<"), "< 0–5 min"),
        (Duration(low=2 * HOUR, high=2 * HOUR, bound=">"), "2 h or more"),
        (Duration(low=HOUR, high=HOUR, bound="<>"), "≈ 1 h"),
    ],
)
def test_an_effort_has_the_unit_that_suits_it(
    duration: Duration | None, expected: str
) -> None:
    """Hours, minutes or seconds, whatever reads best."""
    assert effort(duration) == expected


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [
        pytest.param(["<", ""], "< 2 h", id="at-most"),
        pytest.param([">", "", ">"], "3 h or more", id="at-least"),
        pytest.param(["<", ">"], "≈ 2 h", id="neither"),
        pytest.param(["<", ">", "<", ""], "≈ 4 h", id="neither-still"),
    ],
)
def test_a_sum_claims_no_end_that_its_parts_leave_open(
    bounds: list[str], expected: str
) -> None:
    """Less than an hour and two or more are together not less than three."""
    first, *rest = (Duration(low=HOUR, high=HOUR, bound=each) for each in bounds)
    assert effort(sum(rest, first)) == expected


@pytest.mark.parametrize(
    ("difference", "rate", "expected"),
    [
        (0.0, 0.0, "as planned"),
        (-2.0 * HOUR, -1 / 3, "−2 h (−33 %)"),
        (1800.0, 0.25, "+0.5 h (+25 %)"),
        (60.0, None, "+1 min"),
    ],
)
def test_a_variance_has_its_sign(
    difference: float, rate: float | None, expected: str
) -> None:
    """Less is a minus, more is a plus, and nothing is as planned."""
    assert variance(difference, rate) == expected


@pytest.mark.parametrize(
    ("planned", "actual", "expected"),
    [
        pytest.param("", "", 0, id="both-known"),
        pytest.param("", ">", None, id="took-at-least"),
        pytest.param("<", "", None, id="planned-at-most"),
        pytest.param("", "<", 0, id="took-at-most"),
        pytest.param(">", "", 0, id="planned-at-least"),
    ],
)
def test_a_variance_is_never_less_than_it_may_be(
    planned: str, actual: str, expected: float | None
) -> None:
    """Two hours or more are not two hours; where it may be worse, none is told."""
    first, second = (Duration(low=2, high=2, bound=b) for b in (planned, actual))
    task = Task(title=Prose("t"), planned=first, actual=second)
    two = Duration(low=2, high=2)
    known = Task(title=Prose("u"), planned=two, actual=two)
    assert Effort.of([task]).variance == expected
    assert Effort.of([known, task, known]).variance == expected


@pytest.mark.parametrize(
    ("before", "after", "target", "expected"),
    [
        ("420 ms", "180 ms", "< 200 ms", Figures(change="−240 ms (−57 %)", met=True)),
        ("90%", "85%", ">= 90%", Figures(change="−5%", met=False)),
        ("2", "0", "0", Figures(change="−2 (−100 %)", met=True)),
        ("0", "3", "", Figures(change="+3")),
        ("7", "7", "≤ 7", Figures(change="unchanged", met=True)),
        ("fast", "faster", "fastest", Figures()),
        ("", "1,200 rows", "> 1000 rows", Figures(met=True)),
        ("1 s", "900 ms", "", Figures()),
        ("", "4 of 4", "4 of 4", Figures(met=True)),
    ],
)
def test_a_metric_is_worked_out(
    before: str, after: str, target: str, expected: Figures
) -> None:
    """Change and verdict follow from the figures, and only from the same unit."""
    assert figures(before, after, target) == expected


def test_times_are_those_of_utc() -> None:
    """What is shown of a moment does not depend on where it is shown."""
    assert day(0.0) == "1970-01-01"
    assert minute(59.0) == "1970-01-01 00:00 UTC"
    assert (day(None), minute(None), seconds(None)) == ("—", "—", "—")
    assert (seconds(1.234), seconds(125)) == ("1.23 s", "2 min 5 s")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (True, "yes"),
        (False, "no"),
        (2.50, "2.5"),
        (1_000.0, "1,000"),
        (99.999, "99.999"),
        (99.9966, "99.997"),
        (0.00001, "0.00001"),
        (-0.004, "-0.004"),
        (64.0999999, "64.1"),
        (3 * 0.1 / 0.1, "3"),
        (3, "3"),
        ("x", "x"),
        (Duration(low=HOUR, high=HOUR), "1 h"),
    ],
)
def test_a_value_is_shown_without_needless_digits(value: object, expected: str) -> None:
    """Numbers read like numbers that people write; what is not whole is never that."""
    assert shown(value) == expected
