"""What was asked of a report beside its template, in the words that its seal keeps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from reportgen.render.budget import budget
from reportgen.render.detail import Detail
from reportgen.render.shape import Shape

if TYPE_CHECKING:
    from reportgen.changes import Earlier


_LEVELS = frozenset("123456")  # of headings


def words_of(
    shape: Shape, base: str | None = None, earlier: Earlier | None = None
) -> dict[str, str]:
    """Return what was asked for, by name; nothing of what goes without saying.

    Of an `earlier` state it only says that there was one.
    """
    words = {
        "fit": shape.fit.name if shape.fit else "",
        "split": "yes" if shape.split else "",
        "level": str(shape.level or ""),
        "full": shape.full,
        "pictures": "" if shape.most.pictures else "no",
        "base": base or "",
        "since": "state" if earlier else "",
    }
    return {name: word for name, word in words.items() if word}


def shape_of(words: Mapping[str, str]) -> Shape:
    """Return the shape that `words_of` put into `words`.

    Anybody may have edited them: what nobody can have asked for is left out.
    """
    level = words.get("level", "")
    return Shape(
        fit=budget(words.get("fit", "")),
        split="split" in words,
        level=int(level) if level in _LEVELS else 0,
        full=words.get("full", ""),
        most=Detail(pictures="pictures" not in words),
    )
