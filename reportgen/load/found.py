"""Finds records by their names."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

_FILE = "record.yaml"
_SUFFIX = ".yaml"


def find_records(data: Path) -> Mapping[str, Path]:
    """Return the records in the folder `data` by name, in the order of their names.

    The record NAME is `NAME/record.yaml`, or `NAME.yaml` if it has no folder.
    """
    alone = {path.stem: path for path in data.glob(f"*{_SUFFIX}")}
    housed = {path.parent.name: path for path in data.glob(f"*/{_FILE}")}
    found = {**alone, **housed}
    return {
        name: found[name]
        for name in sorted(found)
        if is_file(found[name]) and not name.startswith(".")
    }


def twin_of(path: Path) -> Path:
    """Return where a second record with the name of `path` would be."""
    if path.name == _FILE:
        return path.parent.parent / f"{path.parent.name}{_SUFFIX}"
    return path.with_suffix("") / _FILE


def is_file(path: Path) -> bool:
    """Whether there is a file in `path` that can be seen."""
    try:
        return path.is_file()
    except OSError:  # it stands in a folder that cannot be entered
        return False
