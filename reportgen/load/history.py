"""Says which files changed since each piece of evidence was made."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path

from reportgen import late
from reportgen.load.git import GitError, Repository, top_of
from reportgen.load.stamps import SUFFIX
from reportgen.model import History, Stamp, Testimony

_OBJECT = late.pattern(r"[0-9a-f]{40}|[0-9a-f]{64}")

# What tools leave behind is no work, even where nobody told git to ignore it.
_DROPPINGS = late.pattern(
    r"(?:^|/)(?:__pycache__|\.(?:pytest|mypy|ruff)_cache|\.hypothesis"
    r"|\.tox|\.nox|\.?venv|[^/]*\.egg-info)/"
    r"|(?:^|/)(?:\.coverage(?:\.[^/]*)?|\.report\.json|[^/]*\.py[cod])$"
)


def look_back(
    testimonies: Iterable[Testimony],
    root: Path,
    *,
    own: Sequence[str] = (),
    apart: Sequence[str] = (),
) -> History:
    """Return which files changed since each of `testimonies` was made.

    A stamp counts if its commit, or else its tree, is in this clone: that state is
    compared with the files as they are now.  Otherwise the clock decides.  Evidence
    itself is no change, nor is what reportgen writes, below the folders `own`.
    Nothing is asked where there is no evidence.
    """
    nothing = History(apart=tuple(apart))
    dated = [each for each in testimonies if each.created or _revisions(each.stamp)]
    top = top_of(root) if dated else None
    if top is None:
        return nothing
    try:
        changed = dict(_changed(dated, Repository(top)))
    except FileNotFoundError:  # git is not installed
        return nothing
    except (GitError, OSError) as error:
        return History(apart=tuple(apart), problem=str(error))
    prefix = os.path.relpath(root.resolve(), top).replace(os.sep, "/")
    evidence = {name for each in dated for name in (each.path, each.path + SUFFIX)}
    # Files made together changed together: most were asked about before.
    known: dict[frozenset[str], tuple[str, ...]] = {}
    for names in changed.values():
        if names not in known:
            known[names] = tuple(_work(names, prefix, evidence, own))
    work = {path: known[names] for path, names in changed.items()}
    return History(changed=work, apart=tuple(apart))


def _revisions(stamp: Stamp | None) -> tuple[str, ...]:
    # A commit that was squashed is gone, and its tree may well be there.
    names = (stamp.commit, stamp.tree) if stamp else ()
    return tuple(name for name in names if name and _OBJECT.fullmatch(name))


def _changed(
    testimonies: Iterable[Testimony], repository: Repository
) -> Iterator[tuple[str, frozenset[str]]]:
    """Return the path of each evidence with what changed since, from the top."""
    by_time: list[tuple[str, float]] = []
    for each in testimonies:
        dirty = (each.stamp.dirty if each.stamp else None) or {}
        answers = (repository.since(name, dirty) for name in _revisions(each.stamp))
        found = next((names for names in answers if names is not None), None)
        if found is not None:
            yield each.path, found
        elif each.created is not None:
            by_time.append((each.path, each.created))
    if by_time:
        written = repository.written_since(min(created for _, created in by_time))
        for path, created in by_time:
            yield path, frozenset(n for n, time in written.items() if time > created)


def _work(
    names: Iterable[str], prefix: str, evidence: Collection[str], own: Sequence[str]
) -> Iterator[str]:
    """Return those of `names` that can be work, from the project's folder."""
    ours = tuple(f"{folder}/" for folder in own)
    for name in sorted(names):
        path = name.encode(errors="backslashreplace").decode()
        if prefix != ".":
            path = posixpath.relpath(path, prefix)
        written = path.startswith(ours)
        if not (written or path in evidence or _DROPPINGS.search(path)):
            yield path
