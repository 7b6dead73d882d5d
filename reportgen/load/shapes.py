"""Describes what a record may hold, as the types of the model have it.

Reading a record and its JSON Schema both follow this description, so that they
cannot disagree.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin

from msgspec import NODEFAULT

from reportgen import model
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
    """A field: its name in a record, its name in the model, and what it is for.

    `annotation` is its type as the model has it.
    """

    name: str
    attribute: str
    annotation: str
    required: bool = False

    @property
    def shape(self) -> Shape:
        """What can stand there; worked out for fields that a record has."""
        shape, _ = _meaning(self.annotation)
        return shape

    @property
    def purpose(self) -> str:
        """What it is for."""
        _, purpose = _meaning(self.annotation)
        return purpose


class Part(Value, frozen=True, kw_only=True):
    """A mapping with known fields, told from others by the field called `key`."""

    cls: type[Written]

    @property
    def fields(self) -> Mapping[str, Field]:
        """The fields by name; worked out for parts that a record has."""
        return _fields(self.cls)

    @property
    def key(self) -> str:
        """The name of the first field that it cannot do without."""
        return _key(self.cls)


class Choice(Value, frozen=True, kw_only=True):
    """One of several parts, told by their keys; or, with `leaf`, a plain text."""

    parts: tuple[Part, ...]
    leaf: Leaf | None


Shape = Leaf | ListOf | MapOf | Files | Sources | Part | Choice


@cache
def _fields(cls: type[Written]) -> Mapping[str, Field]:
    """Return the fields of `cls`; in a source, each format is the name of one."""
    formats = map(_format, FORMATS if cls is Source else ())
    return {field.name: field for field in (*formats, *_written(cls))}


@cache
def _key(cls: type[Written]) -> str:
    needed = (field.name for field in _written(cls) if field.required)
    return FORMATS[0] if cls is Source else next(needed, "")


def _written(cls: type[Written]) -> Iterator[Field]:
    """Yield the fields of `cls` that say what they are for."""
    for attribute, name, default in zip(
        cls.__struct_fields__,
        cls.__struct_encode_fields__,
        cls.__struct_defaults__,
        strict=True,
    ):
        annotation = cls.__annotations__.get(attribute, "")
        if annotation.startswith("Annotated["):
            yield Field(
                name=name,
                attribute=attribute,
                annotation=annotation,
                required=default is NODEFAULT,
            )


def _format(name: str) -> Field:
    purpose = f"files in the format {name}: path, list, or paths by shard"
    return Field(name=name, attribute=name, annotation=f"Annotated[Files, {purpose!r}]")


class _Annotated:
    # The one of `typing` takes longer than it takes to read a small record.
    def __class_getitem__(cls, pair: tuple[Annotation, str]) -> tuple[Annotation, str]:
        return pair


@cache
def _meaning(annotation: str) -> tuple[Shape, str]:
    """Return the shape that `annotation` stands for, and its purpose."""
    names = {"Annotated": _Annotated, "Files": Files}
    wanted, purpose = eval(annotation, vars(model), names)  # noqa: S307  # the model's own
    return _shape(wanted), purpose


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
    if annotation is Files:
        return Files()
    if issubclass(annotation, Written):
        return Part(cls=annotation)
    return Leaf(type=annotation)


def _choice(members: list[Annotation]) -> Shape:
    if len(members) == 1:
        return _shape(members[0])
    leaves = [Leaf(type=member) for member in members if issubclass(member, Text)]
    parts = [Part(cls=member) for member in members if issubclass(member, Written)]
    return Choice(parts=tuple(parts), leaf=leaves[0] if leaves else None)
