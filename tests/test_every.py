"""`build --all` makes again what may differ, and nothing else."""

import json
import os
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from repositories import GIT, git

from reportgen import processes
from reportgen.__main__ import main
from reportgen.model import ExitCode
from reportgen.private import private_folder

RECORD = """\
title: Package {name}
evidence:
  tests: {{pytest: [tests.json, "more-*.json"]}}
tasks:
  - id: all
    title: Everything passes
    done: true
    acceptance:
      - {{tests: unit/}}
      - {{file: shop.py, contains: "def sell"}}
"""


def results(*names: str) -> str:
    """Return a result file of tests that passed."""
    phase = {"duration": 0.1, "outcome": "passed"}
    tests = [
        {"nodeid": f"unit/test_it.py::{name}", "lineno": 1, "outcome": "passed"}
        | {"keywords": [name], "setup": phase, "call": phase, "teardown": phase}
        for name in names
    ]
    summary = {"total": len(tests), "collected": len(tests), "passed": len(tests)}
    head = {"created": 1_790_000_000.0, "exitcode": 0, "root": "/r"}
    return json.dumps(head | {"summary": summary, "tests": tests})


def put(path: Path, text: str) -> None:
    """Write `text` into `path`, and make its folder if there is none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Go to a project of three records, whose user has a cache of their own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    private_folder.cache_clear()
    root = tmp_path / "project"
    for name in ("a", "b", "c"):
        put(root / "data" / name / "record.yaml", RECORD.format(name=name))
        put(root / "data" / name / "tests.json", results("test_one"))
        put(root / "data" / name / "more-0.json", results("test_more"))
    put(root / "shop.py", "def sell(): ...\n")
    put(root / "reportgen.toml", 'data = "data"\n')
    monkeypatch.chdir(root)
    yield root
    private_folder.cache_clear()


Build = Callable[[], tuple[set[str], int]]


@pytest.fixture
def build(capsys: pytest.CaptureFixture[str]) -> Build:
    """Return what builds all, and says what it wrote, and its exit code."""

    def run() -> tuple[set[str], int]:
        code = main(["build", "--all"])
        shown = capsys.readouterr().err
        return set(re.findall(r"wrote reports/(\w+)\.md", shown)), code

    return run


def reports(root: Path) -> dict[str, bytes]:
    """Return every report by name."""
    return {path.name: path.read_bytes() for path in (root / "reports").iterdir()}


def test_nothing_changed(
    project: Path, build: Build, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is written is not written again, and all that was said is said again."""
    put(project / "data" / "b" / "tests.json", "{")
    assert main(["build", "--all"]) == ExitCode.CLAIMS_EXCEED_EVIDENCE
    first = capsys.readouterr().err
    assert main(["build", "--all"]) == ExitCode.CLAIMS_EXCEED_EVIDENCE
    assert capsys.readouterr().err == first.replace(
        "wrote reports", "unchanged: reports"
    )
    assert build() == (set(), ExitCode.CLAIMS_EXCEED_EVIDENCE)


def _record(root: Path) -> None:
    path = root / "data" / "b" / "record.yaml"
    path.write_text(
        path.read_text(encoding="utf-8") + "scope: more\n", encoding="utf-8"
    )


def _same_size_and_time(root: Path) -> None:
    path = root / "data" / "b" / "tests.json"
    before = path.stat()
    put(path, results("test_two"))
    assert path.stat().st_size == before.st_size
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


CHANGES: dict[str, tuple[Callable[[Path], None], set[str]]] = {
    "record": (_record, {"b"}),
    "evidence": (_same_size_and_time, {"b"}),
    "glob": (lambda root: put(root / "data/b/more-1.json", results("test_x")), {"b"}),
    "stamp": (lambda root: put(root / "data/b/tests.json.stamp.json", "{}"), {"b"}),
    "evidence-gone": (lambda root: (root / "data/b/tests.json").unlink(), {"b"}),
    "report-edited": (lambda root: put(root / "reports/b.md", "all is well"), {"b"}),
    "report-gone": (lambda root: (root / "reports/b.md").unlink(), {"b"}),
    "file": (lambda root: put(root / "shop.py", "pass\n"), {"a", "b", "c"}),
    "template": (
        lambda root: put(root / "templates/report.md.j2", "# {{ record.title }}\n"),
        {"a", "b", "c"},
    ),
    "settings": (
        lambda root: put(root / "reportgen.toml", "hours_a_day = 7\n"),
        {"a", "b", "c"},
    ),
    "new-record": (
        lambda root: put(root / "data/d/record.yaml", "title: D\n"),
        {"d"},
    ),
    "touched": (lambda root: (root / "data/b/record.yaml").touch(), set()),
}


