"""All that a criterion can be judged by, and the form of the answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Self

import msgspec

from reportgen.assess.facts import Facts
from reportgen.assess.freshness import Freshness
from reportgen.assess.runs import doubts
from reportgen.assess.scope import Claim
from reportgen.assess.waiting import Waiting
from reportgen.model import Criterion, Run, Testimony, Value
from reportgen.report import CriterionState, Finding, Match, Merged, Verdict


class Grounds(Value, frozen=True, kw_only=True):
    """All that a criterion can be judged by.

    `files` says of a path and a wanted text why they are not there, `runs` what
    is wrong with each run, `claim` is what is judged by all this.
    """

    merged: Merged
    runs: Mapping[int, Sequence[Finding]]  # by the run's identity: runs may be equal
    facts: Facts
    waiting: Waiting
    files: Mapping[tuple[str, str], str]
    freshness: Freshness
    claim: Claim | None = None

    def about(self, claim: Claim) -> Self:
        """Return these grounds, limited to the files that `claim` is about."""
        return msgspec.structs.replace(self, claim=claim)

    def findings(self, run: Run) -> tuple[Finding, ...]:
        """Return every reason why `run` is not green for this claim."""
        return (*self.runs[id(run)], *self.stale(run))

    def doubts(self, match: Match) -> tuple[Finding, ...]:
        """Return what puts the tests in doubt that were looked for in a run.

        Stale is a run only for the tests that it has.
        """
        run, selection = match.run, match.selection
        speaks = selection.tally.total or selection.collected or selection.collectors
        findings = self.findings(run) if speaks else self.runs[id(run)]
        return doubts(run, findings)

    def stale(self, testimony: Testimony) -> tuple[Finding, ...]:
        """Return why `testimony` is older than what the claim is about, if it is."""
        reason = self.freshness.stale(testimony, [self.claim])
        return (Finding(code="stale-evidence", reason=reason),) if reason else ()


class Answer(Value, frozen=True, kw_only=True):
    """A verdict, the reason for it, and its code where it is not met."""

    verdict: Verdict
    reason: str
    code: str = ""


def met(reason: str) -> Answer:
    """Answer that evidence proves it."""
    return Answer(verdict=Verdict.MET, reason=reason)


def failing(reason: str, code: str) -> Answer:
    """Answer that evidence proves the contrary."""
    return Answer(verdict=Verdict.FAILING, reason=reason, code=code)


def unproven(reason: str, code: str) -> Answer:
    """Answer that there is no evidence, or none that proves anything."""
    return Answer(verdict=Verdict.UNPROVEN, reason=reason, code=code)


def unreadable(sources: Iterable[Testimony]) -> Answer | None:
    """Answer that one of `sources` cannot be read, None if all can."""
    for source in sources:
        if source.problem is not None:
            reason = located(source.problem.message, source)
            return unproven(reason, source.problem.code)
    return None


def state_of(
    criterion: Criterion, answer: Answer, evidence: tuple[str, ...] = ()
) -> CriterionState:
    """Return `answer` as the state of `criterion`."""
    return CriterionState(
        criterion=criterion,
        verdict=answer.verdict,
        reason=answer.reason,
        code=answer.code,
        evidence=evidence,
    )


def located(reason: str, testimony: Testimony) -> str:
    """Return `reason` with the file of `testimony`, unless it names that itself.

    What is wrong at the record's own line names the file; what is wrong inside a
    file has its place there, and says only what.
    """
    problem = testimony.problem
    named = problem is not None and problem.place.path != testimony.path
    return reason if named else f"{reason} ({testimony.path})"
