"""Each query example of Plausible's documentation, in our words, asked of a site full of events.

The values of an answer are those of the naive evaluation of the question that the example stands for.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from operator import itemgetter
from typing import Any, NamedTuple

import pytest

from services.query.stats import v2
from services.query.stats.evaluate import StatsEvaluator
from services.query.stats.evaluator import Setup
from shared.domain.events import Event
from shared.domain.reports.question import CONTAINS, IS, All, Condition, Filter, HasDone, Not, Question
from shared.domain.reports.question import Any as Either
from tests.benchmarks.traffic import gateway_event
from tests.support import naive
from tests.unit.querying import World
from tests.unit.seeded import FIRST, TIMEZONE, TODAY, events, seeded_world
from tests.unit.stats_asking import GOALS, SEGMENTS, SITE

WEEK = date(2024, 9, 4)
_COUNTRIES = {"EE": "Estonia", "US": "United States"}


@pytest.fixture(scope="module")
def some() -> Sequence[Event]:
    return events()


@pytest.fixture(scope="module")
def world(some: Sequence[Event], tmp_path_factory: pytest.TempPathFactory) -> World:
    return seeded_world(tmp_path_factory.mktemp("seeded"), some)


def post(world: World, **body: Any) -> tuple[int, Any]:
    """Asks version 2: the status and the content."""
    content = json.dumps({"site_id": SITE, "date_range": "7d", **body}).encode()
    response = world.handler(gateway_event("POST", "/api/v2/query", body=content, instant=world.now), None)
    return response["statusCode"], json.loads(response["body"])


def equal(dimension: str, *values: str) -> Condition:
    return Condition(IS, dimension, values)


def asks(
    metrics: str, dimensions: str = "", filters: Filter | None = None, first: date = WEEK, last: date = TODAY
) -> Question:
    """Asks about the last seven days, or others; names have spaces between them."""
    return Question(tuple(metrics.split()), tuple(dimensions.split()), first, last, filters)


class Example(NamedTuple):
    """A documented query: what is sent, what it asks, and by what words each dimension shows what is not set."""

    sent: Mapping[str, Any]
    question: Question
    unset: Sequence[str] = ()


_ALL_TIME = {"date_range": "all", "metrics": ["visitors"]}
_UTM = {"metrics": ["visitors", "events", "pageviews"], "dimensions": ["visit:utm_medium", "visit:utm_source"]}
_OF_UTM = asks("visitors events pageviews", "visit:utm_medium visit:utm_source")
_UNSET_UTM = ("(not set)", "(not set)")
_SOURCES = {**_ALL_TIME, "dimensions": ["visit:source"], "include": {"imports": True}}

EXAMPLES = {
    "aggregate": Example({"metrics": ["visitors", "events"]}, asks("visitors events")),
    "custom date range": Example(
        {"metrics": ["visitors"], "date_range": ["2024-08-01", "2024-08-15"]},
        asks("visitors", first=date(2024, 8, 1), last=date(2024, 8, 15)),
    ),
    "country and city": Example(
        {
            "metrics": ["visitors", "pageviews", "bounce_rate"],
            "filters": [["is_not", "visit:country_name", [""]]],
            "dimensions": ["visit:country_name", "visit:city_name"],
        },
        asks("visitors pageviews bounce_rate", "visit:country visit:city_name", Not(equal("visit:country", ""))),
        ("", ""),
    ),
    "UTM medium and source": Example(_UTM, _OF_UTM, _UNSET_UTM),
    "pagination": Example(
        {**_UTM, "include": {"total_rows": True}, "pagination": {"limit": 3, "offset": 1}}, _OF_UTM, _UNSET_UTM
    ),
    "filters by page and country": Example(
        {
            "metrics": ["visitors"],
            "filters": [
                ["contains", "event:page", ["/docs", "/pricing"]],
                [
                    "or",
                    [
                        ["not", ["is", "visit:utm_campaign", ["Referral"]]],
                        ["is", "visit:country_name", ["Estonia", "United States of America"]],
                    ],
                ],
            ],
        },
        asks(
            "visitors",
            filters=All(
                (
                    Condition(CONTAINS, "event:page", ("/docs", "/pricing")),
                    Either((Not(equal("visit:utm_campaign", "Referral")), equal("visit:country", "EE", "US"))),
                )
            ),
        ),
    ),
    "whatever the case": Example(
        {"metrics": ["visitors"], "filters": [["contains", "event:page", ["blog"], {"case_sensitive": False}]]},
        asks("visitors", filters=Condition(CONTAINS, "event:page", ("blog",), False)),
    ),
    "timeseries": Example(
        {
            "metrics": ["visitors", "events"],
            "filters": [["is", "visit:os", ["GNU/Linux", "Mac"]]],
            "dimensions": ["time:day"],
        },
        asks("visitors events", "time:day", equal("visit:os", "GNU/Linux", "Mac")),
    ),
    "time labels": Example(
        {
            "metrics": ["visitors"],
            "date_range": "day",
            "dimensions": ["time:hour"],
            "include": {"time_labels": True},
        },
        asks("visitors", "time:hour", first=TODAY),
    ),
    "custom properties": Example(
        {
            "metrics": ["visitors"],
            "dimensions": ["time:day", "event:props:is_customer"],
            "order_by": [["time:day", "asc"], ["event:props:is_customer", "desc"]],
        },
        asks("visitors", "time:day event:props:is_customer"),
    ),
    "imports": Example(_SOURCES, asks("visitors", "visit:source", first=FIRST), ("Direct / None",)),
    "imports under a filter": Example(
        {**_SOURCES, "filters": [["is", "visit:country_name", ["Estonia"]]]},
        asks("visitors", "visit:source", equal("visit:country", "EE"), first=FIRST),
        ("Direct / None",),
    ),
    "what visits have done": Example(
        {
            **_ALL_TIME,
            "filters": [["is", "event:goal", ["Signup"]], ["has_done", ["is", "event:page", ["/pricing"]]]],
        },
        asks(
            "visitors",
            filters=All((equal("event:goal", "Signup"), HasDone(equal("event:page", "/pricing")))),
            first=FIRST,
        ),
    ),
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_answer_is_the_naive_one(world: World, some: Sequence[Event], name: str) -> None:
    example = EXAMPLES[name]
    status, answer = post(world, **example.sent)
    assert status == 200, answer
    rows = expected(some, example, answer["query"])
    portion = answer["query"]["pagination"]
    assert answer["results"] == rows[portion["offset"] :][: portion["limit"]]
    # An example that nothing falls into would show nothing.
    assert any(row["metrics"][0] for row in answer["results"])
    assert answer["meta"].get("total_rows", len(rows)) == len(rows)


def expected(some: Sequence[Event], example: Example, query: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Gives all rows of the naive answer as they are shown, in the order that an answer says it has."""
    question = example.question
    unset = example.unset or [""] * len(question.dimensions)
    rows: list[dict[str, Any]] = []
    for group in naive.rows(some, question, TIMEZONE, GOALS):
        values = [_COUNTRIES.get(value, value) or word for value, word in zip(group.dimensions, unset, strict=True)]
        rows.append({"metrics": [group.metrics[metric] for metric in question.metrics], "dimensions": values})
    rows.sort(key=itemgetter("dimensions"))
    names = [*query["metrics"], *query["dimensions"]]
    for name, direction in reversed(query["order_by"]):
        place = names.index(name)
        rows.sort(key=lambda row: [*row["metrics"], *row["dimensions"]][place], reverse=direction == "desc")
    return rows


