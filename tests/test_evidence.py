"""Which files are evidence, and what is said of those that are not there."""

import errno
import gzip
import hashlib
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard
from evidence_files import CASES, load, run_of

from reportgen.load.evidence import READERS, load_evidence
from reportgen.model import (
    FORMATS,
    Coverage,
    Diagnostic,
    Place,
    Query,
    Receipts,
    Run,
    Source,
    Text,
    Tracker,
)

PLAIN = (CASES / "results" / "plain.json").read_bytes()


def _fill(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(PLAIN)


def test_every_format_has_a_reader() -> None:
    """What a record may name as a format can be read."""
    assert tuple(READERS) == FORMATS


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        pytest.param("b.json", ["b.json"], id="one"),
        pytest.param("*.json", ["a.json", "b.json"], id="star-sorted"),
        pytest.param("?.json", ["a.json", "b.json"], id="question-mark"),
        pytest.param("**/*.json", ["a.json", "b.json", "sub/deep/c.json"], id="deep"),
        pytest.param("[ab].json", ["[ab].json"], id="literal-before-glob"),
        pytest.param("[b].json", ["b.json"], id="bracket"),
        pytest.param("./sub/../a.json", ["a.json"], id="normal-path"),
    ],
)
def test_globs_are_expanded_in_order(
    tmp_path: Path, pattern: str, expected: list[str]
) -> None:
    """Files come sorted; one with the very name is meant before any glob."""
    _fill(tmp_path, "b.json", "a.json", "sub/deep/c.json", "a.json.stamp.json")
    (tmp_path / "a.json.stamp.json").write_text("{}")
    if pattern == "[ab].json":
        _fill(tmp_path, pattern)
    assert [each.path for each in load(tmp_path, pattern)] == expected


def test_paths_are_shown_from_the_project(tmp_path: Path) -> None:
    """Paths are written from the record's folder, and shown from the project's."""
    _fill(tmp_path, "data/shop/results/r.json", "ci/r.json")
    source = Source(
        name=Text("t"),
        format="pytest",
        files={"1": Text("results/*.json"), "2": Text("../../ci/r.json")},
    )
    found = load_evidence([source], tmp_path / "data/shop", tmp_path, Query())
    assert [each.path for each in found] == ["ci/r.json", "data/shop/results/r.json"]
    assert {each.problem for each in found} == {None}
    assert found[0].sha256 == hashlib.sha256(PLAIN).hexdigest()


def test_evidence_comes_in_the_order_of_the_record(tmp_path: Path) -> None:
    """A report lists its evidence as its author did."""
    _fill(tmp_path, "r.json")
    names = ["unit", "before", "e2e"]
    sources = [
        Source(name=Text(name), format="pytest", files={"": Text("r.json")})
        for name in names
    ]
    found = load_evidence(sources, tmp_path, tmp_path, Query())
    assert [each.evidence for each in found] == names


@pytest.mark.parametrize(
    ("form", "kind"),
    [
        ("pytest", Run),
        ("junit", Run),
        ("ctrf", Run),
        ("coverage", Coverage),
        ("issues", Tracker),
        ("commands", Receipts),
    ],
)
@pytest.mark.parametrize(
    "content", [None, b"", b"{", b"[[", b"\xff\xfe{", b"<a>", b"1"]
)
def test_no_format_breaks_on_what_is_no_report(
    tmp_path: Path, form: str, kind: type, content: bytes | None
) -> None:
    """What is missing or wrong is a value of the right kind, with a problem."""
    if content is not None:
        (tmp_path / "r").write_bytes(content)
    [found] = load(tmp_path, "r", form)
    assert type(found) is kind
    assert found.problem is not None
    assert not isinstance(found, Run) or found.tally.total == 0


