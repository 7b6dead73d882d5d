"""Finds the files of evidence that a record names, and reads each in its format."""

from __future__ import annotations

import glob
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from reportgen.load import coverage_json, ctrf, issues, junit, pytest_json, receipts
from reportgen.load.content import File
from reportgen.load.documents import read_documents
from reportgen.load.runs import read_runs
from reportgen.load.stamps import SUFFIX
from reportgen.model import (
    NOWHERE,
    Coverage,
    Diagnostic,
    Query,
    Receipts,
    Run,
    Selection,
    Source,
    Testimony,
    Text,
    Tracker,
)

Reader = Callable[[Sequence[File], Query], Iterator[Testimony]]

READERS: Mapping[str, Reader] = {
    "pytest": read_runs(pytest_json.walk, "pytest"),
    "junit": read_runs(junit.walk, "junit", exitcode_known=False),
    "ctrf": read_runs(ctrf.walk, "ctrf", exitcode_known=False),
    "coverage": read_documents(Coverage, coverage_json.walk),
    "issues": read_documents(Tracker, issues.walk),
    "commands": read_documents(Receipts, receipts.walk),
}


def load_evidence(
    sources: Iterable[Source], folder: Path, root: Path, query: Query
) -> tuple[Testimony, ...]:
    """Return what every file of `sources` testifies, in the order of the record.

    Paths are relative to `folder`, where the record is, and must stay below it or
    below the project's `root`.  A file that is missing or cannot be read testifies
    that, by its `problem`.
    """
    testimonies = [
        testimony
        for source in sources
        for testimony in READERS[source.format](_find(source, folder, root), query)
    ]
    return tuple(_settle(testimonies))


def _settle(testimonies: Sequence[Testimony]) -> Iterator[Testimony]:
    """Drop what patterns select loosely, where they fit something better elsewhere."""
    exact = {
        pattern
        for run in testimonies
        if isinstance(run, Run)
        for pattern, selection in run.selections.items()
        if not selection.loose and (selection.tally.total or selection.collected)
    }
    for each in testimonies:
        if isinstance(each, Run) and any(s.loose for s in each.selections.values()):
            selections = {
                pattern: _none(selection)
                if selection.loose and pattern in exact
                else selection
                for pattern, selection in each.selections.items()
            }
            yield msgspec.structs.replace(each, selections=selections)
        else:
            yield each


def _none(selection: Selection) -> Selection:
    return Selection(
        outcomes=None if selection.outcomes is None else {},
        collected=None if selection.collected is None else 0,
    )


# --- Finding files -------------------------------------------------------------


def _find(source: Source, folder: Path, root: Path) -> list[File]:
    """Return the files of `source`, each once; what is missing has a problem."""
    files: dict[tuple[str, Path], File] = {}
    for key, text in source.files.items():
        # The paths of a list are numbered; they are parts of one run.
        shard = "" if key.isdecimal() else key
        for path, problem in _expand(text, folder, root):
            file = File(
                evidence=str(source.name),
                path=path,
                shown=_shown(path, root),
                shard=shard,
                problem=problem,
            )
            files.setdefault((shard, path.resolve() if not problem else path), file)
    return sorted(files.values(), key=lambda file: (file.shown, file.shard))


def _expand(
    text: Text, folder: Path, root: Path
) -> Iterator[tuple[Path, Diagnostic | None]]:
    place = getattr(text, "place", NOWHERE)
    literal = folder / text
    try:
        found = [literal] if literal.exists() else _matches(text, folder)
        if not found:
            what = "matches no file" if glob.has_magic(text) else "does not exist"
            message = f"{str(text)!r} {what}"
            hint = "run what writes it, or correct the path"
            yield literal, Diagnostic(place, "evidence-missing", message, hint)
        for path in found:
            yield path, _objection(path, text, folder, root)
    except (OSError, ValueError) as error:  # no file can have such a name
        why = getattr(error, "strerror", None) or str(error)
        message = f"{str(text)!r} cannot be looked for: {why}"
        problem = Diagnostic(place, "evidence-missing", message, "correct the path")
        yield folder, problem


def _matches(text: str, folder: Path) -> list[Path]:
    if not glob.has_magic(text):
        return []
    found = glob.glob(text, root_dir=folder, recursive=True)  # noqa: PTH207 - Path.glob takes no `..`
    paths = (folder / name for name in sorted(found) if not name.endswith(SUFFIX))
    return [path for path in paths if path.is_file()]


def _objection(path: Path, text: Text, folder: Path, root: Path) -> Diagnostic | None:
    place = getattr(text, "place", NOWHERE)
    real = path.resolve()
    if not any(real.is_relative_to(each.resolve()) for each in (root, folder)):
        message = f"{str(text)!r} leads out of the project"
        hint = "copy the file into the project"
        return Diagnostic(place, "evidence-outside", message, hint)
    if not path.is_file():
        message = f"{str(text)!r} is not a file"
        hint = "name a file, or a glob such as `results/*.json`"
        return Diagnostic(place, "evidence-unreadable", message, hint)
    return None


def _shown(path: Path, root: Path) -> str:
    """Return `path` relative to `root` where it is below it."""
    relative = Path(os.path.relpath(path, root))
    outside = relative.is_absolute() or ".." in relative.parts
    return (path if outside else relative).as_posix()
