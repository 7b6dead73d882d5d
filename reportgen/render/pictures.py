"""Works out where everything stands in the pictures of a page.

Bars have their places in percent of the room there is, so that their words stay
readable on a phone; the graph has its own in pixels.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence

from reportgen.model import Duration, Tally, Value, issue_reference
from reportgen.render.mermaid import arrows_of
from reportgen.report import Comparison, Report, TaskState

Plain = Callable[[str], str]

_ROOM = 72.0  # percent: the longest bar leaves room for its figure
_SIDE = 44.0  # percent on either side of an axis in the middle
_LEAST = 0.8  # percent: what there is can be seen

_WIDTH, _MARGIN, _GAP, _LINE = 200, 10, 56, 17
_LETTERS, _LINES = 23, 3
_MOST = 60  # things in a graph; beyond that a list is easier to read


class Part(Value, frozen=True, kw_only=True):
    """A part of a bar: what it stands for, how many, and where it begins."""

    kind: str
    number: int
    start: float = 0.0
    width: float = 0.0


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


class Node(Value, frozen=True, kw_only=True):
    """A box of a graph with its words, line by line."""

    kind: str
    lines: tuple[str, ...]
    x: int
    y: int
    height: int
    width: int = _WIDTH


class Graph(Value, frozen=True, kw_only=True):
    """Boxes, and arrows as (x, y) of where they begin and end."""

    nodes: tuple[Node, ...]
    arrows: tuple[tuple[int, int, int, int], ...]
    width: int
    height: int


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
            parts=_stacked(_counts(state.run.tally, state.run.lost), 100.0),
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


def waiting(report: Report, plain: Plain) -> Graph | None:
    """Return the graph of what holds up what, from left to right, or None.

    There is none where nothing waits, or so much that nobody could read it.
    """
    pairs = list(dict.fromkeys(arrows_of(report)))
    names = list(dict.fromkeys(name for pair in pairs for name in pair))
    if not 0 < len(names) <= _MOST:
        return None
    known = {
        **{each.name: ("task", each.task.title) for each in report.tasks},
        **{each.name: ("phase", each.phase.title) for each in report.phases},
        **{each.name: ("blocker", each.blocker.title) for each in report.blockers},
    }
    columns = _columns(names, pairs)
    nodes: dict[str, Node] = {}
    for at, column in enumerate(columns):
        y = _MARGIN
        for name in column:
            kind, title = known.get(name, ("issue", issue_reference(name) or name))
            node = _node(kind, plain(title), x=_MARGIN + at * (_WIDTH + _GAP), y=y)
            nodes[name] = node
            y += node.height + _MARGIN * 2
    height = max(node.y + node.height for node in nodes.values()) + _MARGIN
    return Graph(
        nodes=tuple(nodes.values()),
        arrows=tuple(_arrow(nodes[first], nodes[then]) for first, then in pairs),
        width=len(columns) * (_WIDTH + _GAP) - _GAP + 2 * _MARGIN,
        height=height,
    )


def _columns(names: Sequence[str], pairs: Sequence[tuple[str, str]]) -> list[list[str]]:
    """Put everything to the right of all that holds it up, and near what it holds."""
    before: dict[str, list[str]] = {name: [] for name in names}
    after: dict[str, list[str]] = {name: [] for name in names}
    for first, then in pairs:
        before[then].append(first)
        after[first].append(then)
    depth = dict.fromkeys(names, 0)
    for _ in names:  # a record has no circles, so that this is enough
        depth = {
            name: max((depth[first] + 1 for first in firsts), default=0)
            for name, firsts in before.items()
        }
    for name in names:
        if not before[name]:
            depth[name] = min(depth[then] for then in after[name]) - 1
    columns: list[list[str]] = [[] for _ in range(max(depth.values()) + 1)]
    for name, number in depth.items():
        columns[number].append(name)
    return columns


def _node(kind: str, title: str, x: int, y: int) -> Node:
    lines = textwrap.wrap(
        title, _LETTERS, max_lines=_LINES, placeholder=" …", break_on_hyphens=False
    )
    height = _LINE * (len(lines) + 1) + 2 * _MARGIN
    return Node(kind=kind, lines=tuple(lines), x=x, y=y, height=height)


def _arrow(first: Node, then: Node) -> tuple[int, int, int, int]:
    return (
        first.x + first.width,
        first.y + first.height // 2,
        then.x,
        then.y + then.height // 2,
    )


def _counts(tally: Tally, lost: int) -> Iterator[tuple[str, int]]:
    """Yield what became of tests, the good news first."""
    for kind in ("passed", "flaky", "xpassed", "xfailed", "skipped", "unknown"):
        yield kind, tally[kind]
    yield "lost", lost
    yield "failed", tally.failed
    yield "error", tally.error


def _stacked(counts: Iterable[tuple[str, int]], room: float) -> tuple[Part, ...]:
    """Return parts that stand side by side and fill `room`, the small ones visible."""
    counted = [(kind, number) for kind, number in counts if number]
    total = sum(number for _, number in counted)
    widths = [_percent(number, total, room) for _, number in counted]
    scale = room / (sum(widths) or 1)
    parts: list[Part] = []
    start = 0.0
    for (kind, number), width in zip(counted, widths, strict=True):
        parts.append(
            Part(
                kind=kind,
                number=number,
                start=_round(start),
                width=_round(width * scale),
            )
        )
        start += width * scale
    return tuple(parts)


def _worse(each: Comparison) -> Iterator[tuple[str, int]]:
    for kind in ("newly_failing", "still_failing", "vanished", "newly_skipped"):
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
            kind=kind,
            number=number,
            start=_round(end),
            width=_round(number * scale),
        )


def _percent(part: float, whole: float, room: float) -> float:
    return _round(max(_LEAST, part / whole * room)) if part else 0.0


def _round(number: float) -> float:
    return round(number, 2)
