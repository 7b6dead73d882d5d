"""Each output reads well where it goes, and evidence in it stays text."""

import json
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from judges import JUDGES, references, see
from large import failing

from reportgen.assess.assess import assess
from reportgen.changes import Change, Earlier, changes
from reportgen.check.markdown import check_markdown
from reportgen.cli import main
from reportgen.load.earlier import load_earlier
from reportgen.merge import merge
from reportgen.model import (
    NOWHERE,
    Blocker,
    Collector,
    Coverage,
    Diagnostic,
    Duration,
    ExitCode,
    Issue,
    Metric,
    Outcome,
    Prose,
    Record,
    RecordError,
    Result,
    Run,
    Status,
    Tally,
    Task,
    Tracker,
)
from reportgen.render.budget import BUDGETS, Budget
from reportgen.render.machine import as_data, unusable
from reportgen.render.render import render
from reportgen.render.shape import Shape
from reportgen.render.shift import shifted
from reportgen.render.terminal import Terminal, show
from reportgen.render.transcript import bounded
from reportgen.render.visible import visible
from reportgen.report import Merged, Report, SourceState

MARKDOWN = ["report.md", "issue-update.md", "job-summary.md"]
NASTY = (
    "tests/a|b.py::test_`x`_<img src=x onerror=alert(1)>_@org/team_fixes #1_"
    "<!-- hidden -->_\n_\u202egnp.exe_"
)
LONG = NASTY + "n" * 10_000


@pytest.mark.parametrize("judge", JUDGES)
@pytest.mark.parametrize("template", MARKDOWN)
@pytest.mark.parametrize("name", [NASTY, LONG], ids=["nasty", "long"])
def test_a_hostile_test_appears_as_itself(name: str, template: str, judge: str) -> None:
    """Its whole name is read, its message too, and neither does anything."""
    plain = see(JUDGES[judge](render(failing(3, name="x", message="y"), template)))
    text = render(failing(3, name=name, message=NASTY), template)
    assert check_markdown(text, template) == ()
    seen = see(JUDGES[judge](text))
    assert visible(name) in seen.text
    assert visible(NASTY.split("\n", maxsplit=1)[0]) in seen.text.replace(
        visible(name), ""
    )
    assert [tag for tag in seen.tags if tag[0] != "code"] == [
        tag for tag in plain.tags if tag[0] != "code"
    ]
    assert set(seen.comments) <= {" "}
    found = [each for each in references(seen) if each[0] != "issue"]
    assert found == []


def test_a_hostile_test_appears_as_itself_on_a_terminal() -> None:
    """Its whole name is read, in one piece, and nothing in it is acted upon."""
    report = failing(3, name=LONG + "[red]x[/red]\x1b[31m", message=NASTY)
    text = show(report, Terminal())
    assert visible(LONG) + r"[red]x[/red]\x1b[31m" in text
    assert "\x1b" not in text
    assert "\u202e" not in text
    narrow = show(report, Terminal(width=80))
    assert max(map(len, narrow.splitlines())) <= 80
    assert "".join(visible(LONG).split()) in "".join(narrow.split())


@pytest.mark.parametrize("number", [0, 1, 100_000])
def test_one_line_is_one_short_plain_line(number: int) -> None:
    """A commit status has 140 characters, and no Markdown."""
    report = failing(number)
    text = render(report, "one-line.txt")
    assert text.count("\n") == 1
    assert len(text) <= 140
    assert text.startswith(f"{report.verdict.mark} {report.verdict}: 12 of 1")
    if number:
        assert f"{number:,} of {number + 9:,} tests failed" in text
    assert "<!-- -->" not in text
    assert "#17" in text


def test_release_notes_name_only_what_is_proven() -> None:
    """What failed is not new, but listed as missing."""
    text = render(failing(3), "release-notes.md", shape=Shape(full="x.md"))
    new, _, rest = text.partition("### Not in yet")
    assert "Task number 3" in new
    assert "Broken task" not in new
    assert "Broken task" in rest


@pytest.mark.parametrize("template", MARKDOWN)
def test_failures_that_are_meant_are_counted(template: str) -> None:
    """Where fewer tests are listed than failed, the reader learns why."""
    report = failing(3)
    meant = frozenset([report.runs[0].failures[0].nodeid])
    run = msgspec.structs.replace(report.runs[0], expected=meant)
    text = render(msgspec.structs.replace(report, runs=(run,)), template)
    assert text.count("- ❌ `tests/failing/") == 2
    assert "3 of 12 tests failed" in text
    assert "Beside these, 1 failed as expected." in text


