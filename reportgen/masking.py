"""What looks like a secret is masked before it is shown."""

import re
from collections.abc import Mapping
from itertools import chain, groupby
from operator import is_, itemgetter
from typing import TypeVar

import msgspec

from reportgen import late

MASK = "***"

T = TypeVar("T")

# A word may begin behind the letters that programs write for other characters: for a
# line's end, a colour, a control, or what a URL cannot hold.
_ESCAPED = (
    r"(?<=\\[nrt]SIGN)|(?<=[\[;]\dmSIGN)|(?<=[\[;]\d\dmSIGN)"
    r"|(?<=\\x[\da-f]{2}SIGN)|(?<=%[\dA-Fa-f]{2}SIGN)"
)
_KEY = (
    "-----BEGIN [A-Z ]{0,40}SIGN.*?"
    r"(?:-----END [A-Z ]{0,40}SIGN[A-Z ]{0,40}-----|\Z)"  # also cut short
)
# Few shapes, each unmistakable: a mask on what is no secret hides evidence.  Every
# secret of a shape holds one of its signs, here called SIGN; where there is a group,
# that alone is masked.  None may try the same characters more than a few times,
# whatever it is given; all begin with one certain character, which is quick to find.
_SHAPES = {
    "SIGN[A-Za-z0-9]{20,}": ("ghp_", "gho_", "ghu_", "ghs_", "ghr_"),  # GitHub
    r"SIGN\w{22,}": ("github_pat_",),  # GitHub: fine-grained
    r"SIGN[\w-]{20,}": ("glpat-", "glptt-", "glrt-", "glcbt-"),  # GitLab
    "SIGN[A-Z0-9]{16}": ("AKIA", "ASIA"),  # Amazon: access key
    r"SIGN[\w-]{35}": ("AIza",),  # Google: API key
    "SIGN[abeoprs]-[A-Za-z0-9-]{10,}": ("xox",),  # Slack: bot, user, refresh
    rf"SIGN(?:(?<![A-Za-z0-9]SIGN)|{_ESCAPED})\w{{16,}}": (
        "sk_live_",
        "rk_live_",
    ),  # Stripe: these can pay
    r"SIGN[\w-]{16,}": ("pypi-AgE",),  # PyPI: upload
    "SIGN[A-Za-z0-9]{36}": ("npm_",),  # npm: publish
    rf"SIGN(?:(?<![\w-]SIGN)|{_ESCAPED})[\w-]{{8,}}+\.[\w-]{{8,}}+\.[\w-]*": (
        "eyJ",  # JSON web token: three parts
    ),
    r"SIGN[^\s/?#:@]*:(?!\*\*\*@)([^\s/?#]+)(?=@)": ("://",),  # password in a URL
    r"SIGN([\w.~+/=-]{16,})": ("Bearer ", "bearer ", "BEARER "),  # authorization
    _KEY: ("PRIVATE KEY",),  # PEM
}
_SECRETS = late.pattern(
    "|".join(
        shape.replace("SIGN", sign)
        for shape, signs in _SHAPES.items()
        for sign in signs
    ),
    re.DOTALL | re.ASCII,
)
# Nearly all texts are left after a glance; long ones are searched the quickest for
# what several signs begin with.
_SIGNS = tuple(sorted(chain.from_iterable(_SHAPES.values())))
_MANY_SIGNS = tuple(
    late.pattern("|".join(signs).encode())
    for _, signs in groupby(_SIGNS, itemgetter(0))
)
_LINES = late.pattern(_KEY.replace("SIGN", "PRIVATE KEY"), re.DOTALL)
# Every secret could go on like this, and with it has its shape.
_REST = f"{'A' * 40}.{'A' * 8}.:A@"
_NAMED_LIKE_ONE = late.pattern(
    r"(?i)token|secret|passw|credential|api_?key|private_?key"
)
_SHORTEST = 8  # characters of a value that can be told from an ordinary word
_LEAST = 7  # characters of a secret with what shows that it is one: ://a:b@
_SOME = 256  # parts of a long value that are looked at together


def mask_secrets(text: str) -> str:
    """Return `text` with what looks like a secret masked.

    Time grows with the length of `text` and no faster; masking twice changes
    nothing.  What has no known shape stays: this is a net, not a wall.
    """
    return _SECRETS.sub(_masked, text) if _has_sign(text) else text


def mask_values(
    text: str, environment: Mapping[str, str], *, unfinished: bool = False
) -> str:
    """Return `text` with the values of variables masked that are named like secrets.

    Only who runs a program knows them; short values may stand in any text.  Of one
    that is `unfinished`, the end goes if that may be the first part of a value.
    """
    secrets = {
        value.strip()  # files end in a newline, and what is shown does not
        for name, value in environment.items()
        if len(value.strip()) >= _SHORTEST and _NAMED_LIKE_ONE.search(name)
    }
    for value in sorted(secrets, key=len, reverse=True):  # one may hold another
        text = text.replace(value, MASK)
    if unfinished:
        size = len(text)
        starts = (
            start
            for value in secrets
            for start in range(max(size - len(value), 0), size)
            if text[start] == value[0] and value.startswith(text[start:])
        )
        text = text[: min(starts, default=size)]
    return text


def cut(text: str, most: int) -> str:
    """Return the first `most` characters of `text`, without a secret cut in two."""
    return text if len(text) <= most else undivided(text[:most])


