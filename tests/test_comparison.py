"""Two sets of runs are compared test by test."""

import pytest

from reportgen.assess.comparison import compare, compare_all
from reportgen.model import EVERYTHING, Outcome, Prose, Record, Run, Selection
from reportgen.report import Merged

GOOD = (Outcome.PASSED, Outcome.FLAKY, Outcome.XPASSED)
BAD = (Outcome.FAILED, Outcome.ERROR)
OPEN = (Outcome.UNKNOWN, Outcome.UNFINISHED, Outcome.XFAILED)
SKIPPED = (Outcome.SKIPPED,)
GONE = (None,)


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        pytest.param(BAD, GOOD, "fixed", id="fixed"),
        pytest.param(BAD, BAD, "still_failing", id="still-failing"),
        pytest.param(
            (*GOOD, *OPEN, *SKIPPED, *GONE), BAD, "newly_failing", id="newly-failing"
        ),
        pytest.param(
            (*GOOD, *BAD, *OPEN), SKIPPED, "newly_skipped", id="newly-skipped"
        ),
        pytest.param(GONE, (*GOOD, *OPEN, *SKIPPED), "new", id="new"),
        pytest.param((*GOOD, *BAD, *OPEN, *SKIPPED), GONE, "vanished", id="vanished"),
        pytest.param((*GOOD, *BAD), OPEN, "newly_open", id="newly-open"),
        pytest.param((*GOOD, *OPEN, *SKIPPED), GOOD, "", id="good"),
        pytest.param((*OPEN, *SKIPPED), OPEN, "", id="as-open-as-it-was"),
        pytest.param(SKIPPED, SKIPPED, "", id="still-skipped"),
    ],
)
def test_each_test_is_of_one_kind(
    before: tuple[Outcome | None, ...], after: tuple[Outcome | None, ...], kind: str
) -> None:
    """Only what failed and passes now is fixed; what is gone never is."""
    for was in before:
        for now in after:
            found = compare("old", {"x": was} if was else {}, {"x": now} if now else {})
            kinds = {
                name: getattr(found, name)
                for name in found.__struct_fields__
                if name not in {"before", "unchanged"} and getattr(found, name)
            }
            assert (kinds, found.unchanged) == (
                ({kind: ("x",)}, 0) if kind else ({}, 1)
            )


def run(name: str, **outcomes: Outcome) -> Run:
    """Return a run of tests with their outcomes."""
    selections = {EVERYTHING: Selection(outcomes=outcomes)}
    return Run(
        evidence=name, path=f"{name}.json", format="pytest", selections=selections
    )


def test_each_evidence_of_before_is_compared_with_all_of_now() -> None:
    """They come by name, with the tests in order and without those meant to fail."""
    runs = (
        run("old", a=Outcome.FAILED, b=Outcome.PASSED, m=Outcome.PASSED),
        run("before", c=Outcome.PASSED),
        run("empty"),
        run("now", a=Outcome.PASSED, m=Outcome.FAILED),
        run("more", d=Outcome.PASSED, c=Outcome.PASSED),
    )
    names = frozenset({"old", "before", "empty"})
    record = Record(title=Prose("x"))
    merged = Merged(record=record, runs=runs, before=names)
    first, second = compare_all(merged, frozenset({"m"}))
    assert (first.before, second.before) == ("before", "old")
    assert (second.fixed, second.vanished, second.new) == (("a",), ("b",), ("c", "d"))
    assert (first.unchanged, first.new, first.newly_failing) == (1, ("a", "d"), ())
    assert compare_all(merged)[1].newly_failing == ("m",)
    assert compare_all(Merged(record=record, runs=runs[:3], before=names)) == ()


def test_comparisons_come_in_the_order_of_their_names() -> None:
    """The same records give the same report, however sets are stored."""
    names = frozenset("fedcba")
    runs = (run("now", x=Outcome.PASSED), *(run(n, x=Outcome.PASSED) for n in names))
    merged = Merged(record=Record(title=Prose("x")), runs=runs, before=names)
    assert [each.before for each in compare_all(merged)] == sorted(names)
