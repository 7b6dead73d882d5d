"""Whether a report still stands is told truly, wherever it lies by then."""

import hashlib
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen import pipeline, records
from reportgen.cli import main
from reportgen.load.config import load_config
from reportgen.model import ExitCode, Prose, Record, Status
from reportgen.report import Report, SourceState
from reportgen.seal import seal, unseal
from reportgen.verify import Standing, Verification, projects_around, verify

ROOT = Path(__file__).parents[1]
NAME = "issue-1197"
REPORT = Path("reports") / f"{NAME}.md"
RECORD = Path("data") / NAME / "record.yaml"
RESULTS = Path("data") / NAME / "results"
IMPORTS = RESULTS / "imports.json"
WANTED = Path("tests/sample/config/staging.yaml")
DAY = 86_400
NOW = json.loads((ROOT / IMPORTS).read_bytes())["created"] + 3_600


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy issue 1197 with all that it rests on to a project, and build its report."""
    folder = tmp_path_factory.mktemp("built") / "project"
    shutil.copytree(ROOT / "data" / NAME, folder / "data" / NAME)
    sample = ROOT / "tests" / "sample"
    ignored = shutil.ignore_patterns("__pycache__", ".pytest_cache")
    shutil.copytree(sample, folder / "tests" / "sample", ignore=ignored)
    make(folder)
    return folder


@pytest.fixture
def project(built: Path, tmp_path: Path) -> Path:
    """Move all of it, with the report, to a place where it was not built."""
    return shutil.copytree(built, tmp_path / "else where")


def make(project: Path, template: str = "report.md") -> Path:
    """Build the report in `project`, and return where it is."""
    config, _ = load_config(project)
    (source,) = records.read([NAME], config)
    path = records.output_path(NAME, template, config)
    built = pipeline.build(source, config, now=NOW, template=template, output=path)
    pipeline.save(built, path)
    return path


def look(report: Path, now: float = NOW) -> Verification:
    """Verify `report` from a folder that it does not belong to."""
    elsewhere = Path(report.anchor)
    return verify(report, projects_around(report, elsewhere), now=now)


def standings(found: Verification) -> set[str]:
    """Return the words for what was found."""
    return set(found.reasons)


Change = Callable[[Path], object]  # of what is in a project


def append(text: str, *paths: Path) -> Change:
    """Return what adds `text` to the end of files in a project."""

    def change(project: Path) -> None:
        for path in paths:
            with (project / path).open("a", encoding="utf-8") as file:
                file.write(text)

    return change


def remove(*paths: Path) -> Change:
    """Return what removes files of a project."""

    def change(project: Path) -> None:
        for path in paths:
            (project / path).unlink()

    return change


def replace(old: str, new: str) -> Change:
    """Return what replaces the first `old` in the report of a project."""

    def change(project: Path) -> None:
        text = (project / REPORT).read_text(encoding="utf-8")
        assert old in text
        (project / REPORT).write_text(text.replace(old, new, 1), encoding="utf-8")

    return change


def substitute(pattern: str, new: str) -> Change:
    """Return what replaces all that `pattern` matches in the report of a project."""

    def change(project: Path) -> None:
        text = (project / REPORT).read_text(encoding="utf-8")
        changed, number = re.subn(pattern, new, text)
        assert number
        (project / REPORT).write_text(changed, encoding="utf-8")

    return change


def nothing(_: Path) -> None:
    """Change nothing."""


def crlf(*patterns: str) -> Change:
    """Return what ends the lines of files as Windows does."""

    def change(project: Path) -> None:
        paths = [path for pattern in patterns for path in project.glob(pattern)]
        for path in paths:
            if path.is_file():
                data = path.read_bytes().replace(b"\r\n", b"\n")
                path.write_bytes(data.replace(b"\n", b"\r\n"))

    return change


def both(*changes: Change) -> Change:
    """Return what makes several changes."""

    def change(project: Path) -> None:
        for each in changes:
            each(project)

    return change


CASES: dict[str, tuple[Change, set[str], str]] = {
    "untouched": (nothing, {"stands"}, "the same text from the same"),
    "lines end otherwise": (crlf("reports/*"), {"stands"}, "the same text"),
    "all lines end otherwise": (
        crlf("reports/*", "data/**/*", "tests/sample/**/*"),
        {"stands"},
        "the same text",
    ),
    "no newline at the end": (substitute(r"\n\Z", ""), {"stands"}, "the same text"),
    "evidence changed": (append(" ", IMPORTS), {"stale"}, f"{IMPORTS} changed"),
    "record changed": (append("\n# note\n", RECORD), {"stale"}, f"{RECORD} changed"),
    "stamp changed": (
        append("{}", IMPORTS.with_name("imports.json.stamp.json")),
        {"stale"},
        "imports.json.stamp.json",
    ),
    "wanted file is gone": (remove(WANTED), {"stale"}, f"{WANTED} does not exist"),
    "settings changed": (
        append("hours_a_day = 6\n", Path("reportgen.toml")),
        {"stale"},
        "reportgen.toml is new",
    ),
    "title typed": (
        replace("# Completion report", "# Perfect report"),
        {"edited"},
        "should read '# Completion report: Infrastructure remediation'",
    ),
    "line added at the end": (
        replace("\n<!-- reportgen", "- all is well\n\n<!-- reportgen"),
        {"edited"},
        "should read",
    ),
    "text after the end": (
        append("All is well.\n", REPORT),
        {"edited"},
        "not be there",
    ),
    "spaces after the end": (
        append("  \n", REPORT),
        {"edited"},
        "not be there",
    ),
    "last line cut": (substitute(r" -->\n\Z", ""), {"unverifiable"}, "does not end as"),
    "digest changed": (
        substitute(r"text=sha256:.", "text=sha256:"),
        {"unverifiable"},
        "does not end as",
    ),
    "digest of another text": (
        substitute(r"(?<=text=sha256:)[0-9a-f]+", "0" * 64),
        {"edited"},
        "the last line was changed",
    ),
    "level of headings that is none": (
        replace("template=report.md", "template=report.md level=x"),
        {"edited"},
        "the last line was changed",
    ),
    "endless level": (
        replace("template=report.md", f"template=report.md level={'9' * 5000}"),
        {"edited"},
        "the last line was changed",
    ),
    "endless limit": (
        replace("template=report.md", f"template=report.md fit={'9' * 5000}"),
        {"edited"},
        "the last line was changed",
    ),
    "edited and stale": (
        both(replace("# Completion", "# Perfect"), append(" ", IMPORTS)),
        {"edited", "stale"},
        f"what it rests on no longer tells); {IMPORTS} changed",
    ),
    "evidence is gone": (
        remove(IMPORTS),
        {"unverifiable"},
        f"missing: {IMPORTS}",
    ),
    "evidence is gone, other changed": (
        both(remove(IMPORTS), append(" ", RESULTS / "unit.json")),
        {"stale", "unverifiable"},
        f"missing: {IMPORTS}",
    ),
    "record is gone": (remove(RECORD), {"unverifiable"}, f"no record {NAME!r}"),
    "record is broken": (
        append("\nnonsense: 1\n", RECORD),
        {"unverifiable"},
        "cannot be built again: data/issue-1197/record.yaml:",
    ),
    "configuration is broken": (
        append("nonsense", Path("reportgen.toml")),
        {"unverifiable"},
        "cannot be built again: reportgen.toml:1:",
    ),
    "two configurations": (
        both(
            append('data = "data"', Path("reportgen.toml")),
            append("[tool.reportgen]", Path("pyproject.toml")),
        ),
        {"unverifiable"},
        "there are settings in reportgen.toml, too [two-configs]",
    ),
    "edited, and the record is broken": (
        both(
            replace("# Completion", "# Perfect"),
            append("\nnonsense: 1\n", RECORD),
        ),
        {"edited", "unverifiable"},
        "its text is not the one written; it cannot be built again: data/",
    ),
    "edited, and the record is gone": (
        both(replace("# Completion", "# Perfect"), remove(RECORD)),
        {"edited", "unverifiable"},
        "its text is not the one written; there is no record",
    ),
    "report is gone": (
        remove(REPORT),
        {"unverifiable"},
        "cannot be read: No such file or directory",
    ),
    "report of other bytes": (
        lambda project: (project / REPORT).write_bytes(b"\xff"),
        {"unverifiable"},
        "cannot be read: 'utf-8' codec can't decode",
    ),
    "among other records": (
        lambda project: (project / "data/a.yaml").write_text("title: A\n"),
        {"stands"},
        "the same text",
    ),
    "record is gone, others are not": (
        both(
            remove(RECORD),
            lambda project: (project / "data/a.yaml").write_text("title: A\n"),
        ),
        {"unverifiable"},
        f"there is no record {NAME!r} near it",
    ),
    "not a report": (
        both(remove(REPORT), append("# Report\n", REPORT)),
        {"unverifiable"},
        "does not end as reports",
    ),
}


@pytest.mark.parametrize(("change", "expected", "why"), CASES.values(), ids=CASES)
def test_each_case_is_told_apart(
    project: Path, change: Change, expected: set[str], why: str
) -> None:
    """What became of a report is said in words, in whatever folder it lies."""
    change(project)
    found = look(project / REPORT)
    assert standings(found) == expected
    assert why in str(found)


@pytest.mark.parametrize(
    ("said", "code", "words"),
    [
        pytest.param(["stands"], 0, "stands: s", id="stands"),
        pytest.param(["unverifiable"], 2, "unverifiable: u", id="doubt"),
        pytest.param(["stale"], 1, "stale: s", id="stale"),
        pytest.param(["edited"], 1, "edited: e", id="edited"),
        pytest.param(
            ["unverifiable", "stale"], 1, "stale and unverifiable: s; u", id="both"
        ),
        pytest.param([], 2, ": ", id="nothing"),
    ],
)
def test_what_is_known_to_be_wrong_comes_first(
    said: list[str], code: int, words: str
) -> None:
    """Only what stands has exit code 0, and the gravest word is said before others."""
    found = Verification(reasons={Standing(each): each[0] for each in said})
    assert found.exit_code == code
    assert str(found) == words


@pytest.mark.parametrize(
    ("record", "words"),
    [
        pytest.param("", "the same text from the same 1 input", id="one"),
        pytest.param(
            "evidence: {a: {pytest: a.json}}\n",
            "the same text from the same 2 inputs",
            id="two",
        ),
    ],
)
def test_inputs_are_counted(tmp_path: Path, record: str, words: str) -> None:
    """Who trusts a report is told how much it rests on."""
    folder = tmp_path / "data" / NAME
    folder.mkdir(parents=True)
    (folder / "record.yaml").write_text(f"title: T\n{record}", encoding="utf-8")
    assert str(look(make(tmp_path))) == f"stands: {words}"


def test_a_changed_last_line_is_where_it_is(project: Path) -> None:
    """Of a seal that was changed, and what stands behind one, the line is told."""
    text = (project / REPORT).read_text(encoding="utf-8")
    last = text.count("\n")
    substitute(r"(?<=text=sha256:)[0-9a-f]+", "0" * 64)(project)
    spot = look(project / REPORT).spot
    assert spot is not None
    assert (spot.line, spot.column) == (last, 1)
    (project / REPORT).write_text(f"{text}All is well.\n", encoding="utf-8")
    spot = look(project / REPORT).spot
    assert spot is not None
    assert (spot.line, spot.column) == (last + 1, 1)


@pytest.mark.parametrize("begin", ["reportgen.toml", ".git/HEAD"])
def test_a_project_ends_where_it_begins(tmp_path: Path, begin: str) -> None:
    """No project around another one is asked about its reports."""
    inner = tmp_path / "outer" / "inner"
    (inner / "reports").mkdir(parents=True)
    (inner / begin).parent.mkdir(exist_ok=True)
    (inner / begin).touch()
    asked = projects_around(inner / "reports" / "a.md", tmp_path)
    roots = [config.root for config in asked]
    assert roots[-2:] == [inner, tmp_path]
    assert tmp_path / "outer" not in roots


def test_moving_changes_nothing(built: Path, project: Path) -> None:
    """A report stands where it was built and elsewhere, built there byte by byte."""
    assert standings(look(built / REPORT)) == {"stands"}
    assert standings(look(project / REPORT)) == {"stands"}
    assert make(project).read_bytes() == (built / REPORT).read_bytes()


@pytest.mark.parametrize("template", ["issue-update.md", "job-summary.md"])
def test_other_outputs_can_be_verified(project: Path, template: str) -> None:
    """A text for an issue stands and falls with its inputs, like the report."""
    report = make(project, template)
    assert standings(look(report)) == {"stands"}
    append(" ", IMPORTS)(project)
    assert standings(look(report)) == {"stale"}


@pytest.mark.parametrize("number", [1, 3, 40])
def test_an_edit_is_found_where_it_is(project: Path, number: int) -> None:
    """The line and the column are those of the first difference."""
    report = project / REPORT
    lines = report.read_text(encoding="utf-8").split("\n")
    column = len(lines[number - 1]) // 2
    lines[number - 1] = lines[number - 1][:column] + "\N{SNOWMAN}"
    report.write_text("\n".join(lines), encoding="utf-8")
    spot = look(report).spot
    assert spot is not None
    assert (spot.line, spot.column) == (number, column + 1)


def test_evidence_that_grew_old_is_stale(project: Path) -> None:
    """Nothing changed but the time: that is said, and blamed on nothing else."""
    text = (project / RECORD).read_text(encoding="utf-8")
    (project / RECORD).write_text(f"max_age: 10 days\n{text}", encoding="utf-8")
    report = make(project)
    assert standings(look(report, NOW + 9 * DAY)) == {"stands"}
    found = look(report, NOW + 11 * DAY)
    assert standings(found) == {"stale"}
    assert "its evidence is stale by now" in str(found)


def test_an_edit_is_found_although_evidence_was_stale_already(project: Path) -> None:
    """Only what became stale since a report was made can hide where it was edited."""
    text = (project / RECORD).read_text(encoding="utf-8")
    (project / RECORD).write_text(f"max_age: 10 minutes\n{text}", encoding="utf-8")
    make(project)
    assert standings(look(project / REPORT)) == {"stands"}
    replace("# Completion", "# Perfect")(project)
    found = look(project / REPORT)
    assert standings(found) == {"edited"}
    assert found.spot is not None


def test_another_version_is_named(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What another version wrote stands only if this one writes the same."""
    text = (project / REPORT).read_text(encoding="utf-8")
    body, _ = unseal(text)
    config, _ = load_config(project)
    (source,) = records.read([NAME], config)
    report = pipeline.testify(source, config, now=NOW)
    monkeypatch.setattr("reportgen.seal.__version__", "0.0.9")
    same = seal(body, report, "report.md")
    other = seal(body.replace("# Completion", "# Old"), report, "report.md")
    monkeypatch.undo()
    (project / REPORT).write_text(same, encoding="utf-8")
    assert standings(look(project / REPORT)) == {"stands"}
    (project / REPORT).write_text(other, encoding="utf-8")
    found = look(project / REPORT)
    assert standings(found) == {"unverifiable"}
    assert "written by reportgen 0.0.9" in str(found)
    append("All is well.\n", REPORT)(project)
    found = look(project / REPORT)
    assert standings(found) == {"edited"}
    assert found.spot is None, "nobody can tell what it should say"
    append(" ", IMPORTS)(project)
    (project / REPORT).write_text(other, encoding="utf-8")
    assert standings(look(project / REPORT)) == {"stale"}


