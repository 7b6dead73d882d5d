"""Makes what failures say fit for a report."""

from __future__ import annotations

import ast
import re

from reportgen import late
from reportgen.masking import in_lines, undivided

_MESSAGE = 2_000  # characters kept of a message
_DETAIL = 20_000  # characters kept of a whole failure text

_ANSI = late.pattern(
    r"(?:\x1b|#x1B)\[[0-?]*[ -/]*(?:[@-~]|\Z)"  # colours; JUnit files spell it out
    r"|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)"  # titles and links
    r"|\x1b(?:[@-Z\\^_]|\Z)"
)
_WORKER = late.pattern(r"\[gw\d+\] .* -- Python .*\n*")
_SKIPPED = late.pattern(r"\('[^'\\]*', \d+, '(?:Skipped: )?([^'\\]*)'\)")
_EXPLANATION = late.pattern(r"^E(?: +(\S.*)|\s*)$", re.MULTILINE)


def clean(text: str) -> str:
    r"""Return `text` as it can be written in UTF-8: lone surrogates become `\udc80`."""
    if text.isascii():
        return text
    return text.encode("utf-8", "backslashreplace").decode()


def message(text: str) -> str:
    """Return `text` without colours, and cut where nobody reads on."""
    return _cut(text.strip(), _MESSAGE)


def detail(text: str) -> str:
    """Return a failure's whole text without colours, cut if it is very long."""
    return _cut(text, _DETAIL)


def gist(longrepr: str) -> str:
    """Return the line of a failure's text that says what went wrong."""
    plain = in_lines(longrepr)
    if len(plain) > _DETAIL:  # what matters stands at the end, in whole lines
        plain = plain[-_DETAIL:].partition("\n")[2] or plain
    plain = _ANSI.sub("", plain)
    plain = _WORKER.sub("", plain, count=1) if plain.startswith("[gw") else plain
    explained = [line for line in _EXPLANATION.findall(plain) if line]
    if explained:
        return message(explained[-1])
    lines = [line for line in plain.splitlines() if line.strip()]
    return message(lines[-1]) if lines else ""


def reason(longrepr: str) -> str:
    """Return why a test was skipped: pytest writes `('path', 12, 'Skipped: why')`."""
    plain = longrepr[:_DETAIL]
    plain = _WORKER.sub("", plain, count=1) if plain.startswith("[gw") else plain
    usual = _SKIPPED.fullmatch(plain)
    if usual:
        return message(usual[1])
    try:
        words = ast.literal_eval(plain.strip())
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return gist(longrepr)
    why = words[-1] if isinstance(words, tuple) and words else plain
    return message(str(why).removeprefix("Skipped: "))


def _cut(text: str, most: int) -> str:
    plain = clean(text[: 2 * most])
    if "\x1b" in plain or "#x1B" in plain:
        plain = _ANSI.sub("", plain)
    whole = len(text) <= 2 * most and len(plain) <= most
    kept = plain if whole else undivided(plain[:most])
    return kept if whole or not kept else f"{kept} …"
