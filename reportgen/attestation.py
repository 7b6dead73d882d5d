"""States what a report found in the words of in-toto, for other tools to sign.

https://github.com/in-toto/attestation/blob/main/spec/predicates/test-result.md

The predicate grades tests by name.  A report counts its tests and keeps no names of
those that passed, so that these are the names in it:

- `run NAME`: a run of the present; it passed if it is green
- `TASK: KIND SUBJECT`, such as `store: tests tests/store/`: a criterion of a task
- `success criterion: KIND SUBJECT`: what ticks one
- a node id: a test that failed, or a module that could not be collected

What did not run is not named: neither a criterion that nobody claims to be met, nor
a run that only collected tests.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum

from reportgen.model import SETTLED, Json
from reportgen.report import CriterionState, Report, RunState, SourceState, Verdict

_STATEMENT = "https://in-toto.io/Statement/v1"
_PREDICATE = "https://in-toto.io/attestation/test-result/v0.1"
_CONFIGURATION = frozenset({"record", "configuration", "template"})


class Grade(StrEnum):
    """What became of a test, in the words of the predicate; the worst first."""

    FAILED = "FAILED"
    WARNED = "WARNED"
    PASSED = "PASSED"


def attestation(report: Report, texts: Mapping[str, str], *, claims_stand: bool) -> str:
    """Return an in-toto Statement about `report` as JSON; `texts` go by their paths.

    Its subjects are the texts and every file that they rest on.  It is PASSED only
    if something passed, nothing failed or gave a warning, the work is settled, and
    all claims stand.
    """
    grades: dict[str, Grade] = {}
    for name, grade in _graded(report):
        grades[name] = _worst({grade, grades.get(name, grade)})
    hashed = [source for source in report.sources if source.sha256]
    files = (source for source in hashed if source.kind != "configuration")
    statement = {
        "_type": _STATEMENT,
        "subject": [
            *(_descriptor(path, _sha256(texts[path])) for path in texts),
            *_descriptors(files),
        ],
        "predicateType": _PREDICATE,
        "predicate": {
            "result": _result(report, grades.values(), claims_stand=claims_stand),
            "configuration": _descriptors(
                source for source in hashed if source.kind in _CONFIGURATION
            ),
            "passedTests": _names(grades, Grade.PASSED),
            "warnedTests": _names(grades, Grade.WARNED),
            "failedTests": _names(grades, Grade.FAILED),
        },
    }
    return json.dumps(statement, indent=2) + "\n"


def _result(report: Report, grades: Iterable[Grade], *, claims_stand: bool) -> Grade:
    """Return the grade of it all: tests that pass settle no work that is open."""
    if not claims_stand:
        return Grade.FAILED
    worst = _worst(grades)
    settled = report.verdict in SETTLED
    return worst if settled else _worst((worst, Grade.WARNED))


def _graded(report: Report) -> Iterator[tuple[str, Grade]]:
    for state in report.present_runs:
        yield from _run(state)
    claims = [(task.name, task.criteria, task.task.done) for task in report.tasks]
    all_done = bool(claims) and all(done for _, _, done in claims)
    claims += [("success criterion", s.criteria, all_done) for s in report.success]
    for name, criteria, claimed in claims:
        for criterion in criteria:
            grade = _criterion(criterion, claimed=claimed)
            if grade is not None:
                yield f"{name}: {criterion.kind} {criterion.subject}", grade


def _run(state: RunState) -> Iterator[tuple[str, Grade]]:
    name = f"run {state.name}"
    tally = state.run.tally
    if {finding.code for finding in state.findings} == {"no-tests"}:
        return
    if state.green and not (tally.flaky or tally.xpassed):
        yield name, Grade.PASSED
    elif state.green or state.as_expected:
        yield name, Grade.WARNED
    else:
        yield name, Grade.FAILED
    for result in state.troubles:
        yield result.nodeid, Grade.FAILED
    more = state.bad - len(state.troubles)
    if more > 0:
        yield f"{name}: {more} more", Grade.FAILED


def _criterion(state: CriterionState, *, claimed: bool) -> Grade | None:
    """Return the grade of a criterion, None if nothing is known and nobody claims it.

    Tests that are meant to fail for now, and do, are a warning.
    """
    match state.verdict:
        case Verdict.MET:
            failed = bool(state.tally and state.tally.bad)
            return Grade.WARNED if failed else Grade.PASSED
        case Verdict.FLAKY:
            return Grade.WARNED
        case Verdict.FAILING:
            return Grade.FAILED
        case Verdict.UNPROVEN | Verdict.WAITING:
            return Grade.FAILED if claimed else None


def _worst(grades: Iterable[Grade]) -> Grade:
    """Return the worst of `grades`; where nothing was tested, nothing passed."""
    return min(grades, key=list(Grade).index, default=Grade.FAILED)


def _names(grades: dict[str, Grade], wanted: Grade) -> list[str]:
    return sorted(name for name, grade in grades.items() if grade is wanted)


def _descriptors(sources: Iterable[SourceState]) -> list[Json]:
    hashes = {source.path: source.sha256 for source in sources}
    return [_descriptor(path, sha256) for path, sha256 in hashes.items()]


def _descriptor(name: str, sha256: str) -> Json:
    return {"name": name, "digest": {"sha256": sha256}}


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
