"""What a record's author writes stays Markdown, and stays where it stands.

Prose is trusted to be Markdown, without raw HTML, and cannot break out of its
cell, item, heading or section: what would is shown as text.  A value that an
expression gave is marked by `spans.value`, and is text wherever it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING

from markupsafe import Markup

from reportgen import late
from reportgen.render.spans import BEGIN, END, Span, escaped_values, filled, pair, spans
from reportgen.render.visible import visible

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_INLINE = late.pattern(rf"[\\`<*_~|\[\]{BEGIN}{END}]")
_START = late.pattern(
    r"(?=[-+*](?:\s|\Z)|#{1,6}(?:\s|\Z)|>|=+\Z|:?-+:?\Z|(?:[-*_]\s*){3,}\Z"
    r"|\[[^\]]*\](?![\[(]))"  # a task box, or `[a]: b`, which defines a reference
    r"|[0-9]{1,9}(?=[.)](?:\s|\Z))"
)
_CLOSING_HASHES = late.pattern(r"(?<=\s)(?=#+\Z)")

# cmark-gfm ticks a task box for any `[x]` in its line, even a link's text.
_TICK = late.pattern(r"\[([xX])(?=\])")

_BLOCK = late.pattern(rf"[\\`<#~=|\[{BEGIN}{END}]|^\s*-+\s*$|[ ]{{2}}$", re.MULTILINE)
_BREAK = late.pattern(r"(?<!\\)((?:\\\\)*)(\\?)(?<! ) {2,}\n")
_LOWEST = 6
_PASSES = 5  # each makes some HTML text, in which the next may find Markdown


def inline(text: str) -> Markup:
    """Return the inline Markdown `text` on one line, for any place that shows such.

    Code, emphasis, links, images and references stay as they are written.  What
    would start a block, raw HTML, an address that is no page, and whatever opens
    without closing become text: all that follows keeps its meaning.
    """
    shown = visible(text, keep=f"\n\r\t{BEGIN}{END}")
    line = re.sub(r"[ \n\r\t]+", " ", shown).strip(" ")
    if _INLINE.search(line):
        pieces = list(spans(line, in_cell=True))
        pair(pieces)
        line = "".join(piece.text for piece in pieces)
        line = _TICK.sub(lambda match: f"[&#{ord(match[1])};", line)
    return Markup(_start_no_block(line))  # noqa: S704 -- the author's, tamed


def block(text: str, level: int) -> Markup:
    """Return the Markdown `text` as a part of a section, its headings below it.

    The highest heading becomes one of `level`, and none is skipped.  Raw HTML
    becomes text, an open fence is closed.  What is done once stays: the result
    of the result is the same.
    """
    shown = visible(text, keep=f"\n\r\t{BEGIN}{END}")
    source = re.sub(r"\r\n?", "\n", shown).strip("\n").rstrip()
    if not _BLOCK.search(source):
        return Markup(source)  # noqa: S704 -- nothing but words and lists
    for _ in range(_PASSES):
        tamed = _tamed(source, level)
        if tamed == source:
            break
        source = tamed
    else:
        source = source.replace("<", "&lt;")
    return Markup(_with_values(source))  # noqa: S704 -- the author's, tamed


def _start_no_block(line: str) -> str:
    """Return `line` with a backslash where it would be more than a line."""
    if start := _START.match(line):
        line = f"{start[0]}\\{line[start.end() :]}"
    return _CLOSING_HASHES.sub(r"\\", line)


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt  # noqa: PLC0415 -- slow, and seldom needed

    parser = MarkdownIt("commonmark").enable("table")
    parser.core.ruler.enableOnly(["normalize", "block"])  # `spans` reads the rest
    return parser


def _tamed(source: str, level: int) -> str:
    """Return `source` with each of its blocks tamed, one pass."""
    lines = source.split("\n")
    parsed = _parser().parse(source)
    levels = _levels(parsed, level)
    tamed: list[str] = []
    at = 0
    for first, end, token in _leaves(parsed):
        tamed += map(_tamed_text, lines[at:first])
        part = lines[first:end]
        if token.type == "fence":
            tamed += _closed(part, token)
        elif token.type == "code_block":
            tamed += part
        elif token.type == "heading":
            tamed.append(_heading(part[0], token, next(levels)))
        elif token.type == "table":
            tamed += _table(part)
        else:
            tamed += _paragraph("\n".join(part)).split("\n")
        at = end
    tamed += map(_tamed_text, lines[at:])
    return "\n".join(tamed)


def _leaves(parsed: Sequence[Token]) -> Iterator[tuple[int, int, Token]]:
    """Yield what holds text or code, with its first line and the one after it."""
    table_end = 0
    for at, token in enumerate(parsed):
        if token.map is None:
            continue
        first, end = token.map
        if token.type == "table_open":
            table_end = end
            yield first, end, token.copy(type="table")
        elif token.type == "heading_open":
            yield first, end, token.copy(type="heading", content=parsed[at + 1].content)
        elif token.type in {"fence", "code_block"} or (
            token.type == "paragraph_open" and first >= table_end
        ):
            yield first, end, token


def _levels(parsed: Sequence[Token], highest: int) -> Iterator[int]:
    above: list[int] = []
    for token in parsed:
        if token.type == "heading_open":
            own = int(token.tag[1:])
            while above and above[-1] >= own:
                above.pop()
            above.append(own)
            yield min(highest + len(above) - 1, _LOWEST)


def _heading(line: str, token: Token, level: int) -> str:
    """Return a heading with marks before it, whatever it was written with."""
    own, _, _ = token.content.partition("\n")
    start = line.find("#") if "#" in token.markup else line.find(own)
    text = _tamed_text(" ".join(token.content.split("\n")))
    hashes = "#" * level
    return f"{line[:start]}{hashes} {_CLOSING_HASHES.sub(chr(92) * 2, text)}".rstrip()


def _closed(part: list[str], token: Token) -> list[str]:
    """Return the lines of a fence with a last one that closes it."""
    mark = token.markup
    margin = re.sub(r"[^\s>]", " ", part[0][: part[0].find(mark)])
    end = re.compile(rf"[\s>]*{re.escape(mark[0])}{{{len(mark)},}}\s*")
    closes = end.fullmatch(part[-1]) and part[-1].count(">") == margin.count(">")
    return part if len(part) > 1 and closes else [*part, margin + mark]


def _table(part: list[str]) -> list[str]:
    """Return the lines of a table, which all renderers take for one."""
    head, rule, *rows = map(_tamed_row, part)
    if "|" not in rule:  # beneath a cell or a heading, each renderer has its view
        rule = re.sub(r"(?<=[\s>])(?=[:-])|\A(?=[:-])|(?<=[:-])\Z", "|", rule.rstrip())
    return [head, rule, *rows]


def _tamed_row(row: str) -> str:
    # Cells are divided first, and only then read: no code span crosses them.
    return "".join(
        cell if cell == "|" else _tamed_text(cell)
        for cell in re.split(r"(?<!\\)(\|)", row)
    )


def _tamed_text(text: str) -> str:
    return "".join(piece.text for piece in spans(text, in_cell=False))


def _paragraph(text: str) -> str:
    """Return a paragraph whose breaks are backslashes: blanks at an end are lost."""
    written = ""
    for is_code, pieces in groupby(spans(text, in_cell=False), _is_code):
        part = "".join(piece.text for piece in pieces)
        written += part if is_code else _BREAK.sub(r"\1\2\2\\\n", part)
    return written


def _is_code(piece: Span) -> bool:
    return piece.kind == "code"


def _with_values(source: str) -> str:
    """Return `source` with its values shown: in code as they are."""
    if BEGIN not in source:
        return source
    lines = source.split("\n")
    for first, end, token in _leaves(_parser().parse(source)):
        if token.type in {"fence", "code_block"}:
            lines[first:end] = _filled_code(lines[first:end], token.markup)
    return escaped_values("\n".join(lines))


def _filled_code(part: list[str], marks: str) -> list[str]:
    """Return the lines of a block of code with their values, which cannot end it."""
    # Bots look for their commands in raw lines: no value begins one.
    shown = [filled(f" {line}" if line.startswith(BEGIN) else line) for line in part]
    if not marks:
        return shown
    inner = re.findall(re.escape(marks[0]) + "+", "\n".join(shown[1:-1]))
    longer = marks[0] * max(len(marks), *(len(run) + 1 for run in inner), 0)
    shown[0] = shown[0].replace(marks, longer, 1)
    shown[-1] = shown[-1].replace(marks, longer, 1)
    return shown
