"""What can be wrong with fences, items and paragraphs."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from reportgen import late
from reportgen.check.reading import DEPTH, Found, Piece

_FIELD = late.pattern(r"\*\*[^*\n]{1,80}(?::\*\*|\*\*:)")
_ITEM = late.pattern(r"(?:\d{1,9}[.)]|[•‣◦▪–])\s")
_MARK = late.pattern("[✅❌⛔❓⚠☑🔵🔄⏳]")
_BREAKS = ("  ", "\\", "<br>", "<br/>", "<br />")


def unclosed_fences(piece: Piece) -> Iterator[Found]:
    """Find code fences that never close, and so swallow what follows."""
    for token in piece.tokens:
        if token.type != "fence" or token.map is None:
            continue
        first, end = token.map
        if end - first != token.content.count("\n") + 2:
            yield Found(
                piece.row(token),
                "this code fence never closes",
                f"close it with {token.markup}",
            )


def empty_items(piece: Piece) -> Iterator[Found]:
    """Find items of a list that hold nothing."""
    for token, after in pairwise(piece.tokens):
        if (
            token.type == "list_item_open"
            and after.type == "list_item_close"
            and not _is_too_deep(token.level)
        ):
            yield Found(piece.row(token), "this item is empty", "write or remove it")


def joined_lines(piece: Piece) -> Iterator[Found]:
    """Find fields and items written line by line that are shown in one line."""
    for token in piece.tokens:
        if token.type != "inline" or "\n" not in token.content:
            continue
        offset = 0
        for line, following in pairwise(token.content.split("\n")):
            offset += len(line) + 1
            if _are_alike(line, following) and not line.endswith(_BREAKS):
                yield Found(
                    piece.spot(token, offset),
                    "this line is shown as the end of the one before it",
                    "end the line before with two blanks, or write a list",
                )
                break


def too_deep(piece: Piece) -> Iterator[Found]:
    """Find lists and quotes nested so deep that nothing in them is read."""
    for token in piece.tokens:
        if token.type in {"list_item_open", "blockquote_open"} and _is_too_deep(
            token.level
        ):
            yield Found(
                piece.row(token),
                "what is nested this deep was not checked",
                "write it less deep",
            )


def _is_too_deep(level: int) -> bool:
    return level >= DEPTH - 1


def _are_alike(line: str, following: str) -> bool:
    return any(
        pattern.match(line) and pattern.match(following.lstrip())
        for pattern in (_FIELD, _ITEM, _MARK)
    )
