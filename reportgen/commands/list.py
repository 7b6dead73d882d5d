"""`reportgen list`: every record with its verdict, effort, open blockers and age."""

from __future__ import annotations

import time

import click

from reportgen import pipeline, records
from reportgen.commands import options
from reportgen.console import put
from reportgen.model import ExitCode
from reportgen.render.listing import listing


@click.command("list")
@options.data_option
def command(*, data: str | None) -> int:
    """List every record with its verdict, effort, open blockers and age.

    \b
    Example:
      reportgen list
    """
    config = options.configuration(data)
    now = time.time()
    sources = records.read((), config)
    put(listing([pipeline.testify(each, config, now=now) for each in sources], now=now))
    return ExitCode.OK
