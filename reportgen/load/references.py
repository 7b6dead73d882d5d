"""Finds ids that are taken twice, and references to what a record does not hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial

from reportgen.load.wording import guess, quoted
from reportgen.model import (
    Blocker,
    Diagnostic,
    EvidenceName,
    Moment,
    Phase,
    Record,
    Reference,
    Task,
    Text,
    issue_reference,
    texts_of,
)

Item = Task | Phase | Blocker
_Names = dict[int, set[str]]


def items(record: Record) -> Iterator[Item]:
    """Yield everything that can have an id."""
    yield from record.phases
    yield from record.all_tasks
    yield from record.blockers


def check_references(record: Record) -> Iterator[Diagnostic]:
    """Yield what is wrong with ids, and with texts that refer to them."""
    taken: dict[str, Text] = {}
    own = cache(partial(_own, record))
    for item in items(record):
        if not item.id:
            continue
        if item.id in taken:
            line = taken[item.id].place.line
            message = f"id {quoted(item.id)} is taken by line {line}"
            yield Diagnostic(item.id.place, "duplicate-id", message, "choose another")
        taken.setdefault(item.id, item.id)
    for text in texts_of(record):
        if isinstance(text, EvidenceName) and text not in record.evidence:
            yield _unknown_evidence(text, record.evidence)
        elif isinstance(text, Reference | Moment):
            yield from _unknown_id(text, taken, own)


def _unknown_id(
    text: Text, known: Mapping[str, Text], own: Callable[[], _Names]
) -> Iterator[Diagnostic]:
    for name in text.references if isinstance(text, Moment) else (text,):
        if name and name not in known and issue_reference(name) is None:
            # Nobody means the very thing that waits.
            others = known.keys() - own().get(id(text), set())
            hint = guess(
                name, sorted(others), "give something this id, or name an issue: #17"
            )
            yield Diagnostic(text.place, "unknown-id", f"no id {quoted(name)}", hint)


def _own(record: Record) -> _Names:
    """Return the ids of what each text, by its identity, is a part of or holds up."""
    names: _Names = {}
    for item in items(record):
        for text in texts_of(item):
            names.setdefault(id(text), set()).add(str(item.id))
    for phase in record.phases:
        for text in (*phase.after, *phase.blocked_by):
            names[id(text)].update(str(task.id) for task in phase.tasks)
    return names


def _unknown_evidence(text: Text, known: Mapping[str, object]) -> Diagnostic:
    hint = guess(text, known, "add it under `evidence:`")
    return Diagnostic(
        text.place, "unknown-evidence", f"no evidence {quoted(text)}", hint
    )
