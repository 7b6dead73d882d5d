"""No event is lost or told twice when many threads speak at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from netra_backend.app.websocket_core.event_monitor import EVENTS, ChatEventMonitor
from netra_backend.app.websocket_core.events import WebSocketEventManager

THREADS = 8


def at_once(work: Callable[[int], object]) -> list[object]:
    """Call `work` in all threads at the same moment, and return what they gave."""
    barrier = Barrier(THREADS)

    def wait_and_work(number: int) -> object:
        barrier.wait(timeout=10)
        return work(number)

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(wait_and_work, range(THREADS)))


def test_old_name_gives_the_real_monitor() -> None:
    """Code that uses the old name works with the one real class."""
    assert type(WebSocketEventManager()) is ChatEventMonitor


def test_concurrent_users_do_not_mix() -> None:
    """Each user sees the own events only, all of them and in order."""
    manager = WebSocketEventManager()

    def chat(user: int) -> None:
        for event in EVENTS:
            manager.record(f"user-{user}", event)

    at_once(chat)
    assert {manager.events(f"user-{user}") for user in range(THREADS)} == {EVENTS}


def test_one_run_keeps_what_all_threads_send() -> None:
    """Events of one run that come from several threads are all kept."""
    manager = WebSocketEventManager()

    def use_tools(_: int) -> None:
        for _ in range(100):
            manager.record("run", "tool_executing")

    at_once(use_tools)
    assert len(manager.events("run")) == THREADS * 100


def test_run_completes_once() -> None:
    """Of several threads that complete a run, exactly one is heard."""
    manager = WebSocketEventManager()

    def complete(_: int) -> bool:
        try:
            manager.record("run", "agent_completed")
        except ValueError:
            return False
        return True

    assert at_once(complete).count(True) == 1
    assert manager.events("run") == ("agent_completed",)
