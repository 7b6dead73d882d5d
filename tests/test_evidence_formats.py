"""What other tools write: JUnit XML, CTRF, coverage, issues and receipts."""

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from evidence_files import CASES, load, run_of
from hypothesis import given
from hypothesis import strategies as st

from reportgen.model import (
    Coverage,
    Outcome,
    Receipt,
    Receipts,
    Run,
    Tally,
    Testimony,
    Tracker,
)


def _read(folder: Path, form: str, text: str | bytes) -> Testimony:
    data = text if isinstance(text, bytes) else text.encode()
    (folder / "r").write_bytes(data)
    [found] = load(folder, "r", form, "")
    return found


def _junit(folder: Path, text: str) -> Run:
    found = _read(folder, "junit", text)
    assert isinstance(found, Run)
    return found


def _outcomes(folder: Path, text: str | bytes, form: str) -> dict[str, Outcome]:
    (folder / "r").write_bytes(text if isinstance(text, bytes) else text.encode())
    [found] = load(folder, "r", form, "", named=True)
    assert isinstance(found, Run)
    assert found.problem is None
    return dict(found.selections[""].outcomes or {})


# --- JUnit XML -----------------------------------------------------------------


def test_junit_says_what_the_json_of_the_same_run_says() -> None:
    """One run of pytest, written in two formats, is the same run."""
    results = CASES / "results"
    xml = run_of(results, "plain.xml", "junit", "test_shop.py")
    plain = run_of(results, "plain.json", "pytest", "test_shop.py")
    assert xml.problem is None
    assert xml.tally == plain.tally
    assert [r.nodeid for r in xml.results] == [r.nodeid for r in plain.results]
    assert xml.failed_collectors == plain.failed_collectors
    assert xml.stated == {"total": 7, "failed": 1, "error": 1}
    assert (xml.exitcode, xml.exitcode_known, xml.collected) == (None, False, None)
    assert xml.format == "junit"
    assert xml.created == pytest.approx(1772359200.542)


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        (
            'classname="tests.u.test_a" name="test_x[1.5]"',
            "tests/u/test_a.py::test_x[1.5]",
        ),
        ('classname="tests.test_a.TestK" name="x"', "tests/test_a.py::TestK::x"),
        ('classname="pkg.test_a.K.Inner" name="x"', "pkg/test_a.py::K::Inner::x"),
        ('classname="t.checks.K" name="x" file="t/checks.py"', "t/checks.py::K::x"),
        ('classname="K" name="x" file="t/checks.py"', "t/checks.py::x"),
        ('classname="com.acme.CartTest" name="adds"', "com.acme.CartTest::adds"),
        ('classname="cart adds" name="cart adds"', "cart adds::cart adds"),
        ('classname="acme/cart" name="TestAdds/one"', "acme/cart::TestAdds/one"),
        ('name="lonely"', "lonely"),
        ('name="tests.test_a"', "tests/test_a.py"),
        ('classname="tests.test_a.K"', "tests/test_a.py::K"),
        ('classname="com.acme.CartTest"', "com.acme.CartTest::com.acme.CartTest"),
        ('classname="pkg.tests" name="x"', "pkg/tests.py::x"),
        ('classname="pkg.test.K" name="x"', "pkg/test.py::K::x"),
        ('classname="pkg.a_test" name="x"', "pkg/a_test.py::x"),
        ('classname="pkg.testing.K" name="x"', "pkg.testing.K::x"),
        ('classname="test_a.test_b.K" name="x"', "test_a/test_b.py::K::x"),
        ('classname="a b.test_a.K" name="x"', "a b.test_a.K::x"),
        ('classname="a/b.test_a" name="x"', "a/b.test_a::x"),
        ('classname="t.checks" name="x" file="t/checks.py"', "t/checks.py::x"),
        ('classname="u.checks.K" name="x" file="t/checks.py"', "t/checks.py::x"),
        ('name="x" file=".\\t\\checks.py"', "./t/checks.py::x"),
        ('classname="t.a.K" name="x" file="./t/a.py"', "t/a.py::K::x"),
        ('classname="t.a.K" name="x" file="t\\a.py"', "t/a.py::K::x"),
        ('classname="C" name="x" file="t/a.ts"', "C::x"),
    ],
)
def test_junit_names_become_node_ids(
    tmp_path: Path, attributes: str, expected: str
) -> None:
    """Python's tests get pytest's node ids; others stay class name and name."""
    text = f"<testsuite><testcase {attributes}/></testsuite>"
    assert list(_outcomes(tmp_path, text, "junit")) == [expected]


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        ("", Outcome.PASSED),
        ("<system-out>x</system-out>", Outcome.PASSED),
        ("<failure/>", Outcome.FAILED),
        ('<failure message="a"/><error/>', Outcome.ERROR),
        ("<skipped/>", Outcome.SKIPPED),
        ('<skipped type="pytest.xfail"/>', Outcome.XFAILED),
        ('<flakyFailure message="a">b</flakyFailure>', Outcome.FLAKY),
        ("<flakyError/>", Outcome.FLAKY),
        ("<rerunError/>", Outcome.FLAKY),
        ("<rerunFailure/>", Outcome.FLAKY),
        ("<failure/><rerunFailure/>", Outcome.FAILED),
        ("<error/><failure/>", Outcome.ERROR),
        ("<rerunFailure/><skipped/>", Outcome.SKIPPED),
        ('<skipped type="pytest.skip"/>', Outcome.SKIPPED),
        ("<properties><failure/></properties>", Outcome.PASSED),
    ],
)
def test_junit_children_tell_the_outcome(
    tmp_path: Path, inside: str, expected: Outcome
) -> None:
    """The worst child counts, and only children of the test itself."""
    text = f'<testsuites><testsuite><testcase name="x">{inside}</testcase>'
    found = _outcomes(tmp_path, text + "</testsuite></testsuites>", "junit")
    assert list(found.values()) == [expected]


