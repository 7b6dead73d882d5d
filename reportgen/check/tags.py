"""The HTML tags and comments of a text."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from reportgen import late
from reportgen.check.reading import Piece, Spot

MARKUP = late.pattern(r"<!--.*?-->|<!--.*|</?[A-Za-z][^<>]*>|<[!?][^<>]*>", re.DOTALL)
_NO_COMMENT = late.pattern(r"<!--\s*-->")  # keeps two signs apart and shows nothing


class Tag(msgspec.Struct, frozen=True):
    """A tag or a comment, as it is written."""

    text: str
    spot: Spot


def tags(piece: Piece) -> Iterator[Tag]:
    """Yield every tag and comment, but for the comments that are empty."""
    for token in piece.tokens:
        if token.type == "html_block":
            for match in MARKUP.finditer(token.content):
                if not _NO_COMMENT.fullmatch(match[0]):
                    yield Tag(match[0], piece.spot(token, match.start()))
        for child in token.children or ():
            if child.type == "html_inline" and not _NO_COMMENT.fullmatch(child.content):
                yield Tag(child.content, piece.spot(token, child.meta["offset"]))
