"""Lets findings pass that somebody answers for, until a day, and for all to see.

A waiver changes what the exit code makes of a finding, and no status.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime

import msgspec

from reportgen.model import (
    Diagnostic,
    FixedCriterion,
    Place,
    Severity,
    Text,
    Value,
    Waiver,
    Written,
)
from reportgen.report import CriterionState, Report, Waived

# Whoever loosens a gate cannot answer for that alone.
_NEVER = frozenset({"weakened"})


class Waivers(Value, frozen=True, kw_only=True):
    """The waivers of a record, and where each of them counts."""

    living: tuple[_Scope, ...] = ()
    expired: tuple[Waiver, ...] = ()

    def apply(
        self, findings: Iterable[Diagnostic]
    ) -> tuple[tuple[Diagnostic, ...], tuple[Waived, ...]]:
        """Return `findings`, errors that are answered for as warnings; and those."""
        found, waived = [], []
        for finding in findings:
            covering = (each.waiver for each in self.living if each.covers(finding))
            waiver = next(covering, None)
            if waiver is None:
                found.append(finding)
                continue
            waived_by = f"waived by {waiver.owner} until {waiver.expires}"
            softened = msgspec.structs.replace(
                finding,
                words=f"{finding.words} ({waived_by})",
                severity=Severity.WARNING,
            )
            found.append(softened)
            waived.append(Waived(finding=finding, waiver=waiver))
        return tuple(found), tuple(waived)

    def complaints(self, findings: Sequence[Diagnostic]) -> Iterator[Diagnostic]:
        """Find waivers that have expired, or that none of `findings` needs."""
        for waiver in self.expired:
            message = f"the waiver of {str(waiver.code)!r} expired on {waiver.expires}"
            yield Diagnostic(
                waiver.expires.place,
                "waiver-expired",
                message,
                "mend what it was for, and delete it",
                Severity.WARNING,
            )
        for scope in self.living:
            if not any(scope.covers(finding) for finding in findings):
                message = f"nothing needs the waiver of {str(scope.waiver.code)!r}"
                yield Diagnostic(
                    scope.waiver.place,
                    "waiver-unused",
                    message,
                    "delete it, or correct its `code` and `of`",
                    Severity.WARNING,
                )


class _Scope(Value, frozen=True, kw_only=True):
    """A waiver, and what it is limited to; None where it is not limited."""

    waiver: Waiver
    places: frozenset[Place] | None
    paths: frozenset[str]

    def covers(self, finding: Diagnostic) -> bool:
        """Whether the waiver speaks of `finding`."""
        if finding.severity is not Severity.ERROR or finding.code in _NEVER:
            return False
        if finding.code != self.waiver.code:
            return False
        if self.places is None:
            return True
        return finding.place in self.places or finding.place.path in self.paths


def waivers_of(report: Report, now: float) -> Waivers:
    """Return the waivers of the record of `report`, as they count at `now`."""
    living, expired = [], []
    for waiver in report.record.waivers:
        if _is_over(waiver, now):
            expired.append(waiver)
        else:
            living.append(_scope(waiver, report))
    return Waivers(living=tuple(living), expired=tuple(expired))


def _is_over(waiver: Waiver, now: float) -> bool:
    today = datetime.fromtimestamp(now, UTC)
    if len(waiver.expires) <= len("2026-03-01"):
        return today.date() > date.fromisoformat(waiver.expires)
    return today > datetime.fromisoformat(waiver.expires)


def _scope(waiver: Waiver, report: Report) -> _Scope:
    if waiver.of is None:
        return _Scope(waiver=waiver, places=None, paths=frozenset())
    name = str(waiver.of)
    places = {*_places_of_task(name, report), *_places_of_evidence(name, report)}
    paths = {source.path for source in report.sources if source.name == name}
    paths |= {run.run.path for run in report.runs if run.run.evidence == name}
    return _Scope(
        waiver=waiver, places=frozenset(places), paths=frozenset({*paths, name})
    )


def _places_of_task(name: str, report: Report) -> Iterator[Place]:
    for state in report.tasks:
        if state.name == name:
            yield from _places(state.task)


def _places(value: object) -> Iterator[Place]:
    """Yield where `value` and each part of it stand."""
    if isinstance(value, (Written, Text)):
        yield value.place
    if isinstance(value, Written):
        for name in value.__struct_fields__:
            yield from _places(getattr(value, name))
    elif isinstance(value, tuple):
        for each in value:
            yield from _places(each)


def _places_of_evidence(name: str, report: Report) -> Iterator[Place]:
    """Yield where evidence is named, and each criterion that rests on nothing else."""
    source = report.record.evidence.get(name)
    if source is not None:
        yield source.place
        yield from (path.place for path in source.files.values())
    of_tasks = (state for task in report.tasks for state in task.criteria)
    of_success = (state for each in report.success for state in each.criteria)
    for state in (*of_tasks, *of_success):
        if _rests_on(state) == {name}:
            yield state.criterion.place


def _rests_on(state: CriterionState) -> set[str]:
    criterion = state.criterion
    named = getattr(criterion, "in_", None)
    if named is not None:
        return {str(named)}
    names = set(state.evidence)
    if isinstance(criterion, FixedCriterion):
        names.discard(str(criterion.from_ or "before"))
    return names
