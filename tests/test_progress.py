"""What takes its time is shown to whoever looks on, and leaves no trace."""

import io
import os
from contextlib import redirect_stderr

import pytest

from reportgen import processes
from reportgen.commands import progress


class Terminal(io.StringIO):
    """A stream that somebody looks at."""

    def isatty(self) -> bool:
        """Return True."""
        return True


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let everything take long, on a terminal that can do all."""
    monkeypatch.setattr(progress, "_PATIENCE", 0.0)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "100")


SHOWN, ERASED = "\x1b[?25h", "\x1b[2K"  # the cursor, and a line


def test_a_bar_counts_and_goes() -> None:
    """It says how much is done of how much, and gives the line back."""
    with redirect_stderr(Terminal()) as stream, progress.Bar(3) as bar:
        for _ in range(3):
            bar.advance()
    text = stream.getvalue()
    assert "3/3" in text
    assert SHOWN in text
    assert ERASED in text.rpartition("3/3")[2]


def test_a_bar_that_is_interrupted_goes() -> None:
    """Whoever presses Ctrl-C gets the cursor back."""

    def work() -> None:
        with progress.Bar(3) as bar:
            bar.advance()
            raise KeyboardInterrupt

    with redirect_stderr(Terminal()) as stream, pytest.raises(KeyboardInterrupt):
        work()
    assert SHOWN in stream.getvalue()


def test_what_is_quick_needs_no_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    """For what ends within a moment, nothing flickers."""
    monkeypatch.setattr(progress, "_PATIENCE", 3600.0)
    with (
        redirect_stderr(Terminal()) as stream,
        progress.Bar(3) as bar,
        progress.Progress() as line,
    ):
        bar.advance()
        line.show("tests", 0.5, "collecting")
    assert stream.getvalue() == ""


def test_a_file_is_not_written_into() -> None:
    """Where nobody looks on, there is no bar and no line."""
    with (
        redirect_stderr(io.StringIO()) as stream,
        progress.Bar(3) as bar,
        progress.Progress() as line,
    ):
        bar.advance()
        line.show("tests", 5, "collecting")
    assert stream.getvalue() == ""


def test_a_line_says_who_is_at_work() -> None:
    """It shows name, time and last words, acts on none of them, and comes again."""
    with redirect_stderr(Terminal()) as stream, progress.Progress() as line:
        line.show("tests", 5, "50 %\x1b[2J of all")
        line.clear()
        line.show("lint", 6, "x" * 500)
    text = stream.getvalue()
    assert "tests: 5 s" in text
    assert r"50 %\x1b[2J of all" in text
    assert "lint: 6 s" in text
    assert "x" * 101 not in text


def test_a_process_that_dies_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for work that is never done."""
    monkeypatch.setattr(processes.os, "cpu_count", lambda: 2)
    with pytest.raises(RuntimeError, match="ended before its work"):
        list(processes.spread(lambda at: at if at % 2 else os._exit(1), 50))


@pytest.mark.parametrize("cores", [1, 3, None])
def test_each_piece_is_done_once(
    monkeypatch: pytest.MonkeyPatch, cores: int | None
) -> None:
    """However many processes there are, all work is done."""
    monkeypatch.setattr(processes.os, "cpu_count", lambda: cores)
    assert sorted(processes.spread(str, 99)) == [(at, str(at)) for at in range(99)]
