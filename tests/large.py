"""Reports of any size, made in memory, for tests of what is shown of them."""

from functools import cache

import msgspec

from reportgen.assess.assess import assess
from reportgen.model import (
    Blocker,
    Duration,
    FileChange,
    FilePath,
    ImpactGroup,
    Markdown,
    Metric,
    Moment,
    NextSteps,
    Outcome,
    Phase,
    Prose,
    Record,
    Result,
    Risk,
    RiskStatus,
    Run,
    Section,
    Selection,
    SuccessCriterion,
    Tally,
    Task,
    TestsCriterion,
    Text,
    Why,
)
from reportgen.report import Merged, Report

KEPT = 10_000  # results that a reader keeps of a run
HOUR = 3600.0
PASSING = "tests/passing/"
FAILING = "tests/failing/"
BROKEN = Task(
    id=Text("broken"),
    title=Prose("Broken task"),
    done=True,
    acceptance=(TestsCriterion(tests=Text(FAILING)),),
)


def failing(
    number: int,
    *,
    tasks: int = 12,
    name: str = "",
    message: str = "",
    shards: int = 1,
) -> Report:
    """Return a report with `number` failing tests beside `tasks` that are done.

    The first failure has the given `name` and `message`.  Each of `shards` holds
    all of them.
    """
    results = tuple(
        Result(
            nodeid=f"tests/failing/test_{at // 50}.py::test_case[{at}]",
            outcome=Outcome.FAILED,
            message=f"AssertionError: assert {at} == 4 " + "and so on " * (at % 40),
        )
        for at in range(min(number, KEPT))
    )
    if name:
        first = Result(nodeid=name, outcome=Outcome.FAILED, message=message)
        results = (first, *results[1:])
    tally = Tally(passed=9, failed=number)
    run = Run(
        evidence="tests",
        path="results/tests.json",
        format="pytest",
        created=1_780_000_000.0,
        exitcode=1 if number else 0,
        collected=tally.total,
        tally=tally,
        results=results,
        selections={
            "": Selection(tally=tally),
            PASSING: Selection(tally=Tally(passed=9)),
            FAILING: Selection(tally=Tally(failed=number), results=results[:1000]),
        },
    )
    whole = record(tasks, broken=bool(number))
    runs = (
        (run,)
        if shards == 1
        else tuple(
            msgspec.structs.replace(run, shard=f"machine-{at}") for at in range(shards)
        )
    )
    return assess("large", Merged(record=whole, runs=runs), files={}, now=0)


def record(tasks: int, *, broken: bool) -> Record:
    """Return a record with `tasks` that are done, and perhaps a broken one.

    It has a blocker, an open and a mitigated risk, and a section of its own.
    """
    return Record(
        title=Prose("A large run"),
        phases=(
            Phase(
                id=Text("one"),
                title=Prose("Ground"),
                tasks=(*_tasks(tasks), *((BROKEN,) if broken else ())),
            ),
        ),
        blockers=(
            Blocker(id=Text("pool"), title=Prose("Shared pool"), blocked_by=("17",)),
        ),
        risks=(
            Risk(title=Prose("Clock skew")),
            Risk(title=Prose("Slow start"), status=RiskStatus.MITIGATED),
        ),
        sections=(Section(title=Prose("Lessons"), body=Markdown("Many.\n" * 50)),),
    )


@cache
def wide(number: int) -> Report:
    """Return a report with `number` of everything that a record can list.

    Of the tasks and criteria all but every tenth are done; two claims are wrong.
    """
    prose = tuple(Prose(f"text {at}") for at in range(number))
    passing = (TestsCriterion(tests=Text(PASSING)),)
    tasks = tuple(
        msgspec.structs.replace(task, done=at % 10 > 0)
        for at, task in enumerate(_tasks(number))
    )
    wrong = msgspec.structs.replace(BROKEN, id=Text("worse"), title=Prose("Worse task"))
    whole = Record(
        title=Prose("A wide record"),
        scope=prose[0],
        impact=prose[0],
        fields={f"Field {at}": each for at, each in enumerate(prose)},
        summary=prose,
        phases=tuple(
            Phase(
                id=Text(f"phase-{at}"),
                title=Prose(f"Phase {at}"),
                tasks=(Task(title=each, done=at % 2 > 0, acceptance=passing),),
            )
            for at, each in enumerate(prose)
        ),
        tasks=(*tasks, BROKEN, wrong),
        blockers=tuple(
            Blocker(
                id=Text(f"blocker-{at}"),
                title=Prose(f"Blocker {at}"),
                blocked_by=(f"{2 * at + 1}",),
                details=prose[:3],
            )
            for at in range(number)
        ),
        criteria=tuple(
            SuccessCriterion(
                text=Prose(f"Criterion {at}"), acceptance=passing * (at % 10 > 0)
            )
            for at in range(number)
        ),
        metrics=tuple(Metric(name=each, before=each, after=each) for each in prose),
        risks=tuple(Risk(title=each, response=each) for each in prose),
        files=tuple(FileChange(path=FilePath(f"src/{at}.py")) for at in range(number)),
        root_cause=tuple(Why(why=each, because=each) for each in prose),
        impact_groups=tuple(ImpactGroup(title=each, items=prose[:2]) for each in prose),
        next_steps=(
            NextSteps(when=Moment("now"), items=prose),
            *(
                NextSteps(when=Moment(f"after blocker-{at}"), items=prose[:2])
                for at in range(number)
            ),
        ),
        sections=tuple(Section(title=each, body=Markdown("words")) for each in prose),
        conclusion=Markdown("And so on."),
        footer={f"Line {at}": each for at, each in enumerate(prose)},
    )
    (state,) = failing(3).runs
    return assess("wide", Merged(record=whole, runs=(state.run,)), files={}, now=0)


def _tasks(number: int) -> tuple[Task, ...]:
    return tuple(
        Task(
            id=Text(f"task-{at}"),
            title=Prose(f"Task number {at}"),
            planned=Duration(low=2 * HOUR, high=2 * HOUR),
            actual=Duration(low=HOUR, high=HOUR),
            done=True,
            acceptance=(TestsCriterion(tests=Text(PASSING)),),
            problem=(Prose("it was slow, and it was slow in many places"),),
            solution=(Prose("it is fast"),),
        )
        for at in range(number)
    )
