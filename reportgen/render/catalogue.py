"""The templates that there are, and what each of them is for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from reportgen import late
from reportgen.model import Value
from reportgen.render.places import LANGUAGES, SUFFIX, builtin_templates

_SUMMARY = late.pattern(r"\{#-?\s*(.*?)(?:[.:]\s|\.?\s*-?#\})", re.DOTALL)


class Entry(Value, frozen=True, kw_only=True):
    """One template: its name without `.j2`, and where its file lies."""

    name: str
    path: Path
    is_own: bool = False

    @property
    def is_output(self) -> bool:
        """Whether it makes a whole text, and is no part of another."""
        return "/" not in self.name and not self.name.startswith("macros.")

    @property
    def summary(self) -> str:
        """The first sentence of the comment that it begins with."""
        match = _SUMMARY.match(self.path.read_text(encoding="utf-8"))
        return " ".join(match[1].split()) if match else ""


def catalogue(folders: Sequence[Path]) -> tuple[Entry, ...]:
    """Return every template in `folders` and of ours, by name: the first one counts."""
    entries: dict[str, Entry] = {}
    for folder in (*folders, builtin_templates()):
        for path in sorted(folder.rglob(f"*{SUFFIX}")):
            name = path.relative_to(folder).as_posix().removesuffix(SUFFIX)
            is_own = folder.resolve() != builtin_templates().resolve()
            entries.setdefault(name, Entry(name=name, path=path, is_own=is_own))
    return tuple(entries[name] for name in sorted(entries))


def find(name: str, entries: Iterable[Entry]) -> Entry | None:
    """Return the one of `entries` called `name`, with or without its suffixes."""
    wanted = name.removesuffix(SUFFIX)
    names = (wanted, *(f"{wanted}{suffix}" for suffix in LANGUAGES))
    found = {entry.name: entry for entry in entries if entry.name in names}
    return next((found[each] for each in names if each in found), None)
