"""Statuses follow from evidence, and no other way leads to ✅."""

from collections.abc import Mapping

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen.assess.assess import assess
from reportgen.assess.scope import Scopes
from reportgen.assess.status import worst
from reportgen.merge import merge
from reportgen.model import (
    EVERYTHING,
    NOWHERE,
    SETTLED,
    Attestation,
    Blocker,
    CollectedCriterion,
    Collector,
    Coverage,
    Criterion,
    Date,
    Diagnostic,
    Duration,
    EvidenceName,
    Expectation,
    FileChange,
    FileCriterion,
    FilePath,
    FixedCriterion,
    History,
    Identifier,
    Issue,
    IssueCriterion,
    Outcome,
    Phase,
    Place,
    Prose,
    Receipts,
    Record,
    Reference,
    Result,
    Run,
    Selection,
    Stamp,
    Status,
    SuccessCriterion,
    SummaryLine,
    Tally,
    Task,
    Text,
    Tracker,
)
from reportgen.model import (
    TestsCriterion as Wanted,
)
from reportgen.render.expressions import Expressions
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
    changed: Mapping[str, tuple[str, ...]] | None = None,
    **more: object,
) -> Report:
    """Return the report on `tasks`, when only what `changed` makes a run stale."""
    record = Record(title=Prose("Work"), tasks=tasks, **more)  # type: ignore[arg-type]
    merged = merge(record, (*runs, *trackers))
    history = History(changed=changed or {})
    return assess("work", merged, files={}, now=1e9, history=history)


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
    report = judged()
    assert (report.verdict, report.reason) == (Status.PLANNED, "there is no task yet")


def test_phases_without_a_task_give_the_verdict_a_reason() -> None:
    """A status travels with its reason, also where there is nothing to count."""
    report = judged(phases=(Phase(title=Prose("Roll-out")),))
    assert (report.verdict, report.reason) == (Status.PLANNED, "there is no task yet")


VOUCHED = Attestation(by=Text("lead"), on=Date("2026-03-01"))
CLOSED = IssueCriterion(issue=Reference("18"))
OPEN = IssueCriterion(issue=Reference("17"))
ISSUES = Tracker(
    evidence="issues",
    path="issues.json",
    issues={n: Issue(number=n, closed=n == "18") for n in ("17", "18")},
)


@pytest.mark.parametrize(
    ("changes", "status", "code", "reason"),
    [
        pytest.param(
            {},
            Status.INCOMPLETE,
            "no-criterion",
            "nothing shows it: no criterion and no attestation",
            id="nothing-shows-it",
        ),
        pytest.param(
            {"attested": VOUCHED},
            Status.ATTESTED,
            "",
            "by lead on 2026-03-01",
            id="attested",
        ),
        pytest.param(
            {"attested": VOUCHED, "acceptance": (Wanted(tests=Text("x")),)},
            Status.INCOMPLETE,
            "no-evidence",
            "tests `x`: no test results of this name",
            id="nobody-vouches-for-tests",
        ),
        pytest.param(
            {"acceptance": (FileCriterion(file=FilePath("x")),)},
            Status.INCOMPLETE,
            "file-missing",
            "file `x`: nobody looked at it",
            id="nobody-looked",
        ),
        pytest.param(
            {"acceptance": (CLOSED, CLOSED)},
            Status.DONE,
            "",
            "2 of 2 criteria met",
            id="two-criteria",
        ),
        pytest.param(
            {"attested": VOUCHED, "blocked_by": (Reference("17"),)},
            Status.BLOCKED,
            "waiting",
            "waits for #17",
            id="waits-for-an-issue",
        ),
        pytest.param(
            {"attested": VOUCHED, "blocked_by": (Reference("18"),)},
            Status.ATTESTED,
            "",
            "by lead on 2026-03-01",
            id="waits-no-more",
        ),
        pytest.param({"done": False}, Status.PLANNED, "", "not begun", id="planned"),
        pytest.param(
            {"done": False, "after": (Reference("18"),)},
            Status.READY,
            "",
            "nothing that it waits for is open",
            id="ready",
        ),
        pytest.param(
            {"done": False, "actual": Duration(low=1, high=1)},
            Status.IN_PROGRESS,
            "",
            "work has begun, and is not claimed done",
            id="begun",
        ),
    ],
)
def test_a_status_follows_from_what_is_known(
    changes: dict[str, object], status: Status, code: str, reason: str
) -> None:
    """The worst news wins, and each status has its reason."""
    (state,) = judged(task(**changes), trackers=(ISSUES,)).tasks
    assert (state.status, state.code, state.reason) == (status, code, reason)


