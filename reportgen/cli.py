"""Words in, exit code out: the commands, and nothing that they need not import."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reportgen import __version__
from reportgen.console import annotate, line_of, put, put_json, say, tell
from reportgen.model import Diagnostic, ExitCode, ReportgenError, Severity

if TYPE_CHECKING:
    from reportgen.load.config import Config
    from reportgen.pipeline import Built

FORMATS = ("text", "json", "github")
_CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 88}


def run() -> None:
    """Run reportgen as a program."""
    sys.exit(main(sys.argv[1:]))


def main(argv: Sequence[str]) -> int:
    """Run reportgen with the words `argv`, and return its exit code."""
    _speak_utf8()
    try:
        code = commands(list(argv), prog_name="reportgen", standalone_mode=False)
    except ReportgenError as error:
        tell(error.diagnostics)
        return ExitCode.UNUSABLE
    except click.ClickException as error:
        say(_usage(error))
        return ExitCode.UNUSABLE
    except (KeyboardInterrupt, click.Abort):
        say("interrupted")
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has seen enough; nothing more can be said to them.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.OK
    return int(code or 0)


def _usage(error: click.ClickException) -> str:
    context = error.ctx if isinstance(error, click.UsageError) else None
    path = context.command_path if context else "reportgen"
    message = error.format_message().rstrip(".")
    return f"{message[:1].lower()}{message[1:]} [usage]; see `{path} --help`"


def _speak_utf8() -> None:
    # A stream that cannot encode a mark must not end a run in the middle.
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


# --- Shared words --------------------------------------------------------------


def _names(
    _context: click.Context, _parameter: click.Parameter, incomplete: str
) -> list[str]:
    """Complete the names of records in a shell."""
    from reportgen.load.config import load_config
    from reportgen.load.record import find_records

    config, _ = load_config(Path.cwd())
    return [
        n for n in find_records(config.root / config.data) if n.startswith(incomplete)
    ]


_name_arguments = click.argument(
    "names", nargs=-1, metavar="NAME…", shell_complete=_names
)
_name_argument = click.argument("name", metavar="NAME", shell_complete=_names)
_all_option = click.option(
    "--all", "every", is_flag=True, help="Every record there is."
)
_data_option = click.option(
    "--data", metavar="DIR", help="Folder of the records.  [default: data]"
)


def _options(*options: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def decorate(function: Any) -> Any:  # noqa: ANN401  # what click decorates
        for option in reversed(options):
            function = option(function)
        return function

    return decorate


def _config(data: str | None) -> Config:
    """Return the configuration, with what the command line says of it."""
    import msgspec

    from reportgen.load.config import load_config
    from reportgen.model import RecordError

    config, mistakes = load_config(Path.cwd())
    if mistakes:
        raise RecordError(mistakes)
    if data is not None:
        config = msgspec.structs.replace(config, data=str(Path.cwd() / data))
    return config


def _wanted(names: Sequence[str], *, every: bool) -> Sequence[str]:
    if every and names:
        raise click.UsageError(
            "give names or --all, not both", click.get_current_context()
        )
    if not every and not names:
        raise click.UsageError("give a name, or --all", click.get_current_context())
    return () if every else names


# --- Commands ------------------------------------------------------------------


@click.group("reportgen", context_settings=_CONTEXT)
@click.version_option(__version__, "-V", "--version", message="reportgen %(version)s")
def commands() -> None:
    """Completion reports whose statuses are derived from evidence.

    \b
    Write data/issue-1197/record.yaml, let pytest write its results beside it, and
      reportgen build issue-1197
    writes reports/issue-1197.md.

    \b
    Exit codes:
      0  written, and every claim stands
      1  written, but claims exceed their evidence (the report says so)
      2  nothing written: usage, record, template or target cannot be used
      3  written here, but publishing failed
    """


@commands.command()
@_options(_name_arguments, _all_option, _data_option)
@click.option(
    "--template",
    default="report.md",
    show_default=True,
    metavar="NAME",
    help="What to make: the name of a template.",
)
@click.option(
    "-o", "--output", metavar="PATH", help="Where to write; - is standard output."
)
def build(
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
    from reportgen import pipeline

    config = _config(data)
    sources = pipeline.read(_wanted(names, every=every), config)
    if output not in {None, "-"} and len(sources) > 1:
        raise click.UsageError(
            "one --output for one report", click.get_current_context()
        )
    worst = ExitCode.OK
    for source in sources:
        target = (
            Path.cwd() / output
            if output not in {None, "-"}
            else pipeline.output_path(source.name, template, config)
        )
        built = pipeline.build(
            source, config, now=time.time(), template=template, output=target
        )
        if output == "-":
            put(built.text)
        else:
            changed = pipeline.save(built, target)
            _announce(built, target, changed=changed)
        tell(f for f in built.findings if f.severity is not Severity.NOTE)
        worst = max(worst, built.exit_code)
    return worst


@commands.command()
@_options(_name_arguments, _all_option, _data_option)
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help="For people, for programs, or as annotations.",
)
@click.option(
    "--template",
    default="report.md",
    show_default=True,
    metavar="NAME",
    help="The template whose report is read back.",
)
def check(
    names: tuple[str, ...],
    *,
    every: bool,
    data: str | None,
    form: str,
    template: str,
) -> int:
    """Say what is wrong with records, claims and evidence; write nothing.

    \b
    Examples:
      reportgen check issue-1197
      reportgen check --all --format github
    """
    from reportgen import pipeline

    config = _config(data)
    try:
        sources = pipeline.read(_wanted(names, every=every), config)
        built = [
            pipeline.build(each, config, now=time.time(), template=template)
            for each in sources
        ]
    except ReportgenError as error:
        if form == "text":
            raise
        _show_unusable(error.diagnostics, form)
        return ExitCode.UNUSABLE
    for each in built:
        _show_checked(each, form, alone=len(built) == 1)
    if form == "json" and len(built) != 1:
        put_json([_machine(each) for each in built])
    return max((each.exit_code for each in built), default=ExitCode.OK)


def _machine(built: Built) -> dict[str, Any]:
    from reportgen.render.machine import as_data

    return as_data(built.report, built.findings)


def _show_checked(built: Built, form: str, *, alone: bool) -> None:
    if form == "json":
        if alone:
            put_json(_machine(built))
    elif form == "github":
        annotate(built.findings)
    else:
        report = built.report
        for finding in built.findings:
            put(f"{line_of(finding)}\n")
        put(f"{report.name}: {report.verdict.mark} {report.verdict}: {report.reason}\n")


def _show_unusable(diagnostics: Iterable[Diagnostic], form: str) -> None:
    if form == "json":
        from reportgen.render.machine import unusable

        put_json(unusable(diagnostics))
    else:
        annotate(diagnostics)


@commands.command()
@_name_argument
@click.argument("task", required=False)
@_data_option
def explain(name: str, task: str | None, *, data: str | None) -> int:
    """Say why each status is what it is, and what would change it.

    \b
    Examples:
      reportgen explain issue-1197
      reportgen explain issue-1197 import-paths
    """
    from reportgen import pipeline
    from reportgen.render.explain import explain as words

    config = _config(data)
    (source,) = pipeline.read([name], config)
    report = pipeline.testify(source, config, now=time.time())
    known = [state.name for state in report.tasks]
    if task is not None and task not in known:
        names = ", ".join(known) or "none"
        raise click.UsageError(
            f"no task {task!r} in {name}; tasks: {names}", click.get_current_context()
        )
    put(words(report, task))
    return ExitCode.OK


@commands.command()
@click.argument("name", metavar="NAME")
@_data_option
def init(name: str, *, data: str | None) -> int:
    """Write a commented record to start from; an existing one is kept.

    \b
    Example:
      reportgen init issue-42
    """
    from reportgen import pipeline

    path = pipeline.start(name, _config(data))
    say(f"wrote {_relative(path)}; next: reportgen build {name}")
    return ExitCode.OK


@commands.command()
def schema() -> int:
    """Print the JSON Schema of a record, for editors.

    \b
    Example:
      reportgen schema > record.schema.json
    """
    from reportgen.load.schema import record_schema

    put_json(record_schema())
    return ExitCode.OK


@commands.command("list")
@_data_option
def list_records(*, data: str | None) -> int:
    """List every record with its verdict, effort, open blockers and age.

    \b
    Example:
      reportgen list
    """
    from reportgen import pipeline
    from reportgen.render.listing import listing

    config = _config(data)
    now = time.time()
    sources = pipeline.read((), config)
    reports = [pipeline.testify(source, config, now=now) for source in sources]
    put(listing(reports, now=now))
    return ExitCode.OK


@commands.command()
@click.argument("shell", type=click.Choice(("bash", "zsh", "fish")))
def completion(shell: str) -> int:
    """Print the completion script of a shell.

    \b
    Example:
      eval "$(reportgen completion bash)"
    """
    from click.shell_completion import get_completion_class

    maker = get_completion_class(shell)
    if maker is None:  # pragma: no cover  # click knows these three
        raise click.UsageError(f"click has no completion for {shell}")
    put(maker(commands, {}, "reportgen", "_REPORTGEN_COMPLETE").source())
    return ExitCode.OK


def _announce(built: Built, path: Path, *, changed: bool) -> None:
    report = built.report
    word = "wrote" if changed else "unchanged:"
    state = f"{report.verdict.mark} {report.verdict}: {report.reason}"
    say(f"{word} {_relative(path)}: {state}")


def _relative(path: Path) -> str:
    try:
        return path.relative_to(Path.cwd()).as_posix()
    except ValueError:
        return str(path)
