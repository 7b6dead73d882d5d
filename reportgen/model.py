"""The nouns: what people write, what tools testify, and what follows from both.

Everything here is a frozen value.  What can be computed from a value alone is a
property of it, so that no count is ever stored twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from enum import IntEnum, StrEnum
from functools import cache
from typing import Annotated, Any, Self

import msgspec

from reportgen import late


class Value(msgspec.Struct, frozen=True, kw_only=True):
    """A value that cannot change."""


# --- Places and findings -------------------------------------------------------


class Place(msgspec.Struct, frozen=True, order=True, gc=False):
    """Where something stands in a file; lines and columns count from 1."""

    path: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


NOWHERE = Place("")


class Severity(StrEnum):
    """How much a finding matters: an error makes the exit code 1 or 2."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Diagnostic(msgspec.Struct, frozen=True, order=True):
    """One thing that is wrong: where, what, and what to do about it.

    `code` is stable, one per cause, and explained in the table of the README.
    `words` say what is wrong, with `task`, if it is the name of one, as the subject.
    """

    place: Place
    code: str
    words: str
    hint: str = ""
    severity: Severity = Severity.ERROR
    task: str = ""

    @property
    def message(self) -> str:
        """What is wrong, as a sentence of its own."""
        return f"task {self.task!r} {self.words}" if self.task else self.words

    def __str__(self) -> str:
        advice = f"; {self.hint}" if self.hint else ""
        where = f"{self.place}: " if self.place.path else ""
        mild = "" if self.severity is Severity.ERROR else f"{self.severity}: "
        return f"{where}{mild}{self.message} [{self.code}]{advice}"


class ReportgenError(Exception):
    """It is impossible to go on; carries the diagnostics that say why.

    ReportgenError
    ├── RecordError      a record or the configuration cannot be used
    ├── TemplateError    missing, broken, or asks for what is not there
    ├── WriteError       the finished report could not be put where it was wanted
    └── PublishError     nor could it be put where people look
    """

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(sorted(diagnostics))
        super().__init__("\n".join(map(str, self.diagnostics)))


class RecordError(ReportgenError):
    """A record or the configuration cannot be used."""


class TemplateError(ReportgenError):
    """A template is missing, broken, or asks for what is not there."""


class WriteError(ReportgenError):
    """The finished report could not be put where it was wanted."""


class PublishError(ReportgenError):
    """The finished text could not be put where people look."""


# --- What people write ---------------------------------------------------------


class Text(str):
    """Plain text of a record; it knows where it was written."""

    __slots__ = ("place",)
    place: Place

    def __new__(cls, text: str, place: Place = NOWHERE) -> Self:
        """Return `text`, written at `place`."""
        self = super().__new__(cls, text)
        self.place = place
        return self


# What prose computes: its first group is evaluated.
EXPRESSION = late.pattern(r"\{\{(.*?)\}\}", re.DOTALL)


class Prose(Text):
    """Inline Markdown, which may hold `{{ … }}` expressions."""

    __slots__ = ()


class Markdown(Text):
    """Block Markdown, which may hold `{{ … }}` expressions."""

    __slots__ = ()


class Identifier(Text):
    """A name by which other parts of the record refer to this one."""

    __slots__ = ()


class Reference(Text):
    """An issue, or the id of a task, phase or blocker."""

    __slots__ = ()


class EvidenceName(Text):
    """The name of a source of evidence in the same record."""

    __slots__ = ()


class IssueName(Text):
    """An issue: `17`, `#17`, `owner/name#17` or a URL."""

    __slots__ = ()


class Date(Text):
    """A day, `2026-03-01`, or a moment with its zone, `2026-03-01T14:30Z`."""

    __slots__ = ()


class Moment(Text):
    """`now`, or `after` and references: `after store, #17 and phase-1`."""

    __slots__ = ()

    @property
    def references(self) -> tuple[str, ...]:
        """The ids and issues that come first."""
        _, after, names = self.partition("after ")
        return tuple(re.split(r"\s*,\s*|\s+and\s+", names.strip())) if after else ()


class Url(Text):
    """A web address."""

    __slots__ = ()


class FilePath(Text):
    """A path, or a glob where several files can be meant."""

    __slots__ = ()


