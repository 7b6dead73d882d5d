"""Reads CTRF, the Common Test Report Format of ctrf.io."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import Any

import msgspec
from msgspec import Raw

from reportgen import late
from reportgen.load import coerce
from reportgen.load.content import Content
from reportgen.load.counts import Counts
from reportgen.load.documents import not_this_format
from reportgen.load.json_stream import JsonStream
from reportgen.load.messages import clean, detail, gist, message
from reportgen.load.runs import read_runs
from reportgen.masking import cut
from reportgen.model import Json, Outcome, Result

_NONE = Raw(b"null")
_MILLISECOND = 1e-3

_OUTCOMES = {
    "passed": Outcome.PASSED,
    "failed": Outcome.FAILED,
    "skipped": Outcome.SKIPPED,
    "pending": Outcome.SKIPPED,  # written down, but not to be run yet
}
# What pytest said, where CTRF has no word for it.
_FINER = {
    ("failed", "error"): Outcome.ERROR,
    ("passed", "rerun"): Outcome.FLAKY,
    ("passed", "xpassed"): Outcome.XPASSED,
    ("skipped", "xfailed"): Outcome.XFAILED,
}


class _Test(msgspec.Struct, gc=False):
    name: str
    status: str = ""
    rawStatus: str = ""  # noqa: N815 - as the format spells it
    duration: float = 0.0
    flaky: bool = False
    retries: int = 0
    filePath: str = ""  # noqa: N815 - as the format spells it
    suite: str | tuple[str, ...] = ""
    message: Raw = _NONE
    trace: Raw = _NONE


_TESTS = msgspec.json.Decoder(list[_Test])
_KEYS = (b'"name"', b'"status"')
_SPELT_OUT = late.pattern(rb"\\u00[67]")  # a letter, and perhaps that of a key


def walk(content: Content, counts: Counts) -> None:
    """Tell `counts` everything that the file says."""
    stream = JsonStream(content)
    summary: Json = {}
    statuses: Counter[str] = Counter()
    found = False
    if stream.peek() not in {b"{", b""}:
        raise _not_ctrf()
    try:
        for key in stream.members():
            if key != "results" or stream.peek() != b"{":
                stream.skip()
                continue
            for part in stream.members():
                if part == "tests" and stream.peek() == b"[":
                    found = True
                    _read_tests(stream, counts, statuses)
                elif part == "summary":
                    summary = coerce.mapping(stream.value())
                else:
                    stream.skip()
        stream.end()
        if not found:
            raise _not_ctrf()
    finally:
        counts.facts |= _facts(summary, statuses, counts)


read = read_runs(walk, "ctrf", exitcode_known=False)


def _read_tests(stream: JsonStream, counts: Counts, statuses: Counter[str]) -> None:
    for batch in stream.elements(_Wary(), _odd_test):
        passed = []
        for test in batch:
            outcome = _outcome(test.status, test.rawStatus, test.flaky, test.retries)
            if outcome is Outcome.PASSED:
                passed.append(_nodeid(test))
            else:
                statuses[test.status] += 1
                _tell(test, outcome, counts)
        counts.passed(passed)


class _Wary:
    """Decodes tests, but none if one of them may say two things as one.

    The type takes what stands last under a name, and something worse may stand
    before it.  As a rule that shows when names are counted.  Else what is decoded
    and encoded again tells: it has fewer quotes if anything was said twice.
    """

    def decode(self, text: bytes, /) -> list[_Test]:
        found = _TESTS.decode(text)
        once = all(text.count(key) == len(found) for key in _KEYS)
        if once and not _SPELT_OUT.search(text):
            return found
        # This raises too where there is a number beyond all bounds.
        again = msgspec.json.encode(msgspec.json.decode(text))
        if again.count(b'"') != text.count(b'"') + text.count(rb"\u0022"):
            raise msgspec.DecodeError("something is said twice")
        return found


def _tell(test: _Test, outcome: Outcome, counts: Counts) -> None:
    if outcome is Outcome.UNKNOWN:
        counts.words.add(cut(test.status, 100))
    nodeid = _nodeid(test)
    counts.add(
        nodeid,
        outcome,
        lambda detailed: Result(
            nodeid=nodeid,
            outcome=outcome,
            word=test.rawStatus or test.status,
            message=message(_text(test.message)) or gist(_text(test.trace)),
            detail=detail(_text(test.trace)) if detailed else "",
            duration=test.duration * _MILLISECOND,
        ),
    )


@lru_cache(maxsize=256)  # there are few ways to end, and many tests
def _outcome(status: str, raw: str, flaky: bool, retries: int) -> Outcome:  # noqa: FBT001  # the cache is quicker so
    finer = _FINER.get((status, raw))
    if finer is not None:
        return finer
    if status == "passed" and (flaky or retries > 0):
        return Outcome.FLAKY
    return _OUTCOMES.get(status, Outcome.UNKNOWN)


def _nodeid(test: _Test) -> str:
    """Return the name if it is a node id, else put file and suite before it."""
    name = test.name
    return name if "::" in name else _above(test.filePath, test.suite) + name


# Tests come suite by suite.
@lru_cache(maxsize=1_000)
def _above(file: str, suite: str | tuple[str, ...]) -> str:
    names = (suite,) if isinstance(suite, str) else suite
    inside = [name for name in names if name != file]
    return "".join(f"{part}::" for part in (file, *inside) if part)


def _text(raw: Raw) -> str:
    return coerce.text(coerce.decoded(raw))


def _odd_test(value: Any) -> _Test:  # noqa: ANN401 - JSON can be anything
    test = coerce.mapping(value)
    if not isinstance(test.get("name"), str):
        raise _not_ctrf()
    return _Test(
        name=clean(test["name"]),
        status=clean(str(test.get("status", ""))),
        rawStatus=clean(coerce.text(test.get("rawStatus"))),
        duration=coerce.number(test.get("duration")) or 0.0,
        flaky=bool(test.get("flaky")),
        retries=coerce.whole(test.get("retries")) or 0,
        filePath=clean(coerce.text(test.get("filePath"))),
        suite=tuple(map(clean, coerce.words(test.get("suite")))),
        message=_raw(test.get("message")),
        trace=_raw(test.get("trace")),
    )


def _raw(value: object) -> Raw:
    return Raw(msgspec.json.encode(clean(coerce.text(value))))


def _not_ctrf() -> Exception:
    return not_this_format("a CTRF report")


def _facts(summary: Json, statuses: Counter[str], counts: Counts) -> Json:
    stated = coerce.counts(summary)
    start = coerce.number(summary.get("start"))
    stop = coerce.number(summary.get("stop"))
    facts: Json = {
        "created": None if stop is None else coerce.moment(stop * _MILLISECOND),
        "stated": counts.compare(
            {
                "total": (stated.get("tests"), counts.cases),
                "failed": (stated.get("failed"), statuses["failed"]),
            }
        ),
    }
    if start is not None and stop is not None and stop >= start:
        facts["duration"] = (stop - start) * _MILLISECOND
    return facts
