"""What `reportgen explain` says of a task: the chain from its claim to its status."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from repositories import write_files

from reportgen.cli import main

GOLDEN = Path(__file__).parent / "cases" / "explain.txt"
RECORD = """\
title: A shop
evidence:
  linux: {pytest: results/linux.json}
  nightly: {pytest: results/nightly.json, max_age: 1h}
  before: {pytest: results/before.json}
  issues: {issues: issues.json}
tasks:
  - {id: proven, title: Proven, done: true, acceptance: [{tests: tests/test_a.py}]}
  - id: broken
    title: Broken
    done: true
    acceptance: [{tests: tests/test_b.py}, {file: shop.py, contains: ''}]
  - {id: flaky, title: Flaky, done: true, acceptance: [{tests: tests/test_c.py}]}
  - id: stale
    title: Stale
    done: true
    acceptance: [{tests: tests/test_x.py, in: nightly}]
  - {id: waits, title: Waits, done: true, acceptance: [{issue: 17}]}
  - {id: fixed, title: Fixed, done: true, acceptance: [{fixed: tests/test_a.py}]}
  - {id: bare, title: Bare, done: true}
  - {id: begun, title: Begun, actual: 2h}
  - id: vouched
    title: Vouched
    done: true
    attested: {by: lead, on: 2026-03-01}
blockers:
  - {id: pool, title: Pool, blocked_by: [17]}
criteria:
  - {text: all is well, acceptance: [{tests: tests/, at_least: 9}]}
"""


def results(created: float, **tests: str) -> str:
    """Return a file of `tests`, by name with their outcomes."""
    bad = [outcome for outcome in tests.values() if outcome == "failed"]
    listed = []
    for name, outcome in tests.items():
        word = "passed" if outcome == "rerun" else outcome
        call = {"outcome": word, "duration": 0.1}
        if word == "failed":
            call["crash"] = {"message": "AssertionError: 1 is not 2\nmore"}
        listed.append(
            {"nodeid": f"tests/test_{name}.py::test_it", "outcome": outcome}
            | {"setup": {"outcome": "passed"}, "call": call}
            | {"teardown": {"outcome": "passed"}}
        )
    data = {"created": created, "exitcode": 1 if bad else 0, "tests": listed}
    return json.dumps(data)


def test_explain_tells_the_whole_chain(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    golden: Callable[[Path, str], None],
) -> None:
    """Claim, criterion, tests, rule, status, and what would turn each of them ✅."""
    monkeypatch.chdir(tmp_path)
    write_files(
        tmp_path,
        {
            "data/work/record.yaml": RECORD.replace(", contains: ''", ""),
            "data/work/results/linux.json": results(
                1e9, a="passed", b="failed", c="rerun"
            ),
            "data/work/results/nightly.json": results(1e9, x="passed"),
            "data/work/results/before.json": results(1e9, a="failed"),
            "data/work/issues.json": '[{"number": 17, "state": "OPEN"}]',
        },
    )
    assert main(["explain", "work"]) == 0
    golden(GOLDEN, capsys.readouterr().out)


def test_explain_says_once_what_is_wrong_with_a_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """However many criteria rest on it, and only if one of those told of does."""
    monkeypatch.chdir(tmp_path)
    criteria = "{tests: tests/test_a.py}, {tests: tests/test_b.py}"
    tests = results(1e9, a="failed", b="passed")
    write_files(
        tmp_path,
        {
            "data/work/record.yaml": "title: x\nevidence:\n  now: {pytest: now.json}\n"
            f"tasks:\n  - {{id: a, title: A, done: true, acceptance: [{criteria}]}}\n"
            "  - {id: b, title: B}\n",
            "data/work/now.json": tests,
        },
    )
    for task, times in ((["a"], 1), (["b"], 0), ([], 1)):
        assert main(["explain", "work", *task]) == 0
        assert capsys.readouterr().out.count("not green: ") == times


def test_explain_tells_of_one_task_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the name of a task, nothing else is told; an unknown one is refused."""
    monkeypatch.chdir(tmp_path)
    write_files(tmp_path, {"data/work/record.yaml": RECORD})
    assert main(["explain", "work", "bare"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("❓ bare: Bare\n")
    assert "broken" not in said
    assert main(["explain", "work", "nothing"]) == 2


def test_explain_says_once_that_a_blocker_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """By whose word it is gone, or why: the word itself stands there once."""
    word = "{by: lead, on: 2026-03-01}"
    text = f"title: t\nblockers: [{{id: pool, title: Pool, attested: {word}}}]\n"
    write_files(tmp_path, {"data/shop.yaml": text})
    monkeypatch.chdir(tmp_path)
    main(["explain", "shop"])
    said = capsys.readouterr().out
    assert "\n☑️ blocker pool: gone, says lead, 2026-03-01\n" in said
