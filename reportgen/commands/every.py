"""Makes the report of every record: those that may differ from what is there."""

from __future__ import annotations

import click

from reportgen.commands import options
from reportgen.commands.making import Made, make_all
from reportgen.console import say_as_it_is
from reportgen.kept import Kept, Project
from reportgen.load.found import find_records
from reportgen.model import Diagnostic, ExitCode, ReportgenError
from reportgen.render.shape import Shape


def build_every(data: str | None, template: str, shape: Shape) -> ExitCode:
    """Make every report that may differ, and say of each how its record stands.

    Reports are left alone if they, and all that they were made of, hold what they
    held.  Raises RecordError if any record cannot be used, and nothing is written;
    and other errors in the end, when all that can be made is made.
    """
    kept = Kept(click.get_current_context().obj)  # before anything else is read
    config = options.configuration(data)
    template = options.template_of(config, template)
    root, templates = str(config.root), list(config.templates)
    kept.begin(Project(root, config.data, config.output, templates))
    paths = find_records(config.root / config.data)
    known = {name: kept.unchanged(name) for name in paths}
    due = [name for name, done in known.items() if done is None]
    for name in due:
        kept.present.file(str(paths[name]))  # before anything is read of it
    made: dict[str, Made] = {}
    try:
        if due or not known:
            made = make_all(due, kept, config, template, shape)
    finally:
        kept.save()  # what is made need not be made again after Ctrl-C
    worst = ExitCode.OK
    mistakes: list[Diagnostic] = []
    for name, done in known.items():
        one = made.get(name) or Made(done=done)
        mistakes += one.mistakes
        if one.done is not None:
            for line in one.done.lines("wrote" if one.changed else "unchanged:"):
                say_as_it_is(line)
            worst = max(worst, ExitCode(one.done.exit_code))
    if mistakes:
        raise ReportgenError(mistakes)
    return worst