class ShardName(Text):
    """The name of one of several runs that are one source of evidence."""

    __slots__ = ()


class Duration(Value, frozen=True, kw_only=True):
    """An effort in seconds: from `low` to `high`, which are equal unless it is a range.

    `about` says that it is approximate, `bound` is "<" or ">" where only one end
    is known ("< 5 minutes", "2+ hours"), "<>" for a sum of both: neither end is.
    """

    low: int
    high: int
    about: bool = False
    bound: str = ""

    def __add__(self, other: Duration) -> Duration:
        return Duration(
            low=self.low + other.low,
            high=self.high + other.high,
            about=self.about or other.about,
            bound="".join(sorted({*self.bound, *other.bound})),
        )

    @property
    def seconds(self) -> float:
        """The middle of the range."""
        return (self.low + self.high) / 2

    @property
    def hours(self) -> float:
        """The middle of the range, in hours."""
        return self.seconds / 3600


class Age(Duration, frozen=True, kw_only=True):
    """A time that passes day and night: a day has 24 hours, a week seven days."""


_ISSUE = late.pattern(r"#?(\d+)|[\w.-]+/[\w.-]+#\d+|https?://\S+/\d+")


def issue_reference(text: str) -> str | None:
    """Return how the issue that `text` names is written, None if it names none.

    A bare number and `#17` are `#17`; `owner/name#17` and a URL stay as they are.
    """
    match = _ISSUE.fullmatch(text)
    if match is None:
        return None
    return f"#{match[1]}" if match[1] else text


EVERYTHING = ""  # the pattern that matches every test
_SHARD = late.pattern(r"([^/:\[@]+)@")


def shard_and_rest(pattern: str) -> tuple[str, str]:
    """Return the shard that `pattern` is limited to, "" if to none, and the rest.

    It stands before the path, as in `linux@tests/`; an `@` further on belongs to a
    parameter, as in `test_login[user@example.org]`.
    """
    shard = _SHARD.match(pattern)
    return (shard[1], pattern[shard.end() :]) if shard else ("", pattern)


PYTEST = frozenset({"pytest", "py.test"})  # its program
# Of its options, those whose next word is their value, and names no test that it runs.
_TAKES_VALUE = frozenset(
    {
        *("-c", "-k", "-m", "-n", "-o", "-p", "-r", "-W"),
        *("--basetemp", "--config-file", "--confcutdir", "--rootdir"),
        *("--cov", "--cov-config", "--cov-fail-under", "--cov-report"),
        *("--deselect", "--ignore", "--ignore-glob", "--override-ini"),
        *("--capture", "--color", "--durations", "--import-mode", "--tb"),
        *("--dist", "--maxfail", "--numprocesses", "--reruns", "--timeout"),
        *("--html", "--json-report-file", "--junit-xml", "--junitxml", "--log-file"),
    }
)


def pytest_arguments(command: str) -> list[str] | None:
    """Return the words after `pytest` in `command`, None if it is not pytest's."""
    import shlex  # noqa: PLC0415  # few records name commands

    try:
        words = shlex.split(command, comments=True)
    except ValueError:  # a quotation that never closes: the command is only shown
        return None
    after = (words[at:] for at, word in enumerate(words, 1) if word in PYTEST)
    return next(after, None)


@cache
def pytest_paths(command: str) -> tuple[str, ...]:
    """Return the test paths that the pytest `command` names.

    A command that names none runs everything; one that is not pytest's gives none.
    """
    words = pytest_arguments(command)
    if words is None:
        return ()
    paths = []
    skip = False
    for word in words:
        if skip or word.startswith("-"):
            skip = not skip and word in _TAKES_VALUE
            continue
        paths.append(word)
    return tuple(paths) or (EVERYTHING,)


# In a record, `in_` is written `in`, which Python keeps for itself.
class Written(Value, frozen=True, kw_only=True, rename=lambda name: name.rstrip("_")):
    """A part of a record; `place` is where it begins."""

    place: Place = NOWHERE


