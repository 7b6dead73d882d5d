"""Finished Markdown read back: every check, and the code that it is filed under."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path

from reportgen.check import blocks, headings, html, links, tables
from reportgen.check.outline import Outline
from reportgen.check.reading import Found, Piece, pieces
from reportgen.model import Diagnostic, Place, Severity

# A hundred places of one kind come from one mistake: no need to list them all.
_MOST = 100

PIECEWISE: Mapping[str, Callable[[Piece], Iterator[Found]]] = {
    "uneven-row": tables.uneven_rows,
    "table-as-text": tables.tables_shown_as_text,
    "unclosed-fence": blocks.unclosed_fences,
    "empty-item": blocks.empty_items,
    "joined-lines": blocks.joined_lines,
    "nested-too-deep": blocks.too_deep,
    "raw-html": html.raw_html,
    "hidden-text": html.hidden_text,
    "text-in-html": html.text_in_html,
    "empty-link": links.empty_links,
    "image-without-words": links.images_without_words,
}
OVERALL: Mapping[str, Callable[[Outline], Iterator[Found]]] = {
    "unbalanced-tag": html.unbalanced_tags,
    "empty-heading": headings.empty_headings,
    "accidental-heading": headings.accidental_headings,
    "second-title": headings.second_titles,
    "level-jump": headings.level_jumps,
    "repeated-heading": headings.repeated_headings,
    "empty-section": headings.empty_sections,
    "dead-link": links.dead_links,
    "dead-anchor": links.dead_anchors,
    "unused-definition": links.unused_definitions,
}
CHECKS: Mapping[str, Callable[..., Iterator[Found]]] = {**PIECEWISE, **OVERALL}
WARNINGS = frozenset({"image-without-words", "nested-too-deep", "repeated-heading"})


def check_markdown(
    text: str,
    path: str,
    *,
    folder: Path | None = None,
    root: Path | None = None,
    sought: dict[str, bool] | None = None,
) -> tuple[Diagnostic, ...]:
    """Return what is wrong with the Markdown `text`, which stands in `path`.

    Links to files are looked up from `folder`, and may not leave `root`; without
    a folder they are not looked up.  Whether each file is there is added to `sought`.
    Of each code, the first hundred are listed.
    """
    outline = Outline(folder=folder, root=root, sought={} if sought is None else sought)
    found: dict[str, list[Found]] = {code: [] for code in CHECKS}
    for piece in pieces(text):
        outline.add(piece)
        for code, check in PIECEWISE.items():
            found[code] += islice(check(piece), _MOST - len(found[code]))
    for code, judge in OVERALL.items():
        found[code] += islice(judge(outline), _MOST)
    return tuple(sorted(_diagnostics(found, path)))


def _diagnostics(
    found: Mapping[str, Iterable[Found]], path: str
) -> Iterator[Diagnostic]:
    for code, places in found.items():
        severity = Severity.WARNING if code in WARNINGS else Severity.ERROR
        for one in places:
            place = Place(path, *one.spot)
            yield Diagnostic(place, code, one.message, one.hint, severity)
