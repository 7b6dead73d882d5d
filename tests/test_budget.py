"""A report fits where it goes: written again with less, and never cut."""

import re
from pathlib import Path

import msgspec
import pytest
from judges import JUDGES, see
from large import failing, wide

from reportgen.assess.assess import assess
from reportgen.check.markdown import check_markdown
from reportgen.cli import main
from reportgen.merge import merge
from reportgen.model import (
    ExitCode,
    Prose,
    Record,
    Status,
    SummaryLine,
    Task,
    TemplateError,
    Text,
)
from reportgen.render.budget import BUDGETS, OWN, Budget, budget, fit
from reportgen.render.detail import Detail
from reportgen.render.render import render
from reportgen.render.shape import Shape
from reportgen.render.split import split
from reportgen.report import LineState, Report

COMMENT = BUDGETS["github-comment"]
TEMPLATES = ["report.md", "issue-update.md", "job-summary.md", "release-notes.md"]


def written(report: Report, template: str, limit: Budget | None = None) -> str:
    """Return `report` as `template` writes it within `limit`."""
    return render(report, template, shape=Shape(fit=limit, full="reports/large.md"))


@pytest.mark.parametrize("template", ["report.md", "issue-update.md"])
@pytest.mark.parametrize("number", [0, 10, 1_000, 100_000])
def test_any_number_of_failures_fits_a_comment(number: int, template: str) -> None:
    """What matters stays, with the same counts, in valid and balanced Markdown."""
    report = failing(number)
    text = written(report, template, COMMENT)
    assert len(text) <= 60_000
    assert len(text.encode()) <= 262_144
    assert check_markdown(text, "report.md") == ()
    for judge in JUDGES.values():
        seen = see(judge(text))
        for name in ("details", "summary", "pre", "table", "ul"):
            assert seen.tags.count((name,)) == seen.tags.count((f"/{name}",))
        assert "Shared pool" in seen.text
        assert "Clock skew" in seen.text
        assert report.reason in seen.text
        if number:
            assert f"{number:,} of {number + 9:,} tests failed" in seen.text
            assert "test_0.py::test_case[0]" in seen.text
            shown = seen.text.count("❌ tests/failing/")
            more = re.search(r"And ([\d,]+) more, all of them", seen.text)
            assert shown + (int(more[1].replace(",", "")) if more else 0) == number


@pytest.mark.parametrize("template", ["report.md", "issue-update.md"])
@pytest.mark.parametrize(
    ("number", "files", "named"),
    [
        pytest.param(0, 200, True, id="few-green"),
        pytest.param(2, 200, False, id="few-red"),
        pytest.param(0, 1_000, False, id="many-green"),
    ],
)
def test_any_number_of_files_fits_a_comment(
    number: int, files: int, *, named: bool, template: str
) -> None:
    """Hundreds of runs are counted where there is no room to name them all."""
    report = failing(number, shards=files)
    text = written(report, template, COMMENT)
    assert COMMENT.holds(text)
    assert check_markdown(text, "report.md") == ()
    assert report.reason in text
    if template == "report.md":
        assert (f"machine-{files - 1}" in text) == named
        assert (f"of all {files:,} runs are green." in text) != named


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("size", [60_000, 20_000, 5_000, 2_000, 1_200])
def test_any_record_fits(size: int, template: str) -> None:
    """Whatever it has many of: nothing is half there, and the worst is."""
    text = written(wide(90), template, Budget(name="test", characters=size))
    assert len(text) <= size
    assert check_markdown(text, "report.md") == ()
    assert not re.search(r"^\|[ |-]+\|\n(?!\|)", text, re.MULTILINE), "a bare table"
    lines = [line for line in text.splitlines() if line]
    levels = [len(line) - len(line.lstrip("#")) for line in lines]
    for level, following in zip(levels, [*levels[1:], 1], strict=True):
        assert not 0 < following <= level, "a heading of nothing"
    if template != "release-notes.md":
        assert "Broken task" in text
        assert "failing" in lines[1] or "failing" in lines[0]


def test_what_is_settled_goes_first() -> None:
    """Of a list that is too long, the worst stays, where it stood."""
    report = wide(90)
    text = written(report, "report.md", Budget(name="test", characters=5_000))
    rows = re.findall(
        r"^\| (Task number \d+|Broken task|Worse task) ", text, re.MULTILINE
    )
    assert rows[-2:] == ["Broken task", "Worse task"]
    assert all(row.endswith("0") for row in rows[:-2])
    (more,) = re.findall(
        r"^\| and (\d+) more: 81 done, (\d+) in progress", text, re.MULTILINE
    )
    assert int(more[0]) == 81 + int(more[1]) == 92 - len(rows)
    assert re.search(r" · \*\*Phase \d+:\*\* ⏳ planned · and \d+ more: 45 done", text)
    ticked = re.findall(r"^- \[(.)\] Criterion (\d+)", text, re.MULTILINE)
    assert ticked
    assert all(box == " " and at.endswith("0") for box, at in ticked)


