"""Retention: events older than their site keeps them leave the log; their days are sealed first, with their counts."""

from collections.abc import Iterator

from services.projector.project import READ_PORTION
from shared.backlog import live_projection
from shared.domain.calendar import months_before, utc_hour
from shared.domain.epochs import hour_after
from shared.domain.events import Unfoldable, decode_event
from shared.domain.folds import conclude
from shared.domain.projection import BUILDING
from shared.domain.sites import Site
from shared.engine import Engine


def expire(engine: Engine, now: int) -> int:
    """Takes the events out of the log that are older than their sites keep them. Age is that of the epoch.

    While a rebuild is under way nothing is taken out: it may still have to read it.

    Args:
        engine: The installation's engine.
        now: Milliseconds since 1970.

    Returns:
        How many events were taken out.

    Raises:
        StorageUnavailable: The log or the read models are out of reach; the next call goes on.
    """
    if any(projection.state == BUILDING for projection in engine.read_models.projections()):
        return 0
    return sum(_expire_site(engine, site, now) for site in engine.sites.all())


def _expire_site(engine: Engine, site: Site, now: int) -> int:
    if site.retention_months is None:
        return 0
    projection = live_projection(engine.read_models)
    # What is not applied yet must stay, however old it is.
    applied = hour_after(engine.read_models.closed(projection.version))
    before = min(applied, utc_hour(months_before(now, site.retention_months)))
    since = engine.read_models.erased(site.name)
    last_day = max(_days(engine, site, projection.timezones.get(site.name, "UTC"), since, before), default=None)
    if last_day is None:
        return 0
    engine.read_models.seal(site.name, last_day, before)
    return sum(engine.log.erase(site.name, since, before))


def _days(engine: Engine, site: Site, timezone: str, since: str, before: str) -> Iterator[str]:
    """Gives the days of a site's events in the epochs opened from one hour to before another."""
    for head in engine.log.epochs(since):
        if head.opened >= before:
            return
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
