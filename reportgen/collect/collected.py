"""What became of a command that was run for its evidence."""

from __future__ import annotations

from pathlib import Path

from reportgen.collect.process import Ended
from reportgen.model import Diagnostic, Value


class Collected(Value, frozen=True, kw_only=True):
    """How a command ended, the files that are stored, and the problem if one is not."""

    evidence: str
    ended: Ended = Ended()
    stored: tuple[Path, ...] = ()
    problem: Diagnostic | None = None
