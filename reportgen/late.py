"""Regular expressions that are compiled when they are first used.

A small build needs few of all that there are, and compiling them takes a tenth of
its time.
"""

from __future__ import annotations

import re
from typing import Any, AnyStr, cast


def pattern(text: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """Return what `re.compile` does, and is as fast after its first use."""
    return cast("re.Pattern[AnyStr]", _Late(text, flags))


class _Late:
    def __init__(self, text: Any, flags: int) -> None:  # noqa: ANN401  # str or bytes
        self._written = text, flags

    def __getattr__(self, name: str) -> object:
        method = getattr(re.compile(*self._written), name)
        setattr(self, name, method)  # the next time, this is not asked
        return method
