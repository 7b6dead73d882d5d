"""`reportgen explain`: why each status is what it is, and what would change it."""

from __future__ import annotations

import time

import click

from reportgen import pipeline, records
from reportgen.commands import options
from reportgen.console import put
from reportgen.model import ExitCode
from reportgen.render.explain import explain


@click.command("explain")
@options.name_argument
@click.argument("task", required=False)
@options.data_option
def command(name: str, task: str | None, *, data: str | None) -> int:
    """Say why each status is what it is, and what would change it.

    \b
    Examples:
      reportgen explain issue-1197
      reportgen explain issue-1197 import-paths
    """
    config = options.configuration(data)
    (source,) = records.read([name], config)
    report = pipeline.testify(source, config, now=time.time())
    known = [state.name for state in report.tasks]
    if task is not None and task not in known:
        names = ", ".join(known) or "none"
        raise options.usage(f"no task {task!r} in {name}; tasks: {names}")
    put(explain(report, task))
    return ExitCode.OK
