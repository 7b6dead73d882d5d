"""The containers that the services run in can be started."""

import subprocess

import pytest

pytestmark = pytest.mark.docker_required


def test_daemon_answers() -> None:
    """A Docker daemon is there and says its version."""
    command = ["docker", "version", "--format", "{{.Server.Version}}"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip()


def test_redis_starts() -> None:
    """The image of the event store runs."""
    command = ["docker", "run", "--rm", "redis:7", "redis-server", "--version"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("Redis server")
