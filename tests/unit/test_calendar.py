from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.calendar import (
    HOUR_MS,
    date_is_over,
    date_lives,
    days_between,
    hours_between,
    local_date,
    local_hour,
    millis,
    months_before,
    rfc3339,
    utc,
    utc_hour,
    zone,
)
from tests.unit.making import at, few

#: Half-hour daylight saving, changes at one minute past midnight, quarter-hour offsets, both ends of a date.
ZONES = ["UTC", "Europe/Berlin", "Australia/Lord_Howe", "America/St_Johns", "Asia/Kathmandu", "Pacific/Apia"]
ZONES += ["Pacific/Kiritimati", "Etc/GMT+12", "Antarctica/Troll"]


@pytest.mark.parametrize(
    ("timezone", "moment", "hour"),
    [
        ("Europe/Berlin", "2026-03-29T00:59:59.999+00:00", "2026-03-29T01"),
        ("Europe/Berlin", "2026-03-29T01:00+00:00", "2026-03-29T03"),
        ("Europe/Berlin", "2026-10-25T00:30+00:00", "2026-10-25T02"),
        ("Europe/Berlin", "2026-10-25T01:30+00:00", "2026-10-25T02"),
        ("Europe/Berlin", "2026-12-31T23:00+00:00", "2027-01-01T00"),
        ("Australia/Lord_Howe", "2026-04-04T14:59+00:00", "2026-04-05T01"),
        ("Australia/Lord_Howe", "2026-04-04T15:00+00:00", "2026-04-05T01"),
        ("Australia/Lord_Howe", "2026-04-04T15:30+00:00", "2026-04-05T02"),
        ("Australia/Lord_Howe", "2026-10-03T15:30+00:00", "2026-10-04T02"),
        ("America/St_Johns", "2026-03-08T05:29+00:00", "2026-03-08T01"),
        ("America/St_Johns", "2026-03-08T05:30+00:00", "2026-03-08T03"),
        ("America/St_Johns", "2010-11-07T02:30:59+00:00", "2010-11-07T00"),
        ("America/St_Johns", "2010-11-07T02:31+00:00", "2010-11-06T23"),
        ("Asia/Kathmandu", "2026-11-22T18:14:59+00:00", "2026-11-22T23"),
        ("Asia/Kathmandu", "2026-11-22T18:15+00:00", "2026-11-23T00"),
    ],
)
def test_an_hour_is_what_the_clocks_show(timezone: str, moment: str, hour: str) -> None:
    assert local_hour(at(moment), timezone) == hour
    assert local_date(at(moment), timezone) == hour[:10]


@few
@given(st.integers(at("1990-01-01T00:00+00:00"), at("2037-12-31T00:00+00:00")), st.sampled_from(ZONES))
def test_it_is_so_at_every_instant(instant: int, timezone: str) -> None:
    assert local_hour(instant, timezone) == utc(instant).astimezone(zone(timezone)).isoformat()[:13]


def test_years_have_four_digits() -> None:
    assert local_hour(at("0987-06-05T04:00+00:00"), "UTC") == utc_hour(at("0987-06-05T04:00+00:00")) == "0987-06-05T04"


@pytest.mark.parametrize("name", ["", "Mars/Olympus", "../UTC", "Europe", "UTC\0", "\ud800", "a" * 5_000])
def test_what_is_no_timezone_is_refused_and_told_what_one_is(name: str) -> None:
    with pytest.raises(ValueError, match="such as Europe/Berlin"):
        zone(name)


@few
@given(st.integers(0, at("9000-01-01T00:00+00:00")))
def test_an_instant_survives_being_a_time(instant: int) -> None:
    assert millis(utc(instant)) == instant
    assert at(rfc3339(instant)) == instant


def test_instants_are_written_with_milliseconds() -> None:
    assert rfc3339(0) == "1970-01-01T00:00:00.000Z"
    assert rfc3339(1_234_567_890_123) == "2009-02-13T23:31:30.123Z"
    assert utc_hour(HOUR_MS - 1) == "1970-01-01T00"


