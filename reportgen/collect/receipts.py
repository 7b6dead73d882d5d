"""Runs commands for their own sake, and stores a receipt of each."""

from __future__ import annotations

from collections.abc import Iterator

from reportgen.collect.collected import Collected
from reportgen.collect.jobs import Command, Job
from reportgen.collect.runner import Attempt, Runner
from reportgen.collect.shelf import beside, keep, put, set_aside
from reportgen.model import Json


def collect_receipts(job: Job, runner: Runner) -> Iterator[Collected]:
    """Run the commands of `job`, and store a receipt of each as soon as it has ended.

    A command that did not run, or not to its end, has no receipt.  Where none could
    begin, the old receipts stay.
    """
    (text,) = job.source.files.values()
    path = runner.site.path(text)
    receipts: list[Json] = []
    stamp: Json = {}
    began = False
    with set_aside([path]) as put_back:
        try:
            for command in job.commands:
                attempt = runner.attempt(job.source, command)
                began |= attempt.began
                # The first is the oldest: what changes on the way makes all stale.
                stamp = stamp or {**attempt.stamp, "argv": [], "exitcode": None}
                if attempt.problem is None:
                    receipts.append(_receipt(job, command, attempt))
                    path.parent.mkdir(parents=True, exist_ok=True)
                    put(beside(path, "receipts"), receipts)
                    keep(beside(path, "receipts"), path, stamp)
                yield Collected(
                    evidence=str(job.source.name),
                    ended=attempt.ended,
                    stored=() if attempt.problem else (path,),
                    problem=attempt.problem,
                )
        finally:
            if not receipts:  # a command may have brought old ones back
                path.unlink(missing_ok=True)
        if not began:
            put_back()


def _receipt(job: Job, command: Command, attempt: Attempt) -> Json:
    return {
        "command": " ".join(command.text.split()),
        "argv": [*command.words],
        "cwd": str(job.source.cwd or "."),
        "exitcode": attempt.ended.exitcode,
        "started": attempt.stamp["started"],
        "duration": round(attempt.ended.duration, 3),
        "output": attempt.ended.output,
    }
