"""Statuses follow from evidence, and no other way leads to ✅."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen.assess.assess import assess
from reportgen.assess.scope import Scopes
from reportgen.assess.status import worst
from reportgen.merge import merge
from reportgen.model import (
    EVERYTHING,
    SETTLED,
    Attestation,
    Collector,
    Date,
    FileChange,
    FilePath,
    History,
    Identifier,
    Issue,
    Outcome,
    Phase,
    Prose,
    Record,
    Reference,
    Run,
    Selection,
    Stamp,
    Status,
    SuccessCriterion,
    Tally,
    Task,
    Text,
    Tracker,
)
from reportgen.model import (
    TestsCriterion as Wanted,
)
from reportgen.report import Report

TESTS = "tests/"
OUTCOMES = st.lists(st.sampled_from(Outcome), max_size=4)
EXIT_CODES = st.sampled_from([0, 0, 0, 1, 2, 5, None])


@st.composite
def runs(draw: st.DrawFn) -> Run:
    """Return a run, of which a pattern matches some tests."""
    matched, others = draw(OUTCOMES), draw(OUTCOMES)
    tally = Tally.of(matched + others)
    broken = draw(st.sampled_from([(), (Collector(nodeid="tests/x.py"),)]))
    number = draw(st.sampled_from(["1", "2"]))
    return Run(
        evidence=f"run{number}",
        path=f"results/{draw(st.integers(0, 3))}.json",
        format="pytest",
        created=1e9,
        exitcode=draw(EXIT_CODES),
        collected=draw(st.sampled_from([None, tally.total, tally.total + 1])),
        tally=tally,
        failed_collectors=broken,
        selections={
            TESTS: Selection(
                tally=Tally.of(matched),
                collectors=draw(st.sampled_from([(), broken])),
            ),
            EVERYTHING: Selection(tally=tally),
        },
        stamp=draw(st.sampled_from([None, Stamp(exitcode=0), Stamp(exitcode=1)])),
    )


def task(name: str = "work", **more: object) -> Task:
    """Return a task that is claimed done."""
    values: dict[str, object] = {"title": Prose(name), "id": Identifier(name)}
    return Task(**(values | {"done": True} | more))  # type: ignore[arg-type]


def judged(
    *tasks: Task,
    runs: tuple[Run, ...] = (),
    trackers: tuple[Tracker, ...] = (),
    **more: object,
) -> Report:
    """Return the report on `tasks`, at a moment when nothing is stale."""
    record = Record(title=Prose("Work"), tasks=tasks, **more)  # type: ignore[arg-type]
    return assess("work", merge(record, (*runs, *trackers)), files={}, now=1e9)


@given(
    found=st.lists(runs(), max_size=3).map(tuple),
    at_least=st.sampled_from([None, 1, 3]),
    done=st.booleans(),
)
def test_done_means_proven(
    found: tuple[Run, ...], at_least: int | None, *, done: bool
) -> None:
    """✅ only for a claim with a passed test, none bad, in runs that hide nothing."""
    criterion = Wanted(tests=Text(TESTS), at_least=at_least)
    report = judged(task(done=done, acceptance=(criterion,)), runs=found)
    if report.tasks[0].status not in {Status.DONE, Status.FLAKY}:
        return
    assert done
    tallies = [run.selections[TESTS].tally for run in found]
    passed = sum(tally.good for tally in tallies)
    assert passed >= (at_least or 1)
    assert not any(tally.bad or tally.unproven for tally in tallies)
    assert bool(sum(tally.flaky for tally in tallies)) == (
        report.tasks[0].status is Status.FLAKY
    )
    for run in found:
        assert not run.selections[TESTS].collectors
        assert run.collected in {None, run.tally.total}
        assert not run.tally.unfinished
        process = run.stamp.exitcode if run.stamp else None
        codes = {run.exitcode, process} - {None}
        explained = bool(run.tally.bad or run.failed_collectors)
        assert codes == {0} or (codes == {1} and explained)


@given(st.lists(runs(), min_size=1, max_size=3).map(tuple))
def test_the_order_of_files_does_not_matter(found: tuple[Run, ...]) -> None:
    """The same evidence gives the same status, whichever file is read first."""
    work = task(acceptance=(Wanted(tests=Text(TESTS)),))
    there = judged(work, runs=found).tasks[0].status
    assert judged(work, runs=found[::-1]).tasks[0].status is there


@given(st.lists(st.sampled_from(Status), min_size=1))
def test_a_whole_is_settled_only_if_all_of_it_is(statuses: list[Status]) -> None:
    """No number of good tasks outweighs one that is not."""
    assert (worst(statuses) in SETTLED) == all(each in SETTLED for each in statuses)
    assert (worst(statuses) is Status.DONE) == (set(statuses) == {Status.DONE})


def test_an_empty_record_is_not_done() -> None:
    """Where nothing is claimed, nothing is ✅."""
    assert judged().verdict is Status.PLANNED


VOUCHED = Attestation(by=Text("lead"), on=Date("2026-03-01"))


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        pytest.param({}, Status.INCOMPLETE, "no-criterion", id="nothing-shows-it"),
        pytest.param({"attested": VOUCHED}, Status.ATTESTED, "", id="attested"),
        pytest.param(
            {"attested": VOUCHED, "acceptance": (Wanted(tests=Text("x")),)},
            Status.INCOMPLETE,
            "no-evidence",
            id="nobody-vouches-for-tests",
        ),
        pytest.param(
            {"attested": VOUCHED, "blocked_by": (Reference("17"),)},
            Status.BLOCKED,
            "waiting",
            id="waits-for-an-issue",
        ),
        pytest.param(
            {"attested": VOUCHED, "blocked_by": (Reference("18"),)},
            Status.ATTESTED,
            "",
            id="waits-no-more",
        ),
        pytest.param({"done": False}, Status.PLANNED, "", id="planned"),
        pytest.param(
            {"done": False, "after": (Reference("18"),)}, Status.READY, "", id="ready"
        ),
    ],
)
def test_a_status_follows_from_what_is_known(
    changes: dict[str, object], status: Status, code: str
) -> None:
    """The worst news wins, and each status has its reason."""
    issues = {n: Issue(number=n, closed=n == "18") for n in ("17", "18")}
    tracker = Tracker(evidence="issues", path="issues.json", issues=issues)
    (state,) = judged(task(**changes), trackers=(tracker,)).tasks
    assert (state.status, state.code) == (status, code)
    assert state.reason


def test_a_task_opens_another_only_by_its_id() -> None:
    """A title that looks like the id of other work settles nothing but itself."""
    report = judged(
        task("store", done=False),
        task("x", title=Prose("Store"), id=None, attested=VOUCHED),
        task("mail", after=(Reference("store"),), attested=VOUCHED),
    )
    assert report.tasks[2].status is Status.BLOCKED


def test_a_chain_settles_from_its_beginning() -> None:
    """What waits for settled work is settled in the same report."""
    report = judged(
        task("c", after=(Reference("b"),), attested=VOUCHED),
        task("b", after=(Reference("a"),), attested=VOUCHED),
        task("a", attested=VOUCHED),
    )
    assert {state.status for state in report.tasks} == {Status.ATTESTED}


def test_a_chain_of_any_length_settles() -> None:
    """However many links it has, each is judged but once or twice."""
    last = 3_000
    chain = (
        task(f"t{link}", after=(Reference(f"t{link + 1}"),), attested=VOUCHED)
        for link in range(last)
    )
    report = judged(*chain, task(f"t{last}", attested=VOUCHED))
    assert {state.status for state in report.tasks} == {Status.ATTESTED}


def files(*paths: str) -> tuple[FileChange, ...]:
    """Return changes of the files at `paths`."""
    return tuple(FileChange(path=FilePath(path)) for path in paths)


def test_a_file_of_the_record_matters_to_all_unless_a_task_owns_it() -> None:
    """What nobody owns is everybody's."""
    one = task("one", files=files("a.py"))
    two = task("two", relevant=(FilePath("src/**/*.py"), FilePath("./lib/")))
    record = Record(title=Prose("x"), tasks=(one, two), files=files("a.py", "c.py"))
    scopes = Scopes(record)
    matters = {
        path: [scopes.of(claim).matters(path) for claim in (one, two, None)]
        for path in ("a.py", "c.py", "src/x.py", "src/a/x.py", "lib/a", "a.pyc", "z")
    }
    assert matters == {
        "a.py": [True, False, True],
        "c.py": [True, True, True],
        "src/x.py": [False, True, True],
        "src/a/x.py": [False, True, True],
        "lib/a": [False, True, True],
        "a.pyc": [False, False, False],
        "z": [False, False, False],
    }


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("tests/test_a.py::test_x[a/b]", "tests/test_a.py", True),
        ("linux@tests/test_a.py::test_x", "tests/test_a.py", True),
        ("tests/test_a.py::test_x", "backend/tests/test_a.py", True),
        ("tests/test_a.py::test_x", "other_tests/test_a.py", False),
        ("tests/test_a.py::test_x", "tests/test_a.py.txt", False),
        ("tests/test_a", "tests/test_a_b.py", True),
        ("tests/**/test_a.py", "tests/x/y/test_a.py", True),
        ("tests/*/test_a.py::*", "tests/x/y/test_a.py", True),
        ("tests/test_a.py", "tests/conftest.py", True),
        ("tests/test_a.py", "tests/x/conftest.py", False),
        ("", "any/test_x.py", True),
        ("", "any/x.py", False),
    ],
)
def test_the_files_of_tests_matter(pattern: str, path: str, *, expected: bool) -> None:
    """Evidence about tests is stale when their own file changed."""
    criterion = Wanted(tests=Text(pattern))
    claim = task(acceptance=(criterion,), relevant=(FilePath("nothing"),))
    scope = Scopes(Record(title=Prose("x"), tasks=(claim,))).of(claim)
    assert scope.matters(path) is expected


