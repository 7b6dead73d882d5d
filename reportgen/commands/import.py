"""`reportgen import`: a record from a report that was typed."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path

import click

from reportgen import records
from reportgen.commands import options
from reportgen.console import say, tell
from reportgen.importing.record import Imported, import_report
from reportgen.load.text_file import forbidden, read_text
from reportgen.model import Diagnostic, ExitCode, Place, RecordError
from reportgen.report import count
from reportgen.seal import unseal
from reportgen.write import write

_LARGEST = 1_000_000  # characters; a longer one was not typed
_COUNTED = {
    "phases": "phase",
    "tasks": "task",
    "blockers": "blocker",
    "risks": "risk",
    "metrics": "metric",
    "files": "file",
    "sections": "section",
}


@click.command("import")
@click.argument("report", metavar="REPORT.md", type=click.Path(path_type=Path))
@click.argument("name", metavar="[NAME]", required=False)
@options.data_option
def command(report: Path, name: str | None, *, data: str | None) -> int:
    """Make a record of a report that was typed in Markdown.

    Phases, tasks, blockers, risks, metrics, files and more become fields of the
    record where they are plain; all else becomes sections, as it is.  What was ticked
    is claimed done, and has no evidence yet.  Nothing is written over.

    \b
    Example:
      reportgen import docs/ISSUE_42_COMPLETE.md issue-42
    """
    config = options.configuration(data)
    text = _text(report)
    made = import_report(text, report.stem)
    name = name or _name(made, report)
    path = records.new_path(name, config)
    write(made.text, path)
    held = ", ".join(
        count(made.counts[key], noun)
        for key, noun in _COUNTED.items()
        if made.counts.get(key)
    )
    say(f"wrote {options.relative(path)}{held and f': {held}'}")
    for source in records.read([name], config):
        tell(source.warnings)
    if made.claims:
        tasks = count(made.claims, "task")
        say(f"{tasks} claimed done, with nothing that proves it yet: add `acceptance:`")
    say(f"next: {options.build_of(name, data)}")
    return ExitCode.OK


def _text(path: Path) -> str:
    shown = options.relative(path.absolute())
    text = read_text(path, shown)
    if isinstance(text, Diagnostic):
        raise RecordError([text])
    if len(text) > _LARGEST:
        message = "no report that was typed has more than a million characters"
        raise RecordError([Diagnostic(Place(shown), "too-large", message, "split it")])
    if not text.strip():
        raise RecordError(
            [Diagnostic(Place(shown), "empty-report", "there is nothing in the file")]
        )
    text = _unscrambled(text)
    _, seal = unseal(text)
    if seal is not None:
        message = f"reportgen made this report, of the record {seal.name!r}"
        hint = "go on with that record"
        raise RecordError([Diagnostic(Place(shown), "own-report", message, hint)])
    return text


def _unscrambled(text: str) -> str:
    """Return `text` as it was before its UTF-8 was read as something else, if it was.

    Text that never was does not happen to be UTF-8 again.
    """
    for page in ("mac_roman", "cp1252"):
        with suppress(UnicodeError):
            original = text.encode(page).decode()
            if original != text and not forbidden(original):
                say(f"its UTF-8 had been read as {page}: that is put right")
                return original
    return text


def _name(made: Imported, report: Path) -> str:
    """Return what to call a record: by its issue, or else as its report is called."""
    if isinstance(made.issue, int):
        return f"issue-{made.issue}"
    return re.sub(r"[^A-Za-z0-9._-]+", "-", report.stem).strip("-._")
