"""A record is read as it was written, and every mistake in it is shown at once."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from strategies import record_texts

from reportgen import model
from reportgen.load import yaml_text
from reportgen.load.found import find_records
from reportgen.load.record import load_record, read_record
from reportgen.load.text_file import decode
from reportgen.model import (
    NOWHERE,
    Age,
    Change,
    Duration,
    Expectation,
    IssueCriterion,
    KnownSection,
    Markdown,
    Place,
    Prose,
    Record,
    Severity,
    SummaryLine,
    Text,
)

CASES = Path(__file__).parent / "cases"
BROKEN = sorted((CASES / "broken_records").glob("*.yaml"))
GOOD = sorted((CASES / "records").glob("*.yaml"))
SHARED = Path(__file__).parents[2] / "shared" / "record.md"

HOUR = 3600


def _read(text: str) -> Record:
    record, found = read_record(text, "r.yaml")
    assert record is not None, found
    return record


def _codes(text: str) -> list[str]:
    _, found = read_record(text, "r.yaml")
    return [one.code for one in found]


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_a_broken_record_is_explained(path: Path) -> None:
    """All findings stand in the `.err` file beside it, and there is no record."""
    record, found = load_record(path, path.name)
    said = "".join(f"{one}\n" for one in found)
    assert said == path.with_suffix(".err").read_text(encoding="utf-8")
    assert record is None


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_a_good_record_has_no_findings(path: Path) -> None:
    """What follows the format is read without a word."""
    record, found = load_record(path, path.name)
    assert found == ()
    assert record is not None


def test_the_documented_example_is_good() -> None:
    """The example of the format's own page can be read."""
    if not SHARED.is_file():
        pytest.skip("the page of the format is not here")
    _, _, rest = SHARED.read_text(encoding="utf-8").partition("```yaml\n")
    assert _codes(rest.partition("```")[0]) == []


def test_every_field_arrives() -> None:
    """A record that uses everything has it in its values."""
    record, _ = load_record(CASES / "records" / "full.yaml", "full.yaml")
    assert record is not None
    empty = [name for name in record.__struct_fields__ if not getattr(record, name)]
    assert empty == []
    (index, ask, word) = record.all_tasks
    assert (index.id, ask.id, word.id) == ("index", None, "word")
    assert len({type(criterion) for criterion in index.acceptance}) == 7
    assert index.planned == Duration(low=16 * HOUR, high=24 * HOUR)
    assert index.files[0].change is Change.CREATED
    assert record.max_age == Age(low=14 * 24 * HOUR, high=14 * 24 * HOUR)
    assert record.sections[0].after is KnownSection.RISKS
    assert record.evidence["new"].files == {
        "1": "results/fast.json",
        "2": "results/slow.json",
    }
    assert record.evidence["old"].files == {"": "results/old.json"}
    assert set(record.evidence["style"].files) == {"python", "typescript"}
    assert record.next_steps[2].when.references == ("index", "#11", "build")


def test_scalars_stay_as_they_are_written() -> None:
    """What YAML takes for a truth, number, time or date reaches the record as text."""
    record, _ = load_record(CASES / "records" / "as_people_write.yaml", "x.yaml")
    assert record is not None
    assert (record.title, record.issue) == ("no", "0042")
    assert record.fields == {
        "Version": "1.10",
        "Time": "12:30",
        "Mode": "010",
        "Country": "NO",
        "Hash": "1e3",
        "Date": "2026-03-01",
    }
    assert record.tasks[0].priority == "off"


def test_one_text_is_a_list_of_one_and_no_value_is_no_field() -> None:
    """Small records need no brackets, and a prepared field may stay empty."""
    record, _ = load_record(CASES / "records" / "as_people_write.yaml", "x.yaml")
    assert record is not None
    assert record.summary == ("One paragraph is enough.",)
    move, copy = record.tasks
    assert (move.blocked_by, move.relevant) == (("17",), ("shop/**",))
    assert copy.after == ("move",)
    assert (record.date, record.scope, record.impact) == (None, None, None)
    assert record.sections == ()


