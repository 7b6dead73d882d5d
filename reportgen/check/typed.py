"""Finds figures of tests, efforts and open issues that somebody typed into prose.

Few forms are known, and each is taken only where nothing around it says that it
may speak of another time, a wish or another thing: a false alarm is worse than a
miss.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum

from reportgen import late
from reportgen.model import Value


class Kind(StrEnum):
    """What a typed figure is a figure of."""

    COUNT = "count"  # of tests with an outcome
    RATIO = "ratio"  # of such tests, and of how many
    RATE = "rate"  # of tests that passed, in percent
    EFFORT = "effort"  # in seconds, planned or actual
    ISSUES = "open issues"


class Typed(Value, frozen=True, kw_only=True):
    """A figure as it is typed; `offset` is where in its text.

    `what` is an outcome, or "planned" or "actual".  `high` is the end of a range,
    `of` the whole of a ratio.
    """

    kind: Kind
    what: str
    number: float
    high: float = 0
    of: int = 0
    digits: int = 0
    text: str
    offset: int


def find_typed(prose: str) -> Iterator[Typed]:
    """Yield the figures typed in `prose`, outside of code, links and expressions."""
    if not (_DIGIT.search(prose) and _WORD.search(prose)):
        return
    text = _HIDDEN.sub(_blank, prose).replace("*", " ")
    for start, sentence in _sentences(text):
        if len(sentence) > _LONGEST or not _DIGIT.search(sentence):
            continue
        if not _WORD.search(sentence):
            continue
        taken: list[range] = []
        for kind, match in _matches(sentence):
            span = range(match.start(), match.end())
            if any(span.start < t.stop and t.start < span.stop for t in taken):
                continue
            before = sentence[: match.start()]
            if kind is not Kind.EFFORT and not _BEGINS.search(before):
                continue
            taken.append(span)
            shown = prose[start + span.start : start + span.stop]
            yield _typed(kind, match, " ".join(shown.split()), start + span.start)


# --- What is looked at ---------------------------------------------------------

# Expressions, code, addresses; and indented lines, which may be code.
_HIDDEN = late.pattern(
    r"\{\{.{0,999}?\}\}|^ {0,3}(?P<fence>`{3,}|~{3,}).*?(?:^ {0,3}(?P=fence)|\Z)"
    r"|(?<!`)(?P<ticks>`++).{1,999}?(?<!`)(?P=ticks)(?!`)|\]\([^)\n]{0,999}\)|https?://\S+"
    r"|^(?: {4}|\t).*$",
    re.DOTALL | re.MULTILINE,
)
_DIGIT = late.pattern(r"(?<![#\w])\d")
_WORD = late.pattern(r"test|pass|fail|skipped|planned|actual|open", re.IGNORECASE)
_LONGEST = 1000  # characters: what is longer is no sentence
_BREAK = late.pattern(
    r"(?<=[.!?])\s+|\n\s*\n|\n(?=\s*(?:[-+#>]|\d+[.)])\s)|[;|]|<br\s*/?>"
)
# A sentence with one of these may speak of another time, or of what is wished for.
_HEDGES = (
    "before|previous(?:ly)?|former(?:ly)?|earlier|used to|had|was|were|initial(?:ly)?"
    "|original(?:ly)?|once|yesterday|last|until|old|baseline|from|target|goal|should"
    "|shall|must|will|would|could|can|may|might|expect(?:s|ed)?|need(?:s|ed)?"
    "|requires?|aim|next|if|least|most|than|up to|over|about|around|approximately"
    "|almost|nearly|roughly|each|every|per|another|other|additional|new|extra|example"
)
_UNSURE = rf"[~≈≥≤<>]|\b(?:{_HEDGES})\b"
# An effort is planned, and may come to another one.
_HEDGE_OF_EFFORT = late.pattern(_UNSURE, re.IGNORECASE)
_HEDGE = late.pattern(rf"{_UNSURE}|→|\bplan(?:s|ned)?\b", re.IGNORECASE)


def _blank(match: re.Match[str]) -> str:
    return "\0" * len(match[0])


def _sentences(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    for gap in _BREAK.finditer(text):
        yield start, text[start : gap.start()]
        start = gap.end()
    yield start, text[start:]


# "Phase 1 tests pass" and "Python 3 tests pass" hold no count: before one stands
# nothing, a sign, or one of these words.
_BEGINS = late.pattern(
    r"""
      (?: \A | [-,;:.!?()\[\]–—=✅❌"']
        | \b(?:all|the|and|with|has|have|are|is|now|its|these|our|gives|shows|that|so
            |where|which|ran|results?|of|tests|pass|passed|passing|only|still|there) )
      \s*\Z
    """,
    re.VERBOSE | re.IGNORECASE,
)


# --- The forms -----------------------------------------------------------------

_NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d{1,9})"
_FIRST = rf"(?<![\w.,#/:$€£%+\0–-])(?P<n>{_NUMBER})"
_TESTS = r"(?:(?!(?:of|and|or|to|in|the)\b)[a-z][\w-]*\s+){0,3}?tests?(?:\s+cases?)?"
_STATE = r"\s+(?:(?:have|has|are|is|now|all|still|do|currently|been)\s+)*"
_END = r"(?=\s*(?:\Z|[,.:)!\n✅]|(?:and|in\s+\d|but|instead|vs)\b))"
_OUTCOME = (
    r"(?P<what>pass(?:es|ed|ing)?|green|succeed(?:s|ed|ing)?"
    r"|fail(?:s|ed|ing)?|skipped|collected)\b"
)
_GREEN = r"(?:pass(?:es|ed|ing)?|green|succeed(?:s|ed|ing)?)\b"
_OF = rf"{_FIRST}(?:\s*/\s*|\s+(?:out\s+)?of\s+(?:the\s+)?)(?P<m>{_NUMBER})(?![\w/%.-])"
_RATE = r"(?<![\w.,/–-])(?P<r>\d{1,3}(?:\.\d{1,4})?)\s*%"
_AMOUNT = r"\d{1,4}(?:\.\d{1,2})?"
_EFFORT = (
    rf"(?<![\w.,/-])(?P<low>{_AMOUNT})(?:\s*[-–]\s*(?P<high>{_AMOUNT}))?"
    r"\s*(?P<unit>h|hrs?|hours?|m|mins?|minutes?)\b"
)


_FORMS: Mapping[Kind, tuple[str, ...]] = {
    Kind.RATIO: (
        rf"{_OF}\s+{_TESTS}(?:{_STATE}{_OUTCOME}|{_END})",
        rf"{_OF}\s+{_OUTCOME}(?:\s+{_TESTS}\b|{_END})",
    ),
    Kind.COUNT: (
        rf"{_FIRST}\s+{_TESTS}{_STATE}{_OUTCOME}",
        rf"{_FIRST}\s+{_OUTCOME}\s+{_TESTS}\b",
        rf"{_FIRST}\s+(?P<what>passed|failed|skipped)\b{_END}",
        rf"tests?\s+{_OUTCOME}\s*[:=]\s*(?P<n>{_NUMBER}){_END}",
    ),
    Kind.RATE: (
        (
            rf"{_RATE}\s+(?:of\s+(?:(?:all|the|our)\s+)*{_TESTS}"
            rf"(?:{_STATE}{_GREEN}|{_END})|{_TESTS}{_STATE}{_GREEN}|pass(?:ing)?{_END}"
            r"|(?:test\s+)?pass\s+rate\b|test\s+success\s+rate\b)"
        ),
        (
            r"(?:test\s+success|pass)\s+rate(?:\s+(?:is|of|at))?\s*[:=]?\s*"
            r"(?P<r>\d{1,3}(?:\.\d{1,4})?)\s*%"
        ),
    ),
    Kind.EFFORT: (
        rf"{_EFFORT}\s+(?P<what>planned|actual)\b(?=\s*(?:\Z|[,.:)→\n]))",
        (
            r"\b(?P<what>planned|actual)(?:\s+(?:effort|time))?\s*[:=]\s*"
            rf"{_EFFORT}(?=\s*(?:\Z|[,.:)→\n]|instead\b|actual\b))"
        ),
    ),
    Kind.ISSUES: (
        rf"{_FIRST}\s+open\s+issues?\b{_END}",
        rf"{_FIRST}\s+issues?{_STATE}(?:remain(?:s|ing)?\s+)?open\b{_END}",
    ),
}


_PATTERNS = {
    kind: tuple(late.pattern(form, re.IGNORECASE) for form in forms)
    for kind, forms in _FORMS.items()
}
# What a figure of each kind cannot do without.
_NEEDS: Mapping[Kind, tuple[str, ...]] = {
    Kind.RATIO: ("/", "of"),
    Kind.COUNT: ("pass", "green", "succe", "fail", "skipped", "collected"),
    Kind.RATE: ("%",),
    Kind.EFFORT: ("planned", "actual"),
    Kind.ISSUES: ("issue",),
}


def _matches(sentence: str) -> Iterator[tuple[Kind, re.Match[str]]]:
    """Yield what looks like a figure in `sentence`, unless it may mean another."""
    folded = sentence.casefold()
    for kind, words in _NEEDS.items():
        if not any(word in folded for word in words):
            continue
        if (_HEDGE_OF_EFFORT if kind is Kind.EFFORT else _HEDGE).search(sentence):
            continue
        for pattern in _PATTERNS[kind]:
            for match in pattern.finditer(sentence):
                yield kind, match


_SECONDS = {"h": 3600, "m": 60}


def _typed(kind: Kind, match: re.Match[str], text: str, offset: int) -> Typed:
    groups = match.groupdict()
    high = 0.0
    if kind is Kind.RATE:
        number = float(groups["r"])
    elif kind is Kind.EFFORT:
        seconds = _SECONDS[groups["unit"][0].casefold()]
        number = float(groups["low"]) * seconds
        high = float(groups["high"] or groups["low"]) * seconds
    else:
        number = _whole(groups["n"])
    return Typed(
        kind=kind,
        what=_outcome(groups.get("what") or ""),
        number=number,
        high=high,
        of=_whole(groups.get("m") or "0"),
        digits=len(groups["r"].partition(".")[2]) if kind is Kind.RATE else 0,
        text=text,
        offset=offset,
    )


def _whole(number: str) -> int:
    return int(number.replace(",", ""))


def _outcome(word: str) -> str:
    """Return the outcome that `word` means; a ratio without one is of passed tests."""
    word = word.casefold()
    if word in {"skipped", "collected", "planned", "actual"}:
        return word
    return "failed" if word.startswith("fail") else "passed"
