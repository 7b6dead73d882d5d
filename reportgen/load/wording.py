"""Words that messages about a person's text have in common."""

from __future__ import annotations

from collections.abc import Iterable

ENOUGH = 100  # findings; guesses take time, and nobody reads so many
_LONGEST = 60


def quoted(text: str) -> str:
    """Return `text` as a message quotes it: on one line and not too long."""
    if len(text) > _LONGEST:
        text = text[: _LONGEST - 1] + "…"
    return repr(str(text))


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the one of `known` that was probably meant by `word`, if any."""
    if not 0 < len(word) <= _LONGEST:
        return None
    folded = {name.casefold(): name for name in known}
    if word.casefold() in folded:
        return folded[word.casefold()]
    import difflib  # noqa: PLC0415  # most words are right

    near = difflib.get_close_matches(word.casefold(), folded, n=1, cutoff=0.7)
    return folded[near[0]] if near else None


def guess(word: str, known: Iterable[str], otherwise: str) -> str:
    """Return a hint: what was probably meant by `word`, or else `otherwise`."""
    near = nearest(word, tuple(known))
    return f"did you mean {near!r}?" if near else otherwise
