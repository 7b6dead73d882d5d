"""What looks like a secret never reaches a report."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import strategies as our
from hypothesis import given

from reportgen.cli import main
from reportgen.load.messages import detail, gist, message, reason
from reportgen.masking import MASK, Masking, cut, mask_secrets, mask_values
from reportgen.model import Outcome, Prose, Result

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
    ("sign", "rest"),
    [
        *((f"gh{kind}_", "a1B2" * 9) for kind in "pousr"),
        *((f"gl{kind}-", "aB3-_" * 4) for kind in ("pat", "ptt", "rt", "cbt")),
        *((sign, "ABCDEFGHIJKLMNOP") for sign in ("AKIA", "ASIA")),
        *((f"xox{kind}-", "123456789012-abcdef") for kind in "abeoprs"),
        *((sign, "a1B2" * 6) for sign in ("sk_live_", "rk_live_")),
    ],
)
def test_tokens_of_every_kind_are_masked(sign: str, rest: str) -> None:
    """What has the same shape is known by each of its signs, in evidence too."""
    assert mask_secrets(f"key={sign}{rest}") == f"key={MASK}"
    assert Masking().masked(f"key={sign}{rest}") == f"key={MASK}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("https://me:pass@host/x", "https://me:***@host/x", id="url"),
        pytest.param("psql://u:p@ss@h", "psql://u:***@h", id="at-in-password"),
        pytest.param("redis://:pw@h", "redis://:***@h", id="no-user"),
        pytest.param(rf"a\n{TOKENS['json-web-token']}\n", r"a\n***\n", id="line-end"),
        pytest.param(
            f"\x1b[1;33m{TOKENS['json-web-token']}", "\x1b[1;33m***", id="bold"
        ),
        pytest.param(f"\x1b[0m{TOKENS['stripe']}", "\x1b[0m***", id="colour"),
        pytest.param(f"a%3D{TOKENS['stripe']}", "a%3D***", id="percent"),
        pytest.param(rf"\x00{TOKENS['json-web-token']}", r"\x00***", id="control"),
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
        "keyJournals.something.else",
        "task_live_forever_and_a_day",
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
        "[1meyJ",
        "%20eyJ",
        r"\x00eyJ",
        "_eyJ",
    ],
)
def test_masking_a_megabyte_is_no_burden(unit: str) -> None:
    """Time grows with the length of a text, whatever it repeats."""
    text = unit * (1_000_000 // len(unit))
    assert mask_secrets(text)
    assert len(cut(f"{text} ", len(text))) <= len(text)


CUT = {
    **{name: token for name, token in TOKENS.items() if "key" not in name},
    "url": "https://me:pass@wordword@",
    "bearer": "Authorization: Bearer abcdefghij0123456789",
}


@pytest.mark.parametrize("before", ["", "Bearer ", "x" * 50, "a b\tc\n", "http://x/"])
@pytest.mark.parametrize("token", CUT.values(), ids=CUT)
def test_no_cut_leaves_the_first_part_of_a_secret(token: str, before: str) -> None:
    """Wherever a text is cut, a secret is there as a whole, and masked, or not."""
    text = f"{before} {token} and more"
    for most in range(len(text) + 1):
        shown = mask_secrets(cut(text, most))
        assert all(sign not in shown for sign in ("a1", "aB", "AB", "123", "vc"))
        assert all(sign not in shown for sign in ("hb", ".ey", "pass", "word", "abc"))
        assert text.startswith(shown[: shown.find(MASK)] if MASK in shown else shown)
    assert cut(text, len(text)) == text


def test_a_secret_that_ends_in_what_begins_another_is_not_cut_in_two() -> None:
    """Where the second is left out, nothing stays of the first."""
    assert cut("x Bearer abcdefghijBearer abcdefgh", 27) == "x "


@pytest.mark.parametrize(
    "text", ["https://me@host/path", "ghp_a1B2 it", "a" * 90, "AKIAb", "see eyJ.a"]
)
def test_a_cut_takes_nothing_else(text: str) -> None:
    """Only what may be a secret is left out."""
    assert cut(text + "more", len(text)) == text


@pytest.mark.parametrize("colour", ["", "\x1b[31m" * 700], ids=["plain", "coloured"])
@pytest.mark.parametrize(("shorten", "most"), [(message, 2_000), (detail, 20_000)])
def test_a_long_message_is_cut_beside_a_secret(
    shorten: Callable[[str], str], most: int, colour: str
) -> None:
    """What of it can be read is short enough, and shows no part of the secret."""
    token = TOKENS["github"]
    for size in range(0, 2 * most, most // 50):
        text = f"{colour}{'x' * size} {token}{colour} {token} {'y ' * most}"
        shown = mask_secrets(shorten(text))
        assert "a1B2" not in shown
        assert len(shown) <= most + 2
        assert shown.endswith(" …")


@pytest.mark.parametrize("at", range(3_985, 4_001))
def test_a_cut_through_a_colour_is_none_through_a_secret(at: int) -> None:
    """What is left of the colour hides no secret that stands before it."""
    text = "_" * (at % 5) + "\x1b[31m" * (at // 5) + " ghp_a1B2\x1b[31ma1B2" * 20
    assert "a1B2" not in mask_secrets(message(f"{text:6000}"))


@pytest.mark.parametrize("name", ["private-key", "cut-private-key"])
@pytest.mark.parametrize("number", [1, 900, 3_000])
def test_no_line_of_a_key_is_what_a_failure_says(name: str, number: int) -> None:
    """A line of it alone does not show that it is a key."""
    key = TOKENS[name].replace("MIIE", "MIIEabc\n" * number)
    for said in (f"b: {key}", f"E   b: {key}".replace("\n", "\nE   ")):
        for shorten in (gist, reason):
            assert mask_secrets(shorten(f"a\n{said}")) == f"b: {MASK}"


def test_a_long_line_is_shown_from_its_beginning() -> None:
    """Its end may begin within a secret."""
    assert gist("a\nb" + TOKENS["github"] * 1_000).startswith("b")


def test_everything_that_is_made_of_evidence_is_masked() -> None:
    """Wherever a secret is nested; each is counted once, and authors' words stay."""
    masking = Masking()
    one, two = TOKENS["github"], TOKENS["amazon"]
    result = Result(nodeid=f"a[{one}]", outcome=Outcome.FAILED, message=f"{one} {two}")
    clean = Result(nodeid="b", outcome=Outcome.FAILED, message="ghp_short")
    value = ({"x": (result, frozenset([two]))}, [clean], Prose(one))
    masked = masking.masked(value)
    assert masked[0]["x"][0].nodeid == f"a[{MASK}]"
    assert masked[0]["x"][0].message == f"{MASK} {MASK}"
    assert masked[0]["x"][1] == frozenset([MASK])
    assert masked[1] is value[1]
    assert masked[2] == one
    assert masking.number == 2


