"""Shows messages of ours, which name what they speak of between backticks."""

from __future__ import annotations

from markupsafe import Markup

from reportgen import late
from reportgen.render.escape import code, escaped

_QUOTED = late.pattern("`([^`]+)`")


def worded(text: str) -> Markup:
    """Return `text` for Markdown, with what stands between backticks as code.

    Whatever a name holds, it stays text: at worst it is shown without its frame.
    """
    parts = _QUOTED.split(text)
    shown = (
        code(part) if at % 2 else _plain(part, first=not at)
        for at, part in enumerate(parts)
    )
    return Markup("".join(shown))  # noqa: S704  # each part is escaped, or code


def _plain(part: str, *, first: bool) -> str:
    # Colons beside a code span are our own, and blanks; at the edges of a text they
    # are not.
    start = 0
    while not first and part.startswith(": ", start):
        start += 2
    rest = part[start:]
    bare = rest.strip(" ")
    head, _, tail = rest.partition(bare) if bare else (rest, "", "")
    return f"{part[:start]}{head}{escaped(bare)}{tail}"