def test_texts_know_where_they_stand() -> None:
    """Every text has its place; that of a block is its first line."""
    record = _read(
        "title: Store\nsections:\n- title: Notes\n  body: |\n    one\n    two\n"
        'summary:\n  - {label: "Sessions", text: survive}\n'
    )
    (section,) = record.sections
    (line,) = record.summary
    assert isinstance(line, SummaryLine)
    assert record.title.place == Place("r.yaml", 1, 8)
    assert section.place == Place("r.yaml", 3, 3)
    assert section.body.place == Place("r.yaml", 5, 5)
    assert line.label.place == Place("r.yaml", 8, 13)


def test_texts_have_their_kind() -> None:
    """Prose, Markdown and plain text are told apart by their types."""
    record = _read("title: Store\nconclusion: |\n  fine\nfields: {Owner: me}\n")
    assert type(record.title) is Prose
    assert type(record.conclusion) is Markdown
    assert record.conclusion == "fine\n"
    assert type(record.fields["Owner"]) is Prose


def test_criteria_are_told_apart_by_their_first_key() -> None:
    """`tests:` and `issue:` make different criteria, with their own fields."""
    record = _read(
        "title: Store\nevidence: {unit: {pytest: a.json}}\ntasks:\n- title: Move\n"
        "  acceptance:\n  - {tests: a, at_least: 3, in: unit, expect: failed}\n"
        "  - {issue: '#17'}\n"
    )
    tests, issue = record.tasks[0].acceptance
    assert isinstance(tests, model.TestsCriterion)  # imported, pytest would collect it
    assert (tests.at_least, tests.in_, tests.expect) == (3, "unit", Expectation.FAILED)
    assert isinstance(issue, IssueCriterion)
    assert issue.issue == "#17"


def test_hours_a_day_are_those_of_the_team() -> None:
    """A day of work has as many hours as the caller says, a day of age has 24."""
    text = "title: Store\nmax_age: 1 day\ntasks: [{title: Move, planned: 1 day}]\n"
    record, _ = read_record(text, "r.yaml", hours_a_day=6)
    assert record is not None
    assert record.tasks[0].planned == Duration(low=6 * HOUR, high=6 * HOUR)
    assert record.max_age == Age(low=24 * HOUR, high=24 * HOUR)


@pytest.mark.parametrize(
    "title", ["✅ Store", "❌Store", "⚠️ Store", "[ ] Store", "  ☑️ Store", "⛔ Store"]
)
def test_a_typed_mark_is_a_warning(title: str) -> None:
    """It says that marks are derived, and the record can be used."""
    record, found = read_record(f'title: "{title}"', "r.yaml")
    assert record is not None
    assert [(one.code, one.severity) for one in found] == [
        ("typed-mark", Severity.WARNING)
    ]


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("cd x && python -m pytest", "'&&' needs a shell"),
        ("pytest || true", "'||' needs a shell"),
        ("pytest | tee x", "'|' needs a shell"),
        ("pytest ; true", "';' needs a shell"),
        ("pytest &", "'&' needs a shell"),
        ("pytest < x", "'<' needs a shell"),
        ("pytest > x", "'>' needs a shell"),
        ("pytest 2>> x", "'2>>' needs a shell"),
        ("pytest 2>&1", "'2>&1' needs a shell"),
        ("_A=1 pytest", "'_A=1' needs a shell"),
        ("\"A='1\\n2' pytest\"", r"'A=1\n2' needs a shell"),
        ("pytest 'a", "does not end"),
        ("'# pytest'", "names no program"),
    ],
)
def test_a_command_that_cannot_be_run_is_a_warning(command: str, words: str) -> None:
    """It is said where it stands; the report can be made without it."""
    evidence = f"evidence:\n  unit:\n    pytest: a.json\n    command: {command}\n"
    record, (finding,) = read_record(f"title: Store\n{evidence}", "r.yaml")
    assert record is not None
    assert (finding.code, finding.severity) == ("bad-command", Severity.WARNING)
    assert finding.place == Place("r.yaml", 5, 14)
    assert words in finding.message


