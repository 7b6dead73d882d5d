"""Divides a finished report into numbered parts, between blocks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from reportgen.model import NOWHERE, Diagnostic, TemplateError, Value
from reportgen.render.budget import Budget

if TYPE_CHECKING:
    from markdown_it.token import Token

_WIDEST = " (part 9999 of 9999)"
_HEADING = re.compile(r"(#{1,6}) (.*)")


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
    """Divide `text` where a part may end; a heading stays with what follows it."""
    from markdown_it import MarkdownIt  # noqa: PLC0415  # only who asks pays for it

    lines = text.split("\n")
    tokens = MarkdownIt().enable("table").parse(text)
    tops = [t for t in tokens if t.level == 0 and t.map and t.nesting >= 0]
    headings: tuple[str, ...] = ()
    for token in tops:
        first, end = token.map or (0, 0)
        if token.type == "heading_open":
            headings = (*headings, "\n".join(lines[first:end]))
            continue
        for block in _divided(token, tokens, lines):
            before = "".join(f"{heading}\n\n" for heading in headings)
            yield _Block(
                text=before + block.text,
                headings=headings,
                head=block.head,
                gap=block.gap,
            )
            headings = ()
    if headings:
        yield _Block(text="".join(f"{heading}\n\n" for heading in headings))


def _divided(
    token: Token, tokens: Sequence[Token], lines: Sequence[str]
) -> Iterator[_Block]:
    first, end = token.map or (0, 0)
    within = {
        "bullet_list_open": "list_item_open",
        "ordered_list_open": "list_item_open",
    }
    if token.type in within:
        starts = [
            t.map[0]
            for t in tokens
            if t.level == 1
            and t.map
            and first <= t.map[0] < end
            and t.type == "list_item_open"
        ]
        head = ""
    elif token.type == "table_open":
        starts = [first, *range(first + 3, end)]
        head = "\n".join(lines[first : first + 2]) + "\n"
    else:
        starts, head = [first], ""
    for number, (start, stop) in enumerate(
        zip(starts, [*starts[1:], end], strict=True)
    ):
        part = "\n".join(lines[start:stop]).rstrip("\n") + "\n"
        loose = bool(number) and not lines[start - 1].strip()
        yield _Block(
            text=part,
            head=head if number else "",
            gap="\n" if loose or not number else "",
        )
