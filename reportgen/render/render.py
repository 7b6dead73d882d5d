"""Turns a report into text: any template, one environment."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import jinja2
import msgspec
from markupsafe import Markup

from reportgen.model import (
    NOWHERE,
    Diagnostic,
    KnownSection,
    Place,
    Section,
    TemplateError,
    prose_of,
)
from reportgen.render import figures, prose
from reportgen.render.budget import OWN, fit
from reportgen.render.detail import Detail
from reportgen.render.environment import environment
from reportgen.render.escape import code, fence, link, web_address
from reportgen.render.expressions import Expressions
from reportgen.render.failures import causes, failures, others
from reportgen.render.links import Links
from reportgen.render.mermaid import waiting
from reportgen.render.metrics import worked_out
from reportgen.render.places import SUFFIX
from reportgen.render.room import Room, rest
from reportgen.render.sandbox import EndlessError, Sandbox
from reportgen.render.shape import Shape
from reportgen.render.shift import shifted
from reportgen.render.tidy import tidy
from reportgen.render.told import teller
from reportgen.render.transcript import shorten, transcript
from reportgen.render.wording import worded
from reportgen.report import Report, RunState

_Text = TypeVar("_Text", str, Markup)

_LARGEST = 100_000_000  # characters of one report: a template that never ends, ends
_HINTS = {
    "template-endless": "let it end, and give less",
    "template-syntax": "correct this line; `reportgen templates show` prints our own",
    "template-value": "correct this expression",
}


def render(  # noqa: PLR0917  # the last ones are seldom given
    report: Report,
    template: str,
    folders: Sequence[Path] = (),
    used: set[Path] | None = None,
    shape: Shape | None = None,
    finish: Callable[[str], str] = str,
) -> str:
    """Return `report` as the text that `template` makes of it, in `shape`.

    `template` is a name such as "report.md"; it is looked for in `folders` first,
    and each file that is found there is added to `used`.  `finish` may add to the
    text, and what it adds must fit too.
    Raises TemplateError with every mistake in prose, or the template's first, or
    because the text cannot be made to fit.
    """
    shape = shape or Shape()
    suffix = Path(template).suffix
    links = Links(report.record)
    expressions = Expressions(report.facts, links.several)
    mistakes = [*expressions.mistakes(prose_of(report.record))]
    if mistakes:
        raise TemplateError(mistakes)
    env = environment(folders, used, suffix)
    room = Room()
    filters = _filters(report, expressions, links, room)
    env.filters.update(filters)
    if suffix == ".txt":
        env.filters.update(_plain_filters(expressions, links, room))
    if suffix == ".html":
        if shape.fit or shape.split or shape.level:
            message = "a page is written whole, and its headings have their levels"
            hint = "leave out --fit, --split and --heading-level"
            raise TemplateError([Diagnostic(NOWHERE, "page-whole", message, hint)])
        from reportgen.render import page  # noqa: PLC0415  # only a page pays for it

        env.filters.update(page.filters(filters, expressions.plain))
        whole = Shape(full=shape.full, changes=shape.changes)
        env.filters["rendered"] = lambda name: render(
            report, name, folders, used, whole
        )

    def written(detail: Detail) -> str:
        """Return the text with as much in it as `detail` says."""
        room.start(detail)
        text = _rendered(
            env,
            template,
            report=report,
            record=report.record,
            sections=_sections(report.record.sections),
            detail=detail,
            left_out=room.left_out,
            full=_full(shape.full, suffix),
            changes=shape.changes,
        )
        if suffix == ".html":
            return finish(text)
        text = tidy(text)
        return finish(shifted(text, shape.level) if shape.level else text)

    if shape.split:
        return written(msgspec.structs.replace(shape.most, folded=False))
    return fit(written, shape.most, shape.fit or OWN.get(template))


def _full(place: str, suffix: str) -> str:
    if suffix == ".txt":
        return place
    if web_address(place):
        return link(place.partition("://")[2], place)
    return code(place)


def _rendered(env: Sandbox, template: str, **values: object) -> str:
    env.start()
    try:
        source = env.get_template(template + SUFFIX)
        return "".join(_bounded(source.generate(values), source.filename or template))
    except jinja2.TemplateNotFound as error:
        raise TemplateError([_not_found(template, error, env)]) from None
    except jinja2.TemplateSyntaxError as error:
        place = Place(_from_here(error.filename or template), error.lineno)
        message = error.message or "cannot be read"
        raise TemplateError([_wrong(place, "template-syntax", message)]) from None
    except (EndlessError, RecursionError, MemoryError) as error:
        raise TemplateError([_failed(template, error, "template-endless")]) from error
    except (
        jinja2.TemplateError,
        TypeError,
        ValueError,
        ArithmeticError,
        LookupError,
        AttributeError,
    ) as error:
        raise TemplateError([_failed(template, error)]) from error


def _bounded(parts: Iterable[str], file: str) -> Iterator[str]:
    length = 0
    for part in parts:
        length += len(part)
        if length > _LARGEST:
            message = f"gives more than {_LARGEST:,} characters"
            place = Place(_from_here(file))
            raise TemplateError([_wrong(place, "template-endless", message)])
        yield part


def _not_found(
    template: str, error: jinja2.TemplateNotFound, env: jinja2.Environment
) -> Diagnostic:
    known = sorted(
        name.removesuffix(SUFFIX)
        for name in env.list_templates()
        if name.endswith(SUFFIX) and "/" not in name and "macros." not in name
    )
    if error.name == template + SUFFIX:
        message, place = f"no template {template!r}", NOWHERE
    else:
        message = f"asks for a template {error.name!r} that is not there"
        place = _place(template, error)
    return Diagnostic(
        place, "template-missing", message, f"templates: {', '.join(known)}"
    )


def _failed(
    template: str, error: Exception, code: str = "template-value"
) -> Diagnostic:
    """Say what went wrong in a template, and where."""
    message = str(error).removesuffix(".") or type(error).__name__
    return _wrong(_place(template, error), code, message)


def _wrong(place: Place, code: str, message: str) -> Diagnostic:
    return Diagnostic(place, code, message, _HINTS[code])


def _place(template: str, error: Exception) -> Place:
    """Return where `error` arose: the innermost line of a template."""
    place = Place(template + SUFFIX)
    for frame, line in traceback.walk_tb(error.__traceback__):
        if frame.f_code.co_filename.endswith(SUFFIX):
            place = Place(_from_here(frame.f_code.co_filename), line)
    return place


def _from_here(file: str) -> str:
    """Return the path of a template as it is typed from here."""
    try:
        return Path(file).relative_to(Path.cwd()).as_posix()
    except ValueError:
        return file


def _sections(sections: Iterable[Section]) -> Mapping[str, list[Section]]:
    """Sort free sections by the place that they asked for.

    Those that asked for none stand before the conclusion: it has the last word.
    """
    sorted_out: dict[str, list[Section]] = {}
    for section in sections:
        if section.before:
            key = f"before {section.before}"
        elif section.after:
            key = f"after {section.after}"
        else:
            key = f"before {KnownSection.CONCLUSION}"
        sorted_out.setdefault(key, []).append(section)
    return sorted_out


def _filters(
    report: Report, expressions: Expressions, links: Links, room: Room
) -> Mapping[str, object]:
    """Return the filters of a template, by name."""
    fill = expressions.fill
    references = _few(links.several, room)
    unproven = report.unproven_metrics
    known: dict[tuple[int, int], list[tuple[int, str]]] = {}

    def causes_of(state: RunState, most: int) -> list[tuple[int, str]]:
        """Return what failures of a run have in common; worked out once."""
        key = (id(state), most)
        if key not in known:
            known[key] = causes(state.troubles, most)
        return known[key]

    return {
        "prose": lambda text: prose.inline(fill(text)),
        "block": lambda text, level=3: prose.block(fill(text), level),
        "code": code,
        "fence": fence,
        "named": lambda name: code(room.name(name)),
        "waiting": lambda report: waiting(report, expressions.plain),
        "bars": lambda phases: figures.bars(
            (f"Phase {number}", phase.effort.planned, phase.effort.actual)
            for number, phase in enumerate(phases, 1)
        ),
        "count": "{:,}".format,
        "reference": links.one,
        "references": references,
        "most": room.most,
        "rest": rest,
        "metric": lambda metric: worked_out(metric, expressions.plain, unproven),
        "computed": lambda text: "{{" in text,
        "transcript": transcript,
        "causes": causes_of,
        "failures": lambda results: failures(results, room),
        "others": lambda state: others(state, room),
        "shorten": shorten,
        "worded": worded,
        "told": teller(report.tasks, fill, references),
        "capitalize_first": lambda text: text[:1].upper() + text[1:],
        "effort": figures.effort,
        "variance": figures.variance,
        "seconds": figures.seconds,
        "day": figures.day,
        "minute": figures.minute,
        "percent": figures.percent,
    }


def _few(
    show: Callable[[Iterable[str]], _Text], room: Room
) -> Callable[[Iterable[str]], _Text]:
    """Return what shows names as `show` does: as many as there is room for."""

    def shown(names: Iterable[str]) -> _Text:
        found = room.most(names, least=1)
        return show(found) + (f" {found.rest}" if found.rest else "")

    return shown


def _plain_filters(
    expressions: Expressions, links: Links, room: Room
) -> Mapping[str, object]:
    """Return the filters that differ in a template of plain text."""
    return {
        "prose": expressions.plain,
        "block": expressions.plain,
        "told": lambda finding: finding.message,
        "code": str,
        "named": room.name,
        "reference": str,
        "references": _few(links.plain, room),
    }
