"""The commands, as a person or a program meets them."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import IO

import pytest

from reportgen import __version__
from reportgen.cli import COMMANDS, main
from reportgen.model import ExitCode

CASES = Path(__file__).parent / "cases"
RECORD = """\
title: Session store
evidence:
  tests: {pytest: results/tests.json}
tasks:
  - id: store
    title: Session store
    planned: 2h
    actual: 90m
    done: true
    acceptance: [{tests: "test_shop.py::test_store", at_least: 3}]
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Go to a project with one good record."""
    folder = tmp_path / "data" / "shop"
    shutil.copytree(CASES / "reports" / "between" / "results", folder / "results")
    (folder / "record.yaml").write_text(RECORD, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def files(folder: Path) -> set[Path]:
    """Return every file below `folder`."""
    return {path for path in folder.rglob("*") if path.is_file()}


def test_build_writes_one_report_and_says_so(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`build` writes one file, and one line about it to standard error."""
    before = files(project)
    assert main(["build", "shop"]) == ExitCode.OK
    assert files(project) - before == {project / "reports" / "shop.md"}
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith("wrote reports/shop.md: ✅ done: 1 of 1 task done")


def test_a_dash_is_standard_output(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`-o -` prints the very report, and writes nothing."""
    before = files(project)
    main(["build", "shop", "-o", "-"])
    assert files(project) == before
    printed = capsys.readouterr().out
    main(["build", "shop", "-o", "elsewhere/x.md"])
    assert (project / "elsewhere" / "x.md").read_text(encoding="utf-8") == printed


def test_all_builds_every_record(project: Path) -> None:
    """`--all` leaves no record out, in whichever form it lies there."""
    (project / "data" / "small.yaml").write_text("title: t\ntasks: [{title: a}]\n")
    assert main(["build", "--all"]) == ExitCode.OK
    assert {p.name for p in (project / "reports").iterdir()} == {"shop.md", "small.md"}


def test_one_unusable_record_keeps_all_from_being_written(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """All mistakes of all records are shown, and nothing is written."""
    (project / "data" / "a.yaml").write_text("titel: t\n")
    (project / "data" / "b.yaml").write_text("title: t\nrisk: []\n")
    assert main(["build", "--all"]) == ExitCode.UNUSABLE
    assert not (project / "reports").exists()
    shown = capsys.readouterr().err
    assert "data/a.yaml:1:1: no field 'titel' [unknown-field]" in shown
    assert "data/b.yaml:2:1: no field 'risk' [unknown-field]" in shown


def test_check_writes_nothing(project: Path) -> None:
    """`check` leaves every file as it was."""
    before = files(project)
    assert main(["check", "shop"]) == ExitCode.OK
    assert files(project) == before


@pytest.mark.usefixtures("project")
def test_json_is_alone_on_standard_output_and_keeps_its_promise(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The machine's form has every field that it promises."""
    assert main(["check", "shop", "--format", "json"]) == ExitCode.OK
    data = json.loads(capsys.readouterr().out)
    assert data["schema"] == 1
    assert data["name"] == "shop"
    assert data["verdict"] == "done"
    assert data["effort"] == {"planned_hours": 2.0, "actual_hours": 1.5}
    (task,) = data["tasks"]
    assert task["status"] == "done"
    assert task["reason"] == "3 of 3 tests passed"
    assert task["evidence"] == ["tests"]
    (run,) = data["runs"]
    assert run["path"] == "results/tests.json"
    assert run["file"] == "data/shop/results/tests.json"
    assert len(run["sha256"]) == 64
    assert run["green"] is True
    counted = ("total", "passed", "failed", "error", "skipped", "lost", "exitcode")
    assert [run[name] for name in counted] == [4, 4, 0, 0, 0, 0, 0]
    assert data["findings"] == []


def test_findings_annotate_their_lines(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`--format github` names file, line and code, each finding on one line."""
    record = project / "data" / "shop" / "record.yaml"
    record.write_text(RECORD.replace("at_least: 3", "at_least: 9"), encoding="utf-8")
    assert main(["check", "shop", "--format", "github"]) == 1
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith(
        "::error file=data/shop/record.yaml,line=10,col=18,title=too-few-tests::"
    )


@pytest.mark.parametrize("form", ["json", "github"])
def test_an_unusable_record_is_said_in_the_form_that_was_asked_for(
    form: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A program that reads our output is told what is wrong there, too."""
    (project / "data" / "shop" / "record.yaml").write_text("titel: t\n")
    assert main(["check", "shop", "--format", form]) == ExitCode.UNUSABLE
    shown = capsys.readouterr()
    assert "unknown-field" in shown.out
    assert shown.err == ""
    if form == "json":
        data = json.loads(shown.out)
        assert (data["name"], data["verdict"], data["tasks"]) == (None, None, [])


def test_outputs_hold_no_finding_and_people_are_told(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where a step has nothing to hand on, its log says why."""
    (project / "data" / "shop" / "record.yaml").write_text("titel: t\n")
    assert main(["check", "shop", "--format", "github-output"]) == ExitCode.UNUSABLE
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "[unknown-field]" in shown.err


@pytest.mark.parametrize("words", [[], ["templates"]], ids=["alone", "templates"])
def test_a_call_without_a_command_shows_all_of_them(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Who types no more than the name reads the help, line by line."""
    assert main([*words, "--help"]) == ExitCode.OK
    wanted = capsys.readouterr().out
    assert main(words) == ExitCode.UNUSABLE
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err == wanted


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["build"], "give a name, or --all [usage]; see `reportgen build --help`"),
        (["build", "x", "--all"], "give names or --all, not both [usage]"),
        (["build", "shp"], "no record 'shp' in data/ [unknown-record]; did you mean"),
        (["build", "data/shop/record.yaml"], "did you mean 'shop'?"),
        (["build", "data/shop/"], "did you mean 'shop'?"),
        (["build", "data/shop.yaml"], "did you mean 'shop'?"),
        (["build", "cart.yaml"], "[unknown-record]; try `reportgen init cart`"),
        (["build", "record.yaml"], "[unknown-record]; `reportgen list` names them all"),
        (["build", "../x"], "[unknown-record]; `reportgen list` names them all"),
        (["init", "x" * 300], "[write-failed]"),
        (["chek"], "no such command 'chek'"),
        (["completion"], "Choose from: bash, zsh, fish [usage]"),
        (
            ["build", "shop", "--data", "no"],
            "/no/ [unknown-record]; go to the project's folder, or name its records",
        ),
        (["build", "shop", "--data", "x" * 300], "/ [unknown-record]; go to the"),
        (["build", "shop", "--template", "x"], "no template 'x"),
        (["build", "shop", "--template", "x" * 300], "no template 'xxx"),
        (["explain", "shop", "stor"], "no task 'stor' in shop; tasks: store [usage]"),
        (["init", "a/b"], "'a/b' cannot be the name of a record [record-name]"),
        (["init", "shop"], "there is a record 'shop' already [record-exists]"),
        (["build", "shop", "-o", "data"], "[write-failed]"),
    ],
)
def test_a_wrong_call_is_answered_in_one_line(
    words: list[str],
    expected: str,
    project: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Whoever errs is told what is wrong and what to do; nothing is written."""
    before = files(project)
    assert main(words) == ExitCode.UNUSABLE
    assert files(project) == before
    shown = capsys.readouterr()
    assert shown.out == ""
    assert expected in shown.err
    assert len(shown.err.splitlines()) == 1


@pytest.mark.parametrize(
    ("record", "start", "word", "said"),
    [
        ("data/cart/record.yaml", "data/cart", "record.yaml", "mean 'cart'?"),
        (
            "old/cart/record.yaml",
            ".",
            "old/cart/record.yaml",
            "'cart', with --data old",
        ),
        ("old/cart.yaml", ".", "old/cart.yaml", "'cart', with --data old"),
        ("cart/record.yaml", "cart", "record.yaml", "'cart', with --data .."),
        ("cart.yaml", ".", "./cart.yaml", "'cart', with --data ."),
    ],
)
def test_a_path_to_a_record_is_answered_with_its_name(  # noqa: PLR0917  # rows, and fixtures
    record: str,
    start: str,
    word: str,
    said: str,
    project: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """What is said to write is understood."""
    path = project / record
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(RECORD, encoding="utf-8")
    (project / "reportgen.toml").touch()
    monkeypatch.chdir(project / start)
    assert main(["check", word]) == ExitCode.UNUSABLE
    shown = capsys.readouterr().err.rstrip("\n")
    assert shown.endswith(said)
    options = said.split()[2:]
    assert main(["check", "cart", *options]) == ExitCode.CLAIMS_EXCEED_EVIDENCE


BROKEN_RECORDS = sorted((CASES / "broken_records").glob("*.yaml"))
BROKEN_RESULTS = sorted(
    path
    for path in (CASES / "broken_results").iterdir()
    if path.suffix != ".err" and path.is_file()
)


def test_there_are_enough_broken_inputs() -> None:
    """Thirty of each is what was promised."""
    assert len(BROKEN_RECORDS) >= 30
    assert len(BROKEN_RESULTS) >= 30


@pytest.mark.parametrize("case", BROKEN_RECORDS, ids=lambda path: path.stem)
def test_a_broken_record_is_refused_with_its_place(
    case: Path, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every line names file, line and column; nothing is written."""
    shutil.copy(case, project / "data" / "shop" / "record.yaml")
    before = files(project)
    assert main(["check", "shop"]) == ExitCode.UNUSABLE
    assert files(project) == before
    shown = capsys.readouterr()
    assert shown.err
    for line in shown.err.splitlines():
        path, row, column, _ = line.split(":", 3)
        assert path == "data/shop/record.yaml"
        assert row.isdecimal()
        assert column.isdecimal()


@pytest.mark.parametrize("case", BROKEN_RESULTS, ids=lambda path: path.name)
def test_a_broken_result_is_never_a_proof(
    case: Path, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A claim that rests on a file that cannot be read is not done, and exit 1."""
    form = {".xml": "junit", ".ctrf": "ctrf"}.get(case.suffix, "pytest")
    form = "ctrf" if "ctrf" in case.name else form
    target = project / "data" / "shop" / "results" / f"broken{case.suffix}"
    shutil.copy(case, target)
    (project / "data" / "shop" / "record.yaml").write_text(
        RECORD.replace("pytest: results/tests.json", f"{form}: results/{target.name}")
        .replace("test_shop.py::test_store", "*")
        .replace(", at_least: 3", ""),
        encoding="utf-8",
    )
    before = files(project)
    assert main(["check", "shop"]) == ExitCode.CLAIMS_EXCEED_EVIDENCE
    assert files(project) == before
    shown = capsys.readouterr()
    assert "data/shop/" in shown.out
    assert "Traceback" not in shown.out + shown.err
    assert "✅" not in shown.err


def test_init_writes_a_record_that_builds(project: Path) -> None:
    """What `init` writes is a valid record that points an editor to its schema."""
    assert main(["init", "next"]) == ExitCode.OK
    text = (project / "data" / "next" / "record.yaml").read_text(encoding="utf-8")
    first = text.splitlines()[0]
    assert first == "# yaml-language-server: $schema=../../record.schema.json"
    assert main(["build", "next"]) == ExitCode.OK


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param([], "give a name, or --ci", id="nothing"),
        pytest.param(
            ["next"],
            "wrote data/next/record.yaml; next: reportgen build next",
            id="record",
        ),
        pytest.param(
            ["next", "--data", "records"],
            "wrote records/next/record.yaml; next: reportgen build next --data records",
            id="elsewhere",
        ),
        pytest.param(
            ["--ci", "gitlab"], "set the variable REPORTGEN of your project", id="ci"
        ),
        pytest.param(["next", "--ci", "github"], "wrote .github/workflows/", id="both"),
    ],
)
def test_init_says_what_comes_next(
    project: Path,
    words: list[str],
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Each file that was written is named, and what is left to be done."""
    monkeypatch.setattr("reportgen.commands.init.source", lambda: None)
    monkeypatch.setattr("reportgen.commands.ci.source", lambda: None)
    assert main(["init", *words]) == (ExitCode.OK if words else ExitCode.UNUSABLE)
    assert said in capsys.readouterr().err
    assert len([*project.glob("*/next/record.yaml")]) == ("next" in words)


def test_a_pipeline_that_exists_is_told_what_to_include(
    project: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Our job is written beside a pipeline of the user's own, and he includes it."""
    monkeypatch.setattr("reportgen.commands.init.source", lambda: "reportgen")
    (project / ".gitlab-ci.yml").write_text("mine: {}\n")
    assert main(["init", "--ci", "gitlab"]) == ExitCode.OK
    said = capsys.readouterr().err
    assert "next: add `include: {local: .gitlab/reportgen.yml}` to" in said
    assert "REPORTGEN" not in said


def test_every_example_in_the_first_record_is_valid(project: Path) -> None:
    """Whoever takes the hashes away has a record that can be read."""
    main(["init", "next"])
    path = project / "data" / "next" / "record.yaml"
    head, _, body = path.read_text(encoding="utf-8").partition("# issue: 42")
    lines = ["issue: 42", *body.splitlines()[1:]]
    words = ("# What tools wrote", "# `reportgen collect", "#   pytest --json-report")
    shown = [
        line.replace("# ", "", 1) if line.lstrip().startswith("# ") else line
        for line in lines
        if not line.startswith(words)
    ]
    path.write_text(head + "\n".join(shown) + "\n", encoding="utf-8")
    assert main(["check", "next"]) == ExitCode.CLAIMS_EXCEED_EVIDENCE


def test_list_names_every_record(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A line a record: verdict, effort, open blockers, age of the evidence."""
    (project / "data" / "small.yaml").write_text("title: t\ntasks: [{title: a}]\n")
    assert main(["list"]) == ExitCode.OK
    head, shop, small = capsys.readouterr().out.splitlines()
    assert head.split()[:2] == ["Record", "Verdict"]
    assert shop.split()[:6] == ["shop", "done", "1", "of", "1", "2"]
    assert small.split()[:5] == ["small", "planned", "0", "of", "1"]


@pytest.mark.parametrize("command", [["list"], ["show", "word"]])
def test_what_is_only_attested_is_not_counted_as_done(
    project: Path, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    """The terminal counts as a report does: done is what evidence shows."""
    word = "{by: lead, on: 2026-03-01}"
    task = f"{{id: a, title: A, done: true, attested: {word}}}"
    text = f"title: t\nphases: [{{title: P, tasks: [{task}]}}]\n"
    (project / "data" / "word.yaml").write_text(text)
    assert main(command) == ExitCode.OK
    said = capsys.readouterr().out
    assert "0 of 1" in said
    assert "1 of 1" not in said.partition("word")[2]


def test_the_schema_is_json(capsys: pytest.CaptureFixture[str]) -> None:
    """`schema` prints one JSON object, for an editor to read."""
    assert main(["schema"]) == ExitCode.OK
    assert json.loads(capsys.readouterr().out)["title"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_for_every_shell(
    shell: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The script of each shell speaks of our command."""
    assert main(["completion", shell]) == ExitCode.OK
    assert "_REPORTGEN_COMPLETE" in capsys.readouterr().out


def test_the_version_is_ours(capsys: pytest.CaptureFixture[str]) -> None:
    """`--version` is what the package says."""
    assert main(["--version"]) == ExitCode.OK
    assert capsys.readouterr().out == f"reportgen {__version__}\n"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_helps_with_an_example(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Help shows how a command is typed."""
    assert main([name, "--help"]) == ExitCode.OK
    assert f"  reportgen {name}" in capsys.readouterr().out.replace('eval "$(', "  ")


def imported(*words: str) -> set[str]:
    """Return the names of all modules that a command imports."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "reportgen", *words],
        capture_output=True,
        text=True,
        check=False,
    )
    lines = (
        line for line in done.stderr.splitlines() if line.startswith("import time")
    )
    return {line.rpartition("|")[2].strip() for line in lines}


@pytest.mark.parametrize(
    ("words", "unwanted"),
    [
        (["--help"], {"jinja2", "markdown_it", "yaml", "rich", "asyncio", "json.tool"}),
        (["--version"], {"jinja2", "markdown_it", "yaml", "rich"}),
        (["completion", "bash"], {"jinja2", "markdown_it", "yaml", "rich"}),
        (["schema"], {"jinja2", "markdown_it", "rich"}),
    ],
)
def test_nothing_is_imported_that_a_command_does_not_use(
    words: list[str], unwanted: set[str]
) -> None:
    """Start-up is felt: a command brings only what it needs."""
    found = imported(*words)
    assert "reportgen.cli" in found
    assert not unwanted & found


@pytest.mark.usefixtures("project")
def test_an_interruption_is_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C ends with one line and the shell's own code for it."""

    def interrupt(*_arguments: object, **_options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("reportgen.records.read", interrupt)
    assert main(["build", "shop"]) == ExitCode.INTERRUPTED
    assert capsys.readouterr().err.strip() == "interrupted"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
def test_nothing_waits_for_a_pipe_that_nobody_writes(project: Path) -> None:
    """Whatever is read beside a record, a pipe in its place is no file to read."""
    record = RECORD.replace("[{tests", "[{file: pipe.py, contains: x}, {tests")
    (project / "data/shop/record.yaml").write_text(record, encoding="utf-8")
    for name in ("pipe.py", "data/shop/results/tests.json.stamp.json", "report.md"):
        os.mkfifo(project / name)
    built = _run("build", "shop")
    assert built.returncode == ExitCode.CLAIMS_EXCEED_EVIDENCE
    assert "pipe.py cannot be read: it is no ordinary file" in built.stderr
    assert "[stamp-unreadable]" in built.stderr
    assert "no ordinary file" in _run("verify", "report.md").stdout
    os.mkfifo(project / "reportgen.toml")
    refused = _run("build", "shop")
    assert refused.returncode == ExitCode.UNUSABLE
    assert "reportgen.toml:1:1:" in refused.stderr


@pytest.mark.usefixtures("project")
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device")
@pytest.mark.parametrize(
    "words",
    [["build", "shop", "-o", "-"], ["check", "shop", "--format", "json"], ["--help"]],
    ids=" ".join,
)
def test_output_without_room_is_said_in_one_line(words: list[str]) -> None:
    """A full disk is no crash, and what was not written did not succeed."""
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = _run(*words, stdout=full)
    assert done.returncode == ExitCode.UNUSABLE
    [line] = [line for line in done.stderr.splitlines() if "write" in line]
    assert line.startswith("cannot write to standard output: ")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
@pytest.mark.parametrize(
    "words", ["check shop", "check shop --format json", "build shop", "build --all"]
)
def test_who_stops_to_listen_changes_no_exit_code(
    project: Path, words: str, stream: str
) -> None:
    """A gate before `| head` still fails, and what was to be written is written."""
    record = RECORD.replace("[{tests", "[{file: nowhere}, {tests")
    (project / "data" / "shop" / "record.yaml").write_text(record, encoding="utf-8")
    reading, writing = os.pipe()
    os.close(reading)
    streams = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    done = subprocess.run(
        [sys.executable, "-m", "reportgen", *words.split()],
        **{**streams, stream: writing},
        check=False,
        timeout=60,
    )
    os.close(writing)
    assert done.returncode == ExitCode.CLAIMS_EXCEED_EVIDENCE
    assert (project / "reports" / "shop.md").is_file() is words.startswith("build")


@pytest.mark.usefixtures("project")
@pytest.mark.skipif(os.name == "nt", reason="a shell of Unix closes the streams")
@pytest.mark.parametrize("command", ["show shop", "list", "check shop --format json"])
def test_a_closed_output_changes_no_exit_code(command: str) -> None:
    """Who runs it from a place without streams gets its exit code."""
    line = f'"{sys.executable}" -m reportgen {command} >&- 2>&-'
    done = subprocess.run(line, shell=True, check=False, timeout=60)  # noqa: S602  # only a shell closes streams
    assert done.returncode == ExitCode.OK


def _run(
    *words: str, stdout: IO[str] | int = subprocess.PIPE
) -> subprocess.CompletedProcess[str]:
    """Run reportgen as a program of its own; it must end within a minute."""
    return subprocess.run(
        [sys.executable, "-m", "reportgen", *words],
        check=False,
        stdout=stdout,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        timeout=60,
    )


def test_the_repository_of_the_configuration_makes_links(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A record that names no repository lies in the one of the project."""
    record = project / "data" / "shop" / "record.yaml"
    record.write_text(f"issue: 42\n{RECORD}", encoding="utf-8")
    settings = '[tool.reportgen]\nrepository = "https://github.com/acme/shop"\n'
    (project / "pyproject.toml").write_text(settings, encoding="utf-8")
    assert main(["build", "shop", "-o", "-"]) == ExitCode.OK
    assert "[#42](https://github.com/acme/shop/issues/42)" in capsys.readouterr().out


def test_a_claim_names_the_file_that_it_cannot_rest_on(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever reads why a claim does not stand knows which file to look at."""
    results = project / "data" / "shop" / "results" / "tests.json"
    results.write_bytes(results.read_bytes()[:900])
    assert main(["check", "shop"]) == ExitCode.CLAIMS_EXCEED_EVIDENCE
    claims = [x for x in capsys.readouterr().out.splitlines() if "is claimed done" in x]
    assert claims
    assert all("(data/shop/results/tests.json)" in claim for claim in claims)
