"""Text on a page: what is shown of evidence and of an author's Markdown."""

from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from hypothesis import given
from large import failing
from msgspec.structs import replace
from payloads import PAYLOADS
from strategies import hostile_texts

from reportgen.assess.assess import assess
from reportgen.model import (
    Duration,
    Prose,
    Record,
    SummaryLine,
    Tally,
    Task,
    TemplateError,
)
from reportgen.render import prose
from reportgen.render.budget import BUDGETS
from reportgen.render.detail import Detail
from reportgen.render.environment import html_value
from reportgen.render.escape import code as markdown_code
from reportgen.render.escape import escape
from reportgen.render.page import block_html, code, contents, inline_html
from reportgen.render.render import render
from reportgen.render.shape import Shape
from reportgen.render.spans import value
from reportgen.render.visible import visible
from reportgen.report import LineState, Merged

INLINE = {"a", "code", "em", "strong", "s", "br"}
BLOCK = INLINE | {
    *("p", "ul", "ol", "li", "pre", "blockquote", "hr", "div"),
    *("h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {"href", "title", "class", "start", "role", "aria-label", "tabindex"}


class Read(HTMLParser):
    """What a browser makes of a piece of HTML."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: dict[str, str] = {}
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take a tag with its attributes."""
        self.tags.append(tag)
        self.attributes |= {name: value or "" for name, value in attrs}

    def handle_comment(self, data: str) -> None:
        """Take a comment, which no page has."""
        self.tags.append(f"comment {data}")

    handle_decl = unknown_decl = handle_pi = handle_comment

    def handle_data(self, data: str) -> None:
        """Take text."""
        self.text += data


@pytest.mark.parametrize("show", [html_value, code], ids=["value", "code"])
@given(text=hostile_texts)
def test_evidence_reads_as_it_is_written(show: Callable[[str], str], text: str) -> None:
    """A value creates no element, and its text comes back unchanged."""
    read = Read(show(text))
    assert set(read.tags) <= {"code"}
    assert read.text == (visible(text) or ("—" if show is code else ""))


@pytest.mark.parametrize("show", [escape, markdown_code], ids=["text", "code"])
@pytest.mark.parametrize("text", [each for each in PAYLOADS if each.strip()])
def test_what_markdown_escapes_is_plain_on_a_page(
    show: Callable[[str], str], text: str
) -> None:
    """Cuts and references of Markdown leave no trace: only the text is there."""
    read = Read(inline_html(show(text)))
    assert set(read.tags) <= {"code"}
    assert read.text == visible(text)


@given(hostile_texts)
def test_an_authors_line_stays_inline(text: str) -> None:
    """Prose has the elements of inline Markdown and no others."""
    read = Read(inline_html(prose.inline(text)))
    assert set(read.tags) <= INLINE
    assert set(read.attributes) <= {"href", "title"}


@given(hostile_texts)
def test_an_authors_section_stays_a_section(text: str) -> None:
    """A free section has the elements of Markdown and no others."""
    read = Read(block_html(prose.block(text, 3)))
    assert set(read.tags) <= BLOCK
    assert set(read.attributes) <= ATTRIBUTES


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("**a** `b|c` ~~d~~", "<strong>a</strong> <code>b|c</code> <s>d</s>"),
        ("[a](https://b.example/c)", '<a href="https://b.example/c">a</a>'),
        ("[a](../b.md)", '<a href="../b.md">a</a>'),
        ("![a](b.png)", '<a href="b.png">a</a>'),
        ("<b>a</b> & c", "&lt;b&gt;a&lt;/b&gt; &amp; c"),
        ("test_a.py www.b.example", "test_a.py www.b.example"),
        ("$5 @user #1", "$5 @user #1"),
    ],
)
def test_markdown_becomes_html(markdown: str, html: str) -> None:
    """What an author means is there; an image, which no page may fetch, is a link."""
    assert inline_html(prose.inline(markdown)) == html


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        pytest.param("- [x] a", '<li class="task">☑ a</li>', id="done"),
        pytest.param(
            "- [ ] **a**", '<li class="task">☐ <strong>a</strong></li>', id="open"
        ),
        pytest.param("1. b\n   - [X] a", '<li class="task">☑ a</li>', id="nested"),
        pytest.param("- a [x] b", "<li>a [x] b</li>", id="in-words"),
        pytest.param("- \\[x] a", "<li>[x] a</li>", id="escaped"),
        pytest.param(f"- {value('[x] a')}", "<li>[x] a</li>", id="from-evidence"),
        pytest.param("[x] a", "<p>[x] a</p>", id="no-item"),
    ],
)
def test_boxes_are_boxes(body: str, shown: str) -> None:
    """A task that an author lists has its box, as on a forge; evidence makes none."""
    assert shown in block_html(prose.block(body, 3))


