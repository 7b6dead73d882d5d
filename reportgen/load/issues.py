"""Reads the states of issues, as `gh issue list --json number,title,state,url` tells.

GitLab and Gitea say `iid` or `index`, and `web_url` or `html_url`.
"""

from __future__ import annotations

from reportgen.load import coerce
from reportgen.load.documents import not_this_format, read_documents
from reportgen.load.json_stream import JsonStream
from reportgen.load.messages import clean
from reportgen.model import Issue, Json, Tracker

_CLOSED = frozenset({"CLOSED", "MERGED"})  # a pull request that was merged is done


def walk(stream: JsonStream) -> Json:
    """Return the issues by number, of a list or of `{"fetched": …, "issues": […]}`."""
    data = stream.value()
    listed = data.get("issues") if isinstance(data, dict) else data
    if not isinstance(listed, list):
        raise not_this_format("a list of issues")
    # Of several that share a number, or disagree about it, an open one counts.
    issues = sorted(
        (_issue(coerce.mapping(entry)) for entry in listed),
        key=lambda issue: not issue.closed,
    )
    fetched = data.get("fetched") if isinstance(data, dict) else None
    return {
        "created": coerce.moment(fetched),
        "issues": {issue.number: issue for issue in issues},
    }


read = read_documents(Tracker, walk)


def _issue(entry: Json) -> Issue:
    number = next((entry[k] for k in ("number", "iid", "index") if k in entry), None)
    state = coerce.text(entry.get("state"))
    if coerce.whole(number) is None or not state:
        raise not_this_format("a list of issues with number and state")
    # Where an API tells both, `url` is the API's own.
    links = (entry.get(name) for name in ("html_url", "web_url", "url"))
    return Issue(
        number=str(coerce.whole(number)),
        title=clean(coerce.text(entry.get("title"))),
        closed=state.upper() in _CLOSED,
        state=clean(state),
        url=clean(next((link for link in links if isinstance(link, str)), "")),
    )
