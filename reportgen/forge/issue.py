"""One issue on a forge: its state and its comments, in our words."""

from __future__ import annotations

from collections.abc import Iterator

from reportgen.forge.client import Answer, Client
from reportgen.forge.target import Kind, Target
from reportgen.model import Json, Value

_PAGES = 100  # of 100 comments: more than any forge keeps of one issue
_VIEWER = "query { viewer { databaseId } }"


class Comment(Value, frozen=True, kw_only=True):
    """A comment, and the number of the account that wrote it."""

    number: int
    author: int | None
    body: str
    url: str = ""


class Issue:
    """The issue that `target` means."""

    def __init__(self, target: Target, client: Client) -> None:
        self._target = target
        self._client = client

    def me(self) -> int:
        """Return the number of the account that the token is for."""
        answer = self._client.get("/user")
        if answer.status == 403 and self._target.kind is Kind.GITHUB:  # noqa: PLR2004
            # The token of a workflow or an app has no user, but GraphQL knows it.
            answer = self._client.put("POST", self._graphql, {"query": _VIEWER})
            data = _mapping(_mapping(_mapping(answer.data).get("data")).get("viewer"))
            number = data.get("databaseId")
        else:
            number = _mapping(answer.data).get("id")
        if answer.status != 200 or not isinstance(number, int):  # noqa: PLR2004  # "ok"
            raise self._client.refused(answer)
        return number

    def comments(self) -> Iterator[Comment]:
        """Yield every comment, of all pages."""
        seen: set[int] = set()
        path = first = f"{self._target.comments}?per_page=100"
        for page in range(1, _PAGES + 1):
            answer = self._expect(self._client.get(path), 200)
            if not isinstance(answer.data, list):
                raise self._client.problem("does not answer with a list of comments")
            found = [self._comment(entry) for entry in answer.data]
            new = [each for each in found if each.number not in seen]
            yield from new
            seen.update(each.number for each in new)
            # Not every server says that there is more, and one gives all at once.
            if not new or ("link" in answer.headers and not answer.link):
                return
            path = answer.link or f"{first}&page={page + 1}"
        raise self._client.problem(f"has more than {_PAGES} pages of comments")

    def comment(self, number: int) -> Comment | None:
        """Return the comment with this number, None if there is none any more."""
        answer = self._client.get(self._target.comment(number))
        if answer.status == 404:  # noqa: PLR2004  # "not found"
            return None
        return self._comment(self._expect(answer, 200).data)

    def create(self, text: str) -> Comment:
        """Write a new comment.  UnansweredError: nobody knows whether it is there."""
        answer = self._client.post(self._target.comments, {"body": text})
        return self._comment(self._expect(answer, 201).data)

    def update(self, number: int, text: str) -> None:
        """Write a comment anew."""
        verb = "PUT" if self._target.kind is Kind.GITLAB else "PATCH"
        path = self._target.comment(number)
        self._expect(self._client.put(verb, path, {"body": text}), 200)

    def delete(self, number: int) -> None:
        """Delete a comment, if it is there."""
        answer = self._client.put("DELETE", self._target.comment(number))
        if answer.status != 404:  # noqa: PLR2004  # "not found": somebody was faster
            self._expect(answer, 200, 204)

    def state(self) -> Json:
        """Return number, title, state and address, as evidence of issues has them."""
        data = _mapping(self._expect(self._client.get(self._target.issue), 200).data)
        number = data.get("iid", data.get("number"))
        url = data.get("html_url") or data.get("web_url") or ""
        state = data.get("state")
        if not isinstance(number, int) or not isinstance(state, str):
            raise self._client.problem("does not answer with an issue")
        title = str(data.get("title") or "")
        return {"number": number, "title": title, "state": state.upper(), "url": url}

    @property
    def _graphql(self) -> str:
        base = self._target.api.removesuffix("/v3")
        return f"{base}/graphql"

    def _comment(self, entry: object) -> Comment:
        data = _mapping(entry)
        author = _mapping(data.get("user") or data.get("author")).get("id")
        number, body = data.get("id"), data.get("body")
        if not isinstance(number, int):
            raise self._client.problem("does not answer with a comment")
        return Comment(
            number=number,
            author=author if isinstance(author, int) else None,
            body=body if isinstance(body, str) else "",
            url=str(data.get("html_url") or ""),
        )

    def _expect(self, answer: Answer, *wanted: int) -> Answer:
        if answer.status not in wanted:
            raise self._client.refused(answer)
        return answer


def _mapping(data: object) -> Json:
    return data if isinstance(data, dict) else {}