@pytest.mark.parametrize(
    "title", ["Store ✅", "[link](x.md)", "Ship 🚀", "#1197", "[x]y is the name"]
)
def test_other_signs_are_nobodys_business(title: str) -> None:
    """Only a mark of status in front of a text is one."""
    assert _codes(f'title: "{title}"') == (["typed-mark"] if title[:3] == "[x]" else [])


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "r.yaml:1:1: there is nothing in it [empty-record]"),
        (b"\xef\xbb\xbf", "r.yaml:1:1: there is nothing in it [empty-record]"),
        (b"title: Store\nscope: caf\xe9\n", "r.yaml:2:11: byte 0xe9 is not UTF-8"),
        ("title: ä\nscope: ".encode() + b"\xff", "r.yaml:2:8: byte 0xff is not UTF-8"),
        (b"title: a\rscope: caf\xe9", "r.yaml:2:11: byte 0xe9 is not UTF-8"),
        ("title: Store\n".encode("utf-16"), "r.yaml:1:1: the text is UTF-16"),
        ("title: Store\n".encode("utf-16-le"), "r.yaml:1:1: the text is UTF-16"),
        ("title: Store\n".encode("utf-16-be"), "r.yaml:1:1: the text is UTF-16"),
        (b"title: a\0b\n", "r.yaml:1:9: U+0000 does not belong in a text"),
        (b"title: a\n#\x1b[31m\n", "r.yaml:2:2: U+001B does not belong in a text"),
        ("title: a\u2028b\n".encode(), "r.yaml:1:9: U+2028 does not belong in a text"),
        (b"title: a # " + b"x" * 10_000_000, "r.yaml:1:1: the file is larger than 10"),
    ],
    ids=[
        "empty",
        "only a mark",
        "latin-1",
        "after umlaut",
        "after a carriage return",
        "utf-16",
        "utf-16 little endian",
        "utf-16 big endian",
        "zero",
        "escape",
        "line separator",
        "huge",
    ],
)
def test_bytes_that_are_no_text_are_explained(
    tmp_path: Path, data: bytes, expected: str
) -> None:
    """A file that is no clean UTF-8 has one finding, at the bad place."""
    path = tmp_path / "r.yaml"
    path.write_bytes(data)
    record, (finding,) = load_record(path, "r.yaml")
    assert record is None
    assert str(finding).startswith(expected)


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbftitle: Store\nscope: all\n",
        b"title: Store\r\nscope: all\r\n",
        b"title: Store\rscope: all\r",
        b"---\ntitle: Store\nscope: all\n...\n",
        b"%YAML 1.2\n---\ntitle: Store\nscope: all\n",
        b'{"title": "Store", "scope": "all"}',
    ],
    ids=["byte order mark", "windows", "old mac", "markers", "directive", "json"],
)
def test_files_of_every_editor_are_read(tmp_path: Path, data: bytes) -> None:
    """Marks and line ends do not matter, and JSON is YAML."""
    path = tmp_path / "r.yaml"
    path.write_bytes(data)
    record, found = load_record(path, "r.yaml")
    assert found == ()
    assert record is not None
    assert (record.title, record.scope) == ("Store", "all")


def test_a_file_that_cannot_be_opened_is_a_finding(tmp_path: Path) -> None:
    """A missing file and a folder each have their own words."""
    _, (missing,) = load_record(tmp_path / "none.yaml", "none.yaml")
    _, (folder,) = load_record(tmp_path, "data")
    _, (long,) = load_record(tmp_path / ("x" * 300), "x")
    _, (zero,) = load_record(tmp_path / "\0", "x")
    assert str(missing) == "none.yaml:1:1: there is no such file [no-file]"
    assert str(folder) == "data:1:1: this is a folder, not a file [unreadable]"
    assert long.code == zero.code == "unreadable"


def test_nothing_in_a_record_is_executed(tmp_path: Path) -> None:
    """A tag for Python is text that is refused."""
    path = tmp_path / "r.yaml"
    owned = tmp_path / "owned"
    path.write_text(f'title: !!python/object/apply:os.mkdir ["{owned}"]\n')
    _, found = load_record(path, "r.yaml")
    assert [one.code for one in found] == ["yaml-tag"]
    assert not owned.exists()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[" * 100_000, "too-deep"),
        ("{a: " * 100_000, "too-deep"),
        ("- " * 100_000 + "x", "too-deep"),
        ("title: x\nfields:\n" + "  a: b\n" * 110_000, "too-large"),
        ("? " * 100_000, "too-deep"),
    ],
    ids=["lists", "mappings", "block lists", "many", "keys"],
)
def test_a_bomb_is_refused(text: str, code: str) -> None:
    """Depth and number of values are bounded, without a word from Python."""
    assert code in _codes(text)


