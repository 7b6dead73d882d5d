"""Runs commands in turn, and says what each took: CPU, time on the clock, memory."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[1]
_TO_MB = 1 / 1000 if sys.platform != "darwin" else 1 / 1_000_000


@dataclass(frozen=True)
class Cost:
    """What one run of a command took; `cpu` is that of all its processes."""

    cpu: float
    wall: float
    memory: float  # MB, of its largest process


@dataclass(frozen=True)
class Work:
    """A command to measure, in a folder; `codes` are how it may end.

    `prepare` is done before each run.  A command that `times_itself` prints the
    seconds of CPU that count.
    """

    command: Sequence[str]
    cwd: Path = ROOT
    codes: tuple[int, ...] = (0,)
    prepare: Callable[[], object] = field(default=lambda: None)
    times_itself: bool = False
    environment: dict[str, str] = field(default_factory=dict)

    def run(self) -> Cost:
        """Run the command once."""
        self.prepare()
        variables = os.environ | {"PYTHONPATH": str(ROOT)} | self.environment
        # Everybody else's Python keeps what it compiled, and so does this one.
        variables.pop("PYTHONDONTWRITEBYTECODE", None)
        with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as complaint:
            start = time.perf_counter()
            process = subprocess.Popen(
                self.command, cwd=self.cwd, env=variables, stdout=said, stderr=complaint
            )
            _, status, usage = os.wait4(process.pid, 0)
            wall = time.perf_counter() - start
            process.returncode = os.waitstatus_to_exitcode(status)
            said.seek(0)
            complaint.seek(0)
            answer, words = said.read(), complaint.read().decode(errors="replace")
        if process.returncode not in self.codes:
            name = " ".join(self.command)
            sys.exit(f"{name}: exit code {process.returncode}\n{words}")
        cpu = float(answer) if self.times_itself else usage.ru_utime + usage.ru_stime
        return Cost(cpu=cpu, wall=wall, memory=usage.ru_maxrss * _TO_MB)


def python(*words: str | Path) -> list[str]:
    """Return the command that runs Python with `words`."""
    return [sys.executable, *map(str, words)]


def reportgen(*words: str | Path) -> list[str]:
    """Return the command that runs reportgen with `words`."""
    return python("-m", "reportgen", *words)


def medians(works: Sequence[Work], rounds: int) -> list[Cost]:
    """Return what each of `works` takes: the median of runs that take turns.

    A first run of each, that fills caches, does not count if there are several.
    """
    runs = [[work.run() for work in works] for _ in range(rounds + (rounds > 1))]
    counted = runs[1:] if rounds > 1 else runs
    return [_median(costs) for costs in zip(*counted, strict=True)]


def _median(costs: Sequence[Cost]) -> Cost:
    return Cost(
        cpu=statistics.median(cost.cpu for cost in costs),
        wall=statistics.median(cost.wall for cost in costs),
        memory=statistics.median(cost.memory for cost in costs),
    )
