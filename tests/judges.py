"""Independent judges: what a reader sees of Markdown, and what a forge finds in it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser

from cmarkgfm import cmark
from markdown_it import MarkdownIt


@dataclass
class Seen(HTMLParser):
    """A page as a browser takes it: its tags in order, and its text nodes."""

    tags: list[tuple[str, ...]] = field(default_factory=list)
    nodes: list[tuple[str, bool]] = field(default_factory=list)  # text, in code?
    comments: list[str] = field(default_factory=list)
    before: dict[str, int] = field(default_factory=dict)  # tags before each text

    def __post_init__(self) -> None:
        """Begin before the page."""
        super().__init__(convert_charrefs=True)
        self._open: list[str] = []
        self._divided = True

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take a tag; a span for a dollar sign only divides text."""
        self._divided = True
        if tag == "span" and not attrs:
            return
        self._open.append(tag)
        self.tags.append((tag, *(f"{name}={value}" for name, value in attrs)))

    def handle_endtag(self, tag: str) -> None:
        """Take the end of an element."""
        self._divided = True
        if tag == "span":
            return
        if tag in self._open:
            while self._open.pop() != tag:
                pass
        self.tags.append((f"/{tag}",))

    def handle_comment(self, data: str) -> None:
        """Take a comment: it divides text, as in a browser."""
        self._divided = True
        self.comments.append(data)

    def handle_decl(self, decl: str) -> None:
        """Take a declaration, which no report has."""
        self.comments.append(decl)

    unknown_decl = handle_pi = handle_decl

    def handle_data(self, data: str) -> None:
        """Take text."""
        self.before[data] = len(self.tags)
        ignored = not {"a", "code", "pre", "script", "style"}.isdisjoint(self._open)
        if self._divided:
            self.nodes.append((data, ignored))
        else:
            self.nodes[-1] = (self.nodes[-1][0] + data, ignored)
        self._divided = False

    @property
    def text(self) -> str:
        """All text of the page."""
        return "".join(text for text, _ in self.nodes)


def see(html: str) -> Seen:
    """Return what a browser makes of `html`."""
    seen = Seen()
    seen.feed(html)
    seen.close()
    return seen


def _cmark(markdown: str) -> str:
    return cmark.markdown_to_html_with_extensions(
        markdown,
        options=cmark.Options.CMARK_OPT_UNSAFE | cmark.Options.CMARK_OPT_FOOTNOTES,
        extensions=["table", "strikethrough", "autolink", "tasklist"],
    )


@cache
def _markdown_it() -> MarkdownIt:
    return MarkdownIt("gfm-like", {"html": True})  # fuzzy links too


JUDGES: dict[str, Callable[[str], str]] = {
    "cmark-gfm": _cmark,
    "markdown-it": lambda markdown: _markdown_it().render(markdown),
}

_REFERENCES = {
    "mention": r"(?:^|\W)@[a-z0-9][a-z0-9-]*",
    "issue": r"#\d+|\bGH-\d+",
    "issue address": r"https?://[^\s/]+/[^\s/]+/[^\s/]+/(?:issues|pull|-)",
    "merge request": r"!\d+",
    "label, milestone, epic": r"(?:^|\W)(?:~[\w\"]|%[\w\"]|&\d)",
    "snippet, mathematics": r"\$\w|\$.*\$",
    "commit": r"\b[0-9a-f]{40}\b",
    "emoji": r":(?:tada|bug|100|1234|\+1|-1|x):",
    "task box": r"\[[ xX]\] ",
    "inline difference": r"[\[{][+-]",
    "contents": r"\[TOC\]|\[\[",
}
_FORGE = [
    (name, re.compile(regex, re.IGNORECASE)) for name, regex in _REFERENCES.items()
]


def references(seen: Seen) -> Iterator[tuple[str, str]]:
    """Find what a forge would act on: it looks at text nodes, one at a time."""
    for text, ignored in seen.nodes:
        if not ignored:
            for name, pattern in _FORGE:
                if pattern.search(text):
                    yield name, text
