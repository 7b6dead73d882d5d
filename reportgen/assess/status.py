"""Derives the status of tasks, phases, success criteria and the whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

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

_NOTHING = "there is no task yet"
_Answer = tuple[Status, str, str]  # the status, its reason, and a code if not good


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
    failing = _first(criteria, Verdict.FAILING)
    if failing is not None:
        return Status.FAILING, _because(failing), failing.code
    if waits_for:
        return Status.BLOCKED, f"waits for {issue_list(waits_for)}", "waiting"
    if task.done:
        return _claimed(criteria, task.attested)
    if task.actual is not None:
        return Status.IN_PROGRESS, "work has begun, and is not claimed done", ""
    if conditional:
        return Status.READY, "nothing that it waits for is open", ""
    return Status.PLANNED, "not begun", ""


def _claimed(
    criteria: Sequence[CriterionState], attested: Attestation | None
) -> _Answer:
    """Judge work that is claimed done, and that neither fails nor waits."""
    unproven = _first(criteria, Verdict.UNPROVEN)
    if unproven is not None:
        return Status.INCOMPLETE, _because(unproven), unproven.code
    flaky = _first(criteria, Verdict.FLAKY)
    if flaky is not None:
        return Status.FLAKY, _because(flaky), flaky.code
    if criteria:
        return Status.DONE, _all_met(criteria), ""
    if attested is not None:
        return Status.ATTESTED, f"by {attested.by} on {attested.on}", ""
    reason = "nothing shows it: no criterion and no attestation"
    return Status.INCOMPLETE, reason, "no-criterion"


def _first(
    criteria: Iterable[CriterionState], verdict: Verdict
) -> CriterionState | None:
    return next((each for each in criteria if each.verdict is verdict), None)


def _because(state: CriterionState) -> str:
    return f"{state.text}: {state.reason}"


def _all_met(criteria: Sequence[CriterionState]) -> str:
    if len(criteria) == 1:
        return criteria[0].reason
    return f"{len(criteria)} of {len(criteria)} criteria met"


def judge_success(criterion: SuccessCriterion, grounds: Grounds) -> SuccessState:
    """Return whether evidence ticks a line of the definition of done."""
    grounds = grounds.about(criterion)
    criteria = tuple(judge_criterion(each, grounds) for each in criterion.acceptance)
    failing = _first(criteria, Verdict.FAILING)
    waiting = _first(criteria, Verdict.WAITING)
    if failing is not None:
        status, reason = Status.FAILING, _because(failing)
    elif waiting is not None:
        status, reason = Status.BLOCKED, _because(waiting)
    else:
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
        waits_for = in_order((*waits_for, *_waiting(tasks)))
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


def _waiting(tasks: Iterable[TaskState]) -> Iterable[str]:
    return (name for task in tasks for name in task.waits_for)


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
    if status in SETTLED or status not in {task.status for task in tasks}:
        return status, reason
    names = [task.name for task in tasks if task.status is status]
    if len(names) < len(tasks):
        reason = f"{reason}; {status}: {first_of(names)}"
    return status, reason


def _progress(tasks: Sequence[TaskState]) -> str:
    """Say how many of `tasks` are done, and how many are settled with less proof."""
    found = Counter(task.status for task in tasks)
    words = [f"{found[Status.DONE]} of {count(len(tasks), 'task')} done"]
    for status in (Status.FLAKY, Status.ATTESTED):
        words += [f"{found[status]} {status}"] if found[status] else []
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
    if not statuses:
        return Status.PLANNED, _NOTHING
    reasons = "; ".join(
        (*_settled(phases, free_tasks), *_unmet(success), *_in_the_way(open_blockers))
    )
    return worst(statuses), reasons or _NOTHING


def _settled(
    phases: Sequence[PhaseState], free_tasks: Sequence[TaskState]
) -> Iterable[str]:
    tasks = [*(task for phase in phases for task in phase.tasks), *free_tasks]
    if tasks:
        yield _progress(tasks)
    for status in (Status.FAILING, Status.INCOMPLETE):
        names = [task.name for task in tasks if task.status is status]
        if names:
            yield f"{status}: {first_of(names)}"


def _in_the_way(blockers: Sequence[BlockerState]) -> Iterable[str]:
    if blockers:
        yield f"{count(len(blockers), 'blocker')} open"


def _unmet(success: Sequence[SuccessState]) -> Iterable[str]:
    if success:
        met = sum(each.met for each in success)
        noun = "success criterion" if len(success) == 1 else "success criteria"
        yield f"{met} of {len(success)} {noun} met"
