"""What can be wrong with headings and the sections below them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise, zip_longest

from reportgen.check.outline import Outline
from reportgen.check.reading import Found


def empty_headings(outline: Outline) -> Iterator[Found]:
    """Find headings without a word."""
    for heading in outline.headings:
        if not heading.text:
            yield Found(heading.spot, "this heading is empty", "write or remove it")


def accidental_headings(outline: Outline) -> Iterator[Found]:
    """Find paragraphs that became a heading because `---` stands below them."""
    for heading in outline.headings:
        if heading.underlined and heading.level > 1:
            yield Found(
                heading.spot,
                "the line of dashes below makes this paragraph a heading",
                "write a blank line before the dashes, or ## before the heading",
            )


def second_titles(outline: Outline) -> Iterator[Found]:
    """Find headings of the first level after the first: a text has one title."""
    titles = [heading for heading in outline.headings if heading.level == 1]
    for title in titles[1:]:
        line, _ = titles[0].spot
        yield Found(
            title.spot,
            f"a second title {title.text!r}; the first stands on line {line}",
            "write ## for a section",
        )


def level_jumps(outline: Outline) -> Iterator[Found]:
    """Find headings more than one level below the heading before."""
    for before, heading in pairwise(outline.headings):
        if heading.level > before.level + 1:
            yield Found(
                heading.spot,
                f"a heading of level {heading.level} follows one of {before.level}",
                f"write {'#' * (before.level + 1)}",
            )


def repeated_headings(outline: Outline) -> Iterator[Found]:
    """Find headings that stand twice below the same heading."""
    above: list[int] = []  # the headings that the current one stands below
    seen: dict[tuple[int, str], int] = {}
    for number, heading in enumerate(outline.headings):
        while above and outline.headings[above[-1]].level >= heading.level:
            above.pop()
        key = (above[-1] if above else -1, heading.text)
        line = seen.setdefault(key, heading.spot[0])
        if line != heading.spot[0] and heading.text:
            yield Found(
                heading.spot,
                f"the heading {heading.text!r} stands on line {line} already",
                "say in which way the two differ",
            )
        above.append(number)


def empty_sections(outline: Outline) -> Iterator[Found]:
    """Find headings below which nothing is shown."""
    for heading, after in zip_longest(outline.headings, outline.headings[1:]):
        if not heading.filled and (after is None or after.level <= heading.level):
            yield Found(
                heading.spot,
                f"nothing stands below the heading {heading.text!r}",
                "leave the section out",
            )
