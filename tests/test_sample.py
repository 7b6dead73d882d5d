"""The evidence of the showcase record is what the sample's tests give today."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

PROJECT = Path(__file__).parents[1]
RESULTS = PROJECT / "data" / "issue-1197" / "results"


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the results of running the sample's tests now."""
    folder = tmp_path_factory.mktemp("results")
    collect = PROJECT / "tests" / "sample" / "collect.py"
    subprocess.run([sys.executable, collect, folder], check=True, capture_output=True)
    return folder


def test_fresh_runs_agree_with_the_kept_ones(fresh: Path) -> None:
    """The sample gives the results that the record speaks of, the times aside."""
    assert _contents(fresh) == _contents(RESULTS)


def _contents(folder: Path) -> dict[str, Any]:
    return {path.name: _content(path) for path in folder.glob("*.json")}


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
