"""The scheduled round on AWS: what the jobs of one machine's projector are there, one after the other."""

import logging
from collections.abc import Callable, Iterator

from services.projector.deadline import OutOfTime
from shared.backlog import lag_ms, live_projection
from shared.domain.calendar import utc, utc_hour
from shared.domain.costs import PRICES, Usage, month_cost
from shared.domain.events import BEACON
from shared.domain.folds import ORIGIN_DAY, TOTAL, RowKey
from shared.engine import Clock, CommitConflict, Engine, StorageUnavailable
from shared.metrics import ESTIMATED_MONTHLY_COST, LAG_SECONDS, QUARANTINED, Emit

logger = logging.getLogger(__name__)

_LAST_DAY = 31


class RoundFailed(Exception):
    """Some jobs of a round failed; all were tried. The next round tries them again."""


class Round:
    """One round after the other: each job is tried, whatever became of those before it."""

    def __init__(
        self,
        engine: Engine,
        sweep: Callable[[int], object],
        expire: Callable[[int], int],
        notify: Callable[[], object],
        check_time: Callable[[], None],
        emit: Emit,
        clock: Clock,
        window: float,
    ) -> None:
        """Puts the rounds together.

        Args:
            engine: The installation's engine.
            sweep: Sweeps at an instant (milliseconds since 1970); raises `OutOfTime`.
            expire: Takes out what is past its retention then, and says how many events; raises `OutOfTime`.
            notify: Announces what is in the outbox.
            check_time: Raises `OutOfTime` if there is no time for another job.
            emit: Writes metrics.
            clock: Gives milliseconds since 1970.
            window: Seconds that the stream's events gather, by which their cost is estimated.
        """
        self._engine = engine
        self._sweep = sweep
        self._expire = expire
        self._notify = notify
        self._check_time = check_time
        self._emit = emit
        self._clock = clock
        self._window = window
        self._expired_in = ""

    def run(self) -> None:
        """Destroys salts, writes the gauges, announces, sweeps, and once an hour lets events expire.

        The gauges come before the sweep, so that they show what the stream left behind. What time does not suffice for
        is left to the next round.

        Raises:
            RoundFailed: Names the jobs that failed.
        """
        now = self._clock()
        failed = [name for name, job in self._jobs(now) if not self._try(name, job)]
        if failed:
            raise RoundFailed(f"failed: {', '.join(failed)}; the next round tries again")

    def _jobs(self, now: int) -> Iterator[tuple[str, Callable[[], object]]]:
        yield "salts", lambda: self._engine.salts.destroy(now)
        yield "gauges", lambda: self._gauges(now)
        yield "cost", lambda: self._cost(now)
        yield "notifier", self._notify
        yield "sweep", lambda: self._sweep(now)
        yield "retention", lambda: self._retain(now)

    def _try(self, name: str, job: Callable[[], object]) -> bool:
        try:
            self._check_time()
            job()
        except OutOfTime:
            logger.warning("%s: no time is left; the next round goes on", name)
        except (CommitConflict, StorageUnavailable) as error:
            logger.error("%s failed, the next round tries again: %s", name, error)
            return False
        except Exception:  # one bad job must not keep the others from their turn
            logger.exception("%s failed", name)
            return False
        return True

    def _gauges(self, now: int) -> None:
        version = live_projection(self._engine.read_models).version
        quarantined = len(self._engine.read_models.quarantine(version))
        self._emit({LAG_SECONDS: lag_ms(self._engine, now) / 1_000, QUARANTINED: quarantined})

    def _cost(self, now: int) -> None:
        read_models = self._engine.read_models
        projection = live_projection(read_models)
        today = utc(now)
        first, last = f"{today:%Y-%m}-01", f"{today:%Y-%m}-{_LAST_DAY}"
        beacons = sum(
            counts.pageviews + counts.bot_pageviews
            for site in projection.timezones
            for key, counts in read_models.rows(projection.version, site, ORIGIN_DAY, first, last)
            if key.page == BEACON
        )
        totals = [RowKey(site, TOTAL, "", "") for site in projection.timezones]
        stored = sum(c.pageviews + c.bot_pageviews for c in read_models.lookup(projection.version, totals).values())
        since = today.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        usage = Usage(beacons, stored, (today - since).total_seconds(), self._window)
        self._emit({ESTIMATED_MONTHLY_COST: round(month_cost(usage, PRICES), 2)})

    def _retain(self, now: int) -> None:
        """Lets events expire in the first round of an hour that this process does."""
        hour = utc_hour(now)
        if hour != self._expired_in:
            removed = self._expire(now)
            self._expired_in = hour
            if removed:
                logger.info("retention took %d events out of the log", removed)
