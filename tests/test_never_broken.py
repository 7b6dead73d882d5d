"""Whatever happens to a build, reports are whole and nothing is left lying about."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

TOOL = Path(__file__).parent / "tools" / "kill.py"
ROOT = Path(__file__).parents[1]
RECORD = """\
title: Session store
evidence:
  tests: {pytest: tests.json}
tasks:
  - {id: all, title: Everything passes, done: true, acceptance: [{tests: unit/}]}
"""


def _command(*words: str | Path) -> list[str]:
    return [sys.executable, "-m", "reportgen", *map(str, words)]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a project of one record, whose evidence is missing."""
    home = tmp_path / "project" / "data" / "shop"
    home.mkdir(parents=True)
    (home / "record.yaml").write_text(RECORD, encoding="utf-8")
    return tmp_path / "project"


@pytest.mark.parametrize(
    "words", [("30", "--forked"), ("4",), ("8", "--interrupt")], ids=" ".join
)
def test_killed_at_any_moment(words: tuple[str, ...]) -> None:
    """The old report stands or the new one, and nothing else is there.

    By hand, the same tool is run 10,000 times.
    """
    done = subprocess.run(
        [sys.executable, TOOL, *words],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "killed" in done.stdout


def test_two_builds_at_once(project: Path) -> None:
    """Builds of the same report at the same time all end well, and leave one file."""
    builds = [
        subprocess.Popen(_command("build", "shop"), cwd=project, stderr=subprocess.PIPE)
        for _ in range(3)
    ]
    said = [build.communicate()[1].decode() for build in builds]
    assert [build.returncode for build in builds] == [1, 1, 1]
    assert not any("Traceback" in each for each in said)
    assert os.listdir(project / "reports") == ["shop.md"]  # noqa: PTH208  # hidden ones too


def test_a_clock_that_was_set_back(project: Path) -> None:
    """A report from the future is replaced like any other."""
    report = project / "reports" / "shop.md"
    report.parent.mkdir()
    report.write_text("from the future", encoding="utf-8")
    os.utime(report, (4_000_000_000, 4_000_000_000))
    subprocess.run(_command("build", "--all"), cwd=project, check=False)
    assert "Session store" in report.read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", ["folder", "file in the way", "link to itself"])
def test_a_target_that_cannot_be_written(project: Path, kind: str) -> None:
    """One line says what is in the way; exit code 2, and nothing else changes."""
    target = project / "target"
    if kind == "folder":
        target.mkdir()
    elif kind == "link to itself":
        target.symlink_to(target)
    else:
        target.write_text("mine", encoding="utf-8")
        target /= "report.md"
    before = sorted(project.rglob("*"))
    done = subprocess.run(
        _command("build", "shop", "-o", target),
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "[write-failed]" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert sorted(project.rglob("*")) == before


@pytest.mark.parametrize("through", ["file", "folder", "dots"])
def test_evidence_cannot_lead_out_of_the_project(project: Path, through: str) -> None:
    """No link and no path makes a report of files that lie elsewhere."""
    secret = project.parent / "secrets" / "tests.json"
    secret.parent.mkdir()
    secret.write_text('{"exitcode": 0, "summary": {"passed": 4711}}', encoding="utf-8")
    home = project / "data" / "shop"
    name = "tests.json"
    if through == "file":
        (home / name).symlink_to(secret)
    elif through == "folder":
        (home / "results").symlink_to(secret.parent)
        name = "results/tests.json"
    else:
        name = "../../../secrets/tests.json"
    text = RECORD.replace("tests.json", name)
    (home / "record.yaml").write_text(text, encoding="utf-8")
    done = subprocess.run(
        _command("build", "shop", "-o", "-"),
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "[evidence-outside]" in done.stderr
    assert "4711" not in done.stdout
    assert "4,711" not in done.stdout
