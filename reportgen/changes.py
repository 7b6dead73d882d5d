"""What became different between two states of the same report."""

from __future__ import annotations

from collections.abc import Iterator

from reportgen.model import Status, Value
from reportgen.report import Report


class EarlierTask(Value, frozen=True, kw_only=True):
    """What a task was."""

    id: str
    status: str


class EarlierBlocker(Value, frozen=True, kw_only=True):
    """What a blocker was."""

    id: str
    open: bool


class EarlierRun(Value, frozen=True, kw_only=True):
    """What a run gave."""

    evidence: str
    before: bool = False
    total: int = 0
    passed: int = 0
    failed: int = 0
    error: int = 0


class Earlier(Value, frozen=True, kw_only=True):
    """An earlier state, as `check --format json` prints one."""

    schema: int
    name: str | None  # none where there was no report
    verdict: str | None
    tasks: tuple[EarlierTask, ...] = ()
    blockers: tuple[EarlierBlocker, ...] = ()
    open_issues: tuple[str, ...] = ()
    runs: tuple[EarlierRun, ...] = ()


class Change(Value, frozen=True, kw_only=True):
    """One thing that is different: what it is, what it was and what it is now.

    `kind` is verdict, task, blocker, issue or tests; `status` is the present one, of
    what has one.  What is new has no `before`, what is gone has no `now`.
    """

    kind: str
    name: str = ""
    before: str = ""
    now: str = ""
    status: Status | None = None

    @property
    def mark(self) -> str:
        """The sign that stands for its status."""
        return self.status.mark if self.status else ""


def changes(report: Report, earlier: Earlier) -> tuple[Change, ...]:
    """Return what became different from `earlier` to `report`; perhaps nothing."""
    return (
        *_verdict(report, earlier),
        *_tasks(report, earlier),
        *_blockers(report, earlier),
        *_issues(report, earlier),
        *_tests(report, earlier),
    )


def _verdict(report: Report, earlier: Earlier) -> Iterator[Change]:
    if earlier.verdict != report.verdict:
        yield Change(
            kind="verdict",
            before=earlier.verdict or "",
            now=report.verdict,
            status=report.verdict,
        )


def _tasks(report: Report, earlier: Earlier) -> Iterator[Change]:
    before = {task.id: task.status for task in earlier.tasks}
    for state in report.tasks:
        was = before.pop(state.name, "")
        if was != state.status:
            yield Change(
                kind="task",
                name=state.task.title,
                before=was,
                now=state.status,
                status=state.status,
            )
    for name, was in before.items():
        yield Change(kind="task", name=name, before=was)


def _blockers(report: Report, earlier: Earlier) -> Iterator[Change]:
    before = {each.id: each.open for each in earlier.blockers}
    for state in report.blockers:
        was = before.pop(state.name, None)
        if was is not state.open and (state.open or was):
            yield Change(
                kind="blocker",
                name=state.blocker.title,
                before="" if was is None else "open" if was else "gone",
                now="open" if state.open else "gone",
                status=state.status,
            )
    for name, was in before.items():
        if was:
            yield Change(kind="blocker", name=name, before="open")


def _issues(report: Report, earlier: Earlier) -> Iterator[Change]:
    now = [issue.reference for issue in report.open_issues]
    read = [tracker for tracker in report.trackers if tracker.problem is None]
    known = [issue for tracker in read for issue in tracker.issues.values()]
    closed = {each.reference for each in known if each.closed}
    closed -= {each.reference for each in known if not each.closed}
    for number in earlier.open_issues:
        if number not in now:
            yield Change(
                kind="issue",
                name=number,
                before="in the way",
                now="closed" if number in closed else "",
                status=Status.DONE if number in closed else None,
            )
    for number in now:
        if number not in earlier.open_issues:
            yield Change(
                kind="issue", name=number, now="in the way", status=Status.BLOCKED
            )


def _tests(report: Report, earlier: Earlier) -> Iterator[Change]:
    runs = [run for run in earlier.runs if not run.before]
    tallies = [state.run.tally for state in report.present_runs]
    figures = {
        "run": (sum(r.total for r in runs), sum(t.total for t in tallies)),
        "passed": (sum(r.passed for r in runs), sum(t.passed for t in tallies)),
        "failed": (sum(r.failed + r.error for r in runs), sum(t.bad for t in tallies)),
    }
    for name, (before, now) in figures.items():
        if before != now:
            yield Change(kind="tests", name=name, before=f"{before:,}", now=f"{now:,}")
