"""Reports that were typed become records, and nothing that they say is lost."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import assume, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from markdown_it import MarkdownIt
from strategies import markdown_texts, typed_reports

from reportgen.cli import main
from reportgen.importing.record import import_report
from reportgen.load.record import read_record
from reportgen.load.schema import record_schema
from reportgen.load.text_file import forbidden
from reportgen.model import ExitCode, Record, Severity

SEED = Path(__file__).parents[2] / "shared" / "seed" / "issue-1197-report.md"
VALIDATOR = Draft202012Validator(record_schema())

TYPED = """\
# ✅ Issue #42: Session store migration - Completion Report

**Generated:** 2026-03-01
**Status:** COMPLETE - store is live
**Business Impact:** sign-in survives a restart
**Owner:** platform team

## Executive Summary

✅ **STORE:** sessions are rows now
❌ **ROLL-OUT:** waits for #17

---

## Work

### Phase 1: Foundation ✅ COMPLETE
**Timeline:** 4 hours planned → 3 hours actual
**Status:** the store is in place

| Task | Planned | Actual | Status |
|------|---------|--------|--------|
| Session store | 2 hours | 1.5 hours | ✅ COMPLETE |
| Sweeper | 2 hours | 1.5 hours | 🔄 In progress |
| **Total** | 4 hours | 3 hours | |

### Phase 2: Roll-out ⏳ PENDING
Region by region.

## Outstanding

### 1. **Shared pool**
**BLOCKED BY:** Issues #17, #18
- two managers compete
- **Cannot fix:** Until one of them is gone

## Risks

### ✅ Risks Mitigated
- **Clock skew:** monotonic time

### Remaining
- **Slow start:** warm the pool

## Lessons learned

1. Measure first.

## Next Steps
1. Run the unit tests

## Conclusion

The store is in place.

---

