"""Figures in prose: `{{ … }}` evaluated in a sandbox over the computed facts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import reduce

import jinja2
from jinja2.utils import missing
from markupsafe import Markup

from reportgen import late
from reportgen.model import EXPRESSION, Diagnostic, Text
from reportgen.render.figures import shown
from reportgen.render.sandbox import Sandbox
from reportgen.render.spans import value as in_prose
from reportgen.report import References, UnknownFigureError

# Most expressions name a figure, and perhaps a text for where it is nothing.
_PLAIN = late.pattern(
    r"\s*(?P<figure>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)"
    r"(?:\s+or\s+'(?P<otherwise>[^'\\]*)')?\s*"
)
_LONGEST = 10_000  # characters that one expression may give


class _Missing(jinja2.StrictUndefined):
    """What is asked for in vain: said without the names of our classes."""

    @property
    def _undefined_message(self) -> str:
        thing, name = self._undefined_obj, self._undefined_name
        if self._undefined_hint or thing is missing or not isinstance(name, str):
            return super()._undefined_message
        from difflib import get_close_matches  # noqa: PLC0415  # only for a mistake

        near = get_close_matches(name, [each for each in dir(thing) if each[0] != "_"])
        return f"there is no {name!r}" + (f", but {near[0]!r}" if near else "")


class Expressions:
    """Evaluates the expressions in prose, over `facts`.

    What an expression gives is text: it is escaped, and never Markdown.
    """

    def __init__(
        self,
        facts: Mapping[str, object],
        links: Callable[[Iterable[str]], Markup] | None = None,
    ) -> None:
        self._facts = facts
        self._links = links
        self._sandbox = Sandbox(undefined=_Missing, autoescape=True)
        self._compiled: dict[str, Callable[..., object]] = {}

    def fill(self, prose: str) -> str:
        """Return `prose` with each expression replaced by what it gives.

        Raises ValueError with a sentence for people where that is impossible.
        """
        if "{{" not in prose:
            return prose
        return EXPRESSION.sub(lambda match: self._value(match[1]), prose)

    def plain(self, prose: str) -> str:
        """Return `prose` like `fill`, with nothing in it escaped."""
        if "{{" not in prose:
            return prose
        return EXPRESSION.sub(lambda match: _text(self._checked(match[1])), prose)

    def mistakes(self, texts: Iterable[Text]) -> Iterator[Diagnostic]:
        """Find expressions in `texts` that give nothing."""
        for text in texts:
            for match in EXPRESSION.finditer(text) if "{{" in text else ():
                try:
                    self._checked(match[1])
                except ValueError as error:
                    message = f"{match[0]!r}: {error}"
                    hint = f"figures: {', '.join(sorted(self._facts))}"
                    yield Diagnostic(text.place, "template-value", message, hint)

    def _value(self, source: str) -> str:
        value = self._checked(source)
        if isinstance(value, References) and self._links is not None:
            return self._links(value)
        return in_prose(_text(value))

    def _checked(self, source: str) -> object:
        """Return what `source` gives; whatever goes wrong is a ValueError.

        Nothing is wrong with one that asks a figure which nobody knows.
        """
        try:
            value = self._evaluated(source)
            text = _text(value)
        except UnknownFigureError:
            return "unknown"
        except jinja2.TemplateError as error:
            raise ValueError(error.message or "cannot be evaluated") from None
        except ValueError:
            raise
        except Exception as error:  # noqa: BLE001  # its author's mistake, not ours
            raise ValueError(f"cannot be evaluated: {error}") from None
        if " at 0x" in text:  # where an object is: no two reports would say the same
            names = ", ".join(getattr(value, "__dict__", ()))
            raise ValueError("is no figure" + (f", but has {names}" if names else ""))
        if len(text) > _LONGEST:
            raise ValueError(f"gives more than {_LONGEST:,} characters")
        return value

    def _evaluated(self, source: str) -> object:
        self._sandbox.start()
        plain = _PLAIN.fullmatch(source)
        first, *names = plain["figure"].split(".") if plain else [""]
        if plain and first in self._facts:  # spares the compiler
            value = reduce(self._sandbox.getattr, names, self._facts[first])
            if plain["otherwise"] is not None:
                value = value or plain["otherwise"]
        else:
            if source not in self._compiled:  # it is checked before it is shown
                self._compiled[source] = self._sandbox.compile_expression(
                    source, undefined_to_none=False
                )
            value = self._compiled[source](**self._facts)
        # An effort that nobody wrote down is no mistake of the expression.
        return "unknown" if value is None else value


def _text(value: object) -> str:
    return ", ".join(value) if isinstance(value, References) else shown(value)
