"""Text stays text: one function for each context in which a report shows a value.

What comes from evidence is hostile until shown otherwise.  Each function takes
any text and returns `Markup` that reads as `visible(text)` in its context, and
does nothing: no syntax, no link, no mention, no reference, no command.

Two devices carry most of the weight.  A numeric reference (`&#42;`) keeps a
character from being Markdown, but forges resolve it before they look for
mentions and issue numbers.  An empty comment (`@<!-- -->name`, the *cut*)
divides the text that they look at, and copies clean.  Backslashes are no help:
they do nothing in HTML blocks and depend on parity in tables.
"""

import re
import string
from functools import cache
from urllib.parse import quote

from markupsafe import Markup

from reportgen import late
from reportgen.render.visible import visible

CUT = "<!-- -->"
DOLLAR = "<span>&#36;</span>"  # GitHub's own way to write one beside mathematics
EMPTY = "—"

# Between backticks, no spelling of a pipe in a cell suits every renderer, and
# cmark-gfm ticks a task box for any `[x]` in its line.
TELLTALE = late.pattern(r"\||\[[xX]\]")

_BACKTICKS = late.pattern("`+")
# cmark gives up on long runs of backticks; far shorter ones are unreadable already.
_LONGEST_RUN = 8

# Top-level domains that generous renderers link without `http://`: `conf.py` is
# a host in Paraguay.  `tests/conf.py` and `test_conf.py` are not taken for hosts.
_DOMAINS = (
    "[A-Za-z]{2}|(?i:biz|com|edu|gov|net|org|pro|web|xxx|aero|asia|coop|info|museum"
    "|name|shop|рф)|(?i:xn--)[\\w-]+"
)
_EMOJI_NAME = "(?:100|1234|[a-z_+-][a-z0-9_+-]*+|[0-9]++[a-z_+-][a-z0-9_+-]*+)"
_JOINT = late.pattern(r"[\w.]/|[^\W_]_+")
_LETTERS_AND_DIGITS = string.ascii_letters + string.digits
_LONGEST_NAME = 256  # no file system has longer ones

# How each character is spelled, and what it needs beside it.  A search hastens to
# the next of the characters, and asks only then: most values hold few, or none.
_MARKS = (
    ("_", "reference", r"(?<!\w_)_*+ | (?<!__)_*+(?!\w)"),  # each run once
    # Addresses that renderers make links of, and at the edges what would start a
    # block, or change what the template writes next.
    ("/", "reference", r"(?<=\A/) | (?<=//)(?=\S)"),
    (r"\.", "reference", r"(?<=[wW]{3}\.)"),
    (r"\.", "host", rf"(?=(?:{_DOMAINS})(?![^\W_]))"),
    (r"\.", "number", r"(?<=[0-9].)(?=\s|\Z)"),
    (r"\)", "number", r"(?<=[0-9].)(?=\s|\Z)"),
    ("=", "reference", r"(?<=\A=)"),
    (r"\+", "reference", r"(?<=\A\+)(?=[-+\s]|\Z)"),
    # Mentions, references, labels, emoji, task boxes: forges look for them in
    # what is shown, so that a numeric reference alone would not stop them.
    (":", "cut", rf"(?=//|{_EMOJI_NAME}(?::|\Z))"),
    (":", "reference", r"(?<=\A:)"),
    ("-", "cut", r"(?<=[gG][hH]-)(?=\d)"),
    ("-", "reference", r"(?<=\A-)(?=[-+\s]|\Z)"),
    (r"\[", "cut", r"(?=[\ +\-!\[^_~]|[xX]\]|(?i:toc)\]|[\w-]+:)"),
    ("@", "cut", r"(?!\ )"),
    (r"\#", "cut", r"(?=\w)"),
    (r"\#", "reference", r"(?<=\A\#) | \Z"),
    ("!", "cut", r"(?=\d)"),
    ("!", "reference", r"\Z"),
    ("%", "cut", r"(?<!\w%)(?=[\w\"])"),
    ("%", "reference", r"(?<=\A%)"),
    ("~", "cut", r"(?=[\w\"])"),
    ("&", "cut", r"(?=\d)"),
    (r"\{", "cut", r"(?=[+-])"),
    # Mathematics, and what Markdown and HTML act on wherever it stands.
    (r"\$", "dollar", ""),
    ("&", "reference", r"(?!\ )"),
    (r"\{", "reference", r"(?![\w\ \"'}])"),
    (r"\}", "reference", r"(?<![\w\ \"'{}]})"),
    (r"\\", "reference", r"(?![A-Za-z0-9]|\ .)"),
    *((re.escape(mark), "reference", "") for mark in "`*[]<>|~^"),
)
_KINDS = ("", *(kind for _, kind, _ in _MARKS), "hex")
_ANY_MARK = "|".join(f"{mark}({beside})" for mark, _, beside in _MARKS)
_SPECIAL = late.pattern(_ANY_MARK, re.VERBOSE)
_HEX = "[0-9a-fA-F]"
_COMMIT = 40
_MAY_BE_A_COMMIT = late.pattern(f"{_HEX}{_HEX}{{6}}")  # quicker than `{{7}}`
# Words, numbers and our own symbols, of less than 40 characters: nothing acts on them.
# Many a report shows nothing else, and never needs what finds marks.
_WORDS = r"""[A-Za-z\ ,;?'"(]*+"""
_PLAIN = late.pattern(
    rf"""(?!\ ){_WORDS}(?:(?:
      # A name of a commit mixes digits with letters.
      [0-9](?<![A-Fa-f].)[0-9]*+
        (?: [.-](?=[0-9]) | :(?=[0-9]{{2}}(?:\ |\Z)) | (?![A-Fa-f:]) )
    | [–—·…→≈−✅❌❓⛔🔵] | :(?<=[A-Za-z]:)(?=\ ) | %(?<=\ %)\)
    ){_WORDS})*+(?<!\ )""",
    re.VERBOSE,
)
# The plainest names of tests: only what follows the last colons could be an emoji's
# name, no part could be a commit's, and the file is plainly in a path.
_PART = f"(?!{_HEX}{{7}})[A-Za-z0-9]{{1,99}}+"
_NAME_OF_A_TEST = late.pattern(
    rf"((?:{_PART}[/_])++{_PART}(?<![wW])\.[a-z]{{2,6}}+::(?:[A-Z][A-Za-z]{{0,30}}+::)?+)"
    r"([a-z]{1,30}+(?:_[a-z0-9]++)*+)"
)

