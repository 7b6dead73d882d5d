"""Says which tests a pattern of a record means.

A pattern is a node id, the beginning of one, or a glob; `linux@` before it limits
it to the runs of that shard.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import IntEnum
from typing import NamedTuple

from reportgen.load.repeats import BUCKETS
from reportgen.model import shard_and_rest

_FILES = 4096  # test files that are remembered: xdist goes to and fro between them
_BOUNDARY = ("/", "::", "[")
_WILD = re.compile(r"(\*\*/|\*+|\?)")
_REGEX = {"?": ".", "**/": "(?:.*/)?"}


class Match(IntEnum):
    """How well a pattern fits a node id."""

    NO = 0
    LOOSE = 1  # a beginning that ends in the middle of a name
    EXACT = 2


class Pattern:
    """A pattern, ready to be compared with many node ids."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.shard, literal = shard_and_rest(text)
        literal = literal.removeprefix("./")
        self._literal = "" if literal == "." else literal
        # `[` is no wildcard: parameters are written in brackets.
        wild = re.search(r"[*?]", self._literal)
        self._regex = re.compile(_translate(self._literal), re.DOTALL) if wild else None
        # With this begins whatever it fits.
        self.head = self._literal[: wild.start()] if wild else self._literal
        path, colons, _ = self.head.partition("::")
        self.file = path if colons else None  # the only one with tests that it fits

    def match(self, nodeid: str) -> Match:
        """Say how well the pattern fits `nodeid`.

        It fits exactly if it is equal, or the beginning up to a `/`, `::` or `[`;
        loosely, if it is any other beginning.
        """
        if not nodeid.startswith(self.head):
            return Match.NO
        if self._regex is not None:
            return Match.EXACT if self._regex.match(nodeid) else Match.NO
        return Match.EXACT if _is_below(nodeid, self._literal) else Match.LOOSE

    def match_below(self, prefix: str) -> Match | None:
        """Say how well it fits every test below `prefix`; None if that differs.

        What is below a folder or a file begins with its name and `/` or `::`.
        """
        if self._regex is None and prefix.startswith(self._literal):
            return self.match(prefix)
        if self._regex and prefix.endswith("::") and self._regex.match(prefix):
            return Match.EXACT
        shared = min(len(prefix), len(self.head))
        fits = prefix[:shared] == self.head[:shared]
        return None if fits else Match.NO

    def touches(self, collector: str) -> Match:
        """Say whether a failed `collector` could have held tests that are meant.

        It may be among them, or above them, as the file of a single test is.
        """
        collector = "" if collector == "." else collector.rstrip("/")
        if _is_below(self.head, collector):
            return Match.EXACT
        is_folder = "." not in collector.rpartition("/")[2]
        if self._regex is not None and is_folder and collector.startswith(self.head):
            return Match.EXACT  # the glob may go on below this folder
        return self.match(collector)


Numbered = list[tuple[int, Pattern]]
Fits = list[tuple[int, Match]]  # the number of a pattern, and how well it fits
Settled = tuple[Fits, Numbered]


class InFile(NamedTuple):
    """Patterns that fit all tests of a file, and those that tell them apart.

    These are found by their beginning: a file may have as many as it has tests.
    """

    settled: Fits
    open: Mapping[int, Mapping[str, Numbered]]  # by the length of that, and by itself
    bucket: int  # the same for every test of the file, and as good as random


