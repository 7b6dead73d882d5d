"""Recognises the nouns of a record in parts of a typed report, or leaves them alone.

A part is recognised whole or not at all: what does not fit the form of its noun stays
Markdown.  Marks, statuses, totals and changes are not taken over: they are derived.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath

from reportgen.importing.outline import Block, Part, blocks
from reportgen.importing.words import (
    bare,
    fields,
    is_settled,
    labelled,
    unmarked,
)
from reportgen.load.durations import parse_duration
from reportgen.model import Change, Level, RiskStatus

Entry = dict[str, object]

_ISSUES = re.compile(r"(?:issues?:?\s*)?#\d+(?:(?:,|\s|and\b|&)*#\d+)*", re.IGNORECASE)
_PATH = re.compile(r"`([^`\s{}]+)`(?:\s*(?:\((.+)\)|[-–—:]\s+(.+)))?")
_BOX = re.compile(r"\[[ xX]\] +\S")
_WHY = re.compile(r"\*\*Why:?\s+(.+?)\?:?\*\*:?\s*(\S.*)", re.IGNORECASE)
_UNTIL = re.compile(r"(?:cannot (?:fix|proceed|start|be .+)|until)", re.IGNORECASE)
_NOW = re.compile(
    r"(?:immediate )?next steps|immediate (?:steps|actions)(?: available now)?",
    re.IGNORECASE,
)
_NOTHING = frozenset({"", "-", "–", "—", "n/a", "tbd"})

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


def tasks(block: Block) -> list[Entry] | None:
    """Return the tasks of a table of plans or states, or of a list of boxes."""
    if block.items and all(map(_BOX.match, block.items)):
        return [{"title": unmarked(x), **_claim(x[1] in "xX")} for x in block.items]
    found = _table(block, _OF_TASKS)
    if found is None or not {"planned", "actual", "done"} & set(_columns(found)):
        return None
    entries: list[Entry] = []
    for row in found:
        efforts = [row[name] for name in ("planned", "actual") if name in row]
        settled = is_settled(row.pop("done", ""))
        if settled is None or None in map(_duration, efforts):
            return None
        entries.append({**row, "title": bare(row["title"]), **_claim(settled)})
    return entries


def _claim(is_settled: bool) -> Entry:  # noqa: FBT001  # said where it is called
    return {"done": True} if is_settled else {}


def _duration(text: str) -> object:
    hours_a_day = 8  # which does not matter here
    return parse_duration(text, hours_a_day)


def metrics(block: Block) -> list[Entry] | None:
    """Return the figures that a table compares."""
    found = _table(block, _OF_METRICS)
    if found is None or any(len(row) == 1 for row in found):
        return None
    return [dict(row) for row in found]


def risks(part: Part) -> list[Entry] | None:
    """Return the risks of a section, by what the heading above each says of them."""
    if not re.search(r"\brisks?\b", part.title, re.IGNORECASE):
        return None
    entries: list[Entry] = []
    for title, block in _all_blocks(part):
        found = _risks_of(_risk_status(title), block)
        if found is None:
            return None
        entries += found
    return entries


def _risks_of(status: RiskStatus, block: Block) -> list[Entry] | None:
    if block.kind == "table":
        return _table_of_risks(block)
    pairs = [labelled(item) for item in block.items]
    entries: list[Entry] = [
        {"title": pair[0], "status": str(status), "response": pair[1]}
        for pair in pairs
        if pair is not None
    ]
    return entries if pairs and len(entries) == len(pairs) else None


def _table_of_risks(block: Block) -> list[Entry] | None:
    words = {"status": frozenset(map(str, RiskStatus))}
    words |= dict.fromkeys(("likelihood", "impact"), frozenset(map(str, Level)))
    entries: list[Entry] = []
    for row in _table(block, _OF_RISKS) or ():
        low = {name: unmarked(row[name]).lower() for name in words if name in row}
        if not all(low[name] in words[name] for name in low):
            return None
        entries.append({**row, **low})
    return entries or None


def _risk_status(title: str) -> RiskStatus:
    words = title.casefold()
    if "mitigated" in words:
        return RiskStatus.MITIGATED
    if "accepted" in words:
        return RiskStatus.ACCEPTED
    closed = "closed" in words or "resolved" in words
    return RiskStatus.CLOSED if closed else RiskStatus.OPEN


def blocker(part: Part) -> Entry | None:
    """Return what a part says that names the issues which it is blocked by."""
    first, *others = blocks(part.lead) or [None]
    named = fields(first.lines) if first is not None else None
    if part.parts or not named or list(map(str.casefold, named)) != ["blocked by"]:
        return None
    (issues,) = named.values()
    lists = [block.items for block in others if block]
    if not _ISSUES.fullmatch(issues) or not all(lists):
        return None
    entry: Entry = {
        "title": bare(part.title),
        "blocked_by": [int(number) for number in re.findall(r"#(\d+)", issues)],
    }
    details = []
    for item in (unmarked(item) for items in lists for item in items):
        pair = labelled(item)
        if pair and _UNTIL.fullmatch(pair[0]) and "until" not in entry:
            entry["until"] = re.sub(r"\Auntil\s+", "", pair[1], flags=re.IGNORECASE)
        else:
            details.append(item)
    return {**entry, "details": details} if details else entry


def summary(part: Part) -> list[object] | None:
    """Return the lines of an executive summary: labelled ones, and plain prose."""
    if bare(part.title).casefold() not in {"executive summary", "summary", "overview"}:
        return None
    lines: list[object] = []
    for _, block in _all_blocks(part):
        own = block.lines
        if block.kind == "paragraph" and not all(labelled(line) for line in own):
            own = (" ".join(own),)
        if not own or part.parts:
            return None
        for line in own:
            pair = labelled(line)
            entry = {"label": pair[0], "text": pair[1]} if pair else unmarked(line)
            lines.append(entry)
    return lines


def criteria(part: Part) -> list[Entry] | None:
    """Return the success criteria of a section: each line is one, whatever its box."""
    title = bare(part.title).casefold()
    if not re.match(r"(success|acceptance) criteria|definition of done", title):
        return None
    lines = _only_items(part)
    return [{"text": line} for line in lines] if lines else None


def next_steps(part: Part) -> list[Entry] | None:
    """Return what is to be done now; what waits for something stays as it is."""
    if not _NOW.fullmatch(bare(part.title)):
        return None
    lines = _only_items(part)
    return [{"when": "now", "items": lines}] if lines else None


def files(part: Part) -> list[Entry] | None:
    """Return the files that a section lists, with what was done to each."""
    title = bare(part.title).casefold()
    if not re.match(r"(?:test )?files\b|\w+ files\b", title):
        return None
    told = [change for change in Change if change in title]
    entries: list[Entry] = []
    for line in _only_items(part) or ():
        entry = _file(line, told[0] if len(told) == 1 else None)
        if entry is None:
            return None
        entries.append(entry)
    return entries or None


def _file(line: str, change: Change | None) -> Entry | None:
    pair = labelled(line)
    if pair is not None:
        word = pair[0].casefold()
        change = next((each for each in Change if each == word), None)
        line = pair[1]
    match = _PATH.fullmatch(line)
    if match is None or change is None:
        return None
    path = match[1].lstrip("/")
    if not path or ".." in PurePosixPath(path).parts:
        return None
    note = match[2] or match[3]
    entry: Entry = {"path": path, "change": str(change)}
    return entry | ({"note": note} if note else {})


def root_cause(part: Part) -> list[Entry] | None:
    """Return the five whys of a section, each with its answer."""
    lines = _only_items(part) or ()
    whys = [_WHY.fullmatch(line) for line in lines]
    if not whys or None in whys:
        return None
    return [{"why": each[1] + "?", "because": each[2]} for each in whys if each]


def _all_blocks(part: Part) -> Iterator[tuple[str, Block]]:
    """Yield every block below `part`, with the heading right above it."""
    for block in blocks(part.lead):
        yield part.title, block
    for below in part.parts:
        yield from _all_blocks(below)


def _only_items(part: Part) -> list[str] | None:
    """Return the items of a part that is nothing but lists, without their marks."""
    found = blocks(part.lead)
    if part.parts or not all(block.items for block in found):
        return None
    return [unmarked(item) for block in found for item in block.items]


def _columns(rows: Sequence[Mapping[str, str]]) -> Iterator[str]:
    return (name for row in rows for name in row)


def _table(
    block: Block, meanings: Mapping[str, str | None]
) -> list[dict[str, str]] | None:
    """Return the rows of a table by field, if each of its columns is one of ours.

    Empty cells are left out, and so is a row of totals.
    """
    if not block.rows:
        return None
    head = [bare(cell).casefold() for cell in block.rows[0]]
    if not set(head) <= set(meanings) or meanings[head[0]] not in {"title", "name"}:
        return None
    names = [meanings[cell] for cell in head]
    known = [name for name in names if name is not None]
    if len(set(known)) < len(known):
        return None
    rows = [
        {
            name: cell
            for name, cell in zip(names, cells, strict=False)
            if name is not None and cell.casefold() not in _NOTHING
        }
        for cells in block.rows[1:]
        if bare(cells[0]).casefold() not in {"total", "sum"}
    ]
    return rows if rows and all(names[0] in row for row in rows) else None


Recogniser = Callable[[Part], Sequence[object] | None]

# Which field a whole section becomes, by what recognises it.
OF_SECTIONS: Mapping[str, Recogniser] = {
    "summary": summary,
    "criteria": criteria,
    "root_cause": root_cause,
    "files": files,
    "risks": risks,
    "next_steps": next_steps,
}
