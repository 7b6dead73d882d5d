"""`python -m benchmarks`: measure, compare with the baseline, and show a table."""

from __future__ import annotations

import argparse
import datetime as dt
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.measure import ROOT
from benchmarks.suite import FULL, SMOKE, figures
from benchmarks.table import baseline, keep, met, put_into, table


def main() -> int:
    """Measure, and return 1 if a goal was missed; a smoke test has none."""
    arguments = _parser().parse_args()
    size = SMOKE if arguments.smoke else FULL
    measured = []
    with _folder(arguments.folder) as work:
        for figure in figures(work, size):
            print(f"{figure.name}: {figure.value:.2f} {figure.unit}", file=sys.stderr)
            measured.append(figure)
    if arguments.smoke:
        print(f"{len(measured)} figures could be measured")
        return 0
    text = table(measured, baseline())
    print(text, end="")
    day = dt.datetime.now(tz=dt.UTC).date().isoformat()
    print(keep(measured, day, as_baseline=arguments.baseline), file=sys.stderr)
    if arguments.readme:
        put_into(ROOT / "README.md", text)
    return int(not all(map(met, measured)))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="small files, one round")
    parser.add_argument(
        "--baseline", action="store_true", help="keep the figures as the baseline"
    )
    parser.add_argument(
        "--readme", action="store_true", help="put the table into README.md"
    )
    parser.add_argument(
        "--folder",
        type=Path,
        help="an empty folder for 2 GB, instead of a temporary one",
    )
    return parser


@contextmanager
def _folder(given: Path | None) -> Iterator[Path]:
    if given is not None:
        yield given.resolve()
        return
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


if __name__ == "__main__":
    sys.exit(main())
