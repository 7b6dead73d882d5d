"""How much of a report is told: the same report with more, or with less."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from reportgen.model import RiskStatus, Value
from reportgen.report import Report

UNFOLDED = 10
_SHORT = 80  # characters of a message where room is scarce
_NAME = 200  # characters of a name, likewise


class Detail(Value, frozen=True, kw_only=True):
    """What a template may show, and how much of it.

    `settled` are the details of work that is settled and the names of tests that
    did not fail, `background` is what is neither plan nor proof (free sections,
    impact, files, root cause, mitigated risks, the conclusion), `tasks` are the rows
    of settled tasks and green runs.  `message`, `name` and `listed` bound the length
    of a message, of a name and of a list.
    """

    settled: bool = True
    background: bool = True
    message: int = 300
    tasks: bool = True
    name: int = 100_000
    listed: int = 1_000
    pictures: bool = True
    folded: bool = True

    @property
    def unfolded(self) -> int:
        """How many items of a list stand open; the others unfold."""
        return UNFOLDED if self.folded else self.listed

    def less(self) -> Iterator[Detail]:
        """Yield this detail and then ever less: what is dispensable goes first.

        The last has everything but the bound of its lists at its least.
        """
        detail = self
        yield detail
        for step in (
            {"settled": False, "pictures": False},
            {"background": False},
            {"message": _SHORT},
            {"tasks": False},
            {"name": _NAME},
        ):
            detail = msgspec.structs.replace(detail, **step)
            yield detail


def left_out(report: Report, detail: Detail) -> tuple[str, ...]:
    """Return what `detail` leaves out of `report`, counted, in words."""
    return tuple(
        _counted(number, one, several)
        for number, one, several in _omissions(report, detail)
        if number
    )


def _omissions(report: Report, detail: Detail) -> Iterator[tuple[int, str, str]]:
    record = report.record
    if not detail.settled:
        told = [task.settled for task in report.tasks if task.has_story]
        settled = sum(told)
        yield (
            settled,
            "the details of 1 settled task",
            "the details of {} settled tasks",
        )
        rest = len(told) - settled - detail.listed
        yield max(0, rest), "the details of 1 open task", "the details of {} open tasks"
        named = sum(len(run.others) for run in report.present_runs)
        yield named, "the name of 1 test", "the names of {} tests"
    if not detail.background:
        gone = {RiskStatus.MITIGATED, RiskStatus.CLOSED}
        yield record.conclusion is not None, "the conclusion", ""
        yield len(record.sections), "1 section", "{} sections"
        effects = sum(bool(group.items) for group in record.impact_groups)
        yield effects, "1 list of effects", "{} lists of effects"
        yield len(record.files), "1 file", "{} files"
        yield (
            len(record.root_cause),
            "1 step of the root cause",
            "{} steps of the root cause",
        )
        risks = sum(risk.status in gone for risk in record.risks)
        yield risks, "1 mitigated risk", "{} mitigated risks"
    present = report.present_runs
    troubles = [each for run in present for each in run.troubles[: detail.listed]]
    if detail.message < Detail().message:
        long = sum(len(trouble.message) > detail.message for trouble in troubles)
        yield long, "the end of 1 long message", "the ends of {} long messages"
    if not detail.tasks:
        rows = sum(task.settled for task in report.tasks)
        yield rows, "the row of 1 settled task", "the rows of {} settled tasks"
    if detail.name < Detail().name:
        long = sum(len(trouble.nodeid) > detail.name for trouble in troubles)
        yield long, "the end of 1 long name", "the ends of {} long names"
    broken = [run.bad for run in present if run.bad]
    rest = sum(max(0, bad - detail.listed) for bad in broken[: detail.listed])
    rest += sum(broken[detail.listed :])
    yield rest, "1 failure", "{} failures"


def _counted(number: int, one: str, several: str) -> str:
    return one if number == 1 else several.format(f"{number:,}")
