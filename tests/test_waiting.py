"""What waits for what, to the end of every chain."""

import pytest

from reportgen.assess.waiting import Waiting, issue_list
from reportgen.model import (
    NOWHERE,
    Attestation,
    Blocker,
    Diagnostic,
    Issue,
    Phase,
    Prose,
    Record,
    Task,
    Text,
    Tracker,
    Url,
)


def blocker(name: str, *blocked_by: str, **more: object) -> Blocker:
    """Return a blocker called `name`."""
    return Blocker(
        id=Text(name),
        title=Prose(name),
        blocked_by=tuple(map(Text, blocked_by)),
        **more,  # type: ignore[arg-type]
    )


def waiting(*blockers: Blocker, closed: tuple[str, ...] = ()) -> Waiting:
    """Return what waits among `blockers`, when the issues `closed` are closed."""
    issues = {
        number: Issue(number=number, closed=number in closed)
        for number in ("17", "18", "19")
    }
    tracker = Tracker(evidence="tracker", path="issues.json", issues=issues)
    return Waiting(Record(title=Prose("t"), blockers=blockers), [tracker])


CHAIN = (
    blocker("pool", "17"),
    blocker("cache", "18"),
    blocker("rebuild"),
    blocker("all", "pool", "cache", "rebuild"),
)


def test_all_of_the_above_is_followed_to_its_ends() -> None:
    """A blocker of blockers waits for the open ends of every chain, each once."""
    assert waiting(*CHAIN).of_blocker(CHAIN[3]) == ("#17", "#18", "rebuild")


def test_a_closed_issue_is_waited_for_no_more() -> None:
    """What is closed drops out, and the blocker that waited only for it is gone."""
    world = waiting(*CHAIN, closed=("17",))
    assert world.of_blocker(CHAIN[3]) == ("#18", "rebuild")
    assert not world.is_open(CHAIN[0])
    assert world.is_open(CHAIN[3])


def test_an_unknown_issue_counts_as_open() -> None:
    """What nobody knows the state of is never good news."""
    lonely = blocker("lonely", "99")
    assert waiting(lonely).of_blocker(lonely) == ("#99",)


def test_chains_may_meet_and_be_long() -> None:
    """Neither the number of ways to an end nor the length of one matters."""
    ladder = [blocker("a0", "17"), blocker("b0", "18")]
    for step in range(1, 2_000):
        below = f"a{step - 1}", f"b{step - 1}"
        ladder += [blocker(f"a{step}", *below), blocker(f"b{step}", *below)]
    assert waiting(*ladder).of_blocker(ladder[-1]) == ("#17", "#18")


def test_what_was_met_before_hides_nothing() -> None:
    """A name that is given twice is followed once, and all others too."""
    world = waiting(*CHAIN)
    assert world.open_among(("18", "pool", "pool")) == ("#17", "#18")


def test_what_is_open_is_named_in_order() -> None:
    """Issues come first, by their numbers; what has a name follows by that."""
    names = ("zebra", "19", "apple", "#5", "100", "#x")
    expected = ("#5", "#19", "#100", "#x", "apple", "zebra")
    assert waiting().open_among(names) == expected
    assert waiting().open_among(names[::-1]) == expected


VOUCHED = Attestation(by=Text("lead"), on=Text("2026-03-01"), place=NOWHERE)


@pytest.mark.parametrize(
    ("blocked_by", "ends"),
    [
        pytest.param((), (), id="nothing"),
        pytest.param(("99",), (), id="unknown-issue"),
        pytest.param(("17",), ("#17",), id="open-issue"),
        pytest.param(("18",), (), id="closed-issue"),
        pytest.param(("there",), (), id="blocker-that-is-there"),
        pytest.param(("deep",), ("#17",), id="open-issue-at-the-end-of-a-chain"),
        pytest.param(("work",), (), id="task"),
    ],
)
def test_a_word_ends_a_chain_but_at_an_open_issue(
    blocked_by: tuple[str, ...], ends: tuple[str, ...]
) -> None:
    """Somebody may vouch for what nobody knows, not against what is known."""
    gone = blocker("gone", *blocked_by, attested=VOUCHED)
    others = blocker("there"), blocker("deep", "there", "99", "17")
    issues = {n: Issue(number=n, closed=n == "18") for n in ("17", "18")}
    tracker = Tracker(evidence="tracker", path="issues.json", issues=issues)
    work = Task(title=Prose("work"), id=Text("work"))
    record = Record(title=Prose("t"), blockers=(gone, *others), tasks=(work,))
    world = Waiting(record, [tracker])
    assert world.of_blocker(gone) == ends
    assert world.is_open(gone) is bool(ends)
    assert world.open_among(("gone", "18")) == ends


