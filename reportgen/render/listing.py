"""One line for each of many records, in columns."""

from __future__ import annotations

from collections.abc import Sequence

from reportgen.model import Status
from reportgen.render.figures import effort
from reportgen.render.visible import terminal
from reportgen.report import Report

_DAY = 24 * 60 * 60
_HEAD = ("Record", "Verdict", "Tasks", "Planned", "Actual", "Blockers", "Evidence")


def listing(reports: Sequence[Report], *, now: float) -> str:
    """Return a table of `reports`; `now` in Unix seconds tells the evidence's age."""
    rows = [_HEAD, *(_row(report, now) for report in reports)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
    lines = (
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in rows
    )
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _row(report: Report, now: float) -> tuple[str, ...]:
    made = [s.run.created for s in report.present_runs if s.run.created]
    age = f"{max(0, int((now - max(made)) // _DAY))} days old" if made else "none"
    done = sum(task.status is Status.DONE for task in report.tasks)
    return (
        terminal(report.name),
        f"{report.verdict}; {report.caveat}" if report.caveat else str(report.verdict),
        f"{done:,} of {len(report.tasks):,}",
        effort(report.effort.planned),
        effort(report.effort.actual),
        f"{len(report.open_blockers):,}",
        age,
    )
