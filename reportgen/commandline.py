"""Splits a command of a record into words, which reach its program without a shell."""

from __future__ import annotations

import re

from reportgen import late
from reportgen.model import Diagnostic, Text

# What a shell would act on and a program would take for a word of its own.
_OPERATOR = late.pattern(r"&&|\|\|?|;|&|<|\d?>>?|\d?>&\d")
_ASSIGNMENT = late.pattern(r"[A-Za-z_]\w*=.*", re.DOTALL)


def words_of(command: Text) -> tuple[str, ...] | Diagnostic:
    """Return the words of `command`, or why it cannot be run."""
    import shlex  # noqa: PLC0415  # few records name commands

    try:
        words = shlex.split(command, comments=True)
    except ValueError:
        message = f"{str(command)!r} has a quotation that does not end"
        return Diagnostic(command.place, "bad-command", message, "close it")
    if not words:
        message = f"{str(command)!r} names no program"
        return Diagnostic(command.place, "bad-command", message, "write what to run")
    shell = [word for word in words if _OPERATOR.fullmatch(word)]
    if _ASSIGNMENT.fullmatch(words[0]):
        shell = words[:1]
    if shell:
        message = f"{shell[0]!r} needs a shell, and commands run without one"
        hint = "use `cwd:` for a folder, `env A=1 …` for a variable, or a script"
        return Diagnostic(command.place, "bad-command", message, hint)
    return tuple(words)
