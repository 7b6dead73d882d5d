"""Findings that somebody answers for: they pass, for a time, and stay seen."""

import json
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen import pipeline, records
from reportgen.assess.waivers import waivers_of
from reportgen.cli import main
from reportgen.load.config import Config
from reportgen.load.found import find_records
from reportgen.model import (
    NOWHERE,
    Date,
    Diagnostic,
    ExitCode,
    Place,
    Prose,
    Severity,
    Text,
    Waiver,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC).timestamp()
RECORD = """\
title: Work
evidence:
  tests: {pytest: results.json}
tasks:
  - id: store
    title: Store
    done: true
    acceptance: [{tests: tests/, in: tests}, {file: store.py}]
  - id: words
    title: Words
    done: true
    acceptance: [{file: words.md}]
  - {id: claim, title: Claim, done: true}
"""
# What is wrong: evidence-missing at the evidence and at the store's tests, and
# file-missing at the store's file and at the words'; the claim has no criterion.


def built(folder: Path, waivers: str = "") -> pipeline.Built:
    """Return the report of the record with `waivers`, of which it may have several."""
    (folder / "data" / "x").mkdir(parents=True, exist_ok=True)
    text = RECORD + (f"waivers:\n{waivers}" if waivers else "")
    (folder / "data" / "x" / "record.yaml").write_text(text)
    config = Config(root=folder)
    (source,) = records.read(["x"], config)
    return pipeline.build(source, config, now=NOW)


def waiver(code: str, of: str = "", expires: str = "2026-03-01") -> str:
    """Return the YAML of one waiver."""
    limit = f", of: {of}" if of else ""
    return (
        f"  - {{code: {code}, owner: lead, reason: it *must* be, expires:"
        f" {expires}{limit}}}\n"
    )


def errors(built: pipeline.Built) -> list[tuple[str, int]]:
    """Return the code and the line of each error."""
    return [
        (finding.code, finding.place.line)
        for finding in built.findings
        if finding.severity is Severity.ERROR
    ]


def test_without_a_waiver_all_of_it_is_wrong(tmp_path: Path) -> None:
    """The record of these tests claims what nothing shows."""
    assert errors(built(tmp_path)) == [
        ("evidence-missing", 3),
        ("evidence-missing", 8),
        ("file-missing", 8),
        ("file-missing", 12),
        ("no-criterion", 13),
    ]


@pytest.mark.parametrize(
    ("waivers", "left"),
    [
        pytest.param(waiver("file-missing"), [3, 8, 13], id="everywhere"),
        pytest.param(waiver("file-missing", "words"), [3, 8, 8, 13], id="of-a-task"),
        pytest.param(
            waiver("evidence-missing", "tests"), [8, 12, 13], id="of-evidence"
        ),
        pytest.param(waiver("evidence-missing", "store"), [3, 8, 12, 13], id="of-both"),
        pytest.param(
            waiver("file-missing", "data/x/record.yaml"), [3, 8, 13], id="of-a-path"
        ),
        pytest.param(waiver("no-criterion", "claim"), [3, 8, 8, 12], id="of-a-claim"),
        pytest.param(
            waiver("no-criterion", "words"), [3, 8, 8, 12, 13], id="elsewhere"
        ),
        pytest.param(waiver("exit-code"), [3, 8, 8, 12, 13], id="of-another-code"),
    ],
)
def test_a_waiver_reaches_as_far_as_it_says(
    tmp_path: Path, waivers: str, left: list[int]
) -> None:
    """What a waiver does not name stays wrong."""
    assert [line for _, line in errors(built(tmp_path, waivers))] == left


ALL = waiver("file-missing") + waiver("evidence-missing") + waiver("no-criterion")


def test_only_the_exit_code_changes(tmp_path: Path) -> None:
    """All of it waived is exit code 0, with every status and verdict as before."""
    before, after = built(tmp_path), built(tmp_path, ALL)
    assert (before.exit_code, after.exit_code) == (1, ExitCode.OK)
    for plain, waived in zip(before.report.tasks, after.report.tasks, strict=True):
        assert (plain.status, plain.reason) == (waived.status, waived.reason)
    assert before.report.verdict == after.report.verdict
    assert "✅" not in after.text


