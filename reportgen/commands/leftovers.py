"""Finds parts that a report had before it was divided into fewer."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

from reportgen.load.text_file import open_file
from reportgen.model import Diagnostic, Place, Severity
from reportgen.pipeline import Built
from reportgen.records import part_path, shown_path
from reportgen.seal import Seal, unseal


def old_parts(built: Built, path: Path, root: Path) -> Iterator[Diagnostic]:
    """Yield a warning for each part that follows those of `built`, in `path`.

    Their seals say that they are parts of the same report.  They are left where they
    are: nothing is deleted that somebody may have linked to.
    """
    own = unseal(built.parts[-1])[1]
    if own is None or "split" not in own.asked:
        return
    for number in count(_next(built)):
        part = part_path(path, number)
        seal = _seal_of(part)
        if seal is None or (seal.name, seal.template) != (own.name, own.template):
            return
        yield Diagnostic(
            Place(shown_path(part, root)),
            "old-part",
            "is a part of an earlier report",
            "delete it",
            Severity.WARNING,
        )


def next_part(built: Built, path: Path) -> Path:
    """Return where a part would be that follows those of `built`, in `path`."""
    return part_path(path, _next(built))


def _next(built: Built) -> int:
    parts = len(built.parts)
    return parts + 1 if parts > 1 else 1


def _seal_of(path: Path) -> Seal | None:
    try:
        with open_file(path) as file:
            text = file.read().decode().replace("\r\n", "\n")
    except (OSError, ValueError):  # ValueError: no UTF-8
        return None
    return unseal(text)[1]
