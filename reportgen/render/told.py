"""Tells findings to readers of a report, who know the work by its titles."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from markupsafe import Markup

from reportgen.model import Diagnostic
from reportgen.render.prose import inline
from reportgen.render.wording import worded
from reportgen.report import TaskState


def teller(
    tasks: Iterable[TaskState],
    fill: Callable[[str], str],
    references: Callable[[Iterable[str]], Markup],
) -> Callable[[Diagnostic], Markup]:
    """Return what shows a finding in Markdown, with `tasks` by their titles.

    `fill` computes the figures of a title, `references` shows what is waited for.
    """
    by_name = {state.name: state for state in tasks}

    def told(finding: Diagnostic) -> Markup:
        state = by_name.get(finding.task)
        if state is None:
            return worded(finding.message)
        words = worded(finding.words)
        if finding.code == "claim-blocked":
            waiting = references(state.waits_for)
            words = Markup("is claimed done, but waits for ") + waiting
        return Markup("**{}** {}").format(inline(fill(state.task.title)), words)

    return told
