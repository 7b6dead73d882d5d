"""The words that several commands share, and what they mean."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path

import click
import msgspec

from reportgen.load.config import Config, load_config
from reportgen.load.found import find_records
from reportgen.model import RecordError
from reportgen.render.budget import BUDGETS, Budget, budget
from reportgen.render.detail import Detail
from reportgen.render.places import template_name
from reportgen.render.shape import Shape

Function = Callable[..., int]  # that of a command


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
    metavar="NAME",
    help="What to make: report, report.html, issue-update, job-summary, release-notes,"
    " one-line.  [default: report]",
)
base_option = click.option(
    "--base", metavar="REV", help="Show what was weakened since this revision."
)
full_report_option = click.option(
    "--full-report",
    metavar="URL",
    default="",
    help="Where readers find the full report.  [default: its path]",
)


def timeout_option(default: float, words: str) -> Callable[[Function], Function]:
    """Return the option for how many seconds something may take."""
    return click.option(
        "--timeout",
        type=click.FloatRange(min=0, min_open=True),
        default=default,
        show_default=True,
        metavar="SECONDS",
        help=words,
        callback=_number,
    )


def _number(context: click.Context, parameter: click.Parameter, value: float) -> float:
    # It is neither below nor above any limit, and no time would ever be up.
    if math.isnan(value):
        raise click.BadParameter("'nan' is no number of seconds", context, parameter)
    return value


def template_of(config: Config, name: str) -> str:
    """Return the whole name of the template that `name` means."""
    return template_name(name, [config.root / folder for folder in config.templates])


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


def build_of(name: str, data: str | None) -> str:
    """Return the command that builds the report of a record, in the folder `data`."""
    return f"reportgen build {name}" + (f" --data {data}" if data else "")


def relative(path: Path) -> str:
    """Return `path` as it is typed from here."""
    try:
        return path.relative_to(Path.cwd()).as_posix()
    except ValueError:
        return str(path)


def shape_options(command: Function) -> Function:
    """Give `command` the options that say what a report looks like and must fit."""
    for option in reversed(
        (
            click.option(
                "--fit",
                metavar="PLACE",
                callback=_budget,
                help=f"Make it fit: {', '.join(BUDGETS)}, N, Nchars or Nbytes.",
            ),
            click.option(
                "--split", is_flag=True, help="Write numbered parts that fit instead."
            ),
            click.option(
                "--heading-level",
                type=click.IntRange(1, 6),
                help="Level of the first heading, inside another page.",
            ),
            full_report_option,
            click.option("--no-pictures", is_flag=True, help="Leave diagrams out."),
        )
    ):
        command = option(command)
    return command


def shape(
    *,
    fit: Budget | None,
    split: bool,
    heading_level: int | None,
    full_report: str,
    no_pictures: bool,
) -> Shape:
    """Return what `shape_options` asked for."""
    return Shape(
        fit=fit,
        split=split,
        level=heading_level or 0,
        full=full_report,
        most=Detail(pictures=not no_pictures),
    )


def _budget(
    _context: click.Context, _parameter: click.Parameter, text: str | None
) -> Budget | None:
    if text is None:
        return None
    found = budget(text)
    if found is None:
        raise click.BadParameter(f"no place {text!r}; places: {', '.join(BUDGETS)}")
    return found
