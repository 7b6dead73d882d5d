"""One command is run to its end, and nothing of it is left behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from reportgen.collect.process import Ended, Watch, _Tail, run

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="signals are others there"
)


def python(
    code: str, folder: Path, *, timeout: float = 30, watch: Watch = lambda *_: None
) -> Ended:
    """Run `code` in `folder`."""
    words: Sequence[str] = (sys.executable, "-c", code)
    return run(words, cwd=folder, environment=os.environ, timeout=timeout, watch=watch)


def test_of_much_output_the_end_is_kept(tmp_path: Path) -> None:
    """What is kept begins with a whole line and ends with the last."""
    code = "for n in range(200_000): print('line', n)"
    output = python(code, tmp_path).output
    first, *_, last = output.splitlines()
    assert last == "line 199999"
    assert first.split()[0] == "line"
    assert 100_000 < len(output) <= 200_000


@pytest.mark.parametrize("number", [1, 20_000, 40_000, 45_000, 50_000, 99_999])
def test_no_line_is_shown_in_part(tmp_path: Path, number: int) -> None:
    """Wherever the output is cut while it comes, what is kept has whole lines."""
    path = tmp_path / "output"
    path.write_text("".join(f"line {n:04}\n" for n in range(number)))
    with path.open("rb") as file:
        tail = _Tail(file)
        tail.close()
    lines = tail.text.splitlines()
    assert all(line.startswith("line ") for line in lines)
    assert len(lines) == number or 15_000 < len(lines) < number


def test_the_end_is_shown_meanwhile(tmp_path: Path) -> None:
    """Whoever waits learns how long it has taken, and what was said so far."""
    seen: list[tuple[float, str]] = []
    code = (
        "import time; print(' one \\n\\n two  words \\n', flush=True); time.sleep(.5)"
    )
    ended = python(code, tmp_path, watch=lambda s, end: seen.append((s, end)))
    assert (ended.exitcode, ended.output) == (0, " one \n\n two  words \n\n")
    assert seen[-1][1] == ended.output
    assert 0 < seen[0][0] < ended.duration


@pytest.mark.parametrize("number", [0, 1, 30_000, 99_999])
def test_what_is_shown_meanwhile_begins_with_a_line(
    tmp_path: Path, number: int
) -> None:
    """However much there is, no line lacks its beginning, and no letter its end."""
    path = tmp_path / "output"
    path.write_bytes(b"line\r" * number + "line é".encode()[:-1])
    with path.open("rb") as file:
        tail = _Tail(file)
        tail.close()
    assert set(tail.end.splitlines()) <= {"line", "line "}
    assert len(tail.end) <= 32_768


STUBBORN = """
import signal, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
open("child", "w").write(str(child.pid))
signal.signal(signal.{0}, lambda *_: (print("{0}", flush=True), sys.exit(7)))
open("ready", "w").close()
time.sleep(60)
"""


def is_running(number: int) -> bool:
    """Return whether there is a process of this `number` that is not dead yet."""
    try:
        state = Path(f"/proc/{number}/stat").read_text(encoding="utf-8")
    except OSError:
        return False
    return state.rpartition(")")[2].split()[0] != "Z"


def wait_until_gone(number: int) -> bool:
    """Return whether the process ends, for which its parent needs a moment."""
    return any(not is_running(number) or time.sleep(0.02) for _ in range(200))


needs_proc = pytest.mark.skipif(
    not Path("/proc/self/stat").exists(), reason="needs /proc"
)


@needs_proc
def test_what_takes_too_long_is_ended_with_its_children(tmp_path: Path) -> None:
    """It is asked first; then all that it began is gone."""
    ended = python(STUBBORN.format("SIGTERM"), tmp_path, timeout=1)
    assert ended.exitcode is None
    if (tmp_path / "ready").exists():  # or the machine is very slow
        assert ended.output == "SIGTERM\n"
        assert wait_until_gone(int((tmp_path / "child").read_text()))


@needs_proc
def test_an_interruption_is_passed_on(tmp_path: Path) -> None:
    """The command hears of it, and nothing runs on."""

    def interrupt(_seconds: float, _line: str) -> None:
        if (tmp_path / "ready").exists():
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        python(STUBBORN.format("SIGINT"), tmp_path, watch=interrupt)
    assert wait_until_gone(int((tmp_path / "child").read_text()))


def test_a_program_that_is_missing_is_said_at_once(tmp_path: Path) -> None:
    """There is an error of the system, and no process."""
    with pytest.raises(FileNotFoundError):
        run(
            ["there-is-no-such-program"],
            cwd=tmp_path,
            environment=os.environ,
            timeout=1,
            watch=lambda *_: None,
        )


def test_what_is_interrupted_as_it_begins_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C between the beginning of a command and the first look leaves none."""
    began: list[subprocess.Popen[bytes]] = []

    class Popen(subprocess.Popen[bytes]):
        def __init__(self, *words: Any, **options: Any) -> None:  # noqa: ANN401  # as its parent
            super().__init__(*words, **options)
            began.append(self)
            os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(subprocess, "Popen", Popen)
    with pytest.raises(KeyboardInterrupt):
        python("import time; time.sleep(30)", tmp_path)
    assert began[0].returncode == -signal.SIGINT
