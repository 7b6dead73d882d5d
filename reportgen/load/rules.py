"""Finds what the types of a record allow and its rules do not."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from reportgen import late
from reportgen.commandline import words_of
from reportgen.model import (
    Diagnostic,
    MetricCriterion,
    Prose,
    Record,
    Severity,
    SummaryLine,
)

# What people put before a line to say how it stands.
_MARK = late.pattern(r"\s*([✅☑✔✓❌✖✗✘⛔🚫⚠❓🔵🟢🟡🔴🔄⏳⌛⏸⏭]\ufe0f?|\[[ xX]\])\s*")


def check_rules(record: Record) -> Iterator[Diagnostic]:
    """Yield every status that somebody typed, and every part that says too little."""
    yield from _typed_marks(record)
    yield from _typed_fields(record)
    yield from _criteria_without_bound(record)
    yield from _bad_commands(record)
    for section in record.sections:
        if section.before and section.after:
            message = f"section {str(section.title)!r} has two places"
            hint = "keep `before:` or `after:`"
            yield Diagnostic(section.place, "two-places", message, hint)


def _typed_marks(record: Record) -> Iterator[Diagnostic]:
    for text in _headlines(record):
        mark = _MARK.match(text)
        if mark:
            message = f"{mark[1]!r} is typed, and marks are derived from evidence"
            yield Diagnostic(
                text.place, "typed-mark", message, "delete it", Severity.WARNING
            )


def _headlines(record: Record) -> Iterator[Prose]:
    """Yield the texts that a derived mark can stand before."""
    yield record.title
    yield from (item.title for item in record.phases)
    yield from (item.title for item in record.all_tasks)
    yield from (item.title for item in record.blockers)
    yield from (criterion.text for criterion in record.criteria)
    for line in record.summary:
        if isinstance(line, SummaryLine):
            yield line.label
            yield line.text
        else:
            yield line


def _typed_fields(record: Record) -> Iterator[Diagnostic]:
    for fields in (record.fields, record.footer):
        for name, value in fields.items():
            if name.casefold() == "status":
                message = "a status is never typed, it is derived from evidence"
                hint = "delete it, or say more with `status_note:`"
                yield Diagnostic(value.place, "typed-status", message, hint)


def _bad_commands(record: Record) -> Iterator[Diagnostic]:
    """Yield the commands that cannot be run; their evidence may be there by now."""
    for source in record.evidence.values():
        words = words_of(source.command) if source.command else ()
        if isinstance(words, Diagnostic):
            yield msgspec.structs.replace(words, severity=Severity.WARNING)


def _criteria_without_bound(record: Record) -> Iterator[Diagnostic]:
    metrics = (c for c in record.all_criteria if isinstance(c, MetricCriterion))
    for criterion in metrics:
        if criterion.at_least is None and criterion.at_most is None:
            message = "this metric has no bound to reach"
            hint = "add `at_least:` or `at_most:`"
            yield Diagnostic(criterion.place, "no-bound", message, hint)
