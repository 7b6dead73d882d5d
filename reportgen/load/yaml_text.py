"""Reads YAML into nodes that keep their places; nothing is constructed from it.

Scalars stay the text that was written.  Whatever makes one part of a file depend
on another, or on Python, is refused: anchors, aliases, merge keys and tags.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

import msgspec
import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from reportgen import late
from reportgen.load.text_file import forbidden
from reportgen.load.wording import quoted
from reportgen.model import Diagnostic, Place

DEEPEST = 32  # levels; a record needs eight
MOST_NODES = 200_000

# The stubs say that events may lack their marks; those of a parser have them.
_Event = Any

# The parser in C is some ten times faster; the events are the same.
_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)

_ISSUE_AS_COMMENT = late.pattern(r"[ \t]+(#\d\S*)")


class ScalarNode(msgspec.Struct, gc=False):
    """A text as it was written; `plain` means without quotes."""

    place: Place
    text: str
    plain: bool = False

    @property
    def empty(self) -> bool:
        """Whether nothing was written."""
        return not self.text.strip() or (self.plain and self.text in {"~", "null"})


class ListNode(msgspec.Struct, gc=False):
    """Nodes in order."""

    place: Place
    items: list[Node]


class MapNode(msgspec.Struct, gc=False):
    """Nodes by name, each with the place of its name."""

    place: Place
    entries: dict[str, Entry]


class BrokenNode(msgspec.Struct, gc=False):
    """Something that a finding speaks of already."""

    place: Place


Node = ScalarNode | ListNode | MapNode | BrokenNode


class Entry(msgspec.Struct, gc=False):
    """A value in a mapping, and where its name stands."""

    place: Place
    node: Node


def parse_yaml(text: str, shown: str) -> tuple[Node | None, list[Diagnostic]]:
    """Return the one document in `text`, or None; and everything wrong on the way.

    Memory and time are bounded by the length of `text`, whatever it holds.
    """
    reader = _Reader(text, shown)
    try:
        return reader.document(), reader.found
    except _StopError:
        return None, reader.found
    except yaml.MarkedYAMLError as error:
        from reportgen.load.yaml_trouble import explain  # noqa: PLC0415  # few are wrong

        return None, [*reader.found, explain(error, reader.lines, shown)]
    except (yaml.YAMLError, ValueError) as error:
        # ValueError: the parser in Python, on escapes beyond Unicode.
        reader.report(Place(shown), "yaml-syntax", quoted(str(error)))
        return None, reader.found


class _StopError(Exception):
    """There is no point in reading on; a finding says why."""


class _Reader:
    """Puts the events of a parser together to nodes, each with all that is in it."""

    def __init__(self, text: str, shown: str) -> None:
        self.lines = text.split("\n")
        self.found: list[Diagnostic] = []
        self._text = text
        self._shown = shown
        self._left = MOST_NODES
        self._suspects = {
            number
            for number, line in enumerate(self.lines)
            if "#" in line and _ISSUE_AS_COMMENT.search(line)
        }

    def report(self, place: Place, code: str, message: str, hint: str = "") -> None:
        """Note that something is wrong."""
        self.found.append(Diagnostic(place, code, message, hint))

    def document(self) -> Node | None:
        """Return the one document, None if there is none."""
        self._next: Callable[[], _Event] = _LOADER(self._text).get_event
        root = None
        event: _Event
        while (event := self._next()) is not None:
            mark = event.start_mark
            if isinstance(event, NodeEvent):
                root = self._node(event, 0)
            elif isinstance(event, DocumentStartEvent) and root is not None:
                place = Place(self._shown, mark.line + 1, mark.column + 1)
                message = "a second document begins"
                self._stop(place, "yaml-documents", message, "delete it")
        return root

    def _node(self, event: _Event, depth: int) -> Node:
        """Return what begins with `event`, so many levels deep."""
        mark = event.start_mark
        place = Place(self._shown, mark.line + 1, mark.column + 1)
        kind = type(event)
        node: Node
        if kind is ScalarEvent:
            node = self._scalar(event, place)
        elif kind is AliasEvent:
            node = self._alias(event, place)
        else:
            node = self._collection(event, place, depth)
        self._left -= 1
        if self._left < 0:
            message = f"the file holds more than {MOST_NODES:,} values"
            self._stop(node.place, "too-large", message, "split it")
        return node

    def _collection(self, event: _Event, place: Place, depth: int) -> Node:
        refused = self._refuses(event, place)
        if depth >= DEEPEST:
            message = f"this is {DEEPEST} levels deep"
            self._stop(place, "too-deep", message, "flatten it")
        node: Node
        if type(event) is SequenceStartEvent:
            node = self._list(place, depth + 1)
        else:
            node = self._map(place, depth + 1)
        return BrokenNode(place) if refused else node

    def _list(self, place: Place, depth: int) -> Node:
        items = []
        while type(event := self._next()) is not SequenceEndEvent:
            items.append(self._node(event, depth))
        return ListNode(place, items)

    def _map(self, place: Place, depth: int) -> Node:
        entries: dict[str, Entry] = {}
        broken = False
        while type(event := self._next()) is not MappingEndEvent:
            key = self._node(event, depth)
            value = self._node(self._next(), depth)
            if type(key) is not ScalarNode:
                broken = True
                self._complain_of_key(place, key)
            elif key.text == "<<" and key.plain:
                message = "'<<' repeats fields from elsewhere"
                self.report(key.place, "yaml-alias", message, "write the fields out")
            elif key.text in entries:
                first = entries[key.text].place.line
                message = f"field {quoted(key.text)} is repeated"
                hint = f"keep one: the first is in line {first}"
                self.report(key.place, "repeated-field", message, hint)
            else:
                entries[key.text] = Entry(key.place, value)
        return BrokenNode(place) if broken else MapNode(place, entries)

    def _scalar(self, event: _Event, place: Place) -> Node:
        if self._refuses(event, place):
            return BrokenNode(place)
        style = event.style
        if not style:
            if self._suspects and event.end_mark.line in self._suspects:
                self._complain_of_comment(event)
            return ScalarNode(place, event.value, plain=True)
        if style == '"' and (match := forbidden(event.value)):
            message = f"U+{ord(match[0]):04X} does not belong in a text"
            self.report(place, "control-character", message, "delete it")
            return BrokenNode(place)
        if style in "|>":
            place = self._first_line(event)
        return ScalarNode(place, event.value)

    def _first_line(self, event: _Event) -> Place:
        # A block begins with `|`; what is wrong in it stands on the lines below.
        first, last = event.start_mark.line + 1, event.end_mark.line
        texts = (line for line in self.lines[first : last + 1] if line.strip())
        line = next(texts, "")
        indent = len(line) - len(line.lstrip(" "))
        return Place(self._shown, first + 1, indent + 1)

    def _complain_of_comment(self, event: _Event) -> None:
        end = event.end_mark
        match = _ISSUE_AS_COMMENT.match(self.lines[end.line], end.column)
        if match:
            self.report(
                Place(self._shown, end.line + 1, match.start(1) + 1),
                "cut-text",
                f"{quoted(match[1])} is a comment here and does not reach the report",
                "quote the whole text, or put a space after '#'",
            )

    def _alias(self, event: _Event, place: Place) -> Node:
        message = f"{quoted('*' + event.anchor)} repeats another part of the file"
        hint = "write it out, or quote a text that begins with '*'"
        self.report(place, "yaml-alias", message, hint)
        return BrokenNode(place)

    def _refuses(self, event: _Event, place: Place) -> bool:
        """Report the anchor or the tag of `event`; return whether it has one."""
        if event.anchor is None and event.tag is None:
            return False
        mark = event.start_mark
        written = self.lines[mark.line][mark.column :].split(maxsplit=1)[0]
        if event.anchor is not None:
            message = f"{quoted(written)} names a part of the file to repeat it"
            hint = "delete it, or quote a text that begins with '&'"
            self.report(place, "yaml-alias", message, hint)
        else:
            message = f"{quoted(written)} is a tag, and tags are not read"
            hint = "delete it, or quote a text that begins with '!'"
            self.report(place, "yaml-tag", message, hint)
        return True

    def _complain_of_key(self, place: Place, key: Node) -> None:
        from reportgen.load.yaml_trouble import unquoted_expression  # noqa: PLC0415  # likewise

        found = unquoted_expression(self.lines, place)
        if found:
            self.found.append(found)
        elif not isinstance(key, BrokenNode):
            message = "the name of a field is a text, not a list or a mapping"
            hint = "quote a text that begins with '{' or '['"
            self.report(key.place, "yaml-key", message, hint)

    def _stop(self, place: Place, code: str, message: str, hint: str) -> NoReturn:
        self.report(place, code, message, hint)
        raise _StopError
