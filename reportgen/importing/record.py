"""Makes the text of a record from a typed report: nothing that it says is lost.

What is plainly one of the record's nouns becomes it, everything else a section of
Markdown in its place.  A claim stays a claim: `done: true`, without a criterion.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from reportgen.importing import nouns, tables
from reportgen.importing.outline import Part, blocks, body, outline, tidied
from reportgen.importing.words import bare, claim, fields, is_settled, remark
from reportgen.importing.yaml_text import to_yaml
from reportgen.model import Record, Value

_DATES = frozenset({"date", "generated", "created", "report date", "completion date"})
_FIELDS = {"scope": "scope", "impact": "impact", "business impact": "impact"}
_ISSUES = frozenset({"issue", "github issue"})
_ISSUE = re.compile(r"#?([1-9][0-9]{0,8})|(?:\[#\d+\]\()?(https?://[^\s)]+/\d+)\)?")
_FRONT_MATTER = re.compile(r"\A---\n(\w[\w -]*:(?:.*\n)+?)---\n")
_IN_TITLE = re.compile(
    r"(?:\A|\bissue\s*)#([1-9]\d{0,8})\b(?!\s*[–—,&-]\s*#?\d)\s*[:–—-]?\s*",
    re.IGNORECASE | re.ASCII,
)
# What the report that is built says of itself anyway.
_GENRE = re.compile(
    r"\A(?:completion|final) report\s*[:–—-]\s*"
    r"|(?:\s*[:–—-])?\s*\b(?:completion|final) report\Z",
    re.IGNORECASE,
)
_NOTE = re.compile(r"\*[^*]+\*|_[^_]+_")
_RULE = re.compile(r"\n\n-{3,}\n")
_A_RULE = re.compile(r" {0,3}([*_-])(?: *\1){2,}")


class Imported(Value, frozen=True, kw_only=True):
    """A record as it is written, and how much of each kind it holds.

    `issue` is its number or address, if it has one; `claims` counts the tasks that
    are said to be done.
    """

    text: str
    issue: int | str | None
    counts: Mapping[str, int]
    claims: int


def import_report(text: str, name: str) -> Imported:
    """Return the record of the Markdown report `text`; untitled, it is called `name`.

    The record can be read whatever the text is.  Braces that would be an expression
    stay braces.
    """
    draft = _Draft()
    text = tidied(_FRONT_MATTER.sub(r"```yaml\n\1```\n\n", text))
    draft.take(*(each.replace("{{", "{{ '{{' }}") for each in (text, name)))
    record = draft.record()
    tasks = _tasks(record)
    sizes = {key: len(entry) for key, entry in record.items() if type(entry) is list}
    return Imported(
        text=to_yaml(record),
        issue=record.get("issue"),
        counts={**sizes, "tasks": len(tasks)},
        claims=sum("done" in task for task in tasks),
    )


def _tasks(record: Mapping[str, Any]) -> list[dict[str, Any]]:
    holders = (record, *record.get("phases", ()))
    return [task for holder in holders for task in holder.get("tasks", ())]


class _Draft:
    """A record that grows with each section.

    `_last` is the noun that came last, and `_phase` holds the tasks that come next,
    if it is not the record itself.
    """

    def __init__(self) -> None:
        self._record: dict[str, Any] = {}
        self._phase = self._record
        self._last = ""
        self._is_claimed = False

    def record(self) -> dict[str, Any]:
        """Return the record, its fields in the order in which people know them."""
        known = Record.__struct_fields__
        return {name: self._record[name] for name in known if name in self._record}

    def take(self, text: str, name: str) -> None:
        """Take in a whole report."""
        document = outline(self._without_footer(text))
        head, *others = document.parts or [Part()]
        if head.level != 1 and others:
            head, others = Part(title=name), list(document.parts)
        self._header("\n\n".join(filter(None, (document.lead, head.lead))))
        self._title(head.title, name)
        for part in (*head.parts, *others):
            left = self._absorbed(part)
            if left is not None:
                self._section(left.title or "Untitled", body(left))
        if self._is_claimed and not _tasks(self._record):
            self._add("tasks", [{"title": self._record["title"], "done": True}])

    def _title(self, title: str, name: str) -> None:
        self._is_claimed |= is_settled(claim(title)) is True
        title = bare(title) or name
        title = _GENRE.sub("", title).strip() or title
        number = _IN_TITLE.search(title)
        if number:
            issue = self._record.setdefault("issue", int(number[1]))
            after = title[number.end() :]
            is_it = str(issue).rpartition("/")[2] == number[1]
            if is_it and number.start() == 0 and after and is_settled(after) is None:
                title = after
        self._record["title"] = title

    def _without_footer(self, text: str) -> str:
        """Take in fields and a note behind the last rule; return what comes before."""
        rules = [*_RULE.finditer(text)]
        found = blocks(text[rules[-1].end() :]) if rules else ()
        lines = [line for block in found for line in block.lines or [""]]
        if lines and _NOTE.fullmatch(lines[-1]):
            lines[-1] = f"**Note:** {lines[-1]}"
        named = fields(lines)
        if not named or "status" in map(str.casefold, named):
            return text  # a status is never typed: it stays Markdown
        self._record["footer"] = named
        return text[: rules[-1].start()]

    def _header(self, lead: str) -> None:
        left = []
        for block in blocks(lead):
            named = fields(block.lines) if block.lines else None
            if named is None or not self._take_fields(named):
                left.append(block.text)
        rest = self._absorbed(Part(lead="\n\n".join(left)))
        if rest is not None:
            self._section("Introduction", body(rest))

    def _take_fields(self, named: Mapping[str, str]) -> bool:
        """Take in lines of the header: all, or none where one has no place."""
        own: dict[str, Any] = {}
        others: dict[str, str] = {}
        for name, value in named.items():
            word, number = name.casefold(), _ISSUE.fullmatch(value)
            if word == "status" and "status_note" not in own:
                own |= _status_note(value)
                self._is_claimed |= is_settled(value) is True
            elif word in _DATES and _is_day(value) and "date" not in own:
                own["date"] = value
            elif word in _ISSUES and number and "issue" not in own:
                own["issue"] = int(number[1]) if number[1] else number[2]
            elif word in _FIELDS and _FIELDS[word] not in own:
                own[_FIELDS[word]] = value
            else:
                others[name] = value
        already = self._record.get("fields", {})
        if set(own) & set(self._record) or set(others) & set(already):
            return False
        self._record |= own
        if others:
            self._record["fields"] = {**already, **others}
        return True

    def _section(self, title: str, text: str) -> None:
        text = _without_rules(text)
        place = {"after": self._last} if self._last else {"before": "summary"}
        if text:
            self._add("sections", [{"title": title, **place, "body": f"{text}\n"}])

    def _add(self, field: str, entries: object) -> None:
        holder = self._phase if field == "tasks" else self._record
        holder.setdefault(field, []).extend(entries)
        if field != "sections":
            self._last = field if holder is self._record else "phases"

    def _absorbed(self, part: Part) -> Part | None:
        """Take in what is plain of `part`; return what is left of it, if anything."""
        for field, recognise in nouns.OF_SECTIONS.items():
            found = recognise(part)
            if found:
                self._add(field, found)
                return None
        if bare(part.title).casefold() == "conclusion":
            text = _without_rules(body(part))
            if text and "conclusion" not in self._record:
                self._record["conclusion"] = f"{text}\n"
                return None
        blocker = nouns.blocker(part)
        if blocker is not None:
            self._add("blockers", [blocker])
            return None
        phase = nouns.phase(part, len(self._record.get("phases", ())) + 1)
        if phase is not None:
            return self._take_phase(part, *phase)
        lead: list[str] = []
        for block in (found := blocks(part.lead)):
            tasks = tables.tasks(block, part.title)
            metrics = tables.metrics(block, part.title)
            if tasks or metrics:
                self._add("tasks" if tasks else "metrics", tasks or metrics)
            else:
                lead.append(block.text)
        is_whole = len(lead) == len(found)
        return self._rest(part, part.lead if is_whole else "\n\n".join(lead))

    def _rest(self, part: Part, lead: str) -> Part | None:
        """Return what is left of `part`, of which `lead` is left."""
        below = tuple(filter(None, map(self._absorbed, part.parts)))
        if not lead and not below:
            return None
        return Part(title=part.title, level=part.level, lead=lead, parts=below)

    def _take_phase(self, part: Part, entry: dict[str, Any], lead: str) -> Part | None:
        """Take in a phase with the tasks further below; `lead` is left of its own."""
        is_claimed = entry.pop("done", False)
        self._add("phases", [entry])
        around, self._phase = self._phase, entry
        left = self._rest(part, lead)
        self._phase = around
        if is_claimed and "tasks" not in entry:
            entry["tasks"] = [{"title": entry["title"], "done": True}]
        return left


def _without_rules(text: str) -> str:
    """Return `text` without the rules at its end, which part it from the next."""
    lines = text.split("\n")
    while lines and (not lines[-1].strip() or _A_RULE.fullmatch(lines[-1])):
        lines.pop()
    return "\n".join(lines)


def _status_note(status: str) -> dict[str, str]:
    note = remark(status)
    return {"status_note": note} if note else {}


def _is_day(text: str) -> bool:
    try:
        return len(text) == len("2026-03-01") and bool(date.fromisoformat(text))
    except ValueError:
        return False
