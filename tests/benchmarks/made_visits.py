"""Sites made of visits: of any number of events, and the same groups on each day."""

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from shared.backlog import live_projection
from shared.domain.calendar import millis
from shared.domain.events import BEACON, PAGEVIEW, Event
from shared.domain.folds import ORIGIN_DAY, Delta, RowKey
from shared.domain.reports.details import Detail, detail_of
from shared.domain.reports.segments import encode_segment
from shared.domain.sites import Site
from shared.domain.visitors import HASH_BYTES
from shared.engine import Commit, Engine
from shared.folded_days import EVENTS, PORTION, UNROLLED, portion_name
from tests.support.days import day_folder

#: Everything was long over then.
AFTERWARDS = millis(datetime(2026, 12, 31, tzinfo=UTC))

#: A day's visits, all different, and the pageviews of each.
_KINDS, _PAGEVIEWS = 9, 3

_AGENTS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 "
    "Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0",
)
_COUNTRIES = ("DE", "US", "FR", "GB", "JP", "BR", "IN", "CA", "SE")
_STEP_MS, _LATEST_MS = 600_000, 80_000_000


def fill(engine: Engine, site: Site, days: Sequence[str], events: int) -> None:
    """Makes a site's visits, folds them to segments, and rolls the days up.

    The visits of every day are of the same kinds, however many events there are; what differs is how many of a kind.

    Args:
        engine: The installation's engine; the site is registered, and nothing is known of it.
        site: The site.
        days: The days over which the events are spread.
        events: How many. A day has 27 at least, three of each kind.
    """
    rng = random.Random(events)
    projection = live_projection(engine.read_models)
    each, more = divmod(events, len(days))
    for number, day in enumerate(days):
        store(engine, site, day, _details(rng, site, day, each + (number < more)))
        engine.days.put(projection.version, site.name, UNROLLED, {day: b"made"})
    day_folder(engine).complete(projection, "", AFTERWARDS)


def store(engine: Engine, site: Site, day: str, details: Iterable[Detail]) -> None:
    """Makes the segments of a day as of one writer, whose epochs are of an hour, and counts its events."""
    version = live_projection(engine.read_models).version
    number = 0
    for epoch, some in _hours(details).items():
        for start in range(0, len(some), PORTION):
            blob = encode_segment(some[start : start + PORTION])
            engine.days.put(version, site.name, EVENTS, {f"{day}|{portion_name(epoch, start)}": blob})
        number += len(some)
    counted = {RowKey(site.name, ORIGIN_DAY, day, BEACON): Delta(number)}
    engine.read_models.commit(version, Commit(deltas=counted))


def _hours(details: Iterable[Detail]) -> dict[str, list[Detail]]:
    """Puts the details of each hour into an epoch."""
    found: defaultdict[str, list[Detail]] = defaultdict(list)
    for detail in sorted(details, key=lambda detail: detail.instant):
        found[f"{detail.hour}.made"].append(detail)
    return found


def _details(rng: random.Random, site: Site, day: str, number: int) -> Iterator[Detail]:
    """Gives a day's details: visits of three pageviews, of each kind as many but for one."""
    midnight = millis(datetime.fromisoformat(f"{day}T00:00+00:00"))
    templates = [[_template(site, day, kind, view) for view in range(_PAGEVIEWS)] for kind in range(_KINDS)]
    for at in range(0, number, _PAGEVIEWS):
        instant = midnight + rng.randrange(_LATEST_MS)
        visitor = rng.getrandbits(8 * HASH_BYTES)
        for template in templates[at // _PAGEVIEWS % _KINDS][: number - at]:
            hour = f"{day}T{(instant - midnight) // 3_600_000:02}"
            yield template._replace(instant=instant, visitor=visitor, has_visitor=1, hour=hour)
            instant += rng.randrange(_STEP_MS)


def _template(site: Site, day: str, kind: int, view: int) -> Detail:
    page = (kind + view * view) % _KINDS
    event = Event(
        site=site.name,
        origin=BEACON,
        instant=0,
        name=PAGEVIEW,
        url=f"https://{site.name}/page/{page}",
        country=_COUNTRIES[kind],
        written=f"{day}T00",
        referrer=f"https://referrer-{kind}.example/" if not view else None,
        user_agent=_AGENTS[kind % len(_AGENTS)],
        language="en",
    )
    return detail_of(event, site.timezone)
