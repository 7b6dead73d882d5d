"""Reads an earlier state of a report, which `check --format json` printed."""

from __future__ import annotations

from pathlib import Path

import msgspec

from reportgen.changes import Earlier
from reportgen.model import Diagnostic, Place, RecordError

_LARGEST = 100_000_000  # bytes
_HINT = "give what `reportgen check NAME --format json` printed"


def load_earlier(path: Path, name: str) -> Earlier:
    """Return the state of the report called `name` that the file at `path` holds.

    Raises RecordError if it holds none.
    """
    try:
        with path.open("rb") as file:  # it may be a pipe
            text = file.read(_LARGEST)
        data = msgspec.json.decode(text, type=Earlier | tuple[Earlier, ...])
    except OSError as error:
        message = f"cannot be read: {error.strerror or error}"
        raise _refused(path, message) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        message = f"is no state of a report: {error}"
        raise _refused(path, message) from None
    for state in (data,) if isinstance(data, Earlier) else data:
        if state.name == name and state.verdict is not None:
            return state
    raise _refused(path, f"holds no state of {name!r}")


def _refused(path: Path, message: str) -> RecordError:
    return RecordError([Diagnostic(Place(str(path)), "earlier-state", message, _HINT)])
