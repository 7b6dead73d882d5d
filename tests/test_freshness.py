"""Evidence counts only as long as the files that a claim is about are the same."""

import json
import os
import shutil
import time
from collections.abc import Mapping
from pathlib import Path

import pytest
from repositories import commit, git, repository, write_files

from reportgen import pipeline, records
from reportgen.cli import main
from reportgen.load.config import Config
from reportgen.model import Status
from reportgen.report import Report
from reportgen.stamp import take_stamp

RECORD = """\
title: A shop
evidence:
  tests: {pytest: results/tests.json}
tasks:
  - id: store
    title: Store
    done: true
    relevant: [shop/store.py]
    acceptance: [{tests: tests/test_store.py}]
  - id: mail
    title: Mail
    done: true
    files: [{path: shop/mail.py}]
    acceptance: [{tests: tests/test_mail.py}]
"""
WHOLE = """\
title: A shop
evidence:
  tests: {pytest: results/tests.json}
tasks:
  - {id: all, title: All, done: true, acceptance: [{tests: tests/}]}
"""
FILES = {
    "data/work/record.yaml": RECORD,
    "data/whole/record.yaml": WHOLE,
    "shop/store.py": "STORE = 1\n",
    "shop/mail.py": "MAIL = 1\n",
    "tests/test_store.py": "def test_store(): pass\n",
    "tests/test_mail.py": "def test_mail(): pass\n",
    "README.md": "A shop.\n",
}
NODEIDS = ("tests/test_store.py::test_store", "tests/test_mail.py::test_mail")


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project in a repository, whose tests passed after its last commit."""
    root = repository(tmp_path_factory.mktemp("template") / "shop", FILES)
    collect(root)
    return root


@pytest.fixture
def shop(template: Path, tmp_path: Path) -> Path:
    """Return a copy of the project that can be changed."""
    shutil.copytree(template, tmp_path / "shop")
    return tmp_path / "shop"


def collect(root: Path, *, stamped: bool = True, created: float | None = None) -> None:
    """Write what a run of all tests gives, for both records."""
    phase = {"outcome": "passed", "duration": 0.1}
    report: dict[str, object] = {
        "created": created or time.time(),
        "duration": 0.5,
        "exitcode": 0,
        "summary": {"passed": 2, "total": 2, "collected": 2},
        "tests": [
            {"nodeid": each, "outcome": "passed"}
            | {"setup": phase, "call": phase, "teardown": phase}
            for each in NODEIDS
        ],
    }
    if stamped:
        report["reportgen"] = take_stamp(root, [str(root / "data/*/results/*.json")])
    for name in ("work", "whole"):
        write_files(root, {f"data/{name}/results/tests.json": json.dumps(report)})


def judged(root: Path, name: str = "work", now: float | None = None) -> Report:
    """Return the report on the record called `name`."""
    config = Config(root=root)
    (source,) = records.read([name], config)
    return pipeline.testify(source, config, now=now or time.time())


def stale(root: Path) -> set[str]:
    """Return the names of the tasks whose evidence is stale; the others are done."""
    tasks = (*judged(root).tasks, *judged(root, "whole").tasks)
    found = {task.name for task in tasks if task.code == "stale-evidence"}
    assert {task.name for task in tasks if task.status is Status.DONE} == {
        task.name for task in tasks if task.name not in found
    }
    return found


def later(root: Path, name: str, text: str | None) -> None:
    """Change the file called `name` a minute from now; None deletes it."""
    path = root / name
    moment = time.time() + 60
    if text is None:
        path.unlink()
        path = path.parent
    else:
        write_files(root, {name: text})
    os.utime(path, (moment, moment))


CHANGES = [
    pytest.param("shop/store.py", "STORE = 2\n", {"store", "all"}, id="relevant"),
    pytest.param("shop/mail.py", "MAIL = 2\n", {"mail", "all"}, id="files"),
    pytest.param("shop/store.py", None, {"store", "all"}, id="deleted"),
    pytest.param("shop/new.py", "NEW = 1\n", {"all"}, id="new"),
    pytest.param("tests/test_mail.py", "# no test\n", {"mail", "all"}, id="tests"),
    pytest.param("tests/conftest.py", "\n", {"store", "mail", "all"}, id="conftest"),
    pytest.param("README.md", "Changed.\n", set(), id="document"),
    pytest.param("data/work/record.yaml", f"{RECORD}\n# x\n", set(), id="record"),
    pytest.param("data/work/results/more.json", "{}", set(), id="other-evidence"),
    pytest.param("reports/work.html", "<p>Report\n", set(), id="report"),
    pytest.param("shop/__pycache__/store.pyc", "x", set(), id="droppings"),
]


@pytest.mark.parametrize("stamped", [True, False], ids=["stamped", "by-time"])
@pytest.mark.parametrize(("name", "text", "expected"), CHANGES)
def test_a_change_makes_stale_what_it_matters_to(
    shop: Path, name: str, text: str | None, expected: set[str], *, stamped: bool
) -> None:
    """Each task has its own files; where none are named, any but documents count."""
    if not stamped:
        collect(shop, stamped=False, created=time.time() + 30)
    later(shop, name, text)
    assert stale(shop) == expected


@pytest.mark.parametrize("stamped", [True, False], ids=["stamped", "by-time"])
def test_a_commit_changes_nothing_but_what_is_in_it(
    shop: Path, *, stamped: bool
) -> None:
    """Changes stay changes when they are committed, and others are none by that."""
    collect(shop, stamped=stamped)
    commit(shop)
    assert stale(shop) == set()
    later(shop, "shop/mail.py", None)
    later(shop, "tests/test_mail.py", "# no test\n")
    commit(shop)
    assert stale(shop) == {"mail", "all"}


def test_evidence_of_work_that_was_committed_afterwards_is_fresh(shop: Path) -> None:
    """Contents decide: what was dirty and is committed as it was has not changed."""
    write_files(shop, {"shop/store.py": "STORE = 2\n", "shop/odd\n'\"é.py": "1\n"})
    (shop / "shop/link.py").symlink_to("store.py")
    (shop / "shop/mail.py").unlink()
    collect(shop)
    assert stale(shop) == set()
    commit(shop)
    assert stale(shop) == set()
    write_files(shop, {"shop/store.py": "STORE = 1\n"})
    assert stale(shop) == {"store", "all"}


def test_what_was_dirty_and_is_taken_back_is_a_change(shop: Path) -> None:
    """Tests passed on an edit that is gone: the commit itself was never tested."""
    write_files(shop, {"shop/store.py": "STORE = 2\n"})
    collect(shop)
    git(shop, "checkout", "--quiet", "shop/store.py")
    assert stale(shop) == {"store", "all"}


def test_a_squashed_commit_is_known_by_its_tree(shop: Path) -> None:
    """Evidence survives a squash that changes no file, however late it is made."""
    files = {".gitignore": "data/*/results/\n", "shop/store.py": "STORE = 2\n"}
    write_files(shop, files)
    commit(shop)
    collect(shop)
    git(shop, "reset", "--quiet", "--soft", "HEAD~1")
    later(shop, "shop/store.py", "STORE = 2\n")
    git(shop, "commit", "--quiet", "--all", "--amend", "--message", "squashed")
    git(shop, "reflog", "expire", "--expire=now", "--all")
    git(shop, "gc", "--quiet", "--prune=now")
    assert stale(shop) == set()


@pytest.mark.parametrize(
    ("age", "expected"), [(3600, {"store", "mail", "all"}), (-3600, set())]
)
def test_a_commit_that_is_not_here_leaves_it_to_the_clock(
    shop: Path, age: int, expected: set[str]
) -> None:
    """In a shallow clone, evidence is fresh if it is younger than the files."""
    collect(shop, created=time.time() - age)
    for path in shop.glob("data/*/results/tests.json"):
        data = json.loads(path.read_text())
        data["reportgen"] |= {"commit": "1" * 40, "tree": "--output=x"}
        path.write_text(json.dumps(data))
    assert stale(shop) == expected
    assert not list(shop.glob("**/x"))


def test_a_project_below_the_top_of_its_repository(tmp_path: Path) -> None:
    """Paths are from the project's folder; what is outside of it is not its work."""
    top = tmp_path / "mono"
    files: Mapping[str, str] = {f"shop/{name}": text for name, text in FILES.items()}
    repository(top, {**files, "other/a.py": "1\n"})
    collect(top / "shop")
    later(top, "other/a.py", "2\n")
    assert stale(top / "shop") == set()
    later(top, "shop/shop/store.py", "2\n")
    assert stale(top / "shop") == {"store", "all"}


