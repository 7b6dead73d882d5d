"""What a reader cannot see is spelled out, and what a terminal acts on too."""

import pytest
import strategies as our
from hypothesis import given
from hypothesis import strategies as st
from payloads import HARMLESS

from reportgen.render.visible import (
    terminal,
    visible,
    workflow_command_data,
    workflow_command_property,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("\x1b[31m", r"\x1b[31m", id="escape"),
        pytest.param("a\nb\tc\rd", r"a\nb\tc\rd", id="newline"),
        pytest.param("\x00\x85", r"\x00\x85", id="control"),
        pytest.param("\u202etxt.exe", r"\u202etxt.exe", id="bidi"),
        pytest.param("a\u200bb\ufeff\xad", r"a\u200bb\ufeff\xad", id="zero-width"),
        pytest.param("\u2028\u2029", r"\u2028\u2029", id="separator"),
        pytest.param("\ud800", r"\ud800", id="surrogate"),
        pytest.param("\ufffe\U0010ffff", r"\ufffe\U0010ffff", id="non-character"),
        pytest.param("\U000e0041", r"\U000e0041", id="tag"),
        pytest.param("a\u200db", r"a\u200db", id="joiner-without-need"),
        pytest.param("x\ufe0f\ufe0f", r"x\ufe0f\ufe0f", id="selector-without-need"),
        pytest.param("\u3164", r"\u3164", id="filler"),
        pytest.param("p\u0430ypal", "p\u0430ypal", id="confusable"),
    ],
)
def test_hidden_characters_are_spelled_out(text: str, expected: str) -> None:
    """A reader sees that there is something, and what."""
    assert visible(text) == expected


@pytest.mark.parametrize("text", HARMLESS)
def test_what_writing_needs_stays(text: str) -> None:
    """Emoji, Indic and Arabic words keep their joiners and selectors."""
    assert visible(text) == text


@given(st.text() | our.hostile_texts)
def test_visible_text_can_be_written_and_stays(text: str) -> None:
    """The result can always be encoded, and spelling it out again changes nothing."""
    shown = visible(text)
    assert shown.encode("utf-8").decode("utf-8") == shown
    assert visible(shown) == shown
    assert "".join(shown.splitlines()) == shown


def test_kept_characters_stay() -> None:
    """A fence keeps its lines and tabs."""
    assert visible("a\n\tb\x1b", keep="\n\t") == "a\n\tb\\x1b"


@given(our.hostile_texts)
def test_terminals_get_no_commands(text: str) -> None:
    """An error that quotes a text is one line without controls."""
    assert not any(
        ord(each) < 0x20 or 0x7F <= ord(each) < 0xA0 for each in terminal(text)
    )


@given(our.hostile_texts)
def test_workflow_commands_stay_one_command(text: str) -> None:
    """An annotation ends where it ends, and a property holds no other."""
    assert len(f"x{workflow_command_data(text)}x".splitlines()) == 1
    assert not set(workflow_command_property(text)) & set(":,\r\n")


def test_workflow_commands_keep_lines() -> None:
    """A runner turns what is encoded back into lines and signs."""
    assert workflow_command_data("50%\r\nb\x1b") == "50%25%0D%0Ab\\x1b"
    assert workflow_command_property("a:b,c") == "a%3Ab%2Cc"
