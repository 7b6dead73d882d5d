"""Counts the tests of one file as they go by, each node id once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

import msgspec

from reportgen.load.patterns import Match, Pattern, Selector
from reportgen.load.repeats import Index, Sightings, Store
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

_RESULTS = 10_000  # kept of a run
_SELECTED = 1_000  # kept of what a pattern selects
_DETAILS = 1_000  # results of a run that keep their whole text
_OUTCOMES = tuple(Outcome)
_RANKS = {outcome: outcome.badness for outcome in Outcome}
_TROUBLE = min(outcome.badness for outcome in BAD | UNPROVEN)


class Counts:
    """What is known of a run so far; the walk through its file tells it.

    `facts` become fields of the `Run`, `cases` counts what was told, repeated
    tests included.  A node id that occurs again counts once, under its worst
    outcome: `worst` knows of those after a first walk, by their hash.  Tests in
    `elsewhere` are left out.  Which there are is put away in `store`.
    """

    def __init__(
        self,
        query: Query,
        worst: Mapping[int, int] | None = None,
        elsewhere: AbstractSet[int] = frozenset(),
        store: Store | None = None,
    ) -> None:
        self.facts: dict[str, Any] = {}
        self.words: set[str] = set()
        self.failed_collectors: list[Collector] = []
        self.skipped_collectors: list[Collector] = []
        self.cases = 0
        self._sightings = Sightings(store or Store())
        self._worst = dict(worst or {})
        self._elsewhere = elsewhere
        self._some_are_due = bool(worst or elsewhere)  # else all are, as a rule
        self._all = _Chosen(_RESULTS)
        self._patterns = [Pattern(text) for text in sorted(query.patterns)]
        self._selector = Selector(self._patterns)
        self._chosen = [  # by the match, and by the number of the pattern
            [
                _Chosen(_SELECTED, named=pattern.text in query.named)
                for pattern in self._patterns
            ]
            for _ in Match
        ]
        self._collects = False
        self._details = _DETAILS

    def passed(self, nodeids: Sequence[str]) -> None:
        """Count tests that simply passed; for most runs this is all there is to do."""
        self.cases += len(nodeids)
        nodeids = self._due(nodeids, 0)
        self._all.counts[0] += len(nodeids)
        for file, tests in self._selector.by_file(nodeids):
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
        self._sightings.note_one(file.bucket, nodeid, rank)
        fits = self._selector.fits(file, nodeid)
        chosen = [self._all, *[self._chosen[match][number] for number, match in fits]]
        roomy = [each for each in chosen if each.count(nodeid, outcome, rank)]
        if roomy:
            detailed = rank >= _TROUBLE and self._details > 0
            self._details -= detailed
            result = describe(detailed)
            for each in roomy:
                each.keep(result, rank)

    def names_matter(self, nodeid: str) -> bool:
        """Whether patterns tell tests apart that are named after `nodeid`."""
        path = nodeid.partition("::")[0]
        is_folder = "." not in path.rpartition("/")[2]
        return is_folder or bool(self._selector.file(path).open)

    def collected_in(self, nodeid: str, number: int) -> None:
        """Count test items that are named after `nodeid`, where names do not matter."""
        self._collects = True
        file = self._selector.file(nodeid.partition("::")[0])
        for at, match in file.settled:
            self._chosen[match][at].collected += number

    def collected(self, nodeids: Sequence[str]) -> None:
        """Count test items that one collector found."""
        self._collects = True
        for fits, group in self._selector.select(nodeids):
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

    @property
    def repeated(self) -> dict[int, int]:
        """Which tests occur again, and the rank of their worst outcome."""
        return self._sightings.repeated

    @property
    def index(self) -> Index:
        """Which tests were counted."""
        return self._sightings.index

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
            else self._selected(_Chosen(0))
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
    """Tests that were selected: how many, and a bounded number of results.

    Those of trouble have their own room, so that no crowd of skipped tests can
    take it from a failure.
    """

    def __init__(self, room: int, *, named: bool = False) -> None:
        self.counts = [0] * len(_OUTCOMES)
        self.outcomes: dict[str, Outcome] | None = {} if named else None
        self.collected = 0
        self.collectors: list[Collector] = []
        self._room = room
        self._kept: tuple[list[Result], list[Result]] = ([], [])

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
        return len(self._kept[rank >= _TROUBLE]) < self._room

    def keep(self, result: Result, rank: int) -> None:
        self._kept[rank >= _TROUBLE].append(result)

    def results(self) -> tuple[Result, ...]:
        # xdist tells tests in another order each time, so there is one of ours.
        kept = [result for group in self._kept for result in group]
        kept.sort(key=lambda result: (-result.outcome.badness, result.nodeid))
        return tuple(kept[: self._room])