class Level(StrEnum):
    """How likely or how grave a risk is."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class RiskStatus(StrEnum):
    """What became of a risk."""

    OPEN = "open"
    MITIGATED = "mitigated"
    ACCEPTED = "accepted"
    CLOSED = "closed"


class Change(StrEnum):
    """What was done to a file."""

    CREATED = "created"
    MODIFIED = "modified"
    DELETED = "deleted"
    RENAMED = "renamed"


class KnownSection(StrEnum):
    """The sections that a free section can stand before or after."""

    SUMMARY = "summary"
    ROOT_CAUSE = "root_cause"
    PHASES = "phases"
    TASKS = "tasks"
    EVIDENCE = "evidence"
    METRICS = "metrics"
    IMPACT_GROUPS = "impact_groups"
    FILES = "files"
    BLOCKERS = "blockers"
    RISKS = "risks"
    CRITERIA = "criteria"
    NEXT_STEPS = "next_steps"
    CONCLUSION = "conclusion"


class Expectation(StrEnum):
    """What tests are meant to do for now, other than pass."""

    FAILED = "failed"


FORMATS = ("pytest", "junit", "ctrf", "coverage", "issues", "commands")


class Source(Written, frozen=True, kw_only=True):
    """A named source of evidence: files of one of `FORMATS`, by shard name.

    A single path has the name ""; the paths of a list are called "1", "2" and so on.
    """

    name: Text
    format: str
    files: Mapping[str, FilePath]
    command: Annotated[Text | None, "the command that writes the files"] = None
    cwd: Annotated[
        FilePath | None, "folder in which it runs, from the project's folder"
    ] = None
    max_age: Annotated[Age | None, "age at which it is stale: 12h, 7 days"] = None


class TestsCriterion(Written, frozen=True, kw_only=True):
    """Tests that must have passed, or, for now, must have failed."""

    tests: Annotated[
        Text, "node id, prefix or glob; no match may fail, and one must pass"
    ]
    at_least: Annotated[int | None, "how many must pass"] = None
    in_: Annotated[
        EvidenceName | None, "name of the evidence; all test evidence if left out"
    ] = None
    expect: Annotated[
        Expectation | None, "`failed` for a test that is meant to fail for now"
    ] = None


class FixedCriterion(Written, frozen=True, kw_only=True):
    """Tests that were failing, or not collectable, before, and pass now."""

    fixed: Annotated[Text, "node id, prefix or glob: failing before, passing now"]
    from_: Annotated[EvidenceName | None, "name of the evidence of before"] = None
    at_least: Annotated[int | None, "how many must pass"] = None
    in_: Annotated[EvidenceName | None, "name of the evidence of now"] = None


class CollectedCriterion(Written, frozen=True, kw_only=True):
    """Tests that must be collected without error, but need not have run."""

    collected: Annotated[Text, "node id, prefix or glob: collected without error"]
    at_least: Annotated[int | None, "how many must be collected"] = None
    in_: Annotated[EvidenceName | None, "name of the evidence"] = None


class FileCriterion(Written, frozen=True, kw_only=True):
    """A file that must exist."""

    file: Annotated[FilePath, "path from the project's folder; must exist"]
    contains: Annotated[Text | None, "a text that the file must hold"] = None


class MetricCriterion(Written, frozen=True, kw_only=True):
    """A measured figure that must reach its bound."""

    metric: Annotated[Text, "a computed figure, such as `coverage.percent`"]
    at_least: Annotated[float | None, "smallest value that will do"] = None
    at_most: Annotated[float | None, "largest value that will do"] = None


class IssueCriterion(Written, frozen=True, kw_only=True):
    """An issue that must be closed."""

    issue: Annotated[IssueName, "number of an issue that must be closed"]
    in_: Annotated[EvidenceName | None, "name of the tracker evidence"] = None


class CommandCriterion(Written, frozen=True, kw_only=True):
    """A command that must have a receipt with exit code 0."""

    command: Annotated[Text, "a command; its stored receipt must show exit code 0"]
    in_: Annotated[EvidenceName | None, "name of the evidence with the receipt"] = None


Criterion = (
    TestsCriterion
    | FixedCriterion
    | CollectedCriterion
    | FileCriterion
    | MetricCriterion
    | IssueCriterion
    | CommandCriterion
)


class Attestation(Written, frozen=True, kw_only=True):
    """A named person or role vouches for what no machine can check."""

    by: Annotated[Text, "the person or role that vouches"]
    on: Annotated[Date, "date of the attestation"]
    note: Annotated[Prose | None, "what was seen"] = None


class Validation(Written, frozen=True, kw_only=True):
    """A command, shown with what the evidence says it gave."""

    title: Annotated[Prose, "for instance Before or After"]
    command: Annotated[Text, "the command, as it is typed"]
    in_: Annotated[EvidenceName | None, "name of the evidence that it wrote"] = None


class Task(Written, frozen=True, kw_only=True):
    """One unit of work: effort, a claim, and what must be true for it to stand."""

    title: Annotated[Prose, "what is to be done, in a few words"]
    id: Annotated[Identifier | None, "name by which others refer to it"] = None
    priority: Annotated[Text | None, "P0 to P4, or a word"] = None
    owner: Annotated[Text | None, "who does it"] = None
    planned: Annotated[Duration | None, "effort planned: 90m, 1h30m, 2-3 days"] = None
    actual: Annotated[Duration | None, "effort that it took"] = None
    done: Annotated[bool, "the author's claim; the status is derived"] = False
    after: Annotated[tuple[Reference, ...], "tasks and phases that come first"] = ()
    blocked_by: Annotated[
        tuple[Reference, ...], "issues, tasks, phases or blockers that it waits for"
    ] = ()
    acceptance: Annotated[tuple[Criterion, ...], "what makes the claim stand"] = ()
    attested: Annotated[
        Attestation | None, "who vouches for what no machine can check"
    ] = None
    relevant: Annotated[
        tuple[FilePath, ...], "globs of files whose change makes evidence stale"
    ] = ()
    note: Annotated[Prose | None, "a remark"] = None
    problem: Annotated[tuple[Prose, ...], "what was wrong"] = ()
    solution: Annotated[tuple[Prose, ...], "what was done about it"] = ()
    value: Annotated[tuple[Prose, ...], "what it is good for"] = ()
    validation: Annotated[tuple[Validation, ...], "commands, filled from evidence"] = ()
    files: Annotated[tuple[FileChange, ...], "files that the task touched"] = ()


class Phase(Written, frozen=True, kw_only=True):
    """A stage of the work and its tasks."""

    title: Annotated[Prose, "what the phase is about"]
    id: Annotated[Identifier | None, "name by which others refer to it"] = None
    after: Annotated[tuple[Reference, ...], "phases and tasks that come first"] = ()
    blocked_by: Annotated[
        tuple[Reference, ...], "issues, tasks, phases or blockers that it waits for"
    ] = ()
    status_note: Annotated[Prose | None, "words beside the derived status"] = None
    capability: Annotated[Prose | None, "what the phase makes possible"] = None
    commands: Annotated[tuple[Text, ...], "commands that are ready to be run"] = ()
    tasks: Annotated[tuple[Task, ...], "the tasks of the phase"] = ()


class Blocker(Written, frozen=True, kw_only=True):
    """Outstanding work that waits, and what it holds up."""

    title: Annotated[Prose, "what is outstanding"]
    id: Annotated[Identifier | None, "name by which others refer to it"] = None
    blocked_by: Annotated[
        tuple[Reference, ...],
        "issues, tasks, phases or other blockers that it waits for",
    ] = ()
    blocks: Annotated[
        tuple[Reference, ...], "phases, tasks or blockers it holds up"
    ] = ()
    details: Annotated[tuple[Prose, ...], "what is known about it"] = ()
    until: Annotated[Prose | None, "what must come true first"] = None
    owner: Annotated[Text | None, "who looks after it"] = None
    attested: Annotated[Attestation | None, "who vouches that it is gone"] = None


class Risk(Written, frozen=True, kw_only=True):
    """Something that may go wrong, and the response to it."""

    title: Annotated[Prose, "what may go wrong"]
    status: Annotated[RiskStatus, "open, mitigated, accepted or closed"] = (
        RiskStatus.OPEN
    )
    likelihood: Annotated[Level | None, "low, medium, high or critical"] = None
    impact: Annotated[Level | None, "low, medium, high or critical"] = None
    response: Annotated[Prose | None, "what is done about it"] = None
    owner: Annotated[Text | None, "who watches it"] = None


class Metric(Written, frozen=True, kw_only=True):
    """A figure: before, after, and the target it should reach."""

    name: Annotated[Prose, "what is measured"]
    before: Annotated[Prose | None, "the figure before the work"] = None
    after: Annotated[Prose | None, "the figure after it"] = None
    target: Annotated[Prose | None, "what it should be: `>= 90%`"] = None
    value: Annotated[Prose | None, "a single figure, typed or an expression"] = None
    source: Annotated[Prose | None, "where a typed figure comes from"] = None


class SuccessCriterion(Written, frozen=True, kw_only=True):
    """A line of the definition of done, ticked by evidence."""

    text: Annotated[Prose, "what success means"]
    acceptance: Annotated[tuple[Criterion, ...], "what ticks it"] = ()
    attested: Annotated[
        Attestation | None, "who vouches for what no machine can check"
    ] = None


class SummaryLine(Written, frozen=True, kw_only=True):
    """A line of the summary; its mark comes from the thing that it names."""

    label: Annotated[Prose, "the beginning of the line, in bold"]
    text: Annotated[Prose, "the rest of it"]
    of: Annotated[Reference | None, "task, phase or blocker whose mark it takes"] = None


class ImpactItem(Written, frozen=True, kw_only=True):
    """One effect of the work."""

    label: Annotated[Prose, "the kind of effect"]
    text: Annotated[Prose, "what it is"]


class ImpactGroup(Written, frozen=True, kw_only=True):
    """Effects of the work of one kind."""

    title: Annotated[Prose, "what the effects have in common"]
    items: Annotated[tuple[ImpactItem | Prose, ...], "the effects"] = ()


class FileChange(Written, frozen=True, kw_only=True):
    """A file that the work touched."""

    path: Annotated[FilePath, "path from the project's folder"]
    change: Annotated[Change, "created, modified, deleted or renamed"] = Change.MODIFIED
    note: Annotated[Prose | None, "what it is for"] = None


class NextSteps(Written, frozen=True, kw_only=True):
    """Things to do, now or after something."""

    when: Annotated[Moment, "`now`, or `after` and the id of what comes first"]
    items: Annotated[tuple[Prose, ...], "what to do, in order"] = ()


class Why(Written, frozen=True, kw_only=True):
    """One step of a root cause: a question and its answer."""

    why: Annotated[Prose, "the question, without the word why"]
    because: Annotated[Prose, "the answer"]


class Section(Written, frozen=True, kw_only=True):
    """Anything else: free Markdown under a title."""

    title: Annotated[Prose, "its heading"]
    body: Annotated[Markdown, "free Markdown, without raw HTML"]
    before: Annotated[KnownSection | None, "known section that it stands before"] = None
    after: Annotated[KnownSection | None, "known section that it stands after"] = None


class Waiver(Written, frozen=True, kw_only=True):
    """A finding that somebody answers for, until a day."""

    code: Annotated[Text, "the finding's code"]
    owner: Annotated[Text, "who answers for it"]
    reason: Annotated[Prose, "why it may stand"]
    expires: Annotated[Date, "last day on which it counts"]
    of: Annotated[Text | None, "task, evidence or path it is limited to"] = None


class Record(Written, frozen=True, kw_only=True):
    """What people know and claim about one piece of work."""

    title: Annotated[Prose, "the work, in a few words"]
    issue: Annotated[IssueName | None, "number in the tracker, or a URL"] = None
    repository: Annotated[Url | None, "URL of the repository"] = None
    date: Annotated[Date | None, "a date, or a timestamp with a zone"] = None
    scope: Annotated[Prose | None, "what the report is about"] = None
    status_note: Annotated[Prose | None, "words beside the derived status"] = None
    impact: Annotated[Prose | None, "what it is good for"] = None
    fields: Annotated[Mapping[str, Prose], "further header lines, in order"] = {}
    evidence: Annotated[Mapping[str, Source], "named sources of evidence"] = {}
    max_age: Annotated[Age | None, "age at which evidence is stale"] = None
    summary: Annotated[
        tuple[SummaryLine | Prose, ...], "executive summary: prose, or marked lines"
    ] = ()
    phases: Annotated[tuple[Phase, ...], "the stages of the work"] = ()
    tasks: Annotated[tuple[Task, ...], "tasks that belong to no phase"] = ()
    blockers: Annotated[tuple[Blocker, ...], "outstanding work that waits"] = ()
    risks: Annotated[tuple[Risk, ...], "what may go wrong"] = ()
    metrics: Annotated[tuple[Metric, ...], "figures before and after"] = ()
    criteria: Annotated[
        tuple[SuccessCriterion, ...], "success criteria, ticked by evidence"
    ] = ()
    impact_groups: Annotated[tuple[ImpactGroup, ...], "what it is good for"] = ()
    files: Annotated[tuple[FileChange, ...], "files that the work touched"] = ()
    next_steps: Annotated[tuple[NextSteps, ...], "what to do next"] = ()
    root_cause: Annotated[tuple[Why, ...], "five whys"] = ()
    sections: Annotated[tuple[Section, ...], "anything else"] = ()
    waivers: Annotated[tuple[Waiver, ...], "findings that somebody answers for"] = ()
    conclusion: Annotated[Markdown | None, "a paragraph in people's words"] = None
    footer: Annotated[Mapping[str, Prose], "lines at the very end, in order"] = {}

    @property
    def all_tasks(self) -> tuple[Task, ...]:
        """Every task: those of the phases first, then the free ones."""
        return (*(task for phase in self.phases for task in phase.tasks), *self.tasks)

    @property
    def all_criteria(self) -> tuple[Criterion, ...]:
        """Every criterion: those of the tasks first, then those of success."""
        of_tasks = (each for task in self.all_tasks for each in task.acceptance)
        of_success = (each for success in self.criteria for each in success.acceptance)
        return (*of_tasks, *of_success)


# --- What tools testify --------------------------------------------------------


class Outcome(StrEnum):
    """How a test ended, in pytest's words, and three that pytest has no word for."""

    PASSED = "passed"
    FLAKY = "flaky"  # passed after a rerun
    XPASSED = "xpassed"
    XFAILED = "xfailed"
    SKIPPED = "skipped"
    UNKNOWN = "unknown"  # a word that we do not know is never good
    UNFINISHED = "unfinished"  # no call or no teardown: cut short
    FAILED = "failed"
    ERROR = "error"

    __hash__ = str.__hash__  # that of an enumeration is far slower

    @property
    def badness(self) -> int:
        """Its rank: where one test has two outcomes, the higher one counts."""
        return _BADNESS[self]


