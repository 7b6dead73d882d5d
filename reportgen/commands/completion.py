"""`reportgen completion`: the completion script of a shell."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from reportgen.console import put
from reportgen.model import ExitCode


@click.command("completion")
@click.argument("shell", type=click.Choice(("bash", "zsh", "fish")))
@click.pass_context
def command(context: click.Context, shell: str) -> int:
    """Print the completion script of a shell.

    \b
    Example:
      eval "$(reportgen completion bash)"
    """
    maker = get_completion_class(shell)
    root = context.find_root().command
    if maker is not None:
        put(maker(root, {}, "reportgen", "_REPORTGEN_COMPLETE").source())
    return ExitCode.OK
