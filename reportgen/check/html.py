"""What can be wrong with the few HTML tags of a report."""

from __future__ import annotations

from collections.abc import Iterator

from reportgen import late
from reportgen.check.outline import Outline
from reportgen.check.reading import Found, Piece
from reportgen.check.tags import MARKUP, tags

_OURS = late.pattern(
    r'</?(?:details|summary|code|span)>|<details open>|<a id="[^"<>]*">|</a>|<br ?/?>'
)
_MARKER = "<!-- reportgen"


def raw_html(piece: Piece) -> Iterator[Found]:
    """Find HTML other than what folds, anchors and keeps text apart in a report."""
    for tag in tags(piece):
        if not tag.text.startswith("<!--") and not _OURS.fullmatch(tag.text):
            yield Found(
                tag.spot,
                f"raw HTML {_short(tag.text)!r}",
                "write Markdown, or &lt; where the sign itself is meant",
            )


def hidden_text(piece: Piece) -> Iterator[Found]:
    """Find comments: nobody sees what they hold.

    Only a marker of ours may stand on the first or the last line.
    """
    for tag in tags(piece):
        if not tag.text.startswith("<!--"):
            continue
        line = tag.spot[0]
        is_edge = line == 1 or line + tag.text.rstrip().count("\n") == piece.last
        if not (tag.text.startswith(_MARKER) and tag.text.endswith("-->") and is_edge):
            yield Found(
                tag.spot,
                f"this comment hides what it holds: {_short(tag.text)!r}",
                "remove it, or write &lt;!-- where the signs themselves are meant",
            )


def text_in_html(piece: Piece) -> Iterator[Found]:
    """Find lines that are read as HTML although they are Markdown.

    A block that begins with a tag goes on to the next blank line, or to the end
    of its comment; only a summary is written in there on purpose.
    """
    for token in piece.tokens:
        if token.type != "html_block":
            continue
        summary, end = False, 0
        for start, stop, tag in [
            *((m.start(), m.end(), m[0]) for m in MARKUP.finditer(token.content)),
            (len(token.content), 0, ""),
        ]:
            gap = token.content[end:start]
            if gap.strip() and not summary:
                offset = end + len(gap) - len(gap.lstrip())
                yield Found(
                    piece.spot(token, offset),
                    "Markdown is not read here, inside of HTML",
                    "write a blank line before it",
                )
                break
            summary = tag == "<summary>" or (summary and tag != "</summary>")
            end = stop


def unbalanced_tags(outline: Outline) -> Iterator[Found]:
    """Find tags that never close, and closing tags without a tag to close."""
    for spot, name in sorted((*outline.open_tags, *outline.stray_tags)):
        if name.startswith("/"):
            yield Found(spot, f"<{name}> closes nothing", "remove it")
        else:
            yield Found(spot, f"this <{name}> never closes", f"write </{name}>")


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"  # noqa: PLR2004 - fits a line
