"""The range that another one is compared with.

Source: https://plausible.io/docs/compare-stats
"""

from datetime import date, timedelta

from services.query.stats.dates import Range
from shared.domain.calendar import local_date


def previous_period(period: Range, timezone: str) -> Range:
    """Gives the range of the same length just before."""
    if period.since is not None and period.until is not None:
        return _moved(period, period.until - period.since, timezone)
    length = timedelta(days=period.days)
    return Range(period.first - length, period.last - length)


def year_before(period: Range, timezone: str) -> Range:
    """Gives the same days a year earlier; the 28th for a 29 February."""
    first, last = _a_year_before(period.first), _a_year_before(period.last)
    if period.since is None:
        return Range(first, last)
    return _moved(period, (period.first - first).days * 86_400_000, timezone)


def _moved(period: Range, by: int, timezone: str) -> Range:
    since, until = (period.since or 0) - by, (period.until or 0) - by
    first, last = (date.fromisoformat(local_date(at, timezone)) for at in (since, until - 1))
    return Range(first, last, since, until)


def _a_year_before(day: date) -> date:
    return (day.replace(day=28) if (day.month, day.day) == (2, 29) else day).replace(year=day.year - 1)
