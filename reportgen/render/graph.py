"""Works out where everything stands in the graph of what waits for what."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Sequence

from reportgen.model import Value, issue_reference
from reportgen.render.mermaid import arrows_of
from reportgen.report import Report

# Pixels, and letters that fit into them.
_WIDTH, _MARGIN, _GAP, _LINE = 200, 10, 56, 17
_LETTERS, _LINES = 23, 3
_MOST = 60  # things in a graph; beyond that a list is easier to read


class Node(Value, frozen=True, kw_only=True):
    """A box of a graph with its words, line by line."""

    kind: str
    lines: tuple[str, ...]
    x: int
    y: int
    height: int
    width: int = _WIDTH


class Graph(Value, frozen=True, kw_only=True):
    """Boxes, and arrows as the points (x, y) that they go through."""

    nodes: tuple[Node, ...]
    arrows: tuple[tuple[tuple[int, int], ...], ...]
    width: int
    height: int


def waiting(report: Report, plain: Callable[[str], str]) -> Graph | None:
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
    gaps: dict[tuple[str, str], list[tuple[int, int]]] = {pair: [] for pair in pairs}
    height = 0
    for at, column in enumerate(columns):
        x, y = _MARGIN + at * (_WIDTH + _GAP), _MARGIN
        for each in column:
            if isinstance(each, str):
                kind, title = known.get(each, ("issue", issue_reference(each) or each))
                nodes[each] = _node(kind, plain(title), x=x, y=y)
                y += nodes[each].height + _MARGIN * 2
            else:
                gaps[each] += [(x, y), (x + _WIDTH, y)]
                y += _MARGIN * 2
        height = max(height, y - _MARGIN)
    return Graph(
        nodes=tuple(nodes.values()),
        arrows=tuple(
            _arrow(nodes[first], gaps[first, then], nodes[then])
            for first, then in pairs
        ),
        width=len(columns) * (_WIDTH + _GAP) - _GAP + 2 * _MARGIN,
        height=height,
    )


def _columns(
    names: Sequence[str], pairs: Sequence[tuple[str, str]]
) -> list[list[str | tuple[str, str]]]:
    """Put everything to the right of all that holds it up, and near what it holds.

    In a column that it only goes through, a pair has a place of its own.
    """
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
    columns: list[list[str | tuple[str, str]]] = [
        [] for _ in range(max(depth.values()) + 1)
    ]
    for name, number in depth.items():
        columns[number].append(name)
    for first, then in pairs:
        for column in columns[depth[first] + 1 : depth[then]]:
            column.append((first, then))
    return columns


def _node(kind: str, title: str, x: int, y: int) -> Node:
    lines = textwrap.wrap(
        title, _LETTERS, max_lines=_LINES, placeholder=" …", break_on_hyphens=False
    )
    height = _LINE * (len(lines) + 1) + 2 * _MARGIN
    return Node(kind=kind, lines=tuple(lines), x=x, y=y, height=height)


def _arrow(
    first: Node, through: Iterable[tuple[int, int]], then: Node
) -> tuple[tuple[int, int], ...]:
    start = (first.x + first.width, first.y + first.height // 2)
    end = (then.x, then.y + then.height // 2)
    return (start, *through, end)
