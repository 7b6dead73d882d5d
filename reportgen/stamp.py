"""Takes a stamp: which commit is tested, and what in the working tree differs from it.

The pytest plugin imports this in other people's test runs: it needs the standard
library alone.
"""

from __future__ import annotations

import os
import platform
import subprocess
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from reportgen import __version__
from reportgen.plumbing import HIDING, git_command, git_environment, hidden

SUFFIX = ".stamp.json"  # of the file beside a result

# What `reportgen collect` tells a run that it begins.
ASKED = "REPORTGEN_STAMP"
SHARD = "REPORTGEN_SHARD"
IGNORED = "REPORTGEN_STAMP_IGNORED"

_PATIENCE = 60  # seconds for git; a stamp that takes longer is no help
_TEMPORARY = ":(top,exclude,glob)**/.*.reportgen-*"  # ours, and gone when we end


def take_stamp(folder: Path, ignored: Iterable[str] = ()) -> dict[str, Any]:
    """Return commit, tree, dirty files, time and platform of work in `folder`.

    The files at `ignored`, absolute paths or globs, are never dirty: evidence does
    not speak of itself.  What git cannot tell is None, and nothing is raised.
    """
    commit, tree, dirty = None, None, None
    # There may be no git, no repository, or a file that cannot be read.
    with suppress(OSError, subprocess.SubprocessError, ValueError):
        top = Path(os.fsdecode(_git(folder, "rev-parse", "--show-toplevel"))[:-1])
        commit, tree = _head(top)
        dirty = _dirty(top, ignored)
    return {
        "commit": commit,
        "tree": tree,
        "dirty": dirty,
        "started": time.time(),
        "platform": f"{platform.system()} {platform.machine()}",
    }


def versions(*distributions: str) -> dict[str, str]:
    """Return the versions of reportgen, Python and those `distributions` there are."""
    from importlib import metadata  # noqa: PLC0415  # dear, and wanted once a run

    found = {"reportgen": __version__, "python": platform.python_version()}
    for name in distributions:
        with suppress(metadata.PackageNotFoundError):
            found[name] = metadata.version(name)
    return found


def _head(top: Path) -> tuple[str, str] | tuple[None, None]:
    try:
        words = _git(top, "rev-parse", "--verify", "HEAD").decode().split()
        words += _git(top, "rev-parse", "--verify", "HEAD^{tree}").decode().split()
    except subprocess.CalledProcessError:  # there is no commit yet
        return None, None
    commit, tree = words
    return commit, tree


def _dirty(top: Path, ignored: Iterable[str]) -> dict[str, str | None]:
    """Return the blob id of every file that differs from the commit, by path."""
    where = ("--", ":/", _TEMPORARY, *_excluded(top, ignored))
    options = ("--porcelain", "-z", "--no-renames", "--untracked-files=all")
    status = _git(top, "status", *options, *where)
    paths = [entry[3:] for entry in status.split(b"\0") if entry]
    # Only a repository in this one ends with a slash: its files are its own affair.
    names = sorted(os.fsdecode(path) for path in paths if not path.endswith(b"/"))
    names += _hidden(top, os.fsdecode(_git(top, *HIDING, *where)))
    return _contents(top, names)


def _hidden(top: Path, listing: str) -> Iterator[str]:
    """Yield what changed though git was told to take it for unchanged."""
    known = [*hidden(listing)]
    now = _contents(top, [name for name, _, _ in known])
    for name, blob, may_miss in known:
        if now[name] != blob and not (may_miss and now[name] is None):
            yield name


def _contents(top: Path, names: Sequence[str]) -> dict[str, str | None]:
    there = [name for name in names if os.path.lexists(top / name)]
    links = [name for name in there if (top / name).is_symlink()]
    readable = [name for name in there if os.access(top / name, os.R_OK)]
    files = [n for n in readable if (top / n).is_file() and n not in links]
    # Of anything else, as a submodule is, nobody knows the content.
    known = dict(_blobs(top, files, links))
    return {**dict.fromkeys(names), **dict.fromkeys(there, ""), **known}


def _excluded(top: Path, ignored: Iterable[str]) -> Iterator[str]:
    for path in ignored:
        name = Path(os.path.relpath(path, top))
        if os.pardir not in name.parts:  # git refuses what lies outside
            yield f":(top,exclude,glob){name.as_posix()}"


def _blobs(
    top: Path, files: Sequence[str], links: Sequence[str]
) -> Iterator[tuple[str, str]]:
    """Yield each name with the id that git would give to its content."""
    # git unquotes what begins with a quotation mark: a name may hold a line break.
    lines = "".join(f'"{_escaped(name)}"\n' for name in files)
    ids = _git(top, "hash-object", "--stdin-paths", text=lines) if files else b""
    yield from zip(files, ids.decode().split(), strict=True)
    for name in links:
        # Of a link, git keeps where it leads and not what is there.
        target = str((top / name).readlink())
        blob = _git(top, "hash-object", "--stdin", "--no-filters", text=target)
        yield name, blob.decode().strip()


def _escaped(name: str) -> str:
    return name.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def _git(folder: Path, *words: str, text: str = "") -> bytes:
    done = subprocess.run(  # noqa: S603  # fixed words, and no shell
        git_command(words),
        cwd=folder,
        env=git_environment(),
        input=os.fsencode(text),
        capture_output=True,
        check=True,
        timeout=_PATIENCE,
    )
    return done.stdout
