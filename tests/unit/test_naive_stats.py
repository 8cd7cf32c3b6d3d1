"""The naive evaluation, held against cases that were counted by hand."""

from datetime import date
from typing import Any

import pytest

from shared.domain.events import Event
from shared.domain.reports.question import All, Condition, Filter, HasDone, Not, Question
from shared.domain.reports.question import Any as AnyOf
from shared.domain.sites import Goal
from tests.support import naive
from tests.support.naive_metrics import METRICS
from tests.unit.making import BOT, at, event

NOON = at("2026-11-22T12:00:00+00:00")
SECOND, MINUTE, HOUR = 1_000, 60_000, 3_600_000
DAY = date(2026, 11, 22)
GOALS = (Goal("Sign up", event="signup"), Goal("Read", page="/blog/*"), Goal("Docs", page="/docs/*"))
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Version/18.1 Mobile Safari/604.1"


def url(path: str) -> str:
    return f"https://example.org{path}"


def asked(
    events: list[Event],
    dimensions: str = "",
    metrics: str = "visitors visits pageviews",
    timezone: str = "UTC",
    **more: Any,
) -> dict[tuple[str, ...], tuple[float | None, ...]]:
    """Asks about the day, with names separated by spaces; gives the metrics by group."""
    named = tuple(metrics.split())
    question = Question(named, tuple(dimensions.split()), **{"first": DAY, "last": DAY} | more)
    groups = naive.rows(events, question, timezone, GOALS)
    found = {group.dimensions: tuple(group.metrics[name] for name in named) for group in groups}
    assert len(found) == len(groups)
    return found


def whole(events: list[Event], metrics: str = "visitors visits pageviews", **more: Any) -> tuple[float | None, ...]:
    return asked(events, "", metrics, **more)[()]


def engagement(path: str = "/", when: int = NOON, depth: Any = 50, milliseconds: Any = 4_000, **more: Any) -> Event:
    extra = {"scroll_depth": depth, "engagement_ms": milliseconds}
    return event(url(path), when, name="engagement", extra=extra, **more)


def sold(amount: Any, currency: str = "EUR", **more: Any) -> Event:
    return event(url("/"), name="purchase", extra={"revenue": {"amount": amount, "currency": currency}}, **more)


def equal(dimension: str, *values: str) -> Condition:
    return Condition("is", dimension, values)


# Visits


def test_a_gap_of_thirty_minutes_belongs_to_a_visit_and_a_longer_one_ends_it() -> None:
    assert whole([event(when=NOON), event(when=NOON + 30 * MINUTE)]) == (1, 1, 2)
    assert whole([event(when=NOON), event(when=NOON + 30 * MINUTE + 1)]) == (1, 2, 2)


def test_every_event_prolongs_its_visit_in_whatever_order_they_come() -> None:
    some = [event(when=NOON + 50 * MINUTE), engagement(when=NOON + 25 * MINUTE), event(when=NOON)]
    assert whole(some, "visits visit_duration") == (1, 50 * 60)
    assert whole(some[1:], "visits visit_duration") == (1, 0)
    assert whole(some[1:2], "visits visit_duration") == (0, None)


def test_a_visit_ends_at_the_sites_midnight() -> None:
    some = [event(when=at("2026-11-22T22:55:00+00:00")), event(when=at("2026-11-22T23:05:00+00:00"))]
    assert whole(some) == (1, 1, 2)
    both_days: dict[str, Any] = {"last": date(2026, 11, 23), "timezone": "Europe/Berlin"}
    assert whole(some, **both_days) == (2, 2, 2)
    assert whole(some, "visits", timezone="Europe/Berlin") == (1,)
    assert asked(some, "time:day", "visits", **both_days) == {("2026-11-22",): (1,), ("2026-11-23",): (1,)}


def test_visitors_are_told_apart_and_one_without_a_hash_is_no_visitor() -> None:
    some = [event(visitor=1), event(visitor=2), event(visitor=None), event(visitor=None, name="signup")]
    assert whole(some, "visitors visits pageviews events") == (2, 2, 3, 4)


def test_nobody_came() -> None:
    assert whole([], " ".join(METRICS)) == (0, 0, 0, 0, *[None] * 7)
    assert asked([], "event:page") == {}


# Metrics of visits


