"""A report for machines: one JSON object, whose form is a promise."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable

from reportgen.model import Diagnostic, Duration, Json
from reportgen.report import Report, RunState

SCHEMA = 1  # grows when a field changes its meaning; fields may be added


def as_data(report: Report, findings: Iterable[Diagnostic]) -> Json:
    """Return `report` with all its `findings` as data for a JSON object."""
    effort = report.effort
    return {
        "schema": SCHEMA,
        "name": report.name,
        "verdict": str(report.verdict),
        "reason": report.reason,
        "effort": {
            "planned_hours": _hours(effort.planned),
            "actual_hours": _hours(effort.actual),
        },
        "phases": [
            {
                "id": state.name,
                "status": str(state.status),
                "reason": state.reason,
                "waits_for": list(state.waits_for),
                "planned_hours": _hours(state.effort.planned),
                "actual_hours": _hours(state.effort.actual),
            }
            for state in report.phases
        ],
        "tasks": [
            {
                "id": state.name,
                "phase": state.phase or None,
                "status": str(state.status),
                "reason": state.reason,
                "done": state.task.done,
                "waits_for": list(state.waits_for),
                "evidence": list(state.evidence),
            }
            for state in report.tasks
        ],
        "blockers": [
            {"id": state.name, "open": state.open, "waits_for": list(state.waits_for)}
            for state in report.blockers
        ],
        "open_issues": [issue.reference for issue in report.open_issues],
        "runs": [_run(state, _home(report)) for state in report.runs],
        "findings": [_finding(finding) for finding in findings],
    }


def unusable(findings: Iterable[Diagnostic]) -> Json:
    """Return why there is no report, as data for a JSON object."""
    return {
        "schema": SCHEMA,
        "name": None,
        "verdict": None,
        "tasks": [],
        "blockers": [],
        "runs": [],
        "findings": [_finding(finding) for finding in findings],
    }


def _finding(finding: Diagnostic) -> Json:
    return {
        "path": finding.place.path,
        "line": finding.place.line,
        "column": finding.place.column,
        "code": finding.code,
        "severity": str(finding.severity),
        "message": finding.message,
        "hint": finding.hint,
    }


def _hours(duration: Duration | None) -> float | None:
    return None if duration is None else round(duration.hours, 4)


def _home(report: Report) -> str:
    """Return the folder of the record, as paths of reports begin with it."""
    paths = [each.path for each in report.inputs if each.kind == "record"]
    return posixpath.dirname(paths[0]) if paths else ""


def _seen_from(home: str, path: str) -> str:
    if posixpath.isabs(path) is not posixpath.isabs(home):
        return path
    return posixpath.relpath(path, home or ".")


def _run(state: RunState, home: str) -> Json:
    """Return a run; its `path` is as the record writes it, `file` as reports do."""
    run, tally = state.run, state.run.tally
    return {
        "evidence": run.evidence,
        "shard": run.shard or None,
        "before": state.before,
        "path": _seen_from(home, run.path),
        "file": run.path,
        "sha256": run.sha256,
        "format": run.format,
        "created": run.created,
        "duration": run.duration,
        "total": tally.total,
        "passed": tally.passed,
        "failed": tally.failed,
        "error": tally.error,
        "skipped": tally.skipped,
        "xfailed": tally.xfailed,
        "xpassed": tally.xpassed,
        "flaky": tally.flaky,
        "unfinished": tally.unfinished,
        "unknown": tally.unknown,
        "collected": run.collected,
        "deselected": run.deselected,
        "lost": run.lost,
        "failed_collectors": len(run.failed_collectors),
        "exitcode": run.exitcode,
        "green": state.green,
        "reasons": [finding.reason for finding in state.findings],
    }
