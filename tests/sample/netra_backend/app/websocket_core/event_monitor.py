"""Watches the events that an agent sends while it answers a chat."""

from collections import defaultdict
from threading import Lock

EVENTS = (
    "agent_started",
    "agent_thinking",
    "tool_executing",
    "tool_completed",
    "agent_completed",
)


class ChatEventMonitor:
    """Keeps the events of each run in order, and says which are missing.

    Many threads may use one monitor.
    """

    def __init__(self) -> None:
        self._events: defaultdict[str, list[str]] = defaultdict(list)
        self._lock = Lock()

    def record(self, run: str, event: str) -> None:
        """Add `event` to `run`; an unknown event or a finished run is refused."""
        if event not in EVENTS:
            raise ValueError(f"no event {event!r}")
        with self._lock:
            events = self._events[run]
            if EVENTS[-1] in events:
                raise ValueError(f"run {run!r} is over")
            events.append(event)

    def events(self, run: str) -> tuple[str, ...]:
        """Return the events of `run`, in the order in which they came."""
        return tuple(self._events.get(run, ()))

    def missing(self, run: str) -> tuple[str, ...]:
        """Return the events that `run` still lacks."""
        return tuple(event for event in EVENTS if event not in self.events(run))

    def is_complete(self, run: str) -> bool:
        """Say whether `run` has sent every event."""
        return not self.missing(run)
