"""Notices node ids that occur again, at nine bytes a test.

Names are remembered by a keyed hash of 64 bits.  Two of a million names share one
in one of forty million runs; then the worse outcome counts for both.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import NamedTuple

BUCKETS = 64  # a node id that occurs again lies in the same one


class Index(NamedTuple):
    """The hashes of the tests of a file, in buckets, each with its outcome's rank."""

    hashes: array[int]
    ranks: bytes
    starts: array[int]

    def bucket(self, number: int) -> list[tuple[int, int]]:
        """Return the entries of one bucket."""
        part = slice(self.starts[number], self.starts[number + 1])
        return list(zip(self.hashes[part], self.ranks[part], strict=True))


EMPTY = Index(array("q"), b"", array("L", [0] * (BUCKETS + 1)))


class Sightings:
    """Which node ids occurred so far."""

    def __init__(self) -> None:
        self._hashes = [array("q") for _ in range(BUCKETS)]
        self._ranks = [bytearray() for _ in range(BUCKETS)]

    def note(self, bucket: int, nodeids: Sequence[str], rank: int) -> None:
        """Remember tests that ended alike; those of one file share a `bucket`."""
        self._hashes[bucket].fromlist([*map(hash, nodeids)])
        self._ranks[bucket] += bytes((rank,)) * len(nodeids)

    def note_one(self, bucket: int, nodeid: str, rank: int) -> None:
        """Remember one test."""
        self._hashes[bucket].append(hash(nodeid))
        self._ranks[bucket].append(rank)

    @property
    def repeated(self) -> dict[int, int]:
        """The hashes that occur again, each with its highest rank."""
        found: dict[int, int] = {}
        for hashes, ranks in zip(self._hashes, self._ranks, strict=True):
            if len(set(hashes)) == len(hashes):
                continue
            seen: dict[int, int] = {}
            for key, rank in zip(hashes, ranks, strict=True):
                if key in seen:
                    found[key] = max(rank, seen[key])
                seen[key] = max(rank, seen.get(key, rank))
        return found

    @property
    def index(self) -> Index:
        """All of it, in a form that takes little room."""
        entries: array[int] = array("q")
        starts = array("L", [0])
        for bucket in self._hashes:
            entries += bucket
            starts.append(len(entries))
        return Index(entries, b"".join(self._ranks), starts)


def losers(indexes: Sequence[Index]) -> list[set[int]]:
    """Return for each file the hashes of its tests that count in another one.

    A test counts where its rank is highest, and among equals in the first file.
    """
    lost: list[set[int]] = [set() for _ in indexes]
    if len(indexes) == 1:
        return lost
    for bucket in range(BUCKETS):
        if not _overlap(indexes, bucket):  # parts of one run have no test in common
            continue
        best: dict[int, tuple[int, int]] = {}
        for number, index in enumerate(indexes):
            for key, rank in index.bucket(bucket):
                known, holder = best.setdefault(key, (rank, number))
                if holder != number:
                    worse = rank > known
                    lost[holder if worse else number].add(key)
                    if worse:
                        best[key] = (rank, number)
    return lost


def _overlap(indexes: Sequence[Index], bucket: int) -> bool:
    """Whether any hash occurs twice in this bucket of all `indexes`."""
    hashes: array[int] = array("q")
    for index in indexes:
        hashes += index.hashes[index.starts[bucket] : index.starts[bucket + 1]]
    return len(set(hashes)) < len(hashes)
