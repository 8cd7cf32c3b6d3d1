"""What the browser tests do and look at more than once."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

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


@contextmanager
def another_origin(head: str) -> Iterator[str]:
    """Serves one page with something in its head from a port of its own, as somebody's web server would."""
    document = f"<!doctype html><title>Hello</title><link rel=icon href=data:,>{head}<p>Hello</p>".encode()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(document)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as site:
        thread = threading.Thread(target=site.serve_forever)
        thread.start()
        try:
            yield f"http://localhost:{site.server_port}"
        finally:
            site.shutdown()
            thread.join()
