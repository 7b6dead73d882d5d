"""Reads the small forms of typed reports: fields, labels, marks, words of a status."""

from __future__ import annotations

import re
from collections.abc import Iterable

# What people put before a line to say how it stands, and before a heading to adorn it.
_MARK = r"(?:[✅☑✔✓❌✖✗✘⛔🚫⚠❓🔵🟢🟡🔴🔄⏳⌛⏸⏭🚨]\ufe0f?|\[[ xX]\])\s*"
_MARKS = re.compile(f"(?:{_MARK})*+")
_GOOD_MARK = re.compile(r"[✅☑✔✓🟢]\ufe0f?|\[[xX]\]")
_GOOD_MARKS = re.compile(rf"(?:(?:{_GOOD_MARK.pattern})\s*)*+")
_ADORNMENTS = re.compile(rf"(?:{_MARK}|\d{{1,3}}[.)]\s+|[^\w\s!-~]+\s+)*+")
_MARK_AT_THE_END = re.compile(f"{_MARK}.*")
_BOLD = re.compile(r"\*\*([^*]+)\*\*")
_FIELD = re.compile(r"\*\*([^*:{}]+)(?::\*\*|\*\*:)\s*(\S.*)")
_LABEL = re.compile(r"\*\*([^*:]+)(?::\*\*|\*\*\s*:|\*\*\s+[-–—])\s+(\S.*)")

# Words of a status: that something is done, that it is still to do, and other news.
_DONE = (
    "complete, completed, done, passed, pass, passing, resolved, fixed, finished,"
    " success, successful, implemented, validated, verified, achieved, delivered, met"
)
_TO_DO = (
    "planned, pending, to do, todo, not started, not begun, not done, open, new,"
    " ready, n/a, tbd"
)
_NEWS = (
    "in progress, started, ongoing, partial, partially complete, incomplete, blocked,"
    " waiting, deferred, skipped, failed, failing, not complete, not met"
)
_SETTLED = {
    word: is_done
    for is_done, words in ((True, _DONE), (False, f"{_TO_DO}, {_NEWS}"))
    for word in words.split(", ")
}


def unmarked(text: str) -> str:
    """Return `text` without the marks that say how it stands: those are derived.

    What is nothing else stays, so that no text becomes none.
    """
    return _MARKS.sub("", text, count=1) or text


def unclaimed(text: str) -> str:
    """Return `text` without the marks that claim success; bad news stays."""
    return _GOOD_MARKS.sub("", text, count=1) or text


def unbolded(text: str) -> str:
    """Return what is wholly in bold without the asterisks."""
    bold = _BOLD.fullmatch(text)
    return bold[1].strip() if bold else text


def bare(title: str) -> str:
    """Return a heading without number, marks, adornments, bold, colon and status."""
    plain = _ADORNMENTS.sub("", title, count=1)
    plain = plain.removesuffix(claim(plain)).strip().removesuffix(":").rstrip()
    return unbolded(plain).removesuffix(":") or title


def claim(title: str) -> str:
    """Return the status that a heading has at its end, if any: "✅ COMPLETE"."""
    at_end = _MARK_AT_THE_END.search(unmarked(title))
    return at_end[0] if at_end and is_settled(at_end[0]) is not None else ""


def is_settled(status: str) -> bool | None:
    """Say whether a typed status claims that something is done; None if unclear."""
    words = _MARKS.sub("", status, count=1)
    mark = status[: len(status) - len(words)]
    is_good = _GOOD_MARK.match(mark) is not None
    words = _plain(words)
    if not words:
        return is_good
    settled = _SETTLED.get(words)
    return settled and (is_good or not mark)


def remark(status: str) -> str:
    """Return what a typed status says that a derived one does not, if anything."""
    words = _MARKS.sub("", status, count=1)
    if is_settled(status) or _plain(words) in {"", *_TO_DO.split(", ")}:
        return ""
    return status if _SETTLED.get(_plain(words)) else words  # "⚠️ Complete"


def _plain(words: str) -> str:
    return words.replace("*", "").strip().casefold()


def fields(lines: Iterable[str]) -> dict[str, str] | None:
    """Return lines of the form `**Name:** value` as a mapping.

    None if one is of another form, or says again what one before it said.
    """
    found: dict[str, str] = {}
    for line in lines:
        match = _FIELD.fullmatch(line)
        name = match[1].strip() if match else ""
        if not match or not name or name in found:
            return None
        found[name] = match[2]
    return found


def labelled(line: str) -> tuple[str, str] | None:
    """Return the label in bold that `line` begins with, and the rest; or None."""
    match = _LABEL.fullmatch(line)
    return (match[1].strip(), match[2]) if match else None


def said(title: str, ordinary: set[str]) -> set[str]:
    """Return the words of a heading that are not `ordinary` there."""
    return {*re.findall(r"\w+(?:-\w+)*", bare(title).casefold())} - ordinary