@pytest.mark.parametrize("template", ["issue-update.md", "job-summary.md"])
def test_an_address_of_the_full_report_is_said_once(template: str) -> None:
    """Readers see where the link leads, instead of the same words again."""
    full = "https://ci.example/acme/runs/7"
    text = render(failing(3), template, shape=Shape(full=full))
    [line] = [each for each in text.splitlines() if each.startswith("Full report:")]
    assert line.lower().count("full report") == 1
    for judge in JUDGES.values():
        seen = see(judge(line))
        assert seen.text.startswith("Full report: ci.example/acme/runs/7")
        assert ("a", f"href={full}") in seen.tags


@pytest.mark.parametrize("level", range(1, 7))
def test_headings_move_together(level: int) -> None:
    """The first heading has the level that was wanted, and none is deeper than six."""
    source = "# A `b`\n\n## C\n\n- # D\n\n```\n# no heading\n```\n\n### **E** f\n"
    moved = shifted(source, level)
    assert "\n# no heading\n" in moved
    expected = [level, level + 1, level, level + 2]
    for judge in JUDGES.values():
        tags = [tag[0] for tag in see(judge(moved)).tags]
        headings = [int(tag[1]) for tag in tags if tag[0] == "h" and tag[1:].isdigit()]
        assert headings == [each for each in expected if each <= 6]
        assert see(judge(moved)).text == see(judge(source)).text


def test_a_report_can_stand_inside_another_page() -> None:
    """Moved headings leave a report that passes its own checks."""
    text = render(failing(3), "report.md", shape=Shape(level=3))
    assert text.startswith("### Completion report: A large run\n")
    assert check_markdown(text, "report.md") == ()


def test_nothing_is_said_of_changes_without_an_earlier_state() -> None:
    """Where nothing is known, nothing is claimed."""
    assert "Since the last update" not in render(failing(3), "issue-update.md")


def earlier(tmp_path: Path, number: int, edit: Callable[[dict], None]) -> Earlier:
    """Store the state of a report with `number` failures, edited, and read it."""
    data = as_data(failing(number), ())
    edit(data)
    path = tmp_path / "state.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    return load_earlier(path, "large")


def test_changes_are_those_that_there_are(tmp_path: Path) -> None:
    """Each difference is told once, as what it was and what it is."""

    def edit(data: dict) -> None:
        data["tasks"][0]["status"] = "planned"
        data["tasks"][1]["id"] = "given-up"
        data["blockers"] = [{"id": "pool", "open": False}, {"id": "db", "open": True}]
        data["open_issues"] = ["#15", "#16"]

    found = changes(failing(3), earlier(tmp_path, 5, edit))
    assert [(c.kind, c.name, c.before, c.now) for c in found] == [
        ("task", "Task number 0", "planned", "done"),
        ("task", "Task number 1", "", "done"),
        ("task", "given-up", "done", ""),
        ("blocker", "Shared pool", "gone", "open"),
        ("blocker", "db", "open", ""),
        ("issue", "#15", "in the way", ""),
        ("issue", "#16", "in the way", ""),
        ("issue", "#17", "", "in the way"),
        ("tests", "run", "14", "12"),
        ("tests", "failed", "5", "3"),
    ]


@pytest.mark.parametrize(
    ("template", "heading"),
    [
        ("report.md", "## Since the last update"),
        ("report.html", '<h2 id="changes">'),
        ("issue-update.md", "### Since the last update"),
        ("job-summary.md", "### Since the last update"),
    ],
)
def test_every_output_tells_what_changed(
    template: str, heading: str, tmp_path: Path
) -> None:
    """What changed stands below a heading of its own, and only where it was asked."""
    was = earlier(tmp_path, 5, lambda data: data.update(verdict="done"))
    shape = Shape(changes=changes(failing(3), was))
    text = render(failing(3), template, shape=shape)
    assert text.count(f"\n{heading}") == 1
    _, _, told = text.partition(f"\n{heading}")
    for words in ("Failing, was done", "Tests failed: 5 → 3"):
        assert words in told
    assert f"\n{heading}" not in render(failing(3), template)


@pytest.mark.parametrize("template", ["report.md", "issue-update.md", "job-summary.md"])
def test_any_number_of_changes_fits_a_comment(template: str, tmp_path: Path) -> None:
    """Where there is no room for all that changed, the rest is counted."""
    report = failing(3)
    gone = [{"id": f"gone-{number}", "status": "done"} for number in range(5_000)]
    was = earlier(tmp_path, 3, lambda data: data.update(tasks=gone))
    shape = Shape(changes=changes(report, was), fit=BUDGETS["github-comment"])
    text = render(report, template, shape=shape)
    assert check_markdown(text, "x.md") == ()
    since = text.partition("Since the last update\n\n")[2].partition("\n\n")[0]
    *named, more = since.splitlines()
    assert more == f"- and {5_000 + len(report.tasks) - len(named):,} more"


