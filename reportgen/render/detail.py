"""How much of a report is told: the same report with more, or with less."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import msgspec

from reportgen.model import Value

UNFOLDED = 10
LONG = 300  # characters of a message
_SHORT = 80  # the same where room is scarce
_NAME = 200  # characters of a name, likewise
_KEPT = 0.9  # of a list, from one step to the next


class Detail(Value, frozen=True, kw_only=True):
    """What a template may show, and how much of it.

    `settled` bounds how much settled work has its details (with none, tests that
    did not fail have no names), `background` is what is neither plan nor proof (free
    sections, impact, files, root cause, mitigated risks, the conclusion), `tasks`
    bounds the rows of settled tasks and green runs.  `message`, `name` and `listed`
    bound the length of a message, of a name and of a list, `tests` that of a list
    of tests.
    """

    settled: int = sys.maxsize
    background: bool = True
    message: int = LONG
    tasks: int = sys.maxsize
    name: int = sys.maxsize
    listed: int = sys.maxsize
    tests: int = 1_000
    pictures: bool = True
    folded: bool = True

    @property
    def unfolded(self) -> int:
        """How many items of a list stand open; the others unfold."""
        return UNFOLDED if self.folded else self.tests

    def less(self) -> Iterator[Detail]:
        """Yield ever less than this detail: what is dispensable goes first.

        The last lists nothing but what no report may be silent about.
        """
        detail = msgspec.structs.replace(self, pictures=False)
        fewer = (*_fewer(self.tests),)
        for name, values in (
            ("settled", fewer),
            ("background", (False,)),
            ("message", (_SHORT,)),
            ("tasks", fewer),
            ("name", (_NAME,)),
            ("listed", fewer),
        ):
            for value in values:
                detail = msgspec.structs.replace(detail, **{name: value})
                yield detail


def _fewer(number: int) -> Iterator[int]:
    while number:
        number = int(number * _KEPT)
        yield number