def test_tests_that_differ_by_a_secret_are_told_apart() -> None:
    """One that failed is not taken for another that was meant to."""
    one, two, three = (f"t[https://u:{word}@h]" for word in ("a1", "b2", "c3"))
    results = [Result(nodeid=n, outcome=Outcome.FAILED) for n in (one, two, three)]
    known = {two: 1, three: 2}
    found, expected, names = Masking().masked((results, frozenset([one, two]), known))
    assert [result.nodeid in expected for result in found] == [True, True, False]
    assert list(names) == [result.nodeid for result in found[1:]]
    assert found[0].nodeid == "t[https://u:***@h]"
    assert found[2].nodeid == "t[https://u:***@h] (3)"


@pytest.mark.parametrize(
    ("name", "value", "text", "expected"),
    [
        ("GITHUB_TOKEN", "abcdefgh", "key abcdefgh.", "key ***."),
        ("db_password", "correct horse", "correct horse battery", "*** battery"),
        ("AwsSecret", "a" * 8, "a" * 20, "******aaaa"),
        ("OPENAI_API_KEY", "x" * 9, "x" * 8, "x" * 8),
        ("OPENAI_API_KEY", "abcdefgh", "key abcdefgh", "key ***"),
        ("ApiKey", "abcdefgh", "key abcdefgh", "key ***"),
        ("PRIVATE_KEY", "abcdefgh", "key abcdefgh", "key ***"),
        ("PRIVATEKEY", "abcdefgh", "key abcdefgh", "key ***"),
        ("GOOGLE_CREDENTIALS", "abcdefgh", "key abcdefgh", "key ***"),
        ("A_TOKEN", "abcdefg", "key abcdefg", "key abcdefg"),
        ("A_TOKEN", "abcdefgh\n", "key=abcdefgh.", "key=***."),
        ("A_TOKEN", " " * 8, f"a{' ' * 8}b", f"a{' ' * 8}b"),
        ("TOKENIZERS_PARALLELISM", "false", "it is false", "it is false"),
        ("HOME", "/home/somebody", "/home/somebody/x", "/home/somebody/x"),
    ],
)
def test_values_of_variables_that_are_named_like_secrets_are_masked(
    name: str, value: str, text: str, expected: str
) -> None:
    """Whoever runs a program knows what it may not tell."""
    assert mask_values(text, {name: value}) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("abab", ""),
        ("key ababcde", "key "),
        ("key ababcdef", "key ***"),
        ("key abc", "key abc"),
        ("key", "key"),
    ],
)
def test_the_first_part_of_a_value_goes_with_the_rest(text: str, expected: str) -> None:
    """Where a text is not finished, its end may be all that is known of a secret."""
    environment = {"A_TOKEN": "ababcdef"}
    assert mask_values(text, environment, unfinished=True) == expected


