"""Rebuild: the read models again from the log under a new version, beside the live one."""

import itertools
from collections.abc import Mapping
from contextlib import suppress
from typing import NamedTuple

from services.projector.day_folder import DayFolder
from services.projector.milestones import Check, check_site
from services.projector.project import Backoff, Projector
from services.projector.recount import Difference, Progress, differences
from shared.backlog import behind, live_projection
from shared.domain.milestones import Subject
from shared.domain.projection import BUILDING, Projection
from shared.engine import Engine, NoMoment

#: How long milestones may stay silent should a rebuild be stopped right after it has switched.
_SILENCE_MS = 3_600_000

#: How often live traffic may get between the two read-outs of a comparison.
_MAX_COMPARISONS = 50

_HOLDER = "rebuild"


class NotCaughtUp(Exception):
    """Live traffic never let the two versions stand at the same events. Nothing was switched; try again."""


class Rebuilt(NamedTuple):
    """The new version, and the first differences from the one that it took the place of."""

    projection: Projection
    differences: list[Difference]


class Rebuild:
    """Builds, compares and switches."""

    def __init__(self, engine: Engine, projector: Projector, check: Check, days: DayFolder, backoff: Backoff) -> None:
        """Puts the rebuild together; arguments as for `Projector`, and what folds days."""
        self._engine = engine
        self._read_models = engine.read_models
        self._projector = projector
        self._check = check
        self._days = days
        self._backoff = backoff

    def build(self, rules: str, timezones: Mapping[str, str], progress: Progress) -> Projection:
        """Folds the whole log into a new version. One that an earlier rebuild left unfinished is deleted.

        Sealed days are no longer wholly in the log; their counts are carried over from the live version. Days are
        folded when the new version becomes the live one.

        Args:
            rules: The rule set that this installation folds under.
            timezones: The timezone of every site.
            progress: Told how many events each epoch had.
        """
        for projection in self._read_models.projections():
            if projection.state == BUILDING:
                self._read_models.retire(projection.version)
        building = self._read_models.start(rules, timezones)
        self._read_models.carry_over(live_projection(self._read_models).version, building.version)
        self._catch_up(building, progress)
        return building

    def compare(self, building: Projection, limit: int) -> list[Difference]:
        """Gives up to `limit` differences of the live version (stored) from the building one (expected).

        Raises:
            NotCaughtUp: Live traffic got in between too often.
        """
        live = live_projection(self._read_models)
        for attempt in range(1, _MAX_COMPARISONS + 1):
            # Both: the live one may lack what no batch has announced yet.
            self._catch_up(building, lambda events: None)
            self._check(self._catch_up(live, lambda events: None))
            with (
                suppress(NoMoment),
                self._read_models.dump(live.version) as (applied, stored),
                self._read_models.dump(building.version) as (rebuilt, expected),
            ):
                if applied == rebuilt:
                    return list(itertools.islice(differences(stored, expected), limit))
            self._backoff(attempt)
        raise NotCaughtUp("live traffic never let both versions stand at the same events")

    def switch(self, building: Projection, now: int) -> None:
        """Makes the new version the live one, announces nothing, and deletes the old one.

        Args:
            building: The new version.
            now: Milliseconds since 1970.
        """
        old = live_projection(self._read_models)
        closed = self._read_models.closed(old.version)
        for site, day in building.sealed.items():
            self._days.carry_over(old, building, site, day)
        self._days.complete(building, closed, now)
        sites = list(building.timezones)
        for site in sites:
            self._engine.milestones.silence(site, _HOLDER, now + _SILENCE_MS)
        self._read_models.close(building.version, closed)
        self._read_models.switch(building.version)
        self._catch_up(building, lambda events: None)
        for site in sites:
            check_site(self._read_models, self._check, site)
            self._engine.milestones.end_silence(site, _HOLDER)
        self._read_models.retire(old.version)

    def _catch_up(self, projection: Projection, progress: Progress) -> set[Subject]:
        """Applies what the log has, and gives the subjects whose totals have changed."""
        touched: set[Subject] = set()
        for waiting in behind(self._read_models, projection, self._engine.log.epochs()):
            touched |= self._projector.catch_up(projection, waiting.head.epoch, waiting.head.head)
            progress(waiting.events)
        return touched
