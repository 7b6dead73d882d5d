"""Templates of one's own: easy to begin with, confined, and always at an end."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from reportgen.cli import main
from reportgen.model import ExitCode
from reportgen.render import render as rendering
from reportgen.render import sandbox
from reportgen.render.catalogue import catalogue

RECORD = """\
title: Session store
tasks: [{title: Store, planned: 2h}]
risks: [{title: Clock skew, response: look}]
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Go into a project with one record."""
    root = tmp_path / "project"
    (root / "data").mkdir(parents=True)
    (root / "reportgen.toml").touch()
    (root / "data" / "shop.yaml").write_text(RECORD, encoding="utf-8")
    monkeypatch.chdir(root)
    return root


@pytest.fixture
def template(project: Path) -> Callable[[str, str], Path]:
    """Write a template of the project's own."""

    def make(name: str, text: str) -> Path:
        path = project / "templates" / f"{name}.j2"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return make


def test_one_small_file_overrides_one_section(
    project: Path, template: Callable[[str, str], Path]
) -> None:
    """A part of one's own is used, and all else stays."""
    template("report/risks.md", "## Perils\n\n{{ record.risks[0].title | prose }}\n")
    assert main(["build", "shop"]) == ExitCode.OK
    text = (project / "reports" / "shop.md").read_text(encoding="utf-8")
    assert "## Perils\n\nClock skew\n" in text
    assert "## Risks" not in text
    assert "## Plan against actual" in text


def test_an_override_can_use_what_it_overrides(
    project: Path, template: Callable[[str, str], Path]
) -> None:
    """Ours stay within reach under `reportgen/`."""
    ours = '{% include "reportgen/report/risks.md.j2" %}'
    template("report/risks.md", f"{ours}\n\nSeen by the board.\n")
    assert main(["build", "shop"]) == ExitCode.OK
    text = (project / "reports" / "shop.md").read_text(encoding="utf-8")
    assert "- **Clock skew**: look\n\nSeen by the board.\n" in text