def test_what_one_word_ends_another_way_keeps_open() -> None:
    """That a chain is vouched for elsewhere settles nothing that is waited for."""
    gone, there = blocker("gone", "there", attested=VOUCHED), blocker("there")
    assert waiting(gone, there).open_among(("gone", "there")) == ("there",)
    assert waiting(gone, there).open_among(("there", "gone")) == ("there",)


def test_a_blocker_without_an_id_is_called_by_its_title() -> None:
    """It holds up what it says, like any other."""
    pool = Blocker(title=Prose("pool"), blocks=(Text("a"),))
    work = Task(title=Prose("a"), id=Text("a"))
    world = Waiting(Record(title=Prose("t"), blockers=(pool,), tasks=(work,)), [])
    assert world.of_task(work, None) == ("pool",)
    assert world.has_condition(work)


def test_a_title_stands_for_no_other_blocker_and_no_task() -> None:
    """Two blockers may have one title, and it may be the id of a task."""
    issues = {"17": Issue(number="17", closed=True)}
    tracker = Tracker(evidence="t", path="t.json", issues=issues)
    there = Blocker(title=Prose("pool"), blocks=(Text("a"),))
    gone = Blocker(title=Prose("pool"), blocked_by=(Text("17"),))
    work = Task(title=Prose("a"), id=Text("a"))
    pool = Task(title=Prose("p"), id=Text("pool"))
    for blockers in ((there, gone), (gone, there)):
        record = Record(title=Prose("t"), blockers=blockers, tasks=(work,))
        assert Waiting(record, [tracker]).of_task(work, None) == ("pool",)
    record = Record(title=Prose("t"), blockers=(gone,), tasks=(work, pool))
    assert Waiting(record, [tracker]).open_among(["pool"]) == ("pool",)


@pytest.mark.parametrize(
    ("number", "asked", "known"),
    [
        pytest.param("17", None, False, id="closed"),
        pytest.param("17", "t", False, id="closed-and-named"),
        pytest.param("17", "other", True, id="closed-in-another"),
        pytest.param("18", None, True, id="open"),
    ],
)
def test_what_cannot_be_read_may_know_of_an_open_issue(
    number: str, asked: str | None, *, known: bool
) -> None:
    """That an issue is closed is not known as long as a file of it is unreadable."""
    issues = {n: Issue(number=n, closed=n == "17") for n in ("17", "18")}
    problem = Diagnostic(NOWHERE, "evidence-truncated", "ends too early")
    trackers = [
        Tracker(evidence="t", path="1.json", issues=issues),
        Tracker(evidence="t", path="2.json", problem=problem),
        Tracker(evidence="other", path="3.json", issues=issues),
    ]
    world = Waiting(Record(title=Prose("t")), trackers)
    assert (world.issue(f"#{number}", asked) is not None) is known


@pytest.mark.parametrize("field", ["after", "blocked_by", "blocks"])
def test_whatever_work_waits_for_is_a_condition(field: str) -> None:
    """It may be named by the work itself, or by the blocker that holds it up."""
    own = {} if field == "blocks" else {field: (Text("18"),)}
    blocks = (Text("a"), Text("p")) if field == "blocks" else ()
    stop = blocker("stop", "18", blocks=blocks)
    inside = Task(title=Prose("b"), id=Text("b"))
    alone = Task(title=Prose("a"), id=Text("a"), **own)  # type: ignore[arg-type]
    phase = Phase(title=Prose("p"), id=Text("p"), tasks=(inside,), **own)  # type: ignore[arg-type]
    record = Record(title=Prose("t"), blockers=(stop,), tasks=(alone,), phases=(phase,))
    world = Waiting(record, [])
    assert world.of_task(alone, None) == world.of_phase(phase) == ("#18",)
    assert world.of_task(inside, phase) == ("#18",)
    assert world.has_condition(alone)
    assert world.has_condition(phase)
    assert not world.has_condition(inside)


def test_a_phase_is_waited_for_until_it_is_settled() -> None:
    """Phases and tasks are known by their ids."""
    phase = Phase(title=Prose("P"), id=Text("p"))
    work = Task(title=Prose("T"), id=Text("t"))
    world = Waiting(Record(title=Prose("r"), phases=(phase,), tasks=(work,)), [])
    assert world.open_among(("p", "t", "x")) == ("p", "t", "x")
    world.settle("p")
    world.settle("t")
    world.settle("x")
    assert world.open_among(("p", "t", "x")) == ("x",)


