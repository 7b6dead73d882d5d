"""The configuration is found, checked and overruled as its page says."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen.load.config import Config, load_config
from reportgen.model import Age, Place, Severity


def _project(folder: Path, **files: str) -> Path:
    (folder / ".git").mkdir(parents=True)
    for name, text in files.items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder


def test_without_a_file_there_are_defaults(tmp_path: Path) -> None:
    """The repository is the root; outside of one, the folder itself."""
    inner = _project(tmp_path) / "a" / "b"
    inner.mkdir(parents=True)
    assert load_config(inner, {}) == (Config(root=tmp_path), ())
    top = Path(tmp_path.anchor)
    assert load_config(top, {}) == (Config(root=top), ())


@pytest.mark.parametrize(
    ("name", "head"), [("reportgen", ""), ("pyproject", "[tool.reportgen]\n")]
)
def test_a_file_is_found_upwards(tmp_path: Path, name: str, head: str) -> None:
    """Both homes of the configuration hold for all folders below."""
    text = (
        'data = "records"\noutput = "out"\ntemplates = ["a", "b"]\nhours_a_day = 7.5\n'
        'max_age = "2 days"\nrepository = "https://example.org/x"\n'
    )
    inner = _project(tmp_path, **{name: head + text}) / "a"
    inner.mkdir()
    config, found = load_config(inner, {})
    assert found == ()
    assert config == Config(
        root=tmp_path,
        file=f"{name}.toml",
        data="records",
        output="out",
        templates=("a", "b"),
        hours_a_day=7.5,
        max_age=Age(low=172_800, high=172_800),
        repository="https://example.org/x",
    )


def test_the_search_ends_at_the_repository(tmp_path: Path) -> None:
    """A configuration above the repository is somebody else's."""
    (tmp_path / "reportgen.toml").write_text('data = "theirs"\n')
    inner = _project(tmp_path / "ours")
    config, _ = load_config(inner, {})
    assert (config.root, config.data) == (inner, "data")


def test_a_pyproject_without_our_table_is_passed_over(tmp_path: Path) -> None:
    """Even one that cannot be parsed, as long as it does not speak of us."""
    _project(tmp_path, reportgen='data = "records"\n')
    inner = tmp_path / "package"
    inner.mkdir()
    (inner / "pyproject.toml").write_text("[tool.other\n")
    config, found = load_config(inner, {})
    assert (config.data, found) == ("records", ())


@pytest.mark.parametrize(
    "text",
    [
        '[tool.reportgen]\ndata = "records"',
        """  [ "tool" . 'reportgen' ]\ndata = "records" """,
        'tool.reportgen.data = "records"',
        '[tool]\nreportgen = {data = "records"}',
        'tool = {reportgen = {data = "records"}}',
        '[tool."reportgen"] # ours\r\ndata = "records"',
    ],
)
def test_the_table_is_found_however_it_is_written(tmp_path: Path, text: str) -> None:
    """TOML spells a table in several ways."""
    config, found = load_config(_project(tmp_path, pyproject=text), {})
    assert (config.data, found) == ("records", ())


