"""`reportgen post` keeps one comment up to date, whatever a forge does."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from forge_server import ME, SOMEBODY, TOKEN, Forge, forge

from reportgen.cli import main
from reportgen.forge.client import Client
from reportgen.forge.target import target_of
from reportgen.forge.token import find_token
from reportgen.model import ExitCode, PublishError
from reportgen.publish.comment import Done, keep_comment, marker

MARK = marker("work", "issue-update.md")
TEXT = f"{MARK}\n\nnew text\n"
OLD = f"{MARK}\n\nold text\n"
VARIABLES = (
    "GH_",
    "GITHUB_",
    "GITLAB_",
    "GITEA_",
    "FORGEJO_",
    "CI_",
    "REPORTGEN_",
    "GL_",
)
RECORD = """\
title: Work
issue: {issue}
tasks:
  - {{id: first, title: The first thing}}
"""


@pytest.fixture
def server() -> Iterator[Forge]:
    """Give a forge."""
    with forge() as it:
        yield it


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Return what is waited for, without waiting."""
    waited: list[float] = []
    monkeypatch.setattr("reportgen.forge.client.time.sleep", waited.append)
    return waited


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.startswith(VARIABLES) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))  # there is no gh
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def record(tmp_path: Path, server: Forge) -> Path:
    """Return a record whose issue is on the forge."""
    path = tmp_path / "data" / "work" / "record.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(RECORD.format(issue=server.issue), encoding="utf-8")
    return path


def post(server: Forge, *words: str) -> int:
    """Post the record `work` to the forge's issue, and return the exit code."""
    return main(["post", "work", "--to", server.issue, *words])


def keep(server: Forge, text: str = TEXT, patience: float = 100.0) -> Done:
    """Keep the comment on the forge's issue, and return what was done."""
    target = target_of(server.issue, None, {})
    client = Client(target, TOKEN, patience)
    try:
        return keep_comment(target, client, text, MARK).done
    finally:
        client.close()


# --- One comment ---------------------------------------------------------------


