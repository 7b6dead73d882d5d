"""Which tests a pattern of a record means."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen.load.patterns import Match, Pattern, Selector

A, LOOSE, NO = Match.EXACT, Match.LOOSE, Match.NO


@pytest.mark.parametrize(
    ("pattern", "nodeid", "expected"),
    [
        pytest.param("", "tests/test_a.py::test_x", A, id="nothing-is-everything"),
        pytest.param(".", "tests/test_a.py::test_x", A, id="dot-is-everything"),
        pytest.param("t.py::x", "t.py::x", A, id="equal"),
        pytest.param("./t.py::x", "t.py::x", A, id="leading-dot-slash"),
        pytest.param("tests/", "tests/a.py::x", A, id="folder-with-slash"),
        pytest.param("tests", "tests/a.py::x", A, id="folder"),
        pytest.param("tests/a.py", "tests/a.py::x", A, id="file"),
        pytest.param("tests/a.py::", "tests/a.py::x", A, id="file-with-colons"),
        pytest.param("a.py::K", "a.py::K::x", A, id="class"),
        pytest.param("a.py::x", "a.py::x[1-a/b]", A, id="all-parameters"),
        pytest.param("a.py::x[1]", "a.py::x[1]", A, id="one-parameter"),
        pytest.param("a.py::x[1]", "a.py::x[12]", NO, id="another-parameter"),
        pytest.param("a.py::x[1", "a.py::x[12]", LOOSE, id="begun-parameter"),
        pytest.param("a.py::x", "a.py::xy", LOOSE, id="begun-name"),
        pytest.param("tests/st", "tests/store/a.py::x", LOOSE, id="begun-folder"),
        pytest.param("tests/store", "tests/store2/a.py::x", LOOSE, id="longer-folder"),
        pytest.param("tests/b", "tests/a.py::x", NO, id="elsewhere"),
        pytest.param("a.py::x", "tests/a.py::x", NO, id="not-from-the-beginning"),
        pytest.param("tests/*.py", "tests/a.py::x", A, id="glob-of-files"),
        pytest.param("tests/*.py", "tests/sub/a.py::x", A, id="star-crosses-slash"),
        pytest.param("tests/**/test_*.py", "tests/test_a.py::x", A, id="no-folder"),
        pytest.param("tests/**/test_*.py", "tests/u/v/test_a.py::x", A, id="folders"),
        pytest.param("tests/**/test_*.py", "tests/u/a.py::x", NO, id="other-file"),
        pytest.param("a.py::test_*", "a.py::test_x[a/b]", A, id="slash-in-parameter"),
        pytest.param("a.py::test_?", "a.py::test_x", A, id="question-mark"),
        pytest.param("a.py::test_?", "a.py::test_xy", NO, id="one-character-only"),
        pytest.param("a.py::*[1]", "a.py::x[1]", A, id="brackets-are-plain"),
        pytest.param("a.py::*[12]", "a.py::x[1]", NO, id="brackets-are-no-class"),
        pytest.param("*a?b", "aXaYb", A, id="star-goes-back"),
        pytest.param("tests/*/", "tests/u/a.py::x", A, id="glob-of-folders"),
        pytest.param("*.py::", "a.py::x", A, id="glob-of-whole-files"),
        pytest.param("a.py::*[", "a.py::x[1]", A, id="glob-of-parameters"),
        pytest.param("lin@tests/", "tests/a.py::x", A, id="shard-is-no-path"),
        pytest.param("a.py::x[u@h]", "a.py::x[u@h]", A, id="at-in-parameter"),
        pytest.param("a.py::x", "a.py::x\n::y", LOOSE, id="newline-in-name"),
    ],
)
def test_a_pattern_fits(pattern: str, nodeid: str, expected: Match) -> None:
    """A beginning fits up to a boundary; a glob fits whole or up to one."""
    assert Pattern(pattern).match(nodeid) is expected


def test_shard_stands_before_the_path() -> None:
    """Only a name in front of the whole path limits a pattern to a shard."""
    assert Pattern("linux@tests/a.py::x[u@h]").shard == "linux"
    assert Pattern("tests/a.py::x[u@h]").shard == ""
    assert Pattern("py3.11@").shard == "py3.11"


@pytest.mark.parametrize(
    ("pattern", "collector", "expected"),
    [
        pytest.param("tests/a.py::x", "tests/a.py", A, id="the-file-of-the-test"),
        pytest.param("tests/", "tests/a.py", A, id="a-file-in-the-folder"),
        pytest.param("tests/a.py", "tests/b.py", NO, id="another-file"),
        pytest.param("tests/a.py", "tests", A, id="the-folder-above"),
        pytest.param("tests/a.py", "", A, id="the-session"),
        pytest.param("tests/a.py", ".", A, id="the-root-folder"),
        pytest.param("tests/**/test_*.py", "tests/u", A, id="folder-below-a-glob"),
        pytest.param("tests/**/test_*.py", "tests/u/test_a.py", A, id="file-of-a-glob"),
        pytest.param(
            "tests/test_a*.py", "tests/test_b.py", NO, id="file-beside-a-glob"
        ),
        pytest.param("tests/a", "tests/ab.py", LOOSE, id="begun-name"),
    ],
)
def test_a_failed_collector_is_touched(
    pattern: str, collector: str, expected: Match
) -> None:
    """A module that could not be collected speaks for all tests it could have held."""
    assert Pattern(pattern).touches(collector) is expected


_parts = st.lists(
    st.sampled_from(
        ["a", "b", "/", "::", "::", "[", "]", "*", "?", "**/", ".py", "@", "."]
    ),
    max_size=8,
).map("".join)


@given(st.lists(_parts, max_size=4), st.lists(_parts, max_size=10))
def test_selecting_is_matching_one_by_one(texts: list[str], nodeids: list[str]) -> None:
    """Remembering files makes selecting faster, and changes nothing."""
    patterns = [Pattern(text) for text in texts]
    selected = {
        (nodeid, number, match)
        for fits, group in Selector(patterns).select(nodeids)
        for nodeid in group
        for number, match in fits
    }
    assert selected == {
        (nodeid, number, match)
        for nodeid in nodeids
        for number, pattern in enumerate(patterns)
        if (match := pattern.match(nodeid))
    }