_BADNESS = {outcome: rank for rank, outcome in enumerate(Outcome)}

GOOD = frozenset({Outcome.PASSED, Outcome.FLAKY, Outcome.XPASSED})
BAD = frozenset({Outcome.FAILED, Outcome.ERROR})
UNPROVEN = frozenset({Outcome.UNKNOWN, Outcome.UNFINISHED})


class Result(Value, frozen=True, kw_only=True):
    """How one test ended; `nodeid` is its name.

    `message` is the first failing phase's text, `phases` the names of all phases
    that failed, `word` the outcome as the file has it, `line` counts from 1.
    """

    nodeid: str
    outcome: Outcome
    word: str = ""
    message: str = ""
    detail: str = ""
    phases: tuple[str, ...] = ()
    line: int | None = None
    duration: float = 0.0


class Tally(Value, frozen=True, kw_only=True):
    """How many tests ended how; tallies add up."""

    passed: int = 0
    flaky: int = 0
    xpassed: int = 0
    xfailed: int = 0
    skipped: int = 0
    unknown: int = 0
    unfinished: int = 0
    failed: int = 0
    error: int = 0

    @classmethod
    def of(cls, outcomes: Iterable[Outcome]) -> Tally:
        """Count `outcomes`."""
        counts: dict[str, int] = {}
        for outcome in outcomes:
            counts[outcome] = counts.get(outcome, 0) + 1
        return cls(**counts)

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            **{
                name: getattr(self, name) + getattr(other, name)
                for name in self.__struct_fields__
            }
        )

    def __getitem__(self, outcome: str) -> int:
        count: int = getattr(self, outcome)
        return count

    @property
    def total(self) -> int:
        """Every test there is, whatever became of it."""
        return sum(getattr(self, name) for name in self.__struct_fields__)

    @property
    def bad(self) -> int:
        """Tests that failed or broke."""
        return self.failed + self.error

    @property
    def unproven(self) -> int:
        """Tests that may have failed: cut short, or with an unknown outcome."""
        return self.unfinished + self.unknown

    @property
    def good(self) -> int:
        """Tests that passed, reruns and unexpected passes included."""
        return self.passed + self.flaky + self.xpassed

    @property
    def finished(self) -> int:
        """Tests with a finished result."""
        return self.total - self.unfinished


