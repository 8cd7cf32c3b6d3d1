"""Load: clients that send beacons one after another on connections that they keep."""

import asyncio
import contextlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.support.server import BROWSER, Server

_HEAD = f"POST /api/event HTTP/1.1\r\nhost: localhost\r\nuser-agent: {BROWSER}\r\ncontent-type: application/json\r\n"
_FIRST_ANSWER_SECONDS = 30


@dataclass
class Load:
    """What was sent, by its unique page: all that was, and what was answered, by status."""

    pause: float = 0.0
    sent: set[str] = field(default_factory=set)
    answered: dict[str, int] = field(default_factory=dict)
    stopping: bool = False

    @property
    def accepted(self) -> set[str]:
        """The pages whose beacons were answered 202."""
        # A copy is made in one go; a list of pairs is not, and the other thread goes on.
        return {page for page, status in self.answered.copy().items() if status == 202}

    def wait_for(self, answers: int) -> None:
        """Waits until so many beacons are answered."""
        deadline = time.monotonic() + _FIRST_ANSWER_SECONDS
        while len(self.answered) < answers:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{len(self.answered)} of {answers} beacons were answered")
            time.sleep(0.005)

    async def run(self, port: int, prefix: str, clients: int) -> None:
        """Sends beacons until it is stopped or the server ends. Every page begins with `prefix`."""
        await asyncio.gather(*(self._client(port, f"{prefix}-{number}") for number in range(clients)))

    async def _client(self, port: int, prefix: str) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                number = 0
                while not self.stopping:
                    page = f"{prefix}-{number}"
                    self.sent.add(page)
                    writer.write(_request(page))
                    self.answered[page] = await _status(reader)
                    number += 1
                    await asyncio.sleep(self.pause)
            finally:
                writer.close()


@contextmanager
def under_load(server: Server, prefix: str, clients: int = 12, pause: float = 0.0) -> Iterator[Load]:
    """Sends beacons to a server for as long as the block runs, which begins after the first answer.

    Args:
        server: The server. It may end in the meantime.
        prefix: What every page begins with; to be used once for a data folder.
        clients: How many connections there are.
        pause: Seconds that each of them waits between an answer and the next beacon.
    """
    load = Load(pause)
    thread = threading.Thread(target=lambda: asyncio.run(load.run(server.port, prefix, clients)))
    thread.start()
    try:
        load.wait_for(1)
        yield load
    finally:
        # Of a server that has ended, every client sees the end by itself, in the midst of a request.
        load.stopping = server.process.poll() is None
        thread.join()


def _request(page: str) -> bytes:
    body = json.dumps({"n": "pageview", "u": f"https://localhost{page}", "d": "localhost"})
    return f"{_HEAD}content-length: {len(body)}\r\n\r\n{body}".encode()


async def _status(reader: asyncio.StreamReader) -> int:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    length = head.partition("content-length: ")[2].partition("\r\n")[0]
    await reader.readexactly(int(length))
    return int(head.split(" ", 2)[1])
