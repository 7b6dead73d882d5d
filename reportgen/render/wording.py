"""Shows messages of ours, which name what they speak of between backticks."""

from __future__ import annotations

from markupsafe import Markup

from reportgen import late
from reportgen.render.escape import code, escape

_QUOTED = late.pattern("`([^`]+)`")


def worded(text: str) -> Markup:
    """Return `text` for Markdown, with what stands between backticks as code.

    Whatever a name holds, it stays text: at worst it is shown without its frame.
    """
    parts = _QUOTED.split(text)
    return Markup("").join(
        code(part) if at % 2 else _plain(part, first=not at)
        for at, part in enumerate(parts)
    )


def _plain(part: str, *, first: bool) -> Markup:
    # Blanks beside a code span are our own; at the edges of a text they are not.
    if part.startswith(": ") and not first:
        return Markup(": ") + _plain(part[2:], first=False)
    bare = part.strip(" ")
    head, _, tail = part.partition(bare) if bare else (part, "", "")
    return Markup(head) + escape(bare) + Markup(tail)  # noqa: S704  # blanks
