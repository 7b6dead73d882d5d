"""What `reportgen init --ci` writes does in CI what it says, step by step."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from forge_server import ME, TOKEN, Forge, forge
from repositories import write_files
from runner import PROJECT, Runner

from reportgen.cli import main
from reportgen.commands import ci
from reportgen.console import put_outputs
from reportgen.model import ExitCode

TEMPLATES = PROJECT / "templates" / "ci"
SCRIPTS = [*sorted(TEMPLATES.glob("github*.yml")), PROJECT / "action.yml"]
GREEN = "def test_one(): pass\ndef test_two(): pass\n"
RED = "def test_one(): pass\ndef test_two(): assert False\n"
RECORD = """\
title: Work @everybody
evidence: {tests: {pytest: tests.json}}
tasks:
  - id: first
    title: The first thing
    done: true
    acceptance: [{tests: test_here.py, at_least: 2}, {file: shop/store.py}]
"""
FILES = {"data/work/record.yaml": RECORD, "shop/store.py": "", "reportgen.toml": ""}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a project with the workflows for GitHub; it is where we are."""
    folder = tmp_path / "project"
    write_files(folder, FILES)
    monkeypatch.chdir(folder)
    monkeypatch.setattr(ci, "source", lambda: None)
    assert main(["init", "--ci", "github"]) == ExitCode.OK
    return folder


def run_tests(project: Path, code: str) -> None:
    """Let pytest write the evidence of `code`."""
    write_files(project, {"test_here.py": code})
    words = [
        "-p",
        "no:cacheprovider",
        "-p",
        "pytest_jsonreport.plugin",
        "--json-report",
    ]
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            *words,
            "--json-report-file=data/work/tests.json",
        ],
        cwd=project,
        env={"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONDONTWRITEBYTECODE": "1"},
        check=False,
        capture_output=True,
    )


def steps(path: Path, job: str) -> list[dict[str, Any]]:
    """Return the steps of a job of the workflow in `path`."""
    workflow = yaml.safe_load(path.read_text("utf-8"))
    found: list[dict[str, Any]] = workflow["jobs"][job]["steps"]
    return found


def reported(project: Path, artifacts: Path) -> Runner:
    """Run the workflow that builds the reports."""
    runner = Runner(project, artifacts, {"vars.REPORTGEN": "a-place"})
    runner.run(steps(project / ".github/workflows/reportgen.yml", "reports"))
    return runner


def test_a_green_run(project: Path, tmp_path: Path) -> None:
    """Summary, outputs and artifact are there, and there is nothing to annotate."""
    run_tests(project, GREEN)
    runner = reported(project, tmp_path / "artifacts")
    assert not runner.failed, runner.log
    assert "pip: a-place" in runner.log
    assert "::error" not in runner.log
    assert runner.summary.startswith("## ✅ Work")
    assert {k.partition(".")[2]: v for k, v in runner.outputs.items()} == {
        "verdict": "done",
        "passed": "2",
        "failed": "0",
        "total": "2",
        "report-path": "reports/work.md",
        "artifact-path": "data\nreportgen.toml\nreports\nshop/store.py",
    }
    kept = tmp_path / "artifacts" / "reportgen"
    assert (kept / "reports" / "work.md").is_file()
    assert (kept / "data" / "work" / "tests.json").is_file()


def test_a_red_run(project: Path, tmp_path: Path) -> None:
    """The step fails, its findings stand at their lines, and all the rest is there."""
    run_tests(project, RED)
    runner = reported(project, tmp_path / "artifacts")
    assert runner.failed
    assert runner.outputs["reportgen.verdict"] == "failing"
    assert runner.outputs["reportgen.failed"] == "1"
    assert re.search(
        r"^::error file=data/work/record.yaml,line=\d+,col=\d+,",
        runner.log,
        re.MULTILINE,
    )
    assert runner.summary.startswith("## ❌ Work")
    assert (tmp_path / "artifacts/reportgen/reports/work.md").is_file()


def test_tests_that_fail_as_a_step_are_reported(project: Path, tmp_path: Path) -> None:
    """Where a step of the user's own ends red, the report is made all the same."""
    run_tests(project, RED)
    runner = Runner(project, tmp_path / "artifacts", {"vars.REPORTGEN": "a-place"})
    *before, build, keep = steps(project / ".github/workflows/reportgen.yml", "reports")
    runner.run([*before, {"run": "exit 1"}, build, keep])
    assert runner.failed
    assert runner.summary.startswith("## ❌ Work")
    assert (tmp_path / "artifacts/reportgen/reports/work.md").is_file()


def test_a_mistake_in_the_configuration_is_annotated(
    project: Path, tmp_path: Path
) -> None:
    """What keeps every report from being made stands at its line, too."""
    write_files(project, {"reportgen.toml": "output = 7\n"})
    runner = reported(project, tmp_path / "artifacts")
    assert runner.failed
    assert "::error file=reportgen.toml,line=1," in runner.log


