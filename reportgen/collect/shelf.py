"""Takes old results away, and puts new ones into place, each with its stamp."""

from __future__ import annotations

import codecs
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from reportgen.collect.site import Site, matches
from reportgen.model import Diagnostic, Json, Source, Text
from reportgen.stamp import SUFFIX

# How each format of evidence begins: JSON, XML (in UTF-16, too), gzip and zstandard.
_RESULTS = (
    b"{",
    b"[",
    b"<",
    b"\xff\xfe",
    b"\xfe\xff",
    b"\x1f\x8b",
    b"\x28\xb5\x2f\xfd",
)


def beside(path: Path, word: str) -> Path:
    """Return a temporary name beside `path`; stamps and globs do not see it."""
    return path.with_name(f".{path.name}.reportgen-{word}")


def objections(text: Text, site: Site) -> Iterator[Diagnostic]:
    """Yield what is against storing a result at `text`, a path or glob of a record.

    It would take a file away that no tool wrote as a result, such as a test that a
    record names by mistake, or one that is not the project's.
    """
    if site.outside(site.path(text)):
        message = f"{str(text)!r} leads out of the project"
        hint = "name a path inside the project"
        yield Diagnostic(text.place, "evidence-outside", message, hint)
        return
    if site.path(text).is_dir():
        message = f"{str(text)!r} is a folder"
        hint = "name a file, or a glob such as `results/*.json`"
        yield Diagnostic(text.place, "write-failed", message, hint)
    for path in matches(text, site.folder):
        if not _is_result(path):
            shown = os.path.relpath(path, site.folder)
            message = f"{shown!r} is there, and is no result of a tool"
            hint = "name another file, or move it away"
            yield Diagnostic(text.place, "write-failed", message, hint)


def unwritten(source: Source, error: OSError) -> Diagnostic:
    """Return the finding that `error` keeps the evidence `source` from its place."""
    message = f"{source.name}: {error.strerror or error}"
    if error.filename is not None:  # a full disk has none
        message += f": {error.filename!r}"
    hint = "see to the folder's rights and room"
    return Diagnostic(source.place, "write-failed", message, hint)


@contextmanager
def set_aside(paths: Iterable[Path]) -> Iterator[Callable[[], None]]:
    """Take the files at `paths` and their stamps away, and give what puts them back.

    They go before anything runs, so that a run that dies leaves no result; they are
    deleted when it is over, unless they were put back since nothing ran.
    """
    aside: dict[Path, Path] = {}

    def put_back() -> None:
        while aside:
            old, hidden = aside.popitem()
            hidden.replace(old)

    try:
        try:
            for path in paths:
                for old in (path, _stamp_of(path)):
                    if old.is_dir():
                        continue  # a mistake in the record, and nothing of ours
                    with suppress(FileNotFoundError):
                        aside[old] = old.replace(beside(old, "old"))
        except OSError:
            put_back()
            raise
        yield put_back
    finally:
        for hidden in aside.values():
            hidden.unlink(missing_ok=True)


def keep(made: Path, kept: Path, stamp: Json) -> None:
    """Move the result at `made` to `kept`, whole, with a stamp beside it.

    The stamp comes first: a result without the exit code of its process could be
    better than its run.  It holds the sum of the result, so that nobody takes it for
    the stamp of another one.
    """
    kept.parent.mkdir(parents=True, exist_ok=True)
    ready = beside(kept, "new")
    if made != ready:
        shutil.move(made, ready)
    digest = hashlib.sha256(ready.read_bytes()).hexdigest()
    put(_stamp_of(kept), {**stamp, "sha256": digest})
    ready.replace(kept)


def put(path: Path, data: object) -> None:
    """Write `data` to `path` as JSON, whole or not at all."""
    ready = beside(path, "new")
    text = json.dumps(data, indent=2) + "\n"  # ASCII: a name may be no proper text
    ready.write_text(text, encoding="utf-8", newline="\n")
    ready.replace(path)


def _is_result(path: Path) -> bool:
    """Whether `path` has a stamp, or begins as results do; nothing at all may."""
    if _stamp_of(path).exists() or not path.is_file():
        return True
    with path.open("rb") as file:
        begin = file.read(1024).removeprefix(codecs.BOM_UTF8).lstrip()
    return not begin or begin.startswith(_RESULTS)


def _stamp_of(path: Path) -> Path:
    return path.with_name(path.name + SUFFIX)
