"""What tests are made with can be imported and does what it says."""

import os
from importlib import import_module

import pytest
from test_framework.base import BaseTestCase


class TestBaseTestCase(BaseTestCase):
    """The base class gives each test an environment of its own."""

    def test_environment_can_be_changed(self) -> None:
        """A test that is written as a class may set a variable."""
        self.env["NETRA_BASE"] = "set"
        assert os.environ["NETRA_BASE"] == "set"

    def test_environment_is_put_back(self) -> None:
        """When a test is over, its variables are gone."""
        test = TestBaseTestCase("test_environment_can_be_changed")
        assert test.run().wasSuccessful()
        assert "NETRA_BASE" not in os.environ


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("base", "BaseTestCase"),
        ("fixtures", "isolated_env"),
        ("imports", "missing_imports"),
        ("staging", "deprecated_hosts"),
    ],
)
def test_module_offers_its_utility(module: str, name: str) -> None:
    """Each module of the framework imports without an error and holds its utility."""
    assert hasattr(import_module(f"test_framework.{module}"), name)