def passed(path: str = "t.json", **more: object) -> Run:
    """Return a green run of one test that the pattern selects."""
    values: dict[str, object] = {
        "selections": {TESTS: Selection(tally=Tally(passed=1))},
        "tally": Tally(passed=1),
    }
    return Run(  # type: ignore[arg-type]
        evidence="tests",
        path=path,
        format="pytest",
        created=1e9,
        exitcode=0,
        **(values | more),
    )


def test_a_run_is_stale_for_one_task_and_fresh_for_another() -> None:
    """Only those claims fall whose files changed; the row shows that some did."""
    criterion = Wanted(tests=Text(TESTS))
    tasks = tuple(
        task(name, acceptance=(criterion,), relevant=(FilePath(f"{name}.py"),))
        for name in ("a", "b")
    )
    record = Record(title=Prose("x"), tasks=tasks)
    history = History(changed={"t.json": ("a.py",)})
    report = assess("x", merge(record, [passed()]), files={}, now=1e9, history=history)
    assert [t.status for t in report.tasks] == [Status.INCOMPLETE, Status.DONE]
    assert report.runs[0].reason == "1 file changed since: a.py"


def test_a_stale_run_without_the_tests_says_nothing_of_them() -> None:
    """Other evidence may be as old as it likes."""
    other = passed("old.json", selections={}, tally=Tally(passed=1))
    work = task(acceptance=(Wanted(tests=Text(TESTS)),))
    record = Record(title=Prose("x"), tasks=(work,))
    history = History(changed={"old.json": ("a.py",)})
    merged = merge(record, [passed(), other])
    report = assess("x", merged, files={}, now=1e9, history=history)
    assert report.tasks[0].status is Status.DONE


