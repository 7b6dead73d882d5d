"""Reads what a result file leaves out: which commit it tested, when, and how."""

from __future__ import annotations

import json
from pathlib import Path

from reportgen.load import coerce
from reportgen.load.content import File
from reportgen.load.text_file import LARGEST, open_file
from reportgen.model import Diagnostic, Json, Place, Stamp

SUFFIX = ".stamp.json"


def stamp_of(
    file: File, sha256: str, inside: object = None
) -> tuple[Stamp | None, Diagnostic | None]:
    """Return the stamp of `file`, and why the one beside it is of no use.

    What stands in the file beside it counts for more than what stands `inside`:
    only that one is written when the process has ended.  It says which sum the
    result had then, and nothing of a result that has another, `sha256`.
    """
    beside = file.path.with_name(file.path.name + SUFFIX)
    problem = None
    data = dict(coerce.mapping(inside))
    try:
        told = _read(beside)
        if told.get("sha256", sha256) == sha256:
            versions = coerce.mapping(data.get("versions"))
            # The run itself knows what its configuration adds to its words.
            told["argv"] = data.get("argv") or told.get("argv")
            data |= told
            data["versions"] = versions | coerce.mapping(told.get("versions"))
        else:
            message = "the result is not the one that was stamped"
            hint = "run `reportgen collect` again, or delete the stamp beside it"
            problem = Diagnostic(Place(file.shown), "stamp-mismatch", message, hint)
    except FileNotFoundError:
        pass
    except (OSError, ValueError, RecursionError) as error:
        place = Place(file.shown + SUFFIX)
        message = f"the stamp cannot be read: {error}"
        hint = "run `reportgen collect` again"
        problem = Diagnostic(place, "stamp-unreadable", message, hint)
    return (_stamp(data) if data else None), problem


def _read(path: Path) -> Json:
    with open_file(path) as file:
        data = json.loads(file.read(LARGEST).decode())
    if not isinstance(data, dict):
        raise ValueError("it is not an object")  # noqa: TRY004 - one kind of trouble
    return data


def _stamp(data: Json) -> Stamp:
    return Stamp(
        commit=coerce.text(data.get("commit")) or None,
        tree=coerce.text(data.get("tree")) or None,
        dirty=_dirty(data.get("dirty")),
        argv=coerce.words(data.get("argv")),
        started=coerce.moment(data.get("started")),
        exitcode=coerce.whole(data.get("exitcode")),
        shard=coerce.text(data.get("shard")),
        versions={
            name: str(version)
            for name, version in coerce.mapping(data.get("versions")).items()
        },
        platform=coerce.text(data.get("platform")),
    )


def _dirty(value: object) -> dict[str, str | None] | None:
    """Return the id of each changed file's content; "" where it is not told."""
    if isinstance(value, list):
        return dict.fromkeys(coerce.words(value), "")
    if not isinstance(value, dict):
        return None
    return {
        path: None if blob is None else coerce.text(blob)
        for path, blob in value.items()
    }