def test_what_a_phase_waits_for_opens_its_tasks() -> None:
    """A task is ready when the condition of its phase is met, and knows its phase."""
    tasks = (task("a", done=False),)
    waiting = Phase(title=Prose("P"), tasks=tasks, after=(Reference("18"),))
    named = Phase(id=Identifier("q"), title=Prose("Q"), tasks=(task("b", done=False),))
    states = judged(phases=(waiting, named), trackers=(ISSUES,)).tasks
    assert [(s.phase, s.status) for s in states] == [
        ("", Status.READY),
        ("q", Status.PLANNED),
    ]


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        pytest.param("ready planned", Status.READY, id="not-begun"),
        pytest.param("ready done", Status.IN_PROGRESS, id="half-done"),
        pytest.param("planned attested", Status.IN_PROGRESS, id="half-attested"),
        pytest.param("ready planned flaky", Status.IN_PROGRESS, id="begun-somewhere"),
        pytest.param("done blocked", Status.BLOCKED, id="blocked"),
    ],
)
def test_work_is_in_progress_between_its_first_and_its_last(
    statuses: str, expected: Status
) -> None:
    """Some settled and others not begun means that the whole is in progress."""
    assert worst(Status(each) for each in statuses.split()) is expected


def test_a_task_opens_another_only_by_its_id() -> None:
    """A title that looks like the id of other work settles nothing but itself."""
    report = judged(
        task("store", done=False),
        task("x", title=Prose("Store"), id=None, attested=VOUCHED),
        task("mail", after=(Reference("store"),), attested=VOUCHED),
    )
    assert report.tasks[2].status is Status.BLOCKED


@pytest.mark.parametrize(
    ("settled", "status"),
    [
        pytest.param((), Status.BLOCKED, id="nothing"),
        pytest.param(("a",), Status.BLOCKED, id="the-first"),
        pytest.param(("b",), Status.BLOCKED, id="the-second"),
        pytest.param(("a", "b"), Status.READY, id="all"),
    ],
)
def test_a_phase_opens_others_when_all_of_it_is_settled(
    settled: tuple[str, ...], status: Status
) -> None:
    """One task that is settled is not the phase; it waits no longer than it must."""
    tasks = tuple(task(name, attested=VOUCHED, done=name in settled) for name in "ab")
    phase = Phase(id=Identifier("p"), title=Prose("P"), tasks=tasks)
    after = Phase(title=Prose("Q"), after=(Reference("p"),))
    free = task("c", done=False, after=(Reference("p"),))
    report = judged(free, phases=(phase, after))
    assert report.free_tasks[0].status is status
    assert report.phases[1].status is status


def test_work_waits_for_all_that_it_names() -> None:
    """One of two things is not enough, and what waits for it waits on."""

    def work(name: str, *after: str) -> Task:
        return task(name, attested=VOUCHED, after=tuple(map(Reference, after)))

    open_task = task("open", done=False)
    tasks = (
        work("a"),
        work("b"),
        work("after-b", "b"),
        work("after-a", "a"),
        work("half", "a", "open"),
        work("after-half", "half"),
        open_task,
    )
    report = judged(*tasks)
    assert [each.name for each in report.tasks if each.settled] == [
        "a",
        "b",
        "after-b",
        "after-a",
    ]
    assert report.tasks[4].waits_for == ("open",)
    assert report.tasks[5].waits_for == ("half",)


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
        ("**/*", "any/test_x.py", True),
        ("./", "any/test_x.py", True),
        ("./tests/test_a.py::test_x", "tests/test_a.py", True),
        ("./tests/test_a.py::test_x", "tests/conftest.py", True),
        ("test_a.py::test_x", "conftest.py", True),
        ("test_a.py::test_x", "any/conftest.py", False),
    ],
)
def test_the_files_of_tests_matter(pattern: str, path: str, *, expected: bool) -> None:
    """Evidence about tests is stale when their own file changed."""
    for criterion in (
        Wanted(tests=Text(pattern)),
        FixedCriterion(fixed=Text(pattern)),
        CollectedCriterion(collected=Text(pattern)),
    ):
        claim = task(acceptance=(criterion,), relevant=(FilePath("nothing"),))
        scope = Scopes(Record(title=Prose("x"), tasks=(claim,))).of(claim)
        assert scope.matters(path) is expected


def test_the_file_of_a_criterion_matters() -> None:
    """What is looked into is work, for tasks and for success criteria alike."""
    wanted = (FileCriterion(file=FilePath("./docs/guide.md")),)
    claims = (
        task(acceptance=wanted, relevant=(FilePath("nothing"),)),
        SuccessCriterion(text=Prose("s"), acceptance=wanted),
    )
    scopes = Scopes(Record(title=Prose("x"), files=files("a.py"), tasks=claims[:1]))
    for claim in claims:
        assert scopes.of(claim).matters("docs/guide.md")
        assert not scopes.of(claim).matters("docs/guide.md.old")
        assert not scopes.of(claim).matters("docs/other.md")


@pytest.mark.parametrize(
    ("named", "matters"),
    [
        pytest.param((), {"a.py", "database.py"}, id="nothing-named"),
        pytest.param((".",), {"a.py", "database.py", "data/b.py", "x.md"}, id="all"),
        pytest.param(("./",), {"a.py", "database.py", "data/b.py", "x.md"}, id="all/"),
        pytest.param(("data",), {"data/b.py"}, id="a-folder"),
    ],
)
def test_where_no_work_is_done_is_work_only_if_named(
    named: tuple[str, ...], matters: set[str]
) -> None:
    """Documents and folders apart do not matter by themselves, nor what is outside."""
    claim = task(relevant=tuple(map(FilePath, named)))
    scope = Scopes(Record(title=Prose("x"), tasks=(claim,)), apart=("data/",)).of(claim)
    paths = ("a.py", "database.py", "data/b.py", "x.md", "../c.py")
    assert set(filter(scope.matters, paths)) == matters


