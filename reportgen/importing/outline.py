"""Divides a Markdown report into its sections, and a section into blocks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from reportgen.model import Value

if TYPE_CHECKING:  # the import of markdown-it is felt: only reading pays for it
    from markdown_it import MarkdownIt
    from markdown_it.token import Token


class Part(Value, frozen=True, kw_only=True):
    """A heading, the `lead` right below it, and the parts with lower headings.

    The first one has no heading: its lead is what comes before all of them.
    """

    title: str = ""
    level: int = 0
    lead: str = ""
    parts: tuple[Part, ...] = ()


class Block(Value, frozen=True, kw_only=True):
    """One block of a text, as it is written.

    A list in which each item is a plain line has `items`, a table `rows`, and a
    paragraph `lines`: the same without what makes it a list, a table or a break.
    """

    kind: str
    text: str
    items: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines of a paragraph, or the items of a list of such."""
        if self.kind != "paragraph":
            return self.items
        return tuple(line.strip().removesuffix("\\") for line in self.text.split("\n"))


def tidied(text: str) -> str:
    """Return `text` without blanks at the ends of lines; breaks are backslashes.

    YAML writes a text as it stands only if no line of it ends in blanks.  A rule right
    below a paragraph makes a heading of it, which people do not mean.
    """
    lines = text.split("\n")
    tokens = _parser().parse(text)
    for at, token in enumerate(tokens):
        first, end = token.map or (0, 0)
        if token.type == "inline":
            for line in range(first, end - 1):
                if lines[line].endswith("  ") and "`" not in lines[line]:
                    lines[line] = f"{lines[line].rstrip(' ')}\\"
        elif token.type == "heading_open" and token.markup == "-" and not token.level:
            next_ = tokens[at + 3].type if at + 3 < len(tokens) else "hr"
            is_empty = next_ in {"heading_open", "hr"}
            if is_empty or end - first > 2 or "**" in lines[first]:  # noqa: PLR2004  # a line, and the one below it
                lines[end - 1] = "\n---"
    return "\n".join(line.rstrip(" \t") for line in lines)


def outline(text: str) -> Part:
    """Return `text` as a tree; what stands before its first heading is the lead."""
    lines = text.split("\n")
    found = [(0, 0, 0, ""), *_headings(text), (len(lines), 0, 0, "")]
    tree: list[Part] = []  # from the end, so that what is below a heading is there
    for (_, end, level, title), (next_, *_) in reversed([*pairwise(found)]):
        below = []
        while tree and tree[-1].level > level:
            below.append(tree.pop())
        lead = _joined(lines[end:next_])
        tree.append(Part(title=title, level=level, lead=lead, parts=tuple(below)))
    return tree[0]


def body(part: Part) -> str:
    """Return all that stands below the heading of `part`, as Markdown."""
    below = (f"{'#' * each.level} {each.title}\n\n{body(each)}" for each in part.parts)
    return "\n\n".join(filter(None, (part.lead, *map(str.rstrip, below))))


@lru_cache(maxsize=256)  # each recogniser asks for them
def blocks(text: str) -> tuple[Block, ...]:
    """Return the blocks of `text`: all of it but blank lines and rules."""
    return tuple(_blocks(text))


def _blocks(text: str) -> Iterator[Block]:
    lines = text.split("\n")
    tokens = _parser().parse(text)
    start = 0
    for at, token in enumerate(tokens):
        if token.level or token.nesting == 1 or token.type == "inline":
            continue
        inside, start = tokens[start : at + 1], at + 1
        if token.type == "hr" or inside[0].map is None:
            continue
        first, end = inside[0].map
        yield Block(
            kind=inside[0].type.removesuffix("_open"),
            text=_joined(lines[first:end]),
            items=_items(inside),
            rows=_rows(inside),
        )


def _headings(text: str) -> Iterator[tuple[int, int, int, str]]:
    """Yield where each heading begins and ends, its level, and what it says."""
    tokens = _parser().parse(text)
    for at, token in enumerate(tokens):
        if token.type == "heading_open" and token.level == 0 and token.map:
            first, end = token.map
            title = " ".join(tokens[at + 1].content.split())
            yield first, end, int(token.tag[1:]), title


def _joined(lines: Sequence[str]) -> str:
    return "\n".join(lines).strip("\n").rstrip()


def _items(tokens: Sequence[Token]) -> tuple[str, ...]:
    """Return what the items of a list say, nothing if one is more than a line."""
    if not tokens[0].type.endswith("list_open"):
        return ()
    kinds = [token.type for token in tokens[1:-1]]
    plain = ["list_item_open", "paragraph_open", "inline", "paragraph_close"]
    if kinds != [*plain, "list_item_close"] * kinds.count("list_item_open"):
        return ()
    texts = [token.content for token in tokens if token.type == "inline"]
    if any("\\\n" in text for text in texts):  # a break
        return ()
    return tuple(" ".join(text.split()) for text in texts)


def _rows(tokens: Sequence[Token]) -> tuple[tuple[str, ...], ...]:
    rows: list[list[str]] = []
    for token in tokens if tokens[0].type == "table_open" else ():
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline":
            rows[-1].append(token.content.strip())
    return tuple(map(tuple, rows))


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt  # noqa: PLC0415  # see above

    # A definition of a link is a block too: nothing of a text may be left out.
    parser = MarkdownIt("commonmark", {"inline_definitions": True}).enable("table")
    parser.core.ruler.enableOnly(["normalize", "block"])
    return parser
