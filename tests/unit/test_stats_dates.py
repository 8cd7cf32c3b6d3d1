"""Ranges, periods and buckets of time."""

import pytest

from tests.unit.stats_asking import Asked

BERLIN = "Europe/Berlin"


def ends(date_range: object, now: str = "2024-09-10T10:30:00+00:00", timezone: str = "UTC") -> list[str]:
    status, answer = Asked(now=now, timezone=timezone).post(date_range=date_range)
    assert status == 200, answer
    found: list[str] = answer["query"]["date_range"]
    return found


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("day", "2024-09-10"),
        ("7d", "2024-09-04"),
        ("28d", "2024-08-14"),
        ("30d", "2024-08-12"),
        ("91d", "2024-06-12"),
        ("1d", "2024-09-10"),
        ("month", "2024-09-01"),
        ("6mo", "2024-04-01"),
        ("12mo", "2023-10-01"),
        ("year", "2024-01-01"),
        ("all", "2022-09-23"),
    ],
)
def test_ranges_end_today(asked: str, first: str) -> None:
    assert ends(asked) == [f"{first}T00:00:00+00:00", "2024-09-10T23:59:59+00:00"]


def test_today_is_the_sites() -> None:
    late = "2024-09-10T23:30:00+00:00"
    assert ends("day", late, BERLIN) == ["2024-09-11T00:00:00+02:00", "2024-09-11T23:59:59+02:00"]


def test_the_last_24_hours() -> None:
    api = Asked(now="2024-09-10T10:30:00+00:00")
    answer = api.post(date_range="24h", dimensions=["time"], include={"time_labels": True})[1]
    assert answer["query"]["date_range"] == ["2024-09-09T10:30:00+00:00", "2024-09-10T10:30:00+00:00"]
    assert answer["query"]["dimensions"] == ["time:hour"]
    assert len(answer["meta"]["time_labels"]) == 25
    (asked,) = api.questions
    assert (asked.since, asked.until) == (1725877800000, 1725964200001)
    assert (str(asked.first), str(asked.last)) == ("2024-09-09", "2024-09-10")


def test_a_range_of_times_counts_its_last_second() -> None:
    api = Asked(timezone=BERLIN)
    answer = api.post(date_range=["2024-01-01T12:00:00+01:00", "2024-01-01T15:59:59+01:00"])[1]
    assert answer["query"]["date_range"] == ["2024-01-01T12:00:00+01:00", "2024-01-01T15:59:59+01:00"]
    (asked,) = api.questions
    assert asked.until is not None
    assert asked.since is not None
    assert asked.until - asked.since == 4 * 3600 * 1000


def test_times_without_an_offset_are_the_sites() -> None:
    assert ends(["2024-01-01 12:00:00", "2024-01-01T12:05:00"], timezone=BERLIN) == [
        "2024-01-01T12:00:00+01:00",
        "2024-01-01T12:05:00+01:00",
    ]


def test_times_of_another_zone_touch_the_sites_days() -> None:
    api = Asked(timezone="Asia/Tokyo")
    api.post(date_range=["2024-01-01T12:00:00Z", "2024-01-01T15:30:00Z"])
    (asked,) = api.questions
    assert (str(asked.first), str(asked.last)) == ("2024-01-01", "2024-01-02")


@pytest.mark.parametrize(
    "asked",
    [
        *("", "today", "0d", "99999d", "3661d", "1000h", "7 d", None, 7, {}, [], ["2024-01-01"]),
        *(["2024-01-02", "2024-01-01"], ["2024-02-30", "2024-03-01"], ["2024-01-01", "2024-01-01T00:00:00Z"]),
        *(["2024-01-01T00:00:01Z", "2024-01-01T00:00:00Z"], ["2000-01-01", "2024-01-01"], ["9999-12-31"] * 2),
        *(["0001-01-01", "0001-01-02"], ["2024-01-01T25:00:00Z", "2024-01-02T00:00:00Z"], ["20240101", "20240102"]),
        *(["2024-01-01T00:00:00+99:00"] * 2, [1, 2], ["a"] * 3, ["9999-12-31T23:59:59-23:59"] * 2),
    ],
)
def test_what_is_no_range(asked: object) -> None:
    status, error = Asked().post(date_range=asked)
    assert status == 400
    assert "range" in error


@pytest.mark.parametrize(
    ("asked", "bucket"),
    [
        ("day", "time:hour"),
        ("24h", "time:hour"),
        (["2024-01-01T12:00:00Z", "2024-01-01T12:05:00Z"], "time:hour"),
        ("7d", "time:day"),
        ("91d", "time:day"),
        ("6mo", "time:month"),
        ("all", "time:month"),
    ],
)
def test_time_finds_its_bucket(asked: object, bucket: str) -> None:
    answer = Asked().post(date_range=asked, dimensions=["time"], order_by=[["time", "desc"]])[1]
    assert answer["query"]["dimensions"] == [bucket]
    assert answer["query"]["order_by"] == [[bucket, "desc"]]


