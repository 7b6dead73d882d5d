"""Reads the configuration: `reportgen.toml`, or `[tool.reportgen]` in pyproject.toml.

The environment (`REPORTGEN_DATA` and so on) comes before the file; the command line,
which is not read here, before both.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from reportgen import late
from reportgen.load.durations import parse_age
from reportgen.load.text_file import forbidden, read_text
from reportgen.load.wording import guess, quoted
from reportgen.model import NOWHERE, Age, Diagnostic, Place, Value

FILES = ("reportgen.toml", "pyproject.toml")
_HOURS_OF_A_DAY = 24


class Config(Value, frozen=True, kw_only=True):
    """What holds for every record of a project; paths are relative to `root`."""

    root: Path
    file: str = ""  # the one that was read; "" if there is none
    data: str = "data"
    output: str = "reports"
    templates: tuple[str, ...] = ("templates",)
    hours_a_day: float = 8.0
    max_age: Age | None = None
    repository: str | None = None
    forge: str | None = None  # what a server speaks whose name does not say it


# What a file cannot do without that has a table `tool.reportgen`, however written.
_OURS = late.pattern(
    r"""^\s* (?:\[\s*)? ["']?tool["']? \s* (?: [\]=] | \.\s*["']?reportgen )""",
    re.MULTILINE | re.VERBOSE,
)


def load_config(
    start: Path, environment: Mapping[str, str] | None = None
) -> tuple[Config, tuple[Diagnostic, ...]]:
    """Return the configuration for work in `start`, and everything wrong with it.

    The file is looked for from `start` upwards, as far as the repository goes; what
    is wrong in it is left at its default.
    """
    root, files, found = _find(start.absolute())
    values: dict[str, object] = {}
    if files:
        values.update(_from_file(files[0], found))
    given = os.environ if environment is None else environment
    values.update(_from_environment(given, found))
    file = files[0].name if files else ""
    return Config(root=root, file=file, **values), tuple(sorted(found))  # type: ignore[arg-type]  # _OPTIONS sees to the types


class _File(Value, frozen=True, kw_only=True):
    """The settings in a file as they are written, and the text that they stand in."""

    name: str
    text: str
    settings: Mapping[str, object]

    def place(self, key: str) -> Place:
        """Return where `key` is set; TOML is parsed without places."""
        start = re.search(r"^\s*\[tool\.reportgen\]", self.text, re.MULTILINE)
        pattern = re.compile(
            rf"""^[^=#\n]*?\b({re.escape(key)})["']?\s*=""", re.MULTILINE
        )
        match = pattern.search(self.text, start.end() if start else 0)
        before = self.text[: match.start(1)] if match else ""
        return Place(
            self.name, before.count("\n") + 1, len(before) - before.rfind("\n")
        )


def _find(start: Path) -> tuple[Path, list[_File], list[Diagnostic]]:
    """Return the root, the files with settings in it, and what is wrong with them."""
    for folder in (start, *start.parents):
        read = [_read(folder / name) for name in FILES]
        found = [one for one in read if isinstance(one, Diagnostic)]
        files = [one for one in read if isinstance(one, _File)]
        if len(files) > 1:
            message = "there are settings in reportgen.toml, too"
            place = Place(files[1].name)
            hint = "keep one of the two"
            found.append(Diagnostic(place, "two-configs", message, hint))
        if files or found or (folder / ".git").exists():
            return folder, files, found
    return start, [], []


def _read(path: Path) -> _File | Diagnostic | None:
    """Return the settings in `path`, why they cannot be read, or None without any."""
    text = read_text(path, path.name)
    if isinstance(text, Diagnostic):
        return None if text.code == "no-file" else text
    shared = path.name == "pyproject.toml"
    if shared and not _OURS.search(text):
        return None  # somebody else's: spares the parser, and its complaints

    import tomllib  # noqa: PLC0415  # many projects have no configuration

    try:
        settings: object = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        return _syntax(str(error), path.name)
    for table in ("tool", "reportgen") if shared else ():
        settings = settings.get(table) if isinstance(settings, dict) else None
    if not isinstance(settings, dict):
        return None
    return _File(name=path.name, text=text, settings=settings)


def _syntax(message: str, name: str) -> Diagnostic:
    match = re.search(r" \(at line (\d+), column (\d+)\)$", message)
    place = Place(name, int(match[1]), int(match[2])) if match else Place(name)
    message = message[: match.start()] if match else message
    return Diagnostic(place, "config-syntax", message[:1].lower() + message[1:])


def _from_file(file: _File, found: list[Diagnostic]) -> dict[str, object]:
    values = {}
    for key, setting in file.settings.items():
        if key not in _OPTIONS:
            hint = guess(key, _OPTIONS, f"options: {', '.join(_OPTIONS)}")
            message = f"no option {quoted(key)}"
            found.append(Diagnostic(file.place(key), "unknown-option", message, hint))
            continue
        read, hint = _OPTIONS[key]
        values[key] = read(setting)
        if values[key] is None:
            message = f"{quoted(str(setting))} cannot be {key!r}"
            found.append(Diagnostic(file.place(key), "bad-option", message, hint))
    return {key: value for key, value in values.items() if value is not None}


def _from_environment(
    environment: Mapping[str, str], found: list[Diagnostic]
) -> dict[str, object]:
    values = {}
    for key, (read, hint) in _OPTIONS.items():
        name = f"REPORTGEN_{key.upper()}"
        text = environment.get(name)
        if not text:
            continue
        values[key] = read(_setting(key, text))
        if values[key] is None:
            message = f"{quoted(text)} cannot be {name}"
            found.append(Diagnostic(NOWHERE, "bad-option", message, hint))
    return {key: value for key, value in values.items() if value is not None}


def _setting(key: str, text: str) -> object:
    """Return the text of an environment variable as a file would have it."""
    if key == "templates":
        return text.split(os.pathsep)
    if key == "hours_a_day" and re.fullmatch(r"\d{1,3}(\.\d{1,3})?", text):
        return float(text)
    return text


def _folder(setting: object) -> str | None:
    text = setting if isinstance(setting, str) else ""
    return text if text.strip() and not forbidden(text) else None


def _folders(setting: object) -> tuple[str, ...] | None:
    names: Iterable[object] = setting if isinstance(setting, list) else [setting]
    folders = [_folder(name) for name in names]
    known = tuple(folder for folder in folders if folder is not None)
    return known if len(known) == len(folders) else None


def _hours(setting: object) -> float | None:
    if isinstance(setting, bool) or not isinstance(setting, int | float):
        return None
    return float(setting) if 0 < setting <= _HOURS_OF_A_DAY else None


def _age(setting: object) -> Age | None:
    return parse_age(setting) if isinstance(setting, str) else None


def _forge(setting: object) -> str | None:
    known = ("github", "gitlab", "gitea")
    return next((name for name in known if name == setting), None)


def _url(setting: object) -> str | None:
    text = setting if isinstance(setting, str) else ""
    return text if re.fullmatch(r"https?://\S+", text) else None


# Each option, how it is read (None: it cannot be), and how to write it.
_OPTIONS: Mapping[str, tuple[Callable[[object], object], str]] = {
    "data": (_folder, "write the name of a folder"),
    "output": (_folder, "write the name of a folder"),
    "templates": (_folders, "write the names of folders"),
    "hours_a_day": (_hours, "write a number of hours up to 24"),
    "max_age": (_age, "write 12h or 7 days"),
    "repository": (_url, "begin with https://"),
    "forge": (_forge, "write github, gitlab or gitea"),
}
