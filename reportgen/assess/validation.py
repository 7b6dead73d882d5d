"""Says what the commands that a task shows have given, as the evidence has it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from reportgen.assess.criteria_of_tests import (
    collecting_doubts,
    collectors_of,
    idle_shards,
    idle_words,
)
from reportgen.assess.grounds import Grounds
from reportgen.assess.runs import names_of
from reportgen.model import Receipts, Testimony, Validation, pytest_paths
from reportgen.report import Finding, Match, ValidationState, Verdict, count, total

_WORDS = (
    "failed",
    "error",
    "skipped",
    "xfailed",
    "xpassed",
    "flaky",
    "unknown",
    "unfinished",
)


def show_validation(validation: Validation, grounds: Grounds) -> ValidationState:
    """Return `validation` with what its command gave."""
    name = validation.in_
    paths = pytest_paths(validation.command)
    matches = [m for path in paths for m in grounds.merged.matches(path, name)]
    verdict, outcome = _of_receipts(validation, grounds)
    if matches:
        receipt = outcome if verdict is Verdict.FAILING else ""
        only_collect = _asks_to_collect(validation.command)
        verdict, outcome = _of_tests(matches, grounds, only_collect=only_collect)
        if receipt and verdict is not Verdict.FAILING:
            verdict, outcome = Verdict.FAILING, f"{outcome}, {receipt}"
    return ValidationState(validation=validation, outcome=outcome, verdict=verdict)


def _asks_to_collect(command: str) -> bool:
    return not {"--collect-only", "--co"}.isdisjoint(command.split())


def _of_tests(
    matches: Sequence[Match], grounds: Grounds, *, only_collect: bool
) -> tuple[Verdict, str]:
    problem = next((m.run.problem for m in matches if m.run.problem), None)
    if problem is not None:
        return Verdict.UNPROVEN, problem.message
    collectors = collectors_of(matches)
    if collectors:
        why = next((c.message for c in collectors if c.message), "")
        words = f"not collected: {names_of(collectors)}"
        return Verdict.FAILING, f"{words}: {why}" if why else words
    tally = total(matches)
    if not tally.total:
        return _only_collected(matches, grounds, wanted=only_collect)
    parts = [f"{tally.good} of {count(tally.total, 'test')} passed"]
    parts += [f"{tally[word]} {word}" for word in _WORDS if tally[word]]
    doubts = [d.reason for m in matches for d in _timely(m, grounds.doubts(m), grounds)]
    doubts += map(idle_words, idle_shards(matches))
    parts += doubts[:1]
    if tally.bad:
        return Verdict.FAILING, ", ".join(parts)
    proven = not doubts and not tally.unproven and tally.good
    return Verdict.MET if proven else Verdict.UNPROVEN, ", ".join(parts)


def _only_collected(
    matches: Sequence[Match], grounds: Grounds, *, wanted: bool
) -> tuple[Verdict, str]:
    """Judge what was collected and never ran: it is good where no more was wanted."""
    number = sum(match.selection.collected or 0 for match in matches)
    if not number:
        return Verdict.UNPROVEN, "no test matches"
    words = f"{count(number, 'test')} collected, none run"
    for match in matches:
        findings = collecting_doubts(match, grounds)
        for finding in _timely(match, findings, grounds):
            return Verdict.UNPROVEN, f"{words}, {finding.reason}"
    return Verdict.MET if wanted else Verdict.UNPROVEN, words


def _timely(
    match: Match, findings: Iterable[Finding], grounds: Grounds
) -> Iterator[Finding]:
    for finding in findings:
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
    sources = grounds.merged.called(validation.in_, grounds.merged.receipts)
    problem = next((s.problem.message for s in sources if s.problem), None)
    stale = (d for source, _ in found for d in _stale(source, grounds))
    doubt = problem or next(stale, None)
    if doubt is not None:
        return Verdict.UNPROVEN, f"exit code 0, {doubt}"
    return Verdict.MET, "exit code 0"


def _stale(source: Receipts, grounds: Grounds) -> Iterator[str]:
    if _of_now(source, grounds):
        yield from (finding.reason for finding in grounds.stale(source))
