"""Settles the white space of a finished report, once, so that templates need not."""

from __future__ import annotations

from collections.abc import Iterator

from reportgen import late

_FENCE = late.pattern(r" {0,3}(`{3,}|~{3,})(.*)")


def tidy(text: str) -> str:
    """Return `text` without trailing blanks, and with at most one blank line.

    What stands in a code fence stays as it is.  The text ends with one newline.
    """
    return "\n".join(_lines(text)).strip("\n") + "\n"


def _lines(text: str) -> Iterator[str]:
    fence = ""
    blank = False
    for line in text.split("\n"):
        if fence:
            yield line
            if _closes(line, fence):
                fence = ""
            continue
        line = line.rstrip(" \t")  # noqa: PLW2901  # the line, made tidy
        if not line and blank:
            continue
        blank = not line
        fence = _opens(line)
        yield line


def _opens(line: str) -> str:
    match = _FENCE.match(line)
    if match is None or (match[1][0] == "`" and "`" in match[2]):
        return ""
    return match[1]


def _closes(line: str, fence: str) -> bool:
    bare = line.strip(" ")
    return (
        len(line) - len(line.lstrip(" ")) <= 3  # noqa: PLR2004  # CommonMark's rule
        and len(bare) >= len(fence)
        and set(bare) == {fence[0]}
    )
