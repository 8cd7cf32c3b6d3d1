"""The schedule: what EventBridge is on AWS. Each job runs on a thread of its own, again and again."""

import logging
import threading
from collections.abc import Callable

from shared.engine import CommitConflict, StorageUnavailable

logger = logging.getLogger(__name__)

#: Seconds between two runs of a job that fails, or its interval if that is longer.
_MAX_WAIT = 30.0


class Repeating:
    """A job that runs at an interval, and less often for as long as it fails."""

    def __init__(self, name: str, interval: float, job: Callable[[], bool]) -> None:
        """Puts the job together.

        Args:
            name: What it is called in the server's log.
            interval: Seconds between two runs.
            job: Tells whether all went well. A storage failure of its is logged, and it is run again.
        """
        self._interval = interval
        self._job = job
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name)

    def start(self) -> None:
        """Starts the thread; the first run is at once."""
        self._thread.start()

    def stop(self) -> None:
        """Ends the thread after the run that is under way."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        wait = self._interval
        while not self._stopping.is_set():
            wait = self._interval if self._try() else max(self._interval, min(wait * 2, _MAX_WAIT))
            self._stopping.wait(wait)

    def _try(self) -> bool:
        try:
            return self._job()
        except (StorageUnavailable, CommitConflict) as error:
            logger.warning("%s will be tried again: %s", self._thread.name, error)
        except Exception:  # one bad run must not end the schedule
            logger.exception("%s failed", self._thread.name)
        return False
