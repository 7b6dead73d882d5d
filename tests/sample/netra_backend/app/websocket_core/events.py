"""Keeps an old import working: the class lives in `event_monitor`."""

import warnings

from netra_backend.app.websocket_core.event_monitor import ChatEventMonitor

warnings.warn(
    "import ChatEventMonitor from netra_backend.app.websocket_core.event_monitor",
    DeprecationWarning,
    stacklevel=2,
)

WebSocketEventManager = ChatEventMonitor
