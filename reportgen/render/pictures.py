"""Works out where everything stands in the bars of a page.

Places are in percent of the room there is, so that words stay readable on a phone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from reportgen.model import Duration, Tally, Value
from reportgen.report import Comparison, Report, TaskState

Plain = Callable[[str], str]

_WHOLE = 100.0  # percent
_ROOM = 62.0  # percent: the longest bar leaves room for its figure
_SIDE = 44.0  # percent on either side of an axis in the middle
_LEAST = 0.8  # percent: what there is can be seen


class Part(Value, frozen=True, kw_only=True):
    """A part of a bar: what it stands for, how many, and where it begins."""

    kind: str
    number: int
    start: float
    width: float


class Row(Value, frozen=True, kw_only=True):
    """A bar made of parts, and what it is a bar of."""

    name: str
    parts: tuple[Part, ...]
    created: float | None = None
    before: bool = False

    @property
    def total(self) -> int:
        """What all its parts amount to."""
        return sum(part.number for part in self.parts)


class EffortRow(Value, frozen=True, kw_only=True):
    """A pair of bars: planned and actual effort; `whole` of a phase, not a task."""

    name: str
    whole: bool
    planned: Duration | None
    actual: Duration | None
    planned_width: float
    actual_width: float


def efforts(report: Report, plain: Plain) -> tuple[EffortRow, ...]:
    """Return planned and actual effort of each phase and task, on one scale.

    A phase of one task alone has no bars of its own: they would be the same.
    """
    rows: list[tuple[str, bool, Duration | None, Duration | None]] = []
    for number, phase in enumerate(report.phases, 1):
        if len(phase.tasks) > 1:
            effort = phase.effort
            title = f"Phase {number}: {plain(phase.phase.title)}"
            rows.append((title, True, effort.planned, effort.actual))
        rows += _each(phase.tasks, plain)
    rows += _each(report.free_tasks, plain)
    known = [row for row in rows if row[2] or row[3]]
    both = (effort for *_, a, b in known for effort in (a, b) if effort)
    longest = max((effort.seconds for effort in both), default=0) or 1

    def width(effort: Duration | None) -> float:
        return _percent(effort.seconds, longest, _ROOM) if effort else 0.0

    return tuple(
        EffortRow(
            name=name,
            whole=whole,
            planned=planned,
            actual=actual,
            planned_width=width(planned),
            actual_width=width(actual),
        )
        for name, whole, planned, actual in known
    )


def _each(
    tasks: Iterable[TaskState], plain: Plain
) -> Iterator[tuple[str, bool, Duration | None, Duration | None]]:
    for state in tasks:
        yield plain(state.task.title), False, state.task.planned, state.task.actual


def outcomes(report: Report) -> tuple[Row, ...]:
    """Return a bar for each run: what became of its tests, as parts of all of them."""
    return tuple(
        Row(
            name=state.name,
            parts=tuple(_stacked(_counts(state.run.tally, state.run.lost))),
            created=state.run.created,
            before=state.before,
        )
        for state in report.runs
    )


def changed(report: Report) -> tuple[Row, ...]:
    """Return a bar for each run of before, oldest first: what became of its tests.

    What is worse stands to the left of the middle, what was fixed to the right.
    """
    made = {state.run.evidence: state.run.created for state in report.runs}
    rows = [(each, made.get(each.before)) for each in report.comparisons]
    rows.sort(key=lambda row: (row[1] or 0, row[0].before))
    counted = [(each, when, list(_worse(each))) for each, when in rows]
    sides = [max(sum(n for _, n in bad), len(each.fixed)) for each, _, bad in counted]
    scale = _SIDE / max([1, *sides])
    return tuple(
        Row(
            name=each.before,
            created=when,
            before=True,
            parts=(_rightwards(len(each.fixed), scale), *_leftwards(bad, scale)),
        )
        for each, when, bad in counted
    )


def _counts(tally: Tally, lost: int) -> Iterator[tuple[str, int]]:
    """Yield what became of tests, the good news first."""
    for kind in ("passed", "flaky", "xpassed", "xfailed", "skipped", "unknown"):
        yield kind, tally[kind]
    yield "lost", lost
    yield "failed", tally.failed
    yield "error", tally.error


def _stacked(counts: Iterable[tuple[str, int]]) -> Iterator[Part]:
    """Yield parts that stand side by side and fill a bar, the small ones visible."""
    counted = [(kind, number) for kind, number in counts if number]
    total = sum(number for _, number in counted)
    widths = [_percent(number, total, _WHOLE) for _, number in counted]
    scale = _WHOLE / (sum(widths) or 1)
    start = 0.0
    for (kind, number), width in zip(counted, widths, strict=True):
        yield Part(
            kind=kind, number=number, start=_round(start), width=_round(width * scale)
        )
        start += width * scale


def _worse(each: Comparison) -> Iterator[tuple[str, int]]:
    for kind in (
        "newly_failing",
        "still_failing",
        "vanished",
        "newly_skipped",
        "newly_open",
    ):
        if names := getattr(each, kind):
            yield kind, len(names)


def _rightwards(number: int, scale: float) -> Part:
    """Return the part of what was fixed, from the middle to the right."""
    return Part(kind="fixed", number=number, start=50, width=_round(number * scale))


def _leftwards(counts: Iterable[tuple[str, int]], scale: float) -> Iterator[Part]:
    """Yield parts side by side from the middle to the left."""
    end = 50.0
    for kind, number in counts:
        end -= number * scale
        yield Part(
            kind=kind, number=number, start=_round(end), width=_round(number * scale)
        )


def _percent(part: float, whole: float, room: float) -> float:
    return _round(max(_LEAST, part / whole * room)) if part else 0.0


def _round(number: float) -> float:
    return round(number, 2)
