"""The stages in order: load, merge, assess, render, check, write."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from reportgen.asked import words_of
from reportgen.assess.assess import assess
from reportgen.assess.waivers import waivers_of
from reportgen.base import Loosened, since
from reportgen.check.figures import check_figures
from reportgen.check.markdown import check_markdown
from reportgen.load.config import Config
from reportgen.load.evidence import ask_about_missing, load_evidence
from reportgen.load.files import look_at
from reportgen.load.history import look_back
from reportgen.load.sources import (
    stamp_files,
    template_files,
    wanted_files,
    written_files,
)
from reportgen.masking import Masking
from reportgen.merge import ask, merge, timely
from reportgen.model import (
    Diagnostic,
    ExitCode,
    FileCriterion,
    Severity,
    Value,
    Written,
)
from reportgen.records import MAIN, Source, output_path, part_paths, shown_path
from reportgen.render.metrics import missed_targets
from reportgen.render.render import render
from reportgen.render.shape import Shape
from reportgen.report import Report
from reportgen.seal import seal
from reportgen.write import write

if TYPE_CHECKING:
    from reportgen.changes import Change, Earlier


class Built(Value, frozen=True, kw_only=True):
    """A finished report: what it says, its text, and all that is wrong.

    `sought` are the files that links lead to, and whether each was there.
    """

    report: Report
    text: str
    parts: tuple[str, ...]  # the text itself, unless it was divided
    findings: tuple[Diagnostic, ...] = ()
    sought: Mapping[str, bool] = {}

    @property
    def exit_code(self) -> ExitCode:
        """Whether every claim stands."""
        wrong = any(finding.severity is Severity.ERROR for finding in self.findings)
        return ExitCode.CLAIMS_EXCEED_EVIDENCE if wrong else ExitCode.OK

    def at(self, path: Path) -> dict[Path, str]:
        """Return the parts by where each goes, if the report goes to `path`."""
        return dict(zip(part_paths(path, len(self.parts)), self.parts, strict=True))


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
    wanted = (c for c in record.all_criteria if isinstance(c, FileCriterion))
    files = look_at(wanted, config.root)
    history = look_back(
        timely(record, testimonies),
        config.root,
        own=[config.output],
        apart=[shown_path(config.root / config.data, config.root), *config.templates],
    )
    report = assess(
        source.name,
        merge(record, testimonies),
        files=files,
        now=now,
        max_age=config.max_age,
        history=history,
    )
    shown = shown_path(source.path, config.root)
    beside = (
        *stamp_files(testimonies, config.root),
        *written_files(record, source.path, shown, config),
        *wanted_files(files),
    )
    loosened = Loosened()
    if base is not None:
        loosened = since(base, source.path, shown, record, config)
    wrong = (
        *report.findings,
        *loosened.warnings,
        *missed_targets(report),
        *check_figures(report, strict=strict),
    )
    found, waived = waivers_of(report, now).apply(wrong)
    report = msgspec.structs.replace(
        report,
        inputs=beside,
        findings=tuple(sorted(found)),
        waived=waived,
        base=loosened.base,
        weakened=loosened.weakened,
    )
    masking = Masking(Written)
    report = masking.masked(report)
    return msgspec.structs.replace(report, masked=masking.number)


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
    main = output_path(source.name, MAIN, config)
    shape = msgspec.structs.replace(
        shape,
        full=shape.full or shown_path(main, config.root),
        changes=_changes(report, earlier) if earlier else None,
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
    sought: dict[str, bool] = {}
    if template.endswith(".md"):
        for path, text in zip(part_paths(target, len(parts)), parts, strict=True):
            shown, folder = shown_path(path, config.root), path.parent
            complaints += check_markdown(
                text, shown, folder=folder, root=config.root, sought=sought
            )
    found = _all_findings(report, source.warnings, complaints, now)
    evidence = source.record.evidence.values()
    asked_about = ask_about_missing(found, evidence, source.path.parent, config.root)
    return Built(
        report=report,
        text="\n".join(parts),
        parts=parts,
        findings=tuple(asked_about),
        sought=sought,
    )


def _changes(report: Report, earlier: Earlier) -> tuple[Change, ...]:
    from reportgen.changes import changes  # noqa: PLC0415  # few ask for them

    return changes(report, earlier)


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
    from reportgen.render.split import split  # noqa: PLC0415  # few are divided

    return split(render(report, template, folders, used, shape), shape.limit, sealed)


def _all_findings(
    report: Report,
    warnings: Iterable[Diagnostic],
    complaints: Sequence[Diagnostic],
    now: float,
) -> tuple[Diagnostic, ...]:
    """Return all that is wrong, in order; with it, what is wrong with waivers."""
    waivers = waivers_of(report, now)
    found, _ = waivers.apply(complaints)
    waivable = (*(each.finding for each in report.waived), *complaints)
    wrong = {*warnings, *report.findings, *report.weakened, *found}
    return tuple(sorted(wrong | set(waivers.complaints(waivable))))


def save(built: Built, path: Path) -> bool:
    """Write a report to `path`, whole or not at all; return whether it changed."""
    changed = [write(text, part) for part, text in built.at(path).items()]
    return any(changed)


def attest(built: Built, path: Path, config: Config) -> Path:
    """Write what the report in `path` states, for others to sign; return where."""
    from reportgen.attestation import attestation  # noqa: PLC0415  # few want it

    texts = {shown_path(p, config.root): text for p, text in built.at(path).items()}
    claims_stand = built.exit_code is ExitCode.OK
    statement = attestation(built.report, texts, claims_stand=claims_stand)
    target = path.with_name(f"{path.name}.intoto.json")
    write(statement, target)
    return target
