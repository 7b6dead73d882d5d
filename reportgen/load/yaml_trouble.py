"""Says in plain words what a YAML parser stumbled over, and the way out."""

from __future__ import annotations

import re
from collections.abc import Sequence

import yaml

from reportgen import late
from reportgen.model import Diagnostic, Place

_EXPRESSION = late.pattern(r"(?:^\s*|[:,\[-]\s+)(\{\{.*)")
_CONFLICT = ("<<<<<<< ", "||||||| ", ">>>>>>> ")

# What a parser says (in C and in Python alike), our words, and the way out.
_TROUBLES: Sequence[tuple[str, str, str]] = (
    (
        r"mapping values are not allowed",
        "': ' cannot stand here",
        "quote a text that holds ': ', or check the indentation",
    ),
    (r"sequence entries are not allowed", "'- ' cannot stand here", "begin a new line"),
    (
        r"quoted scalar.*end of stream|quoted scalar.*document",
        "this quotation does not end",
        "close the quotes",
    ),
    (
        r"quoted scalar.*escape",
        "this is no escape that YAML knows",
        r"write '\\' for a backslash, or use single quotes",
    ),
    (r"flow sequence", "this list does not end", "close it with ']'"),
    (r"flow mapping", "this mapping does not end", "close it with '}'"),
    (
        r"flow node",
        "a value is missing here",
        "close the bracket, and quote what begins with '#'",
    ),
    (
        r"could not find expected ':'|simple key",
        "this line has no ':'",
        "write `name: text`, or indent what continues a text",
    ),
    (
        r"expected key|block end|'-' indicator",
        "this does not continue what is above",
        "check the indentation, and quote a text that continues after quotes",
    ),
    (r"document start", "this begins further left than the first line", "align them"),
)


def explain(
    error: yaml.MarkedYAMLError, lines: Sequence[str], shown: str
) -> Diagnostic:
    """Return what made the parser give up on `lines`, at the place to look at."""
    mark = error.problem_mark or error.context_mark
    place = _place(mark, lines, shown) if mark else Place(shown)
    known = _conflict(lines, shown) or unquoted_expression(lines, place)
    if known:
        return known
    said = " ".join(filter(None, (error.context, error.problem)))
    # A quotation or bracket is missed at the end, and mended where it begins.
    start = error.context_mark
    if start and re.search(
        r"quoted|flow (sequence|mapping)|alias|anchor|tag|block sc", said
    ):
        place = _place(start, lines, shown)
    character = lines[place.line - 1][place.column - 1 : place.column]
    if character == "\t":
        message, hint = "a tab cannot indent", "indent with spaces"
    elif character and character in "@`%*&!|>":
        message = f"a text cannot begin with {character!r}"
        hint = "quote it"
    else:
        message, hint = _words(said)
    return Diagnostic(place, "yaml-syntax", message, hint)


def unquoted_expression(lines: Sequence[str], place: Place) -> Diagnostic | None:
    """Return what to do about a `{{ … }}` without quotes in the line of `place`."""
    match = _EXPRESSION.search(lines[place.line - 1])
    if match is None:
        return None
    return Diagnostic(
        Place(place.path, place.line, match.start(1) + 1),
        "unquoted-expression",
        "a text that begins with '{{' needs quotes",
        """quote the whole text: "{{ … }}\"""",
    )


def _place(mark: yaml.Mark, lines: Sequence[str], shown: str) -> Place:
    if mark.line < len(lines):
        return Place(shown, mark.line + 1, mark.column + 1)
    # The end of a file is a line of its own to a parser.
    return Place(shown, len(lines), len(lines[-1]) + 1)


def _conflict(lines: Sequence[str], shown: str) -> Diagnostic | None:
    """Return what to do about a merge that git left to people."""
    for number, line in enumerate(lines, 1):
        if line.startswith(_CONFLICT):
            message = f"{line.rstrip()!r} is left of a merge that did not succeed"
            hint = "keep what is right, and delete the lines of '<<<', '===' and '>>>'"
            return Diagnostic(Place(shown, number), "yaml-syntax", message, hint)
    return None


def _words(said: str) -> tuple[str, str]:
    for pattern, message, hint in _TROUBLES:
        if re.search(pattern, said):
            return message, hint
    return f"this is not YAML: {said}", "check the line and the one above"
