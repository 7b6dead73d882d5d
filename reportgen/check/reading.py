"""Markdown read back piece by piece, with the place of everything in it.

markdown-it-py needs eighty times the size of what it reads.  A long text is
therefore cut where no block goes on, so that little is read at one time.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, MutableMapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec

from reportgen import late

if TYPE_CHECKING:  # its import is felt in every command: only reading pays for it
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

DEPTH = 20  # markdown-it-py skips what is nested deeper

_SIZE = 32 * 1024
# Behind a blank line, before a row of a table, before an item of a list; but an
# item with a pipe may be taken for the head of a table once it stands first.
_CUT = late.pattern(r"\n(?:\n(?=\S)|(?=\||[-*+] ))(?![-*+\d][^\n]*\|)")
_TABLE = ("table_close",)
_LIST = ("bullet_list_close", "ordered_list_close")

_BEFORE_CELLS = late.pattern(r"[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+[ \t>]*)*\|?[ \t]*")
_BETWEEN_CELLS = late.pattern(r"(?<!\\)\|[ \t]*")
_ESCAPED_PIPE = late.pattern(r"\\\|")
_PLAIN_TEXT = frozenset({"text", "text_special", "code_inline"})

Spot = tuple[int, int]  # line and column, from 1
_References = MutableMapping[str, Any]  # Any: markdown-it-py does not say what it holds
_Rule = Callable[["StateInline", bool], bool]


class Found(msgspec.Struct, frozen=True):
    """What a check finds: where, what, and what to do about it."""

    spot: Spot
    message: str
    hint: str = ""


class Piece(msgspec.Struct, frozen=True):
    """Some whole blocks of a text, with everything inline in them read.

    `first` counts the lines of the text before it, `last` is the number of the
    last line of the text that is not blank.
    """

    first: int
    last: int
    lines: Sequence[str]
    tokens: Sequence[Token]

    def row(self, token: Token) -> Spot:
        """Return where a block starts."""
        index = first_line(token)
        line = self.lines[index]
        return self.first + index + 1, len(line) - len(line.lstrip(" \t>")) + 1

    def spot(self, token: Token, offset: int) -> Spot:
        """Return where character `offset` of the content of `token` was written."""
        if "origins" not in token.meta:  # kept: a block may hold thousands of things
            token.meta["origins"] = self._origins(token)
        starts, origins = token.meta["origins"]
        number = bisect_right(starts, offset) - 1
        row, column = origins[number]
        line = self.first + first_line(token) + row + 1
        return line, column + offset - starts[number] + 1

    def _origins(self, token: Token) -> tuple[list[int], list[Spot]]:
        """Return offsets in the content of `token`, and where each was written."""
        rows = self.lines[first_line(token) :]
        if "column" in token.meta:
            return _cell_origins(rows[0], token.meta["column"])
        starts, origins, start = [], [], 0
        contents = token.content.split("\n")
        for row, (content, line) in enumerate(zip(contents, rows, strict=False)):
            starts.append(start)
            origins.append((row, _column(content, line)))
            start += len(content) + 1
        return starts, origins


def pieces(text: str) -> Iterator[Piece]:
    """Yield all of `text`, in order, each block in exactly one piece."""
    text = re.sub(r"\r\n?", "\n", text) if "\r" in text else text
    text = text if text.endswith("\n") else f"{text}\n"
    references: _References = {}
    if "]:" in text and len(text) > _SIZE:
        for _ in _blocks(text, references):
            pass  # a link may stand a long way before its definition
    for piece in _blocks(text, references):
        _read_inline(piece, references)
        yield piece


def first_line(token: Token) -> int:
    """Return the index of the line on which a block starts."""
    return token.map[0] if token.map else 0


def plain(token: Token) -> str:
    """Return what a reader sees of inline `token`, its images left out."""
    if not token.children:
        return token.content
    return "".join(
        child.content if child.type in _PLAIN_TEXT else " " * child.type.endswith("k")
        for child in token.children
    )


def cells(line: str) -> list[int]:
    r"""Return where each cell of a row of a table begins.

    Cells are found before code spans are: only `\|` does not end one.
    """
    before = _BEFORE_CELLS.match(line)
    start = before.end() if before else 0
    starts = [start, *(pipe.end() for pipe in _BETWEEN_CELLS.finditer(line, start))]
    return starts if line[starts[-1] :].strip() else starts[:-1]


def _cell_origins(line: str, column: int) -> tuple[list[int], list[Spot]]:
    r"""Return the origins in a cell, the content of which has `|` for `\|`."""
    starts, origins = [0], [(0, column)]
    for before, pipe in enumerate(_ESCAPED_PIPE.finditer(line, column)):
        starts.append(pipe.start() - column - before)
        origins.append((0, pipe.end() - 1))
    return starts, origins


def _column(content: str, line: str) -> int:
    content, line = content.rstrip(), line.rstrip()
    if line.endswith(content):
        return len(line) - len(content)
    return max(line.find(content), 0)


def _blocks(text: str, references: _References) -> Iterator[Piece]:
    """Yield `text` in pieces; `references` gains the links that it defines."""
    last = text.rstrip().count("\n") + 1
    start, first, header = 0, 0, ""
    while start < len(text):
        size = _SIZE
        while True:
            cut = _CUT.search(text, start + size)
            end = cut.end() if cut else len(text)
            source = header + text[start:end]
            tokens = _parser().parse(source, {"references": references})
            if end == len(text) or _is_whole(source, tokens, text[end]):
                break
            size *= 2  # twice as much, lest an endless fence be read over and over
        lines = source.split("\n")
        if header:
            _forget_header(tokens)
        yield Piece(first - header.count("\n"), last, lines, tokens)
        header = _header(lines, tokens) if text[end : end + 1] == "|" else ""
        first += text.count("\n", start, end)
        start = end


def _is_whole(source: str, tokens: Sequence[Token], following: str) -> bool:
    """Whether no block at the end of `source` needs what follows it."""
    if source.endswith("\n\n"):
        # Only a fence or a comment without an end reaches over a blank line.
        reach = tokens[-1].map if tokens else None
        return reach is None or reach[1] < source.count("\n")
    closing = _TABLE if following == "|" else _LIST
    return bool(tokens) and tokens[-1].type in closing


def _header(lines: Sequence[str], tokens: Sequence[Token]) -> str:
    """Return the head of the table that was cut, for the rows that are left."""
    if tokens[-1].type != "table_close" or not lines[-2]:
        return ""
    table = next(token for token in reversed(tokens) if token.type == "table_open")
    head = first_line(table)
    return "".join(f"{line}\n" for line in lines[head : head + 2])


def _forget_header(tokens: Sequence[Token]) -> None:
    for token in tokens:
        if token.type == "thead_close":
            return
        token.content = ""


def _read_inline(piece: Piece, references: _References) -> None:
    """Read the inline Markdown of `piece`, where it can matter to a check."""
    parser = _parser().inline
    marked = re.compile(r"[<\[]" if references else r"<|\]\(")
    before, cell, columns = "", 0, [0]
    for token in piece.tokens:
        if token.type == "tr_open":
            cell, columns = 0, []
        if before in {"th_open", "td_open"}:
            if marked.search(token.content):
                columns = columns or cells(piece.lines[first_line(token)])
                token.meta["column"] = columns[cell]
            cell += 1
        signs = _ANY_MARKUP if before == "heading_open" else marked
        if token.type == "inline" and signs.search(token.content):
            token.children = []
            env = {"references": references}
            parser.parse(token.content, _parser(), env, token.children)
        before = token.type


_ANY_MARKUP = late.pattern(r"[\\`*_~<&\[!]")


@cache
def _parser() -> MarkdownIt:
    """Return a parser of GitHub's Markdown that leaves inline markup for later."""
    from markdown_it import MarkdownIt, rules_inline  # noqa: PLC0415 - see above

    options = {"inline_definitions": True, "store_labels": True}
    parser = MarkdownIt("commonmark", options)
    parser.enable(["table", "strikethrough"])
    parser.core.ruler.enableOnly(["normalize", "block"])
    for name in ("link", "image", "html_inline"):
        parser.inline.ruler.at(name, _placed(getattr(rules_inline, name)))
    return parser


def _placed(rule: _Rule) -> _Rule:
    """Make `rule` write down where in its text it found something."""

    def placed(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - its form
        offset, count = state.pos, len(state.tokens)
        if not rule(state, silent):
            return False
        for token in state.tokens[count:]:
            if token.type not in _PLAIN_TEXT:
                token.meta["offset"] = offset
                break
        return True

    return placed
