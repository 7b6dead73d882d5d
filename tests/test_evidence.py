"""Which files are evidence, and what is said of those that are not there."""

import errno
import gzip
import hashlib
import io
import os
import random
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard
from evidence_files import CASES, load, run_of

from reportgen.load import content
from reportgen.load.evidence import READERS, ask_about_missing, load_evidence
from reportgen.model import (
    FORMATS,
    Coverage,
    Diagnostic,
    FilePath,
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
        pytest.param("[!c]*", ["a.json", "b.json"], id="no-folder"),
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
        files={"1": FilePath("results/*.json"), "2": FilePath("../../ci/r.json")},
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
        Source(name=Text(name), format="pytest", files={"": FilePath("r.json")})
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


_GONE = "run what writes it, or correct the path"
_NO_FILE = "is not a file"
_NAME = "name a file, or a glob such as `results/*.json`"
_OUT = "leads out of the project"
_COPY = "copy the file into the project"


@pytest.mark.parametrize(
    ("name", "code", "what", "hint"),
    [
        pytest.param(
            "gone.json", "evidence-missing", "does not exist", _GONE, id="gone"
        ),
        pytest.param(
            "gone/*.json", "evidence-missing", "matches no file", _GONE, id="empty-glob"
        ),
        pytest.param("a\0b", "evidence-missing", "does not exist", _GONE, id="nul"),
        pytest.param(
            "a\0b/*.json",
            "evidence-missing",
            "cannot be looked for: embedded null byte",
            "correct the path",
            id="nul-in-a-glob",
        ),
        pytest.param(
            "x" * 5000,
            "evidence-missing",
            f"cannot be looked for: {os.strerror(errno.ENAMETOOLONG)}",
            "correct the path",
            id="long",
        ),
        pytest.param("folder", "evidence-unreadable", _NO_FILE, _NAME, id="folder"),
        pytest.param(".", "evidence-unreadable", _NO_FILE, _NAME, id="the-project"),
        pytest.param("../outside.json", "evidence-outside", _OUT, _COPY, id="outside"),
        pytest.param("../*.json", "evidence-outside", _OUT, _COPY, id="outside-glob"),
        pytest.param(
            "../project-2/r.json", "evidence-outside", _OUT, _COPY, id="longer-name"
        ),
        pytest.param("link.json", "evidence-outside", _OUT, _COPY, id="link"),
    ],
)
def test_unusable_path_is_a_problem_of_the_record(
    tmp_path: Path, name: str, code: str, what: str, hint: str
) -> None:
    """A path that leads nowhere is reported where it was written."""
    project = tmp_path / "project"
    _fill(tmp_path, "outside.json", "project/folder/x", "project-2/r.json")
    (project / "link.json").symlink_to(tmp_path / "outside.json")
    place = Place("record.yaml", 7, 3)
    source = Source(name=Text("t"), format="pytest", files={"": FilePath(name, place)})
    [found] = load_evidence([source], project, project, Query())
    assert found.problem == Diagnostic(place, code, f"{name!r} {what}", hint)
    assert found.sha256 == ""


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        pytest.param("results/test.json", "results/tests.json", id="letter"),
        pytest.param("./Tests.JSON", "tests.json", id="case"),
        pytest.param("../tests.jsn", None, id="outside"),
        pytest.param("results/unti.json", None, id="folder"),
        pytest.param("results/tests.jsn", "results/tests.json", id="suffix"),
        pytest.param("results/other.json", None, id="other-name"),
        pytest.param("results/others.json", None, id="left-behind"),
        pytest.param("results/*.xml", None, id="glob"),
        pytest.param("result/tests.json", None, id="other-folder"),
    ],
)
def test_a_path_with_a_slip_is_asked_about(
    tmp_path: Path, name: str, meant: str | None
) -> None:
    """A file of the project beside the missing one, with a near name, may be meant."""
    project = tmp_path / "project"
    _fill(tmp_path, "tests.json", "project/tests.json", "project/results/tests.json")
    _fill(project, "results/unit.json/x", "results/test.json.stamp.json")
    _fill(project, "results/.others.json.reportgen-old")
    [found] = load(project, name)
    assert found.problem is not None
    assert found.problem.hint == _GONE, "a report tells nothing of other files"
    sources = [Source(name=Text("t"), format="pytest", files={"": FilePath(name)})]
    [asked] = ask_about_missing([found.problem], sources, project, project)
    assert asked.hint == (f"did you mean {meant!r}?" if meant else _GONE)


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
    """A file that two globs find is one run; for each shard it is another."""
    _fill(tmp_path, "r.json")
    assert len(load(tmp_path, {"1": "r.json", "2": "*.json"})) == 1
    shards = load(tmp_path, {"windows": "r.json", "linux": "r.json", "1": "r.json"})
    assert [run.shard for run in shards if isinstance(run, Run)] == [
        "",
        "linux",
        "windows",
    ]


