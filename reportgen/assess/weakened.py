"""Finds what a record demands less of than it once did."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

from reportgen.model import (
    Age,
    Blocker,
    Criterion,
    Date,
    Diagnostic,
    FixedCriterion,
    Phase,
    Place,
    Record,
    Source,
    SuccessCriterion,
    Task,
    Waiver,
    Written,
)

_CODE = "weakened"
_HINT = "take it back, or let somebody else agree to it"

_Part = TypeVar("_Part", bound=Written)


def weakened(
    was: Record, now: Record, *, ages: tuple[Age | None, Age | None] = (None, None)
) -> tuple[Diagnostic, ...]:
    """Return what `now` demands less of than `was`, each at its place in `now`.

    Parts are matched by id, and by title where one of them has no id.  `ages` are
    the largest ages in the configurations of both.  Whatever is named anew counts
    as taken away: a gate that looks elsewhere is another gate.
    """
    losses = (
        *_date(was, now),
        *_files(was, now),
        *_parts(was, now),
        *_moved(was, now),
        *_sources(was, now, ages),
        *_waivers(was, now),
    )
    found = (Diagnostic(place, _CODE, message, _HINT) for place, message in losses)
    return tuple(sorted(set(found)))


_Losses = Iterator[tuple[Place, str]]
_Written = Sequence[Written]


def _date(was: Record, now: Record) -> _Losses:
    if was.date is None or was.date == now.date:
        return
    if now.date is None:
        yield now.place, f"the date {was.date} was removed: evidence of any day will do"
    elif _day(now.date) < _day(was.date):
        yield now.date.place, f"the date is {now.date}, and was {was.date}"


def _day(date: Date) -> str:
    return date[: len("2026-03-01")]


def _files(was: Record, now: Record) -> _Losses:
    before, after = ([file.path for file in each.files] for each in (was, now))
    for path in _missing(before, after):
        yield now.place, f"the record no longer counts {path!r} among its files"
    for old, new in _pairs(was.all_tasks, now.all_tasks):
        if new and new.relevant and not (_paths(old) or was.files):
            words = f"task {_name(old)!r} no longer counts every file as its own"
            yield new.relevant[0].place, words


def _parts(was: Record, now: Record) -> _Losses:
    kinds: tuple[tuple[str, _Written, _Written, Callable[..., _Losses]], ...] = (
        ("phase", was.phases, now.phases, _waiting),
        ("task", was.all_tasks, now.all_tasks, _task),
        ("blocker", was.blockers, now.blockers, _blocker),
        ("risk", was.risks, now.risks, lambda *_: iter(())),
        ("success criterion", was.criteria, now.criteria, _acceptance),
    )
    for noun, before, after, compare in kinds:
        for old, new in _pairs(before, after):
            what = f"{noun} {_name(old)!r}"
            if new is None:
                yield now.place, f"{what} was removed"
            else:
                yield from compare(what, old, new)


def _moved(was: Record, now: Record) -> _Losses:
    """Find tasks that left a phase: what waits for it waits no longer for them.

    Nor do they wait for what it waits for.
    """
    heirs = {id(old): new for old, new in _pairs(was.all_tasks, now.all_tasks)}
    for old, new in _pairs(was.phases, now.phases):
        there = {id(task) for task in new.tasks} if new else ()
        for task in old.tasks if new else ():
            heir = heirs[id(task)]
            if heir is not None and id(heir) not in there:
                words = f"was taken out of phase {_name(old)!r}"
                yield heir.place, f"task {_name(task)!r} {words}"


def _task(what: str, old: Task, new: Task) -> _Losses:
    yield from _waiting(what, old, new)
    yield from _acceptance(what, old, new)
    for path in _missing(_paths(old), _paths(new)):
        yield new.place, f"{what} no longer counts {path!r} among its files"


def _paths(task: Task) -> tuple[str, ...]:
    return (*task.relevant, *(file.path for file in task.files))


def _waiting(
    what: str, old: Task | Phase | Blocker, new: Task | Phase | Blocker
) -> _Losses:
    before, after = (
        (*getattr(each, "after", ()), *each.blocked_by) for each in (old, new)
    )
    for name in _missing(before, after):
        yield new.place, f"{what} no longer waits for {name!r}"


def _blocker(what: str, old: Blocker, new: Blocker) -> _Losses:
    yield from _waiting(what, old, new)
    for name in _missing(old.blocks, new.blocks):
        yield new.place, f"{what} no longer blocks {name!r}"
    if old.blocked_by and new.attested is not None and old.attested is None:
        words = f"is gone by the word of {str(new.attested.by)!r}"
        yield new.attested.place, f"{what} {words}"


# --- Criteria ------------------------------------------------------------------


def _acceptance(
    what: str, old: Task | SuccessCriterion, new: Task | SuccessCriterion
) -> _Losses:
    """Find criteria that are gone, or that are easier to meet."""
    rest = list(new.acceptance)
    changed = [each for each in old.acceptance if not _take(rest, each, _content)]
    for criterion in changed:
        twin = _take(rest, criterion, _subject)
        if twin is not None:
            for words in _easier(criterion, twin):
                yield twin.place, f"{what}: {_words(criterion)} {words}"
            continue
        yield _gone(what, criterion, new, rest)


def _gone(
    what: str,
    criterion: Criterion,
    new: Task | SuccessCriterion,
    others: Iterable[Criterion],
) -> tuple[Place, str]:
    """Say what stands now in the place of `criterion`."""
    kind, subject = _subject(criterion)
    for other in others:
        if _subject(other)[0] == kind and _subject(other)[1].startswith(subject):
            words = f"was narrowed to {_subject(other)[1]!r}"
            return other.place, f"{what}: {_words(criterion)} {words}"
    if new.attested is not None and not new.acceptance:
        words = f"became an attestation by {str(new.attested.by)!r}"
        return new.attested.place, f"{what}: {_words(criterion)} {words}"
    return new.place, f"{what}: {_words(criterion)} was dropped"


def _easier(old: Criterion, new: Criterion) -> Iterator[str]:
    """Say in which ways `new`, which speaks of the same as `old`, is easier."""
    was, now = _content(old), _content(new)
    yield from _bounds(old, new)
    if now.get("expect") and not was["expect"]:
        yield "is expected to fail now"
    if was.get("contains") and was["contains"] != now["contains"]:
        yield f"no longer has to contain {was['contains']!r}"
    for name, words in (("in_", "rests on"), ("from_", "is compared with")):
        before, after = was.get(name), now.get(name)
        if before != after:
            yield f"{words} {_evidence(after)}, instead of {_evidence(before)}"


def _bounds(old: Criterion, new: Criterion) -> Iterator[str]:
    least, least_now = (getattr(each, "at_least", None) for each in (old, new))
    most, most_now = (getattr(each, "at_most", None) for each in (old, new))
    if least is not None and least_now is None:
        yield f"no longer needs at least {least:,.12g}"
    elif least is not None and least_now < least:
        yield f"needs at least {least_now:,.12g}, instead of {least:,.12g}"
    if most is not None and most_now is None:
        yield f"may be more than {most:,.12g}"
    elif most is not None and most_now > most:
        yield f"may be up to {most_now:,.12g}, instead of {most:,.12g}"


def _evidence(name: object) -> str:
    return "any evidence" if name is None else f"evidence {name!r}"


def _content(criterion: Criterion) -> dict[str, Any]:
    """Return all that `criterion` says, wherever it says so."""
    return {
        name: getattr(criterion, name)
        for name in criterion.__struct_fields__
        if name != "place"
    }


def _subject(criterion: Criterion) -> tuple[str, str]:
    """Return the kind of `criterion` and what it speaks of."""
    # The field that a kind of criterion begins with gives it its name.
    kind, subject = next(iter(_content(criterion).items()))
    return kind, " ".join(subject.split())


def _words(criterion: Criterion) -> str:
    kind, subject = _subject(criterion)
    return f"{kind} {subject!r}"


# --- Evidence and waivers ------------------------------------------------------


def _sources(was: Record, now: Record, ages: tuple[Age | None, Age | None]) -> _Losses:
    for name, old in was.evidence.items():
        new = now.evidence.get(name)
        what = f"evidence {str(name)!r}"
        if new is None:
            yield now.place, f"{what} was removed"
            continue
        if new.format != old.format:
            yield new.place, f"{what} is read as {new.format}, and was {old.format}"
        for path in _missing(old.files.values(), new.files.values()):
            yield new.place, f"{what} no longer reads {path!r}"
        for shard, path in old.files.items():
            there = new.files.get(shard, path)
            # The paths of a list have no names, only numbers.
            if there != path and path in new.files.values() and not shard.isdecimal():
                yield there.place, f"{what} reads {there!r} as {shard!r}, not {path!r}"
        for words in _older(_age(old, was, ages[0]), _age(new, now, ages[1])):
            yield new.place, f"{what} {words}"
    for name in sorted(_before(now) - _before(was)):
        if name in was.evidence and name in now.evidence:
            words = "is of the time before the work now, and proves nothing"
            yield now.evidence[name].place, f"evidence {name!r} {words}"


def _before(record: Record) -> set[str]:
    """Return the names of evidence that is only compared with."""
    return {
        str(each.from_)
        for each in record.all_criteria
        if isinstance(each, FixedCriterion) and each.from_
    }


def _age(source: Source, record: Record, general: Age | None) -> Age | None:
    # Whichever of the places to say how old it may be says so.
    return source.max_age or record.max_age or general


def _older(was: Age | None, now: Age | None) -> Iterator[str]:
    if was is not None and now is None:
        yield f"may be of any age, and could be {_shown(was)}"
    elif was is not None and now is not None and now.high > was.high:
        yield f"may be {_shown(now)} old, and could be {_shown(was)}"


def _shown(age: Age) -> str:
    for unit, seconds in (("days", 86400), ("hours", 3600), ("minutes", 60)):
        if age.high >= seconds:
            number = age.high / seconds
            return f"{number:g} {unit if number != 1 else unit[:-1]}"
    return f"{age.high} seconds"


def _waivers(was: Record, now: Record) -> _Losses:
    """Find waivers that are new, wider, or live longer: each lets more through."""
    for new in now.waivers:
        what = f"the waiver of {_scope(new)}"
        old = [each for each in was.waivers if _covers(each, new)]
        if not old:
            words = f"is new: by {str(new.owner)!r} until {new.expires}"
            yield new.place, f"{what} {words}"
            continue
        longest = max(_day(each.expires) for each in old)
        if _day(new.expires) > longest:
            words = f"lasts until {new.expires}, and lasted until {longest}"
            yield new.expires.place, f"{what} {words}"


def _scope(waiver: Waiver) -> str:
    return repr(str(waiver.code)) + (f" for {str(waiver.of)!r}" if waiver.of else "")


def _covers(old: Waiver, new: Waiver) -> bool:
    return old.code == new.code and old.of in {None, new.of}


# --- Matching ------------------------------------------------------------------


def _pairs(
    was: Sequence[_Part], now: Sequence[_Part]
) -> Iterator[tuple[_Part, _Part | None]]:
    """Yield every part of `was` with its counterpart; each is one part's only."""
    rest = list(now)
    by_id = [_take(rest, old, _id) for old in was]
    for old, new in zip(was, by_id, strict=True):
        if new is not None:
            yield old, new
            continue
        # Two parts with an id each are two parts, whatever they are called.
        nameless = [each for each in rest if not (_id(old) and _id(each))]
        namesake = _take(nameless, old, _title)
        rest = [each for each in rest if each is not namesake]
        yield old, namesake


def _take(
    rest: list[_Part], old: _Part, key: Callable[[_Part], object]
) -> _Part | None:
    """Take out of `rest` the first part with the same `key` as `old`, if any."""
    wanted = key(old)
    for i, new in enumerate(rest):
        if wanted is not None and key(new) == wanted:
            return rest.pop(i)
    return None


def _id(part: Written) -> str | None:
    name = getattr(part, "id", None)
    return None if name is None else str(name)


def _name(part: Written) -> str:
    """Return what people call `part`: its id or its title."""
    return _id(part) or _title(part)


def _title(part: Written) -> str:
    return str(getattr(part, "title", "") or getattr(part, "text", ""))


def _missing(was: Iterable[str], now: Iterable[str]) -> Iterator[str]:
    """Yield what is in `was` and not in `now`, each once."""
    left = {str(each) for each in now}
    for each in dict.fromkeys(map(str, was)):
        if each not in left:
            yield each
