"""Shows what the record refers to: issues as links, other work by its title."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from markupsafe import Markup

from reportgen import late
from reportgen.model import Blocker, Phase, Record, Task, issue_reference
from reportgen.render.escape import code, link
from reportgen.render.prose import inline

_NUMBER = late.pattern(r"#(\d+)")
_ELSEWHERE = late.pattern(r"([\w.-]+/[\w.-]+)#(\d+)")
_PLAIN = late.pattern(r"https?://[A-Za-z0-9./_-]+")
_FORGE = late.pattern(r"(https?://[^/]+)/")


class Links:
    """Shows references of one record.  They are meant, so they are live."""

    def __init__(self, record: Record) -> None:
        self._repository = record.repository
        works: tuple[Blocker | Phase | Task, ...]
        works = (*record.blockers, *record.phases, *record.all_tasks)
        self._titles = {str(work.id): work.title for work in works if work.id}

    def one(self, name: str) -> Markup:
        """Show an issue as a link, or as the number that a forge makes one of."""
        written = issue_reference(str(name))
        if written is None:
            title = self._titles.get(name)
            return code(name) if title is None or "{{" in title else inline(title)
        url = issue_url(written, self._repository)
        number = written.rpartition("/")[2]
        label = f"#{number}" if "://" in written else written
        if _PLAIN.fullmatch(url):
            return Markup(f"[{label}]({url})")  # noqa: S704  # both are our own spelling
        if url:
            return link(label, url)
        return Markup(written)  # noqa: S704  # a number, or owner/name#number

    def several(self, names: Iterable[str]) -> Markup:
        """Show `names` in order, three or more issues in a row as a range."""
        return Markup(", ").join(
            Markup("–").join(map(self.one, part)) for part in _parts(names)
        )

    def plain(self, names: Iterable[str]) -> str:
        """Show `names` like `several`, for a place that has no links."""
        return ", ".join("–".join(map(str, part)) for part in _parts(names))


def _parts(names: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """Divide `names` into single ones and the two ends of ranges."""
    row: list[str] = []
    for name in names:
        number = _own_number(name)
        if row and number is not None and number == (_own_number(row[-1]) or 0) + 1:
            row.append(name)
            continue
        yield from _ends(row)
        row = [name]
    yield from _ends(row)


def _ends(row: Sequence[str]) -> Iterator[tuple[str, ...]]:
    if len(row) > 2:  # noqa: PLR2004  # two numbers are plainer than a range
        yield (_written(row[0]), _written(row[-1]))
    else:
        yield from ((_written(name),) for name in row)


def _written(name: str) -> str:
    return issue_reference(str(name)) or name


def _own_number(name: str) -> int | None:
    match = _NUMBER.fullmatch(issue_reference(str(name)) or "")
    return int(match[1]) if match else None


def issue_url(reference: str, repository: str | None) -> str:
    """Return the address of the issue that `reference` names; "" if none is known.

    GitHub, Gitea and Forgejo have issues at `/issues/N`, GitLab at `/-/issues/N`.
    """
    if "://" in reference:
        return reference
    if repository is None:
        return ""
    base = repository.rstrip("/").removesuffix(".git")
    number = _NUMBER.fullmatch(reference)
    if number is None:
        elsewhere = _ELSEWHERE.fullmatch(reference)
        forge = _FORGE.match(base)
        if elsewhere is None or forge is None:
            return ""
        base, issue = f"{forge[1]}/{elsewhere[1]}", elsewhere[2]
    else:
        issue = number[1]
    path = "-/issues" if "gitlab" in base.split("/")[2] else "issues"
    return f"{base}/{path}/{issue}"
