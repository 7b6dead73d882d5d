"""Commands with what they gave, and messages short enough to be read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from markupsafe import Markup

from reportgen.model import Result
from reportgen.render.escape import fence
from reportgen.report import ValidationState, Verdict

_DIGITS = re.compile(r"[0-9]+")
_CAUSES = 5  # messages that many failures share
_LONGEST = 300  # characters of a message in a list of failures


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


def causes(results: Iterable[Result], most: int) -> list[tuple[int, str]]:
    """Return the first lines of messages that several of `results` have, most first.

    Lines that differ in their numbers alone count as one; `most` is the length of
    what is shown of it.
    """
    examples: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for result in results:
        if line := shorten(result.message, most):
            alike = _DIGITS.sub("0", line)
            examples.setdefault(alike, line)
            counts[alike] += 1
    common = counts.most_common(_CAUSES)
    return [(number, examples[alike]) for alike, number in common if number > 1]


def shorten(message: str, most: int = _LONGEST) -> str:
    """Return the first line of `message`, with an ellipsis where it was longer."""
    return bounded(message.strip().split("\n", 1)[0].strip(), most)


def bounded(text: str, most: int) -> str:
    """Return at most `most` characters of `text`, with an ellipsis for the rest."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
