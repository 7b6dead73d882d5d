"""Figures in prose: `{{ … }}` evaluated in a sandbox over the computed facts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment

from reportgen.model import Diagnostic, Place, Text
from reportgen.render.escape import escape
from reportgen.render.figures import shown

_EXPRESSION = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_LONGEST = 10_000  # characters that one expression may give


class Expressions:
    """Evaluates the expressions in prose, over `facts`.

    What an expression gives is text: it is escaped, and never Markdown.
    """

    def __init__(self, facts: Mapping[str, object]) -> None:
        self._facts = facts
        self._sandbox = ImmutableSandboxedEnvironment(
            undefined=jinja2.StrictUndefined, autoescape=True
        )

    def fill(self, prose: str) -> str:
        """Return `prose` with each expression replaced by what it gives.

        Raises ValueError with a sentence for people where that is impossible.
        """
        if "{{" not in prose:
            return prose
        return _EXPRESSION.sub(lambda match: self._value(match[1]), prose)

    def plain(self, prose: str) -> str:
        """Return `prose` like `fill`, with nothing in it escaped."""
        if "{{" not in prose:
            return prose
        return _EXPRESSION.sub(lambda match: self._text(match[1]), prose)

    def mistakes(self, prose: str, place: Place) -> Iterator[Diagnostic]:
        """Find expressions in `prose`, written at `place`, that give nothing."""
        for match in _EXPRESSION.finditer(prose):
            try:
                self._text(match[1])
            except ValueError as error:
                yield Diagnostic(
                    place,
                    "template-value",
                    f"{match[0]!r}: {error}",
                    f"figures: {', '.join(sorted(self._facts))}",
                )

    def _value(self, source: str) -> str:
        return escape(self._text(source))

    def _text(self, source: str) -> str:
        try:
            text = shown(self._evaluated(source))
        except jinja2.TemplateError as error:
            raise ValueError(error.message or "cannot be evaluated") from None
        except ValueError:
            raise
        except Exception as error:  # noqa: BLE001  # its author's mistake, not ours
            raise ValueError(f"cannot be evaluated: {error}") from None
        if len(text) > _LONGEST:
            raise ValueError(f"gives more than {_LONGEST:,} characters")
        return text

    def _evaluated(self, source: str) -> object:
        expression = self._sandbox.compile_expression(source, undefined_to_none=False)
        value = expression(**self._facts)
        if value is None:
            raise ValueError("there is no such figure in the evidence")
        return value


def check_prose(
    texts: Iterator[Text], expressions: Expressions
) -> tuple[Diagnostic, ...]:
    """Return the mistakes in the expressions of all `texts`."""
    return tuple(
        mistake
        for text in texts
        if "{{" in text
        for mistake in expressions.mistakes(text, text.place)
    )
