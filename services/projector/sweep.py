"""The sweeper: applies what no batch ever announced, checks milestones again, and closes hours."""

from services.projector.day_folder import DayFolder
from services.projector.milestones import Check
from services.projector.project import Projector
from shared.backlog import Behind, backlog, behind, live_projection
from shared.domain.calendar import HOUR_MS, local_date, utc_hour
from shared.domain.epochs import hour_start
from shared.domain.folds import PAGE_DAY
from shared.domain.milestones import Subject
from shared.domain.projection import Projection
from shared.engine import Engine

#: An hour closes when it ended this long ago: by then no writer whose clock is right can append to an epoch of it.
CLOSING_DELAY_MS = 2 * HOUR_MS

#: A writer whose clock is a day behind opens epochs in hours that are closed: they are looked through once an hour.
_CLOCK_BEHIND_MS = 25 * HOUR_MS


class Sweeper:
    """Walks the epochs that may hold something that was never delivered."""

    def __init__(self, engine: Engine, projector: Projector, check: Check, days: DayFolder) -> None:
        """Puts the sweeper together.

        Args:
            engine: The installation's engine.
            projector: Applies what is found.
            check: Checks the milestones of subjects.
            days: Folds days.
        """
        self._engine = engine
        self._projector = projector
        self._check = check
        self._days = days

    def sweep(self, now: int) -> int:
        """Applies every tail of every epoch whose hour is not closed, closes the hours that can be, and folds days.

        Args:
            now: Milliseconds since 1970.

        Returns:
            How many events wait still: those appended meanwhile.

        Raises:
            CommitConflict, StorageUnavailable: As for `Projector.project`; what was committed stays.
        """
        projection = live_projection(self._engine.read_models)
        self._apply(projection, backlog(self._engine, projection))
        left = backlog(self._engine, projection)
        self._close(projection, left, now)
        self._days.fold(projection, now)
        return sum(waiting.events for waiting in left)

    def recheck(self, now: int) -> None:
        """Checks the milestones of every subject that may have been touched since the last closed hour.

        Args:
            now: Milliseconds since 1970.
        """
        projection = live_projection(self._engine.read_models)
        closed = self._engine.read_models.closed(projection.version)
        since = hour_start(closed) if closed else 0
        for site, timezone in projection.timezones.items():
            first, last = local_date(since, timezone), local_date(now, timezone)
            rows = self._engine.read_models.rows(projection.version, site, PAGE_DAY, first, last)
            subjects = {Subject(site, key.page) for key, _ in rows}
            if subjects:
                self._check(subjects | {Subject(site, None)})

    def _apply(self, projection: Projection, waiting: list[Behind]) -> None:
        for one in waiting:
            self._check(self._projector.catch_up(projection, one.head.epoch, one.head.head))

    def _close(self, projection: Projection, left: list[Behind], now: int) -> None:
        candidate = utc_hour(now - CLOSING_DELAY_MS - HOUR_MS)
        open_hours = [waiting.head.opened for waiting in left if waiting.head.opened]
        if open_hours:
            candidate = min(candidate, utc_hour(hour_start(min(open_hours)) - HOUR_MS))
        if candidate > self._engine.read_models.closed(projection.version):
            since = utc_hour(hour_start(candidate) - _CLOCK_BEHIND_MS)
            self._apply(projection, behind(self._engine.read_models, projection, self._engine.log.epochs(since)))
            self.recheck(now)
            self._days.close(projection, candidate)
            self._engine.read_models.close(projection.version, candidate)