**Reviewed by:** Ann
"""


def imported(text: str) -> dict[str, Any]:
    """Return the record of a report, as YAML has it."""
    loaded: dict[str, Any] = yaml.safe_load(import_report(text, "untitled").text)
    return loaded


def test_a_typed_report_becomes_a_record() -> None:
    """What is plain becomes fields; marks, totals and statuses are left behind."""
    assert imported(TYPED) == {
        "title": "Session store migration",
        "issue": 42,
        "date": "2026-03-01",
        "status_note": "COMPLETE - store is live",
        "impact": "sign-in survives a restart",
        "fields": {"Owner": "platform team"},
        "summary": [
            {"label": "STORE", "text": "sessions are rows now"},
            "❌ **ROLL-OUT:** waits for #17",
        ],
        "phases": [
            {
                "title": "Foundation",
                "status_note": "the store is in place",
                "tasks": [
                    {
                        "title": "Session store",
                        "planned": "2 hours",
                        "actual": "1.5 hours",
                        "done": True,
                    },
                    {
                        "title": "Sweeper",
                        "planned": "2 hours",
                        "actual": "1.5 hours",
                        "note": "In progress",
                    },
                ],
            },
            {"title": "Roll-out"},
        ],
        "blockers": [
            {
                "title": "Shared pool",
                "blocked_by": [17, 18],
                "until": "one of them is gone",
                "details": ["two managers compete"],
            }
        ],
        "risks": [
            {
                "title": "Clock skew",
                "status": "mitigated",
                "response": "monotonic time",
            },
            {"title": "Slow start", "status": "open", "response": "warm the pool"},
        ],
        "next_steps": [{"when": "now", "items": ["Run the unit tests"]}],
        "sections": [
            {
                "title": "Work",
                "after": "phases",
                "body": "### Phase 2: Roll-out ⏳ PENDING\n\nRegion by region.\n",
            },
            {
                "title": "Lessons learned",
                "after": "risks",
                "body": "1. Measure first.\n",
            },
        ],
        "conclusion": "The store is in place.\n",
        "footer": {"Reviewed by": "Ann"},
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", {"title": "untitled"}, id="nothing"),
        pytest.param("# 🎯 1. **Goal**:", {"title": "Goal"}, id="an-adorned-title"),
        pytest.param(
            "# Completion report: Store", {"title": "Store"}, id="genre-before"
        ),
        pytest.param("# Issue #7", {"title": "Issue #7", "issue": 7}, id="no-more"),
        pytest.param(
            "**Issue:** https://forge.example/acme/shop/issues/7",
            {"title": "untitled", "issue": "https://forge.example/acme/shop/issues/7"},
            id="an-issue-by-address",
        ),
        pytest.param(
            "**Issue:** [#7](https://forge.example/acme/shop/issues/7)",
            {"title": "untitled", "issue": "https://forge.example/acme/shop/issues/7"},
            id="an-issue-by-link",
        ),
        pytest.param(
            "# A\n- **Impact:** b\n- **Business Impact:** c",
            {"title": "A", "impact": "b", "fields": {"Business Impact": "c"}},
            id="two-impacts",
        ),
        pytest.param(
            "# A\n**Status:** ⏳ Pending", {"title": "A"}, id="a-derived-status"
        ),
        pytest.param(
            "# A\n**Status:** ❌ Failed",
            {"title": "A", "status_note": "Failed"},
            id="a-status-that-is-news",
        ),
        pytest.param(
            "# A\n**Status:** ✅ COMPLETE\n## Phase 1: B",
            {
                "title": "A",
                "tasks": [{"title": "A", "done": True}],
                "phases": [{"title": "B"}],
            },
            id="a-claim-of-all",
        ),
        pytest.param(
            "# Store Completion Report ✅",
            {"title": "Store", "tasks": [{"title": "Store", "done": True}]},
            id="a-claim-in-the-title",
        ),
        pytest.param(
            "# Issue #7 Completion Report",
            {"title": "Issue #7", "issue": 7},
            id="genre-after",
        ),
        pytest.param(
            "# Issue #7: B\n**Issue:** #8",
            {"title": "Issue #7: B", "issue": 8},
            id="two-issues",
        ),
        pytest.param(
            "# PR #7: Fix #1 of issue #8",
            {"title": "PR #7: Fix #1 of issue #8", "issue": 8},
            id="not-every-number-is-an-issue",
        ),
        pytest.param(
            "# Issue #7-9: B", {"title": "Issue #7-9: B"}, id="a-range-in-the-title"
        ),
        pytest.param(
            "# A\n## Phase 1: B ✅ 5 of 6\n### Phase 2: C ❌ FAILED\n#### D\n- [x] e",
            {
                "title": "A",
                "phases": [
                    {"title": "B ✅ 5 of 6"},
                    {
                        "title": "C",
                        "status_note": "FAILED",
                        "tasks": [{"title": "D: e", "done": True}],
                    },
                ],
            },
            id="phases-say-how-they-stand",
        ),
        pytest.param(
            "# A\n## Phase 1: B ✅ COMPLETE",
            {
                "title": "A",
                "phases": [{"title": "B", "tasks": [{"title": "B", "done": True}]}],
            },
            id="a-claim-without-tasks",
        ),
        pytest.param(
            "# A\n## B\n|Metric|Before|After|Improvement|\n|-|-|-|-|\n|**C**|2|1|50 %|",
            {"title": "A", "metrics": [{"name": "B: C", "before": "2", "after": "1"}]},
            id="metrics",
        ),
        pytest.param(
            "# A\n## Metrics\n|Metric|Target|Achieved|Status|\n|-|-|-|-|\n"
            "|B|> 1|2|✅ EXCEEDED|\n|C|1|**2**|❌ NOT MET|\n|Total|1|2||",
            {
                "title": "A",
                "metrics": [
                    {"name": "B", "target": "> 1", "value": "2"},
                    {"name": "C", "target": "1", "value": "2"},
                    {"name": "Total", "target": "1", "value": "2"},
                ],
            },
            id="metrics-with-targets",
        ),
        pytest.param(
            "# A\n## Risks\n|Risk|Likelihood|Mitigation|\n|-|-|-|\n|B|🟡 Medium|C|",
            {
                "title": "A",
                "risks": [
                    {
                        "title": "B",
                        "status": "open",
                        "likelihood": "medium",
                        "response": "C",
                    }
                ],
            },
            id="a-table-of-risks",
        ),
        pytest.param(
            "# A\n## Success Criteria\n- [x] b\n- ✅ c",
            {"title": "A", "criteria": [{"text": "b"}, {"text": "c"}]},
            id="criteria",
        ),
        pytest.param(
            "# A\n## Files Created\n- `/b/c.py` (the store)\n- **Modified:** `d.py`",
            {
                "title": "A",
                "files": [
                    {"path": "b/c.py", "change": "created", "note": "the store"},
                    {"path": "d.py", "change": "modified"},
                ],
            },
            id="files",
        ),
        pytest.param(
            "# A\n## Root cause\n1. **Why was it lost?** It lived in memory",
            {
                "title": "A",
                "root_cause": [
                    {"why": "was it lost?", "because": "It lived in memory"}
                ],
            },
            id="whys",
        ),
        pytest.param(
            "# A\n## Summary\nb\nc\n\n- d",
            {"title": "A", "summary": ["b c", "d"]},
            id="a-summary-in-prose",
        ),
        pytest.param(
            "# A\n## Tasks\n|Task|Owner|Done|\n|-|-|-|\n|C|Ann|✅|\n|D|—|❌|"
            "\n|E||⚠️ Done|",
            {
                "title": "A",
                "tasks": [
                    {"title": "C", "owner": "Ann", "done": True},
                    {"title": "D"},
                    {"title": "E", "note": "⚠️ Done"},
                ],
            },
            id="tasks-by-their-marks",
        ),
        pytest.param(
            "## A\n### B\n- [x] **C:** d\n- [ ] e",
            {
                "title": "A",
                "tasks": [{"title": "B: **C:** d", "done": True}, {"title": "B: e"}],
            },
            id="tasks-by-their-boxes",
        ),
        pytest.param(
            "# A\n**B:** c\n\n|Task|Status|\n|-|-|\n|D|✅|\n\nE",
            {
                "title": "A",
                "fields": {"B": "c"},
                "tasks": [{"title": "D", "done": True}],
                "sections": [
                    {"title": "Introduction", "after": "tasks", "body": "E\n"}
                ],
            },
            id="tasks-below-the-title",
        ),
        pytest.param(
            "# A\n\n**B:** c\n\n---\n**D:** e\n\n*Written by hand*",
            {
                "title": "A",
                "fields": {"B": "c"},
                "footer": {"D": "e", "Note": "*Written by hand*"},
            },
            id="a-note-at-the-end",
        ),
        pytest.param(
            "# A\n## B\n```\n{{ x }}  \n```",
            {
                "title": "A",
                "sections": [
                    {
                        "title": "B",
                        "before": "summary",
                        "body": "```\n{{ '{{' }} x }}\n```\n",
                    }
                ],
            },
            id="braces-stay",
        ),
        pytest.param(
            "# A\n**Date:** 2026-03-01\n**B:** c\n---\n\nd\n---\n",
            {
                "title": "A",
                "date": "2026-03-01",
                "fields": {"B": "c"},
                "sections": [
                    {"title": "Introduction", "before": "summary", "body": "d\n"}
                ],
            },
            id="rules-right-below-a-text",
        ),
        pytest.param(
            "# A\n\n## B\nc\n\n---\n\n* * *\n\n## Conclusion\nd\n\n---\n",
            {
                "title": "A",
                "sections": [{"title": "B", "before": "summary", "body": "c\n"}],
                "conclusion": "d\n",
            },
            id="rules-between-sections",
        ),
        pytest.param(
            "---\nauthor: Ann\ntags: [b]\n---\n# A\n",
            {
                "title": "A",
                "sections": [
                    {
                        "title": "Introduction",
                        "before": "summary",
                        "body": "```yaml\nauthor: Ann\ntags: [b]\n```\n",
                    }
                ],
            },
            id="front-matter",
        ),
        pytest.param(
            "# A\n## Phase 1: B\n**Timeline:** 2h planned\n- [x] c",
            {
                "title": "A",
                "phases": [{"title": "B", "tasks": [{"title": "c", "done": True}]}],
                "sections": [
                    {
                        "title": "Phase 1: B",
                        "after": "phases",
                        "body": "**Timeline:** 2h planned\n",
                    }
                ],
            },
            id="a-timeline-that-nobody-adds-up",
        ),
    ],
)
def test_what_is_plain_becomes_a_field(text: str, expected: dict[str, Any]) -> None:
    """Each noun has its form, and a typed status is no more than a claim."""
    assert imported(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("|Task|Status|\n|-|-|\n|C|nearly there|", id="unclear-status"),
        pytest.param("|Task|Planned|\n|-|-|\n|C|soon|", id="no-duration"),
        pytest.param("|Task|Planned|Colour|\n|-|-|-|\n|C|2h|red|", id="other-column"),
        pytest.param("|Task|Priority|\n|-|-|\n|C|P0|", id="neither-plan-nor-state"),
        pytest.param("|Task|Owner|Assignee|Done|\n|-|-|-|-|\n|C|D|E|✅|", id="twice"),
        pytest.param("|Metric|Notes|\n|-|-|\n|C|D|", id="no-figures"),
        pytest.param(
            "### D\n**BLOCKED BY:** Issues #1-#4\n- e", id="a-range-of-issues"
        ),
        pytest.param("### D\n**BLOCKED BY:** the weather\n- e", id="no-issue"),
        pytest.param("### Risks\n- **C:** d\n- e", id="a-risk-without-label"),
        pytest.param("### Risks\n|Risk|Impact|\n|-|-|\n|C|huge|", id="no-level"),
        pytest.param("### Files\n- `c.py`", id="nobody-says-what-was-done"),
        pytest.param("### Files Created\n- `../c.py`", id="a-path-that-leads-out"),
        pytest.param("### Next Steps\n- c\n  - d", id="steps-below-steps"),
        pytest.param(
            "### Next Steps\n#### When #17 is closed\n- c", id="steps-for-later"
        ),
        pytest.param("### Success Criteria\nAll of it.", id="criteria-in-prose"),
        pytest.param("### Success Criteria of Phase 3\n- c", id="criteria-of-a-part"),
        pytest.param("### Achieved\n- c", id="no-criteria"),
        pytest.param("### Summary\n- c", id="a-summary-of-a-part"),
        pytest.param("### Phase 2: C\n- d", id="a-phase-that-is-not-the-next"),
        pytest.param("### Risks\n#### Not mitigated\n- **C:** d", id="not-mitigated"),
        pytest.param("### Risks\n#### Unresolved\n- **C:** d", id="unresolved"),
        pytest.param("### Risks\n#### High\n- **C:** d", id="levels-of-risks"),
        pytest.param(
            "### Risks\n- **Impact:** d\n- **Mitigation:** e", id="about-a-risk"
        ),
        pytest.param("### Mitigated Risks\n- ❌ **C:** d", id="a-risk-with-two-states"),
        pytest.param("### Files not modified\n- `c.py`", id="nothing-was-done"),
        pytest.param("### Files to be created\n- `c.py`", id="nothing-was-done-yet"),
        pytest.param("### Files Created\n- ❌ `c.py`", id="a-file-that-is-not-there"),
        pytest.param("### Next Steps\n- ✅ c\n- d", id="steps-that-are-done"),
        pytest.param("### Five Whys\n1. **Why 1:** c", id="a-why-without-question"),
        pytest.param(
            "### D ✅ RESOLVED\n**BLOCKED BY:** #1\n- e", id="a-blocker-that-is-gone"
        ),
        pytest.param(
            "|Metric|After|Change|\n|-|-|-|\n|C|2|faster on Linux|", id="a-remark"
        ),
        pytest.param("|Task|Owner|Done|\n|-|-|-|\n|C|{{ x|✅|", id="braces-in-cells"),
        pytest.param(
            "|Metric|After|Status|\n|-|-|-|\n|C|2|❌|", id="bad-without-target"
        ),
    ],
)
def test_what_is_not_plain_stays_markdown(text: str) -> None:
    """A table or a list that does not fit the form of its noun stays as it is."""
    record = imported(f"# A\n\n## B\n\n{text}")
    (section,) = record["sections"]
    body = re.sub(r"\n+", "\n", section["body"]).strip()
    assert (section["title"], body.replace("{{ '{{' }}", "{{")) == ("B", text)
    assert set(record) == {"title", "sections"}


def read(text: str) -> Record:
    """Return the record that is read from `text`, which has no mistake."""
    record, found = read_record(text, "record.yaml")
    assert [str(f) for f in found if f.severity is Severity.ERROR] == []
    assert record is not None
    return record


def words(text: str) -> set[str]:
    """Return the words of a report that were put in for a reader to find."""
    return set(re.findall(r"w\d{3}", text))


def empty_headings(text: str) -> set[str]:
    """Return the words of headings with nothing right below them."""
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    return {
        word
        for at, token in enumerate(tokens)
        if token.type == "heading_open"
        and (
            at + 3 == len(tokens)
            or tokens[at + 3].type in {"heading_open", "hr", "blockquote_close"}
        )
        for word in words(tokens[at + 1].content)
    }


@given(typed_reports())
def test_nothing_is_lost(text: str) -> None:
    """Every word of a report is in its record, unless it is above nothing."""
    made = import_report(text, "untitled")
    assert words(text) - words(made.text) <= empty_headings(text)


@given(st.one_of(markdown_texts, typed_reports()))
def test_every_record_can_be_read(text: str) -> None:
    """Whatever stands in a report, its record has no mistake, for editors too."""
    assume(forbidden(text) is None)
    made = import_report(text, "untitled")
    read(made.text)
    assert [*VALIDATOR.iter_errors(yaml.safe_load(made.text))] == []


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Go to a folder with a typed report."""
    (tmp_path / "OLD.md").write_text(TYPED, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_command_writes_a_record_that_builds(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A record is written under the issue's name; what was ticked is not proven."""
    typed = "warning: '❌' is typed, and marks are derived from evidence [typed-mark]"
    assert main(["import", "OLD.md"]) == ExitCode.OK
    held = "2 phases, 2 tasks, 1 blocker, 2 risks, 2 sections"
    assert capsys.readouterr().err.splitlines() == [
        f"wrote data/issue-42/record.yaml: {held}",
        f"data/issue-42/record.yaml:17:5: {typed}; delete it",
        "1 task claimed done, with nothing that proves it yet: add `acceptance:`",
        "next: reportgen build issue-42",
    ]
    assert main(["build", "issue-42"]) == ExitCode.CLAIMS_EXCEED_EVIDENCE
    report = (home / "reports" / "issue-42.md").read_text(encoding="utf-8")
    assert "❓ incomplete evidence" in report
    assert "1. Measure first." in report


def test_blocks_of_code_stay_blocks() -> None:
    """Tabs do not make one long quoted line of a section."""
    made = import_report("# A\n## B\n```make\nall:\n\techo\n```\n", "untitled")
    assert made.text.endswith(
        "    body: |\n      ```make\n      all:\n      \techo\n      ```\n"
    )
    assert str(read(made.text).sections[0].body) == "```make\nall:\n\techo\n```\n"


@pytest.mark.parametrize("page", ["mac_roman", "cp1252"])
def test_text_that_was_read_as_another_is_put_right(
    page: str, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where UTF-8 was read as something else, its marks are known all the same."""
    old = "# Store → rows\n\n- [x] **Café:** done\n\n## B\n\n✔ c — d\n"
    path = home / "OLD.md"
    path.write_text(old, encoding="utf-8")
    main(["import", "OLD.md", "straight"])
    capsys.readouterr()
    path.write_text(old.encode().decode(page), encoding="utf-8")
    assert main(["import", "OLD.md", "crooked"]) == ExitCode.OK
    assert f"had been read as {page}: that is put right" in capsys.readouterr().err
    straight, crooked = (
        (home / "data" / name / "record.yaml").read_text(encoding="utf-8")
        for name in ("straight", "crooked")
    )
    assert crooked == straight


def test_a_report_anywhere_gets_a_name(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without NAME, a record is called as its file is, as far as names go."""
    (home / "docs").mkdir()
    path = home / "docs" / "Final {{ x }} (2).md"
    path.write_text("text\n", encoding="utf-8")
    assert main(["import", str(path), "--data", "records"]) == ExitCode.OK
    assert capsys.readouterr().err.splitlines() == [
        "wrote records/Final-x-2/record.yaml: 1 section",
        "next: reportgen build Final-x-2 --data records",
    ]
    assert main(["build", "Final-x-2", "--data", "records"]) == ExitCode.OK


def test_nothing_is_written_over(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A record that is there stays as it is."""
    main(["import", "OLD.md", "old"])
    path = home / "data" / "old" / "record.yaml"
    path.write_text("title: mine\n", encoding="utf-8")
    capsys.readouterr()
    assert main(["import", "OLD.md", "old"]) == ExitCode.UNUSABLE
    assert "[record-exists]" in capsys.readouterr().err
    assert path.read_text(encoding="utf-8") == "title: mine\n"


@pytest.mark.parametrize(
    ("data", "line"),
    [
        pytest.param(None, "OLD.md:1:1: there is no such file [no-file]", id="no-file"),
        pytest.param(
            b"\n \n",
            "OLD.md:1:1: there is nothing in the file [empty-report]",
            id="empty",
        ),
        pytest.param(
            b"# A\n\x07", "OLD.md:2:1: U+0007 does not belong in a text", id="control"
        ),
        pytest.param(
            b"a" * 1_000_001,
            "OLD.md:1:1: no report that was typed has more than a million characters"
            " [too-large]",
            id="too-large",
        ),
    ],
)
def test_a_file_that_is_no_report_gets_one_line(
    data: bytes | None, line: str, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What cannot be read is said in one line, and nothing is written."""
    path = home / "OLD.md"
    path.unlink()
    if data is not None:
        path.write_bytes(data)
    assert main(["import", "OLD.md"]) == ExitCode.UNUSABLE
    said = capsys.readouterr().err
    assert said.startswith(line)
    assert said.count("\n") == 1
    assert not (home / "data").exists()


def test_our_own_reports_have_a_record_already(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What reportgen wrote is not taken for something typed."""
    main(["import", "OLD.md", "old"])
    main(["build", "old"])
    capsys.readouterr()
    assert main(["import", "reports/old.md", "again"]) == ExitCode.UNUSABLE
    assert "of the record 'old' [own-report]" in capsys.readouterr().err
    assert not (home / "data" / "again").exists()


def test_the_seed_is_understood() -> None:
    """The report that started it all gives its tasks, blockers, risks and files."""
    if not SEED.is_file():
        pytest.skip("the seed is not here")
    text = SEED.read_text(encoding="utf-8")
    made = import_report(text, "untitled")
    record = read(made.text)
    assert (record.issue, record.date) == ("1197", "2025-09-16")
    efforts = [(task.planned, task.actual) for task in record.all_tasks]
    assert [p.hours for p, _ in efforts if p] == [2, 2, 1, 1]
    assert [a.hours for _, a in efforts if a] == [1.5, 1, 1, 0.5]
    assert made.claims == len(efforts)
    assert [b.blocked_by for b in record.blockers] == [
        ("1181", "1182"),
        ("1183", "1186"),
    ]
    assert (len(record.phases), len(record.risks), len(record.files)) == (3, 8, 4)
    lines = [line for line in text.split("\n") if not re.match(r"#|\|| *\*\*T", line)]
    words = set(re.findall(r"\w{4,}", " ".join(lines)))
    fields = {"Generated", "Capability"}  # which have names of ours
    assert words - set(re.findall(r"\w{4,}", made.text)) == fields
