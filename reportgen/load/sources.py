"""Names what was read beside the evidence, each file with its hash."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from reportgen.load.config import Config
from reportgen.load.stamps import SUFFIX
from reportgen.load.text_file import open_file
from reportgen.model import Record, Testimony
from reportgen.report import SourceState

_PLACES = frozenset({"root", "file", "data", "output", "templates", "forge"})


def written_files(
    record: Record, path: Path, shown: str, config: Config
) -> Iterator[SourceState]:
    """Yield the record in `path`, which reports call `shown`, and the settings.

    A configuration is hashed as far as it decides what a report says: what else a
    `pyproject.toml` holds is none of its inputs.
    """
    tasks = len(record.all_tasks)
    yield SourceState(
        kind="record",
        path=shown,
        read="1 task" if tasks == 1 else f"{tasks:,} tasks",
        sha256=sha256_of(path),
    )
    settings = _settings(config)
    if settings:
        yield SourceState(
            kind="configuration",
            path=config.file or "environment",
            read=", ".join(settings),
            sha256=hashlib.sha256(msgspec.json.encode(settings)).hexdigest(),
        )


def stamp_files(testimonies: Iterable[Testimony], root: Path) -> Iterator[SourceState]:
    """Yield the stamps that lie beside files of evidence."""
    named = {each.path: each.evidence for each in testimonies}
    for path, name in named.items():
        beside = root / (path + SUFFIX)
        digest = sha256_of(beside)
        if digest:
            yield SourceState(
                kind="stamp",
                name=name,
                path=path + SUFFIX,
                read="stamp",
                sha256=digest,
            )


def wanted_files(found: Mapping[tuple[str, str], str]) -> Iterator[SourceState]:
    """Yield the files that criteria ask for; `found` says what `look_at` does.

    They have no hash: nothing but their being there, or a text in them, was asked.
    """
    answers: dict[str, list[str]] = {}
    for (path, text), problem in found.items():
        good = "contains the text" if text else "exists"
        answer = problem.removeprefix(f"{path} ") or good
        answers.setdefault(path, []).append(answer)
    for path in sorted(answers):
        yield SourceState(kind="file", path=path, read="; ".join(sorted(answers[path])))


def template_files(paths: Iterable[Path], root: Path) -> Sequence[SourceState]:
    """Return the templates in `paths`, sorted, relative to `root` if they are in it."""
    shown = {
        path.relative_to(root).as_posix()
        if path.is_relative_to(root)
        else str(path): path
        for path in paths
    }
    return [
        SourceState(
            kind="template", path=name, read="template", sha256=sha256_of(shown[name])
        )
        for name in sorted(shown)
    ]


def sha256_of(path: Path) -> str:
    """Return the hash of the file in `path`, "" if it cannot be read."""
    try:
        with open_file(path) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError):
        return ""


def _settings(config: Config) -> dict[str, object]:
    """Return what is set that decides what a report says, and not where things lie."""
    usual = Config(root=config.root)
    settings = {name: getattr(config, name) for name in config.__struct_fields__}
    return {
        name: value
        for name, value in settings.items()
        if name not in _PLACES and value != getattr(usual, name)
    }
