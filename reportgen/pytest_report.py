"""Makes the report of a record at the end of a run of pytest, from that very run.

The run is stored as the evidence that it is, by what the record says of its evidence;
a run that is none is stored nowhere, since it would speak for what it did not test.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator
from glob import has_magic
from itertools import pairwise
from pathlib import Path

import pytest

from reportgen import pipeline, records
from reportgen.collect.shelf import objections
from reportgen.collect.site import Site
from reportgen.load.config import Config, load_config
from reportgen.merge import names_of_before
from reportgen.model import (
    EVERYTHING,
    RecordError,
    ReportgenError,
    Source,
    pytest_arguments,
    pytest_paths,
)
from reportgen.render.visible import terminal
from reportgen.stamp import SUFFIX

_USUAL = ".report.json"  # where pytest-json-report writes unless it is told
_NAME = "reportgen-reporter"
_LEAVING_OUT = {"--deselect", "--ignore", "--ignore-glob", "-c", "-o", "--override-ini"}


def begin(config: pytest.Config, name: str) -> tuple[str, ...]:
    """Let the run of `config` be evidence of the record called `name`, if it is any.

    Returns the files that a stamp should not call dirty.  Raises pytest.UsageError if
    there is no such record.
    """
    if not hasattr(config.option, "json_report"):
        raise pytest.UsageError("--reportgen needs the plugin pytest-json-report")
    folder = config.invocation_params.dir
    try:
        settings, mistakes = load_config(folder)
        if mistakes:
            raise RecordError(mistakes)
        (source,) = records.read([name], settings)
    except ReportgenError as error:
        raise pytest.UsageError(str(error)) from None
    root = settings.root.resolve()
    site = Site(root=root, folder=source.path.parent.resolve(), base=root)
    path = next(_evidence(config, source, site), None)
    if path is not None:
        config.option.json_report = True
        config.option.json_report_file = str(path)
    config.pluginmanager.register(Reporter(config, settings, name, path), _NAME)
    return site.evidence(source.record)


class Reporter:
    """Builds the report when the run has ended, and says so in a line."""

    def __init__(
        self, config: pytest.Config, settings: Config, name: str, path: Path | None
    ) -> None:
        self._folder = config.invocation_params.dir
        self._settings = settings
        self._name = name
        self._path = path

    def pytest_sessionstart(self) -> None:
        """Take the old result away: a run that dies leaves none."""
        if self._path is None:
            return
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            for old in (self._path, self._path.with_name(self._path.name + SUFFIX)):
                old.unlink(missing_ok=True)
        except OSError as error:
            raise pytest.UsageError(f"--reportgen: {error}") from None

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(
        self, terminalreporter: pytest.TerminalReporter
    ) -> None:
        """Build the report, and show its verdict and path."""
        try:
            line = self._line()
        except Exception as error:  # noqa: BLE001  # the run ends as its tests did
            line = f"no report: {error}"
        terminalreporter.write_line(f"reportgen: {terminal(line)}")

    def _line(self) -> str:
        (source,) = records.read([self._name], self._settings)
        path = records.output_path(self._name, records.MAIN, self._settings)
        built = pipeline.build(source, self._settings, now=time.time(), output=path)
        pipeline.save(built, path)
        shown = os.path.relpath(path, self._folder)
        line = f"{built.report.judgement} ({shown})"
        if self._path is None:
            line += "; this run is none of its evidence, see --reportgen-evidence"
        return line


def _evidence(
    config: pytest.Config, source: records.Source, site: Site
) -> Iterator[Path]:
    """Yield the files of the evidence that the run of `config` is, the best first."""
    option = config.option
    before = names_of_before(source.record)
    known = {
        str(each.name): each
        for each in source.record.evidence.values()
        if each.format == "pytest" and _is_one_file(each)
    }
    wanted = option.reportgen_evidence
    if wanted is not None:
        if wanted not in known:
            there = ", ".join(known) or "none"
            message = f"no pytest evidence {wanted!r} of one file; there is: {there}"
            raise pytest.UsageError(message)
        yield _file(known[wanted], site)
        return
    now = [each for name, each in known.items() if name not in before]
    if option.json_report_file not in {_USUAL, None}:
        theirs = (config.invocation_params.dir / option.json_report_file).resolve()
        yield from (path for path in (_file(e, site) for e in now) if path == theirs)
        return
    yield from (_file(each, site) for each in now if _is_of(each, config, site))
    if len(now) == 1 and now[0].command is None:
        yield _file(now[0], site)


def _is_one_file(source: Source) -> bool:
    return len(source.files) == 1 and not any(map(has_magic, source.files.values()))


def _file(source: Source, site: Site) -> Path:
    (text,) = source.files.values()
    for problem in objections(text, site):
        raise pytest.UsageError(str(problem))
    return site.path(text)


def _is_of(source: Source, config: pytest.Config, site: Site) -> bool:
    """Whether the command of `source` chooses the very tests that this run does."""
    words = pytest_arguments(source.command or "")
    if source.command is None or words is None:
        return False
    following = dict(pairwise(words))
    collects = bool({"--collect-only", "--co"} & {*words})
    asked = (following.get("-m", ""), following.get("-k", ""), collects)
    option = config.option
    given = (option.markexpr, option.keyword, option.collectonly)
    here = config.invocation_params.dir.resolve()
    folder = site.cwd(source).resolve()
    ours = {folder / path for path in pytest_paths(source.command)}
    theirs = {here / path for path in option.file_or_dir or [EVERYTHING]}
    # What the configuration leaves out is left out by the command as well.
    left_out = _left_out(map(str, config.invocation_params.args))
    same = given == asked and ours == theirs and left_out == _left_out(words)
    return here == folder and same


def _left_out(words: Iterable[str]) -> set[str]:
    """Return what `words` take out of a run, each with the option that does."""
    return {
        word if "=" in word else f"{word}={following}"
        for word, following in pairwise([*words, ""])
        if word.partition("=")[0] in _LEAVING_OUT
    }
