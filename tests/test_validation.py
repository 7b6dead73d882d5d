"""A command that a task shows is shown with what the evidence says it gave."""

import pytest

from reportgen.assess.assess import assess
from reportgen.merge import merge
from reportgen.model import (
    Collector,
    Diagnostic,
    EvidenceName,
    FixedCriterion,
    History,
    Place,
    Prose,
    Receipt,
    Receipts,
    Record,
    Run,
    Selection,
    Tally,
    Task,
    Testimony,
    Text,
    Validation,
)
from reportgen.report import Verdict

TESTS = "tests/"
PYTEST = f"python -m pytest {TESTS} -q"
MET, UNPROVEN, FAILING = Verdict.MET, Verdict.UNPROVEN, Verdict.FAILING


def shown(
    command: str, *evidence: Testimony, name: str | None = None, **more: object
) -> tuple[Verdict, str]:
    """Return what is shown of `command`, judged by the evidence called `name`."""
    validation = Validation(
        title=Prose("Now"), command=Text(command), in_=name and EvidenceName(name)
    )
    fixed = FixedCriterion(fixed=Text(TESTS), from_=EvidenceName("before"))
    work = Task(title=Prose("a"), acceptance=(fixed,), validation=(validation,))
    record = Record(title=Prose("Work"), tasks=(work,))
    report = assess("work", merge(record, evidence), files={}, now=1e9, **more)  # type: ignore[arg-type]
    (state,) = report.tasks[0].validation
    return state.verdict, state.outcome


def run(name: str = "tests", **more: object) -> Run:
    """Return a green run in which `TESTS` selects one test, but for `more`."""
    tally = more.get("tally", Tally(passed=1))
    values: dict[str, object] = {
        "exitcode": 0,
        "tally": tally,
        "created": 1e9,
        "selections": {TESTS: Selection(tally=tally)},  # type: ignore[arg-type]
    }
    return Run(evidence=name, path=f"{name}.json", format="pytest", **(values | more))  # type: ignore[arg-type]


def select(**more: object) -> dict[str, Selection]:
    """Return what `TESTS` selects in a run, but for tests."""
    return {TESTS: Selection(**more)}  # type: ignore[arg-type]


BROKEN = (Collector(nodeid="tests/a.py"), Collector(nodeid="tests/b.py", message="E"))
RUNS = [
    pytest.param({}, MET, "1 of 1 test passed", id="passed"),
    pytest.param(
        {"exitcode": 1, "tally": Tally(passed=1, failed=2, error=1)},
        FAILING,
        "1 of 4 tests passed, 2 failed, 1 error",
        id="failed",
    ),
    pytest.param(
        {"tally": Tally(passed=1, skipped=1, xfailed=2, flaky=1)},
        MET,
        "2 of 5 tests passed, 1 skipped, 2 xfailed, 1 flaky",
        id="passed-beside-others",
    ),
    pytest.param(
        {"tally": Tally(skipped=1)},
        UNPROVEN,
        "0 of 1 test passed, 1 skipped",
        id="only-skipped",
    ),
    pytest.param(
        {"tally": Tally(passed=1, unknown=1)},
        UNPROVEN,
        "1 of 2 tests passed, 1 unknown",
        id="unknown-outcome",
    ),
    pytest.param(
        {"tally": Tally(passed=1, unfinished=1)},
        UNPROVEN,
        "1 of 2 tests passed, 1 unfinished, "
        "1 test lost: collected, but without a result",
        id="unfinished",
    ),
    pytest.param(
        {"exitcode": 2},
        UNPROVEN,
        "1 of 1 test passed, exit code 2: the run was interrupted",
        id="cut-short",
    ),
    pytest.param(
        {"problem": Diagnostic(Place("x"), "unreadable", "ends too early")},
        UNPROVEN,
        "ends too early",
        id="unreadable",
    ),
    pytest.param(
        {"selections": select(collectors=BROKEN)},
        FAILING,
        "not collected: tests/a.py, tests/b.py: E",
        id="not-collected",
    ),
    pytest.param(
        {"selections": select(collectors=BROKEN[:1])},
        FAILING,
        "not collected: tests/a.py",
        id="not-collected-without-a-word",
    ),
    pytest.param(
        {"selections": select(collected=2)},
        UNPROVEN,
        "2 tests collected, none run",
        id="only-collected",
    ),
    pytest.param(
        {"selections": select()}, UNPROVEN, "no test matches", id="none-of-them"
    ),
]


