"""The evidence of the showcase record is what the sample's tests give today."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from reportgen.stamp import SUFFIX

PROJECT = Path(__file__).parents[1]
_OF_ONE_RUN = re.compile(r"\d+\.\d\d s|\d{4}-\d\d-\d\d \d\d:\d\d UTC|`[0-9a-f]{12}`")
RESULTS = PROJECT / "data" / "issue-1197" / "results"


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the results of running the sample's tests now."""
    copy = tmp_path_factory.mktemp("project")
    for folder in ("data/issue-1197", "tests/sample"):
        ignored = shutil.ignore_patterns("__pycache__", "results")
        shutil.copytree(PROJECT / folder, copy / folder, ignore=ignored)
    before = ("--only", "before", "--only", "imports_before")
    for words in ((), before):
        subprocess.run(
            [sys.executable, "-m", "reportgen", "collect", "issue-1197", *words],
            cwd=copy,
            env=_environment(),
            check=True,
        )
    return copy / "data" / "issue-1197" / "results"


def test_fresh_runs_agree_with_the_kept_ones(fresh: Path) -> None:
    """The sample gives the results that the record speaks of, the times aside."""
    assert _contents(fresh) == _contents(RESULTS)


def test_fresh_runs_give_the_same_report(fresh: Path, tmp_path: Path) -> None:
    """The report of the showcase follows from its tests, but for the times."""
    for folder in ("data/issue-1197", "tests/sample"):
        shutil.copytree(PROJECT / folder, tmp_path / folder)
    kept, made = _report(tmp_path), _report(fresh.parents[2])
    assert "6 of 6 tests passed" in kept
    assert made == kept


def _report(folder: Path) -> str:
    """Return the report of the record in `folder`, without times and hashes."""
    subprocess.run(
        [sys.executable, "-m", "reportgen", "build", "issue-1197"],
        cwd=folder,
        env=_environment(),
        check=True,
    )
    text = (folder / "reports" / "issue-1197.md").read_text(encoding="utf-8")
    return _OF_ONE_RUN.sub("", text.rpartition("<!-- reportgen")[0])


def _environment() -> dict[str, str]:
    # Only these plugins, whatever else is installed: one that shuffles or distributes
    # tests would give other results on other machines.
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
    return inherited | {
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTEST_PLUGINS": "pytest_metadata.plugin,pytest_jsonreport.plugin",
        "PYTHONPATH": str(PROJECT),
        "PYTHONWARNINGS": "",
    }


def _contents(folder: Path) -> dict[str, Any]:
    results = (p for p in folder.glob("*.json") if not p.name.endswith(SUFFIX))
    return {path.name: _content(path) for path in results}


def _content(path: Path) -> dict[str, Any]:
    run = json.loads(path.read_text(encoding="utf-8"))
    return {
        "exitcode": run["exitcode"],
        "summary": run["summary"],
        "collectors": {
            (node["nodeid"], node["outcome"], _last_line(node.get("longrepr", "")))
            for node in run["collectors"]
        },
        "collected": {
            item["nodeid"] for node in run["collectors"] for item in node["result"]
        },
        "tests": {test["nodeid"]: test["outcome"] for test in run["tests"]},
    }


def _last_line(text: str) -> str:
    # The lines above it name the folder of the run.
    return text.rpartition("\n")[2]
