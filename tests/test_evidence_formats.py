"""What other tools write: coverage, issues and receipts, and damage to any of it."""

import json
import tempfile
from pathlib import Path

import pytest
from evidence_files import CASES, read_text
from hypothesis import given
from hypothesis import strategies as st

from reportgen.model import Coverage, Receipt, Receipts, Tracker

# --- Coverage, issues, receipts ------------------------------------------------


def test_coverage_totals_are_read(tmp_path: Path) -> None:
    """The totals are taken, whatever stands before and behind them."""
    totals = {"percent_covered": 87.5, "covered_lines": 7, "num_statements": 8}
    report = {
        "meta": {"timestamp": "2026-03-01T10:00:00+00:00"},
        "files": {"a.py": {"contexts": {"1": ["x"]}}},
        "totals": totals | {"missing_lines": 1, "num_branches": 2},
    }
    found = read_text(tmp_path, "coverage", json.dumps(report))
    assert isinstance(found, Coverage)
    assert found.problem is None
    assert (found.percent, found.covered, found.statements) == (87.5, 7, 8)
    assert (found.missing, found.branches, found.created) == (1, 2, 1772359200.0)


@pytest.mark.parametrize("key", ["totals", "meta"])
def test_coverage_that_says_two_things_is_refused(tmp_path: Path, key: str) -> None:
    """Totals that stand twice are no totals, even if the last ones are better."""
    text = '"totals": {"percent_covered": 50}, "meta": {}, "files": {}, "files": {}'
    found = read_text(
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
    problem = read_text(tmp_path, "coverage", text).problem
    assert problem is not None
    assert problem.code == code
    if code == "evidence-format":
        assert problem.message == "is not a report of `coverage json`"


def test_coverage_counts_in_whole_numbers(tmp_path: Path) -> None:
    """What is no number of lines is not known, and no other figure suffers."""
    totals = {"percent_covered": "87.5", "covered_lines": "7", "num_statements": 8.5}
    report = {"totals": totals | {"missing_lines": [], "num_branches": True}, "meta": 1}
    found = read_text(tmp_path, "coverage", json.dumps(report))
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
    found = read_text(tmp_path, "coverage", text)
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
    found = read_text(tmp_path, "issues", text)
    listed = read_text(tmp_path, "issues", json.dumps([entry]))
    assert isinstance(found, Tracker)
    assert isinstance(listed, Tracker)
    assert found.issues == listed.issues
    assert (found.issues[number].closed, found.created) == (closed, 1772359200.0)


def test_an_issue_that_is_told_of_twice_is_open_if_it_is_once(tmp_path: Path) -> None:
    """Two answers about one number never make it closed, in whichever order."""
    states = [{"number": 17, "state": "OPEN"}, {"number": 17, "state": "CLOSED"}]
    for listed in (states, states[::-1]):
        found = read_text(tmp_path, "issues", json.dumps(listed))
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
    found = read_text(tmp_path, "issues", text)
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
    problem = read_text(tmp_path, "issues", text).problem
    assert problem is not None
    assert problem.message.partition(":")[0] == message


def test_receipts_are_one_or_many(tmp_path: Path) -> None:
    """A receipt tells the command, its exit code, and when it ended."""
    one = {"command": "make check", "exitcode": 0, "started": 100, "duration": 2.5}
    two = {"argv": ["a", "b c"], "exitcode": "1", "output": "\x1b[31mred\x1b[0m"}
    found = read_text(tmp_path, "commands", json.dumps([one, two]))
    assert isinstance(found, Receipts)
    assert found.created == 102.5
    assert [each.command for each in found.receipts] == ["make check", "a 'b c'"]
    assert [each.exitcode for each in found.receipts] == [0, 1]
    assert found.receipts[1].output == "red"
    alone = read_text(tmp_path, "commands", json.dumps(one))
    assert isinstance(alone, Receipts)
    assert alone.receipts == found.receipts[:1]


def test_receipts_tell_when_they_know(tmp_path: Path) -> None:
    """The last that ended is the time of all; what is no time or text is unknown."""
    first = {"command": "a", "exitcode": None, "started": 50, "duration": "fast"}
    last = {"command": ["b"], "argv": "b", "exitcode": 0.5, "started": "1970-01-01"}
    found = read_text(tmp_path, "commands", json.dumps([first, last | {"output": 3}]))
    assert isinstance(found, Receipts)
    assert found.created == 50.0
    assert found.receipts == (
        Receipt(command="a", started=50.0),
        Receipt(command="b"),
    )
    unknown = read_text(tmp_path, "commands", '{"command": "a", "exitcode": 0}')
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
    problem = read_text(tmp_path, "commands", text).problem
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
        read_text(Path(folder), form, sample[:start] + junk + sample[end:])


@pytest.mark.parametrize("form", SAMPLES)
def test_what_is_cut_is_never_whole(form: str, tmp_path: Path) -> None:
    """Each byte of a file is needed, the last one too."""
    sample = SAMPLES[form].rstrip()
    assert read_text(tmp_path, form, sample).problem is None
    for cut in range(0, len(sample), 7):
        assert read_text(tmp_path, form, sample[:cut]).problem is not None, cut
    assert read_text(tmp_path, form, sample[:-1]).problem is not None
