"""Compares records and the configuration with a revision of git."""

from __future__ import annotations

from pathlib import Path

from reportgen.assess.weakened import weakened
from reportgen.load.config import Config
from reportgen.load.revision import commit_of, config_at, record_at, removed_records
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
    commit = commit_of(config.root, base)
    name = base if commit.startswith(base) else f"{base} ({commit[:10]})"
    was, warnings = record_at(path, shown, commit, hours_a_day=config.hours_a_day)
    if was is None:
        return Loosened(base=name, warnings=warnings)
    before = config_at(config.root, commit)
    found = weakened(was, record, ages=(before.max_age, config.max_age))
    return Loosened(base=name, weakened=found)


def gone_since(base: str, config: Config) -> tuple[Diagnostic, ...]:
    """Return the records that were there at `base` and are not now."""
    folder = config.root / config.data
    names = removed_records(folder, commit_of(config.root, base))
    return tuple(
        Diagnostic(
            Place(f"{config.data}/{name}"),
            "weakened",
            f"record {name!r} was removed",
            "bring it back, or let somebody else agree to it",
        )
        for name in names
    )
