"""Finds the files of evidence that a record names, and reads each in its format."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path

import msgspec

from reportgen.load.content import File
from reportgen.load.stamps import SUFFIX
from reportgen.load.wording import nearest
from reportgen.model import Diagnostic, Query, Run, Selection, Source, Testimony, Text

Reader = Callable[[Sequence[File], Query], Iterator[Testimony]]

# The module that reads each format: it is imported where there is such evidence.
READERS: Mapping[str, str] = {
    "pytest": "pytest_json",
    "junit": "junit",
    "ctrf": "ctrf",
    "coverage": "coverage_json",
    "issues": "issues",
    "commands": "receipts",
}

_GONE = "run what writes it, or correct the path"


def load_evidence(
    sources: Iterable[Source], folder: Path, root: Path, query: Query
) -> tuple[Testimony, ...]:
    """Return what every file of `sources` testifies, in the order of the record.

    Paths are relative to `folder`, where the record is, and must stay below it or
    below the project's `root`.  A file that is missing or cannot be read testifies
    that, by its `problem`.
    """
    inside = [os.path.realpath(each) for each in (root, folder)]
    testimonies = [
        testimony
        for source in sources
        for testimony in _reader(source.format)(
            _find(source, folder, root, inside), query
        )
    ]
    return tuple(_settle(testimonies))


def ask_about_missing(
    findings: Iterable[Diagnostic],
    sources: Iterable[Source],
    folder: Path,
    root: Path,
) -> Iterator[Diagnostic]:
    """Yield `findings`, those of missing files with the name of one that was meant.

    That is for whoever builds a report and not for the report itself, which is the
    same whatever else lies in a folder.
    """
    texts = {text.place: text for each in sources for text in each.files.values()}
    inside = [os.path.realpath(each) for each in (root, folder)]
    for finding in findings:
        text = texts.get(finding.place)
        meant = None
        if text is not None and finding.hint == _GONE:
            meant = _nearest(folder / text, text, inside)
        hint = f"did you mean {meant!r}?" if meant else finding.hint
        yield msgspec.structs.replace(finding, hint=hint)


def _nearest(missing: Path, text: Text, inside: Sequence[str]) -> str | None:
    """Return what was probably meant by `text`: a file that lies where it would."""
    try:
        beside = sorted(missing.parent.iterdir(), reverse=True)
    except (OSError, ValueError):
        return None
    # With `.json` at their ends, all names would be near to each other.
    known = {
        each.stem: each
        for each in beside
        if not each.name.startswith(".") and not each.name.endswith(SUFFIX)
    }
    near = known.get(nearest(missing.stem, known) or "")
    if near is None or _objection(near, os.path.realpath(near), text, inside):
        return None
    return Path(text).with_name(near.name).as_posix()


def _reader(name: str) -> Reader:
    read: Reader = import_module(f"reportgen.load.{READERS[name]}").read
    return read


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
        if isinstance(each, Run):
            selections = {
                pattern: _none(found) if found.loose and pattern in exact else found
                for pattern, found in each.selections.items()
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


def _find(
    source: Source, folder: Path, root: Path, inside: Sequence[str]
) -> list[File]:
    """Return the files of `source`, each once; what is missing has a problem."""
    files: dict[tuple[str, str], File] = {}
    for key, text in source.files.items():
        # The paths of a list are numbered; they are parts of one run.
        shard = "" if key.isdecimal() else key
        for path, real, problem in _expand(text, folder, inside):
            file = File(
                evidence=str(source.name),
                path=path,
                shown=_shown(path, root),
                shard=shard,
                problem=problem,
            )
            files.setdefault((shard, real), file)
    return sorted(files.values(), key=lambda file: (file.shown, file.shard))


def _expand(
    text: Text, folder: Path, inside: Sequence[str]
) -> Iterator[tuple[Path, str, Diagnostic | None]]:
    """Yield each file that `text` means, where it really is, and its problem."""
    literal = folder / text
    try:
        found = [literal] if literal.exists() else _matches(text, folder)
        if not found:
            what = "matches no file" if _is_glob(text) else "does not exist"
            message = f"{str(text)!r} {what}"
            problem = Diagnostic(text.place, "evidence-missing", message, _GONE)
            yield literal, str(literal), problem
        for path in found:
            real = os.path.realpath(path)
            yield path, real, _objection(path, real, text, inside)
    except (OSError, ValueError) as error:  # no file can have such a name
        why = getattr(error, "strerror", None) or str(error)
        message = f"{str(text)!r} cannot be looked for: {why}"
        hint = "correct the path"
        problem = Diagnostic(text.place, "evidence-missing", message, hint)
        yield folder, str(folder), problem


def _matches(text: str, folder: Path) -> list[Path]:
    if not _is_glob(text):
        return []
    import glob  # noqa: PLC0415  # most evidence is named

    found = glob.glob(text, root_dir=folder, recursive=True)  # noqa: PTH207 - Path.glob takes no `..`
    paths = (folder / name for name in sorted(found) if not name.endswith(SUFFIX))
    return [path for path in paths if path.is_file()]


def _is_glob(text: str) -> bool:
    return any(sign in text for sign in "*?[")


def _objection(
    path: Path, real: str, text: Text, inside: Sequence[str]
) -> Diagnostic | None:
    if not any(real == each or real.startswith(_below(each)) for each in inside):
        message = f"{str(text)!r} leads out of the project"
        hint = "copy the file into the project"
        return Diagnostic(text.place, "evidence-outside", message, hint)
    if not path.is_file():
        message = f"{str(text)!r} is not a file"
        hint = "name a file, or a glob such as `results/*.json`"
        return Diagnostic(text.place, "evidence-unreadable", message, hint)
    return None


def _below(folder: str) -> str:
    """Return what every path below `folder` begins with."""
    return folder if folder.endswith(os.sep) else folder + os.sep


def _shown(path: Path, root: Path) -> str:
    """Return `path` relative to `root` where it is below it."""
    relative = os.path.relpath(path, root)
    outside = relative.split(os.sep, 1)[0] == os.pardir
    return path.as_posix() if outside else relative.replace(os.sep, "/")