@pytest.mark.parametrize(
    ("attributes", "inside", "expected"),
    [
        ('status="run" result="completed"', "", Outcome.PASSED),
        ('status="Passed"', "", Outcome.PASSED),
        ('status="1" result=""', "", Outcome.PASSED),
        ('status="untested"', "", Outcome.UNKNOWN),
        ('status="run" result="timeout"', "", Outcome.UNKNOWN),
        ('status="untested"', "<skipped/>", Outcome.SKIPPED),
        ('status="0"', "<failure/>", Outcome.FAILED),
        ('status="retried"', "<flakyFailure/>", Outcome.FLAKY),
        ('status="notrun" result="suppressed"', "", Outcome.SKIPPED),
        ('status="notrun"', "", Outcome.SKIPPED),
        ('result="suppressed"', "", Outcome.SKIPPED),
        ('status="run" result="skipped"', "", Outcome.SKIPPED),
        ('status="disabled"', "<system-out/>", Outcome.SKIPPED),
        ('status="notrun"', '<skipped message="why"/>', Outcome.SKIPPED),
        ('status="notrun"', "<failure/>", Outcome.FAILED),
        ('status="fail"', "", Outcome.FAILED),
        ('status="Failed"', "<skipped/>", Outcome.FAILED),
        ('result="failure"', "", Outcome.FAILED),
        ('status="error" result="failed"', "", Outcome.ERROR),
        ('result="error" status="failed"', "", Outcome.ERROR),
    ],
)
def test_junit_attributes_tell_what_no_element_does(
    tmp_path: Path, attributes: str, inside: str, expected: Outcome
) -> None:
    """GoogleTest and CTest leave tests out without an element; they never passed."""
    text = f'<testsuite><testcase name="x" {attributes}>{inside}</testcase>'
    run = _junit(tmp_path, text + "</testsuite>")
    assert run.tally == Tally(**{expected.value: 1})
    assert [each.message for each in run.results] == (
        ["why" if "why" in inside else ""] * (expected is not Outcome.PASSED)
    )


@pytest.mark.parametrize(
    ("suite", "stated", "duration"),
    [
        ("<testsuite>", {"total": 3, "failed": 1, "error": 0}, 2.5),
        ('<testsuite tests="1" time="1">', {"total": 1, "failed": 0, "error": 0}, 1),
    ],
    ids=["only-together", "each"],
)
def test_junit_totals_of_all_suites_count_where_suites_have_none(
    tmp_path: Path, suite: str, stated: dict[str, int], duration: float
) -> None:
    """A test that was lost is missed, whoever states how many there were."""
    run = _junit(
        tmp_path,
        f'<testsuites tests="3" failures="1" time="2.5">{suite}'
        '<testcase name="x"/></testsuite></testsuites>',
    )
    assert (run.stated, run.duration) == (stated, duration)


def test_junit_words_that_nobody_knows_are_told(tmp_path: Path) -> None:
    """The report can name the words, of a bounded length."""
    cases = [f'<testcase name="{n}" status="{w}"/>' for n, w in enumerate(("b", "a"))]
    long = f'<testcase name="x" result="{"x" * 200}" status="run"/>'
    run = _junit(tmp_path, f"<testsuite>{''.join(cases)}{long}</testsuite>")
    assert run.tally == Tally(unknown=3)
    assert run.words == ("a", "b", "x" * 100)


