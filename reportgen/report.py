"""What follows from a record and its evidence: the values that templates show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import TypeVar

from reportgen.model import (
    BAD,
    EVERYTHING,
    SETTLED,
    Blocker,
    Collector,
    Coverage,
    Criterion,
    Diagnostic,
    Duration,
    Issue,
    NextSteps,
    Outcome,
    Phase,
    Prose,
    Receipt,
    Receipts,
    Record,
    Result,
    Run,
    Selection,
    Severity,
    Status,
    SuccessCriterion,
    SummaryLine,
    Tally,
    Task,
    Testimony,
    TestsCriterion,
    Tracker,
    Validation,
    Value,
    Waiver,
    issue_reference,
    shard_and_rest,
)

_Source = TypeVar("_Source", Run, Coverage, Tracker, Receipts)


def count(number: int, noun: str) -> str:
    """Return `number` with its `noun` in the right form: "1 test", "2 tests"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def first_of(names: Sequence[str], most: int = 3) -> str:
    """Return the first of `names`, and how many more there are."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more:,} more" if more > 0 else "")


class UnknownFigureError(Exception):
    """A figure that no readable evidence gives was to decide something."""


class Match(Value, frozen=True, kw_only=True):
    """What a pattern selects in one run."""

    run: Run
    selection: Selection


class Merged(Value, frozen=True, kw_only=True):
    """A record beside everything that speaks for it.

    `before` are the names of evidence of the time before the work: it is compared
    with, and never proves anything of the present.
    """

    record: Record
    before: frozenset[str] = frozenset()
    runs: tuple[Run, ...] = ()
    coverages: tuple[Coverage, ...] = ()
    trackers: tuple[Tracker, ...] = ()
    receipts: tuple[Receipts, ...] = ()

    def present(self, name: str | None = None) -> tuple[Run, ...]:
        """Return the runs called `name`, or all runs of the present if it is None."""
        return self.called(name, self.runs)

    def called(
        self, name: str | None, sources: Iterable[_Source]
    ) -> tuple[_Source, ...]:
        """Return those of `sources` called `name`, or of the present if it is None."""
        if name is not None:
            return tuple(each for each in sources if each.evidence == name)
        return tuple(each for each in sources if each.evidence not in self.before)

    def matches(self, pattern: str, name: str | None = None) -> tuple[Match, ...]:
        """Return what `pattern` selects in the runs called `name`, one a run."""
        shard, _ = shard_and_rest(pattern)
        return tuple(
            Match(run=run, selection=run.selections.get(pattern, Selection()))
            for run in self.present(name)
            if not shard or run.shard == shard
        )

    def ran(
        self, command: str, name: str | None = None
    ) -> tuple[tuple[Receipts, Receipt], ...]:
        """Return the receipts of `command` in evidence called `name`, with their file.

        Blanks are all the same.
        """
        wanted = command.split()
        return tuple(
            (source, receipt)
            for source in self.called(name, self.receipts)
            for receipt in source.receipts
            if receipt.command.split() == wanted
        )


def outcomes(matches: Iterable[Match]) -> dict[str, Outcome]:
    """Return the outcome of each node id in `matches`; the worst of several."""
    found: dict[str, Outcome] = {}
    for match in matches:
        for nodeid, outcome in (match.selection.outcomes or {}).items():
            known = found.get(nodeid, outcome)
            found[nodeid] = max(known, outcome, key=lambda each: each.badness)
    return found


def total(matches: Iterable[Match]) -> Tally:
    """Count what `matches` select, all runs together.

    A test with results in several runs is counted once, where it is worst.
    """
    found = [match for match in matches if match.selection.tally.total]
    named = all(match.selection.outcomes is not None for match in found)
    if len(found) > 1 and named:
        return Tally.of(outcomes(found).values())
    return sum((match.selection.tally for match in found), start=Tally())


def rerun(matches: Iterable[Match]) -> int:
    """Return how many tests of `matches` passed only when rerun, in any run.

    That another run skipped one does not hide it.
    """
    found = [match.selection for match in matches if match.selection.tally.flaky]
    if any(selection.outcomes is None for selection in found):
        return sum(selection.tally.flaky for selection in found)
    flaky = {
        nodeid
        for selection in found
        for nodeid, outcome in (selection.outcomes or {}).items()
        if outcome is Outcome.FLAKY
    }
    return len(flaky)


def collected_surely(matches: Sequence[Match]) -> int:
    """Return how many different tests of `matches` were collected at the least.

    Results have names; of what was only collected, two files may hold the same.
    """
    counts = [match.selection.collected or 0 for match in matches]
    return max(total(matches).total, *counts, 0)


def collected(matches: Iterable[Match]) -> int:
    """Return how many tests of `matches` were collected.

    Shards with names collect the same tests: the one with the most counts.  A test
    with a result was collected, even where nothing tells what collected it.
    """
    counts: dict[tuple[str, bool], list[int]] = {}
    for match in matches:
        chosen = match.selection
        number = max(chosen.tally.total, chosen.collected or 0)
        is_named = bool(match.run.shard)
        counts.setdefault((match.run.evidence, is_named), []).append(number)
    return sum(max(each) if named else sum(each) for (_, named), each in counts.items())


def in_order(names: Iterable[str]) -> tuple[str, ...]:
    """Return what is waited for, each once: issues by number, then the rest by name."""
    return tuple(sorted(set(names), key=_order))


def _order(name: str) -> tuple[bool, int, str]:
    number = name[1:] if name.startswith("#") else ""
    return (not number.isdecimal(), int(number) if number.isdecimal() else 0, name)


class References(tuple[str, ...]):
    """Names of issues, tasks, phases or blockers: a report shows them as links."""

    __slots__ = ()


class Effort(Value, frozen=True, kw_only=True):
    """Planned and actual effort of several tasks; None where none is known.

    `compared` are the planned and the actual effort of those tasks alone that
    have both, so that a variance never compares different work.
    """

    planned: Duration | None = None
    actual: Duration | None = None
    compared: tuple[Duration, Duration] | None = None
    without_actual: int = 0

    @classmethod
    def of(cls, tasks: Iterable[Task]) -> Effort:
        """Add up the effort of `tasks`."""
        tasks = tuple(tasks)
        both = [(t.planned, t.actual) for t in tasks if t.planned and t.actual]
        planned = _sum(one for one, _ in both)
        actual = _sum(one for _, one in both)
        return cls(
            planned=_sum(t.planned for t in tasks if t.planned),
            actual=_sum(t.actual for t in tasks if t.actual),
            compared=(planned, actual) if planned and actual else None,
            without_actual=sum(1 for t in tasks if t.planned and not t.actual),
        )

    @property
    def variance(self) -> float | None:
        """Seconds that the work took more than planned (negative: less).

        None where it may be any number more: "2+ hours" are not as planned.
        """
        if self.compared is None:
            return None
        planned, actual = self.compared
        if "<" in planned.bound or ">" in actual.bound:
            return None
        return actual.seconds - planned.seconds

    @property
    def rate(self) -> float | None:
        """The variance as a part of what was planned."""
        if self.compared is None or self.variance is None:
            return None
        planned = self.compared[0].seconds
        return self.variance / planned if planned else None


def _sum(durations: Iterable[Duration]) -> Duration | None:
    total: Duration | None = None
    for duration in durations:
        total = duration if total is None else total + duration
    return total


class Verdict(StrEnum):
    """What evidence says of one criterion; the worst comes first."""

    FAILING = "failing"
    WAITING = "waiting"
    UNPROVEN = "no evidence"
    FLAKY = "flaky"
    MET = "met"


class Finding(Value, frozen=True, kw_only=True):
    """Why a criterion or a run is not good: a stable code and words for people."""

    code: str
    reason: str


class CriterionState(Value, frozen=True, kw_only=True):
    """A criterion, what became of it and why; `evidence` names what speaks for it."""

    criterion: Criterion
    verdict: Verdict
    reason: str
    code: str = ""
    evidence: tuple[str, ...] = ()
    tally: Tally | None = None
    results: tuple[Result, ...] = ()
    collectors: tuple[Collector, ...] = ()

    @property
    def kind(self) -> str:
        """What kind of criterion it is, in words."""
        if isinstance(self.criterion, TestsCriterion) and self.criterion.expect:
            return "tests expected to fail"
        return _key(self.criterion)

    @property
    def subject(self) -> str:
        """What it speaks of: a pattern, a path, a figure, an issue, a command."""
        subject = " ".join(str(getattr(self.criterion, _key(self.criterion))).split())
        return issue_reference(subject) or subject if self.kind == "issue" else subject

    @property
    def text(self) -> str:
        """The criterion in words."""
        return f"{self.kind} `{self.subject}`"


def _key(criterion: Criterion) -> str:
    # The field that a kind of criterion begins with gives it its name.
    return next(name for name in criterion.__struct_fields__ if name != "place")


class ValidationState(Value, frozen=True, kw_only=True):
    """A command and what the evidence says that it gave."""

    validation: Validation
    outcome: str
    verdict: Verdict


class TaskState(Value, frozen=True, kw_only=True):
    """A task, its derived status, the reason and the evidence behind both."""

    task: Task
    name: str
    phase: str
    status: Status
    reason: str
    code: str = ""
    criteria: tuple[CriterionState, ...] = ()
    waits_for: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    validation: tuple[ValidationState, ...] = ()

    @property
    def settled(self) -> bool:
        """Whether nothing remains to be done or to be shown."""
        return self.status in SETTLED

    @property
    def overclaimed(self) -> bool:
        """Whether it is claimed done and the evidence does not say so."""
        return self.task.done and not self.settled

    @property
    def has_story(self) -> bool:
        """Whether the record tells more of it than a line of a table holds."""
        task = self.task
        word = task.attested
        vouched = word is not None and (word.note or task.acceptance)
        story = task.problem or task.solution or task.value or task.validation
        return bool(story or task.files or task.note or task.owner or vouched)


class PhaseState(Value, frozen=True, kw_only=True):
    """A phase with its tasks, their effort, and the status that follows."""

    phase: Phase
    name: str
    status: Status
    reason: str
    tasks: tuple[TaskState, ...] = ()
    waits_for: tuple[str, ...] = ()

    @property
    def effort(self) -> Effort:
        """The effort of its tasks."""
        return Effort.of(state.task for state in self.tasks)

    @property
    def settled(self) -> bool:
        """Whether nothing remains to be done or to be shown."""
        return self.status in SETTLED


class BlockerState(Value, frozen=True, kw_only=True):
    """A blocker; `waits_for` are the open things at the end of every chain."""

    blocker: Blocker
    name: str
    open: bool
    reason: str
    waits_for: tuple[str, ...] = ()

    @property
    def blocked_by(self) -> tuple[str, ...]:
        """What it names itself, in the order of `waits_for`."""
        names = self.blocker.blocked_by
        return in_order(issue_reference(name) or str(name) for name in names)

    @property
    def status(self) -> Status:
        """Whether it blocks, is gone by evidence, or by somebody's word alone."""
        if self.open:
            return Status.BLOCKED
        return Status.DONE if self.blocker.attested is None else Status.ATTESTED

    @property
    def mark(self) -> str:
        """The sign that stands for it."""
        return self.status.mark


