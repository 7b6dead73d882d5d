"""What is worked out of the figures of a metric: its change, and its target."""

import pytest

from reportgen.render.figures import figures


@pytest.mark.parametrize(
    ("value", "target", "met"),
    [
        ("180 ms", "< 200 ms", True),
        ("200 ms", "< 200 ms", False),
        ("91%", ">= 90%", True),
        ("89.9 %", ">= 90%", False),
        ("91", ">= 90%", True),
        ("89.9", ">= 90%", False),
        ("3", "= 3 regions", True),
        ("91%", ">= 90", None),
        ("2 s", "< 200 ms", None),
        ("none", "none", True),
        ("some", "none", None),
        ("fast", "< 200 ms", None),
        ("", "< 200 ms", None),
        ("1,500 ms", ">= 1500 ms", True),
        ("1,234,567", ">= 1_234_567", True),
        ("9,5 %", ">= 90 %", None),
        ("9,50", ">= 90", None),
        ("1,2345", ">= 90", None),
        ("9 5", ">= 90", None),
        ("9.5.1", ">= 9", None),
        ("3", "", None),
    ],
)
def test_a_target_is_met_where_units_agree(
    value: str, target: str, *, met: bool | None
) -> None:
    """A figure without a unit, as computed ones are, is in that of its target."""
    assert figures("", value, target).met is met


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        ("420 ms", "180 ms", "−240 ms (−57 %)"),
        ("80%", "91%", "+11%"),
        ("3", "3", "unchanged"),
        ("0", "3", "+3"),
        ("3", "3 s", ""),
        ("", "3", ""),
    ],
)
def test_a_change_is_told_where_units_agree(
    before: str, after: str, change: str
) -> None:
    """What cannot be compared is not compared."""
    assert figures(before, after, "").change == change
