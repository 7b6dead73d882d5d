"""What waits for what, to the end of every chain."""

import pytest

from reportgen.assess.waiting import Waiting, issue_list
from reportgen.model import (
    NOWHERE,
    Attestation,
    Blocker,
    Issue,
    Prose,
    Record,
    Text,
    Tracker,
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
    ],
)
def test_ranges_never_claim_a_number_that_is_not_meant(
    references: list[str], expected: str
) -> None:
    """A range is written only where every number in it is in the list."""
    assert issue_list(references) == expected
