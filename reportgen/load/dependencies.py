"""Finds work that waits for itself, and work that is done before what it waits for."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from itertools import islice

from reportgen.load.references import Item, items
from reportgen.load.wording import quoted
from reportgen.model import (
    NOWHERE,
    Blocker,
    Diagnostic,
    Phase,
    Place,
    Record,
    Reference,
    Task,
    Value,
)

_MOST_CYCLES = 20  # their number, and the length of each, can grow with the record


def check_dependencies(
    record: Record, mistakes: Iterable[Place] = ()
) -> Iterator[Diagnostic]:
    """Yield every chain that bites its tail, and every claim that comes too early.

    Where `mistakes` are, it is not known whether that work is done.
    """
    graph = _Graph(record)
    # Two phases wait for each other once, however many tasks they have.
    yield from dict.fromkeys(map(graph.complain, islice(graph.cycles(), _MOST_CYCLES)))
    begun = sorted(items(record), key=_place)
    ends = (bisect(begun, place, key=_place) for place in mistakes)
    unknown = {id(begun[end - 1]) for end in ends if end}
    yield from graph.early_claims(unknown)


def _place(item: Item) -> Place:
    return item.place


class _Wait(Value, frozen=True, kw_only=True):
    """A step that another one waits for; `place` is where a record says so."""

    step: int
    place: Place = NOWHERE


class _Graph:
    """What waits for what, in steps that are numbers.

    Tasks and blockers are a step each, a phase is two: its begin waits for what the
    phase waits for, its tasks wait for its begin, and its end waits for its tasks.
    """

    def __init__(self, record: Record) -> None:
        self._items: list[Item] = []
        self._waits: list[list[_Wait]] = []
        self._open: dict[int, int] = {}
        self._ends: dict[str, int] = {}
        self._begins: dict[str, int] = {}
        self._own = {id(item): self._add(item) for item in items(record)}
        for phase in record.phases:
            self._hold_together(phase)
        for item in items(record):
            after = () if isinstance(item, Blocker) else item.after
            self._connect(self._own[id(item)], (*after, *item.blocked_by))
        for blocker in record.blockers:
            self._hold_up(self._own[id(blocker)], blocker.blocks)

    def _add(self, item: Item) -> int:
        """Add the step of `item` and return it; of a phase, its begin."""
        begin = len(self._items)
        for _ in range(2 if isinstance(item, Phase) else 1):
            self._items.append(item)
            self._waits.append([])
        if item.id:
            self._begins.setdefault(item.id, begin)
            self._ends.setdefault(item.id, len(self._items) - 1)
        return begin

    def _hold_together(self, phase: Phase) -> None:
        begin = self._own[id(phase)]
        end = begin + 1
        for task in phase.tasks:
            step = self._own[id(task)]
            self._waits[step].append(_Wait(step=begin))
            self._waits[end].append(_Wait(step=step))
        if not phase.tasks:
            self._waits[end].append(_Wait(step=begin))

    def _connect(self, step: int, references: Iterable[Reference]) -> None:
        self._waits[step].extend(
            _Wait(step=self._ends[name], place=name.place)
            for name in references
            if name in self._ends
        )

    def _hold_up(self, step: int, references: Iterable[Reference]) -> None:
        for name in references:
            if name in self._begins:
                held = self._waits[self._begins[name]]
                held.append(_Wait(step=step, place=name.place))

    def cycles(self) -> Iterator[Sequence[_Wait]]:
        """Yield each cycle as the waits it is made of, the last of its first step."""
        # A walk in depth with a stack of its own: chains can be longer than Python's.
        begun: dict[int, int] = {}  # steps on the path, each with its position
        for root in range(len(self._items)):
            path = [(_Wait(step=root), iter(self._waits[root]))]
            if root in self._open:
                continue
            begun[root] = 0
            while path:
                wait = next(path[-1][1], None)
                if wait is None:
                    done = path.pop()[0].step
                    del begun[done]
                    self._open[done] = self._open_end(done)
                elif wait.step in begun:
                    inner = path[begun[wait.step] + 1 :]
                    yield [*(one for one, _ in inner), wait]
                elif wait.step not in self._open:
                    begun[wait.step] = len(path)
                    path.append((wait, iter(self._waits[wait.step])))

    def _open_end(self, step: int) -> int:
        """Return the first open task that `step` comes down to, -1 if there is none."""
        match self._items[step]:
            case Task(done=done):
                # What a finished task waits for is that task's own affair.
                return -1 if done else step
            case Blocker(attested=attested) if attested is not None:
                return -1
            case _:
                ends = (self._open.get(wait.step, -1) for wait in self._waits[step])
                return next((end for end in ends if end >= 0), -1)

    def complain(self, cycle: Sequence[_Wait]) -> Diagnostic:
        """Return what is wrong with `cycle`, at the first place that makes it."""
        first = min(
            (n for n, wait in enumerate(cycle) if wait.place != NOWHERE),
            key=lambda n: cycle[n].place,
        )
        # The wait at `first` is a reference in the step before it.
        ordered = [*cycle[first - 1 :], *cycle[: first - 1]]
        names = [self._name(wait.step) for wait in ordered]
        chain = names[:1]
        for name in (*names[1:], names[0]):  # a phase is two steps of one name
            if name == names[0]:
                break
            if name in chain:
                del chain[chain.index(name) :]
            chain.append(name)
        chain.append(chain[0])
        return Diagnostic(
            cycle[first].place,
            "cycle",
            f"{chain[0]} waits for itself: {' → '.join(chain)}",
            "take one of these references away",
        )

    def early_claims(self, unknown: AbstractSet[int]) -> Iterator[Diagnostic]:
        """Yield every task that is claimed done and waits for one that is not.

        Items that are `unknown`, by identity, may be done.
        """
        for step, item in enumerate(self._items):
            if not isinstance(item, Task) or not item.done:
                continue
            places: dict[int, Place] = {}
            for wait in self._waits[step]:
                place = item.place if wait.place == NOWHERE else wait.place
                places.setdefault(self._open.get(wait.step, -1), place)
            places.pop(-1, None)
            for end, place in places.items():
                if id(self._items[end]) in unknown:
                    continue
                yield Diagnostic(
                    place,
                    "done-before-open",
                    f"{self._name(step)} is done, and waits for {self._name(end)},"
                    " which is not",
                    "finish that first, or take `done: true` back",
                )

    def _name(self, step: int) -> str:
        item = self._items[step]
        return quoted(item.id or item.title)
