"""Puts beside each claim of a record the results that speak for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from functools import cache, partial

from reportgen import late
from reportgen.model import (
    EVERYTHING,
    EXPRESSION,
    CollectedCriterion,
    Coverage,
    FixedCriterion,
    MetricCriterion,
    Query,
    Receipts,
    Record,
    Run,
    Testimony,
    TestsCriterion,
    Tracker,
    prose_of,
    pytest_paths,
)
from reportgen.report import Merged

_OF_TESTS = frozenset({"pytest", "junit", "ctrf"})
_LITERAL = late.pattern(r"'([^']*)'|\"([^\"]*)\"")


def merge(record: Record, testimonies: Iterable[Testimony]) -> Merged:
    """Sort `testimonies` by kind, and tell those of before from those of now."""
    known = tuple(testimonies)
    return Merged(
        record=record,
        before=names_of_before(record),
        runs=tuple(each for each in known if isinstance(each, Run)),
        coverages=tuple(each for each in known if isinstance(each, Coverage)),
        trackers=tuple(each for each in known if isinstance(each, Tracker)),
        receipts=tuple(each for each in known if isinstance(each, Receipts)),
    )


def names_of_before(record: Record) -> frozenset[str]:
    """Return the names of evidence that speaks of the time before the work."""
    named = {
        str(criterion.from_)
        for criterion in record.all_criteria
        if isinstance(criterion, FixedCriterion) and criterion.from_
    }
    return frozenset(named | ({"before"} & record.evidence.keys()))


def timely(record: Record, testimonies: Iterable[Testimony]) -> Iterator[Testimony]:
    """Return those of `testimonies` that a change of the work can make stale.

    The state of an issue does not lie in files, and what speaks of before may be as
    old as it likes, unless a criterion lets it speak of now.
    """
    of_now = {getattr(criterion, "in_", None) for criterion in record.all_criteria}
    for criterion in record.all_criteria:
        if isinstance(criterion, MetricCriterion):
            of_now.update(_measured(criterion, record))
    only_before = names_of_before(record) - of_now
    for each in testimonies:
        if not isinstance(each, Tracker) and each.evidence not in only_before:
            yield each


def ask(record: Record) -> Query:
    """Return every pattern whose tests `record` wants counted or named."""
    patterns = {EVERYTHING}
    before = names_of_before(record)
    may_repeat = cache(partial(_may_repeat, record, before))
    fixed = (c for c in record.all_criteria if isinstance(c, FixedCriterion))
    named = {str(criterion.fixed) for criterion in fixed}
    for pattern, name in _counted(record):
        patterns.add(pattern)
        if may_repeat(name):
            named.add(pattern)
    for task in record.all_tasks:
        for validation in task.validation:
            paths = pytest_paths(validation.command)
            if len(paths) > 1:  # one may be below another
                named.update(paths)
    computed = [prose for prose in prose_of(record) if "{{" in prose]
    in_prose = {each for prose in computed for each in _literals(prose)}
    if computed and may_repeat(None):
        named |= in_prose | {EVERYTHING}
    if before:
        named.add(EVERYTHING)
    patterns |= in_prose
    return Query(patterns=frozenset(patterns | named), named=frozenset(named))


def _counted(record: Record) -> Iterator[tuple[str, str | None]]:
    """Yield each pattern whose tests are counted, and the evidence they are in."""
    for criterion in record.all_criteria:
        if isinstance(criterion, TestsCriterion):
            yield str(criterion.tests), criterion.in_
        elif isinstance(criterion, CollectedCriterion):
            yield str(criterion.collected), criterion.in_
        elif isinstance(criterion, MetricCriterion):
            yield from ((EVERYTHING, name) for name in _measured(criterion, record))
    for task in record.all_tasks:
        for validation in task.validation:
            for path in pytest_paths(validation.command):
                yield path, validation.in_


def _measured(criterion: MetricCriterion, record: Record) -> Iterator[str | None]:
    """Yield the names of evidence that a figure can be of; None is all of it."""
    first = criterion.metric.partition(".")[0]
    yield from (name for name in record.evidence if name.replace("-", "_") == first)
    if first == "tests":
        yield None


def _may_repeat(record: Record, before: AbstractSet[str], name: str | None) -> bool:
    """Whether one test may have results in several runs that `name` stands for.

    Then its name is needed, so that it is counted once.  A test in two files of a
    plain list needs none: whoever reads them sees to that.
    """
    sources = [
        source
        for key, source in record.evidence.items()
        if source.format in _OF_TESTS
        and (key == name if name is not None else key not in before)
    ]
    shards = [key for source in sources for key in source.files]
    return len(sources) > 1 or any(key and not key.isdecimal() for key in shards)


def _literals(prose: str) -> Iterator[str]:
    # Every quotation inside an expression may be a pattern: asking for one too
    # many costs nothing, and one too few would leave a figure unknown.
    for expression in EXPRESSION.findall(prose):
        for single, double in _LITERAL.findall(expression):
            yield single or double
