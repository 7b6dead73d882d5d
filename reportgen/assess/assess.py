"""Compares claims with evidence: the one way from what was merged to a report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import islice

import msgspec

from reportgen.assess.comparison import compare_all
from reportgen.assess.criteria import is_doubtful
from reportgen.assess.facts import evidence_facts
from reportgen.assess.findings import gather
from reportgen.assess.freshness import Freshness, misdated
from reportgen.assess.grounds import Grounds
from reportgen.assess.names import Names
from reportgen.assess.runs import judge_run
from reportgen.assess.scope import Claim
from reportgen.assess.status import (
    judge_phase,
    judge_success,
    judge_task,
    judge_whole,
)
from reportgen.assess.waiting import Waiting, issue_list
from reportgen.model import (
    Blocker,
    Duration,
    History,
    Issue,
    NextSteps,
    Outcome,
    Phase,
    Prose,
    Record,
    Status,
    SummaryLine,
    Task,
    TestsCriterion,
    issue_reference,
)
from reportgen.report import (
    BlockerState,
    LineState,
    Merged,
    PhaseState,
    References,
    Report,
    RunState,
    StepsState,
    SuccessState,
    TaskState,
)

_NOTHING = History()


def assess(
    name: str,
    merged: Merged,
    *,
    files: Mapping[tuple[str, str], str],
    now: float,
    max_age: Duration | None = None,
    history: History = _NOTHING,
) -> Report:
    """Return the report that follows from `merged`; it is called `name`.

    `files` says of each path and wanted text why they are not there, `history`
    what changed since the evidence was made.  `now` is the present in Unix seconds:
    it decides what is stale and is shown nowhere.
    """
    record = merged.record
    freshness = Freshness(record, history, max_age=max_age, now=now)
    trackers = merged.called(None, merged.trackers)
    waiting = Waiting(record, (t for t in trackers if not freshness.stale(t)))
    names = Names(record)
    facts = evidence_facts(merged)
    grounds = Grounds(
        merged=merged,
        runs={id(run): judge_run(run) for run in merged.runs},
        facts=facts,
        waiting=waiting,
        files=files,
        freshness=freshness,
    )
    phases, free_tasks = _settle(record, grounds, names)
    tasks = [*(task for phase in phases for task in phase.tasks), *free_tasks]
    blockers = tuple(_blocker(each, waiting, names) for each in record.blockers)
    success = tuple(judge_success(each, grounds) for each in record.criteria)
    verdict, reason = judge_whole(phases, free_tasks, blockers, success)
    runs = _run_states(merged, tasks, success, freshness)
    comparisons = compare_all(
        merged, frozenset(name for state in runs for name in state.expected)
    )
    open_issues = _open_issues(record, waiting)
    findings = (
        *gather(merged, tasks, runs, success, comparisons, waiting),
        *misdated(record, (r.run for r in runs if not r.before), now),
        *freshness.problem(),
    )
    report = Report(
        name=name,
        record=record,
        verdict=verdict,
        reason=reason,
        phases=phases,
        free_tasks=free_tasks,
        blockers=blockers,
        steps=tuple(_steps(each, waiting) for each in record.next_steps if each.items),
        summary=tuple(_line(each, phases, tasks, blockers) for each in record.summary),
        success=success,
        runs=runs,
        coverages=merged.coverages,
        stale_coverages={
            each.path: why
            for each in merged.called(None, merged.coverages)
            if (why := freshness.stale(each, [None]))
        },
        trackers=merged.trackers,
        receipts=merged.receipts,
        comparisons=comparisons,
        open_issues=open_issues,
        findings=tuple(sorted(findings)),
        unproven_metrics=frozenset(
            text
            for metric in record.metrics
            if (text := metric.after or metric.value) and is_doubtful(text, grounds)
        ),
    )
    return _with_facts(report, facts)


def _run_states(
    merged: Merged,
    tasks: Iterable[TaskState],
    success: Iterable[SuccessState],
    freshness: Freshness,
) -> tuple[RunState, ...]:
    """Return what is wrong with each run; it is stale if it is so for any claim.

    Where no claim rests on it, it is held against the work as a whole.
    """
    claims: list[tuple[tuple[str, ...], Claim]]
    claims = [(state.evidence, state.task) for state in tasks]
    claims += [(state.evidence, state.criterion) for state in success]
    meant_to_fail = _meant_to_fail(merged)
    shares = Counter((run.evidence, run.shard) for run in merged.runs)
    states = []
    for run in merged.runs:
        before = run.evidence in merged.before
        resting = [claim for names, claim in claims if run.evidence in names]
        stale = "" if before else freshness.stale(run, resting or [None])
        states.append(
            RunState(
                run=run,
                findings=judge_run(run, stale),
                before=before,
                one_of_many=shares[run.evidence, run.shard] > 1,
                expected=frozenset(meant_to_fail[id(run)]),
            )
        )
    return tuple(states)


def _meant_to_fail(merged: Merged) -> Mapping[int, set[str]]:
    """Return the tests that failed as a criterion expects of them, by their run."""
    found: dict[int, set[str]] = {id(run): set() for run in merged.runs}
    for criterion in merged.record.all_criteria:
        if isinstance(criterion, TestsCriterion) and criterion.expect:
            for match in merged.matches(criterion.tests, criterion.in_):
                found[id(match.run)].update(
                    result.nodeid
                    for result in match.selection.results
                    if result.outcome is Outcome.FAILED
                )
    return found


def _settle(
    record: Record, grounds: Grounds, names: Names
) -> tuple[tuple[PhaseState, ...], tuple[TaskState, ...]]:
    """Judge all work until nothing changes: what is settled lets others begin.

    There is no way back from settled, and a task is judged anew only when something
    that it waited for is settled: chains may be as long as they like.
    """

    def judge(task: Task, phase: Phase | None) -> TaskState:
        return judge_task(task, names.of(task), phase, grounds)

    work: list[tuple[Task, Phase | None]]
    work = [(task, phase) for phase in record.phases for task in phase.tasks]
    work += [(task, None) for task in record.tasks]
    states = [judge(task, phase) for task, phase in work]
    waiting_for: dict[str, list[int]] = {}
    for number, state in enumerate(states):
        for name in state.waits_for:
            waiting_for.setdefault(name, []).append(number)
    unsettled = Counter(id(phase) for _, phase in work)
    news = [number for number, state in enumerate(states) if state.settled]
    while news:
        task, phase = work[news.pop()]
        unsettled[id(phase)] -= 1
        whole = phase if not unsettled[id(phase)] else None
        # Work without an id cannot be waited for, whatever its title may look like.
        for name in (str(each.id) for each in (task, whole) if each and each.id):
            grounds.waiting.settle(name)
            for number in waiting_for.get(name, ()):
                if not states[number].settled:
                    states[number] = judge(*work[number])
                    news += [number] * states[number].settled
    rest = iter(states)
    phases = tuple(
        judge_phase(
            phase,
            names.of(phase),
            list(islice(rest, len(phase.tasks))),
            grounds,
        )
        for phase in record.phases
    )
    return phases, tuple(rest)


def _blocker(blocker: Blocker, waiting: Waiting, names: Names) -> BlockerState:
    is_open = waiting.is_open(blocker)
    waits_for = waiting.of_blocker(blocker)
    word = blocker.attested
    if waits_for:
        reason = f"waits for {issue_list(waits_for)}"
        if word is not None:
            reason += f", though {word.by} said on {word.on} that it is gone"
    elif word is not None:
        reason = f"gone, says {word.by}, {word.on}"
    elif is_open:
        reason = "open"
    else:
        reason = "gone: nothing that it waited for is open"
    return BlockerState(
        blocker=blocker,
        name=names.of(blocker),
        open=is_open,
        reason=reason,
        waits_for=waits_for,
    )


def _steps(steps: NextSteps, waiting: Waiting) -> StepsState:
    waits_for = waiting.open_among(steps.when.references)
    return StepsState(steps=steps, open=not waits_for, waits_for=waits_for)


def _line(
    line: SummaryLine | Prose,
    phases: Iterable[PhaseState],
    tasks: Iterable[TaskState],
    blockers: Iterable[BlockerState],
) -> LineState:
    if not isinstance(line, SummaryLine) or line.of is None:
        return LineState(line=line)
    statuses = {
        **{blocker.name: blocker.status for blocker in blockers},
        **{phase.name: phase.status for phase in phases},
        **{task.name: task.status for task in tasks},
    }
    status = statuses.get(str(line.of))
    if status is None:
        return LineState(line=line)
    return LineState(line=line, mark=status.mark, status=status)


def _open_issues(record: Record, waiting: Waiting) -> tuple[Issue, ...]:
    """Return the issues that are waited for and not closed, each once, in order."""
    names = (
        *(n for b in record.blockers if waiting.is_open(b) for n in b.blocked_by),
        *(n for p in record.phases for n in (*p.after, *p.blocked_by)),
        *(n for t in record.all_tasks for n in (*t.after, *t.blocked_by)),
    )
    references = waiting.open_among(n for n in names if issue_reference(n))
    return tuple(
        msgspec.structs.replace(
            waiting.issue(reference) or Issue(number=""),
            number=reference.removeprefix("#"),
        )
        for reference in references
    )


class _Figures:
    """Figures by name, for prose."""

    def __init__(self, **figures: object) -> None:
        self.__dict__.update(figures)


def _with_facts(report: Report, evidence: dict[str, object]) -> Report:
    tasks, effort = report.tasks, report.effort
    own: dict[str, object] = {
        "effort": _Figures(planned=effort.planned, actual=effort.actual),
        "tasks": _Figures(
            total=len(tasks),
            done=sum(task.status is Status.DONE for task in tasks),
            failing=sum(task.status is Status.FAILING for task in tasks),
        ),
        "phases": _Figures(
            total=len(report.phases),
            done=sum(phase.status is Status.DONE for phase in report.phases),
        ),
        "blockers": _Figures(
            total=len(report.blockers), open=len(report.open_blockers)
        ),
        "open_issues": References(i.reference for i in report.open_issues),
    }
    return msgspec.structs.replace(report, facts={**own, **evidence})