def passed(path: str = "t.json", **more: object) -> Run:
    """Return a green run of one test that the pattern selects."""
    values: dict[str, object] = {
        "selections": {TESTS: Selection(tally=Tally(passed=1))},
        "tally": Tally(passed=1),
        "evidence": "tests",
        "exitcode": 0,
    }
    return Run(path=path, format="pytest", created=1e9, **(values | more))  # type: ignore[arg-type]


def test_a_run_is_stale_for_one_task_and_fresh_for_another() -> None:
    """Only those claims fall whose files changed; the row shows that some did."""
    criterion = Wanted(tests=Text(TESTS))
    tasks = tuple(
        task(name, acceptance=(criterion,), relevant=(FilePath(f"{name}.py"),))
        for name in ("a", "b")
    )
    report = judged(*tasks, runs=(passed(),), changed={"t.json": ("a.py",)})
    assert [t.status for t in report.tasks] == [Status.INCOMPLETE, Status.DONE]
    assert report.runs[0].reason == "1 file changed since: a.py"


@pytest.mark.parametrize(
    ("path", "rests", "stale"),
    [
        pytest.param("a.py", False, True, id="file-of-the-task"),
        pytest.param("tests/test_x.py", False, True, id="file-of-its-criterion"),
        pytest.param("b.py", False, False, id="file-of-a-task-that-rests-on-another"),
        pytest.param("b.py", True, True, id="file-of-a-success-criterion"),
    ],
)
def test_a_run_is_stale_for_the_claims_that_rest_on_it(
    path: str, *, rests: bool, stale: bool
) -> None:
    """What changed for other claims does not matter to it."""

    def within(name: str) -> Wanted:
        return Wanted(tests=Text(TESTS), in_=EvidenceName(name))

    tasks = (
        task("a", acceptance=(within("tests"),), relevant=(FilePath("a.py"),)),
        task("b", acceptance=(within("other"),), relevant=(FilePath("b.py"),)),
    )
    success = SuccessCriterion(text=Prose("all"), acceptance=(within("tests"),))
    report = judged(
        *tasks,
        criteria=(success,) if rests else (),
        runs=(passed(), passed("other.json", evidence="other")),
        changed={"t.json": (path,)},
    )
    reasons = ["1 file changed since: " + path if stale else "", ""]
    assert [run.reason for run in report.runs] == reasons


@pytest.mark.parametrize(
    ("path", "reasons"),
    [
        pytest.param("a.py", ["1 file changed since: a.py", ""], id="of-the-work"),
        pytest.param("b.py", ["", ""], id="of-other-work"),
    ],
)
def test_a_run_without_claims_is_held_against_the_whole(
    path: str, reasons: list[str]
) -> None:
    """Whatever is work makes it stale, and nothing does so to one of before."""
    before = FixedCriterion(fixed=Text(TESTS), from_=EvidenceName("old"))
    work = task("a", done=False, acceptance=(before,), relevant=(FilePath("a.py"),))
    runs = (passed(selections={}), passed("old.json", evidence="old"))
    changed = {"t.json": (path,), "old.json": (path,)}
    report = judged(work, runs=runs, changed=changed)
    assert [run.reason for run in report.runs] == reasons
    assert [run.before for run in report.runs] == [False, True]


@pytest.mark.parametrize(
    ("within", "expected"),
    [
        pytest.param(None, [{"x::f"}, {"x::f"}, set()], id="of-now"),
        pytest.param("tests", [{"x::f"}, set(), set()], id="of-one"),
        pytest.param("before", [set(), set(), {"x::f"}], id="of-before"),
    ],
)
@pytest.mark.parametrize("of_task", [True, False], ids=["task", "success"])
def test_what_failed_as_it_was_meant_to_is_known(
    within: str | None, expected: list[set[str]], *, of_task: bool
) -> None:
    """Only what a criterion expects of a run is meant, and only if it failed."""
    meant = Wanted(
        tests=Text(TESTS),
        in_=EvidenceName(within) if within else None,
        expect=Expectation.FAILED,
    )
    acceptance = (meant, Wanted(tests=Text("more/")), CLOSED)
    failed = Result(nodeid="x::f", outcome=Outcome.FAILED)
    others = Result(nodeid="x::p", outcome=Outcome.PASSED)
    more = Result(nodeid="more/y::f", outcome=Outcome.FAILED)
    selections = {
        TESTS: Selection(tally=Tally(failed=1, passed=1), results=(failed, others)),
        "more/": Selection(tally=Tally(failed=1), results=(more,)),
    }
    runs = tuple(
        passed(f"{name}.json", evidence=name, selections=selections)
        for name in ("tests", "other", "before")
    )
    fixed = FixedCriterion(fixed=Text("f/"), from_=EvidenceName("before"))
    success = SuccessCriterion(text=Prose("s"), acceptance=acceptance)
    report = judged(
        task("a", done=False, acceptance=(fixed, *(acceptance if of_task else ()))),
        criteria=() if of_task else (success,),
        runs=(*runs, passed("none.json", selections={})),
    )
    assert [run.expected for run in report.runs] == [*expected, set()]


