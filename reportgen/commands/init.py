"""`reportgen init`: a commented record to start from, and the files for a CI."""

from __future__ import annotations

import click

from reportgen import records
from reportgen.commands import options
from reportgen.commands.ci import FILES, source, write_ci
from reportgen.console import say
from reportgen.load.config import Config
from reportgen.model import ExitCode


@click.command("init")
@click.argument("name", metavar="[NAME]", required=False)
@click.option(
    "--ci",
    "forge",
    type=click.Choice(list(FILES)),
    help="Also, or alone, write what lets this CI build and show reports.",
)
@options.data_option
def command(name: str | None, *, forge: str | None, data: str | None) -> int:
    """Write a commented record to start from, or the workflow for a CI.

    Nothing is written over.

    \b
    Examples:
      reportgen init issue-42
      reportgen init --ci github
    """
    if name is None and forge is None:
        raise options.usage("give a name, or --ci")
    config = options.configuration(data)
    if name is not None:
        path = records.start(name, config)
        say(f"wrote {options.relative(path)}; next: {options.build_of(name, data)}")
    if forge is not None:
        _start_ci(forge, config)
    return ExitCode.OK


def _start_ci(forge: str, config: Config) -> None:
    for path in write_ci(forge, config):
        say(f"wrote {options.relative(path)}")
        if path.parent.name == ".gitlab":
            say("next: add `include: {local: .gitlab/reportgen.yml}` to .gitlab-ci.yml")
    if source() is None:
        say(
            "next: set the variable REPORTGEN of your project to what pip installs,"
            " such as `reportgen @ git+https://HOST/OWNER/reportgen@COMMIT`"
        )
