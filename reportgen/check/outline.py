"""What can only be judged over a whole text: its headings, links and tags."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from reportgen import late
from reportgen.check.reading import Piece, Spot, plain
from reportgen.check.tags import MARKUP, tags

if TYPE_CHECKING:
    from markdown_it.token import Token

_PAIRED = late.pattern(r"<(/?)(details|summary|code|span|a)\b")
_ELSEWHERE = late.pattern(r"[A-Za-z][A-Za-z0-9+.-]*:|//")
_ANCHOR = late.pattern(r'<a id="([^"<>]*)">')


class Heading(msgspec.Struct):
    """A heading; `filled` says whether anything is shown between it and the next."""

    spot: Spot
    level: int
    underlined: bool
    text: str = ""
    filled: bool = False


class Link(NamedTuple):
    """A link, an image, the definition of one, or a tag: its place and its name."""

    spot: Spot
    name: str


class Outline(msgspec.Struct):
    """What a text holds, gathered piece by piece.

    `folder` is where the text lies and `root` the project around it; `sought` gets
    whether each file is there that was looked for.  `links` are those to files and
    within the text; `open_tags` are still to be closed, `stray_tags` can no longer
    be balanced.
    """

    folder: Path | None = None
    root: Path | None = None
    sought: dict[str, bool] = {}
    headings: list[Heading] = []
    anchors: set[str] = set()
    links: list[Link] = []
    definitions: list[Link] = []
    labels: set[str] = set()
    open_tags: list[Link] = []
    stray_tags: list[Link] = []
    _open: Counter[str] = msgspec.field(default_factory=Counter)

    def add(self, piece: Piece) -> None:
        """Take in the next piece of the text."""
        self._add_blocks(piece)
        self._add_links(piece)
        for tag in tags(piece):
            if anchor := _ANCHOR.match(tag.text):
                self.anchors.add(anchor[1])
            if match := _PAIRED.match(tag.text):
                self._add_tag(Link(tag.spot, match[2]), closes=bool(match[1]))

    def _add_blocks(self, piece: Piece) -> None:
        before = ""
        for token in piece.tokens:
            if token.type == "heading_open":
                underlined = not token.markup.startswith("#")
                level = int(token.tag.removeprefix("h"))
                self.headings.append(Heading(piece.row(token), level, underlined))
            elif before == "heading_open":
                self.headings[-1].text = plain(token).strip()
            elif token.type == "definition":
                self.definitions.append(Link(piece.row(token), token.meta["id"]))
            elif self.headings and not self.headings[-1].filled:
                self.headings[-1].filled = _is_shown(token)
            before = token.type

    def _add_links(self, piece: Piece) -> None:
        for token in piece.tokens:
            for child in token.children or ():
                if child.type not in {"link_open", "image"}:
                    continue
                label = child.meta.get("label")
                if label is not None:
                    self.labels.add(label)
                target = str(child.attrs.get("href", child.attrs.get("src", "")))
                # A footnote looks like a link, and GitHub shows it as a footnote.
                is_footnote = (label or "").startswith("^")
                if "offset" in child.meta and not is_footnote and _is_local(target):
                    spot = piece.spot(token, child.meta["offset"])
                    self.links.append(Link(spot, target))

    def _add_tag(self, tag: Link, *, closes: bool) -> None:
        if not closes:
            self._open[tag.name] += 1
            self.open_tags.append(tag)
        elif self._open[tag.name]:
            while (opened := self.open_tags.pop()).name != tag.name:
                self._open[opened.name] -= 1
                self.stray_tags.append(opened)
            self._open[tag.name] -= 1
        else:
            self.stray_tags.append(Link(tag.spot, f"/{tag.name}"))


def _is_local(target: str) -> bool:
    """Whether a link leads to a file or to a place in the text itself."""
    return bool(target) and not _ELSEWHERE.match(target)


def _is_shown(token: Token) -> bool:
    """Whether a reader sees anything of `token`, be it a cell or a picture."""
    if token.type == "inline":
        images = (child.type == "image" for child in token.children or ())
        return bool(plain(token).strip()) or any(images)
    if token.type == "html_block":
        return bool(MARKUP.sub("", token.content).strip())
    return token.type in {"fence", "code_block"}