@pytest.mark.parametrize(
    "shape", [Shape(split=True), Shape(level=3), Shape(fit=BUDGETS["azure"])]
)
def test_a_page_is_a_page(shape: Shape) -> None:
    """A page is neither divided nor put inside another: that is said."""
    with pytest.raises(TemplateError, match="page-whole"):
        render(failing(0), "report.html", shape=shape)


def test_lines_of_a_summary_stand_below_each_other() -> None:
    """Where some have a mark, the others leave its place free."""
    lines = (Prose("plain"), SummaryLine(label=Prose("L"), text=Prose("t")))
    report = failing(0)
    record = replace(report.record, summary=lines)
    text = render(
        replace(
            report,
            record=record,
            summary=(
                LineState(line=lines[0]),
                LineState(line=lines[1], mark="✅"),
            ),
        ),
        "report.html",
    )
    items = text.partition('<h2 id="summary">')[2].partition("</ul>")[0]
    assert items.count("<li>") == items.count('<li><span class="sign">') == 2


def test_pictures_can_be_left_out() -> None:
    """A page without pictures has the tables that stand beside them."""
    shape = Shape(most=Detail(pictures=False))
    assert "<figure" in render(failing(2), "report.html")
    text = render(failing(2), "report.html", shape=shape)
    assert "<figure" not in text
    assert text.count("<table") == 3


def test_what_passed_only_when_rerun_is_not_among_those_that_passed() -> None:
    """The page says the same number at its top as in its tables."""
    report = failing(0)
    tally = Tally(passed=8, flaky=1)
    run = replace(report.runs[0].run, tally=tally, selections={})
    report = replace(report, runs=(replace(report.runs[0], run=run),))
    text = " ".join(render(report, "report.html").split())
    assert "<dt>Tests passed</dt><dd>8 <small>of 9</small></dd>" in text


def test_failures_that_are_expected_are_counted_beside_the_others() -> None:
    """The page does not say 0 where its tables and other outputs say 1 of 10."""
    report = failing(1)
    (state,) = report.runs
    names = frozenset(result.nodeid for result in state.run.results)
    report = replace(report, runs=(replace(state, expected=names),))
    said = "<dd>0 <small>beside 1 as expected</small></dd>"
    assert f"<dt>Failures</dt>{said}" in render(report, "report.html")


@pytest.mark.parametrize(
    ("actual", "said"),
    [
        (None, "— <small>of 4 h planned</small>"),
        (2, "2 h <small>of 4 h planned, as planned where both are known</small>"),
    ],
)
def test_efforts_are_compared_only_where_both_are_known(
    actual: int | None, said: str
) -> None:
    """Where no task has both, nothing is said to be known."""
    two, took = (n and Duration(low=n * 3600, high=n * 3600) for n in (2, actual))
    tasks = tuple(Task(title=Prose("t"), planned=two, actual=a) for a in (took, None))
    merged = Merged(record=Record(title=Prose("W"), tasks=tasks))
    report = assess("work", merged, files={}, now=1e9)
    assert f"<dt>Effort</dt><dd>{said}</dd>" in render(report, "report.html")


def test_only_sections_are_contents() -> None:
    """The contents name what has an anchor, in plain words."""
    body = '<h2 id="a"><a href="#a">A <code>b</code> &amp; c</a></h2><h2>no</h2>'
    assert list(contents(body)) == [("a", "A b & c")]
