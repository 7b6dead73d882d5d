"""What a record demands less of than it did at another revision."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen.assess.weakened import weakened
from reportgen.cli import main
from reportgen.load.record import read_record
from reportgen.model import Age, Record

BEFORE = """\
title: Work
date: 2026-03-02
max_age: 12h
evidence:
  tests: {pytest: [results/linux.json, results/windows.json]}
  unit: {pytest: results/unit.json, max_age: 1 day}
phases:
  - id: phase-1
    title: First
    after: [17]
    tasks:
      - id: store
        title: Store
        blocked_by: [18]
        relevant: [src/store/**]
        acceptance:
          - {tests: tests/store/, at_least: 6, in: tests}
          - {fixed: tests/a.py, from: unit}
          - {metric: tests.passed, at_least: 6, at_most: 9}
          - {file: a.py, contains: store}
          - {issue: 17}
tasks:
  - {title: Write it up, acceptance: [{file: b.md}]}
blockers:
  - {id: pool, title: Pool, blocked_by: [19], blocks: [phase-1]}
risks:
  - {title: Slow start}
criteria:
  - {text: all is well, acceptance: [{tests: tests/}]}
waivers:
  - {code: no-match, of: store, owner: lead, reason: it is late, expires: 2026-04-01}
"""


def record(text: str) -> Record:
    """Return the record that `text` says, which must be one."""
    read, found = read_record(text, "record.yaml")
    assert read is not None, found
    return read


LOOSER = [
    pytest.param("date: 2026-03-02", "date: 2026-02-02", "the date is", id="date"),
    pytest.param(
        "date: 2026-03-02\n", "", "the date 2026-03-02 was removed", id="no-date"
    ),
    pytest.param("max_age: 12h", "max_age: 2 days", "may be 2 days old", id="max-age"),
    pytest.param("max_age: 12h\n", "", "may be of any age", id="no-max-age"),
    pytest.param(
        ", max_age: 1 day", ", max_age: 2 days", "'unit' may be 2", id="its-age"
    ),
    pytest.param(", results/windows.json", "", "no longer reads", id="shard"),
    pytest.param(
        "  unit: {pytest: results/unit.json, max_age: 1 day}",
        "  unit: {junit: results/unit.json, max_age: 1 day}",
        "is read as junit",
        id="format",
    ),
    pytest.param("    after: [17]\n", "", "no longer waits for '17'", id="after"),
    pytest.param("        blocked_by: [18]\n", "", "waits for '18'", id="blocked-by"),
    pytest.param(
        "        relevant: [src/store/**]\n", "", "among its files", id="files"
    ),
    pytest.param("id: store", "id: shop", "task 'store' was removed", id="renamed"),
    pytest.param("at_least: 6, in", "at_least: 5, in", "at least 5", id="at-least"),
    pytest.param("at_least: 6, in", "in", "no longer needs at least 6", id="no-least"),
    pytest.param("at_most: 9", "at_most: 10", "may be up to 10", id="at-most"),
    pytest.param(", at_most: 9", "", "may be more than 9", id="no-most"),
    pytest.param(", in: tests}", "}", "rests on any evidence", id="any-evidence"),
    pytest.param("in: tests}", "in: unit}", "rests on evidence 'unit'", id="other"),
    pytest.param("from: unit", "from: tests", "is compared with", id="from"),
    pytest.param(
        "- {issue: 17}",
        "- {issue: 17}\n          - {fixed: tests/b.py, from: tests}",
        "evidence 'tests' is of the time before",
        id="made-past",
    ),
    pytest.param(
        "tests: tests/store/,", "tests: tests/store/a.py,", "narrowed", id="narrow"
    ),
    pytest.param("tests: tests/store/,", "tests: tests/,", "was dropped", id="wider"),
    pytest.param("in: tests}", "in: tests, expect: failed}", "to fail", id="expect"),
    pytest.param(", contains: store", "", "no longer has to contain", id="contains"),
    pytest.param(
        "          - {issue: 17}\n", "", "issue '17' was dropped", id="dropped"
    ),
    pytest.param(
        "acceptance: [{file: b.md}]",
        "attested: {by: lead, on: 2026-03-01}",
        "became an attestation by 'lead'",
        id="attestation",
    ),
    pytest.param(
        "tasks:\n  - {title: Write it up, acceptance: [{file: b.md}]}\n",
        "",
        "task 'Write it up' was removed",
        id="task",
    ),
    pytest.param(
        "blocked_by: [19], ", "", "no longer waits for '19'", id="blocker-waits"
    ),
    pytest.param(", blocks: [phase-1]", "", "no longer blocks 'phase-1'", id="blocks"),
    pytest.param(
        "blocks: [phase-1]}",
        "blocks: [phase-1], attested: {by: lead, on: 2026-03-01}}",
        "is gone by the word of 'lead'",
        id="blocker-attested",
    ),
    pytest.param(
        "risks:\n  - {title: Slow start}\n", "", "risk 'Slow start'", id="risk"
    ),
    pytest.param(
        "text: all is well", "text: all", "criterion 'all is well'", id="success"
    ),
    pytest.param(
        "acceptance: [{tests: tests/}]", "", "'tests/' was dropped", id="ticked"
    ),
    pytest.param(
        "expires: 2026-04-01", "expires: 2026-05-01", "lasts until", id="longer"
    ),
    pytest.param("no-match, of: store,", "no-match,", "is new", id="waiver-of-all"),
    pytest.param(
        "code: no-match", "code: lost-tests", "'lost-tests'", id="other-waiver"
    ),
    pytest.param(
        "- {id: pool,", "- {id: lake,", "blocker 'pool' was removed", id="blocker"
    ),
    pytest.param("max_age: 12h", "max_age: 36h", "may be 1.5 days", id="hours"),
]
# Several at once: what is removed hides nothing of what comes after it.
SEVERAL = [
    ("max_age: 12h", "max_age: 13h"),
    ("id: phase-1\n", "id: p1\n"),
    ("blocks: [phase-1]", "blocks: [p1]"),
    ("id: store", "id: shop"),
    ("file: b.md", "file: c.md"),
    ("- {id: pool,", "- {id: lake,"),
    ("- {title: Slow start}", "- {title: Slow end}"),
    ("acceptance: [{tests: tests/}]", "acceptance: [{file: tests/conftest.py}]"),
]
TWINS = [
    (
        "- {metric: tests.passed, at_least: 6, at_most: 9}",
        "- {tests: tests/store/a.py}",
    ),
    (" at_least: 6, in: tests}", " at_least: 2, expect: failed}"),
    ("- {file: a.py, contains: store}", "- {file: a.py, contains: shop}"),
    ("          - {issue: 17}\n", ""),
]


@pytest.mark.parametrize(("old", "new", "words"), LOOSER)
def test_whatever_is_taken_away_is_listed(old: str, new: str, words: str) -> None:
    """Each way to demand less is listed, in words, at a place in the present record."""
    assert BEFORE.count(old) == 1
    now = record(BEFORE.replace(old, new))
    found = weakened(record(BEFORE), now)
    assert any(words in each.message for each in found), found
    assert {each.code for each in found} == {"weakened"}
    assert all(each.place.path == "record.yaml" for each in found)


OLDER = """\
title: Work
evidence:
  a: {pytest: a.json, max_age: 30 minutes}
  b: {pytest: b.json, max_age: 30 seconds}
  c: {pytest: c.json}
  d: {pytest: d.json}
  e: {pytest: e.json, max_age: 1 hour}
tasks:
  - id: store
    title: Store
    files: [{path: a.py}, {path: b.py}]
    acceptance:
      - {tests: tests/, expect: failed}
      - {metric: tests.passed, at_most: 9}
      - {file: a.py}
      - {file: c.py, contains: x}
blockers:
  - {id: one, title: One}
  - {id: two, title: Two, blocks: [store]}
  - {id: three, title: Three, blocked_by: [17], attested: {by: lead, on: 2026-03-01}}
  - {id: four, title: Four}
waivers:
  - {code: a, owner: lead, reason: it is late, expires: 2026-04-01}
  - {code: a, of: store, owner: lead, reason: it is late, expires: 2026-05-01}
"""
NEWER = """\
title: Work
evidence:
  b: {pytest: b.json, max_age: 2 minutes}
  c: {pytest: c.json, max_age: 2 hours}
  d: {pytest: d.json}
  e: {pytest: e.json, max_age: 2 hours}
  f: {pytest: f.json}
tasks:
  - id: store
    title: Store
    files: [{path: b.py}]
    attested: {by: lead, on: 2026-03-01}
    acceptance:
      - {tests: tests/, expect: failed, at_least: 1}
      - {metric: tests.passed, at_most: 9, at_least: 1}
      - {file: c.py, contains: x}
  - title: Mail
    acceptance:
      - {fixed: tests/, from: f}
      - {fixed: tests/, from: d}
criteria:
  - {text: all is well, acceptance: [{fixed: tests/, from: c}]}
blockers:
  - {id: two, title: Two}
  - {id: three, title: Three, blocked_by: [17], attested: {by: boss, on: 2026-03-01}}
  - {id: four, title: Four, attested: {by: boss, on: 2026-03-01}}
waivers:
  - {code: b, owner: lead, reason: it is late, expires: 2026-04-01}
  - {code: a, of: store, owner: lead, reason: it is late, expires: 2026-06-01}
"""


def test_what_is_taken_away_is_said_in_full(
    golden: Callable[[Path, str], None],
) -> None:
    """All that is said of each case, with its place, is in a file to be read."""
    cases = [(str(each.id), [each.values[:2]]) for each in LOOSER]
    cases += [("several", SEVERAL), ("twins", TWINS)]
    lines = []
    for name, changes in cases:
        text = BEFORE
        for old, new in changes:
            assert text.count(old) == 1
            text = text.replace(old, new)
        found = weakened(record(BEFORE), record(text))
        lines += [f"{name}:", *(f"    {each}" for each in found)]
    lines += ["another record:"]
    lines += [f"    {each}" for each in weakened(record(OLDER), record(NEWER))]
    golden(Path(__file__).parent / "cases" / "weakened.txt", "\n".join(lines) + "\n")


STORE = "{id: store, title: Store}"


def phased(one: str = "", two: str = "", free: str = "") -> Record:
    """Return a record with tasks in two phases, and free ones."""
    return record(f"""\
title: Work
phases:
  - {{id: one, title: One, after: [17], tasks: [{one}]}}
  - {{id: two, title: Two, after: [one], tasks: [{two}]}}
tasks: [{free}]
""")


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        pytest.param(
            phased(one=STORE),
            phased(two=STORE),
            ["task 'store' was taken out of phase 'one'"],
            id="to-another-phase",
        ),
        pytest.param(
            phased(one=STORE),
            phased(free=STORE),
            ["task 'store' was taken out of phase 'one'"],
            id="out-of-all-phases",
        ),
        pytest.param(
            phased(one=STORE), phased(), ["task 'store' was removed"], id="removed"
        ),
        pytest.param(phased(free=STORE), phased(one=STORE), [], id="into-a-phase"),
        pytest.param(
            phased(one=f"{STORE}, {{title: A}}"),
            phased(one=f"{{title: A}}, {STORE}"),
            [],
            id="within-its-phase",
        ),
    ],
)
def test_a_task_that_leaves_its_phase_is_missed_there(
    was: Record, now: Record, said: list[str]
) -> None:
    """It waits no longer for what its phase waits for, nor others for it."""
    assert [each.message for each in weakened(was, now)] == said


FILES = "title: Work\nfiles: [{path: a.py}, {path: b.py}]\ntasks: [{title: T}]"


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        pytest.param(
            FILES,
            FILES.replace(", {path: b.py}", ""),
            ["the record no longer counts 'b.py' among its files"],
            id="one-of-the-record",
        ),
        pytest.param(
            "title: Work\ntasks: [{title: T}]",
            "title: Work\ntasks: [{title: T, relevant: [a.py]}]",
            ["task 'T' no longer counts every file as its own"],
            id="every-file-but-one",
        ),
        pytest.param(
            FILES,
            FILES.replace("title: T", "title: T, relevant: [c.py]"),
            [],
            id="one-more",
        ),
        pytest.param(FILES.replace(", {path: b.py}", ""), FILES, [], id="a-new-one"),
    ],
)
def test_files_that_make_nothing_stale_any_more_are_missed(
    was: str, now: str, said: list[str]
) -> None:
    """Evidence that may outlive a change of more files proves less."""
    assert [each.message for each in weakened(record(was), record(now))] == said


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        pytest.param(
            "{linux: a.json, windows: b.json}",
            "{linux: b.json, windows: a.json}",
            [
                "evidence 'tests' reads 'b.json' as 'linux', not 'a.json'",
                "evidence 'tests' reads 'a.json' as 'windows', not 'b.json'",
            ],
            id="swapped",
        ),
        pytest.param("[a.json, b.json]", "[b.json, a.json]", [], id="a-list"),
        pytest.param("a.json", "[b.json, a.json]", [], id="one-more"),
    ],
)
def test_a_shard_that_is_another_run_is_missed(
    was: str, now: str, said: list[str]
) -> None:
    """What is demanded of a machine is not shown by another one."""
    before, after = (
        record(f"title: Work\nevidence: {{tests: {{pytest: {files}}}}}")
        for files in (was, now)
    )
    assert [each.message for each in weakened(before, after)] == said


def test_a_first_date_is_no_loss() -> None:
    """A record without a date demanded no day of its evidence."""
    undated = BEFORE.replace("date: 2026-03-02\n", "")
    assert weakened(record(undated), record(BEFORE)) == ()
    assert weakened(record(undated), record(undated)) == ()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("", "", id="nothing"),
        pytest.param("date: 2026-03-02", "date: 2026-03-02T10:00Z", id="with-a-time"),
        pytest.param(
            "expires: 2026-04-01", "expires: 2026-04-01T10:00Z", id="expires-that-day"
        ),
        pytest.param("at_least: 6, in", "at_least: 7, in", id="more-tests"),
        pytest.param("max_age: 12h", "max_age: 6h", id="younger"),
        pytest.param("title: Store", "title: The store", id="another-title"),
        pytest.param(
            "- {title: Write it up,", "- {id: words, title: Write it up,", id="an-id"
        ),
        pytest.param("risks:\n", "risks:\n  - {title: Another}\n", id="another-risk"),
        pytest.param("expires: 2026-04-01", "expires: 2026-03-05", id="shorter-waiver"),
        pytest.param("date: 2026-03-02", "date: 2026-03-03", id="a-later-date"),
        pytest.param("title: Work", "title: Good work", id="words"),
        pytest.param(
            "in: tests}", "in: tests}\n          - {file: new.py}", id="stricter"
        ),
    ],
)
def test_what_demands_as_much_or_more_is_no_news(old: str, new: str) -> None:
    """A record that is stricter, or only worded anew, was not weakened."""
    now = record(BEFORE.replace(old, new, 1))
    assert weakened(record(BEFORE), now) == ()


def test_the_age_of_the_configuration_counts_where_nothing_else_is_said() -> None:
    """A wider `max_age` of the configuration loosens what has none of its own."""
    text = BEFORE.replace("max_age: 12h\n", "")
    day, week = (Age(low=n * 86400, high=n * 86400) for n in (1, 7))
    (found,) = weakened(record(text), record(text), ages=(day, week))
    assert "evidence 'tests' may be 7 days old" in found.message


_LINES = BEFORE.splitlines(keepends=True)


@given(st.sets(st.integers(0, len(_LINES) - 1)))
def test_no_line_can_be_deleted_unseen(gone: set[int]) -> None:
    """What is left of a record is either no record, or as it was, or weakened."""
    text = "".join(line for i, line in enumerate(_LINES) if i not in gone)
    now, _ = read_record(text, "record.yaml")
    harmless = {0, len(_LINES) - 1, len(_LINES) - 2}  # its title, and the waiver
    if now is not None and gone - harmless:
        assert weakened(record(BEFORE), now)


# --- In a repository -----------------------------------------------------------

SMALL = """\
title: Work
tasks:
  - {title: Write it, done: true, acceptance: [{file: a.md}, {file: b.md}]}
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a repository with one commit, in which a record demands two files."""
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data" / "x").mkdir(parents=True)
    (tmp_path / "data" / "x" / "record.yaml").write_text(SMALL)
    (tmp_path / "reportgen.toml").write_text('max_age = "1 day"\n')
    (tmp_path / "a.md").write_text("a")
    (tmp_path / "b.md").write_text("b")
    who = ["-c", "user.name=n", "-c", "user.email=n@example.org"]
    for words in (["init", "-q"], ["add", "."], [*who, "commit", "-qm", "one"]):
        subprocess.run(["git", *words], cwd=tmp_path, check=True)
    return tmp_path


def test_check_compares_with_a_revision(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What was weakened fails the check, and only if it is asked for."""
    assert main(["check", "x", "--base", "HEAD"]) == 0
    path = project / "data" / "x" / "record.yaml"
    path.write_text(SMALL.replace(", {file: b.md}", ""))
    assert main(["check", "x"]) == 0
    capsys.readouterr()
    assert main(["check", "x", "--base", "HEAD"]) == 1
    line = "data/x/record.yaml:3:5: task 'Write it': file 'b.md' was dropped [weakened]"
    assert capsys.readouterr().out.startswith(line)


def test_the_report_says_what_was_weakened(project: Path) -> None:
    """A report that is built against a revision lists it, whoever reads it."""
    path = project / "data" / "x" / "record.yaml"
    path.write_text(SMALL.replace(", {file: b.md}", ""))
    assert main(["build", "x", "--base", "HEAD"]) == 1
    text = (project / "reports" / "x.md").read_text()
    assert "## Weakened since `HEAD" in text
    assert "was dropped" in text
    assert main(["verify", "reports/x.md"]) == 0


def test_a_record_that_moved_is_the_same_record(project: Path) -> None:
    """`x/record.yaml` and `x.yaml` are two places of one record."""
    (project / "data" / "x" / "record.yaml").unlink()
    moved = project / "data" / "x.yaml"
    moved.write_text(SMALL.replace(", {file: b.md}", ""))
    assert main(["check", "x", "--base", "HEAD"]) == 1
    moved.write_text(SMALL)
    assert main(["check", "x", "--base", "HEAD"]) == 0


def test_a_folder_of_records_that_moved_holds_the_same_records(project: Path) -> None:
    """To call the folder otherwise in the configuration makes no record a new one."""
    (project / "data").rename(project / "records")
    (project / "reportgen.toml").write_text('max_age = "1 day"\ndata = "records"\n')
    assert main(["check", "--all", "--base", "HEAD"]) == 0
    moved = project / "records" / "x" / "record.yaml"
    moved.write_text(SMALL.replace(", {file: b.md}", ""))
    assert main(["check", "--all", "--base", "HEAD"]) == 1
    moved.rename(project / "records" / "y.yaml")
    assert main(["check", "--all", "--base", "HEAD"]) == 1


def test_another_folder_of_records_is_compared_with_itself(project: Path) -> None:
    """Who names a folder on the command line means it then as now."""
    assert main(["check", "--all", "--base", "HEAD", "--data", "data"]) == 0
    (project / "data" / "x" / "record.yaml").rename(project / "data" / "y.yaml")
    assert main(["check", "--all", "--base", "HEAD", "--data", "data"]) == 1
    (project / "others").mkdir()
    (project / "others" / "z.yaml").write_text("title: New")
    assert main(["check", "--all", "--base", "HEAD", "--data", "others"]) == 0


def test_a_record_that_is_gone_is_missed(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """To delete a record is to demand nothing of its work any more."""
    (project / "data" / "x" / "record.yaml").rename(project / "data" / "y.yaml")
    assert main(["check", "--all", "--base", "HEAD"]) == 1
    assert "record 'x' was removed [weakened]" in capsys.readouterr().out


def test_a_new_record_cannot_be_weakened(project: Path) -> None:
    """What was not there yet demanded nothing."""
    (project / "data" / "y.yaml").write_text("title: New")
    assert main(["check", "y", "--base", "HEAD"]) == 0


@pytest.mark.parametrize("revision", ["nowhere", "--help", "", "HEAD:data"])
def test_what_is_no_revision_is_a_mistake(
    project: Path, revision: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A gate that cannot compare says so, and does not pass."""
    assert project
    assert main(["check", "x", f"--base={revision}"]) == 2
    assert "[unknown-revision]" in capsys.readouterr().err


def test_a_folder_of_records_may_be_spelt_in_roundabout_ways(project: Path) -> None:
    """Git spells paths its own way, and means the same records."""
    (project / "data" / "x" / "record.yaml").rename(project / "data" / "y.yaml")
    (project / "reportgen.toml").write_text('data = "data/../data"')
    who = ["-c", "user.name=n", "-c", "user.email=n@example.org"]
    subprocess.run(["git", "add", "."], cwd=project, check=True)
    subprocess.run(["git", *who, "commit", "-qm", "two"], cwd=project, check=True)
    assert main(["check", "--all", "--base", "HEAD"]) == 0
    (project / "reportgen.toml").write_text('data = "new"')
    (project / "data").rename(project / "new")
    record = project / "new" / "y.yaml"
    record.write_text(SMALL.replace(", {file: b.md}", ""))
    assert main(["check", "y", "--base", "HEAD"]) == 1
    record.rename(project / "new" / "z.yaml")
    assert main(["check", "--all", "--base", "HEAD"]) == 1


def test_what_git_cannot_show_is_not_taken_for_missing(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A partial clone without its server holds names and no contents."""
    path = project / "data" / "x" / "record.yaml"
    words = ["git", "hash-object", str(path)]
    blob = subprocess.run(words, cwd=project, check=True, capture_output=True).stdout
    name = blob.decode().strip()
    (project / ".git" / "objects" / name[:2] / name[2:]).unlink()
    path.write_text(SMALL.replace(", {file: b.md}", ""))
    assert main(["check", "x", "--base", "HEAD"]) == 2
    assert "[no-git]" in capsys.readouterr().err


def test_a_repository_that_git_refuses_is_not_the_revisions_fault(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """To fetch more does not help where git does not even look."""
    (project / ".git" / "HEAD").unlink()
    assert main(["check", "x", "--base", "HEAD"]) == 2
    line = "git cannot be asked: not a git repository"
    assert capsys.readouterr().err.startswith(line)


def test_a_base_that_was_broken_is_said_to_be(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A record that could not be used then is no gate that could be loosened now."""
    path = project / "data" / "x" / "record.yaml"
    path.write_text("titel: Work")
    who = ["-c", "user.name=n", "-c", "user.email=n@example.org"]
    subprocess.run(["git", *who, "commit", "-qam", "two"], cwd=project, check=True)
    path.write_text(SMALL)
    assert main(["check", "x", "--base", "HEAD"]) == 0
    assert "[base-unusable]" in capsys.readouterr().out
