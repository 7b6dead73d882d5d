"""`reportgen collect` fetches the states of issues, and the report follows them."""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from forge_server import TOKEN, Forge, forge

from reportgen.cli import main
from reportgen.model import ExitCode

RECORD = """\
title: Work
repository: {repository}
issue: 1
evidence: {{tracker: {{issues: issues.json}}}}
phases:
  - id: one
    title: Roll-out
    blocked_by: [pool]
    tasks: [{{id: store, title: Store}}]
blockers:
  - {{id: pool, title: Pool, blocked_by: [17, 18], blocks: [store]}}
next_steps:
  - {{when: now, items: [look after the pool]}}
  - {{when: after pool, items: [roll out]}}
  - {{when: "after #19", items: [celebrate]}}
"""


@pytest.fixture
def server() -> Iterator[Forge]:
    """Give a forge with four issues, of which one is closed."""
    with forge() as it:
        for number in (1, 17, 18, 19):
            set_state(it, number, "closed" if number == 17 else "open")
        yield it


def set_state(server: Forge, number: int, state: str) -> None:
    """Open or close an issue."""
    path = f"/api/v3/repos/acme/shop/issues/{number}"
    url = f"{server.base}/acme/shop/issues/{number}"
    issue = {"number": number, "state": state, "title": f"i{number}", "html_url": url}
    server.issues[path] = issue


