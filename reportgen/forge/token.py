"""Finds the token for a host: in the environment, or with `gh`."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from reportgen.forge.target import Kind, Target

_PATIENCE = 20  # seconds for gh

# Where each kind of token is, and which variables name the server that it is for.
_VARIABLES: Mapping[Kind, tuple[tuple[str, ...], tuple[str, ...], str]] = {
    Kind.GITHUB: (
        ("GH_TOKEN", "GITHUB_TOKEN"),
        ("GITHUB_SERVER_URL",),
        "github.com",
    ),
    Kind.GITLAB: (
        ("GITLAB_TOKEN", "GL_TOKEN"),
        ("CI_SERVER_URL", "GITLAB_HOST"),
        "gitlab.com",
    ),
    Kind.GITEA: (
        ("GITEA_TOKEN", "FORGEJO_TOKEN", "GITHUB_TOKEN"),
        ("GITEA_SERVER_URL", "FORGEJO_SERVER_URL", "GITHUB_SERVER_URL"),
        "codeberg.org",
    ),
}
_ENTERPRISE = ("GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN")


def find_token(
    target: Target, environment: Mapping[str, str], *, typed: bool
) -> str | None:
    """Return the token for the host of `target`, None if there is none.

    A token belongs to one server.  Only for a target that somebody `typed` it goes
    to another one: a record can come from anybody, and must not send it away.
    """
    names = _names(target, environment, typed=typed)
    tokens = (_proper(environment.get(name, "")) for name in names)
    return next(filter(None, tokens), None) or _from_gh(target, environment)


def wanted(target: Target) -> str:
    """Return which variable a user is to set."""
    names, servers, _ = _VARIABLES[target.kind]
    if target.kind is Kind.GITHUB:
        return f"set {names[-1]}, or use `gh auth login --hostname {target.host}`"
    return f"set {names[0]}, and {servers[0]} to its server"


def _names(
    target: Target, environment: Mapping[str, str], *, typed: bool
) -> Iterator[str]:
    """Yield the variables whose token is for the host of `target`, the best first."""
    names, servers, usual = _VARIABLES[target.kind]
    named = [environment[name] for name in servers if environment.get(name)]
    hosts = {urlsplit(name).netloc or name for name in named} or {usual}
    enterprise = {environment.get("GH_HOST"), *hosts} - {usual}
    is_enterprise = target.kind is Kind.GITHUB and target.host != usual
    if is_enterprise and (typed or target.host in enterprise):
        yield from _ENTERPRISE
    if typed or target.host in hosts:
        yield from names


def _proper(text: str) -> str | None:
    # What no header can hold is no token, and an error about it would show it.
    token = text.strip()
    return token if token and all("!" <= sign <= "~" for sign in token) else None


def _from_gh(target: Target, environment: Mapping[str, str]) -> str | None:
    """Return the token that `gh` keeps for the very host of `target`."""
    if target.kind is not Kind.GITHUB:
        return None
    try:
        done = subprocess.run(  # noqa: S603  # fixed words, and no shell
            ["gh", "auth", "token", "--hostname", target.host],  # noqa: S607  # the user's own gh
            env={**environment, "GH_PROMPT_DISABLED": "1"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=True,
            text=True,
            timeout=_PATIENCE,
        )
    except (OSError, ValueError, subprocess.SubprocessError):
        return None  # there is no gh, or it knows no token
    return _proper(done.stdout)
