"""Files that criteria speak of are looked at, inside the project alone."""

import os
from pathlib import Path

import pytest

from reportgen.load.files import look_at
from reportgen.model import FileCriterion, FilePath, Text


def problem(root: Path, name: str, wanted: str | None = None) -> str:
    """Return why `name` below `root` does not hold `wanted`, if it does not."""
    criterion = FileCriterion(file=FilePath(name), contains=wanted and Text(wanted))
    return look_at([criterion], root)[name, wanted or ""]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a project with a file in it, and another file outside."""
    (tmp_path / "outside.txt").write_text("secret")
    root = tmp_path / "project"
    (root / "folder").mkdir(parents=True)
    (root / "here.txt").write_text("first\nsecond ✅\n", encoding="utf-8")
    (root / "out.txt").symlink_to(tmp_path / "outside.txt")
    (root / "link.txt").symlink_to("here.txt")
    (root / "circle.txt").symlink_to("circle.txt")
    os.mkfifo(root / "pipe")
    return root


@pytest.mark.parametrize(
    ("name", "wanted", "expected"),
    [
        pytest.param("here.txt", None, "", id="exists"),
        pytest.param("folder", None, "", id="folder-exists"),
        pytest.param("here.txt", "second ✅", "", id="contains"),
        pytest.param("link.txt", "first", "", id="link-contains"),
        pytest.param(
            "here.txt", "third", "here.txt does not contain 'third'", id="lacks"
        ),
        pytest.param("gone.txt", None, "gone.txt does not exist", id="gone"),
        pytest.param("gone.txt", "x", "gone.txt does not exist", id="gone-with-text"),
        pytest.param(
            "../outside.txt", None, "../outside.txt is outside the project", id="above"
        ),
        pytest.param("out.txt", "secret", "out.txt is outside the project", id="link"),
    ],
)
def test_a_file_is_looked_at(
    root: Path, name: str, wanted: str | None, expected: str
) -> None:
    """It is there, and holds the text, or it is said why not."""
    assert problem(root, name, wanted) == expected


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        pytest.param("circle.txt", None, id="circle"),
        pytest.param("folder", "x", id="folder"),
        pytest.param("a\0b", None, id="impossible-name"),
        pytest.param("pipe", "x", id="pipe"),
    ],
)
def test_what_cannot_be_read_meets_nothing(
    root: Path, name: str, wanted: str | None
) -> None:
    """Neither a traceback nor a wait comes of it."""
    assert problem(root, name, wanted).startswith(f"{name} cannot be read: ")


def test_a_huge_file_is_not_searched(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A text is looked for only up to a bound, and that is said."""
    size = (root / "here.txt").stat().st_size
    monkeypatch.setattr("reportgen.load.files._LARGEST", size)
    assert problem(root, "here.txt", "first") == ""
    monkeypatch.setattr("reportgen.load.files._LARGEST", size - 1)
    assert problem(root, "here.txt", "first") == (
        "here.txt cannot be read: it is too large to be searched"
    )
