"""`reportgen collect`: run the commands of a record, and store what they testify."""

from __future__ import annotations

import signal
from collections.abc import Collection, Sequence

import click

from reportgen import records
from reportgen.collect.collect import collect
from reportgen.collect.collected import Collected
from reportgen.collect.jobs import Job, choose, plan
from reportgen.collect.signals import handled
from reportgen.collect.states import issues_named, trackers
from reportgen.commands import options
from reportgen.commands.progress import Progress
from reportgen.commands.states import fetch_states
from reportgen.console import put, say, tell
from reportgen.merge import names_of_before
from reportgen.model import Diagnostic, ExitCode, Record, RecordError, Source

_HOUR = 3600.0
_SHOWN = 20  # lines of output of a command that stored nothing


@click.command("collect")
@options.name_argument
@click.option(
    "--only",
    multiple=True,
    metavar="EVIDENCE",
    help="This evidence and no other; can be given several times.",
)
@click.option(
    "--before",
    "revision",
    metavar="REV",
    help="Collect the evidence of before the work, in a checkout of REV.",
)
@options.timeout_option(_HOUR, "How long one command may take.")
@click.option("--dry-run", is_flag=True, help="Say what would be run, and run nothing.")
@options.data_option
def command(
    name: str,
    *,
    only: tuple[str, ...],
    revision: str | None,
    timeout: float,
    dry_run: bool,
    data: str | None,
) -> int:
    """Run the commands that a record names for its evidence, and store the results.

    Of evidence of issues that has no command, the states of all issues that the record
    names are fetched; where that fails, what is stored serves, and its age is said.

    Each runs without a shell, in the project's folder or in `cwd:`.  Its old result
    is gone when it begins, and the new one gets a stamp: commit, dirty files, exit
    code.  Evidence of before the work is collected with --before, or by its name.

    \b
    Examples:
      reportgen collect issue-1197
      reportgen collect issue-1197 --only unit --timeout 60
      reportgen collect issue-1197 --before v1.4
    \b
    Exit codes:
      0  every command ran, and its result is stored, green or red
      1  something was not stored
      2  nothing was run: usage, record or revision cannot be used
    """
    config = options.configuration(data)
    (source,) = records.read([name], config)
    states = () if revision else _states(source.record, only)
    jobs, left = _chosen(source.record, only, states, at_before=revision is not None)
    if dry_run:
        put("".join(f"{_plan(job, c.text)}\n" for job in jobs for c in job.commands))
        put("".join(f"{_fetch_plan(each, source.record)}\n" for each in states))
        return ExitCode.OK
    there = fetch_states(source, states, config)
    # Like Ctrl-C, SIGTERM ends the commands and leaves nothing behind.
    terminable = handled(signal.SIGTERM, signal.default_int_handler)
    with terminable, Progress() as progress:
        done = []
        for each in collect(
            jobs,
            source.record,
            root=config.root,
            folder=source.path.parent,
            revision=revision,
            timeout=timeout,
            watch=progress.show,
        ):
            progress.clear()
            done.append(each)
            _report(each)
    if jobs:
        _conclude(done, left)
    failed = any(each.problem for each in done) or not there
    return ExitCode.CLAIMS_EXCEED_EVIDENCE if failed else ExitCode.OK


def _states(record: Record, only: Collection[str]) -> Sequence[Source]:
    """Return the evidence of issues whose states are to be fetched."""
    if not issues_named(record):
        return ()
    return [each for each in trackers(record) if not only or str(each.name) in only]


def _chosen(
    record: Record, only: Collection[str], states: Sequence[Source], *, at_before: bool
) -> tuple[Sequence[Job], Sequence[str]]:
    """Return what is to be run beside `states`, and what is left as it is."""
    jobs, before = plan(record), names_of_before(record)
    if only:
        names = set(only) - {str(each.name) for each in states}
        return choose(jobs, names, record), ()
    chosen = [job for job in jobs if (str(job.source.name) in before) == at_before]
    left = [str(job.source.name) for job in jobs if job not in chosen]
    if not chosen and not states:
        what = "evidence of before" if at_before else "evidence"
        message = f"no {what} has a command"
        hint = "add `command:` to it"
        raise RecordError([Diagnostic(record.place, "no-command", message, hint)])
    return chosen, () if at_before else left


def _plan(job: Job, text: str) -> str:
    where = f"(in {job.source.cwd}) " if job.source.cwd else ""
    files = ", ".join(job.source.files.values())
    return f"{job.source.name}: {where}{text} → {files}"


def _fetch_plan(source: Source, record: Record) -> str:
    (path,) = source.files.values()
    return f"{source.name}: fetch {', '.join(issues_named(record))} → {path}"


def _report(each: Collected) -> None:
    """Say what became of one command; of a problem, with what it printed."""
    if each.problem is None:
        files = ", ".join(map(options.relative, each.stored))
        code = f"exit code {each.ended.exitcode}, {each.ended.duration:.1f} s"
        say(f"{each.evidence}: {code}: stored {files}")
        return
    for line in each.ended.output.splitlines()[-_SHOWN:]:
        say(f"  {line}")
    tell([each.problem])


def _conclude(done: Sequence[Collected], left: Sequence[str]) -> None:
    if left:
        say(f"left as they are, of before the work: {', '.join(left)}")
    lost = dict.fromkeys(each.evidence for each in done if each.problem)
    stored = {path for each in done for path in each.stored}
    total = f"stored {len(stored)} {'file' if len(stored) == 1 else 'files'}"
    say(f"{total}, not stored: {', '.join(lost)}" if lost else total)
