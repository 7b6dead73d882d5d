"""Reads a record with all its mistakes in one pass."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from reportgen.load.convert import Converter
from reportgen.load.dependencies import check_dependencies
from reportgen.load.found import is_file, twin_of
from reportgen.load.references import check_references
from reportgen.load.rules import check_rules
from reportgen.load.shapes import Part
from reportgen.load.text_file import read_text
from reportgen.load.yaml_text import BrokenNode, MapNode, ScalarNode, parse_yaml
from reportgen.model import Diagnostic, Place, Record, Severity


def load_record(
    path: Path, shown: str, *, hours_a_day: float = 8.0
) -> tuple[Record | None, tuple[Diagnostic, ...]]:
    """Return the record in `path`, and everything wrong with it, sorted by place.

    There is no record where anything is an error.  Messages call the file `shown`;
    a day of work has `hours_a_day`.
    """
    text = read_text(path, shown)
    if isinstance(text, Diagnostic):
        return None, (text,)
    record, found = read_record(text, shown, hours_a_day=hours_a_day)
    twin = twin_of(path.absolute())
    if is_file(twin):
        message = f"{twin.name} of the same name is there too"
        hint = "keep one of the two"
        found = (Diagnostic(Place(shown), "two-records", message, hint), *found)
        return None, tuple(sorted(found))
    return record, found


def read_record(
    text: str, shown: str, *, hours_a_day: float = 8.0
) -> tuple[Record | None, tuple[Diagnostic, ...]]:
    """Return the record that `text` says, as `load_record` does.

    The text is clean, as `read_text` gives it.
    """
    converter = Converter(hours_a_day)
    node, found = parse_yaml(text, shown)
    if isinstance(node, MapNode):
        record: Record | None = converter.convert(node, Part(cls=Record))
    else:
        record = None
        if node is None or (isinstance(node, ScalarNode) and node.empty):
            found += [] if found else [_empty(shown)]
        elif not isinstance(node, BrokenNode):
            converter.convert(node, Part(cls=Record))
    found += converter.found
    if record is not None:
        errors = (one.place for one in found if one.severity is Severity.ERROR)
        found += _check(record, tuple(errors))
    if any(one.severity is Severity.ERROR for one in found):
        record = None
    return record, tuple(sorted(set(found)))


def _check(record: Record, mistakes: Sequence[Place]) -> Iterator[Diagnostic]:
    yield from check_rules(record)
    yield from check_references(record)
    yield from check_dependencies(record, mistakes)


def _empty(shown: str) -> Diagnostic:
    return Diagnostic(
        Place(shown), "empty-record", "there is nothing in it", "begin with `title:`"
    )