def test_junit_test_that_fails_and_then_breaks_is_one(tmp_path: Path) -> None:
    """Pytest writes such a test twice; it is one test, and its text is kept."""
    case = '<testcase classname="test_a" name="x">'
    run = _junit(
        tmp_path,
        f'<testsuite tests="1" failures="1" errors="1">{case}<failure message="a"/>'
        f'</testcase>{case}<error message="failed on teardown">why</error></testcase>'
        "</testsuite>",
    )
    assert run.tally == Tally(error=1)
    assert run.stated == {"total": 1, "failed": 0, "error": 1}
    assert (run.results[0].message, run.results[0].detail) == (
        "failed on teardown",
        "why",
    )


@pytest.mark.parametrize(
    ("inside", "message", "detail"),
    [
        ('<failure message="boom">why\nboom</failure>', "boom", "why\nboom"),
        ("<failure>why\nE   boom\nend</failure>", "boom", "why\nE   boom\nend"),
        ("<failure>a<b>c</b>d</failure>", "ad", "ad"),
        ("<failure>a</failure>b<system-out>c</system-out>", "a", "a"),
        ('<failure message="a">x</failure><failure message="b"/>', "a", "x\n\n"),
        ("<failure/><failure>b</failure>", "b", "\n\nb"),
        ('<error message="a">x</error><failure message="b">y</failure>', "a", "x"),
        ('<failure message="b">y</failure><error message="a">x</error>', "a", "x"),
        ('<failure/><failure message="b"/>', "b", "\n\n"),
        ('<failure message="a"/><skipped message="b"/>', "a", ""),
        ('<failure>a</failure><skipped message="b"/>', "a", "a"),
        ('<failure message=" #x1B[31mred#x1B[0m "/>', "red", ""),
        ('<skipped message="not now">here</skipped>', "not now", ""),
    ],
)
def test_junit_result_says_what_went_wrong(
    tmp_path: Path, inside: str, message: str, detail: str
) -> None:
    """What is worst is told, in its own words; a skip has no need of a whole text."""
    case = f'<testcase name="x" line="6" time="1.5">{inside}</testcase>'
    run = _junit(tmp_path, f"<testsuite>{case}</testsuite>")
    [result] = run.results
    assert (result.message, result.detail) == (message, detail)
    assert (result.line, result.duration) == (7, 1.5)
    assert result.word == result.outcome.value


def test_junit_text_is_gathered_up_to_a_bound(tmp_path: Path) -> None:
    """A failure of many megabytes is not held; its beginning is."""
    lines = "".join(f"{n:09}\n" for n in range(100_000))
    run = _junit(
        tmp_path,
        f'<testsuite><testcase name="x" line="a" time="b"><failure>{lines}</failure>'
        '</testcase><testcase name="y"><failure>short</failure></testcase></testsuite>',
    )
    assert [r.detail for r in run.results] == [lines[:20_000] + " …", "short"]
    assert (run.results[0].line, run.results[0].duration) == (None, 0.0)
    assert run.results[0].message < "000020000"


def test_junit_knows_modules_that_were_not_collected(tmp_path: Path) -> None:
    """Pytest writes them as tests without a class; they are no tests."""
    run = _junit(
        tmp_path,
        '<testsuite tests="4" errors="1" skipped="1"><testcase name="a.test_a">'
        '<error message="collection failure">E  ImportError: no b</error></testcase>'
        '<testcase name="a.test_b"><skipped message="collection skipped">'
        "('/a/test_b.py', 1, 'Skipped: not here')</skipped></testcase>"
        '<testcase classname="a.test_c" name="x"><error message="collection failure"/>'
        '</testcase><testcase name="y"/></testsuite>',
    )
    assert [(c.nodeid, c.message) for c in run.failed_collectors] == [
        ("a/test_a.py", "ImportError: no b")
    ]
    assert [(c.nodeid, c.message) for c in run.skipped_collectors] == [
        ("a/test_b.py", "not here")
    ]
    assert (run.tally, run.collectors_known) == (Tally(passed=1, error=1), True)
    assert run.stated == {"total": 2, "failed": 0, "error": 0}
    assert not _junit(tmp_path, "<testsuite/>").collectors_known


