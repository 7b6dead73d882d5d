"""Writes the JSON Schema of a record, from the types that read one, for editors."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from reportgen.load.leaves import FORMS
from reportgen.load.shapes import (
    Choice,
    Field,
    Files,
    Leaf,
    ListOf,
    MapOf,
    Part,
    Shape,
)
from reportgen.model import (
    FORMATS,
    Age,
    Duration,
    EvidenceName,
    FilePath,
    Json,
    ShardName,
    Source,
    Written,
)

# A text stays what was written, so that YAML's numbers and truths are texts too.
_TEXT: Json = {"type": ["string", "number", "boolean"]}

# A field without a value is a field left out.
_ABSENT: Json = {"type": ["null", "string"], "pattern": r"^\s*$"}

_SIMPLE: Mapping[type, Json] = {
    bool: {"type": "boolean"},
    int: {"type": "integer", "minimum": 1},
    float: {"type": "number"},
    Duration: {"type": "string", "examples": ["90m", "1h30m", "2-3 days", "~2 hours"]},
    Age: {"type": "string", "examples": ["12h", "7 days"]},
}


def record_schema() -> Json:
    """Return the JSON Schema (draft 2020-12) of a record.

    Every record that can be read is valid; ids, dates that do not exist and the like
    are found only in reading.
    """
    parts = {cls.__name__: _part(Part(cls=cls)) for cls in Written.__subclasses__()}
    root = parts.pop("Record")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Record of reportgen",
        **root,
        "$defs": dict(sorted(parts.items())),
    }


def _part(part: Part) -> Json:
    schema: Json = {
        "type": "object",
        "description": (part.cls.__doc__ or "").partition("\n")[0],
        "properties": {field.name: _field(field) for field in part.fields.values()},
        "additionalProperties": False,
    }
    required = [field.name for field in part.fields.values() if field.required]
    if required:
        schema["required"] = required
    if part.cls is Source:
        schema["oneOf"] = [{"required": [name]} for name in FORMATS]
    return schema


def _field(field: Field) -> Json:
    schema = _shape(field.shape)
    if not field.required:
        schema = {"anyOf": [schema, _ABSENT]}
    elif isinstance(field.shape, Leaf):
        schema = {"pattern": r"\S", **schema}
    return {"description": field.purpose, **schema}


def _shape(shape: Shape) -> Json:
    match shape:
        case Leaf():
            schema = _leaf(shape.type)
        case ListOf():
            schema = _list(shape.item)
        case MapOf():
            item = {"anyOf": [_shape(shape.item), _ABSENT]}
            schema = {"type": "object", "additionalProperties": item}
        case Part():
            schema = _reference(shape)
        case Choice():
            parts = [_reference(part) for part in shape.parts]
            leaves = [_leaf(shape.leaf.type)] if shape.leaf else []
            schema = {"anyOf": [*parts, *leaves]}
        case Files():
            schema = _files()
        case _:
            schema = _sources()
    return schema


def _list(item: Shape) -> Json:
    many = {"type": "array", "items": _shape(item)}
    leaf = item.leaf if isinstance(item, Choice) else item
    if isinstance(leaf, Leaf):  # one text is a list of one
        return {"anyOf": [_leaf(leaf.type), many]}
    return many


def _reference(part: Part) -> Json:
    return {"$ref": f"#/$defs/{part.cls.__name__}"}


def _leaf(kind: type) -> Json:
    if kind in _SIMPLE:
        return dict(_SIMPLE[kind])
    if issubclass(kind, StrEnum):
        return {"enum": [str(word) for word in kind]}
    if kind in FORMS:
        return {**_TEXT, "pattern": f"^(?:{FORMS[kind].pattern})$"}
    return dict(_TEXT)


def _files() -> Json:
    path = _leaf(FilePath)
    many = {"type": "array", "items": path, "minItems": 1}
    shards = {
        "type": "object",
        "propertyNames": {"pattern": _leaf(ShardName)["pattern"]},
        "additionalProperties": path,
        "minProperties": 1,
    }
    return {"anyOf": [path, many, shards]}


def _sources() -> Json:
    return {
        "type": "object",
        "propertyNames": {"pattern": _leaf(EvidenceName)["pattern"]},
        "additionalProperties": _reference(Part(cls=Source)),
    }
