"""Work that must stop before its function is stopped."""

from collections.abc import Callable, Iterator, Sequence

from shared.directory import Monotonic
from shared.engine import Entry, EpochHead, EventLog, Record

#: Seconds that are left for what is under way when the time is said to be over; of a short time, a quarter of it.
_MARGIN = 10.0
_MARGIN_SHARE = 0.25


class OutOfTime(Exception):
    """There is no time for more. What was committed stays, and the next run goes on."""


class Deadline:
    """Tells when to stop."""

    def __init__(self, monotonic: Monotonic) -> None:
        """Begins without a limit; `monotonic` gives seconds that never go back."""
        self._monotonic = monotonic
        self._end = float("inf")

    def start(self, remaining_ms: int) -> None:
        """Begins a run.

        Args:
            remaining_ms: Milliseconds until the function is stopped, as Lambda's context tells them.
        """
        remaining = remaining_ms / 1_000
        self._end = self._monotonic() + remaining - min(_MARGIN, remaining * _MARGIN_SHARE)

    def check(self) -> None:
        """Does nothing while there is time.

        Raises:
            OutOfTime: There is none.
        """
        if self._monotonic() >= self._end:
            raise OutOfTime


class TimedLog:
    """An event log that asks, before every portion that is read, whether there is time for it."""

    def __init__(self, log: EventLog, check: Callable[[], None]) -> None:
        """Puts the log together; `check` raises `OutOfTime`."""
        self._log = log
        self._check = check

    def put(self, epoch: str, opened: str, first: int, entries: Sequence[Entry]) -> None:
        """Appends as `EventLog.put` does."""
        self._log.put(epoch, opened, first, entries)

    def read(self, epoch: str, after: int, limit: int) -> list[Record]:
        """Reads as `EventLog.read` does, if there is time."""
        self._check()
        return self._log.read(epoch, after, limit)

    def head(self, epoch: str) -> int:
        """Gives the head as `EventLog.head` does."""
        return self._log.head(epoch)

    def epochs(self, since: str = "", before: str | None = None) -> list[EpochHead]:
        """Lists epochs as `EventLog.epochs` does."""
        return self._log.epochs(since, before)

    def erase(self, site: str, opened_from: str = "", opened_before: str | None = None) -> Iterator[int]:
        """Erases as `EventLog.erase` does, while there is time."""
        for erased in self._log.erase(site, opened_from, opened_before):
            yield erased
            self._check()
