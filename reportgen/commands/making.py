"""Makes many reports, and notes what they were made of."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path

from reportgen import pipeline, records
from reportgen.commands.leftovers import old_parts
from reportgen.commands.options import relative
from reportgen.commands.progress import Bar
from reportgen.console import line_of
from reportgen.kept import Done, Kept
from reportgen.load.config import Config
from reportgen.load.found import twin_of
from reportgen.load.mentions import links_of, words_of
from reportgen.load.traces import Trace
from reportgen.model import (
    Diagnostic,
    FileCriterion,
    Record,
    ReportgenError,
    Severity,
    Value,
)
from reportgen.processes import spread
from reportgen.records import Source
from reportgen.render.shape import Shape
from reportgen.render.visible import terminal

# What is yet to come will have come one day, a file that is missing may lie beside its
# place under a name that comes near, and old parts are to be deleted.
_CHANGING = frozenset({"far-date", "evidence-missing", "old-part"})


class Made(Value, frozen=True, kw_only=True):
    """What became of one report; `mistakes` say why there is none."""

    done: Done | None = None
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
                return _saved(built, target, traces[at], config)
            except ReportgenError as error:
                return Made(mistakes=tuple(error.diagnostics))

        for at, made in spread(make, len(sources)):
            name = sources[at].name
            found[name] = made
            bar.advance()
            if made.done is not None:
                kept.remember(name, made.done)
    return found


def _saved(
    built: pipeline.Built, target: Path, trace: Trace | None, config: Config
) -> Made:
    changed = pipeline.save(built, target)
    links = links_of(built.text, target.parent, config.root)
    names = ", ".join(map(relative, built.at(target)))
    found = (*built.findings, *old_parts(built, target, config.root))
    findings = (f for f in found if f.severity is not Severity.NOTE)
    if links is None or any(f.code in _CHANGING for f in found):
        trace = None
    done = Done(
        trace=trace and trace._replace(links=links or ()),
        answers="",
        files={str(path): _hash(text) for path, text in built.at(target).items()},
        state=terminal(f"{names}: {built.report.judgement}"),
        findings=tuple(map(line_of, findings)),
        exit_code=built.exit_code,
    )
    return Made(done=done, changed=changed)


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
