"""Runs one command: no shell, an end to its time, and nothing left behind."""

from __future__ import annotations

import codecs
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO

from reportgen.collect.signals import uninterrupted
from reportgen.model import Value

Watch = Callable[[float, str], None]  # seconds so far, and the end of the output

_KEPT = 200_000  # bytes of output; whoever shows it takes the end of that
_SEEN = 32_768  # bytes of it while it comes; no key is as long
_GRACE = 10  # seconds in which an interrupted command may tidy up
_BEAT = 0.1  # seconds between two looks at a command

_WINDOWS = sys.platform == "win32"


class Ended(Value, frozen=True, kw_only=True):
    """How a command ended: `exitcode` is negative for a signal.

    It is None for a command that took too long, or never began.
    """

    exitcode: int | None = None
    duration: float = 0.0
    output: str = ""


def run(
    words: Sequence[str],
    *,
    cwd: Path,
    environment: Mapping[str, str],
    timeout: float,
    watch: Watch,
    stdout: IO[bytes] | None = None,
) -> Ended:
    """Run the command `words` to its end, and return that with the end of its output.

    Its standard output goes to `stdout`, if given, and is not part of the output.
    Whatever happens, nothing that it began is running afterwards: an interruption
    (KeyboardInterrupt) is passed on to it first.  Raises OSError if it cannot begin.
    """
    began = time.monotonic()
    with ExitStack() as stack:
        with uninterrupted():  # nobody would know what has begun
            process = subprocess.Popen(  # noqa: S603  # the record's words, and no shell
                words,
                cwd=cwd,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=stdout or subprocess.PIPE,
                stderr=subprocess.PIPE if stdout else subprocess.STDOUT,
                # A group of its own: all of it can be ended, and nothing else is.
                start_new_session=not _WINDOWS,
                creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
            )
            tail = _Tail(process.stderr if stdout else process.stdout)
            stack.enter_context(_ended(process, tail))
        exitcode = _wait(process, began + timeout, lambda s: watch(s, tail.end), began)
    duration = time.monotonic() - began
    return Ended(exitcode=exitcode, duration=duration, output=tail.text)


@contextmanager
def _ended(process: subprocess.Popen[bytes], tail: _Tail) -> Iterator[None]:
    """Leave nothing of `process` behind, whatever happens meanwhile."""
    try:
        yield
    except BaseException:
        _stop(process, signal.SIGINT)
        raise
    finally:
        with uninterrupted():
            _kill(process)
            tail.close()


def _wait(
    process: subprocess.Popen[bytes],
    deadline: float,
    beat: Callable[[float], None],
    began: float,
) -> int | None:
    while time.monotonic() < deadline:
        with suppress(subprocess.TimeoutExpired):
            return process.wait(min(_BEAT, max(deadline - time.monotonic(), 0)))
        beat(time.monotonic() - began)
    _stop(process, signal.SIGTERM)
    return None


def _stop(process: subprocess.Popen[bytes], how: signal.Signals) -> None:
    """Ask the group of `process` to end, and let it do so in peace."""
    with suppress(OSError):
        if _WINDOWS:
            process.send_signal(getattr(signal, "CTRL_BREAK_EVENT", how))
        else:
            os.killpg(process.pid, how)
    # Whoever interrupts again does not want to wait.
    with suppress(subprocess.TimeoutExpired, KeyboardInterrupt):
        process.wait(_GRACE)


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End what is left of the group of `process`."""
    with suppress(OSError):  # nothing is left
        if _WINDOWS:
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()


class _Tail:
    """Reads a stream as it comes, and keeps its end."""

    def __init__(self, stream: IO[bytes] | None) -> None:
        self._stream = stream
        self._data = bytearray()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        while self._stream and (chunk := os.read(self._stream.fileno(), 65536)):
            self._data += chunk
            if len(self._data) > 2 * _KEPT:
                # One byte more than is shown tells that a line may be cut.
                del self._data[: -_KEPT - 1]

    def close(self) -> None:
        """Read to the end, and release the stream."""
        self._thread.join(_GRACE)
        if self._stream and not self._thread.is_alive():
            self._stream.close()

    @property
    def text(self) -> str:
        """What is kept, the first part of a line that was cut left out."""
        data = bytes(self._data)
        if len(data) > _KEPT:
            data = data[-_KEPT:].partition(b"\n")[2]
        return data.decode(errors="replace")

    @property
    def end(self) -> str:
        """The last of what has come so far, without a part of a line before it."""
        data = bytes(self._data[-_SEEN:])
        text, _ = codecs.utf_8_decode(data, "replace", False)  # it goes on
        cut = len(data) == _SEEN
        return "".join(text.splitlines(keepends=True)[cut:])
