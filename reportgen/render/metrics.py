"""Works out the figures of metrics, and says which of them miss their target."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from reportgen.cures import cure
from reportgen.model import Diagnostic, Metric, Severity
from reportgen.render.expressions import Expressions
from reportgen.render.figures import Figures, figures
from reportgen.report import Report


def worked_out(
    metric: Metric, plain: Callable[[str], str], unproven: frozenset[str]
) -> Figures:
    """Return the figures of `metric`, its texts made `plain`.

    One that is `unproven` meets no target.
    """
    now = metric.after or metric.value or ""
    worked = figures(plain(metric.before or ""), plain(now), plain(metric.target or ""))
    if worked.met and now in unproven:
        return msgspec.structs.replace(worked, met=None)
    return worked


def missed_targets(report: Report) -> Iterator[Diagnostic]:
    """Find metrics that are known to miss their target.

    These are warnings: a claim that rests on a figure says so by a criterion.
    """
    unproven = report.unproven_metrics
    plain = Expressions(report.facts).plain
    for metric in report.record.metrics:
        now = metric.after or metric.value
        if not (now and metric.target) or now in unproven:
            continue
        try:
            if worked_out(metric, plain, unproven).met is not False:
                continue
            what, figure, target = map(plain, (metric.name, now, metric.target))
        except ValueError:  # a mistake in an expression, and told as that
            continue
        message = f"metric {what!r} is {figure!r}, and its target is {target!r}"
        yield Diagnostic(
            metric.place,
            "missed-target",
            message,
            cure("missed-target"),
            Severity.WARNING,
        )
