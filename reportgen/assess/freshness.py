"""Says which evidence is older than the work that it should speak for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta

from reportgen.model import Diagnostic, Duration, Record, Run, Severity

_TIME_ZONES = timedelta(days=1)  # a day may end a day later elsewhere
_FAR = timedelta(days=30)


def stale_by_time(
    run: Run, record: Record, *, max_age: Duration | None, now: float
) -> str:
    """Return why `run` is stale by the clock and by the record's date; "" if not.

    A run that is stamped with a commit is judged by what changed since, and not
    by the record's date.  `now` is in Unix seconds.
    """
    source = record.evidence.get(run.evidence)
    limit = (source.max_age if source else None) or record.max_age or max_age
    if run.created is None:
        return "its age is not known" if limit else ""
    if limit is not None and now - run.created > limit.high:
        return f"made on {_day(run.created)}, older than its largest age"
    if run.stamp is not None and run.stamp.commit is not None:
        return ""
    dated = record_day(record)
    if dated is not None and dated > _day(run.created) + _TIME_ZONES:
        return f"made on {_day(run.created)}, the record is dated {dated}"
    return ""


def record_day(record: Record) -> date | None:
    """Return the day that `record` is dated, in UTC."""
    if record.date is None:
        return None
    if len(record.date) <= len("2026-03-01"):
        return date.fromisoformat(record.date)
    moment = datetime.fromisoformat(record.date)
    return moment.astimezone(UTC).date()


def misdated(record: Record, runs: Mapping[int, Run]) -> Iterator[Diagnostic]:
    """Find a date that is long before the evidence: the wrong month, most often."""
    dated = record_day(record)
    days = [_day(run.created) for run in runs.values() if run.created is not None]
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


def _day(moment: float) -> date:
    return datetime.fromtimestamp(moment, UTC).date()
