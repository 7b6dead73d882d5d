"""Cases of criteria that speak of other things, and of claims without any."""

from __future__ import annotations

import json
from collections.abc import Iterator

from reportgen.model import Status
from reportgen.selftest.case import (
    DAY,
    NOW,
    THREE,
    Case,
    case_of,
    plain_case,
    results_of,
)


def cases_of_others() -> Iterator[Case]:
    """Yield all of them."""
    yield from _files_and_figures()
    yield from _issues_and_commands()
    yield from _claims()


def _files_and_figures() -> Iterator[Case]:
    done, bad = Status.DONE, Status.INCOMPLETE
    file = "{file: data/a.txt, contains: word}"
    for title, text, status, code in (
        ("a file with the wanted text is there", "a word", done, ""),
        ("a file without the wanted text is not enough", "a", bad, "file-missing"),
    ):
        yield plain_case(title, file, status, code, a__txt=text)
    yield plain_case("a file that is missing is not there", file, bad, "file-missing")
    coverage = "coverage: {coverage: coverage.json}"
    measured = json.dumps(
        {
            "meta": {"format": 3, "version": "7"},
            "totals": {
                "percent_covered": 89.99,
                "covered_lines": 8999,
                "num_statements": 10000,
                "missing_lines": 1001,
            },
        }
    )
    failing, missed = Status.FAILING, "missed-target"
    for title, bound, status, code in (
        ("a figure that reaches its bound is enough", "at_least: 89.99", done, ""),
        (
            "a figure that rounds to its bound is not enough",
            "at_least: 90",
            failing,
            missed,
        ),
        ("a figure above its bound is too much", "at_most: 89", failing, missed),
    ):
        criterion = f"{{metric: coverage.percent, {bound}}}"
        yield plain_case(
            title, criterion, status, code, coverage, coverage__json=measured
        )
    yield plain_case(
        "a figure that nobody measured reaches nothing",
        "{metric: coverage.percent, at_least: 0}",
        bad,
        "no-evidence",
    )
    yield plain_case(
        "a figure of before reaches nothing now",
        "{metric: coverage.percent, at_least: 0}",
        bad,
        "no-evidence",
        "before: {coverage: coverage.json}",
        coverage__json=measured,
    )
    yield plain_case(
        "a figure of an unknown age reaches nothing where an age is asked for",
        "{metric: coverage.percent, at_least: 0}",
        bad,
        "stale-evidence",
        "coverage: {coverage: coverage.json, max_age: 12h}",
        coverage__json=measured,
    )
    yield plain_case(
        "a figure in a file that was cut short reaches nothing",
        "{metric: coverage.percent, at_least: 0}",
        bad,
        "evidence-truncated",
        coverage,
        coverage__json=measured[:-10],
    )
    yield case_of(
        "a figure of a run that is not whole reaches nothing",
        results_of(*THREE, exitcode=2),
        bad,
        "exit-code",
        task="acceptance: [{metric: tests.passed, at_least: 3}]",
    )


def _issues_and_commands() -> Iterator[Case]:
    done, bad = Status.DONE, Status.INCOMPLETE
    for state, status, code in (
        ("CLOSED", done, ""),
        ("OPEN", Status.BLOCKED, "waiting"),
    ):
        issue = json.dumps([{"number": 17, "title": "t", "state": state, "url": ""}])
        yield plain_case(
            f"work that waits for an issue is {status} when it is {state.lower()}",
            "{issue: 17}",
            status,
            code,
            "tracker: {issues: issues.json}",
            issues__json=issue,
        )
    yield plain_case(
        "an issue that was closed too long ago to know is not closed",
        "{issue: 17}",
        bad,
        "unknown-issue",
        "tracker: {issues: issues.json, max_age: 12h}",
        issues__json='[{"number": 17, "title": "t", "state": "CLOSED", "url": ""}]',
    )
    yield plain_case(
        "an issue that no tracker knows is not closed",
        "{issue: 17}",
        bad,
        "unknown-issue",
    )
    for title, exitcode, status, code in (
        ("a command that ended with 0 is done", 0, done, ""),
        ("a command that ended with 1 is failing", 1, Status.FAILING, "exit-code"),
        ("a command that never ended proves nothing", None, bad, "exit-code"),
    ):
        yield plain_case(
            title,
            "{command: make check}",
            status,
            code,
            "make: {commands: receipts.json}",
            receipts__json=json.dumps(
                [{"command": "make check", "exitcode": exitcode}]
            ),
        )
    receipt = {"command": "make check", "exitcode": 0, "started": NOW - DAY}
    for title, code, source, stamp in (
        (
            "a command whose stamp is broken proves nothing",
            "stamp-unreadable",
            "make: {commands: receipts.json}",
            {"receipts__json__stamp__json": "{"},
        ),
        (
            "a command that ended too long ago proves nothing",
            "stale-evidence",
            "make: {commands: receipts.json, max_age: 12h}",
            {},
        ),
    ):
        yield plain_case(
            title,
            "{command: make check}",
            bad,
            code,
            source,
            receipts__json=json.dumps(receipt),
            **stamp,
        )
    yield plain_case(
        "a command that was run before proves nothing of now",
        "{command: make check}",
        bad,
        "no-evidence",
        "before: {commands: receipts.json}",
        receipts__json=json.dumps(receipt),
    )
    yield plain_case(
        "a command that nobody ran proves nothing",
        "{command: make check}",
        bad,
        "no-evidence",
    )


def _claims() -> Iterator[Case]:
    attested = "attested: {by: lead, on: 2026-03-01}"
    for title, task, status, code in (
        (
            "a claim alone proves nothing",
            "owner: lead",
            Status.INCOMPLETE,
            "no-criterion",
        ),
        ("a word is attested, and not done", attested, Status.ATTESTED, ""),
        (
            "a word does not stand in for evidence",
            f"acceptance: [{{file: nowhere}}], {attested}",
            Status.INCOMPLETE,
            "file-missing",
        ),
        (
            "work that waits is blocked, whatever is claimed",
            "blocked_by: [17]",
            Status.BLOCKED,
            "waiting",
        ),
    ):
        yield Case(title=title, task=task, status=status, code=code, run=None)
