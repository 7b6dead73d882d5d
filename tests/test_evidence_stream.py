"""Reading block by block gives what reading whole gives, or says why not."""

import json
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import strategies as our
from evidence_files import CASES
from hypothesis import example, given
from hypothesis import strategies as st

from reportgen.load import json_stream, pytest_json
from reportgen.load.content import Content, File, UnreadableError
from reportgen.load.counts import Counts, Rooms
from reportgen.load.json_stream import JsonStream
from reportgen.load.repeats import Sightings
from reportgen.load.runs import read_runs
from reportgen.model import Query, Run, Tally

WHOLE = 1 << 26
PLAIN = (CASES / "results" / "plain.json").read_bytes()


class Bytes(Content):
    """A content that comes in blocks of any size, without a file."""

    def __init__(self, data: bytes, size: int) -> None:
        """Return the content `data`."""
        super().__init__(File(evidence="e", path=Path(), shown=""))
        self._data = data
        self._size = size

    def blocks(self) -> Iterator[bytes]:
        """Return `data` in pieces."""
        starts = range(0, len(self._data), self._size)
        yield from (self._data[start : start + self._size] for start in starts)


def _told_twice(tell: Callable[[Counts], None], query: Query) -> Counts:
    """Return counts that know beforehand which tests are repeated."""
    sightings = Sightings()
    tell(Counts(query, Rooms(), sightings))
    again = sightings.again([""]).get(0)
    counts = Counts(query, Rooms(), worst=again.worst if again else {})
    tell(counts)
    return counts


