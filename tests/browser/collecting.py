"""A web server that serves a page under every path, the tracker, and takes what is sent to it.

Requests that outlive their page are seen by no route of Playwright, so here they go over the network.
"""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.support.web import Quiet, listening

SITE = Path(__file__).parents[2] / "site"
PATIENCE_SECONDS = 10.0

_ANY_ORIGIN = {"access-control-allow-origin": "*"}


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

    class Handler(Quiet):
        def do_GET(self) -> None:
            if self.path.startswith(("/js/", "/tracker/")):
                self.answer((SITE / self.path[1:]).read_bytes(), "text/javascript", _ANY_ORIGIN)
            else:
                self.answer(collector.page.encode(), "text/html; charset=utf-8", _ANY_ORIGIN)

        def do_POST(self) -> None:
            collector.events.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            self.answer(b"ok", "text/plain", _ANY_ORIGIN, 202)

    with listening(Handler) as port:
        collector = Collector(f"http://127.0.0.1:{port}")
        yield collector
