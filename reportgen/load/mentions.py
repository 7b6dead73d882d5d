"""Finds what a report leads to, and what its claims speak of."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path

from reportgen import late

_WILD = late.pattern(r"[*?]+|(?:^|/)\.\.?(?:/|$)")
_LINK = late.pattern(
    r"\]\(\s*(?:<([^>\n]*)>|([^)\s]+))|^\s*\[[^\]]*\]:\s*<?([^>\s]+)"
    r"|(?:href|src)\s*=\s*[\"']?([^\"'>\s]+)",
    re.MULTILINE,
)
_ELSEWHERE = late.pattern(r"#|[A-Za-z][A-Za-z0-9+.-]*:")
_UNCLEAR = late.pattern(r"[&\\(%]")


def links_of(text: str, folder: Path, root: Path) -> tuple[str, ...] | None:
    """Return the files that links in `text` may lead to, None if that is not clear."""
    found: set[str] = set()
    for groups in _LINK.findall(text):
        target = "".join(groups)
        if _ELSEWHERE.match(target):
            continue
        if _UNCLEAR.search(target):
            return None
        path = target.partition("#")[0].partition("?")[0]
        start = root if path.startswith("/") else folder
        found.add(os.path.normpath(start / path.lstrip("/")))
    return tuple(sorted(found))


def words_of(patterns: Iterable[str]) -> set[str]:
    """Return the longest literal part of each of `patterns` of paths."""
    literal = (pattern.partition("::")[0] for pattern in patterns if pattern)
    return {max(_WILD.split(each.rpartition("@")[2]), key=len) for each in literal}
