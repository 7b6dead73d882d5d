"""Proves on built-in cases that the gate fails where it must, and passes where it may.

Each case is a record with one task that is claimed done, and the files that tools
would have written.  All of it is read and judged by the code that judges yours.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from reportgen import pipeline, records
from reportgen.load.config import Config
from reportgen.model import SETTLED, Value
from reportgen.report import Report
from reportgen.selftest.case import NOW, Case
from reportgen.selftest.of_others import cases_of_others
from reportgen.selftest.of_runs import cases_of_runs
from reportgen.selftest.of_tests import cases_of_tests


class Outcome(Value, frozen=True, kw_only=True):
    """What became of a case: nothing is wrong, or what is."""

    case: Case
    wrong: str = ""


def selftest(folder: Path) -> Iterator[Outcome]:
    """Judge all cases that are built in, in a `folder` that may be written to."""
    for number, case in enumerate(built_in()):
        home = folder / str(number)
        source = _lay_out(case, home)
        report = pipeline.testify(source, Config(root=home), now=NOW)
        yield Outcome(case=case, wrong=_difference(case, report))


def built_in() -> Iterator[Case]:
    """Yield every case: the rule for a green run, each kind of criterion, claims."""
    yield from cases_of_runs()
    yield from cases_of_tests()
    yield from cases_of_others()


def _lay_out(case: Case, home: Path) -> records.Source:
    data = home / "data"
    if not data.exists():
        data.mkdir(parents=True)
        for name, text in case.files.items():
            (data / name).write_text(text, encoding="utf-8")
        text = f"title: Case\ntasks:\n  - {{title: Work, done: true, {case.task}}}\n"
        (data / "case.yaml").write_text(text + case.record, encoding="utf-8")
    (source,) = records.read(["case"], Config(root=home))
    return source


def _difference(case: Case, report: Report) -> str:
    """Say in which way `report` is not what `case` demands; "" if it is."""
    (task,) = report.tasks
    codes = next(
        (
            tuple(sorted({finding.code for finding in state.findings}))
            for state in report.runs
            if state.run.evidence == "tests"
        ),
        None,
    )
    if task.status is not case.status:
        return f"the task is {task.status} ({task.reason}), not {case.status}"
    if task.code != case.code:
        return f"the reason is {task.code or 'none'}, not {case.code or 'none'}"
    if codes != case.run:
        return f"wrong with the run is {_listed(codes)}, not {_listed(case.run)}"
    passes = not report.errors
    if passes is not (case.status in SETTLED):
        return f"the exit code is {0 if passes else 1}"
    return ""


def _listed(codes: Iterable[str] | None) -> str:
    return "that there is none" if codes is None else ", ".join(codes) or "nothing"
