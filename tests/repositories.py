"""Makes small git repositories to try things in."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

# Nobody's own configuration of git, and no pager, editor or question.
GIT = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_AUTHOR_NAME": "somebody",
    "GIT_AUTHOR_EMAIL": "somebody@example.org",
    "GIT_COMMITTER_NAME": "somebody",
    "GIT_COMMITTER_EMAIL": "somebody@example.org",
}


def git(folder: Path, *words: str) -> str:
    """Return what git says to `words` in `folder`, without the line's end."""
    done = subprocess.run(
        ["git", *words],
        cwd=folder,
        env=os.environ | GIT,
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.rstrip("\n")


def write_files(folder: Path, files: Mapping[str, str]) -> None:
    """Write `files`, texts by path, below `folder`."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def repository(folder: Path, files: Mapping[str, str]) -> Path:
    """Return `folder`, a repository whose one commit holds `files`."""
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "--quiet", "--initial-branch=main")
    write_files(folder, files)
    commit(folder)
    return folder


def commit(folder: Path) -> str:
    """Commit all that is in `folder`, and return the commit."""
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "--message", "change")
    return git(folder, "rev-parse", "HEAD")
