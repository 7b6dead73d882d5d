"""Knows what a report was made of, and says whether all of it is still the same.

What a report shows is compared by what the files hold, each time: a thousand small
files are hashed in a moment, and there is no time or number to be deceived by.  Of
the work in git, which only decides whether evidence is stale, it is enough that
nobody wrote to a file.

Where nothing changed, nobody waits for more than this: little is imported here.
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from hashlib import sha256
from typing import NamedTuple

_STAMP = ".stamp.json"  # beside a result; what else knows of it is dear to import
_MAGIC = frozenset("*?[")
_PIECE = 65_536  # bytes; most of what people and tools write has fewer
# Nobody waits for the other end of a pipe.
_READ = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_TICK = 20_000_000  # nanoseconds; clocks of file systems are not finer than 10 ms
_NOFOLLOW = getattr(os, "O_NOFOLLOW", 0)


class Trace(NamedTuple):
    """What one report was made of, beside what all reports of a project share.

    `files` are paths, `evidence` paths and globs seen from the folder `home`.
    `words` are parts of the paths of work that its claims rest on.  Of what is in
    `sought` it only matters whether there is such a file, as there was or not.
    """

    home: str
    files: Sequence[str]
    evidence: Sequence[str] = ()
    words: Sequence[str] = ()
    sought: Mapping[str, bool] = {}


class Present:
    """The files of a project as they are now; each is looked at once.

    `apart` are folders of the project that hold no work, but records and reports.
    """

    def __init__(self, root: str, apart: Sequence[str]) -> None:
        self._root = root
        self._apart = apart
        self._files: dict[str, str] = {}
        self._folders: dict[str, str] = {}
        self._named: dict[tuple[str, str], Sequence[str]] = {}
        self._meant: dict[str, bool] = {}

    def digest(self, trace: Trace) -> str:
        """Return what stands for everything that `trace` names, as it is now."""
        answers = [self.file(path) for path in trace.files]
        for text in trace.evidence:
            for path in self._paths(trace.home, text):
                answers += (self.file(path), self.file(path + _STAMP))
        if trace.evidence:
            answers.append(self._work(trace.words))
        return digest(answers)

    def file(self, path: str) -> str:
        """Return where a file really is, and the hash of what it holds."""
        if path not in self._files:
            self._files[path] = self._look(path)
        return self._files[path]

    def holding(self, path: str, content: str) -> str:
        """Return what `file` does of a file that holds something with this hash."""
        real = os.path.realpath(path) if os.path.islink(path) else self._real(path)
        return f"{real} {content}"

    def _paths(self, home: str, text: str) -> Sequence[str]:
        # What comes to a folder while reports are made is in none of them.
        if (home, text) not in self._named:
            self._named[home, text] = _found(home, text)
        return self._named[home, text]

    def _look(self, path: str) -> str:
        # Most files are no links, and only the attempt to open one tells.
        try:
            if _NOFOLLOW or not os.path.islink(path):
                return f"{self._real(path)} {_content(path, _NOFOLLOW)}"
        except FileNotFoundError:
            return f"{self._real(path)} is not there"
        except (OSError, ValueError):
            pass
        real = path
        try:
            real = os.path.realpath(path)
            return f"{real} {_content(real)}"
        except (OSError, ValueError) as error:
            return f"{real} {type(error).__name__}"

    def _real(self, path: str) -> str:
        """Return where a file is that is no link itself."""
        folder, _, name = path.rpartition(os.sep)  # a tenth of what `split` takes
        return f"{self._folder(folder)}{os.sep}{name}"

    def _folder(self, path: str) -> str:
        if path not in self._folders:
            _, above, name = path.rpartition(os.sep)
            straight = above and name not in {"", ".", ".."}
            if straight and not os.path.islink(path):
                self._folders[path] = self._real(path)
            else:
                self._folders[path] = os.path.realpath(path + os.sep).rstrip(os.sep)
        return self._folders[path]

    def _work(self, words: Iterable[str]) -> str:
        """Return what stands for the work.

        What lies `apart` belongs to it only where `words` may mean that.
        """
        return self._outside + (self._inside if any(map(self._means, words)) else "")

    def _means(self, word: str) -> bool:
        if word not in self._meant:
            self._meant[word] = any(word in f"/{name}" for name in self._state[2])
        return self._meant[word]

    @cached_property
    def _outside(self) -> str:
        commits, known, _ = self._state
        return digest([commits, *map(self._written, known.items())])

    @cached_property
    def _inside(self) -> str:
        return digest(map(self._written, self._state[2].items()))

    @cached_property
    def _state(self) -> tuple[str, Mapping[str, str], Mapping[str, str]]:
        """What stands for all commits, the paths of the work, and of what lies apart.

        They are seen from the top of the repository, each with what git makes of it.
        """
        if self._top is None:
            return "", {}, {}
        from pathlib import Path  # noqa: PLC0415  # only where there is a repository

        from reportgen.load.git import GitError, Repository  # noqa: PLC0415  # likewise

        try:
            commits, known = Repository(Path(self._top)).state()
        except (GitError, OSError):
            return os.urandom(8).hex(), {}, {}  # nothing is known to be the same
        root = os.path.realpath(self._root)
        paths = (os.path.join(root, each) for each in self._apart)
        inside = (os.path.relpath(path, self._top) for path in paths)
        apart = tuple(f"{each.replace(os.sep, '/')}/" for each in inside)
        within = {name: how for name, how in known.items() if name.startswith(apart)}
        outside = {name: how for name, how in known.items() if name not in within}
        return commits, outside, within

    @cached_property
    def _top(self) -> str | None:
        above = upwards(os.path.realpath(self._root))
        tops = (each for each in above if os.path.exists(os.path.join(each, ".git")))
        return next(tops, None)

    def _written(self, known: tuple[str, str]) -> str:
        name, how = known
        return f"{how} {name} {written(os.path.join(self._top or '', name))}"


def still(sought: Mapping[str, bool]) -> bool:
    """Whether each file that was `sought` is there, or is not, as it was."""
    return all(os.path.exists(path) == there for path, there in sought.items())


def upwards(folder: str) -> Iterator[str]:
    """Yield `folder`, an absolute path, and every folder above it."""
    yield folder
    while (above := os.path.dirname(folder)) != folder:
        folder = above
        yield folder


def digest(words: Iterable[str]) -> str:
    """Return what stands for all of `words`."""
    return sha256("\0".join(words).encode("utf-8", "backslashreplace")).hexdigest()


def written(path: str) -> str:
    """Return what the file system says of a file; a change of content changes it.

    Of a folder, as a submodule is one, it says too little.
    """
    try:
        found = os.lstat(path)
    except OSError:
        # Of one that is gone, its folder knows the time, or the one above that.
        above = next(filter(os.path.lexists, upwards(os.path.dirname(path))))
        return f"gone {os.lstat(above).st_mtime_ns}"
    # Whoever writes again at once leaves the same times: git calls it racy.
    racy = found.st_ctime_ns > time.time_ns() - _TICK
    if racy or stat.S_ISDIR(found.st_mode):
        return os.urandom(8).hex()
    return f"{found.st_mode} {found.st_size} {found.st_mtime_ns} {found.st_ctime_ns}"


def _found(home: str, text: str) -> list[str]:
    literal = os.path.join(home, text)
    if _MAGIC.isdisjoint(text) or os.path.exists(literal):
        return [literal]
    import glob  # noqa: PLC0415  # few name their evidence so

    names = glob.glob(text, root_dir=home, recursive=True)
    return [os.path.join(home, name) for name in sorted(names)]


def _content(path: str, flags: int = 0) -> str:
    """Return the hash of what a file holds; of what has no end, that of a piece."""
    file = os.open(path, _READ | flags)
    try:
        data = os.read(file, _PIECE)
        if len(data) < _PIECE or not stat.S_ISREG(os.fstat(file).st_mode):
            return sha256(data).hexdigest()
        whole = sha256(data)
        while data := os.read(file, _PIECE):
            whole.update(data)
        return whole.hexdigest()
    finally:
        os.close(file)
