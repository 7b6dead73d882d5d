"""Says things to people, on standard error, and to programs, on standard output."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

import click

from reportgen.masking import mask_secrets
from reportgen.model import Diagnostic, Severity
from reportgen.render.visible import (
    terminal,
    workflow_command_data,
    workflow_command_property,
)

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
    click.echo(text, nl=False, color=colour)


def put_json(data: object) -> None:
    """Write `data` to standard output as JSON."""
    put(json.dumps(data, ensure_ascii=False, indent=2) + "\n")


def say(text: str) -> None:
    """Write a line for people to standard error."""
    click.echo(terminal(mask_secrets(text)), err=True)


def show_help(text: str) -> None:
    """Write `text`, several lines of our own, to standard error."""
    click.echo(text, err=True)


def line_of(finding: Diagnostic) -> str:
    """Return `finding` on one line, its code in the colour of its severity."""
    code = click.style(f"[{finding.code}]", fg=_COLOURS[finding.severity])
    text = terminal(mask_secrets(str(finding)))
    return text.replace(f"[{finding.code}]", code, 1)


def tell(findings: Iterable[Diagnostic]) -> None:
    """Write each of `findings` as a line to standard error."""
    for finding in findings:
        click.echo(line_of(finding), err=True)


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