def test_junit_modules_are_no_tests_that_are_missing(tmp_path: Path) -> None:
    """Pytest states a test that breaks when it has failed once, and each module."""
    cases = [
        '<testcase name="a"><error message="collection failure"/></testcase>',
        '<testcase name="b"><skipped message="collection skipped"/></testcase>',
        '<testcase classname="c" name="x"><failure/></testcase>',
        '<testcase classname="c" name="x"><error/></testcase>',
    ]
    run = _junit(tmp_path, f'<testsuite tests="3">{"".join(cases)}</testsuite>')
    assert run.tally == Tally(error=1)
    assert run.stated["total"] == 1


def _suites(text: str) -> str:
    for short, whole in [
        ("<s", "<testsuite"),
        ("</s>", "</testsuite>"),
        ("A", '<testcase name="a"/>'),
        ("F", '<testcase name="f"><failure/></testcase>'),
        ("@", 'timestamp="1970-01-01T00:01:'),
    ]:
        text = text.replace(short, whole)
    return f"<testsuites>{text}</testsuites>"


@pytest.mark.parametrize(
    ("suites", "created", "duration"),
    [
        ("<s/>", None, None),
        ('<s time="3"/>', None, None),
        ('<s tests="0"/>', None, 0.0),
        ('<s tests="0" time="3"/><s tests="0" time="4"/>', None, 7.0),
        ('<s tests="0" time="3"><s tests="0" time="2"/></s>', None, 3.0),
        ('<s><s tests="0" time="2"/></s>', None, 2.0),
        ('<s @00" time="5"/>', 65.0, None),
        ('<s @00" tests="a" time="b"/>', 60.0, 0.0),
        ('<s timestamp="now"/>', None, None),
        ('<s @00" time="9"/><s @05" time="2"/>', 69.0, None),
        ('<s @00" time="9"><s @30"/></s>', 90.0, None),
    ],
)
def test_junit_suites_tell_when_they_ended(
    tmp_path: Path, suites: str, created: float | None, duration: float | None
) -> None:
    """The last end is the time of the run; a suite holds the time of its suites."""
    run = _junit(tmp_path, _suites(suites))
    assert run.problem is None
    assert (run.created, run.duration) == (created, duration)


@pytest.mark.parametrize(
    ("suites", "expected"),
    [
        ("<s>A</s>", ()),
        ('<s failures="7">A</s>', ()),
        ('<s tests="1">A</s>', (1, 0, 0)),
        ('<s tests="1" failures="1">F</s>', (1, 1, 0)),
        ('<s tests="1" errors="2">F</s>', (1, 0, 2)),
        ('<s tests="2">A<s tests="7" failures="7">F</s></s>', (2, 0, 0)),
        ('<s tests="1">A</s><s tests="3">F</s>', (4, 0, 0)),
        ('<s><s tests="3">A</s><s tests="2">F</s></s>', (5, 0, 0)),
        ('<s tests="2"><s>A</s><s tests="9">F</s></s>', (2, 0, 0)),
        ('<s><properties tests="9"/>A</s>', ()),
        ('<s tests="2"><properties/><s tests="9">F</s></s>', (2, 0, 0)),
    ],
)
def test_junit_suites_state_what_they_hold(
    tmp_path: Path, suites: str, expected: tuple[int, ...]
) -> None:
    """Each test is stated by the outermost suite that counts, and only by that."""
    run = _junit(tmp_path, _suites(suites))
    assert run.problem is None
    names = ("total", "failed", "error") if expected else ()
    assert run.stated == dict(zip(names, expected, strict=True))


def test_junit_that_contradicts_itself_is_shown(tmp_path: Path) -> None:
    """Where a suite states more than it holds, the difference stays visible."""
    text = '<testsuite tests="5" failures="2"><testcase name="a"/></testsuite>'
    assert _junit(tmp_path, text).stated == {"total": 5, "failed": 2, "error": 0}


def test_junit_suites_within_suites_state_once(tmp_path: Path) -> None:
    """A suite that holds suites counts for them all."""
    inner = '<testsuite tests="1"><testcase name="a"/></testsuite>'
    text = f'<testsuites><testsuite tests="1">{inner}</testsuite>'
    text += '<testsuite tests="1"><testcase name="b"/></testsuite></testsuites>'
    assert _junit(tmp_path, text).stated["total"] == 2


