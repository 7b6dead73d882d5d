"""Notices node ids that occur again, at nine bytes a test.

Names are remembered by a keyed hash of 64 bits.  Two of a million names share one
in one of forty million runs; then the worse outcome counts for both.
"""

from __future__ import annotations

import io
from array import array
from collections.abc import Sequence
from typing import BinaryIO, NamedTuple

from reportgen.load.content import UnreadableError

BUCKETS = 64  # a node id that occurs again lies in the same one
_HELD = 1 << 18  # tests of a file that are held before they are put away
_FEW = 1 << 14  # tests of a file that are compared at once
_IN_MEMORY = 1 << 23  # bytes of all files that are put away without a file

_HASH = "l" if array("l").itemsize == 8 else "q"  # the quicker of equals  # noqa: PLR2004

Entries = tuple["array[int]", bytearray]  # hashes of tests, and their outcomes' ranks


class Store:
    """Bytes that are put away: in memory while they are few, else in a file."""

    def __init__(self) -> None:
        self._stream: BinaryIO = io.BytesIO()

    def put(self, data: bytes) -> int:
        """Put `data` away, and return where it is."""
        try:
            at = self._stream.seek(0, io.SEEK_END)
            if at > _IN_MEMORY and isinstance(self._stream, io.BytesIO):
                self._stream = _on_disk(self._stream.getbuffer())
            self._stream.write(data)
        except OSError as error:
            message = f"holds too many tests to compare: {error.strerror or error}"
            hint = "make room in the folder for temporary files"
            raise UnreadableError("evidence-size", message, hint) from error
        return at

    def get(self, start: int, end: int) -> bytes:
        """Return what was put there."""
        self._stream.seek(start)
        return self._stream.read(end - start)

    def close(self) -> None:
        """Throw everything away."""
        self._stream.close()


def _on_disk(data: memoryview) -> BinaryIO:
    import tempfile  # noqa: PLC0415  # few results are so large

    stream = tempfile.TemporaryFile()  # noqa: SIM115  # it goes when nobody needs it
    stream.write(data)
    return stream


class Index(NamedTuple):
    """The tests of a file in buckets, which lie in `store`, from `starts` to the next.

    They were put away one layer after the other.
    """

    store: Store
    layers: Sequence[array[int]] = ()

    def bucket(self, number: int) -> Entries:
        """Return the entries of one bucket."""
        hashes: array[int] = array(_HASH)
        ranks = bytearray()
        for starts in self.layers:
            data = self.store.get(starts[number], starts[number + 1])
            end = len(data) // 9 * 8  # a rank takes one byte, and a hash eight
            hashes.frombytes(data[:end])
            ranks += data[end:]
        return hashes, ranks


class Sightings:
    """Which node ids occurred so far in one file."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._layers: list[array[int]] = []
        self._forget()

    def note(self, bucket: int, nodeids: Sequence[str], rank: int) -> None:
        """Remember tests that ended alike; those of one file share a `bucket`."""
        self._hashes[bucket].fromlist([*map(hash, nodeids)])
        self._ranks[bucket] += bytes((rank,)) * len(nodeids)
        self._held += len(nodeids)
        if self._held > _HELD:
            self._put_away()

    def note_one(self, bucket: int, nodeid: str, rank: int) -> None:
        """Remember a single test."""
        self._hashes[bucket].append(hash(nodeid))
        self._ranks[bucket].append(rank)
        self._held += 1
        if self._held > _HELD:
            self._put_away()

    @property
    def repeated(self) -> dict[int, int]:
        """The hashes that occur again, each with its highest rank."""
        found: dict[int, int] = {}
        if self._held < _FEW and not self._layers and not _overlap(self._hashes):
            return found
        index = Index(self._store, self._layers)
        for number in range(BUCKETS):
            hashes, ranks = self._hashes[number], self._ranks[number]
            if self._layers:
                before, ranks_before = index.bucket(number)
                hashes, ranks = before + hashes, ranks_before + ranks
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
        """All of it, put away."""
        self._put_away()
        return Index(self._store, tuple(self._layers))

    def _put_away(self) -> None:
        parts: list[bytes | bytearray] = []
        ends = [0]
        for hashes, ranks in zip(self._hashes, self._ranks, strict=True):
            parts += (hashes.tobytes(), ranks)
            ends.append(ends[-1] + 9 * len(ranks))
        start = self._store.put(b"".join(parts))
        self._layers.append(array("Q", [start + end for end in ends]))
        self._forget()

    def _forget(self) -> None:
        self._hashes: list[array[int]] = [array(_HASH) for _ in range(BUCKETS)]
        self._ranks = [bytearray() for _ in range(BUCKETS)]
        self._held = 0


def losers(indexes: Sequence[Index]) -> list[set[int]]:
    """Return for each file the hashes of its tests that count in another one.

    A test counts where its rank is highest, and among equals in the first file.
    """
    lost: list[set[int]] = [set() for _ in indexes]
    if len(indexes) == 1:
        return lost
    for bucket in range(BUCKETS):
        entries = [index.bucket(bucket) for index in indexes]
        if not _overlap(
            [hashes for hashes, _ in entries]
        ):  # parts of one run have no test in common
            continue
        best: dict[int, tuple[int, int]] = {}
        for number, (hashes, ranks) in enumerate(entries):
            for key, rank in zip(hashes, ranks, strict=True):
                known, holder = best.setdefault(key, (rank, number))
                if holder != number:
                    worse = rank > known
                    lost[holder if worse else number].add(key)
                    if worse:
                        best[key] = (rank, number)
    return lost


def _overlap(groups: Sequence[array[int]]) -> bool:
    """Whether any hash occurs twice."""
    every: array[int] = array(_HASH)
    for hashes in groups:
        every += hashes
    return len(set(every)) < len(every)
