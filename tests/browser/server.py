"""A real Milepost server on a free port of the loopback interface, over a data folder of its own."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

MILEPOST = Path(sys.executable).with_name("milepost")
START_SECONDS = 15


@dataclass(frozen=True)
class Server:
    """A running server: its address and its data folder."""

    url: str
    data: Path

    def command(self, *arguments: str) -> str:
        """Runs a `milepost` command on the server's data folder and returns what it printed."""
        command = [str(MILEPOST), "--data", str(self.data), *arguments]
        return subprocess.run(command, env=_environment(), check=True, capture_output=True, text=True).stdout

    def counts(self, site: str, key: str | None = None, **query: str) -> dict[str, Any]:
        """Returns the counts that the HTTP API answers."""
        request = Request(f"{self.url}/v1/sites/{site}/counts?{urlencode(query)}")
        if key:
            request.add_header("authorization", f"Bearer {key}")
        with urlopen(request, timeout=5) as response:
            answer: dict[str, Any] = json.load(response)
        return answer

    def totals(self, site: str, key: str | None = None, **query: str) -> tuple[int, int]:
        """Returns the pageviews and visitors of the last 30 days."""
        totals = self.counts(site, key, **query)["totals"]
        return totals["pageviews"], totals["visitors"]

    def pages(self, site: str, key: str | None = None, **query: str) -> dict[str, tuple[int, int]]:
        """Returns the pageviews and visitors of each page, today."""
        rows = self.counts(site, key, by="page", **query)["rows"]
        return {row["page"]: (row["pageviews"], row["visitors"]) for row in rows}


@contextmanager
def serving(folder: Path) -> Iterator[Server]:
    """Starts a server with an empty data folder inside `folder`, and ends it."""
    port = free_port()
    server = Server(f"http://127.0.0.1:{port}", folder / "data")
    command = [str(MILEPOST), "--data", str(server.data), "serve", "--host", "127.0.0.1", "--port", str(port)]
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(command, env=_environment(), stdout=log, stderr=subprocess.STDOUT)
    try:
        _wait_until_healthy(server, process, folder / "server.log")
        yield server
    finally:
        process.terminate()
        process.wait(START_SECONDS)


def free_port() -> int:
    """Returns a TCP port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _wait_until_healthy(server: Server, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urlopen(f"{server.url}/health", timeout=1):
                return
        except (URLError, ConnectionError):
            time.sleep(0.05)
    raise RuntimeError(f"the server did not come up:\n{log.read_text()}")


def _environment() -> dict[str, str]:
    # The settings of whoever runs the tests are not the tests' settings.
    return {name: value for name, value in os.environ.items() if not name.startswith("MILEPOST_")}
