"""Says what the commands that a task shows have given, as the evidence has it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reportgen.assess.grounds import Grounds
from reportgen.assess.runs import count, names_of
from reportgen.model import Validation, pytest_paths
from reportgen.report import Finding, Match, ValidationState, Verdict, total


def show_validation(validation: Validation, grounds: Grounds) -> ValidationState:
    """Return `validation` with what its command gave."""
    name = None if validation.in_ is None else str(validation.in_)
    paths = pytest_paths(validation.command)
    matches = [m for path in paths for m in grounds.merged.matches(path, name)]
    if paths and matches:
        verdict, outcome = _of_tests(matches, grounds)
    else:
        verdict, outcome = _of_receipt(validation.command, grounds)
    return ValidationState(validation=validation, outcome=outcome, verdict=verdict)


def _of_tests(matches: Sequence[Match], grounds: Grounds) -> tuple[Verdict, str]:
    problem = next((m.run.problem for m in matches if m.run.problem), None)
    if problem is not None:
        return Verdict.UNPROVEN, problem.message
    collectors = [c for match in matches for c in match.selection.collectors]
    if collectors:
        why = next((c.message for c in collectors if c.message), "")
        words = f"not collected: {names_of(collectors)}"
        return Verdict.FAILING, f"{words}: {why}" if why else words
    tally = total(matches)
    collected = sum(match.selection.collected or 0 for match in matches)
    if not tally.total:
        if collected:
            return Verdict.MET, f"{count(collected, 'test')} collected, none run"
        return Verdict.UNPROVEN, "no test matches"
    parts = [f"{tally.good} of {count(tally.total, 'test')} passed"]
    parts += [
        f"{tally[word]} {word}"
        for word in ("failed", "error", "skipped", "xfailed", "flaky", "unfinished")
        if tally[word]
    ]
    doubt = next((d for m in matches for d in _doubts(m, grounds)), None)
    if doubt is not None:
        parts.append(doubt.reason)
    if tally.bad:
        return Verdict.FAILING, ", ".join(parts)
    proven = doubt is None and not tally.unproven and tally.good
    return Verdict.MET if proven else Verdict.UNPROVEN, ", ".join(parts)


def _doubts(match: Match, grounds: Grounds) -> Iterator[Finding]:
    # What is shown as of before may be as old as it likes.
    before = match.run.evidence in grounds.merged.before
    for finding in grounds.doubts(match):
        if not (before and finding.code == "stale-evidence"):
            yield finding


def _of_receipt(command: str, grounds: Grounds) -> tuple[Verdict, str]:
    wanted = " ".join(command.split())
    codes = [
        receipt.exitcode
        for source in grounds.merged.receipts
        for receipt in source.receipts
        if " ".join(receipt.command.split()) == wanted
    ]
    if not codes or None in codes:
        return Verdict.UNPROVEN, "no evidence of what it gave"
    worst = max(codes, key=lambda code: code or 0)
    return (Verdict.FAILING if worst else Verdict.MET), f"exit code {worst}"
