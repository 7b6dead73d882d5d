"""Fixtures that every test may use."""

import os
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from unittest import mock

import pytest


@contextmanager
def isolated_environment() -> Iterator[MutableMapping[str, str]]:
    """Give out the process's environment, and put it back as it was."""
    with mock.patch.dict(os.environ):
        yield os.environ


@pytest.fixture
def isolated_env() -> Iterator[MutableMapping[str, str]]:
    """Let a test change environment variables without leaving a trace."""
    with isolated_environment() as environment:
        yield environment
