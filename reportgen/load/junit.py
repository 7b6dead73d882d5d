"""Reads JUnit XML of several dialects: pytest, surefire, go-junit-report, jest.

A test is called `classname::name`.  Where the class name or the `file` attribute
shows that it is Python, it gets pytest's node id: the last dotted part that looks
like a test module ends the path, what follows are classes.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache, partial
from xml.parsers import expat

from reportgen.load import coerce
from reportgen.load.content import Content, UnreadableError
from reportgen.load.counts import Counts
from reportgen.load.documents import not_this_format
from reportgen.load.messages import detail, gist, message, reason
from reportgen.load.runs import read_runs
from reportgen.masking import cut, split
from reportgen.model import Collector, Json, Outcome, Result

_TEXT = 40_000  # characters of a failure that are gathered
_TOGETHER = 1_000  # tests that passed are counted at once: most of one file agree
_MODULE = re.compile(r"test_.*|.*_test|tests?")
_RERUN = frozenset({"flakyFailure", "flakyError", "rerunFailure", "rerunError"})
# GoogleTest and CTest have no element for a test that is not to run.
_TELLING = frozenset({"status", "result"})
_SAYING = {
    Outcome.PASSED: "run completed executed pass passed success succeeded ok 1",
    Outcome.SKIPPED: "disabled notrun skipped suppressed",
    Outcome.FAILED: "fail failed failure",
    Outcome.ERROR: "error",
}
_WORDS = {word: outcome for outcome, said in _SAYING.items() for word in said.split()}
_TRUNCATED = frozenset(
    {
        "no element found",
        "unclosed token",
        "unclosed CDATA section",
        "partial character",
    }
)


def walk(content: Content, counts: Counts) -> None:
    """Tell `counts` everything that the file says."""
    parser = expat.ParserCreate()
    reader = _Reader(counts)
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = partial(_refuse_doctype, parser)
    try:
        for block in content.blocks():
            parser.Parse(block)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise _malformed(error) from error
    except (ValueError, LookupError) as error:  # several bytes a character, or unknown
        message = f"is in an encoding that cannot be read: {error}"
        raise UnreadableError(
            "evidence-encoding", message, "save it as UTF-8"
        ) from error
    finally:
        counts.facts |= reader.facts()


read = read_runs(walk, "junit", exitcode_known=False)


def _refuse_doctype(parser: expat.XMLParserType, *_: object) -> None:
    message = "has a DOCTYPE, which no test report needs"
    hint = "remove the <!DOCTYPE …>"
    spot = (parser.CurrentLineNumber, 1)  # the column is known of what follows it
    raise UnreadableError("xml-doctype", message, hint, spot=spot)


def _malformed(error: expat.ExpatError) -> UnreadableError:
    words = expat.ErrorString(error.code)
    spot = (error.lineno, error.offset + 1)
    if spot == (1, 1) and words not in _TRUNCATED:
        return not_this_format("JUnit XML")
    if words not in _TRUNCATED:
        return UnreadableError("evidence-syntax", f"is no XML: {words}", spot=spot)
    if (error.lineno, error.offset) == (1, 0):
        return UnreadableError("evidence-empty", "is empty")
    message = "ends before the report does"
    return UnreadableError("evidence-truncated", message, spot=spot)


class _Reader:
    """Takes one element after the other; holds no more than one test."""

    def __init__(self, counts: Counts) -> None:
        self._counts = counts
        self._passed: list[str] = []
        self._depth = 0
        self._case: _Case | None = None
        self._inside = 0  # depth below the test's own element
        self._whole: Counter[str] = Counter()  # what all suites together state
        self._stated: Counter[str] = Counter()
        self._seen: Counter[str] = Counter()
        self._counted_depth = 0
        self._name = ""  # of the last suite
        self._created: float | None = None
        self._duration = 0.0
        self._whole_duration: float | None = None

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth == 1 and tag not in {"testsuites", "testsuite"}:
            raise not_this_format("JUnit XML")
        if self._case is not None:
            self._inside += 1
            if self._inside == 1:
                self._case.part(tag, attributes)
        elif tag == "testcase":
            self._case = _Case(attributes)
        elif tag == "testsuite":
            self._suite(attributes)
        elif tag in {"failure", "error"}:  # Ant could not load a class of tests
            self._seen[f"{tag}s"] += 1
            name = _nodeid("", self._name, "")
            why = message(attributes.get("message", ""))
            self._counts.failed_collector(Collector(nodeid=name, message=why))
        elif self._depth == 1:
            self._whole.update(_totals(attributes))
            self._whole_duration = coerce.number(attributes.get("time"))

    def text(self, data: str) -> None:
        if self._case is not None and self._inside == 1:
            self._case.gather(data)

    def end(self, _: str) -> None:
        self._depth -= 1
        if self._case is None:
            if self._depth < self._counted_depth:
                self._counted_depth = 0
            return
        if self._inside:
            self._inside -= 1
            return
        self._tell(self._case)
        self._case = None

    def facts(self) -> Json:
        """Return the fields of the run that are known by now."""
        self._count_passed()
        stated, seen, counts = self._stated or self._whole, self._seen, self._counts
        collectors = len(counts.failed_collectors) + len(counts.skipped_collectors)
        if stated["tests"] == counts.tally.total + collectors:
            # pytest states a test that failed and then broke as one, in two elements
            seen["tests"] = stated["tests"]
        pairs = {"total": "tests", "failed": "failures", "error": "errors"}
        return {
            "created": self._created,
            "duration": self._duration if self._stated else self._whole_duration,
            "stated": counts.compare(
                {ours: (stated.get(its), seen[its]) for ours, its in pairs.items()}
            ),
        }

    def _suite(self, attributes: dict[str, str]) -> None:
        self._name = attributes.get("name", "")
        # A suite within a suite is counted by the outer one already.
        if not self._counted_depth and "tests" in attributes:
            self._counted_depth = self._depth
            self._stated.update(_totals(attributes))
            self._duration += coerce.number(attributes.get("time")) or 0.0
        began = coerce.moment(attributes.get("timestamp"))
        if began is not None:
            end = began + (coerce.number(attributes.get("time")) or 0.0)
            self._created = max(end, self._created or 0.0)

    def _tell(self, case: _Case) -> None:
        self._seen["tests"] += 1
        if case.outcome is Outcome.PASSED:
            self._passed.append(case.nodeid)
            if len(self._passed) >= _TOGETHER:
                self._count_passed()
            return
        if case.outcome is Outcome.UNKNOWN:
            self._counts.words |= case.words
        self._seen["failures"] += case.outcome is Outcome.FAILED
        self._seen["errors"] += case.outcome is Outcome.ERROR
        if case.is_collector:
            skipped = case.outcome is Outcome.SKIPPED
            why = (reason if skipped else gist)(case.text)
            collector = Collector(nodeid=case.nodeid, message=why)
            if skipped:
                self._counts.skipped_collectors.append(collector)
            else:
                self._counts.failed_collector(collector)
        else:
            self._counts.add(case.nodeid, case.outcome, case.result)

    def _count_passed(self) -> None:
        self._counts.passed(self._passed)
        self._passed = []


class _Case:
    """One test as it is read."""

    def __init__(self, attributes: dict[str, str]) -> None:
        self._attributes = attributes
        self._texts: list[tuple[Outcome, list[str]]] = []
        self._gathering: list[str] | None = None
        self.outcome = (
            Outcome.PASSED if _TELLING.isdisjoint(attributes) else _told(attributes)
        )
        self.message = ""

    @property
    def nodeid(self) -> str:
        get = self._attributes.get
        return _nodeid(get("classname", ""), get("name", ""), get("file", ""))

    @property
    def words(self) -> set[str]:
        """What the attributes say and nobody knows."""
        said = (self._attributes.get(name, "") for name in _TELLING)
        return {cut(word, 100) for word in said if word and word.lower() not in _WORDS}

    @property
    def text(self) -> str:
        """The text of what is worst."""
        worst = [parts for outcome, parts in self._texts if outcome is self.outcome]
        return "\n\n".join(cut("".join(parts), _TEXT) for parts in worst)

    @property
    def is_collector(self) -> bool:
        """Whether pytest speaks of a module that it could not collect, or skipped."""
        told = self.message
        return not self._attributes.get("classname") and told.startswith(
            ("collection failure", "collection skipped")
        )

    def part(self, tag: str, attributes: dict[str, str]) -> None:
        """Take one thing that is said of the test; the worst counts."""
        self._gathering = None
        outcome = _outcome(tag, attributes)
        if outcome is None:
            return
        said = message(attributes.get("message", ""))
        self._gathering = []
        self._texts.append((outcome, self._gathering))
        # An element is plainer than a word that nobody knows.
        if self.outcome is Outcome.UNKNOWN or outcome.badness > self.outcome.badness:
            self.outcome = outcome
            self.message = said
        elif outcome is self.outcome:
            self.message = self.message or said

    def gather(self, data: str) -> None:
        if self._gathering is not None and sum(map(len, self._gathering)) <= _TEXT:
            self._gathering.append(data)

    def result(self, detailed: bool) -> Result:  # noqa: FBT001 - called by position
        line = coerce.whole(self._attributes.get("line"))
        return Result(
            nodeid=self.nodeid,
            outcome=self.outcome,
            word=self.outcome.value,
            message=self.message or gist(self.text),
            detail=detail(self.text) if detailed else "",
            line=None if line is None else line + 1,
            duration=coerce.number(self._attributes.get("time")) or 0.0,
        )


def _totals(attributes: dict[str, str]) -> dict[str, int]:
    if "tests" not in attributes:
        return {}
    names = ("tests", "failures", "errors")
    return {name: coerce.whole(attributes.get(name)) or 0 for name in names}


def _told(attributes: dict[str, str]) -> Outcome:
    """Return what the attributes of a test say, before its elements do."""
    words = [word for name in _TELLING if (word := attributes.get(name))]
    said = [_WORDS.get(word.lower(), Outcome.UNKNOWN) for word in words]
    return max(said, key=lambda outcome: outcome.badness, default=Outcome.PASSED)


def _outcome(tag: str, attributes: dict[str, str]) -> Outcome | None:
    if tag == "failure":
        return Outcome.FAILED
    if tag == "error":
        return Outcome.ERROR
    if tag == "skipped":
        is_xfail = attributes.get("type") == "pytest.xfail"
        return Outcome.XFAILED if is_xfail else Outcome.SKIPPED
    return Outcome.FLAKY if tag in _RERUN else None


def _nodeid(classname: str, name: str, file: str) -> str:
    if file.endswith(".py"):
        return f"{_in_file(classname, file)}::{name}"
    if not classname:
        return _of_python(name) or name
    above = _of_class(classname)
    if above is None:
        return f"{classname}::{name or classname}"
    return f"{above}::{name}" if name else above


# Tests come class by class.
@lru_cache(maxsize=1_000)
def _in_file(classname: str, file: str) -> str:
    parts = split(classname, ".")
    path = file.removeprefix("./").replace("\\", "/")
    module = path[:-3].split("/")
    inside = parts[len(module) :] if parts[: len(module)] == module else []
    return "::".join([path, *inside])


@lru_cache(maxsize=1_000)
def _of_class(classname: str) -> str | None:
    return None if "/" in classname or " " in classname else _of_python(classname)


def _of_python(dotted: str) -> str | None:
    """Return the node id that is meant, or None if no part looks like a module."""
    parts = split(dotted, ".")
    modules = [i for i, part in enumerate(parts) if _MODULE.fullmatch(part)]
    if not modules:
        return None
    end = modules[-1] + 1
    return "::".join(["/".join(parts[:end]) + ".py", *parts[end:]])
