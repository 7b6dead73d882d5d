"""Knows what a report was made of, and says whether all of it is still the same.

What a report shows is compared by what the files hold.  Of the work in git, which
only decides whether evidence is stale, it is enough that nobody wrote to a file.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path

import msgspec

from reportgen.load.git import GitError, Repository, top_of
from reportgen.load.stamps import SUFFIX

_WILD = re.compile(r"[*?]+|(?:^|/)\.\.?(?:/|$)")
_MAGIC = re.compile(r"[*?\[]")
_LINK = re.compile(
    r"\]\(\s*(?:<([^>\n]*)>|([^)\s]+))|^\s*\[[^\]]*\]:\s*<?([^>\s]+)"
    r"|(?:href|src)\s*=\s*[\"']?([^\"'>\s]+)",
    re.MULTILINE,
)
_ELSEWHERE = re.compile(r"#|[A-Za-z][A-Za-z0-9+.-]*:")
_UNCLEAR = re.compile(r"[&\\(%]")


class Trace(msgspec.Struct, frozen=True, kw_only=True):
    """What one report was made of, beside what all reports of a project share.

    `files` are paths, `evidence` paths and globs seen from the folder `home`.  Of
    `links` it only matters whether they lead somewhere.  `words` are parts of the
    paths of work that its claims rest on.
    """

    home: str
    files: tuple[str, ...]
    evidence: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


def links_of(text: str, folder: Path, root: Path) -> tuple[str, ...] | None:
    """Return the files that links in `text` may lead to, None if that is not clear."""
    found: set[str] = set()
    for groups in _LINK.findall(text):
        target = "".join(groups)
        if _ELSEWHERE.match(target):
            continue
        if _UNCLEAR.search(target):
            return None
        path = target.partition("#")[0].partition("?")[0]
        start = root if path.startswith("/") else folder
        found.add(os.path.normpath(start / path.lstrip("/")))
    return tuple(sorted(found))


def words_of(patterns: Iterable[str]) -> set[str]:
    """Return the longest literal part of each of `patterns` of paths."""
    literal = (pattern.partition("::")[0] for pattern in patterns if pattern)
    return {max(_WILD.split(each.rpartition("@")[2]), key=len) for each in literal}


class Present:
    """The files of a project as they are now; each is looked at once.

    `apart` are folders of the project that hold no work, but records and reports.
    """

    def __init__(self, root: Path, apart: Sequence[str]) -> None:
        self._root = root
        self._apart = apart
        self._files: dict[str, str] = {}
        self._folders: dict[str, str] = {}

    def digest(self, trace: Trace) -> str:
        """Return what stands for everything that `trace` names, as it is now."""
        answers = [self.file(path) for path in trace.files]
        for text in trace.evidence:
            for path in self._found(trace.home, text):
                answers += (self.file(path), self.file(path + SUFFIX))
        answers += [f"{path} {os.path.exists(path)}" for path in trace.links]
        if trace.evidence:
            answers.append(self._work(trace.words))
        return _sha256("\n".join(answers).encode(errors="surrogateescape"))

    def file(self, path: str) -> str:
        """Return where a file really is, and the hash of what it holds."""
        if path not in self._files:
            self._files[path] = self.look(path)
        return self._files[path]

    def look(self, path: str) -> str:
        """Return the same of a file that may have changed since."""
        return f"{self._real(path)} {_content(path)}"

    def _found(self, home: str, text: str) -> list[str]:
        literal = os.path.join(home, text)
        if not _MAGIC.search(text) or os.path.exists(literal):
            return [literal]
        import glob  # noqa: PLC0415  # few name their evidence so

        names = glob.glob(text, root_dir=home, recursive=True)
        return [os.path.join(home, name) for name in sorted(names)]

    def _real(self, path: str) -> str:
        if os.path.islink(path):
            return os.path.realpath(path)
        folder, name = os.path.split(path)
        if folder not in self._folders:
            self._folders[folder] = os.path.realpath(folder)
        return os.path.join(self._folders[folder], name)

    def _work(self, words: Iterable[str]) -> str:
        """Return what stands for the work.

        What lies `apart` belongs to it only where `words` may mean that.
        """
        outside, inside, names = self._state
        return outside + inside if any(word in names for word in words) else outside

    @cached_property
    def _state(self) -> tuple[str, str, str]:
        """What stands for the work, for what lies apart, and the names of that."""
        top = top_of(self._root)
        if top is None:
            return "", "", ""
        try:
            head, files = Repository(top).state()
        except (GitError, OSError):
            return os.urandom(8).hex(), "", ""  # nothing is known to be the same
        prefix = os.path.relpath(self._root.resolve(), top).replace(os.sep, "/")
        start = "" if prefix == "." else f"{prefix}/"
        folders = tuple(f"{start}{folder.rstrip('/')}/" for folder in self._apart)
        inside = {
            name: look for name, look in files.items() if name.startswith(folders)
        }
        outside = files.keys() - inside.keys()
        return (
            _sha256(f"{head}{sorted((n, files[n]) for n in outside)}".encode()),
            _sha256(f"{sorted(inside.items())}".encode()),
            "\n".join(f"/{name}" for name in inside),
        )


def _content(path: str) -> str:
    try:
        with open(path, "rb", buffering=0) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError) as error:
        return type(error).__name__


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