@pytest.mark.parametrize(
    ("template", "kinds"),
    [
        pytest.param(
            "release-notes.md",
            {"tasks", "blockers", "risks", "metrics"},
            id="release-notes",
        ),
        pytest.param(
            "issue-update.md",
            {"claim", "tasks", "phases", "blockers", "risks", "steps", "run"},
            id="issue-update",
        ),
    ],
)
def test_only_what_would_be_shown_is_left_out(template: str, kinds: set[str]) -> None:
    """What a template never shows is not missed in it."""
    text = written(wide(90), template, Budget(name="test", characters=1_000))
    (line,) = re.findall("^Left out, to fit here: (.*)\\.$", text, re.MULTILINE)
    assert {
        part.removesuffix(" without proof").split()[-1] for part in line.split(", ")
    } == kinds


def test_more_room_tells_more() -> None:
    """The fixed order: what passes goes first, then long messages, then lists."""
    report = failing(300)
    texts = [
        written(report, "report.md", Budget(name="test", characters=size))
        for size in (99_000, 80_000, 73_000, 72_000, 50_000, 40_000, 20_000, 6_000)
    ]
    lengths = list(map(len, texts))
    assert lengths == sorted(lengths, reverse=True)
    kept = [
        (
            "it was slow" in text,
            "Lessons" in text,
            "and so on and so on and so on and so on and so on and so on a" in text,
            "Task number 3" in text,
            " more, all of them in" not in text,
        )
        for text in texts
    ]
    assert kept == sorted(kept, reverse=True)
    assert any(all(each) for each in kept)
    assert not any(kept[-1])


def test_the_reader_is_told_what_is_left_out() -> None:
    """Everything that is missing is counted, and the full report is named."""
    text = written(failing(300), "report.md", Budget(name="test", characters=6_000))
    note = next(line for line in text.splitlines() if line.startswith("> **Left out"))
    for part in (
        "the details of 12 settled tasks",
        "1 section",
        "1 mitigated risk",
        "the rows of 12 settled tasks",
        "`reports/large.md`",
    ):
        assert part in note
    failures = re.search(r"([\d,]+) failures", note)
    assert failures is not None
    assert int(failures[1]) + text.count("❌ `tests/failing/") == 300


def test_nothing_is_left_out_without_need() -> None:
    """A report that fits is the full one."""
    report = failing(10)
    assert written(report, "report.md", COMMENT) == written(report, "report.md")


@pytest.mark.parametrize("template", ["report.md", "issue-update.md"])
@pytest.mark.parametrize("failed", [0, 5])
def test_settled_work_stays_as_long_as_there_is_room(
    failed: int, template: str
) -> None:
    """It goes row by row, not all at once."""
    text = written(failing(failed, tasks=2_000), template, COMMENT)
    assert 50_000 < len(text) <= 60_000
    rows = text.count("h | ✅ done: 9 of 9 tests passed |")
    assert f"| and {2_000 - rows:,} more: done | | | |" in text
    assert f"the rows of {2_000 - rows:,} settled tasks" in text


def test_what_is_left_out_of_a_list_ends_one() -> None:
    """Where no line of a list is shown, none counts the others: a note does."""
    lines = {Text("Owner"): Prose("the team"), Text("Release"): Prose("4.10")}
    record = Record(title=Prose("Work"), fields=lines, footer=lines)
    report = assess("work", merge(record, ()), files={}, now=1e9)
    text = render(report, "report.md", shape=Shape(most=Detail(listed=0)))
    assert "2 lines of the header" in text
    assert "2 lines of the footer" in text
    assert "and 2 more" not in text


def test_a_run_that_is_not_shown_is_counted() -> None:
    """Its failures are missed, and whether there is one or are more."""
    report = failing(3, shards=4)
    for listed, words in ((3, "And 1 more with"), (1, "And 3 more with")):
        text = render(report, "job-summary.md", shape=Shape(most=Detail(listed=listed)))
        assert f"\n{words} failures.\n" in text


@pytest.mark.parametrize(("length", "missing"), [(20, False), (200, True)])
def test_only_what_a_full_report_shows_is_missed(length: int, *, missing: bool) -> None:
    """Of a message that is its first line, however long the others are."""
    report = failing(3, name="x", message=f"{'x' * length}\n{'y' * 500}")
    text = render(report, "report.md", shape=Shape(most=Detail(message=80)))
    assert ("the end of 1 long message" in text) == missing


