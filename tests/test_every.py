"""`build --all` makes again what may differ, and nothing else."""

import io
import json
import os
import re
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, cast

import pytest
from repositories import GIT, git

from reportgen import again, cli, kept, pipeline, processes
from reportgen.__main__ import main
from reportgen.model import ExitCode
from reportgen.private import private_folder
from reportgen.records import Source

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
        text = RECORD.format(name=name)
        if name != "a":
            text = text.replace("tests.json,", "tests.json, ../shared.json,")
        put(root / "data" / name / "record.yaml", text)
        put(root / "data" / name / "tests.json", results("test_one"))
        put(root / "data" / name / "more-0.json", results("test_more"))
    put(root / "data" / "shared.json", results("test_shared"))
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
    "record-gone": (lambda root: (root / "data/b/record.yaml").unlink(), set()),
    "shared": (
        lambda root: put(root / "data/shared.json", results("test_y")),
        {"b", "c"},
    ),
    "twin": (lambda root: put(root / "data/b.yaml", "title: B\n"), set()),
    "work-gone": (lambda root: (root / "shop.py").unlink(), {"a", "b", "c"}),
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


def commit_all(project: Path, monkeypatch: pytest.MonkeyPatch) -> float:
    """Put the project into git, its results a second later; return that moment."""
    for name, value in GIT.items():
        monkeypatch.setenv(name, value)
    put(project / ".gitignore", "/reports/\n")
    now = time.time() + 1
    for path in (project / "data").rglob("*.json"):
        put(path, results(path.stem).replace("1790000000.0", str(now)))
    git(project, "init", "-q")
    git(project, "add", ".")
    git(project, "commit", "-qm", "all")
    return now


