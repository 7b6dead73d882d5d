"""Moves the headings of a finished report, so that it can stand inside another page."""

from __future__ import annotations

_LOWEST = 6


def shifted(text: str, level: int) -> str:
    """Return the Markdown `text` with its first heading at `level`, the others with it.

    What would be a heading below the sixth level becomes a line in bold.
    """
    from markdown_it import MarkdownIt  # noqa: PLC0415  # only who asks pays for it

    headings = [t for t in MarkdownIt().parse(text) if t.type == "heading_open"]
    lines = text.split("\n")
    for heading in headings:
        if heading.map is None or not heading.markup.startswith("#"):
            continue
        number, old = heading.map[0], len(heading.markup)
        new = max(1, old + level - len(headings[0].markup))
        before, _, words = lines[number].partition(heading.markup)
        if new > _LOWEST:
            lines[number] = f"{before}**{words.strip()}**"
        else:
            lines[number] = f"{before}{'#' * new}{words}"
    return "\n".join(lines)