def test_a_bounce_is_one_pageview_and_no_custom_event_that_is_interactive() -> None:
    quiet = event(name="seen", visitor=2, extra={"interactive": False})
    some = [event(visitor=1), event(visitor=2), quiet, engagement(visitor=2)]  # both bounce
    some += [event(visitor=3), event(name="signup", visitor=3)]
    some += [event(visitor=4), event(when=NOON + 1, visitor=4)]
    some += [engagement(visitor=5), event(name="signup", visitor=6, extra={"interactive": True})]
    assert whole(some, "visits bounce_rate") == (5, 40)


@pytest.mark.parametrize(("bounces", "others", "rate"), [(1, 7, 13), (1, 2, 33), (2, 1, 67), (0, 1, 0), (1, 0, 100)])
def test_a_rate_is_a_whole_number_rounded_half_up(bounces: int, others: int, rate: int) -> None:
    some = [event(visitor=n) for n in range(bounces + others)]
    some += [event(when=NOON + 1, visitor=n) for n in range(bounces, bounces + others)]
    assert whole(some, "bounce_rate") == (rate,)


def test_durations_are_a_mean_of_seconds_rounded_half_up() -> None:
    some = [event(visitor=1), event(when=NOON + 2_999, visitor=1), event(visitor=2)]
    assert whole(some, "visit_duration") == (1,)  # 1.4995
    assert whole([*some, event(when=NOON + 1, visitor=2)], "visit_duration") == (2,)


def test_views_per_visit_are_those_of_whole_visits_to_two_decimals() -> None:
    some = [event(visitor=n) for n in range(8)] + [event(when=NOON + 1, visitor=1)]
    assert whole(some, "views_per_visit") == (1.13,)
    assert whole(some, "pageviews views_per_visit", since=NOON + 1) == (1, 2)


def test_a_page_tells_of_the_visits_that_entered_there() -> None:
    some = [event(url("/a"), visitor=1), event(url("/b"), NOON + 10 * SECOND, visitor=1)]
    some += [event(url("/b"), visitor=2)]
    metrics = "visitors visits pageviews bounce_rate visit_duration views_per_visit"
    assert asked(some, "event:page", metrics) == {("/a",): (1, 1, 1, 0, 10, 2), ("/b",): (2, 2, 2, 100, 0, 1)}
    assert asked(some[:2], "event:page", metrics)["/b",] == (1, 1, 1, None, None, None)


def test_an_hour_tells_of_the_visits_that_began_in_it() -> None:
    some = [event(when=NOON + 50 * MINUTE), event(when=NOON + 70 * MINUTE)]
    assert asked(some, "time:hour", "visitors visits visit_duration") == {
        ("2026-11-22 12:00:00",): (1, 1, 20 * 60),
        ("2026-11-22 13:00:00",): (1, 1, None),
    }


# Engagement


def test_scroll_depth_is_the_mean_of_each_visitors_deepest_on_each_page() -> None:
    some = [event(url("/a")), engagement("/a", depth=75), engagement("/a", depth=20), engagement("/b", depth=0)]
    some += [engagement("/a", depth=depth, visitor=2) for depth in (101, 255, -1, "90", True, None)]
    some += [engagement("/a", depth=100, visitor=None)]
    assert whole(some, "scroll_depth") == (38,)  # (75 + 0) / 2
    assert asked(some, "event:page", "scroll_depth") == {("/a",): (75,)}


def test_time_on_page_is_shared_by_the_visits_of_each_page() -> None:
    some = [event(url("/a")), event(url("/a"), NOON + 1), event(url("/b")), event(url("/a"), visitor=2)]
    some += [engagement("/a", milliseconds=4_000), engagement("/b", milliseconds=500), engagement("/a", milliseconds=0)]
    assert whole(some, "time_on_page") == (2,)  # 4.5 / 3
    assert asked(some, "event:page", "time_on_page") == {("/a",): (2,), ("/b",): (1,)}
    assert whole(some[:4], "time_on_page") == (None,)
    assert whole(some[4:], "time_on_page") == (None,)


