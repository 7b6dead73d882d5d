"""Says what each piece of work waits for, to the end of every chain."""

from __future__ import annotations

from collections.abc import Iterable

from reportgen import late
from reportgen.model import (
    Blocker,
    Issue,
    Phase,
    Record,
    Task,
    Tracker,
    issue_reference,
)
from reportgen.report import in_order

# An issue's address: its repository, what the forge calls issues, and the number.
_ADDRESS = late.pattern(
    r"https?://([^\s?#]+?)"
    r"(?:/-)?(?:/(?:issues|pulls?|merge_requests|work_items))?/\d+(?:[/?#]\S*)?"
)

_Key = str | int  # of a blocker without an id, its identity


class Waiting:
    """Answers what is open among issues, tasks, phases and blockers.

    The only state is a memory of what was worked out already; cycles are refused
    when a record is read.
    """

    def __init__(self, record: Record, trackers: Iterable[Tracker]) -> None:
        trackers = tuple(trackers)
        self._trackers = tuple(t for t in trackers if t.problem is None)
        self._unread = {t.evidence for t in trackers if t.problem is not None}
        self._blockers = {_key(b): b for b in record.blockers}
        self._phases = {str(p.id): p for p in record.phases if p.id}
        self._tasks = {str(t.id): t for t in record.all_tasks if t.id}
        self._held_up: dict[str, list[_Key]] = {}
        for blocker in record.blockers:
            for held in blocker.blocks:
                self._held_up.setdefault(held, []).append(_key(blocker))
        self._settled: set[str] = set()
        self._own = _repository(record.repository or "")
        self._has_own = any(
            _same(_home(issue.url), self._own)
            for tracker in self._trackers
            for issue in tracker.issues.values()
        )

    def settle(self, name: str) -> None:
        """Remember that the task or phase called `name` is settled."""
        self._settled.add(name)

    def issue(self, reference: str, tracker: str | None = None) -> Issue | None:
        """Return what one `tracker` or any knows of `reference`, None if nothing.

        Where two trackers disagree, the issue is open, and what a file that cannot
        be read would say, nobody knows.  An issue of another repository is known by
        its address alone.
        """
        number = _number(reference)
        found = [
            each.issues[number]
            for each in self._trackers
            if tracker in {None, each.evidence} and number in each.issues
        ]
        home = _home(reference)
        if home or (self._has_own and tracker is None):
            home = home or self._own
            found = [each for each in found if _same(self._home_of(each), home)]
        issue = min(found, key=lambda issue: issue.closed, default=None)
        unread = self._unread if tracker is None else self._unread & {tracker}
        return None if unread and issue is not None and issue.closed else issue

    def of_task(self, task: Task, phase: Phase | None) -> tuple[str, ...]:
        """Return the open things that `task` waits for, in its `phase` or alone."""
        own = (*task.after, *task.blocked_by, *self._held_up.get(str(task.id), ()))
        inherited = self._dependencies(phase) if phase else ()
        return self.open_among((*own, *inherited))

    def of_phase(self, phase: Phase) -> tuple[str, ...]:
        """Return the open things that `phase` waits for."""
        return self.open_among(self._dependencies(phase))

    def has_condition(self, work: Task | Phase) -> bool:
        """Whether `work` names anything that it waits for, open or not."""
        return bool(work.after or work.blocked_by or self._held_up.get(str(work.id)))

    def of_blocker(self, blocker: Blocker) -> tuple[str, ...]:
        """Return the open things that `blocker` waits for."""
        return self._ends(blocker.blocked_by, vouched=blocker.attested is not None)

    def is_open(self, blocker: Blocker) -> bool:
        """Whether `blocker` is still there.

        One that waits for something is gone with it.  One that waits for nothing
        that has a name is there until somebody vouches that it is not.  No word
        outweighs an issue that is known to be open.
        """
        return bool(self.open_among((_key(blocker),)))

    def open_among(self, names: Iterable[_Key]) -> tuple[str, ...]:
        """Return the open ends of every chain that begins at `names`, each once."""
        return self._ends(names, vouched=False)

    def _ends(self, names: Iterable[_Key], *, vouched: bool) -> tuple[str, ...]:
        """Return what is open; where somebody vouches, only what is known to be so."""
        # Chains may meet again and again, and be longer than Python's stack.
        seen: set[tuple[_Key, bool]] = set()
        ends: set[str] = set()
        ahead = [(name, vouched) for name in names]
        while ahead:
            name, vouched = each = ahead.pop()
            if each in seen:
                continue
            seen.add(each)
            blocker = self._blockers.get(name)
            if blocker is None:
                ends.update(self._open_end(str(name), vouched=vouched))
                continue
            vouched |= blocker.attested is not None
            ahead += [(below, vouched) for below in blocker.blocked_by]
            if not blocker.blocked_by and not vouched:
                ends.add(str(blocker.id or blocker.title))
        return in_order(ends)

    def _dependencies(self, phase: Phase) -> tuple[_Key, ...]:
        held = self._held_up.get(str(phase.id), ())
        return (*phase.after, *phase.blocked_by, *held)

    def _open_end(self, name: str, *, vouched: bool) -> tuple[str, ...]:
        """Return what the task, phase or issue `name` is called, nothing if settled."""
        if name in self._tasks or name in self._phases:
            return () if vouched or name in self._settled else (name,)
        reference = issue_reference(name)
        if reference is None:
            return (name,)
        issue = self.issue(reference)
        # An issue that nobody knows the state of is open: unknown is never good.
        is_open = not vouched if issue is None else not issue.closed
        return (reference,) if is_open else ()

    def _home_of(self, issue: Issue) -> str:
        return _home(issue.url) or self._own


def _key(blocker: Blocker) -> _Key:
    """Return what a blocker is known by: its id, or that it is itself.

    A title may be that of two, or the id of something else.
    """
    return str(blocker.id) if blocker.id else id(blocker)


def issue_list(references: Iterable[str]) -> str:
    """Return issue numbers in order, with a range only where all of it is meant.

    "#1181–#1183, #1186"; what is not a number of this tracker comes last.
    """
    references = tuple(dict.fromkeys(references))
    issues = [r for r in references if r.startswith("#") and r[1:].isdecimal()]
    numbers = sorted(int(r[1:]) for r in issues)
    others = [r for r in references if r not in issues]
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join([*map(_range, runs), *others])


def _range(run: list[int]) -> str:
    if len(run) > 2:  # noqa: PLR2004  # two numbers are plainer than a range
        return f"#{run[0]}–#{run[-1]}"
    return ", ".join(f"#{number}" for number in run)


def _number(reference: str) -> str:
    # A tracker's export knows the bare numbers of `#17`, `owner/name#17` and a URL.
    return reference.replace("#", "/").rpartition("/")[2]


def _home(reference: str) -> str:
    """Return the repository that `reference` says it is of, "" if it says none."""
    address = _ADDRESS.fullmatch(reference)
    return (address[1] if address else reference.rpartition("#")[0]).lower()


def _repository(url: str) -> str:
    return url.partition("://")[2].rstrip("/").removesuffix(".git").lower()


def _same(one: str, other: str) -> bool:
    """Whether two names of repositories, with their host or not, can be one."""
    short, long = sorted((one, other), key=len)
    return bool(short) and f"/{long}".endswith(f"/{short}")
