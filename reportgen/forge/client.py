"""Asks one host, patiently: waits where it is told to, and never writes twice.

The token goes to that host and no other, and into no message.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from reportgen import __version__
from reportgen.forge.target import Kind, Target
from reportgen.masking import MASK, mask_secrets
from reportgen.model import NOWHERE, Diagnostic, PublishError, Value

if TYPE_CHECKING:
    import httpx

PATIENCE = 300.0  # seconds for all that is asked of one host
_ANSWER = 30.0  # seconds until an answer begins, or goes on
_LARGEST = 64_000_000  # bytes of an answer
_TRIES = 4
_REDIRECTS = 3
_LIMITED = 60.0  # seconds to wait where GitHub does not say how long
_PASSING = frozenset({408, 500, 502, 503, 504})
_EVER = 864_000.0  # seconds; nobody is asked to wait for more than ten days
_SAID = 200  # characters of what a server says of a mistake

_GITHUB = {
    "Accept": "application/vnd.github+json",
    "X-GitHub-Api-Version": "2022-11-28",
}


class Answer(Value, frozen=True, kw_only=True):
    """What a server said: `link` leads to the next page, if there is one."""

    status: int
    headers: Mapping[str, str]
    data: Any = None
    link: str = ""

    @property
    def message(self) -> str:
        """What it says of a mistake."""
        said = self.data.get("message") if isinstance(self.data, dict) else None
        return " ".join(str(said or "").split())

    @property
    def is_limited(self) -> bool:
        """Whether nothing was done because too much was asked, so far."""
        if self.status == 429:  # noqa: PLR2004  # "too many requests"
            return True
        return self.status == 403 and (  # noqa: PLR2004  # "forbidden": GitHub's choice
            "retry-after" in self.headers
            or self.headers.get("x-ratelimit-remaining") == "0"
            or "rate limit" in self.message.lower()
        )


class UnansweredError(PublishError):
    """Nobody knows whether what was to be written is written."""


class Client:
    """Asks the API of `target`; waits and tries again for `patience` seconds in all."""

    def __init__(
        self, target: Target, token: str | None, patience: float = PATIENCE
    ) -> None:
        self._target = target
        self._token = token
        self._end = time.monotonic() + patience
        self._http = _client(target, token)

    def close(self) -> None:
        """End all connections."""
        self._http.close()

    def get(self, path: str) -> Answer:
        """Return what is at `path`, or at an address on the same host."""
        return self._ask("GET", path)

    def put(self, verb: str, path: str, data: object = None) -> Answer:
        """Write what may be written twice: the second time changes nothing."""
        return self._ask(verb, path, data)

    def post(self, path: str, data: object) -> Answer:
        """Write what must not be written twice.

        Raises UnansweredError where it may have been written or not.
        """
        return self._ask("POST", path, data, once=True)

    def pause(self, seconds: float, why: str) -> None:
        """Wait, unless that is longer than we have patience: then PublishError."""
        if time.monotonic() + seconds > self._end:
            raise self.problem(why, "try again later, or with a longer --timeout")
        time.sleep(seconds)

    def problem(self, message: str, hint: str = "") -> PublishError:
        """Return the error that says `message` of the host."""
        return PublishError([self._finding(message, hint)])

    def refused(self, answer: Answer) -> PublishError:
        """Return the error that tells of a mistake which the server names."""
        hint = {
            401: "is the token right, and not expired?",
            403: "may the token write comments there?",
            404: "is the address right, and may the token see it?",
            410: "was it deleted, or are issues switched off?",
            422: "is it too long, or locked?",
        }.get(answer.status, "")
        said = f": {self._masked(answer.message)[:_SAID]!r}" if answer.message else ""
        return self.problem(f"answers {answer.status}{said}", hint)

    def _ask(
        self, verb: str, path: str, data: object = None, *, once: bool = False
    ) -> Answer:
        """Return the answer; try again where that can help, and can do no harm."""
        tried = 0
        while True:
            answer, trouble = self._try(verb, path, data)
            if answer is not None and answer.is_limited:
                seconds = min(max(_wait(answer), 1.0), _EVER)
                until = datetime.fromtimestamp(time.time() + seconds, UTC)
                self.pause(seconds, f"will not answer before {until:%H:%M:%S} UTC")
                continue
            if answer is not None and answer.status not in _PASSING:
                return answer
            tried += 1
            if answer is not None:
                trouble = f"answers {answer.status}"
            if once:
                raise UnansweredError([self._finding(trouble, "")])
            if tried == _TRIES:
                raise self.problem(trouble, "try again later")
            self.pause(_wait(answer) if answer else 2.0 ** (tried - 1), trouble)

    def _try(self, verb: str, path: str, data: object) -> tuple[Answer | None, str]:
        """Return an answer, or in words why there is none."""
        import httpx  # noqa: PLC0415  # an extra, for those who publish

        url = path if "://" in path else self._target.api + path
        try:
            for _ in range(_REDIRECTS + 1):
                answer = self._send(verb, url, data)
                place = answer.headers.get("location", "")
                if not (300 <= answer.status < 400 and place):  # noqa: PLR2004  # redirects
                    return answer, ""
                url = self._same_host(urljoin(url, place))
        except httpx.TimeoutException:
            return None, "did not answer in time"
        except httpx.HTTPError as error:
            return None, f"cannot be reached: {str(error) or type(error).__name__}"
        except (httpx.InvalidURL, ValueError) as error:  # no host can have that name
            why = f"cannot be reached: {error}"
            raise self.problem(why, "is the address right?") from None
        raise self.problem(
            "leads from one address to the next", "is the address right?"
        )

    def _send(self, verb: str, url: str, data: object) -> Answer:
        content = None if data is None else json.dumps(data).encode()
        with self._http.stream(verb, url, content=content) as response:
            body = bytearray()
            for chunk in response.iter_bytes():
                body += chunk
                if len(body) > _LARGEST:
                    raise self.problem("says more than anybody wants to know")
                if time.monotonic() > self._end:
                    raise self.problem("takes longer than --timeout allows")
        following = response.links.get("next", {}).get("url", "")
        return Answer(
            status=response.status_code,
            headers=dict(response.headers),
            data=_json(bytes(body)),
            link=self._same_host(urljoin(url, following)) if following else "",
        )

    def _same_host(self, url: str) -> str:
        """Return `url` if it is on the host that the token is for."""
        ours, theirs = urlsplit(self._target.api), urlsplit(url)
        if (ours.scheme, ours.netloc) != (theirs.scheme, theirs.netloc):
            message = f"leads to another host, {theirs.netloc!r}"
            raise self.problem(message, "is the address right?")
        return url

    def _finding(self, message: str, hint: str) -> Diagnostic:
        text = self._masked(f"{self._target.host} {message}")
        return Diagnostic(NOWHERE, "forge-failed", text, hint)

    def _masked(self, text: str) -> str:
        text = text.replace(self._token, MASK) if self._token else text
        return mask_secrets(text)


def _client(target: Target, token: str | None) -> httpx.Client:
    try:
        import httpx  # noqa: PLC0415  # an extra, for those who publish
    except ImportError:
        message = "asking a forge needs the package httpx, and it is not installed"
        hint = "run `python -m pip install httpx`"
        finding = Diagnostic(NOWHERE, "no-httpx", message, hint)
        raise PublishError([finding]) from None
    headers = {
        "Accept": "application/json",
        "Content-Type": "application/json",
        "User-Agent": f"reportgen/{__version__}",
    }
    if token is not None:  # what is public can be read without one
        headers["Authorization"] = f"Bearer {token}"
    if target.kind is Kind.GITHUB:
        headers |= _GITHUB
    return httpx.Client(
        headers=headers,
        timeout=httpx.Timeout(_ANSWER, connect=10.0),
        # No password from a .netrc may take the place of the token.
        auth=lambda request: request,
        follow_redirects=False,
    )


def _wait(answer: Answer) -> float:
    """Return how many seconds the server wants us to wait."""
    after = answer.headers.get("retry-after", "")
    if after.isdecimal():
        return float(after)
    if after:
        try:
            moment = parsedate_to_datetime(after)
        except ValueError:
            return _LIMITED
        return max(0.0, moment.timestamp() - time.time())
    reset = answer.headers.get("x-ratelimit-reset", "")
    if answer.headers.get("x-ratelimit-remaining") == "0" and reset.isdecimal():
        return max(0.0, float(reset) - time.time()) + 1
    return _LIMITED if answer.is_limited else 1.0


def _json(body: bytes) -> Any:  # noqa: ANN401  # whatever a server says
    try:
        return json.loads(body) if body else None
    except (ValueError, RecursionError):
        return None
