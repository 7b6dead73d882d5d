"""The Jinja environment: where templates are found, and what they may use."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from reportgen.render.escape import escape
from reportgen.render.figures import shown

SUFFIX = ".j2"


def builtin_templates() -> Path:
    """Return the folder of the templates that come with reportgen.

    A wheel carries them inside the package.  An editable install has none there:
    the package lies in a checkout, and the templates beside it.
    """
    package = Path(__file__).parents[1]
    checkout = package.parent
    if (checkout / "pyproject.toml").is_file() and (checkout / "templates").is_dir():
        return checkout / "templates"
    return package / "templates"


def environment(folders: Sequence[Path]) -> jinja2.Environment:
    """Return an environment whose autoescaping speaks Markdown.

    A template is looked for in `folders` in order, then among ours; ours stay
    reachable under `reportgen/`, so that one can extend what it overrides.
    """
    builtin = jinja2.FileSystemLoader(builtin_templates())
    users = [jinja2.FileSystemLoader(folder) for folder in folders]
    return ImmutableSandboxedEnvironment(
        loader=jinja2.ChoiceLoader(
            [*users, builtin, jinja2.PrefixLoader({"reportgen": builtin})]
        ),
        autoescape=True,  # so that macros and blocks come out as Markup
        finalize=markdown_value,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )


def markdown_value(value: object) -> Markup:
    """Return what a template shows, escaped unless it is Markdown already."""
    if isinstance(value, Markup):
        return value
    if isinstance(value, jinja2.Undefined):
        return Markup(str(value))  # noqa: S704  # raises: it is undefined
    if value is None:
        raise jinja2.TemplateRuntimeError("there is no value here")
    return escape(shown(value))
