"""Reads durations the way people write them: 90m, 1h30m, 2-3 days, ~2 hours."""

from __future__ import annotations

from itertools import pairwise

from reportgen import late
from reportgen.model import Age, Duration

_SECONDS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600}
_WORDS = {
    "ms": ("ms", "millisecond", "milliseconds"),
    "s": ("s", "sec", "secs", "second", "seconds"),
    "m": ("m", "min", "mins", "minute", "minutes"),
    "h": ("h", "hr", "hrs", "hour", "hours"),
    "d": ("d", "day", "days"),
    "w": ("w", "wk", "wks", "week", "weeks"),
}
_UNITS = {word: unit for unit, words in _WORDS.items() for word in words}

_NUMBER = r"[0-9]{1,9}(?:\.[0-9]{1,9})?"
_UNIT = "[a-z]{1,12}"  # any word: whether it is a unit is looked up
_COMPOUND = rf"{_NUMBER}\s*{_UNIT}(?:(?:,|\s|and\b)*{_NUMBER}\s*{_UNIT})*"

_PLAIN = late.pattern(rf"{_NUMBER}\s*{_UNIT}")  # as most are written
_ABOUT = late.pattern(r"(?:~|≈|about\b)\s*")
_BOUND = late.pattern(r"([<>≤≥])=?\s*")
_PLUS = late.pattern(rf"({_NUMBER})\+\s*({_UNIT})|({_COMPOUND})\+")
_CLOCK = late.pattern(r"([0-9]{1,5}):([0-5][0-9]):([0-5][0-9])")
_SHORT_RANGE = late.pattern(
    rf"({_NUMBER})\s*(?:-|–|to\b)\s*({_NUMBER})(?:\s*|-)({_UNIT})"
)
_RANGE = late.pattern(rf"({_COMPOUND})\s*(?:-|–|to\b)\s*({_COMPOUND})")
_SINGLE = late.pattern(rf"{_COMPOUND}|{_NUMBER}-{_UNIT}")
_PART = late.pattern(rf"({_NUMBER})[\s-]*({_UNIT})")


def parse_duration(
    text: str, hours_a_day: float, days_a_week: int = 5
) -> Duration | None:
    """Return the duration that `text` says, None if it says none.

    A number needs its unit.  Durations are whole seconds; a shorter one that is
    not zero counts as a second.
    """
    text = text.strip().casefold()
    day = 3600 * hours_a_day
    seconds = {**_SECONDS, "d": day, "w": day * days_a_week}
    if _PLAIN.fullmatch(text):  # spares compiling all other patterns
        exact = _seconds(text, seconds)
        return None if exact is None else Duration(low=exact, high=exact)
    about = _ABOUT.match(text)
    if about:
        text = text[about.end() :]
    bound = _BOUND.match(text)
    if bound:
        text = text[bound.end() :]
    plus = _PLUS.fullmatch(text)
    if plus:
        text = plus[3] or f"{plus[1]}{plus[2]}"
    ends = _ends(text, seconds)
    if ends is None or (bound and plus):
        return None
    if (bound or plus) and ends[0] != ends[1]:
        return None
    sign = ">" if bound or plus else ""
    if bound and bound[1] in "<≤":
        sign = "<"
    return Duration(low=ends[0], high=ends[1], about=bool(about), bound=sign)


def parse_age(text: str) -> Age | None:
    """Return the age that `text` says; it runs through nights and week-ends."""
    age = parse_duration(text, hours_a_day=24, days_a_week=7)
    return Age(low=age.low, high=age.high) if age else None


def _ends(text: str, seconds: dict[str, float]) -> tuple[int, int] | None:
    """Return the least and the most that `text` says, in seconds."""
    clock = _CLOCK.fullmatch(text)
    if clock:
        exact = int(clock[1]) * 3600 + int(clock[2]) * 60 + int(clock[3])
        return exact, exact
    pair = _SHORT_RANGE.fullmatch(text)
    if pair:
        texts = (f"{pair[1]}{pair[3]}", f"{pair[2]}{pair[3]}")
    elif pair := _RANGE.fullmatch(text):
        texts = (pair[1], pair[2])
    elif _SINGLE.fullmatch(text):
        texts = (text, text)
    else:
        return None
    low, high = (_seconds(one, seconds) for one in texts)
    return (low, high) if low is not None and high is not None and low <= high else None


def _seconds(text: str, seconds: dict[str, float]) -> int | None:
    written = _PART.findall(text)
    if any(unit not in _UNITS for _, unit in written):
        return None
    parts = [(float(number), _UNITS[unit]) for number, unit in written]
    sizes = [seconds[unit] for _, unit in parts]
    # "30m 1h" and "1h 1h" are more likely slips than durations.
    if any(later >= size for size, later in pairwise(sizes)):
        return None
    exact = sum(number * seconds[unit] for number, unit in parts)
    return max(round(exact), 1) if exact else 0