def test_each_missing_file_is_missed(tmp_path: Path) -> None:
    """One file that is not there does not stand for another."""
    missed = load(tmp_path, {"1": "a.json", "2": "b.json", "3": "a.json"})
    assert [each.path for each in missed] == ["a.json", "b.json"]


def test_evidence_may_lie_beside_a_record_outside_of_the_project(
    tmp_path: Path,
) -> None:
    """Paths stay below the folder of the record, or below the project's."""
    _fill(tmp_path, "records/r.json", "project/r.json")
    files = {"1": FilePath("r.json"), "2": FilePath("../project/r.json")}
    source = Source(name=Text("t"), format="pytest", files=files)
    folder, root = tmp_path / "records", tmp_path / "project"
    found = load_evidence([source], folder, root, Query())
    assert [each.problem for each in found] == [None, None]
    assert [each.path for each in found] == [(folder / "r.json").as_posix(), "r.json"]
    for top in (tmp_path, Path("/")):
        found = load_evidence([source], folder, top, Query())
        assert [each.problem for each in found] == [None, None]
        assert (
            found[0].path == (tmp_path / "project/r.json").relative_to(top).as_posix()
        )


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


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
def test_byte_order_mark_may_come_alone(tmp_path: Path, encoding: str) -> None:
    """However a packed file is divided, its mark is no content of it."""
    mark = "\ufeff".encode(encoding)
    packed = _zst(mark) + _zst(PLAIN.decode().encode(encoding))
    (tmp_path / "r.json.zst").write_bytes(packed)
    run = run_of(tmp_path, "r.json.zst")
    assert (run.problem, run.tally.total) == (None, 7)


@pytest.mark.parametrize("name", ["r.json.gz", "r.json.zst"])
def test_large_file_may_be_packed_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """How much may be unpacked depends on all that was read so far."""
    monkeypatch.setattr(content, "_BOMB", 1_000)
    monkeypatch.setattr(content, "_PACKED", 4)
    noise = random.Random(1).randbytes(300_000).hex()  # noqa: S311 - packs badly
    pack = _zst if name.endswith("zst") else gzip.compress
    (tmp_path / name).write_bytes(pack(f'{{"root": "{noise}", "tests": []}}'.encode()))
    assert run_of(tmp_path, name).problem is None
    monkeypatch.setattr(content, "_PACKED", 1)
    problem = run_of(tmp_path, name).problem
    assert problem is not None
    assert problem.code == "evidence-size"


def test_place_in_a_packed_file_is_that_in_its_content(tmp_path: Path) -> None:
    """What was unpacked before an error is where people look."""
    data = b"{\n\n" + b" " * content.BLOCK
    (tmp_path / "r.json.gz").write_bytes(gzip.compress(data)[:-1])
    problem = run_of(tmp_path, "r.json.gz").problem
    assert problem is not None
    assert problem.place == Place("r.json.gz", 3, content.BLOCK - 2)


@pytest.mark.parametrize("block", [1, 2, 3])
@pytest.mark.parametrize(
    ("before", "bad"), [(-1, b"\xc3"), (-1, b"\xff"), (0, b"\xff"), (1, b"x")]
)
def test_place_of_an_error_is_counted_over_blocks(
    tmp_path: Path, block: int, before: int, bad: bytes
) -> None:
    """Wherever a block ends, even within a character, the place is right."""
    spaces = b" " * (block * content.BLOCK + before - 1)
    data = b"{" + spaces + bad + b'"' + b" " * 2 * content.BLOCK
    (tmp_path / "r.json").write_bytes(data)
    run = run_of(tmp_path, "r.json")
    assert run.problem is not None
    assert run.problem.place == Place("r.json", 1, len(spaces) + 2)
    assert run.sha256 == hashlib.sha256(data).hexdigest()


