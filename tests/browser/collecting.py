"""A web server that serves a page under every path, the tracker, and takes what is sent to it.

Requests that outlive their page are seen by no route of Playwright, so here they go over the network.
"""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

SITE = Path(__file__).parents[2] / "site"
PATIENCE_SECONDS = 10.0


@dataclass
class Collector:
    """The server: its address, the page that it serves, and the events that it was sent."""

    url: str
    page: str = ""
    events: list[dict[str, Any]] = field(default_factory=list)

    def wait_for(self, expected: int) -> list[dict[str, Any]]:
        """Gives the events, once there are as many as expected and no more are on their way."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while len(self.events) < expected and time.monotonic() < deadline:
            time.sleep(0.02)
        time.sleep(0.15)
        return self.events


@contextmanager
def collecting() -> Iterator[Collector]:
    """Starts a collector on a free port of the loopback interface, and ends it."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            scripts = self.path.startswith(("/js/", "/tracker/"))
            self._answer(
                200,
                "text/javascript" if scripts else "text/html; charset=utf-8",
                (SITE / self.path[1:]).read_bytes() if scripts else collector.page.encode(),
            )

        def do_POST(self) -> None:
            collector.events.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            self._answer(202, "text/plain", b"ok")

        def _answer(self, status: int, kind: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(body)))
            self.send_header("access-control-allow-origin", "*")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        collector = Collector(f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield collector
        finally:
            server.shutdown()
            thread.join()
