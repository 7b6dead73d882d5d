"""A report is written whole or not at all, whatever happens in between."""

import errno
import fcntl
import multiprocessing
import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from reportgen.model import WriteError
from reportgen.write import write

OLD = "old ✅\n" * 2000
NEW = "new ❌\n" * 3000


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def _code(error: pytest.ExceptionInfo[WriteError]) -> str:
    (diagnostic,) = error.value.diagnostics
    return diagnostic.code


def test_a_text_is_written_as_it_is(tmp_path: Path) -> None:
    """Folders are made, and not a byte is added or changed."""
    path = tmp_path / "a" / "b" / "report.md"
    assert write("ä\r\nb\n", path)
    assert path.read_bytes() == "ä\r\nb\n".encode()
    assert _names(path.parent) == ["report.md"]


def test_nothing_is_touched_when_the_text_is_there_already(tmp_path: Path) -> None:
    """The same text leaves the very same file, and says so."""
    path = tmp_path / "report.md"
    assert write(OLD, path)
    before = path.stat()
    assert not write(OLD, path)
    assert path.stat() == before or path.stat().st_mtime_ns == before.st_mtime_ns
    assert path.stat().st_ino == before.st_ino


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o755, 0o444])
def test_an_existing_file_keeps_its_mode(tmp_path: Path, mode: int) -> None:
    """Who may read a report does not change when it is built again."""
    path = tmp_path / "report.md"
    path.write_text(OLD)
    path.chmod(mode)
    assert write(NEW, path)
    assert stat.S_IMODE(path.stat().st_mode) == mode


def test_a_new_file_honours_the_umask(tmp_path: Path) -> None:
    """A report is as private as the user's other files."""
    path = tmp_path / "report.md"
    command = (
        "import os, pathlib, sys; os.umask(0o027)\n"
        "from reportgen.write import write; write('x', pathlib.Path(sys.argv[1]))"
    )
    subprocess.run([sys.executable, "-c", command, path], check=True)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


@pytest.mark.parametrize("exists", [True, False], ids=["to a file", "to nothing yet"])
def test_a_link_goes_on_leading_to_the_file(tmp_path: Path, exists: bool) -> None:  # noqa: FBT001 - a parameter of pytest
    """The file behind a link is written, and the link stays."""
    target = tmp_path / "elsewhere" / "report.md"
    target.parent.mkdir()
    if exists:
        target.write_text(OLD)
    link = tmp_path / "report.md"
    link.symlink_to(target)
    assert write(NEW, link)
    assert link.is_symlink()
    assert target.read_text() == NEW
    assert _names(target.parent) == ["report.md"]


def test_a_device_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    """`/dev/stdout` and its like stay what they are."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_text()))
    reader.start()
    assert write("x\n", pipe)
    reader.join()
    assert read == ["x\n"]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_the_longest_name_can_be_written(tmp_path: Path) -> None:
    """The temporary file's name fits wherever the report's own does."""
    path = tmp_path / ("ä" * 126 + ".md")
    assert write(NEW, path)
    assert path.read_text() == NEW


def _a_folder(path: Path) -> Path:
    path.mkdir()
    return path


def _below_a_file(path: Path) -> Path:
    path.write_text("")
    return path / "report.md"


def _a_circle(path: Path) -> Path:
    path.symlink_to(path)
    return path


@pytest.mark.parametrize(
    "make",
    [_a_folder, _below_a_file, _a_circle, lambda path: path.with_name("a\0b")],
    ids=["folder", "below a file", "link to itself", "impossible name"],
)
def test_a_place_that_cannot_be_written_is_a_finding(tmp_path: Path, make) -> None:  # type: ignore[no-untyped-def] # noqa: ANN001 - a row of the table above
    """The user reads what is wrong, not a traceback."""
    path = make(tmp_path / "place")
    with pytest.raises(WriteError, match="cannot write") as error:
        write(NEW, path)
    assert _code(error) == "write-failed"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_a_finding(tmp_path: Path) -> None:
    """Missing rights are said in the system's own words."""
    tmp_path.chmod(0o500)
    with pytest.raises(WriteError, match="Permission denied") as error:
        write(NEW, tmp_path / "report.md")
    tmp_path.chmod(0o700)
    assert _code(error) == "write-failed"


