"""Says how git is asked, and which changes it hides, wherever it is asked.

The pytest plugin imports this in other people's test runs: it needs the standard
library alone.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

from reportgen import late

HIDING = ("ls-files", "-z", "-v", "-s")  # what `hidden` reads is the answer to this

# A letter for an entry that git does not look at, its mode, which is no submodule's,
# the id of its content, and its name.
_HIDDEN = late.pattern(r"(?:\A|(?<=\0))([a-zS]) 1[02]\d{4} (\w+) \d\t([^\0]*)")


def git_command(words: Iterable[str]) -> tuple[str, ...]:
    """Return the command that asks git for `words`, and only looks.

    Another git may be at work, so no lock is taken from it.  A monitor that a
    repository brings along is a program that git would start.
    """
    looking = ("--no-pager", "--no-optional-locks", "-c", "core.fsmonitor=false")
    return ("git", *looking, *words)


def git_environment() -> dict[str, str]:
    """Return an environment in which git speaks of the folder that it is asked in.

    A hook points git to a repository, a working tree and an index of its own.
    """
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("GIT_") or name.startswith(("GIT_CONFIG", "GIT_EXEC"))
    }


def hidden(listing: str) -> Iterator[tuple[str, str, bool]]:
    """Yield the files of `listing` that git was told to take for unchanged.

    Of each: its name, the id of its content as git has it, and whether it may be
    missing, as in a sparse checkout.
    """
    for letter, blob, name in _HIDDEN.findall(listing):
        yield name, blob, letter in "Ss"