class Selection(Value, frozen=True, kw_only=True):
    """What one pattern matches in one run.

    `results` are the tests that did not simply pass, at most as many as the
    reader keeps; `outcomes` names every match, where names were asked for;
    `collected` counts items that were collected, None where a file cannot say;
    `collectors` are the failed collectors that the pattern touches.

    The selections of all files of one evidence and shard add up: a node id that
    several of them hold is selected once, where its outcome is worst.  `loose`
    means that the pattern ends in the middle of names, as `test_a` does in
    `test_ab`; that counts only if it fits nothing better in any run.
    """

    tally: Tally = Tally()
    loose: bool = False
    results: tuple[Result, ...] = ()
    outcomes: Mapping[str, Outcome] | None = None
    collected: int | None = None
    collectors: tuple[Collector, ...] = ()


class Collector(Value, frozen=True, kw_only=True):
    """A module, class or folder that could not be collected, or was skipped whole."""

    nodeid: str
    message: str = ""


class Stamp(Value, frozen=True, kw_only=True):
    """What a result file leaves out: where, from what and how it was made.

    `dirty` are the files that differed from the commit when the run began, by path
    from the top of the repository, each with the blob id of its content; None where
    it was deleted.
    """

    commit: str | None = None
    tree: str | None = None
    dirty: Mapping[str, str | None] | None = None
    argv: tuple[str, ...] = ()
    started: float | None = None
    exitcode: int | None = None
    shard: str = ""
    versions: Mapping[str, str] = {}
    platform: str = ""


