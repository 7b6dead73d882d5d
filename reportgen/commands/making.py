"""Makes many reports, and notes what they were made of."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

import msgspec

from reportgen import pipeline, records
from reportgen.commands.progress import Bar
from reportgen.kept import Done, Kept, Made
from reportgen.load.config import Config
from reportgen.load.found import twin_of
from reportgen.load.traces import Trace, links_of, words_of
from reportgen.merge import criteria_of
from reportgen.model import (
    FileCriterion,
    Record,
    ReportgenError,
    Severity,
    Value,
)
from reportgen.processes import spread
from reportgen.records import Source
from reportgen.render.shape import Shape


class _How(Value, frozen=True):
    """How all reports are made."""

    config: Config
    template: str
    shape: Shape
    now: float


def make_all(
    names: Sequence[str], kept: Kept, config: Config, template: str, shape: Shape
) -> dict[str, Made]:
    """Make the reports called `names`, in any order; return what became of each.

    What can be left alone the next time is remembered by `kept`.  Raises RecordError
    before anything is written.
    """
    sources = records.read(names, config)
    how = _How(config=config, template=template, shape=shape, now=time.time())
    traces = [_trace(source, how.config) for source in sources]
    for trace in traces:
        kept.present.digest(trace)  # before the evidence is read

    def make(at: int) -> Made:
        try:
            return _make(sources[at], traces[at], how)
        except ReportgenError as error:
            return Made(mistakes=tuple(error.diagnostics))

    found: dict[str, Made] = {}
    with Bar(len(sources)) as bar:
        for at, made in spread(make, len(sources)):
            name = sources[at].name
            found[name] = made
            bar.advance()
            if made.done is not None and not _depends_on_time(sources[at], how.config):
                kept.remember(name, made.done)
    return found


def _make(source: Source, trace: Trace, how: _How) -> Made:
    config, template = how.config, how.template
    target = records.output_path(source.name, template, config)
    built = pipeline.build(
        source, config, now=how.now, template=template, shape=how.shape
    )
    changed = pipeline.save(built, target)
    files = [str(path) for path in records.part_paths(target, len(built.parts))]
    links = links_of(built.text, target.parent, config.root)
    report = built.report
    return Made(
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
