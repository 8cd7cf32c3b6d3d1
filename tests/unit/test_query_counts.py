"""GET /v1/sites/{site}/counts: what is counted, over which days, in which order."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from shared.domain.counts import Counts
from shared.domain.folds import RowKey
from tests.support.folders import scratch_folder
from tests.unit.querying import Naive, Visit, World

PEOPLE_AND_BOTS = [
    Visit("2026-11-20T10:00Z", "/", 1),
    Visit("2026-11-20T11:00Z", "/", 1),
    Visit("2026-11-20T11:30Z", "/a", 2),
    Visit("2026-11-20T12:00Z", "/", 9, bot=True),
    Visit("2026-11-22T09:00Z", "/a", 1),
    Visit("2026-11-22T09:01Z", "/robots", 9, bot=True),
    Visit("2026-11-22T09:02Z", "/robots", 8, bot=True),
]


@pytest.fixture
def empty() -> Iterator[World]:
    """An installation without a site."""
    with scratch_folder() as folder:
        yield World(folder)


@pytest.fixture
def world(empty: World) -> World:
    """An installation with a public site that counts in UTC."""
    empty.add_site()
    return empty


def test_an_answer_byte_for_byte(world: World) -> None:
    world.visit(*PEOPLE_AND_BOTS)
    answer = world.counts(by="page,day", first="2026-11-01", last="2026-11-30")
    assert answer.body == (
        '{"site":"example.org","from":"2026-11-01","to":"2026-11-30","timezone":"UTC","by":["page","day"],'
        '"totals":{"pageviews":4,"visitors":3},'
        '"rows":[{"page":"/","day":"2026-11-20","pageviews":2,"visitors":1},'
        '{"page":"/a","day":"2026-11-20","pageviews":1,"visitors":1},'
        '{"page":"/a","day":"2026-11-22","pageviews":1,"visitors":1}],"next":null}'
    )


@pytest.mark.parametrize("bots", ["exclude", "include", "only"])
@pytest.mark.parametrize("by", ["day", "hour", "page", "page,day"])
def test_each_form_counts_what_was_seen(world: World, by: str, bots: str) -> None:
    world.visit(*PEOPLE_AND_BOTS)
    first, last = "2026-11-19", "2026-11-22"
    days = [f"2026-11-{day}" for day in (19, 20, 21, 22)]
    naive = Naive(PEOPLE_AND_BOTS, "UTC", bots)

    answer = world.counts(by=by, bots=bots, first=first, last=last)

    expected: dict[str, list[tuple[Any, ...]]] = {
        "day": [(day, *naive.of(day, day)) for day in days],
        "hour": [(f"{d}T{h:02}", *naive.of(d, d, hour=f"{d}T{h:02}")) for d in days for h in range(24)],
        "page": naive.pages(first, last),
        "page,day": [(page, day, *counts) for day in days for page, *counts in naive.pages(day, day)],
    }
    assert [tuple(row.values()) for row in answer.rows] == expected[by]
    assert tuple(answer.json["totals"].values()) == naive.of(first, last)
    keys = {"day": ["day"], "hour": ["hour"], "page": ["page"], "page,day": ["page", "day"]}[by]
    assert {tuple(row) for row in answer.rows} == {(*keys, "pageviews", "visitors")}
    assert answer.json["by"] == keys


def test_visitors_of_bots_and_people_together_are_a_union(world: World) -> None:
    world.visit(Visit("2026-11-22T09:00Z", visitor=1), Visit("2026-11-22T09:00Z", visitor=1, bot=True))
    assert world.counts(bots="include").json["totals"] == {"pageviews": 2, "visitors": 1}


def test_visitors_over_several_days_are_the_sum_of_the_days(world: World) -> None:
    world.visit(Visit("2026-11-20T09:00Z", "/a", 1), Visit("2026-11-21T09:00Z", "/a", 1))
    answer = world.counts(by="page")
    assert answer.rows == [{"page": "/a", "pageviews": 2, "visitors": 2}]
    assert answer.json["totals"] == {"pageviews": 2, "visitors": 2}


def test_without_by_the_last_30_days_by_day_zeros_too(world: World) -> None:
    world.visit(Visit("2026-11-22T09:00Z"), Visit("2026-10-24T09:00Z"), Visit("2026-10-23T09:00Z"))
    answer = world.get("/v1/sites/example.org/counts")
    assert (answer.json["from"], answer.json["to"], answer.json["by"]) == ("2026-10-24", "2026-11-22", ["day"])
    assert len(answer.rows) == 30
    assert [row["day"] for row in answer.rows if row["pageviews"]] == ["2026-10-24", "2026-11-22"]


def test_today_is_the_sites(empty: World) -> None:
    empty.add_site("east.example", "Pacific/Kiritimati")
    empty.add_site("west.example", "Pacific/Pago_Pago")
    empty.now -= 1_800_000  # 01:30 of the 23rd in the east, 00:30 of the 22nd in the west
    assert empty.counts("east.example").json["to"] == "2026-11-23"
    assert empty.counts("west.example").json["to"] == "2026-11-22"


@pytest.mark.parametrize(
    ("given", "period"),
    [
        ({"first": "2026-11-20"}, ("2026-11-20", "2026-11-22")),
        ({"last": "2026-03-01"}, ("2026-01-31", "2026-03-01")),
        ({"first": "2016-11-16"}, ("2016-11-16", "2026-11-22")),
        ({"first": "2026-11-22", "last": "2026-11-22"}, ("2026-11-22", "2026-11-22")),
        ({"first": "2027-01-01", "last": "2027-01-02"}, ("2027-01-01", "2027-01-02")),
        ({"last": "0001-01-05"}, ("0001-01-01", "0001-01-05")),
        ({"first": "9999-12-31", "last": "9999-12-31"}, ("9999-12-31", "9999-12-31")),
    ],
)
def test_what_is_left_out_of_the_period_is_filled_in(
    world: World, given: dict[str, str], period: tuple[str, str]
) -> None:
    answer = world.counts(**given)
    assert (answer.json["from"], answer.json["to"]) == period


def test_the_longest_periods(world: World) -> None:
    days = world.counts(first="2016-11-16", last="2026-11-23", limit=1)
    assert days.status == 200  # 3,660 days
    assert world.counts(first="2016-11-15", last="2026-11-23").status == 400
    assert len(world.counts(by="hour", first="2026-10-01", last="2026-10-31", limit=1000).rows) == 31 * 24
    assert world.counts(by="hour", first="2026-10-01", last="2026-11-01").status == 400


def test_ties_are_in_the_order_of_bytes(world: World) -> None:
    pages = ["/Z", "/a", "/é", "/\uffee", "/\U0001f600", "/a/b", "/a-b"]
    world.visit(*(Visit("2026-11-22T09:00Z", page) for page in pages), *[Visit("2026-11-22T09:00Z", "/much")] * 2)
    expected = ["/much", *sorted(pages, key=str.encode)]
    assert [row["page"] for row in world.counts(by="page").rows] == expected
    assert [row["page"] for row in world.counts(by="page,day").rows] == expected


def test_pages_and_days_go_by_day_first(world: World) -> None:
    world.visit(Visit("2026-11-20T09:00Z", "/few"), *[Visit("2026-11-21T09:00Z", "/many")] * 3)
    assert [row["page"] for row in world.counts(by="page,day").rows] == ["/few", "/many"]


def test_totals_are_of_the_whole_range_not_of_the_rows(world: World) -> None:
    world.visit(*PEOPLE_AND_BOTS)
    for by in ("day", "hour", "page", "page,day"):
        answer = world.counts(by=by, limit=1, first="2026-11-20")
        assert (len(answer.rows), answer.json["totals"]) == (1, {"pageviews": 4, "visitors": 3})


def test_totals_by_hour_are_those_of_the_days(world: World) -> None:
    world.visit(Visit("2026-11-22T09:00Z", visitor=1), Visit("2026-11-22T10:00Z", visitor=1))
    answer = world.counts(by="hour", first="2026-11-22")
    assert sum(row["visitors"] for row in answer.rows) == 2
    assert answer.json["totals"] == {"pageviews": 2, "visitors": 1}


def test_one_page(world: World) -> None:
    world.visit(*PEOPLE_AND_BOTS)
    given = {"page": "/a", "first": "2026-11-20"}
    for by, rows in {
        "day": [("2026-11-20", 1, 1), ("2026-11-21", 0, 0), ("2026-11-22", 1, 1)],
        "page": [("/a", 2, 2)],
        "page,day": [("/a", "2026-11-20", 1, 1), ("/a", "2026-11-22", 1, 1)],
    }.items():
        answer = world.counts(by=by, **given)
        assert [tuple(row.values()) for row in answer.rows] == rows
        assert answer.json["totals"] == {"pageviews": 2, "visitors": 2}
    assert world.counts(by="page", page="/never").rows == []


def test_one_page_has_no_hours(world: World) -> None:
    error = world.counts(by="hour", page="/a", first="2026-11-22").error
    assert "page" in error
    assert "by=day" in error


@pytest.mark.parametrize(
    ("given", "page"),
    [
        ("/caf%C3%A9", "/café"),
        ("/caf%25C3%25A9", "/café"),
        ("caf%C3%A9", "/café"),
        ("/caf%C3%A9?q=1", "/café"),
        ("https://example.org/caf%C3%A9", "/café"),
        ("/caf%C3%A9%20", "/café"),
        ("", "/"),
    ],
)
def test_the_page_is_normalised_like_an_events(world: World, given: str, page: str) -> None:
    world.visit(Visit("2026-11-22T09:00Z", "/caf%C3%A9"), Visit("2026-11-22T09:00Z", "/"))
    answer = world.get("/v1/sites/example.org/counts", query=f"by=page&page={given}")
    assert [row["page"] for row in answer.rows] == [page]


def test_days_are_the_sites(empty: World) -> None:
    empty.add_site(timezone="America/New_York")
    empty.visit(Visit("2026-11-22T04:59Z"), Visit("2026-11-22T05:00Z"))
    answer = empty.counts(first="2026-11-21")
    assert answer.json["timezone"] == "America/New_York"
    assert [row["pageviews"] for row in answer.rows] == [1, 1]


@pytest.mark.parametrize(
    ("timezone", "day", "hours"),
    [
        ("Europe/Berlin", "2026-03-29", [0, 1, *range(3, 24)]),
        ("Europe/Berlin", "2026-10-25", range(24)),
        ("Asia/Beirut", "2026-03-29", range(1, 24)),
        ("Australia/Lord_Howe", "2026-10-04", range(24)),
        ("Pacific/Apia", "2011-12-30", []),
    ],
)
def test_hours_are_those_that_the_clocks_show(empty: World, timezone: str, day: str, hours: Sequence[int]) -> None:
    empty.add_site(timezone=timezone)
    answer = empty.counts(by="hour", first=day, last=day)
    assert [row["hour"] for row in answer.rows] == [f"{day}T{hour:02}" for hour in hours]


def test_the_hour_that_autumn_repeats_is_one(empty: World) -> None:
    empty.add_site(timezone="Europe/Berlin")
    empty.visit(Visit("2026-10-25T00:30Z", visitor=1), Visit("2026-10-25T01:30Z", visitor=1))
    rows = empty.counts(by="hour", first="2026-10-25", last="2026-10-25").rows
    assert [row for row in rows if row["pageviews"]] == [{"hour": "2026-10-25T02", "pageviews": 2, "visitors": 1}]


def test_an_hour_that_was_written_has_its_row_in_its_place(empty: World) -> None:
    empty.add_site(timezone="Europe/Berlin")
    empty.visit(Visit("2026-03-29T01:30Z", written="2026-03-29T02"))
    rows = empty.counts(by="hour", first="2026-03-29", last="2026-03-29").rows
    assert [row["hour"] for row in rows] == [f"2026-03-29T{hour:02}" for hour in range(24)]
    assert rows[2]["pageviews"] == 1


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_hours_at_the_ends_of_time_are_refused(world: World, day: str) -> None:
    assert "by=hour" in world.counts(by="hour", first=day, last=day).error


def test_another_sites_visits_do_not_count(world: World) -> None:
    world.add_site("other.example")
    world.visit(Visit("2026-11-22T09:00Z", site="other.example"))
    assert world.counts().json["totals"]["pageviews"] == 0
    assert world.counts(by="page").rows == []


def test_a_site_is_found_in_upper_case(world: World) -> None:
    world.visit(Visit("2026-11-22T09:00Z"))
    answer = world.counts("EXAMPLE.org")
    assert (answer.json["site"], answer.json["totals"]["pageviews"]) == ("example.org", 1)


def test_a_site_with_a_port_is_found_however_it_is_spelt(world: World) -> None:
    world.add_site("localhost:8080")
    for path in ("/v1/sites/localhost:8080/counts", "/v1/sites/localhost%3A8080/counts"):
        assert world.get(path).json["site"] == "localhost:8080"


def test_the_timezone_is_that_of_the_counts(world: World) -> None:
    """While a rebuild runs, a site's new timezone is registered, and what is live still counts by the old one."""
    world.visit(Visit("2026-11-21T23:30Z"))
    world.engine.sites.save(replace(world.engine.sites.all()[0], timezone="Europe/Berlin"))
    answer = world.counts(first="2026-11-21")
    assert answer.json["timezone"] == "UTC"
    assert [row["pageviews"] for row in answer.rows] == [1, 0]