def test_engagement_makes_no_group_but_is_part_of_those_that_are() -> None:
    some = [event(url("/a")), engagement("/a", visitor=2), engagement("/b", visitor=2)]
    assert asked(some, "event:page", "visitors visits events scroll_depth") == {("/a",): (1, 1, 1, 50)}
    assert asked(some[1:], "event:page", "visitors") == {}
    assert whole(some[1:], "visitors visits pageviews events bounce_rate") == (0, 0, 0, 0, None)


# Revenue


def test_revenue_is_that_of_numbers_and_text_that_is_one() -> None:
    some = [sold("12.50"), sold(7, visitor=None), sold(0.1), sold("much"), sold("nan"), sold(True), sold(None), event()]
    assert whole(some, "total_revenue average_revenue") == (19.6, 6.533)
    assert whole(some[3:], "total_revenue average_revenue") == (None, None)


def test_currencies_are_a_dimension() -> None:
    some = [sold(1), sold(3), sold(5, "USD"), event(), sold("much", "USD"), sold(7, currency="")]
    assert asked(some, "event:currency", "events total_revenue average_revenue") == {
        ("EUR",): (2, 4, 2),
        ("USD",): (1, 5, 5),
        ("",): (3, 7, 7),
    }


# Dimensions


def test_a_visit_has_the_attributes_of_its_first_pageview() -> None:
    some = [
        event(url("/signup"), name="signup", language="fr", user_agent=PHONE),
        event("https://shop.example.org/a?utm_source=letter", NOON + 1, language="de", click_id="gclid"),
        event("https://blog.example.org/b", NOON + 2, language="en"),
    ]
    assert asked(some, "visit:language visit:utm_source visit:click_id", "events") == {("de", "letter", "gclid"): (3,)}
    assert asked(some, "visit:entry_page visit:exit_page", "events") == {("/a", "/b"): (3,)}
    assert asked(some, "visit:entry_page_hostname visit:exit_page_hostname", "visits") == {
        ("shop.example.org", "blog.example.org"): (1,)
    }
    assert asked(some[:1], "visit:language visit:entry_page visit:exit_page visit:entry_page_hostname", "visits") == {
        ("fr", "", "", ""): (1,)
    }


def test_an_event_without_a_visitor_speaks_for_itself() -> None:
    some = [event(url("/a"), visitor=None, language="de", referrer="https://news.example/x")]
    assert asked(some, "visit:language visit:entry_page", "pageviews visits") == {("de", ""): (1, 0)}
    assert asked(some, "event:referrer_host", "pageviews") == {("news.example",): (1,)}


def test_an_event_stands_with_every_goal_that_it_fulfils() -> None:
    some = [
        event(url("/blog/a")),
        event(url("/blog/a/b")),
        event(url("/docs/a/b%0Ac")),
        event(url("/docs/"), visitor=2),
    ]
    some += [event(url("/blog/a"), name="signup"), engagement("/blog/a"), event(url("/Docs/a"))]
    goals = {("Read",): (1, 2), ("Docs",): (2, 2), ("Sign up",): (1, 1)}
    assert asked(some, "event:goal", "visitors events") == goals


def test_a_property_that_is_absent_has_a_name() -> None:
    some = [event(props={"plan": "pro"}), event(props={"plan": ""}), event(props={"other": "x"}), event()]
    assert asked(some, "event:props:plan", "events") == {("pro",): (1,), ("",): (1,), ("(none)",): (2,)}


def test_times_are_the_sites() -> None:
    some = [event(when=at("2026-11-22T23:59:59.999+00:00"))]
    kolkata: dict[str, Any] = {"timezone": "Asia/Kolkata", "last": date(2026, 11, 30)}
    assert asked(some, "time:minute time:hour", "events", **kolkata) == {
        ("2026-11-23 05:29:00", "2026-11-23 05:00:00"): (1,)
    }
    assert asked(some, "time:week time:month", "events", **kolkata) == {("2026-11-23", "2026-11-01"): (1,)}
    assert asked(some, "time:week", "events") == {("2026-11-16",): (1,)}


def test_an_hour_that_autumn_repeats_is_one_bucket_of_two_hours() -> None:
    some = [event(when=at(f"2026-10-25T0{hour}:30:00+00:00")) for hour in (0, 1)]
    day: dict[str, Any] = {"first": date(2026, 10, 25), "last": date(2026, 10, 25), "timezone": "Europe/Berlin"}
    assert asked(some, "time:hour", **day) == {("2026-10-25 02:00:00",): (1, 2, 2)}


