"""The yardstick T: decode a result file at once, as types that leave out the rest."""

import sys
from pathlib import Path

import msgspec


class Stage(msgspec.Struct, gc=False):
    """How one phase of a test ended."""

    outcome: str
    longrepr: msgspec.Raw = msgspec.Raw(b"null")


class Test(msgspec.Struct, gc=False):
    """A test, without what a report does not show."""

    nodeid: str
    outcome: str
    setup: Stage | None = None
    call: Stage | None = None
    teardown: Stage | None = None


class File(msgspec.Struct, gc=False):
    """A file, without what a report does not show."""

    tests: list[Test]
    exitcode: int | None = None


msgspec.json.decode(Path(sys.argv[1]).read_bytes(), type=File)
