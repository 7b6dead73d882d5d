"""Adds to a command of pytest where its result is to be written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reportgen.model import PYTEST

# By format of evidence: the options that write it, and the names of the one for the
# file, of which we use the first.
_OPTIONS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "pytest": (("--json-report",), ("--json-report-file",)),
    "junit": ((), ("--junitxml", "--junit-xml")),
}


def with_result(words: Sequence[str], form: str, path: str) -> tuple[str, ...] | None:
    """Return the pytest command `words` that writes its result in `form` to `path`.

    None if that is not for us to say: the command says it already, or is not pytest's.
    """
    start = next((n for n, word in enumerate(words) if word in PYTEST), None)
    if start is None or form not in _OPTIONS:
        return None
    switches, names = _OPTIONS[form]
    said = {word.partition("=")[0] for word in words[start + 1 :]}
    if said.intersection(names):
        return None
    # Before all other words, among which may be a `--`.
    added = (*(each for each in switches if each not in said), f"{names[0]}={path}")
    return (*words[: start + 1], *added, *words[start + 1 :])