def test_no_value_ends_early(capsys: pytest.CaptureFixture[str]) -> None:
    """A value that looks like an output is a value, since nobody can guess its end."""
    told = []
    for _ in range(2):
        put_outputs({"report-path": "a\nEOF\nverdict=done\nverdict<<EOF\ndone\nEOF"})
        first, *lines, last = capsys.readouterr().out.splitlines()
        assert first == f"report-path<<{last}"
        assert last not in lines
        told.append(last)
    assert told[0] != told[1]


def test_without_a_source_the_install_step_says_what_is_missing(
    project: Path, tmp_path: Path
) -> None:
    """Nobody installs a package of this name that somebody else made."""
    runner = Runner(project, tmp_path / "artifacts", {"vars.REPORTGEN": ""})
    runner.run(steps(project / ".github/workflows/reportgen.yml", "reports"))
    assert runner.failed
    assert "REPORTGEN: set this variable" in runner.log


EVENT = "github.event.workflow_run"


def commented(
    project: Path, tmp_path: Path, server: Forge, number: str, event: str
) -> Runner:
    """Run the workflow that comments, in a clean folder."""
    folder = tmp_path / f"second-{event}-{number}"
    folder.mkdir()
    known = {
        "vars.REPORTGEN": "a-place",
        "github.token": TOKEN,
        f"{EVENT}.event": event,
        f"{EVENT}.id": 1,
        f"{EVENT}.html_url": "https://github.com/acme/shop/actions/runs/1",
        f"{EVENT}.head_branch": "$(touch pwned)",
        f"{EVENT}.head_sha": "0" * 40,
        f"{EVENT}.head_repository.owner.login": "somebody",
    }
    artifacts = tmp_path / "artifacts"
    runner = Runner(folder, artifacts, known, GITHUB_SERVER_URL=server.base)
    gh = runner.temp / "bin" / "gh"
    gh.write_text(f"#!/bin/sh\necho {number}\n")
    gh.chmod(0o755)
    runner.run(steps(project / ".github/workflows/reportgen-comment.yml", "comment"))
    assert not (folder / "pwned").exists()
    return runner


@pytest.mark.parametrize("code", [GREEN, RED], ids=["green", "red"])
def test_the_second_workflow_comments(project: Path, tmp_path: Path, code: str) -> None:
    """It has the artifact alone, says the same, and posts it once."""
    run_tests(project, code)
    reported(project, tmp_path / "artifacts")
    with forge() as server:
        runner = commented(project, tmp_path, server, "7", "pull_request")
        assert not runner.failed, runner.log
        commented(project, tmp_path, server, "", "pull_request")
    (body,) = server.of(ME)
    assert ("✅ Work" if code == GREEN else "❌ Work") in body
    assert "](<https://github.com/acme/shop/actions/runs/1>)" in body


def test_what_a_fork_sends_is_data(project: Path, tmp_path: Path) -> None:
    """Neither its templates are used, nor its repository, nor the issue it names."""
    run_tests(project, GREEN)
    reported(project, tmp_path / "artifacts")
    kept = tmp_path / "artifacts" / "reportgen"
    hooks = '[core]\n\tfsmonitor = "touch pwned"\n'
    record = f"issue: https://example.org/a/b/issues/1\n{RECORD}"
    files = {
        "templates/issue-update.md.j2": "taken over",
        "reportgen.toml": 'data = "elsewhere"\n',
        ".git/config": hooks,
        ".git/HEAD": "ref: refs/heads/main\n",
        "data/work/record.yaml": record,
    }
    write_files(kept, files)
    with forge() as server:
        runner = commented(project, tmp_path, server, "7", "pull_request")
        assert not runner.failed, runner.log
    (body,) = server.of(ME)
    assert "✅ Work" in body
    assert not list(tmp_path.rglob("pwned"))


def test_after_a_push_the_own_issue_gets_the_comment(
    project: Path, tmp_path: Path
) -> None:
    """On the default branch, the issue that the record names is written to."""
    write_files(project, {"data/work/record.yaml": f"issue: 7\n{RECORD}"})
    write_files(project, {"data/none.yaml": "title: No issue\ntasks: [{title: a}]\n"})
    run_tests(project, GREEN)
    reported(project, tmp_path / "artifacts")
    with forge() as server:
        runner = commented(project, tmp_path, server, "", "push")
        assert not runner.failed, runner.log
    assert len(server.of(ME)) == 1


# --- The files themselves --------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "schema"),
    [
        ("templates/ci/github.yml", "github-workflows"),
        ("templates/ci/github-comment.yml", "github-workflows"),
        ("templates/ci/gitlab.yml", "gitlab-ci"),
        ("action.yml", "github-actions"),
    ],
)
def test_the_files_are_valid(name: str, schema: str) -> None:
    """Each is what its published schema says."""
    words = ["--builtin-schema", f"vendor.{schema}", name]
    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", *words],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_actions_are_pinned_by_commit() -> None:
    """Every action of others is a commit with its version, the same everywhere."""
    texts = [path.read_text("utf-8") for path in SCRIPTS]
    used = [use for text in texts for use in re.findall(r"uses: (.*)", text)]
    assert used
    for use in used:
        assert re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", use)
    assert len(set(used)) == len({use.partition("@")[0] for use in used})


