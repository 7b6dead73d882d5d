"""Says in plain text why each status is what it is, and what would change it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from reportgen.cures import cure
from reportgen.model import Outcome, Status
from reportgen.render.transcript import shorten
from reportgen.render.visible import terminal
from reportgen.report import CriterionState, Report, RunState, TaskState, Verdict

_SHOWN = 10  # results named under one criterion
_LABEL = 11  # columns before what is said

_MARKS: Mapping[Verdict, Status] = {
    Verdict.MET: Status.DONE,
    Verdict.FLAKY: Status.FLAKY,
    Verdict.UNPROVEN: Status.INCOMPLETE,
    Verdict.WAITING: Status.BLOCKED,
    Verdict.FAILING: Status.FAILING,
}

_RULES: Mapping[Status, str] = {
    Status.FAILING: "one failure outweighs everything else",
    Status.BLOCKED: "what waits cannot be done, whatever its tests say",
    Status.INCOMPLETE: "a claim without evidence for all of it is not believed",
    Status.FLAKY: "a test that passes only when rerun is no failure, and no proof",
    Status.DONE: "claimed done, and evidence meets every criterion",
    Status.ATTESTED: "no criterion that a machine could check, and somebody vouches",
    Status.READY: "not begun, and all that it waited for is settled",
    Status.IN_PROGRESS: "effort was spent, and nobody claims that it is done",
    Status.PLANNED: "nobody claims that it is done, or has begun",
}


def explain(report: Report, task: str | None = None) -> str:
    """Return the chain from claim to status, for one task or for all there is."""
    wanted = [state for state in report.tasks if task in {None, state.name}]
    lines = [line for state in wanted for line in (*_task(state, report), "")]
    names = {name for state in wanted for name in state.evidence}
    if task is None:
        verdict = f"{report.name}: {report.judgement}"
        lines = [verdict, "", *lines, *_rest(report)]
    lines += [
        f"run {_run(run)}, {_verdict(run)}"
        for run in report.runs
        if task is None or run.run.evidence in names
    ]
    return "\n".join(map(terminal, lines)).rstrip("\n") + "\n"


def _task(state: TaskState, report: Report) -> Iterator[str]:
    """Tell of one task: what is claimed, what was looked at, and what follows."""
    claim = "done" if state.task.done else "not done yet"
    yield f"{state.status.mark} {state.name}: {state.task.title}"
    yield _line("claim", f"{claim}, says {state.task.place}")
    for criterion in state.criteria:
        yield from _criterion(criterion, report.runs)
    if not state.criteria:
        yield _line("criterion", "none")
    if state.task.attested:
        word = state.task.attested
        yield _line("attested", f"by {word.by} on {word.on}, says {word.place}")
    for name in state.waits_for:
        yield _line("waits for", f"{name}, which is open")
    yield _line("status", f"{state.status.mark} {state.status}: {state.reason}")
    yield _line("rule", _RULES[state.status])
    for number, words in enumerate(dict.fromkeys(_cures(state))):
        yield _line("" if number else "for a ✅", words)


def _criterion(state: CriterionState, runs: Sequence[RunState]) -> Iterator[str]:
    yield _line("criterion", f"{state.kind}: {state.subject}")
    mark = _MARKS[state.verdict].mark
    yield _line("", f"{mark} {state.verdict}: {state.reason}")
    for run in runs:
        if run.run.evidence in state.evidence:
            yield _line("", f"from {_run(run)}")
    for collector in state.collectors[:_SHOWN]:
        why = f": {shorten(collector.message)}" if collector.message else ""
        yield _line("", f"not collected {collector.nodeid}{why}")
    news = [r for r in state.results if r.outcome is not Outcome.PASSED]
    for result in news[:_SHOWN]:
        why = f": {shorten(result.message)}" if result.message else ""
        yield _line("", f"{result.outcome} {result.nodeid}{why}")
    if len(news) > _SHOWN:
        yield _line("", f"and {len(news) - _SHOWN:,} more")


def _run(state: RunState) -> str:
    return f"{state.name}, {state.run.path}"


def _verdict(state: RunState) -> str:
    if state.before:
        return f"before the work: {state.reason or 'green'}"
    return "green" if state.green else f"not green: {state.reason}"


def _cures(state: TaskState) -> Iterator[str]:
    if state.status in {Status.DONE, Status.ATTESTED}:
        return
    for name in state.waits_for:
        yield f"settle {name}"
    for criterion in state.criteria:
        if criterion.code:
            yield cure(criterion.code)
    if state.task.done and not state.criteria and state.code == "no-criterion":
        yield cure(state.code)
    if not state.task.done:
        yield "claim it with `done: true` when it is"
        if not state.criteria and state.task.attested is None:
            yield cure("no-criterion")


def _rest(report: Report) -> Iterator[str]:
    for phase in report.phases:
        yield f"{phase.status.mark} phase {phase.name}: {phase.status}: {phase.reason}"
    for blocker in report.blockers:
        reason = blocker.reason  # what is gone says so itself
        if blocker.open and reason != "open":
            reason = f"open, {reason}"
        yield f"{blocker.mark} blocker {blocker.name}: {reason}"
    for state in report.success:
        yield f"{state.status.mark} criterion {state.criterion.text}: {state.reason}"


def _line(label: str, text: str) -> str:
    # A mark is two columns wide.
    return f"   {label.ljust(_LABEL - label.count('✅'))}{text}"
