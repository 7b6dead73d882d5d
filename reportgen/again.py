"""Says again what `build --all` said, if nothing changed since.

This comes before all else that a command needs, and spares most of it.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

_NEVER_KEPT = ("--watch", "--output", "-o", "--since", "--base", "--attestation")


def say_again(words: Sequence[str]) -> int | None:
    """Say what the command with these `words` said, and return its exit code.

    Return None, and say nothing, if doing it again might change anything.
    """
    if words[:1] != ["build"] or "--all" not in words:
        return None
    if any(word.startswith(_NEVER_KEPT) for word in words):
        return None
    from reportgen.kept import Kept  # noqa: PLC0415  # other commands keep nothing
    from reportgen.streams import survive_streams  # noqa: PLC0415  # likewise

    try:
        every = Kept(words).all_unchanged()
        if every is None:
            return None
        survive_streams()
        lines = (line for done in every for line in done.lines("unchanged:"))
        _say("".join(f"{line}\n" for line in lines))
    except OSError:  # the long way says what is wrong
        return None
    return max(done.exit_code for done in every)


def _say(text: str) -> None:
    if sys.stderr.isatty() or "utf" not in sys.stderr.encoding.lower():
        import click  # noqa: PLC0415  # dear, and it knows what a stream can show

        click.echo(text, err=True, nl=False)
    else:
        import re  # noqa: PLC0415  # not for other commands

        sys.stderr.write(re.sub(r"\x1b\[\d+m", "", text))