def test_a_file_that_ends_within_a_character_is_a_problem(tmp_path: Path) -> None:
    """What was cut off is not left away, though all before it makes sense."""
    (tmp_path / "r.json").write_bytes(PLAIN + b"\xc3")
    problem = run_of(tmp_path, "r.json").problem
    assert problem is not None
    assert problem.code == "evidence-truncated"


def test_file_that_cannot_be_read_on_is_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a broken disk still gave proves nothing, and its sum is not known."""

    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell():
                raise OSError(errno.EIO, "Input/output error")
            return super().read(size)

    _fill(tmp_path, "r.json")
    monkeypatch.setattr(Path, "open", lambda *_, **__: Broken(PLAIN[:99]))
    run = run_of(tmp_path, "r.json")
    assert run.problem is not None
    assert run.problem.message == "cannot be read: Input/output error"
    assert (run.sha256, run.tally.total) == ("", 0)


_BOMB = b'{"x": "' + b"a" * 70_000_000
_NOT_UNPACKED = "cannot be unpacked: .+"
_TOO_MUCH = "unpacks to far more than a report holds"


@pytest.mark.parametrize("name", ["r.json.gz", "r.json.zst"])
@pytest.mark.parametrize(
    ("damage", "code", "message"),
    [
        pytest.param(
            lambda pack: pack(PLAIN)[:-9], "evidence-truncated", _NOT_UNPACKED, id="cut"
        ),
        pytest.param(
            lambda pack: pack(PLAIN)[:-1],
            "evidence-truncated",
            "cannot be unpacked: (it ends too early|Compressed file ended .*)",
            id="byte",
        ),
        pytest.param(
            lambda _: PLAIN,
            "evidence-truncated",
            "cannot be unpacked: (Not a gzipped file|zstd .*Unknown).*",
            id="not-packed",
        ),
        pytest.param(
            lambda pack: pack(PLAIN)[:30] + b"\xff" * 30 + pack(PLAIN)[60:],
            "evidence-truncated",
            _NOT_UNPACKED,
            id="garbled",
        ),
        pytest.param(lambda _: b"", "evidence-empty", "is empty", id="empty"),
        pytest.param(lambda pack: pack(_BOMB), "evidence-size", _TOO_MUCH, id="bomb"),
    ],
)
def test_badly_packed_file_is_a_problem(
    tmp_path: Path,
    name: str,
    damage: Callable[[Callable[..., bytes]], bytes],
    code: str,
    message: str,
) -> None:
    """What cannot be unpacked, or only to something monstrous, is refused."""
    pack = _zst if name.endswith("zst") else gzip.compress
    (tmp_path / name).write_bytes(damage(pack))
    problem = run_of(tmp_path, name).problem
    assert problem is not None
    assert problem.code == code
    assert re.fullmatch(message, problem.message)


def test_missing_package_is_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where zstandard is not installed, its file says so, and what to install."""
    monkeypatch.setitem(sys.modules, "zstandard", None)
    (tmp_path / "r.json.zst").write_bytes(_zst(PLAIN))
    problem = run_of(tmp_path, "r.json.zst").problem
    assert problem is not None
    assert problem == Diagnostic(
        Place("r.json.zst", 1, 1),
        "no-zstandard",
        "is packed with zstd, which needs the package zstandard",
        "python -m pip install zstandard",
    )


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_byte_order_marks_are_understood(tmp_path: Path, encoding: str) -> None:
    """UTF-8 and UTF-16 with a mark are read: PowerShell writes such files."""
    mark = "" if encoding in {"utf-8-sig", "utf-16"} else "\ufeff"
    text = mark + " " * content.BLOCK + PLAIN.decode()
    (tmp_path / "r.json").write_bytes(text.encode(encoding))
    run = run_of(tmp_path, "r.json")
    assert (run.problem, run.tally.total) == (None, 7)


@pytest.mark.parametrize("before", [0, content.BLOCK - 6, content.BLOCK])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
def test_place_of_what_is_no_character_is_that_in_the_text(
    tmp_path: Path, encoding: str, before: int
) -> None:
    """Lines and columns are counted in characters, however these are stored."""
    text = f'\ufeff{{\n{" " * before}"root": "häß€🟢'.encode(encoding)
    broken = "\udc80".encode(encoding, "surrogatepass")
    (tmp_path / "r.json").write_bytes(text + broken + '"}'.encode("utf-16-le"))
    problem = run_of(tmp_path, "r.json").problem
    assert problem is not None
    assert problem.code == "evidence-encoding"
    assert problem.place == Place("r.json", 2, before + 15)
