"""Text stays text: in every context, whatever it is."""

import re
from collections.abc import Callable
from enum import StrEnum
from functools import cache

import pytest
import strategies as our
from hypothesis import given
from hypothesis import strategies as st
from judges import JUDGES, Seen, references, see
from markupsafe import Markup
from payloads import PAYLOADS
from steps import assert_steps_grow_with_length

from reportgen.render import escape as escaping
from reportgen.render.environment import markdown_value
from reportgen.render.escape import (
    code,
    escape,
    escaped,
    escaped_anew,
    fence,
    html_text,
    link,
    mermaid_label,
    web_address,
)
from reportgen.render.visible import visible

WORD = "placeholder"
AFTER = "\n\ncanary **survives**\n"

# Where a template may put an escaped text, and where a code span.
INLINE = {
    "paragraph": "{}\nafter",
    "within": "before {} after",
    "glued": "({})",
    "next-line": "before\n{}\nafter",
    "heading": "## {}",
    "item": "- {}\n- next",
    "number": "1. {}\n2. next",
    "quote": "> {}\n> next",
    "cell": "| a | b |\n| --- | --- |\n| {} | canary |\n| c | d |",
    "last-cell": "| a | b |\n| --- | --- |\n| canary | {} |\n| c | d |",
    "header-cell": "| {} | b |\n| --- | --- |\n| c | d |",
    "bold": "x **{}** y",
    "link": "[{}](<https://canary.example/>)",
    "summary": "<details><summary>{}</summary>\n\ncanary\n\n</details>",
    "html": "<table><tr><td>{}</td></tr></table>",
}
CODE = {
    name: INLINE[name] for name in INLINE if name not in {"summary", "html", "glued"}
}


@cache
def page(context: str, inner: str, judge: str) -> Seen:
    """Return what a judge sees of `inner` within `context`, and after it."""
    return see(JUDGES[judge](context.replace("{}", inner) + AFTER))


def assert_reads_as_itself(
    context: str, spell: Callable[[str], str], text: str, judge: str
) -> None:
    """Check that a page with `text` differs from one with a word in that word alone."""
    expected = page(context, spell(WORD), judge)
    seen = page.__wrapped__(context, spell(text), judge)
    assert seen.text == expected.text.replace(WORD, visible(text))
    assert seen.tags == expected.tags
    assert set(seen.comments) <= {" "}
    assert not list(references(seen))


@pytest.mark.parametrize("judge", JUDGES)
def test_escaped_payloads_read_as_themselves(
    judge: str, tell: Callable[[str], None]
) -> None:
    """Every naughty text is shown character for character, and does nothing."""
    tell(f"escape: {len(PAYLOADS)} payloads × {len(INLINE)} contexts, by {judge}")
    for context in INLINE.values():
        for payload in filter(None, PAYLOADS):
            assert_reads_as_itself(context, escape, payload, judge)


@pytest.mark.parametrize("judge", JUDGES)
@given(text=our.hostile_texts.filter(bool), context=st.sampled_from(list(INLINE)))
def test_escaped_text_reads_as_itself(context: str, judge: str, text: str) -> None:
    """Whatever a text holds, the page shows just that."""
    assert_reads_as_itself(INLINE[context], escape, text, judge)


@pytest.mark.parametrize("spell", [escape, code])
def test_no_text_ticks_a_task_box(spell: Callable[[str], str]) -> None:
    """A box says what the template says, whatever stands beside it."""
    for payload in (*PAYLOADS, "a [x] b", "a[X]"):
        seen = see(JUDGES["cmark-gfm"](f"- [ ] {spell(payload)} a"))
        assert ("input", "type=checkbox", "disabled=") in seen.tags


@given(our.hostile_texts)
def test_escaped_text_starts_no_line_with_a_command(text: str) -> None:
    """No raw line begins with what a bot or a runner could take for its own."""
    source = escape(text)
    assert "\n" not in source
    assert not source.startswith(("/", "::", "#", "##["))


@pytest.mark.parametrize(
    "text",
    [
        "passed",
        "expected 3, got 4",
        "snake_case and kebab-case",
        "tests/unit/test_models.py",
        "test_models.py::TestUser::test_name is slow",
        "C:\\builds\\new",
        "it's 12:30:45 (really), yes?",
        "{'a': 1, 'b': {}}",
        "1.5 s of 10 = 15%",
        "1234567 bytes, a defaced wall",
        "",
    ],
)
def test_ordinary_text_stays_pleasant(text: str) -> None:
    """What no renderer acts on is written as it is."""
    assert escape(text) == text


@given(st.one_of(our.ordinary_texts, our.hostile_texts, our.texts))
def test_what_is_seen_at_a_glance_is_right(text: str) -> None:
    """The quick ways, and what is remembered, give what a close look gives."""
    expected = escaped_anew(text)
    assert [escaped(text), escaped(text)] == [expected, expected]


