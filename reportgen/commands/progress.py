"""Shows on a terminal what takes its time, and how far it is."""

from __future__ import annotations

import sys
import time
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


class Bar(ExitStack):
    """A bar for `number` pieces of work, if they take long and somebody looks on."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self._number = number
        self._done = 0
        self._start = time.monotonic()
        self._bar: Any = None

    def advance(self) -> None:
        """Show that one more piece is done."""
        self._done += 1
        patient = time.monotonic() - self._start < _PATIENCE
        if self._bar is None and (patient or not sys.stderr.isatty()):
            return
        if self._bar is None:
            from rich.console import Console  # noqa: PLC0415  # dear, and rarely wanted
            from rich.progress import MofNCompleteColumn, Progress  # noqa: PLC0415  # likewise

            columns = (*Progress.get_default_columns(), MofNCompleteColumn())
            console = Console(stderr=True)
            self._bar = Progress(*columns, console=console, transient=True)
            self.enter_context(self._bar)
            self._task = self._bar.add_task("reports", total=self._number)
        self._bar.update(self._task, completed=self._done)
