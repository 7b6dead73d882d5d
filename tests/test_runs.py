"""When a run may be called green, and what puts all of it in doubt."""

import pytest

from reportgen.assess.runs import doubts, judge_run
from reportgen.model import Collector, Diagnostic, Place, Run, Stamp, Tally
from reportgen.report import RunState


def run(**changes: object) -> Run:
    """Return a run that is green but for `changes`."""
    green = {
        "evidence": "tests",
        "path": "results/tests.json",
        "format": "pytest",
        "exitcode": 0,
        "collected": 3,
        "tally": Tally(passed=3),
        "stated": {"total": 3, "collected": 3},
    }
    return Run(**{**green, **changes})  # type: ignore[arg-type]


def test_a_whole_run_is_green() -> None:
    """A run with every rule kept has no finding at all."""
    assert judge_run(run()) == ()


@pytest.mark.parametrize(
    "tally",
    [
        pytest.param(Tally(passed=2, flaky=1), id="flaky"),
        pytest.param(Tally(passed=2, xpassed=1), id="xpassed"),
        pytest.param(Tally(passed=2, skipped=1), id="skipped"),
        pytest.param(Tally(passed=2, xfailed=1), id="xfailed"),
    ],
)
def test_known_good_outcomes_keep_a_run_green(tally: Tally) -> None:
    """Reruns, unexpected passes, skips and expected failures are no failures."""
    assert judge_run(run(tally=tally)) == ()


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"exitcode": None, "exitcode_known": False}, id="not-in-format"),
        pytest.param({"exitcode": None, "stamp": Stamp(exitcode=0)}, id="process-of-0"),
        pytest.param({"stamp": Stamp(exitcode=0)}, id="both-agree"),
        pytest.param({"stamp": Stamp(argv=("pytest", "tests"))}, id="harmless-words"),
        pytest.param({"collected": None, "stated": {}}, id="nothing-stated"),
        pytest.param({"collected": 5, "deselected": 2}, id="deselected"),
    ],
)
def test_what_is_not_stated_is_not_held_against_a_run(
    changes: dict[str, object],
) -> None:
    """Formats without an exit code, words without a danger: the run is green."""
    assert judge_run(run(**changes)) == ()


BROKEN = [
    pytest.param({"exitcode": 1}, ["exit-code"], id="exit-1-all-passed"),
    pytest.param({"exitcode": 2}, ["exit-code"], id="interrupted"),
    pytest.param({"exitcode": 77}, ["exit-code"], id="any-exit-code"),
    pytest.param({"exitcode": None}, ["exit-code"], id="no-exit-code"),
    pytest.param(
        {"stamp": Stamp(exitcode=1)}, ["exit-code-differs"], id="process-says-otherwise"
    ),
    pytest.param(
        {"exitcode": None, "exitcode_known": False, "stamp": Stamp(exitcode=1)},
        ["exit-code"],
        id="only-the-process-knows",
    ),
    pytest.param(
        {"tally": Tally(), "collected": 0, "stated": {}}, ["no-tests"], id="zero-tests"
    ),
    pytest.param(
        {"tally": Tally(), "collected": 3, "stated": {}},
        ["no-tests"],
        id="collected-only",
    ),
    pytest.param({"collected": 4}, ["lost-tests"], id="one-lost"),
    pytest.param(
        {"stamp": Stamp(argv=("pytest", "--lf"))}, ["partial-run"], id="only-the-failed"
    ),
    pytest.param(
        {"tally": Tally(passed=2, unfinished=1)},
        ["lost-tests", "unfinished-tests"],
        id="cut-short",
    ),
    pytest.param(
        {"tally": Tally(passed=2, unfinished=1), "collected": None},
        ["lost-tests", "unfinished-tests"],
        id="cut-short-and-collected-unknown",
    ),
    pytest.param(
        {"failed_collectors": (Collector(nodeid="tests/a.py"),)},
        ["failed-collector"],
        id="not-collectable",
    ),
    pytest.param({"tally": Tally(passed=2, failed=1)}, ["failed-tests"], id="failed"),
    pytest.param({"tally": Tally(passed=2, error=1)}, ["failed-tests"], id="error"),
    pytest.param(
        {"tally": Tally(passed=2, unknown=1), "words": ("subtests passed",)},
        ["unknown-outcome"],
        id="unknown-word",
    ),
    pytest.param({"detailed": False}, ["no-detail"], id="summary-only"),
    pytest.param(
        {"detailed": False, "stated": {"total": 4}}, ["no-detail"], id="only-stated"
    ),
    pytest.param(
        {"stated": {"total": 4}}, ["count-mismatch"], id="summary-disagrees-on-total"
    ),
    pytest.param(
        {"stated": {"total": 3, "failed": 1}},
        ["count-mismatch"],
        id="summary-knows-a-failure",
    ),
    pytest.param(
        {"stated": {"total": 3, "passed": 2, "skipped": 1}},
        ["count-mismatch"],
        id="summary-knows-a-skipped-test",
    ),
    pytest.param(
        {"stated": {"total": 3, "passed": 4}},
        ["count-mismatch"],
        id="summary-has-more-passed",
    ),
    pytest.param(
        {"problem": Diagnostic(Place("x.json"), "truncated", "it is cut short")},
        ["truncated"],
        id="unreadable",
    ),
]


