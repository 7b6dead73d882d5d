"""Compares records and the configuration with a revision of git."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from reportgen.load.config import Config
from reportgen.load.found import find_records
from reportgen.model import Diagnostic, Place, Record, Value


class Loosened(Value, frozen=True, kw_only=True):
    """What a record demands less of since `base`; and why it is not known, if so."""

    base: str = ""
    weakened: tuple[Diagnostic, ...] = ()
    warnings: tuple[Diagnostic, ...] = ()


def since(
    base: str, path: Path, shown: str, record: Record, config: Config
) -> Loosened:
    """Return what `record`, in `path`, demands less of than it did at `base`.

    A record that was not there yet demanded nothing.  Raises RecordError if there
    is no such revision.
    """
    from reportgen.assess.weakened import weakened  # noqa: PLC0415  # few compare
    from reportgen.load.revision import commit_of, record_at  # noqa: PLC0415

    commit = commit_of(config.root, base)
    name = base if commit.startswith(base) else f"{base} ({commit[:10]})"
    before = _config(config, commit)
    was, warnings = record_at(path, shown, commit, before)
    if was is None:
        return Loosened(base=name, warnings=warnings)
    found = weakened(was, record, ages=(before.max_age, config.max_age))
    return Loosened(base=name, weakened=found)


def gone_since(base: str, config: Config) -> tuple[Diagnostic, ...]:
    """Return the records that were there at `base` and are not now."""
    from reportgen.load.revision import commit_of, names_at  # noqa: PLC0415  # likewise

    commit = commit_of(config.root, base)
    before = names_at(commit, _config(config, commit))
    known = find_records(config.root / config.data)
    return tuple(
        Diagnostic(
            Place(f"{config.data}/{name}"),
            "weakened",
            f"record {name!r} was removed",
            "bring it back, or let somebody else agree to it",
        )
        for name in before
        if name not in known
    )


def _config(config: Config, commit: str) -> Config:
    """Return the configuration at `commit`, as far as the command line allows."""
    from reportgen.load.revision import config_at  # noqa: PLC0415  # likewise

    before = config_at(config.root, commit)
    if not Path(config.data).is_absolute():
        return before
    # Whoever names another folder of records means it then as now.
    data = os.path.relpath(config.data, config.root)
    return msgspec.structs.replace(before, data=data)
