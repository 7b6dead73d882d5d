"""Makes many reports, and notes what they were made of."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path

from msgspec.structs import replace

from reportgen import pipeline, records
from reportgen.commands.leftovers import next_part, old_parts
from reportgen.commands.options import relative
from reportgen.commands.progress import Bar
from reportgen.console import line_of
from reportgen.kept import Done, Kept
from reportgen.load.config import Config
from reportgen.load.found import is_file, twin_of
from reportgen.load.git import top_of
from reportgen.load.mentions import words_of
from reportgen.load.traces import Trace, still
from reportgen.model import (
    Diagnostic,
    FileCriterion,
    Record,
    ReportgenError,
    Severity,
    Testimony,
    Value,
)
from reportgen.processes import spread
from reportgen.records import Source
from reportgen.render.shape import Shape
from reportgen.render.visible import terminal
from reportgen.report import Report

# What is yet to come will have come one day, a file that is missing may lie beside its
# place under a name that comes near, and old parts are to be deleted.
_CHANGING = frozenset({"far-date", "evidence-missing", "old-part"})


class Made(Value, frozen=True, kw_only=True):
    """What became of one report; `mistakes` say why there is none.

    `sought` is what its links lead to, and whether that was there.
    """

    done: Done | None = None
    sought: Mapping[str, bool] = {}
    changed: bool = False
    mistakes: tuple[Diagnostic, ...] = ()


def make_all(
    names: Sequence[str], kept: Kept, config: Config, template: str, shape: Shape
) -> dict[str, Made]:
    """Make the reports called `names`, in any order; return what became of each.

    What can be left alone the next time is remembered by `kept`.  Raises RecordError
    before anything is written.
    """
    found: dict[str, Made] = {}
    with Bar(len(names)) as bar:
        sources = records.read(names, config)
        now = time.time()
        traces = [_trace(source, config) for source in sources]
        for trace in filter(None, traces):
            kept.present.digest(trace)  # before the evidence is read

        def make(at: int) -> Made:
            source = sources[at]
            try:
                built = pipeline.build(
                    source, config, now=now, template=template, shape=shape
                )
                target = records.output_path(source.name, template, config)
                return _saved(built, target, traces[at], config, shape)
            except ReportgenError as error:
                return Made(mistakes=tuple(error.diagnostics))

        def make_those(numbers: Sequence[int]) -> None:
            for number, made in spread(lambda n: make(numbers[n]), len(numbers)):
                name = sources[numbers[number]].name
                if name not in found:
                    bar.advance()
                changed = made.changed or (name in found and found[name].changed)
                found[name] = replace(made, changed=changed)
                if made.done is not None:
                    kept.remember(name, made.done)

        every = range(len(sources))
        make_those(every)
        # A report may link to another one, whichever was written first.
        make_those([at for at in every if not still(found[sources[at].name].sought)])
    return found


def _saved(
    built: pipeline.Built,
    target: Path,
    trace: Trace | None,
    config: Config,
    shape: Shape,
) -> Made:
    changed = pipeline.save(built, target)
    names = ", ".join(map(relative, built.at(target)))
    found = (*built.findings, *old_parts(built, target, config.root))
    findings = (f for f in found if f.severity is not Severity.NOTE)
    if trace is not None:
        sought = dict(built.sought)
        if shape.split:
            following = next_part(built, target)
            sought[str(following)] = is_file(following)
        files = (*trace.files, *_dirty(built.report, config))
        trace = trace._replace(files=files, sought=sought)
    if any(finding.code in _CHANGING for finding in found):
        trace = None
    done = Done(
        trace=trace,
        answers="",
        files={str(path): _hash(text) for path, text in built.at(target).items()},
        state=terminal(f"{names}: {built.report.judgement}"),
        findings=tuple(map(line_of, findings)),
        exit_code=built.exit_code,
    )
    return Made(done=done, sought=built.sought, changed=changed)


def _dirty(report: Report, config: Config) -> Iterator[str]:
    """Yield the files whose contents stamps tell: git may ignore them by now."""
    runs = (state.run for state in report.runs)
    stamped: tuple[Testimony, ...] = (*runs, *report.coverages, *report.receipts)
    dirty = {name for each in stamped if each.stamp for name in each.stamp.dirty or ()}
    top = top_of(config.root) if dirty else None
    if top is not None:
        yield from sorted(str(top / name) for name in dirty)


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _trace(source: Source, config: Config) -> Trace | None:
    """Return what the report of `source` is made of, as far as its record says.

    There is none if time is part of it.
    """
    record = source.record
    evidence = record.evidence.values()
    ages = (config.max_age, record.max_age, *(each.max_age for each in evidence))
    if record.waivers or any(age is not None for age in ages):
        return None
    criteria = (c for c in record.all_criteria if isinstance(c, FileCriterion))
    wanted = {str(config.root / criterion.file) for criterion in criteria}
    texts = {str(text) for each in evidence for text in each.files.values()}
    return Trace(
        home=str(source.path.parent),
        files=(str(source.path), str(twin_of(source.path)), *sorted(wanted)),
        evidence=tuple(sorted(texts)),
        # What stands beside tests can make of them what it likes.
        words=(*sorted(words_of(_named(record))), "/conftest.py"),
    )


def _named(record: Record) -> Iterator[str]:
    """Return every path and pattern of work that the claims of `record` rest on."""
    for criterion in record.all_criteria:
        for field in ("tests", "fixed", "collected", "file"):
            yield str(getattr(criterion, field, None) or "")
    for task in record.all_tasks:
        yield from map(str, task.relevant)
        yield from (str(file.path) for file in task.files)
    yield from (str(file.path) for file in record.files)