def test_the_worst_change_is_told_wherever_it_stands(tmp_path: Path) -> None:
    """What got better makes way for what got worse, and is counted."""
    report = failing(3, tasks=90)
    now = [{"id": state.name, "status": "planned"} for state in report.tasks]
    was = earlier(tmp_path, 3, lambda data: data.update(tasks=now))
    limit = Budget(name="few", characters=3_000)
    shape = Shape(changes=changes(report, was), fit=limit)
    text = render(report, "issue-update.md", shape=shape)
    since = text.partition("Since the last update\n\n")[2].partition("\n\n")[0]
    *named, more = since.splitlines()
    assert named[-1] == "- ❌ Broken task: failing, was planned"
    assert more == f"- and {91 - len(named):,} more: done"
    assert "settled changes" not in text


def tracker(problem: Diagnostic | None = None, **closed: bool) -> Tracker:
    """Return a tracker of the issues `i15`, `i16` and so on, closed or not."""
    issues = {name[1:]: Issue(number=name[1:], closed=closed[name]) for name in closed}
    return Tracker(evidence="t", path="t.json", issues=issues, problem=problem)


UNREAD = Diagnostic(NOWHERE, "evidence-truncated", "ends too early")


@pytest.mark.parametrize(
    ("trackers", "news"),
    [
        pytest.param([], "Nothing waits for #16 any longer", id="unknown"),
        pytest.param([tracker(i16=True)], "✅ #16: closed", id="closed"),
        pytest.param(
            [tracker(i15=True, i16=False)],
            "Nothing waits for #16 any longer",
            id="still-open",
        ),
        pytest.param(
            [tracker(i16=True), tracker(i16=False)],
            "Nothing waits for #16 any longer",
            id="open-in-another",
        ),
        pytest.param(
            [tracker(UNREAD, i16=True)],
            "Nothing waits for #16 any longer",
            id="unreadable",
        ),
    ],
)
def test_an_issue_that_is_waited_for_no_more_is_not_always_closed(
    tmp_path: Path, trackers: list[Tracker], news: str
) -> None:
    """To take its number out of the record is no good news."""
    report = msgspec.structs.replace(failing(0), trackers=tuple(trackers))
    was = earlier(tmp_path, 0, lambda data: data.update(open_issues=["#16", "#17"]))
    shape = Shape(changes=changes(report, was))
    text = render(report, "issue-update.md", shape=shape)
    since = text.partition("### Since the last update\n\n")[2].partition("\n\n")[0]
    assert since.replace("<!-- -->", "") == f"- {news}"


def test_an_unchanged_report_has_no_changes(tmp_path: Path) -> None:
    """The same state twice is no news, and the update says so."""
    none = changes(failing(3), earlier(tmp_path, 3, lambda _: None))
    assert none == ()
    text = render(failing(3), "issue-update.md", shape=Shape(changes=none))
    assert "Nothing has changed." in text


def test_an_update_tells_what_changed(tmp_path: Path) -> None:
    """A reader sees the new verdict and what it was."""
    news = changes(failing(3), earlier(tmp_path, 0, lambda _: None))
    assert (
        Change(kind="verdict", before="blocked", now="failing", status=Status.FAILING)
        in news
    )
    text = render(failing(3), "issue-update.md", shape=Shape(changes=news))
    assert "- ❌ Failing, was blocked\n" in text
    assert "- ❌ Broken task: failing, a new task\n" in text
    assert "- Tests failed: 0 → 3\n" in text
    assert check_markdown(text, "update.md") == ()


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"{}", id="no-state"),
        pytest.param(b"\xff", id="no-text"),
        pytest.param(b"[" * 100_000, id="deep"),
        pytest.param(b'{"schema": 1, "name": "large", "verdict": null}', id="unusable"),
        pytest.param(b'{"schema": 1, "name": "x", "verdict": "done"}', id="other"),
        pytest.param(b"[]", id="none"),
        pytest.param(json.dumps(unusable([])).encode(), id="no-report"),
    ],
)
def test_what_is_no_state_is_refused(content: bytes, tmp_path: Path) -> None:
    """A file that holds no earlier state is one line, and nothing is written."""
    path = tmp_path / "state.json"
    path.write_bytes(content)
    with pytest.raises(RecordError, match="earlier-state"):
        load_earlier(path, "large")


