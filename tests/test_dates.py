"""Dates decide where git is silent, and dates that cannot be are found."""

import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from reportgen.assess.assess import assess
from reportgen.cli import main
from reportgen.merge import merge
from reportgen.model import (
    Attestation,
    Blocker,
    Date,
    Duration,
    ExitCode,
    History,
    Identifier,
    Prose,
    Record,
    Run,
    Selection,
    Stamp,
    SuccessCriterion,
    Tally,
    Task,
    Text,
)
from reportgen.model import (
    TestsCriterion as Wanted,
)
from reportgen.report import Report

TESTS = "tests/"
DAY = 86_400.0
MADE = 1_772_366_400.0  # 1 March 2026, noon
COMMIT = "1" * 40
UNCHANGED: dict[str, tuple[str, ...]] = {"t.json": ()}


def run(created: float | None = MADE, stamp: Stamp | None = None) -> Run:
    """Return a green run of one test."""
    tally = Tally(passed=1)
    return Run(
        evidence="tests",
        path="t.json",
        format="pytest",
        exitcode=0,
        created=created,
        tally=tally,
        selections={TESTS: Selection(tally=tally)},
        stamp=stamp,
    )


def judged(
    *runs: Run, now: float = MADE, date: str | None = None, **more: object
) -> Report:
    """Return the report on a task that `runs` prove, in a record of `date`."""
    parts = {name: more.pop(name) for name in ("criteria", "blockers") if name in more}
    criterion = Wanted(tests=Text(TESTS))
    record = Record(
        title=Prose("Work"),
        date=date and Date(date),
        tasks=(Task(title=Prose("a"), done=True, acceptance=(criterion,)),),
        **parts,  # type: ignore[arg-type]
    )
    return assess("work", merge(record, runs), files={}, now=now, **more)  # type: ignore[arg-type]


OLDER = "made on 2026-03-01, the record is dated 2026-03-03"


@pytest.mark.parametrize(
    ("evidence", "changed", "date", "reason"),
    [
        pytest.param(run(), {}, "2026-03-02", "", id="a-day-later"),
        pytest.param(run(), {}, "2026-03-03", OLDER, id="two-days-later"),
        pytest.param(
            run(stamp=Stamp(commit=COMMIT)), UNCHANGED, "2026-03-03", "", id="git-knows"
        ),
        pytest.param(
            run(stamp=Stamp(commit=COMMIT)), {}, "2026-03-03", OLDER, id="git-does-not"
        ),
        pytest.param(
            run(stamp=Stamp()), UNCHANGED, "2026-03-03", OLDER, id="no-commit"
        ),
        pytest.param(run(), UNCHANGED, "2026-03-03", OLDER, id="no-stamp"),
        pytest.param(
            run(None, Stamp(started=MADE)), {}, "2026-03-03", OLDER, id="begun-then"
        ),
        pytest.param(
            run(MADE + 9 * DAY, Stamp(started=MADE)), {}, "2026-03-03", "", id="ended"
        ),
        pytest.param(run(None), {}, "2026-03-03", "", id="nobody-knows"),
        pytest.param(run(), {}, "2026-03-03T01:00+09:00", "", id="day-elsewhere"),
    ],
)
def test_evidence_is_not_older_than_the_record(
    evidence: Run, changed: dict[str, tuple[str, ...]], date: str, reason: str
) -> None:
    """It may be a day older, as days end elsewhere, and git's word counts for more."""
    report = judged(evidence, date=date, history=History(changed=changed))
    assert report.runs[0].reason == reason


@pytest.fixture
def _in_tokyo(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="needs tzset")
@pytest.mark.usefixtures("_in_tokyo")
def test_a_day_is_the_same_wherever_the_report_is_built() -> None:
    """The clock of the machine moves neither a record's date nor that of a run."""
    assert judged(run(), date="2026-03-03").runs[0].reason == OLDER


@pytest.mark.parametrize(
    ("limit", "age", "reason"),
    [
        pytest.param(None, 99 * DAY, "", id="no-limit"),
        pytest.param(DAY, DAY, "", id="just-in-time"),
        pytest.param(
            DAY, DAY + 1, "made on 2026-03-01, older than its largest age", id="too-old"
        ),
    ],
)
def test_the_largest_age_of_a_project_counts(
    limit: float | None, age: float, reason: str
) -> None:
    """Where neither record nor evidence has a limit, the configuration's holds."""
    most = None if limit is None else Duration(low=limit, high=limit)
    report = judged(run(), now=MADE + age, max_age=most)
    assert report.runs[0].reason == reason


