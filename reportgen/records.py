"""Finds records by name, reads them, and says where their reports go."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from string import Template

from msgspec.structs import replace

from reportgen import late
from reportgen.load.config import Config
from reportgen.load.found import find_records, is_file
from reportgen.load.record import load_record
from reportgen.model import (
    NOWHERE,
    Diagnostic,
    Place,
    Record,
    RecordError,
    Url,
    Value,
    WriteError,
)
from reportgen.render.places import builtin_templates
from reportgen.write import write

MAIN = "report.md"  # the template of the full report
_NAME = late.pattern(r"[A-Za-z0-9][A-Za-z0-9._-]*")


class Source(Value, frozen=True, kw_only=True):
    """A record that could be read, and where it lies."""

    name: str
    path: Path
    record: Record
    warnings: tuple[Diagnostic, ...] = ()


def read(names: Sequence[str], config: Config) -> tuple[Source, ...]:
    """Read the records called `names`, or every record if there is no name.

    Raises RecordError with the mistakes of all of them.
    """
    known = find_records(config.root / config.data)
    if not known and not names:
        message = f"no records in {config.data}/"
        hint = "make one with `reportgen init NAME`"
        raise RecordError([Diagnostic(NOWHERE, "no-records", message, hint)])
    sources: list[Source] = []
    mistakes: list[Diagnostic] = []
    for name in dict.fromkeys(names or known):
        path = known.get(name)
        if path is None:
            mistakes.append(_unknown(name, known, config))
            continue
        shown = shown_path(path, config.root)
        record, found = load_record(path, shown, hours_a_day=config.hours_a_day)
        if record is None:
            mistakes.extend(found)
            continue
        if record.repository is None and config.repository is not None:
            record = replace(record, repository=Url(config.repository))
        sources.append(
            Source(name=name, path=path, record=record, warnings=tuple(found))
        )
    if mistakes:
        raise RecordError(mistakes)
    return tuple(sources)


def new_path(name: str, config: Config) -> Path:
    """Return where a new record called `name` goes.

    Raises WriteError if there is one already: nothing is written over.
    """
    folder = config.root / config.data
    path = folder / name / "record.yaml"
    if not _NAME.fullmatch(name):
        message = f"{name!r} cannot be the name of a record"
        hint = "use letters, digits, dots, hyphens and underscores"
        raise WriteError([Diagnostic(NOWHERE, "record-name", message, hint)])
    taken = find_records(folder).get(name)
    if taken is not None or os.path.lexists(path):
        place = Place(shown_path(taken or path, config.root))
        message = f"there is a record {name!r} already"
        raise WriteError([Diagnostic(place, "record-exists", message, "edit it")])
    return path


def start(name: str, config: Config) -> Path:
    """Write a commented record called `name` to start from, and return its path.

    Raises WriteError if there is one already.
    """
    path = new_path(name, config)
    schema = os.path.relpath(config.root / "record.schema.json", path.parent)
    skeleton = (builtin_templates() / "record.yaml").read_text(encoding="utf-8")
    write(Template(skeleton).substitute(name=name, schema=schema), path)
    return path


def output_path(name: str, template: str, config: Config) -> Path:
    """Return where a report goes: `reports/NAME.md`, other outputs beside it."""
    stem, _, suffix = template.rpartition(".")
    stem = "" if stem == "report" else f".{stem}"
    return config.root / config.output / f"{name}{stem}.{suffix}"


def part_paths(path: Path, number: int) -> tuple[Path, ...]:
    """Return where the parts of a report go: `report.1.md` and so on."""
    if number == 1:
        return (path,)
    return tuple(part_path(path, part) for part in range(1, number + 1))


def part_path(path: Path, part: int) -> Path:
    """Return where the part with this number goes, of several."""
    return path.with_name(f"{path.stem}.{part}{path.suffix}")


def shown_path(path: Path, root: Path) -> str:
    """Return `path` as people are shown it: from the project's folder, if inside."""
    try:
        return path.resolve().relative_to(root.resolve()).as_posix()
    except (ValueError, OSError, RuntimeError):  # RuntimeError: links in a circle
        return path.as_posix()


def _unknown(name: str, known: Mapping[str, Path], config: Config) -> Diagnostic:
    from difflib import get_close_matches  # noqa: PLC0415  # only for a mistake

    # Shells complete the names of files: a path means the record that it leads to.
    path = Path(name)
    own, folder = _called(path)
    parts = (own, path.name, path.stem, path.parent.name)
    meant = [each for each in parts if each in known]
    near = meant or get_close_matches(own, known, n=1)
    message = f"no record {name!r} in {config.data}/"
    if not os.path.isdir(config.root / config.data):  # noqa: PTH112  # Path raises if too long
        message = f"no record {name!r}: there is no folder {config.data}/"
        hint = "go to the project's folder, or name its records with --data"
    elif near:
        hint = f"did you mean {near[0]!r}?"
    elif _NAME.fullmatch(own) and own in name:  # as it was typed
        hint = f"try `reportgen init {own}`"
    else:
        hint = "`reportgen list` names them all"
    if not meant and path.suffix == ".yaml" and is_file(path):
        hint = f"call it {own!r}, with --data {os.path.relpath(folder)}"
    return Diagnostic(NOWHERE, "unknown-record", message, hint)


def _called(path: Path) -> tuple[str, Path]:
    """Return the name of the record that lies at `path`, and the folder of records."""
    folder = path.absolute().parent
    if path.suffix not in {".yaml", ".yml"}:
        return str(path), folder
    if path.stem == "record":
        return folder.name, folder.parent
    return path.stem, folder