@pytest.mark.parametrize("word", ["Bearer", "bearer", "BEARER"])
def test_an_authorization_is_masked_however_it_is_written(word: str) -> None:
    """Names of schemes have no case, and programs write each."""
    assert mask_secrets(f"{word} abcdefghij0123456789") == f"{word} {MASK}"


def test_the_shortest_secret_is_masked() -> None:
    """No text of evidence is too short to hold one."""
    assert Masking().masked("://a:b@") == "://a:***@"


def test_a_secret_that_holds_another_is_masked_whole() -> None:
    """Nothing of the longer one is left, in whatever order they come."""
    environment = {"A_TOKEN": "abcdefgh", "B_TOKEN": "12abcdefgh34"}
    assert mask_values("12abcdefgh34", environment) == MASK


@pytest.mark.parametrize("token", TOKENS.values(), ids=TOKENS)
def test_one_secret_among_many_texts_is_found(token: str) -> None:
    """However much is looked at together, in whatever it is held."""
    results = [Result(nodeid=f"t{n}", outcome=Outcome.FAILED) for n in range(1_000)]
    results.insert(700, Result(nodeid="x", outcome=Outcome.FAILED, detail=token))
    masking = Masking()
    masked = masking.masked(tuple(results))
    assert token not in masked[700].detail
    assert masked[:700] + masked[701:] == tuple(results[:700] + results[701:])
    names = {f"a[{n}]": n for n in range(1_000)}
    assert masking.masked(names) is names
    assert not any(token in name for name in masking.masked(names | {token: 1}))
    assert masking.number == 1


def test_what_is_no_value_of_json_is_looked_at_alone() -> None:
    """No text escapes because something beside it cannot be written."""
    odd = (object(), "\ud800", *map(str, range(1_000)), TOKENS["github"])
    masked = Masking().masked(odd)
    assert masked == (*odd[:-1], MASK)


@pytest.mark.parametrize(
    "command",
    [
        *(
            pytest.param(["build", "work", "-o", "-", "--template", name], id=name)
            for name in ("report", "report.html", "issue-update", "job-summary")
        ),
        *(
            pytest.param(["check", "work", "--format", name], id=name)
            for name in ("text", "json", "github")
        ),
        pytest.param(["show", "work"], id="show"),
        pytest.param(["explain", "work"], id="explain"),
    ],
)
def test_no_output_shows_a_secret(
    command: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A secret of the evidence is nowhere; reports say how many were masked."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "reportgen.toml").touch()
    (tmp_path / "data").mkdir()
    phase = {"outcome": "passed", "duration": 0.1}
    tests = [
        {
            "nodeid": f"tests/test_a.py::test_{name}[{token}]",
            "outcome": "failed",
            "setup": phase,
            "call": {
                "outcome": "failed",
                "duration": 0.1,
                "crash": {"path": "a.py", "lineno": 1, "message": f"no {token}"},
                "longrepr": f"E  no {token}",
            },
            "teardown": phase,
        }
        for name, token in TOKENS.items()
    ]
    summary = {"failed": len(tests), "total": len(tests), "collected": len(tests)}
    text = json.dumps(
        {"created": 1.0, "exitcode": 1, "summary": summary, "tests": tests}
    )
    (tmp_path / "data" / "t.json").write_text(text, encoding="utf-8")
    (tmp_path / "data" / "work.yaml").write_text(
        "title: Work\nevidence: {tests: {pytest: t.json}}\n"
        "tasks: [{id: a, title: A, done: true, acceptance: [{tests: tests/}]}]\n",
        encoding="utf-8",
    )
    main(command)
    said = capsys.readouterr()
    everything = said.out + said.err
    assert "failed" in everything
    for token in TOKENS.values():
        assert token.splitlines()[0] not in everything.replace("<!-- -->", "")
    if "build" in command:
        assert "asked secrets" in everything
