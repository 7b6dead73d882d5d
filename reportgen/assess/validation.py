"""Says what the commands that a task shows have given, as the evidence has it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reportgen.assess.grounds import Grounds
from reportgen.assess.runs import count, names_of
from reportgen.model import Receipts, Testimony, Validation, pytest_paths
from reportgen.report import Finding, Match, ValidationState, Verdict, total


def show_validation(validation: Validation, grounds: Grounds) -> ValidationState:
    """Return `validation` with what its command gave."""
    name = validation.in_
    paths = pytest_paths(validation.command)
    matches = [m for path in paths for m in grounds.merged.matches(path, name)]
    if matches:
        verdict, outcome = _of_tests(matches, grounds)
    else:
        verdict, outcome = _of_receipts(validation, grounds)
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
    for finding in grounds.doubts(match):
        if finding.code != "stale-evidence" or _of_now(match.run, grounds):
            yield finding


def _of_now(testimony: Testimony, grounds: Grounds) -> bool:
    # What is shown as of before may be as old as it likes.
    return testimony.evidence not in grounds.merged.before


def _of_receipts(validation: Validation, grounds: Grounds) -> tuple[Verdict, str]:
    found = grounds.merged.ran(validation.command, validation.in_)
    codes = [r.exitcode for _, r in found if r.exitcode is not None]
    if not codes or len(codes) < len(found):
        return Verdict.UNPROVEN, "no evidence of what it gave"
    worst = max(codes, key=abs)  # a signal ends a command with a negative one
    if worst:
        return Verdict.FAILING, f"exit code {worst}"
    doubt = next((d for source, _ in found for d in _doubts_of(source, grounds)), None)
    if doubt is not None:
        return Verdict.UNPROVEN, f"exit code 0, {doubt}"
    return Verdict.MET, "exit code 0"


def _doubts_of(source: Receipts, grounds: Grounds) -> Iterator[str]:
    if source.problem is not None:
        yield source.problem.message
    if _of_now(source, grounds):
        yield from (finding.reason for finding in grounds.stale(source))