@pytest.mark.parametrize(("changes", "verdict", "outcome"), RUNS)
def test_a_run_of_pytest_is_shown_by_its_tests(
    changes: dict[str, object], verdict: Verdict, outcome: str
) -> None:
    """The tests that the command names are counted, with what is wrong about them."""
    assert shown(PYTEST, run(**changes)) == (verdict, outcome)


@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        pytest.param(None, "1 of 2 tests passed, 1 failed", id="all"),
        pytest.param("tests", "1 of 1 test passed", id="one"),
        pytest.param("other", "0 of 1 test passed, 1 failed", id="the-other"),
    ],
)
def test_the_evidence_can_be_named(name: str | None, outcome: str) -> None:
    """Only the named evidence says what a command gave; unnamed, all of it does."""
    other = run("other", exitcode=1, tally=Tally(failed=1))
    assert shown(PYTEST, run(), other, name=name)[1] == outcome


def test_one_unreadable_file_puts_all_in_doubt() -> None:
    """What a command gave is not known as long as one of its files is not."""
    problem = Diagnostic(Place("x"), "unreadable", "ends too early")
    broken = run("other", problem=problem)
    assert shown(PYTEST, run(), broken) == (UNPROVEN, "ends too early")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param(
            "tests",
            (UNPROVEN, "1 of 1 test passed, 1 file changed since: a.py"),
            id="now",
        ),
        pytest.param("before", (MET, "1 of 1 test passed"), id="before"),
    ],
)
def test_only_what_is_shown_as_of_now_can_be_stale(
    name: str, expected: tuple[Verdict, str]
) -> None:
    """What was before the work may be as old as it likes."""
    history = History(changed={f"{name}.json": ("a.py",)})
    assert shown(PYTEST, run(name), name=name, history=history) == expected


def test_what_is_shown_as_of_before_can_be_broken() -> None:
    """A run of before that was cut short is no better for being old."""
    outcome = "1 of 1 test passed, exit code 2: the run was interrupted"
    broken = run("before", exitcode=2)
    assert shown(PYTEST, broken, name="before") == (UNPROVEN, outcome)


def receipts(
    *codes: int | None, command: str = "make", name: str = "checks", **more: object
) -> Receipts:
    """Return a receipt of `command` with each of the exit `codes`."""
    each = tuple(Receipt(command=command, exitcode=code) for code in codes)
    return Receipts(evidence=name, path=f"{name}.json", receipts=each, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("evidence", "verdict", "outcome"),
    [
        pytest.param([receipts(0)], MET, "exit code 0", id="good"),
        pytest.param([receipts(0, 3, 2)], FAILING, "exit code 3", id="the-worst"),
        pytest.param(
            [receipts(0), receipts(1)], FAILING, "exit code 1", id="two-files"
        ),
        pytest.param([receipts(0, -9)], FAILING, "exit code -9", id="a-signal"),
        pytest.param(
            [receipts(0, name="before")],
            UNPROVEN,
            "no evidence of what it gave",
            id="of-before",
        ),
        pytest.param(
            [receipts(0, problem=Diagnostic(Place("x"), "stamp", "no stamp"))],
            UNPROVEN,
            "exit code 0, no stamp",
            id="broken",
        ),
        pytest.param(
            [
                receipts(0),
                Receipts(
                    evidence="more",
                    path="more.json",
                    problem=Diagnostic(Place("x"), "cut", "ends too early"),
                ),
            ],
            UNPROVEN,
            "exit code 0, ends too early",
            id="another-is-unreadable",
        ),
        pytest.param(
            [receipts(0, None)], UNPROVEN, "no evidence of what it gave", id="unknown"
        ),
        pytest.param([], UNPROVEN, "no evidence of what it gave", id="none"),
        pytest.param(
            [receipts(0, command="make all")],
            UNPROVEN,
            "no evidence of what it gave",
            id="of-another-command",
        ),
        pytest.param([receipts(0, command=" make ")], MET, "exit code 0", id="blanks"),
    ],
)
def test_another_command_is_shown_by_its_receipts(
    evidence: list[Receipts], verdict: Verdict, outcome: str
) -> None:
    """The worst of all its exit codes is shown, and an unknown one proves nothing."""
    assert shown("make", *evidence) == (verdict, outcome)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param(
            "checks", (UNPROVEN, "exit code 0, 1 file changed since: a.py"), id="now"
        ),
        pytest.param("before", (MET, "exit code 0"), id="before"),
    ],
)
def test_only_a_receipt_of_now_can_be_stale(
    name: str, expected: tuple[Verdict, str]
) -> None:
    """A receipt that is older than the work shows nothing of the work."""
    history = History(changed={f"{name}.json": ("a.py",)})
    found = shown("make", receipts(0, name=name), name=name, history=history)
    assert found == expected


