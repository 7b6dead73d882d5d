"""Finds what the claims of a report speak of."""

from __future__ import annotations

from collections.abc import Iterable

from reportgen import late

_WILD = late.pattern(r"[*?]+|(?:^|/)\.\.?(?:/|$)")


def words_of(patterns: Iterable[str]) -> set[str]:
    """Return the longest literal part of each of `patterns` of paths."""
    literal = (pattern.partition("::")[0] for pattern in patterns if pattern)
    return {max(_WILD.split(each.rpartition("@")[2]), key=len) for each in literal}
