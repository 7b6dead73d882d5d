"""Takes single values from tools as what they should be, or as not known."""

from __future__ import annotations

import math
from datetime import UTC, datetime

import msgspec

from reportgen import late
from reportgen.model import Json

_WHOLE = late.pattern(r"\s*[+-]?\d{1,18}\s*")
_LAST_MOMENT = 1e11  # Unix seconds; beyond the year 5000 it is no time of a run


def whole(value: object) -> int | None:
    """Return `value` as a whole number: 1, 1.0 and "1" are; True and 0.5 are not."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and _WHOLE.fullmatch(value):
        return int(value)
    return None


def number(value: object) -> float | None:
    """Return `value` as a finite number; digits in quotes are one too."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def moment(value: object) -> float | None:
    """Return Unix seconds, of a number or an ISO timestamp; UTC if it has no zone."""
    seconds = number(value)
    if seconds is None and isinstance(value, str):
        try:
            parsed = datetime.fromisoformat(value.strip())
        except ValueError:
            return None
        # Tools that leave it out mostly run in CI, where clocks show UTC.
        seconds = (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).timestamp()
    if seconds is None or not 0 < seconds < _LAST_MOMENT:
        return None
    return seconds


def counts(value: object) -> dict[str, int]:
    """Return those entries of `value` that count something."""
    if not isinstance(value, dict):
        return {}
    found = {str(key): whole(each) for key, each in value.items()}
    return {key: each for key, each in found.items() if each is not None and each >= 0}


def words(value: object) -> tuple[str, ...]:
    """Return `value` as words: one, several or none."""
    if isinstance(value, str):
        return (value,)
    return tuple(map(str, value)) if isinstance(value, list) else ()


def text(value: object) -> str:
    """Return `value` if it is a text, else nothing."""
    return value if isinstance(value, str) else ""


def mapping(value: object) -> Json:
    """Return `value` if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def decoded(raw: msgspec.Raw) -> object:
    """Return what was left undecoded; None if it holds a number beyond all bounds."""
    try:
        return msgspec.json.decode(raw)
    except msgspec.DecodeError:
        return None
