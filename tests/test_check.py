"""What is wrong with finished Markdown is found, and nothing else is."""

import re
from collections import Counter
from pathlib import Path

import cmarkgfm
import pytest
from cmarkgfm.cmark import Options
from hypothesis import given
from steps import assert_steps_grow_with_length
from strategies import markdown_texts

from reportgen.check import reading
from reportgen.check.links import slugs
from reportgen.check.markdown import CHECKS, WARNINGS, check_markdown

CASES = Path(__file__).parent / "cases" / "markdown"
CASE_FILES = sorted(CASES.glob("*.md"))
BLOCKS = re.compile(r"<(h[1-6]|table|tr|t[hd]|li|pre|blockquote)\b")


def _findings(case: Path) -> str:
    text = case.read_bytes().decode()
    findings = check_markdown(text, case.name, folder=CASES, root=CASES.parent)
    shown = "".join(f"{found}\n" for found in findings)
    return shown.replace(repr(str(CASES)), "'.'").replace(
        repr(str(CASES.parent)), "'..'"
    )


@pytest.mark.parametrize("case", CASE_FILES, ids=lambda case: case.stem)
def test_each_case_shows_what_is_found_in_it(case: Path) -> None:
    """A finding has its exact place, and what is right is passed over in silence."""
    assert _findings(case) == case.with_suffix(".err").read_text(encoding="utf-8")


@pytest.mark.parametrize("code", CHECKS)
def test_each_check_has_a_case_and_an_explanation(code: str) -> None:
    """No check is without an example of what it finds."""
    expected = (CASES / f"{code}.err").read_text(encoding="utf-8")
    (line, *_) = [line for line in expected.splitlines() if f"[{code}]" in line]
    assert (": warning: " in line) is (code in WARNINGS)
    assert (CHECKS[code].__doc__ or "").startswith("Find ")


@pytest.mark.parametrize("case", CASE_FILES, ids=lambda case: case.stem)
def test_github_sees_the_same_blocks(case: Path) -> None:
    """What is checked is what GitHub's own parser makes of the text."""
    text = case.read_bytes().decode()
    ours = Counter(
        token.tag if token.tag != "code" else "pre"
        for piece in reading.pieces(text)
        for token in piece.tokens
        if token.nesting == 1 or token.type in {"fence", "code_block"}
    )
    html = cmarkgfm.github_flavored_markdown_to_html(text, Options.CMARK_OPT_UNSAFE)
    theirs = Counter(BLOCKS.findall(html))
    if case.stem == "nested-too-deep":
        assert theirs["li"] > ours["li"]  # this is why there is a finding
    else:
        assert {tag: ours[tag] for tag in theirs} == dict(theirs)


@pytest.mark.parametrize(
    ("headings", "expected"),
    [
        (["Next Steps"], ["next-steps"]),
        (["A & B – C"], ["a--b--c"]),
        (["snake_case: 3.11!"], ["snake_case-311"]),
        (["Übersicht", "日本語"], ["übersicht", "日本語"]),
        (["⚠️ Risks"], ["\ufe0f-risks"]),
        (["a", "A", "a"], ["a", "a-1", "a-2"]),
    ],
    ids=["blank", "signs", "underscore", "letters", "selector", "repeated"],
)
def test_anchors_are_github_s(headings: list[str], expected: list[str]) -> None:
    """A link to a section is judged by the anchor that GitHub gives it."""
    assert list(slugs(headings)) == expected


def test_without_a_folder_links_to_files_are_not_judged() -> None:
    """A text for an issue has no folder to look from, but still has anchors."""
    (finding,) = check_markdown("[a](gone.md) [b](#gone)\n", "-")
    assert str(finding).startswith("-:1:14: ")


@given(markdown_texts)
def test_any_text_can_be_checked(text: str) -> None:
    """No text is too strange to be judged, and each place lies within it."""
    lines = re.split(r"\r\n?|\n", text)
    for finding in check_markdown(text, "x", folder=CASES):
        assert 1 <= finding.place.line <= len(lines)
        assert 1 <= finding.place.column <= len(lines[finding.place.line - 1]) + 1


@given(markdown_texts)
def test_a_long_text_is_judged_like_a_short_one(text: str) -> None:
    """Reading in pieces changes nothing: not a finding, and not a place."""
    whole = check_markdown(text, "x")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "_SIZE", 3)
        assert check_markdown(text, "x") == whole


STRANGE = (
    "[ ![ < <!-- <a <b>\n >\t -\t [a]( [a](b) |a `a`` **a #\ta\n ```\n "
    "[a]:b\n\n <code></a> a\n---\n <summary> 1.\t-\t"
)


@pytest.mark.parametrize("unit", STRANGE.split(" "))
def test_strange_texts_take_no_strange_time(unit: str) -> None:
    """Four times the text takes about four times the steps, not sixteen times."""
    assert_steps_grow_with_length(lambda text: check_markdown(text, "x"), unit)
