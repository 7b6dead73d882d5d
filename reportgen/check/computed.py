"""The figures that evidence gives, each with the expression that a record may use."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from typing import Protocol, TypeGuard, runtime_checkable

from reportgen.model import Duration, Value
from reportgen.report import Report

_MOST = 6  # evidence whose sums are tried: every combination is a sum of its own


@runtime_checkable
class Counts(Protocol):
    """Counts of tests, as the facts of a report have them."""

    total: int
    passed: int
    failed: int
    error: int
    skipped: int
    xfailed: int
    xpassed: int
    flaky: int
    collected: int

    def __call__(self, pattern: str) -> Counts:
        """Return the counts of the tests that `pattern` selects."""


class Computed(Value, frozen=True, kw_only=True):
    """Counts of tests, together, and the `names` that expressions know them by."""

    names: tuple[str, ...]
    parts: tuple[Counts, ...]

    def numbers(self, what: str) -> frozenset[int]:
        """Return every number that may be called `what`, such as "passed"."""
        kinds = {
            "passed": (("passed",), ("passed", "flaky", "xpassed")),
            "failed": (("failed",), ("failed", "error"), ("xfailed",)),
            "skipped": (("skipped",), ("skipped", "xfailed")),
            "collected": (("collected",), ("total",)),
        }
        return frozenset(sum(map(self._sum, names)) for names in kinds[what])

    def wholes(self) -> frozenset[int]:
        """Return every number that may be called the number of tests."""
        total, skipped = self._sum("total"), self._sum("skipped")
        without = total - skipped - self._sum("xfailed")
        return frozenset({total, total - skipped, without, self._sum("collected")})

    def expression(self, what: str) -> str:
        """Return the expression that gives the number called `what`."""
        return f"{{{{ {' + '.join(f'{name}.{what}' for name in self.names)} }}}}"

    def ratio(self, what: str) -> str:
        """Return how many of how many, in figures."""
        return f"{self._sum(what):,} of {self._sum('total'):,}"

    def _sum(self, what: str) -> int:
        return sum(int(getattr(part, what)) for part in self.parts)


def computed_tests(report: Report) -> tuple[Computed, ...]:
    """Return all counts of tests that there are in `report`, the plainest first.

    Those are of each evidence, of all together, of whatever is selected from them,
    and of several evidences added up.  There are none where a run cannot be read:
    nobody knows what it would have given.
    """
    facts = {n: fact for n, fact in report.facts.items() if _is_known(fact)}
    runs = [state.run for state in report.runs]
    if not runs or any(run.problem for run in runs):
        return ()
    patterns = sorted({p for run in runs for p in run.selections if p})
    names = (s.run.evidence.replace("-", "_") for s in report.present_runs)
    present = [name for name in dict.fromkeys(names) if name in facts]
    return (
        *(Computed(names=(name,), parts=(fact,)) for name, fact in facts.items()),
        *_selected(facts.items(), patterns),
        *_sums(present, facts),
    )


def _is_known(fact: object) -> TypeGuard[Counts]:
    # Of all tests, for one, nothing is known where there are only those of before.
    return isinstance(fact, Counts) and isinstance(fact.total, int)


def _selected(
    facts: Iterable[tuple[str, Counts]], patterns: Sequence[str]
) -> Iterator[Computed]:
    for name, fact in facts:
        for pattern in patterns:
            try:
                part = fact(pattern)
            except LookupError:  # a run that was not asked for this pattern
                continue
            if _is_known(part) and (part.total or part.collected):
                quoted = pattern.replace('"', "'")
                yield Computed(names=(f'{name}("{quoted}")',), parts=(part,))


def _sums(names: Sequence[str], facts: dict[str, Counts]) -> Iterator[Computed]:
    for size in range(2, len(names) + 1) if len(names) <= _MOST else ():
        for some in combinations(names, size):
            yield Computed(names=some, parts=tuple(facts[name] for name in some))


class Effort(Value, frozen=True, kw_only=True):
    """An effort that a record states or that follows from it."""

    what: str  # planned or actual
    duration: Duration
    expression: str = ""


def computed_efforts(report: Report) -> Iterator[Effort]:
    """Yield all efforts of `report`: those of the whole first."""
    owners: list[tuple[str, Value]] = [("effort", report.effort)]
    owners += [("", phase.effort) for phase in report.phases]
    owners += [("", report.free_effort)]
    owners += [("", state.task) for state in report.tasks]
    for name, owner in owners:
        for what in ("planned", "actual"):
            duration = getattr(owner, what)
            if duration is not None:
                expression = f"{{{{ {name}.{what} }}}}" if name else ""
                yield Effort(what=what, duration=duration, expression=expression)


def computed_open_issues(report: Report) -> frozenset[int]:
    """Return every number that may be called that of the open issues."""
    trackers = [t for t in report.trackers if t.problem is None]
    counts = {
        sum(not issue.closed for issue in tracker.issues.values())
        for tracker in trackers
    }
    return frozenset(counts | ({len(report.open_issues)} if trackers else set()))