class StepsState(Value, frozen=True, kw_only=True):
    """Next steps: open now, or waiting for something."""

    steps: NextSteps
    open: bool
    waits_for: tuple[str, ...] = ()


class LineState(Value, frozen=True, kw_only=True):
    """A line of the summary with the mark of what it names, if it names anything."""

    line: SummaryLine | Prose
    mark: str = ""
    status: str = ""


class SuccessState(Value, frozen=True, kw_only=True):
    """A success criterion and what the evidence says of it."""

    criterion: SuccessCriterion
    status: Status
    reason: str
    criteria: tuple[CriterionState, ...] = ()

    @property
    def evidence(self) -> tuple[str, ...]:
        """The names of the evidence behind it."""
        return tuple(dict.fromkeys(n for c in self.criteria for n in c.evidence))

    @property
    def waits_for(self) -> tuple[str, ...]:
        """The open issues that it waits for."""
        waiting = (c.subject for c in self.criteria if c.verdict is Verdict.WAITING)
        return in_order(waiting)

    @property
    def met(self) -> bool:
        """Whether it may be ticked."""
        return self.status in SETTLED


FEW = 10  # tests that are named of each outcome
_OTHERS = {
    Outcome.UNKNOWN: True,
    Outcome.UNFINISHED: True,
    Outcome.FLAKY: True,
    Outcome.XPASSED: True,
    Outcome.XFAILED: False,
    Outcome.SKIPPED: False,
}


