"""Standard output and standard error, whatever they are connected to."""

from __future__ import annotations

import os
import sys
from typing import TextIO


def survive_streams() -> None:
    """See to it that what is said never ends a run in the middle.

    A stream may be closed, or have no place for a mark.
    """
    sys.stdout = sys.stdout or _nowhere()
    sys.stderr = sys.stderr or _nowhere()
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def drop(stream: TextIO) -> None:
    """Let what is still to be written to `stream` go nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _nowhere() -> TextIO:
    return open(os.devnull, "w", encoding="utf-8")