def test_runs_of_one_name_are_told_apart_by_their_file() -> None:
    """A shard or an evidence of its own is name enough."""
    runs = (
        passed("r/1.json"),
        passed("r/2.json"),
        passed("r/3.json", shard="linux"),
        passed("r/4.json", evidence="other"),
        passed("r/5.json", evidence="other", shard="linux"),
    )
    assert [run.name for run in judged(runs=runs).runs] == [
        "tests/1.json",
        "tests/2.json",
        "linux@tests",
        "other",
        "linux@other",
    ]


def test_every_file_is_a_source() -> None:
    """A report names all that it was read from."""
    testimonies = (
        passed(),
        Coverage(evidence="cov", path="c.json"),
        ISSUES,
        Receipts(evidence="make", path="m.json"),
    )
    merged = merge(Record(title=Prose("x")), testimonies)
    report = assess("x", merged, files={}, now=1e9)
    assert [source.name for source in report.sources] == [
        "tests",
        "cov",
        "issues",
        "make",
    ]


def test_findings_are_told_in_the_order_of_their_places() -> None:
    """What is wrong with a date stands before what is wrong with a task below it."""
    work = task("a", place=Place("r.yaml", 3))
    dated = Date("2099-01-01", Place("r.yaml", 2))
    found = judged(work, date=dated).findings
    assert [each.code for each in found] == ["far-date", "no-criterion"]


def test_a_stale_run_without_the_tests_says_nothing_of_them() -> None:
    """Other evidence may be as old as it likes."""
    other = passed("old.json", selections={}, tally=Tally(passed=1))
    work = task(acceptance=(Wanted(tests=Text(TESTS)),))
    report = judged(work, runs=(passed(), other), changed={"old.json": ("a.py",)})
    assert report.tasks[0].status is Status.DONE


def test_a_stale_run_that_only_collected_is_stale() -> None:
    """To have collected a test is to speak of it."""
    old = passed(
        "old.json",
        selections={TESTS: Selection(collected=1)},
        collected=1,
        tally=Tally(),
    )
    work = task(acceptance=(CollectedCriterion(collected=Text(TESTS)),))
    for changed, status in (((), Status.DONE), (("a.py",), Status.INCOMPLETE)):
        report = judged(work, runs=(old,), changed={"old.json": changed})
        assert report.tasks[0].status is status


@pytest.mark.parametrize(
    ("shards", "status"),
    [
        pytest.param({"linux": 1}, Status.DONE, id="one"),
        pytest.param({"linux": 1, "windows": 1}, Status.DONE, id="both-ran"),
        pytest.param({"linux": 1, "windows": 0}, Status.INCOMPLETE, id="one-idle"),
        pytest.param({"": 1, "2": 0}, Status.INCOMPLETE, id="one-of-a-list-idle"),
    ],
)
def test_a_shard_in_which_nothing_ran_is_missed(
    shards: dict[str, int], status: Status
) -> None:
    """What passes on one machine does not stand for another that was asked too."""
    runs = tuple(
        passed(
            f"{shard}.json",
            shard=shard,
            tally=Tally(passed=number),
            selections={TESTS: Selection(tally=Tally(passed=number))},
        )
        for shard, number in shards.items()
    )
    (state,) = judged(task(acceptance=(Wanted(tests=Text(TESTS)),)), runs=runs).tasks
    assert state.status is status
    if status is Status.INCOMPLETE:
        idle = list(shards)[-1]
        reason = f"tests `tests/`: nothing ran in {idle} ({idle}.json)"
        assert (state.reason, state.code) == (reason, "no-tests")


def test_where_no_shard_ran_anything_none_is_to_blame() -> None:
    """That nothing matches is said of all of them, not of the first."""
    idle = tuple(
        passed(shard=shard, tally=Tally(), selections={TESTS: Selection()})
        for shard in ("linux", "windows")
    )
    (state,) = judged(task(acceptance=(Wanted(tests=Text(TESTS)),)), runs=idle).tasks
    assert (state.code, state.reason) == ("no-match", "tests `tests/`: no test matches")


@pytest.mark.parametrize(
    ("second", "status", "said"),
    [
        pytest.param(
            {"problem": Diagnostic(NOWHERE, "unreadable", "cut short")},
            Status.INCOMPLETE,
            "cut short",
            id="unreadable",
        ),
        pytest.param(
            {
                "selections": {
                    TESTS: Selection(
                        tally=Tally(failed=1),
                        outcomes={"b.py::b": Outcome.FAILED},
                        collectors=(Collector(nodeid="a.py"),),
                    )
                }
            },
            Status.INCOMPLETE,
            "1 test vanished: b.py::b",
            id="not-collected",
        ),
    ],
)
def test_all_files_of_before_are_looked_at(
    second: dict[str, object], status: Status, said: str
) -> None:
    """What the second file says of the time before counts as much as the first."""
    broken = Selection(tally=Tally(failed=1), outcomes={"a.py::a": Outcome.FAILED})
    fine = Selection(tally=Tally(passed=1), outcomes={"a.py::a": Outcome.PASSED})
    runs = (
        passed("1.json", evidence="before", selections={TESTS: broken}),
        passed("2.json", evidence="before", **second),
        passed(selections={TESTS: fine}),
    )
    fixed = FixedCriterion(fixed=Text(TESTS), from_=EvidenceName("before"))
    (state,) = judged(task(acceptance=(fixed,)), runs=runs).tasks
    assert state.status is status
    assert state.reason.endswith(said)


