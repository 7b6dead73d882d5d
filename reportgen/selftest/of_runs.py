"""Cases of the rule for a green run, line by line."""

from __future__ import annotations

from collections.abc import Iterator

from reportgen.model import Status
from reportgen.selftest.case import (
    RECORD,
    TESTS,
    THREE,
    Case,
    a_test,
    case_of,
    module_of,
    results_of,
)


def cases_of_runs() -> Iterator[Case]:
    """Yield all of them."""
    yield from _exit_codes()
    yield from _completeness()
    yield from _outcomes()
    yield from _disagreement()
    yield from _staleness()
    yield from _unreadable()


def _exit_codes() -> Iterator[Case]:
    good, bad = results_of(*THREE), Status.INCOMPLETE
    yield case_of("three tests that passed are done", good, Status.DONE)
    for code in (1, 2, 3, 4, 5, 77):
        title = f"exit code {code} is not green, whatever passed"
        yield case_of(title, results_of(*THREE, exitcode=code), bad, "exit-code")
    unknown = results_of(*THREE, exitcode=...)
    yield case_of("an exit code that is not there is not 0", unknown, bad, "exit-code")
    yield case_of(
        "a process that failed is not green, though its file says 0",
        good,
        bad,
        "exit-code-differs",
        tests__json__stamp__json='{"exitcode": 1}',
    )
    yield case_of(
        "a process that failed is not green, though its file says nothing",
        unknown,
        bad,
        "exit-code",
        tests__json__stamp__json='{"exitcode": 2}',
    )


def _completeness() -> Iterator[Case]:
    bad, cut = Status.INCOMPLETE, ("lost-tests", "unfinished-tests")
    yield case_of(
        "zero tests are not green", results_of(), bad, "no-tests", code="no-match"
    )
    yield case_of(
        "tests that were counted and are not there are not green",
        results_of(tests=..., summary={"passed": 3, "total": 3, "collected": 3}),
        bad,
        "no-detail",
    )
    yield case_of(
        "a test that was lost is not green",
        results_of(*THREE, summary={"passed": 3, "total": 3, "collected": 4}),
        bad,
        "lost-tests",
    )
    for phase, test in (
        ("call", a_test("d", call=None)),
        ("teardown", a_test("d", teardown=None)),
    ):
        title = f"a test without its {phase} did not finish"
        yield case_of(title, results_of(*THREE, test), bad, *cut)
    yield case_of(
        "a test that did not finish is seen where nobody counted the collected",
        results_of(*THREE, a_test("d", call=None), summary={"passed": 4, "total": 4}),
        bad,
        *cut,
    )
    yield case_of(
        "a run of the tests that failed last is not whole",
        results_of(*THREE),
        bad,
        "partial-run",
        tests__json__stamp__json='{"exitcode": 0, "argv": ["pytest", "--lf"]}',
    )
    yield case_of(
        "a module that was not collected is not green, whatever else passed",
        results_of(
            *THREE,
            exitcode=1,
            collectors=[module_of("lib/test_z.py", outcome="failed")],
        ),
        Status.DONE,  # it is no module of the task
        "exit-code",
        "failed-collector",
        code="",
    )


def _outcomes() -> Iterator[Case]:
    yield case_of(
        "a test that failed elsewhere is not green, and others still stand",
        results_of(*THREE, a_test("d", "failed"), exitcode=1),
        Status.DONE,
        "exit-code",
        "failed-tests",
        code="",
        task="acceptance: [{tests: tests/test_a.py}]",
    )
    yield case_of(
        "a test that failed is not green, though the exit code is 0",
        results_of(*THREE, a_test("d", "failed")),
        Status.FAILING,
        "failed-tests",
    )
    yield case_of(
        "a test whose teardown broke is not green, though it passed",
        results_of(*THREE, a_test("d", "error", call="passed", teardown="failed")),
        Status.FAILING,
        "failed-tests",
    )
    yield case_of(
        "an outcome that nobody knows is not good",
        results_of(*THREE, a_test("d", "subtests passed")),
        Status.INCOMPLETE,
        "unknown-outcome",
    )


def _disagreement() -> Iterator[Case]:
    yield case_of(
        "a summary of more tests than there are is not green",
        results_of(*THREE, summary={"passed": 4, "total": 4, "collected": 3}),
        Status.INCOMPLETE,
        "count-mismatch",
    )
    yield case_of(
        "a summary that knows of a failure is not green",
        results_of(*THREE, summary={"passed": 2, "failed": 1, "total": 3}),
        Status.INCOMPLETE,
        "count-mismatch",
    )


def _staleness() -> Iterator[Case]:
    good, stale = results_of(*THREE), "stale-evidence"
    for title, record in (
        ("evidence that is older than its largest age is stale", "max_age: 12h\n"),
        (
            "evidence that is older than the record's date is stale",
            "date: 2026-03-03\n",
        ),
    ):
        yield case_of(title, good, Status.INCOMPLETE, stale, record=RECORD + record)
    yield case_of(
        "evidence of an unknown age is stale where an age is asked for",
        results_of(*THREE, created=...),
        Status.INCOMPLETE,
        stale,
        record=f"{RECORD}max_age: 12h\n",
    )
    title = "evidence that is young enough is not stale"
    yield case_of(title, good, Status.DONE, record=f"{RECORD}max_age: 2 days\n")


def _unreadable() -> Iterator[Case]:
    good = results_of(*THREE)
    for title, text, code in (
        ("a file that was cut short proves nothing", good[:-40], "evidence-truncated"),
        ("an empty file proves nothing", "", "evidence-empty"),
        ("a file of something else proves nothing", "[1, 2]", "evidence-format"),
        ("a file that is no JSON proves nothing", "<html>", "evidence-format"),
    ):
        yield case_of(title, text, Status.INCOMPLETE, code)
    yield Case(
        title="a file that is not there proves nothing",
        task=TESTS,
        status=Status.INCOMPLETE,
        code="evidence-missing",
        run=("evidence-missing",),
        record=RECORD,
    )
