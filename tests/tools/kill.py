"""Kill `reportgen build` at random moments, and look at what it leaves behind.

    python tests/tools/kill.py 10000            # SIGKILL: old or new, and no litter
    python tests/tools/kill.py 500 --interrupt  # Ctrl-C: one line, and exit code 130

Each round builds a report over another one, with evidence that was changed; every
third round there is none before.  The moments are spread over the whole run.  With
`--forked`, what is killed has imported all its modules already, which takes most of
the time and writes nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

from reportgen import cli, pipeline  # noqa: F401  # so that forks have it

# What an installed command does, after a sign that Python is ready.
COMMAND = "import os; os.write(1, b'!'); from reportgen.__main__ import run; run()"
RECORD = """\
title: Session store
evidence:
  tests: {pytest: tests.json}
tasks:
  - {id: all, title: Everything passes, done: true, acceptance: [{tests: unit/}]}
"""
INTERRUPTED = 130


class Project:
    """A project whose one report is made of one of two results."""

    def __init__(self, folder: Path, words: list[str]) -> None:
        self.folder = folder / "project"
        self.report = self.folder / "reports" / "shop.md"
        self._words = words
        self._command = [sys.executable, "-c", COMMAND, *words]
        self._environment = os.environ | {"XDG_CACHE_HOME": str(folder / "cache")}
        home = self.folder / "data" / "shop"
        home.mkdir(parents=True)
        (home / "record.yaml").write_text(RECORD, encoding="utf-8")
        self._evidence = home / "tests.json"
        self.texts = {outcome: self._text(outcome) for outcome in ("passed", "failed")}
        self.files = self.present()
        self.usual = 0.3  # seconds that a build takes, as we learn

    def fork(self) -> int:
        """Begin to build in a copy of this process, and return its number."""
        child = os.fork()
        if child:
            return child
        try:
            os.chdir(self.folder)
            os.environ.update(self._environment)
            silence = os.open(os.devnull, os.O_WRONLY)
            os.dup2(silence, 2)
            os._exit(cli.main(self._words))
        finally:
            os._exit(3)

    def start(self) -> subprocess.Popen[bytes]:
        """Begin to build."""
        return subprocess.Popen(
            self._command,
            cwd=self.folder,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def testify(self, outcome: str) -> None:
        """Let the evidence say that 200 tests ended so."""
        phase = {"duration": 0.1, "outcome": "passed"}
        phases = {
            "setup": phase,
            "call": phase | {"outcome": outcome},
            "teardown": phase,
        }
        tests = [
            {"nodeid": f"unit/test_it.py::test_{n}", "outcome": outcome, **phases}
            for n in range(200)
        ]
        facts = {"exitcode": int(outcome == "failed"), "created": 1_790_000_000.0}
        data = facts | {"root": "/", "summary": {"total": 200}, "tests": tests}
        self._evidence.write_text(json.dumps(data), encoding="utf-8")

    def present(self) -> set[str]:
        """Return every file that there is."""
        found = (path for path in self.folder.rglob("*") if not path.is_dir())
        return {str(path.relative_to(self.folder)) for path in found}

    def _text(self, outcome: str) -> bytes:
        self.testify(outcome)
        with self.start() as process:
            process.communicate()
        return self.report.read_bytes()


def main() -> int:
    """Return 1 if anything was broken."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("times", type=int)
    parser.add_argument("--interrupt", action="store_true", help="Ctrl-C instead")
    parser.add_argument("--forked", action="store_true", help="leave imports out")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("words", nargs="*", default=["build", "shop"])
    arguments = parser.parse_args()
    # Who runs in the background may ignore Ctrl-C, and so would what it starts.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    chance = random.Random(arguments.seed)  # noqa: S311  # moments are no secrets
    with tempfile.TemporaryDirectory() as folder:
        project = Project(Path(folder), arguments.words)
        found = Counter(
            each
            for number in range(arguments.times)
            for each in _round(project, number, chance, arguments)
        )
    print(", ".join(f"{count} {what}" for what, count in sorted(found.items())))
    return int(any(what.isupper() for what in found))


def _round(
    project: Project, number: int, chance: random.Random, how: argparse.Namespace
) -> list[str]:
    """Kill one build, and return what was found; what is wrong in capitals."""
    old, new = ("passed", "failed") if number % 2 else ("failed", "passed")
    if number % 3:
        project.report.write_bytes(project.texts[old])
    else:
        project.report.unlink(missing_ok=True)
    project.testify(new)
    moment = chance.uniform(0, project.usual * 1.1)
    signal_ = signal.SIGINT if how.interrupt else signal.SIGKILL
    if how.forked:
        start = time.monotonic()
        code, said = _kill_fork(project.fork(), moment, signal_), ""
    else:
        process = project.start()
        start = _ready(process)
        code, said = _kill(process, moment, signal_)
    if code in {0, 1}:
        took = time.monotonic() - start
        project.usual = (project.usual + took) / 2
    found = ["ended before" if code in {0, 1} else "killed"]
    text = project.report.read_bytes() if project.report.exists() else None
    before = project.texts[old] if number % 3 else None
    if text not in {before, project.texts[new]}:
        found.append("BROKEN REPORT")
    if text == project.texts[new]:
        found.append("with the new report")
    if litter := project.present() - project.files:
        found.append("LITTER")
        for name in litter:
            (project.folder / name).unlink()
    if how.interrupt and code not in {0, 1} and not _is_heard(code, said):
        found.append("OTHER WORDS")
        print(code, said, file=sys.stderr)
    return found


def _ready(process: subprocess.Popen[bytes]) -> float:
    """Wait for the sign, and return when it came."""
    assert process.stdout is not None  # asked for in start()
    process.stdout.read(1)
    return time.monotonic()


def _kill(
    process: subprocess.Popen[bytes], moment: float, signal_: signal.Signals
) -> tuple[int, str]:
    """Send a signal in `moment` seconds, unless it ends; return how it ended."""
    with process:
        # Not asleep: who sleeps until the moment never learns that builds are fast.
        with suppress(subprocess.TimeoutExpired):
            process.wait(moment)
        process.send_signal(signal_)
        said = process.communicate()[1].decode()
    return process.returncode, said


def _kill_fork(child: int, moment: float, signal_: signal.Signals) -> int:
    time.sleep(moment)
    os.kill(child, signal_)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _is_heard(code: int, said: str) -> bool:
    """Whether that ends in our word; or in Python's own, where we were not there yet.

    Before it stands what was written, and what C says whose import was cut short.
    """
    if "Traceback" in said:
        return "reportgen" not in said.partition("KeyboardInterrupt")[0]
    return code == INTERRUPTED and said.splitlines()[-1:] == ["interrupted"]


if __name__ == "__main__":
    sys.exit(main())