class RunState(Value, frozen=True, kw_only=True):
    """A run, whether it may be called green, and every reason why not."""

    run: Run
    findings: tuple[Finding, ...] = ()
    before: bool = False
    one_of_many: bool = False  # other runs of its evidence have the same name
    expected: frozenset[str] = frozenset()  # tests that are meant to fail for now

    @property
    def green(self) -> bool:
        """Whether all of the rule for a green run holds."""
        return not self.findings

    @property
    def name(self) -> str:
        """The name of its evidence, with the shard where there is one."""
        run = self.run
        name = f"{run.shard}@{run.evidence}" if run.shard else run.evidence
        return f"{name}/{run.path.rpartition('/')[2]}" if self.one_of_many else name

    @property
    def reason(self) -> str:
        """Every reason why it is not green."""
        return "; ".join(finding.reason for finding in self.findings)

    @property
    def failures(self) -> tuple[Result, ...]:
        """The tests that failed and were not meant to, as far as they were kept."""
        return tuple(
            result
            for result in self.run.results
            if result.outcome in BAD and result.nodeid not in self.expected
        )

    @property
    def as_expected(self) -> bool:
        """Whether all that failed was meant to, and nothing else is wrong."""
        codes = {finding.code for finding in self.findings}
        return (
            bool(self.expected)
            and self.run.tally.bad == len(self.expected)
            and codes <= {"exit-code", "failed-tests"}
            and self.run.exitcode in {0, 1}
        )

    @property
    def doubtful(self) -> bool:
        """Whether more is wrong than the counts of its tests tell."""
        told = {"failed-tests", "lost-tests", "unfinished-tests", "no-tests"}
        if self.run.ended_by_failures:
            told.add("exit-code")
        return any(finding.code not in told for finding in self.findings)

    @property
    def troubles(self) -> tuple[Result, ...]:
        """What could not be collected, then `failures`; `bad` says how many in all."""
        uncollected = (
            Result(
                nodeid=collector.nodeid or "the session",
                outcome=Outcome.ERROR,
                word="not collected",
                message=collector.message,
            )
            for collector in self.run.failed_collectors
        )
        return (*uncollected, *self.failures)

    @property
    def bad(self) -> int:
        """How many tests failed, expected ones aside, or could not be collected."""
        return self.run.tally.bad - len(self.expected) + len(self.run.failed_collectors)

    @property
    def others(self) -> tuple[Result, ...]:
        """Tests that neither simply passed nor failed: the first of each outcome.

        Many that were skipped, or failed as expected, are no news: none of those.
        A module that was skipped whole stands for all its tests, which nobody counts.
        """
        found: list[Result] = []
        for outcome, is_news in _OTHERS.items():
            alike = [each for each in self.run.results if each.outcome is outcome]
            if is_news or self.run.tally[outcome] <= FEW:
                found += alike[:FEW]
        found += (
            Result(nodeid=each.nodeid, outcome=Outcome.SKIPPED, message=each.message)
            for each in self.run.skipped_collectors[:FEW]
        )
        return tuple(found)

    @property
    def other(self) -> str:
        """The outcomes beside passed, failed and skipped, in words."""
        tally = self.run.tally
        counted = [
            f"{tally[word]:,} {word}"
            for word in ("flaky", "xpassed", "xfailed", "unknown", "unfinished")
            if tally[word]
        ]
        lost = self.run.lost - tally.unfinished
        return ", ".join([*counted, *([f"{lost:,} lost"] if lost else [])])


