"""Reads YAML into nodes that keep their places; nothing is constructed from it.

Scalars stay the text that was written.  Whatever makes one part of a file depend
on another, or on Python, is refused: anchors, aliases, merge keys and tags.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec
import yaml

from reportgen.load.text_file import FORBIDDEN
from reportgen.load.wording import quoted
from reportgen.load.yaml_trouble import explain, unquoted_expression
from reportgen.model import Diagnostic, Place

DEEPEST = 32  # levels; a record needs eight
MOST_NODES = 200_000

# The stubs say that events may lack their marks; those of a parser have them.
_Event = Any

# The parser in C is some ten times faster; the events are the same.
_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)

_ISSUE_AS_COMMENT = re.compile(r"[ \t]+(#\d\S*)")


class ScalarNode(msgspec.Struct):
    """A text as it was written; `plain` means without quotes."""

    place: Place
    text: str
    plain: bool = False

    @property
    def empty(self) -> bool:
        """Whether nothing was written."""
        return not self.text.strip() or (self.plain and self.text in {"~", "null"})


class ListNode(msgspec.Struct):
    """Nodes in order."""

    place: Place
    items: list[Node]


class MapNode(msgspec.Struct):
    """Nodes by name, each with the place of its name."""

    place: Place
    entries: dict[str, Entry]


class BrokenNode(msgspec.Struct):
    """Something that a finding speaks of already."""

    place: Place


Node = ScalarNode | ListNode | MapNode | BrokenNode


class Entry(msgspec.Struct):
    """A value in a mapping, and where its name stands."""

    place: Place
    node: Node


def parse_yaml(text: str, shown: str) -> tuple[Node | None, list[Diagnostic]]:
    """Return the one document in `text`, or None; and everything wrong on the way.

    Memory and time are bounded by the length of `text`, whatever it holds.
    """
    builder = _Builder(text, shown)
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            builder.take(event)
            if builder.stopped:
                return None, builder.found
    except yaml.MarkedYAMLError as error:
        return None, [*builder.found, explain(error, builder.lines, shown)]
    except (yaml.YAMLError, ValueError) as error:
        # ValueError: the parser in Python, on escapes beyond Unicode.
        builder.report(Place(shown), "yaml-syntax", quoted(str(error)))
        return None, builder.found
    return builder.root, builder.found


class _Open(msgspec.Struct):
    """A list or mapping whose end has not come yet."""

    node: ListNode | MapNode
    key: Node | None = None
    broken: bool = False


class _Builder:
    """Puts events together to nodes, with a stack of its own."""

    def __init__(self, text: str, shown: str) -> None:
        self.lines = text.split("\n")
        self.root: Node | None = None
        self.found: list[Diagnostic] = []
        self.stopped = False
        self._shown = shown
        self._stack: list[_Open] = []
        self._documents = 0
        self._nodes = 0
        self._suspects = {
            number
            for number, line in enumerate(self.lines)
            if "#" in line and _ISSUE_AS_COMMENT.search(line)
        }

    def report(self, place: Place, code: str, message: str, hint: str = "") -> None:
        """Note that something is wrong."""
        self.found.append(Diagnostic(place, code, message, hint))

    def take(self, event: _Event) -> None:
        """Take the next event of the parser."""
        match event:
            case yaml.ScalarEvent():
                self._add(self._scalar(event))
            case yaml.MappingStartEvent():
                self._open(event, MapNode(self._place(event), {}))
            case yaml.SequenceStartEvent():
                self._open(event, ListNode(self._place(event), []))
            case yaml.CollectionEndEvent():
                self._close()
            case yaml.AliasEvent():
                self._add(self._alias(event))
            case yaml.DocumentStartEvent():
                self._document(event)
            case _:
                pass

    def _place(self, event: _Event) -> Place:
        mark = event.start_mark
        return Place(self._shown, mark.line + 1, mark.column + 1)

    def _document(self, event: _Event) -> None:
        self._documents += 1
        if self._documents > 1:
            self._stop(event, "yaml-documents", "a second document begins", "delete it")

    def _scalar(self, event: _Event) -> Node:
        place = self._place(event)
        if event.anchor is not None or event.tag is not None:
            return self._marked(event, place)
        if not event.style:
            if event.end_mark.line in self._suspects:
                self._complain_of_comment(event)
            return ScalarNode(place, event.value, plain=True)
        if event.style == '"' and (match := FORBIDDEN.search(event.value)):
            message = f"U+{ord(match[0]):04X} does not belong in a text"
            self.report(place, "control-character", message, "delete it")
            return BrokenNode(place)
        if event.style in "|>":
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

    def _alias(self, event: _Event) -> Node:
        place = self._place(event)
        message = f"{quoted('*' + event.anchor)} repeats another part of the file"
        hint = "write it out, or quote a text that begins with '*'"
        self.report(place, "yaml-alias", message, hint)
        return BrokenNode(place)

    def _marked(self, event: _Event, place: Place) -> Node:
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
        return BrokenNode(place)

    def _open(self, event: _Event, node: ListNode | MapNode) -> None:
        broken = event.anchor is not None or event.tag is not None
        if broken:
            self._marked(event, node.place)
        if len(self._stack) >= DEEPEST:
            self._stop(
                event, "too-deep", f"this is {DEEPEST} levels deep", "flatten it"
            )
        self._stack.append(_Open(node, broken=broken))

    def _close(self) -> None:
        done = self._stack.pop()
        self._add(BrokenNode(done.node.place) if done.broken else done.node)

    def _add(self, node: Node) -> None:
        self._nodes += 1
        if self._nodes > MOST_NODES:
            message = f"the file holds more than {MOST_NODES:,} values"
            self.report(node.place, "too-large", message, "split it")
            self.stopped = True
        if not self._stack:
            self.root = node
            return
        top = self._stack[-1]
        if isinstance(top.node, ListNode):
            top.node.items.append(node)
        elif top.key is None:
            top.key = node
        else:
            key, top.key = top.key, None
            self._put(top, top.node.entries, key, node)

    def _put(
        self, top: _Open, entries: dict[str, Entry], key: Node, value: Node
    ) -> None:
        if not isinstance(key, ScalarNode):
            top.broken = True
            self._complain_of_key(top, key)
        elif key.text == "<<" and key.plain:
            hint = "write the fields out"
            message = "'<<' repeats fields from elsewhere"
            self.report(key.place, "yaml-alias", message, hint)
        elif key.text in entries:
            first = entries[key.text].place.line
            message = f"field {quoted(key.text)} is repeated"
            hint = f"keep one: the first is in line {first}"
            self.report(key.place, "repeated-field", message, hint)
        else:
            entries[key.text] = Entry(key.place, value)

    def _complain_of_key(self, top: _Open, key: Node) -> None:
        place = top.node.place
        found = unquoted_expression(self.lines, place)
        if found:
            self.found.append(found)
        elif not isinstance(key, BrokenNode):
            message = "the name of a field is a text, not a list or a mapping"
            hint = "quote a text that begins with '{' or '['"
            self.report(key.place, "yaml-key", message, hint)

    def _stop(self, event: _Event, code: str, message: str, hint: str) -> None:
        self.report(self._place(event), code, message, hint)
        self.stopped = True
