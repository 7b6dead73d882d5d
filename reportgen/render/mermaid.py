"""Draws what waits for what as a Mermaid diagram, where one is easy to read."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from markupsafe import Markup

from reportgen.model import issue_reference
from reportgen.render.escape import fence, mermaid_label
from reportgen.report import Report

# GitLab draws 2,000 characters a page, the others more; and a picture of more
# lines than this tells less than the list beside it.
_LARGEST = 2_000
_FEWEST, _MOST = 3, 40


def waiting(report: Report, plain: Callable[[str], str]) -> Markup:
    """Return a diagram of what open blockers and phases wait for, in a fence.

    `plain` gives a title without its expressions.  Nothing is returned where a
    list tells it as well: few arrows, or more than a place would draw.
    """
    arrows = list(dict.fromkeys(arrows_of(report)))
    if not _FEWEST <= len(arrows) <= _MOST:
        return Markup("")
    ends = dict.fromkeys(name for arrow in arrows for name in arrow)
    ids = {name: f"n{number}" for number, name in enumerate(ends)}
    titles = {state.name: state.blocker.title for state in report.blockers}
    titles |= {state.name: state.phase.title for state in report.phases}
    titles |= {state.name: state.task.title for state in report.tasks}
    lines = ["graph LR"]
    for name, node in ids.items():
        label = mermaid_label(issue_reference(name) or plain(titles.get(name, name)))
        opening, closing = ("([", "])") if issue_reference(name) else ("[", "]")
        lines.append(f'{node}{opening}"{label}"{closing}')
    lines += [f"{ids[first]} --> {ids[then]}" for first, then in arrows]
    source = "\n".join(lines)
    return fence(source, "mermaid") if len(source) <= _LARGEST else Markup("")


def arrows_of(report: Report) -> Iterator[tuple[str, str]]:
    """Find what open thing holds up what, the first one first."""
    waits = {state.name: state.blocker.blocked_by for state in report.open_blockers}
    for phase in report.phases:
        if not phase.settled:
            waits[phase.name] = (*phase.phase.after, *phase.phase.blocked_by)
    is_open = {
        *waits,
        *(issue.reference for issue in report.open_issues),
        *(task.name for task in report.tasks if not task.settled),
    }
    for name, firsts in waits.items():
        yield from ((_name(first), name) for first in firsts if _name(first) in is_open)
    for state in report.open_blockers:
        yield from ((state.name, _name(held)) for held in state.blocker.blocks)


def _name(reference: str) -> str:
    return issue_reference(str(reference)) or str(reference)