@pytest.fixture
def record(server: Forge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of a record that waits for issues, on the runner's server."""
    for name in list(os.environ):
        if name.startswith(("GH_", "GITHUB_", "REPORTGEN_", "CI_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("GITHUB_SERVER_URL", server.base)
    monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr("reportgen.forge.client.time.sleep", lambda _seconds: None)
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "data" / "work"
    folder.mkdir(parents=True)
    text = RECORD.format(repository=f"{server.base}/acme/shop")
    (folder / "record.yaml").write_text(text, encoding="utf-8")
    return folder


def stored(record: Path) -> Any:  # noqa: ANN401  # JSON
    """Return what is stored of the issues."""
    return json.loads((record / "issues.json").read_text("utf-8"))


@pytest.mark.usefixtures("server")
def test_every_issue_that_a_record_names_is_fetched(
    record: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """All states are stored with the moment, and the report shows when that was."""
    assert main(["collect", "work"]) == ExitCode.OK
    assert "tracker: 4 issues: stored data/work/issues.json" in capsys.readouterr().err
    data = stored(record)
    assert [(each["number"], each["state"]) for each in data["issues"]] == [
        (1, "OPEN"),
        (17, "CLOSED"),
        (18, "OPEN"),
        (19, "OPEN"),
    ]
    main(["build", "work", "-o", "-"])
    minute = data["fetched"][:16].replace("T", " ")
    line = next(x for x in capsys.readouterr().out.splitlines() if "issues.json" in x)
    assert f"| 4 issues | {minute} UTC |" in line


def test_a_closed_issue_moves_the_work(
    server: Forge, record: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """When the last blocker is closed, phase and next steps follow, with no edit."""
    text = (record / "record.yaml").read_bytes()
    main(["collect", "work"])
    main(["build", "work", "-o", "-"])
    before = capsys.readouterr().out
    set_state(server, 18, "closed")
    main(["collect", "work"])
    main(["build", "work", "-o", "-"])
    after = capsys.readouterr().out
    assert (record / "record.yaml").read_bytes() == text
    assert "⛔ blocked" in before
    assert "⛔" not in after
    assert "🔵 ready" in after
    assert _steps(before) != _steps(after)


def _steps(report: str) -> str:
    return report.partition("Next steps\n")[2].partition("\n## ")[0]


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(["show", "work"], id="terminal"),
        *(
            pytest.param(["build", "work", "-o", "-", "--template", name], id=name)
            for name in ("issue-update", "job-summary", "release-notes")
        ),
    ],
)
@pytest.mark.usefixtures("record")
def test_a_blocker_waits_for_what_is_open(
    command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Where there is room for one list only, closed issues are not in it."""
    main(["collect", "work"])
    main(command)
    waited_for = re.findall(r"waits for .*", capsys.readouterr().out)
    assert waited_for
    for line in waited_for:
        assert re.search(r"(#|issues/)18\b", line)
        assert not re.search(r"(#|issues/)17\b", line)


def test_offline_what_is_stored_serves(
    server: Forge, record: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without an answer the stored file stays as it is, and its age is said."""
    server.trouble = lambda _v, _p, _n: "500"
    assert main(["collect", "work"]) == ExitCode.CLAIMS_EXCEED_EVIDENCE
    assert "tracker: not fetched; there are no states" in capsys.readouterr().err
    server.trouble = lambda _v, _p, _n: ""
    main(["collect", "work"])
    before = (record / "issues.json").read_bytes()
    server.trouble = lambda _v, path, _n: "500" if "/19" in path else ""
    assert main(["collect", "work", "--only", "tracker"]) == ExitCode.OK
    assert (record / "issues.json").read_bytes() == before
    said = capsys.readouterr().err
    assert "answers 502 [forge-failed]" in said
    assert f"what was stored on {stored(record)['fetched'][:10]}" in said


def test_a_dry_run_asks_nobody(
    server: Forge, record: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What would be fetched is said, and nothing is."""
    assert main(["collect", "work", "--dry-run"]) == ExitCode.OK
    assert capsys.readouterr().out == (
        "tracker: fetch #1, #17, #18, #19 → issues.json\n"
    )
    assert (server.asked, list(record.iterdir())) == ([], [record / "record.yaml"])


def test_gh_is_asked_first(
    server: Forge, record: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where gh knows the issues, no other client is needed."""
    gh = tmp_path / "bin" / "gh"
    gh.parent.mkdir()
    gh.write_text(
        "#!/bin/sh\n"
        'echo "{\\"number\\": ${3##*/}, \\"state\\": \\"CLOSED\\","'
        ' "\\"title\\": \\"t\\", \\"url\\": \\"u\\"}"\n'
    )
    gh.chmod(0o755)
    assert main(["collect", "work"]) == ExitCode.OK, capsys.readouterr().err
    assert {each["state"] for each in stored(record)["issues"]} == {"CLOSED"}
    assert server.asked == []


def test_of_two_with_one_number_the_open_one_counts(
    server: Forge, record: Path
) -> None:
    """Evidence knows numbers alone: nothing is closed because a namesake is."""
    path = record / "record.yaml"
    text = path.read_text("utf-8").replace("[17, 18]", "[17, acme/other#17]")
    path.write_text(text, "utf-8")
    other = {"number": 17, "state": "open", "title": "", "html_url": ""}
    server.issues["/api/v3/repos/acme/other/issues/17"] = other
    main(["collect", "work"])
    states = {each["number"]: each["state"] for each in stored(record)["issues"]}
    assert states[17] == "OPEN"


def test_no_record_is_written_over(
    record: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """States take the place of states, and of no file that somebody wrote."""
    path = record / "record.yaml"
    text = path.read_text("utf-8").replace("issues.json", "record.yaml")
    path.write_text(text, "utf-8")
    assert main(["collect", "work"]) == ExitCode.CLAIMS_EXCEED_EVIDENCE
    assert "no result of a tool" in capsys.readouterr().err
    assert path.read_text("utf-8") == text


def test_a_place_that_cannot_be_written_is_named(
    record: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder that is a file is said in a line, as all that is in the way."""
    path = record / "record.yaml"
    path.write_text(path.read_text("utf-8").replace("issues.json", "a/i.json"), "utf-8")
    (record / "a").write_text("")
    assert main(["collect", "work"]) == ExitCode.CLAIMS_EXCEED_EVIDENCE
    assert "[write-failed]" in capsys.readouterr().err


@pytest.mark.usefixtures("record")
def test_gh_is_given_no_token_of_another_server(
    server: Forge, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A record cannot have gh send the token of one server to another one."""
    monkeypatch.setenv("GITHUB_SERVER_URL", "https://ghe.example.org")
    monkeypatch.setenv("GH_ENTERPRISE_TOKEN", TOKEN)
    gh = tmp_path / "bin" / "gh"
    gh.parent.mkdir()
    told = tmp_path / "told"
    gh.write_text(f'#!/bin/sh\necho "$GITHUB_TOKEN$GH_ENTERPRISE_TOKEN" >> {told}\n')
    gh.chmod(0o755)
    main(["collect", "work"])
    assert set(told.read_text("utf-8").split()) == set()
    monkeypatch.setenv("GITHUB_SERVER_URL", server.base)
    main(["collect", "work"])
    assert f"{TOKEN}{TOKEN}" in told.read_text("utf-8")