@pytest.mark.parametrize(("change", "written"), CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("in_git", [False, True], ids=["plain", "git"])
def test_what_changed_is_made_again(
    project: Path,
    build: Build,
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[Path], None],
    written: set[str],
    *,
    in_git: bool,
) -> None:
    """After any change, all reports are what they would be if made from nothing."""
    if in_git:
        for name, value in GIT.items():
            monkeypatch.setenv(name, value)
        put(project / ".gitignore", "/reports/\n")
        git(project, "init", "-q")
        git(project, "add", ".")
        git(project, "commit", "-qm", "all")
    build()
    change(project)
    before = reports(project)
    found, code = build()
    after = reports(project)
    assert {name for name in after if before.get(name) != after[name]} <= {
        f"{name}.md" for name in found
    }
    # In git, what is work makes evidence stale that no report was made of.
    assert written <= found if in_git else written == found
    for path in (project.parent / "cache" / "reportgen").glob("built-*"):
        path.unlink()
    assert build()[1] == code
    assert reports(project) == after


def test_work_in_git_makes_evidence_stale(
    project: Path, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A change of the work that no record names makes its reports anew, and stale."""
    for name, value in GIT.items():
        monkeypatch.setenv(name, value)
    put(project / ".gitignore", "/reports/\n")
    now = time.time() + 1
    for name in ("a", "b", "c"):
        for path in (project / "data" / name).glob("*.json"):
            put(path, results(path.stem).replace("1790000000.0", str(now)))
    git(project, "init", "-q")
    git(project, "add", ".")
    git(project, "commit", "-qm", "all")
    assert build() == ({"a", "b", "c"}, ExitCode.OK)
    assert build() == (set(), ExitCode.OK)
    put(project / "basket.py", "new = True\n")
    os.utime(project / "basket.py", (now + 1, now + 1))
    assert build() == ({"a", "b", "c"}, ExitCode.CLAIMS_EXCEED_EVIDENCE)


@pytest.mark.parametrize(
    "content", ["", "{", '{"made_by": 1}'], ids=["empty", "cut", "odd"]
)
def test_memory_that_is_damaged_is_no_matter(
    project: Path, build: Build, content: str
) -> None:
    """Whatever became of the memory, reports are right."""
    build()
    (memory,) = (project.parent / "cache" / "reportgen").glob("built-*")
    memory.write_text(content, encoding="utf-8")
    put(project / "reports" / "a.md", "edited")
    assert build() == ({"a"}, ExitCode.OK)


def test_a_link_that_dies_is_noticed(project: Path, build: Build) -> None:
    """A report is checked again when a file is gone that it links to."""
    path = project / "data" / "a" / "record.yaml"
    body = 'sections: [{title: More, body: "see [notes](../notes.md)"}]\n'
    path.write_text(path.read_text(encoding="utf-8") + body, encoding="utf-8")
    put(project / "notes.md", "notes\n")
    assert build()[1] == ExitCode.OK
    (project / "notes.md").unlink()
    assert build()[1] == ExitCode.CLAIMS_EXCEED_EVIDENCE


def test_what_time_can_change_is_always_made(
    project: Path, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Evidence that grows too old is found too old, although no file changed."""
    text = RECORD.format(name="a") + "max_age: 100000 days\n"
    put(project / "data" / "a" / "record.yaml", text)
    assert build()[1] == ExitCode.OK
    monkeypatch.setattr("time.time", lambda: 1_790_000_000.0 + 100_001 * 86_400)
    assert build() == ({"a"}, ExitCode.CLAIMS_EXCEED_EVIDENCE)


def test_one_mistake_and_nothing_is_written(project: Path, build: Build) -> None:
    """If one record cannot be used, no report is written."""
    put(project / "data" / "b" / "record.yaml", "titel: B\n")
    assert build() == (set(), ExitCode.UNUSABLE)
    assert not (project / "reports").exists()


def test_one_report_that_cannot_be_made(project: Path, build: Build) -> None:
    """If one record's expressions give nothing, the other reports are written."""
    put(project / "data" / "b" / "record.yaml", 'title: "{{ nothing }}"\n')
    assert build() == ({"a", "c"}, ExitCode.UNUSABLE)


def test_several_processes_write_the_same(
    project: Path, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many processes there are, the reports and what is said are the same."""
    for number in range(60):
        home = project / "data" / f"n{number:02}"
        put(home / "record.yaml", RECORD.format(name=number))
        put(home / "tests.json", results(f"test_{number}"))
        put(home / "more-0.json", results("test_more"))
    monkeypatch.setattr(processes.os, "cpu_count", lambda: 3)
    written, code = build()
    assert len(written) == 63
    together = reports(project)
    for path in (project.parent / "cache" / "reportgen").glob("built-*"):
        path.unlink()
    for path in (project / "reports").iterdir():
        path.unlink()
    monkeypatch.setattr(processes.os, "cpu_count", lambda: 1)
    assert build() == (written, code)
    assert reports(project) == together
