"""An author's Markdown stays Markdown, and stays where it stands."""

import re
import subprocess
import sys
import time
from itertools import pairwise

import pytest
import strategies as our
from hypothesis import assume, given
from hypothesis import strategies as st
from judges import JUDGES, Seen, references, see
from payloads import PAYLOADS
from steps import assert_steps_grow_with_length

from reportgen.render.escape import code, escape
from reportgen.render.prose import block, inline
from reportgen.render.spans import value
from reportgen.render.tidy import tidy
from reportgen.render.visible import visible

# Every place of a template, with what follows: it must keep its meaning.
CONTEXTS = {
    "paragraph": "{} (canary) *canary* `canary` ~~canary~~ [canary](c)",
    "header": "**Impact:** {}\n**Next:** *canary* `canary`",
    "item": "- {}\n- *canary* `canary`",
    "number": "1. {}\n2. *canary*",
    "heading": "## {}\n\n*canary*",
    "cell": "| a | b |\n| --- | --- |\n| {} | *canary* `canary` |\n| c | d |",
    "box": "- [ ] {}\n- [x] canary",
}
PROSE = [
    "{}",
    "a {} b",
    "**{}**",
    "`{}`",
    "x `a {} b`",
    "*a {} b*",
    "- {}",
    "[{}](u)",
    "[a] {}",
    "# {}",
]
BODIES = [
    "{}",
    "a\n{}\nb",
    "# {}",
    "- {}",
    "```\n{}\n```",
    "    {}",
    "| a |\n| - |\n| {} |",
    "`{}`",
    "> {}",
    "{}\n===",
]
INLINE = {"strong", "em", "code", "a", "del", "s", "img"}


def prose_page(context: str, prose: str, judge: str) -> Seen:
    """Return what a judge sees of `prose` within `context`."""
    return see(JUDGES[judge](CONTEXTS[context].replace("{}", prose) + "\n"))


def assert_stays_inside(context: str, text: str, judge: str) -> None:
    """Check that `text` adds inline elements at its own place, and nothing else."""
    expected = prose_page(context, "placeholder", judge)
    seen = prose_page(context, inline(text) or "x", judge)
    before, after = _around(expected)
    shown = seen.tags
    assert shown[: len(before)] == before
    assert shown[len(shown) - len(after) :] == after
    added = {tag[0].lstrip("/") for tag in shown[len(before) : len(shown) - len(after)]}
    assert added <= INLINE
    assert seen.text.count("canary") >= expected.text.count("canary")
    assert set(seen.comments) <= {" "}


def _around(expected: Seen) -> tuple[list[tuple[str, ...]], list[tuple[str, ...]]]:
    """Return the tags before and after the placeholder."""
    at = next(at for text, at in expected.before.items() if "placeholder" in text)
    return expected.tags[:at], expected.tags[at:]


@pytest.mark.parametrize("judge", JUDGES)
@pytest.mark.parametrize("context", CONTEXTS)
def test_payloads_stay_inside(context: str, judge: str) -> None:
    """Nothing that an author types breaks out of its place."""
    for payload in filter(str.strip, PAYLOADS):
        assert_stays_inside(context, payload, judge)


@pytest.mark.parametrize("judge", JUDGES)
@given(
    text=our.hostile_texts.filter(lambda text: inline(text) != ""),
    context=st.sampled_from(list(CONTEXTS)),
)
def test_prose_stays_inside(context: str, judge: str, text: str) -> None:
    """Whatever an author types, what follows it keeps its meaning."""
    assert_stays_inside(context, text, judge)


@pytest.mark.parametrize(
    "text",
    [
        "plain words, 3 of 4 (75 %), file_name.py",
        "**bold** and *em* and _em_ and ~~gone~~",
        "`code` and ``a ` b``",
        '[link](https://a.example/b_c_d "title") and <https://a.example>',
        "[![image](a.png)](https://a.example)",
        "![image](../a.png)",
        "@org/team and #12",
        "***both*** and **bold *em* bold**",
        "~2 hours → 4 hours",
        "&nbsp;&lt;",
        "a \\* b",
        "✅ **Done:** 5 > 4",
        "$500K+",
        "C:\\temp",
    ],
)
def test_inline_markdown_stays_as_written(text: str) -> None:
    """What is plainly inline Markdown is not touched."""
    assert inline(text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a\n  b\r\n\tc", "a b c", id="lines"),
        pytest.param("- a", "\\- a", id="item"),
        pytest.param("12. a", "12\\. a", id="number"),
        pytest.param("# a", "\\# a", id="heading"),
        pytest.param("a #", "a \\#", id="closing-hashes"),
        pytest.param("> a", "\\> a", id="quote"),
        pytest.param("===", "\\===", id="setext"),
        pytest.param("---", "\\---", id="rule"),
        pytest.param("```\nx", "\\`\\`\\` x", id="fence"),
        pytest.param("[x] a", "\\[&#120;] a", id="box"),
        pytest.param("a `b[X]`", "a <code>b&#91;<!-- -->X&#93;</code>", id="tick"),
        pytest.param("[a]: b", "\\[a]: b", id="definition"),
        pytest.param("    a", "a", id="indented"),
        pytest.param("a | b", "a &#124; b", id="pipe"),
        pytest.param("`a|b`", "<code>a&#124;b</code>", id="pipe-in-code"),
        pytest.param("<b>a</b>", "&lt;b>a&lt;/b>", id="html"),
        pytest.param("a <!-- b -->", "a &lt;!-- b -->", id="comment"),
        pytest.param("**a", "\\*\\*a", id="stray-bold"),
        pytest.param("a`", "a\\`", id="stray-backtick"),
        pytest.param("a\\", "a&#92;", id="stray-backslash"),
        pytest.param("[a](javascript:b)", "\\[a]\\(javascript:b)", id="javascript"),
        pytest.param(
            "x [a](java&#115;cript:b)", "x [a]\\(java&#115;cript:b)", id="hidden"
        ),
        pytest.param("![a](data:b)", "![a]\\(data:b)", id="data"),
        pytest.param("x\u202ey", "x\\u202ey", id="bidi"),
    ],
)
def test_what_is_more_than_inline_becomes_text(text: str, expected: str) -> None:
    """What would start a block, act, or swallow what follows is shown as typed."""
    assert inline(text) == expected


