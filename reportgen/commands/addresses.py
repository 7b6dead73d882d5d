"""Says where on the web the issues are that a record names."""

from __future__ import annotations

import os

from reportgen.load.config import Config
from reportgen.model import Record
from reportgen.render.links import issue_url


def issue_address(reference: str, record: Record, config: Config) -> str:
    """Return the address of the issue that `record` calls `reference`; "" if unknown.

    A number is one of its repository, or of the one whose runner we are on.
    """
    repository = record.repository or config.repository or _of_runner()
    return issue_url(reference, repository)


def _of_runner() -> str | None:
    server = os.environ.get("GITHUB_SERVER_URL")
    name = os.environ.get("GITHUB_REPOSITORY")
    return f"{server}/{name}" if server and name else os.environ.get("CI_PROJECT_URL")
