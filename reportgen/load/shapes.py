"""Describes what a record may hold, as the types of the model have it.

Reading a record and its JSON Schema both follow this description, so that they
cannot disagree.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from inspect import get_annotations
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from msgspec import NODEFAULT

from reportgen.model import FORMATS, Source, Text, Value, Written

# The type of types: a class, or what `typing` makes of several.
Annotation = Any


class Leaf(Value, frozen=True, kw_only=True):
    """One value: a text of some kind, a word of a list, a number, a duration."""

    type: type


class ListOf(Value, frozen=True, kw_only=True):
    """Any number of things of one shape."""

    item: Shape


class MapOf(Value, frozen=True, kw_only=True):
    """Things of one shape by a name that the record chooses."""

    item: Shape


class Files(Value, frozen=True, kw_only=True):
    """A path, a list of paths, or paths by the name of their shard."""


class Sources(Value, frozen=True, kw_only=True):
    """Sources of evidence by name."""


class Field(Value, frozen=True, kw_only=True):
    """A field: its name in a record, its name in the model, and what it is for."""

    name: str
    attribute: str
    shape: Shape
    required: bool
    purpose: str


class Part(Value, frozen=True, kw_only=True):
    """A mapping with known fields, told from others by the field called `key`."""

    cls: type[Written]
    fields: Mapping[str, Field]
    key: str


class Choice(Value, frozen=True, kw_only=True):
    """One of several parts, told by their keys; or, with `leaf`, a plain text."""

    parts: tuple[Part, ...]
    leaf: Leaf | None


Shape = Leaf | ListOf | MapOf | Files | Sources | Part | Choice


@cache
def part_of(cls: type[Written]) -> Part:
    """Return the shape of `cls`."""
    annotations = get_annotations(cls, eval_str=True)
    names = zip(
        cls.__struct_fields__,
        cls.__struct_encode_fields__,
        cls.__struct_defaults__,
        strict=True,
    )
    fields = {
        name: _field(
            attribute, name, annotations[attribute], required=default is NODEFAULT
        )
        for attribute, name, default in names
        if get_origin(annotations.get(attribute)) is Annotated
    }
    required = (field.name for field in fields.values() if field.required)
    return Part(cls=cls, fields=fields, key=next(required, ""))


@cache
def source_part() -> Part:
    """Return the shape of a source, in which the format is the name of a field."""
    formats = {
        name: Field(
            name=name,
            attribute=name,
            shape=Files(),
            required=False,
            purpose=f"files in the format {name}: path, list, or paths by shard",
        )
        for name in FORMATS
    }
    others = part_of(Source).fields
    return Part(cls=Source, fields={**formats, **others}, key=FORMATS[0])


def _field(
    attribute: str, name: str, annotation: Annotation, *, required: bool
) -> Field:
    wanted, purpose = get_args(annotation)
    return Field(
        name=name,
        attribute=attribute,
        shape=_shape(wanted),
        required=required,
        purpose=purpose,
    )


def _shape(annotation: Annotation) -> Shape:
    origin: Any = get_origin(annotation)
    arguments = get_args(annotation)
    if origin in {Union, UnionType}:
        return _choice([one for one in arguments if one is not NoneType])
    if origin is tuple:
        return ListOf(item=_shape(arguments[0]))
    if origin is Mapping:
        value = arguments[1]
        return Sources() if value is Source else MapOf(item=_shape(value))
    if issubclass(annotation, Written):
        return part_of(annotation)
    return Leaf(type=annotation)


def _choice(members: list[Annotation]) -> Shape:
    if len(members) == 1:
        return _shape(members[0])
    leaves = [Leaf(type=member) for member in members if issubclass(member, Text)]
    parts = [part_of(member) for member in members if issubclass(member, Written)]
    return Choice(parts=tuple(parts), leaf=leaves[0] if leaves else None)
