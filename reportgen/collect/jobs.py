"""Says which commands a record names for its evidence, and in which words."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from difflib import get_close_matches

from reportgen.commandline import words_of
from reportgen.model import (
    CommandCriterion,
    Diagnostic,
    Record,
    RecordError,
    Source,
    Text,
    Value,
)


class Command(Value, frozen=True, kw_only=True):
    """A command line of a record, and the words of which it consists."""

    text: Text
    words: tuple[str, ...]


class Job(Value, frozen=True, kw_only=True):
    """What is to be run for one source of evidence.

    A source with a `command` has that one.  One of receipts that has none gets a
    receipt of each command by which the record names it.
    """

    source: Source
    commands: tuple[Command, ...]

    @property
    def receipts(self) -> bool:
        """Whether receipts of the commands are the evidence."""
        return self.source.command is None


def plan(record: Record) -> tuple[Job, ...]:
    """Return a job for each evidence of `record` that commands can write.

    Raises RecordError with every command that cannot be run: then none should be.
    """
    mistakes: list[Diagnostic] = []
    jobs: list[Job] = []
    for source in record.evidence.values():
        found = [_command(text) for text in _texts(source, record)]
        commands = tuple(each for each in found if isinstance(each, Command))
        mistakes += [each for each in found if isinstance(each, Diagnostic)]
        if commands and source.command is None and len(source.files) != 1:
            message = f"receipts of {str(source.name)!r} go into one file"
            hint = "name one path"
            mistakes.append(Diagnostic(source.place, "bad-command", message, hint))
        if commands:
            jobs.append(Job(source=source, commands=commands))
    if mistakes:
        raise RecordError(mistakes)
    return tuple(jobs)


def choose(
    jobs: Iterable[Job], names: Collection[str], record: Record
) -> tuple[Job, ...]:
    """Return those of `jobs` that are for the evidence called `names`.

    Raises RecordError if one of `names` is not known, or has no command.
    """
    known = {str(job.source.name): job for job in jobs}
    mistakes = [_unusable(name, record) for name in names if name not in known]
    if mistakes:
        raise RecordError(mistakes)
    return tuple(job for name, job in known.items() if name in names)


def _texts(source: Source, record: Record) -> Sequence[Text]:
    if source.command is not None:
        return (source.command,)
    if source.format != "commands":
        return ()
    texts = {" ".join(text.split()): text for text in _named(source, record)}
    return tuple(texts.values())


def _named(source: Source, record: Record) -> Iterator[Text]:
    """Yield every command whose receipt the record looks for in `source`."""
    listed = [s.name for s in record.evidence.values() if s.format == "commands"]
    # A criterion that names no evidence is content with any receipt: one is enough.
    names = {source.name, None} if source.name == listed[0] else {source.name}
    for criterion in record.all_criteria:
        if isinstance(criterion, CommandCriterion) and criterion.in_ in names:
            yield criterion.command
    for task in record.all_tasks:
        for validation in task.validation:
            if validation.in_ == source.name:
                yield validation.command


def _command(text: Text) -> Command | Diagnostic:
    words = words_of(text)
    return words if isinstance(words, Diagnostic) else Command(text=text, words=words)


def _unusable(name: str, record: Record) -> Diagnostic:
    source = record.evidence.get(name)
    if source is not None:
        hint = "add `command:`, or write its files yourself"
        message = f"evidence {name!r} has no command"
        return Diagnostic(source.place, "no-command", message, hint)
    near = get_close_matches(name, record.evidence, n=1)
    known = ", ".join(record.evidence) or "none"
    hint = f"did you mean {near[0]!r}?" if near else f"evidence here: {known}"
    message = f"there is no evidence {name!r}"
    return Diagnostic(record.place, "unknown-evidence", message, hint)