def test_the_evidence_of_a_receipt_can_be_named() -> None:
    """Only the named evidence says what a command gave."""
    both = receipts(0), receipts(1, name="other")
    assert shown("make", *both, name="checks") == (MET, "exit code 0")


def test_pytest_without_results_is_shown_by_its_receipt() -> None:
    """A command is known by its receipt, too, where no results speak of its tests."""
    assert shown(PYTEST, receipts(1, command=PYTEST)) == (FAILING, "exit code 1")


def test_a_receipt_that_tells_of_a_failure_outweighs_good_tests() -> None:
    """What the very command gave is no better for tests that passed elsewhere."""
    bad, good = receipts(1, command=PYTEST), receipts(0, command=PYTEST)
    assert shown(PYTEST, run(), bad) == (FAILING, "1 of 1 test passed, exit code 1")
    assert shown(PYTEST, run(), good) == (MET, "1 of 1 test passed")


@pytest.mark.parametrize(
    ("option", "changes", "expected"),
    [
        pytest.param("--collect-only", {}, (MET, ""), id="asked-for"),
        pytest.param("--co", {}, (MET, ""), id="asked-for-in-short"),
        pytest.param("-q", {}, (UNPROVEN, ""), id="not-asked-for"),
        pytest.param(
            "--co",
            {"exitcode": 2},
            (UNPROVEN, ", exit code 2: the run was interrupted"),
            id="broken-off",
        ),
        pytest.param("--co", {"exitcode": 1}, (MET, ""), id="failed-elsewhere"),
    ],
)
def test_collected_tests_are_the_result_of_collecting_alone(
    option: str, changes: dict[str, object], expected: tuple[Verdict, str]
) -> None:
    """A command that was to run tests and ran none has shown nothing."""
    found = run(tally=Tally(), selections=select(collected=2), **changes)
    verdict, words = expected
    outcome = f"2 tests collected, none run{words}"
    assert shown(f"pytest {TESTS} {option}", found) == (verdict, outcome)


def test_a_shard_in_which_nothing_ran_is_not_passed_over() -> None:
    """What passes on one machine says nothing of another."""
    idle = run(shard="windows", tally=Tally(), selections=select())
    expected = "1 of 1 test passed, nothing ran in windows (tests.json)"
    assert shown(PYTEST, run(shard="linux"), idle) == (UNPROVEN, expected)


def test_what_happened_unexpectedly_is_counted_too() -> None:
    """No outcome is left out of what a command gave."""
    outcome = shown(PYTEST, run(tally=Tally(passed=1, xpassed=1)))
    assert outcome == (MET, "2 of 2 tests passed, 1 xpassed")
