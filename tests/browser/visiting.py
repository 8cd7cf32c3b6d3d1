"""What the browser tests do and look at more than once."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from playwright.sync_api import ConsoleMessage, Dialog, Page, Response

from tests.support.web import Quiet, listening

#: From a beacon's 202 to its place in the counts it takes a moment; on a busy machine a longer one.
PATIENCE_SECONDS = 5.0


def counted(page: Page, act: Callable[[], object]) -> None:
    """Does something in the page that is to be counted, and waits until its pageview has been answered 202."""

    def is_pageview(response: Response) -> bool:
        return response.url.endswith("/api/event") and '"pageview"' in (response.request.post_data or "")

    with page.expect_response(is_pageview) as beacon:
        act()
    assert beacon.value.status == 202, beacon.value.text()


def becomes(expected: object, ask: Callable[[], object], seconds: float = PATIENCE_SECONDS) -> None:
    """Asks until the answer is the expected one; fails if it has not been within so many seconds."""
    deadline = time.monotonic() + seconds
    while (answer := ask()) != expected and time.monotonic() < deadline:
        time.sleep(0.05)
    assert answer == expected


def complaints(page: Page) -> list[str]:
    """Returns a list that fills with the page's console errors (a breach of its Content-Security-Policy is one) and
    warnings, its uncaught errors and its dialogs."""
    heard: list[str] = []

    def console(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            heard.append(f"{message.type}: {message.text} ({message.location['url']})")

    def dialog(opened: Dialog) -> None:
        heard.append(f"dialog: {opened.message}")
        opened.dismiss()

    page.on("console", console)
    page.on("pageerror", lambda error: heard.append(f"uncaught: {error}"))
    page.on("dialog", dialog)
    return heard


@contextmanager
def another_origin(head: str) -> Iterator[str]:
    """Serves one page with something in its head from a port of its own, as somebody's web server would."""
    document = f"<!doctype html><title>Hello</title><link rel=icon href=data:,>{head}<p>Hello</p>".encode()

    class Handler(Quiet):
        def do_GET(self) -> None:
            self.answer(document, "text/html; charset=utf-8")

    with listening(Handler) as port:
        yield f"http://localhost:{port}"
