"""Says which issue an address means, and which API answers for it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from urllib.parse import quote, urlsplit

from reportgen import late
from reportgen.model import NOWHERE, Diagnostic, RecordError, Value


class Kind(StrEnum):
    """What a forge speaks; Forgejo speaks as Gitea does."""

    GITHUB = "github"
    GITLAB = "gitlab"
    GITEA = "gitea"


class Target(Value, frozen=True, kw_only=True):
    """An issue, or a pull or merge request: its address, and where its API is."""

    url: str
    kind: Kind
    api: str
    project: str
    number: str
    is_request: bool = False

    @property
    def host(self) -> str:
        """The host to which the address leads, with its port if it has one."""
        return urlsplit(self.url).netloc

    @property
    def issue(self) -> str:
        """The path of the issue in the API."""
        if self.kind is Kind.GITLAB:
            what = "merge_requests" if self.is_request else "issues"
            return f"/projects/{quote(self.project, safe='')}/{what}/{self.number}"
        return f"/repos/{self.project}/issues/{self.number}"

    @property
    def comments(self) -> str:
        """The path of its comments, which GitLab calls notes."""
        return f"{self.issue}/{'notes' if self.kind is Kind.GITLAB else 'comments'}"

    def comment(self, number: int) -> str:
        """Return the path of one of its comments."""
        if self.kind is Kind.GITLAB:
            return f"{self.comments}/{number}"
        return f"/repos/{self.project}/issues/comments/{number}"


_NAME = r"[A-Za-z0-9_.-]+"
_PATH = late.pattern(
    rf"/(?P<project>{_NAME}(?:/{_NAME})+?)(?P<dash>/-)?"
    r"/(?P<what>issues|work_items|pull|pulls|merge_requests)/(?P<number>[0-9]{1,18})/?"
)
_HOSTS = {
    "github.com": Kind.GITHUB,
    "gitlab.com": Kind.GITLAB,
    "codeberg.org": Kind.GITEA,
}
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def target_of(url: str, forge: str | None, environment: Mapping[str, str]) -> Target:
    """Return the issue at `url`, on a server that speaks as `forge` if it is unknown.

    The `environment` is that of a runner, which knows its own server.  Raises
    RecordError if no issue can be there.
    """
    try:
        parts = urlsplit(url)
    except ValueError:  # half of an IPv6 address
        parts = urlsplit("")
    match = _PATH.fullmatch(parts.path)
    if match is None or not parts.hostname or "@" in parts.netloc:
        message = f"{url!r} is not the address of an issue"
        hint = "write https://HOST/OWNER/NAME/issues/NUMBER"
        raise RecordError([Diagnostic(NOWHERE, "bad-target", message, hint)])
    if parts.scheme != "https" and parts.hostname not in _LOOPBACK:
        message = f"{url!r} would show the token to everybody on the way"
        hint = "write https://"
        raise RecordError([Diagnostic(NOWHERE, "bad-target", message, hint)])
    kind = _kind(match, parts.hostname, forge, environment)
    project = match["project"]
    if kind is not Kind.GITLAB and project.count("/") != 1:
        message = f"{url!r} is not the address of an issue of {kind}"
        hint = "say `forge` in the configuration, if it is another forge"
        raise RecordError([Diagnostic(NOWHERE, "bad-target", message, hint)])
    base = f"{parts.scheme}://{parts.netloc}"
    return Target(
        url=f"{base}{parts.path}",
        kind=kind,
        api=_api(kind, base, environment),
        project=project,
        number=match["number"],
        is_request=match["what"] not in {"issues", "work_items"},
    )


def _kind(
    match: re.Match[str], host: str, forge: str | None, environment: Mapping[str, str]
) -> Kind:
    """Return what the server speaks: its address says so, or `forge`, or its runner."""
    what = match["what"]
    if host in _HOSTS:
        return _HOSTS[host]
    if match["dash"] or what == "merge_requests":
        return Kind.GITLAB
    if what == "pulls":
        return Kind.GITEA
    if forge is not None:
        return Kind(forge)
    known = re.search("gitlab|gitea|forgejo", host)
    runner = environment.get("GITEA_ACTIONS") or environment.get("FORGEJO_ACTIONS")
    if known is None:
        return Kind.GITEA if runner else Kind.GITHUB
    return Kind.GITLAB if known[0] == "gitlab" else Kind.GITEA


def _api(kind: Kind, base: str, environment: Mapping[str, str]) -> str:
    """Return where the API of the server at `base` is; a runner knows its own."""
    if kind is Kind.GITEA:
        return f"{base}/api/v1"
    if kind is Kind.GITLAB:
        server, api, usual = "CI_SERVER_URL", "CI_API_V4_URL", f"{base}/api/v4"
    else:
        server, api, usual = "GITHUB_SERVER_URL", "GITHUB_API_URL", f"{base}/api/v3"
        usual = "https://api.github.com" if base == "https://github.com" else usual
    own = base == environment.get(server, "").rstrip("/")
    return (environment.get(api) or usual).rstrip("/") if own else usual
