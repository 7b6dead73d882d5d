"""Says in plain text why each status is what it is, and what would change it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from reportgen.model import Outcome, Status
from reportgen.render.transcript import shorten
from reportgen.render.visible import terminal
from reportgen.report import CriterionState, Report, RunState, TaskState, Verdict

_SHOWN = 10  # results named under one criterion

_CURES: Mapping[str, str] = {
    "failed-tests": "make these tests pass, and run them again",
    "failed-collector": "make the module importable, and run the tests again",
    "no-match": "correct the pattern, or add the tests that it names",
    "no-evidence": "run what is named, and store what it wrote",
    "too-few-tests": "find the missing tests",
    "only-skipped": "run the tests where they are not skipped",
    "flaky-tests": "make these tests pass at the first try",
    "stale-evidence": "run the tests again",
    "lost-tests": "run the tests again to the end",
    "unfinished-tests": "run the tests again to the end",
    "exit-code": "see why the run did not end well, and run it again",
    "file-missing": "add the file, or correct the path",
    "missed-target": "reach the target",
    "not-failing-before": "show evidence of before in which it failed",
    "vanished-tests": "bring the tests back",
    "no-criterion": "add `acceptance`, or `attested` for what no machine can check",
}


def explain(report: Report, task: str | None = None) -> str:
    """Return the chain from claim to status, for one task or for all there is."""
    wanted = [state for state in report.tasks if task in {None, state.name}]
    lines = [line for state in wanted for line in (*_task(state, report), "")]
    if task is None:
        verdict = f"{report.verdict.mark} {report.verdict}: {report.reason}"
        lines = [f"{report.name}: {verdict}", "", *lines, *_rest(report)]
    return "\n".join(map(terminal, lines)).rstrip("\n") + "\n"


def _task(state: TaskState, report: Report) -> Iterator[str]:
    claim = "claimed done" if state.task.done else "not claimed done"
    yield f"{state.status.mark} {state.name}: {state.task.title}"
    yield f"   claim     {claim}, {state.task.place}"
    for criterion in state.criteria:
        yield from _criterion(criterion)
    if not state.criteria:
        yield "   criterion none"
    for name in state.evidence:
        for run in report.runs:
            if run.run.evidence == name:
                yield f"   run       {_run(run)}"
    for name in state.waits_for:
        yield f"   waits for {name}, which is open"
    yield f"   status    {state.status}: {state.reason}"
    for cure in dict.fromkeys(_cures(state)):
        yield f"   to change {cure}"


def _criterion(state: CriterionState) -> Iterator[str]:
    marks = {Verdict.MET: "met", Verdict.FLAKY: "flaky"}
    verdict = marks.get(state.verdict, str(state.verdict))
    yield f"   criterion {state.text}: {verdict}, {state.reason}"
    for collector in state.collectors[:_SHOWN]:
        why = f": {shorten(collector.message)}" if collector.message else ""
        yield f"             not collected {collector.nodeid}{why}"
    news = [r for r in state.results if r.outcome is not Outcome.PASSED]
    for result in news[:_SHOWN]:
        why = f": {shorten(result.message)}" if result.message else ""
        yield f"             {result.outcome} {result.nodeid}{why}"
    if len(news) > _SHOWN:
        yield f"             and {len(news) - _SHOWN:,} more"


def _run(state: RunState) -> str:
    verdict = "green" if state.green else state.reason
    return f"{state.name} ({state.run.path}): {verdict}"


def _cures(state: TaskState) -> Iterator[str]:
    if state.status in {Status.DONE, Status.ATTESTED}:
        return
    if not state.task.done:
        yield "claim it with `done: true` when it is"
    if state.waits_for:
        yield f"close what it waits for: {', '.join(state.waits_for)}"
    for criterion in state.criteria:
        if criterion.verdict is not Verdict.MET and criterion.code in _CURES:
            yield _CURES[criterion.code]
    if not state.criteria and state.code in _CURES:
        yield _CURES[state.code]


def _rest(report: Report) -> Iterator[str]:
    for phase in report.phases:
        yield f"{phase.status.mark} phase {phase.name}: {phase.status}: {phase.reason}"
    for blocker in report.blockers:
        word = "open" if blocker.open else "gone"
        yield f"{blocker.mark} blocker {blocker.name}: {word}, {blocker.reason}"
    for state in report.runs:
        mark = "✅" if state.green else "❌"
        yield f"{mark} run {_run(state)}"