def test_the_report_shows_what_is_waived(tmp_path: Path) -> None:
    """A reader sees what was wrong, who answers for it, until when, and why."""
    text = built(tmp_path, ALL).text
    assert "## Claims without proof" not in text
    _, _, section = text.partition("## Waived")
    lines = [line for line in section.splitlines() if line.startswith("- ")]
    assert len([line for line in lines if "lead answers for it" in line]) == 5
    assert "until 2026-03-01: it *must* be" in lines[0]


@pytest.mark.parametrize(
    ("expires", "counts"),
    [
        pytest.param("2026-03-02", True, id="tomorrow"),
        pytest.param("2026-03-01", True, id="on-its-last-day"),
        pytest.param("2026-02-28", False, id="yesterday"),
        pytest.param("2026-03-01T12:01Z", True, id="in-a-minute"),
        pytest.param("2026-03-01T12:00Z", True, id="in-its-last-moment"),
        pytest.param("2026-03-01T11:59Z", False, id="a-minute-ago"),
        pytest.param("2026-03-01T12:30+01:00", False, id="in-another-zone"),
    ],
)
def test_a_waiver_expires_by_itself(
    tmp_path: Path, expires: str, *, counts: bool
) -> None:
    """After its last day a waiver counts for nothing, and says so."""
    result = built(tmp_path, waiver("no-criterion", expires=expires))
    assert ("no-criterion" not in dict(errors(result))) is counts
    codes = [finding.code for finding in result.findings]
    assert ("waiver-expired" in codes) is not counts
    assert "waiver-unused" not in codes


def test_a_waiver_that_nothing_needs_is_to_be_deleted(tmp_path: Path) -> None:
    """What was waived and is mended leaves a warning, not an error."""
    result = built(tmp_path, waiver("flaky-tests"))
    (found,) = [f for f in result.findings if f.code == "waiver-unused"]
    assert (found.severity, found.place.line) == (Severity.WARNING, 15)


def said(built: pipeline.Built, code: str) -> list[tuple[str, str, Severity]]:
    """Return message, hint and severity of each finding with `code`."""
    return [
        (finding.message, finding.hint, finding.severity)
        for finding in built.findings
        if finding.code == code
    ]


def test_a_waiver_is_seen_wherever_it_counts(tmp_path: Path) -> None:
    """Who answers for it, and until when, stands where the error would stand."""
    plain = said(built(tmp_path), "file-missing")
    waived = said(built(tmp_path, waiver("file-missing")), "file-missing")
    words = " (waived by lead until 2026-03-01)"
    assert waived == [
        (f"{message}{words}", hint, Severity.WARNING) for message, hint, _ in plain
    ]
    assert len(waived) == 2


def test_a_waiver_that_counts_for_nothing_says_what_to_do(tmp_path: Path) -> None:
    """One that expired is not prolonged, one that nothing needs is deleted."""
    waivers = waiver("no-criterion", expires="2026-02-01") + waiver("flaky-tests")
    result = built(tmp_path, waivers)
    assert said(result, "waiver-expired") == [
        (
            "the waiver of 'no-criterion' expired on 2026-02-01",
            "mend what it was for, and delete it",
            Severity.WARNING,
        )
    ]
    assert said(result, "waiver-unused") == [
        (
            "nothing needs the waiver of 'flaky-tests'",
            "delete it, or correct its `code` and `of`",
            Severity.WARNING,
        )
    ]


def test_nobody_can_answer_alone_for_a_weaker_gate(tmp_path: Path) -> None:
    """That a gate was loosened cannot be waived by who loosened it."""
    report = built(tmp_path, waiver("weakened")).report
    loosened = Diagnostic(NOWHERE, "weakened", "a task was removed")
    assert waivers_of(report, NOW).apply([loosened]) == ((loosened,), ())


def test_a_warning_needs_no_waiver(tmp_path: Path) -> None:
    """Who answers for an error does not answer for a hint of the same name."""
    report = built(tmp_path, waiver("file-missing")).report
    hint = Diagnostic(NOWHERE, "file-missing", "m", severity=Severity.WARNING)
    error = Diagnostic(NOWHERE, "file-missing", "m")
    living = waivers_of(report, NOW)
    assert living.apply([hint]) == ((hint,), ())
    ((softened,), (waived,)) = living.apply([error])
    assert (softened.severity, waived.finding) == (Severity.WARNING, error)