@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        (text, text)
        for text in (
            "passed",
            "4 of 4 criteria met",
            "2026-11-22 13:46 UTC",
            "−2 h (−33 %)",
            "1.5 h",
            "✅",
            "—",
        )
    ]
    + [
        ("tests/test_5.py::test_it", "tests/test_5.py::<!-- -->test_it"),
        (
            "tests/a/test_b.py::TestC::test_d_1",
            "tests/a/test_b.py::TestC::<!-- -->test_d_1",
        ),
    ],
)
def test_ordinary_texts_take_a_glance(
    text: str, spelled: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What reports show most needs no look at every mark."""
    monkeypatch.setattr(escaping, "_known", {})
    monkeypatch.delattr(escaping, "escaped_anew")
    assert escaped(text) == spelled


def test_markdown_and_text_are_not_taken_for_each_other() -> None:
    """What is remembered of a text says nothing of Markdown that looks the same."""

    class Word(StrEnum):
        bold = "<b>"

    for value, spelled in 2 * [
        (Markup("<b>"), "<b>"),
        ("<b>", "&lt;b&gt;"),
        (Word.bold, "&lt;b&gt;"),
    ]:
        assert markdown_value(value) == spelled
        assert type(escaped(value)) is str
        assert escaped(value) == "&lt;b&gt;"


def test_few_texts_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many texts there are, and however long, memory stays small."""
    known: dict[str, str] = {}
    monkeypatch.setattr(escaping, "_known", known)
    for number in range(3_000):
        escaped(f"*{number}")
        assert len(known) <= 1_000
    escaped("last" * 1_000)
    assert max(map(len, known)) < 1_000


@pytest.mark.parametrize("judge", JUDGES)
def test_code_of_payloads_reads_as_itself(
    judge: str, tell: Callable[[str], None]
) -> None:
    """Every naughty text is one code span, also in the cell of a table."""
    tell(f"code: {len(PAYLOADS)} payloads × {len(CODE)} contexts, by {judge}")
    for context in CODE.values():
        for payload in filter(None, PAYLOADS):
            assert_reads_as_itself(context, code, payload, judge)


@pytest.mark.parametrize("judge", JUDGES)
@given(text=our.hostile_texts.filter(bool), context=st.sampled_from(list(CODE)))
def test_code_reads_as_itself(context: str, judge: str, text: str) -> None:
    """Whatever a text holds, a code span shows just that."""
    assert_reads_as_itself(CODE[context], code, text, judge)


def test_code_of_nothing_is_a_dash() -> None:
    """An empty value is seen to be empty."""
    assert code("") == "—"


@pytest.mark.parametrize("judge", JUDGES)
@pytest.mark.parametrize("context", ["{}", "- item\n\n{}", "> quote\n\n{}"])
def test_fenced_payloads_read_as_themselves(context: str, judge: str) -> None:
    """Nothing ends a fence but its end, and lines stay lines."""
    for payload in PAYLOADS:
        assert_fenced(context, payload, judge)


@pytest.mark.parametrize("judge", JUDGES)
@given(text=st.lists(our.hostile_texts, max_size=4).map("\n".join))
def test_fenced_text_reads_as_itself(judge: str, text: str) -> None:
    """Whatever a text holds, a fence shows just that."""
    assert_fenced("{}", text, judge)


def assert_fenced(context: str, text: str, judge: str) -> None:
    """Check that a fence shows `text`, and no raw line begins with it."""
    source = fence(text, "text")
    assert all(line.startswith(" ") for line in source.split("\n") if line)
    seen = page.__wrapped__(context, source, judge)
    assert seen.tags == page(context, fence(WORD, "text"), judge).tags
    lines = visible(text.replace("\r\n", "\n"), keep="\n\t").removesuffix("\n")
    assert f"{lines}\n" in [shown for shown, _ in seen.nodes]


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "java\tscript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "//evil.example",
        "\\\\evil.example",
        "https://github.com@evil.example",
        "https://a:b@evil.example",
        "https://evil.example\\@github.com",
        "https://a b",
        "https://a.example/\u202e",
        "https://a.example/\n",
        "https://а.example",
        "https://",
        "https:a.example",
        "ftp://a.example",
        "",
    ],
)
def test_what_is_no_web_address_is_no_link(address: str) -> None:
    """An address that is not plainly a web page leaves the text alone."""
    assert web_address(address) == ""
    assert link("a", address) == "a"


@pytest.mark.parametrize("judge", JUDGES)
@given(text=our.hostile_texts, tail=our.hostile_texts)
def test_links_lead_where_they_say(judge: str, text: str, tail: str) -> None:
    """A link is one link with the text given, or only that text."""
    source = link(text, f"https://canary.example/{tail}")
    seen = see(JUDGES[judge](f"before {source} after"))
    assert seen.text == f"before {visible(text)} after\n"
    assert [tag[0] for tag in seen.tags] in (["p", "/p"], ["p", "a", "/a", "/p"])
    for _, href in [tag for tag in seen.tags if tag[0] == "a"]:
        assert href.startswith("href=https://canary.example/")


@given(our.hostile_texts)
def test_html_shows_text(text: str) -> None:
    """In an HTML page, text is text, and an attribute one value."""
    seen = see(f'<p title="{html_text(text)}0">{html_text(text)}</p>')
    shown = visible(text, keep="\n\t")
    assert seen.tags == [("p", f"title={shown}0"), ("/p",)]
    assert seen.text == shown


@given(our.hostile_texts)
def test_mermaid_labels_hold_no_syntax(text: str) -> None:
    """A label is letters, digits, blanks and numbered characters."""
    label = mermaid_label(text)
    assert re.fullmatch(r"(?:[A-Za-z0-9 ]|#\d+;)*", label)
    assert re.sub(r"#(\d+);", lambda m: chr(int(m[1])), label) == visible(text)


@pytest.mark.parametrize(
    "unit",
    [
        "`",
        "[",
        "](",
        "<",
        "_",
        "_a",
        "*a",
        "a.",
        "a_b.co",
        ":a",
        ":",
        "@",
        "0",
        "\\",
        "& ",
        "/",
        "$",
        "{",
    ],
)
def test_a_long_text_is_no_burden(unit: str) -> None:
    """Steps grow with the length of a text, whatever it repeats.

    Those within a regular expression cannot be counted; the benchmarks time them.
    """
    for spell in (escape, code, fence, mermaid_label, html_text):
        assert_steps_grow_with_length(spell, unit)
