"""Does what a runner of GitHub Actions does with the steps of a job, as they stand."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).parents[1]
_EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")
_OUTPUT = re.compile(
    r"(?P<a>[\w-]+)<<(?P<mark>\S+)\n(?P<long>.*?)\n(?P=mark)\n|(?P<b>[\w-]+)=(?P<short>.*)\n",
    re.DOTALL,
)


class Runner:
    """Runs steps in `folder`; `artifacts` is where the forge keeps artifacts.

    `known` are the values of expressions, by their text.  Python is the one that
    runs the tests, and what pip would install is in it.
    """

    def __init__(
        self, folder: Path, artifacts: Path, known: Mapping[str, object], **env: str
    ) -> None:
        self.folder = folder
        self.temp = folder.parent / f"{folder.name}-temp"
        self.artifacts = artifacts
        self.known = {"runner.temp": str(self.temp), **known}
        self.outputs: dict[str, str] = {}
        self.log = ""
        self.failed = False
        (self.temp / "reportgen" / "bin").mkdir(parents=True)
        self._shims(self.temp / "bin")
        self._shims(self.temp / "reportgen" / "bin")
        self.environment = {
            "PATH": f"{self.temp / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(PROJECT),
            "PYTHONIOENCODING": "utf-8",
            "HOME": str(self.temp),
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_OUTPUT": str(self.temp / "output"),
            "GITHUB_STEP_SUMMARY": str(self.temp / "summary"),
            "GITHUB_ENV": str(self.temp / "env"),
            "GITHUB_REPOSITORY": "acme/shop",
            "GITHUB_SERVER_URL": "https://github.com",
            "GITHUB_RUN_ID": "1",
            "GITHUB_ACTION_PATH": str(PROJECT),
            "RUNNER_TEMP": str(self.temp),
            **env,
        }

    @property
    def summary(self) -> str:
        """The job summary."""
        path = self.temp / "summary"
        return path.read_text("utf-8") if path.exists() else ""

    def run(self, steps: Sequence[Mapping[str, Any]]) -> None:
        """Run `steps` in order, as far as their conditions let them."""
        for step in steps:
            condition = _EXPRESSION.sub(r"\1", step.get("if", ""))
            if self.failed and "cancelled()" not in condition:
                continue
            if condition and not self._holds(condition):
                continue
            if "run" in step:
                self._run(step)
            else:
                self._use(step["uses"].partition("@")[0], step.get("with", {}))

    def _holds(self, condition: str) -> bool:
        return all(self._value(part) for part in condition.split(" && "))

    def _value(self, expression: str) -> object:
        if expression == "!cancelled()":
            return True
        if " || " in expression:
            return any(self._value(part) for part in expression.split(" || "))
        if " == " in expression:
            left, _, right = expression.partition(" == ")
            return str(self._value(left)) == right.strip("'")
        match = re.fullmatch(r"steps\.([\w-]+)\.outputs\.([\w-]+)", expression)
        if match:
            return self.outputs.get(f"{match[1]}.{match[2]}", "")
        return self.known[expression]

    def _text(self, text: str) -> str:
        return _EXPRESSION.sub(lambda match: str(self._value(match[1])), text)

    def _run(self, step: Mapping[str, Any]) -> None:
        assert "${{" not in step["run"], "an input is pasted into a script"
        output = self.temp / "output"
        output.write_text("")
        words = ["--noprofile", "--norc", "-eo", "pipefail"]
        done = subprocess.run(
            ["bash", *(words if "shell" in step else ["-e"]), "-c", step["run"]],
            cwd=self.folder / step.get("working-directory", ""),
            env=self.environment
            | {name: self._text(text) for name, text in step.get("env", {}).items()},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
        )
        self.log += done.stdout
        self.failed |= done.returncode != 0
        for match in _OUTPUT.finditer(output.read_text("utf-8")):
            name, value = match["a"] or match["b"], match["long"] or match["short"]
            self.outputs[f"{step.get('id')}.{name}"] = value or ""

    def _use(self, action: str, given: Mapping[str, str]) -> None:
        given = {name: self._text(str(text)) for name, text in given.items()}
        if action == "actions/upload-artifact":
            for name in given["path"].splitlines():
                target = self.artifacts / given["name"] / name
                target.parent.mkdir(parents=True, exist_ok=True)
                if (self.folder / name).is_dir():
                    shutil.copytree(self.folder / name, target)
                elif (self.folder / name).exists():
                    shutil.copy(self.folder / name, target)
        elif action == "actions/download-artifact":
            shutil.copytree(self.artifacts / given["name"], self.folder / given["path"])
        else:
            assert action in {"actions/checkout", "actions/setup-python"}

    def _shims(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        python = f'exec "{sys.executable}"'
        pip = '[ "$1 $2" = "-m pip" ] && { shift 3; echo "pip: $*"; exit; }\n'
        venv = '[ "$1 $2" = "-m venv" ] && exit\n'
        for name, text in {
            "reportgen": f'{python} -m reportgen "$@"\n',
            "python": f'{pip}{python} "$@"\n',
            "python3": f'{venv}{python} "$@"\n',
        }.items():
            path = folder / name
            path.write_text(f"#!/bin/sh\n{text}")
            path.chmod(0o755)
