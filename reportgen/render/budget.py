"""What fits where: the limits of places, and texts written again until they fit."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import msgspec

from reportgen import late
from reportgen.model import NOWHERE, Diagnostic, TemplateError, Value
from reportgen.render.detail import Detail


class Budget(Value, frozen=True, kw_only=True):
    """How long a text may be: in characters (code points), in bytes, or in both."""

    name: str
    characters: int | None = None
    bytes: int | None = None

    def holds(self, text: str) -> bool:
        """Whether `text` fits."""
        if self.characters is not None and len(text) > self.characters:
            return False
        return self.bytes is None or len(text.encode()) <= self.bytes

    def less(self, number: int) -> Budget:
        """Return a budget that leaves room for `number` further ASCII characters."""
        return msgspec.structs.replace(
            self,
            characters=None if self.characters is None else self.characters - number,
            bytes=None if self.bytes is None else self.bytes - number,
        )

    def __str__(self) -> str:
        limits = [
            f"{limit:,} {unit}"
            for limit, unit in ((self.characters, "characters"), (self.bytes, "bytes"))
            if limit is not None
        ]
        return f"{self.name} ({' and '.join(limits)})"


# What each place was seen to take; more is refused, or silently dropped.
BUDGETS: Mapping[str, Budget] = {
    budget.name: budget
    for budget in (
        # It takes 65,536 characters: the rest is for what forges and bots add.
        Budget(name="github-comment", characters=60_000, bytes=262_144),
        Budget(name="github-body", characters=60_000, bytes=262_144),
        Budget(name="check-run", bytes=65_535),
        Budget(name="job-summary", bytes=1_000_000),
        Budget(name="commit-status", characters=140),
        Budget(name="gitlab-note", characters=1_000_000),
        Budget(name="bitbucket", characters=32_768),
        Budget(name="azure", characters=150_000),
    )
}

# Outputs that are made for a place fit it without being told.
OWN: Mapping[str, Budget] = {
    "issue-update.md": BUDGETS["github-comment"],
    "job-summary.md": BUDGETS["job-summary"],
    "one-line.txt": BUDGETS["commit-status"],
}
_NUMBER = late.pattern(r"([0-9][0-9_,]{0,19}) *(chars|bytes)?")


def budget(text: str) -> Budget | None:
    """Return the budget that `text` names, such as "azure" or "5000bytes", if any.

    A bare number counts characters.
    """
    match = _NUMBER.fullmatch(text)
    if match is None:
        return BUDGETS.get(text)
    number = int(re.sub("[_,]", "", match[1]))
    if match[2] == "bytes":
        return Budget(name=text, bytes=number)
    return Budget(name=text, characters=number)


def fit(written: Callable[[Detail], str], most: Detail, limit: Budget | None) -> str:
    """Return the fullest text, at most as full as `most`, that `limit` holds.

    `written` gives the text of a detail.  Nothing is ever cut: it is written
    again with less, in the order of `Detail.less`.
    Raises TemplateError if even the least does not fit.
    """
    text = written(most)
    if limit is None or limit.holds(text):
        return text
    found = None
    details = [*most.less()]
    while details:  # halved each time: a text takes time
        middle = len(details) // 2
        text = written(details[middle])
        if limit.holds(text):
            found, details = text, details[:middle]
        else:
            details = details[middle + 1 :]
    if found is not None:
        return found
    message = f"even the least of it, {len(text):,} characters, does not fit {limit}"
    hint = "choose a shorter template, a larger --fit, or --split"
    raise TemplateError([Diagnostic(NOWHERE, "does-not-fit", message, hint)])