def undivided(text: str) -> str:
    """Return `text`, which is to go on, without what may be a secret's first part.

    That of a private key stays, since it is masked to the end.
    """
    end, again = len(text), True
    while again:
        again = False
        # In no other secret are two blanks.
        start = text.rfind(" ", 0, max(text.rfind(" ", 0, end), 0)) + 1
        for match in _SECRETS.finditer(text[start:end] + _REST):
            if start + match.end() > end:
                end = start + match.start()
                again = " " in match[0]  # then a word before it may end with its sign
                break
    return text[:end]


def in_lines(text: str) -> str:
    """Return `text` with each secret on one line: a line holds all of it or nothing."""
    if "PRIVATE KEY" not in text:
        return text
    return _LINES.sub(lambda match: " ".join(match[0].split()), text)


def split(text: str, separator: str) -> list[str]:
    """Return the parts of `text` between separators, no secret being divided."""
    if not _has_sign(text):
        return text.split(separator)
    whole = _SECRETS.sub(lambda match: match[0].replace(separator, "\0"), text)
    return [part.replace("\0", separator) for part in whole.split(separator)]


def _has_sign(text: str) -> bool:
    return len(text) >= _LEAST and any(sign in text for sign in _SIGNS)


def _masked(match: re.Match[str]) -> str:
    start = match.start(match.lastindex or 0)
    return f"{match.string[match.start() : start]}{MASK}"


class Masking:
    """Masks whatever is made of evidence, and knows how many secrets it saw.

    The text of a record, which is none of Python's own strings but of a kind of
    its own, stays: its author wrote it to be read.
    """

    def __init__(self, kept: type | tuple[()] = ()) -> None:
        """Leave alone what is of the type `kept`: an author has written all of it."""
        self._kept = kept
        self._secrets: set[str] = set()
        self._names: dict[str, dict[str, int]] = {}  # which are masked alike
        self._known: dict[int, tuple[object, object]] = {}  # what has been masked
        self._plain: dict[int, object] = {}  # what needs no mask

    @property
    def number(self) -> int:
        """How many different secrets were masked."""
        return len(self._secrets)

    def masked(self, value: T) -> T:
        """Return `value` with every text in it masked; itself where none is."""
        if not isinstance(value, msgspec.Struct):
            return self._anew(value)  # type: ignore[return-value]  # of its own type
        if isinstance(value, self._kept):
            return value
        known = self._known.get(id(value))  # many a result is told of several times
        if known is None:
            known = self._known[id(value)] = (value, self._anew(value))
        return known[1]  # type: ignore[return-value]  # likewise

    def _anew(  # noqa: PLR0911  # one guard a kind
        self, value: object
    ) -> object:
        if type(value) is str:
            return self._text(value)
        if isinstance(value, msgspec.Struct):
            fields = {name: getattr(value, name) for name in value.__struct_fields__}
            masked = {name: self.masked(field) for name, field in fields.items()}
            if masked.get("nodeid") is not fields.get("nodeid"):
                masked["nodeid"] = self._name(fields["nodeid"])
            changed = {n: new for n, new in masked.items() if new is not fields[n]}
            return msgspec.structs.replace(value, **changed) if changed else value
        if type(value) is dict:
            keys, values = tuple(value), tuple(value.values())
            names, things = self._apart(keys), self.masked(values)
            same = names is keys and things is values
            return value if same else dict(zip(names, things, strict=True))
        if type(value) is tuple and len(value) > _SOME and self._are_plain(value):
            return value
        if type(value) is frozenset:
            names = self._apart(tuple(value))
            return value if all(map(is_, names, value)) else frozenset(names)
        if type(value) is tuple or type(value) is list:
            parts = [self.masked(part) for part in value]
            return value if all(map(is_, parts, value)) else type(value)(parts)
        return value

    def _apart(self, names: tuple[object, ...]) -> tuple[object, ...]:
        """Return `names` masked, and as many different ones as before."""
        if self.masked(names) is names:
            return names
        # In an order that is the same tomorrow: that of a set is not.
        new = {name: self._name(name) for name in sorted(names, key=repr)}
        return tuple(new[name] for name in names)

    def _name(self, name: object) -> object:
        """Return `name` masked, with a number if another one would read the same."""
        masked = self.masked(name)
        if masked is name or not isinstance(name, str):
            return masked
        alike = self._names.setdefault(str(masked), {})
        number = alike.setdefault(name, len(alike) + 1)
        return masked if number == 1 else f"{masked} ({number})"

    def _are_plain(self, values: tuple[object, ...]) -> bool:
        """Whether no text in any of `values` needs a mask; a doubt is no.

        What was kept of a large run is looked at in a moment.
        """
        new = [each for each in values if id(each) not in self._plain]
        try:
            for start in range(0, len(new), _SOME):
                text = msgspec.json.encode(new[start : start + _SOME])
                if any(sign.search(text) for sign in _MANY_SIGNS):
                    return False
        except (TypeError, ValueError):  # something is no value of JSON
            return False
        self._plain.update((id(each), each) for each in new)
        return True

    def _text(self, text: str) -> str:
        if not _has_sign(text):
            return text
        found = {match[0] for match in _SECRETS.finditer(text)}
        self._secrets |= found
        return mask_secrets(text) if found else text
