"""Recognises the nouns of a record in parts of a typed report, or leaves them alone.

A part is recognised whole or not at all: what does not fit the form of its noun stays
Markdown.  Marks, statuses, totals and changes are not taken over: they are derived.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath

from reportgen.importing import tables
from reportgen.importing.outline import Block, Part, blocks
from reportgen.importing.tables import Entry
from reportgen.importing.words import (
    bare,
    claim,
    fields,
    is_settled,
    labelled,
    remark,
    said,
    unclaimed,
    unmarked,
)
from reportgen.model import Change, RiskStatus

_ISSUES = re.compile(
    r"(?:issues?:?\s*)?#[1-9]\d{0,8}(?:(?:,|\s|and\b|&)+#[1-9]\d{0,8})*",
    re.IGNORECASE | re.ASCII,
)
_PATH = re.compile(r"`([^`\s{}]+)`(?:\s*(?:\((.+)\)|[-–—:]\s+(.+)))?")
_PHASE = re.compile(r"phase\s+(\d{1,3})(?:\s*[:–—]|\s+-)\s+(.+)", re.IGNORECASE)
_EFFORTS = re.compile(r"[\d.,]+ \w+ planned\W+[\d.,]+ \w+ actual")
_OF_A_PHASE = {"status", "capability", "timeline"}
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
_OF_CRITERIA_TITLE |= {"definition", "of", "done"}
_OF_WHYS_TITLE = {"root", "cause", "analysis", "five", "5", "whys"}
# Labels below a risk that are about the risk, and none of their own.
_OF_A_RISK = re.compile(
    r"\b(?:risks?|likelihood|probability|impact|severity|mitigations?|rollback"
    r"|monitoring|contingency|level|overall)\b",
    re.IGNORECASE,
)


def phase(part: Part, number: int) -> tuple[Entry, str] | None:
    """Return the phase `number` with its tasks, and what is left of its lead; or None.

    The report numbers phases by itself: any other number would become a wrong one.
    What is claimed of all of it is `done`, which a record has for tasks only.
    """
    match = _PHASE.fullmatch(bare(part.title))
    if match is None or int(match[1]) != number:
        return None
    left: list[str] = []
    stated: dict[str, str] = {}
    found: list[Entry] = []
    for block in blocks(part.lead):
        own, listed = _said_of_a_phase(block), tables.tasks(block)
        if listed:
            found += listed
        elif own and not own.keys() & stated.keys():
            stated |= own
        else:
            left.append(block.text)
    timeline = stated.get("timeline", "")
    is_summed = found and all({"planned", "actual"} <= task.keys() for task in found)
    if timeline and not (is_summed and _EFFORTS.fullmatch(timeline)):
        left.insert(0, f"**Timeline:** {timeline}")
    statuses = claim(part.title), stated.get("status", "")
    entry = {
        "title": match[2],
        "status_note": "; ".join(filter(None, map(remark, statuses))),
        "capability": stated.get("capability"),
        "tasks": found,
        "done": any(map(is_settled, statuses)),
    }
    return {name: it for name, it in entry.items() if it}, "\n\n".join(left)


def _said_of_a_phase(block: Block) -> dict[str, str]:
    named = fields(block.lines) or {} if block.lines else {}
    own = {name.casefold(): text for name, text in named.items()}
    is_plain = len(own) == len(named) and own.keys() <= _OF_A_PHASE
    return own if is_plain else {}


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
        return tables.risks(status, block)
    is_open = status is RiskStatus.OPEN  # then a mark of success says something else
    pairs = [labelled(item if is_open else unclaimed(item)) for item in block.items]
    entries: list[Entry] = [
        {"title": pair[0], "status": str(status), "response": pair[1]}
        for pair in pairs
        if pair is not None and not _OF_A_RISK.search(pair[0])
    ]
    return entries if pairs and len(entries) == len(pairs) else None


def _risk_status(title: str) -> RiskStatus | None:
    """Return how the risks below a heading stand; None if it says something else."""
    told = said(title.partition("(")[0], _OF_RISKS_TITLE)
    if told <= _OPEN:
        return RiskStatus.OPEN
    is_plain = "(" not in title and len(told) == 1
    return _RISK_STATUSES.get(told.pop()) if is_plain else None


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
    is_named = re.search(r"criteria|definition of done", part.title, re.IGNORECASE)
    if not is_named or said(part.title, _OF_CRITERIA_TITLE):
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
    told = said(re.sub(r"\(\d+[^()]*\)", "", part.title), _OF_FILES_TITLE)
    if "files" not in part.title.casefold() or not told <= {*map(str, Change)}:
        return None
    change = Change(told.pop()) if len(told) == 1 else None
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
    if said(part.title, _OF_WHYS_TITLE):
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
