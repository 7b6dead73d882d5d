"""The Jinja environment: where templates are found, and what they may use."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import jinja2
from markupsafe import Markup

from reportgen.render.compiled import Compiled
from reportgen.render.escape import escaped, html_text
from reportgen.render.figures import shown
from reportgen.render.places import builtin_templates
from reportgen.render.sandbox import Sandbox
from reportgen.render.visible import terminal


class UserLoader(jinja2.FileSystemLoader):
    """Loads templates of a user, and adds each file that it loads to `used`."""

    def __init__(self, folder: Path, used: set[Path]) -> None:
        super().__init__(folder)
        self._folder = folder.resolve()
        self._used = used

    def get_source(
        self, environment: jinja2.Environment, template: str
    ) -> tuple[str, str, Callable[[], bool]]:
        """Return the source of `template`, as Jinja wants it."""
        try:
            source, path, is_new = super().get_source(environment, template)
        except UnicodeDecodeError as error:
            file = str(self._folder / template)
            line = error.object.count(b"\n", 0, error.start) + 1
            raise jinja2.TemplateSyntaxError(
                "not UTF-8", line, template, file
            ) from None
        if not Path(path).resolve().is_relative_to(self._folder):
            raise jinja2.TemplateNotFound(template)  # a link that leads elsewhere
        self._used.add(Path(path))
        return source, path, is_new


def environment(
    folders: Sequence[Path], used: set[Path] | None = None, suffix: str = ".md"
) -> Sandbox:
    """Return an environment whose autoescaping speaks the language of `suffix`.

    A template is looked for in `folders` in order, then among ours; ours stay
    reachable under `reportgen/`, so that one can extend what it overrides.  What
    is found in `folders` is added to `used`.
    """
    builtin = jinja2.FileSystemLoader(builtin_templates())
    used = set() if used is None else used
    users = [
        UserLoader(folder, used)
        for folder in folders
        if os.path.isdir(folder)  # noqa: PTH112  # that of Path raises if it is too long
        and folder.resolve() != builtin_templates().resolve()
    ]
    return Sandbox(
        loader=jinja2.ChoiceLoader(
            [*users, builtin, jinja2.PrefixLoader({"reportgen": builtin})]
        ),
        autoescape=suffix != ".txt",  # macros and blocks come out as Markup
        finalize=_VALUES.get(suffix, markdown_value),
        optimized=False,  # what a filter makes of a constant may depend on the report
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
        bytecode_cache=Compiled(suffix),
    )


def markdown_value(value: object) -> str:
    """Return what a template shows, escaped unless it is Markdown already."""
    if type(value) is str:  # nearly always
        return escaped(value)
    if isinstance(value, Markup):
        return value
    return escaped(value if isinstance(value, str) else _text(value))


def plain_value(value: object) -> str:
    """Return what a template of plain text shows: on one line, nothing hidden."""
    return terminal(_text(value))


def html_value(value: object) -> Markup:
    """Return what a page shows, escaped unless it is HTML already; on one line."""
    if isinstance(value, Markup):
        return value
    return html_text(plain_value(value))


def _text(value: object) -> str:
    """Return the text of any `value`; an error if there is none."""
    if isinstance(value, jinja2.Undefined):
        return str(value)  # raises: it is undefined
    if value is None:
        raise jinja2.TemplateRuntimeError("there is no value here")
    return shown(value)


# How a template shows a value, by the suffix of what it makes.
_VALUES: Mapping[str, Callable[[object], str]] = {
    ".md": markdown_value,
    ".txt": plain_value,
    ".html": html_value,
}
