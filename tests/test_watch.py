"""`reportgen build --watch` follows whoever writes, and never loses a good report."""

import os
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from repositories import write_files

from reportgen.cli import main
from reportgen.model import ExitCode

PROJECT = Path(__file__).parents[1]
RECORD = "title: {title}\ntasks: [{{id: a, title: The first thing}}]\n"


class Watched:
    """`reportgen build --watch` in a folder, and the lines that it says."""

    def __init__(self, folder: Path, *words: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "reportgen", "build", "--watch", *words],
            cwd=folder,
            env=os.environ | {"PYTHONPATH": str(PROJECT), "PYTHONIOENCODING": "utf-8"},
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        self._lines: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            self._lines.put(line.rstrip("\n"))

    def wait_for(self, text: str) -> list[str]:
        """Return the lines up to one that begins with `text`."""
        lines: list[str] = []
        while not (lines and lines[-1].startswith(text)):
            lines.append(self._lines.get(timeout=20))
        return lines

    def end(self) -> None:
        """End it, as a terminal that is closed does."""
        self._process.terminate()
        self._process.wait()
        self._reader.join()
        assert self._process.stderr is not None
        self._process.stderr.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a project with a record."""
    text = RECORD.format(title="One")
    write_files(tmp_path, {"data/work.yaml": text, "reportgen.toml": ""})
    return tmp_path


@pytest.fixture
def watched(folder: Path) -> Iterator[Watched]:
    """Give a build that watches, and has begun to."""
    it = Watched(folder, "work")
    try:
        it.wait_for("watching for changes")
        yield it
    finally:
        it.end()


def test_it_follows_and_keeps_the_last_good_report(
    folder: Path, watched: Watched
) -> None:
    """A change is built; a mistake is one line, and the report stays as it was."""
    record, report = folder / "data" / "work.yaml", folder / "reports" / "work.md"
    assert "One" in report.read_text("utf-8")
    record.write_text(RECORD.format(title="Two"))
    assert watched.wait_for("wrote reports/work.md: ")[0] == "changed: data/work.yaml"
    assert "Two" in report.read_text("utf-8")
    good = report.read_bytes()
    record.write_text("title: [Three\n")
    lines = watched.wait_for("data/work.yaml:")
    assert len(lines) == 2
    assert report.read_bytes() == good
    record.write_text(RECORD.format(title="Four"))
    lines = watched.wait_for("wrote reports/work.md: ")
    assert lines[0] == "changed: data/work.yaml"  # there was one line, and no more
    assert "Four" in report.read_text("utf-8")
    write_files(folder, {"templates/report.md.j2": "# {{ record.title }} of mine\n"})
    watched.wait_for("wrote reports/work.md: ")
    assert "Four of mine" in report.read_text("utf-8")


@pytest.mark.usefixtures("folder")
def test_without_watchfiles_there_is_one_line(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Who did not install the extra is told how to."""
    monkeypatch.chdir(folder)
    monkeypatch.setitem(sys.modules, "watchfiles", None)
    assert main(["build", "work", "--watch"]) == ExitCode.UNUSABLE
    assert "run `python -m pip install watchfiles`" in capsys.readouterr().err


def test_watching_and_printing_do_not_go_together(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Standard output is written once."""
    monkeypatch.chdir(folder)
    assert main(["build", "work", "--watch", "-o", "-"]) == ExitCode.UNUSABLE
    assert "--watch writes files" in capsys.readouterr().err