def test_a_lone_surrogate_is_a_finding(tmp_path: Path) -> None:
    """What UTF-8 cannot hold is named with its place, and nothing is written."""
    path = tmp_path / "report.md"
    with pytest.raises(WriteError, match="2:3: ") as error:
        write("a\nbc\ud800", path)
    assert _code(error) == "write-encoding"
    assert not path.exists()


def _name_from_the_start(*_: object) -> bool:
    """Stand for a platform where every file has a name from the start."""
    return False


_open = os.open


def _no_nameless_files(path: str, flags: int, *rest: int, **more: int) -> int:
    """Stand for a file system where every file has a name."""
    if flags & os.O_TMPFILE == os.O_TMPFILE:
        raise OSError(errno.EOPNOTSUPP, "Operation not supported")
    return _open(path, flags, *rest, **more)


@pytest.mark.parametrize("step", ["write", "fsync", "replace", "chmod"])
@pytest.mark.parametrize("failure", [OSError(28, "No space left"), KeyboardInterrupt()])
@pytest.mark.parametrize("named", [False, True], ids=["nameless", "named"])
def test_a_failure_leaves_the_old_text_and_no_litter(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    failure: BaseException,
    *,
    named: bool,
) -> None:
    """A full disk or an impatient user changes nothing."""

    def fail(*_: object, **__: object) -> None:
        raise failure

    path = tmp_path / "report.md"
    path.write_text(OLD)
    if named:
        monkeypatch.setattr("reportgen.write._write_nameless", _name_from_the_start)
    if step in {"replace", "chmod"}:
        monkeypatch.setattr(Path, step, fail)
        monkeypatch.setattr(os, "fchmod", fail)
    else:
        monkeypatch.setattr(os, {"write": "fdopen"}.get(step, step), fail)
    expected = WriteError if isinstance(failure, OSError) else KeyboardInterrupt
    with pytest.raises(expected):
        write(NEW, path)
    monkeypatch.undo()
    assert path.read_text() == OLD
    assert _names(tmp_path) == ["report.md"]


@pytest.mark.parametrize("kind", ["nameless", "named", "refused", "no-proc"])
@pytest.mark.parametrize("exists", [True, False], ids=["old", "new"])
def test_every_kind_of_platform_is_written_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, *, exists: bool
) -> None:
    """Mode and text are the same with nameless files and without, and no litter."""
    path = tmp_path / "report.md"
    if exists:
        path.write_text(OLD)
        path.chmod(0o640)
    (tmp_path / ".report.md.reportgen-tmp").write_text("left behind")
    if kind == "named":
        monkeypatch.setattr("reportgen.write._write_nameless", _name_from_the_start)
    elif kind == "refused":
        monkeypatch.setattr(os, "open", _no_nameless_files)
    elif kind == "no-proc":
        is_dir = Path.is_dir
        monkeypatch.setattr(
            Path, "is_dir", lambda path: str(path)[:5] != "/proc" and is_dir(path)
        )
    assert write(NEW, path)
    assert path.read_text() == NEW
    assert _names(tmp_path) == ["report.md"]
    if exists:
        assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_the_same_text_tidies_up_and_waits_for_nobody(tmp_path: Path) -> None:
    """What was left behind goes, unless its writer is still alive."""
    path = tmp_path / "report.md"
    temporary = tmp_path / ".report.md.reportgen-tmp"
    path.write_text(OLD, newline="")
    temporary.write_text("left behind")
    assert not write(OLD, path)
    assert _names(tmp_path) == ["report.md"]
    with temporary.open("w") as alive:
        fcntl.flock(alive, fcntl.LOCK_EX)
        assert not write(OLD, path)
        assert temporary.exists()


