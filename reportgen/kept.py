"""Remembers what reports were made of, so that only those are made that may differ."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

import msgspec

from reportgen import __version__
from reportgen.load.config import Config
from reportgen.load.traces import Present, Trace
from reportgen.model import Diagnostic, ExitCode, Value, WriteError
from reportgen.private import private_folder
from reportgen.write import write


class Done(Value, frozen=True, kw_only=True):
    """A report that was written: what is said of it, and its files with their hashes.

    `answers` stands for what `trace` names, as it was before the report was made.
    There is no trace if it is not clear what it was made of.
    """

    trace: Trace | None
    answers: str = ""
    files: dict[str, str]
    state: str
    findings: tuple[Diagnostic, ...]
    exit_code: ExitCode


class Made(Value, frozen=True, kw_only=True):
    """What became of one report; `mistakes` say why there is none."""

    done: Done | None = None
    changed: bool = False
    mistakes: tuple[Diagnostic, ...] = ()


class _Memory(msgspec.Struct):
    made_by: str
    done: dict[str, Done]


class Kept:
    """What is remembered of the reports of a project that were made alike.

    `how` says what else they depend on.  The memory lies with the user and not in
    the project, where others could put one that calls anything unchanged.
    """

    def __init__(self, config: Config, how: Iterable[str]) -> None:
        folders = [*map(str, config.templates), _builtin()]
        self.present = Present(config.root, (config.data, config.output))
        self._made_by = _digest([__version__, *_code(), repr(config), *how])
        self._made_by += _digest(_contents(config.root / each for each in folders))
        folder = private_folder()
        name = f"built-{_digest([str(config.root.resolve()), *how])[:32]}.json"
        self._path = folder / name if folder else None
        self._known = self._load()
        self._done: dict[str, Done] = {}

    def unchanged(self, name: str) -> Done | None:
        """Return what is known of the report `name`, if making it would change nothing.

        It is then kept in mind for the next time, too.
        """
        known = self._known.get(name)
        if known is None or known.trace is None:
            return None
        if known.answers != self.present.digest(known.trace):
            return None
        if any(self.present.file(path) != held for path, held in known.files.items()):
            return None
        self._done[name] = known
        return known

    def remember(self, name: str, done: Done) -> None:
        """Keep in mind that the report `name` was made."""
        if done.trace is not None:
            answers = self.present.digest(done.trace)
            files = {path: self.present.look(path) for path in done.files}
            kept = msgspec.structs.replace(done, answers=answers, files=files)
            self._done[name] = kept

    def save(self) -> None:
        """Write down what is kept in mind; that it cannot be is no matter."""
        if self._path is None or self._done == self._known:
            return
        memory = _Memory(made_by=self._made_by, done=self._done)
        with suppress(WriteError):
            write(msgspec.json.encode(memory).decode(), self._path)

    def _load(self) -> dict[str, Done]:
        if self._path is None:
            return {}
        try:
            memory = msgspec.json.decode(self._path.read_bytes(), type=_Memory)
        except (OSError, msgspec.DecodeError):
            return {}
        return memory.done if memory.made_by == self._made_by else {}


def _builtin() -> str:
    package = Path(__file__).parent
    beside = package.parent / "templates"
    return str(beside if beside.is_dir() else package / "templates")


def _code() -> list[str]:
    """Return what stands for the code that makes reports: this very package."""
    package = Path(__file__).parent
    looks = ((path, path.stat()) for path in sorted(package.rglob("*.py")))
    return [f"{path} {look.st_size} {look.st_mtime_ns}" for path, look in looks]


def _contents(folders: Iterable[Path]) -> list[str]:
    """Return every template in `folders`, with the hash of what it holds."""
    paths = [path for each in folders for path in sorted(each.rglob("*.j2"))]
    return [f"{path} {_hash(path.read_bytes())}" for path in paths if path.is_file()]


def _digest(words: Sequence[str]) -> str:
    return _hash("\0".join(words).encode("utf-8", "surrogateescape"))


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
