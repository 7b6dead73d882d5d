"""The folder of a user for what can be made again at any time."""

from __future__ import annotations

import os
from functools import cache

_PRIVATE = 0o700


@cache
def private_folder() -> str | None:
    """Return a folder that nobody else can write to, None if there is none.

    What lies there is believed: nobody can put it there with a pull request.
    """
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    base = base or os.path.expanduser("~/.cache")
    if not os.path.isabs(base):  # nobody is at home
        return None
    folder = os.path.join(base, "reportgen")
    try:
        os.makedirs(folder, mode=_PRIVATE, exist_ok=True)
        state = os.stat(folder)
    except OSError:
        return None
    if hasattr(os, "getuid"):
        private = state.st_uid == os.getuid() and not state.st_mode & 0o022
        return folder if private else None
    return folder
