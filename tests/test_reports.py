"""Whole reports, from record and evidence to text, compared with what people read."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import cmarkgfm
import pytest
from cmarkgfm.cmark import Options

from reportgen.check.markdown import check_markdown
from reportgen.cli import main
from reportgen.model import ExitCode

CASES = Path(__file__).parent / "cases" / "reports"
EXIT_CODES = {
    "minimal": ExitCode.OK,
    "between": ExitCode.OK,
    "everything": ExitCode.OK,
    "overclaimed": ExitCode.CLAIMS_EXCEED_EVIDENCE,
}
Project = Callable[[str], Path]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Put a case into a project of its own, and go there."""

    def make(case: str) -> Path:
        shutil.copytree(CASES / case, tmp_path / "data" / case)
        (tmp_path / "shop").mkdir()
        (tmp_path / "shop" / "store.py").write_text("table = 'sessions'\n")
        monkeypatch.chdir(tmp_path)
        return tmp_path

    return make


@pytest.mark.parametrize("case", EXIT_CODES)
def test_a_report_reads_as_expected(
    case: str, project: Project, golden: Callable[[Path, str], None]
) -> None:
    """The report of a record is the expected one, byte by byte."""
    folder = project(case)
    assert main(["build", case]) == EXIT_CODES[case]
    report = (folder / "reports" / f"{case}.md").read_bytes().decode("utf-8")
    golden(CASES / case / "expected.md", report)


@pytest.mark.parametrize("case", EXIT_CODES)
def test_our_own_reports_pass_our_own_checks(case: str) -> None:
    """What we write has nothing of what we complain about."""
    text = (CASES / case / "expected.md").read_text(encoding="utf-8")
    assert check_markdown(text, "expected.md") == ()


@pytest.mark.parametrize("case", EXIT_CODES)
def test_github_reads_the_same_tables(case: str) -> None:
    """GitHub's parser sees each heading and each row that was written."""
    text = (CASES / case / "expected.md").read_text(encoding="utf-8")
    html = cmarkgfm.github_flavored_markdown_to_html(text, Options.CMARK_OPT_UNSAFE)
    outside = "".join(part for part in text.split("```")[::2])
    lines = outside.split("\n")
    headings = sum(line.startswith("#") for line in lines)
    rows = sum(line.startswith("|") for line in lines)
    tables = sum(line.startswith("| ---") for line in lines)
    assert sum(html.count(f"<h{level}>") for level in range(1, 7)) == headings
    assert html.count("<table>") == tables
    assert html.count("<tr>") == rows - tables


def test_building_again_changes_nothing(project: Project) -> None:
    """The same inputs give the same bytes, and the file is left alone."""
    report = project("between") / "reports" / "between.md"
    main(["build", "between"])
    before = (report.read_bytes(), report.stat().st_mtime_ns)
    main(["build", "between"])
    assert (report.read_bytes(), report.stat().st_mtime_ns) == before


