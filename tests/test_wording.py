"""Messages name what they speak of as code, and everything stays text."""

import pytest

from reportgen.render.wording import worded


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("all is well", "all is well"),
        ("tests `a.py`: 2 failed", "tests `a.py`: 2 failed"),
        ("`a`: : b", "`a`: : b"),
        (": a", "&#58; a"),
        ("`a` and `b` ", "`a` and `b` "),
        ("<b> `<b>`", "&lt;b&gt; `<b>`"),
        ("`a|b`", "<code>a&#124;b</code>"),
        ("one ` alone", "one &#96; alone"),
    ],
)
def test_names_are_code_and_the_rest_is_text(text: str, shown: str) -> None:
    """What stands between backticks is code, anything else is escaped."""
    assert worded(text) == shown


def test_any_number_of_colons_is_shown() -> None:
    """Nobody has to be called once for each of them."""
    assert worded("`a`" + ": " * 5_000) == "`a`" + ": " * 5_000
