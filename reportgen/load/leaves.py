"""Turns one written text into one value: a kind of text, a word, a number, a time."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial

from reportgen import late
from reportgen.load.durations import parse_age, parse_duration
from reportgen.load.wording import guess, quoted
from reportgen.load.yaml_text import ScalarNode
from reportgen.model import (
    Age,
    Date,
    Diagnostic,
    Duration,
    EvidenceName,
    FilePath,
    Identifier,
    IssueName,
    Markdown,
    Moment,
    ShardName,
    Text,
    Url,
    Value,
)


class Form(Value, frozen=True, kw_only=True):
    """What a text of one kind looks like, and how to say that it does not."""

    pattern: str
    code: str
    name: str
    hint: str


FORMS: Mapping[type, Form] = {
    Identifier: Form(
        pattern=r"(?![0-9]+$)[A-Za-z0-9][A-Za-z0-9._-]*",
        code="bad-id",
        name="an id",
        hint="use letters, digits, '.', '-' and '_', and not digits alone",
    ),
    EvidenceName: Form(
        pattern="[A-Za-z_][A-Za-z0-9_-]*",
        code="bad-id",
        name="a name for evidence",
        hint="use letters, digits, '-' and '_', and begin with a letter",
    ),
    IssueName: Form(
        pattern=r"#?[0-9]+|[\w.-]+/[\w.-]+#[0-9]+|https?://\S+",
        code="bad-issue",
        name="an issue",
        hint="write 17, owner/name#17 or a URL",
    ),
    Date: Form(
        pattern=r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
        r"([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?"
        r"(Z| UTC|[+-][0-9]{2}:[0-9]{2}))?",
        code="bad-date",
        name="a date",
        hint="write 2026-03-01, or 2026-03-01T14:30Z with its zone",
    ),
    Moment: Form(
        pattern=r"now|after \S.*",
        code="bad-moment",
        name="a moment",
        hint="write `now`, or `after` and ids or issues",
    ),
    Url: Form(
        pattern=r"https?://\S+",
        code="bad-url",
        name="a web address",
        hint="begin with https://",
    ),
    FilePath: Form(
        pattern=r"[^\n\t]*[^\s][^\n\t]*",
        code="bad-path",
        name="a path",
        hint="write it on one line",
    ),
    ShardName: Form(
        pattern="[A-Za-z0-9_.-]+",
        code="bad-id",
        name="a name for a shard",
        hint="use letters, digits, '.', '-' and '_'",
    ),
}

_COUNT = late.pattern("[1-9][0-9]{0,8}")
_NUMBER = late.pattern(r"-?(0|[1-9][0-9]{0,11})(\.[0-9]{1,12})?")
# As YAML 1.2 spells them; `yes` and `on` were truths before, and are words now.
_TRUTHS: Mapping[str, bool] = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}

Leaf = Text | StrEnum | Duration | bool | float


def read_leaf(node: ScalarNode, kind: type, hours_a_day: float) -> Leaf | Diagnostic:
    """Return what `node` says as a value of type `kind`, or what is wrong with it."""
    if issubclass(kind, Text):
        return _text(node, kind)
    if issubclass(kind, StrEnum):
        return _word(node, kind)
    if issubclass(kind, Duration):
        return _duration(node, kind, hours_a_day)
    if issubclass(kind, bool):
        return _truth(node)
    return _count(node) if issubclass(kind, int) else _number(node)


def _text(node: ScalarNode, kind: type[Text]) -> Text | Diagnostic:
    text = node.text if issubclass(kind, Markdown) else node.text.rstrip("\n")
    form = FORMS.get(kind)
    fits = form is None or re.fullmatch(form.pattern, text) is not None
    value = text
    if fits and kind is Date:
        value = text.replace(" UTC", "Z")
        fits = _is_real(value)
    if form and not fits:
        message = f"{quoted(text)} is not {form.name}"
        return Diagnostic(node.place, form.code, message, form.hint)
    return kind(value, node.place)


def _is_real(date: str) -> bool:
    try:
        moment = datetime.fromisoformat(date)
        if moment.tzinfo is not None:
            moment.astimezone(UTC)
    except (ValueError, OverflowError):  # no such day, or none of our calendar's in UTC
        return False
    return True


def _word(node: ScalarNode, kind: type[StrEnum]) -> StrEnum | Diagnostic:
    words = [str(word) for word in kind]
    if node.text in words:
        return kind(node.text)
    message = f"{quoted(node.text)} is none of the words that can stand here"
    hint = guess(node.text, words, f"write {', '.join(words)}")
    return Diagnostic(node.place, "unknown-word", message, hint)


def _duration(
    node: ScalarNode, kind: type[Duration], hours: float
) -> Duration | Diagnostic:
    parse = parse_age if kind is Age else partial(parse_duration, hours_a_day=hours)
    duration = parse(node.text)
    if duration is None:
        message = f"{quoted(node.text)} is not a duration"
        hint = _meant(node.text, parse)
        return Diagnostic(node.place, "bad-duration", message, hint)
    return duration


def _meant(text: str, parse: Callable[[str], Duration | None]) -> str:
    """Return a hint for `text`, which is no duration: 2 lacks a unit, 1,5h a point."""
    # With three digits after it, a comma may part thousands.
    pointed = re.sub("(?<=[0-9]),(?=[0-9]{1,2}(?![0-9]))", ".", text)
    if parse(f"{pointed}h"):
        return f"add a unit: {pointed}h"
    if parse(pointed):
        return f"did you mean {pointed!r}?"
    return "write 90m, 1h30m or 2-3 days"


def _truth(node: ScalarNode) -> bool | Diagnostic:
    if node.plain and node.text in _TRUTHS:
        return _TRUTHS[node.text]
    message = f"{quoted(node.text)} is neither true nor false"
    hint = "write true or false, without quotes"
    return Diagnostic(node.place, "wrong-type", message, hint)


def _count(node: ScalarNode) -> int | Diagnostic:
    if node.plain and _COUNT.fullmatch(node.text):
        return int(node.text)
    message = f"{quoted(node.text)} is not a whole number from 1"
    return Diagnostic(node.place, "bad-number", message, "write digits, without quotes")


def _number(node: ScalarNode) -> float | Diagnostic:
    if node.plain and _NUMBER.fullmatch(node.text):
        return float(node.text)
    message = f"{quoted(node.text)} is not a number"
    hint = "write digits, without a unit or quotes"
    return Diagnostic(node.place, "bad-number", message, hint)
