"""What the ingest function on AWS reports of its own work: events accepted and dropped."""

import logging
from collections import Counter
from collections.abc import Sequence

from services.ingest.drops import DropCounter
from shared.directory import Monotonic
from shared.engine import Appender, Drops, Entry, StorageUnavailable
from shared.metrics import Tally

logger = logging.getLogger(__name__)

#: Seconds between two writes of the counted drops to the registry.
DROPS_INTERVAL = 60.0


class CountedLog:
    """An event log whose appended events are counted."""

    def __init__(self, log: Appender, tally: Tally) -> None:
        """Puts the log together."""
        self._log = log
        self._tally = tally

    def put(self, epoch: str, opened: str, first: int, entries: Sequence[Entry]) -> None:
        """Appends as `Appender.put` does, and raises as it does."""
        self._log.put(epoch, opened, first, entries)
        self._tally.accepted(len(entries))


class DropReport:
    """Brings the counted drops to the metrics at once, and to the registry once a minute at most.

    Drops that are counted within the minute wait for the next call; should the process end before, they are missing in
    the registry, not in the metrics.
    """

    def __init__(self, counter: DropCounter, drops: Drops, tally: Tally, monotonic: Monotonic) -> None:
        """Puts the report together.

        Args:
            counter: Counts the drops of the process.
            drops: The registry's numbers.
            tally: The metrics.
            monotonic: Gives seconds that never go back.
        """
        self._counter = counter
        self._drops = drops
        self._tally = tally
        self._monotonic = monotonic
        self._waiting: Counter[tuple[str, str, str]] = Counter()
        self._tried = float("-inf")

    def run(self) -> None:
        """Reports what was counted since the last call. If the registry is out of reach, the numbers are kept."""
        for key, events in self._counter.take().items():
            self._tally.dropped(key[2], events)
            self._waiting[key] += events
        now = self._monotonic()
        if self._waiting and now - self._tried >= DROPS_INTERVAL:
            self._tried = now
            self._write()

    def _write(self) -> None:
        """Writes number by number, so that a failure in between writes none of them twice."""
        try:
            for key in list(self._waiting):
                self._drops.add({key: self._waiting[key]})
                del self._waiting[key]
        except StorageUnavailable as error:
            logger.warning("the numbers of dropped events are kept for the next minute: %s", error)
