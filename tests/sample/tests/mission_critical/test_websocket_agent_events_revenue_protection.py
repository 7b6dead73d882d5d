"""A chat shows what its agent does; without these events nobody would pay for it."""

import pytest
from netra_backend.app.websocket_core.event_monitor import EVENTS, ChatEventMonitor


@pytest.fixture
def monitor() -> ChatEventMonitor:
    """Return a monitor that has seen one complete run."""
    monitor = ChatEventMonitor()
    for event in EVENTS:
        monitor.record("run", event)
    return monitor


@pytest.mark.parametrize("event", EVENTS)
def test_missing_event_is_noticed(event: str) -> None:
    """A run that lacks one event is not complete, and the event is named."""
    monitor = ChatEventMonitor()
    for other in EVENTS:
        if other != event:
            monitor.record("run", other)
    assert monitor.missing("run") == (event,)


def test_complete_run_is_recognised(monitor: ChatEventMonitor) -> None:
    """A run that sent every event is complete."""
    assert monitor.is_complete("run")


def test_events_keep_their_order(monitor: ChatEventMonitor) -> None:
    """Events are told in the order in which they came."""
    assert monitor.events("run") == EVENTS


def test_finished_run_says_no_more(monitor: ChatEventMonitor) -> None:
    """Nothing is added to a run that is over."""
    with pytest.raises(ValueError, match="is over"):
        monitor.record("run", "tool_executing")


def test_unknown_event_is_refused(monitor: ChatEventMonitor) -> None:
    """An event that no chat knows how to show is refused."""
    with pytest.raises(ValueError, match="no event 'agent_slept'"):
        monitor.record("another run", "agent_slept")
