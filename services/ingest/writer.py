"""The writer: numbers a process's events without holes, epoch by epoch."""

from collections.abc import Callable, Sequence

from shared.domain.calendar import utc_hour
from shared.domain.epochs import MAX_EPOCH_EVENTS, live_epoch
from shared.engine import Appender, Clock, Entry, StorageUnavailable, VersionTaken

#: How many cloned epochs in a row are believed before something else must be wrong.
_MAX_CLONES = 3


class Writer:
    """Appends events to epochs of its own. One writer serves one thread at a time."""

    def __init__(self, log: Appender, clock: Clock, random_id: Callable[[], str]) -> None:
        """Begins without an epoch: the first append opens one, so that a snapshot of a process holds none.

        Args:
            log: The event log.
            clock: Gives milliseconds since 1970.
            random_id: Draws an id that no other writer draws.
        """
        self._log = log
        self._clock = clock
        self._random_id = random_id
        self._epoch: str | None = None
        self._opened = ""
        self._next = 0

    def append(self, bodies: Sequence[bytes]) -> None:
        """Appends the stored forms of events; durable when it returns.

        Raises:
            StorageUnavailable: Nobody knows which of them are in the log. The next append opens a new epoch.
        """
        entries = [Entry(self._random_id(), body) for body in bodies]
        for _ in range(_MAX_CLONES):
            epoch = self._current_epoch(len(entries))
            try:
                self._log.put(epoch, self._opened, self._next, entries)
            except VersionTaken:
                self.abandon()
                continue
            except BaseException:
                self.abandon()
                raise
            self._next += len(entries)
            return
        raise StorageUnavailable("every new epoch was taken already; is the random source cloned?")

    def abandon(self) -> None:
        """Leaves the epoch: after an append of which nobody knows how it ended, its versions might get a hole."""
        self._epoch = None

    def _current_epoch(self, wanted: int) -> str:
        now = self._clock()
        hour = utc_hour(now)
        if self._epoch is None or hour != self._opened or self._next + wanted > MAX_EPOCH_EVENTS:
            self._epoch, self._opened, self._next = live_epoch(now, self._random_id()), hour, 0
        return self._epoch