def test_a_text_sealed_by_hand_does_not_stand(project: Path) -> None:
    """Who edits a report and makes a new seal for it is found out all the same."""
    body, _ = unseal((project / REPORT).read_text(encoding="utf-8"))
    config, _ = load_config(project)
    (source,) = records.read([NAME], config)
    report = pipeline.testify(source, config, now=NOW)
    forged = seal(body.replace("# Completion", "# Perfect"), report, "report.md")
    (project / REPORT).write_text(forged, encoding="utf-8")
    found = look(project / REPORT)
    assert standings(found) == {"stale"}
    assert "the same inputs give another text by now: line 1 should read" in str(found)


def test_a_users_templates_are_inputs(project: Path) -> None:
    """A report names the templates of others that made it, and no more of them."""
    own = project / "templates" / "report"
    own.mkdir(parents=True)
    (own / "footer.md.j2").write_text("Made for us.\n")
    (own / "unused.md.j2").write_text("Never shown.\n")
    report = make(project)
    text = report.read_text(encoding="utf-8")
    assert "`templates/report/footer.md.j2` | template" in text
    assert "unused.md.j2" not in text
    assert standings(look(report)) == {"stands"}
    (own / "unused.md.j2").write_text("Changed.\n")
    assert standings(look(report)) == {"stands"}
    (own / "footer.md.j2").write_text("Made for them.\n")
    found = look(report)
    assert standings(found) == {"stale"}
    assert "templates/report/footer.md.j2 changed" in str(found)
    shutil.rmtree(own)
    assert "templates/report/footer.md.j2 is gone" in str(look(report))


