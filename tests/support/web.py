"""A small web server of a test's own, on a free port of the loopback interface."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_NO_HEADERS: Mapping[str, str] = {}


class Quiet(BaseHTTPRequestHandler):
    """A handler that logs nothing."""

    def answer(self, content: bytes, kind: str, headers: Mapping[str, str] = _NO_HEADERS, status: int = 200) -> None:
        """Answers with content of a type."""
        self.send_response(status)
        for name, value in {"content-type": kind, "content-length": str(len(content)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def listening(handler: type[BaseHTTPRequestHandler]) -> Iterator[int]:
    """Starts a server, gives its port, and ends it."""
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()
