"""Where templates lie, and what their names mean."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

SUFFIX = ".j2"
LANGUAGES = (".md", ".txt", ".html")  # of what templates make


def builtin_templates() -> Path:
    """Return the folder of the templates that come with reportgen.

    A wheel carries them inside the package.  An editable install has none there:
    the package lies in a checkout, and the templates beside it.
    """
    package = Path(__file__).parents[1]
    checkout = package.parent
    if (checkout / "pyproject.toml").is_file() and (checkout / "templates").is_dir():
        return checkout / "templates"
    return package / "templates"


def template_name(name: str, folders: Sequence[Path]) -> str:
    """Return the whole name of the template that `name` means, suffix and all."""
    every = (*folders, builtin_templates())
    for whole in (name, *(f"{name}{suffix}" for suffix in LANGUAGES)):
        paths = (folder / f"{whole}{SUFFIX}" for folder in every)
        if any(map(os.path.isfile, paths)):  # those of Path raise if it is too long
            return whole
    return name
