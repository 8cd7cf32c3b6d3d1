"""The projector's parts over a real engine, under a clock that can be moved."""

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

from services.ingest.writer import Writer
from services.projector.milestones import MilestoneCheck
from services.projector.project import Projector
from services.projector.sweep import Sweeper
from shared.domain.counts import Counts
from shared.domain.events import Event, encode_event
from shared.domain.folds import TOTAL, RowKey
from shared.domain.projection import LIVE, Projection
from shared.domain.sites import Site
from shared.engine import CommitConflict, EpochHead, Record
from shared.engines.sqlite import open_engine
from tests.support.days import day_folder
from tests.unit.making import NOON, SITE, event

POISON = b'{"schema_version":99}'


class World:
    """A data folder with one site. Nothing is counted by itself."""

    def __init__(self, folder: Path, **site: Any) -> None:
        self.now = NOON
        self.engine = open_engine(folder / "data", "rules", synchronous="OFF")
        self.sites: dict[str, Site] = {}
        self.add_site(SITE, **site)
        self.ids = itertools.count()
        self.writer = self.new_writer()
        self.check = MilestoneCheck(
            self.engine.read_models, self.engine.milestones, lambda: self.sites, lambda: self.now
        )
        self.projector = Projector(self.engine.log, self.engine.read_models, self.check, lambda attempt: None)
        self.sweeper = Sweeper(self.engine, self.projector, self.check, day_folder(self.engine))

    def add_site(self, name: str, **more: Any) -> None:
        self.sites[name] = Site(name, f"id of {name}", **more)
        self.engine.sites.save(self.sites[name])
        self.engine.read_models.set_timezone(name, self.sites[name].timezone)

    def new_writer(self) -> Writer:
        return Writer(self.engine.log, lambda: self.now, lambda: f"{next(self.ids):024}")

    def append(self, *events: Event) -> None:
        self.writer.append([encode_event(one) for one in events])

    def append_bodies(self, *bodies: bytes) -> None:
        self.writer.append(bodies)

    def visits(self, count: int, url: str = "/") -> None:
        """Appends pageviews."""
        self.append(*(event(url, self.now, visitor) for visitor in range(count)))

    @property
    def epochs(self) -> list[EpochHead]:
        return self.engine.log.epochs()

    def records(self) -> list[Record]:
        """The whole log."""
        return [record for head in self.epochs for record in self.engine.log.read(head.epoch, -1, 10_000)]

    def project(self) -> None:
        """Applies all there is, as the doorbell would."""
        self.projector.project(self.records())

    @property
    def live(self) -> Projection:
        return next(one for one in self.engine.read_models.projections() if one.state == LIVE)

    def total(self, site: str = SITE) -> Counts:
        key = RowKey(site, TOTAL, "", "")
        return self.engine.read_models.lookup(self.live.version, [key]).get(key, Counts())

    def reached(self, site: str = SITE) -> list[tuple[str | None, int]]:
        """Page and threshold of the milestones reached, in order."""
        found = self.engine.milestones.page(site, 1_000, None)
        return sorted(((one.subject.page, one.threshold) for one in found), key=str)


def conflicting(times: int, commit: Callable[..., None]) -> Callable[..., None]:
    """Makes a commit's first tries conflict."""
    left = itertools.count(times, -1)

    def conflict(*arguments: Any) -> None:
        if next(left) > 0:
            raise CommitConflict("an injected conflict")
        commit(*arguments)

    return conflict
