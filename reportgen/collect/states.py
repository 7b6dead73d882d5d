"""Fetches the states of the issues that a record names, to be evidence."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path

from reportgen.collect.shelf import objections, put, unwritten
from reportgen.collect.site import Site
from reportgen.forge.client import Client
from reportgen.forge.issue import Issue
from reportgen.forge.target import Kind, Target
from reportgen.forge.token import for_gh
from reportgen.model import (
    IssueName,
    Json,
    Moment,
    PublishError,
    Record,
    Reference,
    Source,
    issue_reference,
    texts_of,
)
from reportgen.stamp import SUFFIX

Tokens = Callable[[Target], str | None]

_PATIENCE = 60.0  # seconds for all issues of one host
_FIELDS = "number,title,state,url"


def trackers(record: Record) -> tuple[Source, ...]:
    """Return the evidence of issues that no command makes."""
    sources = (s for s in record.evidence.values() if s.format == "issues")
    return tuple(s for s in sources if s.command is None and len(s.files) == 1)


def issues_named(record: Record) -> tuple[str, ...]:
    """Return every issue that `record` refers to, each once, as `#17` is written."""
    found = map(issue_reference, _references(record))
    return tuple(dict.fromkeys(filter(None, found)))


def fetch(targets: Iterable[Target], tokens: Tokens) -> tuple[Json, ...]:
    """Return the state of each of `targets`, by number, with `gh` where it can say it.

    Evidence knows issues by number: of several that share one, an open one counts.
    Raises PublishError if any cannot be fetched, for half of them is no evidence.
    """
    found: dict[int, Json] = {}
    clients: dict[str, Client] = {}
    with ExitStack() as stack:
        for target in targets:
            state = _by_gh(target)
            if state is None:
                if target.api not in clients:
                    client = Client(target, tokens(target), _PATIENCE)
                    clients[target.api] = stack.enter_context(closing(client))
                state = Issue(target, clients[target.api]).state()
            known = found.setdefault(state["number"], state)
            if known["state"] == "CLOSED":
                found[state["number"]] = state
    return tuple(found[number] for number in sorted(found))


def store(issues: Iterable[Json], source: Source, site: Site, now: float) -> Path:
    """Put `issues` and the moment `now` into the file of `source`; return its path.

    Raises PublishError if they cannot be put there.
    """
    (text,) = source.files.values()
    path = site.path(text)
    fetched = datetime.fromtimestamp(now, UTC).isoformat(timespec="seconds")
    try:
        if problems := [*objections(text, site)]:
            raise PublishError(problems)
        path.parent.mkdir(parents=True, exist_ok=True)
        # A stamp would be that of another file, which a command once wrote.
        path.with_name(path.name + SUFFIX).unlink(missing_ok=True)
        put(path, {"fetched": fetched, "issues": [*issues]})
    except OSError as error:
        raise PublishError([unwritten(source, error)]) from None
    return path


def _references(record: Record) -> Iterator[str]:
    for text in texts_of(record):
        if isinstance(text, Moment):
            yield from text.references
        elif isinstance(text, Reference | IssueName):
            yield str(text)


def _by_gh(target: Target) -> Json | None:
    """Return what `gh` says of an issue on GitHub, None if it cannot."""
    if target.kind is not Kind.GITHUB:
        return None
    try:
        done = subprocess.run(  # noqa: S603  # an address that was looked at, no shell
            ["gh", "issue", "view", target.url, "--json", _FIELDS],  # noqa: S607  # the user's own gh
            env=for_gh(target, os.environ),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=True,
            timeout=_PATIENCE,
        )
        state = json.loads(done.stdout)
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    good = isinstance(state, dict) and str(state.get("number")) == target.number
    return {key: state.get(key) for key in _FIELDS.split(",")} if good else None
