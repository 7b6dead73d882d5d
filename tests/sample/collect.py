"""Runs the sample's tests and keeps what pytest-json-report writes of each run.

    python tests/sample/collect.py FOLDER [NAME...]

Writes FOLDER/NAME.json for each named run, or for all.  Runs that are red on
purpose are kept like the others; only a run without a result is a failure.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

SAMPLE = Path(__file__).resolve().parent
ADDED = Path("netra_backend/app/websocket_core/events.py")

IMPORTS = "tests/infrastructure/test_import_path_resolution.py"
STAGING = "tests/infrastructure/test_staging_configuration_alignment.py"
INTEGRATION = (
    "tests/integration/test_issue_1176_golden_path_websocket_race_conditions.py"
)
MISSION_CRITICAL = (
    "tests/mission_critical/test_websocket_agent_events_revenue_protection.py"
)

BEFORE = {
    "before": ["--collect-only", INTEGRATION],
    "imports_before": [IMPORTS],
}
AFTER = {
    "imports": [IMPORTS],
    "staging": [STAGING],
    "mission_critical": [MISSION_CRITICAL, "--collect-only"],
    "integration": [INTEGRATION],
    "unit": ["tests/unit/", "-m", "not docker_required", "--tb=short"],
}

# Only these, whatever else is installed: a plugin that shuffles or distributes
# tests would give other results on other machines.
PLUGINS = ["pytest_metadata.plugin", "pytest_jsonreport.plugin"]


def main(arguments: Sequence[str]) -> int:
    """Make the named results and return the exit code."""
    if not arguments or not set(arguments[1:]) <= BEFORE.keys() | AFTER.keys():
        print(__doc__, "NAME is one of:", *BEFORE, *AFTER, file=sys.stderr)
        return 2
    folder = Path(arguments[0]).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    names = arguments[1:] or [*BEFORE, *AFTER]
    with tempfile.TemporaryDirectory() as temporary:
        before = project_before(Path(temporary))
        written = [
            collect(name, before if name in BEFORE else SAMPLE, folder)
            for name in names
        ]
    return 0 if all(written) else 1


def project_before(folder: Path) -> Path:
    """Copy the sample into `folder`, without the module that the work added."""
    project = folder / "sample"
    shutil.copytree(SAMPLE, project)
    (project / ADDED).unlink()
    return project


def collect(name: str, project: Path, folder: Path) -> bool:
    """Run one set of tests in `project`, and say whether it left a result."""
    result = folder / f"{name}.json"
    result.unlink(missing_ok=True)  # or a crash would leave yesterday's result
    plugins = [word for plugin in PLUGINS for word in ("-p", plugin)]
    tests = (BEFORE | AFTER)[name]
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", *tests, *plugins),
            *("-p", "no:cacheprovider", "--color=no", "-q"),
            *("--json-report", f"--json-report-file={result}"),
        ],
        cwd=project,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if not result.is_file():
        print(f"{name}: no result\n{done.stdout}", file=sys.stderr)
        return False
    print(f"{name}: exit code {done.returncode}, {done.stdout.splitlines()[-1]}")
    return True


def environment() -> dict[str, str]:
    """Return the process's environment without what would change the runs."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("PYTEST_") and name != "PYTHONWARNINGS"
    }
    return inherited | {
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
