"""Buckets of time, and all their labels in a range.

Source: https://plausible.io/docs/stats-api#time-dimensions
"""

from datetime import date, timedelta

from services.query.refusals import InvalidRequest
from services.query.stats.dates import DAY_MS, Range, months_back
from services.query.stats.dimensions import TIME, TIMES
from shared.domain.calendar import days_between, hours_between, utc, zone

#: So that all labels fit one portion of an answer.
_MAX_DAYS = {"time:minute": 2, "time:hour": 366}
_MAX_DAYS_BY_DAY = 92


def time_of(dimensions: tuple[str, ...]) -> str | None:
    """Gives the dimension that is a bucket of time, if there is one."""
    return next((name for name in dimensions if name in TIMES), None)


def resolved(dimension: str, period: Range) -> str:
    """Gives the bucket that "time" stands for in a range; other dimensions stand for themselves."""
    if dimension != TIME:
        return dimension
    part = period.until - period.since if period.since is not None and period.until is not None else None
    if period.days == 1 or (part is not None and part <= DAY_MS + 1):
        return "time:hour"
    return "time:day" if period.days <= _MAX_DAYS_BY_DAY else "time:month"


def check_length(dimension: str, period: Range) -> None:
    """Checks that a range has not too many buckets.

    Raises:
        InvalidRequest: It has; says how long it may be.
    """
    most = _MAX_DAYS.get(dimension)
    if most is not None and period.days > most:
        raise InvalidRequest(
            f"the range has {period.days} days, and {dimension} gives at most {most} at a time; ask for fewer days or "
            "for wider buckets"
        )


def labels(dimension: str, period: Range, timezone: str) -> list[str]:
    """Lists the labels of all buckets of a range, in order, those that nothing falls into included."""
    first, last = period.first, period.last
    if dimension == "time:day":
        return days_between(first, last)
    if dimension == "time:week":
        monday = first - timedelta(days=first.weekday())
        return [(monday + timedelta(days=n)).isoformat() for n in range(0, (last - monday).days + 1, 7)]
    if dimension == "time:month":
        return _months(first, last)
    return _clock(dimension, period, timezone)


def _months(first: date, last: date) -> list[str]:
    count = (last.year - first.year) * 12 + last.month - first.month
    return [months_back(last, n).isoformat() for n in range(count, -1, -1)]


def _clock(dimension: str, period: Range, timezone: str) -> list[str]:
    """The hours that the clocks show, and their minutes: what spring skips is not there."""
    minutes = range(60) if dimension == "time:minute" else (0,)
    hours = (label.replace("T", " ") for label in hours_between(period.first, period.last, timezone))
    found = [f"{hour}:{minute:02}:00" for hour in hours for minute in minutes]
    if period.since is None or period.until is None:
        return found
    ends = (_label(dimension, at, timezone) for at in (period.since, period.until - 1))
    first, last = sorted(ends)
    return [label for label in found if first <= label <= last]


def _label(dimension: str, instant: int, timezone: str) -> str:
    moment = utc(instant).astimezone(zone(timezone)).replace(tzinfo=None, second=0, microsecond=0)
    return (moment if dimension == "time:minute" else moment.replace(minute=0)).isoformat(" ")
