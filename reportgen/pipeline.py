"""The stages in order: load, merge, assess, render, check, write."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from string import Template

import msgspec

from reportgen.assess.assess import assess
from reportgen.check.markdown import check_markdown
from reportgen.load.config import Config
from reportgen.load.evidence import load_evidence
from reportgen.load.files import look_at
from reportgen.load.record import find_records, load_record
from reportgen.load.sources import (
    stamp_files,
    template_files,
    wanted_files,
    written_files,
)
from reportgen.merge import ask, criteria_of, merge
from reportgen.model import (
    NOWHERE,
    Diagnostic,
    ExitCode,
    FileCriterion,
    Place,
    Record,
    RecordError,
    Severity,
    Value,
    WriteError,
)
from reportgen.render.environment import builtin_templates
from reportgen.render.render import render
from reportgen.report import Report
from reportgen.seal import seal
from reportgen.write import write

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


class Source(Value, frozen=True, kw_only=True):
    """A record that could be read, and where it lies."""

    name: str
    path: Path
    record: Record
    warnings: tuple[Diagnostic, ...] = ()


class Built(Value, frozen=True, kw_only=True):
    """A finished report: what it says, its text, and all that is wrong."""

    report: Report
    text: str
    findings: tuple[Diagnostic, ...] = ()

    @property
    def exit_code(self) -> ExitCode:
        """Whether every claim stands."""
        wrong = any(finding.severity is Severity.ERROR for finding in self.findings)
        return ExitCode.CLAIMS_EXCEED_EVIDENCE if wrong else ExitCode.OK


def read(names: Sequence[str], config: Config) -> tuple[Source, ...]:
    """Read the records called `names`, or every record if there is no name.

    Raises RecordError with the mistakes of all of them.
    """
    known = find_records(config.root / config.data)
    if not known and not names:
        message = f"no records in {config.data}/"
        hint = "make one with `reportgen init NAME`"
        raise RecordError([Diagnostic(NOWHERE, "no-records", message, hint)])
    sources: list[Source] = []
    mistakes: list[Diagnostic] = []
    for name in dict.fromkeys(names or known):
        path = known.get(name)
        if path is None:
            mistakes.append(_unknown(name, known, config))
            continue
        shown = _shown(path, config.root)
        record, found = load_record(path, shown, hours_a_day=config.hours_a_day)
        if record is None:
            mistakes.extend(found)
        else:
            sources.append(
                Source(name=name, path=path, record=record, warnings=tuple(found))
            )
    if mistakes:
        raise RecordError(mistakes)
    return tuple(sources)


def testify(source: Source, config: Config, *, now: float) -> Report:
    """Return what follows from a record and its evidence, at the moment `now`."""
    record = source.record
    testimonies = load_evidence(
        record.evidence.values(), source.path.parent, config.root, ask(record)
    )
    wanted = (c for c in criteria_of(record) if isinstance(c, FileCriterion))
    files = look_at(wanted, config.root)
    report = assess(
        source.name,
        merge(record, testimonies),
        files=files,
        now=now,
        max_age=config.max_age,
    )
    shown = _shown(source.path, config.root)
    beside = (
        *stamp_files(testimonies, config.root),
        *written_files(record, source.path, shown, config),
        *wanted_files(files),
    )
    return msgspec.structs.replace(report, inputs=beside)


def build(
    source: Source,
    config: Config,
    *,
    now: float,
    template: str = "report.md",
    output: Path | None = None,
) -> Built:
    """Return the report of `source`, rendered by `template`, sealed and read back.

    `output` is where it will be written: links are looked for from there.
    """
    report = testify(source, config, now=now)
    folders = [config.root / folder for folder in config.templates]
    used: set[Path] = set()
    text = render(report, template, folders, used)
    if used:  # only now it is known which they are, and the report names them too
        theirs = template_files(used, config.root)
        report = msgspec.structs.replace(report, inputs=(*report.inputs, *theirs))
        text = render(report, template, folders)
    text = seal(text, source.name, template, report.sources)
    target = output or output_path(source.name, template, config)
    complaints: Iterable[Diagnostic] = ()
    if template.endswith(".md"):
        shown = _shown(target, config.root)
        complaints = check_markdown(text, shown, folder=target.parent, root=config.root)
    findings = sorted({*source.warnings, *report.findings, *complaints})
    return Built(report=report, text=text, findings=tuple(findings))


def save(built: Built, path: Path) -> bool:
    """Write a report to `path`, whole or not at all; return whether it changed."""
    return write(built.text, path)


def start(name: str, config: Config) -> Path:
    """Write a commented record called `name` to start from, and return its path.

    Raises WriteError if there is one already: nothing is written over.
    """
    folder = config.root / config.data
    path = folder / name / "record.yaml"
    if not _NAME.fullmatch(name):
        message = f"{name!r} cannot be the name of a record"
        hint = "use letters, digits, dots, hyphens and underscores"
        raise WriteError([Diagnostic(NOWHERE, "record-name", message, hint)])
    taken = find_records(folder).get(name)
    if taken is not None or path.exists():
        place = Place(_shown(taken or path, config.root))
        message = f"there is a record {name!r} already"
        raise WriteError([Diagnostic(place, "record-exists", message, "edit it")])
    schema = os.path.relpath(config.root / "record.schema.json", path.parent)
    skeleton = (builtin_templates() / "record.yaml").read_text(encoding="utf-8")
    write(Template(skeleton).substitute(name=name, schema=schema), path)
    return path


def output_path(name: str, template: str, config: Config) -> Path:
    """Return where a report goes: `reports/NAME.md`, other outputs beside it."""
    stem, _, suffix = template.rpartition(".")
    stem = "" if stem == "report" else f".{stem}"
    return config.root / config.output / f"{name}{stem}.{suffix}"


def _unknown(name: str, known: Mapping[str, Path], config: Config) -> Diagnostic:
    from difflib import get_close_matches  # noqa: PLC0415  # only for a mistake

    near = get_close_matches(name, known, n=1)
    message = f"no record {name!r} in {config.data}/"
    hint = f"did you mean {near[0]!r}?" if near else f"try `reportgen init {name}`"
    return Diagnostic(NOWHERE, "unknown-record", message, hint)


def _shown(path: Path, root: Path) -> str:
    """Return `path` as people are shown it: from the project's folder, if inside."""
    try:
        return path.resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        return path.as_posix()
