"""Says how a test ended, from what pytest-json-report wrote of it."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any, ClassVar, Literal, Union, final, get_args

import msgspec
from msgspec import Raw

from reportgen.load import coerce
from reportgen.load.content import UnreadableError
from reportgen.load.counts import Counts
from reportgen.load.messages import clean, detail, gist, message, reason
from reportgen.masking import cut
from reportgen.model import Json, Outcome, Result

NONE = Raw(b"null")
_BROKEN = frozenset({"failed", "error"})
_GOOD = {
    "passed": Outcome.PASSED,
    "rerun": Outcome.FLAKY,
    "xpassed": Outcome.XPASSED,
}


class _PassedPhase(msgspec.Struct, gc=False):
    """A setup, a call or a teardown that says so, and of which nobody asks more."""

    outcome: Literal["passed"]  # a tag would do without being there


@final
class PassedTest(
    msgspec.Struct,
    gc=False,
    tag_field="outcome",
    tag="passed",
    forbid_unknown_fields=True,
):
    """A test that passed without any doubt: whatever is said of it says so.

    Nearly all tests are such, and anything less or more fits no type here.
    """

    nodeid: str
    setup: _PassedPhase
    call: _PassedPhase
    teardown: _PassedPhase
    lineno: int | None = None
    keywords: Raw = NONE
    metadata: Raw = NONE
    user_properties: Raw = NONE


# Words that are listed are decoded without making a new text of each.
_Word = Literal["passed", "failed", "error", "skipped", "xfailed", "xpassed", "rerun"]


class _Phase(msgspec.Struct, gc=False, frozen=True):
    """What the plugin says of a setup, a call or a teardown."""

    outcome: _Word
    duration: float = 0.0
    crash: Raw = NONE  # left undecoded until somebody wants to see it
    longrepr: Raw = NONE

    @property
    def message(self) -> str:
        crash = coerce.mapping(coerce.decoded(self.crash))
        return message(coerce.text(crash.get("message"))) or gist(self.text)

    @property
    def text(self) -> str:
        return coerce.text(coerce.decoded(self.longrepr))


class _MildPhase(_Phase, gc=False, frozen=True):
    """A phase that did not fail, and does not even say so before it says another."""

    outcome: Literal["passed", "skipped"]


# Stands for a phase that did not take place; no file can say such a word.
_ABSENT = _MildPhase(outcome="")  # type: ignore[arg-type]


class _OddPhase(msgspec.Struct, gc=False):
    """A phase that only the standard library could read."""

    outcome: str
    duration: float
    message: str
    text: str


_Phases = list[tuple[str, _Phase | _OddPhase]]


class PytestTest(
    msgspec.Struct, gc=False, tag_field="outcome", forbid_unknown_fields=True
):
    """A test with exactly what the plugin writes; anything more makes it odd."""

    outcome: ClassVar[str]  # the plugin's word, by which the type was chosen

    nodeid: str
    lineno: int | None = None
    keywords: Raw = NONE
    setup: _Phase = _ABSENT
    call: _Phase = _ABSENT
    teardown: _Phase = _ABSENT
    # the phase in which a worker of xdist died
    unknown: _Phase = msgspec.field(default=_ABSENT, name="???")
    metadata: Raw = NONE
    user_properties: Raw = NONE

    def ended(self) -> Outcome:
        """Return how the test ended."""
        return _ended(
            self.outcome,
            self.setup.outcome,
            self.call.outcome,
            self.teardown.outcome,
            self.unknown.outcome,
        )

    @property
    def phases(self) -> _Phases:
        """Each phase by name; of one that is not there nothing is said."""
        every = (self.setup, self.call, self.teardown, self.unknown)
        return list(zip(_NAMES, every, strict=True))


class _MildTest(PytestTest, gc=False, forbid_unknown_fields=True):
    """A test whose word is no failure, so that its phases have to agree."""

    setup: _MildPhase = _ABSENT
    call: _MildPhase = _ABSENT
    teardown: _MildPhase = _ABSENT
    unknown: _MildPhase = msgspec.field(default=_ABSENT, name="???")


_NAMES = ("setup", "call", "teardown", "???")


def tagged(kind: type[msgspec.Struct], word: str) -> type[msgspec.Struct]:
    """Return the type of those that ended so: a second word makes one odd."""
    return msgspec.defstruct(
        f"_{word}",
        (),
        bases=(kind,),
        namespace={"outcome": word},
        tag=word,
        gc=False,
    )


_ENDED = [
    tagged(PytestTest if word in _BROKEN else _MildTest, word)
    for word in get_args(_Word)
    if word != "passed"
]
TESTS: msgspec.json.Decoder[list[PassedTest | PytestTest]] = msgspec.json.Decoder(
    list[Union[PassedTest, *_ENDED]]  # type: ignore[valid-type]  # made above
)


class OddTest(msgspec.Struct, gc=False):
    """A test that only the standard library could read."""

    nodeid: str
    lineno: int | None
    outcome: str | None
    phases: _Phases

    def ended(self) -> Outcome:
        """Return how the test ended."""
        told = tuple([(name, each.outcome) for name, each in self.phases])
        return outcome_of(self.outcome, told)


@lru_cache(maxsize=256)  # there are few ways to end, and many tests
def _ended(word: str, *outcomes: str) -> Outcome:
    named = zip(_NAMES, outcomes, strict=True)
    return outcome_of(word, tuple([each for each in named if each[1]]))


def outcome_of(  # noqa: PLR0911 - one guard a rule
    word: str | None, phases: tuple[tuple[str, str], ...]
) -> Outcome:
    """Return how a test ended, from the plugin's `word` and its phases' outcomes.

    The order of the guards is their meaning: a broken phase says more than the
    word, and the word "passed" is no more than the plugin's default.
    """
    broken = {name for name, outcome in phases if outcome in _BROKEN}
    if broken & {"setup", "teardown"}:
        return Outcome.ERROR
    if broken:
        return Outcome.FAILED
    if word is None:
        return Outcome.UNKNOWN
    if word in {"error", "failed", "skipped", "xfailed"}:
        return Outcome(word)
    if not {"call", "teardown"} <= {name for name, _ in phases}:
        return Outcome.UNFINISHED
    outcomes = {outcome for _, outcome in phases}
    if word == "rerun" and "rerun" in outcomes:
        return Outcome.UNFINISHED
    if outcomes != {"passed"}:
        return Outcome.UNKNOWN
    return _GOOD.get(word, Outcome.UNKNOWN)


def tell(test: PytestTest | OddTest, counts: Counts) -> None:
    """Tell `counts` of one test."""
    outcome = test.ended()
    counts.words_told[test.outcome or ""] += 1
    if outcome is Outcome.UNKNOWN and test.outcome is not None:
        counts.words.add(cut(test.outcome, 100))
    counts.add(
        test.nodeid, outcome, lambda detailed: _result(test, outcome, detailed=detailed)
    )


def _result(test: PytestTest | OddTest, outcome: Outcome, *, detailed: bool) -> Result:
    phases = test.phases
    broken = [(name, each) for name, each in phases if each.outcome in _BROKEN]
    text = words = ""
    if broken:
        _, first = broken[0]
        words = first.message
        if detailed:
            text = detail("\n\n".join(each.text for _, each in broken if each.text))
    elif outcome in {Outcome.SKIPPED, Outcome.XFAILED}:
        why = next((each for _, each in phases if each.outcome == "skipped"), None)
        if why is not None:
            words = reason(why.text) if outcome is Outcome.SKIPPED else why.message
    return Result(
        nodeid=test.nodeid,
        outcome=outcome,
        word=test.outcome or "",
        message=words,
        detail=text,
        phases=tuple([name for name, _ in broken]),
        # the plugin counts the lines of tests from 0, people count from 1
        line=None if test.lineno is None else test.lineno + 1,
        duration=_duration(phases),
    )


def _duration(phases: _Phases) -> float:
    try:
        return math.fsum([each.duration for _, each in phases])
    except OverflowError:  # no test takes longer than there are numbers
        return 0.0


_NO_PHASE = frozenset({"metadata", "user_properties", "keywords"})


def odd_test(value: Any) -> PassedTest | PytestTest | OddTest:  # noqa: ANN401 - JSON can be anything
    """Take a test with text that is no Unicode, with NaN, or with further keys."""
    test = coerce.mapping(value)
    nodeid = test.get("nodeid")
    if not isinstance(nodeid, str) or "domain" in test:
        raise not_pytest()  # "domain" was there before version 1
    word = test.get("outcome")
    return OddTest(
        nodeid=clean(nodeid),
        lineno=coerce.whole(test.get("lineno")),
        outcome=None if word is None else clean(str(word)),
        phases=[
            (clean(name), _odd_phase(entry))
            for name in dict.fromkeys((*_NAMES, *test))  # told in that order
            if isinstance(entry := test.get(name), dict)
            and "outcome" in entry
            and name not in _NO_PHASE
        ],
    )


def _odd_phase(entry: Json) -> _OddPhase:
    text = clean(coerce.text(entry.get("longrepr")))
    crash = coerce.mapping(entry.get("crash"))
    return _OddPhase(
        outcome=clean(str(entry["outcome"])),
        duration=coerce.number(entry.get("duration")) or 0.0,
        message=message(coerce.text(crash.get("message"))) or gist(text),
        text=text,
    )


def not_pytest(offset: int = 0) -> UnreadableError:
    """Return what to raise when this is no report of the plugin."""
    message = "is not a report of pytest-json-report 1.0 or later"
    hint = "run pytest with --json-report, or name the format that it is"
    return UnreadableError("evidence-format", message, hint, offset=offset)