class SourceState(Value, frozen=True, kw_only=True):
    """A file that the report rests on; `read` says what was found in it."""

    kind: str  # evidence, stamp, record, configuration, file or template
    name: str = ""  # of the evidence
    path: str
    read: str = ""
    created: float | None = None
    sha256: str = ""

    @classmethod
    def of(cls, testimony: Testimony) -> SourceState:
        """Return the file that `testimony` was read from."""
        shard = testimony.shard if isinstance(testimony, Run) else ""
        return cls(
            kind="evidence",
            name=f"{shard}@{testimony.evidence}" if shard else testimony.evidence,
            path=testimony.path,
            read=_read(testimony),
            created=testimony.created,
            sha256=testimony.sha256,
        )


def _read(testimony: Testimony) -> str:
    number, noun = _counted(testimony)
    if testimony.problem is not None and not number:
        return "unreadable" if testimony.sha256 else "missing"
    words = count(number, noun)
    if isinstance(testimony, Run) and testimony.repeated:
        return f"{words}, {testimony.repeated:,} of them repeated"
    return words


def _counted(testimony: Testimony) -> tuple[int, str]:
    match testimony:
        case Run():
            return testimony.tally.total, "test"
        case Coverage():
            return testimony.statements or 0, "statement"
        case Tracker():
            return len(testimony.issues), "issue"
        case Receipts():
            return len(testimony.receipts), "command"


