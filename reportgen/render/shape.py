"""What a report is to look like, and where it must fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reportgen.model import Value
from reportgen.render.budget import BUDGETS, Budget
from reportgen.render.detail import Detail

if TYPE_CHECKING:
    from reportgen.changes import Change


class Shape(Value, frozen=True, kw_only=True):
    """What a report is to look like: where it must fit, and what goes into it.

    `most` is the detail to begin with, `level` that of the first heading (0: as the
    template has it), `full` the path or the address of the full report, `changes`
    what became different since an earlier state, if one is known.  If it is to be
    `split`, it is written whole.
    """

    fit: Budget | None = None
    split: bool = False
    most: Detail = Detail()
    level: int = 0
    full: str = ""
    changes: tuple[Change, ...] | None = None

    @property
    def limit(self) -> Budget:
        """What each part must fit, if it is to be split."""
        return self.fit or BUDGETS["github-comment"]
