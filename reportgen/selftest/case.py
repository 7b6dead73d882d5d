"""One case of the selftest, and the files of evidence that it is made of."""

from __future__ import annotations

import json
from collections.abc import Mapping

from reportgen.model import Json, Status, Value

NOW = 1_772_366_400.0  # 2026-03-01: cases are judged on that day, whenever they are
DAY = 86_400
TESTS = "acceptance: [{tests: tests/}]"
RECORD = "evidence: {tests: {pytest: tests.json}}\n"


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


def a_test(name: str, outcome: str = "passed", **phases: str | None) -> Json:
    """Return a test as pytest-json-report has it; a phase that is None is missing."""
    ends = {"setup": "passed", "call": outcome, "teardown": "passed", **phases}
    return {
        "nodeid": f"tests/test_{name}.py::test",
        "lineno": 0,
        "outcome": outcome,
        **{p: {"outcome": e, "duration": 0.1} for p, e in ends.items() if e},
    }


THREE = (a_test("a"), a_test("b"), a_test("c"))


def results_of(*tests: Json, **changes: object) -> str:
    """Return a file of pytest-json-report of `tests`; a change to `...` deletes."""
    words = [str(test["outcome"]) for test in tests]
    counts = {word: words.count(word) for word in words}
    data = {
        "created": NOW - DAY,
        "duration": 1.0,
        "exitcode": 0,
        "summary": {**counts, "total": len(tests), "collected": len(tests)},
        "tests": list(tests),
        **changes,
    }
    return json.dumps({key: value for key, value in data.items() if value is not ...})


def module_of(nodeid: str, *collected: str, outcome: str = "passed") -> Json:
    """Return what became of a module, and the tests that it gave."""
    return {
        "nodeid": nodeid,
        "outcome": outcome,
        "result": [
            {"nodeid": each, "type": "Function", "lineno": 0} for each in collected
        ],
    }


def case_of(
    title: str,
    results: str,
    status: Status,
    *run: str,
    code: str | None = None,
    task: str = TESTS,
    record: str = RECORD,
    **files: str,
) -> Case:
    """Return a case of a run; `code` is the first of `run` unless it is given."""
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


def plain_case(
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
