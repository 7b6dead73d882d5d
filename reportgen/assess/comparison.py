"""Compares two sets of runs test by test: what was fixed, broken, or vanished."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reportgen.model import BAD, EVERYTHING, GOOD, UNPROVEN, Outcome
from reportgen.report import Comparison, Match, Merged, outcomes

_OPEN = UNPROVEN | {Outcome.XFAILED}


def compare_all(
    merged: Merged, expected: frozenset[str] = frozenset()
) -> tuple[Comparison, ...]:
    """Compare each evidence of before with all evidence of the present.

    Tests that are `expected` to fail for now are left out.
    """
    now = _without(expected, merged.matches(EVERYTHING))
    return tuple(
        compare(name, was, now)
        for name in sorted(merged.before)
        if now and (was := _without(expected, merged.matches(EVERYTHING, name)))
    )


def compare(
    name: str, was: Mapping[str, Outcome], now: Mapping[str, Outcome]
) -> Comparison:
    """Compare outcomes by node id; a test that is gone is no test that was fixed."""
    kinds: dict[str, list[str]] = {}
    unchanged = 0
    for nodeid in sorted(was.keys() | now.keys()):
        kind = _kind(was.get(nodeid), now.get(nodeid))
        if kind:
            kinds.setdefault(kind, []).append(nodeid)
        else:
            unchanged += 1
    return Comparison(
        before=name,
        unchanged=unchanged,
        **{kind: tuple(nodeids) for kind, nodeids in kinds.items()},
    )


def _without(
    expected: frozenset[str], matches: Sequence[Match]
) -> Mapping[str, Outcome]:
    return {n: o for n, o in outcomes(matches).items() if n not in expected}


def _kind(was: Outcome | None, now: Outcome | None) -> str:
    if was is None:
        return "newly_failing" if now in BAD else "new"
    if now is None:
        return "vanished"
    if now in BAD:
        return "still_failing" if was in BAD else "newly_failing"
    if was in BAD and now in GOOD:
        return "fixed"
    if now is Outcome.SKIPPED:
        return "newly_skipped" if was is not Outcome.SKIPPED else ""
    return "newly_open" if now in _OPEN and was in BAD | GOOD else ""
