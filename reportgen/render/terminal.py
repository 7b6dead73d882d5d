"""A report on a terminal: verdict, work with bars, failures, blockers, next steps."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from io import StringIO

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from reportgen.model import MARKS, RiskStatus, Status, Value
from reportgen.render.expressions import Expressions
from reportgen.render.figures import bar, effort, variance
from reportgen.render.links import Links
from reportgen.render.transcript import shorten
from reportgen.render.visible import terminal
from reportgen.report import Effort, PhaseState, Report, TaskState

_SHOWN = 20  # failures of one run
_BAR = 16
_WIDE = 110  # columns
_ENDLESS = 1_000_000
_COLOURS: Mapping[Status, str] = {
    Status.FAILING: "red",
    Status.BLOCKED: "magenta",
    Status.INCOMPLETE: "yellow",
    Status.FLAKY: "yellow",
    Status.DONE: "green",
    Status.ATTESTED: "green",
    Status.READY: "blue",
    Status.IN_PROGRESS: "cyan",
    Status.PLANNED: "bright_black",
}

# What stands for our signs where a stream cannot show them: one column each, and
# the status stands beside its mark in words.
_ASCII = str.maketrans(
    {
        "❌": "x", "⛔": "!", "❓": "?", "⚠": "~", "✅": "+", "☑": "+", "🔵": "o",
        "🔄": ">", "⏳": ".", "❗": "!", "\ufe0f": "", "→": "->", "–": "-", "−": "-",
        "—": "-", "…": "...", "·": "|", "█": "#", "░": ".", "─": "-",
    }
)  # fmt: skip


class Terminal(Value, frozen=True, kw_only=True):
    """What a stream can show; `width` in columns, None for as many as there are."""

    width: int | None = None
    colour: bool = False
    marks: bool = True

    @property
    def narrow(self) -> bool:
        """Whether bars would take the place of words."""
        return self.width is not None and self.width < _WIDE


def show(report: Report, stream: Terminal) -> str:
    """Return `report` as `stream` can show it; nothing in it is an instruction."""
    file = StringIO()
    console = Console(
        file=file,
        width=stream.width or _ENDLESS,
        force_terminal=stream.colour,
        color_system="standard" if stream.colour else None,
        no_color=not stream.colour,
        legacy_windows=False,
        highlight=False,
        emoji=False,
        markup=False,
    )
    plain = Expressions(report.facts).plain
    for part in _parts(report, lambda text: terminal(plain(text)), stream):
        console.print(part)
    text = "\n".join(line.rstrip() for line in file.getvalue().splitlines()) + "\n"
    return text if stream.marks else text.translate(_ASCII)


Plain = Callable[[str], str]


def _parts(report: Report, plain: Plain, stream: Terminal) -> Iterator[RenderableType]:
    yield _headline(report, plain)
    yield from _work(report, plain, stream)
    yield from _claims(report)
    yield from _failures(report)
    yield from _blockers(report, plain)
    yield from _risks(report, plain)
    yield from _next(report, plain)


def _headline(report: Report, plain: Plain) -> RenderableType:
    title = Text(plain(report.record.title), style="bold")
    title.append(f"  {terminal(report.name)}", style="dim")
    verdict = _status(report.verdict)
    verdict.append(f": {terminal(report.reason)}")
    if report.open_issues:
        numbers = Links(report.record).plain(i.number for i in report.open_issues)
        verdict.append(f", waiting for {terminal(numbers)}")
    tally = report.tally
    if tally.bad:
        tests = Text(f"{tally.bad:,} of {tally.total:,} tests failed", style="red")
    else:
        tests = Text(f"{tally.passed:,} of {tally.total:,} tests passed")
    if report.lost:
        tests.append(f", {report.lost:,} lost", style="red")
    if report.doubt:
        tests.append(f", {report.doubt}", style="yellow")
    return Group(title, verdict, tests, _effort(report.effort))


def _effort(spent: Effort) -> Text:
    if not (spent.planned or spent.actual):
        return Text("no effort recorded", style="dim")
    text = Text(f"{effort(spent.planned)} planned, {effort(spent.actual)} actual")
    if spent.variance is not None:
        style = "yellow" if spent.variance > 0 else "green"
        known = " where both are known" if spent.without_actual else ""
        text.append(f", {variance(spent.variance, spent.rate)}{known}", style=style)
    return text


def _work(report: Report, plain: Plain, stream: Terminal) -> Iterator[RenderableType]:
    if not report.tasks and not report.phases:
        return
    yield _title("Plan against actual")
    table = Table(box=None, header_style="dim", pad_edge=False)
    table.add_column("", overflow="fold")
    table.add_column("Done", no_wrap=True)
    table.add_column("Planned", justify="right", no_wrap=True)
    table.add_column("Actual", justify="right", no_wrap=True)
    table.add_column("Status", overflow="fold", min_width=14)
    for number, phase in enumerate(report.phases, 1):
        table.add_row(
            Text(f"{number}. {plain(phase.phase.title)}", style="bold"),
            _done(phase, 0 if stream.narrow else _BAR),
            effort(phase.effort.planned),
            effort(phase.effort.actual),
            _status(phase.status),
        )
        for task in phase.tasks:
            table.add_row(*_task(task, plain, stream))
    for task in report.free_tasks:
        table.add_row(*_task(task, plain, stream))
    yield table


def _done(phase: PhaseState, width: int) -> Text:
    total = len(phase.tasks)
    if not total:
        return Text("—", style="dim")
    done = sum(task.status is Status.DONE for task in phase.tasks)
    style = "green" if done == total else "yellow"
    bars = f"{bar(done / total, width).replace(' ', '░')} " if width else ""
    return Text(bars, style).append(f"{done:,} of {total:,}", "default")


def _task(
    state: TaskState, plain: Plain, stream: Terminal
) -> tuple[RenderableType, ...]:
    status = _status(state.status)
    if not (state.settled and stream.narrow):
        status.append(f": {terminal(state.reason)}", style="default")
    return (
        Padding(Text(plain(state.task.title)), (0, 0, 0, 3), expand=False),
        "",
        effort(state.task.planned),
        effort(state.task.actual),
        status,
    )


def _claims(report: Report) -> Iterator[RenderableType]:
    if report.errors:
        yield _title("Claims without proof")
    for finding in report.errors[:_SHOWN]:
        yield _item("❗", terminal(finding.message))
    yield from _more(len(report.errors) - _SHOWN)


def _failures(report: Report) -> Iterator[RenderableType]:
    for state in report.present_runs:
        if not state.bad:
            continue
        yield _title(f"Failures in {terminal(state.name)}: {terminal(state.reason)}")
        for trouble in state.troubles[:_SHOWN]:
            item = Text(terminal(trouble.nodeid), style="red")
            if trouble.message:
                item.append(f"\n{terminal(shorten(trouble.message))}", style="default")
            yield _item("❌", item)
        yield from _more(state.bad - min(_SHOWN, len(state.troubles)))


def _blockers(report: Report, plain: Plain) -> Iterator[RenderableType]:
    if report.open_blockers:
        yield _title("What blocks")
    titles = {state.name: plain(state.blocker.title) for state in report.blockers}
    for state in report.open_blockers:
        item = Text(plain(state.blocker.title))
        if state.blocker.blocked_by:
            names = [titles.get(name, name) for name in state.waits_for]
            shown = terminal(Links(report.record).plain(names))
            item.append(f"\nwaits for {shown}", style="dim")
        if state.blocker.until:
            item.append(f"\nuntil: {plain(state.blocker.until)}", style="dim")
        yield _item(state.mark, item)


def _risks(report: Report, plain: Plain) -> Iterator[RenderableType]:
    wanted = {RiskStatus.OPEN, RiskStatus.ACCEPTED}
    risks = [risk for risk in report.record.risks if risk.status in wanted]
    if risks:
        yield _title("Open risks")
    for risk in risks:
        yield _item("·", plain(risk.title))


def _next(report: Report, plain: Plain) -> Iterator[RenderableType]:
    steps = [item for s in report.steps if s.open for item in s.steps.items]
    if steps:
        yield _title("Next")
    for number, item in enumerate(steps, 1):
        yield _item(f"{number}.", plain(item))


def _title(text: str) -> RenderableType:
    return Group("", Text(text, style="bold"))


def _item(mark: str, text: str | Text) -> RenderableType:
    table = Table.grid(padding=(0, 1, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    table.add_row(mark, text if isinstance(text, Text) else Text(text))
    return Padding(table, (0, 0, 0, 1), expand=False)


def _more(number: int) -> Iterator[RenderableType]:
    if number > 0:
        yield Text(f"   and {number:,} more", style="dim")


def _status(status: Status) -> Text:
    return Text(f"{MARKS[status]} {status}", style=_COLOURS[status])
