"""The yardstick T: decode a result file at once, as types that leave out the rest.

They have what a report shows: names, lines and outcomes, how long each phase took,
and what failures say, which stays undecoded.
"""

import sys
from pathlib import Path

import msgspec

NONE = msgspec.Raw(b"null")


class Phase(msgspec.Struct, gc=False):
    """How a setup, a call or a teardown ended."""

    outcome: str
    duration: float = 0.0
    crash: msgspec.Raw = NONE
    longrepr: msgspec.Raw = NONE


class Test(msgspec.Struct, gc=False):
    """How a test ended."""

    nodeid: str
    outcome: str
    lineno: int | None = None
    setup: Phase | None = None
    call: Phase | None = None
    teardown: Phase | None = None


class Collector(msgspec.Struct, gc=False):
    """How a file or a class was collected."""

    nodeid: str
    outcome: str
    longrepr: msgspec.Raw = NONE


class File(msgspec.Struct, gc=False):
    """The whole file."""

    tests: list[Test]
    collectors: list[Collector] = []
    exitcode: int | None = None
    created: float | None = None


msgspec.json.decode(Path(sys.argv[1]).read_bytes(), type=File)
