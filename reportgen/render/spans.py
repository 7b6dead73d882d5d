"""The inline constructs of an author's Markdown: which stay, and which become text.

What stays is a plain part of CommonMark that all renderers read alike.  Whatever
they might read differently, or that opens and never closes, becomes text.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from html import unescape
from unicodedata import category
from urllib.parse import quote

import msgspec

from reportgen import late
from reportgen.render.escape import CUT, DOLLAR, TELLTALE, code, escape
from reportgen.render.visible import visible

# Around a computed value.  `visible` leaves these non-characters in no text, so
# that nobody can forge a value; who could would only see his text escaped.
BEGIN, END = "\ufdd0", "\ufdd1"
_FORM = f"{BEGIN}((?:[0-9a-f]{{2}})*){END}"
_VALUE = late.pattern(_FORM)

# The HTML that `escape` and `code` write.  A cut divides a word, and where it
# began a line it would be a block of its own.
_PARTS = "|".join(map(re.escape, (CUT, DOLLAR)))
_OURS = (
    rf"(?<=[^\s>]){re.escape(CUT)}|{re.escape(DOLLAR)}"
    rf"|<code>(?:[^<`*\[\]~|_\\]|(?<=\w)_|\\(?=[A-Za-z0-9\ ])|{_PARTS})*+</code>"
)
_TOKEN = late.pattern(
    rf"""
      (?P<escaped> \\[!-/:-;=-@\[-`{{-~] )
    | (?P<value> {_FORM} )
    | (?P<backticks> `+ )
    | (?P<ours> {_OURS} )
    | (?P<autolink> <(?:(?i:https?)://|(?i:mailto):)[^\s<>|`{BEGIN}{END}]+> )
    | (?P<open> !?\[ )
    | (?P<close> \] )
    | (?P<run> \*+ | _+ | ~+ )
    | (?P<raw> \\?< | [|\\{BEGIN}{END}] )  # the link of an address takes a backslash
    """,
    re.VERBOSE,
)
_TARGET = late.pattern(
    r"""
    \([ ]? (?P<address> <[^<>\\`\n]*> | (?:[^\s()<>\\`] | \([^\s()<>\\`]*\))* )
    (?P<title> [ ]+(?:"[^"\\`<>\n]*"|'[^'\\`<>\n]*') )? [ ]?\)
    """,
    re.VERBOSE,
)
_ADDRESS = late.pattern(r"(?i:www)\.|://")
_ADDRESS_END = late.pattern(r"[\s<]")
_SCHEMES = ("http:", "https:", "mailto:")
# After a bracket: an address that is none, or a reference to what is no page.
_LEADS_ON = late.pattern(
    rf"\(|:(?=\s*<?(?!{'|'.join(_SCHEMES)})[^\s/?#:]*(?::|&))", re.IGNORECASE
)
_URL = "/:?#=&%@+,;~"
_LONGEST_RUN = {"*": 3, "_": 3, "~": 2}


class Span(msgspec.Struct):
    """A piece of prose: its kind, and how it is written."""

    kind: str
    text: str


def value(text: str) -> str:
    """Return `text` marked as a value, to stand anywhere in prose.

    It will read as text wherever it stands, and inside code as code.
    """
    return f"{BEGIN}{visible(text).encode().hex()}{END}"


def filled(text: str) -> str:
    """Return `text` with its values as they are, unescaped: for code."""
    return _VALUE.sub(_given, text)


def escaped_values(text: str) -> str:
    """Return `text` with its values escaped."""
    return _VALUE.sub(lambda match: escape(_given(match)), text)


def is_good_address(address: str) -> bool:
    """Ask whether a link to `address` leads to a page, a mail or a place nearby."""
    plain = re.sub(r"[\s\x00-\x1f\\]", "", unescape(address.strip("<>")))
    scheme = re.match(r"[^/?#]*?:", plain)
    return scheme is None or scheme[0].lower() in _SCHEMES


def spans(text: str, *, in_cell: bool) -> Iterator[Span]:
    """Yield `text` in pieces, with raw HTML, stray backticks and bad links as text.

    With `in_cell`, no piece holds a pipe that would end the cell of a table.
    """
    reader = _Reader(text, in_cell=in_cell)
    while match := _TOKEN.search(text, reader.at):
        if match.start() > reader.at:
            yield Span("text", text[reader.at : match.start()])
        reader.at = match.end()
        piece = reader.read(match.lastgroup or "", match[0])
        if piece.text:
            yield piece
    if reader.at < len(text):
        yield Span("text", text[reader.at :])


class _Reader:
    """Reads one construct after the other; `at` is where the next may begin."""

    def __init__(self, text: str, *, in_cell: bool) -> None:
        self.at = 0
        self._text = text
        self._in_cell = in_cell
        self._brackets: list[str] = []
        self._in_link = 0  # so many brackets hold a link, and can be none themselves
        self._addresses = [each.start() for each in _ADDRESS.finditer(text)]
        self._ends = [each.start() for each in _ADDRESS_END.finditer(text)]
        self._code_end = 0
        self._backticks: dict[int, list[int]] = {}
        for run in re.finditer("`+", text):
            self._backticks.setdefault(len(run[0]), []).append(run.start())

    def read(self, kind: str, found: str) -> Span:
        """Return what `found` makes, with all that belongs to it."""
        if kind == "backticks":
            return self._code(found)
        if kind == "close":
            return self._close()
        if kind == "raw":
            return Span("text", self._raw(found))
        if kind == "value":
            return Span("text", escaped_values(found))
        if kind == "open":
            self._brackets.append(found)
        return Span(kind, found)

    def _code(self, marks: str) -> Span:
        if self._in_address(self.at - 1):
            return Span("text", "&#96;" * len(marks))
        starts = self._backticks.get(len(marks), [])
        following = bisect_left(starts, self.at)
        if following == len(starts):
            return Span("text", "\\`" * len(marks))
        content = self._text[self.at : starts[following]]
        self.at = self._code_end = starts[following] + len(marks)
        if BEGIN not in content and not (self._in_cell and TELLTALE.search(content)):
            return Span("code", f"{marks}{content}{marks}")
        line = content.replace("\n", " ")
        if line.startswith(" ") and line.endswith(" ") and not line.isspace():
            line = line[1:-1]
        return Span("code", code(filled(line)))

    def _in_address(self, at: int) -> bool:
        """Ask whether forges make `at` a part of a link, where no code begins."""
        start = _last(self._addresses, at)
        return start >= self._code_end and start > _last(self._ends, at)

    def _close(self) -> Span:
        """Read a closing bracket, with where its link leads if it ends one."""
        opened = self._brackets.pop() if self._brackets else ""
        depth = len(self._brackets)
        may_link = opened == "![" or (opened == "[" and depth >= self._in_link)
        self._in_link = min(self._in_link, depth)
        target = _TARGET.match(self._text, self.at) if may_link else None
        if target and is_good_address(filled(target["address"])):
            if opened == "[":
                self._in_link = depth
            self.at = target.end()
            return Span("close", f"]{self._target(target)}")
        if not _LEADS_ON.match(self._text, self.at):
            return Span("close", "]")
        self.at += 1
        return Span("close", f"]\\{self._text[self.at - 1]}")

    def _target(self, target: re.Match[str]) -> str:
        address = _VALUE.sub(
            lambda match: quote(_given(match), _URL), target["address"]
        )
        # Forges that take what stands before for a link would end it at a "<".
        if address.startswith("<"):
            address = quote(address[1:-1], _URL)
        written = f"({address}{target['title'] or ''})"
        return written.replace("|", "&#124;") if self._in_cell else written

    def _raw(self, character: str) -> str:
        if character.endswith("<"):
            return "&lt;"
        if character == "|":
            return "&#124;" if self._in_cell else "|"
        if character != "\\":
            return visible(character)
        # Before anything else that will be written here, it would escape that.
        following = self._text[self.at : self.at + 1]
        harmless = following.isspace() or (following.isalnum() and following.isascii())
        return "\\" if harmless else "&#92;"


def pair(pieces: list[Span]) -> None:
    """Turn each bracket and mark of emphasis without a partner into text.

    Emphasis is paired where opening and closing marks are the same and nothing
    else is open between them, and never across a bracket.
    """
    unpaired: list[int] = []
    counts = [Counter[str]()]  # marks of emphasis open at each depth of brackets
    for at, piece in enumerate(pieces):
        if piece.kind == "open":
            unpaired.append(at)
            counts.append(Counter())
        elif piece.kind == "close":
            if len(counts) == 1:
                piece.text = f"\\{piece.text}"
                continue
            counts.pop()
            _close(pieces, unpaired, "open")
        elif piece.kind == "run":
            _pair_run(pieces, at, unpaired, counts[-1])
    for at in unpaired:
        # "~2 hours" stays: no template closes it, and prose cannot from outside.
        if pieces[at].text != "~":
            _become_text(pieces[at])


def _pair_run(
    pieces: list[Span], at: int, unpaired: list[int], counts: Counter[str]
) -> None:
    piece, roles = pieces[at], _roles(pieces, at)
    if "closes" in roles and counts[piece.text]:
        _close(pieces, unpaired, piece.text, counts)
    elif "opens" in roles:
        unpaired.append(at)
        counts[piece.text] += 1
    elif "inert" not in roles:
        _become_text(piece)


def _close(
    pieces: list[Span],
    unpaired: list[int],
    wanted: str,
    counts: Counter[str] | None = None,
) -> None:
    """Take what `wanted` names from `unpaired`; what was opened after it is text."""
    while True:
        piece = pieces[unpaired.pop()]
        if counts is not None:
            counts[piece.text] -= 1
        if wanted in (piece.kind, piece.text):
            return
        _become_text(piece)


def _become_text(piece: Span) -> None:
    piece.kind, piece.text = "text", re.sub(r"([*_~\[])", r"\\\1", piece.text)


def _roles(pieces: list[Span], at: int) -> set[str]:
    """Say what the marks at `at` may do: open emphasis, close it, or neither.

    Renderers disagree on whether a symbol such as ✅ is punctuation; only what
    holds for all of them counts.  Marks at the edges are never inert, since
    what the template writes beside them is not known.
    """
    marks = pieces[at].text
    if len(marks) > _LONGEST_RUN[marks[0]]:
        return set()
    before = pieces[at - 1].text[-1] if at else " "
    after = pieces[at + 1].text[0] if at + 1 < len(pieces) else " "
    everywhere = {"opens", "closes", "inert"}
    for classes in ("P", "PS"):
        roles = set()
        left = _leans(after, before, classes)
        right = _leans(before, after, classes)
        in_word = marks[0] == "_" and left and right
        if left and (not in_word or _punctuates(before, classes)):
            roles.add("opens")
        if right and (not in_word or _punctuates(after, classes)):
            roles.add("closes")
        everywhere &= roles or {"inert"}
    return everywhere if 0 < at < len(pieces) - 1 else everywhere - {"inert"}


def _leans(towards: str, away: str, classes: str) -> bool:
    if towards.isspace():
        return False
    return (
        not _punctuates(towards, classes)
        or away.isspace()
        or _punctuates(away, classes)
    )


def _punctuates(character: str, classes: str) -> bool:
    if character.isascii():
        return not character.isalnum() and not character.isspace()
    return category(character)[0] in classes


def _last(places: list[int], at: int) -> int:
    """Return the last of `places` before `at`, or -1."""
    before = bisect_left(places, at)
    return places[before - 1] if before else -1


def _given(match: re.Match[str]) -> str:
    return bytes.fromhex(match[1]).decode(errors="replace")
