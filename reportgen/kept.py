"""Remembers what reports were made of, so that only those are made that may differ.

The memory holds hashes, and each is compared with what is there now; it is never
trusted over that.  Where nothing changed this is most of what is imported.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from hashlib import sha256
from typing import Any, NamedTuple

from reportgen import __version__
from reportgen.load.found import find_files
from reportgen.load.traces import Present, Trace, digest, still, upwards, written
from reportgen.private import private_folder

_PACKAGE = os.path.dirname(__file__)
_SETTINGS = ("reportgen.toml", "pyproject.toml")


class Project(NamedTuple):
    """Where the records, the reports and the templates of a project lie."""

    root: str
    data: str
    output: str
    templates: list[str]  # as JSON knows it


class Done(NamedTuple):
    """A report that was written: what is said of it, and its files with their hashes.

    `answers` stands for what `trace` names, as it was before the report was made.
    There is no trace if it is not clear what it was made of, or for how long.
    """

    trace: Trace | None
    answers: str
    files: Mapping[str, str]
    state: str
    findings: Sequence[str]  # as a terminal shows them
    exit_code: int

    def lines(self, word: str) -> Iterator[str]:
        """Yield what people are told, after a `word` for what became of it."""
        yield f"{word} {self.state}"
        yield from self.findings


class Kept:
    """What is remembered of a command with these `words`, in this folder.

    Make one before anything else is read: what changes later is then seen the next
    time.  The memory lies with the user and not in the project, where others could
    put one that calls anything unchanged.
    """

    def __init__(self, words: Sequence[str]) -> None:
        here = os.getcwd()
        folder = private_folder()
        name = f"built-{digest([here, *words])[:32]}.json"
        self._path = os.path.join(folder, name) if folder else None
        self._made_by = digest([*_makers(), *_settings(here)])
        self._known: dict[str, Done] = {}
        self._done: dict[str, Done] = {}
        self._project: Project | None = None
        memory = self._load()
        if memory is not None:
            project, templates, known = memory
            self.begin(Project(*project))
            if templates == self._templates:
                self._known = {name: _done(*words) for name, words in known.items()}

    def begin(self, project: Project) -> None:
        """Go on with `project`; nothing is known of it if it was another before."""
        if project == self._project:
            return
        self._project = project
        self._known = {}
        self.present = Present(project.root, (project.data, project.output))
        self._templates = digest(_templates(project))

    def all_unchanged(self) -> Sequence[Done] | None:
        """Return what is known of every report, if making any would change nothing."""
        if self._project is None:
            return None
        data = os.path.join(self._project.root, self._project.data)
        names = find_files(data)
        if not names or names.keys() != self._known.keys():
            return None
        every = []
        for name in names:
            done = self.unchanged(name)
            if done is None:
                return None
            every.append(done)
        return every

    def unchanged(self, name: str) -> Done | None:
        """Return what is known of the report `name`, if making it would change nothing.

        It is then kept in mind for the next time, too.
        """
        known = self._known.get(name)
        if known is None or known.trace is None or not still(known.trace.sought):
            return None
        if known.answers != self.present.digest(known.trace):
            return None
        if any(self.present.file(path) != held for path, held in known.files.items()):
            return None
        self._done[name] = known
        return known

    def remember(self, name: str, done: Done) -> None:
        """Keep in mind that the report `name` was made."""
        if done.trace is not None:
            answers = self.present.digest(done.trace)
            files = {p: self.present.holding(p, h) for p, h in done.files.items()}
            self._done[name] = done._replace(answers=answers, files=files)

    def save(self) -> None:
        """Write down what is kept in mind; that it cannot be is no matter."""
        if self._path is None or self._done == self._known:
            return
        from pathlib import Path  # noqa: PLC0415  # only if something changed

        from reportgen.model import WriteError  # noqa: PLC0415  # likewise
        from reportgen.write import write  # noqa: PLC0415  # likewise

        text = json.dumps((self._project, self._templates, self._done))
        head = self._head(text.encode()).decode()
        with suppress(WriteError):
            write(f"{head}\n{text}", Path(self._path))

    def _load(self) -> Any:  # noqa: ANN401  # what `save` wrote, or None
        if self._path is None:
            return None
        try:
            with open(self._path, "rb") as file:
                head, _, text = file.read().partition(b"\n")
        except OSError:
            return None
        return json.loads(text) if head == self._head(text) else None

    def _head(self, text: bytes) -> bytes:
        """Return what stands before a memory that is ours, and whole."""
        return f"{self._made_by}{sha256(text).hexdigest()}".encode()


def _done(trace: Sequence[Any], *rest: Any) -> Done:  # noqa: ANN401  # from JSON
    return Done(Trace(*trace), *rest)


def _makers() -> Iterator[str]:
    """Yield what stands for the code that makes reports, ours and that of others."""
    yield f"{__version__} {sys.version}"
    for path in sys.path:
        if path.endswith("-packages") and os.path.isdir(path):
            yield f"{path} {os.stat(path).st_mtime_ns}"  # an installation changes it
    for folder, _, names in os.walk(_PACKAGE):
        paths = (os.path.join(folder, name) for name in names if name.endswith(".py"))
        yield from sorted(f"{path} {written(path)}" for path in paths)


def _settings(here: str) -> Iterator[str]:
    """Yield what stands for the configuration of work in the folder `here`."""
    for name, value in sorted(os.environ.items()):
        if name.startswith("REPORTGEN_"):
            yield f"{name}={value}"
    present = Present(here, ())
    for folder in upwards(here):
        yield str(os.path.exists(os.path.join(folder, ".git")))
        yield from (present.file(os.path.join(folder, name)) for name in _SETTINGS)


def _templates(project: Project) -> Iterator[str]:
    """Yield what stands for every file that a template may be made of."""
    present = Present(project.root, ())
    beside = os.path.join(os.path.dirname(_PACKAGE), "templates")
    ours = (beside, os.path.join(_PACKAGE, "templates"))
    for start in (*project.templates, *ours):
        top = os.path.join(project.root, start)
        for folder, inner, names in os.walk(top, followlinks=True):
            inner[:] = sorted(each for each in inner if each != ".git")
            yield from (present.file(f"{folder}/{name}") for name in sorted(names))
