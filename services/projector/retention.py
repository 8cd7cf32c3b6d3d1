"""Retention: events older than their site keeps them leave the log; their days are sealed first, with their counts."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from services.projector.day_folder import DayFolder
from services.projector.project import READ_PORTION
from shared.backlog import live_projection
from shared.domain.calendar import months_before, utc_hour
from shared.domain.epochs import hour_after
from shared.domain.events import Unfoldable, decode_event
from shared.domain.folds import conclude
from shared.domain.projection import BUILDING
from shared.domain.sites import Site
from shared.engine import Engine, EpochHead

#: The part of an hour's name that is its day.
_DAY_LENGTH = len("2026-11-22")


def expire(engine: Engine, days: DayFolder, now: int) -> int:
    """Takes the events out of the log that are older than their sites keep them. Age is that of the epoch.

    While a rebuild is under way nothing is taken out: it may still have to read it.

    Args:
        engine: The installation's engine.
        days: Folds days.
        now: Milliseconds since 1970.

    Returns:
        How many events were taken out.

    Raises:
        StorageUnavailable: The log or the read models are out of reach; the next call goes on.
    """
    if any(projection.state == BUILDING for projection in engine.read_models.projections()):
        return 0
    return sum(_expire_site(engine, days, site, now) for site in engine.sites.all())


def _expire_site(engine: Engine, days: DayFolder, site: Site, now: int) -> int:
    if site.retention_months is None:
        return 0
    projection = live_projection(engine.read_models)
    # What is not applied yet must stay, however old it is.
    applied = hour_after(engine.read_models.closed(projection.version))
    before = min(applied, utc_hour(months_before(now, site.retention_months)))
    since = engine.read_models.erased(site.name)
    removed = 0
    # A day of openings at a time: whoever is stopped, or has to stop, goes on where the last one was done.
    for _, heads in groupby(engine.log.epochs(since, before), key=lambda head: head.opened[:_DAY_LENGTH]):
        some = list(heads)
        removed += _expire_epochs(engine, days, site, some)
    return removed


def _expire_epochs(engine: Engine, days: DayFolder, site: Site, heads: Sequence[EpochHead]) -> int:
    projection = live_projection(engine.read_models)
    timezone = projection.timezones.get(site.name, "UTC")
    first, end = heads[0].opened, hour_after(heads[-1].opened)
    last_day = max(_days(engine, site, timezone, heads), default="")
    removed = 0
    if last_day:
        days.roll_up_to(projection, site.name, last_day)
        engine.read_models.seal(site.name, last_day, first)
        days.roll_up_to(projection, site.name, last_day)  # what came in just before it was sealed
        days.drop_details(projection, site.name, last_day)
        removed = sum(engine.log.erase(site.name, first, end))
    # Only now: before, whoever goes on has to begin there again.
    engine.read_models.seal(site.name, last_day, end)
    return removed


def _days(engine: Engine, site: Site, timezone: str, heads: Iterable[EpochHead]) -> Iterator[str]:
    """Gives the days of a site's events in some epochs."""
    for head in heads:
        after = -1
        while records := engine.log.read(head.epoch, after, READ_PORTION):
            after = records[-1].version
            for record in records:
                try:
                    event = decode_event(record.body or b"")
                    if event.site == site.name:
                        yield conclude(event, timezone).hour[:10]
                except Unfoldable:
                    continue
