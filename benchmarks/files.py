"""Makes the files that are measured: the same bytes for the same arguments.

The results look like what pytest-json-report writes of a real run: collectors, then
tests with their keywords, two in a hundred failing with a traceback, two skipped,
some with captured output.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TextIO
from xml.sax.saxutils import escape, quoteattr

CREATED = 1_780_000_000.0
_IN_A_FILE = 50
_EVERY = 50  # tests one fails, one is skipped, and three have output
_AREAS = ("api", "billing", "cache", "export", "mail", "search", "storage", "users")
_VERBS = ("accepts", "rejects", "creates", "merges", "parses", "retries", "sorts")
_PARAMETERS = ("", "[1]", "[None]", "[a b]", "[x|y]", "[<b>]", "[2024-02-29]")
_RECORD = """\
title: Work package {number}
evidence:
  tests: {{{format}: [{files}]}}
tasks:
  - id: all
    title: Everything passes
    planned: 2h
    actual: 1h
    done: true
    acceptance:
      - tests: tests/unit/
        at_least: 1
"""


def results(path: Path, tests: int, first: int = 0, *, failing: bool = True) -> None:
    """Write the result file `path` of so many `tests`, beginning with number `first`.

    However many there are, one at a time is held in memory.
    """
    numbers = range(first, first + tests)
    head = {
        "created": CREATED,
        "duration": tests / 250,
        "exitcode": int(failing),
        "root": "/home/ci/shop",
        "environment": {"Python": "3.12.4", "Plugins": {"json-report": "1.5.0"}},
        "summary": {"total": tests, "collected": tests},
    }
    with path.open("w", encoding="utf-8") as out:
        out.write(json.dumps(head)[:-1] + ', "collectors": [')
        _write(out, _collectors(numbers))
        out.write('], "tests": [')
        _write(out, (_test(number, failing=failing) for number in numbers))
        out.write("]}")


def shards(folder: Path, tests: int, number: int) -> None:
    """Write the same tests into a `number` of files."""
    folder.mkdir(parents=True)
    each = tests // number
    for at in range(number):
        results(folder / f"shard-{at:04}.json", each, at * each)


def junit(path: Path, tests: int) -> None:
    """Write the same tests as JUnit XML, as pytest does."""
    with path.open("w", encoding="utf-8") as out:
        out.write('<?xml version="1.0" encoding="utf-8"?>\n<testsuites>')
        out.write(f'<testsuite name="pytest" tests="{tests}" {_junit_counts(tests)}>')
        for number in range(tests):
            out.write(_testcase(_test(number, failing=True)))
        out.write("</testsuite></testsuites>\n")


def ctrf(path: Path, tests: int) -> None:
    """Write the same tests as CTRF."""
    bad = len(range(0, tests, _EVERY))
    skipped = len(range(1, tests, _EVERY))
    summary = {
        "tests": tests,
        "passed": tests - bad - skipped,
        "failed": bad,
        "skipped": skipped,
        "pending": 0,
        "other": 0,
        "start": int(CREATED * 1000),
        "stop": int(CREATED * 1000) + tests,
    }
    head = {"tool": {"name": "pytest"}, "summary": summary}
    with path.open("w", encoding="utf-8") as out:
        out.write('{"results": ' + json.dumps(head)[:-1] + ', "tests": [')
        _write(out, (_ctrf_test(_test(each, failing=True)) for each in range(tests)))
        out.write("]}}")


def project(
    folder: Path, records: int, evidence: str = "", format_: str = "pytest"
) -> None:
    """Write a project with a number of `records`, each with ten tests of its own.

    Where `evidence` is given, they name that file or glob instead.
    """
    (folder / "data").mkdir(parents=True, exist_ok=True)
    (folder / "reportgen.toml").write_text('data = "data"\n', encoding="utf-8")
    for number in range(records):
        home = folder / "data" / f"package-{number:04}"
        home.mkdir()
        if not evidence:
            results(home / "tests.json", 10, number * 10, failing=False)
        text = _RECORD.format(
            number=number, format=format_, files=evidence or "tests.json"
        )
        (home / "record.yaml").write_text(text, encoding="utf-8")


def many_tasks(path: Path, tasks: int) -> None:
    """Write a record with so many `tasks`, as a large piece of YAML."""
    with path.open("w", encoding="utf-8") as out:
        out.write("title: A large plan\ntasks:\n")
        for number in range(tasks):
            out.write(
                f"  - id: task-{number}\n    title: Task number {number}\n"
                f"    planned: 2h\n    actual: 90m\n    done: true\n"
                f"    problem: [it was slow, and slow in many places]\n"
                f"    acceptance:\n      - tests: tests/unit/{number}\n"
            )


def table(rows: int) -> str:
    """Return a Markdown table of so many `rows`, with a heading here and there."""
    parts = ["# A large table\n"]
    for number in range(rows):
        if number % 100 == 0:
            parts.append(
                f"\n## Rows from {number}\n\n| Name | Value |\n| --- | --- |\n"
            )
        parts.append(f"| `tests/test_{number}.py` | **{number}** of {rows} |\n")
    return "".join(parts)


def _write(out: TextIO, values: Iterable[Any]) -> None:
    between = ""
    for value in values:
        out.write(between + json.dumps(value))
        between = ", "


def _path(number: int) -> str:
    file = number // _IN_A_FILE
    area = _AREAS[file % len(_AREAS)]
    return f"tests/unit/{area}/test_{area}_{file:05}.py"


def _name(number: int) -> str:
    verb = _VERBS[number % len(_VERBS)]
    return f"test_{verb}_{number}{_PARAMETERS[number % 5 * number % 7]}"


def _collectors(numbers: range) -> Iterator[dict[str, Any]]:
    yield {"nodeid": "", "outcome": "passed", "result": []}
    for start in range(numbers.start, numbers.stop, _IN_A_FILE):
        path = _path(start)
        inside = range(start, min(start + _IN_A_FILE, numbers.stop))
        items = [
            {
                "nodeid": f"{path}::{_name(each)}",
                "type": "Function",
                "lineno": each % 97,
            }
            for each in inside
        ]
        yield {"nodeid": path, "outcome": "passed", "result": items}


def _test(number: int, *, failing: bool) -> dict[str, Any]:
    path, name = _path(number), _name(number)
    word = "passed"
    stages = {
        when: {"duration": 1e-4 * (1 + number % 13), "outcome": "passed"}
        for when in ("setup", "call", "teardown")
    }
    if failing and number % _EVERY == 0:
        word = "failed"
        stages["call"] |= _failure(path, number)
    elif failing and number % _EVERY == 1:
        word = "skipped"
        del stages["call"]
        why = f"('/home/ci/shop/{path}', 24, 'Skipped: needs a | database')"
        stages["setup"] |= {"outcome": "skipped", "longrepr": why}
    elif number % _EVERY < _EVERY // 10:
        stages["call"]["stdout"] = f"connected to db-{number}.internal: été\n" * 6
    return {
        "nodeid": f"{path}::{name}",
        "lineno": number % 97,
        "outcome": word,
        "keywords": [name, *path.split("/"), "shop", ""],
        **stages,
    }


def _failure(path: str, number: int) -> dict[str, Any]:
    message = f"AssertionError: assert {number} == {number + 1}"
    crash = {"path": f"/home/ci/shop/{path}", "lineno": 12, "message": message}
    source = "".join(
        f">       line_{at} = compute({number}, {at})\n" for at in range(25)
    )
    return {
        "outcome": "failed",
        "crash": crash,
        "traceback": [{"path": path, "lineno": 12, "message": "AssertionError"}],
        "longrepr": f"{source}E       {message}\n\n{path}:12: AssertionError",
    }


def _junit_counts(tests: int) -> str:
    bad = len(range(0, tests, _EVERY))
    skipped = len(range(1, tests, _EVERY))
    return f'errors="0" failures="{bad}" skipped="{skipped}" time="{tests / 250}"'


def _testcase(test: dict[str, Any]) -> str:
    path, _, name = test["nodeid"].partition("::")
    module = path.removesuffix(".py").replace("/", ".")
    call = test.get("call", {})
    parts = ""
    if test["outcome"] == "failed":
        crash, text = call["crash"]["message"], escape(call["longrepr"])
        parts = f"<failure message={quoteattr(crash)}>{text}</failure>"
    elif test["outcome"] == "skipped":
        why = quoteattr(test["setup"]["longrepr"])
        parts = f'<skipped type="pytest.skip" message={why}/>'
    elif "stdout" in call:
        parts = f"<system-out>{escape(call['stdout'])}</system-out>"
    seconds = f"{_seconds(test):.4f}"
    head = f"<testcase classname={quoteattr(module)} name={quoteattr(name)}"
    return f'{head} time="{seconds}">{parts}</testcase>'


def _ctrf_test(test: dict[str, Any]) -> dict[str, Any]:
    path, _, name = test["nodeid"].partition("::")
    described: dict[str, Any] = {
        "name": name,
        "status": test["outcome"],
        "duration": round(1000 * _seconds(test)),
        "suite": [path],
        "filePath": path,
    }
    call = test.get("call", {})
    if test["outcome"] == "failed":
        described |= {"message": call["crash"]["message"], "trace": call["longrepr"]}
    elif test["outcome"] == "skipped":
        described["message"] = test["setup"]["longrepr"]
    elif "stdout" in call:
        described["stdout"] = call["stdout"].splitlines()
    return described


def _seconds(test: dict[str, Any]) -> float:
    stages = ("setup", "call", "teardown")
    return sum(float(test[stage]["duration"]) for stage in stages if stage in test)
