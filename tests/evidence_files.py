"""Reads files as evidence in one line, for the tests of evidence."""

from collections.abc import Mapping
from pathlib import Path

from reportgen.load.evidence import load_evidence
from reportgen.model import Outcome, Query, Run, Source, Testimony, Text

SHARED = Path(__file__).parents[2] / "shared" / "evidence"
CASES = Path(__file__).parent / "cases"


def load(
    folder: Path,
    files: str | Mapping[str, str],
    form: str = "pytest",
    *patterns: str,
    named: bool = False,
) -> tuple[Testimony, ...]:
    """Return what `files` in `folder` testify."""
    by_shard = {"": files} if isinstance(files, str) else files
    source = Source(
        name=Text("tests"),
        format=form,
        files={shard: Text(path) for shard, path in by_shard.items()},
    )
    asked = frozenset(patterns)
    query = Query(patterns=asked, named=asked if named else frozenset())
    return load_evidence([source], folder, folder, query)


def run_of(
    folder: Path, files: str | Mapping[str, str], form: str = "pytest", *patterns: str
) -> Run:
    """Return the one run that `files` are."""
    [run] = load(folder, files, form, *patterns)
    assert isinstance(run, Run)
    return run


def read_text(folder: Path, form: str, text: str | bytes) -> Testimony:
    """Return what a file with `text` testifies."""
    data = text if isinstance(text, bytes) else text.encode()
    (folder / "r").write_bytes(data)
    [found] = load(folder, "r", form, "")
    return found


def outcomes_of(folder: Path, text: str | bytes, form: str) -> dict[str, Outcome]:
    """Return how each test in a file with `text` ended."""
    (folder / "r").write_bytes(text if isinstance(text, bytes) else text.encode())
    [found] = load(folder, "r", form, "", named=True)
    assert isinstance(found, Run)
    assert found.problem is None
    return dict(found.selections[""].outcomes or {})
