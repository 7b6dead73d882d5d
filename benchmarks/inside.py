"""Does one part of the work alone, and prints how many seconds of CPU it took."""

from __future__ import annotations

import hashlib
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

ROWS = 100_000
TABLE = (
    "| Test | Value | Outcome |\n| --- | --- | --- |\n{% for row in rows %}"
    "| {{ row.test }} | {{ row.value }} | {{ row.outcome }} |\n{% endfor %}"
)
# What is repeated to make a long text, and at which expressions could look too often.
UNITS = "` [ ]( < _ _a *a a. a_b.co :a : @ 0 \\ & / $ { **a~_b [a]( ![ <code> a| [a](b)"


@dataclass(frozen=True, slots=True)
class Row:
    """What a template shows: objects with attributes, not tuples."""

    test: str
    value: str
    outcome: str


def count(path: Path) -> Callable[[], object]:
    """Read a result file, or all that lie in a folder, and count their tests."""
    from reportgen.load.evidence import load_evidence  # noqa: PLC0415  # not timed
    from reportgen.model import FilePath, Query, Source, Text  # noqa: PLC0415  # not timed

    name = f"{path.name}/*.json" if path.is_dir() else path.name
    source = Source(name=Text("t"), format="pytest", files={"0": FilePath(name)})
    query = Query(patterns=frozenset({"", "tests/unit/"}))
    return lambda: load_evidence([source], path.parent, path.parent, query)


def our_yaml(path: Path) -> Callable[[], object]:
    """Read YAML into nodes with places."""
    from reportgen.load.yaml_text import parse_yaml  # noqa: PLC0415  # not timed

    text = path.read_text(encoding="utf-8")
    return lambda: parse_yaml(text, path.name)


def plain_yaml(path: Path) -> Callable[[], object]:
    """Read YAML as the parser in C does."""
    import yaml  # noqa: PLC0415  # not timed

    text = path.read_text(encoding="utf-8")
    return lambda: yaml.load(text, yaml.CSafeLoader)


def our_rows(_: Path) -> Callable[[], object]:
    """Render a table whose values are escaped for Markdown."""
    from reportgen.render.environment import environment  # noqa: PLC0415  # not timed

    template, rows = environment([]).from_string(TABLE), _rows()
    return lambda: template.render(rows=rows)


def plain_rows(_: Path) -> Callable[[], object]:
    """Render a table in which nothing is escaped."""
    import jinja2  # noqa: PLC0415  # not timed

    plain = jinja2.Environment(autoescape=False)  # noqa: S701  # that is the point
    template, rows = plain.from_string(TABLE), _rows()
    return lambda: template.render(rows=rows)


def _rows() -> list[Row]:
    return [
        Row(f"tests/test_{n}.py::test_it", f"value {n}", "passed") for n in range(ROWS)
    ]


def strange_texts(length: int) -> Callable[[], object]:
    """Escape texts of a `length` that repeat themselves, and read them as prose."""
    from reportgen.render.escape import code, escape  # noqa: PLC0415  # not timed
    from reportgen.render.prose import inline  # noqa: PLC0415  # not timed

    texts = [(unit * length)[:length] for unit in UNITS.split(" ")]
    texts.append(f"a{'_' * length}b")
    return lambda: [spell(text) for text in texts for spell in (escape, code, inline)]


def our_check(path: Path) -> Callable[[], object]:
    """Check a large piece of Markdown."""
    from reportgen.check.markdown import check_markdown  # noqa: PLC0415  # not timed

    text = path.read_text(encoding="utf-8")
    return lambda: check_markdown(text, path.name)


def plain_check(path: Path) -> Callable[[], object]:
    """Parse the same Markdown, and check nothing."""
    from markdown_it import MarkdownIt  # noqa: PLC0415  # not timed

    text = path.read_text(encoding="utf-8")
    parser = MarkdownIt("commonmark").enable("table")
    return lambda: parser.parse(text)


def hash_files(folder: Path) -> Callable[[], object]:
    """Read and hash every file below a folder."""
    paths = [str(path) for path in folder.rglob("*") if path.is_file()]

    def read_and_hash() -> None:
        for path in paths:
            with open(path, "rb", buffering=0) as file:  # noqa: PTH123  # the quickest way
                hashlib.sha256(file.read()).hexdigest()

    return read_and_hash


PARTS: Mapping[str, Callable[[Path], Callable[[], object]]] = {
    "count": count,
    "our-yaml": our_yaml,
    "plain-yaml": plain_yaml,
    "our-rows": our_rows,
    "plain-rows": plain_rows,
    "short-texts": lambda _: strange_texts(25_000),
    "long-texts": lambda _: strange_texts(100_000),
    "our-check": our_check,
    "plain-check": plain_check,
    "hash": hash_files,
}

if __name__ == "__main__":
    work = PARTS[sys.argv[1]](Path(sys.argv[2]))
    start = time.process_time()
    work()
    print(time.process_time() - start)
