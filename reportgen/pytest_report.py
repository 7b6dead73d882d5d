"""Makes the report of a record at the end of a run of pytest, from that very run.

The run is stored as the evidence that it is, by what the record says of its evidence;
a run that is none is stored nowhere, since it would speak for what it did not test.
"""

from __future__ import annotations

import os
import shlex
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from glob import has_magic
from pathlib import Path
from typing import Any

import pytest

from reportgen import pipeline, records
from reportgen.collect.shelf import keep, objections
from reportgen.collect.site import Site
from reportgen.load.config import Config, load_config
from reportgen.merge import names_of_before
from reportgen.model import (
    EVERYTHING,
    RecordError,
    ReportgenError,
    Source,
    pytest_arguments,
)
from reportgen.render.visible import terminal
from reportgen.stamp import SUFFIX

_USUAL = ".report.json"  # where pytest-json-report writes unless it is told
_NAME = "reportgen-reporter"
# How the options begin, in pytest's names, that say what is shown, or written where,
# in which order and in how many processes: the tests and their results are the same.
_HARMLESS = (
    *("capture", "code_highlight", "color", "debug", "durations", "fold_skipped"),
    *("force_short_summary", "fulltrace", "log_", "no_header", "no_summary"),
    *("quiet", "reportchars", "showcapture", "showlocals", "tbstyle", "traceconfig"),
    *("basetemp", "cacheclear", "failedfirst", "newfirst", "maxfail", "plugins"),
    *("dist", "loadscopereorder", "maxprocesses", "maxschedchunk", "maxworkerrestart"),
    *("numprocesses", "random_order", "randomly_", "testrunuid", "tx"),
    *("cov_append", "cov_report", "json_report", "junitprefix", "metadata", "xmlpath"),
    *("reportgen", "verbose"),
)

# Those of pytest itself that leave tests out.
_LEAVING_OUT = frozenset(
    {
        *("collectonly", "deselect", "file_or_dir", "ignore", "ignore_glob"),
        *("keyword", "lf", "markexpr", "setuponly", "setupplan"),
        *("stepwise", "stepwise_skip"),
    }
)


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
        self._exitcode: object = None

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

    @pytest.hookimpl(optionalhook=True, trylast=True)
    def pytest_json_modifyreport(self, json_report: Mapping[str, object]) -> None:
        """Know the exit code that the result tells."""
        self._exitcode = json_report.get("exitcode")

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)  # around all others
    def pytest_sessionfinish(
        self, session: pytest.Session
    ) -> Generator[None, Any, None]:
        """Build the report when all is over, and show its verdict and path."""
        outcome = yield
        died = outcome.excinfo is not None
        self._report(session.config, None if died else int(session.exitstatus))

    def _report(self, config: pytest.Config, exitcode: int | None) -> None:
        try:
            self._stamp(exitcode)
            line = self._line()
        except Exception as error:  # noqa: BLE001  # the run ends as its tests did
            line = f"no report: {error}"
        reporter = config.pluginmanager.get_plugin("terminalreporter")
        if reporter is not None:
            reporter.write_line(f"reportgen: {terminal(line)}")

    def _stamp(self, exitcode: int | None) -> None:
        """Note another exit code than the result's, or take away that of a dead run.

        What comes after the result was written may have changed the code.
        """
        if self._path is None or not self._path.exists():
            return
        if exitcode is None:
            self._path.unlink()
        elif exitcode != self._exitcode:
            keep(self._path, self._path, {"exitcode": exitcode})

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
        for each in now:
            if _file(each, site) != theirs:
                continue
            if _is_less(each, config, site):
                option.json_report = False  # or it would be written all the same
            else:
                yield theirs
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
    return _differing(source, config, site) == set()


def _is_less(source: Source, config: pytest.Config, site: Site) -> bool:
    """Whether this run leaves tests out, or not those that the command does."""
    return not _LEAVING_OUT.isdisjoint(_differing(source, config, site) or ())


def _differing(source: Source, config: pytest.Config, site: Site) -> set[str] | None:
    """Return the options of this run that are not those of the command of `source`.

    None means that they cannot be compared.
    """
    asked = pytest_arguments(source.command or "")
    here = config.invocation_params.dir.resolve()
    if asked is None or here != site.cwd(source).resolve():
        return None
    given = shlex.split(os.environ.get("PYTEST_ADDOPTS", ""))
    given += map(str, config.invocation_params.args)
    try:
        ours, theirs = _chosen(given, config), _chosen(asked, config)
    except pytest.UsageError:  # the command is for another pytest than this
        return None
    names = {*ours, *theirs}
    return {name for name in names if ours.get(name) != theirs.get(name)}


def _chosen(words: Sequence[str], config: pytest.Config) -> Mapping[str, object]:
    """Return what `words` say of which tests run and how, as pytest reads them.

    An option that nobody here knows may leave tests out: it counts.
    """
    here = config.invocation_params.dir
    # What the configuration adds, it adds to the command as well.
    words = [*config.getini("addopts"), *words]
    parser = config._parser  # noqa: SLF001  # any other would read them otherwise
    options, unknown = parser.parse_known_and_unknown_args(words)
    usual = config.getini("testpaths") if here == config.rootpath else ()
    paths = options.file_or_dir or usual or [EVERYTHING]
    chosen = {k: v for k, v in vars(options).items() if not k.startswith(_HARMLESS)}
    return chosen | {"file_or_dir": {here / path for path in paths}, "": unknown}
