"""Reads a record and the configuration as they were at a revision of git."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from reportgen.load.config import FILES, Config, load_config
from reportgen.load.found import twin_of
from reportgen.load.git import GitError, ask, top_of
from reportgen.load.record import read_record
from reportgen.load.text_file import decode
from reportgen.model import NOWHERE, Diagnostic, Place, Record, RecordError, Severity

_FILE = "record.yaml"


def commit_of(folder: Path, revision: str) -> str:
    """Return the commit that `revision` names in the repository around `folder`.

    Raises RecordError if there is none.
    """
    wanted = f"{revision}^{{commit}}"
    words = ("rev-parse", "--verify", "--quiet", "--end-of-options", wanted)
    try:
        return ask(folder, *words).decode().strip()
    except (GitError, OSError, ValueError):  # ValueError: a zero in the name
        _git(folder, "rev-parse", "--git-dir")  # is it not the revision's fault?
    message = f"no revision {revision!r} to compare with"
    hint = "is it fetched? a shallow clone holds one commit only"
    raise RecordError([Diagnostic(NOWHERE, "unknown-revision", message, hint)])


def record_at(
    path: Path, shown: str, commit: str, config: Config
) -> tuple[Record | None, tuple[Diagnostic, ...]]:
    """Return the record in `path` as it was at `commit`, with the `config` of then.

    It may have been elsewhere in the folder of the records, or that folder too.
    There is none where there was no such record yet; where it could not be used, a
    warning says so.
    """
    name = path.parent.name if path.name == _FILE else path.stem
    folder = Path(config.data)
    then = (f"{folder / name / _FILE}", f"{folder / name}.yaml")
    twin = os.path.relpath(twin_of(path), path.parent)
    data = _first(path.parent, commit, (path.name, twin))
    data = data or _first(config.root, commit, then)
    if data is None:
        return None, ()
    text = decode(data, shown)
    if isinstance(text, Diagnostic):
        found: Sequence[Diagnostic] = (text,)
    else:
        record, found = read_record(text, shown, hours_a_day=config.hours_a_day)
        if record is not None:
            return record, ()
    reason = f"{found[0].message} [{found[0].code}]"
    message = f"cannot be compared: at {commit[:10]}, {reason}"
    return None, (
        Diagnostic(Place(shown), "base-unusable", message, "", Severity.WARNING),
    )


def config_at(root: Path, commit: str) -> Config:
    """Return the configuration of `root` as it was at `commit`."""
    import tempfile  # noqa: PLC0415  # only where there is something to compare

    with tempfile.TemporaryDirectory(prefix="reportgen-") as name:
        folder = Path(name)
        (folder / ".git").touch()  # so that nobody looks for one further up
        for file in FILES:
            data = _first(root, commit, (file,))
            if data is not None:
                (folder / file).write_bytes(data)
        config, _ = load_config(folder, {})
    return msgspec.structs.replace(config, root=root)


def names_at(commit: str, config: Config) -> Iterable[str]:
    """Return the names of the records at `commit`, with the `config` of then."""
    data = os.path.relpath(config.root / config.data, config.root)
    files = _files(config.root, commit, [data])
    paths = [Path(os.path.relpath(file, data)) for file in files]
    housed = [p.parent.name for p in paths if p.name == _FILE and len(p.parts) == 2]  # noqa: PLR2004  # the folder and the file
    alone = [p.stem for p in paths if p.suffix == ".yaml" and len(p.parts) == 1]
    return sorted({*housed, *alone})


def _first(folder: Path, commit: str, names: Iterable[str]) -> bytes | None:
    """Return the first of the files `names` that there was at `commit`."""
    wanted = [os.path.relpath(folder / name, folder) for name in names]
    there = _files(folder, commit, wanted)
    name = next((name for name in wanted if name in there), None)
    return _git(folder, "cat-file", "blob", f"{commit}:./{name}") if name else None


def _files(folder: Path, commit: str, paths: Iterable[str]) -> Sequence[str]:
    """Return those of `paths` that were files at `commit`, and all below the others.

    Outside the repository around `folder` there was nothing.
    """
    top, here = top_of(folder), folder.resolve()
    ours = [p for p in paths if top in Path(os.path.normpath(here / p)).parents]
    words = ("ls-tree", "-r", "-z", "--name-only", commit, "--", *ours)
    return os.fsdecode(_git(folder, *words)).split("\0")[:-1] if ours else ()


def _git(folder: Path, *words: str) -> bytes:
    """Return what git says in `folder`; that it refuses never means that it says no."""
    try:
        return ask(folder, *words)
    except (GitError, OSError) as error:
        message = f"git cannot be asked: {error}"
        raise RecordError([Diagnostic(NOWHERE, "no-git", message)]) from None
