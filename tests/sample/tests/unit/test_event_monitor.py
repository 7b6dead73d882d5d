"""A monitor keeps the events of each run apart."""

import pytest
from netra_backend.app.websocket_core.event_monitor import EVENTS, ChatEventMonitor


def test_unknown_run_lacks_everything() -> None:
    """A run that nobody has heard of misses every event."""
    assert ChatEventMonitor().missing("nobody's") == EVENTS


def test_refused_event_is_not_kept() -> None:
    """An event that was refused does not turn up later."""
    monitor = ChatEventMonitor()
    with pytest.raises(ValueError, match="no event"):
        monitor.record("run", "agent_slept")
    assert monitor.events("run") == ()


def test_runs_are_kept_apart() -> None:
    """What one run sends is not seen in another."""
    monitor = ChatEventMonitor()
    monitor.record("first", "agent_started")
    monitor.record("second", "agent_thinking")
    assert monitor.events("first") == ("agent_started",)


def test_event_may_come_twice() -> None:
    """An agent may use several tools in one run."""
    monitor = ChatEventMonitor()
    for _ in range(2):
        monitor.record("run", "tool_executing")
    assert monitor.events("run") == ("tool_executing", "tool_executing")
