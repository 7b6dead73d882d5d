"""Tests as a reader wants them: failures by name, what they share, and the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import groupby

from markupsafe import Markup

from reportgen import late
from reportgen.model import Outcome, Result
from reportgen.render.escape import code, escape
from reportgen.render.room import Room
from reportgen.render.transcript import shorten
from reportgen.report import FEW, RunState

_DIGITS = late.pattern(r"[0-9]+")
_CAUSES = 5  # messages that many failures share

_ENDED: Mapping[Outcome, str] = {
    Outcome.UNKNOWN: "ended in a way that is not known",
    Outcome.UNFINISHED: "did not finish",
    Outcome.FLAKY: "passed only when rerun",
    Outcome.XPASSED: "passed unexpectedly",
    Outcome.XFAILED: "failed as expected",
    Outcome.SKIPPED: "was skipped",
}
_SIGNS: Mapping[Outcome, str] = {
    Outcome.UNKNOWN: "❓ ",
    Outcome.UNFINISHED: "❓ ",
    Outcome.FLAKY: "⚠️ ",
    Outcome.XPASSED: "⚠️ ",
}


def failures(results: Iterable[Result], room: Room) -> Markup:
    """Return `results` as a list in Markdown, a line each, as long as in `room`."""
    return Markup("\n").join(_line(result, room) for result in results)


def _line(result: Result, room: Room) -> Markup:
    line = Markup("- ❌ ") + code(room.name(result.nodeid))
    if result.word == "not collected":
        line += Markup(" could not be collected")
    elif result.outcome is Outcome.ERROR:
        line += Markup(" broke in setup or teardown")
    if message := room.message(result.message):
        line += Markup(": ") + escape(message)
    return line


def others(state: RunState, room: Room) -> Markup:
    """Return the tests of a run that neither simply passed nor failed, as a list."""
    lines = []
    for outcome, alike in groupby(state.others, key=lambda each: each.outcome):
        named = [_other(result, room) for result in alike]
        lines += named
        if outcome is Outcome.SKIPPED:  # of tests, all are named or none
            more, words = len(state.run.skipped_collectors) - FEW, ", skipped whole"
        else:
            more, words = (
                state.run.tally[outcome] - len(named),
                f" that {_ENDED[outcome]}",
            )
        if more > 0:
            lines.append(Markup("- and {:,} more{}").format(more, words))
    return Markup("\n").join(lines)


def _other(result: Result, room: Room) -> Markup:
    mark = _SIGNS.get(result.outcome, "")
    line = Markup("- {}{} {}").format(
        mark, code(room.name(result.nodeid)), _ENDED[result.outcome]
    )
    if message := room.message(result.message):
        line += Markup(": ") + escape(message)
    return line


def causes(results: Iterable[Result], most: int) -> list[tuple[int, str]]:
    """Return the first lines of messages that several of `results` have, most first.

    Lines that differ in their numbers alone count as one; `most` is the length of
    what is shown of it.
    """
    examples: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for result in results:
        if line := shorten(result.message, most):
            alike = _DIGITS.sub("0", line)
            examples.setdefault(alike, line)
            counts[alike] += 1
    common = counts.most_common(_CAUSES)
    return [(number, examples[alike]) for alike, number in common if number > 1]
