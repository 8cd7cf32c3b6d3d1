"""The Stats API of a real server: what visitors did is what it tells, in both versions."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.stack.sittings import SITE, seat, visit
from tests.stack.stats import Stats
from tests.stack.waiting import within
from tests.support.server import Server

pytestmark = pytest.mark.xdist_group("stats")


@pytest.fixture(scope="module")
def stats(server: Server) -> Stats:
    """The site after its visitors, everything counted."""
    write_key, read_key = seat(server)
    visit(server, write_key, read_key)
    return Stats(server, SITE, read_key)


def test_everything_in_one_row(stats: Stats) -> None:
    metrics = "visitors visits pageviews events bounce_rate views_per_visit"
    assert stats.rows(metrics) == {(): [5, 5, 6, 10, 60, 1.2]}
    assert stats.rows(metrics, bots="include") == {(): [6, 6, 7, 11, 67, 1.17]}
    assert stats.rows(metrics, bots="only") == {(): [1, 1, 1, 1, 100, 1]}
    values = {"visitors": 5, "visits": 5, "pageviews": 6, "events": 10, "bounce_rate": 60, "views_per_visit": 1.2}
    asked = stats.results("aggregate", metrics=",".join(values))
    assert asked == {metric: {"value": value} for metric, value in values.items()}
    # The beacons of a visit were sent one after another.
    assert 0 <= stats.results("aggregate", metrics="visit_duration")["visit_duration"]["value"] <= 2


BY_DIMENSION: Mapping[str, Mapping[str, int]] = {
    "visit:source": {"Google": 2, "Direct / None": 1, "Hacker News": 1, "letter": 1},
    "visit:channel": {"Organic Search": 2, "Direct": 1, "Email": 1, "Organic Social": 1},
    "visit:referrer": {"Direct / None": 2, "google.com": 2, "news.ycombinator.com/item": 1},
    "visit:utm_campaign": {"(not set)": 4, "autumn": 1},
    "visit:country_name": {"": 4, "United States": 1},
    "visit:device": {"Desktop": 4, "Mobile": 1},
    "visit:browser": {"Chrome": 4, "Safari": 1},
    "visit:os": {"GNU/Linux": 4, "iOS": 1},
    "visit:entry_page": {"/": 3, "/blog/one": 1, "/pricing": 1},
    "visit:exit_page": {"/": 2, "/pricing": 2, "/blog/one": 1},
    "event:page": {"/": 3, "/pricing": 2, "/blog/one": 1},
    "event:hostname": {SITE: 5},
    "event:name": {"pageview": 5, "Purchase": 2, "Signup": 2},
    "event:props:plan": {"(none)": 5, "free": 1, "pro": 1},
}


@pytest.mark.parametrize("dimension", BY_DIMENSION)
def test_visitors_by_each_dimension(stats: Stats, dimension: str) -> None:
    asked = stats.rows("visitors", dimension)
    assert list(asked.items()) == [((value,), [visitors]) for value, visitors in BY_DIMENSION[dimension].items()]


def test_sources_in_version_1(stats: Stats) -> None:
    asked = stats.results("breakdown", property="visit:source", metrics="visitors,bounce_rate", limit=2)
    assert asked == [
        {"source": "Google", "visitors": 2, "bounce_rate": 50},
        {"source": "(Direct / None)", "visitors": 1, "bounce_rate": 100},
    ]
    filters = "event:page==/pricing;visit:source!=Google"
    assert stats.results("aggregate", filters=filters) == {"visitors": {"value": 1}}


def test_days_and_hours(stats: Stats) -> None:
    days = stats.results("timeseries", metrics="visitors,pageviews")
    assert [row["visitors"] for row in days] == [0, 0, 0, 0, 0, 0, 5]
    assert stats.rows("visitors pageviews", "time:day") == {(days[-1]["date"],): [5, 6]}
    hours = stats.rows("pageviews", "time:hour", date_range="day")
    assert sum(pageviews for (pageviews,) in hours.values()) == 6


def test_how_a_page_was_read(stats: Stats) -> None:
    reading = stats.rows("scroll_depth time_on_page", filters=[["is", "event:page", ["/blog/*"]]])
    assert reading == {(): [80, 4]}


def test_goals_that_are_added_beside_the_server(stats: Stats) -> None:
    """They have the past too."""
    assert stats.rows("visitors", "event:goal") == {}
    refused = stats.get("aggregate", filters="event:goal==Purchase")
    assert (refused.status, "'Purchase' is not set up" in refused.json()["error"]) == (400, True)
    for option, goal, goals in (("--event", "Purchase", 1), ("--page", "/blog/*", 2)):
        stats.server.command("goal", "add", SITE, option, goal)
        within(1, lambda goals=goals: len(stats.rows("visitors", "event:goal")) == goals)  # type: ignore[misc]
    asked = stats.rows("visitors events conversion_rate total_revenue average_revenue", "event:goal")
    assert asked == {
        ("Purchase",): [2, 2, 40, money(25), money(12.5)],
        ("Visit /blog/*",): [1, 1, 20, None, None],
    }
    assert stats.results("breakdown", property="event:goal", metrics="visitors,conversion_rate") == [
        {"goal": "Purchase", "visitors": 2, "conversion_rate": 40},
        {"goal": "Visit /blog/*", "visitors": 1, "conversion_rate": 20},
    ]
    sources = stats.rows("visitors group_conversion_rate", "visit:source", filters=[["is", "event:goal", ["Purchase"]]])
    assert sources == {("Google",): [1, 50], ("Hacker News",): [1, 100]}


def money(value: float) -> dict[str, Any]:
    return {"value": value, "currency": "EUR", "short": f"€{value:.1f}", "long": f"€{value:.2f}"}


def test_who_is_here_now(stats: Stats) -> None:
    answer = stats.get("realtime/visitors")
    assert (answer.status, answer.body) == (200, b"5")


def test_who_may_ask(stats: Stats) -> None:
    nobody = Stats(stats.server, SITE, None)
    for answer in (nobody.post(metrics=["visitors"]), nobody.get("aggregate")):
        assert (answer.status, answer.headers["www-authenticate"]) == (401, "Bearer")
        assert list(answer.json()) == ["error"]
    elsewhere = Stats(stats.server, "localhost", stats.key)
    assert elsewhere.post(metrics=["visitors"]).status == 200, "localhost is public"
    unknown = Stats(stats.server, "unknown.example", stats.key)
    assert unknown.post(metrics=["visitors"]).status == 403


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"metrics": ["visitor"]}, "'visitor' is not a metric here; known are visitors, "),
        ({"metrics": ["visitors"], "date_range": "1w"}, "date_range is '1w', but must be "),
        ({"metrics": ["visitors"], "filter": []}, "'filter' is not known; known here are site_id, "),
        ({"metrics": ["scroll_depth"]}, "scroll_depth needs a filter by event:page or the dimension event:page"),
    ],
)
def test_a_refusal_says_what_would_be_right(stats: Stats, body: dict[str, Any], text: str) -> None:
    answer = stats.post(**body)
    assert answer.status == 400
    assert answer.json()["error"].startswith(text)


def test_refusals_of_version_1(stats: Stats) -> None:
    assert "filter" in stats.get("aggregate", filter="x").json()["error"]
    answer = stats.get("timeseries", period="custom", date="2026-11-01")
    assert answer.status == 400
    assert "two days with a comma between them" in answer.json()["error"]
    assert stats.server.request("POST", "/api/v2/query", b"{").status == 400


def test_wrong_methods(stats: Stats) -> None:
    answer = stats.server.get("/api/v2/query", stats.key)
    assert (answer.status, answer.headers["allow"]) == (405, "POST")
    answer = stats.server.request("POST", "/api/v1/stats/aggregate", b"{}")
    assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD")


def test_a_page_of_another_origin_may_ask(stats: Stats) -> None:
    asks = {"access-control-request-method": "POST", "access-control-request-headers": "authorization,content-type"}
    preflight = stats.server.request("OPTIONS", "/api/v2/query", headers={"origin": "https://other.example", **asks})
    assert preflight.status == 204
    assert "POST" in preflight.headers["access-control-allow-methods"]
    assert {"authorization", "content-type"} <= set(preflight.headers["access-control-allow-headers"].split(", "))
    for answer in (preflight, stats.post(metrics=["visitors"]), stats.post(metrics=[])):
        assert answer.headers["access-control-allow-origin"] == "*"
