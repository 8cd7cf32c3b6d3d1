"""Group commit: several requests share one commit, and none is answered before it is on the disk."""

import asyncio
import contextlib
import logging
import queue
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import NamedTuple

from services.ingest.handler import unavailable
from services.ingest.writer import Writer
from shared.engine import StorageUnavailable
from shared.http import Handler, Request, Response, json_response

logger = logging.getLogger(__name__)

#: The most requests of one commit, and the most that may wait for one.
MAX_GROUP = 256
MAX_WAITING = 4_096

_BUSY = json_response(503, {"error": "too many requests wait; send it again"}, {"retry-after": "1"})
_FAILED = json_response(500, {"error": "this is a fault of the server's; its log says more"})


class _Waiting(NamedTuple):
    request: Request
    loop: asyncio.AbstractEventLoop
    answer: "asyncio.Future[Response]"


class Committer:
    """One thread that runs the ingest handler over requests as they come, group by group."""

    def __init__(
        self,
        handler: Handler,
        writer: Writer,
        group_commit: Callable[[], AbstractContextManager[None]],
    ) -> None:
        """Puts the committer together.

        Args:
            handler: The ingest handler.
            writer: Its writer, which leaves its epoch when a commit fails.
            group_commit: Collects the handler's appends for one commit on leaving.
        """
        self._handler = handler
        self._writer = writer
        self._group_commit = group_commit
        self._queue: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="committer")

    def start(self) -> None:
        """Starts the thread."""
        self._thread.start()

    def stop(self) -> None:
        """Answers what is waiting and ends the thread."""
        self._queue.put(None)
        self._thread.join()

    async def submit(self, request: Request) -> Response:
        """Gives the answer to a request once its events are on the disk, or could not be put there."""
        if self._queue.qsize() >= MAX_WAITING:
            return _BUSY
        loop = asyncio.get_running_loop()
        waiting = _Waiting(request, loop, loop.create_future())
        self._queue.put(waiting)
        return await waiting.answer

    def _run(self) -> None:
        running = True
        while running:
            items = self._next_items()
            group = [item for item in items if item is not None]
            running = len(group) == len(items)
            if group:
                answers = self._commit(group)
                group[0].loop.call_soon_threadsafe(_answer, group, answers)

    def _next_items(self) -> list[_Waiting | None]:
        """Waits for a request, and takes those along that came meanwhile."""
        items = [self._queue.get()]
        with contextlib.suppress(queue.Empty):
            while len(items) < MAX_GROUP:
                items.append(self._queue.get_nowait())
        return items

    def _commit(self, group: list[_Waiting]) -> list[Response]:
        try:
            with self._group_commit():
                return [self._handle(waiting.request) for waiting in group]
        except StorageUnavailable as error:
            self._writer.abandon()
            return [unavailable(error)] * len(group)
        except Exception:  # whatever it is, the requests are answered and the thread goes on
            logger.exception("a commit failed")
            self._writer.abandon()
            return [_FAILED] * len(group)

    def _handle(self, request: Request) -> Response:
        try:
            return self._handler(request, None)
        except Exception:  # as Lambda would: a fault in one request is not another's
            logger.exception("a request failed")
            return _FAILED


def _answer(group: list[_Waiting], answers: list[Response]) -> None:
    for waiting, answer in zip(group, answers, strict=True):
        if not waiting.answer.done():
            waiting.answer.set_result(answer)
