"""What a page with a tracker asks of the installation, and what it hears from it and from the console."""

import time
from collections.abc import Callable
from typing import NamedTuple

from playwright.sync_api import Page, Request

from tests.browser.visiting import complaints

_ANSWER_SECONDS = 20


class Sent(NamedTuple):
    """A request of the tracker that was answered: its path, the status, and whether the event was dropped."""

    path: str
    status: int
    dropped: bool


class Seen:
    """Watches a page.

    Attributes:
        complaints: What the console says, what failed.
        sent: What was sent to the installation and answered, without what the page loads of it.
        preflights: How often the browser asked whether it may send.
    """

    def __init__(self, page: Page, origin: str) -> None:
        """Watches from now on.

        Args:
            page: A page with nothing in it yet.
            origin: Where browsers find the installation.
        """
        self.complaints = complaints(page)
        self.sent: list[Sent] = []
        self.preflights = 0
        self._page = page
        self._origin = origin
        self._waiting = 0
        page.on("request", self._on_request)
        page.on("requestfinished", self._on_finished)
        page.on("requestfailed", self._on_failed)
        devtools = page.context.new_cdp_session(page)  # Playwright itself does not show preflights
        devtools.on("Network.requestWillBeSent", self._on_devtools)
        devtools.send("Network.enable")

    def does(self, act: Callable[[], object]) -> None:
        """Does something that is to be counted, and waits until all that it sends has been answered.

        Raises:
            AssertionError: Nothing was sent, or not all was answered.
        """
        before = len(self.sent)
        act()
        deadline = time.monotonic() + _ANSWER_SECONDS
        while len(self.sent) == before or self._waiting:
            assert self.complaints == []
            assert time.monotonic() < deadline, f"{self._waiting} requests without an answer"
            self._page.wait_for_timeout(10)

    def _is_event(self, request: Request) -> bool:
        return request.url.startswith(f"{self._origin}/") and request.resource_type != "script"

    def _on_request(self, request: Request) -> None:
        self._waiting += self._is_event(request)

    def _on_finished(self, request: Request) -> None:
        response = request.response()
        if self._is_event(request) and response:
            self._waiting -= 1
            path = request.url.removeprefix(self._origin).partition("?")[0]
            self.sent.append(Sent(path, response.status, "x-plausible-dropped" in response.headers))

    def _on_failed(self, request: Request) -> None:
        self._waiting -= self._is_event(request)
        self.complaints.append(f"failed: {request.method} {request.url}: {request.failure}")

    def _on_devtools(self, event: dict[str, dict[str, str]]) -> None:
        self.preflights += event["request"]["method"] == "OPTIONS"
