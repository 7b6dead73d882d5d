"""`reportgen build --watch` follows whoever writes, and never loses a good report."""

import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
import watchfiles
from repositories import write_files

from reportgen.cli import main
from reportgen.model import ExitCode
from reportgen.private import private_folder

Changes = set[tuple[watchfiles.Change, str]]

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


def changing(*steps: Callable[[], Iterable[Path]]) -> Callable[..., Iterator[Changes]]:
    """Return a `watchfiles.watch` that sees each of `steps` in turn, and ends then."""

    def watch(
        *folders: Path, watch_filter: watchfiles.DefaultFilter, **_: object
    ) -> Iterator[Changes]:
        yield set()
        for step in steps:
            seen = {(watchfiles.Change.modified, str(path)) for path in step()}
            inside = all(
                any(Path(p).is_relative_to(f) for f in folders) for _, p in seen
            )
            assert inside
            yield {each for each in seen if watch_filter(*each)}

    return watch


def test_what_changed_is_said_and_what_is_ours_is_not(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Many changes are one line; reports and what collecting writes are none."""
    record = folder / "data" / "work.yaml"

    def write(text: str) -> Callable[[], Iterable[Path]]:
        return lambda: [record] if record.write_text(text) else []

    watch = changing(
        write(RECORD.format(title="Two")),
        lambda: [folder / f"{n}.json" for n in range(5)],
        lambda: [folder / "reports" / "work.md", folder / ".reportgen" / "log"],
        list,
        write("titel: Three\n"),
    )
    monkeypatch.setattr(watchfiles, "watch", watch)
    monkeypatch.chdir(folder)
    assert main(["build", "work", "--watch"]) == ExitCode.UNUSABLE
    lines = capsys.readouterr().err.splitlines()
    assert [line for line in lines if line.startswith("changed: ")] == [
        "changed: data/work.yaml",
        "changed: 0.json, 1.json, 2.json and 2 more",
        "changed: data/work.yaml",
    ]
    assert "no field 'titel'" in lines[-1]
    assert "Two" in (folder / "reports" / "work.md").read_text("utf-8")


def test_what_an_editor_wrote_first_is_not_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A temporary file that took the place of the record is none that changed."""
    record, temporary = folder / "data" / "work.yaml", folder / "data" / "sedohNSo4"
    added, modified, deleted = watchfiles.Change

    def watch(*_: Path, **__: object) -> Iterator[Changes]:
        yield set()
        temporary.write_text(RECORD.format(title="Two"))
        temporary.replace(record)
        writes = {(added, str(temporary)), (modified, str(temporary))}
        yield {*writes, (deleted, str(temporary)), (added, str(record))}
        yield {(added, str(temporary)), (deleted, str(temporary))}

    monkeypatch.setattr(watchfiles, "watch", watch)
    monkeypatch.chdir(folder)
    assert main(["build", "work", "--watch"]) == ExitCode.OK
    lines = capsys.readouterr().err.splitlines()
    assert [line for line in lines if line.startswith("changed: ")] == [
        "changed: data/work.yaml",
        "changed: data/sedohNSo4",  # there is nothing else that it could be
    ]


def test_ctrl_c_ends_it_without_a_word(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever ends it as it said knows that it ended; the exit code is the last one."""

    def watch(
        *_: Path, raise_interrupt: bool = True, **__: object
    ) -> Iterator[Changes]:
        yield set()
        if raise_interrupt:
            raise KeyboardInterrupt

    monkeypatch.setattr(watchfiles, "watch", watch)
    monkeypatch.chdir(folder)
    assert main(["build", "work", "--watch"]) == ExitCode.OK
    last = capsys.readouterr().err.splitlines()[-1]
    assert last == "watching for changes; end with Ctrl-C"


def test_all_that_is_watched_is_made_when_it_changes(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With --all, each change makes again what differs, and nothing else."""
    other = folder / "data" / "other.yaml"
    other.write_text(RECORD.format(title="Other"))

    def write() -> Iterable[Path]:
        other.write_text(RECORD.format(title="Another"))
        return [other]

    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
    private_folder.cache_clear()
    monkeypatch.setattr(watchfiles, "watch", changing(write))
    monkeypatch.chdir(folder)
    assert main(["build", "--all", "--watch"]) == ExitCode.OK
    private_folder.cache_clear()
    lines = capsys.readouterr().err.splitlines()
    after = lines[lines.index("changed: data/other.yaml") :]
    assert sum(line.startswith("wrote reports/other.md") for line in after) == 1
    assert sum(line.startswith("unchanged: reports/work.md") for line in after) == 1


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
