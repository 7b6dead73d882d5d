"""What JUnit XML of several dialects says, and what is wrong with it."""

from pathlib import Path

import pytest
from evidence_files import CASES, outcomes_of, read_text, run_of

from reportgen.assess.runs import judge_run
from reportgen.masking import mask_secrets
from reportgen.model import Collector, Outcome, Run, Tally


def _junit(folder: Path, text: str) -> Run:
    found = read_text(folder, "junit", text)
    assert isinstance(found, Run)
    return found


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
        (
            # What divides names divides no secret: its parts would not be masked.
            'classname="tests.test_a.eyJhbGciOiJI.eyJzdWIiOiIx.SflKx.K" name="x"',
            "tests/test_a.py::eyJhbGciOiJI.eyJzdWIiOiIx.SflKx::K::x",
        ),
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
    assert list(outcomes_of(tmp_path, text, "junit")) == [expected]


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
    found = outcomes_of(tmp_path, text + "</testsuite></testsuites>", "junit")
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


@pytest.mark.parametrize("length", [*range(39_980, 40_002), 43_000])
def test_what_is_gathered_ends_in_no_secret(tmp_path: Path, length: int) -> None:
    """Its last line is what a failure says, and holds no first part of a token."""
    token = "ghp" + "_" + "a1B2" * 9
    text = "\n" * (length - 10) + f"{'x' * 10} {token} {'y' * 70_000}"
    case = f'<testcase name="x"><failure>{text}</failure></testcase>'
    [result] = _junit(tmp_path, f"<testsuite>{case}</testsuite>").results
    assert "a1B2" not in mask_secrets(result.message + result.detail)


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
    assert run.tally == Tally(passed=1, error=1)
    assert run.stated == {"total": 2, "failed": 0, "error": 0}


@pytest.mark.parametrize("tag", ["error", "failure"])
@pytest.mark.parametrize("stated", ["", 'tests="1" {0}s="1"', 'tests="2" {0}s="1"'])
def test_junit_suite_may_fail_without_a_test(
    tmp_path: Path, tag: str, stated: str
) -> None:
    """Ant says so of a class that it cannot load; no other suite makes up for it."""
    run = _junit(
        tmp_path,
        f'<testsuite name="s" {stated.format(tag)}><testcase name="x"/>'
        f'<testsuite name="c.Test"><{tag} message="no c.B">at</{tag}></testsuite>'
        "</testsuite>",
    )
    assert run.failed_collectors == (Collector(nodeid="c.Test", message="no c.B"),)
    assert run.tally == Tally(passed=1)
    assert [each.code for each in judge_run(run)] == ["failed-collector"]


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
        ("{}", "evidence-format", (1, 1)),
        ("no XML", "evidence-format", (1, 1)),
        ('<!DOCTYPE a [<!ENTITY b "c">]><testsuite/>', "xml-doctype", (1, 1)),
        ('<?xml version="1.0"?>\n <!DOCTYPE a>\n<testsuite/>', "xml-doctype", (2, 1)),
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
    problem = read_text(tmp_path, "junit", text).problem
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
