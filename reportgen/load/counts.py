"""Counts the tests of one file as they go by, each node id once."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from operator import itemgetter
from typing import Any

import msgspec

from reportgen.load.patterns import Match, Pattern, Selector
from reportgen.load.repeats import Sightings
from reportgen.model import (
    BAD,
    UNPROVEN,
    Collector,
    Outcome,
    Query,
    Result,
    Selection,
    Tally,
)

_RESULTS = 10_000  # kept of an evidence
_SELECTED = 1_000  # kept of what a pattern selects
_DETAILS = 1_000  # results that keep their whole text
_OUTCOMES = tuple(Outcome)
_RANKS = {outcome: outcome.badness for outcome in Outcome}
_TROUBLE = min(outcome.badness for outcome in BAD | UNPROVEN)


class Room:
    """Results that can still be kept: `left` of those without trouble, and of others.

    Each kind has its own room, so that no crowd of skipped tests can take it from a
    failure.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self.left = [most, most]


class Rooms:
    """How much is still kept of all files of an evidence, the first ones first."""

    def __init__(self) -> None:
        self.details = _DETAILS
        self.all = Room(_RESULTS)
        self.chosen: dict[tuple[Match, int], Room] = defaultdict(
            lambda: Room(_SELECTED)
        )


class Counts:
    """What is known of a run so far; the walk through its file tells it.

    `facts` become fields of the `Run`, `cases` counts what was told, repeated
    tests included, and `words_told` in which words of the file, where its reader
    notes them.  Results are kept while there is room, and all tests are told to
    `sightings`.  After a first walk it is known which to count once, under their
    worst outcome, by their hash and its rank (`worst`), and which to leave out
    (`elsewhere`).
    """

    def __init__(
        self,
        query: Query,
        rooms: Rooms,
        sightings: Sightings | None = None,
        worst: Mapping[int, int] | None = None,
        elsewhere: AbstractSet[int] = frozenset(),
    ) -> None:
        self.facts: dict[str, Any] = {}
        self.words: set[str] = set()
        self.words_told: Counter[str] = Counter()
        self.failed_collectors: list[Collector] = []
        self.skipped_collectors: list[Collector] = []
        self.cases = 0
        self._sightings = sightings
        self._worst = dict(worst or {})
        self._elsewhere = elsewhere
        self._some_are_due = bool(worst or elsewhere)  # else all are, as a rule
        self._rooms = rooms
        self._all = _Chosen(self._rooms.all)
        self._patterns = [Pattern(text) for text in sorted(query.patterns)]
        self._selector = Selector(self._patterns)
        self._chosen = [  # by the match, and by the number of the pattern
            [
                _Chosen(
                    self._rooms.chosen[match, number],
                    named=pattern.text in query.named,
                )
                for number, pattern in enumerate(self._patterns)
            ]
            for match in Match
        ]
        self._collects = False

    def passed(self, nodeids: Sequence[str]) -> None:
        """Count tests that simply passed; for most runs this is all there is to do."""
        self.cases += len(nodeids)
        nodeids = self._due(nodeids, 0)
        self._all.counts[0] += len(nodeids)
        for file, tests in self._selector.by_file(nodeids):
            if self._sightings is not None:
                self._sightings.note(file.bucket, tests, 0)
            for fits, group in self._selector.within(file, tests):
                for number, match in fits:
                    self._chosen[match][number].passed(group)

    def add(
        self, nodeid: str, outcome: Outcome, describe: Callable[[bool], Result]
    ) -> None:
        """Count one test; `describe` is asked only if there is room for a result.

        It is told whether the whole text of a failure is wanted.
        """
        rank = _RANKS[outcome]
        if rank == 0:
            self.passed((nodeid,))
            return
        self.cases += 1
        if self._some_are_due and not self._due((nodeid,), rank):
            return
        file = self._selector.file(nodeid.partition("::")[0])
        if self._sightings is not None:
            self._sightings.note(file.bucket, (nodeid,), rank)
        fits = self._selector.fits(file, nodeid)
        chosen = [self._all, *[self._chosen[match][number] for number, match in fits]]
        roomy = [each for each in chosen if each.count(nodeid, outcome, rank)]
        if roomy:
            detailed = rank >= _TROUBLE and self._rooms.details > 0
            self._rooms.details -= detailed
            result = describe(detailed)
            for each in roomy:
                each.keep(result, rank)

    def collected(self, collector: str, nodeids: Sequence[str]) -> None:
        """Count test items that `collector` found."""
        self._collects = True
        path = collector.partition("::")[0]
        is_folder = "." not in path.rpartition("/")[2]
        if is_folder or (file := self._selector.file(path)).open:
            groups = self._selector.select(nodeids)
        else:  # named after it, and all tests of this file are meant alike
            groups = iter([(file.settled, nodeids)])
        for fits, group in groups:
            for number, match in fits:
                self._chosen[match][number].collected += len(group)

    def failed_collector(self, collector: Collector) -> None:
        """Note a collector that failed, for every pattern that it touches."""
        self.failed_collectors.append(collector)
        for number, pattern in enumerate(self._patterns):
            match = pattern.touches(collector.nodeid)
            if match:
                self._chosen[match][number].collectors.append(collector)

    @property
    def tally(self) -> Tally:
        """How many tests ended how."""
        return self._all.tally

    def compare(self, claims: Mapping[str, tuple[int | None, int]]) -> dict[str, int]:
        """Return what a file states, in our unit.

        `claims` are what it states and how much of that was seen, in its own unit:
        where the two agree, the answer is our own count.
        """
        return {
            word: self.tally[word] + stated - seen
            for word, (stated, seen) in claims.items()
            if stated is not None
        }

    def results(self) -> tuple[Result, ...]:
        """Return the tests that did not simply pass, the worst first."""
        return self._all.results()

    def selections(self, shard: str) -> dict[str, Selection]:
        """Return what each pattern selects, if these are the tests of `shard`."""
        return {
            pattern.text: self._selection(number)
            if pattern.shard in {"", shard}
            else self._selected(_Chosen(Room(0)))
            for number, pattern in enumerate(self._patterns)
        }

    def _selection(self, number: int) -> Selection:
        exact = self._chosen[Match.EXACT][number]
        loose = self._chosen[Match.LOOSE][number]
        if exact or not loose:
            return self._selected(exact)
        return msgspec.structs.replace(self._selected(loose), loose=True)

    def _selected(self, chosen: _Chosen) -> Selection:
        return Selection(
            tally=chosen.tally,
            results=chosen.results(),
            outcomes=chosen.outcomes,
            collected=chosen.collected if self._collects else None,
            collectors=tuple(chosen.collectors),
        )

    def _due(self, nodeids: Sequence[str], rank: int) -> Sequence[str]:
        """Return those of `nodeids` that are to be counted now."""
        if not self._some_are_due:
            return nodeids
        return [nodeid for nodeid in nodeids if self._is_due(hash(nodeid), rank)]

    def _is_due(self, key: int, rank: int) -> bool:
        if key in self._elsewhere:
            return False
        if key not in self._worst:
            return True
        due = self._worst[key] == rank
        if due:
            self._worst[key] = -1
        return due


