"""Walks through one JSON document of any size, holding a block of it at a time.

A reader asks for what comes next, in the order of the document:

    for key in stream.members():
        if key == "tests":
            for batch in stream.elements(decoder, convert):
                ...
        else:
            facts[key] = stream.value()
    stream.end()
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Callable, Iterator
from typing import Any, Protocol, TypeVar

import msgspec

from reportgen.load.content import BLOCK, Content, UnreadableError
from reportgen.model import Json

T = TypeVar("T")

_WINDOW = 1 << 14  # bytes that most single values fit in
_LARGEST = 1 << 27  # bytes of the largest single value that is read
_LARGE = 1 << 20  # bytes of a value that is walked through, where somebody can
_SLACK = 16  # characters that the longest literal or escape can lack at the end
_KEY = re.compile(rb'"([^"\\\x00-\x1f]*)"')
_SPACE = re.compile(rb"[ \t\n\r]*")
_BORDER = re.compile(rb'.\}[ \t\n\r]*,[ \t\n\r]*\{[ \t\n\r]*"[^"\\]*"', re.DOTALL)
_WHERE = re.compile(r"\(byte (\d+)\)$")  # text that is no JSON, or no Unicode
_BEHIND = re.compile(r"trailing characters \(byte (\d+)\)$")
_WHICH = re.compile(r"`\$\[(\d+)\]")  # an element of another type


class Decoder(Protocol):
    """What decodes the elements of an array, as those of msgspec do."""

    def decode(self, text: bytes, /) -> list[Any]:
        """Return the elements; raise DecodeError if it does not take one of them."""


class JsonStream:
    """A JSON document that is read from front to back, once."""

    def __init__(self, content: Content) -> None:
        self._blocks = content.text()
        self._buffer = b""
        self._position = 0  # in the buffer
        self._offset = 0  # of the buffer in the document
        self._at_end = False
        self._begun = False

    def members(self) -> Iterator[str]:
        """Return the keys of the object that comes next.

        After each key its value has to be read or skipped.
        """
        self._expect(b"{", "an object")
        if self._accept(b"}"):
            return
        while True:
            if self.peek() != b'"':
                raise self._error("is no JSON: there is no key where one must be")
            key = self._key()
            self._expect(b":", "a colon")
            yield key
            if self._accept(b"}"):
                return
            self._expect(b",", "a comma or the end of the object")

    def elements(
        self,
        decoder: Decoder,
        convert: Callable[[Any], T],
        walk: Callable[[JsonStream], T] | None = None,
    ) -> Iterator[list[T]]:
        """Return the elements of the array that comes next, several at a time.

        What `decoder` refuses is read by the standard library and given to
        `convert`: it takes the lone surrogates and the NaN that pytest's plugin
        writes, and tells in words what is wrong.  A large element is not held at
        all, if `walk` can go through it.
        """
        self._expect(b"[", "a list")
        if self._accept(b"]"):
            return
        self._fill(BLOCK)
        guess = _BORDER.search(self._buffer, self._position)
        border = guess[0] if guess else b""
        reach = 2 * BLOCK  # all that is at hand
        while True:
            self._fill(BLOCK)
            batch: list[T] = self._batch(border, reach, decoder)
            reach = min(2 * reach, 2 * BLOCK) if batch else _WINDOW
            if not batch:
                batch = [self._element(convert, walk)]
                border = self._learn_border() or border
            yield batch
            if self._accept(b"]"):
                return
            self._expect(b",", "a comma or the end of the list")

    def value(self, most: int = _LARGEST) -> Any:  # noqa: ANN401 - JSON can be anything
        """Return the value that comes next, whatever it is, in `most` bytes."""
        self.peek()
        size = _WINDOW
        while True:
            self._fill(size)
            window = self._buffer[self._position : self._position + size]
            complete = self._at_end and len(window) == self._left
            try:
                # a character may be cut by the end of the window
                text, _ = codecs.utf_8_decode(window, "strict", complete)
                value, end = _raw_decode(text)
            except json.JSONDecodeError as error:
                if complete or not _is_cut(error, _SLACK):
                    raise self._malformed(error) from error
            except UnreadableError as error:
                error.offset = self.offset
                raise
            except RecursionError as error:
                raise self._refused("is nested too deeply") from error
            except ValueError as error:  # Python reads no more than 4,300 digits
                raise self._refused("holds a number of thousands of digits") from error
            else:
                if end < len(text) or complete:
                    self._position += len(text[:end].encode())
                    return value
            size *= 2
            if size > most:
                raise self._refused("holds a value that is too large", "evidence-size")

    def _key(self) -> Any:  # noqa: ANN401 - a text, or what stands there instead
        plain = _KEY.match(self._buffer, self._position)
        if plain is None:
            return self.value()
        self._position = plain.end()
        return plain[1].decode()

    def skip(self) -> None:
        """Pass over the value that comes next; only its parts are ever held."""
        start = self.peek()
        if start == b"{":
            for _ in self.members():
                self.value()
        elif start == b"[":
            for _ in self.elements(_ANYTHING, _nothing):
                pass
        else:
            self.value()

    def end(self) -> None:
        """Be sure that the document ends here."""
        if self.peek():
            message = "goes on after the end of the report"
            hint = "let one process at a time write this file"
            raise UnreadableError(
                "evidence-trailing", message, hint, offset=self.offset
            )

    def peek(self) -> bytes:
        """Return the byte that the next value begins with; b"" at the end."""
        while True:
            byte = self._buffer[self._position : self._position + 1]
            if byte > b" ":
                return byte
            space = _SPACE.match(self._buffer, self._position)
            self._position = space.end() if space else self._position
            if self._position < len(self._buffer) or self._at_end:
                return self._buffer[self._position : self._position + 1]
            self._fill(1)

    @property
    def offset(self) -> int:
        """How many bytes of the document lie before the next value."""
        return self._offset + self._position

    @property
    def _left(self) -> int:
        return len(self._buffer) - self._position

    def _fill(self, size: int) -> None:
        """Have `size` bytes at hand, or all that are left."""
        if self._left >= size or self._at_end:
            return
        parts = [self._buffer[self._position :]]
        left = len(parts[0])
        while left < size:
            block = next(self._blocks, b"")
            if not block:
                self._at_end = True
                break
            parts.append(block)
            left += len(block)
        self._offset += self._position
        self._position = 0
        self._buffer = b"".join(parts)

    def _batch(self, border: bytes, reach: int, decoder: Decoder) -> list[Any]:
        """Decode about `reach` bytes, up to a border between two elements.

        What looks like a border may lie within an element, or behind the array.
        That does no harm: text cut there has a bracket that never closes, or one
        too many, and cannot be decoded.  Nothing is returned if the first element
        is refused, or it is not known which one was.
        """
        start = self._position
        view = memoryview(self._buffer)
        found = self._buffer.rfind(border, start, start + reach) if border else -1
        if border and found < 0 and reach < self._left:
            found = self._buffer.find(border, start)  # the first element is so large
        if found < 0:
            # Tried in vain, it is not tried again for each of many elements.
            return self._last(decoder) if reach == 2 * BLOCK else []
        while found >= 0:
            cut = found + 2  # behind the brace
            try:
                batch = decoder.decode(b"".join((b"[", view[start:cut], b"]")))
            except msgspec.DecodeError as error:
                good = min(self._end_of_good(str(error), border), cut)
                found = self._buffer.rfind(border, start, good)
            except RecursionError:
                break
            else:
                self._position = cut
                return batch
        return []

    def _last(self, decoder: Decoder) -> list[Any]:
        """Decode all that is left of the array, if its end is at hand."""
        text = b"[" + self._buffer[self._position : self._position + _WINDOW]
        try:
            decoder.decode(text)
        except msgspec.DecodeError as error:
            where = _BEHIND.search(str(error))
            if where is None:
                return []
        except RecursionError:
            return []
        else:
            return []  # it is the whole document
        end = text.rindex(b"]", 0, int(where[1]) - 1)
        try:
            batch = decoder.decode(text[: end + 1])
        except (msgspec.DecodeError, RecursionError):
            return []
        self._position += end - 1
        return batch

    def _end_of_good(self, message: str, border: bytes) -> int:
        """Return where in the buffer the borders end that come before an error."""
        end = self._position
        where = _WHERE.search(message)
        if where is not None:
            return end + int(where[1]) - 1
        which = _WHICH.search(message)
        for _ in range(int(which[1]) if which else 0):
            end = self._buffer.find(border, end) + len(border)
        return end

    def _element(
        self, convert: Callable[[Any], T], walk: Callable[[JsonStream], T] | None
    ) -> T:
        before = self.offset
        try:
            value = self.value(_LARGE if walk else _LARGEST)
        except UnreadableError as error:
            if walk is None or error.code != "evidence-size":
                raise
            return walk(self)
        try:
            return convert(value)
        except UnreadableError as error:
            error.offset = before
            raise

    def _learn_border(self) -> bytes:
        """Return what stands between the element just read and the next one.

        It reaches from the end of one to the first key of the other, so that it
        fits the way in which this very file is written.
        """
        end = self._buffer[max(self._position - 2, 0) : self._position]
        self._fill(_WINDOW)
        next_ = self._buffer[self._position : self._position + _WINDOW]
        border = _BORDER.match(end + next_)
        return border[0] if border else b""

    def _accept(self, byte: bytes) -> bool:
        if self.peek() != byte:
            return False
        self._position += 1
        self._begun = True
        return True

    def _expect(self, byte: bytes, what: str) -> None:
        if not self._accept(byte):
            raise self._error(f"is no JSON: {what} must stand here")

    def _error(self, message: str) -> UnreadableError:
        if not self.peek():
            return self._cut_off()
        return UnreadableError("evidence-syntax", message, offset=self.offset)

    def _malformed(self, error: json.JSONDecodeError) -> UnreadableError:
        if _is_cut(error):
            return self._cut_off()
        before = len(error.doc[: error.pos].encode())
        words = error.msg.removesuffix(" at")
        message = f"is no JSON: {words[:1].lower()}{words[1:]}"
        offset = self.offset + before
        return UnreadableError("evidence-syntax", message, offset=offset)

    def _cut_off(self) -> UnreadableError:
        offset = self._offset + len(self._buffer)
        if not self._begun and not self._left:
            return UnreadableError("evidence-empty", "is empty")
        message = "ends before the report does"
        return UnreadableError("evidence-truncated", message, offset=offset)

    def _refused(self, message: str, code: str = "evidence-syntax") -> UnreadableError:
        return UnreadableError(code, message, offset=self.offset)


def repeated_key(key: str, offset: int = 0) -> UnreadableError:
    """Return what to raise where an object says two things under one name."""
    message = f"says {key!r} twice"
    hint = "let one process at a time write this file"
    return UnreadableError("repeated-key", message, hint, offset=offset)


def _object(pairs: list[tuple[str, Any]]) -> Json:
    found = dict(pairs)
    if len(found) < len(pairs):
        for key, value in pairs:
            if found[key] != value:
                raise repeated_key(key)
    return found


_raw_decode = json.JSONDecoder(object_pairs_hook=_object).raw_decode


def _is_cut(error: json.JSONDecodeError, slack: int = 0) -> bool:
    """Tell a text that ends too early from one that is wrong."""
    return (
        error.msg.startswith("Unterminated string")
        or error.pos >= len(error.doc) - slack
    )


class _Anything(msgspec.Struct, gc=False):
    """An object that nobody asks for."""


_ANYTHING = msgspec.json.Decoder(list[_Anything])


def _nothing(_: object) -> _Anything:
    return _Anything()