@pytest.mark.parametrize(
    "environment",
    [
        {"TZ": "Pacific/Kiritimati", "LC_ALL": "C"},
        {"PYTHONHASHSEED": "1", "COLUMNS": "20", "SOURCE_DATE_EPOCH": "1"},
    ],
)
def test_the_environment_never_leaks_into_a_report(
    environment: dict[str, str], project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Time zone, locale and the like change no byte of a report."""
    folder = project("everything")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    main(["build", "everything"])
    report = (folder / "reports" / "everything.md").read_text(encoding="utf-8")
    assert report == (CASES / "everything" / "expected.md").read_text(encoding="utf-8")


def test_a_changed_result_changes_the_report(project: Project) -> None:
    """The figures are those of the evidence, whatever it says."""
    folder = project("between")
    results = folder / "data" / "between" / "results" / "tests.json"
    text = results.read_text(encoding="utf-8")
    results.write_text(
        text.replace('"outcome": "passed"', '"outcome": "failed"'), encoding="utf-8"
    )
    assert main(["build", "between"]) == ExitCode.CLAIMS_EXCEED_EVIDENCE
    report = (folder / "reports" / "between.md").read_text(encoding="utf-8")
    assert "❌ failing" in report
    assert "0 of 4 tests pass" in report


@pytest.mark.parametrize(
    "empty",
    [
        "impact_groups: [{title: Nothing, items: []}]",
        "impact_groups: [{title: Nothing}]",
        "next_steps: [{when: now, items: []}, {when: 'after #17'}]",
        "sections: [{title: Nothing, body: '{{ open_issues }}'}]",
    ],
)
@pytest.mark.parametrize("template", ["report.md", "report.html", "issue-update.md"])
def test_nothing_stands_below_no_heading(
    empty: str, template: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is empty is left out together with its heading, also from contents."""
    (tmp_path / "data").mkdir()
    record = "title: x\ntasks: [{title: y}]\n"
    (tmp_path / "data" / "without.yaml").write_text(record)
    (tmp_path / "data" / "with.yaml").write_text(record + empty)
    monkeypatch.chdir(tmp_path)
    for name in ("without", "with"):
        assert main(["build", name, "--template", template]) == ExitCode.OK
    texts = [path.read_text("utf-8") for path in (tmp_path / "reports").iterdir()]
    headings = [re.findall("(?m)^#+ .*|<h[1-6].*|<li><a .*", text) for text in texts]
    assert headings[0] == headings[1]


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ("", "Ready to be run:"),
        ("after: ['#17']", "To be run once nothing is in the way:"),
    ],
    ids=["free", "waiting"],
)
@pytest.mark.parametrize("template", ["report.md", "report.html"])
def test_only_what_waits_for_nothing_is_ready_to_be_run(
    condition: str,
    words: str,
    template: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The commands of a phase that is blocked are not called ready."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "x.yaml").write_text(
        f"title: x\nphases: [{{title: y, commands: [pytest tests/e2e], {condition}}}]\n"
    )
    monkeypatch.chdir(tmp_path)
    assert main(["build", "x", "--template", template]) == ExitCode.OK
    (report,) = (tmp_path / "reports").iterdir()
    text = report.read_text(encoding="utf-8")
    assert re.findall("(?:Ready to|To) be run[^:]*:", text) == [words]


VOUCHED = "attested: {by: me, on: 2026-03-01, note: 'it *ran* {{ tasks.total }} day'}"


