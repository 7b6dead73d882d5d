"""The files that let a CI build reports, for `reportgen init --ci`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path

from reportgen.load.config import Config
from reportgen.model import Diagnostic, Place, WriteError
from reportgen.render.places import builtin_templates
from reportgen.write import write

# By forge: where each template goes, and where else if that is taken.
FILES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "github": {
        "github.yml": (".github/workflows/reportgen.yml",),
        "github-comment.yml": (".github/workflows/reportgen-comment.yml",),
    },
    "gitlab": {"gitlab.yml": (".gitlab-ci.yml", ".gitlab/reportgen.yml")},
}


def write_ci(forge: str, config: Config) -> tuple[Path, ...]:
    """Write the files for `forge`, and return them; raise WriteError if one is there.

    Nothing is written over, and nothing at all is written then.
    """
    places = [_free(names, config.root) for names in FILES[forge].values()]
    for template, place in zip(FILES[forge], places, strict=True):
        path = builtin_templates() / "ci" / template
        write(_adapted(path.read_text(encoding="utf-8"), config), place)
    return tuple(places)


def source() -> str | None:
    """Return what pip installs to get this very reportgen, None if only we have it."""
    try:
        text = metadata.distribution("reportgen").read_text("direct_url.json")
    except metadata.PackageNotFoundError:
        return None
    origin = json.loads(text or "{}")
    commit = origin.get("vcs_info", {}).get("commit_id")
    return f"reportgen @ git+{origin['url']}@{commit}" if commit else None


def _free(names: tuple[str, ...], root: Path) -> Path:
    for name in names:
        if not (root / name).exists():
            return root / name
    message = f"{names[-1]} is there already"
    hint = "move it away, and compare the two"
    raise WriteError([Diagnostic(Place(names[-1]), "ci-exists", message, hint)])


def _adapted(text: str, config: Config) -> str:
    """Return a template's text with our source, and the folders of `config`."""
    known = source()
    text = text.replace("REPORTGEN_DATA: data\n", f"REPORTGEN_DATA: {config.data}\n")
    text = text.replace(
        "REPORTGEN_OUTPUT: reports\n", f"REPORTGEN_OUTPUT: {config.output}\n"
    )
    text = text.replace("paths: [reports/]", f"paths: [{config.output}/]")
    if known is None:
        return text
    text = text.replace("${{ vars.REPORTGEN }}", json.dumps(known))
    return text.replace(
        "  script:\n", f"  variables:\n    REPORTGEN: {json.dumps(known)}\n  script:\n"
    )