def test_a_flaky_test_is_no_proof_and_no_failure() -> None:
    """What rests on a test that passed when rerun is flaky, never done."""
    tally = Tally(passed=1, flaky=1)
    run = passed(tally=tally, selections={TESTS: Selection(tally=tally)})
    report = judged(task(acceptance=(Wanted(tests=Text(TESTS)),)), runs=(run,))
    assert report.tasks[0].status is Status.FLAKY
    assert [finding.code for finding in report.errors] == []


ISSUE = Tracker(
    evidence="tracker",
    path="issues.json",
    created=1e9,
    issues={"17": Issue(number="17", title="pool")},
)
NOT_DONE = Task(title=Prose("b"), id=Identifier("b"))
FAILED = Task(
    title=Prose("c"),
    id=Identifier("c"),
    done=True,
    acceptance=(Wanted(tests=Text(TESTS)),),
)
RED = Run(
    evidence="run",
    path="r.json",
    format="pytest",
    created=1e9,
    exitcode=1,
    tally=Tally(failed=1),
    selections={
        TESTS: Selection(tally=Tally(failed=1)),
        EVERYTHING: Selection(tally=Tally(failed=1)),
    },
)


@pytest.mark.parametrize(
    ("tasks", "reason"),
    [
        pytest.param([task("a")], "0 of 1 task done", id="one"),
        pytest.param(
            [task("a", attested=VOUCHED)], "1 of 1 task done", id="one-settled"
        ),
        pytest.param(
            [task("a", attested=VOUCHED), FAILED],
            "1 of 2 tasks done; failing: c",
            id="names-what-fails",
        ),
        pytest.param(
            [FAILED, NOT_DONE], "0 of 2 tasks done; failing: c", id="not-all-fail"
        ),
        pytest.param([NOT_DONE], "0 of 1 task done", id="not-begun"),
    ],
)
def test_a_phase_names_the_tasks_that_decide(tasks: list[Task], reason: str) -> None:
    """What makes a phase no better is named, unless all of its tasks are like that."""
    phase = Phase(id=Identifier("p"), title=Prose("P"), tasks=tuple(tasks))
    report = judged(phases=(phase,), runs=(RED,))
    assert report.phases[0].reason == reason


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        pytest.param({}, Status.PLANNED, id="nothing"),
        pytest.param({"commands": (Text("pytest"),)}, Status.READY, id="commands"),
        pytest.param({"capability": Prose("all")}, Status.READY, id="capability"),
        pytest.param({"blocked_by": ("17",)}, Status.BLOCKED, id="blocked"),
    ],
)
def test_a_phase_without_tasks(changes: dict[str, object], status: Status) -> None:
    """A phase to come is planned, ready as soon as it says how, or blocked."""
    if "blocked_by" in changes:
        changes = {"blocked_by": (Reference("17"),)}
    phase = Phase(id=Identifier("p"), title=Prose("P"), **changes)  # type: ignore[arg-type]
    report = judged(phases=(phase,), trackers=(ISSUE,))
    assert report.phases[0].status is status


