"""Gives the bytes of one file, a block at a time, and takes their hash on the way."""

from __future__ import annotations

import codecs
import hashlib
import zlib
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from reportgen.model import Diagnostic, Place, Value

BLOCK = 1 << 17  # bytes; what fits into a processor's cache
_PACKED = 200  # times smaller than its content: no test report packs so well
_STEP = 1 << 10  # bytes of a `.zst` file that are unpacked at once
_BOMB = 1 << 26  # bytes below which nobody asks how well a file was packed


class File(Value, frozen=True, kw_only=True):
    """A file to be read as evidence; `shown` is its path as reports show it.

    `problem` says why there is nothing to read.
    """

    evidence: str
    path: Path
    shown: str
    shard: str = ""
    problem: Diagnostic | None = None


class UnreadableError(Exception):
    """Reading cannot go on; readers turn it into the `problem` of what they return.

    `offset` counts the bytes of the text before the spot, `spot` is a line and a
    column where those are known already.
    """

    def __init__(
        self,
        code: str,
        message: str,
        hint: str = "write the file anew",
        *,
        offset: int = 0,
        spot: tuple[int, int] | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint
        self.offset = offset
        self.spot = spot


class Content:
    """The content of a file; every byte that is read is hashed."""

    def __init__(self, file: File) -> None:
        self._file = file
        self._hash = hashlib.sha256()
        self._stream: BinaryIO | None = None
        self._bytes = 0  # of the file itself
        self.given = 0  # bytes of what is unpacked, if it is

    def blocks(self) -> Iterator[bytes]:
        """Return the bytes as they are, or unpacked by what the name ends in."""
        try:
            self._stream = self._file.path.open("rb", buffering=0)
            unpack = _UNPACKERS.get(self._file.path.suffix, _as_it_is)
            for block in unpack(self):
                self.given += len(block)
                if self.given > max(_BOMB, _PACKED * self._bytes):
                    message = "unpacks to far more than a report holds"
                    hint = "leave captured output out of the report"
                    raise UnreadableError("evidence-size", message, hint)
                yield block
        except OSError as error:
            why = error.strerror or str(error)
            raise UnreadableError(
                "evidence-unreadable", f"cannot be read: {why}", "look at its rights"
            ) from error

    def read(self, size: int = BLOCK) -> bytes:
        """Return the next bytes of the file itself, at most `size`."""
        assert self._stream is not None  # blocks() opens it  # noqa: S101
        block = self._stream.read(size)
        self._hash.update(block)
        self._bytes += len(block)
        return block

    def text(self, errors: str = "strict") -> Iterator[bytes]:
        """Return the content as UTF-8 without a byte order mark.

        UTF-16 with such a mark is turned into it, since PowerShell writes that.
        Only where a spot is looked for, `errors` are overlooked.
        """
        blocks = self.blocks()
        first = next(blocks, b"")
        if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return _from_utf16(chain([first], blocks), errors)
        if b"\0" in first[:4] and errors == "strict":
            raise _not_text(0)
        first = first.removeprefix(codecs.BOM_UTF8)
        return _checked(chain([first] if first else [], blocks), errors)

    def sha256(self) -> str:
        """Return the hash of the whole file, whatever was read of it so far."""
        if self._stream is None:
            return ""
        try:
            while self.read():
                pass
        except OSError:
            return ""
        finally:
            self.close()
        return self._hash.hexdigest()

    def close(self) -> None:
        """Read no further."""
        if self._stream is not None:
            self._stream.close()
            self._stream = None

    def diagnose(self, error: UnreadableError) -> Diagnostic:
        """Return `error` with its line and column in this file."""
        line, column = error.spot or self._spot(error.offset)
        place = Place(self._file.shown, line, column)
        return Diagnostic(place, error.code, error.message, error.hint)

    def _spot(self, offset: int) -> tuple[int, int]:
        # Lines are counted only when something is wrong, in a second reading.
        line = column = 1
        again = Content(self._file)
        try:
            for block in again.text("replace"):
                before = block[:offset]
                offset -= len(block)
                head, newline, tail = before.rpartition(b"\n")
                if newline:
                    line += head.count(b"\n") + 1
                    column = 1
                column += len(tail.decode("utf-8", "replace"))
                if offset <= 0:
                    break
        except UnreadableError:
            pass  # the spot is where reading ended
        finally:
            again.close()
        return line, column


def _as_it_is(content: Content) -> Iterator[bytes]:
    return iter(content.read, b"")


def _gunzipped(content: Content) -> Iterator[bytes]:
    import gzip  # noqa: PLC0415 - few files are packed

    try:
        with gzip.GzipFile(fileobj=content) as stream:  # type: ignore[call-overload]
            yield from iter(lambda: stream.read(BLOCK), b"")
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise _not_unpacked(error, content) from error


def _unzstd(content: Content) -> Iterator[bytes]:
    try:
        import zstandard  # noqa: PLC0415 - few files are packed
    except ImportError:
        message = "is packed with zstd, which needs the package zstandard"
        hint = "python -m pip install zstandard"
        raise UnreadableError("no-zstandard", message, hint) from None
    frame = None
    try:
        for block in _as_it_is(content):
            # A step holds so little that not even a bomb fills the memory.
            for start in range(0, len(block), _STEP):
                left = block[start : start + _STEP]
                while left:  # one frame can follow the other
                    if frame is None or frame.eof:
                        frame = zstandard.ZstdDecompressor().decompressobj()
                    if data := frame.decompress(left):
                        yield data
                    left = frame.unused_data
    except zstandard.ZstdError as error:
        raise _not_unpacked(error, content) from error
    if frame is not None and not frame.eof:
        raise _not_unpacked("it ends too early", content)


_UNPACKERS = {".gz": _gunzipped, ".zst": _unzstd}


def _not_unpacked(why: object, content: Content) -> UnreadableError:
    message = f"cannot be unpacked: {why}"
    return UnreadableError("evidence-truncated", message, offset=content.given)


def _not_text(offset: int) -> UnreadableError:
    hint = "save it as UTF-8"
    return UnreadableError("evidence-encoding", "is not UTF-8", hint, offset=offset)


def _checked(blocks: Iterable[bytes], errors: str) -> Iterator[bytes]:
    """Return `blocks` as they are; it is an error if they are not UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")(errors)
    offset = 0
    for block in blocks:
        pending = len(decoder.getstate()[0])
        if pending or not block.isascii():  # ASCII needs no look, and is the rule
            _decode(decoder, block, offset - pending)
        offset += len(block)
        yield block
    _decode(decoder, b"", offset)


def _from_utf16(blocks: Iterable[bytes], errors: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder("utf-16")(errors)
    offset = 0
    for block in chain(blocks, [b""]):
        text = _decode(decoder, block, offset).encode()
        offset += len(text)
        if text:
            yield text


def _decode(decoder: codecs.IncrementalDecoder, block: bytes, offset: int) -> str:
    try:
        return decoder.decode(block, final=not block)
    except UnicodeDecodeError as error:
        if block:
            good = error.object[: error.start].decode(error.encoding)
            if offset == 0:  # the mark of UTF-16
                good = good.removeprefix("\ufeff")
            raise _not_text(offset + len(good.encode())) from error
        message = "ends in the middle of a character"
        raise UnreadableError("evidence-truncated", message, offset=offset) from error