@pytest.mark.parametrize(
    ("record", "path", "seen"),
    [
        ("data/a/record.yaml", "data/a/results/t.json", "results/t.json"),
        ("data/a.yaml", "results/t.json", "../results/t.json"),
        ("record.yaml", "results/t.json", "results/t.json"),
        ("/far/a/record.yaml", "/far/a/t.json", "t.json"),
        ("/far/a/record.yaml", "results/t.json", "results/t.json"),
        ("data/a/record.yaml", "/far/t.json", "/far/t.json"),
    ],
)
def test_a_run_is_told_as_its_record_names_it(
    record: str, path: str, seen: str
) -> None:
    """Whoever reads the state also learns where the file is for the project."""
    report = failing(1)
    state = report.runs[0]
    state = msgspec.structs.replace(
        state, run=msgspec.structs.replace(state.run, path=path)
    )
    source = SourceState(kind="record", path=record, read="1 task", sha256="")
    report = msgspec.structs.replace(report, runs=(state,), inputs=(source,))
    (run,) = as_data(report, ())["runs"]
    assert (run["path"], run["file"]) == (seen, path)


def test_a_state_beside_one_that_is_unusable_is_found(tmp_path: Path) -> None:
    """`check --all` tells of every record that it can, and why not of the others."""
    path = tmp_path / "state.json"
    path.write_text(json.dumps([unusable([]), as_data(failing(3), ())]))
    assert load_earlier(path, "large").verdict == "failing"


