"""Reads what `coverage json` writes."""

from __future__ import annotations

from reportgen.load import coerce
from reportgen.load.documents import not_this_format, read_documents
from reportgen.load.json_stream import JsonStream, repeated_key
from reportgen.model import Coverage, Json


def walk(stream: JsonStream) -> Json:
    """Return the totals; the files of the project are passed over."""
    parts: Json = {}
    if stream.peek() not in {b"{", b""}:
        raise _not_coverage()
    for key in stream.members():
        if key in parts:
            raise repeated_key(key, stream.offset)
        if key in {"meta", "totals"}:
            parts[key] = coerce.mapping(stream.value())
        else:
            stream.skip()
    totals = parts.get("totals", {})
    percent = coerce.number(totals.get("percent_covered"))
    if percent is None:
        raise _not_coverage()
    return {
        "created": coerce.moment(parts.get("meta", {}).get("timestamp")),
        "percent": percent,
        "covered": coerce.whole(totals.get("covered_lines")),
        "statements": coerce.whole(totals.get("num_statements")),
        "missing": coerce.whole(totals.get("missing_lines")),
        "branches": coerce.whole(totals.get("num_branches")),
    }


read = read_documents(Coverage, walk)


def _not_coverage() -> Exception:
    return not_this_format("a report of `coverage json`")
