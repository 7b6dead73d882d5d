"""Notices node ids that occur again, in a file or in several, at nine bytes a test.

Names are remembered by a keyed hash of 64 bits.  Two of a million names share one
in one of forty million runs; then the worse outcome counts for both.
"""

from __future__ import annotations

import io
from array import array
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import BinaryIO, NamedTuple

from reportgen.load.content import UnreadableError

BUCKETS = 64  # a node id that occurs again lies in the same one
_HELD = 1 << 18  # tests that are held before they are put away, in a file

_HASH = "l" if array("l").itemsize == 8 else "q"  # the quicker of equals  # noqa: PLR2004


class Part(NamedTuple):
    """Tests of one file: their hashes, and their outcomes' ranks."""

    file: int
    hashes: array[int]
    ranks: bytes | bytearray


class _Bucket:
    """Tests that were noted, and where those of each file begin among them."""

    def __init__(self) -> None:
        self.hashes: array[int] = array(_HASH)
        self.ranks = bytearray()
        self.files: array[int] = array("L")
        self.starts: array[int] = array("L")


class _Away(NamedTuple):
    """A bucket that lies in the file, from `start` to `end`."""

    files: array[int]
    starts: array[int]
    start: int
    end: int


class Again(NamedTuple):
    """The hashes of a file's tests that occur again.

    `worst` are those that it holds twice, each with the highest rank, `elsewhere`
    those that count in another file.
    """

    worst: dict[int, int]
    elsewhere: set[int]


class Sightings:
    """Which node ids occurred so far, in files that are read one after the other."""

    def __init__(self) -> None:
        self._stream: BinaryIO | None = None  # to what is put away
        self._layers: list[Mapping[int, _Away]] = []
        self._file = 0
        self._forget()

    def begin(self, file: int) -> None:
        """Say which file the tests are in that come now; files are numbered from 0."""
        self._file = file
        self._begun.clear()

    def note(self, bucket: int, nodeids: Sequence[str], rank: int) -> None:
        """Remember tests that ended alike; those of one test file share a `bucket`."""
        held = self._begun.get(bucket) or self._begin(bucket)
        held.hashes.fromlist([*map(hash, nodeids)])
        held.ranks += bytes((rank,)) * len(nodeids)
        self._held += len(nodeids)
        if self._held > _HELD:
            self._put_away()

    def again(self, shards: Sequence[str]) -> Mapping[int, Again]:
        """Return what occurs again, for each file that has such tests.

        Files are compared with those of the same shard; `shards` has that of each.
        A test counts where its rank is highest, and among equals in the first file.
        """
        found: dict[int, Again] = defaultdict(lambda: Again({}, set()))
        for bucket in range(BUCKETS):
            parts = list(self._parts(bucket))
            if not _overlap(parts):  # the rule, and also for the parts of a run
                continue
            for shard in {shards[part.file] for part in parts}:
                group = [part for part in parts if shards[part.file] == shard]
                if _overlap(group):
                    _settle(group, found)
        return found

    def close(self) -> None:
        """Forget everything."""
        if self._stream is not None:
            self._stream.close()

    def _begin(self, bucket: int) -> _Bucket:
        held = self._begun[bucket] = self._buckets[bucket]
        held.files.append(self._file)
        held.starts.append(len(held.ranks))
        return held

    def _parts(self, bucket: int) -> Iterator[Part]:
        for layer in self._layers:
            if self._stream is not None and bucket in layer:
                files, starts, start, end = layer[bucket]
                self._stream.seek(start)
                data = self._stream.read(end - start)
                middle = len(data) // 9 * 8  # a rank takes one byte, a hash eight
                hashes = array(_HASH, data[:middle])
                yield from _divided(files, starts, hashes, data[middle:])
        if bucket in self._buckets:
            held = self._buckets[bucket]
            yield from _divided(held.files, held.starts, held.hashes, held.ranks)

    def _put_away(self) -> None:
        layer = {}
        try:
            stream = self._stream = self._stream or _temporary_file()
            for number, held in self._buckets.items():
                start = stream.seek(0, io.SEEK_END)
                left = held.hashes.tobytes() + held.ranks
                while left:  # at once it takes only what there is room for
                    left = left[stream.write(left) :]
                layer[number] = _Away(held.files, held.starts, start, stream.tell())
        except OSError as error:
            message = f"holds too many tests to compare: {error.strerror or error}"
            hint = "make room in the folder for temporary files"
            raise UnreadableError("evidence-size", message, hint) from error
        self._layers.append(layer)
        self._forget()

    def _forget(self) -> None:
        self._buckets: dict[int, _Bucket] = defaultdict(_Bucket)
        self._begun: dict[int, _Bucket] = {}  # those with tests of this very file
        self._held = 0


def _temporary_file() -> BinaryIO:
    import tempfile  # noqa: PLC0415  # few results are so large

    # It goes when nobody needs it.  A buffer would try again, at its end, to write
    # what there is no room for.
    return tempfile.TemporaryFile(buffering=0)


def _divided(
    files: Sequence[int],
    starts: Sequence[int],
    hashes: array[int],
    ranks: bytes | bytearray,
) -> Iterator[Part]:
    ends = [*starts[1:], len(ranks)]
    for file, start, end in zip(files, starts, ends, strict=True):
        yield Part(file, hashes[start:end], ranks[start:end])


def _settle(parts: Sequence[Part], found: Mapping[int, Again]) -> None:
    """Find out about tests of one shard where each counts."""
    own: dict[tuple[int, int], int] = {}
    for file, hashes, ranks in parts:
        for key, rank in zip(hashes, ranks, strict=True):
            known = own.get((key, file))
            if known is not None:
                found[file].worst[key] = max(rank, known)
            own[key, file] = max(rank, known or 0)
    best: dict[int, tuple[int, int]] = {}
    for (key, file), rank in own.items():
        known, holder = best.setdefault(key, (rank, file))
        if holder != file:
            worse = rank > known
            found[holder if worse else file].elsewhere.add(key)
            if worse:
                best[key] = (rank, file)


def _overlap(parts: Sequence[Part]) -> bool:
    """Whether any hash occurs twice."""
    every: array[int] = array(_HASH)
    for part in parts:
        every += part.hashes
    return len(set(every)) < len(every)