def test_what_cannot_be_read_says_nothing_of_issues() -> None:
    """That an issue was closed counts only if all of the file can be read."""
    trouble = Diagnostic(NOWHERE, "unreadable", "cut short")
    issues = {"17": Issue(number="17", closed=True)}
    tracker = Tracker(evidence="t", path="t.json", issues=issues, problem=trouble)
    assert Waiting(Record(title=Prose("t")), [tracker]).issue("#17") is None


def test_another_repository_is_not_ours_though_nothing_says_which_is() -> None:
    """A number alone is not enough where a repository is named."""
    issues = {"17": Issue(number="17", closed=True)}
    tracker = Tracker(evidence="t", path="t.json", issues=issues)
    world = Waiting(Record(title=Prose("t")), [tracker])
    assert world.issue("#17") is not None
    assert world.issue("other/tool#17") is None
    ours = Waiting(Record(title=Prose("t"), repository=Url(f"{OURS}/")), [tracker])
    assert ours.issue("hop#17") is None
    assert ours.issue("shop#17") is not None


OURS, THEIRS = "https://github.com/acme/shop", "https://github.com/other/tool"


@pytest.mark.parametrize(
    ("reference", "url", "known"),
    [
        ("#17", "", True),
        ("#17", f"{OURS}/issues/17", True),
        ("acme/shop#17", "", True),
        ("Acme/Shop#17", f"{OURS}/issues/17", True),
        ("acme/shop#17", f"{THEIRS}/issues/17", False),
        (f"{OURS}/issues/17", "", True),
        (f"{OURS}/pull/17", f"{OURS}/issues/17", True),
        ("other/tool#17", "", False),
        ("other/tool#17", f"{OURS}/issues/17", False),
        ("other/tool#17", f"{THEIRS}/issues/17", True),
        ("tool/other#17", f"{THEIRS}/issues/17", False),
        (f"{THEIRS}/issues/17", "", False),
        (f"{THEIRS}/issues/17", f"{OURS}/issues/17", False),
        (f"{THEIRS}/issues/17", f"{THEIRS}/issues/17", True),
        (
            "https://gitlab.com/a/b/c/-/issues/17",
            "https://gitlab.com/a/b/c/-/issues/17#note_1",
            True,
        ),
    ],
)
def test_an_issue_of_another_repository_is_known_by_its_address(
    reference: str, url: str, *, known: bool
) -> None:
    """That our own issue 17 is closed says nothing of theirs."""
    ours = Issue(number="16", url=f"{OURS}/issues/16")
    issues = {"16": ours, "17": Issue(number="17", closed=True, url=url)}
    tracker = Tracker(evidence="tracker", path="issues.json", issues=issues)
    record = Record(title=Prose("t"), repository=Url(f"{OURS}.git"))
    assert (Waiting(record, [tracker]).issue(reference) is not None) is known


def test_a_number_is_of_our_own_repository_where_it_can_be_told() -> None:
    """An issue of theirs stands for ours only where no address tells them apart."""
    theirs = Issue(number="17", closed=True, url=f"{THEIRS}/issues/17")
    ours = Issue(number="16", url=f"{OURS}/issues/16")
    trackers = [
        Tracker(evidence="theirs", path="theirs.json", issues={"17": theirs}),
        Tracker(evidence="ours", path="ours.json", issues={"16": ours}),
    ]
    known = Waiting(Record(title=Prose("t"), repository=Url(OURS)), trackers)
    assert known.issue("#17") is None
    assert known.issue("#17", "theirs") == theirs
    unknown = Waiting(Record(title=Prose("t")), trackers)
    assert unknown.issue("#17") == theirs


def test_a_blocker_without_a_name_to_wait_for_is_open_until_vouched() -> None:
    """Only a person can say that something is gone that no tracker knows."""
    assert waiting(CHAIN[2]).is_open(CHAIN[2])
    vouched = blocker(
        "rebuild",
        attested=Attestation(by=Text("lead"), on=Text("2026-03-01"), place=NOWHERE),
    )
    assert not waiting(vouched).is_open(vouched)


@pytest.mark.parametrize(
    ("references", "expected"),
    [
        ([], ""),
        (["#1181"], "#1181"),
        (["#1182", "#1181"], "#1181, #1182"),
        (["#1186", "#1183", "#1181", "#1182"], "#1181–#1183, #1186"),
        (["#2", "#1", "#3", "#4", "#9", "#8"], "#1–#4, #8, #9"),
        (["pool", "#3"], "#3, pool"),
        (["#3", "#3"], "#3"),
        (["t1", "t2", "t3"], "t1, t2, t3"),
    ],
)
def test_ranges_never_claim_a_number_that_is_not_meant(
    references: list[str], expected: str
) -> None:
    """A range is written only where every number in it is in the list."""
    assert issue_list(references) == expected
