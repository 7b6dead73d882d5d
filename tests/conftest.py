"""What all tests share: how long properties are tried."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "default",
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("long", settings.get_profile("default"), max_examples=3000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let people write golden files anew."""
    parser.addoption(
        "--update-golden", action="store_true", help="write golden files anew"
    )


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[Path, str], None]:
    """Compare a text with a golden file, or write that file anew."""
    update = request.config.getoption("update_golden")
    assert not (update and os.environ.get("CI")), "people update golden files, not CI"

    def compare(path: Path, text: str) -> None:
        actual = path.with_name(f"{path.stem}.actual{path.suffix}")
        actual.unlink(missing_ok=True)
        if update:
            path.write_text(text, encoding="utf-8", newline="\n")
        expected = path.read_text(encoding="utf-8") if path.exists() else ""
        if text != expected:
            actual.write_text(text, encoding="utf-8", newline="\n")
        assert text == expected

    return compare


@pytest.fixture
def tell(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Say how much a test tried: the end of the run's output repeats it."""

    def say(line: str) -> None:
        record_property("tried", line)

    return say


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests said that they tried."""
    tried = sorted(
        str(value)
        for report in terminalreporter.getreports("passed")
        for key, value in report.user_properties
        if key == "tried"
    )
    if tried:
        terminalreporter.section("tried")
        terminalreporter.write_line("\n".join(dict.fromkeys(tried)))
