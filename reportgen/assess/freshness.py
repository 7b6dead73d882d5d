"""Says which evidence is older than the work that it should speak for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

from reportgen.assess.scope import Claim, Scopes
from reportgen.model import (
    NOWHERE,
    Diagnostic,
    Duration,
    History,
    Record,
    Run,
    Severity,
    Testimony,
    Tracker,
)
from reportgen.report import count

_TIME_ZONES = timedelta(days=1)  # a day may end a day later elsewhere
_FAR = timedelta(days=30)
_SHOWN = 2  # changed files that one reason names


class Freshness:
    """Answers why evidence is stale, by git, by its age and by the record's date.

    What speaks of the time before the work is not asked about.  `now` is in Unix
    seconds.
    """

    def __init__(
        self,
        record: Record,
        history: History,
        *,
        max_age: Duration | None = None,
        now: float,
    ) -> None:
        self._record = record
        self._history = history
        self._scopes = Scopes(record, history.apart)
        self._max_age = max_age
        self._now = now
        # By identity: what claims are about is asked of one history again and again.
        self._known: dict[tuple[int, int], frozenset[str]] = {}

    def stale(self, testimony: Testimony, claims: Iterable[Claim | None] = ()) -> str:
        """Return why `testimony` is stale for any of `claims`; "" if it is not.

        None stands for the whole work.  The state of issues is no file's work:
        only its age counts.
        """
        if testimony.problem is not None:
            return ""
        too_old = self._too_old(testimony)
        if too_old or isinstance(testimony, Tracker):
            return too_old
        changed = self._changed(testimony, claims)
        if changed:
            return f"{count(len(changed), 'file')} changed since: {_listed(changed)}"
        return self._older_than_record(testimony)

    def problem(self) -> Iterator[Diagnostic]:
        """Say why git cannot tell what changed, if it refuses to."""
        if self._history.problem:
            yield Diagnostic(
                NOWHERE,
                "git-refuses",
                f"git does not say what changed: {self._history.problem}",
                "do what git asks for, or evidence is judged by dates alone",
                Severity.WARNING,
            )

    def _too_old(self, testimony: Testimony) -> str:
        source = self._record.evidence.get(testimony.evidence)
        own = source.max_age if source else None
        limit = own or self._record.max_age or self._max_age
        if limit is None:
            return ""
        created = _made(testimony)
        if created is None:
            return "its age is not known"
        if self._now - created > limit.high:
            return f"made on {_day(created)}, older than its largest age"
        if _day(created) > _day(self._now) + _TIME_ZONES:
            return f"made on {_day(created)}, which is yet to come"
        return ""

    def _changed(
        self, testimony: Testimony, claims: Iterable[Claim | None]
    ) -> tuple[str, ...]:
        changed = self._history.changed.get(testimony.path)
        if not changed:
            return ()
        work = frozenset[str]().union(*(self._work(changed, each) for each in claims))
        return tuple(path for path in changed if path in work)

    def _work(self, changed: tuple[str, ...], claim: Claim | None) -> frozenset[str]:
        """Return those of `changed`, a tuple of the history, that matter to `claim`."""
        key = (id(changed), id(claim))
        if key not in self._known:
            scope = self._scopes.of(claim)
            self._known[key] = frozenset(filter(scope.matters, changed))
        return self._known[key]

    def _older_than_record(self, testimony: Testimony) -> str:
        # A run that is stamped with a commit was judged by what changed since.
        stamp = testimony.stamp
        if stamp and stamp.commit and testimony.path in self._history.changed:
            return ""
        created, dated = _made(testimony), _record_day(self._record)
        if created is None or dated is None or dated <= _day(created) + _TIME_ZONES:
            return ""
        return f"made on {_day(created)}, the record is dated {dated}"


def _made(testimony: Testimony) -> float | None:
    """Return when `testimony` was made, in Unix seconds; None if nobody knows."""
    if testimony.created is not None:
        return testimony.created
    return testimony.stamp.started if testimony.stamp else None


def _record_day(record: Record) -> date | None:
    """Return the day that `record` is dated, in UTC."""
    return None if record.date is None else _day_of(record.date)


def _day_of(text: str) -> date:
    if len(text) <= len("2026-03-01"):
        return date.fromisoformat(text)
    return datetime.fromisoformat(text).astimezone(UTC).date()


def misdated(record: Record, runs: Iterable[Run], now: float) -> Iterator[Diagnostic]:
    """Find dates that are yet to come, and one that is long before the evidence.

    The wrong month, most often.
    """
    attestations = (
        *(task.attested for task in record.all_tasks),
        *(criterion.attested for criterion in record.criteria),
        *(blocker.attested for blocker in record.blockers),
    )
    dates = (record.date, *(each.on for each in attestations if each))
    for text in filter(None, dates):
        if _day_of(text) > _day(now) + _TIME_ZONES:
            message = f"dated {text}, which is yet to come"
            yield Diagnostic(
                text.place, "far-date", message, "correct the date", Severity.WARNING
            )
    dated = _record_day(record)
    days = [_day(run.created) for run in runs if run.created is not None]
    if dated is None or record.date is None or not days:
        return
    if max(days) - dated > _FAR:
        yield Diagnostic(
            record.date.place,
            "far-date",
            f"dated {dated}, but its evidence was made on {max(days)}",
            "correct the date",
            Severity.WARNING,
        )


def _listed(paths: Sequence[str]) -> str:
    more = len(paths) - _SHOWN
    return ", ".join(paths[:_SHOWN]) + (f" and {more:,} more" if more > 0 else "")


def _day(moment: float) -> date:
    return datetime.fromtimestamp(moment, UTC).date()