def test_the_environment_comes_before_the_file(tmp_path: Path) -> None:
    """Each option has a variable; an empty one counts as none."""
    _project(tmp_path, reportgen='data = "records"\noutput = "out"\n')
    environment = {
        "REPORTGEN_DATA": "elsewhere",
        "REPORTGEN_OUTPUT": "",
        "REPORTGEN_HOURS_A_DAY": "6",
        "REPORTGEN_TEMPLATES": "one",
        "REPORTGEN_MAX_AGE": "12h",
    }
    config, found = load_config(tmp_path, environment)
    assert found == ()
    assert (config.data, config.output, config.hours_a_day) == ("elsewhere", "out", 6)
    assert (config.templates, config.max_age) == (("one",), Age(low=43200, high=43200))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            'date = "x"\n',
            (
                "reportgen.toml:1:1: no option 'date' [unknown-option];"
                " did you mean 'data'?"
            ),
        ),
        (
            '\n  colour = "x"\n',
            (
                "reportgen.toml:2:3: no option 'colour' [unknown-option]; options:"
                " data, output, templates, hours_a_day, max_age, repository"
            ),
        ),
        (
            '# data = 1\ndata = ["a"]\n',
            (
                "reportgen.toml:2:1: \"['a']\" cannot be 'data' [bad-option];"
                " write the name of a folder"
            ),
        ),
        (
            "hours_a_day = 25\n",
            (
                "reportgen.toml:1:1: '25' cannot be 'hours_a_day' [bad-option];"
                " write a number of hours up to 24"
            ),
        ),
        (
            "hours_a_day = true\n",
            (
                "reportgen.toml:1:1: 'True' cannot be 'hours_a_day' [bad-option];"
                " write a number of hours up to 24"
            ),
        ),
        (
            "max_age = 2\n",
            (
                "reportgen.toml:1:1: '2' cannot be 'max_age' [bad-option];"
                " write 12h or 7 days"
            ),
        ),
        (
            'repository = "acme/shop"\n',
            (
                "reportgen.toml:1:1: 'acme/shop' cannot be 'repository' [bad-option];"
                " begin with https://"
            ),
        ),
        (
            "templates = [1]\n",
            (
                "reportgen.toml:1:1: '[1]' cannot be 'templates' [bad-option];"
                " write the names of folders"
            ),
        ),
        (
            'data = "a\\u0000b"\n',
            (
                "reportgen.toml:1:1: 'a\\x00b' cannot be 'data' [bad-option];"
                " write the name of a folder"
            ),
        ),
        (
            'data = "a"\noutput "b"\n',
            (
                "reportgen.toml:2:8: expected '=' after a key in a key/value pair"
                " [config-syntax]"
            ),
        ),
        ("a = " + "[" * 5000, "reportgen.toml:1:1: "),
        ("data = 'a\x1b'\n", "reportgen.toml:1:10: U+001B does not belong in a text"),
    ],
    ids=[
        "guess",
        "no guess",
        "not a text",
        "too many hours",
        "no hours",
        "no unit",
        "no address",
        "no folders",
        "zero",
        "syntax",
        "deep",
        "control",
    ],
)
def test_a_mistake_has_its_place(tmp_path: Path, text: str, expected: str) -> None:
    """What is wrong is explained, and the default holds in its stead."""
    config, (finding,) = load_config(_project(tmp_path, reportgen=text), {})
    assert str(finding).startswith(expected)
    assert config.hours_a_day == 8
    assert config.templates == ("templates",)


def test_a_mistake_in_pyproject_is_found_in_our_table(tmp_path: Path) -> None:
    """The same key in another table is not meant."""
    text = '[tool.other]\nouput = "x"\n\n[tool.reportgen]\nouput = "x"\n'
    _, (finding,) = load_config(_project(tmp_path, pyproject=text), {})
    assert str(finding).startswith("pyproject.toml:5:1: no option 'ouput'")


def test_a_mistake_in_the_environment_names_its_variable(tmp_path: Path) -> None:
    """There is no place in a file to speak of."""
    environment = {"REPORTGEN_HOURS_A_DAY": "many"}
    _, (finding,) = load_config(_project(tmp_path), environment)
    assert str(finding) == (
        "'many' cannot be REPORTGEN_HOURS_A_DAY [bad-option];"
        " write a number of hours up to 24"
    )


def test_two_files_in_one_folder_are_one_too_many(tmp_path: Path) -> None:
    """Nobody can know which of them counts, so that is an error."""
    files = {"reportgen": 'data = "a"', "pyproject": '[tool.reportgen]\ndata = "b"'}
    _, (finding,) = load_config(_project(tmp_path, **files), {})
    assert (finding.code, finding.severity) == ("two-configs", Severity.ERROR)
    assert finding.place == Place("pyproject.toml")


@given(text=st.text(max_size=60), key=st.sampled_from(["data", "hours_a_day", "x"]))
def test_no_text_raises(
    tmp_path_factory: pytest.TempPathFactory, text: str, key: str
) -> None:
    """Whatever a file holds, there is a configuration."""
    folder = tmp_path_factory.mktemp("project")
    data = f"{key} = {text}".encode(errors="surrogatepass")
    (folder / "reportgen.toml").write_bytes(data)
    config, _ = load_config(folder, {})
    assert config.root == folder