def test_a_chain_may_be_longer_than_the_stack_of_python() -> None:
    """More tasks than Python nests calls can follow each other."""
    tasks = "".join(
        f"- {{title: T, id: t{n}, after: [t{n + 1}]}}\n" for n in range(1500)
    )
    end = "- {title: T, id: t1500}\n"
    circle = "- {title: T, id: t1500, after: [t0]}\n"
    assert _codes(f"title: Store\ntasks:\n{tasks}{end}") == []
    assert _codes(f"title: Store\ntasks:\n{tasks}{circle}") == ["cycle"]


@pytest.mark.parametrize(
    "task",
    [
        "{{title: T, id: task-{0}, after: [tusk-{0}]}}",
        "{{title: T, acceptance: [{{tests: a, in: ran-{0}}}]}}",
    ],
    ids=["ids", "evidence"],
)
def test_guesses_end_where_nobody_reads_on(task: str) -> None:
    """Each guess looks at all names, and time must not grow with their square."""
    evidence = ", ".join(f"run-{n}: {{pytest: a}}" for n in range(150))
    tasks = ", ".join(task.format(n) for n in range(150))
    text = f"title: Store\nevidence: {{{evidence}}}\ntasks: [{tasks}]"
    hints = [one.hint for one in read_record(text, "r.yaml")[1]]
    assert len(hints) == 150
    assert sum(hint.startswith("did you mean") for hint in hints) == 100


@pytest.mark.parametrize("depends", ["after", "blocked_by"])
def test_a_done_task_may_wait_for_done_work_and_issues(depends: str) -> None:
    """Whether an issue is closed is not known when a record is read."""
    task = "{{title: {0}, id: {0}, done: true, {1}: [{2}]}}"
    first = "{title: a, id: a, done: true}"
    second = task.format("b", depends, "a, 17")
    assert _codes(f"title: Store\ntasks: [{first}, {second}]") == []


def test_a_blocker_that_is_vouched_to_be_gone_holds_nothing_up() -> None:
    """A claim may come before what only an attested blocker waits for."""
    blocker = "{title: P, id: p, blocked_by: [b]%s, blocks: [a]}"
    tasks = "tasks: [{title: A, id: a, done: true}, {title: B, id: b}]"
    gone = blocker % ", attested: {by: lead, on: 2026-03-01}"
    assert _codes(f"title: S\n{tasks}\nblockers: [{gone}]") == []
    assert _codes(f"title: S\n{tasks}\nblockers: [{blocker % ''}]") == [
        "done-before-open"
    ]


def test_one_slip_gives_one_finding() -> None:
    """A misspelt field that is required is not reported as missing, too."""
    assert _codes("titel: Store\n") == ["unknown-field"]


@pytest.mark.parametrize(
    ("word", "done"),
    [(word, True) for word in ("true", "True", "TRUE")]
    + [(word, False) for word in ("false", "False", "FALSE")],
)
def test_a_truth_is_written_as_yaml_has_it(word: str, done: bool) -> None:  # noqa: FBT001  # a row of the table
    """Each spelling of YAML 1.2 is one, so that Python's is."""
    record = _read(f"title: Store\ntasks: [{{title: Move, done: {word}}}]\n")
    assert record.tasks[0].done is done


@pytest.mark.parametrize("mistake", ["done: yes", "status: done", "doen: true"])
def test_who_waits_for_a_task_with_a_mistake_makes_none(mistake: str) -> None:
    """As long as nobody can read whether work is done, no claim comes before it."""
    first = f"{{title: A, id: a, {mistake}}}"
    second = "{title: B, id: b, done: true, after: [a]}"
    open_ = "{title: C, id: c}, {title: D, done: true, after: [c]}"
    slip, *rest = _codes(f"title: S\ntasks: [{first}, {second}, {open_}]\n")
    assert slip in {"wrong-type", "typed-status", "unknown-field"}
    assert rest == ["done-before-open"]


