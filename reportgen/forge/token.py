"""Finds the token for a host: in the environment, or with `gh`."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from reportgen.forge.target import Kind, Target

_PATIENCE = 20  # seconds for gh
_RUNNER = "GITHUB_SERVER_URL"  # of a runner of Gitea or Forgejo, too

# Where each kind of token is, and which variables name the server that it is for.
_VARIABLES: Mapping[Kind, tuple[tuple[str, ...], tuple[str, ...], str]] = {
    Kind.GITHUB: (
        ("GH_TOKEN", "GITHUB_TOKEN"),
        (_RUNNER,),
        "github.com",
    ),
    Kind.GITLAB: (
        ("GITLAB_TOKEN", "GL_TOKEN"),
        ("CI_SERVER_URL", "GITLAB_HOST"),
        "gitlab.com",
    ),
    Kind.GITEA: (
        ("GITEA_TOKEN", "FORGEJO_TOKEN"),
        ("GITEA_SERVER_URL", "FORGEJO_SERVER_URL", _RUNNER),
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


def for_gh(target: Target, environment: Mapping[str, str]) -> Mapping[str, str]:
    """Return `environment` without tokens that are not for the host of `target`.

    To gh, a token of the environment is one for every server.
    """
    foreign = {*_VARIABLES[Kind.GITHUB][0], *_ENTERPRISE}
    foreign -= {*_names(target, environment, typed=False)}
    return {name: text for name, text in environment.items() if name not in foreign}


def _names(
    target: Target, environment: Mapping[str, str], *, typed: bool
) -> Iterator[str]:
    """Yield the variables whose token is for the host of `target`, the best first."""
    names, servers, usual = _VARIABLES[target.kind]
    hosts = {_host(environment.get(name)) for name in servers} - {""} or {usual}
    enterprise = {environment.get("GH_HOST"), *hosts} - {usual}
    is_enterprise = target.kind is Kind.GITHUB and target.host != usual
    if is_enterprise and (typed or target.host in enterprise):
        yield from _ENTERPRISE
    if typed or target.host in hosts:
        yield from names
    # A runner of Gitea calls its token as GitHub does; elsewhere it is GitHub's.
    if target.kind is Kind.GITEA and target.host == _host(environment.get(_RUNNER)):
        yield "GITHUB_TOKEN"


def _host(server: str | None) -> str:
    """Return the host of `server`, an address or the host itself."""
    return urlsplit(server or "").netloc or server or ""


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
            env={**for_gh(target, environment), "GH_PROMPT_DISABLED": "1"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=True,
            text=True,
            timeout=_PATIENCE,
        )
    except (OSError, ValueError, subprocess.SubprocessError):
        return None  # there is no gh, or it knows no token
    return _proper(done.stdout)
