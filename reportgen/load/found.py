"""Finds records by their names."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_FILE = "record.yaml"
_SUFFIX = ".yaml"


def find_records(data: Path) -> Mapping[str, Path]:
    """Return the records in the folder `data` by name, in the order of their names.

    The record NAME is `NAME/record.yaml`, or `NAME.yaml` if it has no folder.
    """
    return {name: data / file for name, file in find_files(str(data)).items()}


def find_files(data: str) -> Mapping[str, str]:
    """Return the same, each file as seen from `data`."""
    try:
        entries = [each for each in os.listdir(data) if not each.startswith(".")]
    except OSError:  # there is none, or it cannot be entered
        return {}
    files = [(e.removesuffix(_SUFFIX), e) for e in entries if e.endswith(_SUFFIX)]
    files += [(each, f"{each}/{_FILE}") for each in entries]  # it comes before a file
    seen = {name: each for name, each in files if os.path.isfile(f"{data}/{each}")}
    return dict(sorted(seen.items()))


def twin_of(path: Path) -> Path:
    """Return where a second record with the name of `path` would be."""
    if path.name == _FILE:
        return path.parent.parent / f"{path.parent.name}{_SUFFIX}"
    return path.with_suffix("") / _FILE


def is_file(path: Path) -> bool:
    """Whether there is a file in `path` that can be seen."""
    return os.path.isfile(path)  # a path itself raises where it cannot enter a folder
