"""Reads small JSON files whole, and says why one of them cannot be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from reportgen.load.content import Content, File, UnreadableError
from reportgen.load.json_stream import JsonStream
from reportgen.load.stamps import stamp_of
from reportgen.model import Coverage, Json, Query, Receipts, Tracker

Kind = TypeVar("Kind", Coverage, Tracker, Receipts)


def read_documents(
    kind: type[Kind], walk: Callable[[JsonStream], Json]
) -> Callable[[Sequence[File], Query], Iterator[Kind]]:
    """Return a reader of files whose fields `walk` takes from their JSON."""

    def read(files: Sequence[File], _: Query) -> Iterator[Kind]:
        return (_read(kind, walk, file) for file in files)

    return read


def not_this_format(what: str) -> UnreadableError:
    """Return what to raise when a file is not `what` it was said to be."""
    hint = "name the format that it is"
    return UnreadableError("evidence-format", f"is not {what}", hint)


def _read(kind: type[Kind], walk: Callable[[JsonStream], Json], file: File) -> Kind:
    fields: dict[str, Any] = {"problem": file.problem}
    if file.problem is None:
        content = Content(file)
        try:
            stream = JsonStream(content)
            found = walk(stream)
            stream.end()
            fields |= found
        except UnreadableError as error:
            fields["problem"] = content.diagnose(error)
        fields["sha256"] = content.sha256()
        fields["stamp"], bad_stamp = stamp_of(file, fields["sha256"])
        fields["problem"] = fields["problem"] or bad_stamp
    return kind(evidence=file.evidence, path=file.shown, **fields)
