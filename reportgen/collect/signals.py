"""Lets a signal mean something else for a while."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def handled(
    number: signal.Signals, by: Callable[..., object] | signal.Handlers
) -> Iterator[None]:
    """Let `by` handle the signal `number`; only a main thread may ask for that."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    former = signal.signal(number, by)
    try:
        yield
    finally:
        signal.signal(number, former)


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Let Ctrl-C wait until the end of what must not be cut in two."""
    came: list[object] = []
    with (
        handled(signal.SIGINT, lambda *_: came.append(signal.SIGINT)),
        handled(signal.SIGTERM, lambda *_: came.append(signal.SIGTERM)),
    ):
        yield
    if came:
        raise KeyboardInterrupt
