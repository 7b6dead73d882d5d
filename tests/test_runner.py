"""A command of the record runs where it belongs, or it is said why it cannot."""

import json
import os
import sys
from pathlib import Path

import pytest

from reportgen.collect.jobs import Command
from reportgen.collect.runner import Attempt, Runner
from reportgen.collect.site import Site
from reportgen.model import Source, Text


def attempt(
    *words: str, root: Path, base: Path | None = None, cwd: str = "", shard: str = ""
) -> Attempt:
    """Run `words` as the command of some evidence of the project at `root`."""
    site = Site(root=root, folder=root, base=base or root)
    runner = Runner(site=site, timeout=30, watch=lambda *_: None)
    source = Source(name=Text("tests"), format="pytest", files={}, cwd=Text(cwd))
    command = Command(text=Text(" ".join(words)), words=words)
    return runner.attempt(source, command, shard=shard)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a folder with a file that no system can run."""
    (tmp_path / "broken").write_text("?")
    (tmp_path / "broken").chmod(0o755)
    return tmp_path


@pytest.mark.parametrize(
    ("words", "cwd", "message", "hint"),
    [
        pytest.param(
            ["true"], "nowhere", "there is no folder 'nowhere'", "correct `cwd:`"
        ),
        pytest.param(
            ["there-is-no-such-program"],
            "",
            "there is no program 'there-is-no-such-program'",
            "install it, or correct the command",
        ),
        pytest.param(
            ["./broken"], "", "'./broken' cannot be run: Exec format error", ""
        ),
        pytest.param(["a\0b"], "", "'a\\x00b' cannot be run: embedded null byte", ""),
    ],
    ids=["no-folder", "no-program", "no-format", "no-name"],
)
@pytest.mark.parametrize("elsewhere", [False, True], ids=["here", "elsewhere"])
def test_what_cannot_begin_says_why(
    root: Path, words: list[str], cwd: str, message: str, hint: str, *, elsewhere: bool
) -> None:
    """The user reads what is missing, and in which of two checkouts."""
    project = root / "project" if elsewhere else root
    found = attempt(*words, root=project, base=root, cwd=cwd)
    where = " in that revision" if elsewhere and message.startswith("there") else ""
    assert found.problem is not None
    assert found.problem.message == f"tests: {message}{where}"
    assert (found.problem.code, found.problem.hint) == ("command-failed", hint)
    assert found.ended.exitcode is None


TELL = (
    "import json, os; print(json.dumps([os.environ.get(name) for name in"
    " ('REPORTGEN_STAMP', 'REPORTGEN_SHARD', 'PYTHONPATH')]))"
)


@pytest.mark.parametrize(
    ("known", "elsewhere", "expected"),
    [
        pytest.param(None, False, None, id="here"),
        pytest.param("lib", False, "lib", id="here-with-a-path"),
        pytest.param(None, True, "{0}:{0}/src", id="elsewhere"),
        pytest.param("lib", True, "{0}:{0}/src:lib", id="elsewhere-with-a-path"),
    ],
)
def test_another_checkout_is_tested_and_not_ours(
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
    known: str | None,
    expected: str | None,
    *,
    elsewhere: bool,
) -> None:
    """What lies there is found before a project that is installed in place."""
    monkeypatch.delenv("PYTHONPATH", raising=False)
    if known is not None:
        monkeypatch.setenv("PYTHONPATH", known)
    project = root / "project" if elsewhere else root
    found = attempt(sys.executable, "-c", TELL, root=project, base=root, shard="linux")
    path = expected and expected.format(root).replace(":", os.pathsep)
    assert json.loads(found.ended.output) == ["1", "linux", path]
    assert found.stamp["exitcode"] == 0
    assert found.stamp["shard"] == "linux"


SLOW = """
import os, sys, time
for part in sys.argv[1:]:
    os.write(1, part.encode().decode("unicode_escape").encode())
    time.sleep(0.3)
"""


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (["key: ghp_a1B2", "a1B2" * 8, "!\\n"], ["key:", "key: ***!"]),
        (["key: correct", " horse", " battery"], ["key:", "key: *** battery"]),
        (["-----BEGIN PRIVATE KEY", "-----\\nMIIE\\n", "a1B2"], ["***"]),
        (["10 %\\r", "20 %"], ["10 %", "20 %"]),
    ],
    ids=["token", "value", "key", "none"],
)
def test_no_part_of_a_secret_is_shown_while_it_comes(
    root: Path, monkeypatch: pytest.MonkeyPatch, parts: list[str], expected: list[str]
) -> None:
    """However it is divided, a secret is masked or not there yet."""
    monkeypatch.setenv("SHOP_PASSWORD", "correct horse")
    seen: dict[str, None] = {}
    site = Site(root=root, folder=root, base=root)
    runner = Runner(
        site=site, timeout=30, watch=lambda _, __, line: seen.setdefault(line)
    )
    source = Source(name=Text("tests"), format="pytest", files={})
    words = (sys.executable, "-c", SLOW, *parts)
    runner.attempt(source, Command(text=Text("python"), words=words))
    shown = [line for line in seen if line]
    assert [line for line in shown if line in expected] == expected
    for part in ("a1B2", "corr", "hors", "MIIE"):
        assert not any(part in line for line in shown)


def test_a_command_that_is_killed_leaves_no_part_of_a_secret(root: Path) -> None:
    """Its output ends anywhere."""
    code = "import os; os.write(1, b'key: ghp_a1B2'); os.abort()"
    found = attempt(sys.executable, "-c", code, root=root)
    assert found.ended.output == "key: "


@pytest.mark.parametrize("program", ["python", "python3", "pytest", "py.test"])
def test_where_there_is_no_python_ours_is_meant(
    root: Path, monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    """Called by its path, reportgen runs where no environment is active."""
    monkeypatch.setenv("PATH", str(root))
    monkeypatch.setenv("VIRTUAL_ENV", str(root))
    words = ["--version"] if program.startswith("py.") else ["-V"]
    found = attempt(program, *words, root=root)
    assert found.problem is None
    assert found.ended.exitcode == 0
    expected = "pytest" if "test" in program else "Python"
    assert found.ended.output.startswith(expected)
