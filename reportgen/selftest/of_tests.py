"""Cases of criteria that speak of tests."""

from __future__ import annotations

from collections.abc import Iterator

from reportgen.model import Status
from reportgen.selftest.case import (
    TESTS,
    THREE,
    Case,
    a_test,
    case_of,
    module_of,
    results_of,
)


def cases_of_tests() -> Iterator[Case]:
    """Yield all of them."""
    yield from _tests()
    yield from _expected()
    yield from _fixed()
    yield from _collected()


def _tests() -> Iterator[Case]:
    good, bad = results_of(*THREE), Status.INCOMPLETE
    skipped = [a_test(name, "skipped", call=None) for name in "xy"]
    for title, results, code, criterion in (
        ("no match proves nothing", good, "no-match", "{tests: nowhere/}"),
        (
            "too few tests prove too little",
            good,
            "too-few-tests",
            "{tests: tests/, at_least: 4}",
        ),
        (
            "tests that were skipped prove nothing",
            results_of(*skipped),
            "only-skipped",
            "{tests: tests/}",
        ),
    ):
        yield case_of(title, results, bad, code=code, task=f"acceptance: [{criterion}]")
    yield case_of(
        "one criterion of two is not enough",
        good,
        bad,
        code="no-match",
        task="acceptance: [{tests: tests/}, {tests: nowhere/}]",
    )
    yield case_of(
        "a module of the task that was not collected is failing",
        results_of(*THREE, collectors=[module_of("tests/test_z.py", outcome="failed")]),
        Status.FAILING,
        "failed-collector",
    )
    yield case_of(
        "exit code 0 is not believed where a module was not collected",
        results_of(*THREE, collectors=[module_of("other/test_z.py", outcome="failed")]),
        bad,
        "failed-collector",
    )
    yield case_of(
        "a test that passed only when it was rerun is flaky",
        results_of(*THREE, a_test("d", "rerun", call="passed")),
        Status.FLAKY,
        code="flaky-tests",
    )
    yield case_of(
        "a shard in which nothing ran proves nothing of it",
        good,
        bad,
        "no-tests",
        record="evidence: {tests: {pytest: {a: tests.json, b: idle.json}}}\n",
        idle__json=results_of(),
    )
    yield Case(
        title="no test results at all prove nothing",
        task=TESTS,
        status=bad,
        code="no-evidence",
        run=None,
    )


def _expected() -> Iterator[Case]:
    task = "acceptance: [{tests: tests/, expect: failed, at_least: 2}]"
    two = [a_test("a", "failed"), a_test("b", "failed")]
    failed = ("exit-code", "failed-tests")
    title = "tests that fail as they are meant to are done"
    yield case_of(
        title, results_of(*two, exitcode=1), Status.DONE, *failed, code="", task=task
    )
    yield case_of(
        "a test that passes and is meant to fail is news",
        results_of(*two, a_test("c"), exitcode=1),
        Status.FAILING,
        *failed,
        code="unexpected-outcome",
        task=task,
    )
    yield case_of(
        "a test that breaks has not failed as it was meant to",
        results_of(*two, a_test("c", "error", setup="failed", call=None), exitcode=1),
        Status.FAILING,
        *failed,
        code="failed-tests",
        task=task,
    )
    yield case_of(
        "too few tests that fail prove too little",
        results_of(two[0], exitcode=1),
        Status.INCOMPLETE,
        *failed,
        code="too-few-tests",
        task=task,
    )
    yield case_of(
        "no test has not failed as it was meant to",
        results_of(),
        Status.INCOMPLETE,
        "no-tests",
        code="no-match",
        task=task,
    )
    title = "a file that was cut short shows no expected failure"
    cut = results_of(*two, exitcode=1)[:-40]
    yield case_of(title, cut, Status.INCOMPLETE, "evidence-truncated", task=task)


