"""Words in, exit code out: finds the command that is wanted, and imports no other."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence

import click

from reportgen import __version__
from reportgen.streams import survive_streams

# Each command is the `command` of a module of this name; the second is what
# `reportgen --help` says of it, so that help imports none of them.
COMMANDS: Mapping[str, str] = {
    "build": "Make a report of each record from its evidence.",
    "check": "Say what is wrong with records, claims and evidence.",
    "explain": "Say why each status is what it is.",
    "collect": "Run the commands of a record, and store stamped evidence.",
    "post": "Keep one comment on the issue of a record up to date.",
    "verify": "Say whether reports still stand: the same text from the same inputs.",
    "show": "Show the state of a record on the terminal.",
    "list": "List every record with its verdict, effort and age.",
    "init": "Write a commented record to start from.",
    "import": "Make a record of a report that was typed.",
    "templates": "List, show or copy the templates, to start one of your own.",
    "selftest": "Prove on built-in cases that the gate fails where it must.",
    "schema": "Print the JSON Schema of a record, for editors.",
    "completion": "Print the completion script of a shell.",
}


class Commands(click.Group):
    """A group that imports a command when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's
        """Return the names of all commands, in the order of a reader's needs."""
        return list(COMMANDS)

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002  # click's
        cmd_name: str,
    ) -> click.Command | None:
        """Return the command called `cmd_name`, None if there is none."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"reportgen.commands.{cmd_name}")
        command: click.Command = module.command
        return command

    def format_commands(
        self,
        ctx: click.Context,  # noqa: ARG002  # click's
        formatter: click.HelpFormatter,
    ) -> None:
        """Write what each command does, without importing it."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(
    "reportgen",
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 88},
)
@click.version_option(__version__, "-V", "--version", message="reportgen %(version)s")
def commands() -> None:
    """Completion reports whose statuses are derived from evidence.

    \b
    Write data/issue-1197/record.yaml, let pytest write its results beside it, and
      reportgen build issue-1197
    writes reports/issue-1197.md.

    \b
    Exit codes:
      0  written, and every claim stands
      1  written, but claims exceed their evidence (the report says so)
      2  nothing written: usage, record, template or target cannot be used
      3  written here, but publishing failed
    """


def main(argv: Sequence[str]) -> int:
    """Run reportgen with the words `argv`, and return its exit code."""
    survive_streams()
    words = list(argv)
    try:
        code = commands.main(
            words, prog_name="reportgen", standalone_mode=False, obj=words
        )
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001  # bugs go on from there
        from reportgen.ending import end  # noqa: PLC0415  # help needs none of it

        return end(error)
    return int(code or 0)