def test_twice_the_same_is_written_once(
    server: Forge, record: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The first time a comment is made; the second time nothing is written."""
    assert post(server) == ExitCode.OK
    assert "created: " in capsys.readouterr().err
    assert server.writes == ["POST"]
    assert post(server) == ExitCode.OK
    assert "unchanged: " in capsys.readouterr().err
    assert server.writes == ["POST"]
    record.write_text(record.read_text("utf-8").replace("first", "other"), "utf-8")
    assert post(server) == ExitCode.OK
    assert "updated: " in capsys.readouterr().err
    assert server.writes == ["POST", "PATCH"]
    (body,) = server.of(ME)
    assert body.startswith(f"{MARK}\n\n## ")


@pytest.mark.parametrize("page", [100, 30])
def test_it_is_found_among_many(server: Forge, page: int) -> None:
    """All pages are read: the own comment is found behind 250 others."""
    server.page = page
    for number in range(250):
        server.add(f"comment {number}")
    server.add(OLD, ME)
    assert keep(server) is Done.UPDATED
    assert server.of(ME) == [TEXT]


def test_a_forge_that_knows_no_pages(server: Forge) -> None:
    """Where every page has every comment, the reading ends."""
    server.all_at_once = True
    for number in range(150):
        server.add(f"comment {number}")
    assert keep(server) is Done.CREATED
    assert keep(server) is Done.UNCHANGED


@pytest.mark.parametrize(
    ("body", "author"),
    [
        pytest.param(TEXT, SOMEBODY, id="our marker, another author"),
        pytest.param(f"see: {OLD}", ME, id="our marker, not at the start"),
        pytest.param(
            marker("work", "job-summary.md"), ME, id="another template of the record"
        ),
        pytest.param(marker("work2", "issue-update.md"), ME, id="another record"),
    ],
)
def test_other_comments_are_left_alone(server: Forge, body: str, author: int) -> None:
    """What is not surely ours is neither written nor deleted."""
    server.add(body, author)
    assert keep(server) is Done.CREATED
    assert [each["body"] for each in server.comments] == [body, TEXT]


def test_doubles_become_one(server: Forge) -> None:
    """Of several own comments the oldest stays, with the new text."""
    for _ in range(3):
        server.add(OLD, ME)
    server.add(OLD)
    assert keep(server) is Done.UPDATED
    assert server.of(ME) == [TEXT]
    assert server.of(SOMEBODY) == [OLD]


def test_two_at_once_leave_one(server: Forge) -> None:
    """Two that both see no comment and both write one end with one."""
    both = threading.Barrier(2)

    def together(verb: str, _path: str, _number: int) -> str:
        if verb == "POST":
            both.wait(5)
        return ""

    server.trouble = together
    threads = [threading.Thread(target=keep, args=(server,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert server.writes.count("POST") == 2
    assert server.of(ME) == [TEXT]


def test_the_token_of_a_workflow_knows_itself(server: Forge) -> None:
    """GitHub refuses to say whose token of an app it is; GraphQL says it."""
    server.is_app = True
    assert keep(server) is Done.CREATED
    assert keep(server) is Done.UNCHANGED


def test_a_forge_that_changes_line_ends(server: Forge) -> None:
    """What differs in the ends of lines alone is not written again."""
    server.add(TEXT.rstrip().replace("\n", "\r\n"), ME)
    assert keep(server) is Done.UNCHANGED


def test_the_largest_report_fits_with_its_marker(server: Forge, record: Path) -> None:
    """What is posted fits a comment, the hidden line included, whatever there is."""
    words = "done: true, attested: {by: somebody, on: 2026-03-01}"
    tasks = "".join(f"  - {{title: {'word ' * 30} {n}, {words}}}\n" for n in range(900))
    record.write_text(f"title: Work\ntasks:\n{tasks}", "utf-8")
    post(server)
    (body,) = server.of(ME)
    assert len(body) <= 65_536
    assert body.startswith(MARK)
    assert "Left out, to fit here" in body


def test_no_line_is_a_command(server: Forge, record: Path) -> None:
    """A line of the record that a bot or a forge would obey does nothing."""
    template = record.parents[2] / "templates" / "issue-update.md.j2"
    template.parent.mkdir()
    template.write_text("# {{ record.title | prose }}\n\n/close\n/label ~x\n")
    post(server)
    (body,) = server.of(ME)
    assert "\n /close\n /label" in body


# --- Misbehaviour --------------------------------------------------------------

PASSING = ("500", "500 after", "cut after", "limited")


@pytest.mark.parametrize("old", [False, True], ids=["create", "update"])
@pytest.mark.parametrize(
    ("trouble", "number"),
    [*product(PASSING, range(7)), ("slow", 0), ("slow", 3)],
)
def test_what_passes_is_waited_for(
    server: Forge,
    pauses: list[float],
    monkeypatch: pytest.MonkeyPatch,
    *,
    trouble: str,
    number: int,
    old: bool,
) -> None:
    """A fault that passes, at whichever request, leaves one comment with the text."""
    if trouble == "slow":
        monkeypatch.setattr("reportgen.forge.client._ANSWER", 0.4)
    if old:
        server.add(OLD, ME)
    server.trouble = lambda _v, _p, n: trouble if n == number else ""
    assert keep(server) in {Done.CREATED, Done.UPDATED}
    assert server.of(ME) == [TEXT]
    assert bool(pauses) == (number < len(server.asked))


@pytest.mark.parametrize("old", [False, True], ids=["create", "update"])
@pytest.mark.parametrize("number", range(7))
@pytest.mark.parametrize("trouble", ["too long", "cut after", "500"])
def test_a_retry_after_a_failure_leaves_one(
    server: Forge, pauses: list[float], *, trouble: str, number: int, old: bool
) -> None:
    """Whichever request is the last that works, the next run leaves one comment."""
    if old:
        server.add(OLD, ME)
    server.trouble = lambda _v, _p, n: trouble if n >= number else ""
    try:
        keep(server)
    except PublishError:
        assert len(server.of(ME)) <= 1 + (trouble == "cut after") * len(pauses)
    server.trouble = lambda _v, _p, _n: ""
    keep(server)
    assert server.of(ME) == [TEXT]


def test_how_long_to_wait_is_heeded(server: Forge, pauses: list[float]) -> None:
    """Where the forge says how long to wait, that is how long."""
    server.trouble = lambda _v, _p, n: "secondary" if n < 2 else ""
    keep(server)
    assert pauses == [7.0, 7.0]


@pytest.mark.parametrize("trouble", ["for an hour", "for ever"])
def test_nobody_waits_for_an_hour(
    server: Forge, pauses: list[float], trouble: str
) -> None:
    """A limit that lasts longer than our patience ends the attempt at once."""
    server.trouble = lambda _v, _p, _n: trouble
    with pytest.raises(PublishError, match="will not answer before"):
        keep(server)
    assert (len(server.asked), pauses) == (1, [])


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        pytest.param("too long", "answers 422: 'body is too long, ***'", id="too long"),
        pytest.param("talkative", f"{'x' * 190}***'", id="talkative"),
        pytest.param("500", "answers 502", id="down"),
        pytest.param("next nowhere", "cannot be reached: Invalid IPv6", id="no page"),
        pytest.param("elsewhere", "leads to another host", id="redirect"),
        pytest.param("next elsewhere", "leads to another host", id="next page"),
    ],
)
def test_what_cannot_be_posted_is_kept(
    server: Forge,
    record: Path,
    pauses: list[float],
    capsys: pytest.CaptureFixture[str],
    *,
    trouble: str,
    said: str,
) -> None:
    """Exit code 3, one line that says why, and the very text in a file."""
    where = "per_page" if trouble.startswith("next") else ""
    server.trouble = lambda _v, path, n: trouble if where in path and n else ""
    assert post(server) == ExitCode.NOT_PUBLISHED
    shown = capsys.readouterr().err
    assert said in shown
    assert "[forge-failed]" in shown
    assert TOKEN not in shown
    assert "the text is in reports/work.issue-update.md" in shown
    kept = (record.parents[2] / "reports" / "work.issue-update.md").read_text("utf-8")
    assert main(["verify", "reports/work.issue-update.md"]) == ExitCode.UNUSABLE
    assert "it is a comment that could not be posted" in capsys.readouterr().out
    server.trouble = lambda _v, _p, _n: ""
    assert post(server) == ExitCode.OK
    assert server.of(ME) == [kept]
    assert len(pauses) == (3 if trouble == "500" else 0)


@pytest.mark.usefixtures("record")
def test_an_update_that_is_not_kept_is_noticed(
    server: Forge, capsys: pytest.CaptureFixture[str]
) -> None:
    """A forge that answers 200 and keeps the old text is not believed."""
    server.add(f"{MARK}\nold", ME)
    server.trouble = lambda _v, _p, _n: "kept"
    assert post(server) == ExitCode.NOT_PUBLISHED
    assert "keeps another text" in capsys.readouterr().err


def test_a_redirect_on_the_same_host_is_followed(server: Forge) -> None:
    """A repository that was renamed is found; verb and body stay what they are."""
    server.trouble = lambda _v, path, _n: "" if "/moved/" in path else "moved"
    assert keep(server) is Done.CREATED
    assert server.of(ME) == [TEXT]


@pytest.mark.usefixtures("record")
def test_one_failure_does_not_stop_another(
    server: Forge, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every target is tried; the exit code tells of the one that failed."""
    with forge() as other:
        other.trouble = lambda _v, _p, _n: "too long"
        words = ["post", "work", "--to", other.issue, "--to", server.issue]
        assert main(words) == ExitCode.NOT_PUBLISHED
    assert len(server.of(ME)) == 1
    assert "created: " in capsys.readouterr().err


# --- Words, tokens and addresses -------------------------------------------------


@pytest.mark.usefixtures("record")
def test_a_dry_run_sends_nothing(
    server: Forge, capsys: pytest.CaptureFixture[str]
) -> None:
    """What would be sent is shown, no token is needed, and nothing is asked."""
    assert post(server, "--dry-run") == ExitCode.OK
    shown = capsys.readouterr()
    assert shown.out.startswith(f"{MARK}\n\n## ")
    assert server.issue in shown.err
    assert server.asked == []
    post(server)
    assert server.of(ME) == [shown.out]


def test_the_record_names_its_issue(
    server: Forge, record: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without --to, the comment goes to the record's issue, on the runner's server."""
    monkeypatch.setenv("GITHUB_SERVER_URL", server.base)
    assert main(["post", "work"]) == ExitCode.OK
    record.write_text(RECORD.format(issue=7), "utf-8")
    monkeypatch.setenv("GITHUB_REPOSITORY", "acme/shop")
    assert main(["post", "work"]) == ExitCode.OK
    assert len(server.of(ME)) == 1


@pytest.mark.usefixtures("record")
def test_a_record_cannot_send_the_token_away(
    server: Forge, capsys: pytest.CaptureFixture[str]
) -> None:
    """The token of one server is not sent to another because a record says so."""
    assert main(["post", "work"]) == ExitCode.NOT_PUBLISHED
    assert "[no-token]" in capsys.readouterr().err
    assert server.asked == []


@pytest.mark.parametrize(
    ("url", "environment", "token"),
    [
        pytest.param("codeberg.org", {}, None, id="codeberg"),
        pytest.param(
            "gitea.example.org",
            {
                "GITHUB_SERVER_URL": "https://github.com",
                "GITEA_SERVER_URL": "https://gitea.example.org",
            },
            None,
            id="runner-of-github",
        ),
        pytest.param(
            "gitea.example.org",
            {"GITHUB_SERVER_URL": "https://gitea.example.org"},
            TOKEN,
            id="runner-of-gitea",
        ),
    ],
)
def test_the_token_of_github_is_for_no_gitea(
    url: str, environment: dict[str, str], token: str | None
) -> None:
    """Only on a runner of Gitea is GITHUB_TOKEN the one of that server."""
    target = target_of(f"https://{url}/acme/shop/issues/7", None, environment)
    known = {**environment, "GITHUB_TOKEN": TOKEN}
    assert find_token(target, known, typed=False) == token


@pytest.mark.usefixtures("record")
def test_gh_is_not_asked_for_a_token_of_the_environment(
    server: Forge, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """What gh gives for every server is not sent to one that a record names."""
    monkeypatch.setenv("GH_ENTERPRISE_TOKEN", TOKEN)
    gh = tmp_path / "bin" / "gh"
    gh.parent.mkdir()
    gh.write_text('#!/bin/sh\necho "$GH_ENTERPRISE_TOKEN$GITHUB_TOKEN"\n')
    gh.chmod(0o755)
    assert main(["post", "work"]) == ExitCode.NOT_PUBLISHED
    assert server.asked == []


@pytest.mark.parametrize(
    ("issue", "said"),
    [
        pytest.param("7", "no repository that #7 is in", id="no repository"),
        pytest.param("http://example.org/a/b/issues/1", "show the token", id="http"),
        pytest.param("https://u:p@example.org/a/b/issues/1", "not the addr", id="user"),
        pytest.param("https://example.org/a/b/wiki/1", "not the addr", id="no issue"),
    ],
)
def test_an_address_that_cannot_be_used(
    record: Path, capsys: pytest.CaptureFixture[str], issue: str, said: str
) -> None:
    """Nothing is sent to what is not the address of an issue."""
    record.write_text(RECORD.format(issue=json.dumps(issue)), "utf-8")
    assert main(["post", "work"]) == ExitCode.UNUSABLE
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("url", "forge_name", "environment", "api"),
    [
        (
            "https://github.com/acme/shop/pull/7#issuecomment-1",
            None,
            {},
            "https://api.github.com/repos/acme/shop/issues/7/comments",
        ),
        (
            "https://git.acme.org/acme/shop/issues/7",
            None,
            {},
            "https://git.acme.org/api/v3/repos/acme/shop/issues/7/comments",
        ),
        (
            "https://acme.ghe.com/acme/shop/issues/7",
            None,
            {
                "GITHUB_SERVER_URL": "https://acme.ghe.com",
                "GITHUB_API_URL": "https://api.acme.ghe.com",
            },
            "https://api.acme.ghe.com/repos/acme/shop/issues/7/comments",
        ),
        (
            "https://github.com/acme/shop/issues/7",
            None,
            {
                "GITHUB_SERVER_URL": "https://github.com",
                "GITHUB_API_URL": "https://proxy.acme.org",
            },
            "https://proxy.acme.org/repos/acme/shop/issues/7/comments",
        ),
        (
            "https://gitlab.com/acme/team/shop/-/issues/7",
            None,
            {},
            "https://gitlab.com/api/v4/projects/acme%2Fteam%2Fshop/issues/7/notes",
        ),
        (
            "https://git.acme.org/acme/shop/-/merge_requests/7",
            None,
            {},
            "https://git.acme.org/api/v4/projects/acme%2Fshop/merge_requests/7/notes",
        ),
        (
            "https://git.acme.org/acme/shop/issues/7",
            "gitea",
            {},
            "https://git.acme.org/api/v1/repos/acme/shop/issues/7/comments",
        ),
        (
            "https://codeberg.org/acme/shop/pulls/7",
            None,
            {},
            "https://codeberg.org/api/v1/repos/acme/shop/issues/7/comments",
        ),
    ],
    ids=[
        "github",
        "enterprise",
        "data-residency",
        "its-own-api",
        "gitlab",
        "own-gitlab",
        "gitea",
        "codeberg",
    ],
)
def test_a_forge_is_known_by_its_address(
    url: str, forge_name: str | None, environment: dict[str, str], api: str
) -> None:
    """The address says which API is asked; the configuration, where it cannot."""
    target = target_of(url, forge_name, environment)
    assert f"{target.api}{target.comments}" == api


@pytest.mark.parametrize(
    ("path", "variable"),
    [
        pytest.param("/acme/team/shop/-/issues/7", "GITLAB_TOKEN", id="gitlab issue"),
        pytest.param(
            "/acme/team/shop/-/merge_requests/7", "GITLAB_TOKEN", id="gitlab request"
        ),
        pytest.param("/acme/shop/pulls/7", "GITEA_TOKEN", id="gitea"),
    ],
)
def test_other_forges(
    server: Forge,
    record: Path,
    monkeypatch: pytest.MonkeyPatch,
    path: str,
    variable: str,
) -> None:
    """GitLab and Gitea are written to in their own ways, and once."""
    monkeypatch.delenv("GITHUB_TOKEN")
    monkeypatch.setenv(variable, TOKEN)
    words = ["post", "work", "--to", server.base + path]
    assert main(words) == ExitCode.OK
    record.write_text(record.read_text("utf-8").replace("first", "other"), "utf-8")
    assert main(words) == ExitCode.OK
    assert main(words) == ExitCode.OK
    assert len(server.of(ME)) == 1
    assert len(server.writes) == 2


@pytest.mark.parametrize(
    "host",
    [
        "[::1",
        "[v1.a]",
        "a..com",
        "exa%mple..com",
        "localhost:x",
        "xn--.com",
        "\u202e.com",
    ],
)
def test_a_host_that_there_cannot_be(
    record: Path, capsys: pytest.CaptureFixture[str], host: str
) -> None:
    """What is no name of a host is said in a line, by whom the issue is looked for."""
    repository = (
        f"repository: https://{host}/acme/shop\nevidence: {{i: {{issues: i}}}}\n"
    )
    record.write_text(RECORD.format(issue=7) + repository, "utf-8")
    words = ["--to", f"https://{host}/acme/shop/issues/7"]
    assert main(["post", "work", *words]) >= ExitCode.UNUSABLE
    assert main(["collect", "work"]) != ExitCode.OK
    said = capsys.readouterr().err
    assert ("[bad-target]" in said) is (host == "[::1")
    assert said.count("is the address right?") == (0 if host == "[::1" else 2)


@pytest.mark.usefixtures("record")
def test_what_is_no_token_is_not_shown(
    server: Forge,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """What no header can hold is not used; a line's end after a token is no matter."""
    monkeypatch.setenv("GITHUB_TOKEN", f"{TOKEN}\n")
    assert post(server) == ExitCode.OK
    for text in ("secret\nX-Other: 1", "gehëim"):
        monkeypatch.setenv("GITHUB_TOKEN", text)
        assert post(server) == ExitCode.NOT_PUBLISHED
        said = capsys.readouterr().err
        assert "[no-token]" in said
        assert text not in said


@pytest.mark.usefixtures("record")
def test_gh_gives_its_token(
    server: Forge, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Without a token in the environment, gh is asked for the one of that very host."""
    monkeypatch.delenv("GITHUB_TOKEN")
    gh = tmp_path / "bin" / "gh"
    gh.parent.mkdir()
    host = server.base.removeprefix("http://")
    gh.write_text(
        f'#!/bin/sh\n[ "$*" = "auth token --hostname {host}" ] && echo {TOKEN}\n'
    )
    gh.chmod(0o755)
    assert main(["post", "work"]) == ExitCode.OK
    assert len(server.of(ME)) == 1


@pytest.mark.usefixtures("record")
def test_without_httpx_there_is_one_line(
    server: Forge,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Who did not install the extra is told how to, and the text is kept."""
    monkeypatch.setitem(sys.modules, "httpx", None)
    assert post(server) == ExitCode.NOT_PUBLISHED
    assert "run `python -m pip install httpx`" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "is_plain"),
    [
        ("issue-1197", True),
        ("a--b", False),
        ("a --> b", False),
        ("<!--", False),
        ("ü", False),
    ],
)
def test_a_marker_is_one_comment(name: str, *, is_plain: bool) -> None:
    """Whatever a record is called, its marker is one hidden comment of its own."""
    mark = marker(name, "issue-update.md")
    assert (f"={name}/" in mark) == is_plain
    assert mark.count("--") == 2
    assert mark.isascii()


def test_httpx_is_imported_by_who_publishes() -> None:
    """No other command pays for the client."""
    code = "import sys, reportgen.commands.build; print('httpx' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parents[1],
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout.strip() == "False"