def test_a_day_as_written_is_that_of_the_stamp() -> None:
    some = [event(when=at("2026-11-23T00:42:00+00:00"), written="2026-11-22T19")]
    assert asked(some, "time:day time:minute", "events") == {("2026-11-22", "2026-11-22 19:42:00"): (1,)}


# Bots


def test_bots_are_out_in_or_alone_and_visits_are_of_those_that_are_in() -> None:
    spam = event(when=NOON + 20 * MINUTE, referrer="http://semalt.com/")
    some = [event(when=NOON), spam, event(when=NOON + 40 * MINUTE), event(user_agent=BOT, visitor=2)]
    assert whole(some) == (1, 2, 2)
    assert whole(some, bots="include") == (2, 2, 4)
    assert whole(some, bots="only") == (2, 2, 2)
    reasons = asked(some, "event:bot", "events", bots="include")
    assert sorted(reasons.values()) == [(1,), (1,), (2,)]
    assert {("",), ("spam referrer",)} < reasons.keys()


# Filters

ENTRY = [event(url("/a"), language="de"), event(url("/b"), NOON + 1, language="en")]
MIXED = [*ENTRY, event(url("/b"), visitor=2, language="EN"), event(url("/c/d"), visitor=None, props={"plan": "pro"})]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (equal("event:page", "/b"), (2, 2, 2)),
        (equal("event:page", "/a", "/c/d"), (1, 1, 2)),
        (equal("event:page"), (0, 0, 0)),
        (Not(equal("event:page", "/b")), (1, 1, 2)),
        (equal("visit:language", "de"), (1, 1, 2)),
        (Condition("is", "visit:language", ("en",), case_sensitive=False), (1, 1, 1)),
        (Condition("contains", "event:page", ("c", "x")), (0, 0, 1)),
        (Condition("contains", "event:page", ("C",)), (0, 0, 0)),
        (Condition("matches", "event:page", ("^/[ab]$",)), (2, 2, 3)),
        (Condition("matches", "visit:language", ("e$",)), (1, 1, 2)),
        (Condition("matches", "event:page", ("D",), case_sensitive=False), (0, 0, 1)),
        (All((equal("event:page", "/b"), equal("visit:language", "de"))), (1, 1, 1)),
        (AnyOf((equal("event:page", "/a"), equal("visit:language", "EN"))), (2, 2, 2)),
        (All(()), (2, 2, 4)),
        (AnyOf(()), (0, 0, 0)),
        (equal("event:props:plan", "(none)"), (2, 2, 3)),
        (equal("visit:entry_page", ""), (0, 0, 1)),
        (HasDone(equal("event:page", "/a")), (1, 1, 2)),
        (Not(HasDone(equal("event:page", "/a"))), (1, 1, 2)),
        (HasDone(equal("event:page", "/c/d")), (0, 0, 0)),
        (All((HasDone(equal("event:page", "/a")), equal("event:page", "/b"))), (1, 1, 1)),
    ],
)
def test_filters(filters: Filter, expected: tuple[int, ...]) -> None:
    assert whole(MIXED, filters=filters) == expected


def test_a_goal_in_a_filter_is_any_that_the_event_fulfils() -> None:
    some = [event(url("/docs/a")), event(url("/blog/a"), name="signup", visitor=2), event(visitor=3)]
    assert whole(some, "events", filters=equal("event:goal", "Docs", "Read")) == (1,)
    assert whole(some, "events", filters=Condition("contains", "event:goal", ("o", "Sign"))) == (2,)
    assert whole(some, "events", filters=Not(equal("event:goal", "Docs"))) == (2,)


def test_part_of_a_day_chooses_events_and_leaves_visits_whole() -> None:
    some = [event(url("/a")), event(url("/b"), NOON + MINUTE), event(url("/c"), NOON + 2 * MINUTE)]
    part: dict[str, Any] = {"since": NOON + MINUTE, "until": NOON + 2 * MINUTE}
    assert asked(some, "event:page visit:entry_page", "pageviews visits", **part) == {("/b", "/a"): (1, 1)}
    assert whole(some, "pageviews visit_duration", **part) == (1, 120)
    assert whole(some, "pageviews", filters=HasDone(equal("event:page", "/a")), **part) == (1,)
