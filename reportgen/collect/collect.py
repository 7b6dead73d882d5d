"""Runs the commands of a record: each where it belongs, and its evidence stored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

from reportgen.collect.collected import Collected
from reportgen.collect.jobs import Job
from reportgen.collect.receipts import collect_receipts
from reportgen.collect.results import collect_results
from reportgen.collect.runner import Runner, Watch
from reportgen.collect.shelf import objections, unwritten
from reportgen.collect.site import Site, matches
from reportgen.collect.worktree import checked_out
from reportgen.model import Diagnostic, Record


def collect(
    jobs: Iterable[Job],
    record: Record,
    *,
    root: Path,
    folder: Path,
    revision: str | None,
    timeout: float,
    watch: Watch,
) -> Iterator[Collected]:
    """Run `jobs` one after the other, and yield what became of each command.

    They are of `record` in `folder`, of the project at `root`.  With a `revision`
    they run in a checkout of it, and what they give is stored here all the same.
    """
    root, folder = root.resolve(), folder.resolve()
    with ExitStack() as stack:
        base = stack.enter_context(checked_out(revision, root)) if revision else root
        site = Site(root=root, folder=folder, base=base)
        runner = Runner(
            site=site, timeout=timeout, watch=watch, ignored=site.evidence(record)
        )
        stored: dict[Path, str] = {}
        for job in jobs:
            for each in _collect(job, runner, stored):
                stored |= dict.fromkeys(each.stored, each.evidence)
                yield each


def _collect(
    job: Job, runner: Runner, stored: Mapping[Path, str]
) -> Iterator[Collected]:
    try:
        problem = next(_objections(job, runner.site, stored), None)
        if problem is None:
            if job.receipts:
                yield from collect_receipts(job, runner)
            else:
                yield collect_results(job, runner)
    except OSError as error:
        problem = unwritten(job.source, error)
    if problem is not None:
        yield Collected(evidence=str(job.source.name), problem=problem)


def _objections(
    job: Job, site: Site, stored: Mapping[Path, str]
) -> Iterator[Diagnostic]:
    for text in job.source.files.values():
        yield from objections(text, site)
        for path in stored.keys() & {*matches(text, site.folder)}:
            message = f"{str(text)!r} was stored just now, as {stored[path]!r}"
            hint = "give each command files of its own"
            yield Diagnostic(text.place, "write-failed", message, hint)
    if not site.cwd(job.source).resolve().is_relative_to(site.base):
        message = f"{str(job.source.cwd)!r} leads out of the project"
        hint = "name a folder inside the project"
        yield Diagnostic(job.source.place, "evidence-outside", message, hint)
