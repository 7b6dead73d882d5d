"""A sandbox for templates: they change nothing, and they come to an end."""

from __future__ import annotations

import time
from collections import defaultdict
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.sandbox import ImmutableSandboxedEnvironment

_PATIENCE = 30.0  # seconds; the largest report takes a few
_LONGEST = 1_000_000  # characters, items or bits of a product or a power


class EndlessError(jinja2.TemplateRuntimeError):
    """A template that goes on and on."""


class _Compiler(CodeGenerator):
    """Compiles templates so that every turn of a loop and every call is a step.

    What they show goes through `finalize` alone, which leaves nothing to escape.
    """

    def visit_Template(  # noqa: N802  # Jinja's
        self, node: nodes.Template, frame: Frame | None = None
    ) -> None:
        """Begin the template, and whatever in it can repeat itself, with a step."""
        repeatable = (nodes.For, nodes.Macro, nodes.CallBlock, nodes.Block)
        for part in (node, *node.find_all(repeatable)):
            # As a call in the template it would cost ten times as much: the sandbox
            # looks at each.
            step = nodes.EnvironmentAttribute("step()")
            body: list[nodes.Node] = part.body  # type: ignore[attr-defined]  # they all have one
            body.insert(0, nodes.ExprStmt(step).set_lineno(part.lineno))
        super().visit_Template(node, frame)

    def _make_finalize(self) -> CodeGenerator._FinalizeInfo:
        # What a filter makes of a constant may still depend on the report: worked
        # out when a template is compiled, it would be kept for all other reports.
        return self._FinalizeInfo(const=None, src=None)

    def write_commons(self) -> None:
        """Begin a function of the template with what it needs all the time."""
        super().write_commons()
        self.writeline("finalize = environment.finalize")

    def _output_child_pre(self, *_: object, **__: object) -> None:
        self.write("finalize(")

    def _output_child_post(self, *_: object, **__: object) -> None:
        self.write(")")


class Sandbox(ImmutableSandboxedEnvironment):
    """An immutable sandbox in which no loop, recursion or power is endless.

    It bounds time, not memory: a template of a stranger is best not run at all.
    """

    code_generator_class = _Compiler
    intercepted_binops = frozenset({"*", "**"})

    def __init__(self, **options: Any) -> None:  # noqa: ANN401  # Jinja's, all of them
        super().__init__(**options)
        self._safe: dict[type, set[str]] = defaultdict(set)
        self.start()

    def start(self) -> None:
        """Begin to count the time."""
        self._end = time.monotonic() + _PATIENCE

    def step(self) -> None:
        """Go on, or raise EndlessError when the time is over."""
        if time.monotonic() > self._end:
            raise EndlessError(f"takes more than {_PATIENCE:g} seconds")

    def getattr(self, obj: object, attribute: str) -> Any:  # noqa: ANN401  # whatever it is
        """Return an attribute, as the sandbox does, and sooner once it is known.

        What can be called needs a closer look each time, and so does what is missing.
        """
        if attribute in self._safe[type(obj)]:
            value = getattr(obj, attribute, jinja2.Undefined)
            if not callable(value):
                return value
        return super().getattr(obj, attribute)

    def is_safe_attribute(self, obj: object, attr: str, value: object) -> bool:
        """Whether a template may see `attr`; all objects of a type are alike."""
        safe = self._safe[type(obj)]
        if attr not in safe and super().is_safe_attribute(obj, attr, value):
            safe.add(attr)
        return attr in safe

    def call_binop(
        self,
        context: jinja2.runtime.Context,
        operator: str,
        left: Any,  # noqa: ANN401  # whatever a template multiplies
        right: Any,  # noqa: ANN401  # likewise
    ) -> Any:  # noqa: ANN401  # likewise
        """Return a product or a power, unless it would be enormous."""
        if _size(operator, left, right) > _LONGEST:
            raise EndlessError("a product or a power is enormous")
        return super().call_binop(context, operator, left, right)


def _size(operator: str, left: object, right: object) -> int:
    """Return how many bits, characters or items a product or a power has."""
    if isinstance(left, int) and isinstance(right, int):
        bits = left.bit_length()
        return bits * abs(right) if operator == "**" else bits + right.bit_length()
    for one, times in ((left, right), (right, left)):
        if isinstance(one, (str, list, tuple)) and isinstance(times, int):
            return len(one) * times
    return 0
