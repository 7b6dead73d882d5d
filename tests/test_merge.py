"""What is asked of evidence, and how results of several runs are counted."""

import pytest

from reportgen import model
from reportgen.merge import ask, timely
from reportgen.model import (
    EVERYTHING,
    EvidenceName,
    Outcome,
    Prose,
    Record,
    Run,
    Selection,
    Source,
    Tally,
    Task,
    Text,
    pytest_paths,
)
from reportgen.report import Match, collected, total


def source(name: str, **files: str) -> Source:
    """Return a source of pytest results; keys are shards."""
    return Source(
        name=Text(name),
        format="pytest",
        files={shard: Text(path) for shard, path in files.items()},
    )


def record(*sources: Source, within: str | None = None, **more: object) -> Record:
    """Return a record with one criterion over `sources`."""
    criterion = model.TestsCriterion(
        tests=Text("a/"), in_=Text(within) if within else None
    )
    return Record(
        title=Prose("t"),
        evidence={str(each.name): each for each in sources},
        tasks=(Task(title=Prose("a"), acceptance=(criterion,)),),
        **more,  # type: ignore[arg-type]
    )


ONE = source("unit", **{"": "unit.json"})
TWO = source("e2e", **{"": "e2e.json"})
SHARDS = source("matrix", linux="l.json", windows="w.json")
LIST = source("parts", **{"1": "1.json", "2": "2.json"})


@pytest.mark.parametrize(
    ("wanted", "named"),
    [
        pytest.param(record(ONE), set(), id="one-run"),
        pytest.param(record(LIST), set(), id="a-plain-list"),
        pytest.param(record(SHARDS), {"a/"}, id="named-shards"),
        pytest.param(record(ONE, TWO), {"a/"}, id="two-sources"),
        pytest.param(record(ONE, TWO, within="unit"), set(), id="one-of-two"),
        pytest.param(
            record(ONE, TWO, within="unit", impact=Prose("{{ tests('b/') }}")),
            {"b/", EVERYTHING},
            id="prose-over-both",
        ),
    ],
)
def test_names_are_kept_where_a_test_may_stand_twice(
    wanted: Record, named: set[str]
) -> None:
    """Only where a test may be in several runs are the names of all tests needed."""
    assert ask(wanted).named == named


def test_all_that_a_record_speaks_of_is_asked_for() -> None:
    """Criteria, commands that are shown, and every quotation in a figure."""
    shown = model.Validation(title=Prose("Now"), command=Text("pytest v/ -q"))
    acceptance = (
        model.TestsCriterion(tests=Text("a/")),
        model.CollectedCriterion(collected=Text("c/")),
        model.FixedCriterion(fixed=Text("f/"), from_=EvidenceName("old")),
    )
    task = Task(title=Prose("a"), acceptance=acceptance, validation=(shown,))
    line = model.SuccessCriterion(
        text=Prose("{{ tests('p/').passed }} of {{ tests(\"q/\").total }} 'x'"),
        acceptance=(model.TestsCriterion(tests=Text("s/")),),
    )
    query = ask(Record(title=Prose("t"), tasks=(task,), criteria=(line,)))
    said = {"a/", "c/", "f/", "v/", "p/", "q/", "s/", EVERYTHING}
    assert query.patterns == said
    assert query.named == {"f/", EVERYTHING}


COVERAGE = Source(
    name=Text("coverage"),
    format="coverage",
    files={"1": Text("c.json"), "linux": Text("d.json")},
)
MIXED = source("mixed", linux="l.json", **{"2": "2.json"})


@pytest.mark.parametrize(
    ("sources", "within", "named"),
    [
        pytest.param((ONE, COVERAGE), None, set(), id="coverage-has-no-tests"),
        pytest.param((SHARDS, ONE), "unit", set(), id="shards-elsewhere"),
        pytest.param((ONE, SHARDS), "matrix", {"a/"}, id="shards-here"),
        pytest.param((MIXED,), None, {"a/"}, id="one-named-shard"),
        pytest.param(
            (ONE, source("before", **{"": "b.json"})), None, {EVERYTHING}, id="before"
        ),
    ],
)
def test_only_runs_that_are_meant_can_hold_a_test_twice(
    sources: tuple[Source, ...], within: str | None, named: set[str]
) -> None:
    """Files of other kinds, other evidence and that of before do not count."""
    assert ask(record(*sources, within=within)).named == named


@pytest.mark.parametrize(
    ("more", "names"),
    [
        pytest.param(
            model.TestsCriterion(tests=Text("a/")),
            ["unit", "receipts"],
            id="not-before",
        ),
        pytest.param(
            model.TestsCriterion(tests=Text("a/"), in_=EvidenceName("old")),
            ["unit", "old", "receipts"],
            id="unless-it-speaks-of-now",
        ),
        pytest.param(
            model.CommandCriterion(command=Text("make"), in_=EvidenceName("old")),
            ["unit", "old", "receipts"],
            id="unless-a-command-of-it-speaks-of-now",
        ),
    ],
)
def test_a_change_makes_only_what_speaks_of_now_stale(
    more: model.Criterion, names: list[str]
) -> None:
    """The state of issues is in no file, and what was before is meant to be old."""
    criteria = (
        model.FixedCriterion(fixed=Text("f/"), from_=EvidenceName("old")),
        model.FixedCriterion(fixed=Text("g/")),
        more,
    )
    wanted = Record(
        title=Prose("t"), tasks=(Task(title=Prose("a"), acceptance=criteria),)
    )
    testimonies = [
        Run(evidence="unit", path="u.json", format="pytest"),
        Run(evidence="old", path="o.json", format="pytest"),
        model.Receipts(evidence="receipts", path="r.json"),
        model.Tracker(evidence="issues", path="i.json"),
    ]
    assert [each.evidence for each in timely(wanted, testimonies)] == names