def _read(data: bytes, block: int, monkey: pytest.MonkeyPatch) -> tuple[object, ...]:
    monkey.setattr(json_stream, "BLOCK", block)
    monkey.setattr(json_stream, "_WINDOW", max(block // 2, 1))
    monkey.setattr(json_stream, "_LARGE", block)
    query = Query(patterns=frozenset({"", "tests/"}), named=frozenset({""}))
    problems = []

    def walk(counts: Counts) -> None:
        try:
            pytest_json.walk(Bytes(data, block), counts)
        except UnreadableError as error:
            problems.append((error.code, error.offset))

    counts = _told_twice(walk, query)
    assert len(set(problems)) == len(problems) // 2
    problem = problems[0] if problems else None
    return (
        problem,
        counts.tally,
        counts.results(),
        counts.selections(""),
        counts.failed_collectors,
        counts.skipped_collectors,
        {**counts.facts},
        counts.words,
    )


def _expected(report: dict[str, Any]) -> tuple[object, ...]:
    """Count what `json.loads` gives, by the reader of single tests alone."""

    def walk(counts: Counts) -> None:
        for test in report["tests"]:
            pytest_json.tell(pytest_json.odd_test(test), counts)

    counts = _told_twice(walk, Query())
    return counts.tally, counts.results()


_dumps = st.sampled_from(
    [
        json.dumps,
        lambda report: json.dumps(report, indent=2),
        lambda report: json.dumps(report, separators=(",", ":"), sort_keys=True),
    ]
)


@given(our.pytest_reports, st.integers(1, 400), _dumps)
def test_blocks_give_what_the_whole_gives(
    report: dict[str, Any], block: int, dumps: Callable[[object], str]
) -> None:
    """Every block size gives the counts and the results of `json.loads`."""
    data = dumps(report).encode()
    with pytest.MonkeyPatch.context() as monkey:
        found = _read(data, block, monkey)
        assert found == _read(data, WHOLE, monkey)
    assert found[0] is None
    assert found[1:3] == _expected(json.loads(data))


@given(our.pytest_reports, st.data())
def test_truncated_report_is_never_whole(
    report: dict[str, Any], data: st.DataObject
) -> None:
    """Wherever a report is cut, it is not accepted."""
    text = json.dumps(report).encode()
    cut = data.draw(st.integers(0, len(text) - 1))
    with pytest.MonkeyPatch.context() as monkey:
        problem, *_ = _read(text[:cut], data.draw(st.integers(1, 400)), monkey)
    assert problem is not None


def test_real_report_cut_anywhere_is_never_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Wherever a real report is cut, it is not accepted, nor without its last byte."""
    assert _read(PLAIN, 300, monkeypatch)[0] is None
    for cut in range(0, len(PLAIN), 23):
        assert _read(PLAIN[:cut], 300, monkeypatch)[0] is not None, cut
    assert _read(PLAIN[:-1], 300, monkeypatch)[0] is not None


@given(st.integers(0, len(PLAIN) - 1), st.binary(min_size=1, max_size=3))
@example(position=0, junk=b"\x00")
def test_damaged_report_is_no_crash(position: int, junk: bytes) -> None:
    """Any bytes anywhere give a run: what is damaged has a problem."""
    data = PLAIN[:position] + junk + PLAIN[position + len(junk) :]
    try:
        json.loads(data.decode())
        sound = True
    except (ValueError, RecursionError):
        sound = False
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "r.json"
        path.write_bytes(data)
        file = File(evidence="e", path=path, shown="r.json")
        [run] = read_runs(pytest_json.walk, "pytest")([file], Query())
    assert isinstance(run, Run)
    assert sound or run.problem


@given(st.recursive(st.none() | st.text() | st.integers() | st.floats(), st.lists))
def test_single_value_is_read_as_it_is(value: object) -> None:
    """A value is what the standard library reads, whatever the blocks."""
    data = json.dumps(value).encode()
    stream = JsonStream(Bytes(data + b" ", 3))
    assert repr(stream.value()) == repr(json.loads(data))
    stream.end()


def test_value_is_held_up_to_a_bound() -> None:
    """What nobody should hold is refused, and nothing of it was taken."""
    stream = JsonStream(Bytes(json.dumps("x" * 40_000).encode(), 1_000))
    with pytest.raises(UnreadableError) as caught:
        stream.value(10_000)
    assert (caught.value.code, caught.value.offset) == ("evidence-size", 0)


def test_element_that_is_nested_too_deeply_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It says so wherever it stands, and those before it have been counted."""
    test = json.loads(PLAIN)["tests"][0]
    texts = [json.dumps(test | {"nodeid": f"a.py::{n}"}) for n in range(5)]
    texts[3] = texts[3][:-1] + ', "deep": ' + "[" * 100_000
    report = f'{{"exitcode": 0, "tests": [{", ".join(texts)}'
    problem, tally, *_ = _read(report.encode(), WHOLE, monkeypatch)
    assert problem == ("evidence-syntax", report.index(texts[3]))
    assert isinstance(tally, Tally)
    assert tally.total == 3


def test_element_larger_than_a_block_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test with megabytes of output is one test, like any other."""
    test = {"nodeid": "x", "outcome": "passed", "setup": {"outcome": "passed"}}
    big = test | {"call": {"outcome": "failed", "stdout": "}, {" * 100_000}}
    report = {
        "exitcode": 1,
        "tests": [test, big | {"nodeid": "y"}, test | {"nodeid": "z"}],
    }
    found = _read(json.dumps(report).encode(), 1000, monkeypatch)
    assert found[:2] == (None, Tally(unfinished=2, failed=1))


def test_a_collector_that_found_more_than_can_be_held(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As pytest writes it, not even a part of its size is needed at once."""
    items = [{"nodeid": f"a.py::t{n}", "lineno": 1} for n in range(3_000)]
    large = {"nodeid": "a.py", "outcome": "passed", "result": items}
    text = json.dumps({"exitcode": 0, "collectors": [large], "tests": []})
    monkeypatch.setattr(json_stream, "_LARGEST", 9_000)
    monkeypatch.setattr(JsonStream.value, "__defaults__", (9_000,))
    found = _read(text.encode(), 1000, monkeypatch)
    selections = found[3]
    assert isinstance(selections, dict)
    assert (found[0], selections[""].collected) == (None, 3_000)


@pytest.mark.parametrize("order", [1, -1], ids=["as pytest writes", "backwards"])
def test_a_collector_that_found_a_lot_is_not_held(
    order: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What one collector found is counted like what many did, in any order of keys."""
    names = [f"test_a.py::test_{number}" for number in range(3_000)]
    items = [{"nodeid": name, "type": "Function", "lineno": 1} for name in names]
    large = {"nodeid": "test_a.py", "outcome": "passed", "result": items}
    small = {"nodeid": "test_b.py", "outcome": "passed", "result": items[:1]}
    report = {
        "exitcode": 0,
        "collectors": [small, dict([*large.items()][::order]), small],
        "tests": [],
    }
    found = _read(json.dumps(report).encode(), 1000, monkeypatch)
    selections = found[3]
    assert isinstance(selections, dict)
    assert (found[0], selections[""].collected) == (None, 3_002)


@pytest.mark.parametrize("again", ['"nodeid": "b"', '"result": []'])
def test_a_large_collector_that_says_something_twice(
    again: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody knows which of the two is meant."""
    result = json.dumps([{"nodeid": f"a::{n}", "lineno": 1} for n in range(3_000)])
    report = f'{{"nodeid": "a", "outcome": "passed", "result": {result}, {again}}}'
    text = f'{{"exitcode": 0, "collectors": [{report}], "tests": []}}'
    problem = _read(text.encode(), 1000, monkeypatch)[0]
    assert problem == ("repeated-key", text.index(again) + again.index(" "))
