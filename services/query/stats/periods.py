"""Version 1's `period` and `date`.

Source: https://plausible.io/docs/stats-api-v1#time-periods
"""

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta

from services.query.refusals import InvalidRequest
from services.query.stats.dates import Range, Today, checked_days, day_of, months_back
from services.query.stats.dimensions import shown

_LAST = re.compile(r"(30|7|28|91)d|(12|6)mo")


def period_of(period: str, day: str | None, today: Today, first_day: Callable[[], date | None]) -> Range:
    """Says which days are asked for.

    Args:
        period: The `period`.
        day: The `date`, if it was given.
        today: What is relative to, if it was not.
        first_day: Finds the first day of the site's stats, for "all".

    Raises:
        InvalidRequest: One is none.
    """
    if period == "custom":
        return _custom(day)
    anchor = today.day if day is None else day_of(day)
    if anchor is None:
        raise InvalidRequest(
            f"date is {shown(day)}, but must be a day such as 2026-11-22; for a first and last day ask with "
            "period=custom"
        )
    return checked_days(*_days(period, anchor, first_day), day or period)


def default_interval(period: str) -> str:
    """Gives the interval of a timeseries that names none."""
    return "month" if period.endswith("mo") else "day"


def longer_than_a_month(period: Range) -> bool:
    """Tells whether a range is longer than the month that it begins in, and so may be asked for by month."""
    return period.days > monthrange(period.first.year, period.first.month)[1]


def _days(period: str, day: date, first_day: Callable[[], date | None]) -> tuple[date, date]:
    if period == "day":
        return day, day
    if period == "month":
        return day.replace(day=1), _month_end(day)
    if period == "year":
        return day.replace(month=1, day=1), day.replace(month=12, day=31)
    if period == "all":
        return min(first_day() or day, day), day
    last = _LAST.fullmatch(period)
    if last is None:
        raise InvalidRequest(
            f"period is {shown(period)}, but must be 12mo, 6mo, month, 30d, 7d, day or custom; year, all, 28d and 91d "
            "are known too"
        )
    if last[1]:
        return day - timedelta(days=int(last[1]) - 1), day
    return months_back(day, int(last[2]) - 1), _month_end(day)


def _month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def _custom(days: str | None) -> Range:
    first, _, last = (days or "").partition(",")
    ends = day_of(first), day_of(last)
    if ends[0] is None or ends[1] is None:
        raise InvalidRequest(
            f"date is {shown(days)}, but with period=custom it must be two days with a comma between them, "
            "such as 2026-11-01,2026-11-30"
        )
    return checked_days(ends[0], ends[1], days)
