"""Says things to people, on standard error, and to programs, on standard output."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping

import click

from reportgen.masking import mask_secrets
from reportgen.model import Diagnostic, Severity
from reportgen.render.visible import (
    terminal,
    workflow_command_data,
    workflow_command_property,
)
from reportgen.streams import drop

_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}
_COMMANDS = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.NOTE: "notice",
}


def put(text: str, *, colour: bool | None = None) -> None:
    """Write `text` to standard output as it is.

    Its colours reach a terminal only, unless `colour` says otherwise.
    """
    _write(text, colour=colour)


def put_json(data: object) -> None:
    """Write `data` to standard output as JSON."""
    put(json.dumps(data, ensure_ascii=False, indent=2) + "\n")


def say(text: str) -> None:
    """Write a line for people to standard error."""
    say_as_it_is(terminal(mask_secrets(text)))


def say_as_it_is(text: str) -> None:
    """Write `text`, in which nothing can do harm, to standard error."""
    _write(f"{text}\n", err=True)


def line_of(finding: Diagnostic) -> str:
    """Return `finding` on one line, its code in the colour of its severity."""
    code = click.style(f"[{finding.code}]", fg=_COLOURS[finding.severity])
    text = terminal(mask_secrets(str(finding)))
    return text.replace(f"[{finding.code}]", code, 1)


def tell(findings: Iterable[Diagnostic]) -> None:
    """Write each of `findings` as a line to standard error."""
    for finding in findings:
        say_as_it_is(line_of(finding))


def put_outputs(values: Mapping[str, str]) -> None:
    """Write `values` as outputs of a step of a workflow, each between its own marks.

    Nobody can guess a mark, so no value can end early and name another output.
    """
    import secrets  # noqa: PLC0415  # few ask for outputs

    for name, value in values.items():
        mark = f"reportgen-{secrets.token_hex(16)}"
        put(f"{name}<<{mark}\n{value}\n{mark}\n")


def annotate(findings: Iterable[Diagnostic]) -> None:
    """Write each of `findings` as a workflow command that annotates its line.

    https://docs.github.com/actions/reference/workflow-commands-for-github-actions
    """
    for finding in findings:
        place, name = finding.place, workflow_command_property
        where = (
            f"file={name(place.path)},line={place.line},col={place.column},"
            if place.path
            else ""
        )
        advice = f"; {finding.hint}" if finding.hint else ""
        message = workflow_command_data(finding.message + advice)
        put(
            f"::{_COMMANDS[finding.severity]} {where}"
            f"title={name(finding.code)}::{message}\n"
        )


def _write(text: str, *, err: bool = False, colour: bool | None = None) -> None:
    try:
        click.echo(text, nl=False, err=err, color=colour)
    except BrokenPipeError:
        # Whoever read it has seen enough.  There is work left, and an exit code that
        # somebody may rely on.
        drop(sys.stderr if err else sys.stdout)