@pytest.mark.parametrize(("changes", "codes"), BROKEN)
def test_each_rule_keeps_a_run_from_being_green(
    changes: dict[str, object], codes: list[str]
) -> None:
    """Whatever can hide a failure is a finding with a code of its own."""
    assert [finding.code for finding in judge_run(run(**changes))] == codes


FILES = tuple(Collector(nodeid=name) for name in ("a.py", "", "b.py", "c.py"))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"exitcode": 1}, "exit code 1, though no test of the file failed"),
        (
            {"exitcode": 1, "tally": Tally(passed=2, failed=1)},
            "exit code 1: tests failed",
        ),
        (
            {"exitcode": 1, "failed_collectors": FILES[:1]},
            "exit code 1: tests failed",
        ),
        ({"exitcode": 2}, "exit code 2: the run was interrupted"),
        ({"exitcode": 3}, "exit code 3: an internal error of pytest"),
        ({"exitcode": 4}, "exit code 4: pytest was called wrongly"),
        ({"exitcode": 5}, "exit code 5: no test was collected"),
        ({"exitcode": 77}, "exit code 77"),
        ({"exitcode": None}, "the exit code is not known"),
        (
            {"exitcode": None, "stamp": Stamp(exitcode=3)},
            "exit code 3: an internal error of pytest",
        ),
        (
            {"stamp": Stamp(exitcode=1)},
            "the file says exit code 0, the process said 1",
        ),
        (
            {"tally": Tally(), "collected": 3, "stated": {}},
            "3 tests collected, none run",
        ),
        ({"tally": Tally(), "collected": 0, "stated": {}}, "none run"),
        ({"collected": 4}, "1 test lost: collected, but without a result"),
        (
            {"tally": Tally(passed=2, unfinished=1)},
            "1 test did not finish",
        ),
        (
            {"stamp": Stamp(argv=("pytest", "--lf"))},
            "run with `--lf`: only tests that failed before",
        ),
        (
            {"detailed": False},
            "the file has counts, but no tests that could be counted again",
        ),
        (
            {"tally": Tally(unknown=2), "words": ("a", "b")},
            "2 tests with an unknown outcome: 'a', 'b'",
        ),
        ({"tally": Tally(unknown=1)}, "1 test with an unknown outcome: no word"),
        (
            {"stated": {"total": 4}},
            "the summary states 4 tests, the file holds 3",
        ),
        (
            {"stated": {"failed": 2, "error": 1}},
            "the summary states 3 failed, the file holds 0",
        ),
        ({"stated": {"error": 1}}, "the summary states 1 failed, the file holds 0"),
        ({"stated": {"failed": 1}}, "the summary states 1 failed, the file holds 0"),
        ({"stated": {"skipped": 1}}, "the summary states 1 skipped, the file holds 0"),
        ({"stated": {"xfailed": 1}}, "the summary states 1 xfailed, the file holds 0"),
        ({"stated": {"xpassed": 1}}, "the summary states 1 xpassed, the file holds 0"),
        ({"tally": Tally(failed=1000, passed=1)}, "1,000 of 1,001 tests failed"),
        ({"failed_collectors": FILES[:3]}, "not collected: a.py, the session, b.py"),
        (
            {"failed_collectors": FILES},
            "not collected: a.py, the session, b.py and 1 more",
        ),
    ],
)
def test_a_reason_says_what_happened(changes: dict[str, object], reason: str) -> None:
    """Each reason is a sentence that needs no other one."""
    assert reason in [finding.reason for finding in judge_run(run(**changes))]


def test_stale_evidence_is_not_green() -> None:
    """A run that is older than the work is not green, and says why."""
    (finding,) = judge_run(run(), stale="made yesterday")
    assert (finding.code, finding.reason) == ("stale-evidence", "made yesterday")
    codes = [each.code for each in judge_run(run(exitcode=2), stale="made yesterday")]
    assert codes == ["exit-code", "stale-evidence"]


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        pytest.param(
            {"exitcode": 1, "tally": Tally(passed=2, failed=1)},
            [],
            id="failed-elsewhere",
        ),
        pytest.param(
            {"exitcode": 1, "failed_collectors": (Collector(nodeid="b.py"),)},
            [],
            id="not-collected-elsewhere",
        ),
        pytest.param({"exitcode": 1}, ["exit-code"], id="unexplained"),
        pytest.param(
            {"exitcode": 1, "tally": Tally(passed=2, unknown=1)},
            ["exit-code"],
            id="an-unknown-word-explains-nothing",
        ),
        pytest.param(
            {"exitcode": 2, "failed_collectors": (Collector(nodeid="b.py"),)},
            ["exit-code"],
            id="interrupted-by-collection",
        ),
        pytest.param({"collected": 9}, ["lost-tests"], id="lost"),
        pytest.param(
            {"stamp": Stamp(argv=("--sw",))}, ["partial-run"], id="only-the-failed"
        ),
    ],
)
def test_only_what_concerns_all_tests_puts_all_in_doubt(
    changes: dict[str, object], codes: list[str]
) -> None:
    """A failure elsewhere explains exit code 1; an unexplained one taints all."""
    judged = run(**changes)
    found = doubts(judged, judge_run(judged))
    assert [finding.code for finding in found] == codes


def test_other_outcomes_are_counted_in_words() -> None:
    """What is neither passed, failed nor skipped is named, thousands grouped."""
    tally = Tally(passed=10, flaky=1, xfailed=1_234, unfinished=2)
    state = RunState(run=run(tally=tally, collected=3_000))
    assert state.other == "1 flaky, 1,234 xfailed, 2 unfinished, 1,753 lost"