@pytest.mark.parametrize(
    ("name", "code"),
    [
        pytest.param("gone.json", "evidence-missing", id="gone"),
        pytest.param("gone/*.json", "evidence-missing", id="empty-glob"),
        pytest.param("a\0b", "evidence-missing", id="nul"),
        pytest.param("x" * 5000, "evidence-missing", id="long"),
        pytest.param("folder", "evidence-unreadable", id="folder"),
        pytest.param("../outside.json", "evidence-outside", id="outside"),
        pytest.param("../*.json", "evidence-outside", id="outside-glob"),
        pytest.param("link.json", "evidence-outside", id="link"),
    ],
)
def test_unusable_path_is_a_problem_of_the_record(
    tmp_path: Path, name: str, code: str
) -> None:
    """A path that leads nowhere is reported where it was written."""
    project = tmp_path / "project"
    _fill(tmp_path, "outside.json", "project/folder/x")
    (project / "link.json").symlink_to(tmp_path / "outside.json")
    place = Place("record.yaml", 7, 3)
    source = Source(name=Text("t"), format="pytest", files={"": Text(name, place)})
    [found] = load_evidence([source], project, project, Query())
    assert found.problem is not None
    assert (found.problem.code, found.problem.place) == (code, place)
    assert found.sha256 == ""


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (PermissionError(errno.EACCES, "Permission denied"), "Permission denied"),
        (OSError("odd"), "odd"),
    ],
)
def test_file_that_cannot_be_opened_is_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: OSError, why: str
) -> None:
    """It says why, and what to look at, and has no sum of its content."""

    def refuse(*_: object, **__: object) -> None:
        raise error

    _fill(tmp_path, "r.json")
    monkeypatch.setattr(Path, "open", refuse)
    run = run_of(tmp_path, "r.json")
    assert run.sha256 == ""
    assert run.problem == Diagnostic(
        Place("r.json", 1, 1),
        "evidence-unreadable",
        f"cannot be read: {why}",
        "look at its rights",
    )


def test_file_named_twice_is_read_once(tmp_path: Path) -> None:
    """A file that two globs find is one run."""
    _fill(tmp_path, "r.json")
    assert len(load(tmp_path, {"1": "r.json", "2": "*.json"})) == 1


def _zst(data: bytes) -> bytes:
    return zstandard.ZstdCompressor(write_checksum=True).compress(data)


@pytest.mark.parametrize(
    ("name", "packed"),
    [
        pytest.param("r.json.gz", gzip.compress(PLAIN), id="gz"),
        pytest.param("r.json.zst", _zst(PLAIN), id="zst"),
        pytest.param("r.json.zst", _zst(PLAIN[:99]) + _zst(PLAIN[99:]), id="frames"),
    ],
)
def test_packed_file_is_read_and_hashed_as_it_is(
    tmp_path: Path, name: str, packed: bytes
) -> None:
    """A packed file counts what it packs; its hash is that of the file."""
    (tmp_path / name).write_bytes(packed)
    _fill(tmp_path, "r.json")
    run = run_of(tmp_path, name)
    assert (run.problem, run.tally) == (None, run_of(tmp_path, "r.json").tally)
    assert run.sha256 == hashlib.sha256(packed).hexdigest()


_BOMB = b'{"x": "' + b"a" * 70_000_000


@pytest.mark.parametrize("name", ["r.json.gz", "r.json.zst"])
@pytest.mark.parametrize(
    ("damage", "code"),
    [
        pytest.param(lambda pack: pack(PLAIN)[:-9], "evidence-truncated", id="cut"),
        pytest.param(lambda pack: pack(PLAIN)[:-1], "evidence-truncated", id="byte"),
        pytest.param(lambda _: PLAIN, "evidence-truncated", id="not-packed"),
        pytest.param(lambda _: b"", "evidence-empty", id="empty"),
        pytest.param(lambda pack: pack(_BOMB), "evidence-size", id="bomb"),
    ],
)
def test_badly_packed_file_is_a_problem(
    tmp_path: Path,
    name: str,
    damage: Callable[[Callable[..., bytes]], bytes],
    code: str,
) -> None:
    """What cannot be unpacked, or only to something monstrous, is refused."""
    pack = _zst if name.endswith("zst") else gzip.compress
    (tmp_path / name).write_bytes(damage(pack))
    problem = run_of(tmp_path, name).problem
    assert problem is not None
    assert problem.code == code


def test_missing_package_is_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where zstandard is not installed, its file says so, and what to install."""
    monkeypatch.setitem(sys.modules, "zstandard", None)
    (tmp_path / "r.json.zst").write_bytes(_zst(PLAIN))
    problem = run_of(tmp_path, "r.json.zst").problem
    assert problem is not None
    assert problem.code == "no-zstandard"
    assert problem.hint.endswith("pip install zstandard")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_byte_order_marks_are_understood(tmp_path: Path, encoding: str) -> None:
    """UTF-8 and UTF-16 with a mark are read: PowerShell writes such files."""
    mark = "" if encoding in {"utf-8-sig", "utf-16"} else "\ufeff"
    (tmp_path / "r.json").write_bytes((mark + PLAIN.decode()).encode(encoding))
    run = run_of(tmp_path, "r.json")
    assert (run.problem, run.tally.total) == (None, 7)
