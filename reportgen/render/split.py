"""Divides a finished report into numbered parts, between blocks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import msgspec

from reportgen import late
from reportgen.model import NOWHERE, Diagnostic, TemplateError, Value
from reportgen.render.budget import Budget

if TYPE_CHECKING:
    from markdown_it.token import Token

_WIDEST = " (part 9999 of 9999)"
_HEADING = late.pattern(r"(#{1,6}) (.*)")


class _Block(Value, frozen=True, kw_only=True):
    """Lines that stay together, and what must come before them where a part begins.

    `headings` are those that it begins with, `gap` is the blank line before it.
    """

    text: str
    headings: tuple[str, ...] = ()
    head: str = ""
    gap: str = "\n"


def split(
    text: str, limit: Budget, finish: Callable[[str], str] = str
) -> tuple[str, ...]:
    """Return the Markdown `text` as parts that `limit` holds, each with the title.

    A part begins with the title and "part 2 of 3", and with the section's heading
    if it goes on with one.  Lists are divided between items, tables between rows.
    `finish` may add to a part, and what it adds must fit too.  Raises
    TemplateError if one block alone is too long.
    """
    if limit.holds(finish(text)):
        return (finish(text),)
    title = next(
        (line for line in text.split("\n") if _HEADING.match(line)), "# Report"
    )

    def fits(body: str) -> bool:
        """Whether a part of `body` fits, whatever its number."""
        return limit.holds(finish(f"{title}{_WIDEST}\n\n{body}"))

    parts: list[str] = []
    part = ""
    above: list[str] = []  # the headings that the current block stands below
    for block in _blocks(text):
        longer = f"{part}{block.gap if part else ''}{block.text}"
        if fits(longer):
            part = longer
        else:
            parts.append(part)
            part = f"{_continued(above, block, title)}{block.head}{block.text}"
            if not fits(part):
                raise _too_long(block, limit)
        above = [*_higher(above, block), *block.headings]
    parts.append(part)
    return tuple(
        finish(_numbered(part, title, f" (part {number} of {len(parts)})"))
        for number, part in enumerate(parts, 1)
    )


def _continued(above: Sequence[str], block: _Block, title: str) -> str:
    """Return the headings that `block` stands below, but for the title."""
    higher = (line for line in _higher(above, block) if line != title)
    return "".join(f"{line} (continued)\n\n" for line in higher)


def _higher(above: Sequence[str], block: _Block) -> list[str]:
    if not block.headings:
        return list(above)
    own = len(block.headings[0].split(" ")[0])
    return [line for line in above if len(line.split(" ")[0]) < own]


def _numbered(part: str, title: str, number: str) -> str:
    first, _, rest = part.partition("\n")
    if first == title:
        return f"{title}{number}\n{rest}"
    return f"{title}{number}\n\n{part}"


def _too_long(block: _Block, limit: Budget) -> TemplateError:
    start = block.text.strip().split("\n", 1)[0][:60]
    message = f"one block alone, {len(block.text):,} characters, does not fit {limit}"
    hint = f"choose a larger --fit, or shorten what begins with {start!r}"
    return TemplateError([Diagnostic(NOWHERE, "does-not-fit", message, hint)])


def _blocks(text: str) -> Iterator[_Block]:
    """Divide `text` where a part may end.

    A heading stays with what follows it, and so does a line that ends in a colon.
    """
    from markdown_it import MarkdownIt  # noqa: PLC0415  # only who asks pays for it

    lines = text.split("\n")
    tokens = MarkdownIt().enable("table").parse(text)
    headings: tuple[str, ...] = ()
    before = ""
    for at, token in enumerate(tokens):
        if token.level or token.map is None:
            continue
        whole = "\n".join(lines[token.map[0] : token.map[1]])
        is_lead = token.type == "paragraph_open" and whole.rstrip("*").endswith(":")
        if token.type == "heading_open":
            headings = (*headings, whole)
        if token.type == "heading_open" or is_lead:
            before += f"{whole}\n\n"
            continue
        for block in _divided(tokens, at, lines):
            yield msgspec.structs.replace(
                block, text=before + block.text, headings=headings
            )
            headings, before = (), ""
    if before:
        yield _Block(text=before, headings=headings)


def _divided(
    tokens: Sequence[Token], at: int, lines: Sequence[str]
) -> Iterator[_Block]:
    """Divide the block that begins at `at`: a list in items, a table in rows."""
    first, end = tokens[at].map or (0, 0)
    starts, head = list(_items(tokens, at)) or [first], ""
    if tokens[at].type == "table_open":
        starts = [first, *range(first + 3, end)]
        head = "\n".join(lines[first : first + 2]) + "\n"
    for start, stop in zip(starts, [*starts[1:], end], strict=True):
        is_first = start == first
        yield _Block(
            text="\n".join(lines[start:stop]).rstrip("\n") + "\n",
            head="" if is_first else head,
            gap="\n" if is_first or not lines[start - 1].strip() else "",
        )


def _items(tokens: Sequence[Token], at: int) -> Iterator[int]:
    """Find on which lines the items of the list that begins at `at` begin."""
    for within in range(at + 1, len(tokens)):
        token = tokens[within]
        if not token.level:
            return
        if token.type == "list_item_open" and token.level == 1 and token.map:
            yield token.map[0]
