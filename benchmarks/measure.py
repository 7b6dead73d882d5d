"""Runs commands in turn, and says what each took: CPU, time on the clock, memory."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
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
        start = time.perf_counter()
        with subprocess.Popen(
            self.command,
            cwd=self.cwd,
            env=variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as process:
            assert process.stdout is not None  # noqa: S101  # asked for above
            assert process.stderr is not None  # noqa: S101  # asked for above
            said, complaint = process.stdout.read(), process.stderr.read()
            _, status, usage = os.wait4(process.pid, 0)
            wall = time.perf_counter() - start
            process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in self.codes:
            words = f"{' '.join(self.command)}: exit code {process.returncode}"
            sys.exit(f"{words}\n{complaint.decode(errors='replace')}")
        cpu = float(said) if self.times_itself else usage.ru_utime + usage.ru_stime
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