def test_work_in_git_makes_evidence_stale(
    project: Path, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A change of the work that no record names makes its reports anew, and stale."""
    now = commit_all(project, monkeypatch)
    assert build() == ({"a", "b", "c"}, ExitCode.OK)
    assert build() == (set(), ExitCode.OK)
    git(project, "add", ".")
    git(project, "status")
    assert build() == (set(), ExitCode.OK)
    put(project / "basket.py", "new = True\n")
    os.utime(project / "basket.py", (now + 1, now + 1))
    assert build() == ({"a", "b", "c"}, ExitCode.CLAIMS_EXCEED_EVIDENCE)


def edit_submodule(root: Path) -> None:
    """Change a file in a repository within this one."""
    put(root / "library" / "inner" / "part.py", "two\n")


UNSEEN: dict[str, Callable[[Path], object]] = {
    "submodule": edit_submodule,
    "no-longer-tracked": lambda root: git(root, "rm", "-q", "--cached", "work.py"),
    "conftest-beside-a-record": lambda root: put(root / "data/unit/conftest.py", "2\n"),
    "mode-matters": lambda root: git(root, "config", "core.fileMode", "true"),
    "ignored-but-stamped": lambda root: put(root / "work.log", "two\n"),
    "commit-gone": lambda root: git(root, "prune", "--expire=now"),
}


@pytest.mark.parametrize("change", UNSEEN.values(), ids=UNSEEN)
def test_what_git_alone_knows_makes_evidence_stale(
    project: Path,
    build: Build,
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[Path], object],
) -> None:
    """Work may be another although nobody wrote to a file that git lists."""
    for name, value in GIT.items():
        monkeypatch.setenv(name, value)
    within = [project / "library"] if change is edit_submodule else []
    for folder in (*within, project):
        put(folder / ".gitignore", "/reports/\n*.stamp.json\n*.log\n")
        put(folder / "work.log", "one\n")
        put(folder / "inner" / "part.py", "one\n")
        put(folder / "work.py", "one\n")
        put(folder / "data" / "unit" / "conftest.py", "1\n")
        git(folder, "init", "-q")
        git(folder, "-c", "advice.addEmbeddedRepo=false", "add", ".")
        git(folder, "commit", "-qm", "all")
    git(project, "config", "core.fileMode", "false")
    (project / "work.py").chmod(0o755)
    for path in (project / "data").glob("*/record.yaml"):
        text = path.read_text(encoding="utf-8")
        put(path, text.replace("tests: unit/", "tests: unit/test_it.py"))
    commit = git(project, "rev-parse", "HEAD").strip()
    git(project, "commit", "-q", "--amend", "--message", "the same again")
    git(project, "reflog", "expire", "--expire=now", "--all")
    blob = git(project, "hash-object", "work.log").strip()
    for path in (project / "data").rglob("*.json"):
        put(path, results(path.stem).replace("1790000000.0", str(time.time() - 1000)))
        stamp = {"commit": commit, "dirty": {"work.log": blob}}
        put(path.with_name(f"{path.name}.stamp.json"), json.dumps(stamp))
    time.sleep(0.05)  # what was written this moment is never known to be the same
    assert build() == ({"a", "b", "c"}, ExitCode.OK)
    change(project)
    assert build() == ({"a", "b", "c"}, ExitCode.CLAIMS_EXCEED_EVIDENCE)


def test_the_folder_above_tells_when_one_went(
    project: Path, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of work that is gone with its folder, the one above it knows the time."""
    put(project / "library" / "inner" / "part.py", "one\n")
    now = commit_all(project, monkeypatch)
    shutil.rmtree(project / "library" / "inner")
    assert build() == ({"a", "b", "c"}, ExitCode.OK)
    os.utime(project / "library", (now + 1, now + 1))
    assert build() == ({"a", "b", "c"}, ExitCode.CLAIMS_EXCEED_EVIDENCE)


def memory_of(project: Path) -> Path:
    """Return the file of what is remembered."""
    (memory,) = (project.parent / "cache" / "reportgen").glob("built-*")
    return memory


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "cut": lambda data: data[: len(data) // 2],
    "no-json": lambda data: data.replace(b"[[", b"[", 1),
    "lies": lambda data: data.replace(b"1 of 1 task done", b"9 of 9 task done"),
    "other-version": lambda data: b"0" * 64 + data[64:],
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_memory_that_is_damaged_is_no_matter(
    project: Path,
    build: Build,
    damage: Callable[[bytes], bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whatever became of the memory, it is not believed, and reports are right."""
    build()
    right = reports(project)
    memory = memory_of(project)
    whole = memory.read_bytes()
    memory.write_bytes(damage(whole))
    assert memory.read_bytes() != whole
    put(project / "reports" / "a.md", "edited")
    made = counted(monkeypatch)
    assert build() == ({"a"}, ExitCode.OK)
    assert sorted(made) == ["a", "b", "c"]
    assert reports(project) == right


def test_a_memory_that_cannot_be_written_is_no_matter(
    project: Path, build: Build
) -> None:
    """Where a folder stands in its place, all is made, each time."""
    build()
    memory = memory_of(project)
    memory.unlink()
    memory.mkdir()
    assert build() == (set(), ExitCode.OK)
    assert memory.is_dir()


def counted(monkeypatch: pytest.MonkeyPatch, last: str = "") -> list[str]:
    """Return a list that will hold the name of each report that is made.

    Instead of making the `last`, somebody presses Ctrl-C.
    """
    names: list[str] = []
    build = pipeline.build

    def count(source: Source, *words: Any, **more: Any) -> pipeline.Built:  # noqa: ANN401  # those of `build`
        if source.name == last:
            raise KeyboardInterrupt
        names.append(source.name)
        return build(source, *words, **more)

    monkeypatch.setattr(pipeline, "build", count)
    return names


def no_home(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the user `path` without a folder for a cache."""
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", "nowhere")
    assert not path.exists()


HOMES: dict[str, Callable[[Path, pytest.MonkeyPatch], None]] = {
    "nobody-at-home": no_home,
    "no-folder": lambda path, _: put(path / "reportgen", ""),
    "anybody-writes": lambda path, _: (path / "reportgen").mkdir(0o777, parents=True),
}


@pytest.mark.parametrize("prepare", HOMES.values(), ids=HOMES)
def test_without_a_safe_place_nothing_is_remembered(
    project: Path,
    build: Build,
    prepare: Callable[[Path, pytest.MonkeyPatch], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where others could write a memory, there is none, and reports are right."""
    before = os.umask(0)
    try:
        prepare(project.parent / "cache", monkeypatch)
    finally:
        os.umask(before)
    assert build() == ({"a", "b", "c"}, ExitCode.OK)
    made = counted(monkeypatch)
    assert build() == (set(), ExitCode.OK)
    assert sorted(made) == ["a", "b", "c"]


def test_what_is_interrupted_goes_on(
    project: Path, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was made before Ctrl-C is not made again."""
    with monkeypatch.context() as patch:
        counted(patch, last="c")
        assert build() == (set(), ExitCode.INTERRUPTED)
    assert set(reports(project)) == {"a.md", "b.md"}
    made = counted(monkeypatch)
    assert build() == ({"c"}, ExitCode.OK)
    assert made == ["c"]


def test_nothing_is_read_again_for_what_was_said(
    project: Path, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where nothing changed, no command runs, and others with other words do."""
    build()
    run = cli.main
    ran: list[Sequence[str]] = []
    monkeypatch.setattr(cli, "main", lambda words: (ran.append(words), run(words))[1])
    assert build() == (set(), ExitCode.OK)
    assert not ran
    main(["build", "--all", "--no-pictures"])
    monkeypatch.chdir(project / "data")
    main(["build", "--all"])
    monkeypatch.setenv("REPORTGEN_HOURS_A_DAY", "7")
    main(["build", "--all"])
    assert len(ran) == 3


@pytest.fixture
def code(project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let other code, of files that can be changed, seem to make all reports."""
    folder = project.parent / "lib" / "python-packages"
    put(folder / "reportgen" / "part.py", "1\n")
    put(folder / "reportgen" / "deep" / "part.py", "1\n")
    put(folder / "reportgen" / "templates" / "a.j2", "1\n")
    put(folder / "templates" / "deep" / "a.j2", "1\n")
    monkeypatch.setattr(kept, "_PACKAGE", str(folder / "reportgen"))
    monkeypatch.setattr(sys, "path", [*sys.path, str(folder), str(folder / "none")])
    time.sleep(0.05)  # what was written this moment is never known to be the same
    return folder


CODE: dict[str, Callable[[Path], object]] = {
    "code": lambda folder: put(folder / "reportgen" / "part.py", "2\n"),
    "code-below": lambda folder: put(folder / "reportgen/deep/part.py", "2\n"),
    "more-code": lambda folder: put(folder / "reportgen" / "new.py", ""),
    "installed": lambda folder: put(folder / "new", ""),
    "our-templates": lambda folder: put(folder / "templates/deep/a.j2", "2\n"),
    "templates-in-a-wheel": lambda folder: put(
        folder / "reportgen/templates/a.j2", "2\n"
    ),
}


@pytest.mark.parametrize("change", CODE.values(), ids=CODE)
def test_other_code_makes_reports_anew(
    code: Path,
    build: Build,
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[Path], object],
) -> None:
    """A memory of what other code made, or other templates, is not believed."""
    build()
    made = counted(monkeypatch)
    build()
    assert made == []
    change(code)
    build()
    assert sorted(made) == ["a", "b", "c"]


@pytest.mark.parametrize("name", ["kept.__version__", "kept.sys.version"])
def test_another_version_makes_reports_anew(
    code: Path, build: Build, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """What another version of reportgen or of Python made is made again."""
    assert code.exists()
    build()
    made = counted(monkeypatch)
    monkeypatch.setattr(f"reportgen.{name}", "9.9.9 (main)")
    build()
    assert sorted(made) == ["a", "b", "c"]


def test_every_part_of_a_divided_report_counts(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A report is written again if any one of its parts is not what it was."""
    sections = "".join(
        f"  - {{title: Part {number}, body: {'word ' * 200}}}\n" for number in range(9)
    )
    put(project / "data/d/record.yaml", f"title: D\nsections:\n{sections}")
    words = ["build", "--all", "--split", "--fit", "4000"]
    main(words)
    parts = sorted((project / "reports").glob("d.*"))
    assert len(parts) > 1
    for part in parts:
        right = part.read_bytes()
        put(part, "edited")
        main(words)
        assert part.read_bytes() == right
    capsys.readouterr()
    main(words)
    assert capsys.readouterr().err.count("unchanged: ") == 4
    main([*words[:-1], "60000"])
    assert capsys.readouterr().err.count("[old-part]") == len(parts)
    for part in parts:
        part.unlink()
    main([*words[:-1], "60000"])
    assert "[old-part]" not in capsys.readouterr().err
    put(parts[0], right.decode())
    main([*words[:-1], "60000"])
    assert "[old-part]" in capsys.readouterr().err


def test_what_is_left_alone_is_not_forgotten(
    project: Path, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was not made, since it was known, is known the next time as well."""
    build()
    made = counted(monkeypatch)
    put(project / "reports" / "a.md", "edited")
    build()
    build()
    assert made == ["a"]


def test_templates_are_those_of_the_project(
    project: Path, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From a folder below, they are looked at too, and where a link in them leads."""
    link = project / "templates" / "report"
    for name in ("one", "two"):
        put(link.with_name(name) / "footer.md.j2", f"{name}\n")
    link.symlink_to("one")
    monkeypatch.chdir(project / "data")
    build()
    before = reports(project)
    link.unlink()
    link.symlink_to("two")
    build()
    after = reports(project)
    assert all(before[name] != after[name] for name in before)


@pytest.mark.parametrize("name", ["b/tests.json", "b/more-1.json", "shared.json"])
def test_what_comes_while_reports_are_made_is_seen_the_next_time(
    project: Path, build: Build, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Evidence that arrives too late for a report is not remembered as part of it."""
    make = pipeline.build

    def late(source: Source, *words: Any, **more: Any) -> pipeline.Built:  # noqa: ANN401  # those of `build`
        built = make(source, *words, **more)
        if source.name == "b":
            put(project / "data" / name, results("test_late"))
        return built

    with monkeypatch.context() as patch:
        patch.setattr(pipeline, "build", late)
        build()
    assert build() == ({"b"}, ExitCode.OK)


@pytest.mark.parametrize("terminal", [True, False], ids=["terminal", "file"])
@pytest.mark.usefixtures("project")
def test_colours_are_for_terminals(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    *,
    terminal: bool,
) -> None:
    """What is said again has the colours that it had, and none in a file."""
    put(Path("data/b/tests.json"), "{")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal)
    main(["build", "--all"])
    first = capsys.readouterr().err
    main(["build", "--all"])
    assert capsys.readouterr().err == first.replace("wrote", "unchanged:")
    assert ("\x1b[" in first) == terminal


@pytest.mark.parametrize("encoding", ["ascii", "utf-8", "latin-1"])
def test_marks_are_said_again_as_they_were(
    project: Path, monkeypatch: pytest.MonkeyPatch, encoding: str
) -> None:
    """A stream shows what it can, the second time as the first."""
    said = []
    for _ in range(2):
        stream = io.TextIOWrapper(io.BytesIO(), encoding)
        monkeypatch.setattr(sys, "stderr", stream)
        assert main(["build", "--all"]) == ExitCode.OK
        stream.flush()
        said.append(cast("io.BytesIO", stream.buffer).getvalue())
    first, again = said
    assert again == first.replace(b"wrote", b"unchanged:")
    assert (project / "reports" / "a.md").exists()


@pytest.mark.usefixtures("project")
def test_a_stream_that_breaks_is_the_command_s_affair(
    build: Build, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """If nothing can be said again, the command itself ends as it always does."""
    build()

    def broken(_: str) -> None:
        raise BrokenPipeError

    monkeypatch.setattr(again, "_say", broken)
    assert main(["build", "--all"]) == ExitCode.OK
    assert capsys.readouterr().err.count("unchanged: ") == 3


def test_a_repository_that_git_refuses(
    project: Path, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where git does not answer, nothing is known to be unchanged."""
    (project / ".git").mkdir()
    _, code = build()
    made = counted(monkeypatch)
    assert build() == (set(), code)
    assert sorted(made) == ["a", "b", "c"]


def test_every_part_of_a_template_counts(project: Path, build: Build) -> None:
    """A report is made anew when a template changes, wherever it takes that from."""
    part = project / "templates" / ".parts" / "words.md.j2"
    put(part, "one\n")
    include = "# {{ record.title }}\n\n{% include '.parts/words.md.j2' %}\n"
    put(project / "templates" / "report.md.j2", include)
    build()
    put(part, "two\n")
    assert build()[0] == {"a", "b", "c"}


def say_more(project: Path, name: str, body: str) -> None:
    """Add a section that says `body` to a record."""
    path = project / "data" / name / "record.yaml"
    text = path.read_text(encoding="utf-8")
    put(path, f"{text}sections: [{{title: More, body: {json.dumps(body)}}}]\n")


@pytest.mark.parametrize(
    "body",
    [
        "see [notes](../notes.md)",
        "> see [notes]\n>\n> [notes]: ../notes.md",
        "- [a\\]b]\n- [a\\]b]: ../notes.md",
        "see [notes](../%6eotes.md)",
    ],
    ids=["plain", "quoted", "defined", "written-otherwise"],
)
def test_a_link_that_dies_is_noticed(project: Path, build: Build, body: str) -> None:
    """A report is checked again when a file is gone that it links to."""
    say_more(project, "a", body)
    put(project / "notes.md", "notes\n")
    assert build()[1] == ExitCode.OK
    assert build() == (set(), ExitCode.OK)
    (project / "notes.md").unlink()
    assert build()[1] == ExitCode.CLAIMS_EXCEED_EVIDENCE
    put(project / "notes.md", "notes\n")
    assert build()[1] == ExitCode.OK


@pytest.mark.parametrize("several", [1, 3])
def test_reports_may_link_to_each_other(
    project: Path, build: Build, monkeypatch: pytest.MonkeyPatch, several: int
) -> None:
    """Whichever is written first, and by however many processes, no link is dead."""
    monkeypatch.setattr(processes, "_LEAST", 1)
    monkeypatch.setattr(processes.os, "cpu_count", lambda: several)
    for name, other in (("a", "b"), ("b", "a"), ("c", "c")):
        say_more(project, name, f"see [it]({other}.md)")
    assert build() == ({"a", "b", "c"}, ExitCode.OK)
    made = counted(monkeypatch)
    assert build() == (set(), ExitCode.OK)
    assert made == []


def test_what_time_can_change_is_always_made(
    project: Path, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Evidence that grows too old is found too old, although no file changed."""
    text = RECORD.format(name="a") + "max_age: 100000 days\n"
    put(project / "data" / "a" / "record.yaml", text)
    assert build()[1] == ExitCode.OK
    monkeypatch.setattr("time.time", lambda: 1_790_000_000.0 + 100_001 * 86_400)
    assert build() == ({"a"}, ExitCode.CLAIMS_EXCEED_EVIDENCE)


def test_a_day_to_come_comes(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is said of a date is true on the day that it is said."""
    put(project / "data" / "a" / "record.yaml", "title: a\ndate: 2030-01-01\n")
    main(["build", "--all"])
    assert "yet to come" in capsys.readouterr().err
    monkeypatch.setattr("time.time", lambda: 1_900_000_000.0)
    main(["build", "--all"])
    assert "yet to come" not in capsys.readouterr().err


def test_a_near_name_that_comes_later_is_seen(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is asked about a missing file is what can be asked now."""
    folder = project / "data" / "a"
    (folder / "tests.json").rename(folder / "other.json")
    main(["build", "--all"])
    assert "did you mean" not in capsys.readouterr().err
    (folder / "other.json").rename(folder / "test.json")
    main(["build", "--all"])
    assert "did you mean 'test.json'?" in capsys.readouterr().err


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
