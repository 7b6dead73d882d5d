"""Makes the report of every record: those that may differ from what is there."""

from __future__ import annotations

from pathlib import Path

from reportgen.commands.options import relative
from reportgen.console import say, tell
from reportgen.kept import Done, Kept, Made
from reportgen.load.config import Config
from reportgen.load.found import find_records
from reportgen.model import Diagnostic, ExitCode, ReportgenError
from reportgen.render.shape import Shape


def build_every(config: Config, template: str, shape: Shape) -> ExitCode:
    """Make every report that may differ, and say of each how its record stands.

    Reports are left alone if they, and all that they were made of, hold what they
    held.  Raises RecordError if any record cannot be used, and nothing is written;
    and other errors in the end, when all that can be made is made.
    """
    paths = find_records(config.root / config.data)
    kept = Kept(config, (template, repr(shape)))
    known = {name: kept.unchanged(name) for name in paths}
    due = [name for name, done in known.items() if done is None]
    for name in due:
        kept.present.file(str(paths[name]))  # before anything is read of it
    made: dict[str, Made] = {}
    if due or not known:
        from reportgen.commands.making import make_all  # noqa: PLC0415  # dear

        made = make_all(due, kept, config, template, shape)
    worst = ExitCode.OK
    mistakes: list[Diagnostic] = []
    for name, done in known.items():
        one = made.get(name) or Made(done=done)
        mistakes += one.mistakes
        if one.done is not None:
            _tell(one.done, changed=one.changed)
            worst = max(worst, one.done.exit_code)
    kept.save()
    if mistakes:
        raise ReportgenError(mistakes)
    return worst


def _tell(done: Done, *, changed: bool) -> None:
    word = "wrote" if changed else "unchanged:"
    names = ", ".join(relative(Path(path)) for path in done.files)
    say(f"{word} {names}: {done.state}")
    tell(done.findings)
