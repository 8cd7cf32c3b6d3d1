"""The doorbell: what DynamoDB Streams is on AWS. It rings the projector for what was just appended."""

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from services.projector.handler import Handler
from shared.engine import Entry, Record
from shared.engines.sqlite.log import SqliteEventLog
from shared.stream import to_stream_event

logger = logging.getLogger(__name__)

#: Seconds that a batch may gather: a commit costs much the same for one event as for hundreds.
WINDOW = 0.05
MAX_BATCH = 1_000

#: What waits beyond this is left to the sweeper, so that memory stays bounded.
MAX_WAITING = 20_000

_MAX_TRIES = 5


class Doorbell:
    """Hands appended records to the projector's handler, in batches, on a thread of its own."""

    def __init__(self, handler: Handler, retry_wait: Callable[[int], None]) -> None:
        """Puts the doorbell together.

        Args:
            handler: The projector's handler.
            retry_wait: Waits before the try of the given number at a batch that failed.
        """
        self._handler = handler
        self._retry_wait = retry_wait
        self._waiting: list[Record] = []
        self._changed = threading.Condition()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="doorbell")

    def start(self) -> None:
        """Starts the thread."""
        self._thread.start()

    def stop(self) -> None:
        """Projects what is waiting and ends the thread."""
        with self._changed:
            self._stopping = True
            self._changed.notify()
        self._thread.join()

    def ring(self, records: Sequence[Record]) -> None:
        """Announces records that are durable."""
        with self._changed:
            self._waiting += records[: max(0, MAX_WAITING - len(self._waiting))]
            self._changed.notify()

    def _run(self) -> None:
        while batch := self._next_batch():
            event = to_stream_event(batch)
            for attempt in range(1, _MAX_TRIES + 1):
                if not self._handler(event, None)["batchItemFailures"]:
                    break
                self._retry_wait(attempt)
            else:
                logger.error("a batch of %d events is left to the sweeper", len(batch))

    def _next_batch(self) -> list[Record]:
        """Waits for records; gives none when it is to stop and none are left."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._stopping)
            self._changed.wait_for(lambda: len(self._waiting) >= MAX_BATCH or self._stopping, WINDOW)
            batch, self._waiting = self._waiting[:MAX_BATCH], self._waiting[MAX_BATCH:]
            return batch


class GroupLog:
    """The event log for a server's writer: appends share a commit, and the doorbell rings after it."""

    def __init__(self, log: SqliteEventLog, ring: Callable[[Sequence[Record]], None]) -> None:
        """Puts the log together; `ring` is called with the records of each group, once they are durable."""
        self._log = log
        self._ring = ring
        self._appended: list[Record] = []

    @contextmanager
    def group_commit(self) -> Iterator[None]:
        """Lets the puts inside share one commit; leaving it makes them durable.

        Raises:
            StorageUnavailable: None of them is certain to be in the log.
        """
        self._appended = []
        with self._log.group_commit():
            yield
        if self._appended:
            self._ring(self._appended)

    def put(self, epoch: str, opened: str, first: int, entries: Sequence[Entry]) -> None:
        """Appends as `EventLog.put` does; to be called within `group_commit`."""
        self._log.put(epoch, opened, first, entries)
        self._appended += [Record(epoch, first + i, entry.nonce, entry.body) for i, entry in enumerate(entries)]
