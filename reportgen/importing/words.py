"""Reads the small forms of typed reports: fields, labels, marks, words of a status."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

# What people put before a line to say how it stands, and before a heading to adorn it.
_MARK = r"(?:[✅☑✔✓❌✖✗✘⛔🚫⚠❓🔵🟢🟡🔴🔄⏳⌛⏸⏭🚨]\ufe0f?|\[[ xX]\])\s*"
_MARKS = re.compile(f"(?:{_MARK})*+")
_GOOD_MARK = re.compile(r"[✅☑✔✓🟢]\ufe0f?|\[[xX]\]")
_ADORNMENTS = re.compile(rf"(?:{_MARK}|\d{{1,3}}[.)]\s+|[^\w\s!-~]+\s+)*+")
_MARK_AT_THE_END = re.compile(f"{_MARK}.*")
_BOLD = re.compile(r"\*\*([^*]+)\*\*")
_FIELD = re.compile(r"\*\*([^*:{}]+)(?::\*\*|\*\*:)\s*(\S.*)")
_LABEL = re.compile(r"\*\*([^*:]+)(?::\*\*|\*\*\s*:|\*\*\s+[-–—])\s+(\S.*)")

# Words of a status, by whether they claim that something is done.
_STATUSES: Mapping[bool, str] = {
    True: "complete, completed, done, passed, pass, passing, resolved, fixed, finished,"
    " success, successful, implemented, validated, verified, achieved, delivered, met",
    False: "in progress, pending, planned, to do, todo, not started, not begun, open,"
    " blocked, waiting, partial, partially complete, incomplete, failed, failing, new,"
    " ready, deferred, skipped, started, ongoing, not done, not complete, n/a, tbd",
}
_SETTLED = {word: is_ for is_, words in _STATUSES.items() for word in words.split(", ")}


def unmarked(text: str) -> str:
    """Return `text` without the marks that say how it stands: those are derived.

    What is nothing else stays, so that no text becomes none.
    """
    return _MARKS.sub("", text, count=1) or text


def bare(title: str) -> str:
    """Return a heading without number, marks, adornments, bold and colon."""
    plain = _MARK_AT_THE_END.sub("", _ADORNMENTS.sub("", title, count=1))
    plain = plain.strip().removesuffix(":").rstrip()
    bold = _BOLD.fullmatch(plain)
    return (bold[1].strip().removesuffix(":") if bold else plain) or title


def claim(title: str) -> str:
    """Return what a heading says at its end of how things stand: "✅ COMPLETE"."""
    at_end = _MARK_AT_THE_END.search(unmarked(title))
    return at_end[0] if at_end else ""


def is_settled(status: str) -> bool | None:
    """Say whether a typed status claims that something is done; None if unclear."""
    words = _MARKS.sub("", status, count=1)
    mark = status[: len(status) - len(words)]
    is_good = _GOOD_MARK.match(mark) is not None
    words = words.replace("*", "").strip().casefold()
    if not words:
        return is_good
    settled = _SETTLED.get(words)
    return settled and (is_good or not mark)


def fields(lines: Iterable[str]) -> dict[str, str] | None:
    """Return lines of the form `**Name:** value` as a mapping.

    None if one is of another form, or says again what one before it said.
    """
    found: dict[str, str] = {}
    for line in lines:
        match = _FIELD.fullmatch(line)
        if match is None or match[1].strip() in found:
            return None
        found[match[1].strip()] = match[2]
    return found


def labelled(line: str) -> tuple[str, str] | None:
    """Return the label in bold that `line` begins with, and the rest; or None."""
    match = _LABEL.fullmatch(unmarked(line))
    return (match[1].strip(), match[2]) if match else None
