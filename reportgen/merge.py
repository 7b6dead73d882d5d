"""Puts beside each claim of a record the results that speak for it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator

import msgspec

from reportgen.model import (
    CollectedCriterion,
    Coverage,
    FixedCriterion,
    Markdown,
    Prose,
    Query,
    Receipts,
    Record,
    Run,
    Selection,
    Tally,
    Testimony,
    TestsCriterion,
    Tracker,
    Value,
)

EVERYTHING = ""
_EXPRESSION = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_LITERAL = re.compile(r"'([^']*)'|\"([^\"]*)\"")
_TAKES_VALUE = frozenset({"-m", "-k", "-p", "-c", "-n", "-o", "-W", "-r", "--rootdir"})


class Match(Value, frozen=True, kw_only=True):
    """What a pattern selects in one run."""

    run: Run
    selection: Selection


class Merged(Value, frozen=True, kw_only=True):
    """A record beside everything that speaks for it.

    `before` are the names of evidence of the time before the work: it is compared
    with, and never proves anything of the present.
    """

    record: Record
    before: frozenset[str] = frozenset()
    runs: tuple[Run, ...] = ()
    coverages: tuple[Coverage, ...] = ()
    trackers: tuple[Tracker, ...] = ()
    receipts: tuple[Receipts, ...] = ()

    def present(self, name: str | None = None) -> tuple[Run, ...]:
        """Return the runs called `name`, or all runs of the present if it is None."""
        if name is not None:
            return tuple(run for run in self.runs if run.evidence == name)
        return tuple(run for run in self.runs if run.evidence not in self.before)

    def matches(self, pattern: str, name: str | None = None) -> tuple[Match, ...]:
        """Return what `pattern` selects in the runs called `name`, one a run."""
        shard, _, _ = pattern.rpartition("@") if _has_shard(pattern) else ("", "", "")
        return tuple(
            Match(run=run, selection=run.selections.get(pattern, Selection()))
            for run in self.present(name)
            if not shard or run.shard == shard
        )


def merge(record: Record, testimonies: Iterable[Testimony]) -> Merged:
    """Sort `testimonies` by kind, and tell those of before from those of now."""
    kinds: dict[type, list[Testimony]] = {}
    for testimony in testimonies:
        kinds.setdefault(type(testimony), []).append(testimony)
    return Merged(
        record=record,
        before=names_of_before(record),
        runs=tuple(kinds.get(Run, ())),  # type: ignore[arg-type]  # sorted by type
        coverages=tuple(kinds.get(Coverage, ())),  # type: ignore[arg-type]
        trackers=tuple(kinds.get(Tracker, ())),  # type: ignore[arg-type]
        receipts=tuple(kinds.get(Receipts, ())),  # type: ignore[arg-type]
    )


def names_of_before(record: Record) -> frozenset[str]:
    """Return the names of evidence that speaks of the time before the work."""
    named = {
        str(criterion.from_)
        for criterion in _criteria(record)
        if isinstance(criterion, FixedCriterion) and criterion.from_
    }
    return frozenset(named | ({"before"} & record.evidence.keys()))


def ask(record: Record) -> Query:
    """Return every pattern whose tests `record` wants counted or named."""
    patterns = {EVERYTHING}
    named: set[str] = set()
    for criterion in _criteria(record):
        if isinstance(criterion, TestsCriterion):
            patterns.add(str(criterion.tests))
        elif isinstance(criterion, CollectedCriterion):
            patterns.add(str(criterion.collected))
        elif isinstance(criterion, FixedCriterion):
            named.add(str(criterion.fixed))
    for task in record.all_tasks:
        for validation in task.validation:
            patterns.update(pytest_paths(validation.command))
    for prose in _prose(record):
        patterns.update(_literals(prose))
    if names_of_before(record):
        named.add(EVERYTHING)
    return Query(patterns=frozenset(patterns | named), named=frozenset(named))


def pytest_paths(command: str) -> tuple[str, ...]:
    """Return the test paths that the pytest `command` names.

    A command that names none runs everything; one that is not pytest's gives none.
    """
    try:
        words = shlex.split(command, comments=True)
    except ValueError:  # a quotation that never closes: the command is only shown
        return ()
    if not any(word in {"pytest", "py.test"} for word in words):
        return ()
    start = next(i for i, word in enumerate(words) if word in {"pytest", "py.test"})
    paths = []
    skip = False
    for word in words[start + 1 :]:
        if skip or word.startswith("-"):
            skip = not skip and word in _TAKES_VALUE
            continue
        paths.append(word)
    return tuple(paths) or (EVERYTHING,)


def total(matches: Iterable[Match]) -> Tally:
    """Count what `matches` select, all runs together."""
    return sum((match.selection.tally for match in matches), start=Tally())


def _has_shard(pattern: str) -> bool:
    # A shard's name stands before the path: `linux@tests/…`; an `@` further on
    # belongs to a parameter, as in `test_login[user@example.org]`.
    head, at, _ = pattern.partition("@")
    return bool(at) and not re.search(r"[/:\[]", head)


def _criteria(record: Record) -> Iterator[object]:
    for task in record.all_tasks:
        yield from task.acceptance
    for success in record.criteria:
        yield from success.acceptance


def _prose(value: object) -> Iterator[str]:
    if isinstance(value, (Prose, Markdown)):
        yield value
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield from _prose(getattr(value, name))
    elif isinstance(value, dict):
        for each in value.values():
            yield from _prose(each)
    elif isinstance(value, tuple):
        for each in value:
            yield from _prose(each)


def _literals(prose: str) -> Iterator[str]:
    # Every quotation inside an expression may be a pattern: asking for one too
    # many costs nothing, and one too few would leave a figure unknown.
    for expression in _EXPRESSION.findall(prose):
        for single, double in _LITERAL.findall(expression):
            yield single or double
