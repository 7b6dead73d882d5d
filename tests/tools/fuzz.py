"""Feed a reader what nobody would write: no traceback, no hang, no endless memory.

    python tests/tools/fuzz.py junit -max_total_time=600 tests/cases/results

Needs `pip install atheris`.  The readers are those of evidence by their names in a
record, `record`, `markdown` for what reads finished reports back, and `import` for
what makes records of typed ones.  What comes after the reader goes to libFuzzer:
options, and folders with files to begin with.  A find becomes a test, beside those
of its reader.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["reportgen"]):
    from reportgen.check.markdown import check_markdown
    from reportgen.importing.record import import_report
    from reportgen.load.evidence import READERS, load_evidence
    from reportgen.load.record import load_record, read_record
    from reportgen.load.text_file import forbidden
    from reportgen.model import FilePath, Query, Source, Text

_FOLDER = Path(tempfile.mkdtemp())
_QUERY = Query(
    patterns=frozenset({"", "tests/", "a::b", "x@tests/*_test.py"}),
    named=frozenset({"tests/"}),
)


def _evidence(form: str) -> Callable[[bytes], object]:
    source = Source(
        name=Text("tests"), format=form, files={"": FilePath(f"file.{form}")}
    )

    def read(data: bytes) -> object:
        (_FOLDER / f"file.{form}").write_bytes(data)
        return load_evidence([source], _FOLDER, _FOLDER, _QUERY)

    return read


def _record(data: bytes) -> object:
    path = _FOLDER / "record.yaml"
    path.write_bytes(data)
    return load_record(path, "record.yaml")


def _markdown(data: bytes) -> object:
    text = data.decode("utf-8", "replace")
    return check_markdown(text, "report.md", folder=_FOLDER, root=_FOLDER)


def _import(data: bytes) -> object:
    text = data.decode("utf-8", "replace")
    if forbidden(text):
        return None
    record, found = read_record(import_report(text, "old").text, "record.yaml")
    assert record is not None, found
    return record


TARGETS: Mapping[str, Callable[[bytes], object]] = {
    **{form: _evidence(form) for form in READERS},
    "record": _record,
    "markdown": _markdown,
    "import": _import,
}


def main() -> None:
    """Feed the reader that the first word names."""
    target = TARGETS[sys.argv.pop(1)]
    atheris.Setup(sys.argv, target)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