@pytest.mark.parametrize("name", ["changes", "overclaimed", "waived", "weakened"])
def test_a_section_of_the_report_is_changed_alone(
    name: str,
    template: Callable[[str, str], Path],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """What other outputs share with ours is not what stands in its place."""
    template(f"report/{name}.md", "## My own\n\nwords\n")
    for output, number in (("report", 1), ("issue-update", 0)):
        assert main(["build", "shop", "--template", output, "-o", "-"]) == ExitCode.OK
        assert capsys.readouterr().out.count("## My own\n") == number


def test_a_noun_of_ones_own_is_text(
    template: Callable[[str, str], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    """What is missing from a list is counted in any words, braces and all."""
    template(
        "few.md",
        "{% set shown = [1, 2] | most('{} {0.__class__} {x}', shown=false) %}"
        "{{ shown | rest }}\n{{ left_out() | join }}\n",
    )
    assert main(["build", "shop", "--template", "few", "-o", "-"]) == ExitCode.OK
    text = capsys.readouterr().out
    assert "- and 2 more\n" in text
    assert "2 " in text
    assert "class" in text
    assert "str" not in text


def test_an_output_of_ones_own_is_a_file(
    template: Callable[[str, str], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    """A new template is a new output, escaped as its suffix says."""
    template("chat.txt", "{{ record.title }} *{{ report.verdict }}* {{ '<b>_|' }}\n")
    template("chat.md", "# {{ record.title }}\n\n{{ '<b>_|' }}\n")
    assert main(["build", "shop", "--template", "chat.txt", "-o", "-"]) == ExitCode.OK
    assert capsys.readouterr().out == "Session store *planned* <b>_|\n"
    assert main(["build", "shop", "--template", "chat", "-o", "-"]) == ExitCode.OK
    text = capsys.readouterr().out
    assert text.startswith("# Session store\n\n&lt;b&gt;&#95;&#124;\n")


def test_plain_text_shows_what_is_hidden(
    template: Callable[[str, str], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    """A text has no markup to escape, but nothing hidden passes."""
    template("chat.txt", "{{ 'a\\x1b[31m\\nb\\u202e' }}\n")
    main(["build", "shop", "--template", "chat", "-o", "-"])
    assert capsys.readouterr().out == "a\\x1b[31m\\nb\\u202e\n"


LOOP = "{% for i in range(99999) %}"
END = "{% endfor %}"
DOUBLING = (
    "{% macro f(n) %}{% if n %}{{ f(n - 1) }}{{ f(n - 1) }}{% endif %}{% endmacro %}"
)
HOSTILE = {
    "classes": ("{{ ''.__class__.__mro__ }}", "template-value"),
    "globals": ("{{ joiner.__init__.__globals__ }}", "template-value"),
    "format": ("{{ '{0.__class__}'.format(1) }}", "template-value"),
    "format-again": (
        "{% set f = '{0}'.format(1) %}{{ '{0.__class__}'.format(1) }}",
        "template-value",
    ),
    "change-again": (
        "{% set n = [1].count(1) %}{{ [1].append(2) }}",
        "template-value",
    ),
    "attribute": ("{{ record | attr('__class__') }}", "template-value"),
    "change": ("{{ [1].append(2) }}", "template-value"),
    "undefined": ("{{ record.titel }}", "template-value"),
    "outside": ("{% include '../../secret.md.j2' %}", "template-missing"),
    "absolute": ("{% include '/etc/passwd' %}", "template-missing"),
    "link": ("{% include 'link.md.j2' %}", "template-missing"),
    "range": ("{% for i in range(10**9) %}{% endfor %}", "template-value"),
    "loops": (f"{LOOP}{LOOP}{END}{END}", "template-endless"),
    "recursion": ("{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}", "endless"),
    "doubling": (f"{DOUBLING}{{{{ f(99) }}}}", "template-endless"),
    "itself": ("{% include 'report.md.j2' %}", "template-endless"),
    "power": ("{{ 9 ** 99999 ** 99 }}", "template-endless"),
    "product": ("{{ 'x' * 10 ** 10 }}", "template-endless"),
    "output": (f"{LOOP}{{{{ 'x' * 9999 }}}}{END}", "template-endless"),
    "syntax": ("{% for %}", "template-syntax"),
    "bytes": ("\udcff", "template-syntax"),
}


@pytest.mark.parametrize(("text", "code"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_template_is_answered_with_one_line(
    text: str,
    code: str,
    project: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """It leaves no sandbox and no folder, it ends, and nothing is written."""
    if code == "template-endless":
        monkeypatch.setattr(sandbox, "_PATIENCE", 0.5)
    monkeypatch.setattr(rendering, "_LARGEST", 1_000_000)
    (project.parent / "secret.md.j2").write_text("secret", encoding="utf-8")
    folder = project / "templates"
    folder.mkdir()
    (folder / "report.md.j2").write_bytes(text.encode("utf-8", "surrogateescape"))
    (folder / "link.md.j2").symlink_to(project.parent / "secret.md.j2")
    assert main(["build", "shop"]) == ExitCode.UNUSABLE
    said = capsys.readouterr()
    assert code in said.err
    assert said.err.startswith("templates/report.md.j2:1:1: ")
    assert not re.search(r"\. \[", said.err)
    assert re.search(r"\]; \w", said.err)
    assert len(said.err.splitlines()) == 1
    assert "secret" not in said.out + said.err.replace("secret.md.j2", "")
    assert not (project / "reports").exists()


def test_templates_are_listed_with_what_they_are_for(
    template: Callable[[str, str], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    """Outputs have a line each, and those of one's own are marked."""
    template("chat.md", "{#- What the team reads. -#}\n# Hi\n")
    assert main(["templates", "list"]) == ExitCode.OK
    lines = capsys.readouterr().out.splitlines()
    assert "chat.md           What the team reads (yours)" in lines
    names = [line.split()[0] for line in lines]
    assert {"report.md", "issue-update.md", "one-line.txt"} <= set(names)
    assert not any("/" in name for name in names)
    assert main(["templates", "list", "--parts"]) == ExitCode.OK
    assert "report/risks.md" in capsys.readouterr().out


def test_each_output_says_what_it_is_for() -> None:
    """No template of ours is without a word."""
    assert [
        each.name for each in catalogue(()) if each.is_output if not each.summary
    ] == []


def test_help_names_each_output(capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever asks what can be made is told all of it, in the words to type."""
    assert main(["build", "--help"]) == ExitCode.OK
    said = "".join(capsys.readouterr().out.split())
    outputs = [each.name for each in catalogue(()) if each.is_output]
    names = [name.removesuffix(".md").removesuffix(".txt") for name in outputs]
    listed = said.partition("Whattomake:")[2].partition(".[default:report]")[0]
    assert sorted(listed.split(",")) == sorted(names)


def test_a_template_is_copied_to_be_changed(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The copy is used, shown and never written over."""
    assert main(["templates", "show", "report/risks"]) == ExitCode.OK
    ours = capsys.readouterr().out
    assert main(["templates", "eject", "report/risks"]) == ExitCode.OK
    copy = project / "templates" / "report" / "risks.md.j2"
    assert copy.read_text(encoding="utf-8") == ours
    copy.write_text("changed\n", encoding="utf-8")
    assert main(["templates", "eject", "report/risks"]) == ExitCode.UNUSABLE
    assert "template-exists" in capsys.readouterr().err
    assert copy.read_text(encoding="utf-8") == "changed\n"
    assert main(["templates", "show", "report/risks"]) == ExitCode.OK
    assert capsys.readouterr().out == "changed\n"
    assert main(["templates", "eject", "one-line", "elsewhere"]) == ExitCode.OK
    assert (project / "elsewhere" / "one-line.txt.j2").is_file()


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("word", ["show", "eject"])
@pytest.mark.parametrize("name", ["nothing", "../report", "/etc/passwd", ""])
def test_what_is_no_template_is_one_line(
    word: str, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """An unknown name is answered with where to look."""
    assert main(["templates", word, name]) == ExitCode.UNUSABLE
    said = capsys.readouterr()
    assert "template-missing" in said.err
    assert len(said.err.splitlines()) == 1
    assert said.out == ""


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("name", ["risks", "risk", "section/risks.md"])
def test_a_part_is_known_without_its_folder(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever leaves out the folder of a template is told which there are."""
    assert main(["templates", "eject", name]) == ExitCode.UNUSABLE
    said = capsys.readouterr().err
    assert "did you mean 'page/risks.html' or 'report/risks.md' or" in said


def test_a_part_that_is_no_text_is_named(
    template: Callable[[str, str], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    """The finding leads to the file of one's own, and not to what includes it."""
    template("report/header.md", "").write_bytes(b"# {{ report.name }}\n\xff\n")
    assert main(["build", "shop"]) == ExitCode.UNUSABLE
    said = capsys.readouterr().err
    assert said.startswith("templates/report/header.md.j2:2:1: not UTF-8 [template-sy")