class Selector:
    """Patterns that are compared with the node ids of one run, in its order."""

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        self._patterns = tuple(enumerate(patterns))
        # Most patterns of a large record name one test: no other file is its concern.
        self._by_file: dict[str | None, Numbered] = {}
        for number, pattern in self._patterns:
            self._by_file.setdefault(pattern.file, []).append((number, pattern))
        self._folders: dict[str, Settled] = {}
        self._files: dict[str, InFile] = {}

    def by_file(self, nodeids: Sequence[str]) -> Iterator[tuple[InFile, Sequence[str]]]:
        """Divide `nodeids` into groups that lie in one file each.

        Tests come file by file, and most patterns mean all or none of a file.
        """
        start, end = 0, len(nodeids)
        while start < end:
            path = nodeids[start].partition("::")[0]
            prefix = f"{path}::"
            stop = start + 1
            while stop < end and nodeids[stop].startswith(prefix):
                stop += 1
            yield self.file(path), nodeids[start:stop]
            start = stop

    def select(self, nodeids: Sequence[str]) -> Iterator[tuple[Fits, Sequence[str]]]:
        """Return which patterns fit, for each group that they fit alike."""
        for file, group in self.by_file(nodeids):
            yield from self.within(file, group)

    def within(
        self, file: InFile, nodeids: Sequence[str]
    ) -> Iterator[tuple[Fits, Sequence[str]]]:
        """Return the same of `nodeids` that lie in `file`."""
        # Without `::` it is not in a file, but perhaps one itself.
        if not file.open and "::" in nodeids[0]:
            yield file.settled, nodeids
            return
        for nodeid in nodeids:
            yield self.fits(file, nodeid), (nodeid,)

    def fits(self, file: InFile, nodeid: str) -> Fits:
        """Return which patterns fit `nodeid`, which lies in `file`."""
        if "::" not in nodeid:
            return _fits(nodeid, self._patterns)
        if not file.open:
            return file.settled
        candidates = (
            each
            for length, heads in file.open.items()
            for each in heads.get(nodeid[:length], ())
        )
        return file.settled + _fits(nodeid, candidates)

    def file(self, path: str) -> InFile:
        """Return what is known of all tests of the file `path`."""
        known = self._files.get(path)
        if known is None:
            if len(self._files) >= _FILES:
                self._files.clear()
                self._folders.clear()
            known = self._files[path] = self._look_at(path)
        return known

    def _look_at(self, path: str) -> InFile:
        settled, open_ = self._folder(path[: path.rfind("/") + 1])
        open_ = open_ + self._by_file.get(path, [])
        if open_:
            more, open_ = _settle(open_, f"{path}::")
            settled = settled + more
        return InFile(settled, _by_head(open_), hash(path) % BUCKETS)

    def _folder(self, prefix: str) -> Settled:
        """Return the same of the patterns that name no single file, for a folder."""
        if prefix not in self._folders:
            self._folders[prefix] = _settle(self._by_file.get(None, ()), prefix)
        return self._folders[prefix]


def _by_head(patterns: Numbered) -> Mapping[int, Mapping[str, Numbered]]:
    lengths: dict[int, dict[str, Numbered]] = {}
    for number, pattern in patterns:
        heads = lengths.setdefault(len(pattern.head), {})
        heads.setdefault(pattern.head, []).append((number, pattern))
    return lengths


def _settle(patterns: Iterable[tuple[int, Pattern]], prefix: str) -> Settled:
    """Return which of `patterns` fit all that is below `prefix`, and which may."""
    matches = [(number, p, p.match_below(prefix)) for number, p in patterns]
    return (
        [(number, match) for number, _, match in matches if match],
        [(number, p) for number, p, match in matches if match is None],
    )


def _fits(nodeid: str, patterns: Iterable[tuple[int, Pattern]]) -> Fits:
    found = ((number, pattern.match(nodeid)) for number, pattern in patterns)
    return [(number, match) for number, match in found if match]


def _is_below(nodeid: str, beginning: str) -> bool:
    return nodeid.startswith(beginning) and (
        len(nodeid) == len(beginning)
        or not beginning
        or beginning.endswith(_BOUNDARY)
        or nodeid.startswith(_BOUNDARY, len(beginning))
    )


def _translate(glob: str) -> str:
    # A star crosses `/` too.  Matching too little could leave out the one failed
    # parameter `test_x[a/b]`, and a claim would stand that should not.
    parts = _WILD.split(glob)
    regex = "".join(
        _REGEX.get(part, ".*") if i % 2 else re.escape(part)
        for i, part in enumerate(parts)
    )
    return regex + ("" if glob.endswith(_BOUNDARY) else r"(?=\Z|/|::|\[)")
