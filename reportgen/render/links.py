"""Where issues and files are found on the forge of a repository."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"#(\d+)")
_ELSEWHERE = re.compile(r"([\w.-]+/[\w.-]+)#(\d+)")
_FORGE = re.compile(r"(https?://[^/]+)/")


def issue_url(reference: str, repository: str | None) -> str:
    """Return the address of the issue that `reference` names; "" if none is known.

    GitHub, Gitea and Forgejo have issues at `/issues/N`, GitLab at `/-/issues/N`.
    """
    if "://" in reference:
        return reference
    if repository is None:
        return ""
    base = repository.rstrip("/").removesuffix(".git")
    number = _NUMBER.fullmatch(reference)
    if number is None:
        elsewhere = _ELSEWHERE.fullmatch(reference)
        forge = _FORGE.match(base)
        if elsewhere is None or forge is None:
            return ""
        base, issue = f"{forge[1]}/{elsewhere[1]}", elsewhere[2]
    else:
        issue = number[1]
    path = "-/issues" if "gitlab" in base.split("/")[2] else "issues"
    return f"{base}/{path}/{issue}"
