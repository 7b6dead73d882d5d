"""Keeps one comment on an issue up to date, whatever happened before."""

from __future__ import annotations

import hashlib
from enum import StrEnum

from reportgen import late
from reportgen.forge.client import Client, UnansweredError
from reportgen.forge.issue import Issue
from reportgen.forge.target import Target
from reportgen.model import Value

BEGIN = "<!-- reportgen:key="  # of every text that is posted
_TURNS = 6
_PLAIN = late.pattern(r"(?!.*--)[A-Za-z0-9][A-Za-z0-9._/-]{0,200}")


class Done(StrEnum):
    """What was done to keep the comment up to date."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


class Kept(Value, frozen=True, kw_only=True):
    """The comment, and what was done."""

    done: Done
    url: str


def marker(name: str, template: str) -> str:
    """Return the hidden first line by which the comment of a record is known again.

    A name that could end the comment, or be mistaken for another, becomes a hash.
    """
    key = f"{name}/{template}"
    if not _PLAIN.fullmatch(key):
        key = hashlib.sha256(key.encode()).hexdigest()
    return f"{BEGIN}{key} -->"


def keep_comment(target: Target, client: Client, text: str, mark: str) -> Kept:
    """Make sure that the issue has one comment of ours with `mark`, and it is `text`.

    A comment is ours if the account of the token wrote it and it begins with `mark`.
    Every turn looks at what is there and does the next thing that is missing, so it
    does not matter what failed before, or who else is at work.
    """
    issue = Issue(target, client)
    me = issue.me()
    done, number = Done.UNCHANGED, 0
    for turn in range(_TURNS):
        own = sorted(
            (c for c in issue.comments() if c.author == me and c.body.startswith(mark)),
            key=lambda comment: comment.number,
        )
        if not own and number:  # a list can be older than what was written
            written = issue.comment(number)
            own = [written] if written else []
            number = 0 if written is None else number
        if not own:
            done, number = _create(issue, client, text, turn)
            continue
        first, *others = own
        for each in others:
            issue.delete(each.number)
        if done is not Done.UNCHANGED:
            first = issue.comment(first.number) or first
        if _same(first.body, text):
            return Kept(done=done, url=first.url or target.url)
        issue.update(first.number, text)
        done = done if done is Done.CREATED else Done.UPDATED
    message = "answers that the comment is written, and keeps another text"
    raise client.problem(message, "is it too long, or does somebody else write it?")


def _create(issue: Issue, client: Client, text: str, turn: int) -> tuple[Done, int]:
    """Write the comment; its number is 0 if nobody knows whether it is there."""
    try:
        return Done.CREATED, issue.create(text).number
    except UnansweredError:
        if turn == _TURNS - 1:
            raise
        client.pause(2.0**turn, "did not say whether the comment is written")
        return Done.CREATED, 0


def _same(body: str, text: str) -> bool:
    """Whether a forge shows `text` as `body`: it may change how lines end."""
    return body.replace("\r\n", "\n").strip() == text.strip()