_SHORT, _MANY = 100, 1_000  # characters of a text, and texts, to remember
_known: dict[str, str] = {}

_LONGEST_NUMBER = 9  # digits before an item of a list

_REFERENCES = {"<": "&lt;", ">": "&gt;", "&": "&amp;"}


def escape(text: str) -> Markup:
    """Return `text` for any place that shows inline Markdown or HTML text.

    A paragraph, a heading, a list item, a table cell, the text of a link, bold
    text, a `<summary>`: everywhere the same, also at the start of a line.
    Ordinary words, numbers, `snake_case` and paths stay as they are.
    """
    return Markup(escaped(text))  # noqa: S704 -- this is what makes it so


def escaped(text: str) -> str:
    """Return what `escape` does, as a plain string: for values that are many.

    Reports say the same again and again: short texts are remembered.
    """
    known = _known.get(text)
    if known is not None:
        return known
    if len(text) > _SHORT:
        return escaped_anew(text)
    if type(text) is not str:  # but Markup, or one of an enumeration
        text = str.__str__(text)
    if "::" in text:
        test = _NAME_OF_A_TEST.fullmatch(text)
        spelled = f"{test[1]}{CUT}{test[2]}" if test else escaped_anew(text)
    else:
        plain = len(text) < _COMMIT and _PLAIN.fullmatch(text)
        spelled = text if plain else escaped_anew(text)
    if len(_known) >= _MANY:
        _known.clear()
    _known[text] = spelled
    return spelled


def escaped_anew(text: str) -> str:
    """Return what `escaped` does, with a look at every mark, whatever the text."""
    shown = visible(text)
    special = _with_commits() if _MAY_BE_A_COMMIT.search(shown) else _SPECIAL
    spelled = special.sub(_spelled, shown)
    if spelled.strip() == spelled:
        return spelled
    # Blanks at the edges would be stripped.
    if spelled[0].isspace():
        spelled = f"{_reference(spelled[0])}{spelled[1:]}"
    if spelled[-1].isspace():
        spelled = f"{spelled[:-1]}{_reference(spelled[-1])}"
    return spelled


def code(text: str) -> Markup:
    """Return `text` as a code span, for a paragraph and for a table cell alike.

    No text at all is an em dash.
    """
    shown = visible(text)
    if not shown:
        return Markup(EMPTY)  # noqa: S704 -- a dash
    longest = _longest_run(shown)
    if TELLTALE.search(shown) or longest > _LONGEST_RUN:
        return Markup("<code>{}</code>").format(escape(shown))
    marks = "`" * (longest + 1)
    padding = " " if _loses_its_edges(shown) else ""
    return Markup(f"{marks}{padding}{shown}{padding}{marks}")  # noqa: S704 -- enclosed


