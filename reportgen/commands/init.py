"""`reportgen init`: a commented record to start from."""

from __future__ import annotations

import click

from reportgen import pipeline
from reportgen.commands import options
from reportgen.console import say
from reportgen.model import ExitCode


@click.command("init")
@click.argument("name", metavar="NAME")
@options.data_option
def command(name: str, *, data: str | None) -> int:
    """Write a commented record to start from; an existing one is kept.

    \b
    Example:
      reportgen init issue-42
    """
    path = pipeline.start(name, options.configuration(data))
    say(f"wrote {options.relative(path)}; next: reportgen build {name}")
    return ExitCode.OK