class Run(Value, frozen=True, kw_only=True):
    """One result file of a test run.

    `created` is the end of the run in Unix seconds, `duration` is in seconds.
    None always means: the file does not say.
    """

    evidence: str
    path: str
    format: str
    shard: str = ""
    sha256: str = ""
    created: float | None = None
    duration: float | None = None
    exitcode: int | None = None
    exitcode_known: bool = True  # False where the format has no exit code at all
    collected: int | None = None
    deselected: int = 0
    detailed: bool = True  # False where a file has counts and no tests
    tally: Tally = Tally()
    stated: Mapping[str, int] = {}  # the file's own summary, to be compared
    words: tuple[str, ...] = ()  # outcomes that we do not know
    results: tuple[Result, ...] = ()  # what did not simply pass, up to a bound
    failed_collectors: tuple[Collector, ...] = ()
    skipped_collectors: tuple[Collector, ...] = ()
    selections: Mapping[str, Selection] = {}
    repeated: int = 0  # tests that another file of the evidence speaks for
    stamp: Stamp | None = None
    problem: Diagnostic | None = None  # why it could not be read, or not wholly

    @property
    def ended_by_failures(self) -> bool:
        """Whether tests that failed explain its exit code."""
        return self.exitcode == 1 and self.tally.bad > 0

    @property
    def lost(self) -> int:
        """Tests without a finished result."""
        if self.collected is None:
            return self.tally.unfinished
        return max(
            self.collected - self.deselected - self.tally.finished,
            self.tally.unfinished,
        )


