"""Compares the figures that people typed into a record with the computed ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from reportgen.check.typed import Kind, Typed, find_typed
from reportgen.model import (
    Diagnostic,
    Markdown,
    Metric,
    NextSteps,
    Place,
    Prose,
    Risk,
    Severity,
    SuccessCriterion,
    Task,
    Text,
    Waiver,
    Why,
)
from reportgen.report import Report

if TYPE_CHECKING:
    from reportgen.check.computed import Computed

CODE = "typed-figure"

# What speaks of another time, of what may happen, or of what is wished for.
_ELSEWHERE: Mapping[type, frozenset[str]] = {
    Task: frozenset({"title", "problem"}),
    Metric: frozenset({"name", "before", "target"}),
    Risk: frozenset({"title", "response"}),
    NextSteps: frozenset({"items"}),
    SuccessCriterion: frozenset({"text"}),
    Waiver: frozenset({"reason"}),
    Why: frozenset({"why", "because"}),
}


def check_figures(report: Report, *, strict: bool = False) -> Iterator[Diagnostic]:
    """Find figures in prose that are typed and contradict the computed ones.

    A figure agrees with any of its kind that the evidence gives, whatever of.  If
    `strict`, those that agree are shown too, and those that nothing can compute.
    """
    found = [
        (text, owner, typed)
        for text, owner in _texts(report.record, None)
        for typed in find_typed(text)
    ]
    if not found:
        return
    judge = _Judge(report)
    for text, owner, typed in found:
        severity, message, hint = judge.judge(typed, owner)
        if strict or severity is Severity.ERROR:
            place = _place(text, typed.offset)
            yield Diagnostic(place, CODE, message, hint, severity)


def _texts(value: object, owner: Task | None) -> Iterator[tuple[Text, Task | None]]:
    """Yield the prose of a record that speaks of the present, and its task."""
    if isinstance(value, (Prose, Markdown)):
        yield value, owner
    elif isinstance(value, msgspec.Struct):
        owner = value if isinstance(value, Task) else owner
        for name in value.__struct_fields__:
            if name not in _ELSEWHERE.get(type(value), ()):
                yield from _texts(getattr(value, name), owner)
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each, owner)
    elif isinstance(value, tuple):
        for each in value:
            yield from _texts(each, owner)


def _place(text: Text, offset: int) -> Place:
    place = text.place
    below = text.count("\n", 0, offset)
    return Place(place.path, place.line + below, place.column)


_Judgement = tuple[Severity, str, str]  # with a message and a hint


class _Judge:
    """Says of typed figures whether anything in a report agrees with them."""

    def __init__(self, report: Report) -> None:
        from reportgen.check import computed  # noqa: PLC0415  # few figures are typed

        self._tests = computed.computed_tests(report)
        self._efforts = tuple(computed.computed_efforts(report))
        self._issues = computed.computed_open_issues(report)
        self._evidence = {id(state.task): state.evidence for state in report.tasks}

    def judge(self, typed: Typed, owner: Task | None) -> _Judgement:
        """Return how grave `typed` is, in the text of the task `owner`."""
        if typed.kind is Kind.EFFORT:
            return self._effort(typed)
        if typed.kind is Kind.ISSUES:
            return self._open_issues(typed)
        known = self._known(owner)
        if not known:
            return _unknown(typed)
        for computed in known:
            if _agrees(typed, computed):
                return _agreed(typed, _expression(typed, computed))
        first = known[0]
        given = first.ratio("passed" if typed.kind is Kind.RATE else typed.what)
        words = f"{' + '.join(first.names)} gives {given}"
        return _contradicted(typed, words, _expression(typed, first))

    def _known(self, owner: Task | None) -> Sequence[Computed]:
        """Return all counts, those first that most likely are meant."""
        own = {(n.replace("-", "_"),) for n in self._evidence.get(id(owner), ())}
        return sorted(
            self._tests,
            key=lambda each: (each.names not in own, each.names != ("tests",)),
        )

    def _effort(self, typed: Typed) -> _Judgement:
        known = [each for each in self._efforts if each.what == typed.what]
        if not known:
            return _unknown(typed)
        for each in known:
            if (each.duration.low, each.duration.high) == (typed.number, typed.high):
                return _agreed(typed, each.expression)
        words = f"no {typed.what} effort of the record is that"
        return _contradicted(typed, words, known[0].expression)

    def _open_issues(self, typed: Typed) -> _Judgement:
        expression = "{{ open_issues | length }}"
        if not self._issues:
            return _unknown(typed)
        if typed.number in self._issues:
            return _agreed(typed, expression)
        numbers = " or ".join(str(number) for number in sorted(self._issues))
        return _contradicted(typed, f"the tracker gives {numbers}", expression)


def _agrees(typed: Typed, computed: Computed) -> bool:
    if typed.kind is Kind.COUNT:
        return typed.number in computed.numbers(typed.what)
    if typed.kind is Kind.RATIO:
        return (
            typed.number in computed.numbers(typed.what)
            and typed.of in computed.wholes()
        )
    return any(
        _is_rate(typed, good, whole)
        for good in computed.numbers("passed")
        for whole in computed.wholes()
        if whole
    )


def _is_rate(typed: Typed, good: int, whole: int) -> bool:
    """Whether `typed` is the rate to its digits; rounding never reaches 0 or 100."""
    # In whole numbers: fractions are not exact, and 0.5 % would be 0.6 % as well.
    scale: int = 10**typed.digits
    off = abs(100 * good * scale - round(typed.number * scale) * whole)
    return off == 0 if typed.number in {0, 100} else off < whole


def _expression(typed: Typed, computed: Computed) -> str:
    part = computed.expression("passed" if typed.kind is Kind.RATE else typed.what)
    if typed.kind is Kind.COUNT:
        return part
    return f"{part} of {computed.expression('total')}"


def _contradicted(typed: Typed, words: str, expression: str) -> _Judgement:
    message = f"{typed.text!r} is typed, and {words}"
    return Severity.ERROR, message, _write(expression)


def _agreed(typed: Typed, expression: str) -> _Judgement:
    message = f"{typed.text!r} is typed, and agrees with the evidence for now"
    return Severity.NOTE, message, _write(expression)


def _unknown(typed: Typed) -> _Judgement:
    message = f"{typed.text!r} is typed, and no evidence can compute it"
    return Severity.NOTE, message, "add the evidence, or leave the figure out"


def _write(expression: str) -> str:
    return f"write {expression}" if expression else "leave it to the report's tables"
