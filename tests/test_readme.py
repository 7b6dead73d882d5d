"""What the README promises is what there is."""

import ast
import re
import shutil
from pathlib import Path

import pytest

from reportgen import __version__
from reportgen.cli import COMMANDS, main
from reportgen.load.config import Config
from reportgen.model import MARKS, ExitCode

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
KEBAB = re.compile(r"[a-z0-9]+(-[a-z0-9]+)+")

# Words of the code that look like a code and are none.
NOT_CODES = {
    "2022-11-28",
    "2026-03-01",
    "artifact-path",
    "cat-file",
    "check-run",
    "commit-status",
    "count-objects",
    "for-each-ref",
    "github-body",
    "github-comment",
    "github-output",
    "gitlab-note",
    "hash-object",
    "job-summary",
    "ls-files",
    "ls-tree",
    "pytest-json-report",
    "report-path",
    "reportgen-reporter",
    "reportgen-stamper",
    "retry-after",
    "rev-parse",
    "utf-16",
    "utf-8",
    "x-ratelimit-remaining",
    "x-ratelimit-reset",
}
# Codes of one word, which cannot be told from other words.
ONE_WORD = {"cycle", "unreadable", "usage", "weakened"}


def table(heading: str) -> list[list[str]]:
    """Return the cells of the first table below `heading`, without its head."""
    part = README.split(f"\n{heading}\n", 1)[1]
    lines = part[part.index("\n|") + 1 :].split("\n\n", 1)[0].splitlines()
    return [[c.strip() for c in re.split(r"(?<!\\)\|", x)[1:-1]] for x in lines[2:]]


def constants() -> set[str]:
    """Return every text of our code that is spelled like a code."""
    return {
        node.value
        for path in (ROOT / "reportgen").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and KEBAB.fullmatch(node.value)
    }


def test_every_code_is_explained_and_every_explained_code_exists() -> None:
    """The table of codes has a row for each code, and no other, in order."""
    codes = [row[0].strip("`") for row in table("## Error codes")]
    assert codes == sorted(codes)
    assert set(codes) - ONE_WORD == constants() - NOT_CODES


def test_every_row_of_the_codes_has_cause_and_cure() -> None:
    """Nobody is left alone with a code."""
    assert all(len(row) == 3 and all(row) for row in table("## Error codes"))


def test_every_command_has_a_row() -> None:
    """The table of commands names each of them once."""
    named = [re.match(r"`reportgen (\w+)", row[0]) for row in table("## Use it")]
    assert sorted(match[1] for match in named if match) == sorted(COMMANDS)


def test_statuses_have_their_marks() -> None:
    """The table of statuses is the one in the code."""
    shown = {row[0]: row[1] for row in table("### Statuses")}
    assert shown == {str(status): mark for status, mark in MARKS.items()}


def test_every_option_of_the_configuration_has_a_row() -> None:
    """The table of the configuration names each key."""
    named = {row[0].strip("`") for row in table("### Configuration")}
    assert named == set(Config.__struct_fields__) - {"root", "file"}


def test_the_example_is_a_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The record that the README shows can be read, and claims too much alone."""
    example = README.split("```yaml\n", 1)[1].split("```", 1)[0]
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "shop.yaml").write_text(example, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert main(["check", "shop"]) == ExitCode.CLAIMS_EXCEED_EVIDENCE


def test_the_part_of_a_report_is_a_part_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the first command writes has these lines, in this order."""
    for name in ("data/issue-1197", "tests/sample"):
        shutil.copytree(ROOT / name, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    assert main(["build", "issue-1197"]) == ExitCode.OK
    report = Path("reports/issue-1197.md").read_text(encoding="utf-8").splitlines()
    part = README.split("```markdown\n", 1)[1].split("```", 1)[0].splitlines()
    lines = iter(report)
    assert [line for line in part if line not in lines] == []


def test_the_changelog_speaks_of_this_version() -> None:
    """The newest version of the changelog is the one of the package."""
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = re.search(r"^## \[(\d[^]]*)\]", changelog, re.MULTILINE)
    assert newest is not None
    assert newest[1] == __version__


@pytest.mark.parametrize("page", ["README.md", "CHANGELOG.md"])
def test_our_pages_pass_our_own_checks(page: str) -> None:
    """Links lead somewhere, tables are whole."""
    from reportgen.check.markdown import check_markdown  # noqa: PLC0415

    text = (ROOT / page).read_text(encoding="utf-8")
    found = check_markdown(text, page, folder=ROOT, root=ROOT)
    # Between these the benchmarks write.
    marks = {f"<!-- {what}: " for what in ("benchmarks", "peers")}
    assert [f for f in found if not any(mark in f.message for mark in marks)] == []