@pytest.mark.parametrize(
    ("bucket", "dates", "expected"),
    [
        ("time:week", ["2024-09-04", "2024-09-16"], ["2024-09-02", "2024-09-09", "2024-09-16"]),
        ("time:month", ["2023-12-31", "2024-02-01"], ["2023-12-01", "2024-01-01", "2024-02-01"]),
        ("time:day", ["2024-02-28", "2024-03-01"], ["2024-02-28", "2024-02-29", "2024-03-01"]),
        (
            "time:minute",
            ["2024-09-10T11:59:30Z", "2024-09-10T12:01:00Z"],
            ["2024-09-10 13:59:00", "2024-09-10 14:00:00", "2024-09-10 14:01:00"],
        ),
    ],
)
def test_labels(bucket: str, dates: list[str], expected: list[str]) -> None:
    api = Asked(timezone=BERLIN)
    answer = api.post(date_range=dates, dimensions=[bucket], include={"time_labels": True})[1]
    assert answer["meta"]["time_labels"] == expected


@pytest.mark.parametrize(("day", "hours"), [("2024-03-31", 23), ("2024-10-27", 24)])
def test_hours_are_those_on_the_clocks(day: str, hours: int) -> None:
    api = Asked(timezone=BERLIN)
    answer = api.post(date_range=[day, day], dimensions=["time:hour"], include={"time_labels": True})[1]
    assert len(answer["meta"]["time_labels"]) == hours


@pytest.mark.parametrize(("bucket", "days"), [("time:hour", "367d"), ("time:minute", "3d")])
def test_too_many_buckets(bucket: str, days: str) -> None:
    status, error = Asked().post(date_range=days, dimensions=[bucket])
    assert (status, bucket in error) == (400, True)


@pytest.mark.parametrize(
    ("period", "date", "first", "last"),
    [
        ("day", "2024-02-29", "2024-02-29", "2024-02-29"),
        ("7d", "2024-03-01", "2024-02-24", "2024-03-01"),
        ("30d", "2024-03-01", "2024-02-01", "2024-03-01"),
        ("month", "2024-02-10", "2024-02-01", "2024-02-29"),
        ("6mo", "2024-02-10", "2023-09-01", "2024-02-29"),
        ("12mo", "2024-02-10", "2023-03-01", "2024-02-29"),
        ("year", "2024-02-10", "2024-01-01", "2024-12-31"),
        ("all", "2024-02-10", "2022-09-23", "2024-02-10"),
        ("custom", "2021-01-01,2021-01-31", "2021-01-01", "2021-01-31"),
    ],
)
def test_periods(period: str, date: str, first: str, last: str) -> None:
    api = Asked()
    assert api.get("aggregate", period=period, date=date)[0] == 200
    assert (str(api.questions[0].first), str(api.questions[0].last)) == (first, last)


@pytest.mark.parametrize(
    ("period", "date"),
    [
        *(
            ("realtime", None),
            ("", None),
            ("custom", None),
            ("custom", "2021-01-01"),
            ("custom", "2021-02-01,2021-01-01"),
        ),
        *(("day", "2021-13-01"), ("day", "2021-01-01,2021-01-02"), ("custom", "2021-01-01T00:00:00Z,2021-01-02")),
        *(("12mo", "1970-01-02"), ("month", "9998-12-31"), ("day", "")),
    ],
)
def test_what_is_no_period(period: str, date: str | None) -> None:
    asked = {"period": period} if date is None else {"period": period, "date": date}
    assert Asked().get("aggregate", **asked)[0] == 400


@pytest.mark.parametrize(
    ("asked", "rows", "first"),
    [
        ({}, 30, "2024-08-12"),
        ({"period": "day"}, 1, "2024-09-10"),
        ({"period": "day", "interval": "hour"}, 24, "2024-09-10 00:00:00"),
        ({"period": "7d", "interval": "date"}, 7, "2024-09-04"),
        ({"period": "12mo"}, 12, "2023-10-01"),
        ({"period": "6mo", "interval": "day"}, 183, "2024-04-01"),
        ({"period": "custom", "date": "2024-01-01,2024-02-15", "interval": "month"}, 2, "2024-01-01"),
    ],
)
def test_intervals(asked: dict[str, str], rows: int, first: str) -> None:
    status, answer = Asked().get("timeseries", **asked)
    assert status == 200
    assert len(answer["results"]) == rows
    assert answer["results"][0] == {"date": first, "visitors": 0}


def test_by_month_needs_more_than_one() -> None:
    assert Asked().get("timeseries", period="month", interval="month")[0] == 400
    assert Asked().get("timeseries", period="12mo", interval="hour")[0] == 200
    assert Asked().get("timeseries", period="all", interval="hour")[0] == 400
