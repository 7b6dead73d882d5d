"""`reportgen check`: what is wrong with records, claims and evidence."""

from __future__ import annotations

import time
from collections.abc import Sequence

import click

from reportgen import pipeline, records
from reportgen.assess.status import worst
from reportgen.base import gone_since
from reportgen.commands import options
from reportgen.console import annotate, line_of, put, put_json, put_outputs, say
from reportgen.load.config import Config
from reportgen.model import Diagnostic, ExitCode, ReportgenError, Status, Tally
from reportgen.render.machine import as_data, unusable
from reportgen.report import Report

_FORMATS = ("text", "json", "github", "github-output")


@click.command("check")
@options.names_argument
@options.all_option
@options.data_option
@options.template_option
@options.base_option
@click.option(
    "--format",
    "form",
    type=click.Choice(_FORMATS),
    default="text",
    show_default=True,
    help="For people, for programs, or as annotations or outputs of a workflow.",
)
@click.option("--strict", is_flag=True, help="Show every figure that is typed.")
def command(
    names: tuple[str, ...],
    *,
    every: bool,
    data: str | None,
    template: str,
    base: str | None,
    form: str,
    strict: bool,
) -> int:
    """Say what is wrong with records, claims and evidence; write nothing.

    \b
    Examples:
      reportgen check issue-1197
      reportgen check --all --format github
      reportgen check --all --base origin/main
    """
    gone: tuple[Diagnostic, ...] = ()
    try:
        config = options.configuration(data)
        template = options.template_of(config, template)
        if every and base is not None:
            gone = gone_since(base, config)
        built = [
            pipeline.build(
                source,
                config,
                now=time.time(),
                template=template,
                base=base,
                strict=strict,
            )
            for source in records.read(options.wanted(names, every=every), config)
        ]
    except ReportgenError as error:
        if form == "json":
            put_json(unusable(error.diagnostics))
        elif form == "github":
            annotate(error.diagnostics)
        else:  # outputs are no place for words to people
            raise
        return ExitCode.UNUSABLE
    if form == "github-output":
        put_outputs(outputs([each.report for each in built], config))
    else:
        _show(built, gone, form)
    code = max((each.exit_code for each in built), default=ExitCode.OK)
    return max(code, ExitCode.CLAIMS_EXCEED_EVIDENCE) if gone else code


def outputs(reports: Sequence[Report], config: Config) -> dict[str, str]:
    """Return what later steps of a workflow may want to know of `reports` together.

    Of several verdicts the worst news counts.  `artifact-path` is all that a report
    can be made from again, elsewhere, with the reports.
    """
    tally = sum((each.tally for each in reports), Tally())
    verdict = worst(each.verdict for each in reports) if reports else Status.PLANNED
    files = {s.path for each in reports for s in each.inputs if s.kind == "file"}
    kept = {config.data, config.output, config.file, *files} - {""}
    paths = [records.output_path(each.name, records.MAIN, config) for each in reports]
    return {
        "verdict": str(verdict),
        "passed": str(tally.passed),
        "failed": str(tally.bad),
        "total": str(tally.total),
        "report-path": "\n".join(map(options.relative, paths)),
        "artifact-path": "\n".join(sorted(kept)),
    }


def _show(
    built: Sequence[pipeline.Built], gone: Sequence[Diagnostic], form: str
) -> None:
    if form == "json":
        data = [as_data(each.report, each.findings) for each in built]
        data += [unusable(gone)] if gone else []
        put_json(data[0] if len(data) == 1 else data)
    elif form == "github":
        annotate(gone)
        for each in built:
            annotate(each.findings)
    else:
        put("".join(f"{line_of(finding)}\n" for finding in gone))
        for each in built:
            put("".join(f"{line_of(finding)}\n" for finding in each.findings))
            say(f"{each.report.name}: {each.report.judgement}")
