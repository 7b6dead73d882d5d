"""The stages in order: load, merge, assess, render, check, write."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from string import Template

import msgspec

from reportgen.asked import words_of
from reportgen.assess.assess import assess
from reportgen.assess.waivers import waivers_of
from reportgen.attestation import attestation
from reportgen.base import Loosened, since
from reportgen.changes import Earlier, changes
from reportgen.check.figures import check_figures
from reportgen.check.markdown import check_markdown
from reportgen.load.config import Config
from reportgen.load.evidence import load_evidence
from reportgen.load.files import look_at
from reportgen.load.history import look_back
from reportgen.load.record import find_records, load_record
from reportgen.load.sources import (
    stamp_files,
    template_files,
    wanted_files,
    written_files,
)
from reportgen.merge import ask, criteria_of, merge, timely
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
from reportgen.render.render import Shape, render
from reportgen.render.split import split
from reportgen.report import Report
from reportgen.seal import seal
from reportgen.write import write

MAIN = "report.md"  # the template of the full report
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
    parts: tuple[str, ...]  # the text itself, unless it was divided
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


def testify(
    source: Source,
    config: Config,
    *,
    now: float,
    base: str | None = None,  # noqa: PT028  # no test, in spite of its name
    strict: bool = False,  # noqa: PT028  # likewise
) -> Report:
    """Return what follows from a record and its evidence, at the moment `now`.

    With `base`, a revision of git, the report says what was weakened since.  If
    `strict`, its findings show every figure that is typed.
    """
    record = source.record
    testimonies = load_evidence(
        record.evidence.values(), source.path.parent, config.root, ask(record)
    )
    wanted = (c for c in criteria_of(record) if isinstance(c, FileCriterion))
    files = look_at(wanted, config.root)
    history = look_back(
        timely(record, testimonies),
        config.root,
        own=[config.output],
        apart=[_shown(config.root / config.data, config.root), *config.templates],
    )
    report = assess(
        source.name,
        merge(record, testimonies),
        files=files,
        now=now,
        max_age=config.max_age,
        history=history,
    )
    shown = _shown(source.path, config.root)
    beside = (
        *stamp_files(testimonies, config.root),
        *written_files(record, source.path, shown, config),
        *wanted_files(files),
    )
    loosened = Loosened()
    if base is not None:
        loosened = since(base, source.path, shown, record, config)
    found, waived = waivers_of(report, now).apply(
        (*report.findings, *loosened.warnings, *check_figures(report, strict=strict))
    )
    return msgspec.structs.replace(
        report,
        inputs=beside,
        findings=tuple(sorted(found)),
        waived=waived,
        base=loosened.base,
        weakened=loosened.weakened,
    )


def build(
    source: Source,
    config: Config,
    *,
    now: float,
    template: str = MAIN,
    output: Path | None = None,
    base: str | None = None,
    strict: bool = False,
    shape: Shape | None = None,
    earlier: Earlier | None = None,
) -> Built:
    """Return the report of `source`, rendered by `template`, sealed and read back.

    `output` is where it will be written: links are looked for from there.  `base`
    and `strict` are as in `testify`.  `shape` says how it must fit; it tells what
    changed since the `earlier` state.
    """
    report = testify(source, config, now=now, base=base, strict=strict)
    shape = shape or Shape()
    asked = words_of(shape, base, earlier)
    shape = msgspec.structs.replace(
        shape,
        full=shape.full or _shown(output_path(source.name, MAIN, config), config.root),
        changes=changes(report, earlier) if earlier else None,
    )
    folders = [config.root / folder for folder in config.templates]
    used: set[Path] = set()
    parts = _parts(report, template, folders, shape, asked=asked, used=used)
    if used:  # only now it is known which they are, and the report names them too
        theirs = template_files(used, config.root)
        report = msgspec.structs.replace(report, inputs=(*report.inputs, *theirs))
        parts = _parts(report, template, folders, shape, asked=asked, used=set())
    target = output or output_path(source.name, template, config)
    complaints: list[Diagnostic] = []
    if template.endswith(".md"):
        for path, text in zip(part_paths(target, len(parts)), parts, strict=True):
            shown, folder = _shown(path, config.root), path.parent
            complaints += check_markdown(text, shown, folder=folder, root=config.root)
    return Built(
        report=report,
        text="\n".join(parts),
        parts=parts,
        findings=_all_findings(report, source.warnings, complaints, now),
    )


def _parts(
    report: Report,
    template: str,
    folders: Sequence[Path],
    shape: Shape,
    *,
    asked: Mapping[str, str],
    used: set[Path],
) -> tuple[str, ...]:
    """Return the text of `report`, or the parts that it is divided into, sealed."""

    def sealed(text: str) -> str:
        return seal(text, report, template, asked)

    if not shape.split:
        return (render(report, template, folders, used, shape, sealed),)
    return split(render(report, template, folders, used, shape), shape.limit, sealed)


def part_paths(path: Path, number: int) -> tuple[Path, ...]:
    """Return where the parts of a report go: `report.1.md` and so on."""
    if number == 1:
        return (path,)
    return tuple(
        path.with_name(f"{path.stem}.{part}{path.suffix}")
        for part in range(1, number + 1)
    )


def _all_findings(
    report: Report,
    warnings: Iterable[Diagnostic],
    complaints: Iterable[Diagnostic],
    now: float,
) -> tuple[Diagnostic, ...]:
    """Return all that is wrong, in order; with it, what is wrong with waivers."""
    waivers = waivers_of(report, now)
    complaints = tuple(complaints)
    found, _ = waivers.apply(complaints)
    waivable = (*(each.finding for each in report.waived), *complaints)
    wrong = {*warnings, *report.findings, *report.weakened, *found}
    return tuple(sorted(wrong | set(waivers.complaints(waivable))))


def save(built: Built, path: Path) -> bool:
    """Write a report to `path`, whole or not at all; return whether it changed."""
    paths = part_paths(path, len(built.parts))
    changed = [write(t, p) for t, p in zip(built.parts, paths, strict=True)]
    return any(changed)


def attest(built: Built, path: Path, config: Config) -> Path:
    """Write what the report in `path` states, for others to sign; return where."""
    paths = part_paths(path, len(built.parts))
    texts = {_shown(p, config.root): t for p, t in zip(paths, built.parts, strict=True)}
    claims_stand = built.exit_code is ExitCode.OK
    statement = attestation(built.report, texts, claims_stand=claims_stand)
    target = path.with_name(f"{path.name}.intoto.json")
    write(statement, target)
    return target


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
