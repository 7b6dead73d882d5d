"""Makes the text of a record from a typed report: nothing that it says is lost.

What is plainly one of the record's nouns becomes it, everything else a section of
Markdown in its place.  A claim stays a claim: `done: true`, without a criterion.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from reportgen.importing import nouns
from reportgen.importing.outline import Part, blocks, body, outline, tidied
from reportgen.importing.words import bare, claim, fields, is_settled, unmarked
from reportgen.importing.yaml_text import to_yaml
from reportgen.model import Record, Value

_DATES = frozenset({"date", "generated", "created", "report date", "completion date"})
_FIELDS = {"scope": "scope", "impact": "impact", "business impact": "impact"}
_ISSUES = frozenset({"issue", "github issue"})
_ISSUE = re.compile(r"#?(\d{1,9})|(?:\[#\d+\]\()?(https?://[^\s)]+/\d+)\)?")
_IN_TITLE = re.compile(r"#(\d{1,9})\b")
# What the report that is built says of itself anyway.
_GENRE = re.compile(
    r"\A(?:issue\s+)?#\d+\s*[:–—-]?\s*|\A(?:completion|final) report\s*[:–—-]\s*"
    r"|\s*[:–—-]\s*(?:completion|final) report\Z",
    re.IGNORECASE,
)
_PHASE = re.compile(r"(?i:phase)\s+\w+\s*[:–—-]\s*(.+)")
_NOTE = re.compile(r"\*[^*]+\*|_[^_]+_")
_RULE = re.compile(r"\n\n-{3,}\n")
_OF_A_PHASE = frozenset({"status", "capability", "timeline"})
_ENDING = re.compile(r"\n[ ]{0,3}(?:(?:-[ ]*){3,}|(?:\*[ ]*){3,})\Z")


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
    draft.take(tidied(text).replace("{{", "{{ '{{' }}"), name)
    record = draft.record()
    tasks = [*record.get("tasks", ()), *_of(record.get("phases", ()))]
    sizes = {key: len(entry) for key, entry in record.items() if type(entry) is list}
    return Imported(
        text=to_yaml(record),
        issue=record.get("issue"),
        counts={**sizes, "tasks": len(tasks)},
        claims=sum("done" in task for task in tasks),
    )


def _of(phases: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    return (task for phase in phases for task in phase.get("tasks", ()))


class _Draft:
    """A record that grows with each section; `_last` is the noun that came last."""

    def __init__(self) -> None:
        self._record: dict[str, Any] = {}
        self._last = ""

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
        title = bare(head.title) or name
        self._record["title"] = _GENRE.sub("", title).strip() or title
        self._header("\n\n".join(filter(None, (document.lead, head.lead))))
        for part in (*head.parts, *others):
            left = self._absorbed(part)
            if left is not None and body(left):
                self._section(left.title or "Untitled", body(left))
        number = _IN_TITLE.search(head.title)
        if number:
            self._record.setdefault("issue", int(number[1]))

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
        if left:
            self._section("Introduction", "\n\n".join(left))

    def _take_fields(self, named: Mapping[str, str]) -> bool:
        """Take in lines of the header: all, or none where one has no place."""
        own: dict[str, Any] = {}
        others: dict[str, str] = {}
        for name, value in named.items():
            word, number = name.casefold(), _ISSUE.fullmatch(value)
            if word == "status":
                own |= _status_note(value)
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
        text = _ENDING.sub("", text)
        place = {"after": self._last} if self._last else {"before": "summary"}
        self._add("sections", [{"title": title, **place, "body": f"{text}\n"}])

    def _add(self, field: str, entries: object) -> None:
        self._record.setdefault(field, []).extend(entries)
        self._last = field if field != "sections" else self._last

    def _absorbed(self, part: Part) -> Part | None:
        """Take in what is plain of `part`; return what is left of it, if anything."""
        for field, recognise in nouns.OF_SECTIONS.items():
            found = recognise(part)
            if found:
                self._add(field, found)
                return None
        if bare(part.title).casefold() == "conclusion" and body(part):
            self._conclusion(part)
            return None
        blocker = nouns.blocker(part)
        if blocker is not None:
            self._add("blockers", [blocker])
            return None
        phase = _PHASE.fullmatch(bare(part.title))
        if phase:
            return self._phase(part, phase[1])
        lead, tables = [], 0
        for block in blocks(part.lead):
            tasks, metrics = nouns.tasks(block), nouns.metrics(block)
            if tasks or metrics:
                self._add("tasks" if tasks else "metrics", tasks or metrics)
                tables += 1
            else:
                lead.append(block.text)
        return self._rest(part, "\n\n".join(lead) if tables else part.lead)

    def _rest(self, part: Part, lead: str) -> Part | None:
        """Return what is left of `part`, of which `lead` is left."""
        below = tuple(filter(None, map(self._absorbed, part.parts)))
        if not lead and not below:
            return None
        return Part(title=part.title, level=part.level, lead=lead, parts=below)

    def _conclusion(self, part: Part) -> None:
        text = _ENDING.sub("", body(part))
        if "conclusion" in self._record:
            self._section(part.title, text)
        else:
            self._record["conclusion"] = f"{text}\n"

    def _phase(self, part: Part, title: str) -> Part | None:
        entry: dict[str, Any] = {"title": title}
        lead = []
        claims = [claim(part.title)]
        for block in blocks(part.lead):
            named = fields(block.lines) if block.lines else None
            tasks = nouns.tasks(block)
            if tasks:
                entry.setdefault("tasks", []).extend(tasks)
            elif named and _OF_A_PHASE.issuperset(map(str.casefold, named)):
                low = {key.casefold(): value for key, value in named.items()}
                claims.append(low.get("status", ""))
                entry |= _status_note(low.get("status", ""))
                if "capability" in low:
                    entry["capability"] = low["capability"]
                if not {"planned", "actual"} <= {*low.get("timeline", "").split()}:
                    lead += [block.text] if "timeline" in low else []
            else:
                lead.append(block.text)
        if "tasks" not in entry and any(map(is_settled, filter(None, claims))):
            entry["tasks"] = [{"title": title, "done": True}]
        self._add("phases", [entry])
        return self._rest(part, "\n\n".join(lead))


def _status_note(status: str) -> dict[str, str]:
    """Return what a typed status says beyond a word that is derived."""
    words = unmarked(status)
    return {} if is_settled(status) is not None or not words else {"status_note": words}


def _is_day(text: str) -> bool:
    try:
        return len(text) == len("2026-03-01") and bool(date.fromisoformat(text))
    except ValueError:
        return False
