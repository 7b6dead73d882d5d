"""Asks git what differs between the files as they are and as they were."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path

from reportgen.plumbing import HIDING, git_command, git_environment, hidden

_SECONDS = 60  # longer than any answer takes that is worth waiting for
# Files of git itself that its answers depend on.
_OURS = ("FETCH_HEAD", "shallow", "config", "info/attributes")
_EARLIEST = 100_000_000  # git takes smaller numbers for something else than seconds
_NAMES = (
    "--name-only",
    "-z",
    "--no-ext-diff",
    "--no-textconv",
    "--no-renames",
    "--ignore-submodules=untracked",
)
_ESCAPES = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})
# What a merge brought in counts from the merge on.
_LOG = ("log", "--first-parent", "-m", "--no-show-signature", "--format=", *_NAMES)


class GitError(Exception):
    """Git gave no answer; the message says why, in its own words."""


def top_of(folder: Path) -> Path | None:
    """Return the top of the work tree that `folder` is in, None if it is in none."""
    folder = folder.resolve()
    above = (folder, *folder.parents)
    return next((each for each in above if (each / ".git").exists()), None)


def ask(folder: Path, *words: str, text: str = "") -> bytes:
    """Return what git says in `folder` to a command of `words` that reads `text`.

    Raises GitError if git refuses, OSError if there is no git.
    """
    import subprocess  # noqa: PLC0415  # only where there is a repository

    try:
        done = subprocess.run(  # noqa: S603  # the words are ours, no shell reads them
            git_command(words),
            cwd=folder,
            env=_environment(),
            input=os.fsencode(text),
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise GitError(f"no answer to `git {words[0]}`") from None
    if done.returncode:
        lines = done.stderr.decode(errors="replace").strip().splitlines()
        raise GitError((lines or ["it failed"])[0].removeprefix("fatal: "))
    return done.stdout


class Repository:
    """One repository, and what it said already; paths are from its `top`.

    Every answer may raise what `ask` raises.
    """

    def __init__(self, top: Path) -> None:
        self._top = top
        self._since: dict[str, frozenset[str] | None] = {}

    def since(
        self, revision: str, dirty: Mapping[str, str | None]
    ) -> frozenset[str] | None:
        """Return which files differ from `revision` with the contents of `dirty`.

        None means that the revision is not in this clone.
        """
        if revision not in self._since:
            self._since[revision] = self._differing(revision)
        found = self._since[revision]
        if found is None or not dirty:
            return found
        now = self._blobs(dirty)
        differing = (name for name, blob in dirty.items() if now.get(name) != blob)
        return found.difference(dirty).union(differing)

    def written_since(self, start: float) -> dict[str, float]:
        """Return when each file was written that may have changed since `start`.

        Those are what commits since then touched, and what is in no commit.  A file
        that was not written since is the same, whenever it was committed; of one
        that is gone, its folder knows the time.
        """
        try:
            since = f"--since=@{max(int(start), _EARLIEST)}"
            answers = self._ask(*_LOG, since, "HEAD", "--") + self._diff("HEAD")
        except GitError:
            self._confirm()
            answers = ""  # there is no commit yet
        names = self._unseen.union(_names(answers))
        return {name: self._written(name) for name in names}

    def state(self) -> tuple[str, dict[str, str]]:
        """Return what stands for all commits, and the files that decide the rest.

        With each goes a letter for what git makes of it: whether it is tracked, and
        looked at.  While all that is the same, and nobody writes to the files, so is
        every other answer.
        """
        ours = [word for each in _OURS for word in ("--git-path", each)]
        seen = self._ask("rev-parse", *ours, "--revs-only", "HEAD", "--all")
        seen += self._ask("count-objects", "-v")  # what is in no branch may be pruned
        every = ("-v", "--cached", "--others", "--exclude-standard")
        known = {n[2:]: n[0] for n in _names(self._ask("ls-files", "-z", *every))}
        there = (n for n in seen.splitlines()[: len(_OURS)] if (self._top / n).exists())
        return seen, dict(sorted((known | dict.fromkeys(there, "")).items()))

    def _differing(self, revision: str) -> frozenset[str] | None:
        try:
            return self._unseen.union(_names(self._diff(revision)))
        except GitError:
            self._confirm()
            return None

    def _confirm(self) -> None:
        """Raise GitError again if it is the repository that git refuses."""
        self._ask("rev-parse", "--git-dir")

    @cached_property
    def _unseen(self) -> frozenset[str]:
        """What changed, and git does not compare: it has none of it, or hides it."""
        listing = self._ask(*HIDING, "--cached", "--others", "--exclude-standard")
        others = (n[2:] for n in _names(listing) if n.startswith("? "))
        known = [*hidden(listing)]
        now = self._blobs(name for name, _, _ in known)
        changed = (
            name
            for name, blob, may_miss in known
            if now.get(name) != blob and (name in now or not may_miss)
        )
        return frozenset(others).union(changed)

    def _diff(self, revision: str) -> str:
        return self._ask("diff", *_NAMES, "--no-relative", revision, "--")

    def _blobs(self, names: Iterable[str]) -> dict[str, str]:
        """Return the id of the content of each file that there is."""
        paths = {name: self._top / name for name in names}
        links = [n for n in paths if os.path.islink(paths[n])]  # noqa: PTH114  # Path raises where a name cannot be
        there = [n for n in paths if os.path.isfile(paths[n])]  # noqa: PTH113  # likewise
        files = [name for name in there if name not in links]
        # git unquotes what stands in quotation marks: a name may hold a line break.
        text = "".join(f'"{name.translate(_ESCAPES)}"\n' for name in files)
        ids = self._ask("hash-object", "--stdin-paths", text=text) if files else ""
        blobs = dict(zip(files, ids.split(), strict=True))
        for name in links:  # of a link, git keeps where it leads
            target = str(paths[name].readlink())
            blob = self._ask("hash-object", "--stdin", "--no-filters", text=target)
            blobs[name] = blob.strip()
        return blobs

    def _written(self, name: str) -> float:
        path = self._top / name
        while not os.path.lexists(path):
            path = path.parent
        return path.lstat().st_mtime

    def _ask(self, *words: str, text: str = "") -> str:
        return os.fsdecode(ask(self._top, *words, text=text))


def _environment() -> dict[str, str]:
    return git_environment() | {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0"}


def _names(answer: str) -> Iterator[str]:
    # Only a repository in this one ends with a slash: its files are its own affair.
    return (n for n in answer.split("\0") if n and not n.endswith("/"))
