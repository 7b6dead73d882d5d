"""A forge on this machine: keeps comments of one issue, and misbehaves when told to.

Each request to its GitHub API is held against GitHub's own description of it.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jsonschema

DESCRIPTION = json.loads(
    (Path(__file__).parent / "cases" / "github_openapi.json").read_text("utf-8")
)
ME, SOMEBODY = 41, 42
TOKEN = "ghp_" + "t0k3N" * 8
_COMMENTS = re.compile(
    r"/api/v3/repos/acme/shop/issues/7/comments()|/api/v3/repos/acme/shop/issues/comments/(\d+)"
    r"|/api/v1/repos/acme/shop/issues/7/comments()|/api/v1/repos/acme/shop/issues/comments/(\d+)"
    r"|/api/v4/projects/acme%2Fteam%2Fshop/(?:issues|merge_requests)/7/notes(?:/(\d+))?"
)

Trouble = Callable[[str, str, int], str]  # verb, path, number of the request


class Forge:
    """What a forge knows, and what it was asked."""

    def __init__(self) -> None:
        self.comments: list[dict[str, Any]] = []
        self.issues: dict[str, dict[str, Any]] = {}
        self.asked: list[tuple[str, str]] = []
        self.wrong: list[str] = []
        self.is_app = False
        self.all_at_once = False
        self.page = 100
        self.trouble: Trouble = lambda _verb, _path, _number: ""
        self.server = _Server(self)
        self.lock = threading.Lock()
        self.over = threading.Event()
        self._next = 1000

    @property
    def base(self) -> str:
        """The address of the server."""
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    @property
    def issue(self) -> str:
        """The address of its issue."""
        return f"{self.base}/acme/shop/issues/7"

    @property
    def writes(self) -> list[str]:
        """The verbs of all requests that would write something."""
        return [
            verb for verb, path in self.asked if verb != "GET" and "graph" not in path
        ]

    def add(self, body: str, author: int = SOMEBODY) -> dict[str, Any]:
        """Add a comment, and return it."""
        self._next += 1
        user = {"id": author, "login": f"user{author}"}
        comment = {
            "id": self._next,
            "user": user,
            "author": user,
            "body": body,
            "html_url": f"{self.issue}#issuecomment-{self._next}",
        }
        self.comments.append(comment)
        return comment

    def of(self, author: int) -> list[str]:
        """Return the bodies of all comments of `author`."""
        return [each["body"] for each in self.comments if each["user"]["id"] == author]


@contextmanager
def forge() -> Iterator[Forge]:
    """Give a forge that runs; each request to it must have been a proper one."""
    it = Forge()
    thread = threading.Thread(target=it.server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield it
    finally:
        it.over.set()
        it.server.shutdown()
        thread.join()
        it.server.server_close()
    assert it.wrong == []


# What is answered instead of what was asked: status, body, headers.
_ANSWERS: Mapping[str, tuple[int, object, Mapping[str, str]]] = {
    "500": (502, None, {}),
    "limited": (
        403,
        {"message": "API rate limit exceeded"},
        {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1"},
    ),
    "secondary": (
        403,
        {"message": "You have exceeded a secondary rate limit."},
        {"Retry-After": "7"},
    ),
    "for an hour": (429, {}, {"Retry-After": "3600"}),
    "for ever": (429, {}, {"Retry-After": "9" * 30}),
    "too long": (422, {"message": f"body is too long, {TOKEN}"}, {}),
    "talkative": (422, {"message": "x" * 190 + TOKEN}, {}),
    "elsewhere": (307, None, {"Location": "http://localhost:9/else"}),
    "next elsewhere": (200, [], {"Link": '<http://localhost:9/2>; rel="next"'}),
    "next nowhere": (200, [], {"Link": '<http://[::1>; rel="next"'}),
}
_Answer = tuple[int, object, Mapping[str, str]]
_NOT_FOUND: _Answer = (404, {"message": "Not Found"}, {})


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, forge: Forge) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.forge = forge


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # an answer goes out at once
    server: _Server

    def handle_any(self) -> None:
        """Do what is asked, or what the trouble of the hour is."""
        forge = self.server.forge
        length = int(self.headers.get("Content-Length") or 0)
        data = json.loads(self.rfile.read(length)) if length else None
        with forge.lock:
            number = len(forge.asked)
            forge.asked.append((self.command, self.path))
        if self.headers["Authorization"] != f"Bearer {TOKEN}":
            self.answer(401, {"message": "Bad credentials"}, {})
            return
        forge.wrong += _mistakes(self.command, self.path, data)
        trouble = forge.trouble(self.command, self.path, number)
        if trouble == "slow":
            forge.over.wait(2)
        elif trouble == "moved":
            self.answer(307, None, {"Location": f"/api/v3/moved{self.path}"})
        elif trouble in _ANSWERS:
            self.answer(*_ANSWERS[trouble])
        else:
            with forge.lock:
                answer = self.act(data, kept=trouble == "kept")
            if trouble == "500 after":
                self.answer(500, {"message": "oops"}, {})
            elif trouble != "cut after":
                self.answer(*answer)
        self.close_connection = trouble in {"slow", "cut after"}

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = handle_any  # noqa: N815  # theirs

    def act(self, data: object, *, kept: bool) -> _Answer:
        """Do what is asked, and return the answer; keep the old text if `kept`."""
        forge = self.server.forge
        address = urlsplit(self.path.replace("/api/v3/moved", "", 1))
        user: _Answer = (200, {"id": ME}, {})
        if forge.is_app:
            user = (403, {"message": "Resource not accessible by integration"}, {})
        known: dict[str, _Answer] = {
            "/api/graphql": (200, {"data": {"viewer": {"databaseId": ME}}}, {}),
            **{f"/api/v{n}/user": user for n in (1, 3, 4)},
            **{path: (200, issue, {}) for path, issue in forge.issues.items()},
        }
        match = _COMMENTS.fullmatch(address.path)
        if match is None:
            return known.get(address.path, _NOT_FOUND)
        text = data["body"] if isinstance(data, dict) else ""
        number = next(filter(None, match.groups()), "")
        if number:
            return self.act_on_one(int(number), text, kept=kept)
        if self.command == "POST":
            return 201, forge.add(text, ME), {}
        return self.listed(parse_qs(address.query))

    def act_on_one(self, number: int, text: str, *, kept: bool) -> _Answer:
        """Return, delete or write the comment with this number."""
        comments = self.server.forge.comments
        found = next((each for each in comments if each["id"] == number), None)
        if found is None:
            return _NOT_FOUND
        if self.command == "DELETE":
            comments.remove(found)
            return 204, None, {}
        if self.command in {"PATCH", "PUT"} and not kept:
            found["body"] = text
        return 200, found, {}

    def listed(self, query: dict[str, list[str]]) -> _Answer:
        """Return a page of comments, and where the next one is."""
        forge = self.server.forge
        if forge.all_at_once:
            return 200, forge.comments, {}
        page = int(query.get("page", ["1"])[0])
        size = min(int(query["per_page"][0]), forge.page)
        headers = {}
        if page * size < len(forge.comments):
            path = self.path.partition("?")[0]
            following = f"{forge.base}{path}?per_page={size}&page={page + 1}"
            headers["Link"] = f'<{following}>; rel="next"'
        return 200, forge.comments[(page - 1) * size : page * size], headers

    def answer(self, status: int, data: object, headers: Mapping[str, str]) -> None:
        """Send an answer."""
        body = b"" if data is None else json.dumps(data).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


def _mistakes(verb: str, path: str, data: object) -> Iterator[str]:
    """Yield what GitHub's description of its API does not allow in a request."""
    address = urlsplit(path)
    if "/api/v3/" not in address.path or address.path == "/api/v3/graphql":
        return
    place = address.path.replace("/api/v3/moved", "", 1).removeprefix("/api/v3")
    for template, operations in DESCRIPTION["paths"].items():
        pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", template)
        match = re.fullmatch(pattern, place)
        if match and verb.lower() in operations:
            operation = operations[verb.lower()]
            break
    else:
        yield f"no operation for {verb} {place}"
        return
    given = {("path", name): text for name, text in match.groupdict().items()}
    for name, (text,) in parse_qs(address.query).items():
        given["query", name] = text
    for parameter in operation["parameters"]:
        text = given.pop((parameter["in"], parameter["name"]), None)
        kind = parameter["schema"].get("type")
        value = int(text) if text is not None and kind == "integer" else text
        if text is None and parameter.get("required"):
            yield f"{verb} {place} lacks {parameter['name']}"
        if text is not None:
            yield from _errors(value, parameter["schema"])
    yield from (f"{verb} {place} has {name}" for name in given)
    body = operation.get("requestBody")
    if body is None and data is not None:
        yield f"{verb} {place} has a body"
    if body is not None:
        schema = body["content"]["application/json"]["schema"]
        # What is not described is a mistake of ours.
        yield from _errors(data, {**schema, "additionalProperties": False})


def _errors(value: object, schema: dict[str, Any]) -> Iterator[str]:
    validator = jsonschema.Draft202012Validator(schema)
    yield from (error.message for error in validator.iter_errors(value))
