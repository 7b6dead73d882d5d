"""A file is the same while it is the same file, and holds the same."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from reportgen.load.found import find_records, is_file
from reportgen.load.traces import Present

LONG = b"0123456789abcdef" * 10_000


def make(folder: Path) -> None:
    """Make a file of each kind."""
    (folder / "plain").write_bytes(b"some")
    (folder / "long").write_bytes(LONG)
    (folder / "link").symlink_to("plain")
    (folder / "circle").symlink_to("circle")
    (folder / "inner").mkdir()
    (folder / "inner" / "deep").write_bytes(b"deep")
    (folder / "door").symlink_to("inner")


def look(folder: Path, name: str) -> str:
    """Return what stands for a file in `folder`."""
    return Present(str(folder), ()).file(f"{folder}/{name}")


CHANGES: dict[str, tuple[str, Callable[[Path], object]]] = {
    "content": ("plain", lambda f: (f / "plain").write_bytes(b"more")),
    "end-of-a-long-one": ("long", lambda f: (f / "long").write_bytes(LONG[:-1] + b"!")),
    "content-behind-a-link": ("link", lambda f: (f / "plain").write_bytes(b"more")),
    "content-behind-a-door": (
        "door/deep",
        lambda f: (f / "inner/deep").write_bytes(b""),
    ),
    "gone": ("plain", lambda f: (f / "plain").unlink()),
    "there-now": ("nothing", lambda f: (f / "nothing").touch()),
    "a-folder-now": ("nothing", lambda f: (f / "nothing").mkdir()),
    "a-link-now": (
        "plain",
        lambda f: (f / "plain").rename(f / "x").with_name("plain").symlink_to("x"),
    ),
    "another-door": (
        "door",
        lambda f: (f / "door").rename(f / "old").with_name("door").symlink_to("/"),
    ),
    "a-door-now": (
        "inner/deep",
        lambda f: (f / "inner").rename(f / "y").with_name("inner").symlink_to("y"),
    ),
}


@pytest.mark.parametrize(("name", "change"), CHANGES.values(), ids=CHANGES)
def test_changes_are_seen(
    tmp_path: Path, name: str, change: Callable[[Path], object]
) -> None:
    """Whatever becomes of a file, it is no longer what it was."""
    make(tmp_path)
    before = look(tmp_path, name)
    assert look(tmp_path, name) == before
    change(tmp_path)
    assert look(tmp_path, name) != before


@pytest.mark.parametrize(
    "name", ["circle", "inner", "nothing/at/all", "a\0b", "\ud83d", "pipe"]
)
def test_what_is_no_file_is_the_same(tmp_path: Path, name: str) -> None:
    """Whatever cannot be read is no trouble, and nobody waits for a pipe."""
    make(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    assert look(tmp_path, name) == look(tmp_path, name)


@pytest.mark.parametrize("name", ["plain", "link", "door/deep"])
def test_what_is_written_is_what_is_there(tmp_path: Path, name: str) -> None:
    """A file that holds what we wrote is known by its hash alone."""
    make(tmp_path)
    path = str(tmp_path / name)
    seen = Present(str(tmp_path), ())
    assert seen.holding(path, look(tmp_path, name).split()[-1]) == seen.file(path)


def test_a_record_in_a_folder_comes_first(tmp_path: Path) -> None:
    """Only a file is a record, wherever it lies."""
    for name in ("a/record.yaml", "b/record.yaml/x", "b.yaml", "a.yaml"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    found = find_records(tmp_path)
    assert found == {"a": tmp_path / "a/record.yaml", "b": tmp_path / "b.yaml"}
    assert is_file(found["a"])
    assert not is_file(tmp_path / ("x" * 5000))