@pytest.mark.parametrize(
    ("text", "code", "spot"),
    [
        ("", "evidence-empty", (1, 1)),
        ("<testsuite>\n<testcase", "evidence-truncated", (2, 1)),
        ("<testsuite>\n", "evidence-truncated", (2, 1)),
        ("<testsuite>\n<![CDATA[", "evidence-truncated", (2, 10)),
        (b"<testsuite>\n\xc3", "evidence-truncated", (2, 1)),
        ("<testsuite>\n</testsuites>", "evidence-syntax", (2, 3)),
        ("<testsuite/>\n<testsuite/>", "evidence-syntax", (2, 1)),
        ("<testsuite/>$", "evidence-syntax", (1, 13)),
        ("<coverage/>", "evidence-format", (1, 1)),
        ("{}", "evidence-syntax", (1, 1)),
        ('<!DOCTYPE a [<!ENTITY b "c">]><testsuite/>', "xml-doctype", (1, 1)),
        ("<testsuite>&b;</testsuite>", "evidence-syntax", (1, 12)),
        ("<testsuite>\x01</testsuite>", "evidence-syntax", (1, 12)),
        (
            '<?xml version="1.0" encoding="big5"?><testsuite/>',
            "evidence-encoding",
            (1, 1),
        ),
        (
            '<?xml version="1.0" encoding="utf-8z"?><testsuite/>',
            "evidence-encoding",
            (1, 1),
        ),
        (b"<testsuite>\xe9</testsuite>", "evidence-syntax", (1, 12)),
    ],
)
def test_broken_junit_has_a_problem(
    tmp_path: Path, text: str | bytes, code: str, spot: tuple[int, int]
) -> None:
    """XML that is not whole, or asks for more than a report needs, is refused."""
    problem = _read(tmp_path, "junit", text).problem
    assert problem is not None
    assert problem.code == code
    assert (problem.place.line, problem.place.column) == spot
    message, hint = _SAID.get(code, ("is no XML: ", "write the file anew"))
    assert problem.message.startswith(message)
    assert problem.hint == hint


_SAID = {
    "evidence-empty": ("is empty", "write the file anew"),
    "evidence-encoding": (
        "is in an encoding that cannot be read: ",
        "save it as UTF-8",
    ),
    "evidence-format": ("is not JUnit XML", "name the format that it is"),
    "evidence-truncated": ("ends before the report does", "write the file anew"),
    "xml-doctype": (
        "has a DOCTYPE, which no test report needs",
        "remove the <!DOCTYPE …>",
    ),
}


# --- CTRF ----------------------------------------------------------------------


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
    found = _outcomes(tmp_path, _ctrf({"name": "x", **test}), "ctrf")
    assert found == {"x": expected}


@pytest.mark.parametrize("key", ["message", "trace"])
def test_ctrf_failure_may_say_a_number_beyond_all_bounds(
    tmp_path: Path, key: str
) -> None:
    """What cannot be decoded is no text of a failure, which stays one."""
    text = _ctrf({"name": "x", "status": "failed", key: "HUGE"})
    found = _outcomes(tmp_path, text.replace('"HUGE"', "1e999"), "ctrf")
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
    assert list(_outcomes(tmp_path, text, "ctrf")) == [
        "a.py::x",
        "c.ts::C::adds",
        "c.ts::Dear::adds",
    ]


@pytest.mark.parametrize("tests", [3, 3_000])
@pytest.mark.parametrize(
    ("once", "twice", "key"),
    [
        ('"status":', '"status": "failed", "status":', "status"),
        ('"name":', '"name": "another", "name":', "name"),
        ('"status":', '"steps": [{"name": "a", "name": "b"}], "status":', "name"),
        ('"status":', '"labels": [{"name": 1}], "flaky": true, "status":', "flaky"),
        ('"status":', '"x": 1e400, "status": "failed", "status":', "status"),
    ],
    ids=["status", "name", "nested", "beside-nested", "odd-number"],
)
def test_ctrf_test_that_says_two_things_is_refused(
    tmp_path: Path, once: str, twice: str, key: str, tests: int
) -> None:
    """What is said first of a test is not taken back by what is said last."""
    lines = [_ctrf_line(n) for n in range(tests)]
    lines[-2] = lines[-2].replace(once, twice)
    text = '{"results": {"tests": [\n' + ",\n".join(lines) + "]}}"
    problem = _read(tmp_path, "ctrf", text).problem
    assert problem is not None
    assert (problem.code, problem.message) == ("repeated-key", f"says {key!r} twice")
    assert (problem.place.line, problem.place.column) == (tests, 1)


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
    run = _read(tmp_path, "ctrf", text)
    assert isinstance(run, Run)
    assert run.problem is None
    assert run.tally == Tally(flaky=tests)


def _ctrf_line(number: int) -> str:
    test = {"name": f"t{number}", "flaky": False, "retries": 1, "status": "passed"}
    return json.dumps(test)


