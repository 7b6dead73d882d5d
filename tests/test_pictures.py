"""Where everything stands in pictures."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from large import failing

from reportgen.model import Blocker, Prose, Run, Tally, Text
from reportgen.render.graph import waiting
from reportgen.render.pictures import changed, efforts, outcomes
from reportgen.report import BlockerState, Comparison, RunState

counts = st.builds(
    Tally,
    passed=st.integers(0, 10**6),
    skipped=st.integers(0, 50),
    failed=st.integers(0, 10**6),
    error=st.integers(0, 3),
)


@given(counts)
def test_parts_fill_the_bar(tally: Tally) -> None:
    """Every outcome that there is can be seen, in order, and none twice."""
    run = Run(evidence="tests", path="tests.json", format="pytest", tally=tally)
    report = msgspec.structs.replace(failing(0), runs=(RunState(run=run),))
    [row] = outcomes(report)
    assert row.total == tally.total
    at = 0.0
    for part in row.parts:
        assert part.start == pytest.approx(at, abs=0.05)
        assert part.width > 0.5
        at = part.start + part.width
    assert at == pytest.approx(100 if tally.total else 0, abs=0.05)


def test_bars_have_one_scale() -> None:
    """Twice the effort is twice as long, for phases and tasks alike."""
    rows = efforts(failing(0, tasks=3), str)
    assert [(row.whole, row.name) for row in rows[:2]] == [
        (True, "Phase 1: Ground"),
        (False, "Task number 0"),
    ]
    assert rows[0].planned_width == pytest.approx(3 * rows[1].planned_width, abs=0.1)
    assert rows[1].planned_width == pytest.approx(2 * rows[1].actual_width, abs=0.1)


def test_what_is_worse_stands_to_the_left() -> None:
    """Fixed tests stand right of the middle, all others left, the oldest run first."""
    runs = tuple(
        RunState(
            run=Run(evidence=name, path=name, format="pytest", created=created),
            before=True,
        )
        for name, created in (("late", 2.0), ("early", 1.0))
    )
    compared = (
        Comparison(before="late", fixed=("a",)),
        Comparison(before="early", newly_failing=("a", "b"), vanished=("c",)),
    )
    report = msgspec.structs.replace(failing(0), runs=runs, comparisons=compared)
    early, late = changed(report)
    assert (early.name, late.name) == ("early", "late")
    assert [(part.kind, part.number) for part in early.parts] == [
        ("fixed", 0),
        ("newly_failing", 2),
        ("vanished", 1),
    ]
    assert late.parts[0].start == 50
    assert all(part.start + part.width <= 50.1 for part in early.parts[1:])
    assert early.parts[2].start >= 0


def test_arrows_lead_to_the_right() -> None:
    """What holds up something stands left of it, and no box covers another."""
    blockers = tuple(
        BlockerState(
            blocker=Blocker(
                id=Text(name), title=Prose(f"Blocker {name}"), blocked_by=before
            ),
            name=name,
            open=True,
            reason="",
        )
        for name, before in (("a", ()), ("b", ("a",)), ("c", ("b", "a")), ("d", ("c",)))
    )
    graph = waiting(msgspec.structs.replace(failing(0), blockers=blockers), str)
    assert graph is not None
    assert len(graph.nodes) == 4
    assert len(graph.arrows) == 4
    for points in graph.arrows:
        xs = [x for x, _ in points]
        assert xs == sorted(set(xs))
        for x, y in points[1:-1]:  # what it goes through is no box
            assert not any(
                node.x <= x <= node.x + node.width and node.y < y < node.y + node.height
                for node in graph.nodes
            )
    places = {(node.x, node.y) for node in graph.nodes}
    assert len(places) == 4
    assert all(node.x + node.width <= graph.width for node in graph.nodes)


def test_nothing_waits_for_nothing() -> None:
    """Where nothing waits there is no graph."""
    report = msgspec.structs.replace(failing(0), blockers=())
    assert waiting(report, str) is None
