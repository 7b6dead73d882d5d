"""The statement beside a report says what in-toto means, and nothing too good."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from google.protobuf import json_format
from in_toto_attestation.predicates.test_result.v0 import test_result_pb2
from in_toto_attestation.v1 import statement_pb2
from in_toto_attestation.v1.resource_descriptor import ResourceDescriptor
from in_toto_attestation.v1.statement import Statement

from reportgen.cli import main
from reportgen.model import ExitCode

HEAD = """\
title: Session store
evidence:
  tests: {pytest: results/tests.json}
tasks:
  - id: store
    title: Store
"""
CLAIM = HEAD + "    done: true\n    acceptance: [{tests: tests/}]\n"
Outcomes = Mapping[str, str]


def phase(outcome: str) -> dict[str, Any]:
    """Return a phase of a test as pytest-json-report writes one."""
    return {"outcome": outcome, "duration": 0.01}


def run(outcomes: Outcomes, exitcode: int, **more: Any) -> str:  # noqa: ANN401 - JSON
    """Return the JSON of a run in which each test had its outcome."""
    tests = [
        {
            "nodeid": nodeid,
            "outcome": outcome,
            "lineno": 1,
            "setup": phase("passed"),
            "call": phase("failed" if outcome == "failed" else "passed"),
            "teardown": phase("passed"),
        }
        for nodeid, outcome in outcomes.items()
    ]
    summary = {"total": len(tests), "collected": len(tests)}
    data = {"created": 1.8e9, "duration": 1.0, "exitcode": exitcode, "root": "/r"}
    return json.dumps({**data, "summary": summary, "tests": tests, **more})


def state(folder: Path, record: str, results: str | None) -> dict[str, Any]:
    """Build a report with its statement in `folder`, and return that."""
    home = folder / "data" / "shop"
    (home / "results").mkdir(parents=True)
    (home / "record.yaml").write_text(record, encoding="utf-8")
    if results is not None:
        (home / "results" / "tests.json").write_text(results, encoding="utf-8")
    if "was.json" in record:
        broken = run(dict.fromkeys(ONE, "failed"), 1)
        (home / "results" / "was.json").write_text(broken, encoding="utf-8")
    assert main(["build", "shop", "--attestation"]) in {0, 1}
    path = folder / "reports" / "shop.md.intoto.json"
    statement: dict[str, Any] = json.loads(path.read_bytes())
    return statement


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


ONE = {"tests/test_a.py::test_one": "passed"}
TWO = {**ONE, "tests/test_a.py::test_two": "failed"}
EXPECTED = (
    HEAD
    + "    done: true\n"
    + "    acceptance:\n"
    + "      - {tests: tests/test_a.py::test_one}\n"
    + "      - {tests: tests/test_a.py::test_two, expect: failed}\n"
)
CASES: dict[str, tuple[str, str | None, str, dict[str, list[str]]]] = {
    "all passed": (
        CLAIM,
        run(ONE, 0),
        "PASSED",
        {"passedTests": ["run tests", "store: tests tests/"]},
    ),
    "one failed": (
        CLAIM,
        run(TWO, 1),
        "FAILED",
        {
            "failedTests": [
                "run tests",
                "store: tests tests/",
                "tests/test_a.py::test_two",
            ]
        },
    ),
    "one failed that nobody claims": (
        HEAD + "    acceptance: [{tests: tests/test_a.py::test_one}]\n",
        run(TWO, 1),
        "FAILED",
        {
            "passedTests": ["store: tests tests/test_a.py::test_one"],
            "failedTests": ["run tests", "tests/test_a.py::test_two"],
        },
    ),
    "failed as expected": (
        EXPECTED,
        run(TWO, 1),
        "WARNED",
        {
            "passedTests": ["store: tests tests/test_a.py::test_one"],
            "warnedTests": [
                "run tests",
                "store: tests expected to fail tests/test_a.py::test_two",
            ],
        },
    ),
    "all passed, and a figure contradicts": (
        CLAIM + "conclusion: 9 passed\n",
        run(ONE, 0),
        "FAILED",
        {"passedTests": ["run tests", "store: tests tests/"]},
    ),
    "failed before, and passed now": (
        CLAIM.replace("tests/}", "tests/}, {fixed: tests/, from: was}").replace(
            "tasks:", "  was: {pytest: results/was.json}\ntasks:", 1
        ),
        run(ONE, 0),
        "PASSED",
        {
            "passedTests": [
                "run tests",
                "store: fixed tests/",
                "store: tests tests/",
            ]
        },
    ),
    "one criterion twice, the better one last": (
        CLAIM.replace(
            "tests/}", "tests/, in: was}, {tests: tests/, in: tests}"
        ).replace("tasks:", "  was: {pytest: results/was.json}\ntasks:", 1),
        run(ONE, 0),
        "FAILED",
        {
            "passedTests": ["run tests"],
            "failedTests": [
                "run was",
                "store: tests tests/",
                "tests/test_a.py::test_one",
            ],
        },
    ),
    "a success criterion failed before all was done": (
        CLAIM
        + "  - {id: later, title: Later}\n"
        + "criteria:\n"
        + "  - {text: more, acceptance: [{metric: tests.passed, at_least: 2}]}\n"
        + "  - {text: later, acceptance: [{tests: later/}]}\n",
        run(ONE, 0),
        "FAILED",
        {
            "passedTests": ["run tests", "store: tests tests/"],
            "failedTests": ["success criterion: metric tests.passed"],
        },
    ),
    "flaky": (
        CLAIM,
        run({**ONE, "tests/test_a.py::test_two": "rerun"}, 0),
        "WARNED",
        {"warnedTests": ["run tests", "store: tests tests/"]},
    ),
    "passed unexpectedly": (
        CLAIM,
        run({**ONE, "tests/test_a.py::test_two": "xpassed"}, 0),
        "WARNED",
        {
            "passedTests": ["store: tests tests/"],
            "warnedTests": ["run tests"],
        },
    ),
    "nothing ran": (
        CLAIM,
        run({}, 5),
        "FAILED",
        {"failedTests": ["run tests", "store: tests tests/"]},
    ),
    "only collected, nothing claimed": (HEAD, run({}, 0), "FAILED", {}),
    "no evidence": (
        CLAIM,
        None,
        "FAILED",
        {"failedTests": ["run tests", "store: tests tests/"]},
    ),
    "crashed": (
        CLAIM,
        run(ONE, 3),
        "FAILED",
        {"failedTests": ["run tests", "store: tests tests/"]},
    ),
    "not begun": (
        HEAD + "    acceptance: [{tests: tests/later/}]\n",
        run(ONE, 0),
        "WARNED",
        {"passedTests": ["run tests"]},
    ),
}


@pytest.mark.parametrize(
    ("record", "results", "result", "names"), CASES.values(), ids=CASES
)
def test_a_statement_is_no_better_than_the_report(
    tmp_path: Path,
    record: str,
    results: str | None,
    result: str,
    names: dict[str, list[str]],
) -> None:
    """It is PASSED only where all passed; what failed is named."""
    predicate = state(tmp_path, record, results)["predicate"]
    lists = {key: each for key, each in predicate.items() if key.endswith("Tests")}
    assert lists == {"passedTests": [], "warnedTests": [], "failedTests": [], **names}
    assert predicate["result"] == result


@pytest.mark.parametrize("results", [run(ONE, 0), run(TWO, 1), None])
def test_in_totos_own_library_reads_it(tmp_path: Path, results: str | None) -> None:
    """The statement and its predicate have the published form, and no more fields."""
    data = state(tmp_path, CLAIM, results)
    message = json_format.Parse(json.dumps(data), statement_pb2.Statement())
    Statement.copy_from_pb(message).validate()
    assert data["predicateType"] == "https://in-toto.io/attestation/test-result/v0.1"
    predicate = json_format.ParseDict(data["predicate"], test_result_pb2.TestResult())
    assert predicate.result in {"PASSED", "WARNED", "FAILED"}
    assert predicate.configuration
    for descriptor in predicate.configuration:
        ResourceDescriptor.copy_from_pb(descriptor).validate()


def test_its_subjects_are_the_report_and_its_inputs(tmp_path: Path) -> None:
    """Each has the hash of the file as it lies there; names are relative."""
    data = state(tmp_path, CLAIM, run(ONE, 0))
    hashes = {each["name"]: each["digest"]["sha256"] for each in data["subject"]}
    assert list(hashes) == [
        "reports/shop.md",
        "data/shop/results/tests.json",
        "data/shop/record.yaml",
    ]
    for name, digest in hashes.items():
        assert hashlib.sha256((tmp_path / name).read_bytes()).hexdigest() == digest
    (configuration,) = data["predicate"]["configuration"]
    assert configuration["name"] == "data/shop/record.yaml"


def test_what_has_no_hash_is_no_subject(tmp_path: Path) -> None:
    """A file that was only looked for is not vouched for."""
    (tmp_path / "shop.py").touch()
    record = CLAIM.replace("tests/}", "tests/}, {file: shop.py}")
    data = state(tmp_path, record, run(ONE, 0))
    assert data["predicate"]["result"] == "PASSED"
    assert "shop.py" not in {each["name"] for each in data["subject"]}


def test_settings_are_configuration_and_no_file(tmp_path: Path) -> None:
    """What a configuration sets is part of it; the file as such is no subject."""
    (tmp_path / "reportgen.toml").write_text("hours_a_day = 6\n")
    data = state(tmp_path, CLAIM, run(ONE, 0))
    names = [each["name"] for each in data["predicate"]["configuration"]]
    assert names == ["data/shop/record.yaml", "reportgen.toml"]
    assert "reportgen.toml" not in {each["name"] for each in data["subject"]}


def test_every_part_of_a_divided_report_is_a_subject(tmp_path: Path) -> None:
    """What is signed is all of the report, in however many files it is."""
    record = (
        CLAIM
        + "sections:\n"
        + "".join(
            f"  - {{title: Part {number}, body: {'word ' * 200}}}\n"
            for number in range(9)
        )
    )
    state(tmp_path, record, run(ONE, 0))
    options = ["--split", "--fit", "4000", "-o", "out/shop.md", "--attestation"]
    assert main(["build", "shop", *options]) in {0, 1}
    data = json.loads((tmp_path / "out" / "shop.md.intoto.json").read_bytes())
    parts = {path.name for path in (tmp_path / "out").glob("*.md")}
    assert len(parts) > 1
    assert {f"out/{name}" for name in parts} <= {s["name"] for s in data["subject"]}


def test_hostile_names_stay_names(tmp_path: Path) -> None:
    """The file is ASCII, and a name in it is what the test is called."""
    name = 'tests/test_a.py::test_x["</script>\\u202e\\n::error::é]'
    path = tmp_path / "reports" / "shop.md.intoto.json"
    predicate = state(tmp_path, CLAIM, run({name: "failed"}, 1))["predicate"]
    assert name in predicate["failedTests"]
    assert path.read_bytes().isascii()


def test_standard_output_has_no_statement(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """There is no file that a statement could lie beside, and that is said."""
    state(tmp_path, CLAIM, run(ONE, 0))
    code = main(["build", "shop", "--attestation", "-o", "-"])
    assert code == ExitCode.UNUSABLE
    assert "--attestation is written beside a file" in capsys.readouterr().err
