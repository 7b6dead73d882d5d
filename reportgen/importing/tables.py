"""Recognises tables and boxes of tasks, and tables of figures and of risks.

Each column has to be a field of ours, or one that the report works out for itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from reportgen.importing.outline import Block
from reportgen.importing.words import (
    bare,
    is_settled,
    remark,
    said,
    unbolded,
    unmarked,
)
from reportgen.load.durations import parse_duration
from reportgen.model import Level, RiskStatus

Entry = dict[str, object]

_BOX = re.compile(r"\[[ xX]\] +\S")
_NOTHING = frozenset({"", "-", "–", "—", "n/a", "tbd"})
# A change in figures, or an effort, which the report works out for itself.
_FIGURE = re.compile(
    r"[\W_]*\d[\d.,]*\s*(?:%|×|[a-zµ]{1,5})?"
    r"(?:\s+(?:faster|slower|more|less|higher|lower|reduction|improvement|increase))?\W*"
)
_VERDICT = re.compile(r"exceeded|improved|maintained|missed")

# What the heading of a table may say without saying anything more.
_OF_TASKS_TITLE = {"task", "tasks", "work", "items", "actions", "checklist", "timeline"}
_OF_METRICS_TITLE = {"metrics", "performance", "results", "before", "after", "and"}
_OF_METRICS_TITLE |= {"success", "key", "measures", "kpis", "figures", "achieved", "vs"}

# What columns are called, and the fields that they are; None is derived.
_OF_TASKS = {
    **dict.fromkeys(("task", "work item", "item", "step", "story"), "title"),
    **dict.fromkeys(("planned", "estimate", "estimated", "plan"), "planned"),
    **dict.fromkeys(("actual", "spent", "took"), "actual"),
    **dict.fromkeys(("status", "state", "done"), "done"),
    **dict.fromkeys(("owner", "assignee"), "owner"),
    **dict.fromkeys(("variance", "difference"), None),
    "priority": "priority",
}
_OF_METRICS = {
    **dict.fromkeys(("metric", "measure", "kpi"), "name"),
    **dict.fromkeys(("before", "baseline", "before fix"), "before"),
    **dict.fromkeys(("after", "after fix"), "after"),
    **dict.fromkeys(("target", "goal"), "target"),
    **dict.fromkeys(("value", "current", "achieved", "actual", "result"), "value"),
    **dict.fromkeys(("change", "improvement", "status", "verdict"), None),
    "source": "source",
}
_OF_RISKS = {
    "risk": "title",
    **dict.fromkeys(("likelihood", "probability"), "likelihood"),
    **dict.fromkeys(("impact", "severity"), "impact"),
    **dict.fromkeys(("mitigation", "response"), "response"),
    "status": "status",
    "owner": "owner",
}


def tasks(block: Block, title: str = "") -> list[Entry] | None:
    """Return the tasks of a table of plans or states, or of a list of boxes.

    They are below the heading `title`: what it says goes before each.
    """
    above = _above(title, _OF_TASKS_TITLE)
    if block.items and all(map(_BOX.match, block.items)):
        return [
            {"title": above + unmarked(item), **_claim(item[1] in "xX")}
            for item in block.items
        ]
    found = _table(block, _OF_TASKS)
    if found is None or not {"planned", "actual", "done"} & set(_columns(found)):
        return None
    entries: list[Entry] = []
    for row in found:
        efforts = [row[name] for name in ("planned", "actual") if name in row]
        status = row.pop("done", "")
        settled = is_settled(status)
        if settled is None or None in map(_duration, efforts):
            return None
        name = bare(row["title"])
        if name.casefold() not in {"total", "sum"}:
            note = {"note": remark(status)} if remark(status) else {}
            entries.append({**row, "title": above + name, **_claim(settled), **note})
    return entries


def _claim(is_settled: bool) -> Entry:  # noqa: FBT001  # said where it is called
    return {"done": True} if is_settled else {}


def _duration(text: str) -> object:
    hours_a_day = 8  # which does not matter here
    return parse_duration(text, hours_a_day)


def metrics(block: Block, title: str) -> list[Entry] | None:
    """Return the figures that a table below the heading `title` compares."""
    found = _table(block, _OF_METRICS)
    if found is None or any(len(row) == 1 for row in found):
        return None
    above = _above(title, _OF_METRICS_TITLE)
    return [{**row, "name": above + row["name"]} for row in found]


def risks(status: RiskStatus, block: Block) -> list[Entry] | None:
    """Return the risks of a table, which have this `status` unless it says another."""
    words = {"status": frozenset(map(str, RiskStatus))}
    words |= dict.fromkeys(("likelihood", "impact"), frozenset(map(str, Level)))
    entries: list[Entry] = []
    for row in _table(block, _OF_RISKS) or ():
        low = {name: unmarked(row[name]).lower() for name in words if name in row}
        if not all(low[name] in words[name] for name in low):
            return None
        entries.append({"title": row["title"], "status": str(status), **row, **low})
    return entries or None


def _above(title: str, ordinary: set[str]) -> str:
    return f"{bare(title)}: " if said(title, ordinary) else ""


def _columns(rows: Sequence[Mapping[str, str]]) -> Iterator[str]:
    return (name for row in rows for name in row)


def _table(
    block: Block, meanings: Mapping[str, str | None]
) -> list[dict[str, str]] | None:
    """Return the rows of a table by field, if each of its columns is one of ours.

    Empty cells are left out, and so is what the report works out for itself.
    """
    if not block.rows or "{{" in block.text:
        return None
    head = [bare(cell).casefold() for cell in block.rows[0]]
    if not set(head) <= set(meanings) or meanings[head[0]] not in {"title", "name"}:
        return None
    names = [meanings[cell] for cell in head]
    known = [name for name in names if name is not None]
    if len(set(known)) < len(known):
        return None
    rows: list[dict[str, str]] = []
    for cells in block.rows[1:]:
        pairs = [*zip(names, map(unbolded, cells), strict=False)]
        row = {
            name: cell
            for name, cell in pairs
            if name is not None and cell.casefold() not in _NOTHING
        }
        derived = [cell for name, cell in pairs if name is None]
        if names[0] not in row or not all(_is_derived(x, row) for x in derived):
            return None
        rows.append(row)
    return rows or None


def _is_derived(cell: str, row: Mapping[str, str]) -> bool:
    """Say whether a cell holds only what the report works out of the others."""
    words = unmarked(cell).casefold()
    if words in _NOTHING or _FIGURE.fullmatch(words) or _VERDICT.fullmatch(words):
        return True
    settled = is_settled(cell)
    return settled or (settled is False and "target" in row)
