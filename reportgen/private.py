"""The folder of a user for what can be made again at any time."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

_PRIVATE = 0o700


@cache
def private_folder() -> Path | None:
    """Return a folder that nobody else can write to, None if there is none.

    What lies there is believed: nobody can put it there with a pull request.
    """
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    try:
        folder = (Path(base) if base else Path.home() / ".cache") / "reportgen"
        folder.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
        state = folder.stat()
    except (OSError, RuntimeError):  # RuntimeError: nobody is at home
        return None
    if hasattr(os, "getuid"):
        private = state.st_uid == os.getuid() and not state.st_mode & 0o022
        return folder if private else None
    return folder
