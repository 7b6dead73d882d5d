"""Makes the report of every record: those that may differ from what is there."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import msgspec

from reportgen import pipeline, records
from reportgen.commands.options import relative
from reportgen.commands.progress import Bar
from reportgen.console import say, tell
from reportgen.kept import Done, Kept
from reportgen.load.config import Config
from reportgen.load.record import find_records, twin_of
from reportgen.load.traces import Trace, links_of, words_of
from reportgen.merge import criteria_of
from reportgen.model import (
    Diagnostic,
    ExitCode,
    FileCriterion,
    Record,
    ReportgenError,
    Severity,
    Value,
)
from reportgen.processes import spread
from reportgen.records import Source
from reportgen.render.render import Shape


class _How(Value, frozen=True):
    """How all reports are made."""

    config: Config
    template: str
    shape: Shape
    now: float


class _Made(Value, frozen=True, kw_only=True):
    """What became of one report; `mistakes` say why there is none."""

    done: Done | None = None
    changed: bool = False
    mistakes: tuple[Diagnostic, ...] = ()


def build_every(config: Config, template: str, shape: Shape) -> ExitCode:
    """Make every report that may differ, and say of each how its record stands.

    Reports are left alone if they, and all that they were made of, hold what they
    held.  Raises RecordError if any record cannot be used, and nothing is written;
    and other errors in the end, when all that can be made is made.
    """
    paths = find_records(config.root / config.data)
    kept = Kept(config, (template, repr(shape)))
    known = {name: kept.unchanged(name) for name in paths}
    due = [name for name, done in known.items() if done is None]
    for name in due:
        kept.present.file(str(paths[name]))  # before anything is read of it
    sources = records.read(due, config) if due or not known else ()
    how = _How(config=config, template=template, shape=shape, now=time.time())
    made = _make_all(sources, kept, how)
    worst = ExitCode.OK
    mistakes: list[Diagnostic] = []
    for name, done in known.items():
        one = made.get(name) or _Made(done=done)
        mistakes += one.mistakes
        if one.done is not None:
            _tell(one.done, changed=one.changed)
            worst = max(worst, one.done.exit_code)
    kept.save()
    if mistakes:
        raise ReportgenError(mistakes)
    return worst


def _make_all(sources: tuple[Source, ...], kept: Kept, how: _How) -> dict[str, _Made]:
    traces = [_trace(source, how.config) for source in sources]
    for trace in traces:
        kept.present.digest(trace)  # likewise

    def make(at: int) -> _Made:
        try:
            return _make(sources[at], traces[at], how)
        except ReportgenError as error:
            return _Made(mistakes=tuple(error.diagnostics))

    found: dict[str, _Made] = {}
    with Bar(len(sources)) as bar:
        for at, made in spread(make, len(sources)):
            name = sources[at].name
            found[name] = made
            bar.advance()
            if made.done is not None and not _depends_on_time(sources[at], how.config):
                kept.remember(name, made.done)
    return found


def _make(source: Source, trace: Trace, how: _How) -> _Made:
    config, template = how.config, how.template
    target = records.output_path(source.name, template, config)
    built = pipeline.build(
        source, config, now=how.now, template=template, shape=how.shape
    )
    changed = pipeline.save(built, target)
    files = [str(path) for path in records.part_paths(target, len(built.parts))]
    links = links_of(built.text, target.parent, config.root)
    report = built.report
    return _Made(
        done=Done(
            trace=None
            if links is None
            else msgspec.structs.replace(trace, links=links),
            files=dict.fromkeys(files, ""),
            state=f"{report.verdict.mark} {report.verdict}: {report.reason}",
            findings=tuple(
                f for f in built.findings if f.severity is not Severity.NOTE
            ),
            exit_code=built.exit_code,
        ),
        changed=changed,
    )


def _tell(done: Done, *, changed: bool) -> None:
    word = "wrote" if changed else "unchanged:"
    names = ", ".join(relative(Path(path)) for path in done.files)
    say(f"{word} {names}: {done.state}")
    tell(done.findings)


def _trace(source: Source, config: Config) -> Trace:
    """Return what the report of `source` is made of, as far as its record says."""
    record = source.record
    criteria = tuple(criteria_of(record))
    wanted = {
        str(config.root / c.file) for c in criteria if isinstance(c, FileCriterion)
    }
    texts = {str(t) for each in record.evidence.values() for t in each.files.values()}
    return Trace(
        home=str(source.path.parent),
        files=(str(source.path), str(twin_of(source.path)), *sorted(wanted)),
        evidence=tuple(sorted(texts)),
        words=tuple(sorted(words_of(_named(record)))),
    )


def _named(record: Record) -> Iterator[str]:
    """Return every path and pattern of work that the claims of `record` rest on."""
    for criterion in criteria_of(record):
        for field in ("tests", "fixed", "collected", "file"):
            yield str(getattr(criterion, field, None) or "")
    for task in record.all_tasks:
        yield from map(str, task.relevant)
        yield from (str(file.path) for file in task.files)
    yield from (str(file.path) for file in record.files)


def _depends_on_time(source: Source, config: Config) -> bool:
    record = source.record
    sources = record.evidence.values()
    ages = (config.max_age, record.max_age, *(each.max_age for each in sources))
    return bool(record.waivers) or any(age is not None for age in ages)
