"""A finished text put into a file: whole, or not at all."""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from reportgen.model import Diagnostic, Place, WriteError

_NAME_LIMIT = 200  # bytes; most file systems allow 255, and ours are longer
_FLAGS = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)


def write(text: str, path: Path) -> bool:
    """Put `text` into `path`, and return whether there was anything to write.

    Whatever happens, the file holds what it held before or all of `text`.  It
    keeps its mode, a link goes on leading to it, and missing folders are made.
    """
    data = _encoded(text, path)
    try:
        return _write(data, path)
    except (OSError, ValueError) as error:  # ValueError: no file can have this name
        reason = getattr(error, "strerror", None) or error
        message = f"cannot write {str(path)!r}: {reason}"
        hint = "choose another --output, or see to the folder's rights and room"
        finding = Diagnostic(Place(str(path)), "write-failed", message, hint)
        raise WriteError([finding]) from error


def _encoded(text: str, path: Path) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        line = text.count("\n", 0, error.start) + 1
        column = error.start - text.rfind("\n", 0, error.start)
        message = f"{text[error.start]!r} has no place in UTF-8"
        hint = "which record or evidence does it come from?"
        place = Place(str(path), line, column)
        finding = Diagnostic(place, "write-encoding", message, hint)
        raise WriteError([finding]) from error


def _write(data: bytes, path: Path) -> bool:
    if _is_device(path):
        path.write_bytes(data)
        return True
    path = Path(os.path.realpath(path))
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    short = os.fsdecode(os.fsencode(path.name)[:_NAME_LIMIT])
    temporary = path.with_name(f".{short}.reportgen-tmp")
    if _holds(path, data):
        with suppress(OSError):  # somebody else is at work, or may not tidy up
            _remove_leftover(temporary, wait=False)
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    if not _write_nameless(data, path, temporary):
        with _created(temporary) as file:
            with suppress(FileNotFoundError):
                temporary.chmod(stat.S_IMODE(path.stat().st_mode))
            _fill(file, data)
            temporary.replace(path)
    _sync_folder(path.parent)
    return True


def _write_nameless(data: bytes, path: Path, temporary: Path) -> bool:
    """Write into a file without a name, which nobody finds if we are killed.

    It is `temporary` for a moment only, since no file takes the place of another
    without a name.  Return False where the platform has no such files.
    """
    if sys.platform != "linux" or not Path("/proc/self/fd").is_dir():
        return False
    try:
        file = os.open(path.parent, os.O_TMPFILE | os.O_WRONLY, 0o666)
    except OSError:
        return False
    try:
        with suppress(FileNotFoundError):
            os.fchmod(file, stat.S_IMODE(path.stat().st_mode))
        _fill(file, data)
        _lock(file, wait=True)
        while not _take_place(file, temporary, path):
            _remove_leftover(temporary, wait=True)
    finally:
        if _is_at(file, temporary):
            temporary.unlink()
        os.close(file)
    return True


def _take_place(file: int, temporary: Path, path: Path) -> bool:
    """Put `file` at `path`; return False if there is a leftover in its way."""
    # With a folder's number, the link is followed to the file that it stands for.
    folder = os.open(path.parent, os.O_RDONLY)
    names = str(temporary), str(path)
    try:
        os.link(f"/proc/self/fd/{file}", names[0], src_dir_fd=folder)
        # Who is killed here leaves a name: nothing else may take any time.
        os.rename(*names)  # noqa: PTH104  # the quickest way
    except FileExistsError:
        return False
    finally:
        os.close(folder)
    return True


def _is_device(path: Path) -> bool:
    """Whether `path` is something like `/dev/stdout`, which must not be replaced."""
    with suppress(OSError):
        mode = path.stat().st_mode
        return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))
    return False


def _holds(path: Path, data: bytes) -> bool:
    with suppress(OSError):
        return path.stat().st_size == len(data) and path.read_bytes() == data
    return False


@contextmanager
def _created(temporary: Path) -> Iterator[int]:
    """Create `temporary`, which nobody else writes until it is done with.

    Its name is always the same and its lock ends with the process.  So whoever
    finds the file and gets the lock knows that its writer was killed.
    """
    while True:
        try:
            file = os.open(
                temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY | _FLAGS, 0o666
            )
        except FileExistsError:
            _remove_leftover(temporary, wait=True)
            continue
        try:
            _lock(file, wait=True)
            if not _is_at(file, temporary):  # taken for a leftover before the lock
                continue
            yield file
            return
        finally:
            if _is_at(file, temporary):
                temporary.unlink()
            os.close(file)


def _remove_leftover(temporary: Path, *, wait: bool) -> None:
    """Remove what a killed writer left behind; wait for one that is still alive."""
    try:
        file = os.open(temporary, os.O_RDONLY | _FLAGS | getattr(os, "O_NONBLOCK", 0))
    except FileNotFoundError:
        return
    try:
        _lock(file, wait=wait)
        if _is_at(file, temporary):
            temporary.unlink()
    finally:
        os.close(file)


def _lock(file: int, *, wait: bool) -> None:
    """Lock `file` until it is closed, where the platform has such locks."""
    if sys.platform != "win32":
        import fcntl  # noqa: PLC0415 - there is none on Windows

        if not wait:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        else:
            with suppress(OSError):  # some network folders know no locks
                fcntl.flock(file, fcntl.LOCK_EX)


def _is_at(file: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file), path.lstat())
    except FileNotFoundError:
        return False


def _fill(file: int, data: bytes) -> None:
    with os.fdopen(file, "wb", closefd=False) as stream:
        stream.write(data)
    os.fsync(file)


def _sync_folder(folder: Path) -> None:
    """Make sure that the new name outlives a power cut, where that is possible."""
    with suppress(OSError):  # the text is in place already
        file = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(file)
        finally:
            os.close(file)
