"""A site full of events, the same ones each time, as the examples of Plausible's documentation want them."""

import itertools
import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from services.projector.project import Projector
from shared.backlog import live_projection
from shared.domain.calendar import millis, utc_hour
from shared.domain.epochs import live_epoch
from shared.domain.events import Event, encode_event
from shared.engine import Entry
from tests.support.days import day_folder
from tests.unit.making import BOT, PERSON, event
from tests.unit.querying import World
from tests.unit.stats_asking import GOALS, SITE

TIMEZONE = "Europe/Tallinn"
NOW = "2024-09-10T19:30:00+00:00"
#: The first and the last day that have events.
FIRST, TODAY = date(2022, 9, 23), date(2024, 9, 10)

_DAYS = [
    FIRST,
    date(2023, 5, 7),
    *(date(2024, 8, n) for n in (1, 9, 15, 16)),
    *(date(2024, 9, n) for n in range(3, 11)),
]
_VISITORS = 12
_MAC = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1"
)
_REFERRERS = [None, None, "https://www.google.com/", "https://opensource.com/a"]
_QUERIES = ["", "", "?utm_medium=social&utm_source=twitter", "?utm_source=duckduckgo", "?utm_campaign=Referral"]
_PAGES = ["/", "/", "/pricing", "/docs", "/docs/events", "/Blog/one", "/blog/two", "/register"]
_NAMES = ["Signup", "Download", "PurchaseUSD", "PurchaseEUR", "engagement"]
_CURRENCIES = {"PurchaseUSD": "USD", "PurchaseEUR": "EUR"}


def events() -> list[Event]:
    """Makes the events in the order of their instants; a visitor has no two at one instant."""
    rng = random.Random(4)
    found = [
        one for day, visitor in itertools.product(_DAYS, range(_VISITORS)) for one in _of_visitor(rng, day, visitor)
    ]
    return sorted(found, key=lambda one: one.instant)


def _of_visitor(rng: random.Random, day: date, visitor: int) -> Iterator[Event]:
    moment = datetime(day.year, day.month, day.day, rng.randrange(19), rng.randrange(60), tzinfo=ZoneInfo(TIMEZONE))
    traits: Mapping[str, Any] = {
        "site": SITE,
        "visitor": visitor,
        "referrer": rng.choice(_REFERRERS),
        "country": rng.choice([None, "EE", "EE", "US"]),
        "user_agent": rng.choice([PERSON, PERSON, _MAC, BOT]),
    }
    query = rng.choice(_QUERIES)
    for _ in range(rng.randrange(1, 6)):
        # The longest of the gaps ends a visit.
        moment += timedelta(minutes=rng.choice([1, 2, 3, 40]))
        yield event(f"https://{SITE}{rng.choice(_PAGES)}{query}", millis(moment), **traits, **_kind(rng))


def _kind(rng: random.Random) -> dict[str, Any]:
    """Says what an event is: most are pageviews."""
    if rng.random() < 0.6:
        return {"props": rng.choice([None, {"is_customer": "true"}, {"is_customer": "false"}])}
    name = rng.choice(_NAMES)
    if name not in _CURRENCIES:
        return {"name": name}
    return {
        "name": name,
        "extra": {"revenue": {"amount": rng.randrange(1, 9_900) / 100, "currency": _CURRENCIES[name]}},
    }


def seeded_world(folder: Path, some: Sequence[Event]) -> World:
    """Makes an installation with the site: most events are folded, some only counted, and some not even that."""
    world = World(folder, NOW)
    world.add_site(SITE, TIMEZONE, goals=GOALS)
    projector = Projector(world.engine.log, world.engine.read_models, lambda subjects: None, lambda attempt: None)
    folded, counted, tail = some[:-70], some[-70:-30], some[-30:]
    for number, part in enumerate((folded, counted, tail)):
        epoch = live_epoch(world.now, str(number))
        entries = [Entry(f"{epoch}-{n}", encode_event(one)) for n, one in enumerate(part)]
        world.engine.log.put(epoch, utc_hour(world.now), 0, entries)
        live = live_projection(world.engine.read_models)
        if part is not tail:
            projector.catch_up(live, epoch, len(entries) - 1)
        if part is folded:
            day_folder(world.engine).fold(live, world.now)
    return world