SEVERAL = """\
title: Work
evidence:
  before: {pytest: before.json}
  tests: {pytest: results.json}
  other: {pytest: other.json}
tasks:
  - id: store
    title: Store
    done: true
    acceptance:
      - {fixed: tests/}
      - {tests: tests/}
      - {tests: tests/, in: other}
      - {fixed: tests/, from: other, in: tests}
criteria:
  - {text: All is well, acceptance: [{tests: tests/}]}
waivers:
  - {code: x, of: tests, owner: lead, reason: it must be, expires: 2026-03-01}
"""


def test_a_waiver_of_evidence_reaches_what_rests_on_it_alone(tmp_path: Path) -> None:
    """Its line in the record, its files, and each criterion that needs no other."""
    phase = {"outcome": "passed", "duration": 0.1}
    test = {"nodeid": "tests/a.py::test_a", "outcome": "passed"}
    test |= {"setup": phase, "call": phase, "teardown": phase}
    data = {"created": NOW, "exitcode": 0, "summary": {}, "tests": [test]}
    (tmp_path / "data" / "x").mkdir(parents=True)
    for name in ("before", "results", "other"):
        text = json.dumps(data if name != "other" else data | {"tests": []})
        (tmp_path / "data" / "x" / f"{name}.json").write_text(text)
    path = tmp_path / "data" / "x" / "record.yaml"
    path.write_text(SEVERAL)
    config = Config(root=tmp_path)
    (source,) = records.read(["x"], config)
    report = pipeline.testify(source, config, now=NOW)
    criteria = [
        state.criterion.place
        for owner in (*report.tasks, *report.success)
        for state in owner.criteria
    ]
    evidence = [each.place for each in report.record.evidence.values()]
    files = [Place(f"data/x/{n}.json") for n in ("before", "results", "other")]
    places = (*evidence, *files, *criteria)
    findings = [Diagnostic(place, "x", "m") for place in places]
    _, waived = waivers_of(report, NOW).apply(findings)
    reached = {(each.finding.place.path, each.finding.place.line) for each in waived}
    assert reached == {
        ("data/x/record.yaml", 4),
        ("data/x/record.yaml", 11),
        ("data/x/record.yaml", 12),
        ("data/x/record.yaml", 14),
        ("data/x/record.yaml", 16),
        ("data/x/results.json", 1),
    }


def test_a_finding_about_the_finished_text_can_be_waived(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A dead link is found in the report, and a waiver reaches it all the same."""
    folder = tmp_path / "data"
    folder.mkdir()
    text = 'title: Work\nimpact: "[a page](nowhere.md)"\n'
    (folder / "x.yaml").write_text(text)
    monkeypatch.chdir(tmp_path)
    assert main(["check", "x"]) == 1
    later = waiver("dead-link", expires="2999-01-01")
    (folder / "x.yaml").write_text(f"{text}waivers:\n{later}")
    assert main(["check", "x"]) == 0


# --- Whatever is waived --------------------------------------------------------

CODES = ["file-missing", "evidence-missing", "no-criterion", "weakened", "x"]
waivers = st.builds(
    Waiver,
    code=st.sampled_from(CODES).map(Text),
    owner=st.just(Text("lead")),
    reason=st.just(Prose("why")),
    expires=st.sampled_from(["2026-02-01", "2026-03-01", "2027-01-01"]).map(Date),
    of=st.sampled_from(
        [None, "store", "words", "tests", "data/x/record.yaml", "x"]
    ).map(lambda name: name and Text(name)),
)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> records.Source:
    """Return the record of these tests."""
    folder = tmp_path_factory.mktemp("project")
    built(folder)
    (read,) = records.read(["x"], Config(root=folder))
    assert find_records(folder / "data")
    return read


@given(st.lists(waivers, max_size=4))
def test_no_waiver_makes_anything_green(
    source: records.Source, given_waivers: list[Waiver]
) -> None:
    """Whatever is waived, all that a report derives is what it is without waivers."""
    config = Config(root=source.path.parents[2])
    plain = pipeline.testify(source, config, now=NOW)
    record = msgspec.structs.replace(source.record, waivers=tuple(given_waivers))
    waived = pipeline.testify(
        msgspec.structs.replace(source, record=record), config, now=NOW
    )
    for name in ("verdict", "reason", "phases", "runs", "success", "blockers"):
        assert getattr(plain, name) == getattr(waived, name)
    assert [t.status for t in plain.tasks] == [t.status for t in waived.tasks]
    assert len(plain.findings) == len(waived.findings)
    assert len(plain.errors) == len(waived.errors) + len(waived.waived)
