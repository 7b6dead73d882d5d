"""`reportgen schema`: the JSON Schema of a record."""

from __future__ import annotations

import click

from reportgen.console import put_json
from reportgen.load.schema import record_schema
from reportgen.model import ExitCode


@click.command("schema")
def command() -> int:
    """Print the JSON Schema of a record, for editors.

    \b
    Example:
      reportgen schema > record.schema.json
    """
    put_json(record_schema())
    return ExitCode.OK