def test_time_labels_are_those_of_the_day(world: World) -> None:
    meta = post(world, **EXAMPLES["time labels"].sent)[1]["meta"]
    assert meta == {"time_labels": [f"2024-09-10 {hour:02}:00:00" for hour in range(24)]}


def test_all_begins_with_the_first_event(world: World) -> None:
    query = post(world, **EXAMPLES["imports"].sent)[1]["query"]
    assert query["date_range"] == ["2022-09-23T00:00:00+03:00", "2024-09-10T23:59:59+03:00"]


def test_a_filter_by_segment(world: World, some: Sequence[Event]) -> None:
    """Nobody can save a segment yet: asked of the handler, it is refused."""
    body = {"metrics": ["visitors", "events"], "filters": [["is", "segment", [2]]]}
    assert post(world, **body)[0] == 400
    (site,) = world.engine.sites.all()
    evaluator = StatsEvaluator(world.engine, lambda: world.now)
    sent = {"site_id": SITE, "date_range": "7d", **body}
    answer = v2.answer(evaluator, site, Setup(GOALS, SEGMENTS), sent, world.now)
    filters = All((Not(HasDone(equal("event:goal", "Signup"))), equal("visit:source", "opensource.com")))
    (group,) = naive.rows(some, asks("visitors events", filters=filters), TIMEZONE, GOALS)
    assert answer["results"] == [{"metrics": [group.metrics["visitors"], group.metrics["events"]], "dimensions": []}]
    assert group.metrics["visitors"]


def test_revenue(world: World, some: Sequence[Event]) -> None:
    status, answer = post(world, **_ALL_TIME | {"metrics": ["total_revenue"]}, dimensions=["event:goal"])
    assert status == 200, answer
    question = asks("total_revenue", "event:goal event:currency", first=FIRST)
    amounts = {
        group.dimensions: group.metrics["total_revenue"] for group in naive.rows(some, question, TIMEZONE, GOALS)
    }
    sold = {goal: (amount, currency) for (goal, currency), amount in amounts.items() if currency}
    assert set(sold) == {"PurchaseUSD", "PurchaseEUR"}
    assert {row["dimensions"][0]: row["metrics"][0] for row in answer["results"]} == {
        **{goal: None for goal, _ in amounts},
        **{goal: shown(*amount) for goal, amount in sold.items()},
    }


def shown(amount: Any, currency: str) -> dict[str, Any]:
    """Gives an amount of some thousands as it is shown."""
    sign = {"USD": "$", "EUR": "€"}[currency]
    short, long = f"{sign}{amount / 1000:.1f}K", f"{sign}{amount:,.2f}"
    return {"value": amount, "currency": currency, "short": short, "long": long}


def test_revenue_in_two_currencies_is_not_added_up(world: World) -> None:
    filters = [["is", "event:goal", ["PurchaseUSD", "PurchaseEUR"]]]
    answer = post(world, **_ALL_TIME | {"metrics": ["total_revenue"]}, filters=filters)[1]
    assert answer["results"] == [{"metrics": [None], "dimensions": []}]
    assert answer["meta"]["metric_warnings"]["total_revenue"]["code"] == "no_single_revenue_currency"
