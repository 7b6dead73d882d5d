"""Gathers what is wrong with claims and evidence, each with its place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reportgen.assess.waiting import Waiting, issue_list
from reportgen.cures import cure
from reportgen.model import (
    NOWHERE,
    Diagnostic,
    Place,
    Record,
    Severity,
    Status,
    Testimony,
    issue_reference,
)
from reportgen.report import (
    Comparison,
    CriterionState,
    Merged,
    RunState,
    SuccessState,
    TaskState,
    Verdict,
    count,
    first_of,
)

_SHOWN = 5  # names in one message; the report has them all


def gather(  # noqa: PLR0917  # one argument a kind of thing that can be wrong
    merged: Merged,
    tasks: Sequence[TaskState],
    runs: Sequence[RunState],
    success: Sequence[SuccessState],
    comparisons: Sequence[Comparison],
    waiting: Waiting,
) -> tuple[Diagnostic, ...]:
    """Return every finding."""
    return (
        *_claims(tasks),
        *_criteria(tasks, success),
        *_unreadable(merged),
        *_runs(merged.record, runs),
        *_compared(merged.record, comparisons),
        *_issues(merged, waiting),
    )


def _claims(tasks: Sequence[TaskState]) -> Iterator[Diagnostic]:
    """Find tasks that claim more than their evidence says: one finding a cause."""
    for task in tasks:
        if task.overclaimed:
            yield from _overclaimed(task)
        elif task.status is Status.FLAKY:
            words = f"rests on flaky tests: {task.reason}"
            place = task.task.place
            yield _finding(place, "flaky-tests", words, task.name, Severity.WARNING)


def _overclaimed(task: TaskState) -> Iterator[Diagnostic]:
    claim, place, name = "is claimed done, but", task.task.place, task.name
    if task.waits_for:
        words = f"{claim} waits for {issue_list(task.waits_for)}"
        yield _finding(place, "claim-blocked", words, name)
    bad = [c for c in task.criteria if c.verdict in {Verdict.FAILING, Verdict.UNPROVEN}]
    # One stale file is one cause, however many criteria rest on it.
    stale = {(c.code, c.reason): c for c in reversed(bad) if c.code == "stale-evidence"}
    for state in bad:
        if stale.get((state.code, state.reason), state) is not state:
            continue
        words = f"{claim} {state.text}: {state.reason}"
        yield _finding(state.criterion.place, state.code, words, name)
    if not bad and not task.waits_for:
        yield _finding(place, task.code, f"{claim} {task.reason}", name)


def _finding(
    place: Place,
    code: str,
    words: str,
    task: str = "",
    severity: Severity = Severity.ERROR,
) -> Diagnostic:
    return Diagnostic(place, code, words, cure(code), severity, task)


def _warning(place: Place, code: str, words: str) -> Diagnostic:
    return _finding(place, code, words, severity=Severity.WARNING)


def _criteria(
    tasks: Sequence[TaskState], success: Sequence[SuccessState]
) -> Iterator[Diagnostic]:
    """Find success criteria that are not met although all the work is done."""
    if not tasks or not all(task.task.done for task in tasks):
        return
    for state in success:
        if not state.met:
            message = f"all tasks are claimed done, but a criterion is {state.status}"
            yield Diagnostic(
                state.criterion.place,
                "unmet-criterion",
                f"{message}: {state.reason}",
                _cure_of(state.criteria),
            )


def _cure_of(criteria: Sequence[CriterionState]) -> str:
    """Return what to do about the worst of `criteria`; that there is none is worst."""
    if not criteria:
        return cure("no-criterion")
    ranks = list(Verdict)
    worst = min(criteria, key=lambda each: ranks.index(each.verdict))
    return cure("claim-blocked" if worst.verdict is Verdict.WAITING else worst.code)


def _unreadable(merged: Merged) -> Iterator[Diagnostic]:
    sources: tuple[Testimony, ...] = (
        *merged.runs,
        *merged.coverages,
        *merged.trackers,
        *merged.receipts,
    )
    for source in sources:
        if source.problem is not None:
            yield source.problem


def _runs(record: Record, runs: Sequence[RunState]) -> Iterator[Diagnostic]:
    """Find what keeps runs from being green.

    These are warnings: where a claim rests on such a run, the claim is the error.
    That nothing ran is no more than a note where tests were only to be collected.
    Tests that failed say all that an exit code of 1 says.
    """
    for state in runs:
        if state.before or state.as_expected or state.run.problem is not None:
            continue
        for finding in state.findings:
            if finding.code == "exit-code" and state.run.ended_by_failures:
                continue
            yield Diagnostic(
                _place(record, state.run.evidence, state.run.shard),
                finding.code,
                f"{state.run.path}: {finding.reason}",
                cure(finding.code),
                Severity.NOTE
                if finding.code == "no-tests" and not state.run.exitcode
                else Severity.WARNING,
            )


def _place(record: Record, evidence: str, shard: str = "") -> Place:
    source = record.evidence.get(evidence)
    if source is None:
        return NOWHERE
    written = source.files.get(shard)
    return source.place if written is None else written.place


def _compared(
    record: Record, comparisons: Sequence[Comparison]
) -> Iterator[Diagnostic]:
    """Find tests that are gone, or that prove nothing now and did before."""
    for comparison in comparisons:
        for code, names, what in (
            ("vanished-tests", comparison.vanished, "vanished since"),
            (
                "newly-skipped",
                comparison.newly_skipped,
                "skipped now, unlike",
            ),
            (
                "newly-open",
                comparison.newly_open,
                "neither passed nor failed now, unlike",
            ),
        ):
            if names:
                number, some = count(len(names), "test"), first_of(names, _SHOWN)
                message = f"{number} {what} {comparison.before!r}: {some}"
                yield _warning(_place(record, comparison.before), code, message)


def _issues(merged: Merged, waiting: Waiting) -> Iterator[Diagnostic]:
    """Find issues whose state no tracker knows: they count as open.

    Where somebody vouches that what waits for one is gone, that word counts.
    """
    if not merged.trackers:
        return
    record = merged.record
    seen: set[str] = set()
    names = (
        *(n for b in record.blockers if not b.attested for n in b.blocked_by),
        *(n for p in record.phases for n in (*p.after, *p.blocked_by)),
        *(n for t in record.all_tasks for n in (*t.after, *t.blocked_by)),
    )
    vouched = (n for b in record.blockers if b.attested for n in b.blocked_by)
    counts = "it counts as open"
    by_word = "that what waits for it is gone is somebody's word"
    for name, so in (*((n, counts) for n in names), *((n, by_word) for n in vouched)):
        reference = issue_reference(name)
        if reference is None or reference in seen or waiting.issue(reference):
            continue
        seen.add(reference)
        message = f"the state of issue {reference} is not known; {so}"
        yield _warning(name.place, "unknown-issue", message)
