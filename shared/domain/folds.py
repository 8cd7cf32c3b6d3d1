"""The fold: from events to additive contributions to the rows of the read models.

A contribution never depends on another event, so contributions may be added up in any order and in any portions.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from shared.domain.calendar import local_hour
from shared.domain.events import PAGEVIEW, Event, Unfoldable
from shared.domain.pages import page_of
from shared.domain.visitors import HASH_BYTES

#: The views: what is counted. A row is one bucket of one view of one site.
HOUR = "hour"
DAY = "day"
PAGE_DAY = "page_day"
TOTAL = "total"
PAGE_TOTAL = "page_total"
ORIGIN_DAY = "origin_day"


class RowKey(NamedTuple):
    """Names a row of the read models.

    Attributes:
        site: The site's name.
        view: One of the views above.
        bucket: The local hour or day; "" for a lifetime total.
        page: The page, the origin in `ORIGIN_DAY`, "" for the site as a whole.
    """

    site: str
    view: str
    bucket: str
    page: str


@dataclass(slots=True)
class Delta:
    """What events add to one row, people and bots apart: pageviews (events in `ORIGIN_DAY`), and visitor hashes."""

    pageviews: int = 0
    bot_pageviews: int = 0
    visitors: set[bytes] = field(default_factory=set)
    bot_visitors: set[bytes] = field(default_factory=set)


class Facts(NamedTuple):
    """What the rules conclude from one event."""

    site: str
    origin: str
    page: str
    hour: str
    bot: bool
    visitor: bytes | None
    pageview: bool


@dataclass(frozen=True, slots=True)
class View:
    """How one view places a pageview: its bucket, its page, and whether it counts visitors."""

    name: str
    bucket: Callable[[Facts], str]
    page: Callable[[Facts], str]
    visitors: bool


def _whole(_: Facts) -> str:
    return ""


VIEWS = (
    View(HOUR, lambda facts: facts.hour, _whole, visitors=True),
    View(DAY, lambda facts: facts.hour[:10], _whole, visitors=True),
    View(PAGE_DAY, lambda facts: facts.hour[:10], lambda facts: facts.page, visitors=True),
    View(TOTAL, _whole, _whole, visitors=False),
    View(PAGE_TOTAL, _whole, lambda facts: facts.page, visitors=False),
)
_ORIGIN_VIEW = View(ORIGIN_DAY, lambda facts: facts.hour[:10], lambda facts: facts.origin, visitors=False)


def conclude(event: Event, timezone: str) -> Facts:
    """Applies the rules to an event.

    Args:
        event: The event.
        timezone: The site's timezone; an event whose day is taken as written keeps its stamp's.

    Raises:
        Unfoldable: Its visitor hash or its instant is none, or a name in it cannot be written as UTF-8.
    """
    from shared.domain.rules import flag_of  # the rules are large, and ingest loads this module without folding

    try:
        visitor = bytes.fromhex(event.visitor) if event.visitor else None
        hour = event.written or local_hour(event.instant, timezone)
        page = page_of(event.url)
        f"{hour}{page}{event.origin}".encode()  # a lone surrogate would fail the commit, and with it other events
    except (ValueError, OverflowError) as error:
        raise Unfoldable(f"its visitor, instant or page cannot be read: {type(error).__name__}") from error
    if visitor is not None and len(visitor) != HASH_BYTES:
        raise Unfoldable(f"its visitor is not a hash of {HASH_BYTES} bytes")
    return Facts(event.site, event.origin, page, hour, flag_of(event) is not None, visitor, event.name == PAGEVIEW)


class Fold:
    """Adds up the contributions of events under one projection's rules."""

    __slots__ = ("_sealed", "_timezones", "deltas")

    def __init__(self, timezones: Mapping[str, str], sealed: Mapping[str, str]) -> None:
        """Begins an empty fold.

        Args:
            timezones: The timezone of every site that counts. Events of other sites contribute nothing.
            sealed: The last sealed day of sites. Events of such days contribute nothing.
        """
        self._timezones = timezones
        self._sealed = sealed
        self.deltas: dict[RowKey, Delta] = {}

    def add(self, event: Event) -> None:
        """Adds one event's contributions.

        Raises:
            Unfoldable: It has none that could be told; nothing was added.
        """
        timezone = self._timezones.get(event.site)
        if timezone is None:
            return
        facts = conclude(event, timezone)
        if facts.hour[:10] <= self._sealed.get(event.site, ""):
            return
        self._contribute(_ORIGIN_VIEW, facts)
        if facts.pageview:
            for view in VIEWS:
                self._contribute(view, facts)

    def _contribute(self, view: View, facts: Facts) -> None:
        key = RowKey(facts.site, view.name, view.bucket(facts), view.page(facts))
        delta = self.deltas.get(key)
        if delta is None:
            delta = self.deltas[key] = Delta()
        if facts.bot:
            delta.bot_pageviews += 1
        else:
            delta.pageviews += 1
        if view.visitors and facts.visitor is not None:
            (delta.bot_visitors if facts.bot else delta.visitors).add(facts.visitor)