@pytest.mark.parametrize("judge", JUDGES)
@pytest.mark.parametrize(
    "text", ["a", "*a*", "**a**", "_a_", "`a`", "[a](b)", "a*", "*"]
)
def test_prose_may_be_bold(text: str, judge: str) -> None:
    """A template may set prose in bold, whatever it has of its own."""
    seen = see(JUDGES[judge](f"x **{inline(text)}** *canary*"))
    assert ("strong",) in seen.tags
    assert "**" not in seen.text
    assert seen.tags[-3:] == [("em",), ("/em",), ("/p",)]


@pytest.mark.parametrize("judge", JUDGES)
@given(text=our.hostile_texts.filter(bool), prose=st.sampled_from(PROSE))
def test_values_in_prose_read_as_themselves(prose: str, judge: str, text: str) -> None:
    """What an expression gives is text wherever it stands, and code in code."""
    seen = prose_page("paragraph", inline(prose.replace("{}", value(text))), judge)
    word = inline(prose.replace("{}", "placeholder"))
    plain = prose_page("paragraph", word, judge)
    assert seen.text == plain.text.replace("placeholder", visible(text))
    assert seen.tags == plain.tags
    assert not list(references(seen))


@pytest.mark.parametrize("judge", JUDGES)
@given(text=our.hostile_texts.filter(lambda text: text and "\ufe0f" not in text))
def test_escaped_text_passes(judge: str, text: str) -> None:
    """What `escape` made of a text is prose already, but for its blanks."""
    seen = prose_page("paragraph", inline(f"a {escape(text)} b"), judge)
    plain = prose_page("paragraph", "a placeholder b", judge)
    expected = plain.text.replace("placeholder", visible(text))
    assert re.sub(" +", " ", seen.text) == re.sub(" +", " ", expected)
    assert seen.tags == plain.tags
    assert not list(references(seen))


def test_finished_code_passes() -> None:
    """What our own functions write stays, everything else in HTML is text."""
    source = f"see {code('a|b_c[1]')} and {escape('@a $1')} and <code>*x*</code>"
    assert inline(source) == source.replace(
        "<code>*x*</code>", "&lt;code>*x*&lt;/code>"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a\n\n- b\n- [ ] c\n", "a\n\n- b\n- [ ] c", id="as-written"),
        pytest.param("# a\n## b\n# c", "### a\n#### b\n### c", id="demoted"),
        pytest.param("#### a\n## b\n###### c", "### a\n### b\n#### c", id="no-skip"),
        pytest.param("a\n===\n\nb\nc\n---", "### a\n\n#### b c", id="setext"),
        pytest.param("# a #", "### a", id="closing-hashes"),
        pytest.param("> # a", "> ### a", id="quoted"),
        pytest.param("- # a", "- ### a", id="in-item"),
        pytest.param("```\n# a", "```\n# a\n```", id="open-fence"),
        pytest.param("- ~~~~ x\n  a", "- ~~~~ x\n  a\n  ~~~~", id="open-fence-in-item"),
        pytest.param("```\n<b>\n```", "```\n<b>\n```", id="html-in-fence"),
        pytest.param("    <b>", "    <b>", id="html-in-code"),
        pytest.param("a `<b>` <b>", "a `<b>` &lt;b>", id="inline-html"),
        pytest.param(
            "<div>\n# a\n</div>", "&lt;div>\n### a\n&lt;/div>", id="html-block"
        ),
        pytest.param("<!--\na", "&lt;!--\na", id="open-comment"),
        pytest.param("a\n<!-- -->\nb", "a\n&lt;!-- -->\nb", id="cut-alone"),
        pytest.param("[a]: http://b\n\n[a]", "[a]: http://b\n\n[a]", id="definition"),
        pytest.param("[a]: javascript:b", "[a]\\: javascript:b", id="bad-definition"),
        pytest.param("[a](javascript:b)", "[a]\\(javascript:b)", id="bad-link"),
        pytest.param(
            "| a |\n|---|\n| `b\\|c` <i> |",
            "| a |\n|---|\n| `b\\|c` &lt;i> |",
            id="table",
        ),
        pytest.param("```mermaid\nA-->B\n```", "```mermaid\nA-->B\n```", id="mermaid"),
        pytest.param("a\\  \nb", "a\\\\\\\nb", id="break-after-backslash"),
        pytest.param("\n\n  \n", "", id="nothing"),
    ],
)
def test_blocks_fit_their_section(text: str, expected: str) -> None:
    """A section's body keeps its Markdown, without HTML, below its heading."""
    assert block(text, 3) == expected