def test_a_site_that_no_projection_knows_yet_has_its_own_timezone(world: World) -> None:
    world.add_site(timezone="Pacific/Kiritimati")
    world.engine.read_models.set_timezone("example.org", None)
    answer = world.counts()
    assert (answer.json["timezone"], answer.json["to"]) == ("Pacific/Kiritimati", "2026-11-23")


class ReadModelsWith:
    """Read models in which something happens at a reading."""

    def __init__(self, inner: Any, happening: Callable[[], None]) -> None:
        self._inner = inner
        self._happening = happening

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def rows(self, *asked: Any, **named: Any) -> Iterator[tuple[RowKey, Counts]]:
        self._happening()
        rows: Iterator[tuple[RowKey, Counts]] = self._inner.rows(*asked, **named)
        return rows


def test_a_projection_that_is_retired_while_it_is_read_is_read_no_further(world: World) -> None:
    world.visit(Visit("2026-11-22T09:00Z"))
    read_models = world.engine.read_models
    started = read_models.start("new rules", {"example.org": "UTC"})
    world.visit()

    def retire() -> None:
        if read_models.projections()[0].version != started.version:
            read_models.switch(started.version)
            read_models.retire(1)

    world.serve(replace(world.engine, read_models=ReadModelsWith(read_models, retire)))
    assert world.counts().json["totals"] == {"pageviews": 1, "visitors": 1}


def test_what_is_not_folded_yet_is_not_counted(world: World) -> None:
    world.append([Visit("2026-11-22T09:00Z")])
    assert world.counts().json["totals"]["pageviews"] == 0


def test_answers_repeat_byte_for_byte(world: World) -> None:
    world.visit(*PEOPLE_AND_BOTS)
    answers: Mapping[str, set[str]] = {by: {world.counts(by=by).body for _ in range(3)} for by in ("page", "day")}
    assert {len(bodies) for bodies in answers.values()} == {1}
