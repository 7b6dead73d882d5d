"""Speaks HTML: what templates of a page may use."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from markupsafe import Markup

from reportgen import late
from reportgen.render.escape import EMPTY, html_text
from reportgen.render.graph import waiting
from reportgen.render.pictures import changed, efforts, outcomes
from reportgen.render.spans import is_good_address
from reportgen.render.visible import visible

# The HTML that our own escaping writes into Markdown: a page needs no cuts.
_OURS = frozenset({"<code>", "</code>"})
_BOX = late.pattern(r"\[([ xX])\](?= )")
_HEADING = late.pattern(r'<h2 id="([^"]+)">(.*?)</h2>', re.DOTALL)

Filters = Mapping[str, Any]  # functions that take whatever a template gives


class _Renderer(RendererHTML):
    """Renders an author's Markdown: no image is fetched, and no table overflows."""

    def image(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        """Show an image as a link to it: the page is one file, and fetches nothing."""
        token = tokens[idx]
        words = self.renderInlineAsText(token.children, options, env)
        text = html_text(words or str(token.attrs["src"]))
        return Markup('<a href="{}">{}</a>').format(token.attrs["src"], text)

    def html_inline(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        """Keep the frame that our escaping gave to code, drop what divides words."""
        del options, env
        tag = tokens[idx].content
        return tag if tag in _OURS else ""

    def table_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        """Begin a table that scrolls by itself where it is too wide."""
        del tokens, idx, options, env
        return (
            '<div class="scroll" role="group" aria-label="Table" tabindex="0"><table>'
        )

    def table_close(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        """End it."""
        del tokens, idx, options, env
        return "</table></div>"


class _Parser(MarkdownIt):
    """Reads tamed Markdown, in which all HTML is ours and is inline."""

    def validateLink(self, url: str) -> bool:  # noqa: N802  # markdown-it's
        """Ask whether a link may lead to `url`."""
        return is_good_address(url)


@cache
def _parser() -> MarkdownIt:
    parser = _Parser("commonmark", renderer_cls=_Renderer)
    parser.core.ruler.push("boxes", _draw_boxes)
    return parser.enable(["table", "strikethrough"]).disable("html_block")


def _draw_boxes(state: StateCore) -> None:
    """Draw the boxes of tasks in lists, as forges do."""
    for item, _, line in zip(*(state.tokens[at:] for at in range(3)), strict=False):
        box = _BOX.match(line.content) if item.type == "list_item_open" else None
        if box and line.children and line.children[0].content.startswith(box[0]):
            item.attrSet("class", "task")
            mark = "☐" if box[1] == " " else "☑"
            first = line.children[0]
            first.content = f"{mark}{first.content[box.end() :]}"


def inline_html(markdown: str) -> Markup:
    """Return tamed inline Markdown, such as `prose.inline` gives, as HTML."""
    return Markup(_parser().renderInline(markdown))  # noqa: S704  # of tamed Markdown


def block_html(markdown: str) -> Markup:
    """Return tamed block Markdown, such as `prose.block` gives, as HTML."""
    return Markup(_parser().render(markdown))  # noqa: S704  # of tamed Markdown


def line(text: str) -> Markup:
    """Return `text` on one line of HTML, with nothing hidden in it."""
    return html_text(visible(text))


def code(text: str) -> Markup:
    """Return `text` as code; no text at all is an em dash."""
    return Markup("<code>{}</code>").format(line(text)) if text else Markup(EMPTY)  # noqa: S704  # a dash


def policy_hash(text: str) -> str:
    """Return how a content security policy names a script or a style of ours."""
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def contents(body: str) -> Iterator[tuple[str, str]]:
    """Yield the anchor and the words of each section of a page."""
    for match in _HEADING.finditer(body):
        yield match[1], Markup(match[2]).striptags()  # noqa: S704  # part of a page


def filters(markdown: Filters, plain: Callable[[str], str]) -> Filters:
    """Return the filters of a page, made of those of a `markdown` report.

    `plain` gives a text of the record without its expressions.
    """

    def converted(name: str, convert: Callable[[str], Markup]) -> Callable[..., Markup]:
        return lambda *given: convert(markdown[name](*given))

    inline = ("prose", "reference", "references", "worded", "told")
    block = ("block", "fence", "transcript")
    return {
        **{name: converted(name, inline_html) for name in inline},
        **{name: converted(name, block_html) for name in block},
        "code": code,
        "lines": html_text,
        "policy_hash": policy_hash,
        "contents": contents,
        "efforts": lambda report: efforts(report, plain),
        "waiting": lambda report: waiting(report, plain),
        "outcomes": outcomes,
        "changed": changed,
    }
