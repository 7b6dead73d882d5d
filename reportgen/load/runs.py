"""Reads all files of one evidence about tests, so that together they count rightly."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing

import msgspec

from reportgen.load.content import Content, File, UnreadableError
from reportgen.load.counts import Counts, Rooms
from reportgen.load.repeats import Sightings
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

    def run(file: File, counts: Counts) -> Run:
        sha256, problem = _told(walk, file, counts)
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

    def read(files: Sequence[File], query: Query) -> Iterator[Run]:
        with closing(Sightings()) as sightings:
            rooms = Rooms()
            runs = []
            for number, file in enumerate(files):
                sightings.begin(number)
                runs.append(run(file, Counts(query, rooms, sightings)))
            found = sightings.again([run.shard for run in runs])
        stamped = any(
            run.shard != file.shard for run, file in zip(runs, files, strict=True)
        )
        if stamped and len({run.shard for run in runs}) > 1:
            # Only now it is known that one test may have results in several shards.
            query = msgspec.structs.replace(query, named=query.patterns)
            rooms = Rooms()
            runs = [run(file, Counts(query, rooms)) for file in files]
        # Some files are read again, now that it is known which of their tests count.
        counted, selected = Rooms(), Rooms()
        for number, (worst, elsewhere) in sorted(found.items()):
            file = files[number]
            if worst:
                runs[number] = run(file, Counts(query, counted, worst=worst))
            if elsewhere:
                counts = Counts(query, selected, worst=worst, elsewhere=elsewhere)
                runs[number] = msgspec.structs.replace(
                    runs[number],
                    selections=run(file, counts).selections,
                    repeated=len(elsewhere),
                )
        return iter(runs)

    return read


def _told(walk: Walk, file: File, counts: Counts) -> tuple[str, Diagnostic | None]:
    """Tell `counts` what `file` says; return its hash, and why it ended too early."""
    if file.problem is not None:
        return "", file.problem
    content = Content(file)
    problem = None
    try:
        walk(content, counts)
    except UnreadableError as error:
        problem = content.diagnose(error)
    return content.sha256(), problem
