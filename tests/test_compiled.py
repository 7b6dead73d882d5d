"""Compiled templates are kept where only their owner writes, and never believed."""

from collections.abc import Iterator
from pathlib import Path

import jinja2
import pytest
from large import failing
from msgspec.structs import replace

from reportgen.model import Url
from reportgen.private import private_folder
from reportgen.render import compiled
from reportgen.render.compiled import Compiled
from reportgen.render.render import render


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return the folder of a user, in a process that has compiled nothing yet."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    _forget(monkeypatch)
    private_folder.cache_clear()
    yield tmp_path
    private_folder.cache_clear()


def _forget(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "_known", {})


class _Counting(jinja2.Environment):
    """An environment that knows how often it compiled something."""

    times = 0

    def _generate(self, *args: object, **words: object) -> str:
        type(self).times += 1
        return super()._generate(*args, **words)


def _shown(source: str, kind: str = ".md", *, escaped: bool = False) -> tuple[str, int]:
    """Return what a template shows, and how much was compiled for it."""
    _Counting.times = 0
    environment = _Counting(
        loader=jinja2.DictLoader({"page": source}),
        bytecode_cache=Compiled(kind),
        autoescape=escaped,
    )
    return environment.get_template("page").render(), _Counting.times


def test_what_is_kept_is_compiled_once(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process compiles a template once, and the next process not at all."""
    assert _shown("{{ 1 + 1 }}") == ("2", 1)
    assert _shown("{{ 1 + 1 }}") == ("2", 0)
    _forget(monkeypatch)
    assert _shown("{{ 1 + 1 }}") == ("2", 0)
    assert home.joinpath("reportgen").is_dir()


@pytest.mark.usefixtures("home")
def test_what_is_kept_belongs_to_one_text_and_one_kind() -> None:
    """Another text is compiled anew, and so is the same text where it escapes."""
    assert _shown("{{ '<' }}") == ("<", 1)
    assert _shown("{{ '>' }}") == (">", 1)
    assert _shown("{{ '<' }}", ".html", escaped=True) == ("&lt;", 1)


@pytest.mark.parametrize(
    "content", [b"", b"j2", b"\0" * 300], ids=["empty", "cut", "0"]
)
def test_what_is_damaged_is_made_again(
    home: Path, monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    """A file that holds something else is not believed, and deleting it is no harm."""
    _shown("{{ 1 + 1 }}")
    for path in home.glob("reportgen/*"):
        path.write_bytes(content)
    _forget(monkeypatch)
    assert _shown("{{ 1 + 1 }}") == ("2", 1)
    for path in home.glob("reportgen/*"):
        path.unlink()
    _forget(monkeypatch)
    assert _shown("{{ 1 + 1 }}") == ("2", 1)


def test_a_folder_of_others_is_not_used(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Code is neither read from a folder that others can write to, nor put there."""
    folder = home / "reportgen"
    folder.mkdir()
    folder.chmod(0o777)
    assert _shown("{{ 1 + 1 }}") == ("2", 1)
    _forget(monkeypatch)
    assert _shown("{{ 1 + 1 }}") == ("2", 1)
    assert not list(folder.iterdir())


def test_no_folder_is_no_matter(home: Path) -> None:
    """Where nothing can be kept, templates are compiled each time."""
    (home / "reportgen").write_text("not a folder", encoding="utf-8")
    assert _shown("{{ 1 + 1 }}") == ("2", 1)


@pytest.mark.parametrize("template", ["report.html", "report.md", "issue-update.md"])
def test_no_report_shows_what_belongs_to_another(template: str) -> None:
    """What is kept of a template is the template, and nothing that it once showed."""
    texts = {name: render(failing(2, name=name), template) for name in ("AAA", "BBB")}
    assert "AAA" not in texts["BBB"]
    assert texts["BBB"].replace("BBB", "AAA") == texts["AAA"]


def test_a_filter_of_a_constant_is_applied_when_it_is_shown(tmp_path: Path) -> None:
    """A user's template, too, shows the links of the report that it renders."""
    (tmp_path / "x.md.j2").write_text("{{ '#7' | reference }}\n", encoding="utf-8")
    for place in ("https://github.com/a/b", "https://github.com/c/d"):
        report = failing(1)
        there = replace(report.record, repository=Url(place))
        text = render(replace(report, record=there), "x.md", [tmp_path])
        assert text == f"[#7]({place}/issues/7)\n"