RECORD = """\
title: Session store
repository: https://github.com/acme/shop
phases:
  - {id: one, title: Ground, tasks: [{title: A, planned: 2h, actual: 4h}]}
  - {id: two, title: Roof, after: [one], tasks: [{title: B, planned: 1h, actual: 1h}]}
  - {id: three, title: "Paint \\"it\\" [x]", after: [two], tasks: []}
blockers:
  - {id: pool, title: Pool is shared, blocked_by: [17, 18], blocks: [two]}
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Go into a project with one record."""
    (tmp_path / "reportgen.toml").touch()
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "shop.yaml").write_text(RECORD, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("project")
def test_pictures_show_what_waits_for_what(capsys: pytest.CaptureFixture[str]) -> None:
    """A picture stands beside the lists, and can be left out."""
    assert main(["build", "shop", "-o", "-"]) == ExitCode.OK
    text = capsys.readouterr().out
    assert " ```mermaid\n graph LR\n" in text
    assert ' (["#35;17"])' in text.replace("n0", " ").replace("n1", " ")
    assert '["Paint #34;it#34; #91;x#93;"]' in text
    assert "Phase 1  planned  ████████████ " in text
    assert "         actual   ████████████████████████  4 h" in text
    assert main(["build", "shop", "-o", "-", "--no-pictures"]) == ExitCode.OK
    bare = capsys.readouterr().out
    assert "mermaid" not in bare
    assert "█" not in bare


@pytest.mark.parametrize(
    ("name", "path"),
    [
        pytest.param("report", "shop.md", id="report"),
        pytest.param("issue-update", "shop.issue-update.md", id="without-suffix"),
        pytest.param("issue-update.md", "shop.issue-update.md", id="with-suffix"),
        pytest.param("one-line", "shop.one-line.txt", id="text"),
    ],
)
def test_outputs_are_named_shortly(name: str, path: str, project: Path) -> None:
    """The suffix of a template can be left out; files lie side by side."""
    assert main(["build", "shop", "--template", name]) == ExitCode.OK
    assert [each.name for each in (project / "reports").iterdir()] == [path]


def test_parts_are_numbered_files(project: Path) -> None:
    """Each part is a file of its own, which fits."""
    assert main(["build", "shop", "--split", "--fit", "1500"]) == ExitCode.OK
    names = sorted(each.name for each in (project / "reports").iterdir())
    assert names == [f"shop.{number}.md" for number in range(1, len(names) + 1)]
    assert len(names) > 1
    for each in (project / "reports").iterdir():
        assert len(each.read_text(encoding="utf-8")) <= 1500


@pytest.mark.parametrize("size", ["1500", "2500", "60000"])
def test_parts_of_an_earlier_report_are_named(
    size: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever divides a report into fewer parts learns which are left; none is lost."""
    main(["build", "shop", "--split", "--fit", "1000"])
    before = {each.name for each in (project / "reports").iterdir()}
    (project / "reports" / f"shop.{len(before) + 1}.md").write_text("# Mine\n")
    capsys.readouterr()
    assert main(["build", "shop", "--split", "--fit", size]) == ExitCode.OK
    first, *found = capsys.readouterr().err.splitlines()
    written = {Path(word.rstrip(",:")).name for word in first.split()}
    old = sorted(before - written)
    assert old
    assert [line.partition(":")[0] for line in found] == [f"reports/{n}" for n in old]
    said = "is a part of an earlier report [old-part]; delete it"
    assert all(line.endswith(said) for line in found)
    assert before <= {each.name for each in (project / "reports").iterdir()}


def test_only_parts_of_the_same_report_are_its_parts(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A record whose name ends in a number has a report of its own."""
    (project / "data" / "shop.1.yaml").write_text("title: Another\n")
    main(["build", "shop.1"])
    main(["build", "shop", "--split", "--fit", "60000"])
    main(["build", "shop"])
    assert "old-part" not in capsys.readouterr().err


def test_a_part_is_one_of_the_same_template(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever else somebody put into its place is none, nor what cannot be read."""
    other = ["--template", "issue-update", "--output", "reports/shop.1.md"]
    assert main(["build", "shop", *other]) == ExitCode.OK
    main(["build", "shop", "--split", "--fit", "60000"])
    (project / "reports" / "shop.1.md").write_bytes(b"\xff")
    main(["build", "shop", "--split", "--fit", "60000"])
    assert "old-part" not in capsys.readouterr().err


def test_parts_are_known_by_any_end_of_line(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Git may have checked them out as they are on Windows."""
    main(["build", "shop", "--split", "--fit", "1500"])
    part = project / "reports" / "shop.1.md"
    part.write_bytes(part.read_bytes().replace(b"\n", b"\r\n"))
    main(["build", "shop"])
    assert "old-part" not in capsys.readouterr().err
    main(["build", "shop", "--split", "--fit", "60000"])
    assert "reports/shop.1.md:1:1: warning: is a part" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        pytest.param(["--fit", "nowhere"], "no place 'nowhere'", id="place"),
        pytest.param(["--fit", "200"], "does-not-fit", id="too-small"),
        pytest.param(["--since", "missing.json"], "earlier-state", id="since"),
        pytest.param(["--heading-level", "7"], "heading-level", id="level"),
        pytest.param(
            ["--split", "--fit", "1500", "-o", "-"], "give --output", id="stdout"
        ),
    ],
)
def test_what_cannot_be_is_refused(
    words: list[str], message: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """There is one line about it, and nothing is written."""
    assert main(["build", "shop", *words]) == ExitCode.UNUSABLE
    said = capsys.readouterr()
    assert message in said.err
    assert len(said.err.splitlines()) == 1
    assert said.out == ""
    assert not (project / "reports").exists()


@pytest.mark.parametrize(
    "output", ["issue-update.md", "job-summary.md", "one-line.txt"]
)
def test_lost_tests_are_told_beside_those_that_passed(
    output: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """That all of what is left passed is no news without what was lost."""
    folder = tmp_path / "data" / "cut"
    folder.mkdir(parents=True)
    results = Path(__file__).parent / "cases" / "reports" / "between" / "results"
    text = (results / "tests.json").read_text(encoding="utf-8")
    lost = text.replace('"collected": 8', '"collected": 11')
    assert lost != text
    (folder / "tests.json").write_text(lost, encoding="utf-8")
    (folder / "record.yaml").write_text(
        "title: t\nevidence: {tests: {pytest: tests.json}}\ntasks: [{title: a}]\n",
        encoding="utf-8",
    )
    monkeypatch.chdir(tmp_path)
    main(["build", "cut", "--template", output, "-o", "-"])
    assert "4 of 4 tests passed, 3 lost" in capsys.readouterr().out


def test_one_line_fits_with_all_that_it_has_to_tell() -> None:
    """Its reason gets shorter where runs are in doubt."""
    run = Run(
        evidence="tests",
        path="t.json",
        format="pytest",
        exitcode=3,
        collected=2_000,
        tally=Tally(failed=1_000),
    )
    work = tuple(Task(title=Prose("x" * 40), done=True) for _ in range(3))
    merged = merge(Record(title=Prose("Work"), tasks=work), [run])
    text = render(assess("work", merged, files={}, now=1e9), "one-line.txt")
    assert len(text) <= 140
    assert text.endswith(
        "; 1,000 of 1,000 tests failed, 1,000 lost, the run is in doubt\n"
    )


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        pytest.param({"exitcode": 3}, True, id="internal-error"),
        pytest.param({"exitcode": 1}, True, id="exit-1-of-no-failure"),
        pytest.param(
            {"exitcode": 2, "failed_collectors": (Collector(nodeid="a"),)},
            True,
            id="not-collected",
        ),
        pytest.param({"exitcode": 0}, False, id="green"),
        pytest.param({"exitcode": 0, "collected": 9}, False, id="lost"),
        pytest.param({"exitcode": 1, "tally": Tally(failed=1)}, False, id="failed"),
    ],
)
def test_no_count_of_good_tests_hides_a_run_that_went_wrong(
    changes: dict[str, object], *, told: bool
) -> None:
    """What the counts of tests do not tell stands beside them, in every output."""
    values: dict[str, object] = {"tally": Tally(passed=2), **changes}
    run = Run(evidence="tests", path="t.json", format="pytest", **values)  # type: ignore[arg-type]
    record = Record(title=Prose("Work"))
    report = assess("work", merge(record, [run]), files={}, now=1e9)
    texts = [
        render(report, name)
        for name in (
            "issue-update.md",
            "job-summary.md",
            "one-line.txt",
            "report.html",
        )
    ]
    for text in (*texts, show(report, Terminal())):
        assert (", the run is in doubt" in text) is told


def ended(**numbers: int) -> Report:
    """Return a report of tests that ended so, as many as is said of each outcome."""
    results = tuple(
        Result(nodeid=f"t.py::{word}_{at}", outcome=Outcome(word), message=NASTY)
        for word, number in numbers.items()
        for at in range(number)
    )
    run = Run(
        evidence="tests",
        path="t.json",
        format="pytest",
        exitcode=0,
        tally=Tally(passed=9, **numbers),
        results=results,
    )
    return assess("work", merge(Record(title=Prose("Work")), [run]), files={}, now=1e9)


def test_no_test_is_hidden_that_did_not_simply_pass() -> None:
    """Each is named with its reason, unless there are many that are no news."""
    text = render(ended(flaky=12, xpassed=1, xfailed=2, skipped=10), "report.md")
    told = text.partition("### Other outcomes in `tests`\n\n")[2].splitlines()
    assert [line.partition(" passed only when rerun: ")[0] for line in told[:10]] == [
        f"- ⚠️ `t.py::flaky_{at}`" for at in range(10)
    ]
    assert told[10] == "- and 2 more that passed only when rerun"
    assert told[11].startswith("- ⚠️ `t.py::xpassed_0` passed unexpectedly: ")
    assert told[12].startswith("- `t.py::xfailed_0` failed as expected: ")
    assert told[23].startswith("- `t.py::skipped_9` was skipped: ")
    assert told[24] == ""
    assert check_markdown(text, "report.md") == ()
    for judge in JUDGES.values():
        assert see(judge(text)).text.count(visible(NASTY.partition("\n")[0])) == 23


@pytest.mark.parametrize("template", ["report.md", "report.html"])
def test_a_module_that_was_skipped_whole_is_named(template: str) -> None:
    """It has no tests that could be counted."""
    module = Collector(nodeid="tests/test_windows.py", message="only on Windows")
    run = Run(
        evidence="tests",
        path="t.json",
        format="pytest",
        exitcode=0,
        tally=Tally(passed=9),
        skipped_collectors=(module,),
    )
    merged = merge(Record(title=Prose("Work")), [run])
    text = render(assess("work", merged, files={}, now=1e9), template)
    assert "tests/test_windows.py" in text
    assert "only on Windows" in text


@pytest.mark.parametrize("skipped", [0, 10_000])
def test_modules_that_were_skipped_whole_are_never_hidden(skipped: int) -> None:
    """No count of a table tells of them, however many there are."""
    run = Run(
        evidence="tests",
        path="t.json",
        format="pytest",
        exitcode=0,
        tally=Tally(passed=9, skipped=skipped),
        skipped_collectors=tuple(Collector(nodeid=f"m{at}.py") for at in range(12)),
    )
    merged = merge(Record(title=Prose("Work")), [run])
    text = render(assess("work", merged, files={}, now=1e9), "report.md")
    _, _, told = text.partition("### Other outcomes in `tests`\n\n")
    lines = told.partition("\n\n")[0].splitlines()
    assert lines[:10] == [f"- `m{at}.py` was skipped" for at in range(10)]
    assert lines[10:] == ["- and 2 more, skipped whole"]


@pytest.mark.parametrize("template", ["report.md", "report.html"])
def test_what_figures_hold_is_said(template: str) -> None:
    """Two files share tests, and branches count beside statements."""
    run = Run(
        evidence="tests",
        path="t.json",
        format="pytest",
        exitcode=0,
        tally=Tally(passed=9),
        repeated=4,
    )
    cover = Coverage(
        evidence="cov",
        path="c.json",
        percent=87.5,
        covered=7,
        statements=7,
        branches=1_200,
    )
    merged = Merged(record=Record(title=Prose("W")), runs=(run,), coverages=(cover,))
    text = render(assess("work", merged, files={}, now=1e9), template)
    assert "9 tests, 4 of them repeated" in text
    assert "7 of 7 statements; branches count as well, 1,200 of them." in text


@pytest.mark.parametrize("template", ["report.md", "report.html"])
@pytest.mark.parametrize(
    ("before", "words"),
    [
        pytest.param((), "18 of 20 statements; in doubt: ", id="now"),
        pytest.param(("coverage",), "18 of 20 statements.", id="before"),
    ],
)
def test_coverage_of_another_time_says_so(
    before: tuple[str, ...], words: str, template: str
) -> None:
    """It was measured, but not of what is there now; that of before never was."""
    coverage = Coverage(
        evidence="coverage",
        path="c.json",
        created=0,
        percent=90,
        covered=18,
        statements=20,
    )
    merged = Merged(
        record=Record(title=Prose("Work")),
        before=frozenset(before),
        runs=tuple(state.run for state in failing(0).runs),
        coverages=(coverage,),
    )
    day = Duration(low=86_400, high=86_400)
    report = assess("work", merged, files={}, now=1e9, max_age=day)
    assert words in render(report, template)


@pytest.mark.parametrize("template", ["report.md", "report.html"])
@pytest.mark.parametrize(
    ("percent", "shown"), [(99.999, "99.99 %"), (66.666, "66.66 %"), (100, "100 %")]
)
def test_coverage_is_what_prose_says_of_it(
    percent: float, shown: str, template: str
) -> None:
    """A table rounds down as a figure in prose does: 100 is only what is whole."""
    coverage = Coverage(evidence="cov", path="c.json", percent=percent)
    record = Record(title=Prose("W"), conclusion=Prose("{{ coverage.percent }} %"))
    runs = tuple(state.run for state in failing(0).runs)
    merged = Merged(record=record, runs=runs, coverages=(coverage,))
    text = render(assess("work", merged, files={}, now=1e9), template)
    assert f"{shown} covered." in text
    assert text.count(shown) == 2


@pytest.mark.parametrize("template", ["report.md", "report.html"])
@pytest.mark.parametrize("known", ["covered", "statements"])
def test_coverage_that_lacks_a_count_shows_what_it_has(
    known: str, template: str
) -> None:
    """No count is made up, and a report is made all the same."""
    coverage = Coverage(evidence="coverage", path="c.json", percent=90)
    coverage = msgspec.structs.replace(coverage, **{known: 18})
    runs = tuple(state.run for state in failing(0).runs)
    merged = Merged(record=Record(title=Prose("W")), runs=runs, coverages=(coverage,))
    text = render(assess("work", merged, files={}, now=1e9), template)
    assert "90 % covered." in text


def test_many_skipped_tests_are_counted_alone() -> None:
    """Their names would bury the others; the page has them all."""
    assert "Other outcomes" not in render(ended(skipped=11, xfailed=11), "report.md")


@pytest.mark.parametrize("outcome", ["unknown", "unfinished", "flaky", "xpassed"])
def test_many_tests_that_are_news_are_not_counted_alone(outcome: str) -> None:
    """Something is wrong with them: some are named, however many there are."""
    (run,) = ended(**{outcome: 12}).runs
    assert len(run.others) == 10


def test_names_of_other_tests_go_early() -> None:
    """Where room is scarce, they are left out before failures, and counted."""
    report = ended(flaky=10, skipped=10)
    text = render(
        report,
        "report.md",
        shape=Shape(fit=Budget(name="1500", characters=1_500), full="x.md"),
    )
    assert "Other outcomes" not in text
    assert "the names of 20 tests" in text


@pytest.mark.parametrize("template", ["report.md", "report.html"])
def test_a_metric_may_have_no_figure_yet(template: str) -> None:
    """Its target is shown, and neither met nor missed."""
    metric = Metric(name=Prose("Speed"), target=Prose("5 s"))
    record = Record(title=Prose("Work"), metrics=(metric,))
    report = assess("work", merge(record, []), files={}, now=1e9)
    assert "❓ 5 s" in render(report, template)


@pytest.mark.parametrize(
    ("after", "words"),
    [
        ("180 ms", "- p95: 420 ms → 180 ms\n"),
        ("230 ms", "- p95: 420 ms → 230 ms, target &lt; 200 ms missed\n"),
        ("fast", "- p95: 420 ms → fast\n"),
    ],
)
def test_notes_for_a_release_tell_a_missed_target(after: str, words: str) -> None:
    """That a figure became better is not all that was wanted."""
    metric = Metric(
        name=Prose("p95"),
        before=Prose("420 ms"),
        after=Prose(after),
        target=Prose("< 200 ms"),
    )
    record = Record(title=Prose("Work"), metrics=(metric,))
    report = assess("work", merge(record, []), files={}, now=1e9)
    assert words in render(report, "release-notes.md", shape=Shape(full="x.md"))


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("report.md", "| computed, in doubt |"),
        ("report.html", ">computed, in doubt</td>"),
        ("release-notes.md", "- Passed: 1 → 9 (in doubt)"),
    ],
)
@pytest.mark.parametrize("exitcode", [0, 3])
def test_a_figure_of_a_run_in_doubt_says_so(
    exitcode: int, template: str, words: str
) -> None:
    """It was computed, and that alone makes nobody believe it."""
    (state,) = failing(0).runs
    run = msgspec.structs.replace(state.run, exitcode=exitcode)
    metric = Metric(
        name=Prose("Passed"), before=Prose("1"), after=Prose("{{ tests.passed }}")
    )
    record = Record(title=Prose("Work"), metrics=(metric,))
    report = assess("work", Merged(record=record, runs=(run,)), files={}, now=0)
    text = render(report, template)
    assert (words in text) == bool(exitcode)


