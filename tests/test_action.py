"""The composite action does what it says, and says what it does."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from forge_server import ME, TOKEN, forge
from repositories import write_files
from runner import PROJECT, Runner
from test_ci import FILES, GREEN, RED, run_tests

from reportgen.commands.check import outputs
from reportgen.load.config import Config

ACTION: dict[str, Any] = yaml.safe_load((PROJECT / "action.yml").read_text("utf-8"))
README = (PROJECT / "README.md").read_text("utf-8")


def run(folder: Path, expressions: dict[str, str], **env: str) -> Runner:
    """Run the action in `folder`; `expressions` are what is known beside defaults."""
    given = {f"inputs.{n}": str(v["default"]) for n, v in ACTION["inputs"].items()}
    given |= {"inputs.token": TOKEN, "inputs.to": ""} | expressions
    runner = Runner(folder, folder.parent / "artifacts", given, **env)
    runner.run(ACTION["runs"]["steps"])
    return runner


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a project with a record."""
    folder = tmp_path / "project"
    write_files(folder, FILES)
    return folder


@pytest.mark.parametrize(
    ("code", "verdict", "failed"),
    [
        pytest.param(GREEN, "done", "0", id="green"),
        pytest.param(RED, "failing", "1", id="red"),
    ],
)
def test_every_step_as_it_stands(
    project: Path, code: str, verdict: str, failed: str
) -> None:
    """Summary, outputs, annotations, artifact and comment are there, green or red."""
    run_tests(project, code)
    with forge() as server:
        asked = {
            "inputs.comment": "true",
            "inputs.to": f"{server.base}/acme/shop/pull/7",
        }
        runner = run(project, asked, GITHUB_SERVER_URL=server.base)
    assert f"pip: --quiet {PROJECT}[post]" in runner.log
    assert runner.failed == (code == RED), runner.log
    assert ("::error file=data/work/record.yaml" in runner.log) == (code == RED)
    assert runner.summary.startswith("## ")
    expression = r"\$\{\{ steps\.(\w+)\.outputs\.(.*) \}\}"
    values = {
        name: runner.outputs[re.sub(expression, r"\1.\2", output["value"])]
        for name, output in ACTION["outputs"].items()
    }
    assert values == {
        "verdict": verdict,
        "passed": "2" if failed == "0" else "1",
        "failed": failed,
        "total": "2",
        "report-path": "reports/work.md",
    }
    assert (project.parent / "artifacts/reportgen/reports/work.md").is_file()
    assert len(server.of(ME)) == 1


def test_names_and_artifact_are_chosen(project: Path) -> None:
    """Only what is asked for is built, kept and posted."""
    write_files(project, {"data/other.yaml": "title: Other\ntasks: [{title: a}]\n"})
    runner = run(project, {"inputs.names": "other", "inputs.artifact": ""})
    assert not runner.failed, runner.log
    assert [path.name for path in (project / "reports").iterdir()] == ["other.md"]
    assert not (project.parent / "artifacts").exists()
    assert "created" not in runner.log


def test_the_readme_knows_every_input_and_output() -> None:
    """What the README says of the action is what there is."""
    section = README.partition("### In CI")[2].partition("\n### ")[0]
    for name in (*ACTION["inputs"], *ACTION["outputs"]):
        assert f"`{name}`" in section, name


def test_the_code_gives_every_output(tmp_path: Path) -> None:
    """No output of the action is empty because nobody writes it."""
    given = outputs([], Config(root=tmp_path))
    assert {*ACTION["outputs"]} <= {*given}


def test_every_input_is_used() -> None:
    """No input is for show."""
    text = str(ACTION["runs"])
    assert all(f"inputs.{name}" in text for name in ACTION["inputs"])
