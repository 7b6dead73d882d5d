"""Counts the steps that code takes, which a clock can only guess at."""

import sys
from collections.abc import Callable
from types import FrameType


def steps(work: Callable[[], object]) -> int:
    """Return how many lines of Python `work` goes through."""
    count = 0

    def trace(_frame: FrameType, event: str, _argument: object) -> object:
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)  # type: ignore[arg-type]  # a function that returns itself
    try:
        work()
    finally:
        sys.settrace(before)
    return count


def assert_steps_grow_with_length(work: Callable[[str], object], unit: str) -> None:
    """Check that four times a text takes four times the steps, not sixteen times."""
    short, long = unit * 250, unit * 1000
    work(long)  # compiles what is compiled once
    assert steps(lambda: work(long)) <= 5 * steps(lambda: work(short)) + 100
