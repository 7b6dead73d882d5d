"""Says of one acceptance criterion whether evidence meets it, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from reportgen import late
from reportgen.assess.criteria_of_tests import judge_collected, judge_fixed, judge_tests
from reportgen.assess.facts import figures, speaking
from reportgen.assess.grounds import (
    Answer,
    Grounds,
    failing,
    met,
    state_of,
    unproven,
    unreadable,
)
from reportgen.model import (
    EVERYTHING,
    EXPRESSION,
    CollectedCriterion,
    CommandCriterion,
    Coverage,
    Criterion,
    FileCriterion,
    FixedCriterion,
    IssueCriterion,
    MetricCriterion,
    Run,
    Selection,
    TestsCriterion,
    issue_reference,
)
from reportgen.report import (
    CriterionState,
    Finding,
    Match,
    Verdict,
    collected,
    collected_surely,
)

_NAME = late.pattern(r"[A-Za-z_][\w.]*")


def judge_criterion(criterion: Criterion, grounds: Grounds) -> CriterionState:
    """Return what the evidence says of `criterion`."""
    # One function a kind, found by its type.
    return _JUDGES[type(criterion)](criterion, grounds)


def _judge_file(criterion: FileCriterion, grounds: Grounds) -> CriterionState:
    wanted = str(criterion.contains or "")
    problem = grounds.files.get((str(criterion.file), wanted), "nobody looked at it")
    if problem:
        return state_of(criterion, unproven(problem, "file-missing"))
    return state_of(criterion, met(f"contains {wanted!r}" if wanted else "exists"))


def _judge_metric(criterion: MetricCriterion, grounds: Grounds) -> CriterionState:
    name = str(criterion.metric)
    sources = speaking(grounds.merged, name.partition(".")[0])
    values = figures(grounds.facts, name, sources)
    doubts = (d for each in sources for d in _metric_doubts(each, name, grounds))
    doubt = next(doubts, None)
    if doubt is not None:
        answer = doubt
    elif not values:
        answer = unproven(f"there is no figure {name}", "no-evidence")
    else:
        answer = _held_against(criterion, min(values), max(values))
        if answer.verdict is Verdict.MET and name.endswith(".collected"):
            answer = _perhaps_the_same(sources, criterion.at_least) or answer
    names = dict.fromkeys(source.evidence for source in sources)
    return state_of(criterion, answer, tuple(names))


def _held_against(criterion: MetricCriterion, low: float, high: float) -> Answer:
    """Say whether a figure that is between `low` and `high` keeps to its bounds."""
    if criterion.at_least is not None and low < criterion.at_least:
        reason = f"{low:,.12g}, at least {criterion.at_least:,.12g} is needed"
        return failing(reason, "missed-target")
    if criterion.at_most is not None and high > criterion.at_most:
        reason = f"{high:,.12g}, at most {criterion.at_most:,.12g} is allowed"
        return failing(reason, "missed-target")
    shown = high if criterion.at_least is None else low
    return met(f"{shown:,.12g}{_bounds(criterion)}")


def _perhaps_the_same(
    sources: Sequence[Run | Coverage], at_least: float | None
) -> Answer | None:
    """Doubt that `at_least` so many tests were collected, if some may be the same."""
    matches = [
        Match(run=each, selection=each.selections.get(EVERYTHING, Selection()))
        for each in sources
        if isinstance(each, Run)
    ]
    if at_least is None or collected_surely(matches) >= at_least:
        return None
    reason = f"{collected(matches):,} in several files, perhaps the same"
    return unproven(f"{reason}, at least {at_least:,.12g} is needed", "too-few-tests")


def _bounds(criterion: MetricCriterion) -> str:
    low = "" if criterion.at_least is None else f", at least {criterion.at_least:,.12g}"
    high = "" if criterion.at_most is None else f", at most {criterion.at_most:,.12g}"
    return low + high


# A figure of failures is not in doubt because there are failures, one of what was
# collected not because it was not run.
_NO_DOUBT = {
    "failed-tests": "",
    "no-tests": ".collected",
    "lost-tests": ".collected",
    "unfinished-tests": ".collected",
    "no-detail": ".collected",
}


def _metric_doubts(
    source: Run | Coverage, name: str, grounds: Grounds
) -> Iterator[Answer]:
    """Say what puts the figures of `source` in doubt."""
    broken = unreadable([source])
    if broken is not None:
        yield broken
    for finding in _findings_of(source, grounds):
        if not name.endswith(_NO_DOUBT.get(finding.code, "?")):
            yield unproven(f"{finding.reason} ({source.path})", finding.code)


def is_doubtful(text: str, grounds: Grounds) -> bool:
    """Ask whether `text` computes a figure of evidence that is in doubt."""
    return any(
        True
        for expression in EXPRESSION.findall(text)
        for name in _NAME.findall(expression)
        for source in speaking(grounds.merged, name.partition(".")[0])
        for _ in _metric_doubts(source, name, grounds)
    )


def _findings_of(source: Run | Coverage, grounds: Grounds) -> tuple[Finding, ...]:
    if not isinstance(source, Run):
        return grounds.stale(source)
    findings = grounds.findings(source)
    if source.ended_by_failures:
        return tuple(each for each in findings if each.code != "exit-code")
    return findings


def _judge_issue(criterion: IssueCriterion, grounds: Grounds) -> CriterionState:
    reference = issue_reference(criterion.issue) or str(criterion.issue)
    issue = grounds.waiting.issue(reference, criterion.in_)
    if issue is None:
        answer = unproven("its state is not known", "unknown-issue")
    elif issue.closed:
        answer = met("closed")
    else:
        answer = Answer(verdict=Verdict.WAITING, reason="still open")
    names = tuple(dict.fromkeys(t.evidence for t in grounds.merged.trackers))
    return state_of(criterion, answer, names if issue else ())


def _judge_command(criterion: CommandCriterion, grounds: Grounds) -> CriterionState:
    found = grounds.merged.ran(criterion.command, criterion.in_)
    if not found:
        answer = unproven("there is no receipt of it", "no-evidence")
        return state_of(criterion, answer)
    failed = [receipt for _, receipt in found if receipt.exitcode != 0]
    sources = grounds.merged.called(criterion.in_, grounds.merged.receipts)
    broken = unreadable(sources)
    stale = next((each for s, _ in found for each in grounds.stale(s)), None)
    if any(receipt.exitcode is None for receipt in failed):
        answer = unproven("its exit code is not known", "exit-code")
    elif failed:
        answer = failing(f"exit code {failed[0].exitcode}", "exit-code")
    elif broken is not None:
        answer = broken
    elif stale is not None:
        answer = unproven(stale.reason, stale.code)
    else:
        answer = met("exit code 0")
    names = tuple(dict.fromkeys(source.evidence for source, _ in found))
    return state_of(criterion, answer, names)


_JUDGES: Mapping[type, Callable[..., CriterionState]] = {
    TestsCriterion: judge_tests,
    FixedCriterion: judge_fixed,
    CollectedCriterion: judge_collected,
    FileCriterion: _judge_file,
    MetricCriterion: _judge_metric,
    IssueCriterion: _judge_issue,
    CommandCriterion: _judge_command,
}
