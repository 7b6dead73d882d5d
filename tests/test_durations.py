"""Durations are read as people write them, and never guessed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import SECONDS, written_durations

from reportgen.load.durations import parse_duration
from reportgen.model import Duration

M, H = 60, 3600


def _exact(seconds: int) -> Duration:
    return Duration(low=seconds, high=seconds)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("90m", _exact(90 * M)),
        ("1h30m", _exact(90 * M)),
        ("1.5h", _exact(90 * M)),
        ("1.5 hours", _exact(90 * M)),
        ("2 hours", _exact(2 * H)),
        ("2h 15min", _exact(135 * M)),
        ("1 hour and 30 minutes", _exact(90 * M)),
        ("5 minutes 29 seconds", _exact(329)),
        ("16:50:01", _exact(16 * H + 50 * M + 1)),
        ("30-second", _exact(30)),
        ("2-day", _exact(16 * H)),
        ("1 day", _exact(8 * H)),
        ("1 week", _exact(40 * H)),
        ("100ms", _exact(1)),
        ("0h", _exact(0)),
        ("2 Hours", _exact(2 * H)),
        ("2-3 days", Duration(low=16 * H, high=24 * H)),
        ("2–3 days", Duration(low=16 * H, high=24 * H)),
        ("24-48 hours", Duration(low=24 * H, high=48 * H)),
        ("30m - 1h", Duration(low=30 * M, high=H)),
        ("1h30m-2h", Duration(low=90 * M, high=2 * H)),
        ("2 to 3 days", Duration(low=16 * H, high=24 * H)),
        ("~2 hours", Duration(low=2 * H, high=2 * H, about=True)),
        ("about 2-3h", Duration(low=2 * H, high=3 * H, about=True)),
        ("2+ hours", Duration(low=2 * H, high=2 * H, bound=">")),
        ("2h+", Duration(low=2 * H, high=2 * H, bound=">")),
        (">= 2h", Duration(low=2 * H, high=2 * H, bound=">")),
        ("<2s", Duration(low=2, high=2, bound="<")),
        ("< 5 minutes", Duration(low=5 * M, high=5 * M, bound="<")),
    ],
)
def test_what_people_write_is_read(text: str, expected: Duration) -> None:
    """Each form that reports contain has its one meaning."""
    assert parse_duration(text, 8) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2",
        "2-3",
        "h",
        "soon",
        "-2h",
        "2 moons",
        "1 month",
        "1h30",
        "12:30",
        "3-2 days",
        "30m 1h",
        "1h 1h",
        "2hx",
        "> 2-3 h",
        "> 2+ h",
        "1,5h",
        "1e3h",
        "٢h",
        "9" * 5000 + "h",
        "Week 1",
        "2 hours or so",
        "2 to 3h+",
    ],
)
def test_what_is_not_clear_is_no_duration(text: str) -> None:
    """A number without a unit, or a slip, is never given a meaning."""
    assert parse_duration(text, 8) is None


def test_days_and_weeks_are_as_long_as_they_are_said_to_be() -> None:
    """Hours a day and days a week come from the caller."""
    assert parse_duration("1 week", 6, 4) == _exact(24 * H)
    assert parse_duration("1 day", 7.5) == _exact(27000)


@given(written_durations)
def test_a_written_duration_means_the_sum_of_its_parts(
    written: tuple[str, list[tuple[int, str]]],
) -> None:
    """However amounts are spaced and spelt, their seconds add up."""
    text, parts = written
    expected = sum(number * SECONDS[unit] for number, unit in parts)
    assert parse_duration(text, 8) == _exact(expected)


@given(written_durations, written_durations)
def test_a_range_has_both_its_ends(
    one: tuple[str, list[tuple[int, str]]], other: tuple[str, list[tuple[int, str]]]
) -> None:
    """A range is read exactly when its first end is not the larger one."""
    ends = [text.replace("-", " ") for text, _ in (one, other)]
    low, high = (parse_duration(text, 8) for text in ends)
    assert low is not None
    assert high is not None
    both = parse_duration(" – ".join(ends), 8)
    if low.low <= high.low:
        assert both == Duration(low=low.low, high=high.high)
    else:
        assert both is None


@given(st.text(max_size=30))
def test_no_text_raises(text: str) -> None:
    """Any text is a duration from low to high, or none."""
    duration = parse_duration(text, 8)
    assert duration is None or 0 <= duration.low <= duration.high