def test_ctrf_summary_gives_time_and_what_is_stated(tmp_path: Path) -> None:
    """Times are milliseconds; a summary that agrees states our own counts."""
    test = {"name": "x", "status": "failed", "duration": 1500, "message": "boom"}
    run = _read(tmp_path, "ctrf", _ctrf(test, tests=1, failed=1, start=1e12, stop=2e12))
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
    run = _read(tmp_path, "ctrf", text)
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
    run = _read(tmp_path, "ctrf", _ctrf(*tests, **stated))
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
    run = _read(tmp_path, "ctrf", _ctrf({"name": "x", **test}))
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
    one, two = (_read(tmp_path, "ctrf", text) for text in (plain, strange))
    assert isinstance(one, Run)
    assert isinstance(two, Run)
    assert two.problem is None
    assert (two.tally, two.results) == (one.tally, one.results)
    assert _outcomes(tmp_path, plain, "ctrf") == _outcomes(tmp_path, strange, "ctrf")


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
    assert _outcomes(tmp_path, _ctrf(test), "ctrf") == {nodeid: outcome}
    run = _read(tmp_path, "ctrf", _ctrf(test))
    assert isinstance(run, Run)
    assert all(each.duration == 0 for each in run.results)
    "".join((*run.words, *(each.word for each in run.results))).encode()


def test_ctrf_words_that_nobody_knows_are_kept_short(tmp_path: Path) -> None:
    """A report names the words that it does not know, and only those."""
    tests = [{"name": word, "status": word} for word in ("failed", "y" * 101, "odd")]
    run = _read(tmp_path, "ctrf", _ctrf(*tests))
    assert isinstance(run, Run)
    assert run.words == ("odd", "y" * 100)
    assert (run.format, run.collectors_known) == ("ctrf", False)


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
    problem = _read(tmp_path, "ctrf", text).problem
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
    run = _read(tmp_path, "ctrf", text)
    assert isinstance(run, Run)
    assert run.problem is None
    assert (run.tally, run.stated) == (Tally(passed=1), {"total": 1})


def test_ctrf_that_ends_too_early_keeps_what_it_said(tmp_path: Path) -> None:
    """Of a file that is cut off, what was read is still shown."""
    text = '{"results": {"summary": {"tests": 9, "stop": 2000}, "tests": ['
    text += '{"name": "x", "status": "failed"}, {"name"'
    run = _read(tmp_path, "ctrf", text)
    assert isinstance(run, Run)
    assert run.problem is not None
    assert (run.tally, run.stated) == (Tally(failed=1), {"total": 9})
    assert run.created == 2.0


# --- Coverage, issues, receipts ------------------------------------------------


def test_coverage_totals_are_read(tmp_path: Path) -> None:
    """The totals are taken, whatever stands before and behind them."""
    totals = {"percent_covered": 87.5, "covered_lines": 7, "num_statements": 8}
    report = {
        "meta": {"timestamp": "2026-03-01T10:00:00+00:00"},
        "files": {"a.py": {"contexts": {"1": ["x"]}}},
        "totals": totals | {"missing_lines": 1, "num_branches": 2},
    }
    found = _read(tmp_path, "coverage", json.dumps(report))
    assert isinstance(found, Coverage)
    assert found.problem is None
    assert (found.percent, found.covered, found.statements) == (87.5, 7, 8)
    assert (found.missing, found.branches, found.created) == (1, 2, 1772359200.0)


@pytest.mark.parametrize("key", ["totals", "meta"])
def test_coverage_that_says_two_things_is_refused(tmp_path: Path, key: str) -> None:
    """Totals that stand twice are no totals, even if the last ones are better."""
    text = '"totals": {"percent_covered": 50}, "meta": {}, "files": {}, "files": {}'
    found = _read(
        tmp_path, "coverage", f'{{{text}, "{key}": {{"percent_covered": 99}}}}'
    )
    assert found.problem is not None
    assert found.problem.code == "repeated-key"
    assert found.problem.message == f"says {key!r} twice"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[]", "evidence-format"),
        ("{}", "evidence-format"),
        ('{"meta": {}}', "evidence-format"),
        ('{"totals": 3}', "evidence-format"),
        ('{"files": {"totals": {"percent_covered": 1}}}', "evidence-format"),
        ("", "evidence-empty"),
    ],
)
def test_what_is_no_coverage_is_a_problem(tmp_path: Path, text: str, code: str) -> None:
    """A file without totals is no report of coverage."""
    problem = _read(tmp_path, "coverage", text).problem
    assert problem is not None
    assert problem.code == code
    if code == "evidence-format":
        assert problem.message == "is not a report of `coverage json`"


