"""The dimensions by which events can be grouped and filtered; names are those of Plausible's Stats API v2."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache

PROPS = "event:props:"
GOAL = "event:goal"

#: The value of a property where an event lacks it.
NO_PROPERTY = "(none)"

OF_EVENT = {
    "event:name": "name",
    "event:page": "page",
    "event:hostname": "hostname",
    "event:bot": "bot",
    "event:currency": "currency",
    "event:referrer_host": "referrer_host",
}
OF_VISIT = {
    f"visit:{name}": name
    for name in (
        *("source", "channel", "referrer", "utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term"),
        *("click_id", "country", "browser", "browser_version", "os", "os_version", "device", "language"),
    )
}
OF_ENDS = {
    "visit:entry_page": ("entry", "page"),
    "visit:exit_page": ("exit", "page"),
    "visit:entry_page_hostname": ("entry", "hostname"),
    "visit:exit_page_hostname": ("exit", "hostname"),
}
#: What is not told below the country; Plausible's API has the names.
UNKNOWN = ("visit:region", "visit:region_name", "visit:city", "visit:city_name")


@lru_cache(maxsize=10_000)
def _monday(day: str) -> str:
    found = date.fromisoformat(day)
    return (found - timedelta(days=found.weekday())).isoformat()


TIMES: dict[str, Callable[[str], str]] = {
    "time:hour": lambda hour: f"{hour[:10]} {hour[11:]}:00:00",
    "time:day": lambda hour: hour[:10],
    "time:week": lambda hour: _monday(hour[:10]),
    "time:month": lambda hour: f"{hour[:7]}-01",
}

#: Dimensions whose buckets are days or made of days.
OF_DAYS = ("time:day", "time:week", "time:month")

MINUTE = "time:minute"
HOUR = "time:hour"

#: Dimensions whose buckets divide a day, so that a visit may be in several.
WITHIN_A_DAY = (MINUTE, HOUR)

DIMENSIONS = frozenset((*OF_EVENT, *OF_VISIT, *OF_ENDS, *UNKNOWN, *TIMES, MINUTE, GOAL))


def is_dimension(name: str) -> bool:
    """Tells whether a dimension can be asked for."""
    return name in DIMENSIONS or (name.startswith(PROPS) and len(name) > len(PROPS))


def time_label(dimension: str, day: str) -> str:
    """Gives the label that a day has in "time:day", "time:week" or "time:month"."""
    return TIMES[dimension](day)
