"""What the browser tests do and look at more than once."""

import time
from collections.abc import Callable

from playwright.sync_api import ConsoleMessage, Dialog, Page

#: From a beacon's 202 to its place in the counts, at most.
FRESH_SECONDS = 1.0


def counted(page: Page, act: Callable[[], object]) -> None:
    """Does something in the page that is to be counted, and waits until its beacon has been answered 202."""
    with page.expect_response(lambda response: response.url.endswith("/api/event")) as beacon:
        act()
    assert beacon.value.status == 202, beacon.value.text()


def becomes(expected: object, ask: Callable[[], object], seconds: float = FRESH_SECONDS) -> None:
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
