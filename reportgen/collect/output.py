"""Makes what a command prints fit to be shown: without secrets, and bounded."""

from __future__ import annotations

import os

from reportgen.masking import mask_secrets, mask_values, undivided

_MOST = 20_000  # characters of output that anybody reads


def masked(text: str, *, unfinished: bool) -> str:
    """Return `text` without secrets, nor the first part of one if it is unfinished."""
    text = mask_values(text, os.environ, unfinished=unfinished)
    return mask_secrets(undivided(text) if unfinished else text)


def last_line(text: str) -> str:
    """Return the last line that holds anything, of output that may go on, masked."""
    lines = masked(text, unfinished=True).splitlines()
    last = next((line for line in reversed(lines) if line.strip()), "")
    return " ".join(last.split())


def last_lines(output: str) -> str:
    """Return the end of `output`, whole lines of it where that is possible."""
    if len(output) <= _MOST:
        return output
    end = output[-_MOST:]
    _, _, lines = end.partition("\n")
    kept = lines or end
    return f"… {len(output) - len(kept)} characters before this are left out\n{kept}"
