"""Shows measured figures as a Markdown table, and keeps them."""

from __future__ import annotations

import json
import platform
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks.suite import Figure

_BASELINE = Path(__file__).with_name("baseline.json")
_RESULTS = Path(__file__).with_name("results")


def table(figures: Sequence[Figure], known: Mapping[str, float]) -> str:
    """Return `figures` as a table, each beside its goal and what was `known`."""
    lines = [
        "| What | Now | By the clock | Goal | Baseline |",
        "| --- | --: | --: | --: | --: |",
    ]
    for each in figures:
        wall = "" if each.wall is None else _number(each.wall, each.unit)
        before = known.get(each.name)
        cells = (
            each.name,
            f"{_number(each.value, each.unit)}{'' if met(each) else ' (missed)'}",
            wall,
            f"≤ {_number(each.goal, each.unit)}",
            "" if before is None else _number(before, each.unit),
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def met(figure: Figure) -> bool:
    """Whether a figure reaches its goal."""
    return figure.value <= figure.goal


def baseline() -> dict[str, float]:
    """Return the figures that are kept for comparison, by name."""
    if not _BASELINE.exists():
        return {}
    kept = json.loads(_BASELINE.read_text(encoding="utf-8"))
    return {each["name"]: each["value"] for each in kept["figures"]}


def keep(figures: Sequence[Figure], day: str, *, as_baseline: bool) -> Path:
    """Write `figures` of this `day` as JSON, and return where."""
    machine = f"{platform.machine()}, {platform.system()}"
    facts = {"day": day, "machine": machine, "python": platform.python_version()}
    data = {**facts, "figures": [asdict(each) for each in figures]}
    path = _BASELINE if as_baseline else _RESULTS / f"{day}.json"
    path.parent.mkdir(exist_ok=True)
    text = json.dumps(data, ensure_ascii=False, indent=2) + "\n"
    path.write_text(text, encoding="utf-8")
    return path


def put_into(readme: Path, text: str, mark: str = "benchmarks") -> None:
    """Put `text` between the two comments in `readme` that are named after `mark`."""
    begin, end = f"<!-- {mark}: begin -->", f"<!-- {mark}: end -->"
    page = readme.read_text(encoding="utf-8")
    between = re.compile(f"{begin}.*?{end}", re.DOTALL)
    if not between.search(page):
        message = f"{readme} has no place for the table: {begin}"
        raise ValueError(message)
    page = between.sub(lambda _: f"{begin}\n\n{text}\n{end}", page)
    readme.write_text(page, encoding="utf-8")


def _number(value: float, unit: str) -> str:
    digits = 0 if unit == "MB" else 1 if unit == "ms" else 2
    return f"{value:.{digits}f} {unit}".rstrip()
