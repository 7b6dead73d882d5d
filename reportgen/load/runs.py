"""Reads all files of one evidence about tests, so that together they count rightly."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import closing

import msgspec

from reportgen.load.content import Content, File, UnreadableError
from reportgen.load.counts import Counts
from reportgen.load.repeats import Index, Store, losers
from reportgen.load.stamps import stamp_of
from reportgen.model import Diagnostic, Query, Run

Walk = Callable[[Content, Counts], None]


def read_runs(
    walk: Walk, name: str, *, exitcode_known: bool = True
) -> Callable[[Sequence[File], Query], Iterator[Run]]:
    """Return a reader of all files of one evidence, in the format called `name`.

    A node id that several files of a shard hold is selected once, where its
    outcome is worst, and among equals in the first file.
    """

    def read(files: Sequence[File], query: Query) -> Iterator[Run]:
        with closing(Store()) as store:
            several = len(files) > 1
            readings = [_Reading(walk, f, query, store, several=several) for f in files]
            runs = [each.run(name, exitcode_known=exitcode_known) for each in readings]
            if several:
                _compare(runs, readings)
        return iter(runs)

    return read


def _compare(runs: list[Run], readings: Sequence[_Reading]) -> None:
    """Select each test in one of `runs` only, among those of its shard."""
    for shard in {run.shard for run in runs}:
        numbers = [i for i, run in enumerate(runs) if run.shard == shard]
        found = losers([readings[i].index for i in numbers])
        for i, elsewhere in zip(numbers, found, strict=True):
            if elsewhere:
                runs[i] = readings[i].without(runs[i], elsewhere)


class _Reading:
    """Walks through the file of a run as often as it takes to count it rightly."""

    def __init__(
        self, walk: Walk, file: File, query: Query, store: Store, *, several: bool
    ) -> None:
        self._walk = walk
        self._file = file
        self._query = query
        self._store = store
        self._several = several  # there are other files to compare with
        self._worst: dict[int, int] = {}
        self._repeated: dict[int, int] = {}
        self.index = Index(store)

    def run(self, name: str, *, exitcode_known: bool) -> Run:
        """Return what the file says."""
        file = self._file
        counts, sha256, problem = self._read()
        if self._repeated:
            self._worst = self._repeated
            counts, sha256, problem = self._read()
        facts = {"tally": counts.tally} | counts.facts
        stamp, bad_stamp = stamp_of(file, sha256, facts.pop("stamp", None))
        shard = file.shard or (stamp.shard if stamp else "")
        return Run(
            evidence=file.evidence,
            path=file.shown,
            format=name,
            shard=shard,
            sha256=sha256,
            exitcode_known=exitcode_known,
            words=tuple(sorted(counts.words)),
            results=counts.results(),
            failed_collectors=tuple(counts.failed_collectors),
            skipped_collectors=tuple(counts.skipped_collectors),
            selections=counts.selections(shard),
            stamp=stamp,
            problem=problem or bad_stamp,
            **facts,
        )

    def without(self, run: Run, elsewhere: AbstractSet[int]) -> Run:
        """Return `run` with nothing selected that counts in another file."""
        counts, _, _ = self._read(elsewhere)
        return msgspec.structs.replace(
            run, selections=counts.selections(run.shard), repeated=len(elsewhere)
        )

    def _read(
        self, elsewhere: AbstractSet[int] = frozenset()
    ) -> tuple[Counts, str, Diagnostic | None]:
        counts = Counts(self._query, self._worst, elsewhere, self._store)
        if self._file.problem is not None:
            return counts, "", self._file.problem
        content = Content(self._file)
        problem = None
        try:
            try:
                self._walk(content, counts)
            finally:
                self._repeated = counts.repeated
                if self._several:
                    self.index = counts.index
        except UnreadableError as error:
            problem = content.diagnose(error)
        return counts, content.sha256(), problem
