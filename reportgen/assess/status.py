"""Derives the status of tasks, phases, success criteria and the whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from reportgen.assess.criteria import judge_criterion
from reportgen.assess.grounds import Grounds
from reportgen.assess.validation import show_validation
from reportgen.assess.waiting import issue_list
from reportgen.model import (
    SETTLED,
    Attestation,
    Phase,
    Status,
    SuccessCriterion,
    Task,
)
from reportgen.report import (
    BlockerState,
    CriterionState,
    PhaseState,
    SuccessState,
    TaskState,
    Verdict,
    count,
    first_of,
    in_order,
)

_Answer = tuple[Status, str, str]  # the status, its reason, and a code if not good
_CLAIMED = {
    Verdict.FAILING: Status.FAILING,
    Verdict.WAITING: Status.BLOCKED,
    Verdict.UNPROVEN: Status.INCOMPLETE,
    Verdict.FLAKY: Status.FLAKY,
}


def judge_task(
    task: Task, name: str, phase: Phase | None, grounds: Grounds
) -> TaskState:
    """Return the status of `task`, which other work knows as `name`."""
    grounds = grounds.about(task)
    criteria = tuple(judge_criterion(each, grounds) for each in task.acceptance)
    waits_for = grounds.waiting.of_task(task, phase)
    issues = (c.subject for c in criteria if c.verdict is Verdict.WAITING)
    waits_for = in_order((*waits_for, *issues))
    conditional = grounds.waiting.has_condition(task) or (
        phase is not None and grounds.waiting.has_condition(phase)
    )
    status, reason, code = _status(task, criteria, waits_for, conditional=conditional)
    return TaskState(
        task=task,
        name=name,
        phase=str(phase.id or "") if phase else "",
        status=status,
        reason=reason,
        code=code,
        criteria=criteria,
        waits_for=waits_for,
        evidence=tuple(dict.fromkeys(n for c in criteria for n in c.evidence)),
        validation=tuple(show_validation(each, grounds) for each in task.validation),
    )


def _status(
    task: Task,
    criteria: Sequence[CriterionState],
    waits_for: Sequence[str],
    *,
    conditional: bool,
) -> _Answer:
    """Judge by rules in order: the worst news comes first."""
    claim = _claimed(criteria, task.attested)
    if claim[0] is Status.FAILING:
        return claim
    if waits_for:
        return Status.BLOCKED, f"waits for {issue_list(waits_for)}", "waiting"
    if task.done:
        return claim
    if task.actual is not None:
        return Status.IN_PROGRESS, "work has begun, and is not claimed done", ""
    if conditional:
        return Status.READY, "nothing that it waits for is open", ""
    return Status.PLANNED, "not begun", ""


def _claimed(
    criteria: Sequence[CriterionState], attested: Attestation | None
) -> _Answer:
    """Judge work that is claimed done: the worst of its criteria decides."""
    ranks = list(Verdict)
    gravest = min(criteria, key=lambda each: ranks.index(each.verdict), default=None)
    if gravest is not None and gravest.verdict is not Verdict.MET:
        return (
            _CLAIMED[gravest.verdict],
            f"{gravest.text}: {gravest.reason}",
            gravest.code,
        )
    if gravest is not None:
        number = len(criteria)
        all_met = f"{number:,} of {number:,} criteria met"
        return Status.DONE, gravest.reason if number == 1 else all_met, ""
    if attested is not None:
        return Status.ATTESTED, f"by {attested.by} on {attested.on}", ""
    reason = "nothing shows it: no criterion and no attestation"
    return Status.INCOMPLETE, reason, "no-criterion"


def judge_success(criterion: SuccessCriterion, grounds: Grounds) -> SuccessState:
    """Return whether evidence ticks a line of the definition of done."""
    grounds = grounds.about(criterion)
    criteria = tuple(judge_criterion(each, grounds) for each in criterion.acceptance)
    status, reason, _ = _claimed(criteria, criterion.attested)
    return SuccessState(
        criterion=criterion, status=status, reason=reason, criteria=criteria
    )


def judge_phase(
    phase: Phase, name: str, tasks: Sequence[TaskState], grounds: Grounds
) -> PhaseState:
    """Return the status of `phase`, which follows from its `tasks`."""
    waits_for = grounds.waiting.of_phase(phase)
    if tasks:
        status, reason = _of_all(tasks)
        waits_for = in_order((*waits_for, *(n for t in tasks for n in t.waits_for)))
    elif waits_for:
        status, reason = Status.BLOCKED, f"waits for {issue_list(waits_for)}"
    elif grounds.waiting.has_condition(phase) or phase.commands or phase.capability:
        status, reason = Status.READY, "nothing that it waits for is open"
    else:
        status, reason = Status.PLANNED, "has no tasks yet"
    return PhaseState(
        phase=phase,
        name=name,
        status=status,
        reason=reason,
        tasks=tuple(tasks),
        waits_for=waits_for,
    )


# The worst news of several pieces of work.  One that is only attested is weaker
# than one that is shown, so it is what a group of both may call itself.
_NEWS = (
    Status.FAILING,
    Status.BLOCKED,
    Status.INCOMPLETE,
    Status.IN_PROGRESS,
    Status.READY,
    Status.PLANNED,
    Status.FLAKY,
    Status.ATTESTED,
    Status.DONE,
)


def worst(statuses: Iterable[Status]) -> Status:
    """Return the status of several pieces of work together.

    Some settled and others not begun means that the whole is in progress.
    """
    statuses = tuple(statuses)
    found = min(statuses, key=_NEWS.index)
    unbegun = found in {Status.READY, Status.PLANNED}
    if unbegun and any(status in SETTLED for status in statuses):
        return Status.IN_PROGRESS
    return found


def _of_all(tasks: Sequence[TaskState]) -> tuple[Status, str]:
    status = worst(task.status for task in tasks)
    reason = _progress(tasks)
    names = [task.name for task in tasks if task.status is status]
    if status not in SETTLED and 0 < len(names) < len(tasks):
        reason = f"{reason}; {status}: {first_of(names)}"
    return status, reason


def _progress(tasks: Sequence[TaskState]) -> str:
    """Say how many of `tasks` are done, and how many are settled with less proof."""
    found = Counter(task.status for task in tasks)
    words = [f"{found[Status.DONE]:,} of {count(len(tasks), 'task')} done"]
    for status in (Status.FLAKY, Status.ATTESTED):
        words += [f"{found[status]:,} {status}"] if found[status] else []
    return ", ".join(words)


def judge_whole(
    phases: Sequence[PhaseState],
    free_tasks: Sequence[TaskState],
    blockers: Sequence[BlockerState],
    success: Sequence[SuccessState],
) -> tuple[Status, str]:
    """Return the verdict of a whole report, and the reason for it.

    A success criterion counts against it as soon as all the work is settled.
    """
    statuses = [phase.status for phase in phases]
    statuses += [task.status for task in free_tasks]
    open_blockers = [blocker for blocker in blockers if blocker.open]
    if open_blockers:
        statuses.append(Status.BLOCKED)
    all_settled = all(status in SETTLED for status in statuses)
    statuses += [
        each.status for each in success if each.status is Status.FAILING or all_settled
    ]
    tasks = [*(task for phase in phases for task in phase.tasks), *free_tasks]
    reasons = "; ".join(_reasons(tasks, success, open_blockers))
    return worst(statuses or [Status.PLANNED]), reasons or "there is no task yet"


def _reasons(
    tasks: Sequence[TaskState],
    success: Sequence[SuccessState],
    open_blockers: Sequence[BlockerState],
) -> Iterator[str]:
    if tasks:
        yield _progress(tasks)
    for status in (Status.FAILING, Status.INCOMPLETE):
        names = [task.name for task in tasks if task.status is status]
        if names:
            yield f"{status}: {first_of(names)}"
    if success:
        met = sum(each.met for each in success)
        noun = "success criterion" if len(success) == 1 else "success criteria"
        yield f"{met:,} of {len(success):,} {noun} met"
    if open_blockers:
        yield f"{count(len(open_blockers), 'blocker')} open"