def test_evidence_that_is_absent_took_its_stamp_along(project: Path) -> None:
    """A report that came without its results is no stale one; a lost stamp is."""
    stamp = project / IMPORTS.with_name("imports.json.stamp.json")
    stamp.write_text("{}", encoding="utf-8")
    report = make(project)
    stamp.unlink()
    assert standings(look(report)) == {"stale"}
    (project / IMPORTS).unlink()
    assert standings(look(report)) == {"unverifiable"}


def test_what_lies_beside_missing_evidence_is_no_input(project: Path) -> None:
    """A report says the same whatever else is in a folder."""
    imports = project / IMPORTS
    other = imports.rename(imports.with_name("notes.txt"))
    report = make(project)
    other.rename(imports.with_name("import.json"))
    assert standings(look(report)) == {"stands"}


def test_every_input_is_named_with_its_hash(project: Path) -> None:
    """Each file that was read is in the report, with what was read and its hash."""
    text = (project / REPORT).read_text(encoding="utf-8")
    for path, read in [(IMPORTS, "6 tests"), (RECORD, "4 tasks")]:
        digest = hashlib.sha256((project / path).read_bytes()).hexdigest()[:12]
        row = next(line for line in text.split("\n") if f"`{path}`" in line)
        assert f"| {read} |" in row
        assert f"`{digest}`" in row
    assert f"| file | `{WANTED}` | contains the text |" in text