def test_of_several_runs_some_are_in_doubt() -> None:
    """Of many it is said how many; of one, that it is."""
    good = Run(
        evidence="a", path="a.json", format="pytest", exitcode=0, tally=Tally(passed=2)
    )
    bad = msgspec.structs.replace(good, evidence="b", exitcode=3)
    record = Record(title=Prose("Work"))
    for runs, words in (
        ([good], ""),
        ([bad], "the run is in doubt"),
        ([good, bad], "1 of 2 runs in doubt"),
    ):
        report = assess("work", merge(record, runs), files={}, now=1e9)
        assert report.doubt == words


@pytest.mark.parametrize("until", ["the bank answers", "one owner for the pool"])
def test_what_a_blocker_waits_for_reads_well(until: str) -> None:
    """What must come true may be a sentence or a thing: it has a label."""
    blocker = Blocker(title=Prose("Pool"), blocked_by=("12",), until=Prose(until))
    record = Record(title=Prose("Work"), blockers=(blocker,))
    report = assess("work", merge(record, []), files={}, now=1e9)
    text = render(report, "issue-update.md")
    assert f"⛔ **Pool** waits for #12 · until: {until}\n" in text
    assert f"until: {until}\n" in show(report, Terminal())


@pytest.mark.parametrize(
    ("text", "most", "shown"),
    [
        ("1 blocker open", 14, "1 blocker open"),
        ("1 blocker open", 13, "1 blocker…"),
        ("1 blocker open", 10, "1 blocker…"),
        ("2 of 9 done; 1 blocker open", 14, "2 of 9 done…"),
        ("1 blocker", 6, "1 blo…"),
        ("tests/test_a.py::test_it", 10, "tests/tes…"),
    ],
)
def test_what_is_cut_ends_with_a_word(text: str, most: int, shown: str) -> None:
    """A name without blanks is cut where it must be."""
    assert bounded(text, most) == shown
    assert len(shown) <= most


