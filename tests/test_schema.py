"""The schema for editors agrees with what is read."""

import re
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from jsonschema import Draft202012Validator
from strategies import record_texts

from reportgen.load.record import read_record
from reportgen.load.schema import record_schema
from reportgen.load.text_file import decode
from reportgen.model import FORMATS, Record

CASES = Path(__file__).parent / "cases"
GOOD = sorted((CASES / "records").glob("*.yaml"))

SCHEMA = record_schema()
VALIDATOR = Draft202012Validator(SCHEMA)

# Mistakes that lie between the parts of a record, or in the text of a file, are
# not for a schema.
BEYOND_A_SCHEMA = {
    "control-character",
    "cut-text",
    "cycle",
    "done-before-open",
    "duplicate-id",
    "no-bound",
    "repeated-field",
    "two-places",
    "typed-mark",
    "unknown-evidence",
    "unknown-id",
    "yaml-alias",
    "yaml-syntax",
    "yaml-tag",
}


class _Core(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """Reads YAML as editors do: version 1.2, in which `no` is a text."""


_Core.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    ("int", r"^[-+]?[0-9]+$", "-+0123456789"),
    ("float", r"^[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*|[0-9]+[eE][0-9]+)$", "-+.0123456789"),
    ("null", r"^(?:~|null|)$", ["~", "n", ""]),
):
    _Core.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), list(_first)
    )


def _problems(text: str) -> list[str]:
    data = yaml.load(text, Loader=_Core)  # noqa: S506  # a SafeLoader with fewer types
    return [error.message for error in VALIDATOR.iter_errors(data)]


def test_the_schema_is_one() -> None:
    """It obeys the rules of its own draft."""
    Draft202012Validator.check_schema(SCHEMA)
    assert set(SCHEMA["properties"]) == set(Record.__struct_fields__) - {"place"}


def test_every_field_is_explained() -> None:
    """Editors show what a field is for."""
    parts = [SCHEMA, *SCHEMA["$defs"].values()]
    for part in parts:
        assert part["description"]
        assert part["additionalProperties"] is False
        for name, field in part["properties"].items():
            assert field["description"], name


def test_every_format_is_known() -> None:
    """A source takes each format that can be read."""
    assert set(FORMATS) <= set(SCHEMA["$defs"]["Source"]["properties"])


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_good_records_are_valid(path: Path) -> None:
    """An editor has nothing to say about a record that can be read."""
    assert _problems(path.read_text(encoding="utf-8")) == []


def _broken() -> list[Path]:
    paths = sorted((CASES / "broken_records").glob("*.yaml"))
    return [path for path in paths if _is_for_a_schema(path)]


def _is_for_a_schema(path: Path) -> bool:
    text = path.read_text(encoding="utf-8")
    try:
        yaml.load(text, Loader=_Core)  # noqa: S506  # a SafeLoader with fewer types
    except (yaml.YAMLError, RecursionError):
        return False
    _, found = read_record(text, path.name)
    return not {one.code for one in found} <= BEYOND_A_SCHEMA


@pytest.mark.parametrize("path", _broken(), ids=lambda path: path.stem)
def test_broken_records_are_not_valid(path: Path) -> None:
    """What is wrong in one part of a record shows while it is written."""
    assert _problems(path.read_text(encoding="utf-8"))


@given(record_texts)
def test_what_can_be_read_is_valid(text: str) -> None:
    """The schema is never stricter than the reader."""
    clean = decode(text.encode(errors="surrogatepass"), "r.yaml")
    record = read_record(clean, "r.yaml")[0] if isinstance(clean, str) else None
    if record is not None:
        assert _problems(str(clean)) == []
