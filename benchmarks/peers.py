"""`python -m benchmarks.peers`: the same results read by reportgen and by other tools.

Nothing here is needed to measure reportgen alone: a tool that is not on the PATH is
named with the command that installs it, and left out.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from benchmarks import files
from benchmarks.measure import ROOT, Cost, Work, medians, reportgen
from benchmarks.table import put_into

_TESTS = 100_000
_ROUNDS = 5
_MEMORY = 0.3  # the goal wherever there is one for CPU

# Counts by outcome, and every failure by its name: what such scripts are written for.
_SUMMARY = r"""
"| Outcome | Tests |", "| --- | --- |",
(.tests | group_by(.outcome)[] | "| \(.[0].outcome) | \(length) |"),
(.tests[] | select(.outcome == "failed")
  | "- \(.nodeid): \(.call.crash.message)")
"""


@dataclass(frozen=True)
class Peer:
    """A tool, the file that it reads, and what reportgen reads to be compared.

    `words` are its command, in which `{file}` and `{out}` stand for what it reads and
    writes; `goals` are the most that we may take of its CPU time, by what we read.
    """

    name: str
    reads: str
    words: Sequence[str]
    install: str
    goals: Mapping[str, float | None]
    environment: Mapping[str, str] = field(default_factory=dict)

    def work(self, file: Path, folder: Path) -> Work:
        """Return what it does with `file`; whatever it writes lies in `folder`."""
        out = folder / f"{self.name}.out"
        paths = {"{file}": str(file), "{out}": str(out)}
        return Work(
            [paths.get(word, word) for word in self.words],
            cwd=folder,
            prepare=partial(out.write_bytes, b""),  # one appends, and wants it there
            environment={n: paths.get(v, v) for n, v in self.environment.items()},
        )


PEERS = (
    Peer(
        name="jq",
        reads="pytest",
        words=("jq", "-r", _SUMMARY, "{file}"),
        install="apt install jq",
        goals={"pytest": 0.15},
    ),
    Peer(
        name="github-actions-ctrf",
        reads="ctrf",
        words=("github-actions-ctrf", "{file}", "--annotate", "false"),
        install="npm install github-actions-ctrf",
        goals={"ctrf": 0.9},
        environment={"GITHUB_REPOSITORY": "acme/shop", "GITHUB_STEP_SUMMARY": "{out}"},
    ),
    Peer(
        name="junit-to-ctrf",
        reads="junit",
        words=("junit-to-ctrf", "{file}", "-o", "{out}"),
        install="npm install junit-to-ctrf",
        goals={"junit": None, "pytest": 0.15},
    ),
    Peer(
        name="junit2html",
        reads="junit",
        words=("junit2html", "{file}", "{out}"),
        install="pip install junit2html",
        goals={"junit": None},
    ),
    Peer(
        name="junitparser",
        reads="junit",
        words=("junitparser", "merge", "{file}", "{out}"),
        install="pip install junitparser",
        goals={"junit": None},
    ),
)

_SHOWN = {"pytest": "pytest JSON", "junit": "JUnit XML", "ctrf": "CTRF"}
_FILES = {
    "pytest": ("pytest.json", files.results),
    "junit": ("junit.xml", files.junit),
    "ctrf": ("ctrf.json", files.ctrf),
}


def main() -> int:
    """Measure what we take of what each tool takes; return 1 if there is no tool."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.peers", description=__doc__
    )
    parser.add_argument("--tests", type=int, default=_TESTS, help="in each file")
    parser.add_argument("--rounds", type=int, default=_ROUNDS, help="of each command")
    parser.add_argument(
        "--readme", action="store_true", help="put the table into README.md"
    )
    arguments = parser.parse_args()
    found = []
    for peer in PEERS:
        if shutil.which(peer.words[0]):
            found.append(peer)
        else:
            print(f"no {peer.name} on the PATH: {peer.install}", file=sys.stderr)
    if not found:
        return 1
    with tempfile.TemporaryDirectory() as folder:
        costs = _measure(found, Path(folder), arguments.tests, arguments.rounds)
    text = "\n".join(_table(found, costs)) + "\n"
    print(text, end="")
    if arguments.readme:
        put_into(ROOT / "README.md", text, "peers")
    return 0


def _measure(
    peers: Sequence[Peer], folder: Path, tests: int, rounds: int
) -> Mapping[str, Cost]:
    """Return what each format costs us, and each tool by its name."""
    works = {}
    paths = {}
    for name, (file, write) in _FILES.items():
        project = folder / name
        paths[name] = project / file
        files.project(project, 1, f"../../{file}", name)
        write(paths[name], tests)
        target = project / "report.md"
        works[name] = Work(
            reportgen("build", "--all", "-o", target),
            cwd=project,
            codes=(0, 1),
            prepare=partial(target.unlink, missing_ok=True),
        )
    for peer in peers:
        works[peer.name] = peer.work(paths[peer.reads], folder)
    return dict(zip(works, medians([*works.values()], rounds), strict=True))


def _table(peers: Sequence[Peer], costs: Mapping[str, Cost]) -> Iterator[str]:
    yield "| `build` of | against | of | CPU | By the clock | Memory | Goal |"
    yield "| --- | --- | --- | --: | --: | --: | --: |"
    for peer in peers:
        theirs = costs[peer.name]
        for ours, goal in peer.goals.items():
            cost = costs[ours]
            cells = (
                _SHOWN[ours],
                peer.name,
                _SHOWN[peer.reads],
                _against(cost.cpu / theirs.cpu, goal),
                f"{cost.wall / theirs.wall:.2f} ×",
                _against(cost.memory / theirs.memory, goal and _MEMORY),
                f"≤ {goal:.2f} ×, memory {_MEMORY:.2f} ×" if goal else "",
            )
            yield f"| {' | '.join(cells)} |"


def _against(ratio: float, goal: float | None) -> str:
    return f"{ratio:.2f} ×{' (missed)' if goal and ratio > goal else ''}"


if __name__ == "__main__":
    sys.exit(main())
