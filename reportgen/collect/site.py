"""Knows where commands run, where they write, and where the record keeps that."""

from __future__ import annotations

import glob
import os
from collections.abc import Sequence
from pathlib import Path

from reportgen.model import Record, Source, Value
from reportgen.stamp import SUFFIX


class Site(Value, frozen=True, kw_only=True):
    """A project at `root` with a record in `folder`; commands run below `base`.

    `base` is `root`, or the same folder in a checkout of another revision.
    """

    root: Path
    folder: Path
    base: Path

    @property
    def elsewhere(self) -> bool:
        """Whether commands run in another checkout than that of the record."""
        return self.base != self.root

    def cwd(self, source: Source) -> Path:
        """Return where the commands of `source` run."""
        return self.base / (source.cwd or "")

    def made(self, kept: Path) -> Path:
        """Return where a command writes what is kept at `kept`."""
        if self.elsewhere and kept.is_relative_to(self.root):
            return self.base / kept.relative_to(self.root)
        return kept

    def kept(self, made: Path) -> Path:
        """Return where that is kept which a command wrote to `made`."""
        if self.elsewhere and made.is_relative_to(self.base):
            return self.root / made.relative_to(self.base)
        return made

    def evidence(self, record: Record) -> tuple[str, ...]:
        """Return the paths of all evidence of `record`, with the stamps of each."""
        paths = [
            str(self.made(self.path(text)))
            for source in record.evidence.values()
            for text in source.files.values()
        ]
        return tuple(name for path in paths for name in (path, path + SUFFIX))

    def path(self, text: str) -> Path:
        """Return the path (or glob) that the record means by `text`."""
        return Path(os.path.normpath(self.folder / text))

    def outside(self, path: Path) -> bool:
        """Whether `path` leads out of the project: nothing is stored there."""
        real = path.parent.resolve()
        return not any(real.is_relative_to(each) for each in (self.root, self.folder))


def matches(text: str, folder: Path) -> Sequence[Path]:
    """Return the files that `text` means in `folder`; it may be a glob.

    Stamps are not among them, nor what is ours and temporary.
    """
    names = [text]
    if glob.has_magic(text) and not (folder / text).is_file():
        # As evidence is read: in the name of `folder` itself, no sign is special.
        names = sorted(glob.glob(text, root_dir=folder, recursive=True))  # noqa: PTH207  # Path.glob takes no `..`
    paths = [Path(os.path.normpath(folder / name)) for name in names]
    return tuple(
        path
        for path in paths
        if (path.is_file() or path.is_symlink())
        and not (path.name.endswith(SUFFIX) or path.match(".*.reportgen-*"))
    )
