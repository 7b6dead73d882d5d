"""The last line of a report: what it was made of, and a digest of all that it says.

It is a comment, so nobody sees it in a page.  Nothing in it comes from a record or
from evidence but hashes, and names of letters, digits, `.`, `/`, `_` and single
hyphens; what was asked for on the command line is quoted as in a URL.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from urllib.parse import quote, unquote

from reportgen import __version__, late
from reportgen.model import Value
from reportgen.report import Report, SourceState

SUFFIXES = (".md", ".html")  # other texts would show a comment to their readers

_PLAIN = late.pattern(r"[A-Za-z0-9](?:[A-Za-z0-9._/]|-(?!-))*")
_SEAL = late.pattern(
    r"<!-- reportgen (?P<version>\S+) name=(?P<name>\S+) template=(?P<template>\S+)"
    r"(?P<asked>(?: [a-z]+=\S+)*?)"
    r" inputs=sha256:(?P<inputs>[0-9a-f]{64}) each=(?P<each>\S*)"
    r" found=(?P<found>[0-9a-f]{16})"
    r"(?P<end> text=sha256:(?P<digest>[0-9a-f]{64}) -->)"
)


class Seal(Value, frozen=True, kw_only=True):
    """What the last line of a report says.

    `asked` is what else was asked for.  `each` has what `token` says of an input,
    by the `mark` of its path, and `found` what was wrong, which time can change.
    `intact` tells whether the text is the one sealed.
    """

    version: str
    name: str
    template: str
    asked: Mapping[str, str]
    each: Mapping[str, str]
    found: str
    intact: bool


def seal(
    text: str, report: Report, template: str, asked: Mapping[str, str] | None = None
) -> str:
    """Return `text` with its seal as last line: made of `report` by `template`.

    `asked` are words for what else was asked for.  A text in which comments show is
    returned as it is.
    """
    if not template.endswith(SUFFIXES):
        return text
    inputs = {source.path: source for source in report.sources}
    lines = (f"{each.sha256 or each.read}  {each.path}\n" for each in inputs.values())
    digest = _sha256("".join(sorted(lines)))
    also = "".join(f" {key}={_quoted(word)}" for key, word in (asked or {}).items())
    each = ",".join(f"{mark(path)}:{token(inputs[path])}" for path in inputs)
    head = (
        f"{text}\n<!-- reportgen {__version__} name={word(report.name)}"
        f" template={word(template)}{also} inputs=sha256:{digest} each={each}"
        f" found={found_in(report)}"
    )
    return f"{head} text=sha256:{_sha256(head)} -->\n"


def unseal(text: str) -> tuple[str, Seal | None]:
    """Return what `text` says, and its seal, None if there is none.

    The lines of `text` end in line feeds.  A text that goes on after its seal is
    not intact, and what goes on is returned with it, in its lines.
    """
    found = list(_SEAL.finditer(text))
    if not found:
        return text, None
    last = found[-1]
    rest = text[last.end() :].strip("\n")
    body = text[: last.start()] + "\n" + rest if rest else text[: last.start() - 1]
    asked = (entry.partition("=") for entry in last["asked"].split())
    entries = (entry.partition(":") for entry in last["each"].split(",") if entry)
    return body, Seal(
        version=last["version"],
        name=last["name"],
        template=last["template"],
        asked={name: unquote(given) for name, _, given in asked},
        each={path: content for path, _, content in entries},
        found=last["found"],
        intact=not rest and _sha256(text[: last.start("end")]) == last["digest"],
    )


def word(name: str) -> str:
    """Return `name` as a seal has it: as it is if it is plain, otherwise a hash."""
    return name if _PLAIN.fullmatch(name) else f"sha256:{_sha256(name)[:16]}"


def mark(path: str) -> str:
    """Return what stands for `path` in a seal."""
    return _sha256(path)[:8]


def token(source: SourceState) -> str:
    """Return what stands for the content of `source` in a seal.

    A file that was only looked for has no hash: what was found stands for it.
    """
    return (source.sha256 or _sha256(source.read))[:16]


def found_in(report: Report) -> str:
    """Return what stands in a seal for all that is wrong with `report`."""
    return _sha256("\n".join(map(str, report.findings)))[:16]


def _quoted(text: str) -> str:
    return quote(text, safe=":/@,").replace("--", "-%2D")


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