def test_tests_are_found_below_the_folder_that_pytest_ran_in(shop: Path) -> None:
    """Node ids are from pytest's own folder, which may be any."""
    (shop / "backend").mkdir()
    git(shop, "mv", "tests", "backend/tests")
    commit(shop)
    collect(shop)
    later(shop, "backend/tests/test_store.py", "# no test\n")
    assert stale(shop) == {"store", "all"}


def test_a_row_is_stale_if_any_claim_finds_it_so(shop: Path) -> None:
    """The report shows the run as stale, and names what changed for all claims."""
    later(shop, "shop/store.py", "2\n")
    later(shop, "shop/mail.py", "2\n")
    later(shop, "tests/test_store.py", "2\n")
    (run,) = judged(shop).runs
    assert not run.green
    reason = "3 files changed since: shop/mail.py, shop/store.py and 1 more"
    assert run.reason == reason
    findings = judged(shop).findings
    assert {f.code for f in findings} == {"stale-evidence"}
    assert any(reason in finding.message for finding in findings)


def test_build_says_what_went_stale_and_takes_it_back(
    shop: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A change makes the report ❓ and the exit code 1, a new run ✅ and 0."""
    monkeypatch.chdir(shop)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1")
    assert main(["build", "work"]) == 0
    later(shop, "shop/store.py", "STORE = 2\n")
    capsys.readouterr()
    assert main(["build", "work"]) == 1
    said = capsys.readouterr().err
    assert "task 'store'" in said
    assert "task 'mail'" not in said
    assert "1 file changed since: shop/store.py" in said
    assert "data/work/results/tests.json" in said
    text = (shop / "reports/work.md").read_text(encoding="utf-8")
    assert "❓" in text
    collect(shop)
    assert main(["build", "work"]) == 0
    assert "❓" not in (shop / "reports/work.md").read_text(encoding="utf-8")


def test_evidence_of_before_is_never_stale(shop: Path) -> None:
    """What speaks of the time before the work is meant to be old."""
    record = (
        RECORD.replace("{tests: tests/test_store.py}", "{fixed: tests/test_store.py}")
        .replace("evidence:", "evidence:\n  before: {pytest: results/before.json}")
        .replace("[{tests: tests/test_mail.py}]", "[{tests: tests/test_m, in: before}]")
    )
    write_files(shop, {"data/work/record.yaml": record})
    path = shop / "data/work/results/tests.json"
    old = json.loads(path.read_text())
    old["tests"][0]["outcome"] = old["tests"][0]["call"]["outcome"] = "failed"
    old |= {"exitcode": 1, "summary": {"passed": 1, "failed": 1, "total": 2}}
    path.with_name("before.json").write_text(json.dumps(old))
    later(shop, "shop/store.py", "STORE = 2\n")
    later(shop, "shop/mail.py", "MAIL = 2\n")
    collect(shop)
    report = judged(shop)
    store, mail = report.tasks
    assert store.status is Status.DONE
    assert mail.code == "stale-evidence"  # unless it is to speak of now
    assert not [run for run in report.runs if "changed since" in run.reason]


def test_evidence_does_not_age_itself(shop: Path) -> None:
    """Even where it lies among the files that matter, evidence is no work."""
    record = RECORD.replace("[shop/store.py]", "[shop/store.py, data/work/results/]")
    write_files(shop, {"data/work/record.yaml": record})
    commit(shop)
    collect(shop)
    assert stale(shop) == set()
    later(shop, "data/work/results/other.json", "{}")
    assert stale(shop) == {"store"}


def test_a_stamp_counts_for_more_than_the_date_of_the_record(shop: Path) -> None:
    """Where git knows that nothing changed, a report may be dated later."""
    write_files(shop, {"data/work/record.yaml": f"{RECORD}date: 2999-01-01\n"})
    assert stale(shop) == set()
    collect(shop, stamped=False)
    assert stale(shop) == {"store", "mail"}


DAY = 86_400
NOW = 1_772_452_800.0  # 2 March 2026, noon


@pytest.mark.parametrize(
    ("head", "source", "created", "expected"),
    [
        pytest.param("", "", NOW - 900 * DAY, "", id="no-limit"),
        pytest.param("max_age: 12h", "", NOW - 0.4 * DAY, "", id="young"),
        pytest.param(
            "max_age: 12h", "", NOW - DAY, "older than its largest age", id="old"
        ),
        pytest.param("max_age: 12h", "max_age: 2 days", NOW - DAY, "", id="own-limit"),
        pytest.param(
            "max_age: 12h", "", None, "its age is not known", id="unknown-age"
        ),
        pytest.param("max_age: 12h", "", NOW + DAY, "", id="of-another-time-zone"),
        pytest.param(
            "max_age: 12h",
            "",
            NOW + 2 * DAY,
            "made on 2026-03-04, which is yet to come",
            id="yet-to-come",
        ),
        pytest.param("", "", NOW + 2 * DAY, "", id="yet-to-come-without-limit"),
        pytest.param("date: 2026-03-02", "", NOW - DAY, "", id="a-day-before"),
        pytest.param(
            "date: 2026-03-02",
            "",
            NOW - 3 * DAY,
            "made on 2026-02-27, the record is dated 2026-03-02",
            id="before-the-record",
        ),
    ],
)
def test_without_git_dates_decide(
    tmp_path: Path, head: str, source: str, created: float | None, expected: str
) -> None:
    """Evidence is stale when it is too old, or older than the record's date."""
    record = RECORD.replace("title: A shop", f"title: A shop\n{head}").replace(
        "tests.json}", f"tests.json, {source}}}" if source else "tests.json}"
    )
    write_files(tmp_path, FILES | {"data/work/record.yaml": record})
    collect(tmp_path, stamped=False, created=created or NOW)
    if created is None:
        path = tmp_path / "data/work/results/tests.json"
        path.write_text(path.read_text().replace('"created"', '"x"'))
    report = judged(tmp_path, now=NOW)
    assert {task.code for task in report.tasks} == {
        "stale-evidence" if expected else ""
    }
    assert expected in report.runs[0].reason


def test_issues_are_stale_by_age_alone(shop: Path) -> None:
    """The state of issues too old counts as unknown, and unknown as open."""
    record = (
        RECORD.replace(
            "done: true\n    relevant", "done: true\n    after: [17]\n    relevant"
        )
        .replace(
            "evidence:", "evidence:\n  issues: {issues: issues.json, max_age: 12h}"
        )
        .replace("[{tests: tests/test_mail.py}]", "[{issue: 17}]")
        .replace("title: A shop", "title: A shop\ndate: 2999-01-01")
    )
    now = time.time()
    for age, statuses in (
        (3600, ["done", "done"]),
        (DAY, ["blocked", "incomplete evidence"]),
    ):
        issues = {"fetched": now - age, "issues": [{"number": 17, "state": "CLOSED"}]}
        files = {
            "data/work/record.yaml": record,
            "data/work/issues.json": json.dumps(issues),
        }
        write_files(shop, files)
        report = judged(shop)
        assert [task.status for task in report.tasks] == statuses


@pytest.mark.parametrize(
    ("kind", "text", "criterion"),
    [
        pytest.param(
            "coverage",
            {"totals": {"percent_covered": 91.0, "num_statements": 100}},
            "{metric: coverage.percent, at_least: 90}",
            id="coverage",
        ),
        pytest.param(
            "commands",
            [{"command": "make", "exitcode": 0}],
            "{command: make}",
            id="receipt",
        ),
    ],
)
def test_other_evidence_goes_stale_too(
    shop: Path, kind: str, text: object, criterion: str
) -> None:
    """Coverage and receipts are stamped by a file beside them, and judged by it."""
    record = RECORD.replace(
        "evidence:", f"evidence:\n  more: {{{kind}: results/more.json}}"
    ).replace("[{tests: tests/test_store.py}]", f"[{criterion}]")
    stamp = json.dumps(take_stamp(shop))
    write_files(
        shop,
        {
            "data/work/record.yaml": record,
            "data/work/results/more.json": json.dumps(text),
            "data/work/results/more.json.stamp.json": stamp,
        },
    )
    assert judged(shop).tasks[0].status is Status.DONE
    later(shop, "shop/store.py", "STORE = 2\n")
    assert judged(shop).tasks[0].code == "stale-evidence"


def test_git_that_refuses_is_heard(shop: Path) -> None:
    """Where git will not answer, the user is told why, and dates decide."""
    (shop / ".git/HEAD").write_text("nonsense\n")
    report = judged(shop)
    assert [finding.code for finding in report.findings] == ["git-refuses"]
    assert "not a git repository" in report.findings[0].message


@pytest.mark.parametrize("name", ["x" * 300, "a\0b", "\ud800", "README.md/x"])
def test_a_file_that_cannot_be_is_a_change(shop: Path, name: str) -> None:
    """A stamp may name what no system can hold, and what it tells else counts."""
    for record in ("work", "whole"):
        path = shop / "data" / record / "results" / "tests.json"
        result = json.loads(path.read_text())
        result["reportgen"]["dirty"] = {name: "0" * 40}
        path.write_text(json.dumps(result))
    later(shop, "shop/store.py", "STORE = 2\n")
    assert stale(shop) == {"store", "all"}


def test_a_submodule_that_was_dirty_was_not_that_of_the_commit(shop: Path) -> None:
    """What ran with changes in a submodule says nothing of it without them."""
    repository(shop.parent / "lib", {"lib.py": "LIB = 1\n"})
    words = (
        "-c",
        "protocol.file.allow=always",
        "submodule",
        "--quiet",
        "add",
        "../lib",
    )
    git(shop, *words)
    commit(shop)
    collect(shop)
    assert stale(shop) == set()
    write_files(shop, {"lib/lib.py": "LIB = 2\n"})
    collect(shop)
    git(shop / "lib", "checkout", "--quiet", ".")
    assert "all" in stale(shop)


@pytest.mark.parametrize("hiding", ["--assume-unchanged", "--skip-worktree"])
def test_what_git_is_told_not_to_look_at_changes_all_the_same(
    shop: Path, hiding: str
) -> None:
    """A file that git takes for unchanged is compared by its content."""
    git(shop, "update-index", hiding, "shop/store.py", "README.md")
    assert stale(shop) == set()
    later(shop, "shop/store.py", "STORE = 2\n")
    assert stale(shop) == {"store", "all"}
    collect(shop)
    assert stale(shop) == set()
    later(shop, "shop/store.py", "STORE = 1\n")
    assert stale(shop) == {"store", "all"}


def test_what_a_sparse_checkout_leaves_out_is_no_change(shop: Path) -> None:
    """A tracked file that is not here, as it was wished, was not deleted."""
    git(shop, "update-index", "--skip-worktree", "shop/store.py")
    later(shop, "shop/store.py", None)
    assert stale(shop) == set()
    git(shop, "update-index", "--no-skip-worktree", "shop/store.py")
    git(shop, "update-index", "--assume-unchanged", "shop/store.py")
    assert stale(shop) == {"store", "all"}


@pytest.mark.parametrize("variable", ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"])
def test_a_hook_of_git_does_not_lead_astray(
    shop: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    """Run by a hook of another repository, it is this one that is asked."""
    later(shop, "shop/store.py", "STORE = 2\n")
    monkeypatch.setenv(variable, "/nowhere")
    assert stale(shop) == {"store", "all"}


def test_a_repository_starts_no_program(shop: Path) -> None:
    """Nothing that a repository is configured to start is started by a look at it."""
    trap = shop.parent / "trap"
    script = shop.parent / "trap.sh"
    script.write_text(f"#!/bin/sh\ntouch {trap}\n")
    script.chmod(0o755)
    for name in ("diff.external", "core.fsmonitor", "core.pager", "diff.x.textconv"):
        git(shop, "config", name, str(script))
    write_files(shop, {".gitattributes": "*.py diff=x\n"})
    later(shop, "shop/store.py", "STORE = 2\n")
    collect_time = time.time() - 60
    collect(shop, stamped=False, created=collect_time)
    trap.unlink(missing_ok=True)
    assert "store" in stale(shop)
    assert not trap.exists()
