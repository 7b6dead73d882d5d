"""The built-in cases of the selftest: what a task may be called, given its evidence."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from reportgen.model import Json, Status, Value

NOW = 1_772_366_400.0  # 2026-03-01: cases are judged on that day, whenever they are
_DAY = 86_400


class Case(Value, frozen=True, kw_only=True):
    """What must be true of one task that is claimed done, and of its evidence.

    `task` is what the task says beside that, `record` what the record says beside
    the task, both in YAML.  `run` are the codes of all that is wrong with the run
    called `tests`, None where there is no such run.
    """

    title: str
    task: str
    status: Status
    code: str = ""
    run: tuple[str, ...] | None = ()
    files: Mapping[str, str] = {}
    record: str = ""


def built_in() -> Iterator[Case]:
    """Yield every case: the rule for a green run, each kind of criterion, claims."""
    yield from _exit_codes()
    yield from _completeness()
    yield from _outcomes()
    yield from _disagreement()
    yield from _staleness()
    yield from _unreadable()
    yield from _tests()
    yield from _expected()
    yield from _fixed()
    yield from _collected()
    yield from _files_and_figures()
    yield from _issues_and_commands()
    yield from _claims()


# --- Evidence ------------------------------------------------------------------

_TESTS = "acceptance: [{tests: tests/}]"
_RECORD = "evidence: {tests: {pytest: tests.json}}\n"


def _test(name: str, outcome: str = "passed", **phases: str | None) -> Json:
    """Return a test as pytest-json-report has it; a phase that is None is missing."""
    ends = {"setup": "passed", "call": outcome, "teardown": "passed", **phases}
    return {
        "nodeid": f"tests/test_{name}.py::test",
        "lineno": 0,
        "outcome": outcome,
        **{p: {"outcome": e, "duration": 0.1} for p, e in ends.items() if e},
    }


_THREE = (_test("a"), _test("b"), _test("c"))


def _results(*tests: Json, **changes: object) -> str:
    """Return a file of pytest-json-report of `tests`; a change to `...` deletes."""
    words = [str(test["outcome"]) for test in tests]
    counts = {word: words.count(word) for word in words}
    data = {
        "created": NOW - _DAY,
        "duration": 1.0,
        "exitcode": 0,
        "summary": {**counts, "total": len(tests), "collected": len(tests)},
        "tests": list(tests),
        **changes,
    }
    return json.dumps({key: value for key, value in data.items() if value is not ...})


def _collector(nodeid: str, *collected: str, outcome: str = "passed") -> Json:
    return {
        "nodeid": nodeid,
        "outcome": outcome,
        "result": [
            {"nodeid": each, "type": "Function", "lineno": 0} for each in collected
        ],
    }


def _case(
    title: str,
    results: str,
    status: Status,
    *run: str,
    code: str | None = None,
    task: str = _TESTS,
    record: str = _RECORD,
    **files: str,
) -> Case:
    """Return a case of a run; `code` is the first of what is wrong with the run."""
    first = run[0] if run else ""
    others = {name.replace("__", "."): text for name, text in files.items()}
    return Case(
        title=title,
        task=task,
        status=status,
        code=first if code is None else code,
        run=tuple(sorted(run)),
        files={"tests.json": results, **others},
        record=record,
    )


# --- The rule for a green run --------------------------------------------------


def _exit_codes() -> Iterator[Case]:
    good, bad = _results(*_THREE), Status.INCOMPLETE
    yield _case("three tests that passed are done", good, Status.DONE)
    for code in (1, 2, 3, 4, 5, 77):
        title = f"exit code {code} is not green, whatever passed"
        yield _case(title, _results(*_THREE, exitcode=code), bad, "exit-code")
    unknown = _results(*_THREE, exitcode=...)
    yield _case("an exit code that is not there is not 0", unknown, bad, "exit-code")
    yield _case(
        "a process that failed is not green, though its file says 0",
        good,
        bad,
        "exit-code-differs",
        tests__json__stamp__json='{"exitcode": 1}',
    )
    yield _case(
        "a process that failed is not green, though its file says nothing",
        unknown,
        bad,
        "exit-code",
        tests__json__stamp__json='{"exitcode": 2}',
    )


def _completeness() -> Iterator[Case]:
    bad, cut = Status.INCOMPLETE, ("lost-tests", "unfinished-tests")
    yield _case(
        "zero tests are not green", _results(), bad, "no-tests", code="no-match"
    )
    yield _case(
        "tests that were counted and are not there are not green",
        _results(tests=..., summary={"passed": 3, "total": 3, "collected": 3}),
        bad,
        "no-detail",
    )
    yield _case(
        "a test that was lost is not green",
        _results(*_THREE, summary={"passed": 3, "total": 3, "collected": 4}),
        bad,
        "lost-tests",
    )
    for phase, test in (
        ("call", _test("d", call=None)),
        ("teardown", _test("d", teardown=None)),
    ):
        title = f"a test without its {phase} did not finish"
        yield _case(title, _results(*_THREE, test), bad, *cut)
    yield _case(
        "a test that did not finish is seen where nobody counted the collected",
        _results(*_THREE, _test("d", call=None), summary={"passed": 4, "total": 4}),
        bad,
        *cut,
    )
    yield _case(
        "a run of the tests that failed last is not whole",
        _results(*_THREE),
        bad,
        "partial-run",
        tests__json__stamp__json='{"exitcode": 0, "argv": ["pytest", "--lf"]}',
    )
    yield _case(
        "a module that was not collected is not green, whatever else passed",
        _results(*_THREE, collectors=[_collector("lib/test_z.py", outcome="failed")]),
        Status.DONE,  # it is no module of the task
        "failed-collector",
        code="",
    )


def _outcomes() -> Iterator[Case]:
    yield _case(
        "a test that failed elsewhere is not green, and others still stand",
        _results(*_THREE, _test("d", "failed"), exitcode=1),
        Status.DONE,
        "exit-code",
        "failed-tests",
        code="",
        task="acceptance: [{tests: tests/test_a.py}]",
    )
    yield _case(
        "a test that failed is not green, though the exit code is 0",
        _results(*_THREE, _test("d", "failed")),
        Status.FAILING,
        "failed-tests",
    )
    yield _case(
        "a test whose teardown broke is not green, though it passed",
        _results(*_THREE, _test("d", "error", call="passed", teardown="failed")),
        Status.FAILING,
        "failed-tests",
    )
    yield _case(
        "an outcome that nobody knows is not good",
        _results(*_THREE, _test("d", "subtests passed")),
        Status.INCOMPLETE,
        "unknown-outcome",
    )


def _disagreement() -> Iterator[Case]:
    yield _case(
        "a summary of more tests than there are is not green",
        _results(*_THREE, summary={"passed": 4, "total": 4, "collected": 3}),
        Status.INCOMPLETE,
        "count-mismatch",
    )
    yield _case(
        "a summary that knows of a failure is not green",
        _results(*_THREE, summary={"passed": 2, "failed": 1, "total": 3}),
        Status.INCOMPLETE,
        "count-mismatch",
    )


def _staleness() -> Iterator[Case]:
    good, stale = _results(*_THREE), "stale-evidence"
    for title, record in (
        ("evidence that is older than its largest age is stale", "max_age: 12h\n"),
        (
            "evidence that is older than the record's date is stale",
            "date: 2026-03-03\n",
        ),
    ):
        yield _case(title, good, Status.INCOMPLETE, stale, record=_RECORD + record)
    yield _case(
        "evidence of an unknown age is stale where an age is asked for",
        _results(*_THREE, created=...),
        Status.INCOMPLETE,
        stale,
        record=f"{_RECORD}max_age: 12h\n",
    )
    title = "evidence that is young enough is not stale"
    yield _case(title, good, Status.DONE, record=f"{_RECORD}max_age: 2 days\n")


def _unreadable() -> Iterator[Case]:
    good = _results(*_THREE)
    for title, text, code in (
        ("a file that was cut short proves nothing", good[:-40], "evidence-truncated"),
        ("an empty file proves nothing", "", "evidence-empty"),
        ("a file of something else proves nothing", "[1, 2]", "evidence-format"),
        ("a file that is no JSON proves nothing", "<html>", "evidence-format"),
    ):
        yield _case(title, text, Status.INCOMPLETE, code)
    yield Case(
        title="a file that is not there proves nothing",
        task=_TESTS,
        status=Status.INCOMPLETE,
        code="evidence-missing",
        run=("evidence-missing",),
        record=_RECORD,
    )


# --- Criteria of tests ---------------------------------------------------------


def _tests() -> Iterator[Case]:
    good, bad = _results(*_THREE), Status.INCOMPLETE
    skipped = [_test(name, "skipped", call=None) for name in "xy"]
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
            _results(*skipped),
            "only-skipped",
            "{tests: tests/}",
        ),
    ):
        yield _case(title, results, bad, code=code, task=f"acceptance: [{criterion}]")
    yield _case(
        "one criterion of two is not enough",
        good,
        bad,
        code="no-match",
        task="acceptance: [{tests: tests/}, {tests: nowhere/}]",
    )
    yield _case(
        "a module of the task that was not collected is failing",
        _results(*_THREE, collectors=[_collector("tests/test_z.py", outcome="failed")]),
        Status.FAILING,
        "failed-collector",
    )
    yield _case(
        "a test that passed only when it was rerun is flaky",
        _results(*_THREE, _test("d", "rerun", call="passed")),
        Status.FLAKY,
        code="flaky-tests",
    )
    yield Case(
        title="no test results at all prove nothing",
        task=_TESTS,
        status=bad,
        code="no-evidence",
        run=None,
    )


def _expected() -> Iterator[Case]:
    task = "acceptance: [{tests: tests/, expect: failed, at_least: 2}]"
    two = [_test("a", "failed"), _test("b", "failed")]
    failed = ("exit-code", "failed-tests")
    title = "tests that fail as they are meant to are done"
    yield _case(
        title, _results(*two, exitcode=1), Status.DONE, *failed, code="", task=task
    )
    yield _case(
        "a test that passes and is meant to fail is news",
        _results(*two, _test("c"), exitcode=1),
        Status.FAILING,
        *failed,
        code="unexpected-outcome",
        task=task,
    )
    yield _case(
        "a test that breaks has not failed as it was meant to",
        _results(*two, _test("c", "error", setup="failed", call=None), exitcode=1),
        Status.FAILING,
        *failed,
        code="failed-tests",
        task=task,
    )
    yield _case(
        "too few tests that fail prove too little",
        _results(two[0], exitcode=1),
        Status.INCOMPLETE,
        *failed,
        code="too-few-tests",
        task=task,
    )
    yield _case(
        "no test has not failed as it was meant to",
        _results(),
        Status.INCOMPLETE,
        "no-tests",
        code="no-match",
        task=task,
    )
    title = "a file that was cut short shows no expected failure"
    cut = _results(*two, exitcode=1)[:-40]
    yield _case(
        title,
        cut,
        Status.INCOMPLETE,
        "evidence-truncated",
        task=task,
    )


def _fixed() -> Iterator[Case]:
    task = "acceptance: [{fixed: tests/, from: before}]"
    record = "evidence: {tests: {pytest: tests.json}, before: {pytest: before.json}}\n"
    now = _results(*_THREE)
    broken = _results(_test("a", "failed"), exitcode=1)
    gone = _results(_test("a", "failed"), _test("gone", "failed"), exitcode=1)
    collector = _collector("tests/test_a.py", outcome="failed")
    uncollected = _results(exitcode=2, collectors=[collector])
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
        yield _case(
            title, now, status, code=code, task=task, record=record, before__json=before
        )
    yield _case(
        "without results of before nothing was fixed",
        now,
        Status.INCOMPLETE,
        code="no-evidence",
        task="acceptance: [{fixed: tests/}]",
    )
    yield _case(
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
    whole = _results(
        summary={"total": 0, "collected": 3},
        collectors=[_collector("tests/test_a.py", *names)],
    )
    broken = _results(
        summary={"total": 0, "collected": 3},
        exitcode=2,
        collectors=[
            _collector("tests/test_a.py", *names),
            _collector("tests/test_b.py", outcome="failed"),
        ],
    )
    cut = _results(summary={"total": 0, "collected": 3}, exitcode=2)
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
            _results(),
            Status.INCOMPLETE,
            "no-match",
            "at_least: 1",
        ),
    ):
        task = f"acceptance: [{{collected: tests/, {criterion}}}]"
        yield _case(title, results, status, "no-tests", code=code, task=task)
    task = "acceptance: [{collected: tests/}]"
    yield _case(
        "a module that cannot be collected is failing",
        broken,
        Status.FAILING,
        "exit-code",
        "failed-collector",
        "no-tests",
        code="failed-collector",
        task=task,
    )
    yield _case(
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


# --- Other criteria ------------------------------------------------------------


def _plain(
    title: str,
    criterion: str,
    status: Status,
    code: str = "",
    evidence: str = "",
    **files: str,
) -> Case:
    """Return a case without any test."""
    record = f"evidence: {{{evidence}}}\n" if evidence else ""
    named = {name.replace("__", "."): text for name, text in files.items()}
    return Case(
        title=title,
        task=f"acceptance: [{criterion}]",
        status=status,
        code=code,
        run=None,
        files=named,
        record=record,
    )


def _files_and_figures() -> Iterator[Case]:
    done, bad = Status.DONE, Status.INCOMPLETE
    file = "{file: data/a.txt, contains: word}"
    for title, text, status, code in (
        ("a file with the wanted text is there", "a word", done, ""),
        ("a file without the wanted text is not enough", "a", bad, "file-missing"),
    ):
        yield _plain(title, file, status, code, a__txt=text)
    yield _plain("a file that is missing is not there", file, bad, "file-missing")
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
        yield _plain(title, criterion, status, code, coverage, coverage__json=measured)
    yield _plain(
        "a figure that nobody measured reaches nothing",
        "{metric: coverage.percent, at_least: 0}",
        bad,
        "no-evidence",
    )
    yield _plain(
        "a figure of an unknown age reaches nothing where an age is asked for",
        "{metric: coverage.percent, at_least: 0}",
        bad,
        "stale-evidence",
        "coverage: {coverage: coverage.json, max_age: 12h}",
        coverage__json=measured,
    )
    yield _plain(
        "a figure in a file that was cut short reaches nothing",
        "{metric: coverage.percent, at_least: 0}",
        bad,
        "evidence-truncated",
        coverage,
        coverage__json=measured[:-10],
    )
    yield _case(
        "a figure of a run that is not whole reaches nothing",
        _results(*_THREE, exitcode=2),
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
        yield _plain(
            f"work that waits for an issue is {status} when it is {state.lower()}",
            "{issue: 17}",
            status,
            code,
            "tracker: {issues: issues.json}",
            issues__json=issue,
        )
    yield _plain(
        "an issue that was closed too long ago to know is not closed",
        "{issue: 17}",
        bad,
        "unknown-issue",
        "tracker: {issues: issues.json, max_age: 12h}",
        issues__json='[{"number": 17, "title": "t", "state": "CLOSED", "url": ""}]',
    )
    yield _plain(
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
        yield _plain(
            title,
            "{command: make check}",
            status,
            code,
            "make: {commands: receipts.json}",
            receipts__json=json.dumps(
                [{"command": "make check", "exitcode": exitcode}]
            ),
        )
    receipt = {"command": "make check", "exitcode": 0, "started": NOW - _DAY}
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
        yield _plain(
            title,
            "{command: make check}",
            bad,
            code,
            source,
            receipts__json=json.dumps(receipt),
            **stamp,
        )
    yield _plain(
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
