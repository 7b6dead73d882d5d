"""`reportgen verify`: whether reports still stand."""

from __future__ import annotations

import time
from pathlib import Path

import click

from reportgen.commands import options
from reportgen.console import put
from reportgen.model import ExitCode
from reportgen.render.visible import terminal
from reportgen.verify import Verification, projects_around, verify


@click.command("verify")
@click.argument(
    "reports",
    nargs=-1,
    required=True,
    metavar="REPORT…",
    type=click.Path(path_type=Path),
)
@options.data_option
def command(reports: tuple[Path, ...], *, data: str | None) -> int:
    """Say of each report whether it is still the same text from the same inputs.

    \b
    stands        building it again gives the same
    edited        its text was changed by hand: where
    stale         its inputs changed: which; or its evidence is too old by now
    unverifiable  inputs are missing, or it is of another version of reportgen

    \b
    Examples:
      reportgen verify reports/issue-1197.md
      reportgen verify reports/*.md

    Exit code 0 if all stand, 1 if any is stale or edited, otherwise 2.
    """
    now = time.time()
    codes = []
    for report in reports:
        around = (
            projects_around(report, Path.cwd())
            if data is None
            else iter([options.configuration(data)])
        )
        found = verify(report, around, now=now)
        put(f"{terminal(_line(report, found))}\n")
        codes.append(found.exit_code)
    wrong = ExitCode.CLAIMS_EXCEED_EVIDENCE
    return wrong if wrong in codes else max(codes)


def _line(report: Path, found: Verification) -> str:
    spot = f":{found.spot.line}:{found.spot.column}" if found.spot else ""
    return f"{report}{spot}: {found}"
