"""Names each piece of work, so that others can speak of it."""

from __future__ import annotations

import re
from collections import Counter

from reportgen.model import Blocker, Phase, Record, Task

Work = Task | Phase | Blocker


class Names:
    """Answers what each piece of work is called: its id, or its title made into one.

    No two are called the same: what is said of a name is said of one alone.
    """

    def __init__(self, record: Record) -> None:
        work: tuple[Work, ...]
        work = (*record.all_tasks, *record.phases, *record.blockers)
        self._taken = {str(each.id) for each in work if each.id is not None}
        self._numbers: Counter[str] = Counter()
        # By identity: two pieces of work may be equal.
        self._names = {id(each): self._name(each) for each in work}

    def of(self, work: Work) -> str:
        """Return what `work`, a part of the record, is called."""
        return self._names[id(work)]

    def _name(self, work: Work) -> str:
        if work.id is not None:
            return str(work.id)
        title = re.sub(r"\W+", "-", work.title.casefold()).strip("-") or "unnamed"
        name = title
        while name in self._taken:
            self._numbers[title] += 1
            name = f"{title}-{self._numbers[title] + 1}"
        self._taken.add(name)
        return name
