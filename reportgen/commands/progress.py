"""Shows on a terminal which command runs, for how long, and what it said last."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from typing import Any

from reportgen.render.visible import terminal

_PATIENCE = 1.0  # seconds; what is quicker needs no word


class Progress(ExitStack):
    """One line that lives as long as there is work; nothing where nobody looks on."""

    def __init__(self) -> None:
        super().__init__()
        self._status: Any = None

    def show(self, name: str, seconds: float, line: str) -> None:
        """Show that `name` has been at work for `seconds`, and said `line`."""
        if seconds < _PATIENCE or not sys.stderr.isatty():
            return
        from rich.console import Console  # noqa: PLC0415  # dear, and rarely wanted
        from rich.text import Text  # noqa: PLC0415  # likewise

        if self._status is None:
            self._status = Console(stderr=True).status("")
            self.enter_context(self._status)
        text = Text(f"{name}: {seconds:.0f} s  ")
        text.append(terminal(line), style="dim")
        text.truncate(max(self._status.console.width - 4, 10), overflow="ellipsis")
        self._status.update(text)

    def clear(self) -> None:
        """Take the line away, until there is something to show again."""
        self.pop_all().close()
        self._status = None