def test_without_a_date_evidence_has_no_age() -> None:
    """Where there is a limit, what does not say when it was made is stale."""
    report = judged(run(None), max_age=Duration(low=DAY, high=DAY))
    assert report.runs[0].reason == "its age is not known"


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (1, "1 file changed since: 0.py"),
        (2, "2 files changed since: 0.py, 1.py"),
        (3, "3 files changed since: 0.py, 1.py and 1 more"),
        (1_003, "1,003 files changed since: 0.py, 1.py and 1,001 more"),
    ],
)
def test_the_first_files_that_changed_are_named(number: int, reason: str) -> None:
    """The others are counted."""
    changed = tuple(f"{at}.py" for at in range(number))
    report = judged(run(), history=History(changed={"t.json": changed}))
    assert report.runs[0].reason == reason


def test_each_file_goes_stale_by_its_own_changes() -> None:
    """That one file is asked about a task says nothing of the next."""
    runs = [run(), msgspec.structs.replace(run(), path="u.json")]
    changed = {"t.json": ("a.py",), "u.json": ("b.py", "c.py")}
    report = judged(*runs, history=History(changed=changed))
    assert [state.reason for state in report.runs] == [
        "1 file changed since: a.py",
        "2 files changed since: b.py, c.py",
    ]


VOUCHED = Attestation(by=Text("lead"), on=Date("2026-03-04"))
YET_TO_COME = "dated 2026-03-04, which is yet to come"


def said(report: Report) -> list[str]:
    """Return what is said of dates, and what to do."""
    found = [each for each in report.findings if each.code == "far-date"]
    assert {each.hint for each in found} <= {"correct the date"}
    assert {str(each.severity) for each in found} <= {"warning"}
    return [each.message for each in found]


@pytest.mark.parametrize(
    ("parts", "now", "expected"),
    [
        pytest.param({"date": "2026-03-04"}, MADE, [YET_TO_COME], id="record"),
        pytest.param({"date": "2026-03-04"}, MADE + 2 * DAY, [], id="tomorrow"),
        pytest.param(
            {"criteria": (SuccessCriterion(text=Prose("s"), attested=VOUCHED),)},
            MADE,
            [YET_TO_COME],
            id="success",
        ),
        pytest.param(
            {
                "blockers": (
                    Blocker(id=Identifier("b"), title=Prose("b"), attested=VOUCHED),
                )
            },
            MADE,
            [YET_TO_COME],
            id="blocker",
        ),
    ],
)
def test_no_date_is_yet_to_come(
    parts: dict[str, object], now: float, expected: list[str]
) -> None:
    """It may be a day ahead, as days begin elsewhere."""
    assert said(judged(run(), now=now, **parts)) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("evidence", "date", "expected"),
    [
        pytest.param([run()], "2026-01-30", [], id="thirty-days"),
        pytest.param(
            [run()],
            "2026-01-29",
            ["dated 2026-01-29, but its evidence was made on 2026-03-01"],
            id="more-than-thirty",
        ),
        pytest.param(
            [run(MADE - 300 * DAY), run()],
            "2026-01-29",
            ["dated 2026-01-29, but its evidence was made on 2026-03-01"],
            id="the-newest-counts",
        ),
        pytest.param([run(None)], "2026-01-29", [], id="nobody-knows"),
        pytest.param([], "2026-01-29", [], id="no-evidence"),
        pytest.param([run()], None, [], id="no-date"),
    ],
)
def test_a_record_is_not_dated_long_before_its_evidence(
    evidence: list[Run], date: str | None, expected: list[str]
) -> None:
    """The wrong month, most often."""
    assert said(judged(*evidence, date=date)) == expected


def test_what_git_says_is_passed_on() -> None:
    """Where git refuses, the user hears why, and what that means."""
    report = judged(run(), history=History(problem="dubious ownership"))
    (found,) = report.findings
    assert (found.code, found.message, found.hint) == (
        "git-refuses",
        "git does not say what changed: dubious ownership",
        "do what git asks for, or evidence is judged by dates alone",
    )


@pytest.mark.parametrize(
    ("date", "shown"),
    [
        ("2026-03-01", "2026-03-01"),
        ("2026-03-01 14:30 UTC", "2026-03-01 14:30Z"),
        ("2026-03-01T14:30:05Z", "2026-03-01T14:30:05Z"),
        ("2026-03-01 UTC", None),
        ("2026-02-30 14:30 UTC", None),
        ("2026-03-01 14:30 CET", None),
    ],
)
def test_a_time_names_its_zone(
    date: str, shown: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """UTC is known by its name, too; of others nobody knows when they change."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "x.yaml").write_text(f"title: x\ndate: {date}\n")
    monkeypatch.chdir(tmp_path)
    code = main(["build", "x"])
    assert code == (ExitCode.UNUSABLE if shown is None else ExitCode.OK)
    report = tmp_path / "reports" / "x.md"
    text = report.read_text(encoding="utf-8") if report.exists() else ""
    assert (f"- **Date:** {shown}\n" in text) == (shown is not None)
