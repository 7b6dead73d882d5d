"""Says what ended a run before its time, and gives it its exit code."""

from __future__ import annotations

import os
import sys

import click

from reportgen.console import say, show_help, tell
from reportgen.model import ExitCode, ReportgenError

# Before 8.2, click showed its help by itself and said nothing of it.
_NO_COMMAND = getattr(click.exceptions, "NoArgsIsHelpError", ())


def end(error: BaseException) -> ExitCode:
    """Say what `error` means for people; a bug is raised again."""
    if isinstance(error, ReportgenError):
        tell(error.diagnostics)
        return ExitCode.UNUSABLE
    if isinstance(error, _NO_COMMAND):
        show_help(error.format_message())
        return ExitCode.UNUSABLE
    if isinstance(error, click.ClickException):
        say(_usage(error))
        return ExitCode.UNUSABLE
    if isinstance(error, (KeyboardInterrupt, click.Abort)):
        say("interrupted")
        return ExitCode.INTERRUPTED
    if isinstance(error, BrokenPipeError):
        # Whoever read our output has seen enough; nothing more can be said to them.
        _drop_output()
        return ExitCode.OK
    if isinstance(error, OSError) and error.filename is None:
        _drop_output()
        say(f"cannot write to standard output: {error.strerror} [write-failed]")
        return ExitCode.UNUSABLE
    raise error


def _drop_output() -> None:
    """Let what is still to be written to standard output go nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _usage(error: click.ClickException) -> str:
    context = error.ctx if isinstance(error, click.UsageError) else None
    path = context.command_path if context else "reportgen"
    # Click sets what can be chosen in lines of its own.
    message = " ".join(error.format_message().split()).rstrip(".")
    return f"{message[:1].lower()}{message[1:]} [usage]; see `{path} --help`"
