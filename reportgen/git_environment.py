"""Keeps from git what its own hooks, in which we may run, tell the git that they begin.

The pytest plugin imports this in other people's test runs: it needs the standard
library alone.
"""

from __future__ import annotations

import os


def git_environment() -> dict[str, str]:
    """Return an environment in which git speaks of the folder that it is asked in.

    A hook points git to a repository, a working tree and an index of its own.
    """
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("GIT_") or name.startswith(("GIT_CONFIG", "GIT_EXEC"))
    }