class Comparison(Value, frozen=True, kw_only=True):
    """What became of each test between two sets of runs, by node id."""

    before: str
    fixed: tuple[str, ...] = ()
    still_failing: tuple[str, ...] = ()
    newly_failing: tuple[str, ...] = ()
    newly_skipped: tuple[str, ...] = ()
    newly_open: tuple[str, ...] = ()  # unfinished, or expected to fail
    new: tuple[str, ...] = ()
    vanished: tuple[str, ...] = ()
    unchanged: int = 0


class Waived(Value, frozen=True, kw_only=True):
    """A finding that somebody answers for, and who."""

    finding: Diagnostic
    waiver: Waiver


class Report(Value, frozen=True, kw_only=True):
    """Everything that a template may show."""

    name: str
    record: Record
    verdict: Status
    reason: str
    phases: tuple[PhaseState, ...] = ()
    free_tasks: tuple[TaskState, ...] = ()
    blockers: tuple[BlockerState, ...] = ()
    steps: tuple[StepsState, ...] = ()
    summary: tuple[LineState, ...] = ()
    success: tuple[SuccessState, ...] = ()
    runs: tuple[RunState, ...] = ()
    coverages: tuple[Coverage, ...] = ()
    stale_coverages: Mapping[str, str] = {}  # by path, why they are
    trackers: tuple[Tracker, ...] = ()
    receipts: tuple[Receipts, ...] = ()
    comparisons: tuple[Comparison, ...] = ()
    open_issues: tuple[Issue, ...] = ()
    findings: tuple[Diagnostic, ...] = ()
    unproven_metrics: frozenset[str] = frozenset()  # of evidence that is in doubt
    waived: tuple[Waived, ...] = ()
    base: str = ""  # the revision that the record was compared with
    weakened: tuple[Diagnostic, ...] = ()  # what it demands less of since
    inputs: tuple[SourceState, ...] = ()  # what was read beside the evidence
    masked: int = 0  # how many texts of the evidence look like secrets
    facts: Mapping[str, object] = {}  # the figures that prose may name

    @property
    def judgement(self) -> str:
        """The verdict with its mark, and why; a good one with what it leaves out."""
        text = f"{self.verdict.mark} {self.verdict}: {self.reason}"
        return f"{text}; {self.caveat}" if self.caveat else text

    @property
    def tasks(self) -> tuple[TaskState, ...]:
        """Every task: those of the phases first, then the free ones."""
        return (*(t for phase in self.phases for t in phase.tasks), *self.free_tasks)

    @property
    def effort(self) -> Effort:
        """The effort of all tasks."""
        return Effort.of(state.task for state in self.tasks)

    @property
    def free_effort(self) -> Effort:
        """The effort of the tasks that belong to no phase."""
        return Effort.of(state.task for state in self.free_tasks)

    @property
    def sources(self) -> tuple[SourceState, ...]:
        """Every file that the report rests on: evidence first, then `inputs`."""
        evidence: tuple[Testimony, ...] = (
            *(state.run for state in self.runs),
            *self.coverages,
            *self.trackers,
            *self.receipts,
        )
        return (*map(SourceState.of, evidence), *self.inputs)

    @property
    def present_runs(self) -> tuple[RunState, ...]:
        """The runs that speak of now."""
        return tuple(state for state in self.runs if not state.before)

    @property
    def tally(self) -> Tally:
        """How the tests of all runs of the present ended."""
        runs = (state.run for state in self.present_runs)
        return sum((run.selections.get(EVERYTHING, run).tally for run in runs), Tally())

    @property
    def lost(self) -> int:
        """Tests that were lost by runs of the present in which others ran."""
        runs = (state.run for state in self.present_runs)
        return sum(run.lost for run in runs if run.tally.total)

    @property
    def doubtful(self) -> int:
        """Runs of the present in doubt for more than tests that failed or were lost."""
        return sum(state.doubtful for state in self.present_runs)

    @property
    def doubt(self) -> str:
        """How many of the runs of the present are in doubt, in words; "" if none is."""
        if not self.doubtful:
            return ""
        runs = len(self.present_runs)
        if runs == 1:
            return "the run is in doubt"
        return f"{self.doubtful:,} of {runs:,} runs in doubt"

    @property
    def unproven(self) -> str:
        """How many claims are without proof, in words; "" if none is."""
        number = len(self.errors)
        return f"{count(number, 'claim')} without proof" if number else ""

    @property
    def trouble(self) -> str:
        """What the statuses of tasks need not tell, in words; "" if there is nothing.

        Tests that no task rests on can fail, and words can claim too much.
        """
        words = [f"{count(self.lost, 'test')} lost"] if self.lost else []
        if any(s.run.tally.bad > len(s.expected) for s in self.present_runs):
            tally = self.tally
            words.insert(0, f"{tally.bad:,} of {tally.total:,} tests failed")
        return ", ".join(filter(None, [*words, self.doubt, self.unproven]))

    @property
    def caveat(self) -> str:
        """The trouble that a good verdict leaves out; "" of one that is not good."""
        return self.trouble if self.verdict in SETTLED else ""

    @property
    def overclaimed(self) -> tuple[TaskState, ...]:
        """Tasks that claim more than their evidence says."""
        return tuple(state for state in self.tasks if state.overclaimed)

    @property
    def open_blockers(self) -> tuple[BlockerState, ...]:
        """Blockers that are still there."""
        return tuple(state for state in self.blockers if state.open)

    @property
    def other_issues(self) -> tuple[Issue, ...]:
        """Open issues that none of the open blockers names."""
        named = {name for state in self.open_blockers for name in state.blocked_by}
        return tuple(each for each in self.open_issues if each.reference not in named)

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """Findings that make the exit code 1."""
        return tuple(f for f in self.findings if f.severity is Severity.ERROR)

    @property
    def by_status(self) -> Mapping[Status, int]:
        """How many tasks have which status; only what there is, worst first."""
        counts = dict.fromkeys(Status, 0)
        for state in self.tasks:
            counts[state.status] += 1
        return {status: count for status, count in counts.items() if count}
