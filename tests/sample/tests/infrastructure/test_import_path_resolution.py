"""What the tests import is there, and what is not there is found."""

import os
import sys
from collections.abc import MutableMapping
from pathlib import Path

import pytest
from netra_backend.app.websocket_core.event_monitor import ChatEventMonitor
from test_framework.fixtures import isolated_environment
from test_framework.imports import locate, missing_imports, relative_imports

PROJECT = Path(__file__).parents[2]
EVENTS = "netra_backend.app.websocket_core.events"


def test_missing_import_is_reported() -> None:
    """An import that nobody offers is named, and one that works is not."""
    source = (
        "from netra_backend.app.websocket_core.nowhere import ChatEventMonitor\n"
        "from netra_backend.app.websocket_core.event_monitor import Nobody, EVENTS\n"
    )
    assert missing_imports(source) == [
        "netra_backend.app.websocket_core.nowhere.ChatEventMonitor",
        "netra_backend.app.websocket_core.event_monitor.Nobody",
    ]


def test_alternative_location_is_found() -> None:
    """The module that really defines a class can be named."""
    assert locate("ChatEventMonitor", PROJECT / "netra_backend") == [
        "netra_backend.app.websocket_core.event_monitor"
    ]
    assert locate("Nobody", PROJECT / "netra_backend") == []


def test_imports_of_integration_tests_resolve() -> None:
    """Everything that the integration tests of issue 1176 import is there."""
    modules = sorted((PROJECT / "tests" / "integration").glob("test_issue_1176_*.py"))
    assert modules
    for module in modules:
        assert missing_imports(module.read_text(encoding="utf-8")) == []


def test_isolated_env_leaves_no_trace(isolated_env: MutableMapping[str, str]) -> None:
    """A change to the environment is seen by the process and then undone."""
    with isolated_environment():
        os.environ["NETRA_ISOLATED"] = "inner"
    assert "NETRA_ISOLATED" not in os.environ
    isolated_env["NETRA_ISOLATED"] = "outer"
    assert os.environ["NETRA_ISOLATED"] == "outer"


def test_imports_are_absolute() -> None:
    """No module of the project is imported relatively to another."""
    sources = {
        path.relative_to(PROJECT): path.read_text(encoding="utf-8")
        for path in PROJECT.rglob("*.py")
    }
    relative = {path: relative_imports(text) for path, text in sources.items()}
    assert {path for path, modules in relative.items() if modules} == set()
    assert relative_imports("from .events import WebSocketEventManager") == [".events"]


def test_compatibility_layer_warns(
    monkeypatch: pytest.MonkeyPatch, recwarn: pytest.WarningsRecorder
) -> None:
    """The old import works, gives the real class, and says what to import instead."""
    monkeypatch.delitem(sys.modules, EVENTS, raising=False)
    # Imported here: the import itself is what is tested.
    from netra_backend.app.websocket_core.events import (  # noqa: PLC0415
        WebSocketEventManager,
    )

    assert WebSocketEventManager is ChatEventMonitor
    warning = recwarn.pop(DeprecationWarning)
    assert "import ChatEventMonitor" in str(warning.message)
    assert warning.filename == __file__