def test_only_work_is_called_settled() -> None:
    """A line of the summary has the mark of what it names, and is none itself."""
    record = Record(
        title=Prose("W"),
        tasks=(Task(id=Text("t"), title=Prose("T")),),
        summary=tuple(
            SummaryLine(label=Text(f"L{at}"), text=Prose("words"), of=Text("t"))
            for at in range(3)
        ),
    )
    report = assess("w", merge(record, []), files={}, now=1e9)
    *_, least = Detail().less()
    text = render(report, "report.md", shape=Shape(most=least))
    assert "**Left out, to fit here:** 3 lines of the summary, " in text


def test_a_status_is_told_of_all_that_is_left_out_or_of_none() -> None:
    """Where only some of the lines have a mark, it does not stand for the others."""
    line = SummaryLine(label=Prose("L"), text=Prose("words"))
    marked = LineState(line=line, mark="✅", status=Status.DONE)
    lines = (LineState(line=Prose("a")), marked, marked, LineState(line=Prose("b")))
    report = msgspec.structs.replace(failing(0), summary=lines)
    text = render(report, "report.md", shape=Shape(most=Detail(listed=1)))
    assert "\n- a\n\n- and 3 more\n" in text


@pytest.mark.parametrize("template", TEMPLATES)
def test_what_cannot_fit_is_refused(template: str) -> None:
    """There is one line about it instead of a text without what matters."""
    with pytest.raises(TemplateError) as caught:
        written(failing(10), template, Budget(name="100", characters=100))
    assert [d.code for d in caught.value.diagnostics] == ["does-not-fit"]


@pytest.mark.parametrize(
    ("text", "characters", "size"),
    [
        pytest.param("5000", 5000, None, id="number"),
        pytest.param("5_000chars", 5000, None, id="characters"),
        pytest.param("5,000 bytes", None, 5000, id="bytes"),
        pytest.param("gitlab-note", 1_000_000, None, id="place"),
        pytest.param("job-summary", None, 1_000_000, id="place-in-bytes"),
    ],
)
def test_budgets_are_named_or_counted(
    text: str, characters: int | None, size: int | None
) -> None:
    """A place by its name, or a number with its unit."""
    found = budget(text)
    assert found is not None
    assert (found.characters, found.bytes) == (characters, size)


@pytest.mark.parametrize("text", ["", "github", "-1", "1.5", "10kB", "chars"])
def test_other_words_are_no_budget(text: str) -> None:
    """What names no place and no number is not guessed at."""
    assert budget(text) is None


def test_each_unit_is_measured_as_its_place_does() -> None:
    """Characters are code points, whatever they weigh in bytes."""
    text = "🔵" * 100
    assert Budget(name="a", characters=100).holds(text)
    assert not Budget(name="b", bytes=399).holds(text)
    assert not Budget(name="c", characters=100, bytes=399).holds(text)
    assert Budget(name="d", characters=110).less(10).holds(text)
    assert not Budget(name="e", bytes=400).less(1).holds(text)


@pytest.mark.parametrize("room", range(1, 60))
def test_lists_are_as_long_as_they_can_be(room: int) -> None:
    """They fill nine tenths of the room, or hold all that there is."""
    limit = Budget(name="test", characters=room)
    text = fit(lambda detail: "x" * min(detail.listed, 50), Detail(), limit)
    assert len(text) == 50 or room - 1 - room // 10 <= len(text) <= room


@pytest.mark.parametrize("room", [0, 1, 300, 2_000, 60_000])
def test_few_texts_are_written_until_one_fits(room: int) -> None:
    """Each takes time, and most take less than the first."""
    lengths = []

    def written(detail: Detail) -> str:
        items = min(detail.listed, 1_000) + min(detail.listed, detail.tasks, 1_000)
        lengths.append(60 * items)
        return "x" * lengths[-1]

    fit(written, Detail(), Budget(name="test", characters=room))
    assert len(lengths) <= 9
    assert sum(lengths) <= 4.1 * lengths[0]


@pytest.mark.parametrize("template", OWN)
def test_outputs_for_a_place_fit_it_unasked(template: str) -> None:
    """Each fits its own place, whatever there is to tell."""
    text = written(failing(100_000, tasks=400), template)
    assert OWN[template].holds(text)


