"""A pytest plugin that says, in a run's JSON report, which commit was tested and how.

It does nothing unless asked, with `--reportgen-stamp` or by `reportgen collect`, and
never makes a run fail.  It is loaded in every run of pytest where reportgen is
installed: what it needs beside pytest is imported when it is asked.
"""

from __future__ import annotations

import os
from typing import Any

import pytest

_ASKED = "REPORTGEN_STAMP"
_STAMPER = "reportgen-stamper"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer the options of reportgen."""
    group = parser.getgroup("reportgen", "evidence for completion reports")
    group.addoption(
        "--reportgen-stamp",
        action="store_true",
        help="add commit, dirty files, arguments and versions to the JSON report",
    )
    group.addoption(
        "--reportgen-shard",
        metavar="NAME",
        default=None,
        help="name of this run among several that are one source of evidence",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Take the stamp now, before any test can change a file."""
    # The environment asks this run, and not those that its tests begin.
    asked = os.environ.pop(_ASKED, "") == "1" or config.option.reportgen_stamp
    if asked and not hasattr(config, "workerinput"):  # a worker of xdist has one
        config.pluginmanager.register(Stamper(config), _STAMPER)


class Stamper:
    """Adds a stamp to the report of pytest-json-report."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._stamp = _stamp(config)

    def pytest_report_header(self) -> str | None:
        """Say so if there will be nothing that could be stamped."""
        option = self._config.option
        if option.reportgen_stamp and not getattr(option, "json_report", False):
            return "reportgen: nothing to stamp without --json-report"
        return None

    @pytest.hookimpl(optionalhook=True)
    def pytest_json_modifyreport(self, json_report: dict[str, Any]) -> None:
        """Add the stamp to the report."""
        json_report["reportgen"] = self._stamp


def _stamp(config: pytest.Config) -> dict[str, Any]:
    """Return the stamp of the run of `config`."""
    from reportgen import masking, stamp  # noqa: PLC0415  # only where it is asked

    words = ["pytest", *map(str, config.invocation_params.args)]
    ignored = os.environ.get(stamp.IGNORED, "").splitlines()
    return {
        **stamp.take_stamp(config.invocation_params.dir, ignored),
        "argv": [masking.mask_secrets(word)[0] for word in words],
        "versions": stamp.versions("pytest", "pytest-json-report"),
        "shard": config.option.reportgen_shard or os.environ.get(stamp.SHARD, ""),
    }
