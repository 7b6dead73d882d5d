"""What there is room for in one rendering, and what is left out of it, counted."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TypeVar

from markupsafe import Markup

from reportgen.model import SETTLED, Status
from reportgen.render.detail import LONG, Detail
from reportgen.render.transcript import bounded, shorten
from reportgen.report import BlockerState, PhaseState, SuccessState, TaskState

_Item = TypeVar("_Item")

_LONG_MESSAGE = "the end of {} long message", "the ends of {} long messages", ""
_LONG_NAME = "the end of {} long name", "the ends of {} long names", ""

_WORK = TaskState, PhaseState, BlockerState, SuccessState

# What stays longest comes first.
_RANKS: Mapping[object, int] = {
    word: rank for rank, word in enumerate(sorted(Status, key=SETTLED.__contains__))
}


class Shown(tuple[_Item, ...]):  # noqa: SLOT001  # a tuple's have no slots
    """Those items of a list that are shown; `rest` counts the others, in words."""

    rest: str


class Room:
    """Says what is shown of a list or of a text, and counts what is not.

    Only while a template is rendered it is known what it would have shown.
    """

    def __init__(self) -> None:
        self.start(Detail())

    def start(self, detail: Detail) -> None:
        """Begin to show as much as `detail` says."""
        self._detail = detail
        self._left_out: Counter[tuple[str, str, str]] = Counter()

    def left_out(self) -> list[str]:
        """Return what was left out so far, in words."""
        return [
            (one if number == 1 else several).replace("{}", f"{number:,}{kind}")
            for (one, several, kind), number in self._left_out.items()
        ]

    def most(
        self,
        items: Iterable[_Item],
        one: str = "",
        several: str = "",
        *,
        shown: bool = True,
        settled: int = sys.maxsize,
        least: int = 0,
        of: int = 0,
    ) -> Shown[_Item]:
        """Return those of `items` that there is room for, in their order.

        The worst stay longest, `least` of them always; none if they are not to be
        `shown`, and of the settled ones at most `settled`.  `items` may be the first
        `of` so many.  What is missing is counted as `one` or `several`, such as
        "{} task"; uncounted, it is told elsewhere.
        """
        items = tuple(items)
        order = sorted(range(len(items)), key=lambda at: _rank(items[at]))
        most = len(items) - sum(map(_settled, items)) + settled
        bound = min(max(self._detail.listed, least), most) if shown else 0
        found = Shown(items[at] for at in sorted(order[:bound]))
        gone = [items[at] for at in sorted(order[bound:])]
        beyond = max(0, of - len(items))
        found.rest = _more(gone, beyond) if gone or beyond else ""
        if one and gone:
            missing = [(one, several or f"{one}s", _kind(item)) for item in gone]
            self._left_out.update(missing)
            self._left_out[missing[-1]] += beyond
        return found

    def message(self, text: str) -> str:
        """Return the first line of a message, as long as there is room for it."""
        shown = shorten(text, self._detail.message)
        if self._detail.message < LONG and shown != shorten(text):
            self._left_out[_LONG_MESSAGE] += 1
        return shown

    def name(self, text: str) -> str:
        """Return a name, as long as there is room for it."""
        if len(text) > self._detail.name:
            self._left_out[_LONG_NAME] += 1
        return bounded(text, self._detail.name)


def rest(shown: Shown[object], mark: str = "- ") -> Markup:
    """Return how many items are not `shown`, as the last line of a list."""
    return Markup("{}{}\n").format(mark, shown.rest) if shown.rest else Markup()


def _status(item: object) -> object:
    return getattr(item, "status", "")


def _settled(item: object) -> bool:
    return _status(item) in SETTLED or getattr(item, "green", False)


def _rank(item: object) -> int:
    return _RANKS.get(_status(item), _settled(item))


def _kind(item: object) -> str:
    """Return a word for a piece of work, and "" for anything else."""
    if not isinstance(item, _WORK):
        return ""
    return " settled" if _settled(item) else " open"


def _more(gone: Iterable[object], beyond: int) -> str:
    """Return how many are `gone`, and `beyond` them: by status, if all have one."""
    counts = Counter(map(_status, gone))
    more = f"and {counts.total() + beyond:,} more"
    found = [status for status in Status if counts[status]]
    if not found or len(found) < len(counts):
        return more
    if len(found) == 1:
        return f"{more}: {found[0]}"
    return f"{more}: {', '.join(f'{counts[each]:,} {each}' for each in found)}"
