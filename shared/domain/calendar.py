"""Days and hours in a site's timezone."""

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

#: Clocks change with a full minute, some (St. John's until 2011) at one past midnight: labels are constant within one.
_MINUTE_MS = 60 * 1000
_QUARTER_MS = 15 * _MINUTE_MS
HOUR_MS = 4 * _QUARTER_MS
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

#: The first and the last date that there can be.
FIRST_DAY, LAST_DAY = "0001-01-01", "9999-12-31"

#: The span of a calendar date over all timezones: it begins at UTC+14 and ends at UTC-12, 50 hours later.
_EARLIEST_START = timedelta(hours=-14)
_LATEST_END = timedelta(hours=36)


def zone(name: str) -> ZoneInfo:
    """Finds a timezone of the IANA database.

    Raises:
        ValueError: There is none of that name.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"{name!r} is not a timezone of the IANA database, such as Europe/Berlin or UTC") from error


def utc(instant: int) -> datetime:
    """Turns milliseconds since 1970 into a time in UTC."""
    return _EPOCH + timedelta(milliseconds=instant)


def millis(moment: datetime) -> int:
    """Turns an aware time into milliseconds since 1970."""
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def rfc3339(instant: int) -> str:
    """Writes an instant (milliseconds since 1970) as RFC 3339 in UTC, to the millisecond."""
    return utc(instant).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def utc_hour(instant: int) -> str:
    """Names the UTC hour of an instant, such as "2026-11-22T17"."""
    return _utc_hour(instant // HOUR_MS)


@lru_cache(maxsize=64)
def _utc_hour(number: int) -> str:
    return utc(number * HOUR_MS).isoformat()[:13]


def local_hour(instant: int, timezone: str) -> str:
    """Names the hour of an instant (milliseconds since 1970) on the clocks of a timezone, such as "2026-11-22T17".

    The hour that autumn repeats has one name.
    """
    return _local_hour(instant // _MINUTE_MS, timezone)


@lru_cache(maxsize=4096)
def _local_hour(minute: int, timezone: str) -> str:
    return utc(minute * _MINUTE_MS).astimezone(zone(timezone)).isoformat()[:13]


def local_date(instant: int, timezone: str) -> str:
    """Names the day of an instant (milliseconds since 1970) in a timezone, such as "2026-11-22"."""
    return local_hour(instant, timezone)[:10]


def local_minute(instant: int, timezone: str) -> int:
    """Gives the minute, 0 to 59, that the clocks of a timezone show at an instant (milliseconds since 1970)."""
    return utc(instant).astimezone(zone(timezone)).minute


def months_before(instant: int, months: int) -> int:
    """Gives the instant some calendar months earlier, in milliseconds since 1970.

    A day that the earlier month lacks becomes its last; a month before year 1 becomes its namesake in that year.
    """
    moment = utc(instant)
    number = moment.year * 12 + moment.month - 1 - months
    number = max(number, 12 + number % 12)
    year, month = number // 12, number % 12 + 1
    return millis(moment.replace(year=year, month=month, day=min(moment.day, monthrange(year, month)[1])))


def days_between(first: date, last: date) -> list[str]:
    """Lists the days from the first to the last, both included."""
    return [(first + timedelta(days=n)).isoformat() for n in range((last - first).days + 1)]


def hours_between(first: date, last: date, timezone: str) -> list[str]:
    """Lists the hours that the clocks of a timezone show from the first day to the last, both included.

    An hour that spring skips is not there, and one that autumn repeats is there once.
    """
    # Walking in UTC, from a day early to a day late, meets every hour on the clocks whatever the offset.
    start = millis(datetime(first.year, first.month, first.day, tzinfo=UTC) - timedelta(days=1))
    end = millis(datetime(last.year, last.month, last.day, tzinfo=UTC) + timedelta(days=2))
    labels = dict.fromkeys(local_hour(at, timezone) for at in range(start, end, _QUARTER_MS))
    return [label for label in labels if first.isoformat() <= label[:10] <= last.isoformat()]


def date_lives(day: str, now: int) -> bool:
    """Tells whether a calendar date is current somewhere on earth, from UTC+14 to UTC-12.

    Args:
        day: The date, such as "2026-11-22".
        now: Milliseconds since 1970.
    """
    midnight = datetime.fromisoformat(day).replace(tzinfo=UTC)
    return midnight + _EARLIEST_START <= utc(now) < midnight + _LATEST_END


def date_is_over(day: str, now: int) -> bool:
    """Tells whether a calendar date has ended everywhere on earth. Arguments as for `date_lives`."""
    return utc(now) >= datetime.fromisoformat(day).replace(tzinfo=UTC) + _LATEST_END