def test_a_hostile_test_is_one_annotation(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A name in an annotation reads as itself, and begins no command of its own."""
    folder = tmp_path / "data" / "work"
    folder.mkdir(parents=True)
    name = "::error::x\n" + NASTY
    phase = {"outcome": "passed"}
    tests = [
        {"nodeid": name, "outcome": "passed"},
        {"nodeid": "b", "outcome": "passed"},
    ]
    for test in tests:
        test.update(setup=phase, call=phase, teardown=phase)  # type: ignore[call-overload]
    for path, kept in (("before", tests), ("now", tests[1:])):
        summary = {"total": len(kept), "collected": len(kept)}
        run = {"exitcode": 0, "created": 1.0, "summary": summary, "tests": kept}
        (folder / f"{path}.json").write_text(json.dumps(run), encoding="utf-8")
    (folder / "record.yaml").write_text(
        "title: t\nevidence:\n  before: {pytest: before.json}\n"
        "  now: {pytest: now.json}\ntasks: [{title: a}]\n",
        encoding="utf-8",
    )
    monkeypatch.chdir(tmp_path)
    assert main(["check", "work", "--format", "github"]) == ExitCode.OK
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith("::warning file=data/work/record.yaml,line=3,")
    assert visible(name, keep="\n").replace("\n", "%0A") in line
