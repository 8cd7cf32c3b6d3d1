"""The days, or the part of a day, that a question is about.

Source: https://plausible.io/docs/stats-api#date_range and https://plausible.io/docs/stats-api-v1#time-periods
"""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from services.query.parameters import MAX_DAYS
from services.query.refusals import InvalidRequest
from services.query.stats.dimensions import shown
from shared.domain.calendar import HOUR_MS, local_date, millis, utc, zone

EARLIEST, LATEST = date(1970, 1, 2), date(9998, 12, 30)
DAY_MS = 24 * HOUR_MS
RANGES = '"day", "24h", "7d", "28d", "30d", "91d", "month", "6mo", "12mo", "year", "all"'

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?(?:Z|[+-][0-9]{2}:[0-9]{2})?"
)
_LAST = re.compile(r"([1-9][0-9]{0,3})(h|d|mo)")
_MAX_HOURS = 31 * 24


class Range(NamedTuple):
    """What a question is about.

    Attributes:
        first: The first day, in the site's timezone.
        last: The last day, included.
        since: Where it is about part of a day, the first instant that counts, in milliseconds since 1970.
        until: Likewise the first instant that counts no more.
    """

    first: date
    last: date
    since: int | None = None
    until: int | None = None

    @property
    def days(self) -> int:
        """How many days it touches."""
        return (self.last - self.first).days + 1

    def ends(self, timezone: str) -> tuple[str, str]:
        """Writes its first and last second with the offset of the timezone."""
        if self.since is not None and self.until is not None:
            moments = [utc(at).astimezone(zone(timezone)) for at in (self.since, self.until - 1)]
        else:
            moments = [
                datetime.combine(self.first, time(), zone(timezone)),
                datetime.combine(self.last, time(23, 59, 59), zone(timezone)),
            ]
        first, last = (moment.isoformat(timespec="seconds") for moment in moments)
        return first, last


class Today(NamedTuple):
    """What ranges are relative to: the instant (milliseconds since 1970), the site's timezone and its present day."""

    now: int
    timezone: str
    day: date


def today_of(now: int, timezone: str) -> Today:
    """Gives what ranges are relative to at an instant."""
    return Today(now, timezone, date.fromisoformat(local_date(now, timezone)))


def range_of(asked: object, today: Today, first_day: Callable[[], date | None]) -> Range:
    """Reads version 2's `date_range`.

    Args:
        asked: What was sent.
        today: What it is relative to.
        first_day: Finds the first day of the site's stats, for "all".

    Raises:
        InvalidRequest: It is no range, or too long.
    """
    if isinstance(asked, list) and len(asked) == 2 and all(isinstance(end, str) for end in asked):
        return _checked(_between(asked[0], asked[1], today), asked)
    found = _named(asked, today, first_day) if isinstance(asked, str) else None
    if found is None:
        raise InvalidRequest(
            f"date_range is {shown(asked)}, but must be one of {RANGES}, or a first and last day or time such as "
            '["2026-11-01", "2026-11-30"] or ["2026-11-01T12:00:00+01:00", "2026-11-01T15:59:59+01:00"]'
        )
    return _checked(found, asked)


def day_of(text: str) -> date | None:
    """Reads a day such as "2026-11-22"; None if it is none."""
    if not _DAY.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def checked_days(first: date, last: date, asked: object) -> Range:
    """Makes a range of days.

    Raises:
        InvalidRequest: The days are in the wrong order, too many, or out of bounds.
    """
    return _checked(Range(first, last), asked)


def months_back(day: date, months: int) -> date:
    """Gives the first day of the month that lies some months before a day's."""
    number = max(day.year * 12 + day.month - 1 - months, EARLIEST.year * 12)
    return date(number // 12, number % 12 + 1, 1)


def _named(asked: str, today: Today, first_day: Callable[[], date | None]) -> Range | None:
    day = today.day
    starts = {"day": day, "month": day.replace(day=1), "year": day.replace(month=1, day=1)}
    if asked in starts:
        return Range(starts[asked], day)
    if asked == "all":
        return Range(max(first_day() or day, day - timedelta(days=MAX_DAYS - 1)), day)
    last = _LAST.fullmatch(asked)
    if last is None:
        return None
    count, unit = int(last[1]), last[2]
    if unit == "h":
        return _hours(count, today) if count <= _MAX_HOURS else None
    first = day - timedelta(days=count - 1) if unit == "d" else months_back(day, count - 1)
    return Range(first, day)


def _hours(count: int, today: Today) -> Range:
    return _part(today.now - count * HOUR_MS, today.now + 1, today.timezone)


def _part(since: int, until: int, timezone: str) -> Range:
    first, last = (date.fromisoformat(local_date(at, timezone)) for at in (since, max(since, until - 1)))
    return Range(first, last, since, until)


def _between(first: str, last: str, today: Today) -> Range | None:
    """Reads two days, or two times; a time without an offset is the site's."""
    days = day_of(first), day_of(last)
    if days[0] and days[1]:
        return Range(days[0], days[1])
    since, until = _moment(first, today.timezone), _moment(last, today.timezone)
    if since is None or until is None:
        return None
    # A second that is named counts whole. What ends before it begins is refused like days that do.
    end = millis(until) + (1 if until.microsecond else 1000)
    return _part(millis(since), end, today.timezone) if since <= until else Range(LATEST, EARLIEST)


def _moment(text: str, timezone: str) -> datetime | None:
    if not _MOMENT.fullmatch(text) or not f"{EARLIEST}" <= text[:10] <= f"{LATEST}":
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone(timezone))


def _checked(found: Range | None, asked: object) -> Range:
    if found is None:
        raise InvalidRequest(
            f"date_range is {shown(asked)}, but its ends must both be days such as 2026-11-22, or both times such as "
            "2026-11-22T12:00:00+01:00"
        )
    if found.first > found.last:
        raise InvalidRequest(f"the range {shown(asked)} ends before it begins; give the earlier end first")
    if found.days > MAX_DAYS:
        raise InvalidRequest(f"the range {shown(asked)} has {found.days} days; at most {MAX_DAYS} can be asked for")
    if found.first < EARLIEST or found.last > LATEST:
        raise InvalidRequest(f"the range {shown(asked)} must lie between {EARLIEST} and {LATEST}")
    return found
