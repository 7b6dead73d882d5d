"""What all tests of the sample share."""

from pathlib import Path
from typing import Any

import pytest
import yaml

pytest_plugins = ["test_framework.fixtures"]

CONFIGURATIONS = Path(__file__).parent / "config"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the environment be chosen whose configuration is tested."""
    parser.addoption(
        "--environment",
        default="staging",
        choices=sorted(path.stem for path in CONFIGURATIONS.glob("*.yaml")),
        help="the environment whose configuration is tested",
    )


@pytest.fixture
def configuration(pytestconfig: pytest.Config) -> dict[str, Any]:
    """Return the configuration of the chosen environment."""
    path = CONFIGURATIONS / f"{pytestconfig.getoption('environment')}.yaml"
    return yaml.safe_load(path.read_text(encoding="utf-8"))