@pytest.mark.parametrize("number", [1, 900])
def test_reports_of_one_job_share_its_summary(
    number: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """All records together stay below what a forge drops, and none is missing."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "reportgen.toml").touch()
    (tmp_path / "data").mkdir()
    case = '<testcase classname="{}" name="test_{}"><failure message="{}"/></testcase>'
    cases = [case.format("tests.a" * 40, at, f"{at} and" * 60) for at in range(number)]
    results = f"<testsuite>{''.join(cases)}</testsuite>"
    (tmp_path / "data" / "results.xml").write_text(results, encoding="utf-8")
    for name in ("one", "two", "three"):
        record = f"title: {name}\nevidence: {{t: {{junit: results.xml}}}}\n"
        (tmp_path / "data" / f"{name}.yaml").write_text(record, encoding="utf-8")
    main(["build", "--all", "--template", "job-summary", "--output", "-"])
    text = capsys.readouterr().out
    assert len(text.encode()) <= 1_000_000
    assert sorted(re.findall("^## . (one|three|two): ", text, re.MULTILINE)) == [
        "one",
        "three",
        "two",
    ]
    shown = text.count("- ❌ ")
    more = re.findall(r"And ([\d,]+) more, all of them", text)
    assert shown + sum(int(each) for each in more) == 3 * number
    assert ("Left out, to fit here" in text) == (number > 1)


def test_parts_hold_everything_once() -> None:
    """A report in parts loses nothing; each fits, is valid, and says which it is."""
    report = failing(1_000)
    text = render(report, "report.md", shape=Shape(split=True, full="x"))
    limit = Budget(name="test", characters=30_000)
    parts = split(text, limit, lambda part: f"{part}\nthe end\n")
    assert len(parts) > 3
    for number, part in enumerate(parts, 1):
        assert limit.holds(part)
        first = part.split("\n", 1)[0]
        assert first.startswith("# Completion report: A large run ")
        assert first.endswith(f"(part {number} of {len(parts)})")
        assert check_markdown(part, "part.md") == ()
    for judge in JUDGES.values():
        whole = see(judge(text))
        seen = [see(judge(part)) for part in parts]
        cells = ("td",), ("li",)
        for tag in cells:
            assert sum(s.tags.count(tag) for s in seen) == whole.tags.count(tag)
    names = [f"`tests/failing/test_{n // 50}.py::test_case[{n}]`" for n in range(1_000)]
    joined = "\n".join(parts)
    assert all(joined.count(f"- ❌ {name}") == 1 for name in names)


def test_a_report_that_fits_stays_in_one_part() -> None:
    """There is no part 1 of 1."""
    assert split("# a\n\nb\n", Budget(name="test", characters=100)) == ("# a\n\nb\n",)


def test_a_block_that_fits_nowhere_is_refused() -> None:
    """What cannot be divided is named."""
    with pytest.raises(TemplateError, match="does-not-fit"):
        split("# a\n\n" + "word " * 100, Budget(name="test", characters=200))


@pytest.mark.parametrize("listed", [1, 40])
def test_details_of_open_tasks_go_last(listed: int) -> None:
    """Where room is scarce, so many are told in full; the others are counted."""
    tasks = tuple(Task(title=Prose(f"T{n}"), owner=Text("Ann")) for n in range(50))
    report = assess(
        "w", merge(Record(title=Prose("W"), tasks=tasks), []), files={}, now=1e9
    )
    *_, least = Detail().less()
    detail = msgspec.structs.replace(least, listed=listed)
    text = render(report, "report.md", shape=Shape(most=detail))
    assert text.count("### ⏳ T") == listed
    assert f"the details of {50 - listed} open tasks" in text
    assert check_markdown(text, "x.md") == ()


def test_hundreds_of_owned_tasks_fit_a_comment() -> None:
    """That each has an owner makes no report impossible."""
    tasks = tuple(
        Task(title=Prose(f"Task number {n}"), owner=Text("Ann")) for n in range(900)
    )
    report = assess(
        "w", merge(Record(title=Prose("W"), tasks=tasks), []), files={}, now=1e9
    )
    text = written(report, "report.md", COMMENT)
    assert COMMENT.holds(text)
    assert " open tasks" in text


def test_hundreds_of_open_tasks_fit_a_comment(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Where there is no room for all, the rest is counted."""
    tasks = "".join(f"  - {{title: '{'task ' * 20}{n}'}}\n" for n in range(900))
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "many.yaml").write_text(f"title: t\ntasks:\n{tasks}")
    monkeypatch.chdir(tmp_path)
    words = ["--template", "issue-update", "--fit", "github-comment", "-o", "-"]
    assert main(["build", "many", *words]) == ExitCode.OK
    text = capsys.readouterr().out
    assert len(text) <= 65_536
    assert " more: planned | | | |" in text
    assert check_markdown(text, "x.md") == ()
