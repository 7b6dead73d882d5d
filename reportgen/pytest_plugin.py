"""A pytest plugin that stamps a run's JSON report, and makes a report of a record.

It does nothing unless asked, with an option or by `reportgen collect`, and never
makes a run fail.  It is loaded in every run of pytest where reportgen is
installed: what it needs beside pytest is imported when it is asked.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import pytest

_ASKED = "REPORTGEN_STAMP"
_STAMPER = "reportgen-stamper"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer the options of reportgen."""
    group = parser.getgroup("reportgen", "evidence for completion reports")
    group.addoption(
        "--reportgen",
        metavar="NAME",
        default=None,
        help="make the report of this record when the run has ended, from its results",
    )
    group.addoption(
        "--reportgen-evidence",
        metavar="EVIDENCE",
        default=None,
        help="the evidence of the record that this run is, if its command is another",
    )
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


@pytest.hookimpl(tryfirst=True)  # pytest-json-report looks at what is asked of it
def pytest_configure(config: pytest.Config) -> None:
    """Take the stamp now, before any test can change a file."""
    # The environment asks this run, and not those that its tests begin.
    asked = os.environ.pop(_ASKED, "") == "1" or config.option.reportgen_stamp
    if hasattr(config, "workerinput"):  # a worker of xdist has one
        return
    ignored: tuple[str, ...] = ()
    if config.option.reportgen is not None:
        from reportgen.pytest_report import begin  # noqa: PLC0415  # only where asked

        ignored = begin(config, config.option.reportgen)
        asked = True
    if asked:
        config.pluginmanager.register(Stamper(config, ignored), _STAMPER)


class Stamper:
    """Adds a stamp to the report of pytest-json-report."""

    def __init__(self, config: pytest.Config, ignored: Sequence[str] = ()) -> None:
        self._config = config
        self._stamp = _stamp(config, ignored)

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


def _stamp(config: pytest.Config, ignored: Sequence[str]) -> dict[str, Any]:
    """Return the stamp of the run of `config`; what is `ignored` is never dirty."""
    import shlex  # noqa: PLC0415  # only where it is asked

    from reportgen import masking, stamp  # noqa: PLC0415  # only where it is asked

    words = ["pytest", *config.getini("addopts")]
    words += shlex.split(os.environ.get("PYTEST_ADDOPTS", ""))
    words += map(str, config.invocation_params.args)
    ignored = [*ignored, *os.environ.get(stamp.IGNORED, "").splitlines()]
    return {
        **stamp.take_stamp(config.invocation_params.dir, ignored),
        "argv": [masking.mask_secrets(word) for word in words],
        "versions": stamp.versions("pytest", "pytest-json-report"),
        "shard": config.option.reportgen_shard or os.environ.get(stamp.SHARD, ""),
    }
