"""What can be wrong with links, images and what they lead to."""

from __future__ import annotations

import os
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from reportgen.check.outline import Outline
from reportgen.check.reading import Found, Piece

if TYPE_CHECKING:
    from markdown_it.token import Token

_IN_SLUG = ("L", "M", "Nd", "Nl", "Pc")


def empty_links(piece: Piece) -> Iterator[Found]:
    """Find links without a text to click or without a target."""
    for token in piece.tokens:
        children = iter(token.children or ())
        for child in children:
            if child.type != "link_open":
                continue
            if not child.attrs.get("href"):
                spot = piece.spot(token, child.meta["offset"])
                yield Found(spot, "this link leads nowhere", "give it a target")
            elif not _shows(children):
                spot = piece.spot(token, child.meta["offset"])
                yield Found(spot, "this link has no text", "say where it leads")


def images_without_words(piece: Piece) -> Iterator[Found]:
    """Find images that say nothing to those who cannot see them."""
    for token in piece.tokens:
        for child in token.children or ():
            if child.type == "image" and not child.content.strip():
                spot = piece.spot(token, child.meta["offset"])
                yield Found(spot, "this image has no description", "say what it shows")


def dead_links(outline: Outline) -> Iterator[Found]:
    """Find links to files that are not there, seen from the text's own folder."""
    if outline.folder is None:
        return
    for spot, target in outline.links:
        name = unquote(target.partition("#")[0].partition("?")[0])
        if not name:
            continue
        start = outline.root if name.startswith("/") else outline.folder
        if start is None:
            continue
        path = _absolute(start / name.lstrip("/"))
        if not _is_within(path, outline.root):
            message = f"the link {name!r} leads out of the project"
            yield Found(spot, message, "copy the file into it, or link its web address")
            continue
        outline.sought[path] = os.path.exists(path)  # noqa: PTH110 - Path.exists() may raise
        if not outline.sought[path]:
            hint = f"looked for it in {str(start)!r}"
            yield Found(spot, f"no file {name!r} for this link", hint)


def dead_anchors(outline: Outline) -> Iterator[Found]:
    """Find links to a place within the text that is not there."""
    links = [link for link in outline.links if link.name.startswith("#")]
    if not links:
        return
    anchors = {"", "top", *outline.anchors}
    anchors.update(slugs(heading.text for heading in outline.headings))
    for spot, target in links:
        name = unquote(target.removeprefix("#"))
        if name not in anchors:
            yield Found(
                spot, f"no heading or anchor {name!r} for this link", "is it renamed?"
            )


def unused_definitions(outline: Outline) -> Iterator[Found]:
    """Find lines that are not shown, since they read as the target of a link."""
    defined = set()
    for spot, label in outline.definitions:
        is_used = label in outline.labels and label not in defined
        defined.add(label)
        if not is_used and not label.startswith("^"):
            yield Found(
                spot,
                "this line is not shown: it defines a link that is never used",
                r"write \[ where the bracket itself is meant",
            )


def slugs(headings: Iterable[str]) -> Iterator[str]:
    """Yield the anchor that GitHub gives to each of `headings`, in order."""
    seen: Counter[str] = Counter()
    for text in headings:
        slug = "".join(
            "-" if char == " " else char
            for char in text.lower()
            if char in " -" or unicodedata.category(char).startswith(_IN_SLUG)
        )
        yield f"{slug}-{seen[slug]}" if seen[slug] else slug
        seen[slug] += 1


def _is_within(path: str, root: Path | None) -> bool:
    return root is None or Path(path).is_relative_to(_absolute(root))


def _shows(tokens: Iterator[Token]) -> bool:
    """Whether there is anything to click before the link closes."""
    for token in tokens:
        if token.type == "link_close":
            return False
        if token.type == "image" or (
            token.type != "html_inline" and token.content.strip()
        ):
            return True
    return False


def _absolute(path: Path) -> str:
    return os.path.abspath(path)  # noqa: PTH100 - resolve() may raise
