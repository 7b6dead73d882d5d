"""Reports of any size, made in memory, for tests of what is shown of them."""

import msgspec

from reportgen.assess.assess import assess
from reportgen.model import (
    Blocker,
    Duration,
    Markdown,
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
    Tally,
    Task,
    TestsCriterion,
    Text,
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
