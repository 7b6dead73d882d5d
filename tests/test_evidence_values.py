"""Single values of tools: numbers, times, texts of failures, and stamps."""

import json
import math
import re
import time
from pathlib import Path
from typing import Any

import pytest

from reportgen.load import coerce
from reportgen.load.content import File
from reportgen.load.messages import clean, detail, gist, message, reason
from reportgen.load.stamps import SUFFIX, stamp_of
from reportgen.model import Place, Stamp

NOON = 1772366400.0  # 2026-03-01T12:00:00Z


# --- Numbers and words ---------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0, 0),
        (-3, -3),
        (10**30, 10**30),
        (2.0, 2),
        ("7", 7),
        (" +7\n", 7),
        ("-07", -7),
        ("9" * 18, 10**18 - 1),
        ("9" * 19, None),
        ("", None),
        ("7.0", None),
        ("7 8", None),
        ("0x7", None),
        (2.5, None),
        (math.inf, None),
        (math.nan, None),
        (True, None),
        (False, None),
        (None, None),
        ([7], None),
    ],
)
def test_whole_numbers_are_taken_in_any_writing(
    value: object, expected: int | None
) -> None:
    """What is no whole number is not known; above all it is not 0 or 1."""
    found = coerce.whole(value)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (3, 3.0),
        (-0.5, -0.5),
        (" 2.5 ", 2.5),
        ("1e3", 1000.0),
        ("nan", None),
        (math.nan, None),
        (-math.inf, None),
        (10**400, None),
        ("much", None),
        (True, None),
        (None, None),
        ([1], None),
        (b"1", None),
    ],
)
def test_numbers_are_finite(value: object, expected: float | None) -> None:
    """A number without a bound, or none at all, is not known."""
    found = coerce.number(value)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (NOON, NOON),
        (1, 1.0),
        (str(NOON), NOON),
        ("2026-03-01T12:00:00Z", NOON),
        ("2026-03-01T12:00:00", NOON),
        (" 2026-03-01 14:00:00+02:00\n", NOON),
        (1e11 - 1, 1e11 - 1),
        (1e11, None),
        (0, None),
        (-1, None),
        ("1969-12-31T23:59:59Z", None),
        ("0001-01-01T00:00:00+23:59", None),
        ("9999-12-31T23:59:59-23:59", None),
        ("yesterday", None),
        (True, None),
        (None, None),
    ],
)
def test_moments_are_after_1970_and_not_in_a_far_future(
    value: object, expected: float | None
) -> None:
    """A time may be a number or a text; one without a zone is UTC."""
    assert coerce.moment(value) == expected


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="needs tzset")
def test_a_time_without_a_zone_is_utc_wherever_it_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The clock of the reader has no say in when a test ran."""
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        assert coerce.moment("2026-03-01T12:00:00") == NOON
    finally:
        monkeypatch.undo()
        time.tzset()


def test_counts_are_what_counts() -> None:
    """Of a summary, only whole numbers that are not negative count."""
    value = {"a": 0, "b": "2", "c": -1, "d": None, "e": True, "f": 1.5, 7: 1}
    assert coerce.counts(value) == {"a": 0, "b": 2, "7": 1}
    assert coerce.counts([["a", 1]]) == {}


@pytest.mark.parametrize(
    ("value", "words", "text", "mapping"),
    [
        ("a b", ("a b",), "a b", {}),
        ("", ("",), "", {}),
        (["a", 3], ("a", "3"), "", {}),
        ({"a": 1}, (), "", {"a": 1}),
        (3, (), "", {}),
        (None, (), "", {}),
    ],
)
def test_values_of_another_kind_are_nothing(
    value: object, words: tuple[str, ...], text: str, mapping: dict[str, Any]
) -> None:
    """A text, a list or an object is taken where it is asked for, else nothing."""
    assert coerce.words(value) == words
    assert coerce.text(value) == text
    assert coerce.mapping(value) == mapping


# --- Texts of failures ---------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("naïve ✓", "naïve ✓"),
        ("a\udc80é", "a\\udc80é"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b[38;5;1mred\x1b[0 q", "red"),
        ("#x1B[1mred#x1B[0m", "red"),
        ("\x1b]0;title\x07a", "a"),
        ("\x1b]8;;http://e\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("a\x1bMb", "ab"),
    ],
)
def test_texts_can_be_written_and_have_no_colours(text: str, expected: str) -> None:
    """What a terminal would do, and what no file can hold, is not in a report."""
    assert detail(text) == message(text) == gist(text) == expected
    assert clean(text).encode().decode().count("\x1b") == text.count("\x1b")


@pytest.mark.parametrize(("cut", "most"), [(message, 2_000), (detail, 20_000)])
def test_long_texts_are_cut(cut: Any, most: int) -> None:  # noqa: ANN401 - a function
    """A text is kept up to its bound, and what was cut shows that it was."""
    assert cut("x" * most) == "x" * most
    assert cut("x" * (most + 1)) == "x" * most + " …"
    assert cut("\x1b[1m" + "x" * most) == "x" * most
    assert cut("\x1b[1m" * 3 * most) == ""
    assert cut("x" * most + "\x1b[0m" + "y") == "x" * most + " …"


def test_only_what_is_kept_whole_keeps_its_margins() -> None:
    """A message is stripped; the text of a failure stays as it was written."""
    assert message(" \na\n b \n") == "a\n b"
    assert detail(" \na\n b \n") == " \na\n b \n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        (" \n\t\n", ""),
        ("first\nlast\n\n", "last"),
        ("x\nE   one\nE   two\nE\nE    \nend", "two"),
        ("x\nE   ValueError: a\nE     more\n\nt.py:1", "more"),
        ("[XPASS(strict)] b", "[XPASS(strict)] b"),
        ("x\nE\nE  \nend", "end"),
        ("x\nError: one\nend", "end"),
        ("x\n  E   one\nend", "end"),
        ("[gw3] linux -- Python 3.11 /p\n\n\nboom", "boom"),
        ("[gw3] linux -- Python 3.11 /p\n", ""),
        ("a\n[gw3] linux -- Python 3.11 /p", "[gw3] linux -- Python 3.11 /p"),
        ("[gw0] a -- Python 1\n[gw1] b -- Python 2", "[gw1] b -- Python 2"),
        ("[gwen] is ill", "[gwen] is ill"),
        ("E   early\n" + "x" * 19_998, "x" * 2_000 + " …"),
        ("E   late\n" + "x" * 19_991, "late"),
        ("x" * 50_000 + "\nE   late", "late"),
        ("E   bad \udc80", "bad \\udc80"),
        ("\x1b[1mE   bad\x1b[0m", "bad"),
    ],
)
def test_gist_is_the_line_that_explains(text: str, expected: str) -> None:
    """It is the last one that pytest marks, else the last that is not empty."""
    assert gist(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("('/a.py', 12, 'Skipped: no network')", "no network"),
        ("('/a.py', 12, 'no network')", "no network"),
        ("('/a.py', 12, 'Skipped: ')", ""),
        ("('C:\\\\a.py', 1, 'Skipped: back')", "back"),
        ("('cut', 1, 'Skip", "('cut', 1, 'Skip"),
        ("  ('/a.py', 12, 'Skipped: padded')  ", "padded"),
        ('("/a.py", 12, "Skipped: it\'s")', "it's"),
        ("('/a.py', 12, 'Skipped: two\\nlines')", "two\nlines"),
        ("('/a.py', 12, 'Skipped: \\x1b[1mbold\\x1b[0m')", "bold"),
        ("('/a.py', 12, 'Skipped: \x1b[1mbold\x1b[0m')", "bold"),
        ("[gw1] linux -- Python 3 /p\n('/a.py', 1, 'Skipped: far')", "far"),
        ("('[gw1] linux -- Python 3', 1, 'Skipped: near')", "near"),
        ("('/a.py', 12, 5)", "5"),
        ("()", "()"),
        ("['a', 'b']", "['a', 'b']"),
        ("'Skipped: alone'", "'Skipped: alone'"),
        ("Skipped for a reason", "Skipped for a reason"),
        ("f(x)", "f(x)"),
        ("{[]: 1}", "{[]: 1}"),
        ("x\nE   why\nend", "why"),
        ("(" * 5_000, "(" * 2_000 + " …"),
        ("-" * 15_000 + "1", "-" * 2_000 + " …"),
        ("1+" * 9_000 + "1", "1+" * 1_000 + " …"),
        ("('a', 1, '" + "x" * 30_000 + "')\nE   why", "why"),
        ("a\0b", "a\0b"),
    ],
)
def test_reason_is_what_was_written_beside_the_place(text: str, expected: str) -> None:
    """It is taken out of the tuple; any other text speaks for itself."""
    assert reason(text) == expected


# --- Stamps --------------------------------------------------------------------


def _stamped(folder: Path, beside: object = None, inside: object = None) -> Any:  # noqa: ANN401
    path = folder / "r.json"
    if beside is not None:
        text = beside if isinstance(beside, bytes) else json.dumps(beside).encode()
        path.with_name(path.name + SUFFIX).write_bytes(text)
    return stamp_of(File(evidence="t", path=path, shown="ci/r.json"), "5a", inside)


@pytest.mark.parametrize("inside", [None, {}, [1], "x"])
def test_without_a_stamp_nothing_is_known(tmp_path: Path, inside: object) -> None:
    """A file that nobody stamped has no stamp, and no problem."""
    assert _stamped(tmp_path, None, inside) == (None, None)


def test_stamp_is_taken_field_by_field(tmp_path: Path) -> None:
    """Every field is what it should be, or not known."""
    told = {
        "commit": "c0ffee",
        "tree": "beef",
        "dirty": {"a.py": "0f", "gone.py": None, "odd.py": 3},
        "argv": ["pytest", "-x"],
        "started": "2026-03-01T12:00:00Z",
        "exitcode": "1",
        "shard": "linux",
        "versions": {"pytest": "9.2", "python": 3},
        "platform": "Linux",
        "sha256": "5a",
        "more": 1,
    }
    expected = Stamp(
        commit="c0ffee",
        tree="beef",
        dirty={"a.py": "0f", "gone.py": None, "odd.py": ""},
        argv=("pytest", "-x"),
        started=NOON,
        exitcode=1,
        shard="linux",
        versions={"pytest": "9.2", "python": "3"},
        platform="Linux",
    )
    assert _stamped(tmp_path, None, told) == (expected, None)
    assert _stamped(tmp_path, told) == (expected, None)
    odd = dict.fromkeys(told, 0.5) | {"sha256": "5a"}
    assert _stamped(tmp_path, odd) == (Stamp(started=0.5), None)
    assert _stamped(tmp_path, {"commit": "", "tree": ""}) == (Stamp(), None)


@pytest.mark.parametrize(
    ("dirty", "expected"),
    [
        (["a.py", "b.py"], {"a.py": "", "b.py": ""}),
        (["a.py", 3, ["b"]], {"a.py": "", "3": "", "['b']": ""}),
        ([], {}),
        ({}, {}),
        ("a.py", None),
        (None, None),
        (True, None),
    ],
)
def test_changed_files_are_known_or_not(
    tmp_path: Path, dirty: object, expected: dict[str, str] | None
) -> None:
    """No changed files is another thing than not knowing of any."""
    stamp, _ = _stamped(tmp_path, {"dirty": dirty})
    assert stamp.dirty == expected


def test_stamp_beside_a_file_corrects_the_one_inside(tmp_path: Path) -> None:
    """Each field that it has counts for more; versions are put together."""
    inside = {"commit": "a", "tree": "t", "versions": {"pytest": "1", "shop": "2"}}
    beside = {"commit": "b", "versions": {"pytest": "3", "node": "4"}}
    stamp, problem = _stamped(tmp_path, beside, inside)
    assert problem is None
    assert (stamp.commit, stamp.tree) == ("b", "t")
    assert stamp.versions == {"pytest": "3", "shop": "2", "node": "4"}
    assert inside["versions"] == {"pytest": "1", "shop": "2"}


def test_stamp_of_another_result_tells_nothing(tmp_path: Path) -> None:
    """A stamp that names another sum is no stamp of this file."""
    stamp, problem = _stamped(tmp_path, {"sha256": "5b", "exitcode": 0}, {"tree": "t"})
    assert stamp == Stamp(tree="t")
    assert (problem.place, problem.code) == (Place("ci/r.json"), "stamp-mismatch")
    assert problem.message == "the result is not the one that was stamped"
    assert problem.hint == (
        "run `reportgen collect` again, or delete the stamp beside it"
    )


@pytest.mark.parametrize(
    ("beside", "why"),
    [
        (b"", "Expecting value: .*"),
        (b"{", "Expecting property name .*"),
        (b"[1]", "it is not an object"),
        (b"\xff", "'utf-8' codec can't decode .*"),
        (b"[" * 100_000, "maximum recursion depth .*"),
    ],
    ids=["empty", "cut", "list", "bytes", "deep"],
)
def test_stamp_that_cannot_be_read_is_a_problem(
    tmp_path: Path, beside: bytes, why: str
) -> None:
    """It says so, and why, at its own place."""
    stamp, problem = _stamped(tmp_path, beside, {"tree": "t"})
    assert stamp == Stamp(tree="t")
    assert (problem.place.path, problem.code) == (
        "ci/r.json.stamp.json",
        "stamp-unreadable",
    )
    assert re.fullmatch(f"the stamp cannot be read: {why}", problem.message)
    assert problem.hint == "run `reportgen collect` again"


def test_stamp_that_is_a_folder_is_a_problem(tmp_path: Path) -> None:
    """What stands where a stamp should is never taken for none."""
    (tmp_path / "r.json.stamp.json").mkdir()
    stamp, problem = _stamped(tmp_path)
    assert stamp is None
    assert problem.code == "stamp-unreadable"
