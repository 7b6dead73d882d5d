"""`reportgen selftest`: proof that the gate fails where it must."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click

from reportgen.console import put, say
from reportgen.model import ExitCode
from reportgen.render.visible import terminal
from reportgen.selftest.judge import selftest


@click.command("selftest")
def command() -> int:
    """Prove on built-in cases that the gate fails where it must.

    \b
    Example:
      reportgen selftest
    """
    good = bad = 0
    with tempfile.TemporaryDirectory(prefix="reportgen-") as folder:
        for outcome in selftest(Path(folder)):
            good, bad = good + (not outcome.wrong), bad + bool(outcome.wrong)
            why = f": {outcome.wrong}" if outcome.wrong else ""
            word = "FAILED" if outcome.wrong else "ok"
            put(terminal(f"{word:<7}{outcome.case.title}{why}") + "\n")
    say(f"{good} of {good + bad} cases hold")
    return ExitCode.CLAIMS_EXCEED_EVIDENCE if bad else ExitCode.OK
