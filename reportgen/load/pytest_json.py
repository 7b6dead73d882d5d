"""Reads what pytest-json-report writes; everything strange about it ends here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar, Union

import msgspec
from msgspec import Raw

from reportgen.load import coerce
from reportgen.load.content import Content
from reportgen.load.counts import Counts
from reportgen.load.json_stream import JsonStream, repeated_key
from reportgen.load.messages import clean, gist, reason
from reportgen.load.pytest_test import (
    NONE,
    TESTS,
    PassedTest,
    not_pytest,
    odd_test,
    tagged,
    tell,
)
from reportgen.load.runs import read_runs
from reportgen.model import Collector, Json, Outcome, Tally


class _Item(msgspec.Struct, gc=False):
    """What a collector found: a test if it has a line, else another collector."""

    nodeid: str
    lineno: int | msgspec.UnsetType | None = msgspec.UNSET
    deselected: bool = False


class _Collector(msgspec.Struct, gc=False, tag_field="outcome"):
    """A session, folder, module or class, and what it found."""

    outcome: ClassVar[str]  # by which the type was chosen: no second one overrules it

    nodeid: str
    result: list[_Item] = []
    longrepr: Raw = NONE


class _OddCollector(msgspec.Struct, gc=False):
    """A collector that only the standard library could read."""

    nodeid: str
    outcome: str
    result: list[_Item]
    longrepr: Raw


_ITEMS = msgspec.json.Decoder(list[_Item])
_ENDED = [tagged(_Collector, word) for word in ("passed", "failed", "skipped")]
_COLLECTORS: msgspec.json.Decoder[list[_Collector | _OddCollector]] = (
    msgspec.json.Decoder(list[Union[*_ENDED]])  # type: ignore[valid-type]  # made above
)


def walk(content: Content, counts: Counts) -> None:
    """Tell `counts` everything that the file says."""
    stream = JsonStream(content)
    facts: Json = {}
    seen: set[str] = set()
    if stream.peek() not in {b"{", b""}:  # a list was written before version 0.2
        raise not_pytest()
    whole = False
    try:
        for key in stream.members():
            if key in _LISTS:
                if key in seen:
                    raise repeated_key(key, stream.offset)
                if stream.peek() != b"[":
                    raise not_pytest(stream.offset)
                _LISTS[key](stream, counts)
            elif key in _KEPT:
                _keep(facts, key, stream)
            else:
                stream.skip()
            seen.add(key)
        stream.end()
        _check(facts, seen)
        whole = True
    finally:
        counts.facts |= _facts(facts)
        if "tests" in seen:
            counts.facts["stated"] |= _compared(counts)
        elif whole:
            counts.facts |= _summarised(counts)


read = read_runs(walk, "pytest")


# --- Tests and collectors ------------------------------------------------------


def _read_tests(stream: JsonStream, counts: Counts) -> None:
    for batch in stream.elements(TESTS, odd_test):
        # most of all time is spent here: there are many tests
        counts.passed([test.nodeid for test in batch if type(test) is PassedTest])
        for test in [test for test in batch if type(test) is not PassedTest]:
            tell(test, counts)


def _read_collectors(stream: JsonStream, counts: Counts) -> None:
    walk = partial(_large_collector, counts=counts)
    for batch in stream.elements(_COLLECTORS, _odd_collector, walk):
        for each in batch:
            if each.outcome == "passed":
                _tell_found(each, counts)
            elif each.outcome == "skipped":
                counts.skipped_collectors.append(_named(each, reason))
            else:  # failed, or a word that we do not know
                counts.failed_collector(_named(each, gist))


def _tell_found(collector: _Collector | _OddCollector, counts: Counts) -> None:
    tests = [
        item.nodeid
        for item in collector.result
        if item.lineno is not msgspec.UNSET and not item.deselected
    ]
    counts.collected(collector.nodeid, tests)


def _named(
    collector: _Collector | _OddCollector, say: Callable[[str], str]
) -> Collector:
    text = coerce.text(coerce.decoded(collector.longrepr))
    return Collector(nodeid=collector.nodeid, message=say(text))


def _odd_collector(value: Any) -> _OddCollector:  # noqa: ANN401 - JSON can be anything
    node = coerce.mapping(value)
    if not isinstance(node.get("nodeid"), str):
        raise not_pytest()
    return _OddCollector(
        nodeid=clean(node["nodeid"]),
        outcome=str(node.get("outcome")),
        result=_items(node.get("result")),
        longrepr=Raw(msgspec.json.encode(clean(coerce.text(node.get("longrepr"))))),
    )


def _items(result: object) -> list[_Item]:
    return list(map(_odd_item, result if isinstance(result, list) else ()))


def _odd_item(value: Any) -> _Item:  # noqa: ANN401 - JSON can be anything
    item = coerce.mapping(value)
    return _Item(
        nodeid=clean(str(item.get("nodeid"))),
        lineno=None if "lineno" in item else msgspec.UNSET,
        deselected=bool(item.get("deselected")),
    )


def _large_collector(stream: JsonStream, counts: Counts) -> _OddCollector:
    """Take a collector that found more than anybody should hold."""
    node: Json = {}
    for key in stream.members():
        if key in node:
            raise repeated_key(key, stream.offset)
        if key == "result" and node.get("outcome") == "passed" and "nodeid" in node:
            found = _odd_collector(node)
            node[key] = None  # told already
            for items in stream.elements(_ITEMS, _odd_item):
                found.result = items
                _tell_found(found, counts)
        else:
            node[key] = stream.value()
    return _odd_collector(node)


_LISTS = {"tests": _read_tests, "collectors": _read_collectors}

# --- The rest of the file ------------------------------------------------------

_KEPT = (
    "created",
    "duration",
    "exitcode",
    "summary",
    "root",
    "environment",
    "reportgen",
)
_NOT_OUTCOMES = frozenset({"total", "collected", "deselected"})
_WORDS = {outcome.value for outcome in Outcome} - {"flaky", "unknown", "unfinished"}


def _keep(facts: Json, key: str, stream: JsonStream) -> None:
    stream.peek()
    offset = stream.offset
    value = stream.value()
    if key in facts and facts[key] != value:
        raise repeated_key(key, offset)
    facts[key] = value


def _check(facts: Json, seen: set[str]) -> None:
    """Be sure that this is a report of the plugin, of a version since 1.0."""
    told = {"exitcode", "summary", "root"} & facts.keys()
    counted = "tests" in seen or isinstance(facts.get("summary"), dict)
    if not told or not counted:
        raise not_pytest()


def _facts(facts: Json) -> Json:
    stated = coerce.counts(facts.get("summary"))
    return {
        "created": coerce.moment(facts.get("created")),
        "duration": coerce.number(facts.get("duration")),
        "exitcode": coerce.whole(facts.get("exitcode")),
        "collected": stated.get("collected"),
        "deselected": stated.get("deselected", 0),
        "stated": stated,
        "stamp": facts.get("reportgen"),
    }


def _compared(counts: Counts) -> dict[str, int]:
    """Return what the summary states of each outcome that we know, in our unit."""
    stated, told = counts.facts["stated"], counts.words_told
    simply = counts.cases - told.total()
    seen = told + Counter(passed=simply)
    return counts.compare({word: (stated.get(word), seen[word]) for word in _WORDS})


def _summarised(counts: Counts) -> Json:
    """Count from the summary: there is nothing else, and it proves less."""
    stated = counts.facts["stated"]
    tests = {word: n for word, n in stated.items() if word not in _NOT_OUTCOMES}
    known = {word: number for word, number in tests.items() if word in _WORDS}
    strange = tests.keys() - known.keys()
    counts.words |= strange
    unknown = sum(tests[word] for word in strange)
    return {"detailed": False, "tally": Tally(**known, unknown=unknown)}
