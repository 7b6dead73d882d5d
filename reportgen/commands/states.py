"""Lets `reportgen collect` fetch the states of issues, or say why it cannot."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec

from reportgen import records
from reportgen.collect.site import Site
from reportgen.collect.states import fetch, issues_named, store
from reportgen.commands import options
from reportgen.commands.addresses import issue_address
from reportgen.console import say, tell
from reportgen.forge.target import Target, target_of
from reportgen.forge.token import find_token
from reportgen.load.config import Config
from reportgen.load.evidence import load_evidence
from reportgen.model import Diagnostic, PublishError, Query, Severity, Source


def fetch_states(
    source: records.Source, wanted: Sequence[Source], config: Config
) -> bool:
    """Store the states of all issues of a record; return whether there are any now.

    Where they cannot be fetched, those that are stored already serve.
    """
    root = config.root.resolve()
    site = Site(root=root, folder=source.path.parent.resolve(), base=root)
    there = True
    for tracker in wanted:
        try:
            states = fetch(
                _targets(source, tracker, config),
                lambda target: find_token(target, os.environ, typed=False),
            )
            path = store(states, tracker, site, time.time())
        except PublishError as error:
            age = _stored(tracker, source, config)
            severity = Severity.WARNING if age else Severity.ERROR
            tell(
                msgspec.structs.replace(each, severity=severity)
                for each in error.diagnostics
            )
            say(f"{tracker.name}: not fetched; {age or 'there are no states'}")
            there = there and bool(age)
            continue
        noun = "issue" if len(states) == 1 else "issues"
        shown = options.relative(path)
        say(f"{tracker.name}: {len(states)} {noun}: stored {shown}")
    return there


def _targets(
    source: records.Source, tracker: Source, config: Config
) -> tuple[Target, ...]:
    """Return where the issues are that the record names."""
    names = issues_named(source.record)
    urls = {name: issue_address(name, source.record, config) for name in names}
    lost = next((name for name, url in urls.items() if not url), None)
    if lost is not None:
        message = f"nobody says which repository {lost} is in"
        hint = "write `repository:`"
        raise PublishError([Diagnostic(tracker.place, "no-issue", message, hint)])
    return tuple(target_of(url, config.forge, os.environ) for url in urls.values())


def _stored(tracker: Source, source: records.Source, config: Config) -> str:
    """Return how old the states are that are stored, "" if there are none."""
    (found,) = load_evidence([tracker], source.path.parent, config.root, Query())
    if found.problem is not None:
        return ""
    if found.created is None:
        return "what is stored serves, and does not say when it was fetched"
    made = datetime.fromtimestamp(found.created, UTC)
    return f"what was stored on {made:%Y-%m-%d %H:%M} UTC serves"