@pytest.mark.parametrize("nameless", [True, False])
def test_a_new_text_waits_for_a_writer_that_is_alive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, nameless: bool
) -> None:
    """Two may write the same report: the second one does not fail for the first."""
    path = tmp_path / "report.md"
    if not nameless:
        monkeypatch.setattr("reportgen.write._write_nameless", _name_from_the_start)
    with (tmp_path / ".report.md.reportgen-tmp").open("w") as alive:
        fcntl.flock(alive, fcntl.LOCK_EX)
        threading.Timer(0.1, alive.close).start()
        assert write(NEW, path)
    assert path.read_text() == NEW
    assert _names(tmp_path) == ["report.md"]


def test_nobody_tidies_up_a_text_that_is_about_to_take_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its name is there for a moment, and is no leftover to another writer."""
    path = tmp_path / "report.md"
    path.write_text(OLD, newline="")
    rename = os.rename

    def slowly(*names: str) -> None:
        assert not write(OLD, path)
        rename(*names)

    monkeypatch.setattr(os, "rename", slowly)
    assert write(NEW, path)
    assert path.read_text() == NEW


def test_a_full_disk_is_a_finding(tmp_path: Path) -> None:
    """The kernel's own refusal ends as a finding, with the old text in place."""
    path = tmp_path / "report.md"
    path.write_text(OLD)
    command = (
        "import resource, signal, pathlib, sys\n"
        "from reportgen.write import write\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "write('x' * 100_000, pathlib.Path(sys.argv[1]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", command, path],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "WriteError" in done.stderr.splitlines()[-1]
    assert "File too large" in done.stderr
    assert path.read_text() == OLD
    assert _names(tmp_path) == ["report.md"]


def test_a_leftover_is_no_way_to_another_file(tmp_path: Path) -> None:
    """A link under the temporary file's name is not written through."""
    precious = tmp_path / "precious"
    precious.write_text("mine")
    (tmp_path / ".report.md.reportgen-tmp").symlink_to(precious)
    with pytest.raises(WriteError):
        write(NEW, tmp_path / "report.md")
    assert precious.read_text() == "mine"


def _write_often(path: Path, text: str) -> None:
    for number in range(50):
        write(f"{text}{number}\n", path)


# A process of its own, since it forks and pytest may have threads.
KILLING = """
import os, pathlib, signal, sys, time
import reportgen.write
from reportgen.write import write

if sys.argv[2] == "named":
    reportgen.write._write_nameless = lambda *_: False
path, leftovers = pathlib.Path(sys.argv[1]), 0
old, new = "old\\n" * 20_000, "new\\n" * 30_000
for number in range(100):
    writer = os.fork()
    while not writer:
        write(new, path)
        write(old, path)
    time.sleep(0.002 + number % 17 * 0.0007)
    os.kill(writer, signal.SIGKILL)
    os.waitpid(writer, 0)
    assert not path.exists() or path.read_text() in {old, new}
    leftovers += len(os.listdir(path.parent)) - path.exists()
    write(old, path)  # even where there is nothing to write
    assert os.listdir(path.parent) == [path.name]
print(leftovers)
"""


@pytest.mark.parametrize("kind", ["named", "nameless"])
def test_a_killed_writer_leaves_a_whole_text_and_no_litter_for_long(
    tmp_path: Path, kind: str
) -> None:
    """Whenever it is killed, the old or the new text stands, and the next tidies up."""
    command = [sys.executable, "-c", KILLING, tmp_path / "report.md", kind]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    if kind == "named":
        assert int(done.stdout), "no writer was killed in the middle"


def test_two_writers_at_once_write_a_whole_text_each(tmp_path: Path) -> None:
    """Processes and threads take turns, and none of them fails."""
    path = tmp_path / "report.md"
    context = multiprocessing.get_context("forkserver")  # as tests have threads
    workers = [
        kind(target=_write_often, args=(path, text))
        for kind in (context.Process, threading.Thread)
        for text in (OLD, NEW)
    ]
    for worker in workers:
        worker.start()
    while any(worker.is_alive() for worker in workers):
        text = path.read_text() if path.exists() else OLD + "0\n"
        assert text.startswith((OLD, NEW))
        assert text.rpartition("\n")[0].rpartition("\n")[2].isdigit() or text == OLD
    for worker in workers:
        worker.join()
        assert getattr(worker, "exitcode", 0) == 0
    assert _names(tmp_path) == ["report.md"]