def test_coverage_counts_in_whole_numbers(tmp_path: Path) -> None:
    """What is no number of lines is not known, and no other figure suffers."""
    totals = {"percent_covered": "87.5", "covered_lines": "7", "num_statements": 8.5}
    report = {"totals": totals | {"missing_lines": [], "num_branches": True}, "meta": 1}
    found = _read(tmp_path, "coverage", json.dumps(report))
    assert isinstance(found, Coverage)
    assert found.problem is None
    assert (found.percent, found.covered, found.statements) == (87.5, 7, None)
    assert (found.missing, found.branches, found.created) == (None, None, None)


@pytest.mark.parametrize("percent", ["null", "NaN", "true", '"much"'])
def test_coverage_without_a_percentage_is_a_problem(
    tmp_path: Path, percent: str
) -> None:
    """What is no number is no coverage, least of all 0 %."""
    text = f'{{"totals": {{"percent_covered": {percent}}}}}'
    found = _read(tmp_path, "coverage", text)
    assert isinstance(found, Coverage)
    assert found.problem is not None
    assert found.percent is None


@pytest.mark.parametrize(
    ("entry", "number", "closed"),
    [
        ({"number": 17, "state": "CLOSED"}, "17", True),
        ({"number": 17, "state": "OPEN"}, "17", False),
        ({"number": 18, "state": "MERGED"}, "18", True),
        ({"iid": 3, "state": "closed", "web_url": "u"}, "3", True),
        ({"iid": 3, "state": "opened"}, "3", False),
        ({"number": "5", "state": "reopened"}, "5", False),
        ({"index": 6.0, "state": "closed"}, "6", True),
        ({"number": 7, "iid": 8, "index": 9, "state": "Merged"}, "7", True),
    ],
)
def test_issues_are_open_unless_closed(
    tmp_path: Path, *, entry: dict[str, object], number: str, closed: bool
) -> None:
    """Only what its tracker calls closed or merged is closed."""
    text = json.dumps({"fetched": "2026-03-01T10:00:00Z", "issues": [entry]})
    found = _read(tmp_path, "issues", text)
    listed = _read(tmp_path, "issues", json.dumps([entry]))
    assert isinstance(found, Tracker)
    assert isinstance(listed, Tracker)
    assert found.issues == listed.issues
    assert (found.issues[number].closed, found.created) == (closed, 1772359200.0)


def test_an_issue_that_is_told_of_twice_is_open_if_it_is_once(tmp_path: Path) -> None:
    """Two answers about one number never make it closed, in whichever order."""
    states = [{"number": 17, "state": "OPEN"}, {"number": 17, "state": "CLOSED"}]
    for listed in (states, states[::-1]):
        found = _read(tmp_path, "issues", json.dumps(listed))
        assert isinstance(found, Tracker)
        assert not found.issues["17"].closed


@pytest.mark.parametrize(
    ("entry", "title", "url"),
    [
        ({"title": "pool", "url": "u"}, "pool", "u"),
        ({"html_url": "page", "web_url": "w", "url": "api"}, "", "page"),
        ({"html_url": None, "web_url": "page", "url": "api"}, "", "page"),
        ({"title": 3, "web_url": ["x"]}, "", ""),
        ({"title": "a\ud800", "url": "b\ud800"}, "a\\ud800", "b\\ud800"),
    ],
)
def test_issues_have_a_title_and_a_page(
    tmp_path: Path, entry: dict[str, object], title: str, url: str
) -> None:
    """Where an interface names its own address too, the page for people counts."""
    text = json.dumps([{"number": 1, "state": "open\ud800", **entry}])
    found = _read(tmp_path, "issues", text)
    assert isinstance(found, Tracker)
    assert found.problem is None
    issue = found.issues["1"]
    assert (issue.title, issue.url, issue.state) == (title, url, "open\\ud800")
    assert found.created is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{}", "is not a list of issues"),
        ('{"issues": {}}', "is not a list of issues"),
        ("3", "is not a list of issues"),
        ("[1]", "is not a list of issues with number and state"),
        ('[{"number": 1}]', "is not a list of issues with number and state"),
        (
            '[{"number": 1, "state": 1}]',
            "is not a list of issues with number and state",
        ),
        (
            '[{"number": [], "state": "OPEN"}]',
            "is not a list of issues with number and state",
        ),
        ('[{"state": "OPEN"}]', "is not a list of issues with number and state"),
        ("[] []", "goes on after the end of the report"),
        ("[{]", "is no JSON"),
    ],
)
def test_what_is_no_list_of_issues_is_a_problem(
    tmp_path: Path, text: str, message: str
) -> None:
    """Without number and state nothing is known of an issue."""
    problem = _read(tmp_path, "issues", text).problem
    assert problem is not None
    assert problem.message.partition(":")[0] == message


