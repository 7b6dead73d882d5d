"""Looks at the files of the project that criteria speak of."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from reportgen.load.text_file import open_file
from reportgen.model import FileCriterion

_LARGEST = 50_000_000  # a text is looked for in files up to this many bytes


def look_at(
    criteria: Iterable[FileCriterion], root: Path
) -> dict[tuple[str, str], str]:
    """Return, by path and wanted text, why a criterion is not met; "" if it is.

    Paths are relative to `root`, and must stay below it with all links followed.
    """
    return {
        (str(each.file), str(each.contains or "")): _problem(each, root)
        for each in criteria
    }


def _problem(criterion: FileCriterion, root: Path) -> str:
    name = str(criterion.file)
    try:
        path = (root / name).resolve()
        if not path.is_relative_to(root.resolve()):
            return f"{name} is outside the project"
        if not path.exists():
            return f"{name} does not exist"
        if not criterion.contains or _contains(path, criterion.contains):
            return ""
    except (OSError, ValueError, RuntimeError) as error:  # links in a circle
        return f"{name} cannot be read: {error}"
    return f"{name} does not contain {str(criterion.contains)!r}"


def _contains(path: Path, wanted: str) -> bool:
    with open_file(path) as file:
        text = file.read(_LARGEST + 1)
    if len(text) > _LARGEST:
        raise ValueError("it is too large to be searched")
    return wanted.encode("utf-8", "surrogatepass") in text
