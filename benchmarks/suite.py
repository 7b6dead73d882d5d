"""What is measured: each figure with what it is held against, and its goal.

I is importing the libraries of a build, J `json.loads` of the file, T one typed
msgspec decode of it, H reading and hashing files; each is a process of its own, and
takes turns with ours.
"""

from __future__ import annotations

import math
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks import files
from benchmarks.measure import Cost, Work, medians, python, reportgen

_HERE = Path(__file__).parent
_IMPORTS = python("-c", "import yaml, jinja2, markdown_it, msgspec, click")
_LOADS = "import json, sys; json.loads(open(sys.argv[1], 'rb').read())"


@dataclass(frozen=True)
class Size:
    """How much is measured."""

    small: int  # tests of the smallest file; its cost is start-up
    medium: int
    large: int
    shards: int
    records: int
    rows: int
    rounds: int


FULL = Size(1_000, 100_000, 1_000_000, 1_000, 1_000, 10_000, 3)
SMOKE = Size(500, 2_000, 20_000, 20, 20, 500, 1)


@dataclass(frozen=True)
class Figure:
    """One line of the table; `wall` is the same ratio by the clock."""

    name: str
    value: float
    unit: str
    goal: float
    wall: float | None = None


def figures(work: Path, size: Size) -> Iterator[Figure]:
    """Measure everything, with files that are made in the folder `work`."""
    yield from _start_up(work, size)
    yield from _results(work, size)
    yield from _many_records(work, size)
    yield from _parts(work, size)


def _start_up(work: Path, size: Size) -> Iterator[Figure]:
    target = work / "issue-1197.md"
    yardstick = Work(_IMPORTS)
    helped = Work(reportgen("--help"))
    built = Work(
        reportgen("build", "issue-1197", "--output", target),
        codes=(0, 1),
        prepare=lambda: target.unlink(missing_ok=True),
    )
    files.project(work / "small", 1)
    little = _build(work / "small")
    runs = [yardstick, helped, little, built]
    imports, help_, small, build = medians(runs, 2 * size.rounds)
    yield _ratio("`--help`, against I", help_, imports, 0.5)
    yield _ratio("`build` of a small record, against I", small, imports, 1.25)
    yield _ratio("`build` of the record of issue 1197, against I", build, imports, 1.25)


def _results(work: Path, size: Size) -> Iterator[Figure]:
    named = {"small": size.small, "medium": size.medium, "large": size.large}
    folder = work / "results"
    for name, tests in named.items():
        files.project(folder / name, 1, f"../../{name}.json")
        files.results(folder / name / f"{name}.json", tests)
    paths = {name: folder / name / f"{name}.json" for name in named}
    small, medium, large = (_build(folder / name) for name in named)

    loads = Work(python("-c", _LOADS, paths["medium"]))
    a_small, a_medium, a_loads = medians([small, medium, loads], size.rounds)
    yield _ratio(f"{_tests(size.medium)}, against J", a_medium, a_loads, 0.35)
    yield Figure(f"{_tests(size.medium)}, memory", a_medium.memory, "MB", 48)

    typed = Work(python(_HERE / "typed.py", paths["large"]))
    count = Work(python(_HERE / "inside.py", "count", paths["large"]))
    a_large, a_count, a_typed = medians([large, count, typed], size.rounds)
    yield _ratio(f"{_tests(size.large)}, against T", a_large, a_typed, 1.5)
    name = f"{_tests(size.large)}, reading and counting alone, against T"
    yield _ratio(name, a_count, a_typed, 1.2)
    yield Figure(f"{_tests(size.large)}, memory", a_large.memory, "MB", 48)
    tenfold = (a_large.cpu - a_small.cpu) / max(a_medium.cpu - a_small.cpu, 1e-9)
    times = (size.large - size.small) / (size.medium - size.small)
    exponent = math.log(max(tenfold, 1e-9), times)
    yield Figure("growth with the number of tests, exponent", exponent, "", 1.05)

    files.shards(folder / "shards", size.large, size.shards)
    shards = Work(python(_HERE / "inside.py", "count", folder / "shards"))
    one, many = medians([count, shards], max(size.rounds // 2, 1))
    yield _ratio(
        f"{size.shards:,} shards, read and counted, against one file", many, one, 1.2
    )
    shutil.rmtree(folder)


def _many_records(work: Path, size: Size) -> Iterator[Figure]:
    folder = work / "many"
    files.project(folder, size.records)

    def forget() -> None:
        for name in ("reports", ".reportgen"):
            shutil.rmtree(folder / name, ignore_errors=True)

    every = reportgen("build", "--all")
    anew = Work(every, cwd=folder, prepare=forget)
    [first] = medians([anew], max(size.rounds // 2, 1))
    name = f"{size.records:,} small records from nothing, each"
    yield Figure(name, 1000 * first.cpu / size.records, "ms", 10)
    unchanged = Work(every, cwd=folder)
    hashing = Work(python(_HERE / "inside.py", "hash", folder), times_itself=True)
    works = [unchanged, Work(_IMPORTS), hashing]
    again, imports, hashed = medians(works, 2 * size.rounds)
    name = f"{size.records:,} records, nothing changed, against I / 2 + H"
    yield Figure(name, again.cpu / (imports.cpu / 2 + hashed.cpu), "×", 1.0)
    shutil.rmtree(folder)


def _parts(work: Path, size: Size) -> Iterator[Figure]:
    plan, page = work / "plan.yaml", work / "page.md"
    files.many_tasks(plan, size.rows // 10)
    page.write_text(files.table(size.rows), encoding="utf-8")
    for name, part, path, goal in (
        ("YAML with places, against `CSafeLoader`", "yaml", plan, 0.5),
        ("a table of 100,000 rows, against one unescaped", "rows", page, 2.0),
        (f"checking {size.rows:,} rows, against parsing them", "check", page, 1.5),
    ):
        ours, plain = (
            Work(
                python(_HERE / "inside.py", f"{whose}-{part}", path), times_itself=True
            )
            for whose in ("our", "plain")
        )
        a, b = medians([ours, plain], size.rounds)
        yield Figure(name, a.cpu / b.cpu, "×", goal)
    short, long = (
        Work(python(_HERE / "inside.py", f"{which}-texts", page), times_itself=True)
        for which in ("short", "long")
    )
    a, b = medians([long, short], 1)
    exponent = math.log(a.cpu / b.cpu, 4)
    yield Figure("growth with the length of strange texts, exponent", exponent, "", 1.2)


def _build(folder: Path) -> Work:
    target = folder / "report.md"
    return Work(
        reportgen("build", "package-0000", "--output", target),
        cwd=folder,
        codes=(0, 1),
        prepare=lambda: target.unlink(missing_ok=True),
    )


def _ratio(name: str, ours: Cost, theirs: Cost, goal: float) -> Figure:
    return Figure(name, ours.cpu / theirs.cpu, "×", goal, ours.wall / theirs.wall)


def _tests(number: int) -> str:
    return f"`build` of {number:,} tests"
