"""`reportgen build`: a report of each record from its evidence."""

from __future__ import annotations

import time
from pathlib import Path

import click

from reportgen import pipeline
from reportgen.commands import options
from reportgen.console import put, say, tell
from reportgen.model import ExitCode, Severity


@click.command("build")
@options.names_argument
@options.all_option
@options.data_option
@options.template_option
@click.option(
    "-o", "--output", metavar="PATH", help="Where to write; - is standard output."
)
def command(
    names: tuple[str, ...],
    *,
    every: bool,
    data: str | None,
    template: str,
    output: str | None,
) -> int:
    """Make a report of each record from its evidence.

    \b
    Examples:
      reportgen build issue-1197
      reportgen build --all
      reportgen build issue-1197 -o - | gh issue comment 1197 -F -
    """
    config = options.configuration(data)
    sources = pipeline.read(options.wanted(names, every=every), config)
    if output not in {None, "-"} and len(sources) > 1:
        raise options.usage("--output is for one report")
    worst = ExitCode.OK
    for source in sources:
        target = pipeline.output_path(source.name, template, config)
        if output is not None and output != "-":
            target = Path.cwd() / output
        built = pipeline.build(
            source, config, now=time.time(), template=template, output=target
        )
        if output == "-":
            put(built.text)
        else:
            _announce(built, target, changed=pipeline.save(built, target))
        tell(f for f in built.findings if f.severity is not Severity.NOTE)
        worst = max(worst, built.exit_code)
    return worst


def _announce(built: pipeline.Built, path: Path, *, changed: bool) -> None:
    report = built.report
    word = "wrote" if changed else "unchanged:"
    state = f"{report.verdict.mark} {report.verdict}: {report.reason}"
    say(f"{word} {options.relative(path)}: {state}")