class _Chosen:
    """Tests that were selected: how many, and results as long as there is room."""

    def __init__(self, room: Room, *, named: bool = False) -> None:
        self.counts = [0] * len(_OUTCOMES)
        self.outcomes: dict[str, Outcome] | None = {} if named else None
        self.collected = 0
        self.collectors: list[Collector] = []
        self._room = room
        self._kept: list[tuple[int, str, Result]] = []

    def __bool__(self) -> bool:
        return any(self.counts) or bool(self.collected or self.collectors)

    @property
    def tally(self) -> Tally:
        return Tally(
            **{o.value: n for o, n in zip(_OUTCOMES, self.counts, strict=True)}
        )

    def passed(self, nodeids: Sequence[str]) -> None:
        self.counts[0] += len(nodeids)
        if self.outcomes is not None:
            self.outcomes |= dict.fromkeys(nodeids, Outcome.PASSED)

    def count(self, nodeid: str, outcome: Outcome, rank: int) -> bool:
        """Count one test; return whether there is room for its result."""
        self.counts[rank] += 1
        if self.outcomes is not None:
            self.outcomes[nodeid] = outcome
        return self._room.left[rank >= _TROUBLE] > 0

    def keep(self, result: Result, rank: int) -> None:
        self._room.left[rank >= _TROUBLE] -= 1
        self._kept.append((-rank, result.nodeid, result))

    def results(self) -> tuple[Result, ...]:
        # xdist tells tests in another order each time, so there is one of ours.
        self._kept.sort(key=itemgetter(0, 1))
        return tuple([result for _, _, result in self._kept[: self._room.most]])
