"""Events for the schedules, and what they count for: told from the event's raw JSON, by other means than the fold's."""

import json
import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from shared.domain.events import BEACON, PAGEVIEW, SCHEMA_VERSION, Event, encode_event
from shared.domain.sites import Site

#: Thresholds close together, so that a milestone check that is lost is likely to be missed.
SHOP = Site("shop.example", "id-of-shop", "Europe/Berlin", milestones=tuple(range(1, 1_000, 9)))
BLOG = Site("blog.example", "id-of-blog", "Asia/Kolkata")
SITES = {site.name: site for site in (SHOP, BLOG)}
TIMEZONES = {site.name: site.timezone for site in SITES.values()}

#: Beginnings of schedules: Berlin's clocks change within the days after either.
BEGINNINGS = tuple(datetime(2026, month, day, 21, tzinfo=UTC) for month, day in ((3, 27), (10, 23)))

#: URLs as events hold them, and the pages that they are.
PAGES = {
    "https://{site}/": "/",
    "https://{site}": "/",
    "https://{site}/pricing?utm_source=mail": "/pricing",
    "https://{site}/caf%C3%A9": "/café",
    "https://{site}/%F0%9F%98%80 ": "/😀",
}
_URL_WEIGHTS = (70, 10, 10, 6, 4)

#: User agents, and whether they are bots.
AGENTS = {
    "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0": False,
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Version/18.1 Safari/604.1": False,
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)": True,
    "": True,
}
_AGENT_WEIGHTS = (60, 30, 7, 3)

#: An earlier shape of the event, which nothing reads until its upcaster is installed.
OLD_SCHEMA = 0

_POISONS = (*["of an earlier release"] * 4, "of a later release", "broken", "not UTF-8")

RowName = tuple[str, str, str, str]


def upcast(stored: dict[str, Any]) -> dict[str, Any]:
    """The upcaster from `OLD_SCHEMA`, in which the URL had another name."""
    stored["url"] = stored.pop("address_of_page")
    return stored


class Traffic:
    """Makes events, each unlike any other by a number among its properties."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._numbers = count()
        self._poisons: list[str] = []

    def body(self, instant: int) -> bytes:
        """Makes the stored form of an event that was seen at an instant."""
        rng = self._rng
        site = SHOP.name if rng.random() < 0.75 else BLOG.name
        url = rng.choices(list(PAGES), _URL_WEIGHTS)[0].format(site=site)
        event = Event(
            site,
            BEACON,
            instant,
            PAGEVIEW if rng.random() < 0.95 else "signup",
            url,
            visitor=rng.randrange(40).to_bytes(8).hex() if rng.random() < 0.95 else None,
            user_agent=rng.choices(list(AGENTS), _AGENT_WEIGHTS)[0] or None,
            props={"number": str(next(self._numbers))},
        )
        return encode_event(event)

    def poison(self, instant: int) -> bytes:
        """Makes an event that cannot be folded, or not before its upcaster is installed."""
        if not self._poisons:
            self._poisons = self._rng.sample(_POISONS, len(_POISONS))
        kind = self._poisons.pop()
        stored = json.loads(self.body(instant))
        if kind == "of an earlier release":
            stored["schema_version"] = OLD_SCHEMA
            stored["address_of_page"] = stored.pop("url")
        elif kind == "of a later release":
            stored["schema_version"] = 99
        poison = json.dumps(stored).encode()
        if kind == "broken":
            return poison[:-1]
        return poison.replace(b"https", b"http\xff") if kind == "not UTF-8" else poison


@dataclass
class Tally:
    """What events count for in one row."""

    people: int = 0
    bots: int = 0
    visitors: set[bytes] = field(default_factory=set)
    bot_visitors: set[bytes] = field(default_factory=set)


def read_raw(body: bytes, upcast_installed: bool) -> dict[str, Any] | None:
    """Reads an event without the product's help; None if it is poison."""
    try:
        stored: dict[str, Any] = json.loads(body)
    except ValueError:
        return None
    if stored["schema_version"] == OLD_SCHEMA and upcast_installed:
        return {**stored, "url": stored["address_of_page"]}
    return stored if stored["schema_version"] == SCHEMA_VERSION else None


def tally(events: Iterable[dict[str, Any]], bots: Mapping[str, bool] = AGENTS) -> dict[RowName, Tally]:
    """Counts events one by one, by (site, view, bucket, page); `bots` tells which agents are some."""
    rows: dict[RowName, Tally] = {}
    for event in events:
        site = event["site"]
        local = datetime.fromtimestamp(event["instant"] / 1000, ZoneInfo(TIMEZONES[site]))
        hour, day = local.strftime("%Y-%m-%dT%H"), local.strftime("%Y-%m-%d")
        page = PAGES[event["url"].replace(site, "{site}")]
        event["bot"] = bots[event.get("user_agent", "")]
        _count(rows, (site, "origin_day", day, event["origin"]), event, with_visitors=False)
        if event["name"] == "pageview":
            _count(rows, (site, "hour", hour, ""), event, with_visitors=True)
            _count(rows, (site, "day", day, ""), event, with_visitors=True)
            _count(rows, (site, "page_day", day, page), event, with_visitors=True)
            _count(rows, (site, "total", "", ""), event, with_visitors=False)
            _count(rows, (site, "page_total", "", page), event, with_visitors=False)
    return rows


def _count(rows: dict[RowName, Tally], name: RowName, event: dict[str, Any], with_visitors: bool) -> None:
    row = rows.setdefault(name, Tally())
    if event["bot"]:
        row.bots += 1
    else:
        row.people += 1
    if with_visitors and "visitor" in event:
        (row.bot_visitors if event["bot"] else row.visitors).add(bytes.fromhex(event["visitor"]))


def due_milestones(rows: dict[RowName, Tally]) -> set[tuple[str, str | None, int]]:
    """Lists the milestones (site, page, threshold) that the totals have reached."""
    due: set[tuple[str, str | None, int]] = set()
    for (site, view, _, page), row in rows.items():
        if view == "total":
            thresholds = SITES[site].milestones or (1, 10, 100, 1_000)
            due |= {(site, None, threshold) for threshold in thresholds if row.people >= threshold}
        elif view == "page_total":
            due |= {(site, page, threshold) for threshold in (100, 1_000) if row.people >= threshold}
    return due