def test_a_criterion_that_names_no_evidence_makes_none_stale() -> None:
    """Evidence of before may have any name, and stays of before."""
    fixed = model.FixedCriterion(fixed=Text("f/"), from_=EvidenceName("None"))
    wanted = Record(
        title=Prose("t"), tasks=(Task(title=Prose("a"), acceptance=(fixed,)),)
    )
    old = Run(evidence="None", path="o.json", format="pytest")
    assert list(timely(wanted, [old])) == []


def match(shard: str, **outcomes: Outcome) -> Match:
    """Return what a pattern selects in the run of `shard`."""
    chosen = Selection(
        tally=Tally.of(outcomes.values()), outcomes=outcomes, collected=len(outcomes)
    )
    run = Run(evidence="matrix", path=f"{shard}.json", format="pytest", shard=shard)
    return Match(run=run, selection=chosen)


def test_a_test_in_two_shards_counts_once_where_it_is_worst() -> None:
    """Twice the same tests are not twice as many, and one failure is a failure."""
    both = [
        match("linux", a=Outcome.PASSED, b=Outcome.PASSED),
        match("windows", a=Outcome.FAILED, b=Outcome.PASSED),
    ]
    assert total(both) == Tally(passed=1, failed=1)
    assert collected(both) == 2


@pytest.mark.parametrize(
    ("command", "paths"),
    [
        ("pytest", (EVERYTHING,)),
        ("python3 -m pytest tests/unit -m 'not slow' --tb=short", ("tests/unit",)),
        ("pytest -k store a.py b.py::test_x -n 2", ("a.py", "b.py::test_x")),
        ("pytest --ignore tests/slow", (EVERYTHING,)),
        ("pytest tests --deselect tests/a.py::test_x --cov src", ("tests",)),
        ("python -m shop check", ()),
        ("pytest 'open quotation", ()),
    ],
)
def test_a_command_says_which_tests_it_runs(
    command: str, paths: tuple[str, ...]
) -> None:
    """The paths of a pytest command select what is shown of it."""
    assert pytest_paths(command) == paths


@pytest.mark.parametrize(
    ("command", "sources", "named"),
    [
        pytest.param("pytest a/", (ONE,), set(), id="one-path"),
        pytest.param("pytest a/ a/b", (ONE,), {"a/", "a/b"}, id="one-below-another"),
        pytest.param("pytest a/", (SHARDS,), {"a/"}, id="shards"),
    ],
)
def test_a_command_that_is_shown_counts_each_test_once(
    command: str, sources: tuple[Source, ...], named: set[str]
) -> None:
    """Its paths may have tests in common, and so may the runs that speak of it."""
    shown = model.Validation(title=Prose("Now"), command=Text(command))
    task = Task(title=Prose("a"), validation=(shown,))
    evidence = {str(each.name): each for each in sources}
    assert (
        ask(Record(title=Prose("t"), tasks=(task,), evidence=evidence)).named == named
    )


@pytest.mark.parametrize(
    ("metric", "named"),
    [
        pytest.param("matrix.passed", {EVERYTHING}, id="shards"),
        pytest.param("tests.passed", {EVERYTHING}, id="all-evidence"),
        pytest.param("unit.passed", set(), id="one-run"),
        pytest.param("coverage.percent", set(), id="no-tests"),
    ],
)
def test_a_figure_that_is_to_be_reached_counts_each_test_once(
    metric: str, named: set[str]
) -> None:
    """A test in two shards is one, however much a target would like it to be two."""
    wanted = model.MetricCriterion(metric=Text(metric), at_least=2)
    task = Task(title=Prose("a"), acceptance=(wanted,))
    evidence = {str(each.name): each for each in (ONE, SHARDS)}
    assert (
        ask(Record(title=Prose("t"), tasks=(task,), evidence=evidence)).named == named
    )


def test_a_figure_of_before_that_proves_something_can_be_stale() -> None:
    """What a criterion takes as of now is as old as anything else of now."""
    run = model.Run(evidence="before", path="b.json", format="pytest")
    fixed = model.FixedCriterion(fixed=Text("a/"), from_=EvidenceName("before"))
    metric = model.MetricCriterion(metric=Text("before.passed"), at_least=1)
    evidence = {"before": source("before", **{"": "b.json"})}
    for criteria, expected in (((fixed,), []), ((fixed, metric), [run])):
        task = Task(title=Prose("a"), acceptance=criteria)
        record = Record(title=Prose("t"), tasks=(task,), evidence=evidence)
        assert list(timely(record, [run])) == expected
