"""Reads a text file strictly: UTF-8 without control characters, or a finding."""

from __future__ import annotations

import os
import re
import stat
from io import BufferedReader
from pathlib import Path

from reportgen import late
from reportgen.model import Diagnostic, Place

LARGEST = 10_000_000  # bytes; a longer file was not written by hand

# What no text needs.  U+0085, U+2028 and U+2029 end a line for YAML and for hardly
# anything else, so that places would be wrong; surrogates are halves of characters.
# They are listed one by one, since a set of all others takes long to compile.
_FORBIDDEN = late.pattern(
    "[\0-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]"
)

_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_UTF_8_MARK = b"\xef\xbb\xbf"


def open_file(path: Path) -> BufferedReader:
    """Open the file in `path` to be read; OSError if it is a pipe or a device.

    Such a thing may never answer, or never end.
    """
    file = open(path, "rb", opener=_without_waiting)  # noqa: SIM115  # the caller's
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise OSError("it is no ordinary file")
    return file


def _without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def read_text(path: Path, shown: str) -> str | Diagnostic:
    """Return the text of `path` with its lines ended by line feeds alone.

    If it cannot be used, return why; messages call the file `shown`.
    """
    try:
        with open_file(path) as file:
            data = file.read(LARGEST + 1)
    except FileNotFoundError:
        return Diagnostic(Place(shown), "no-file", "there is no such file")
    except IsADirectoryError:
        return Diagnostic(Place(shown), "unreadable", "this is a folder, not a file")
    except (OSError, ValueError) as error:  # ValueError: a zero in the path
        reason = getattr(error, "strerror", None) or str(error)
        message = f"the file cannot be read: {reason.lower()}"
        return Diagnostic(Place(shown), "unreadable", message)
    return decode(data, shown)


def decode(data: bytes, shown: str) -> str | Diagnostic:
    """Return the text that `data` holds, or why it holds none."""
    if len(data) > LARGEST:
        return Diagnostic(
            Place(shown),
            "too-large",
            f"the file is larger than {LARGEST // 1_000_000} MB",
            "split it",
        )
    # Text in UTF-16 without a mark shows by the zero in its first character.
    if data.startswith(_UTF_16) or b"\0" in data[:2]:
        return Diagnostic(
            Place(shown), "not-utf8", "the text is UTF-16", "save it as UTF-8"
        )
    try:
        text = _unified(data.removeprefix(_UTF_8_MARK).decode())
    except UnicodeDecodeError as error:
        before = _unified(error.object[: error.start].decode())
        message = f"byte 0x{error.object[error.start]:02x} is not UTF-8"
        hint = "save the file as UTF-8"
        return Diagnostic(_end_of(before, shown), "not-utf8", message, hint)
    match = forbidden(text)
    if match is None:
        return text
    place = _end_of(text[: match.start()], shown)
    message = f"U+{ord(match[0]):04X} does not belong in a text"
    return Diagnostic(place, "control-character", message, "delete it")


def forbidden(text: str) -> re.Match[str] | None:
    """Find the first character in `text` that no text needs."""
    # Each of them cannot be printed; that is known without a pattern.
    if text.replace("\n", "").replace("\t", "").isprintable():
        return None
    return _FORBIDDEN.search(text)


def _unified(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _end_of(text: str, shown: str) -> Place:
    lines = text.split("\n")
    return Place(shown, len(lines), len(lines[-1]) + 1)
