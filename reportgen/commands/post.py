"""`reportgen post`: one comment on the issue of a record, kept up to date."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import click

from reportgen import pipeline, records
from reportgen.commands import options
from reportgen.commands.addresses import issue_address
from reportgen.console import put, say, tell
from reportgen.forge.client import PATIENCE, Client
from reportgen.forge.target import Target, target_of
from reportgen.forge.token import find_token, wanted
from reportgen.load.config import Config
from reportgen.model import (
    NOWHERE,
    Diagnostic,
    ExitCode,
    PublishError,
    Record,
    RecordError,
    Value,
    issue_reference,
)
from reportgen.publish.comment import keep_comment, marker
from reportgen.render.budget import BUDGETS
from reportgen.render.shape import Shape
from reportgen.write import write


@click.command("post")
@options.names_argument
@options.all_option
@click.option(
    "--to",
    "addresses",
    multiple=True,
    metavar="URL",
    help="Another issue, or a pull or merge request; can be given several times.",
)
@click.option(
    "--template",
    default="issue-update.md",
    show_default=True,
    metavar="NAME",
    help="What to post; each has a comment of its own.",
)
@options.full_report_option
@options.timeout_option(PATIENCE, "How long to wait for each forge in all.")
@click.option("--dry-run", is_flag=True, help="Show what would be sent; send nothing.")
@options.data_option
def command(
    names: tuple[str, ...],
    *,
    every: bool,
    addresses: tuple[str, ...],
    template: str,
    full_report: str,
    timeout: float,
    dry_run: bool,
    data: str | None,
) -> int:
    """Keep one comment on the issue of each record up to date.

    It is found again by a hidden first line and by who wrote it, and is not written
    where nothing changed.  The token comes from the environment (GH_TOKEN or
    GITHUB_TOKEN, GITLAB_TOKEN, GITEA_TOKEN) or from `gh auth token`; where the record
    alone says so, it is only sent to the server that it is for.  --all leaves out
    records that name no issue, unless --to names one.

    \b
    Examples:
      reportgen post issue-1197
      reportgen post issue-1197 --dry-run
      reportgen post issue-1197 --to https://github.com/acme/shop/pull/7
    \b
    Exit codes:
      0  the comment is up to date, and every claim stands
      1  the comment is up to date, but claims exceed their evidence
      2  nothing was sent: usage, record, template or address cannot be used
      3  not every comment could be written; the text is kept in a file
    """
    config = options.configuration(data)
    template = options.template_of(config, template)
    sources = records.read(options.wanted(names, every=every), config)
    if every and not addresses:
        sources = tuple(each for each in sources if each.record.issue)
    # All that can be wrong here is seen before anything is sent.
    messages = [
        _message(source, config, template, addresses, full_report) for source in sources
    ]
    worst = ExitCode.OK
    for message in messages:
        worst = max(worst, message.exit_code)
        if dry_run:
            for target in message.targets:
                say(f"would be sent to {target.url}")
            put(message.text)
        elif not _sent(message, timeout, typed=bool(addresses)):
            write(message.text, message.kept)
            say(f"the text is in {options.relative(message.kept)}")
            worst = ExitCode.NOT_PUBLISHED
    return worst


class _Message(Value, frozen=True, kw_only=True):
    """A text with its marker, where it goes, and where it is kept if it cannot."""

    text: str
    mark: str
    targets: tuple[Target, ...]
    kept: Path
    exit_code: ExitCode


def _message(
    source: records.Source,
    config: Config,
    template: str,
    addresses: Sequence[str],
    full_report: str,
) -> _Message:
    urls = addresses or (_own_address(source.record, config),)
    targets = [target_of(url, config.forge, os.environ) for url in dict.fromkeys(urls)]
    mark = marker(source.name, template)
    room = BUDGETS["github-comment"].less(len(mark) + 2)
    built = pipeline.build(
        source,
        config,
        now=time.time(),
        template=template,
        shape=Shape(fit=room, full=full_report),
    )
    # Forges and their bots obey lines that begin with a slash, whoever wrote them.
    harmless = re.sub(r"^/", " /", built.text, flags=re.MULTILINE)
    return _Message(
        text=f"{mark}\n\n{harmless}",
        mark=mark,
        targets=tuple(targets),
        kept=records.output_path(source.name, template, config),
        exit_code=built.exit_code,
    )


def _own_address(record: Record, config: Config) -> str:
    """Return the address of the issue of `record`."""
    name = issue_reference(str(record.issue or "")) or ""
    url = issue_address(name, record, config) if name else ""
    if not url:
        what = f"no repository that {name} is in" if name else "no issue"
        message = f"the record names {what}"
        hint = "write `issue:` and `repository:`, or say --to URL"
        raise RecordError([Diagnostic(record.place, "no-issue", message, hint)])
    return url


def _sent(message: _Message, timeout: float, *, typed: bool) -> bool:
    """Send `message` to each of its targets, and return whether all have it."""
    failed = False
    for target in message.targets:
        try:
            with closing(_client(target, timeout, typed=typed)) as client:
                kept = keep_comment(target, client, message.text, message.mark)
            say(f"{kept.done}: {kept.url}")
        except PublishError as error:
            tell(error.diagnostics)
            failed = True
    return not failed


def _client(target: Target, timeout: float, *, typed: bool) -> Client:
    token = find_token(target, os.environ, typed=typed)
    if token is None:
        message = f"there is no token for {target.host}"
        raise PublishError([Diagnostic(NOWHERE, "no-token", message, wanted(target))])
    return Client(target, token, timeout)
