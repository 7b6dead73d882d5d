"""Says which files a claim is about: evidence is stale when one of them changed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence

from reportgen import late
from reportgen.model import (
    CollectedCriterion,
    Criterion,
    FileChange,
    FileCriterion,
    FixedCriterion,
    Record,
    SuccessCriterion,
    Task,
    TestsCriterion,
    shard_and_rest,
)

_WILD = late.pattern(r"(\*\*/|\*\*|\*|\?)")
_REGEX = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
_ANY_TEST = r"(?:.*/)?(?:test_[^/]*|[^/]*_test|conftest)\.py\Z"
_DOCUMENT = late.pattern(r"\.(?:md|rst)$", re.IGNORECASE)


Claim = Task | SuccessCriterion


class Scope:
    """The files that matter to a claim.

    Where nobody says which they are, every file of the project matters that is no
    document, and that is in none of the folders `apart`.
    """

    def __init__(
        self,
        named: Collection[str],
        criteria: Iterable[Criterion],
        apart: Sequence[str] = (),
    ) -> None:
        # Most scopes have their names in common, and `re` knows a pattern again.
        self._named = _either(map(_path, named))
        self._asked = _either(pattern for c in criteria for pattern in _files(c))
        self._unlimited = not named
        self._apart = tuple(f"{folder.rstrip('/')}/" for folder in (*apart, ".."))

    def matters(self, path: str) -> bool:
        """Whether a change of `path` makes older evidence stale."""
        if self._named.match(path) or self._asked.match(path):
            return True
        return self._unlimited and not (
            path.startswith(self._apart) or _DOCUMENT.search(path)
        )


class Scopes:
    """The scope of every claim of a record, each put together once."""

    def __init__(self, record: Record, apart: Sequence[str] = ()) -> None:
        self._record = record
        self._apart = apart
        self._owners = Counter(p for t in record.all_tasks for p in _listed(t.files))
        self._known: dict[int, Scope] = {}  # by identity: claims may be equal

    def of(self, claim: Claim | None) -> Scope:
        """Return the scope of `claim`, or of the whole work if it is None.

        To a task matter its own files, and those of the record that are no other
        task's; to everything else the files of all.
        """
        if id(claim) not in self._known:
            self._known[id(claim)] = self._scope(claim)
        return self._known[id(claim)]

    def _scope(self, claim: Claim | None) -> Scope:
        record = self._record
        if isinstance(claim, Task):
            own = _listed(claim.files)
            shared = [p for p in _listed(record.files) if not self._owners[p]]
            named = [*own, *map(str, claim.relevant), *shared]
            return Scope(named, claim.acceptance, self._apart)
        named = [*_listed(record.files), *self._owners]
        named += [str(path) for task in record.all_tasks for path in task.relevant]
        return Scope(named, claim.acceptance if claim else (), self._apart)


def _either(patterns: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(sorted(set(patterns))) or r"(?!)", re.DOTALL)


def _listed(files: Iterable[FileChange]) -> list[str]:
    return [str(file.path) for file in files]


def _files(criterion: Criterion) -> Iterator[str]:
    """Return patterns of the files that `criterion` itself speaks of."""
    if isinstance(criterion, FileCriterion):
        yield _path(criterion.file)
    elif isinstance(criterion, TestsCriterion):
        yield from _tests(criterion.tests)
    elif isinstance(criterion, FixedCriterion):
        yield from _tests(criterion.fixed)
    elif isinstance(criterion, CollectedCriterion):
        yield from _tests(criterion.collected)


def _path(path: str) -> str:
    """Return a pattern of `path` and all below it; it is from the project's folder."""
    path = path.removeprefix("./").rstrip("/")
    return r"(?!\.\./)" if path in {"", "."} else rf"{_translate(path)}(?:/|\Z)"


def _tests(pattern: str) -> Iterator[str]:
    """Return patterns of the files of tests, wherever pytest's own folder is."""
    path, colons, _ = shard_and_rest(pattern)[1].partition("::")
    path = path.removeprefix("./")
    if not path.strip(".*?/"):
        yield _ANY_TEST
        return
    # Without a test's name it may be the mere beginning of a path.
    end = r"\Z" if colons else ""
    words = map(re.escape, re.split(r"[*?]+", path))  # here a star crosses `/`
    yield rf"(?:.*/)?{'.*'.join(words)}{end}"
    # What stands beside it can make of failing tests what it likes.
    folder = re.escape(path.rpartition("/")[0])
    yield rf"(?:.*/)?{folder}/conftest\.py\Z" if folder else r"conftest\.py\Z"


def _translate(glob: str) -> str:
    parts = _WILD.split(glob)
    return "".join(
        _REGEX[part] if i % 2 else re.escape(part) for i, part in enumerate(parts)
    )
