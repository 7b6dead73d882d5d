"""Reads receipts of commands: what was run, when, and what it gave."""

from __future__ import annotations

import shlex

from reportgen.load import coerce
from reportgen.load.documents import not_this_format, read_documents
from reportgen.load.json_stream import JsonStream
from reportgen.load.messages import detail
from reportgen.model import Json, Receipt, Receipts


def walk(stream: JsonStream) -> Json:
    """Return the receipts, of one object or of a list of them."""
    data = stream.value()
    listed = data if isinstance(data, list) else [data]
    receipts = tuple(_receipt(coerce.mapping(entry)) for entry in listed)
    ends = [r.started + (r.duration or 0.0) for r in receipts if r.started is not None]
    return {"receipts": receipts, "created": max(ends, default=None)}


read = read_documents(Receipts, walk)


def _receipt(entry: Json) -> Receipt:
    command = coerce.text(entry.get("command")) or shlex.join(
        coerce.words(entry.get("argv"))
    )
    if not command or "exitcode" not in entry:
        raise not_this_format("a receipt with command and exitcode")
    return Receipt(
        command=command,
        exitcode=coerce.whole(entry["exitcode"]),
        started=coerce.moment(entry.get("started")),
        duration=coerce.number(entry.get("duration")),
        output=detail(coerce.text(entry.get("output"))),
    )
