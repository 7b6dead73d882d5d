"""Spreads work over several processes, none of which outlives its work."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

R = TypeVar("R")

_LEAST = 20  # pieces of work for a process: fewer are done before it has begun


def spread(do: Callable[[int], R], number: int) -> Iterator[tuple[int, R]]:
    """Yield what `do` returns of each number below `number`, as soon as it does.

    What it returns goes from process to process, so that it must be a plain value.
    """
    several = min(os.cpu_count() or 1, number // _LEAST)
    if several > 1 and hasattr(os, "fork"):
        yield from _spread(do, number, several)
    else:
        yield from ((at, do(at)) for at in range(number))


def _spread(
    do: Callable[[int], R], number: int, several: int
) -> Iterator[tuple[int, R]]:
    import multiprocessing  # noqa: PLC0415  # only for many

    context = multiprocessing.get_context("fork")
    pipes: list[Connection] = []
    processes = []
    # Whoever presses Ctrl-C speaks to this process, which ends the others: they are
    # born deaf to it, and this one hears in a moment what was said meanwhile.
    heard = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        for first in range(several):
            ours, theirs = context.Pipe(duplex=False)
            numbers = range(first, number, several)
            process = context.Process(target=_work, args=(do, numbers, theirs))
            process.start()
            theirs.close()
            pipes.append(ours)
            processes.append(process)
        signal.pthread_sigmask(signal.SIG_SETMASK, heard)
        yield from _collect(pipes, number)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, heard)
        for process in processes:
            process.terminate()
            process.join()


def _work(do: Callable[[int], Any], numbers: range, out: Connection) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    with suppress(BrokenPipeError):  # nobody waits for it any more
        for at in numbers:
            out.send((at, do(at)))


def _collect(pipes: list[Connection], number: int) -> Iterator[tuple[int, Any]]:
    from multiprocessing.connection import Connection, wait  # noqa: PLC0415  # likewise

    left = number
    while left:
        for pipe in wait(pipes):
            assert isinstance(pipe, Connection)  # noqa: S101  # they are no sockets
            try:
                answer = pipe.recv()
            except EOFError:
                pipes.remove(pipe)
                continue
            left -= 1
            yield answer
        if not pipes and left:
            raise RuntimeError("a process ended before its work did")