def test_receipts_are_one_or_many(tmp_path: Path) -> None:
    """A receipt tells the command, its exit code, and when it ended."""
    one = {"command": "make check", "exitcode": 0, "started": 100, "duration": 2.5}
    two = {"argv": ["a", "b c"], "exitcode": "1", "output": "\x1b[31mred\x1b[0m"}
    found = _read(tmp_path, "commands", json.dumps([one, two]))
    assert isinstance(found, Receipts)
    assert found.created == 102.5
    assert [each.command for each in found.receipts] == ["make check", "a 'b c'"]
    assert [each.exitcode for each in found.receipts] == [0, 1]
    assert found.receipts[1].output == "red"
    alone = _read(tmp_path, "commands", json.dumps(one))
    assert isinstance(alone, Receipts)
    assert alone.receipts == found.receipts[:1]


def test_receipts_tell_when_they_know(tmp_path: Path) -> None:
    """The last that ended is the time of all; what is no time or text is unknown."""
    first = {"command": "a", "exitcode": None, "started": 50, "duration": "fast"}
    last = {"command": ["b"], "argv": "b", "exitcode": 0.5, "started": "1970-01-01"}
    found = _read(tmp_path, "commands", json.dumps([first, last | {"output": 3}]))
    assert isinstance(found, Receipts)
    assert found.created == 50.0
    assert found.receipts == (
        Receipt(command="a", started=50.0),
        Receipt(command="b"),
    )
    unknown = _read(tmp_path, "commands", '{"command": "a", "exitcode": 0}')
    assert isinstance(unknown, Receipts)
    assert (unknown.problem, unknown.created) == (None, None)


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "[3]",
        '{"command": "x"}',
        '{"exitcode": 0}',
        '{"command": ["x"], "exitcode": 0}',
    ],
)
def test_what_is_no_receipt_is_a_problem(tmp_path: Path, text: str) -> None:
    """A receipt without a command or an exit code proves nothing."""
    problem = _read(tmp_path, "commands", text).problem
    assert problem is not None
    assert problem.message == "is not a receipt with command and exitcode"


# --- Anything ------------------------------------------------------------------

SAMPLES = {
    "junit": (CASES / "results" / "plain.xml").read_bytes(),
    "ctrf": (
        b'{"reportFormat": "CTRF", "results": {"tool": {"name": "jest"}, "summary": '
        b'{"tests": 2, "passed": 1, "failed": 1, "start": 1, "stop": 2}, "tests": ['
        b'{"name": "a", "status": "passed", "duration": 3, "suite": ["s"]}, {"name": '
        b'"b", "status": "failed", "retries": 1, "flaky": true, "message": "m"}]}}'
    ),
    "coverage": (
        b'{"meta": {"timestamp": "2026-01-01T10:00:00"}, "totals": {"covered_lines": 8,'
        b' "num_statements": 10, "percent_covered": 80.0, "missing_lines": 2}}'
    ),
    "issues": b'[{"number": 17, "title": "pool", "state": "CLOSED", "url": "https://x"}]',
    "commands": b'[{"command": "x", "exitcode": 0, "started": 1.0, "duration": 2.0}]',
}


@pytest.mark.parametrize("form", SAMPLES)
@given(data=st.data())
def test_damage_is_no_crash(form: str, data: st.DataObject) -> None:
    """Whatever stands anywhere in a file, it testifies, or says what is wrong."""
    sample = SAMPLES[form]
    start = data.draw(st.integers(0, len(sample)))
    end = data.draw(st.integers(start, min(start + 20, len(sample))))
    part = st.sampled_from([b'"', b"<", b"-1", b"null", b"[", b"\xff", sample[:40]])
    junk = data.draw(st.one_of(st.binary(max_size=4), part))
    with tempfile.TemporaryDirectory() as folder:
        _read(Path(folder), form, sample[:start] + junk + sample[end:])


@pytest.mark.parametrize("form", SAMPLES)
def test_what_is_cut_is_never_whole(form: str, tmp_path: Path) -> None:
    """Each byte of a file is needed, the last one too."""
    sample = SAMPLES[form].rstrip()
    assert _read(tmp_path, form, sample).problem is None
    for cut in range(0, len(sample), 7):
        assert _read(tmp_path, form, sample[:cut]).problem is not None, cut
    assert _read(tmp_path, form, sample[:-1]).problem is not None
