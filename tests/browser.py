"""A browser for tests that look at pages, where one is installed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))),
    None,
)
_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_TREE = """
() => [...document.querySelectorAll("*")].map(
    each => [each.tagName, ...each.getAttributeNames()].join(" "))
"""


@contextmanager
def browser(folder: Path) -> Iterator[Any]:
    """Open a browser whose profile is the empty `folder`, without a window."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  # perhaps absent

    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            folder, executable_path=CHROMIUM, headless=True, args=_FLAGS
        )
        yield context
        context.close()


class Seen:
    """A page in a tab of its own, and all that happened to it."""

    def __init__(self, context: Any, path: Path) -> None:  # noqa: ANN401  # Playwright's
        self.happened: list[str] = []
        self.page = context.new_page()
        self.page.set_default_timeout(60_000)
        self.page.on("console", lambda message: self.happened.append(message.text))
        self.page.on("pageerror", lambda error: self.happened.append(str(error)))
        self.page.on("dialog", self._refuse)
        self.page.on("request", lambda request: self.happened.append(request.url))
        self.page.goto(path.as_uri())
        self.happened.remove(path.as_uri())

    def _refuse(self, dialog: Any) -> None:  # noqa: ANN401  # Playwright's
        self.happened.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def tree(self) -> list[str]:
        """Return the elements of the page in order, with the names of attributes."""
        found: list[str] = self.page.evaluate(_TREE)
        return found