@pytest.mark.parametrize(
    "options",
    [
        ["--fit", "20000"],
        ["--fit", "azure", "--heading-level", "2"],
        ["--full-report", "https://example.org/a--b?c=<d>"],
        ["--split", "--fit", "12000"],
        ["--no-pictures"],
    ],
    ids=" ".join,
)
def test_what_was_asked_for_is_asked_for_again(
    project: Path, options: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A report that had to fit, or was divided, stands too, each part of it."""
    (project / REPORT).unlink()
    monkeypatch.chdir(project)
    assert main(["build", NAME, *options]) in {0, 1}
    parts = sorted(REPORT.parent.iterdir())
    assert len(parts) > 1 if "--split" in options else len(parts) == 1
    assert main(["verify", *map(str, parts)]) == ExitCode.OK


def test_an_edit_is_found_in_the_part_where_it_is(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A part of a divided report is compared with that part."""
    monkeypatch.chdir(project)
    main(["build", NAME, "--split", "--fit", "12000"])
    report = REPORT.with_suffix(".2.md")
    lines = report.read_text(encoding="utf-8").split("\n")
    at = len(lines) - 4
    lines[at] += "\N{SNOWMAN}"
    report.write_text("\n".join(lines), encoding="utf-8")
    found = look(project / report)
    assert standings(found) == {"edited"}
    assert found.spot is not None
    assert found.spot.line == at + 1


def test_what_compares_with_a_forgotten_state_cannot_be_verified(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A text that tells what changed needs the earlier state, and says so."""
    monkeypatch.chdir(project)
    main(["check", NAME, "--format", "json"])
    state = json.loads(capsys.readouterr().out)
    state["tasks"][0]["status"] = "planned"
    Path("before.json").write_text(json.dumps(state), encoding="utf-8")
    update = ["--template", "issue-update", "--since", "before.json", "-o", "up.md"]
    assert main(["build", NAME, *update]) in {0, 1}
    assert main(["verify", "up.md"]) == ExitCode.UNUSABLE
    assert "an earlier state, which it does not hold" in capsys.readouterr().out


def test_the_command_says_one_line_a_report(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """People and programs read the same lines; the exit code is that of the worst."""
    monkeypatch.chdir(project)
    Path("other.md").write_text("# Something else\n", encoding="utf-8")
    assert main(["verify", str(REPORT), "other.md"]) == ExitCode.UNUSABLE
    replace("# Completion", "# Perfect")(project)
    assert main(["verify", str(REPORT), "other.md"]) == ExitCode.CLAIMS_EXCEED_EVIDENCE
    first, second = capsys.readouterr().out.splitlines()[-2:]
    assert first.startswith(f"{REPORT}:1:3: edited: should read '# Completion report: ")
    assert second.startswith("other.md: unverifiable: ")


def test_the_name_of_a_record_is_asked_about(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Other commands take names of records, and this one the paths of reports."""
    monkeypatch.chdir(project)
    assert main(["verify", NAME, "elsewhere"]) == ExitCode.UNUSABLE
    known, unknown = capsys.readouterr().out.splitlines()
    assert known.endswith(f"; did you mean '{REPORT}'?")
    assert "did you mean" not in unknown
    (project / REPORT).unlink()
    assert main(["verify", NAME]) == ExitCode.UNUSABLE
    assert "did you mean" not in capsys.readouterr().out


def test_a_report_far_from_its_project_is_verified_from_there(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An artifact that was downloaded anywhere belongs to the project one is in."""
    artifact = tmp_path / "downloads" / "report.md"
    artifact.parent.mkdir()
    shutil.move(project / REPORT, artifact)
    monkeypatch.chdir(project)
    assert main(["verify", str(artifact)]) == ExitCode.OK
    monkeypatch.chdir(tmp_path)
    assert main(["verify", str(artifact)]) == ExitCode.UNUSABLE


# --- The seal ------------------------------------------------------------------

SOURCES = st.lists(
    st.builds(
        SourceState,
        kind=st.just("evidence"),
        path=st.text(st.characters()),  # no path need be UTF-8
        read=st.text(),
        sha256=st.sampled_from(["", "ab" * 32]),
    ),
    max_size=4,
)
WORDS = st.dictionaries(
    st.sampled_from(["fit", "full", "base"]),
    st.text("a-% >=\n", min_size=1) | st.text(min_size=1),
)


@given(text=st.text(), name=st.text(), sources=SOURCES, asked=WORDS)
def test_a_seal_is_one_comment_whatever_it_seals(
    text: str, name: str, sources: list[SourceState], asked: dict[str, str]
) -> None:
    """No name and no path closes the comment or begins another, and all is kept."""
    record = Record(title=Prose("Title"))
    report = Report(
        name=name, record=record, verdict=Status.DONE, reason="", inputs=tuple(sources)
    )
    sealed = seal(text, report, f"{name}.md", asked)
    line = sealed.removeprefix(f"{text}\n").removesuffix("\n")
    assert re.fullmatch(r"<!-- (?:(?!--)[!-;=?-~ ])* -->", line)
    body, found = unseal(sealed)
    assert body == text
    assert found is not None
    assert found.intact
    assert found.asked == asked
    assert len(found.each) == len({source.path for source in sources})


def test_the_last_seal_counts() -> None:
    """A text that was sealed already is a text like any other."""
    record = Record(title=Prose("Title"))
    report = Report(name="a", record=record, verdict=Status.DONE, reason="")
    once = seal("text\n", report, "report.md")
    body, found = unseal(seal(once, report, "issue-update.md"))
    assert body == once
    assert found is not None
    assert found.intact
    assert found.template == "issue-update.md"


def test_inputs_have_one_hash_that_others_can_compute() -> None:
    """It is that of what `sha256sum` prints of them, in the order of its lines."""
    sources = [
        SourceState(kind="evidence", path="b", read="1 test", sha256="b" * 64),
        SourceState(kind="record", path="a", read="1 task", sha256="c" * 64),
        SourceState(kind="file", path="c", read="exists", sha256=""),
    ]
    lines = f"{'b' * 64}  b\n{'c' * 64}  a\nexists  c\n"
    expected = hashlib.sha256(lines.encode()).hexdigest()
    for some in (sources, sources[::-1]):
        report = Report(
            name="a",
            record=Record(title=Prose("Title")),
            verdict=Status.DONE,
            reason="",
            inputs=tuple(some),
        )
        assert f" inputs=sha256:{expected} " in seal("text\n", report, "report.md")


def test_a_seal_shows_only_where_comments_are_hidden() -> None:
    """A plain text has no seal: its readers would see it."""
    record = Record(title=Prose("Title"))
    report = Report(name="a", record=record, verdict=Status.DONE, reason="")
    assert seal("text\n", report, "one-line.txt") == "text\n"
    assert seal("text\n", report, "page.html") != "text\n"
