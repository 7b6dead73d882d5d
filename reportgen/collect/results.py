"""Runs a command that writes files of evidence, and stores what it wrote."""

from __future__ import annotations

import glob
import json
import os
import signal
from collections.abc import Iterator, Sequence
from pathlib import Path

from reportgen.collect.collected import Collected
from reportgen.collect.jobs import Job
from reportgen.collect.pytest_words import with_result
from reportgen.collect.runner import Attempt, Runner
from reportgen.collect.shelf import beside, keep, set_aside
from reportgen.collect.site import Site, matches
from reportgen.model import Diagnostic, Source, Text, Value

_PRINTED = frozenset({"issues", "commands"})  # formats that tools print as well


class Target(Value, frozen=True, kw_only=True):
    """What `text`, a path or a glob, means in the `folder` where results are made."""

    text: Text
    shard: str
    folder: Path
    made: Path

    @property
    def ready(self) -> Path:
        """The name under which a result waits for the end of its command."""
        return beside(self.made, "new")

    @property
    def found(self) -> Sequence[Path]:
        """The files that are there, made by the command or not."""
        return matches(self.text, self.folder)


def collect_results(job: Job, runner: Runner) -> Collected:
    """Run the command of `job`, and store the files that it wrote.

    What was there before is gone when the command begins, so whatever is there when
    it ends is new.  Of a command that was cut short, nothing is stored; one that
    could not even begin changes nothing.
    """
    source, site = job.source, runner.site
    targets = tuple(_targets(source, site))
    stored: list[Path] = []
    made = [path for each in targets for path in (each.made, *each.found)]
    kept = [path for each in targets for path in matches(each.text, site.folder)]
    for target in targets:
        target.made.parent.mkdir(parents=True, exist_ok=True)
        # What a run that was killed left there is no result of this one.
        target.ready.unlink(missing_ok=True)
    with set_aside([*made, *map(site.kept, made), *kept]) as put_back:
        try:
            attempt = _attempt(job, targets, runner)
            problem = attempt.problem or _cut_short(job, attempt)
            for target in () if problem else targets:
                new = _made(target, source, attempt)
                problem = problem or (None if new else _missing(job, target))
                stamp = {**attempt.stamp, "shard": target.shard}
                for path in new:
                    place = site.kept(target.made if path == target.ready else path)
                    keep(path, place, stamp)
                    stored.append(place)
        finally:
            for target in targets:
                for path in {target.ready, *target.found} - {*stored}:
                    path.unlink(missing_ok=True)
        if not attempt.began:
            put_back()
    return Collected(
        evidence=str(source.name),
        ended=attempt.ended,
        stored=tuple(stored),
        problem=problem,
    )


def _targets(source: Source, site: Site) -> Iterator[Target]:
    for key, text in source.files.items():
        # The paths of a list are numbered; they are parts of one run.
        shard = "" if key.isdecimal() else key
        folder, made = site.made(site.folder), site.made(site.path(text))
        yield Target(text=text, shard=shard, folder=folder, made=made)


def _attempt(job: Job, targets: Sequence[Target], runner: Runner) -> Attempt:
    """Run the command, told where to write, or listened to, where that helps."""
    source, (command,) = job.source, job.commands
    if len(targets) > 1 or glob.has_magic(targets[0].text):
        return runner.attempt(source, command)
    (target,) = targets
    # Relative, so that the words of a run say nothing of this machine.
    path = os.path.relpath(target.ready, runner.site.cwd(source))
    words = with_result(command.words, source.format, path)
    if words is None and source.format in _PRINTED:
        with target.ready.open("wb") as stdout:
            return runner.attempt(source, command, stdout=stdout)
    return runner.attempt(source, command, words or (), shard=target.shard)


def _made(target: Target, source: Source, attempt: Attempt) -> Sequence[Path]:
    """Return the files that the command made for `target`."""
    found = target.found
    if found or not target.ready.is_file():
        return found
    if source.format in _PRINTED and not (
        attempt.ended.exitcode == 0 and _is_json(target.ready)
    ):
        return ()  # what it printed is no evidence
    return (target.ready,)


def _is_json(path: Path) -> bool:
    try:
        json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        return False
    return True


def _cut_short(job: Job, attempt: Attempt) -> Diagnostic | None:
    code = attempt.ended.exitcode
    if code is None or code >= 0:
        return None
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = f"signal {-code}"
    message = f"{job.source.name}: the command was killed by {name}"
    hint = "see its output, and run it again"
    return Diagnostic(job.commands[0].text.place, "command-killed", message, hint)


def _missing(job: Job, target: Target) -> Diagnostic:
    message = f"{job.source.name}: the command wrote no {str(target.text)!r}"
    hint = "see its output, or correct the path"
    return Diagnostic(job.commands[0].text.place, "result-missing", message, hint)
