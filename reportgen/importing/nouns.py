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
    claim,
    fields,
    is_settled,
    labelled,
    remark,
    unbolded,
    unclaimed,
    unmarked,
)
from reportgen.load.durations import parse_duration
from reportgen.model import Change, Level, RiskStatus

Entry = dict[str, object]

_ISSUES = re.compile(
    r"(?:issues?:?\s*)?#[1-9]\d{0,8}(?:(?:,|\s|and\b|&)+#[1-9]\d{0,8})*",
    re.IGNORECASE | re.ASCII,
)
_PATH = re.compile(r"`([^`\s{}]+)`(?:\s*(?:\((.+)\)|[-–—:]\s+(.+)))?")
_BOX = re.compile(r"\[[ xX]\] +\S")
_WHY = re.compile(r"\*\*Why:?\s+(\D.+?)\?:?\*\*:?\s*(\S.*)", re.IGNORECASE)
_UNTIL = re.compile(
    r"\*\*(?:cannot (?:fix|proceed|start|be [^*]+):?\*\*:?\s+until|until:?\*\*:?)"
    r"\s+(.+)",
    re.IGNORECASE,
)
_NOW = re.compile(
    r"(?:immediate )?next steps|immediate (?:steps|actions)(?: available now)?",
    re.IGNORECASE,
)
_NOTHING = frozenset({"", "-", "–", "—", "n/a", "tbd"})
# A change in figures, or an effort, which the report works out for itself.
_FIGURE = re.compile(
    r"[\W_]*\d[\d.,]*\s*(?:%|×|[a-zµ]{1,5})?"
    r"(?:\s+(?:faster|slower|more|less|higher|lower|reduction|improvement|increase))?\W*"
)
_VERDICT = re.compile(r"exceeded|improved|maintained|missed")

# What the heading of a noun may say without saying anything more.
_OF_RISKS_TITLE = {"risk", "risks", "assessment", "register", "review", "matrix"}
_OPEN = {"remaining", "open", "outstanding", "residual", "identified", "known"}
_RISK_STATUSES = {
    "mitigated": RiskStatus.MITIGATED,
    "accepted": RiskStatus.ACCEPTED,
    "closed": RiskStatus.CLOSED,
    "resolved": RiskStatus.CLOSED,
}
_OF_FILES_TITLE = {"files", "test", "source", "key", "code", "new", "changed", "and"}
_OF_CRITERIA_TITLE = {"success", "acceptance", "criteria", "met", "achieved"}
_OF_WHYS_TITLE = {"root", "cause", "analysis", "five", "5", "whys"}
_OF_TASKS_TITLE = {"task", "tasks", "work", "items", "actions", "checklist", "timeline"}
_OF_METRICS_TITLE = {"metrics", "performance", "results", "before", "after", "and"}
_OF_METRICS_TITLE |= {"success", "key", "measures", "kpis", "figures", "achieved", "vs"}
# Labels below a risk that are about the risk, and none of their own.
_OF_A_RISK = re.compile(
    r"\b(?:risks?|likelihood|probability|impact|severity|mitigations?|rollback"
    r"|monitoring|contingency|level|overall)\b",
    re.IGNORECASE,
)

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


def risks(part: Part) -> list[Entry] | None:
    """Return the risks of a section, by what the heading above each says of them."""
    if not re.search(r"\brisks?\b", part.title, re.IGNORECASE):
        return None
    entries: list[Entry] = []
    for title, block in _all_blocks(part):
        status = _risk_status(title)
        found = _risks_of(status, block) if status else None
        if found is None:
            return None
        entries += found
    return entries


def _risks_of(status: RiskStatus, block: Block) -> list[Entry] | None:
    if block.kind == "table":
        return _table_of_risks(status, block)
    is_open = status is RiskStatus.OPEN  # then a mark of success says something else
    pairs = [labelled(item if is_open else unclaimed(item)) for item in block.items]
    entries: list[Entry] = [
        {"title": pair[0], "status": str(status), "response": pair[1]}
        for pair in pairs
        if pair is not None and not _OF_A_RISK.search(pair[0])
    ]
    return entries if pairs and len(entries) == len(pairs) else None