def test_no_guess_is_what_waits_itself() -> None:
    """To follow the hint must not make a cycle."""
    text = (
        "title: S\nphases:\n"
        "- {title: A, id: phase-1}\n"
        "- {title: B, id: phase-2, after: [phase-one], tasks: [\n"
        "  {title: C, id: phase-3, after: [phase-four]}]}\n"
    )
    _, found = read_record(text, "r.yaml")
    assert [one.hint for one in found] == ["did you mean 'phase-1'?"] * 2


def test_a_task_with_a_mistake_can_still_be_referred_to() -> None:
    """One mistake does not make references to its task wrong."""
    text = "title: S\ntasks: [{id: a, planned: 2}, {title: B, after: [a]}]\n"
    assert _codes(text) == ["missing-field", "bad-duration"]


def test_records_are_found_in_folders_and_alone(tmp_path: Path) -> None:
    """A record is a folder with `record.yaml` or a file; names are sorted."""
    for name in ("b.yaml", "a/record.yaml", "c/other.yaml", ".d.yaml", "e.txt"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("title: x")
    found = find_records(tmp_path)
    assert list(found.items()) == [
        ("a", tmp_path / "a" / "record.yaml"),
        ("b", tmp_path / "b.yaml"),
    ]
    assert find_records(tmp_path / "nowhere") == {}


def test_two_records_of_one_name_are_a_mistake(tmp_path: Path) -> None:
    """Whichever is read, the other one is named."""
    alone, housed = tmp_path / "a.yaml", tmp_path / "a" / "record.yaml"
    housed.parent.mkdir()
    for path in (alone, housed):
        path.write_text("title: x")
    assert find_records(tmp_path) == {"a": housed}
    for path, other in ((alone, "record.yaml"), (housed, "a.yaml")):
        record, (finding,) = load_record(path, "r.yaml")
        assert record is None
        assert finding.code == "two-records"
        assert other in finding.message


@pytest.fixture(params=["in C", "in Python"])
def either_parser(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Let YAML be parsed by the one or the other parser of PyYAML."""
    if request.param == "in Python":
        monkeypatch.setattr(yaml_text, "_LOADER", yaml.BaseLoader)


@pytest.mark.usefixtures("either_parser")
def test_an_escape_beyond_unicode_is_refused() -> None:
    """It raises no error of Python's own."""
    assert _codes('title: "\\U00110000"') == ["yaml-syntax"]


def test_a_name_may_be_as_long_as_the_system_allows(tmp_path: Path) -> None:
    """That no second record can have the name is no mistake."""
    path = tmp_path / ("x" * 252) / "record.yaml"
    path.parent.mkdir()
    path.write_text("title: x")
    assert load_record(path, "r.yaml")[1] == ()


@pytest.mark.usefixtures("either_parser")
@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_both_parsers_say_the_same(path: Path) -> None:
    """Where PyYAML comes without its C library, people read the same words."""
    if path.stem == "lone_surrogate":
        pytest.skip("the parser in Python lets it through, and it is refused later")
    _, found = read_record(path.read_text(encoding="utf-8"), path.name)
    said = "".join(f"{one}\n" for one in found)
    assert said == path.with_suffix(".err").read_text(encoding="utf-8")


@given(st.binary(max_size=200))
def test_no_bytes_raise(data: bytes) -> None:
    """Whatever a file holds, the answer is a record or findings."""
    _check_answer(data)


@given(record_texts)
def test_no_text_raises(text: str) -> None:
    """Whatever people write, the answer is a record or findings with places."""
    _check_answer(text.encode(errors="surrogatepass"))


def _check_answer(data: bytes) -> None:
    text = decode(data, "r.yaml")
    if not isinstance(text, str):
        assert text.place != NOWHERE
        return
    record, found = read_record(text, "r.yaml")
    errors = [one for one in found if one.severity is Severity.ERROR]
    assert (record is None) == bool(errors)
    assert list(found) == sorted(found)
    lines = text.count("\n") + 1
    for one in found:
        assert one.place != NOWHERE
        assert 1 <= one.place.line <= lines
        assert "\n" not in str(one)


def test_place_is_part_of_no_comparison() -> None:
    """A text compares as the text it is."""
    assert Text("a", Place("x", 2, 3)) == "a"
