"""`reportgen show`: the state of a record on a terminal."""

from __future__ import annotations

import os
import shutil
import sys
import time

import click

from reportgen import pipeline, records
from reportgen.commands import options
from reportgen.console import put
from reportgen.model import ExitCode
from reportgen.render.terminal import Terminal, show

_SIGNS = "✅⛔█→"


@click.command("show")
@options.name_argument
@options.data_option
def command(name: str, *, data: str | None) -> int:
    """Show the state of a record: verdict, work, failures, blockers, next steps.

    Colours are for terminals; NO_COLOR and FORCE_COLOR are heeded.

    \b
    Examples:
      reportgen show issue-1197
      reportgen show issue-1197 | less
    """
    config = options.configuration(data)
    (source,) = records.read([name], config)
    report = pipeline.testify(source, config, now=time.time())
    stream = _terminal()
    put(show(report, stream), colour=stream.colour)
    return ExitCode.OK


def _terminal() -> Terminal:
    """Return what standard output can show."""
    is_terminal = sys.stdout.isatty()
    colour = is_terminal and os.environ.get("TERM") != "dumb"
    if os.environ.get("NO_COLOR"):
        colour = False
    elif os.environ.get("FORCE_COLOR"):
        colour = True
    return Terminal(
        width=shutil.get_terminal_size().columns if is_terminal else None,
        colour=colour,
        marks=_can_encode(sys.stdout.encoding),
    )


def _can_encode(encoding: str | None) -> bool:
    try:
        _SIGNS.encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
