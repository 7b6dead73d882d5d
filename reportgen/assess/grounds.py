"""All that a criterion can be judged by, and the form of the answer."""

from __future__ import annotations

from collections.abc import Mapping

from reportgen.assess.facts import Facts
from reportgen.assess.runs import doubts
from reportgen.assess.waiting import Waiting
from reportgen.model import (
    Criterion,
    Run,
    Value,
)
from reportgen.report import (
    CriterionState,
    Finding,
    Merged,
    RunState,
    Verdict,
)

_BEFORE = "before"


class Grounds(Value, frozen=True, kw_only=True):
    """All that a criterion can be judged by.

    `files` says of a path and a wanted text why they are not there, `runs` what
    is wrong with each run.
    """

    merged: Merged
    runs: Mapping[int, RunState]  # by the run's identity: runs may be equal
    facts: Facts
    waiting: Waiting
    files: Mapping[tuple[str, str], str]

    def doubts(self, run: Run) -> tuple[Finding, ...]:
        """Return what puts all of `run` in doubt."""
        return doubts(run, self.runs[id(run)].findings)


class Answer(Value, frozen=True, kw_only=True):
    """A verdict, the reason for it, and its code where it is not met."""

    verdict: Verdict
    reason: str
    code: str = ""


def unproven(reason: str, code: str) -> Answer:
    """Answer that there is no evidence, or none that proves anything."""
    return Answer(verdict=Verdict.UNPROVEN, reason=reason, code=code)


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


def plain(text: str | None) -> str | None:
    """Return `text` without the place where it was written."""
    return None if text is None else str(text)
