"""A record on a terminal: all that matters, in whatever the stream can show."""

import re
from pathlib import Path

import pytest
from large import failing
from rich.cells import cell_len

from reportgen.cli import main
from reportgen.model import ExitCode
from reportgen.render.terminal import Terminal, show


@pytest.mark.parametrize("width", [None, 40, 80, 160])
@pytest.mark.parametrize("number", [0, 3, 100_000])
def test_everything_that_matters_is_shown(number: int, width: int | None) -> None:
    """Verdict, counts, effort, work, failures, blockers and risks, at any width."""
    report = failing(number)
    lines = show(report, Terminal(width=width)).splitlines()
    assert width is None or max(map(cell_len, lines)) <= width
    text = " ".join(" ".join(lines).split())
    assert f"{report.verdict.mark} {report.verdict}: 12 of 1" in text
    assert "24 h planned, 12 h actual, −12 h (−50 %)" in text
    assert "Shared pool waits for #17" in text
    assert "Clock skew" in text
    assert "Slow start" not in text
    if number:
        assert f"{number:,} of {number + 9:,} tests failed" in text
        assert "AssertionError: assert 0 == 4" in text
    if number > 20:
        assert f"and {number - 20:,} more" in text


def test_a_variance_is_of_what_is_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where some effort is unknown, the difference is not that of the two sums."""
    known = "{id: a, title: A, planned: 2h, actual: 3h}"
    unknown = "{id: b, title: B, planned: 8h}"
    (tmp_path / "data").mkdir()
    text = f"title: T\ntasks: [{known}, {unknown}]\n"
    (tmp_path / "data" / "work.yaml").write_text(text)
    monkeypatch.chdir(tmp_path)
    assert main(["show", "work"]) == ExitCode.OK
    said = "10 h planned, 3 h actual, +1 h (+50 %) where both are known"
    assert said in capsys.readouterr().out


def test_colours_only_add_colour() -> None:
    """Without colours the words are the same."""
    report = failing(3)
    plain = show(report, Terminal(width=100))
    coloured = show(report, Terminal(width=100, colour=True))
    assert "\x1b" not in plain
    bare = re.sub(r"\x1b\[[0-9;]*m", "", coloured)
    assert [line.rstrip() for line in bare.splitlines()] == plain.splitlines()


def test_words_remain_where_signs_cannot_be_shown() -> None:
    """All that is ours can be encoded in ASCII, and statuses are told by words."""
    text = show(failing(3), Terminal(marks=False))
    assert text.isascii()
    assert "x failing: 12 of 13 tasks done" in text
    assert "+ done" in text
    assert "############" in text


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Go into a project with one small record."""
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "reportgen.toml").touch()
    (tmp_path / "data").mkdir()
    record = "title: A [bold]b[/bold] `c`\ntasks: [{title: T}]\n"
    (tmp_path / "data" / "a.yaml").write_text(record, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize(
    ("environment", "coloured"),
    [
        pytest.param({}, False, id="piped"),
        pytest.param({"FORCE_COLOR": "1"}, True, id="forced"),
        pytest.param({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False, id="refused"),
    ],
)
def test_colours_are_for_those_who_want_them(
    environment: dict[str, str],
    coloured: bool,  # noqa: FBT001  # a parameter of the table above
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A pipe gets none unless it is forced, and NO_COLOR has the last word."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert main(["show", "a"]) == ExitCode.OK
    text = capsys.readouterr().out
    assert ("\x1b" in text) is coloured
    assert "A [bold]b[/bold] `c`" in text


@pytest.mark.usefixtures("project")
def test_an_unknown_record_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """There is nothing to show, and a guess what was meant."""
    assert main(["show", "b"]) == ExitCode.UNUSABLE
    said = capsys.readouterr()
    assert said.out == ""
    assert "unknown-record" in said.err
    assert len(said.err.splitlines()) == 1
