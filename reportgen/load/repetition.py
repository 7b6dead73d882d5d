"""Decodes many objects at once, and notices where one says two things as one.

A type takes what stands last under a name, and something worse may stand before it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Generic, TypeVar

import msgspec

from reportgen import late
from reportgen.load.content import Content, UnreadableError
from reportgen.load.json_stream import JsonStream

T = TypeVar("T")

_SPELT_OUT = late.pattern(rb"\\u00[67]")  # a letter, and perhaps that of a key
_ELEMENTS = msgspec.json.Decoder(list[msgspec.Raw])


class WaryDecoder(Generic[T]):
    """A decoder for the elements of `stream`, each of which has all `keys` once.

    As a rule that shows when they are counted.  Else what is decoded and encoded
    again tells: it has fewer quotes if anything was said twice, and only then is
    it read by the standard library and given to `convert`.
    """

    def __init__(
        self,
        decoder: msgspec.json.Decoder[list[T]],
        convert: Callable[[Any], T],
        stream: JsonStream,
        keys: tuple[str, ...],
    ) -> None:
        self._decoder = decoder
        self._convert = convert
        self._stream = stream
        self._keys = [f'"{key}"'.encode() for key in keys]

    def decode(self, text: bytes) -> list[T]:
        """Return the elements in `text`, an array that begins where `stream` is."""
        found = self._decoder.decode(text)
        once = all(text.count(key) == len(found) for key in self._keys)
        if (once and not _SPELT_OUT.search(text)) or _is_plain(text):
            return found
        return list(self._strictly(text))

    def _strictly(self, text: bytes) -> Iterator[T]:
        end = 0
        for element in map(bytes, _ELEMENTS.decode(text)):
            start = text.index(element, end)
            end = start + len(element)
            try:
                yield self._convert(JsonStream(_Piece(element)).value())
            except UnreadableError as error:
                error.offset = self._stream.offset + start - len("[")
                raise


def _is_plain(text: bytes) -> bool:
    """Whether nothing in `text` is said twice; a doubt is no."""
    try:
        again = msgspec.json.encode(msgspec.json.decode(text))
    except msgspec.DecodeError:  # of something that nobody asks for
        return False
    return again.count(b'"') == text.count(b'"')


class _Piece(Content):
    """A text that was read already."""

    def __init__(self, text: bytes) -> None:
        self._text = text

    def text(self, errors: str = "strict") -> Iterator[bytes]:  # noqa: ARG002
        return iter([self._text])
