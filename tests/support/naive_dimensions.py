"""Dimensions for the naive evaluation: the values that an event has of each."""

import re
from collections.abc import Callable, Sequence
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from urllib.parse import urlsplit

from shared.domain.agents import read_agent
from shared.domain.bots import bot_reason
from shared.domain.events import Event
from shared.domain.pages import page_of
from shared.domain.sites import Goal
from shared.domain.sources import is_spam, source_of
from tests.support.naive_visits import Row

NONE = "(none)"


def values_of(row: Row, dimension: str, goals: Sequence[Goal]) -> list[str]:
    """Gives an event's values of a dimension: one, but for goals, of which it may fulfil any number."""
    if dimension == "event:goal":
        return sorted({goal.name for goal in goals if fulfils(row, goal)})
    if dimension.startswith("event:props:"):
        return [(row.event.props or {}).get(dimension.removeprefix("event:props:"), NONE)]
    if dimension.startswith("time:"):
        return [time_of(row, dimension)]
    if dimension.startswith("event:"):
        return [EVENT_DIMENSIONS[dimension](row.event)]
    return [visit_value(row, dimension)]


def fulfils(row: Row, goal: Goal) -> bool:
    if goal.event:
        return row.event.name == goal.event
    pattern = ".*".join(map(re.escape, goal.page.split("*")))
    return row.event.name == "pageview" and re.fullmatch(pattern, row.page, re.DOTALL) is not None


def time_of(row: Row, dimension: str) -> str:
    """Names the minute, hour, day, week or month of an event, a week or month by its first day."""
    day = row.wall.date()
    match dimension:
        case "time:minute":
            return row.wall.strftime("%Y-%m-%d %H:%M:00")
        case "time:hour":
            return row.wall.strftime("%Y-%m-%d %H:00:00")
        case "time:week":
            day -= timedelta(days=day.weekday())
        case "time:month":
            day = day.replace(day=1)
        case _:
            assert dimension == "time:day"
    return day.isoformat()


def visit_value(row: Row, dimension: str) -> str:
    """Gives what a visit says of itself; an event without a visit speaks for itself, but has no entry and no exit."""
    visit = row.visit
    views = visit.pageviews if visit else []
    match dimension:
        case "visit:entry_page":
            return views[0].page if views else ""
        case "visit:exit_page":
            return views[-1].page if views else ""
        case "visit:entry_page_hostname":
            return host_of(views[0].event.url) if views else ""
        case "visit:exit_page_hostname":
            return host_of(views[-1].event.url) if views else ""
        case _:
            return VISIT_DIMENSIONS[dimension]((visit.told_by if visit else row).event)


def host_of(url: str | None) -> str:
    """Gives a URL's host without its port; a path, such as an access log has, is without one however it begins."""
    return (urlsplit(url).hostname or "") if url and not url.startswith("/") else ""


def flag_of(event: Event) -> str:
    """Says why an event is flagged as a bot's; "" for a person's."""
    return bot_reason(event.user_agent) or ("spam referrer" if is_spam(event.referrer) else "")


def amount_of(event: Event) -> Decimal | None:
    """Gives the amount of an event's revenue, if it is a number or text that is one."""
    revenue = (event.extra or {}).get("revenue")
    amount = revenue.get("amount") if isinstance(revenue, dict) else None
    if isinstance(amount, bool) or not isinstance(amount, str | int | float):
        return None
    try:
        number = Decimal(str(amount))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def currency_of(event: Event) -> str:
    """Gives the currency of an event's revenue; "" where there is none with an amount."""
    if amount_of(event) is None or event.extra is None:
        return ""
    currency = event.extra["revenue"].get("currency")
    return currency if isinstance(currency, str) else ""


def _source(name: str) -> Callable[[Event], str]:
    return lambda event: getattr(source_of(_whole(event), event.referrer, event.click_id), name)


def _whole(event: Event) -> str:
    return f"https://{event.site}{event.url}" if event.url.startswith("/") else event.url


def _agent(name: str) -> Callable[[Event], str]:
    return lambda event: getattr(read_agent(event.user_agent, event.hints, event.screen_width), name)


EVENT_DIMENSIONS: dict[str, Callable[[Event], str]] = {
    "event:name": lambda event: event.name,
    "event:page": lambda event: page_of(event.url),
    "event:hostname": lambda event: host_of(event.url),
    "event:referrer_host": lambda event: host_of(event.referrer),
    "event:currency": currency_of,
    "event:bot": flag_of,
}

VISIT_DIMENSIONS: dict[str, Callable[[Event], str]] = {
    **{f"visit:{name}": _source(name) for name in ("source", "channel", "referrer")},
    **{f"visit:utm_{name}": _source(f"utm_{name}") for name in ("source", "medium", "campaign", "content", "term")},
    **{f"visit:{name}": _agent(name) for name in ("browser", "browser_version", "os", "os_version", "device")},
    "visit:click_id": lambda event: event.click_id or "",
    "visit:country": lambda event: event.country or "",
    "visit:language": lambda event: event.language or "",
    **dict.fromkeys(("visit:region", "visit:region_name", "visit:city", "visit:city_name"), lambda event: ""),
}

ENTRY_AND_EXIT = tuple(f"visit:{end}_page{part}" for end in ("entry", "exit") for part in ("", "_hostname"))
TIMES = ("time:minute", "time:hour", "time:day", "time:week", "time:month")

#: Every dimension but the properties', of which there is no end.
DIMENSIONS = ("event:goal", *EVENT_DIMENSIONS, *VISIT_DIMENSIONS, *ENTRY_AND_EXIT, *TIMES)