class Coverage(Value, frozen=True, kw_only=True):
    """What coverage.py measured, in percent and in numbers of statements."""

    evidence: str
    path: str
    sha256: str = ""
    created: float | None = None
    percent: float | None = None
    covered: int | None = None
    statements: int | None = None
    missing: int | None = None
    branches: int | None = None
    stamp: Stamp | None = None
    problem: Diagnostic | None = None

    @property
    def rounded(self) -> float | None:
        """Its percentage, rounded down to two digits: 99.999 is not 100."""
        if self.percent is None:
            return None
        # But 64.1 is 64.1, though as a float it is less times 100.
        nearest = round(self.percent, 2)
        return nearest if nearest <= self.percent else round(nearest - 0.01, 2)


class Issue(Value, frozen=True, kw_only=True):
    """The state of one issue in a tracker."""

    number: str
    title: str = ""
    closed: bool = False
    state: str = ""
    url: str = ""

    @property
    def reference(self) -> str:
        """How it is written; one of another repository is no bare number."""
        return f"#{self.number}" if self.number.isdecimal() else self.number


class Tracker(Value, frozen=True, kw_only=True):
    """Issue states, by number as text."""

    evidence: str
    path: str
    sha256: str = ""
    created: float | None = None
    issues: Mapping[str, Issue] = {}
    stamp: Stamp | None = None
    problem: Diagnostic | None = None