def _fixed() -> Iterator[Case]:
    task = "acceptance: [{fixed: tests/, from: before}]"
    record = "evidence: {tests: {pytest: tests.json}, before: {pytest: before.json}}\n"
    now = results_of(*THREE)
    broken = results_of(a_test("a", "failed"), exitcode=1)
    gone = results_of(a_test("a", "failed"), a_test("gone", "failed"), exitcode=1)
    collector = module_of("tests/test_a.py", outcome="failed")
    uncollected = results_of(exitcode=2, collectors=[collector])
    for title, before, status, code in (
        ("what failed before and passes now is fixed", broken, Status.DONE, ""),
        (
            "what was not collected before and passes now is fixed",
            uncollected,
            Status.DONE,
            "",
        ),
        (
            "what passed before was not fixed",
            now,
            Status.INCOMPLETE,
            "not-failing-before",
        ),
        (
            "a test that vanished was not fixed",
            gone,
            Status.INCOMPLETE,
            "vanished-tests",
        ),
        (
            "a broken file of before proves nothing",
            "{",
            Status.INCOMPLETE,
            "evidence-truncated",
        ),
    ):
        yield case_of(
            title, now, status, code=code, task=task, record=record, before__json=before
        )
    for word, call in (("skipped", None), ("xfailed", "skipped")):
        yield case_of(
            f"a test that failed before and is {word} now was not fixed",
            results_of(a_test("a", word, call=call), *THREE[1:]),
            Status.INCOMPLETE,
            code="only-skipped",
            task=task,
            record=record,
            before__json=broken,
        )
    for now, code, words in (
        (results_of(*THREE[1:]), "vanished-tests", "and is gone"),
        (
            results_of(a_test("a", "skipped", call=None), *THREE[1:]),
            "only-skipped",
            "and is skipped now",
        ),
    ):
        yield case_of(
            f"what was not collected before {words} was not fixed",
            now,
            Status.INCOMPLETE,
            code=code,
            task=task,
            record=record,
            before__json=uncollected,
        )
    yield case_of(
        "without results of before nothing was fixed",
        results_of(*THREE),
        Status.INCOMPLETE,
        code="no-evidence",
        task="acceptance: [{fixed: tests/}]",
    )
    yield case_of(
        "what still fails is not fixed",
        broken,
        Status.FAILING,
        "exit-code",
        "failed-tests",
        code="failed-tests",
        task=task,
        record=record,
        before__json=broken,
    )


def _collected() -> Iterator[Case]:
    names = [f"tests/test_a.py::test_{i}" for i in range(3)]
    whole = results_of(
        summary={"total": 0, "collected": 3},
        collectors=[module_of("tests/test_a.py", *names)],
    )
    broken = results_of(
        summary={"total": 0, "collected": 3},
        exitcode=2,
        collectors=[
            module_of("tests/test_a.py", *names),
            module_of("tests/test_b.py", outcome="failed"),
        ],
    )
    cut = results_of(summary={"total": 0, "collected": 3}, exitcode=2)
    for title, results, status, code, criterion in (
        ("tests that are collected are done", whole, Status.DONE, "", "at_least: 3"),
        (
            "too few collected prove too little",
            whole,
            Status.INCOMPLETE,
            "too-few-tests",
            "at_least: 4",
        ),
        (
            "none collected prove nothing",
            results_of(),
            Status.INCOMPLETE,
            "no-match",
            "at_least: 1",
        ),
    ):
        task = f"acceptance: [{{collected: tests/, {criterion}}}]"
        yield case_of(title, results, status, "no-tests", code=code, task=task)
    for title, criterion in (
        ("the same tests collected twice prove too little", "collected: tests/"),
        ("a figure of them proves too little, too", "metric: tests.collected"),
    ):
        yield case_of(
            title,
            whole,
            Status.INCOMPLETE,
            "no-tests",
            code="too-few-tests",
            task=f"acceptance: [{{{criterion}, at_least: 6}}]",
            record="evidence: {tests: {pytest: [tests.json, again.json]}}\n",
            again__json=whole,
        )
    task = "acceptance: [{collected: tests/}]"
    yield case_of(
        "a module that cannot be collected is failing",
        broken,
        Status.FAILING,
        "exit-code",
        "failed-collector",
        "no-tests",
        code="failed-collector",
        task=task,
    )
    yield case_of(
        "a collection that was interrupted proves nothing",
        cut,
        Status.INCOMPLETE,
        "exit-code",
        "no-tests",
        task=task,
    )
    yield Case(
        title="no test results at all show nothing collected",
        task=task,
        status=Status.INCOMPLETE,
        code="no-evidence",
        run=None,
    )
