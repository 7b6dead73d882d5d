"""What to do about each thing that evidence can be found wanting for."""

from __future__ import annotations

from collections.abc import Mapping

_CURES: Mapping[str, str] = {
    "claim-blocked": "settle that first, or take `done` back",
    "count-mismatch": "run the tests again: the file contradicts itself",
    "evidence-missing": "run what writes it, or correct the path",
    "exit-code": "see its output for the reason, and run it again",
    "exit-code-differs": "see what ended the process, and run it again",
    "failed-collector": "make the module importable, and run the tests again",
    "failed-tests": "mend what broke, and run the tests again",
    "file-missing": "add the file, or correct the path",
    "flaky-tests": "make these tests pass at the first try",
    "lost-tests": "run the tests again, and see why the run ended early",
    "missed-target": "reach the target, or agree on another",
    "newly-open": "mend them, or say in the record why they are so",
    "newly-skipped": "run them again, or say in the record why not",
    "no-criterion": "add `acceptance`, or `attested` for what no machine can check",
    "no-detail": "let the file hold the tests, too: no `--json-report-summary`",
    "no-evidence": "run it, and name what it wrote under `evidence`",
    "no-match": "correct the pattern, or run the tests",
    "no-tests": "run the tests, unless they were only to be collected",
    "not-failing-before": "name evidence of before in which it failed",
    "only-skipped": "run the tests where they are not skipped",
    "partial-run": "run all the tests, not only those that failed before",
    "stale-evidence": "make the evidence anew, from the work as it is now",
    "too-few-tests": "find the missing tests, or lower `at_least`",
    "unexpected-outcome": "take `expect: failed` away, or mend the tests",
    "unfinished-tests": "run the tests again, to the end",
    "unknown-issue": "fetch its state, as `reportgen collect` does",
    "unknown-outcome": "run the tests again without the plugin that made this outcome",
    "vanished-tests": "bring the tests back: a vanished test is not a fixed one",
}


def cure(code: str) -> str:
    """Return what to do about a finding of `code`.

    What is not known here is wrong with a file itself.
    """
    return _CURES.get(code, "mend that file, or have it written anew")
