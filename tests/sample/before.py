"""Runs pytest in the sample as it was before the work, in a copy without one module.

    python before.py RESULT [WORD...]

Gives the words to pytest, and keeps its JSON report in the file RESULT.  The exit
code is pytest's: a run that is red on purpose is a result like any other.
"""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

SAMPLE = Path(__file__).resolve().parent
ADDED = Path("netra_backend/app/websocket_core/events.py")


def main(arguments: Sequence[str]) -> int:
    """Make the result and return the exit code."""
    if not arguments:
        print(__doc__, file=sys.stderr)
        return 2
    result, *words = arguments
    report = ("--json-report", f"--json-report-file={Path(result).resolve()}")
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder) / "sample"
        shutil.copytree(SAMPLE, project, ignore=shutil.ignore_patterns("__pycache__"))
        (project / ADDED).unlink()
        done = subprocess.run(
            [sys.executable, "-m", "pytest", *report, *words], cwd=project, check=False
        )
    return done.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
