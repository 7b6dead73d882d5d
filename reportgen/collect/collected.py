"""What became of a command that was run for its evidence."""

from __future__ import annotations

from pathlib import Path

from reportgen.model import Diagnostic, Value


class Collected(Value, frozen=True, kw_only=True):
    """A command, the files that are stored, and the problem if one is not."""

    evidence: str
    command: str
    stored: tuple[Path, ...] = ()
    exitcode: int | None = None
    duration: float = 0.0
    output: str = ""
    problem: Diagnostic | None = None
