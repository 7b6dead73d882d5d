"""What CTRF says, and what is wrong with it."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from evidence_files import outcomes_of, read_text

from reportgen.model import Outcome, Run, Tally


def _ctrf(*tests: Mapping[str, object], **summary: object) -> str:
    results = {"tool": {"name": "jest"}, "summary": summary, "tests": tests}
    return json.dumps({"reportFormat": "CTRF", "results": results})


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        ({"status": "passed"}, Outcome.PASSED),
        ({"status": "passed", "flaky": True}, Outcome.FLAKY),
        ({"status": "passed", "retries": 2}, Outcome.FLAKY),
        ({"status": "failed", "flaky": True}, Outcome.FAILED),
        ({"status": "failed", "rawStatus": "error"}, Outcome.ERROR),
        ({"status": "skipped", "rawStatus": "xfailed"}, Outcome.XFAILED),
        ({"status": "passed", "rawStatus": "failed"}, Outcome.PASSED),
        ({"status": "passed", "rawStatus": "rerun"}, Outcome.FLAKY),
        ({"status": "passed", "rawStatus": "xpassed"}, Outcome.XPASSED),
        ({"status": "pending"}, Outcome.SKIPPED),
        ({"status": "other"}, Outcome.UNKNOWN),
        ({}, Outcome.UNKNOWN),
        ({"status": "passed", "duration": "\udc80"}, Outcome.PASSED),
    ],
)
def test_ctrf_status_is_an_outcome(
    tmp_path: Path, test: dict[str, object], expected: Outcome
) -> None:
    """A status is taken as it is; one that nobody knows is never good."""
    found = outcomes_of(tmp_path, _ctrf({"name": "x", **test}), "ctrf")
    assert found == {"x": expected}


@pytest.mark.parametrize("key", ["message", "trace"])
def test_ctrf_failure_may_say_a_number_beyond_all_bounds(
    tmp_path: Path, key: str
) -> None:
    """What cannot be decoded is no text of a failure, which stays one."""
    text = _ctrf({"name": "x", "status": "failed", key: "HUGE"})
    found = outcomes_of(tmp_path, text.replace('"HUGE"', "1e999"), "ctrf")
    assert found == {"x": Outcome.FAILED}


def test_ctrf_tests_are_named_by_file_and_suite(tmp_path: Path) -> None:
    """A name that is no node id yet is completed to one that is unique."""
    text = _ctrf(
        {"name": "a.py::x", "status": "passed", "filePath": "a.py"},
        {
            "name": "adds",
            "status": "passed",
            "filePath": "c.ts",
            "suite": ["c.ts", "C"],
        },
        {"name": "adds", "status": "passed", "filePath": "c.ts", "suite": "Dear"},
    )
    assert list(outcomes_of(tmp_path, text, "ctrf")) == [
        "a.py::x",
        "c.ts::C::adds",
        "c.ts::Dear::adds",
    ]


@pytest.mark.parametrize("at", [0, 1, 2, 2_998])
@pytest.mark.parametrize(
    ("once", "twice", "key"),
    [
        ('"status":', '"status": "failed", "status":', "status"),
        ('"name":', '"name": "another", "name":', "name"),
        ('"status":', '"steps": [{"name": "a", "name": "b"}], "status":', "name"),
        ('"status":', '"labels": [{"name": 1}], "flaky": true, "status":', "flaky"),
        ('"status":', '"x": 1e400, "status": "failed", "status":', "status"),
        ('"status":', '"st\\u0061tus": "failed", "status":', "status"),
    ],
    ids=["status", "name", "nested", "beside-nested", "odd-number", "spelt-out"],
)
def test_ctrf_test_that_says_two_things_is_refused(
    tmp_path: Path, once: str, twice: str, key: str, at: int
) -> None:
    """What is said first of a test is not taken back by what is said last."""
    lines = [_ctrf_line(n) for n in range(3_000 if at > 2 else 3)]
    lines[at] = lines[at].replace(once, twice)
    text = '{"results": {"tests": [\n' + ",\n".join(lines) + "]}}"
    problem = read_text(tmp_path, "ctrf", text).problem
    assert problem is not None
    assert (problem.code, problem.message) == ("repeated-key", f"says {key!r} twice")
    assert (problem.place.line, problem.place.column) == (at + 2, 1)


@pytest.mark.parametrize(
    ("once", "twice"),
    [
        ('"status":', '"steps": [{"name": "a", "status": "failed"}], "status":'),
        ('"status":', '"status": "passed", "status":'),
        ('"status":', '"message": "\\u0022", "labels": [{"name": 1}], "status":'),
        ('"status":', '"x": 1e400, "labels": [{"name": "\\ud800"}], "status":'),
        ('"name":', '"attachments": [{"name": "\\"status\\""}], "name":'),
    ],
    ids=["steps", "same-twice", "escaped-quote", "odd-values", "names-a-key"],
)
@pytest.mark.parametrize("tests", [3, 3_000])
def test_ctrf_test_that_only_seems_to_say_two_things_is_read(
    tmp_path: Path, once: str, twice: str, tests: int
) -> None:
    """Parts of a test may be named as it is, and what is said again is no news."""
    lines = [_ctrf_line(n).replace(once, twice) for n in range(tests)]
    text = '{"results": {"tests": [\n' + ",\n".join(lines) + "]}}"
    run = read_text(tmp_path, "ctrf", text)
    assert isinstance(run, Run)
    assert run.problem is None
    assert run.tally == Tally(flaky=tests)


def _ctrf_line(number: int) -> str:
    test = {"name": f"t{number}", "flaky": False, "retries": 1, "status": "passed"}
    return json.dumps(test)


def test_ctrf_summary_gives_time_and_what_is_stated(tmp_path: Path) -> None:
    """Times are milliseconds; a summary that agrees states our own counts."""
    test = {"name": "x", "status": "failed", "duration": 1500, "message": "boom"}
    run = read_text(
        tmp_path, "ctrf", _ctrf(test, tests=1, failed=1, start=1e12, stop=2e12)
    )
    assert isinstance(run, Run)
    assert (run.created, run.duration) == (2e9, 1e9)
    assert run.stated == {"total": 1, "failed": 1}
    assert (run.results[0].message, run.results[0].duration) == ("boom", 1.5)
    assert run.exitcode_known is False


@pytest.mark.parametrize(
    ("summary", "expected"),
    [
        ('{"start": 1000, "stop": 3500}', (3.5, 2.5)),
        ('{"start": 2000, "stop": 2000}', (2.0, 0.0)),
        ('{"start": 3000, "stop": 2000}', (2.0, None)),
        ('{"stop": 2000}', (2.0, None)),
        ('{"start": 1000}', (None, None)),
        ('{"start": "1000", "stop": "2000"}', (2.0, 1.0)),
        ('{"start": [], "stop": true}', (None, None)),
        ('{"stop": 1e300}', (None, None)),
        ("[1]", (None, None)),
    ],
)
def test_ctrf_run_lasts_from_its_start_to_its_end(
    tmp_path: Path, summary: str, expected: tuple[float | None, float | None]
) -> None:
    """The end is the time of the run; one that ends too early has no duration."""
    text = f'{{"results": {{"summary": {summary}, "tests": []}}}}'
    run = read_text(tmp_path, "ctrf", text)
    assert isinstance(run, Run)
    assert run.problem is None
    assert (run.created, run.duration) == expected


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ({"tests": 3, "failed": 2}, {"total": 2, "failed": 2}),
        ({"tests": 6, "failed": 4}, {"total": 5, "failed": 4}),
        ({"failed": 0}, {"failed": 0}),
        ({"tests": "3", "failed": -1}, {"total": 2}),
        ({"tests": "two", "failed": None}, {}),
    ],
    ids=str,
)
def test_ctrf_that_contradicts_itself_is_shown(
    tmp_path: Path, stated: dict[str, object], expected: dict[str, int]
) -> None:
    """Where a summary states more than there is, the difference stays visible."""
    told = [("x", "failed"), ("x", "passed"), ("y", "failed")]
    tests = ({"name": name, "status": status} for name, status in told)
    run = read_text(tmp_path, "ctrf", _ctrf(*tests, **stated))
    assert isinstance(run, Run)
    assert run.stated == expected


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        (
            {"status": "failed", "message": " boom\n", "trace": "\x1b[1mwhy\n  boom"},
            ("failed", "boom", "why\n  boom"),
        ),
        (
            {"status": "failed", "rawStatus": "timedOut", "trace": "why\nlate\n"},
            ("timedOut", "late", "why\nlate\n"),
        ),
        ({"status": "failed", "message": 3, "trace": ["x"]}, ("failed", "", "")),
        ({"status": "skipped", "trace": "not now"}, ("skipped", "not now", "")),
    ],
)
def test_ctrf_result_says_what_went_wrong(
    tmp_path: Path, test: dict[str, object], expected: tuple[str, str, str]
) -> None:
    """The message says it, else the trace; a skip has no need of its whole text."""
    run = read_text(tmp_path, "ctrf", _ctrf({"name": "x", **test}))
    assert isinstance(run, Run)
    assert [(r.word, r.message, r.detail) for r in run.results] == [expected]


@pytest.mark.parametrize("odd", ["NaN", '"\\ud800"', "1e400"])
@pytest.mark.parametrize(
    "more",
    [
        {},
        {"status": "passed"},
        {"status": "failed", "duration": 1500, "message": "a", "trace": "b\nc"},
        {"status": "failed", "rawStatus": "error", "filePath": "a.ts", "suite": "S"},
        {"status": "passed", "flaky": True, "suite": ["S", "T"]},
        {"status": "passed", "retries": 1, "message": None, "trace": None},
        {"status": "passed", "rawStatus": "xpassed"},
    ],
    ids=str,
)
def test_ctrf_test_is_read_alike_whatever_stands_beside_it(
    tmp_path: Path, more: dict[str, object], odd: str
) -> None:
    """A value that only the standard library reads changes nothing else."""
    plain = _ctrf({"name": "x", **more})
    strange = plain.replace('{"name"', f'{{"odd": {odd}, "name"')
    assert strange != plain
    one, two = (read_text(tmp_path, "ctrf", text) for text in (plain, strange))
    assert isinstance(one, Run)
    assert isinstance(two, Run)
    assert two.problem is None
    assert (two.tally, two.results) == (one.tally, one.results)
    assert outcomes_of(tmp_path, plain, "ctrf") == outcomes_of(
        tmp_path, strange, "ctrf"
    )


@pytest.mark.parametrize(
    ("test", "nodeid", "outcome"),
    [
        ({"name": "\ud800", "status": "passed"}, "\\ud800", Outcome.PASSED),
        ({"name": "x", "filePath": "\ud800"}, "\\ud800::x", Outcome.UNKNOWN),
        ({"name": "x", "suite": ["\ud800", 3]}, "\\ud800::3::x", Outcome.UNKNOWN),
        ({"name": "x", "suite": ["", "S"]}, "S::x", Outcome.UNKNOWN),
        ({"name": "x", "status": "\ud800"}, "x", Outcome.UNKNOWN),
        ({"name": "x", "status": True}, "x", Outcome.UNKNOWN),
        ({"name": "x", "status": "passed", "flaky": 0}, "x", Outcome.PASSED),
        ({"name": "x", "status": "passed", "flaky": "yes"}, "x", Outcome.FLAKY),
        ({"name": "x", "status": "passed", "retries": "1"}, "x", Outcome.FLAKY),
        ({"name": "x", "status": "passed", "retries": []}, "x", Outcome.PASSED),
        ({"name": "x", "status": "passed", "flaky": []}, "x", Outcome.PASSED),
        ({"name": "x", "status": "failed", "rawStatus": []}, "x", Outcome.FAILED),
        ({"name": "x", "status": "failed", "rawStatus": "\ud800"}, "x", Outcome.FAILED),
        ({"name": "x", "status": "failed", "message": "\ud800"}, "x", Outcome.FAILED),
        ({"name": "x", "status": "failed", "duration": []}, "x", Outcome.FAILED),
        ({"name": "x", "status": "failed", "duration": "long"}, "x", Outcome.FAILED),
    ],
    ids=str,
)
def test_ctrf_takes_values_of_another_kind(
    tmp_path: Path, test: dict[str, object], nodeid: str, outcome: Outcome
) -> None:
    """What is not written as the format has it is never better than it."""
    assert outcomes_of(tmp_path, _ctrf(test), "ctrf") == {nodeid: outcome}
    run = read_text(tmp_path, "ctrf", _ctrf(test))
    assert isinstance(run, Run)
    assert all(each.duration == 0 for each in run.results)
    "".join((*run.words, *(each.word for each in run.results))).encode()


def test_ctrf_words_that_nobody_knows_are_kept_short(tmp_path: Path) -> None:
    """A report names the words that it does not know, and only those."""
    tests = [{"name": word, "status": word} for word in ("failed", "y" * 101, "odd")]
    run = read_text(tmp_path, "ctrf", _ctrf(*tests))
    assert isinstance(run, Run)
    assert run.words == ("odd", "y" * 100)
    assert run.format == "ctrf"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[]", "evidence-format"),
        ("{}", "evidence-format"),
        ('{"results": []}', "evidence-format"),
        ('{"results": {}}', "evidence-format"),
        ('{"tests": []}', "evidence-format"),
        ('{"results": {"tests": {}}}', "evidence-format"),
        ('{"results": {"tests": [3]}}', "evidence-format"),
        ('{"results": {"tests": [{"status": "passed"}]}}', "evidence-format"),
        ('{"results": {"tests": [{"name": 3, "status": "a"}]}}', "evidence-format"),
        ("", "evidence-empty"),
        ('{"results": {"tests": []}} {', "evidence-trailing"),
    ],
)
def test_what_is_no_ctrf_is_a_problem(tmp_path: Path, text: str, code: str) -> None:
    """A file without a list of named tests is not taken for one without failures."""
    problem = read_text(tmp_path, "ctrf", text).problem
    assert problem is not None
    assert problem.code == code
    if code == "evidence-format":
        assert problem.message == "is not a CTRF report"


def test_ctrf_tests_are_found_wherever_they_stand(tmp_path: Path) -> None:
    """What the format does not have, before and behind, is passed over."""
    test = '{"name": "x", "status": "passed"}'
    text = (
        '{"a": {"tests": [3]}, "results": {"b": [1], "summary": {"tests": 1}, '
        f'"tests": [{test}], "c": {{}}}}, "tests": [4], "results": null}}'
    )
    run = read_text(tmp_path, "ctrf", text)
    assert isinstance(run, Run)
    assert run.problem is None
    assert (run.tally, run.stated) == (Tally(passed=1), {"total": 1})


def test_ctrf_that_ends_too_early_keeps_what_it_said(tmp_path: Path) -> None:
    """Of a file that is cut off, what was read is still shown."""
    text = '{"results": {"summary": {"tests": 9, "stop": 2000}, "tests": ['
    text += '{"name": "x", "status": "failed"}, {"name"'
    run = read_text(tmp_path, "ctrf", text)
    assert isinstance(run, Run)
    assert run.problem is not None
    assert (run.tally, run.stated) == (Tally(failed=1), {"total": 9})
    assert run.created == 2.0