@pytest.mark.parametrize(
    ("tasks", "criteria", "expected"),
    [
        pytest.param(
            [task("a", attested=VOUCHED)],
            [SuccessCriterion(text=Prose("s"), attested=VOUCHED)],
            (Status.ATTESTED, "1 of 1 task done; 1 of 1 success criterion met"),
            id="met",
        ),
        pytest.param(
            [task("a", attested=VOUCHED)],
            [SuccessCriterion(text=Prose("s"))],
            (Status.INCOMPLETE, "1 of 1 task done; 0 of 1 success criterion met"),
            id="not-met-when-all-is-settled",
        ),
        pytest.param(
            [NOT_DONE],
            [SuccessCriterion(text=Prose("s"))],
            (Status.PLANNED, "0 of 1 task done; 0 of 1 success criterion met"),
            id="not-asked-yet",
        ),
        pytest.param(
            [NOT_DONE],
            [SuccessCriterion(text=Prose("s"), acceptance=FAILED.acceptance)],
            (Status.FAILING, "0 of 1 task done; 0 of 1 success criterion met"),
            id="failing-counts-at-once",
        ),
    ],
)
def test_success_counts_when_the_work_is_settled(
    tasks: list[Task],
    criteria: list[SuccessCriterion],
    expected: tuple[Status, str],
) -> None:
    """A success criterion that is not met yet is no news until all is done."""
    report = judged(*tasks, criteria=tuple(criteria), runs=(RED,))
    assert (report.verdict, report.reason) == expected