def test_what_is_news_is_shown_beside_a_criterion() -> None:
    """Its tests are counted, and those named that somebody has to look at."""
    quiet = {Outcome.PASSED, Outcome.SKIPPED, Outcome.XFAILED}
    results = tuple(Result(nodeid=str(each), outcome=each) for each in Outcome)
    tally = Tally.of(Outcome)
    run = passed(
        exitcode=1,
        tally=tally,
        selections={TESTS: Selection(tally=tally, results=results)},
    )
    (state,) = judged(task(acceptance=(Wanted(tests=Text(TESTS)),)), runs=(run,)).tasks
    (criterion,) = state.criteria
    assert criterion.tally == tally
    assert {each.outcome for each in criterion.results} == set(Outcome) - quiet


@pytest.mark.parametrize(
    ("selection", "evidence"),
    [
        pytest.param(Selection(), (), id="nothing"),
        pytest.param(Selection(tally=Tally(passed=1)), ("tests",), id="ran"),
        pytest.param(Selection(collected=1), ("tests",), id="collected"),
        pytest.param(
            Selection(collectors=(Collector(nodeid="a.py"),)), ("tests",), id="broken"
        ),
    ],
)
def test_evidence_is_named_that_has_something_to_say(
    selection: Selection, evidence: tuple[str, ...]
) -> None:
    """A run that knows nothing of the tests is none of their evidence."""
    run = passed(selections={TESTS: selection})
    work = task(acceptance=(CollectedCriterion(collected=Text(TESTS)),))
    assert judged(work, runs=(run,)).tasks[0].evidence == evidence


def test_what_was_collected_need_not_have_run() -> None:
    """Lost tests were collected, also where a format has no exit code."""
    run = passed(
        exitcode=None,
        exitcode_known=False,
        collected=2,
        selections={TESTS: Selection(collected=2)},
    )
    work = task(acceptance=(CollectedCriterion(collected=Text(TESTS)),))
    assert judged(work, runs=(run,)).tasks[0].status is Status.DONE


def test_an_empty_file_beside_others_hides_nothing() -> None:
    """Without the name of a shard, a file of no tests was not asked for any."""
    empty = passed("empty.json", tally=Tally(), selections={TESTS: Selection()})
    work = task(acceptance=(Wanted(tests=Text(TESTS)),))
    assert judged(work, runs=(passed(), empty)).tasks[0].status is Status.DONE


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        pytest.param(
            Selection(tally=Tally(failed=1), outcomes={"a": Outcome.FAILED}),
            "a",
            (Status.FLAKY, "flaky-tests", "1 test failed before; "),
            id="fixed",
        ),
        pytest.param(
            Selection(collectors=(Collector(nodeid="a.py"),)),
            "a.py::a",
            (Status.FLAKY, "flaky-tests", "could not be collected before; "),
            id="collected",
        ),
        pytest.param(
            Selection(tally=Tally(failed=1), outcomes={"b": Outcome.FAILED}),
            "a",
            (Status.INCOMPLETE, "vanished-tests", "1 test vanished: b"),
            id="vanished",
        ),
    ],
)
def test_what_is_fixed_but_flaky_is_flaky(
    before: Selection, now: str, expected: tuple[Status, str, str]
) -> None:
    """A test that was broken before and passes only when rerun is no proof either."""
    selection = Selection(tally=Tally(flaky=1), outcomes={now: Outcome.FLAKY})
    runs = (
        passed("before.json", evidence="before", selections={TESTS: before}),
        passed(tally=Tally(flaky=1), selections={TESTS: selection}),
    )
    fixed = FixedCriterion(fixed=Text(TESTS), from_=EvidenceName("before"))
    (state,) = judged(task(acceptance=(fixed,)), runs=runs).tasks
    assert (state.status, state.code) == expected[:2]
    assert state.reason.startswith(f"fixed `tests/`: {expected[2]}")


@pytest.mark.parametrize("turned", [False, True])
def test_the_worst_success_criterion_counts_wherever_it_stands(*, turned: bool) -> None:
    """A verdict does not depend on the order of the criteria."""
    waiting = SuccessCriterion(text=Prose("w"), acceptance=(OPEN,))
    success = [waiting, SuccessCriterion(text=Prose("u"))]
    if turned:
        success.reverse()
    report = judged(criteria=tuple(success), trackers=(ISSUES,))
    assert report.verdict is Status.BLOCKED


def test_a_flaky_test_is_no_proof_and_no_failure() -> None:
    """What rests on a test that passed when rerun is flaky, never done."""
    tally = Tally(passed=1, flaky=1)
    run = passed(tally=tally, selections={TESTS: Selection(tally=tally)})
    report = judged(task(acceptance=(Wanted(tests=Text(TESTS)),)), runs=(run,))
    assert report.tasks[0].status is Status.FLAKY
    assert [finding.code for finding in report.errors] == []


