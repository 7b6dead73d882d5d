"""Says what ended a run before its time, and gives it its exit code."""

from __future__ import annotations

import sys

import click

from reportgen.console import say, say_as_it_is, tell
from reportgen.model import ExitCode, ReportgenError
from reportgen.streams import drop

# Before 8.2, click showed its help by itself and said nothing of it.
_NO_COMMAND = getattr(click.exceptions, "NoArgsIsHelpError", ())


def end(error: BaseException) -> ExitCode:
    """Say what `error` means for people; a bug is raised again."""
    if isinstance(error, ReportgenError):
        tell(error.diagnostics)
        return ExitCode.UNUSABLE
    if isinstance(error, _NO_COMMAND):
        say_as_it_is(error.format_message())
        return ExitCode.UNUSABLE
    if isinstance(error, click.ClickException):
        say(_usage(error))
        return ExitCode.UNUSABLE
    if isinstance(error, (KeyboardInterrupt, click.Abort)):
        say("interrupted")
        return ExitCode.INTERRUPTED
    if isinstance(error, BrokenPipeError):
        # Whoever read our help has seen enough; nothing more can be said to them.
        drop(sys.stdout)
        return ExitCode.OK
    if isinstance(error, OSError) and error.filename is None:
        drop(sys.stdout)
        say(f"cannot write to standard output: {error.strerror} [write-failed]")
        return ExitCode.UNUSABLE
    raise error


def _usage(error: click.ClickException) -> str:
    context = error.ctx if isinstance(error, click.UsageError) else None
    path = context.command_path if context else "reportgen"
    # Click sets what can be chosen in lines of its own.
    message = " ".join(error.format_message().split()).rstrip(".")
    return f"{message[:1].lower()}{message[1:]} [usage]; see `{path} --help`"
