"""Turns nodes into the parts of a record, as the types of the model have it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from reportgen.load.leaves import read_leaf
from reportgen.load.shapes import (
    Choice,
    Field,
    Files,
    Leaf,
    ListOf,
    MapOf,
    Part,
    Shape,
    Sources,
)
from reportgen.load.wording import ENOUGH, nearest, quoted
from reportgen.load.yaml_text import (
    BrokenNode,
    Entry,
    ListNode,
    MapNode,
    Node,
    ScalarNode,
)
from reportgen.model import (
    FORMATS,
    Diagnostic,
    EvidenceName,
    FilePath,
    Place,
    ShardName,
    Source,
    Task,
    Text,
)

# Values are of any type here: a shape, not the type checker, says which belongs where.
Thing = Any

# Stands where a value would; a finding says why there is none.
WRONG: Thing = object()


class Converter:
    """Turns nodes into values, and gathers what is wrong in `found`.

    What is right is converted all the same, so that one reading shows all mistakes:
    a part whose required field is wrong has an empty text there.
    """

    def __init__(self, hours_a_day: float) -> None:
        self.found: list[Diagnostic] = []
        self._hours_a_day = hours_a_day

    def convert(self, node: Node, shape: Shape) -> Thing:
        """Return what `node` says as a thing of `shape`, or `WRONG`."""
        match node, shape:
            case BrokenNode(), _:
                thing = WRONG
            case ScalarNode(), Leaf():
                thing = self._leaf(node, shape.type)
            case MapNode(), Part():
                thing = self._part(node, shape)
            case ((ScalarNode() | ListNode()), ListOf()):
                thing = self._list(node, shape)
            case MapNode(), MapOf():
                thing = self._map(node, shape)
            case MapNode(), Choice():
                thing = self._choice(node, shape)
            case ScalarNode(), Choice(leaf=Leaf() as leaf):
                thing = self._leaf(node, leaf.type)
            case _, Files():
                thing = self._files(node)
            case MapNode(), Sources():
                thing = self._sources(node)
            case _:
                thing = self._mismatch(node, shape)
        return thing

    def report(self, place: Place, code: str, message: str, hint: str = "") -> None:
        """Note that something is wrong."""
        self.found.append(Diagnostic(place, code, message, hint))

    def _leaf(self, node: ScalarNode, kind: type) -> Thing:
        value = read_leaf(node, kind, self._hours_a_day)
        if isinstance(value, Diagnostic):
            self.found.append(value)
            return WRONG
        return value

    def _list(self, node: ScalarNode | ListNode, shape: ListOf) -> Thing:
        if isinstance(node, ScalarNode):
            if not _takes_text(shape.item):
                return self._mismatch(node, shape)
            node = ListNode(node.place, [node])
        for item in node.items:
            if _is_empty(item):
                hint = "fill it in, or delete the line"
                self.report(item.place, "empty-item", "there is nothing here", hint)
        values = [
            self.convert(item, shape.item) for item in node.items if not _is_empty(item)
        ]
        return tuple(value for value in values if value is not WRONG)

    def _map(self, node: MapNode, shape: MapOf) -> Thing:
        for name, entry in node.entries.items():
            if not name.strip():
                hint = "write one before the ':'"
                self.report(entry.place, "empty-item", "there is no name here", hint)
        values = {
            name: self.convert(entry.node, shape.item)
            for name, entry in node.entries.items()
            if not _is_empty(entry.node)
        }
        return {name: value for name, value in values.items() if value is not WRONG}

    def _part(self, node: MapNode, part: Part) -> Thing:
        return part.cls(place=node.place, **self._fields(node, part))

    def _fields(self, node: MapNode, part: Part) -> dict[str, Thing]:
        """Return the values of the fields of `part` that `node` holds, by attribute."""
        values: dict[str, Thing] = {}
        excused = {
            self._unknown(name, entry, part)
            for name, entry in node.entries.items()
            if name not in part.fields
        }
        for field in part.fields.values():
            entry = node.entries.get(field.name)
            if entry is not None and not _is_empty(entry.node):
                value = self.convert(entry.node, field.shape)
            else:
                value = WRONG
                if field.required and field.name not in excused:
                    self._missing(field, entry, node.place)
            if value is not WRONG:
                values[field.attribute] = value
            elif field.required and isinstance(field.shape, Leaf):
                values[field.attribute] = field.shape.type("", node.place)
        return values

    def _missing(self, field: Field, entry: Entry | None, place: Place) -> None:
        message = f"field {field.name!r} is {'empty' if entry else 'missing'}"
        hint = f"{'fill it in' if entry else 'add it'}: {field.purpose}"
        place = entry.place if entry else place
        self.report(place, "missing-field", message, hint)

    def _unknown(self, name: str, entry: Entry, part: Part) -> str | None:
        """Report a field that `part` has not; return the name that was meant."""
        if name == "status":
            hint = "write `done: true`" if part.cls is Task else "delete it"
            message = "a status is never typed, it is derived from evidence"
            self.report(entry.place, "typed-status", message, hint)
            return None
        known = ", ".join(part.fields)
        meant = nearest(name, part.fields) if len(self.found) < ENOUGH else None
        hint = f"did you mean {meant!r}?" if meant else f"fields here: {known}"
        self.report(entry.place, "unknown-field", f"no field {quoted(name)}", hint)
        return meant

    def _choice(self, node: MapNode, choice: Choice) -> Thing:
        if len(choice.parts) == 1:
            (part,) = choice.parts
            names = tuple(node.entries)
            if len(names) == 1 and not nearest(names[0], part.fields):
                return self._mismatch(node, choice)  # a text that holds ": "
            return self._part(node, part)
        kinds = {part.key: part for part in choice.parts}
        match [name for name in node.entries if name in kinds]:
            case []:
                self._no_kind(node, tuple(kinds))
            case [name]:
                return self._part(node, kinds[name])
            case written:
                first, second = written[:2]
                place = node.entries[second].place
                message = f"{first!r} and {second!r} are two criteria in one"
                self.report(place, "two-kinds", message, "begin the second with '- '")
        return WRONG

    def _no_kind(self, node: MapNode, names: Sequence[str]) -> None:
        for name, entry in node.entries.items():
            meant = nearest(name, names)
            if meant:
                hint = f"did you mean {meant!r}?"
                message = f"no field {quoted(name)}"
                self.report(entry.place, "unknown-field", message, hint)
                return
        message = "this criterion does not say what it looks at"
        self.report(node.place, "no-kind", message, f"add one of {', '.join(names)}")

    def _sources(self, node: MapNode) -> Mapping[str, Source]:
        return {name: self._source(name, entry) for name, entry in node.entries.items()}

    def _source(self, key: str, entry: Entry) -> Source:
        self._leaf(ScalarNode(entry.place, key), EvidenceName)
        name = Text(key, entry.place)
        written, part = entry.node, Part(cls=Source)
        values: dict[str, Thing] = {}
        formats: list[str] = []
        if isinstance(written, MapNode):
            formats = [key for key in written.entries if key in FORMATS]
            self._complain_of_formats(name, written.entries, formats)
            values = self._fields(written, part)
        elif not isinstance(written, BrokenNode):
            self._mismatch(written, part)
        files = [values.pop(key) for key in FORMATS if key in values]
        return Source(
            place=written.place,
            name=name,
            format=formats[0] if formats else "",
            files=files[0] if files else {},
            **values,
        )

    def _complain_of_formats(
        self, name: Text, entries: Mapping[str, Entry], formats: Sequence[str]
    ) -> None:
        known = Part(cls=Source).fields
        for key in formats:
            if _is_empty(entries[key].node):
                self._missing(known[key], entries[key], name.place)
        unknown = (key for key in entries if key not in known)
        if not formats and not any(nearest(key, FORMATS) for key in unknown):
            message = f"evidence {quoted(name)} has no files"
            hint = f"add one of {', '.join(FORMATS)}"
            self.report(name.place, "no-kind", message, hint)
        for key in formats[1:]:
            message = f"{formats[0]!r} and {key!r} are two formats in one"
            hint = "give each a name of its own"
            self.report(entries[key].place, "two-kinds", message, hint)

    def _files(self, node: Node) -> Mapping[str, FilePath]:
        """Return paths by name, as `Source` has them."""
        match node:
            case ListNode(items=[single]):
                nodes = {"": single}
            case ListNode():
                nodes = {str(n): item for n, item in enumerate(node.items, start=1)}
            case MapNode():
                nodes = {name: entry.node for name, entry in node.entries.items()}
                for name, entry in node.entries.items():
                    self._leaf(ScalarNode(entry.place, name), ShardName)
            case _:
                nodes = {"": node}
        if not nodes:
            self.report(node.place, "empty-item", "there is no path here", "add one")
        paths = {n: self.convert(one, Leaf(type=FilePath)) for n, one in nodes.items()}
        return {name: path for name, path in paths.items() if path is not WRONG}

    def _mismatch(self, node: Node, shape: Shape) -> Thing:
        from reportgen.load.mismatch import mismatch  # noqa: PLC0415  # most fits

        self.found.append(mismatch(node, shape))
        return WRONG


def _is_empty(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.empty


def _takes_text(shape: Shape) -> bool:
    leaf = shape.leaf if isinstance(shape, Choice) else shape
    return isinstance(leaf, Leaf)
