"""Reads a record and the configuration as they were at a revision of git."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from reportgen.load.config import Config, load_config
from reportgen.load.record import read_record
from reportgen.load.text_file import decode
from reportgen.model import NOWHERE, Diagnostic, Place, Record, RecordError, Severity

_CONFIG_FILES = ("reportgen.toml", "pyproject.toml")
_FILE = "record.yaml"
_LONGEST = 60  # seconds: git answers at once, or waits for something


def commit_of(folder: Path, revision: str) -> str:
    """Return the commit that `revision` names in the repository around `folder`.

    Raises RecordError if there is none.
    """
    wanted = f"{revision}^{{commit}}"
    arguments = ["rev-parse", "--verify", "--quiet", "--end-of-options", wanted]
    output = _git(folder, arguments)
    if output is None:
        message = f"no revision {revision!r} to compare with"
        hint = "is it fetched? a shallow clone holds one commit only"
        raise RecordError([Diagnostic(NOWHERE, "unknown-revision", message, hint)])
    return output.decode().strip()


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
    data = _first(path.parent, commit, (path.name, _twin(path)))
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
        for file in _CONFIG_FILES:
            data = _first(root, commit, (file,))
            if data is not None:
                (folder / file).write_bytes(data)
        config, _ = load_config(folder, {})
    return msgspec.structs.replace(config, root=root)


def names_at(commit: str, config: Config) -> Iterable[str]:
    """Return the names of the records at `commit`, with the `config` of then."""
    folder = f"./{config.data}/"
    output = _git(config.root, ["ls-tree", "-r", "-z", "--name-only", commit, folder])
    found = [Path(os.fsdecode(p)) for p in (output or b"").split(b"\0") if p]
    paths = [path.relative_to(config.data) for path in found]
    housed = [p.parent.name for p in paths if p.name == _FILE and len(p.parts) == 2]  # noqa: PLR2004  # the folder and the file
    alone = [p.stem for p in paths if p.suffix == ".yaml" and len(p.parts) == 1]
    return sorted({*housed, *alone})


def _twin(path: Path) -> str:
    """Return the other place of the record in `path`, from its folder."""
    if path.name == _FILE:
        return f"../{path.parent.name}.yaml"
    return f"{path.stem}/{_FILE}"


def _first(folder: Path, commit: str, names: Iterable[str]) -> bytes | None:
    """Return the first of the files `names` that there was at `commit`."""
    for name in names:
        data = _git(folder, ["show", f"{commit}:./{name}"])
        if data is not None:
            return data
    return None


def _git(folder: Path, arguments: Sequence[str]) -> bytes | None:
    """Return what git says in `folder`, None if it says no."""
    import subprocess  # noqa: PLC0415  # likewise

    # A hook of git, in which we may run, points git to places of its own.
    names = [name for name in os.environ if not name.startswith("GIT_")]
    environment = {name: os.environ[name] for name in names}
    try:
        done = subprocess.run(  # noqa: S603  # words of ours, and no shell
            ["git", "-C", str(folder), *arguments],  # noqa: S607  # the user's own git
            capture_output=True,
            check=False,
            timeout=_LONGEST,
            env=environment,
        )
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        message = f"git cannot be asked: {error}"
        raise RecordError([Diagnostic(NOWHERE, "no-git", message)]) from None
    return done.stdout if done.returncode == 0 else None
