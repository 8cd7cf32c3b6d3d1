"""The details of an event: what the rules conclude from it beyond the counts."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from shared.domain import rules
from shared.domain.agents import read_agent
from shared.domain.calendar import local_hour, utc_hour
from shared.domain.epochs import hour_start
from shared.domain.events import Event, Unfoldable
from shared.domain.minimise import split_url
from shared.domain.pages import page_of
from shared.domain.sources import source_of
from shared.domain.visitors import HASH_BYTES

#: The name of the events by which trackers report scroll depth and time.
ENGAGEMENT = "engagement"

#: Where a number is not there.
NO_DEPTH = -1
_MAX_DEPTH = 100
_MAX_ENGAGEMENT_MS = 24 * 60 * 60 * 1000

#: Revenue is kept in thousandths, so that sums are exact.
REVENUE_UNIT = 1000
_MAX_REVENUE = 10**15


class Detail(NamedTuple):
    """What is told of one event: texts first ("" for what is not known), then numbers.

    Attributes:
        name: The event's name.
        page: Its page.
        hostname: The host of its URL.
        hour: Its hour on the site's clocks, such as "2026-11-22T17".
        bot: Why it is flagged; "" of a person's.
        source, channel, referrer, utm_*: See `shared.domain.sources.Source`.
        referrer_host: The host of the referrer as it was stored, the site's own included.
        click_id: Which click identifier was there.
        country: ISO 3166-1 alpha-2.
        browser … device: See `shared.domain.agents.Agent`.
        language: The first language that the browser asked for.
        props: The properties, as a JSON object with sorted names.
        currency: The currency of its revenue.
        instant: Milliseconds since 1970.
        visitor: The visitor hash as a number.
        has_visitor: 1 where there is a hash, else 0.
        engagement_ms: Milliseconds of engagement that it reports.
        scroll_depth: Percent of the page that it reports as seen, or `NO_DEPTH`.
        interactive: 1 where it ends a bounce: a custom event, unless it says otherwise.
        revenue: In thousandths of the currency.
    """

    name: str
    page: str
    hostname: str
    hour: str
    bot: str
    source: str
    channel: str
    referrer: str
    referrer_host: str
    utm_source: str
    utm_medium: str
    utm_campaign: str
    utm_content: str
    utm_term: str
    click_id: str
    country: str
    browser: str
    browser_version: str
    os: str
    os_version: str
    device: str
    language: str
    props: str
    currency: str
    instant: int
    visitor: int
    has_visitor: int
    engagement_ms: int
    scroll_depth: int
    interactive: int
    revenue: int

    @property
    def day(self) -> str:
        """The day of its hour."""
        return self.hour[:10]


#: The numbers and how they are laid out, in NumPy's notation; all other fields are texts.
NUMBERS: Mapping[str, str] = {
    "instant": "<i8",
    "visitor": "<u8",
    "has_visitor": "<i1",
    "engagement_ms": "<i4",
    "scroll_depth": "<i1",
    "interactive": "<i1",
    "revenue": "<i8",
}
TEXTS = tuple(name for name in Detail._fields if name not in NUMBERS)


def detail_of(event: Event, timezone: str) -> Detail:
    """Draws the conclusions from an event.

    Args:
        event: The event.
        timezone: The site's timezone; an event whose day is taken as written keeps its stamp's.

    Raises:
        Unfoldable: Its visitor hash, its instant or its URL cannot be read, as for `shared.domain.folds.conclude`; or
            a property is no text, or a text cannot be written as UTF-8.
    """
    try:
        detail = _concluded(event, timezone)
        # A lone surrogate would fail the segment, and with it other events.
        "".join(map(str, detail[: len(TEXTS)])).encode()
    except (ValueError, OverflowError, TypeError) as error:
        raise Unfoldable(f"its visitor, instant or page cannot be read: {type(error).__name__}") from error
    return detail


def _concluded(event: Event, timezone: str) -> Detail:
    hostname = _host(event.url)
    # Of an event whose hour is as written, the minute is asked for.
    local = local_hour(event.instant, timezone)
    # A log's path says nothing of the host: that its own pages are no source follows from the site's name.
    source = source_of(event.url if hostname else f"https://{event.site}{event.url}", event.referrer, event.click_id)
    agent = read_agent(event.user_agent, event.hints, event.screen_width)
    extra = event.extra or {}
    currency, revenue = _revenue(extra.get("revenue"))
    return Detail(
        event.name,
        page_of(event.url),
        hostname,
        _hour(event.written) if event.written else local,
        rules.flag_of(event) or "",
        source.source,
        source.channel,
        source.referrer,
        _host(event.referrer or ""),
        source.utm_source,
        source.utm_medium,
        source.utm_campaign,
        source.utm_content,
        source.utm_term,
        event.click_id or "",
        event.country or "",
        agent.browser,
        agent.browser_version,
        agent.os,
        agent.os_version,
        agent.device,
        event.language or "",
        _props(event.props),
        currency,
        event.instant,
        _visitor(event.visitor),
        int(bool(event.visitor)),
        _bounded(extra.get("engagement_ms"), 0, _MAX_ENGAGEMENT_MS, 0),
        _bounded(extra.get("scroll_depth"), 0, _MAX_DEPTH, NO_DEPTH),
        int(_is_custom(event.name) and extra.get("interactive") not in (False, "false")),
        revenue,
    )


def _visitor(stored: str | None) -> int:
    hashed = bytes.fromhex(stored) if stored else bytes(HASH_BYTES)
    if len(hashed) != HASH_BYTES:
        raise ValueError(f"not a hash of {HASH_BYTES} bytes")
    return int.from_bytes(hashed)


def _hour(written: str) -> str:
    if utc_hour(hour_start(written)) != written:
        raise ValueError("not an hour")
    return written


def _props(stored: Mapping[str, object] | None) -> str:
    if stored and not all(isinstance(value, str) for value in stored.values()):
        raise TypeError("a property that is not a text")
    return json.dumps(stored, ensure_ascii=False, sort_keys=True) if stored else ""


def _is_custom(name: str) -> bool:
    return name not in ("pageview", ENGAGEMENT)


def _host(url: str) -> str:
    """Gives the host of a URL; a path, even one that begins with two slashes, has none."""
    return "" if url.startswith("/") else split_url(url).host


def _bounded(value: object, least: int, most: int, otherwise: int) -> int:
    """Gives a whole number within bounds."""
    fits = isinstance(value, int) and not isinstance(value, bool) and least <= value <= most
    return value if fits and isinstance(value, int) else otherwise


def _revenue(stored: Any) -> tuple[str, int]:
    """Reads {"amount": 12.5, "currency": "EUR"}, the amount also as text; ("", 0) for anything else."""
    if not isinstance(stored, Mapping) or not isinstance(stored.get("currency"), str):
        return "", 0
    if isinstance(stored.get("amount"), bool):
        return "", 0
    try:
        amount = round(float(stored["amount"]) * REVENUE_UNIT)
    except (KeyError, TypeError, ValueError, OverflowError):
        return "", 0
    currency: str = stored["currency"].upper()
    return (currency[:3], amount) if abs(amount) <= _MAX_REVENUE else ("", 0)