@pytest.mark.parametrize(
    "vouched",
    [
        f"tasks: [{{title: y, done: true, {VOUCHED}}}]",
        f"tasks: [{{title: y, acceptance: [{{file: x.yaml}}], {VOUCHED}}}]",
        f"tasks: [{{title: y}}]\ncriteria: [{{text: z, {VOUCHED}}}]",
        f"tasks: [{{title: y}}]\nblockers: [{{title: z, {VOUCHED}}}]",
    ],
    ids=["task", "task-with-criteria", "criterion", "blocker"],
)
@pytest.mark.parametrize(
    ("template", "note"),
    [("report.md", "it *ran* 1 day"), ("report.html", "it <em>ran</em> 1 day")],
)
def test_what_somebody_saw_is_told_with_their_word(
    vouched: str,
    template: str,
    note: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The note of an attestation follows the name and the day, wherever they stand."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "x.yaml").write_text(f"title: x\n{vouched}\n")
    monkeypatch.chdir(tmp_path)
    assert main(["build", "x", "--template", template]) == ExitCode.OK
    (report,) = (tmp_path / "reports").iterdir()
    text = report.read_text(encoding="utf-8")
    assert re.search(f"me(,| on) 2026-03-01: {re.escape(note)}", text)


@pytest.mark.parametrize(
    "field",
    [
        "owner: Grace Hopper",
        "note: ask Grace Hopper",
        "files: [{path: x.py, change: created, note: for Grace Hopper}]",
    ],
)
@pytest.mark.parametrize("template", ["report.md", "report.html"])
def test_a_field_of_a_task_needs_no_other_to_be_told(
    field: str, template: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a table has no column for is read below it, be it ever so little."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "x.yaml").write_text(
        f"title: x\ntasks: [{{title: y, {field}}}]\n"
    )
    monkeypatch.chdir(tmp_path)
    assert main(["build", "x", "--template", template]) == ExitCode.OK
    (report,) = (tmp_path / "reports").iterdir()
    assert "Grace Hopper" in report.read_text(encoding="utf-8")


@pytest.mark.parametrize("template", ["report.md", "report.html"])
def test_a_success_criterion_may_wait_for_an_issue(
    template: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its line says for which, as that of a task does."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "issues.json").write_text('[{"number": 17, "state": "OPEN"}]')
    (tmp_path / "data" / "x.yaml").write_text(
        "title: x\nevidence: {tracker: {issues: issues.json}}\n"
        "criteria: [{text: the pool is there, acceptance: [{issue: 17}]}]\n"
    )
    monkeypatch.chdir(tmp_path)
    assert main(["build", "x", "--template", template]) == ExitCode.OK
    (report,) = (tmp_path / "reports").iterdir()
    assert "waits for #17" in report.read_text(encoding="utf-8")


@pytest.mark.parametrize("template", ["report.md", "report.html", "issue-update.md"])
def test_a_broken_result_is_named_where_it_is_blamed(
    template: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is wrong inside a file is said with the file, in the report too."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "t.json").write_text('{"exitcode": 0, "tests": [')
    (tmp_path / "data" / "x.yaml").write_text(
        "title: x\nevidence: {tests: {pytest: t.json}}\ntasks: [{title: y}]\n"
    )
    monkeypatch.chdir(tmp_path)
    main(["build", "x", "--template", template])
    (report,) = (tmp_path / "reports").iterdir()
    text = report.read_text(encoding="utf-8")
    before = text[: text.index("; write the file anew")].rpartition("\n")[2]
    assert "data/t.json" in before


def test_what_is_waited_for_has_one_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Issues come before work, whoever waits for both and however it says so."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "issues.json").write_text('[{"number": 12, "state": "OPEN"}]')
    (tmp_path / "data" / "x.yaml").write_text(
        "title: x\nevidence: {tracker: {issues: issues.json}}\n"
        "tasks: [{id: cart, title: Cart}]\n"
        "phases:\n  - title: Pay\n    tasks:\n"
        "      - {title: By card, after: [cart], acceptance: [{issue: 12}]}\n"
        "blockers: [{title: Bank, blocked_by: [cart, 12]}]\n"
        "next_steps: [{when: after cart and 12, items: [sell]}]\n"
    )
    monkeypatch.chdir(tmp_path)
    for template in ("report.md", "report.html", "issue-update.md"):
        main(["build", "x", "--template", template, "--output", "-"])
        text = capsys.readouterr().out
        assert "#12, Cart" in text
        assert "Cart, #12" not in text


def test_an_issue_is_said_where_it_blocks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Beside the blockers stand those issues alone that none of them names."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "x.yaml").write_text(
        "title: x\ntasks: [{title: y, blocked_by: [11]}]\n"
        "blockers: [{title: Bank, blocked_by: [12]}]\n"
    )
    monkeypatch.chdir(tmp_path)
    main(["build", "x", "--output", "-"])
    below = capsys.readouterr().out.partition("## Outstanding\n\n")[2]
    assert below.startswith("Other open issues that work waits for: #11\n")
    assert "- **Blocked by:** #12\n" in below


@pytest.mark.parametrize(
    ("template", "title"),
    [
        ("report.md", "**A `b` and 2 tasks**"),
        ("issue-update.md", "**A `b` and 2 tasks**"),
        ("report.html", "<strong>A <code>b</code> and 2 tasks</strong>"),
    ],
)
def test_findings_name_work_as_its_readers_know_it(
    template: str,
    title: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A report speaks of titles, where its author reads ids on the terminal."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "x.yaml").write_text(
        "title: x\ntasks:\n  - {id: cart, title: Cart}\n"
        "  - {id: a, title: 'A `b` and {{ tasks.total }} tasks', done: true,\n"
        "     blocked_by: [12], acceptance: [{file: a.py}]}\n"
    )
    monkeypatch.chdir(tmp_path)
    main(["build", "x", "--template", template, "--output", "-"])
    out, err = capsys.readouterr()
    assert f"{title} is claimed done, but file " in out
    assert f"{title} is claimed done, but waits for #12" in out
    assert "task 'a'" not in out
    assert "task 'a' is claimed done, but waits for #12 [claim-blocked]" in err
