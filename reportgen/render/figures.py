"""Figures as people read them: efforts, rates, changes, days."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime

from reportgen import late
from reportgen.model import Duration, Value

_MINUTE = 60
_HOUR = 60 * _MINUTE
# A comma, a blank or `_` parts thousands; before other digits it may be a decimal sign.
_NUMBER = late.pattern(
    r"([-+−]?\d+(?:[,  _]\d{3}(?!\d))*(?:\.\d+)?|[-+−]?\.\d+)(?![,._\d])\s*(.*)",
    re.DOTALL,
)
_BOUND = late.pattern(r"\s*(<=|>=|<|>|≤|≥|=)\s*(.*)", re.DOTALL)


def percent(part: float, whole: float) -> str:
    """Return how much of `whole` is `part`, as a whole percentage.

    "0 %" and "100 %" mean exactly that: rounding never reaches them.
    """
    if not whole:
        return "n/a"
    rounded = round(100 * part / whole)
    if 0 < part < whole:
        rounded = min(max(rounded, 1), 99)
    return f"{rounded} %"


def effort(duration: Duration | None) -> str:
    """Return a duration in the unit that suits it; an em dash for none."""
    if duration is None:
        return "—"
    unit, size = _unit(duration.high)
    low, high = _plain(duration.low / size), _plain(duration.high / size)
    text = f"{high} {unit}" if low == high else f"{low}–{high} {unit}"
    about = "≈ " if duration.about or duration.bound == "<>" else ""
    if duration.bound == "<":
        return f"< {about}{text}"
    if duration.bound == ">":
        return f"{about}{text} or more"
    return f"{about}{text}"


def variance(seconds: float, rate: float | None) -> str:
    """Return a difference of effort with its sign, and the rate where there is one."""
    if not seconds:
        return "as planned"
    unit, size = _unit(abs(seconds))
    sign = "+" if seconds > 0 else "−"
    text = f"{sign}{_plain(abs(seconds) / size)} {unit}"
    return text if rate is None else f"{text} ({sign}{percent(abs(rate), 1)})"


def bars(efforts: Iterable[tuple[str, Duration | None, Duration | None]]) -> str:
    """Return planned and actual effort as bars of one scale, two lines for each.

    Each of `efforts` is a name with both; those with one alone show that one.
    """
    rows = [
        (name if word == "planned" else "", word, value)
        for name, planned, actual in efforts
        for word, value in (("planned", planned), ("actual", actual))
        if value is not None
    ]
    longest = max((value.high for _, _, value in rows), default=0) or 1
    width = max((len(name) for name, _, _ in rows), default=0)
    return "\n".join(
        f"{name:{width}}  {word:7}  {bar(value.seconds / longest)}  {effort(value)}"
        for name, word, value in rows
    )


def bar(part: float, width: int = 24) -> str:
    """Return a bar for `part` of a whole that is `width` wide; never quite nothing."""
    return ("█" * max(1, round(part * width))).ljust(width) if part else " " * width


def seconds(number: float | None) -> str:
    """Return a measured time; an em dash for none."""
    if number is None:
        return "—"
    if number < _MINUTE:
        return f"{number:.2f} s"
    minutes, rest = divmod(round(number), _MINUTE)
    return f"{minutes} min {rest} s"


def day(moment: float | None) -> str:
    """Return a Unix time as a day in UTC; an em dash for none."""
    if moment is None:
        return "—"
    return datetime.fromtimestamp(moment, UTC).date().isoformat()


def minute(moment: float | None) -> str:
    """Return a Unix time to the minute, in UTC; an em dash for none."""
    if moment is None:
        return "—"
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d %H:%M UTC")


def shown(value: object) -> str:
    """Return a computed value as text; numbers without needless digits."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return _not_quite_whole(value) or _plain(value)
    if isinstance(value, Duration):
        return effort(value)
    return str(value)


def _not_quite_whole(number: float) -> str:
    """Return `number` with digits enough where two make it whole, else ""."""
    exact = round(number, 9)  # what is less is an error of floating point
    if exact == round(exact) or round(exact, 2) != round(exact):
        return ""
    digits = next(n for n in range(3, 10) if round(exact, n) != round(exact))
    return f"{exact:,.{digits}f}"


def _unit(number: float) -> tuple[str, float]:
    if number >= _HOUR / 4:
        return "h", _HOUR
    return ("min", _MINUTE) if number >= _MINUTE else ("s", 1)


def _plain(number: float) -> str:
    return f"{number:,.2f}".rstrip("0").rstrip(".")


class Figures(Value, frozen=True, kw_only=True):
    """The figures of a metric worked out; empty texts where there is none.

    `met` is None where there is no target, or nothing to compare with it.
    """

    change: str = ""
    met: bool | None = None


def figures(before: str, after: str, target: str) -> Figures:
    """Return the change from `before` to `after`, and whether `target` is met."""
    return Figures(change=_change(before, after), met=_met(after, target))


def _change(before: str, after: str) -> str:
    was, now = _parse(before), _parse(after)
    if was is None or now is None or was[1] != now[1]:
        return ""
    difference = now[0] - was[0]
    if not difference:
        return "unchanged"
    sign = "+" if difference > 0 else "−"
    joint = "" if was[1].startswith("%") else " "
    unit = f"{joint}{was[1]}" if was[1] else ""
    text = f"{sign}{_plain(abs(difference))}{unit}"
    if not was[0] or was[1] == "%":
        return text
    return f"{text} ({sign}{percent(abs(difference), abs(was[0]))})"


def _met(value: str, target: str) -> bool | None:
    match = _BOUND.fullmatch(target)
    operator, text = (match[1], match[2]) if match else ("", target)
    wanted, given = _parse(text), _parse(value)
    # A computed figure has no unit of its own: it is in that of its target.
    if wanted is None or given is None or given[1] not in {"", wanted[1]}:
        if not operator and target and value:
            return value.strip() == target.strip() or None
        return None
    a, b = given[0], wanted[0]
    return {
        "<": a < b,
        "<=": a <= b,
        "≤": a <= b,
        ">": a > b,
        ">=": a >= b,
        "≥": a >= b,
    }.get(operator, a == b)


def _parse(text: str) -> tuple[float, str] | None:
    """Return the number that `text` begins with, and its unit."""
    match = _NUMBER.fullmatch(text.strip())
    if match is None:
        return None
    digits = re.sub(r"[,_  ]", "", match[1]).replace("−", "-")
    return float(digits), " ".join(match[2].split())
