"""The computed figures that prose and metric criteria may name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import NoReturn

from reportgen.model import Coverage, Run
from reportgen.report import Match, Merged, UnknownFigureError, collected, total


class UnknownPatternError(LookupError):
    """A pattern was put together in an expression instead of written out."""


class Unknown:
    """A figure that no readable evidence gives: it is never 0, and never good.

    Whatever is worked out from it is unknown too, and it reads so; where it should
    decide something, or become a number, it raises UnknownFigureError.
    """

    def __str__(self) -> str:
        return "unknown"

    __repr__ = __str__

    def _same(self, *_arguments: object) -> Unknown:
        return self

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _same
    __truediv__ = __rtruediv__ = __floordiv__ = __rfloordiv__ = _same
    __mod__ = __rmod__ = __round__ = __neg__ = __abs__ = _same

    def _undecided(self, *_arguments: object) -> NoReturn:
        raise UnknownFigureError("the figure is unknown")

    __bool__ = __int__ = __float__ = _undecided
    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _undecided
    __hash__ = object.__hash__


UNKNOWN = Unknown()


_WORDS = ("failed", "error", "skipped", "xfailed", "xpassed", "flaky", "unfinished")


class Tests:
    """Counts of tests, and of the tests that a pattern selects among them.

    `total` counts every test, `passed` and the like those that ended so, `lost`
    those without a result, `collected` those that were collected; `percent` is how
    much of `total`, and of what the runs lost beside it, is `passed`, rounded down to
    two digits.  Where a file is missing or cannot be read, every figure is unknown:
    it is not 0.
    """

    def __init__(
        self,
        matches: Sequence[Match],
        narrow: Callable[[str], Sequence[Match]] | None = None,
    ) -> None:
        self._matches = tuple(matches)
        self._narrow = narrow
        tally = total(matches)
        self.total = self._known(tally.total)
        self.passed = self._known(tally.passed)
        for word in _WORDS:
            setattr(self, word, self._known(tally[word]))
        # Nobody knows whether a pattern selects what was lost: at worst it does.
        lost = sum(match.run.lost - match.run.tally.unfinished for match in matches)
        self.percent = self._known(_percent(tally.passed, tally.total + lost))
        self.collected = self._known(collected(matches))
        self.failed_collectors = self._known(
            sum(len(match.selection.collectors) for match in matches)
        )

    def _known(self, figure: float | Unknown) -> float | Unknown:
        readable = all(match.run.problem is None for match in self._matches)
        return figure if self._matches and readable else UNKNOWN

    def __call__(self, pattern: str) -> Tests:
        """Return the counts of the tests that `pattern` selects."""
        if self._narrow is None:
            raise UnknownPatternError("a selection cannot be selected from again")
        matches = self._narrow(str(pattern))
        readable = [match.run for match in matches if match.run.problem is None]
        if any(pattern not in run.selections for run in readable):
            raise UnknownPatternError(
                "the pattern must be written out between quotation marks"
            )
        return Tests(matches)

    @property
    def lost(self) -> float | Unknown:
        """Tests without a result, in the runs as a whole.

        Where a file does not say how many were collected, nobody knows.
        """
        if any(match.run.collected is None for match in self._matches):
            return UNKNOWN
        return self._known(sum(match.run.lost for match in self._matches))

    @property
    def duration(self) -> float | Unknown:
        """Seconds that the runs took, where every file says it."""
        taken = [match.run.duration for match in self._matches]
        known = [seconds for seconds in taken if seconds is not None]
        if len(known) < len(taken):
            return UNKNOWN
        return self._known(round(sum(known), 2))

    def __str__(self) -> str:
        return f"{self.passed} of {self.total}"


class Covered:
    """What coverage.py measured; `percent` is rounded down to two digits."""

    def __init__(self, coverage: Coverage) -> None:
        self.percent = _or_unknown(coverage.rounded)
        self.covered = _or_unknown(coverage.covered)
        self.statements = _or_unknown(coverage.statements)
        self.missing = _or_unknown(coverage.missing)


def _percent(part: int, whole: int) -> float | Unknown:
    return part * 10_000 // whole / 100 if whole else UNKNOWN


def _or_unknown(figure: float | None) -> float | Unknown:
    return UNKNOWN if figure is None else figure


Facts = Mapping[str, object]


def evidence_facts(merged: Merged) -> dict[str, object]:
    """Return the figures of each evidence under its name, and of all as `tests`."""
    facts: dict[str, object] = {}
    # Of several files that go by one name, the one that covers least counts.
    coverages = sorted(merged.coverages, key=lambda each: each.percent or 0)
    for coverage in coverages:
        facts.setdefault(_fact(coverage.evidence), Covered(coverage))
    for coverage in merged.called(None, coverages):
        facts.setdefault("coverage", Covered(coverage))
    for name in dict.fromkeys(run.evidence for run in merged.runs):
        facts[_fact(name)] = _tests(merged, name)
    facts.setdefault("tests", _tests(merged, None))
    # Which of two is meant by `my_tests` nobody knows: `my-tests` goes by it, too.
    names = {run.evidence for run in merged.runs}
    names |= {coverage.evidence for coverage in coverages}
    alike = Counter(map(_fact, names))
    facts.update((fact, UNKNOWN) for fact in alike if alike[fact] > 1)
    return facts


def speaking(merged: Merged, name: str) -> tuple[Run | Coverage, ...]:
    """Return the evidence that the figures called `name` are taken from."""
    sources: tuple[Run | Coverage, ...] = (*merged.runs, *merged.coverages)
    found = tuple(each for each in sources if _fact(each.evidence) == name)
    if found or name not in {"tests", "coverage"}:
        return found
    if name == "tests":
        return merged.present()
    return merged.called(None, merged.coverages)


def _fact(evidence: str) -> str:
    return evidence.replace("-", "_")


def _tests(merged: Merged, name: str | None) -> Tests:
    return Tests(
        merged.matches("", name), narrow=lambda pattern: merged.matches(pattern, name)
    )


def figures(
    facts: Facts, name: str, sources: Sequence[Run | Coverage]
) -> tuple[float, ...]:
    """Return the numbers that `name` stands for: one, or one a file of coverage.

    There are none where a file of `sources` does not say.
    """
    first = name.partition(".")[0]
    files = [{first: Covered(each)} for each in sources if isinstance(each, Coverage)]
    whole = files if len(files) == len(sources) else [facts]
    numbers = [look_up(each, name) for each in whole]
    known = tuple(number for number in numbers if number is not None)
    return known if len(known) == len(numbers) else ()


def look_up(facts: Facts, name: str) -> float | None:
    """Return the number that `name`, such as "coverage.percent", stands for."""
    value: object = facts
    for part in name.split("."):
        if part.startswith("_"):
            return None
        if isinstance(value, Mapping):
            value = value.get(part)
        else:
            value = getattr(value, part, None)
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return float(value) if is_number else None  # type: ignore[arg-type]  # checked
