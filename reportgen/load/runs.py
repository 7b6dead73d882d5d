"""Reads all files of one evidence about tests, so that together they count rightly."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet

import msgspec

from reportgen.load.content import Content, File, UnreadableError
from reportgen.load.counts import Counts
from reportgen.load.repeats import EMPTY, losers
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
        alone = len(files) == 1
        readings = [_Reading(walk, file, query, alone=alone) for file in files]
        runs = [each.run(name, exitcode_known=exitcode_known) for each in readings]
        shards = () if alone else {run.shard for run in runs}
        for shard in shards:
            numbers = [i for i, run in enumerate(runs) if run.shard == shard]
            found = losers([readings[i].index for i in numbers])
            for i, elsewhere in zip(numbers, found, strict=True):
                if elsewhere:
                    runs[i] = readings[i].without(runs[i], elsewhere)
        return iter(runs)

    return read


class _Reading:
    """Walks through the file of a run as often as it takes to count it rightly."""

    def __init__(self, walk: Walk, file: File, query: Query, *, alone: bool) -> None:
        self._walk = walk
        self._file = file
        self._query = query
        self._alone = alone
        self._worst: dict[int, int] = {}
        self.index = EMPTY

    def run(self, name: str, *, exitcode_known: bool) -> Run:
        """Return what the file says."""
        file = self._file
        counts, sha256, problem = self._read()
        self._worst = counts.repeated
        if self._worst:
            counts, sha256, problem = self._read()
        if not self._alone:  # else there is nothing to compare with
            self.index = counts.index
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
        counts = Counts(self._query, self._worst, elsewhere)
        if self._file.problem is not None:
            return counts, "", self._file.problem
        content = Content(self._file)
        problem = None
        try:
            self._walk(content, counts)
        except UnreadableError as error:
            problem = content.diagnose(error)
        return counts, content.sha256(), problem
