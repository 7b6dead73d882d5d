"""Reads a record with all its mistakes in one pass."""

from __future__ import annotations

from pathlib import Path

from reportgen.load.convert import Converter
from reportgen.load.dependencies import check_dependencies
from reportgen.load.found import is_file, twin_of
from reportgen.load.references import check_references
from reportgen.load.rules import check_rules
from reportgen.load.shapes import Part
from reportgen.load.text_file import read_text
from reportgen.load.yaml_text import ScalarNode, parse_yaml
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
    node, found = parse_yaml(text, shown)
    if node is None or (isinstance(node, ScalarNode) and node.empty):
        message, hint = "there is nothing in it", "begin with `title:`"
        empty = Diagnostic(Place(shown), "empty-record", message, hint)
        return None, tuple(sorted(set(found))) or (empty,)
    converter = Converter(hours_a_day)
    made = converter.convert(node, Part(cls=Record))
    record = made if isinstance(made, Record) else None
    found += converter.found
    if record is not None:
        mistakes = [one.place for one in found if one.severity is Severity.ERROR]
        found += check_rules(record)
        found += check_references(record)
        found += check_dependencies(record, mistakes)
    if any(one.severity is Severity.ERROR for one in found):
        record = None
    return record, tuple(sorted(set(found)))