@pytest.mark.parametrize(
    "path", [*TEMPLATES.glob("github*.yml"), PROJECT / "action.yml"]
)
def test_nothing_is_pasted_into_a_script(path: Path) -> None:
    """What others can choose reaches scripts by the environment."""
    text = path.read_text("utf-8")
    data = yaml.safe_load(text)
    jobs = data.get("jobs", {"action": data.get("runs")})
    for job in jobs.values():
        for step in job["steps"]:
            assert "${{" not in step.get("run", "")
    assert "pull_request_target" not in text


def test_rights_are_the_least() -> None:
    """What runs code of others may read alone, and the other one checks out none."""
    first = yaml.safe_load((TEMPLATES / "github.yml").read_text("utf-8"))
    assert first["permissions"] == {"contents": "read"}
    assert "permissions" not in first["jobs"]["reports"]
    second = (TEMPLATES / "github-comment.yml").read_text("utf-8")
    assert "actions/checkout" not in second
    assert yaml.safe_load(second)["permissions"] == {}


@pytest.mark.parametrize("forge_name", ["github", "gitlab"])
def test_nothing_is_written_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, forge_name: str
) -> None:
    """If one file is there, none is written."""
    monkeypatch.chdir(tmp_path)
    taken = [names[-1] for names in ci.FILES[forge_name].values()][-1]
    write_files(tmp_path, {taken: "mine", ".gitlab-ci.yml": "mine"})
    assert main(["init", "--ci", forge_name]) == ExitCode.UNUSABLE
    assert {path.read_text() for path in tmp_path.rglob("*.yml")} == {"mine"}


def test_the_gitlab_job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its script builds and comments, with a token, and fails for red work."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "project"
    write_files(folder, FILES)
    monkeypatch.chdir(folder)
    monkeypatch.setattr(ci, "source", lambda: "reportgen @ git+https://x/y@abc")
    assert main(["init", "--ci", "gitlab"]) == ExitCode.OK
    job = yaml.safe_load((folder / ".gitlab-ci.yml").read_text("utf-8"))["reportgen"]
    assert job["artifacts"] == {"when": "always", "paths": ["reports/"]}
    assert job["variables"] == {"REPORTGEN": "reportgen @ git+https://x/y@abc"}
    script = "\n".join(job["script"])
    with forge() as server:
        gitlab = {
            "GITLAB_TOKEN": TOKEN,
            "CI_MERGE_REQUEST_IID": "7",
            "CI_MERGE_REQUEST_PROJECT_URL": f"{server.base}/acme/team/shop",
            "CI_JOB_URL": "https://gitlab.com/acme/team/shop/-/jobs/1",
        }
        for code, failed in ((GREEN, False), (RED, True)):
            run_tests(folder, code)
            name = "red" if failed else "green"
            (tmp_path / name).mkdir()
            runner = Runner(tmp_path / name, tmp_path, {}, **job["variables"], **gitlab)
            runner.folder = folder
            runner.run([{"run": script}])
            assert runner.failed == failed, runner.log
    assert len(server.of(ME)) == 1
    assert "❌ Work" in server.of(ME)[0]


def test_the_source_is_the_one_that_was_installed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What pip took from a repository is named with its commit; a folder is not."""
    origin = {"url": "https://x/y", "vcs_info": {"vcs": "git", "commit_id": "abc"}}

    class Distribution:
        @staticmethod
        def read_text(_name: str) -> str:
            return json.dumps(origin)

    monkeypatch.setattr(ci.metadata, "distribution", lambda _name: Distribution)
    assert ci.source() == "reportgen @ git+https://x/y@abc"
    del origin["vcs_info"]
    assert ci.source() is None


def test_the_pre_commit_hook_writes_nothing(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It runs where records or evidence change, says what is wrong, and no more."""
    (hook,) = yaml.safe_load((PROJECT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    assert hook["id"] == "reportgen-check"
    for path in ("data/work/record.yaml", "data/work/tests.json", "pyproject.toml"):
        assert re.search(hook["files"], path)
    assert not re.search(hook["files"], "shop/store.py")
    run_tests(project, RED)
    before = {p: p.read_bytes() for p in project.rglob("*") if p.is_file()}
    program, *words = hook["entry"].split()
    assert program == "reportgen"
    assert main(words) == ExitCode.CLAIMS_EXCEED_EVIDENCE
    assert "data/work/record.yaml:" in capsys.readouterr().out
    assert {p: p.read_bytes() for p in project.rglob("*") if p.is_file()} == before