@pytest.mark.parametrize("judge", JUDGES)
@pytest.mark.parametrize(
    ("text", "breaks"),
    [
        pytest.param("**A:** b  \n**C:** d  \n**E:** f", 2, id="fields"),
        pytest.param("a\\\nb", 1, id="backslash"),
        pytest.param("- a  \n  b\n- c  \n- d", 1, id="item"),
        pytest.param("> a  \n> b", 1, id="quote"),
        pytest.param("a\\\\  \nb", 1, id="after-backslashes"),
        pytest.param("**a  \nb** `c  \nd` e", 1, id="not-in-code"),
        pytest.param("```\na  \nb\n```\n\n    c  \n    d", 0, id="not-in-blocks"),
        pytest.param("a\nb  \n\n# c  \n\nd  ", 0, id="at-ends"),
    ],
)
def test_lines_of_blocks_stay_apart(text: str, breaks: int, judge: str) -> None:
    """Where an author ends a line, the finished report ends it, and says the same."""
    seen = see(JUDGES[judge](tidy(block(text, 1))))
    written = see(JUDGES[judge](text))
    assert seen.tags.count(("br",)) == breaks
    assert seen.tags == written.tags
    assert seen.text.split() == written.text.split()


@pytest.mark.parametrize("judge", JUDGES)
@given(text=our.markdown_texts, level=st.integers(2, 6))
def test_blocks_hold_together(judge: str, text: str, level: int) -> None:
    """No body brings HTML, skips a heading, or swallows what follows."""
    source = block(text, level)
    after = f"{'#' * level} canary\n\n*canary*\n"
    seen = see(JUDGES[judge](f"before\n\n{source}\n\n{after}"))
    tail = [(f"h{level}",), (f"/h{level}",), ("p",), ("em",), ("/em",), ("/p",)]
    assert seen.tags[-6:] == tail
    assert seen.tags[:2] == [("p",), ("/p",)]
    assert not {"details", "summary", "div", "b", "script"} & {
        tag[0] for tag in seen.tags
    }
    assert set(seen.comments) <= {" "}
    levels = [int(tag[0][1]) for tag in seen.tags if re.fullmatch(r"h\d", tag[0])]
    assert min(levels) == level
    assert all(below - above <= 1 for above, below in pairwise(levels))


@given(text=our.markdown_texts, level=st.integers(2, 6))
def test_blocks_once_are_enough(text: str, level: int) -> None:
    """A tame body is tame."""
    once = block(text, level)
    assert block(once, level) == once


@pytest.mark.parametrize("judge", JUDGES)
@given(text=our.hostile_texts.filter(bool), body=st.sampled_from(BODIES))
def test_values_in_blocks_read_as_themselves(body: str, judge: str, text: str) -> None:
    """What an expression gives is text in every block, and code in code."""
    assume(text.strip() or not body.startswith(" "))  # no code is left then
    spelled = block(body.replace("{}", value(text)), 3)
    seen = see(JUDGES[judge](f"{spelled}\n\n*canary*\n"))
    plain = see(
        JUDGES[judge](f"{block(body.replace('{}', 'placeholder'), 3)}\n\n*canary*\n")
    )
    assert seen.tags == plain.tags
    shown = plain.text.replace("placeholder", visible(text))
    assert seen.text in {shown, f" {shown}"}
    assert not list(references(seen))


@pytest.mark.parametrize(
    "unit",
    [
        "*a ",
        "**a _b ",
        "`",
        "[",
        "[a](",
        "](",
        "<",
        "![",
        "<code>",
        "\\",
        "a | ",
        "[a](b) ",
        "https://a `b` ",
        "` `` ",
        '[a](b "',
    ],
)
def test_long_prose_is_no_burden(unit: str) -> None:
    """Steps grow with the length of prose, whatever it repeats."""
    assert_steps_grow_with_length(inline, unit)


def test_many_blanks_are_no_burden() -> None:
    """A long row of blanks that ends no line costs no more than letters."""
    began = time.process_time()
    block(f"a{' ' * 100_000}b  \nc", 3)
    assert time.process_time() - began < 3


def test_plain_prose_needs_no_parser() -> None:
    """Prose without blocks starts no Markdown parser: start-up counts."""
    program = (
        "import sys; from reportgen.render.prose import block, inline;"
        "inline('**a** `b` [c](d) *'); block('a\\n\\n- b\\n- **c**', 3);"
        "sys.exit('markdown_it' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
