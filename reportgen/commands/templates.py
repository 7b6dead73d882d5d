"""`reportgen templates`: what can be made, and how to begin a template of one's own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path, PurePath

import click

from reportgen.commands import options
from reportgen.console import put, say
from reportgen.load.wording import nearest
from reportgen.model import NOWHERE, Diagnostic, ExitCode, TemplateError, WriteError
from reportgen.render.catalogue import Entry, catalogue, find
from reportgen.write import write


@click.group("templates")
def command() -> None:
    """List, show or copy the templates, to start one of your own.

    \b
    Examples:
      reportgen templates list
      reportgen templates show report/risks
      reportgen templates eject report/risks
    """


@command.command("list")
@click.option("--parts", is_flag=True, help="The parts that outputs are made of, too.")
def list_(*, parts: bool) -> int:
    """List what can be made."""
    entries = [each for each in catalogue(_folders()) if parts or each.is_output]
    width = max((len(each.name) for each in entries), default=0)
    for each in entries:
        own = " (yours)" if each.is_own else ""
        put(f"{each.name:{width}}  {each.summary}{own}".rstrip() + "\n")
    return ExitCode.OK


@command.command("show")
@click.argument("name")
def show(name: str) -> int:
    """Print the source of a template: yours if there is one, otherwise ours."""
    put(_found(name).path.read_text(encoding="utf-8"))
    return ExitCode.OK


@command.command("eject")
@click.argument("name")
@click.argument("folder", required=False, type=click.Path(path_type=Path))
def eject(name: str, folder: Path | None) -> int:
    """Copy one of our templates into FOLDER, to be changed there.

    FOLDER is the first folder of templates in the configuration, if left out.
    """
    folders = _folders()
    entry = _found(name, own=False)
    target = (folder or folders[0]) / f"{entry.name}.j2"
    if target.exists():
        message = f"{options.relative(target)} is there already"
        finding = Diagnostic(NOWHERE, "template-exists", message, "edit it, or move it")
        raise WriteError([finding])
    write(entry.path.read_text(encoding="utf-8"), target)
    say(f"wrote {options.relative(target)}; it is used instead of ours")
    return ExitCode.OK


def _folders() -> list[Path]:
    config = options.configuration()
    return [config.root / folder for folder in config.templates]


def _found(name: str, *, own: bool = True) -> Entry:
    entries = catalogue(_folders() if own else ())
    entry = find(name, entries)
    if entry is None:
        message = f"no template {name!r}"
        meant = " or ".join(map(repr, _meant(name, entries)))
        see = "see `reportgen templates list --parts`"
        hint = f"did you mean {meant}?" if meant else see
        raise TemplateError([Diagnostic(NOWHERE, "template-missing", message, hint)])
    return entry


def _meant(name: str, entries: Sequence[Entry]) -> Iterator[str]:
    """Yield the names of those `entries` that are called like `name` in any folder."""
    last = nearest(PurePath(name).stem, (PurePath(each.name).stem for each in entries))
    yield from (each.name for each in entries if PurePath(each.name).stem == last)