def fence(text: str, info: str = "") -> Markup:
    """Return `text` as a fenced block, line for line; `info` names its language.

    The fence is longer than any run of backticks inside.  It is indented by one
    blank, which the reader never sees, so that no raw line starts with `text`:
    bots look for their commands (`/close`) there, fence or not.
    """
    shown = visible(text.replace("\r\n", "\n"), keep="\n\t").removesuffix("\n")
    marks = "`" * max(3, _longest_run(shown) + 1)
    language = re.sub(r"[^\w.+-]", "", info)
    lines = (f"{marks}{language}", *shown.split("\n"), marks)
    return Markup("\n".join(f" {line}" if line else "" for line in lines))  # noqa: S704 -- enclosed


def link(text: str, address: str) -> Markup:
    """Return `text` as a link to `address`, or only the text if that is no place.

    A place is what `web_address` lets through.
    """
    place = web_address(address)
    if not place:
        return escape(text)
    return Markup("[{}](<{}>)").format(escape(text), Markup(place))  # noqa: S704 -- percent-encoded


def web_address(address: str) -> str:
    """Return `address` percent-encoded, or "" unless it is plainly a web page.

    That is: http or https, a host of ordinary characters, no user name, no
    control or other hidden character, no blank, no backslash.
    """
    if visible(address) != address or re.search(r"[\s\\]", address):
        return ""
    if not re.match(
        r"(?i:https?)://[A-Za-z0-9.-]+(?::[0-9]{1,5})?(?:[/?#]|\Z)", address
    ):
        return ""
    return quote(address, safe="%/:?#@!$&+,;=~-._")


def html_text(text: str) -> Markup:
    """Return `text` for the body of an HTML page, where no forge reads along."""
    shown = visible(text, keep="\n\t")
    return Markup.escape(shown)


def mermaid_label(text: str) -> Markup:
    """Return `text` for a label between quotes in a Mermaid diagram: `id["…"]`."""
    spelled = re.sub(
        r"[^A-Za-z0-9 ]", lambda match: f"#{ord(match[0])};", visible(text)
    )
    return Markup(spelled)  # noqa: S704 -- letters, digits and numbers


@cache
def _with_commits() -> re.Pattern[str]:
    """Return what finds the names of commits too, which takes far longer."""
    digits = r"(?<![0-9A-Za-z_])([0-9a-fA-F]{7,}+)(?![0-9A-Za-z_])"
    return re.compile(f"{_ANY_MARK}|{digits}", re.VERBOSE)


def _spelled(match: re.Match[str]) -> str:
    """Return what stands for a special place; at the edges always by reference."""
    kind, found = _KINDS[match.lastindex or 0], match[0]
    if kind == "dollar":
        return DOLLAR
    if kind == "hex":
        return _cut_hex(found)
    if kind == "number":
        return _reference(found) if _begins_an_item(match) else found
    if kind == "host" and _is_in_a_path(match):
        return found
    if kind == "cut":
        at_edge = match.start() == 0 or match.end() == len(match.string)
        special = at_edge or found in "[~&{"
        return f"{_reference(found) if special else found}{CUT}"
    return "".join(map(_reference, found))


def _begins_an_item(match: re.Match[str]) -> bool:
    if match.start() > _LONGEST_NUMBER:
        return False
    digits = match.string[: match.start()]
    return digits.isascii() and digits.isdecimal()


def _is_in_a_path(match: re.Match[str]) -> bool:
    end = match.start()
    before = match.string[max(0, end - _LONGEST_NAME) : end]
    above = before.rstrip(_LETTERS_AND_DIGITS)
    if _MAY_BE_A_COMMIT.match(before, len(above)):
        return False
    joint = above[-2:] if above == before else above[len(above.rstrip("_")) - 1 :]
    return bool(_JOINT.fullmatch(joint) or _JOINT.fullmatch(above[-2:]))


def _cut_hex(digits: str) -> str:
    # Six digits are no commit's name, seven are.  Plain numbers and words such
    # as "defaced" stay whole, unless they are as long as a full name.
    if len(digits) < _COMMIT and (digits.isdigit() or digits.isalpha()):
        return digits
    return CUT.join(digits[at : at + 6] for at in range(0, len(digits), 6))


def _reference(character: str) -> str:
    return _REFERENCES.get(character) or f"&#{ord(character)};"


def _longest_run(text: str) -> int:
    """Return how many backticks stand in a row, at most."""
    return max(map(len, _BACKTICKS.findall(text))) if "`" in text else 0


def _loses_its_edges(text: str) -> bool:
    """Ask whether a code span would swallow something at its edges."""
    if "`" in (text[0], text[-1]):
        return True
    return text[0] == text[-1] == " " and not text.isspace()