class Receipt(Value, frozen=True, kw_only=True):
    """What running one command gave."""

    command: str
    exitcode: int | None = None
    started: float | None = None
    duration: float | None = None
    output: str = ""


class Receipts(Value, frozen=True, kw_only=True):
    """Receipts of commands."""

    evidence: str
    path: str
    sha256: str = ""
    created: float | None = None
    receipts: tuple[Receipt, ...] = ()
    stamp: Stamp | None = None
    problem: Diagnostic | None = None


Testimony = Run | Coverage | Tracker | Receipts


class History(Value, frozen=True, kw_only=True):
    """Which files changed since each piece of evidence was made.

    `changed` goes by the path of the evidence; its paths are from the project's
    folder, and what is missing in it git cannot say.  `apart` are folders that no
    work is done in, unless a record names their files.
    """

    changed: Mapping[str, tuple[str, ...]] = {}
    apart: tuple[str, ...] = ()
    problem: str = ""


class Query(Value, frozen=True, kw_only=True):
    """What a record wants to know of its tests, so that readers keep no more.

    `patterns` are to be counted; for those in `named` every node id is kept.
    """

    patterns: frozenset[str] = frozenset()
    named: frozenset[str] = frozenset()


# --- What follows from both ----------------------------------------------------


class Status(StrEnum):
    """What the evidence says of a piece of work; never typed, always derived."""

    FAILING = "failing"
    BLOCKED = "blocked"
    INCOMPLETE = "incomplete evidence"
    FLAKY = "flaky"
    DONE = "done"
    ATTESTED = "attested"
    READY = "ready"
    IN_PROGRESS = "in progress"
    PLANNED = "planned"

    @property
    def mark(self) -> str:
        """The sign that stands for it."""
        return MARKS[self]


MARKS: Mapping[Status, str] = {
    Status.FAILING: "❌",
    Status.BLOCKED: "⛔",
    Status.INCOMPLETE: "❓",
    Status.FLAKY: "⚠️",
    Status.DONE: "✅",
    Status.ATTESTED: "☑️",
    Status.READY: "🔵",
    Status.IN_PROGRESS: "🔄",
    Status.PLANNED: "⏳",
}

SETTLED = frozenset({Status.DONE, Status.ATTESTED, Status.FLAKY})


class ExitCode(IntEnum):
    """What a run tells the shell."""

    OK = 0
    CLAIMS_EXCEED_EVIDENCE = 1
    UNUSABLE = 2
    NOT_PUBLISHED = 3
    INTERRUPTED = 130


Json = dict[str, Any]


def texts_of(value: object) -> Iterator[Text]:
    """Yield every text in `value`, a part of a record, in the order of its fields."""
    if isinstance(value, Text):
        yield value
    elif isinstance(value, Written):
        for name in value.__struct_fields__:
            yield from texts_of(getattr(value, name))
    elif isinstance(value, (dict, tuple)):
        for each in value.values() if isinstance(value, dict) else value:
            yield from texts_of(each)


def prose_of(record: Record) -> Iterator[Prose | Markdown]:
    """Yield every text in `record` that may hold expressions."""
    return (text for text in texts_of(record) if isinstance(text, (Prose, Markdown)))
