"""Says whether a report still stands: the same text from the same inputs."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from enum import StrEnum
from itertools import zip_longest
from os.path import commonprefix
from pathlib import Path

from reportgen import __version__, pipeline, records
from reportgen.asked import shape_of
from reportgen.load.config import Config, load_config
from reportgen.load.found import find_records
from reportgen.load.stamps import SUFFIX
from reportgen.load.text_file import open_file
from reportgen.model import ExitCode, RecordError, ReportgenError, Value
from reportgen.publish.comment import BEGIN
from reportgen.report import Report, SourceState, first_of
from reportgen.seal import Seal, found_in, mark, token, unseal, word

_EDITED = "its text is not the one written"
_SHOWN = 5  # inputs in one sentence
_BEFORE, _WIDTH = 20, 60  # characters of a line that are shown, around a difference


class Standing(StrEnum):
    """What can be said of a report, the gravest first."""

    EDITED = "edited"
    STALE = "stale"
    UNVERIFIABLE = "unverifiable"
    STANDS = "stands"


class Spot(Value, frozen=True, kw_only=True):
    """Where a text is other than it should be, and what it should be."""

    line: int
    column: int
    words: str


class Verification(Value, frozen=True, kw_only=True):
    """What can be said of a report, and why; `spot` is where it was edited."""

    reasons: Mapping[Standing, str]
    spot: Spot | None = None

    @property
    def exit_code(self) -> ExitCode:
        """Zero only if it stands; what is known to be wrong comes before doubt."""
        if self.reasons.keys() & {Standing.EDITED, Standing.STALE}:
            return ExitCode.CLAIMS_EXCEED_EVIDENCE
        return ExitCode.OK if Standing.STANDS in self.reasons else ExitCode.UNUSABLE

    def __str__(self) -> str:
        standings = [each for each in Standing if each in self.reasons]
        why = "; ".join(self.reasons[each] for each in standings)
        return f"{' and '.join(standings)}: {why}"


def verify(path: Path, projects: Iterable[Config], *, now: float) -> Verification:
    """Build the report in `path` again, at the moment `now`, and compare.

    It belongs to the first of `projects` that has its record.  How lines end makes
    no difference, in the report or in its inputs: git may have changed it.
    """
    try:
        with open_file(path) as file:
            text = file.read().decode().replace("\r\n", "\n")
    except (OSError, ValueError) as error:  # ValueError: no UTF-8, or no such name
        why = getattr(error, "strerror", None) or error
        meant = _meant(path, projects)
        also = f"; did you mean {meant!r}?" if meant else ""
        return _doubt(f"it cannot be read: {why}{also}")
    if text.startswith(BEGIN):
        return _doubt("it is a comment that could not be posted, and no report")
    body, seal = unseal(text)
    if seal is None:
        return _doubt("it does not end as reports of reportgen do")
    edited = {} if seal.intact else {Standing.EDITED: _EDITED}
    try:
        found = _find(seal, projects)
        if found is None:
            return _doubt(f"there is no record {seal.name!r} near it", edited)
        name, config = found
        (source,) = records.read([name], config)
        built = pipeline.build(
            source,
            config,
            now=now,
            template=seal.template,
            base=seal.asked.get("base"),
            shape=shape_of(seal.asked),
        )
    except ReportgenError as error:
        return _doubt(f"it cannot be built again: {error.diagnostics[0]}", edited)
    return _compare(body, seal, built, config.root)


def projects_around(report: Path, start: Path) -> Iterator[Config]:
    """Yield the projects that `report` may belong to.

    These are the one that it lies in, or any folder above it where no project
    says where it begins, and last the one of the folder `start`.
    """
    for folder in report.absolute().parents:
        config = _config(folder)
        yield config
        if config.file or (config.root / ".git").exists():
            break
    yield _config(start)


def _config(folder: Path) -> Config:
    config, mistakes = load_config(folder)
    if mistakes:
        raise RecordError(mistakes)
    return config


def _find(seal: Seal, projects: Iterable[Config]) -> tuple[str, Config] | None:
    for config in projects:
        for name in find_records(config.root / config.data):
            if word(name) == seal.name:
                return name, config
    return None


def _meant(path: Path, projects: Iterable[Config]) -> str | None:
    """Return the report that was meant by `path`, if that is the name of a record."""
    with suppress(ReportgenError):  # whoever asks for it is told what is wrong
        for config in projects:
            report = records.output_path(path.name, records.MAIN, config)
            known = find_records(config.root / config.data)
            if str(path) in known and report.is_file():
                return records.shown_path(report, Path.cwd())
    return None


def _doubt(why: str, known: Mapping[Standing, str] | None = None) -> Verification:
    return Verification(reasons={**(known or {}), Standing.UNVERIFIABLE: why})


# --- Comparing -----------------------------------------------------------------


def _compare(body: str, seal: Seal, built: pipeline.Built, root: Path) -> Verification:
    """Compare what a report says with what it says if it is built today."""
    inputs = _Inputs(seal, built.report.sources, root)
    spot = _difference(body, inputs.as_sealed(_part(body, built.parts)))
    reasons = dict(inputs.reasons(body))
    if spot is not None and not reasons and seal.found != found_in(built.report):
        reasons = {Standing.STALE: _of_time(built.report)}
    other = _incomparable(seal)
    if not seal.intact and (reasons or other):
        why = f"{_EDITED} (where, what it rests on no longer tells)"
        return Verification(reasons={Standing.EDITED: why, **reasons})
    if not seal.intact:
        last = body.count("\n") + 2
        spot = spot or Spot(line=last, column=1, words="the last line was changed")
        return Verification(reasons={Standing.EDITED: spot.words}, spot=spot)
    if spot is not None and not reasons:
        first = f"line {spot.line} {spot.words}"
        if other:
            reasons = {Standing.UNVERIFIABLE: f"{other}: {first}"}
        else:
            why = f"the same inputs give another text by now: {first}"
            reasons = {Standing.STALE: why}
    if not reasons:
        number = len(seal.each)
        same = f"the same text from the same {number} input{'s' * (number != 1)}"
        reasons = {Standing.STANDS: same}
    return Verification(reasons=reasons)


def _part(body: str, parts: Iterable[str]) -> str:
    """Return what the part of a report says that begins as `body` does."""
    bodies = [unseal(part)[0] for part in parts]
    title = body.partition("\n")[0]
    return next((b for b in bodies if b.startswith(f"{title}\n")), bodies[0])


def _incomparable(seal: Seal) -> str:
    """Return why nobody can tell what a report should say, "" if one can."""
    if seal.version != __version__:
        return f"written by reportgen {seal.version}, this is {__version__}"
    if "since" in seal.asked:
        return "it tells what changed since an earlier state, which it does not hold"
    return ""


class _Inputs:
    """The inputs of a report as they are, beside what its seal says of them."""

    def __init__(self, seal: Seal, sources: Iterable[SourceState], root: Path) -> None:
        current = {mark(source.path): source for source in sources}
        self._gone = seal.each.keys() - current.keys()
        self._absent: list[str] = []
        self._changed: list[str] = []
        self._hashes: dict[str, str] = {}
        for key, source in current.items():
            sealed = seal.each.get(key)
            if sealed == token(source):
                continue
            if sealed is None:
                self._changed.append(f"{source.path} is new")
            elif source.kind == "file":
                self._changed.append(f"{source.path} {source.read}")
            elif not source.sha256:
                self._absent.append(source.path)
            elif sealed in _with_other_line_ends(root / source.path):
                self._hashes[source.sha256[:12]] = sealed[:12]
            else:
                self._changed.append(f"{source.path} changed")
        # What is absent took its stamp along.
        self._gone -= {mark(path + SUFFIX) for path in self._absent}

    def as_sealed(self, text: str) -> str:
        """Return `text` with the hashes that inputs had with other ends of lines."""
        for now, then in self._hashes.items():
            text = text.replace(now, then)
        return text

    def reasons(self, body: str) -> Iterator[tuple[Standing, str]]:
        """Yield what the inputs alone say against the report that says `body`."""
        named = {mark(path): path for path in re.findall(r"`([^`\n]+)`", body)}
        names = sorted(f"{named[key]} is gone" for key in self._gone & named.keys())
        nameless = len(self._gone - named.keys())
        if nameless:
            names.append(
                "1 more is gone" if nameless == 1 else f"{nameless} more are gone"
            )
        if self._changed or names:
            yield Standing.STALE, first_of([*self._changed, *names], _SHOWN)
        if self._absent:
            yield Standing.UNVERIFIABLE, f"missing: {first_of(self._absent, _SHOWN)}"


def _with_other_line_ends(path: Path) -> set[str]:
    """Return how a seal stands for the file in `path`, after git changed its lines."""
    try:
        with open_file(path) as file:
            data = file.read().replace(b"\r\n", b"\n")
    except OSError:
        return set()
    variants = (data, data.replace(b"\n", b"\r\n"))
    return {hashlib.sha256(each).hexdigest()[:16] for each in variants}


def _of_time(report: Report) -> str:
    """Return what the clock or git say against a report whose inputs are the same."""
    stale = [one for one in report.findings if one.code == "stale-evidence"]
    if stale:
        return f"its evidence is stale by now: {stale[0].message}"
    return "git or the clock judge the same inputs otherwise by now"


def _difference(text: str, wanted: str) -> Spot | None:
    """Return where `text` is first other than `wanted`."""
    pairs = zip_longest(text.split("\n"), wanted.split("\n"))
    for number, (line, should) in enumerate(pairs, start=1):
        if (line or "") == (should or ""):
            continue
        if should is None:
            return Spot(line=number, column=1, words="should not be there")
        column = len(commonprefix([line or "", should]))  # noqa: RUF071  # no paths
        start = max(column - _BEFORE, 0)
        excerpt = should[start : start + _WIDTH]
        before = "…" if start else ""
        after = "…" if start + _WIDTH < len(should) else ""
        return Spot(
            line=number,
            column=column + 1,
            words=f"should read {before + excerpt + after!r}",
        )
    return None
