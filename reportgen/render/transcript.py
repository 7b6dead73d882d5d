"""Commands with what they gave, and messages short enough to be read."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup

from reportgen.render.detail import LONG
from reportgen.render.escape import fence
from reportgen.report import ValidationState, Verdict


def transcript(states: Iterable[ValidationState]) -> Markup:
    """Return commands as a shell session, each with what the evidence says it gave."""
    return fence("\n\n".join(_session(state) for state in states), "bash")


def _session(state: ValidationState) -> str:
    validation = state.validation
    word = {Verdict.MET: "result", Verdict.FAILING: "failed"}.get(
        state.verdict, "unproven"
    )
    outcome = shorten(state.outcome)
    return f"# {validation.title}\n{validation.command}\n# {word}: {outcome}"


def shorten(message: str, most: int = LONG) -> str:
    """Return the first line of `message`, with an ellipsis where it was longer."""
    return bounded(message.strip().split("\n", 1)[0].strip(), most)


def bounded(text: str, most: int) -> str:
    """Return at most `most` characters of `text`, with an ellipsis for the rest.

    It ends with a whole word, unless half of the room would be lost by that.
    """
    if len(text) <= most:
        return text
    head, _, _ = text[:most].rpartition(" ")
    kept = head if len(head) > most // 2 else text[: most - 1]
    return kept.rstrip(" ,;:") + "…"