def _table_of_risks(status: RiskStatus, block: Block) -> list[Entry] | None:
    words = {"status": frozenset(map(str, RiskStatus))}
    words |= dict.fromkeys(("likelihood", "impact"), frozenset(map(str, Level)))
    entries: list[Entry] = []
    for row in _table(block, _OF_RISKS) or ():
        low = {name: unmarked(row[name]).lower() for name in words if name in row}
        if not all(low[name] in words[name] for name in low):
            return None
        entries.append({"title": row["title"], "status": str(status), **row, **low})
    return entries or None


def _risk_status(title: str) -> RiskStatus | None:
    """Return how the risks below a heading stand; None if it says something else."""
    said = _said(title.partition("(")[0], _OF_RISKS_TITLE)
    if said <= _OPEN:
        return RiskStatus.OPEN
    is_plain = "(" not in title and len(said) == 1
    return _RISK_STATUSES.get(said.pop()) if is_plain else None


def blocker(part: Part) -> Entry | None:
    """Return what a part says that names the issues which it is blocked by."""
    first, *others = blocks(part.lead) or [None]
    named = fields(first.lines) if first is not None else None
    if (
        part.parts
        or not part.title
        or not named
        or list(map(str.casefold, named)) != ["blocked by"]
    ):
        return None
    (issues,) = named.values()
    lists = [block.items for block in others if block]
    if not _ISSUES.fullmatch(issues) or not all(lists) or claim(part.title):
        return None
    entry: Entry = {
        "title": bare(part.title),
        "blocked_by": [int(number) for number in re.findall(r"#(\d+)", issues)],
    }
    details = []
    for item in (unclaimed(item) for items in lists for item in items):
        until = _UNTIL.fullmatch(item)
        if until and "until" not in entry:
            entry["until"] = until[1]
        else:
            details.append(item)
    return {**entry, "details": details} if details else entry


def summary(part: Part) -> list[object] | None:
    """Return the lines of an executive summary: labelled ones, and plain prose."""
    titles = {"executive summary", "summary", "overview"}
    if bare(part.title).casefold() not in titles or part.level > 2 or part.parts:  # noqa: PLR2004  # below that, it sums up something else
        return None
    lines: list[object] = []
    for block in blocks(part.lead):
        own = block.lines
        if block.kind == "paragraph" and not all(map(_is_entry, own)):
            own = (" ".join(own),)
        if not own or own[-1].rstrip("*").endswith(":"):  # which leads into a list
            return None
        for line in map(unclaimed, own):
            pair = labelled(line)
            lines.append({"label": pair[0], "text": pair[1]} if pair else line)
    return lines


def _is_entry(line: str) -> bool:
    return labelled(line) is not None or unmarked(line) != line


def criteria(part: Part) -> list[Entry] | None:
    """Return the success criteria of a section: each line is one, whatever its box."""
    said = _said(part.title, _OF_CRITERIA_TITLE)
    if said and said != {"definition", "of", "done"}:
        return None
    return [{"text": unmarked(line)} for line in _only_items(part) or ()]


def next_steps(part: Part) -> list[Entry] | None:
    """Return what is to be done now; what waits for something stays as it is."""
    lines = _only_items(part)
    if not lines or not _NOW.fullmatch(bare(part.title)):
        return None
    if any(unclaimed(line) != line for line in lines):  # some are done
        return None
    return [{"when": "now", "items": [unmarked(line) for line in lines]}]


def files(part: Part) -> list[Entry] | None:
    """Return the files that a section lists, with what was done to each."""
    said = _said(re.sub(r"\(\d+[^()]*\)", "", part.title), _OF_FILES_TITLE)
    if "files" not in part.title.casefold() or not said <= {*map(str, Change)}:
        return None
    change = Change(said.pop()) if len(said) == 1 else None
    entries: list[Entry] = []
    for line in _only_items(part) or ():
        entry = _file(unclaimed(line), change)
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
    if _said(part.title, _OF_WHYS_TITLE):
        return None
    whys = [_WHY.fullmatch(unclaimed(line)) for line in lines]
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
    """Return the items of a part that is nothing but lists."""
    found = blocks(part.lead)
    if part.parts or not all(block.items for block in found):
        return None
    return [item for block in found for item in block.items]


def _above(title: str, ordinary: set[str]) -> str:
    return f"{bare(title)}: " if _said(title, ordinary) else ""


def _said(title: str, ordinary: set[str]) -> set[str]:
    """Return the words of a heading that are not `ordinary` there."""
    return {*re.findall(r"\w+(?:-\w+)*", bare(title).casefold())} - ordinary


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
