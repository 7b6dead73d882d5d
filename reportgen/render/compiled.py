"""Keeps compiled templates: for the reports of one run, and for later runs.

Compiling takes longer than all else in a small build.  What is kept is code, so it
lies where only its owner writes, never in a project; and it belongs to one text of
a template, one version of the code that compiles it, and one version of Python.
"""

from __future__ import annotations

import hashlib
import marshal
import os
import pickle
from contextlib import suppress
from functools import cache
from pathlib import Path
from types import CodeType

import jinja2
from jinja2.bccache import Bucket, FileSystemBytecodeCache, bc_magic

from reportgen import __version__
from reportgen.private import private_folder

_known: dict[tuple[str, str], CodeType] = {}


class Compiled(jinja2.BytecodeCache):
    """Keeps the code of templates in memory, and in a folder if there is a safe one.

    `kind` sets apart environments that compile the same text differently.
    """

    def __init__(self, kind: str) -> None:
        self._kind = kind
        folder = private_folder()
        self._files = _Files(folder) if folder else None

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        """Return what a template is kept under."""
        words = (name, filename or "", self._kind, _compiler())
        return hashlib.sha256("\0".join(words).encode("utf-8", "replace")).hexdigest()

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give `bucket` the code that is kept of it, if there is any."""
        code = _known.get((bucket.key, bucket.checksum))
        if code is not None:
            bucket.code = code
        elif self._files is not None:
            with suppress(OSError):
                self._files.load_bytecode(bucket)
            self._remember(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code of `bucket`; a folder that cannot be written is no matter."""
        self._remember(bucket)
        if self._files is not None:
            with suppress(OSError):
                self._files.dump_bytecode(bucket)

    def _remember(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            _known[bucket.key, bucket.checksum] = bucket.code


class _Files(FileSystemBytecodeCache):
    """Reads each file whole: Jinja reads code bit by bit, six times as long."""

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give `bucket` the code in its file, if that is all of it."""
        data = Path(self._get_cache_filename(bucket)).read_bytes()
        head = bc_magic + pickle.dumps(bucket.checksum, 2)
        if data.startswith(head):
            with suppress(EOFError, ValueError, TypeError):
                bucket.code = marshal.loads(data[len(head) :])  # noqa: S302  # our own


@cache
def _compiler() -> str:
    """Return what stands for everything that has a say in how templates compile."""
    states = [f"{__version__} {jinja2.__version__}"]
    with os.scandir(Path(__file__).parent) as files:
        for file in sorted(files, key=lambda file: file.name):
            if file.name.endswith(".py"):
                state = file.stat()
                states.append(f"{file.name} {state.st_size} {state.st_mtime_ns}")
    return "\n".join(states)