OPENED = "nothing that it waits for is open"
NOT_DONE = Task(title=Prose("b"), id=Identifier("b"))
FAILED = Task(
    title=Prose("c"),
    id=Identifier("c"),
    done=True,
    acceptance=(Wanted(tests=Text(TESTS)),),
)
DONE, RERUN = (
    Task(title=Prose(path), done=True, acceptance=(Wanted(tests=Text(path)),))
    for path in ("good/", "flaky/")
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
        "good/": Selection(tally=Tally(passed=1)),
        "flaky/": Selection(tally=Tally(flaky=1)),
        EVERYTHING: Selection(tally=Tally(failed=1)),
    },
)


@pytest.mark.parametrize(
    ("tasks", "reason"),
    [
        pytest.param([task("a")], "0 of 1 task done", id="one"),
        pytest.param(
            [task("a", attested=VOUCHED)],
            "0 of 1 task done, 1 attested",
            id="one-attested",
        ),
        pytest.param(
            [task("a", attested=VOUCHED), FAILED],
            "0 of 2 tasks done, 1 attested; failing: c",
            id="names-what-fails",
        ),
        pytest.param(
            [FAILED, NOT_DONE], "0 of 2 tasks done; failing: c", id="not-all-fail"
        ),
        pytest.param([NOT_DONE], "0 of 1 task done", id="not-begun"),
        pytest.param(
            [NOT_DONE, task("a", attested=VOUCHED)],
            "0 of 2 tasks done, 1 attested",
            id="half-attested",
        ),
        pytest.param(
            [FAILED, NOT_DONE, FAILED],
            "0 of 3 tasks done; failing: c, c",
            id="names-all-that-fail",
        ),
        pytest.param(
            [*[FAILED] * 1_003, NOT_DONE],
            "0 of 1,004 tasks done; failing: c, c, c and 1,000 more",
            id="counts-the-rest-of-many",
        ),
        pytest.param([FAILED, FAILED], "0 of 2 tasks done", id="all-fail"),
        pytest.param(
            [DONE, RERUN, DONE, task("a", attested=VOUCHED), RERUN, NOT_DONE],
            "2 of 6 tasks done, 2 flaky, 1 attested",
            id="each-by-its-name",
        ),
    ],
)
def test_a_phase_names_the_tasks_that_decide(tasks: list[Task], reason: str) -> None:
    """What makes a phase no better is named, unless all of its tasks are like that."""
    phase = Phase(id=Identifier("p"), title=Prose("P"), tasks=tuple(tasks))
    report = judged(phases=(phase,), runs=(RED,))
    assert report.phases[0].reason == reason


def test_the_verdict_of_much_work_stays_short() -> None:
    """Of many tasks that fail, the verdict names the first and counts the rest."""
    report = judged(*[FAILED] * 5, runs=(RED,))
    assert report.reason == "0 of 5 tasks done; failing: c, c, c and 2 more"


def test_all_figures_of_a_verdict_are_written_alike() -> None:
    """Where there are thousands, each of them shows it."""
    report = judged(*[DONE] * 1_200, runs=(RED,))
    assert report.reason == "1,200 of 1,200 tasks done"


@pytest.mark.parametrize(
    ("changes", "status", "reason"),
    [
        pytest.param({}, Status.PLANNED, "has no tasks yet", id="nothing"),
        pytest.param(
            {"commands": (Text("pytest"),)}, Status.READY, OPENED, id="commands"
        ),
        pytest.param(
            {"capability": Prose("all")}, Status.READY, OPENED, id="capability"
        ),
        pytest.param({"after": (Reference("18"),)}, Status.READY, OPENED, id="open"),
        pytest.param(
            {"blocked_by": (Reference("17"),)},
            Status.BLOCKED,
            "waits for #17",
            id="blocked",
        ),
    ],
)
def test_a_phase_without_tasks(
    changes: dict[str, object], status: Status, reason: str
) -> None:
    """A phase to come is planned, ready as soon as it says how, or blocked."""
    phase = Phase(id=Identifier("p"), title=Prose("P"), **changes)  # type: ignore[arg-type]
    (state,) = judged(phases=(phase,), trackers=(ISSUES,)).phases
    assert (state.status, state.reason) == (status, reason)


def test_a_phase_waits_for_what_it_and_its_tasks_wait_for() -> None:
    """What holds a phase up is named once, its own first."""
    tasks = (
        task("a", blocked_by=(Reference("19"), Reference("17")), attested=VOUCHED),
    )
    own = (Reference("17"),)
    (bare, full) = judged(
        phases=(
            Phase(title=Prose("P"), blocked_by=own),
            Phase(title=Prose("Q"), blocked_by=own, tasks=tasks),
        ),
        trackers=(ISSUES,),
    ).phases
    assert bare.waits_for == ("#17",)
    assert full.waits_for == ("#17", "#19")


