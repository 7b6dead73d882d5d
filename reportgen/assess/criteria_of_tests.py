"""Says of a criterion about tests whether they meet it, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

import msgspec

from reportgen.assess.grounds import (
    Answer,
    Grounds,
    failing,
    located,
    met,
    state_of,
    unproven,
    unreadable,
)
from reportgen.assess.runs import names_of
from reportgen.model import (
    BAD,
    GOOD,
    CollectedCriterion,
    Collector,
    Criterion,
    FixedCriterion,
    Outcome,
    Result,
    Run,
    Tally,
    TestsCriterion,
)
from reportgen.report import (
    CriterionState,
    Finding,
    Match,
    Verdict,
    collected,
    collected_surely,
    count,
    first_of,
    outcomes,
    rerun,
    total,
)

# --- Tests ---------------------------------------------------------------------


def judge_tests(criterion: TestsCriterion, grounds: Grounds) -> CriterionState:
    """Judge tests that must have passed, or failed as expected."""
    matches = grounds.merged.matches(criterion.tests, criterion.in_)
    answer = (
        _expected_failure(matches, criterion.at_least, grounds)
        if criterion.expect
        else _passed(matches, criterion.at_least, grounds)
    )
    return _tests_state(criterion, matches, answer)


def _passed(matches: Sequence[Match], at_least: int | None, grounds: Grounds) -> Answer:
    """Judge tests that must have passed; the worst news comes first."""
    tally = total(matches)
    if tally.bad:
        reason = f"{tally.bad:,} of {count(tally.total, 'test')} failed"
        return failing(reason, "failed-tests")
    worse = (
        _not_collected(matches)
        or _doubt(matches, grounds)
        or _not_proven(tally, at_least)
    )
    if worse is not None:
        return worse
    flaky = rerun(matches)
    if flaky:
        reason = f"{flaky:,} of {count(tally.total, 'test')} passed only when rerun"
        return Answer(verdict=Verdict.FLAKY, reason=reason, code="flaky-tests")
    return met(_of_total(tally))


def collectors_of(matches: Iterable[Match]) -> tuple[Collector, ...]:
    """Return what `matches` touch that could not be collected."""
    return tuple(c for match in matches for c in match.selection.collectors)


def _not_collected(matches: Sequence[Match]) -> Answer | None:
    collectors = collectors_of(matches)
    if not collectors:
        return None
    return failing(f"not collected: {names_of(collectors)}", "failed-collector")


def _doubt(matches: Sequence[Match], grounds: Grounds) -> Answer | None:
    """Judge the runs that tests are looked for in, before any of their tests.

    A run without a match counts too: the test may be among those that it lost.
    """
    if not matches:
        return unproven("no test results of this name", "no-evidence")
    for match in matches:
        for finding in grounds.doubts(match):
            return unproven(located(finding.reason, match.run), finding.code)
    for run in idle_shards(matches):
        return unproven(idle_words(run), "no-tests")
    return None


def idle_shards(matches: Sequence[Match]) -> Iterator[Run]:
    """Yield the runs in which nothing ran, though it did in another of the same name.

    One without the name of a shard counts if it collected tests and lost them all.
    """
    busy = {match.run.evidence for match in matches if match.run.tally.total}
    for match in matches:
        run = match.run
        idle = run.evidence in busy and not run.tally.total
        if idle and (run.shard or run.lost):
            yield run


def idle_words(run: Run) -> str:
    """Say that nothing ran in `run`."""
    where = f" in {run.shard}" if run.shard else ""
    return f"nothing ran{where} ({run.path})"


def _not_proven(tally: Tally, at_least: int | None) -> Answer | None:
    if not tally.total:
        return unproven("no test matches", "no-match")
    if tally.unproven:
        reason = (
            f"{tally.unproven:,} of {count(tally.total, 'test')} without an outcome"
        )
        return unproven(f"{reason} that is known to be good", "unknown-outcome")
    if not tally.good:
        words = "skipped" if tally.skipped else "failed as expected"
        return unproven(
            f"{tally.total:,} of {count(tally.total, 'test')} {words}", "only-skipped"
        )
    if at_least is not None and tally.good < at_least:
        reason = f"{count(tally.good, 'test')} passed, at least {at_least:,} must"
        return unproven(reason, "too-few-tests")
    return None


def _expected_failure(
    matches: Sequence[Match], at_least: int | None, grounds: Grounds
) -> Answer:
    """Judge tests that are meant to fail for now: a pass is news, not success."""
    tally = total(matches)
    failed = tally.failed + tally.xfailed
    # Where a test has several results, none may be other than that.
    tallies = [match.selection.tally for match in matches]
    others = sum(each.total - each.failed - each.xfailed for each in tallies)
    if tally.error or collectors_of(matches):
        return failing("broke instead of failing as expected", "failed-tests")
    if others:
        others = max(tally.total - failed, 1)
        reason = f"{others:,} of {count(tally.total, 'test')} did not fail as expected"
        return failing(reason, "unexpected-outcome")
    doubt = _doubt(matches, grounds)
    if doubt is not None:
        return doubt
    if not tally.total:
        return unproven("no test matches", "no-match")
    if at_least is not None and failed < at_least:
        reason = f"{count(failed, 'test')} failed, at least {at_least:,} must"
        return unproven(reason, "too-few-tests")
    return met(f"{failed:,} of {count(tally.total, 'test')} failed as expected")


def _of_total(tally: Tally) -> str:
    good = tally.good
    rest = [
        f"{number:,} {word}"
        for number, word in (
            (tally.skipped, "skipped"),
            (tally.xfailed, "expected to fail"),
            (tally.xpassed, "passed unexpectedly"),
        )
        if number
    ]
    tail = f" ({', '.join(rest)})" if rest else ""
    return f"{good:,} of {count(tally.total, 'test')} passed{tail}"


# --- Fixed and collected -------------------------------------------------------


def judge_fixed(criterion: FixedCriterion, grounds: Grounds) -> CriterionState:
    """Judge tests that must pass now and must not have passed before."""
    name_before = str(criterion.from_ or "before")
    matches = grounds.merged.matches(criterion.fixed, criterion.in_)
    answer = _passed(matches, criterion.at_least, grounds)
    if answer.verdict in {Verdict.MET, Verdict.FLAKY}:
        before = grounds.merged.matches(criterion.fixed, name_before)
        answer = _was_broken(before, matches, answer)
    return _tests_state(criterion, matches, answer, name_before)


def _was_broken(
    before: Sequence[Match], now: Sequence[Match], answer: Answer
) -> Answer:
    """Judge whether what passes now was broken before, test by test."""
    if not before:
        return unproven("there are no results of before", "no-evidence")
    unread = unreadable(match.run for match in before)
    if unread is not None:
        return unread
    was, present = outcomes(before), outcomes(now)
    broken = {nodeid for nodeid, outcome in was.items() if outcome in BAD}
    modules = {collector.nodeid for collector in collectors_of(before)}
    if not broken and not modules:
        return unproven("was not failing before", "not-failing-before")
    unfixed = _unfixed(broken, present) or _uncollected(modules, present)
    if unfixed is not None:
        return unfixed
    words = f"{count(len(broken), 'test')} failed before"
    if modules:
        words = "could not be collected before"
    reason = f"{words}; {answer.reason}"
    return Answer(verdict=answer.verdict, reason=reason, code=answer.code)


def _uncollected(
    modules: AbstractSet[str], now: Mapping[str, Outcome]
) -> Answer | None:
    """Judge whether of all `modules` that could not be collected something passes."""
    for module in sorted(modules):
        path = module.removesuffix("/__init__.py").rstrip("/")
        below = ("",) if path in {"", "."} else (f"{path}/", f"{path}::")
        found = {now[name] for name in now if name == path or name.startswith(below)}
        if not found:
            reason = f"could not be collected before, and has no tests now: {module}"
            return unproven(reason, "vanished-tests")
        if not found & GOOD:
            reason = "could not be collected before, and no test of it passed now"
            return unproven(f"{reason}: {module}", "only-skipped")
    return None


def _unfixed(broken: AbstractSet[str], now: Mapping[str, Outcome]) -> Answer | None:
    """Judge whether every test that was `broken` passes, where none of them fails."""
    vanished = sorted(broken - now.keys())
    if vanished:
        reason = f"{count(len(vanished), 'test')} vanished: {first_of(vanished)}"
        return unproven(reason, "vanished-tests")
    # To skip a test, or to expect that it fails, does not fix it.
    hidden = sorted(n for n in broken if now[n] in {Outcome.SKIPPED, Outcome.XFAILED})
    if hidden:
        reason = f"{count(len(hidden), 'test')} failed before and did not pass now"
        return unproven(f"{reason}: {first_of(hidden)}", "only-skipped")
    return None


def judge_collected(criterion: CollectedCriterion, grounds: Grounds) -> CriterionState:
    """Judge tests that must be collected without error."""
    matches = grounds.merged.matches(criterion.collected, criterion.in_)
    answer = _collected(matches, criterion.at_least, grounds)
    return _tests_state(criterion, matches, answer)


# A test that was collected need not have run: what is wrong with its running
# does not matter here.
_RUNNING_ONLY = frozenset({"lost-tests", "unfinished-tests", "exit-code", "no-detail"})


def _collected(
    matches: Sequence[Match], at_least: int | None, grounds: Grounds
) -> Answer:
    broken = _not_collected(matches)
    if broken is not None:
        return broken
    if not matches:
        return unproven("no test results of this name", "no-evidence")
    for match in matches:
        for finding in collecting_doubts(match, grounds):
            return unproven(located(finding.reason, match.run), finding.code)
    number = collected(matches)
    if not number:
        return unproven("no test matches", "no-match")
    reason = f"{count(number, 'test')} collected"
    if at_least is None or collected_surely(matches) >= at_least:
        return met(reason)
    if number >= at_least:
        reason += " in several files, perhaps the same"
    return unproven(f"{reason}, at least {at_least:,} must be", "too-few-tests")


def collecting_doubts(match: Match, grounds: Grounds) -> Iterator[Finding]:
    """Yield what puts in doubt that tests were collected in a run."""
    for finding in grounds.doubts(match):
        broke_off = finding.code == "exit-code" and match.run.exitcode not in {0, 1}
        if finding.code not in _RUNNING_ONLY or broke_off:
            yield finding


def _tests_state(
    criterion: Criterion, matches: Sequence[Match], answer: Answer, *more: str
) -> CriterionState:
    return msgspec.structs.replace(
        state_of(criterion, answer, (*_names(matches), *more)),
        tally=total(matches),
        results=tuple(
            result
            for match in matches
            for result in match.selection.results
            if _is_news(result)
        ),
        collectors=collectors_of(matches),
    )


def _is_news(result: Result) -> bool:
    return result.outcome not in {Outcome.PASSED, Outcome.SKIPPED, Outcome.XFAILED}


def _names(matches: Sequence[Match]) -> tuple[str, ...]:
    """Return the names of the evidence that has something to say."""
    speaking = [
        match.run.evidence
        for match in matches
        if match.selection.tally.total
        or match.selection.collected
        or match.selection.collectors
    ]
    return tuple(dict.fromkeys(speaking))