@pytest.mark.parametrize(
    ("moment", "months", "earlier"),
    [
        ("2026-11-22T12:34+00:00", 1, "2026-10-22T12:34+00:00"),
        ("2026-11-22T12:34+00:00", 11, "2025-12-22T12:34+00:00"),
        ("2026-11-22T12:34+00:00", 25, "2024-10-22T12:34+00:00"),
        ("2026-03-31T00:00+00:00", 1, "2026-02-28T00:00+00:00"),
        ("2028-03-31T00:00+00:00", 1, "2028-02-29T00:00+00:00"),
        ("2028-02-29T00:00+00:00", 12, "2027-02-28T00:00+00:00"),
        ("2026-11-22T12:34+00:00", 0, "2026-11-22T12:34+00:00"),
    ],
)
def test_months_before_is_by_the_calendar(moment: str, months: int, earlier: str) -> None:
    assert months_before(at(moment), months) == at(earlier)


def test_months_before_the_calendar_begins_are_its_beginning() -> None:
    assert utc_hour(months_before(at("2026-11-22T12:34+00:00"), 10**6)) == "0001-07-22T12"


def test_days_between_includes_both() -> None:
    assert days_between(date(2028, 2, 28), date(2028, 3, 1)) == ["2028-02-28", "2028-02-29", "2028-03-01"]
    assert days_between(date.max, date.max) == ["9999-12-31"]
    assert days_between(date(2026, 1, 2), date(2026, 1, 1)) == []


def test_spring_skips_an_hour_and_autumn_names_one_once() -> None:
    spring = hours_between(date(2026, 3, 29), date(2026, 3, 29), "Europe/Berlin")
    assert [hour[-2:] for hour in spring] == ["00", "01", *(f"{hour:02}" for hour in range(3, 24))]
    autumn = hours_between(date(2026, 10, 25), date(2026, 10, 25), "Europe/Berlin")
    assert [hour[-2:] for hour in autumn] == [f"{hour:02}" for hour in range(24)]


def test_half_an_hour_of_daylight_saving_skips_no_hour() -> None:
    for day in (date(2026, 4, 5), date(2026, 10, 4)):
        assert len(hours_between(day, day, "Australia/Lord_Howe")) == 24


def test_a_date_that_never_was_has_no_hours() -> None:
    assert hours_between(date(2011, 12, 30), date(2011, 12, 30), "Pacific/Apia") == []


@few
@given(st.dates(date(1995, 1, 1), date(2036, 1, 1)), st.integers(0, 3), st.sampled_from(ZONES))
def test_every_event_has_its_hour_in_the_list(first: date, days: int, timezone: str) -> None:
    last = first + timedelta(days=days)
    hours = hours_between(first, last, timezone)
    assert hours == sorted(set(hours))
    seen = {local_hour(minute, timezone) for minute in minutes_around(first, last)}
    assert {hour for hour in seen if first.isoformat() <= hour[:10] <= last.isoformat()} == set(hours)


def minutes_around(first: date, last: date) -> Iterator[int]:
    """Some minute of every quarter of an hour from the day before to the day after."""
    start = millis(datetime(first.year, first.month, first.day, tzinfo=UTC)) - 25 * HOUR_MS
    return iter(range(start, start + ((last - first).days + 3) * 24 * HOUR_MS, HOUR_MS // 4 + 60_000))


def test_a_date_lives_for_exactly_the_50_hours_that_it_is_some_place_on_earth() -> None:
    begins, ends = at("2026-11-22T00:00+14:00"), at("2026-11-23T00:00-12:00")
    assert ends - begins == 50 * HOUR_MS
    assert [date_lives("2026-11-22", now) for now in (begins - 1, begins, ends - 1, ends)] == [False, True, True, False]
    assert [date_is_over("2026-11-22", now) for now in (begins - 1, begins, ends - 1, ends)] == [False] * 3 + [True]


@few
@given(st.integers(at("1999-01-01T00:00+00:00"), at("2037-12-31T00:00+00:00")), st.sampled_from(ZONES))
def test_the_date_of_an_event_lives_when_it_happens(instant: int, timezone: str) -> None:
    assert date_lives(local_date(instant, timezone), instant)