@pytest.mark.parametrize(
    ("tasks", "criteria", "expected"),
    [
        pytest.param(
            [task("a", attested=VOUCHED)],
            [SuccessCriterion(text=Prose("s"), attested=VOUCHED)],
            (
                Status.ATTESTED,
                "0 of 1 task done, 1 attested; 1 of 1 success criterion met",
            ),
            id="met",
        ),
        pytest.param(
            [task("a", attested=VOUCHED)],
            [SuccessCriterion(text=Prose("s"))],
            (
                Status.INCOMPLETE,
                "0 of 1 task done, 1 attested; 0 of 1 success criterion met",
            ),
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
        pytest.param(
            [task("a", attested=VOUCHED)],
            [SuccessCriterion(text=Prose("s"), acceptance=(OPEN,))],
            (
                Status.BLOCKED,
                "0 of 1 task done, 1 attested; 0 of 1 success criterion met",
            ),
            id="waits-when-all-is-settled",
        ),
        pytest.param(
            [task("a", attested=VOUCHED), NOT_DONE],
            [SuccessCriterion(text=Prose("s"), acceptance=(OPEN,))] * 2,
            (
                Status.IN_PROGRESS,
                "0 of 2 tasks done, 1 attested; 0 of 2 success criteria met",
            ),
            id="waits-before-all-is-settled",
        ),
    ],
)
def test_success_counts_when_the_work_is_settled(
    tasks: list[Task],
    criteria: list[SuccessCriterion],
    expected: tuple[Status, str],
) -> None:
    """A success criterion that is not met yet is no news until all is done."""
    report = judged(*tasks, criteria=tuple(criteria), runs=(RED,), trackers=(ISSUES,))
    assert (report.verdict, report.reason) == expected


@pytest.mark.parametrize(
    ("acceptance", "expected"),
    [
        pytest.param((CLOSED,), (Status.DONE, "closed"), id="met"),
        pytest.param((OPEN,), (Status.BLOCKED, "issue `#17`: still open"), id="open"),
        pytest.param(
            (OPEN, *FAILED.acceptance),
            (Status.FAILING, "tests `tests/`: 1 of 1 test failed"),
            id="failing",
        ),
    ],
)
def test_a_success_criterion_says_what_it_is_judged_by(
    acceptance: tuple[Criterion, ...], expected: tuple[Status, str]
) -> None:
    """The worst of its criteria decides and is named, and all of them are shown."""
    wanted = SuccessCriterion(text=Prose("s"), acceptance=acceptance)
    report = judged(criteria=(wanted,), runs=(RED,), trackers=(ISSUES,))
    (state,) = report.success
    assert (state.status, state.reason) == expected
    assert tuple(each.criterion for each in state.criteria) == acceptance


def test_a_blocker_alone_blocks_the_whole() -> None:
    """What is open holds up the verdict, and is counted in its reason."""
    pool = Blocker(
        id=Identifier("pool"), title=Prose("Pool"), blocked_by=(Reference("17"),)
    )
    whole = judged(task("a", attested=VOUCHED), blockers=(pool,), trackers=(ISSUES,))
    assert (whole.verdict, whole.reason) == (
        Status.BLOCKED,
        "0 of 1 task done, 1 attested; 1 blocker open",
    )
    alone = judged(blockers=(pool,), trackers=(ISSUES,))
    assert (alone.verdict, alone.reason) == (Status.BLOCKED, "1 blocker open")


def test_each_piece_of_work_has_a_name_of_its_own() -> None:
    """What has no id goes by its title, and by no name that something else has."""
    tasks = (
        task("import"),
        Task(title=Prose("Import!")),
        Task(title=Prose("  The *Import*, again ")),
        Task(title=Prose("import")),
        Task(title=Prose("???")),
    )
    phase = Phase(title=Prose("Import"), tasks=tasks[:2])
    blocker = Blocker(title=Prose("import"))
    report = judged(*tasks[2:], phases=(phase,), blockers=(blocker,))
    assert [
        each.name for each in (*report.tasks, *report.phases, *report.blockers)
    ] == [
        "import",
        "import-2",
        "the-import-again",
        "import-3",
        "unnamed",
        "import-4",
        "import-5",
    ]


@pytest.mark.parametrize(
    ("changes", "mark", "reason"),
    [
        pytest.param({}, "⛔", "open", id="open"),
        pytest.param(
            {"blocked_by": (Reference("17"), Reference("18"))},
            "⛔",
            "waits for #17",
            id="waits",
        ),
        pytest.param(
            {"blocked_by": (Reference("18"),)},
            "✅",
            "gone: nothing that it waited for is open",
            id="closed",
        ),
        pytest.param(
            {"attested": VOUCHED}, "☑️", "gone, says lead, 2026-03-01", id="vouched"
        ),
        pytest.param(
            {"attested": VOUCHED, "blocked_by": (Reference("99"),)},
            "☑️",
            "gone, says lead, 2026-03-01",
            id="vouched-and-its-issue-is-unknown",
        ),
        pytest.param(
            {"attested": VOUCHED, "blocked_by": (Reference("17"), Reference("99"))},
            "⛔",
            "waits for #17, though lead said on 2026-03-01 that it is gone",
            id="vouched-though-its-issue-is-open",
        ),
    ],
)
def test_a_blocker_says_why_it_is_there_or_gone(
    changes: dict[str, object], mark: str, reason: str
) -> None:
    """No ✅ stands where nothing but a word says so, and none outweighs an issue."""
    blocker = Blocker(title=Prose("B"), **changes)  # type: ignore[arg-type]
    (state,) = judged(blockers=(blocker,), trackers=(ISSUES,)).blockers
    assert (state.mark, state.reason) == (mark, reason)
    assert state.open is (mark == "⛔")


def test_issues_of_before_are_not_those_of_now() -> None:
    """A tracker of before may have known an issue as closed that was opened again."""
    before = msgspec.structs.replace(ISSUES, evidence="before")
    fixed = FixedCriterion(fixed=Text(TESTS), from_=EvidenceName("before"))
    work = task(acceptance=(fixed,), blocked_by=(Reference("18"),))
    assert judged(work, trackers=(ISSUES,)).tasks[0].waits_for == ()
    assert judged(work, trackers=(before,)).tasks[0].waits_for == ("#18",)


@pytest.mark.parametrize(
    ("name", "status"),
    [
        pytest.param("a", Status.ATTESTED, id="task"),
        pytest.param("p", Status.INCOMPLETE, id="phase"),
        pytest.param("gone", Status.ATTESTED, id="blocker-that-is-gone"),
        pytest.param("there", Status.BLOCKED, id="blocker"),
        pytest.param("#17", None, id="issue"),
        pytest.param(None, None, id="nothing"),
    ],
)
def test_a_line_of_the_summary_takes_the_mark_of_what_it_names(
    name: str | None, status: Status | None
) -> None:
    """A title like the id that is named lends its mark to nobody."""
    line = SummaryLine(
        label=Prose("l"), text=Prose("t"), of=Reference(name) if name else None
    )
    phase = Phase(
        id=Identifier("p"),
        title=Prose("Phase"),
        tasks=(Task(title=Prose("p"), done=True, attested=VOUCHED), task("b")),
    )
    report = judged(
        task("a", attested=VOUCHED),
        phases=(phase,),
        blockers=(
            Blocker(id=Identifier("gone"), title=Prose("G"), attested=VOUCHED),
            Blocker(id=Identifier("there"), title=Prose("T")),
            Blocker(title=Prose("a")),
        ),
        summary=(line, Prose("plain")),
    )
    marks = [(each.status, each.mark) for each in report.summary]
    assert marks == [(status or "", status.mark if status else ""), ("", "")]
    assert [each.line for each in report.summary] == [line, "plain"]


def test_each_open_issue_is_listed_once() -> None:
    """What blockers, phases and tasks wait for is listed by number, known or not."""

    def refer(*names: str) -> tuple[Reference, ...]:
        return tuple(map(Reference, names))

    blockers = (
        Blocker(id=Identifier("b"), title=Prose("b"), blocked_by=refer("18", "17")),
        Blocker(title=Prose("g"), blocked_by=refer("7"), attested=VOUCHED),
    )
    phase = Phase(
        title=Prose("p"),
        after=refer("20"),
        blocked_by=refer("21"),
        tasks=(task("t", after=refer("22", "b"), blocked_by=refer("23", "x/y#9")),),
    )
    free = task("u", after=refer("t", "17"))
    report = judged(free, phases=(phase,), blockers=blockers, trackers=(TITLED,))
    shown = [(each.number, each.title) for each in report.open_issues]
    assert shown == [
        ("17", "Pool"),
        ("20", ""),
        ("21", ""),
        ("22", ""),
        ("23", ""),
        ("x/y#9", ""),
    ]


TITLED = Tracker(
    evidence="issues",
    path="issues.json",
    issues={
        "17": Issue(number="17", title="Pool"),
        "18": Issue(number="18", closed=True),
    },
)


HOUR = Duration(low=3600, high=3600)


def test_prose_may_name_what_was_counted() -> None:
    """The figures of the whole are those that the report shows."""
    work = (
        task("a", attested=VOUCHED, planned=HOUR, actual=HOUR + HOUR),
        FAILED,
        NOT_DONE,
    )
    done = Phase(title=Prose("p"), tasks=work[:1])
    begun = Phase(title=Prose("q"), tasks=work[1:2])
    blockers = (
        Blocker(title=Prose("b"), blocked_by=(Reference("17"),)),
        Blocker(title=Prose("g"), attested=VOUCHED),
    )
    proven = Phase(title=Prose("r"), tasks=(DONE, DONE))
    phases = (done, begun, proven)
    report = judged(*work[2:], phases=phases, blockers=blockers, runs=(RED,))
    facts = Expressions(report.facts)
    assert (
        facts.plain(
            "{{ tasks.done }} of {{ tasks.total }}, {{ tasks.failing }} failing; "
            "{{ phases.done }} of {{ phases.total }}; "
            "{{ blockers.open }} of {{ blockers.total }}; {{ open_issues }}; "
            "{{ effort.actual }} of {{ effort.planned }}; {{ tests.failed }}"
        )
        == "2 of 5, 1 failing; 1 of 3; 1 of 2; #17; 2 h of 1 h; 1"
    )
