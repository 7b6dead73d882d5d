"""Finds ids that are taken twice, and references to what a record does not hold."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from collections.abc import Set as AbstractSet

from reportgen.load.wording import ENOUGH, guess, quoted
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


def items(record: Record) -> Iterator[Item]:
    """Yield everything that can have an id."""
    yield from record.phases
    yield from record.all_tasks
    yield from record.blockers


def check_references(record: Record) -> Iterator[Diagnostic]:
    """Yield what is wrong with ids, and with texts that refer to them."""
    taken: dict[str, Text] = {}
    for item in items(record):
        if not item.id:
            continue
        if item.id in taken:
            line = taken[item.id].place.line
            message = f"id {quoted(item.id)} is taken by line {line}"
            yield Diagnostic(item.id.place, "duplicate-id", message, "choose another")
        taken.setdefault(item.id, item.id)
    texts = tuple(texts_of(record))
    yield from _unknown_ids(record, texts, taken.keys())
    yield from _unknown_evidence(texts, record.evidence)


def _unknown_ids(
    record: Record, texts: Iterable[Text], known: AbstractSet[str]
) -> Iterator[Diagnostic]:
    unknown = [
        (text, name)
        for text in texts
        if isinstance(text, Reference | Moment)
        for name in (text.references if isinstance(text, Moment) else (text,))
        if name and name not in known and issue_reference(name) is None
    ]
    own = _own(record, [text for text, _ in unknown[:ENOUGH]])
    for number, (text, name) in enumerate(unknown):
        # Nobody means the very thing that waits.
        others = sorted(known - own[id(text)]) if number < ENOUGH else ()
        hint = guess(name, others, "give something this id, or name an issue: #17")
        yield Diagnostic(text.place, "unknown-id", f"no id {quoted(name)}", hint)


def _own(record: Record, texts: Iterable[Text]) -> dict[int, set[str]]:
    """Return the ids of what each text, by its identity, is a part of or holds up."""
    names: dict[int, set[str]] = {id(text): set() for text in texts}
    for item in items(record) if names else ():
        for text in texts_of(item):
            if id(text) in names:
                names[id(text)].add(str(item.id))
    for phase in record.phases:
        for text in (*phase.after, *phase.blocked_by):
            if id(text) in names:
                names[id(text)].update(str(task.id) for task in phase.tasks)
    return names


def _unknown_evidence(
    texts: Iterable[Text], known: Collection[str]
) -> Iterator[Diagnostic]:
    unknown = (t for t in texts if isinstance(t, EvidenceName) and t not in known)
    for number, text in enumerate(unknown):
        near = known if number < ENOUGH else ()
        hint = guess(text, near, "add it under `evidence:`")
        message = f"no evidence {quoted(text)}"
        yield Diagnostic(text.place, "unknown-evidence", message, hint)
