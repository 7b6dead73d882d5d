"""The words that several commands share, and what they mean."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click
import msgspec

from reportgen.load.config import Config, load_config
from reportgen.load.record import find_records
from reportgen.model import RecordError


def _complete(
    _context: click.Context, _parameter: click.Parameter, incomplete: str
) -> list[str]:
    """Complete the names of records in a shell."""
    config, _ = load_config(Path.cwd())
    known = find_records(config.root / config.data)
    return [name for name in known if name.startswith(incomplete)]


names_argument = click.argument(
    "names", nargs=-1, metavar="NAME…", shell_complete=_complete
)
name_argument = click.argument("name", metavar="NAME", shell_complete=_complete)
all_option = click.option("--all", "every", is_flag=True, help="Every record there is.")
data_option = click.option(
    "--data", metavar="DIR", help="Folder of the records.  [default: data]"
)
template_option = click.option(
    "--template",
    default="report.md",
    show_default=True,
    metavar="NAME",
    help="What to make: the name of a template.",
)


def configuration(data: str | None = None) -> Config:
    """Return the configuration, with what the command line says of it.

    Raises RecordError with every mistake in the configuration.
    """
    config, mistakes = load_config(Path.cwd())
    if mistakes:
        raise RecordError(mistakes)
    if data is not None:
        config = msgspec.structs.replace(config, data=str(Path.cwd() / data))
    return config


def wanted(names: Sequence[str], *, every: bool) -> Sequence[str]:
    """Return the names that are wanted; none at all stands for every record."""
    if every and names:
        raise usage("give names or --all, not both")
    if not every and not names:
        raise usage("give a name, or --all")
    return () if every else names


def usage(message: str) -> click.UsageError:
    """Return the error of a command that was called wrongly."""
    return click.UsageError(message, click.get_current_context())


def relative(path: Path) -> str:
    """Return `path` as it is typed from here."""
    try:
        return path.relative_to(Path.cwd()).as_posix()
    except ValueError:
        return str(path)
