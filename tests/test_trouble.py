"""A good verdict is never shown alone where something speaks against the work."""

import re
from dataclasses import dataclass

import pytest
from large import failing
from msgspec.structs import replace

from reportgen.model import NOWHERE, Diagnostic, Markdown, Severity, Status
from reportgen.render.listing import listing
from reportgen.render.render import render
from reportgen.report import Finding, Report

CLAIM = Diagnostic(NOWHERE, "typed-figure", "'12 tests' is typed")


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """What is wrong beside tasks that are done."""

    failed: int = 0
    lost: int = 0
    code: str = ""
    errors: int = 0
    meant: bool = False
    verdict: Status = Status.DONE

    def report(self) -> Report:
        """Return a report of it."""
        report = failing(self.failed)
        (state,) = report.runs
        run = replace(state.run, collected=state.run.tally.total + self.lost)
        state = replace(
            state,
            run=run,
            findings=(Finding(code=self.code, reason="?"),) if self.code else (),
            expected=frozenset(result.nodeid for result in run.results)
            if self.meant
            else frozenset(),
        )
        mild = replace(CLAIM, severity=Severity.WARNING)
        findings = (*(CLAIM,) * self.errors, mild)
        return replace(
            report,
            record=replace(report.record, conclusion=Markdown("It is good.")),
            verdict=self.verdict,
            reason="x",
            runs=(state,),
            findings=findings,
            open_issues=(),
        )


CASES = {
    "nothing": (Trouble(), ""),
    "failed": (Trouble(failed=3), "3 of 12 tests failed"),
    "failed as expected": (Trouble(failed=3, meant=True), ""),
    "lost": (Trouble(lost=2), "2 tests lost"),
    "doubtful": (Trouble(code="stale-evidence"), "the run is in doubt"),
    "claims": (Trouble(errors=2), "2 claims without proof"),
    "all": (
        Trouble(
            failed=1, lost=1, code="stale-evidence", errors=1, verdict=Status.FLAKY
        ),
        "1 of 10 tests failed, 1 test lost, the run is in doubt, 1 claim without proof",
    ),
}


@pytest.mark.parametrize(("trouble", "words"), CASES.values(), ids=CASES)
def test_a_good_verdict_tells_what_it_leaves_out(trouble: Trouble, words: str) -> None:
    """Every output that shows no more than the verdict says the same beside it."""
    report = trouble.report()
    status = report.verdict
    more = f"; {words}" if words else ""
    assert report.judgement == f"{status.mark} {status}: x{more}"
    text = render(report, "report.md")
    assert f"{status.capitalize()}:** x{more}." in text
    assert f"{status.capitalize()}:** x{more} · phase" in text
    assert f"  {status}{more}  " in listing([report], now=0)
    line = render(report, "one-line.txt")
    assert all(
        word in line for word in re.sub("tests? lost", "lost", words).split(", ")
    )
    notes = render(report, "release-notes.md")
    assert ("> ❗" in notes) == bool(words)
    assert words.lower() in notes.lower()


@pytest.mark.parametrize("template", ["report.md", "report.html", "job-summary.md"])
@pytest.mark.parametrize("meant", [True, False])
def test_a_run_has_the_same_mark_everywhere(template: str, *, meant: bool) -> None:
    """Where all failures are expected, what is left of it is doubt."""
    report = Trouble(failed=1, code="stale-evidence", meant=meant).report()
    assert ("❓ ?" in render(report, template)) is meant


@pytest.mark.parametrize("verdict", [Status.FAILING, Status.PLANNED])
def test_another_verdict_needs_no_caveat(verdict: Status) -> None:
    """Nobody takes it for good; notes for a release name no verdict, and say it."""
    report = Trouble(failed=3, verdict=verdict).report()
    assert report.judgement == f"{verdict.mark} {verdict}: x"
    assert "> ❗ 3 of 12 tests failed." in render(report, "release-notes.md")
