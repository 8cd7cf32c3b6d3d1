"""Each query example of Plausible's documentation, in our words: it is answered, in the documented shape."""

from typing import Any

import pytest

from shared.domain.reports.question import CONTAINS, IS, All, Condition, Group, HasDone, Not, Question
from shared.domain.reports.question import Any as Either
from tests.unit.stats_asking import SITE, Asked, counted

WEEK = ["2024-09-04T00:00:00+00:00", "2024-09-10T23:59:59+00:00"]


def query(**more: Any) -> dict[str, Any]:
    """What an answer says that it answers."""
    echo = {"site_id": SITE, "metrics": ["visitors"], "date_range": WEEK, "filters": [], "dimensions": []}
    rest = {"order_by": [["visitors", "desc"]], "include": {}, "pagination": {"offset": 0, "limit": 10000}}
    return {**echo, **rest, **more}


def test_an_aggregate() -> None:
    api = Asked(lambda question: [Group((), {"visitors": 944, "events": 1797})])
    status, answer = api.post(metrics=["visitors", "events"])
    assert (status, answer) == (
        200,
        {
            "results": [{"metrics": [944, 1797], "dimensions": []}],
            "meta": {},
            "query": query(metrics=["visitors", "events"]),
        },
    )
    assert list(answer["query"]) == [
        *("site_id", "metrics", "date_range", "filters", "dimensions", "order_by", "include", "pagination"),
    ]


def test_a_custom_date_range() -> None:
    api = Asked()
    answer = api.post(date_range=["2024-08-01", "2024-08-15"])[1]
    assert answer["query"] == query(date_range=["2024-08-01T00:00:00+00:00", "2024-08-15T23:59:59+00:00"])
    (asked,) = api.questions
    assert (str(asked.first), str(asked.last), asked.since) == ("2024-08-01", "2024-08-15", None)


def test_countries_and_cities() -> None:
    def rows(question: Question) -> list[Group]:
        assert question.dimensions == ("visit:country", "visit:city_name")
        metrics = {"visitors": 5, "pageviews": 9, "bounce_rate": 94}
        return [Group(("EE", ""), metrics), Group(("US", ""), {**metrics, "visitors": 7})]

    api = Asked(rows)
    status, answer = api.post(
        metrics=["visitors", "pageviews", "bounce_rate"],
        filters=[["is_not", "visit:country_name", [""]]],
        dimensions=["visit:country_name", "visit:city_name"],
    )
    assert status == 200
    assert answer["results"] == [
        {"metrics": [7, 9, 94], "dimensions": ["United States", ""]},
        {"metrics": [5, 9, 94], "dimensions": ["Estonia", ""]},
    ]
    assert answer["query"]["filters"] == [["is_not", "visit:country_name", [""]]]
    assert answer["query"]["dimensions"] == ["visit:country_name", "visit:city_name"]
    assert api.questions[0].filters == Not(Condition(IS, "visit:country", ("",)))


UTM = [("", "duckduckgo", 320), ("social", "twitter", 302), ("social", "facebook", 293), ("email", "", 9)]


def test_utm_medium_and_source() -> None:
    api = Asked(lambda question: counted(question, *UTM))
    answer = api.post(metrics=["visitors", "events", "pageviews"], dimensions=["visit:utm_medium", "visit:utm_source"])[
        1
    ]
    assert answer["results"] == [
        {"metrics": [320, 320, 320], "dimensions": ["(not set)", "duckduckgo"]},
        {"metrics": [302, 302, 302], "dimensions": ["social", "twitter"]},
        {"metrics": [293, 293, 293], "dimensions": ["social", "facebook"]},
        {"metrics": [9, 9, 9], "dimensions": ["email", "(not set)"]},
    ]


def test_pagination() -> None:
    api = Asked(lambda question: counted(question, *UTM))
    answer = api.post(
        dimensions=["visit:utm_medium", "visit:utm_source"],
        include={"total_rows": True},
        pagination={"limit": 2, "offset": 1},
    )[1]
    assert [row["dimensions"][1] for row in answer["results"]] == ["twitter", "facebook"]
    assert answer["meta"] == {"total_rows": 4}
    assert answer["query"]["include"] == {"total_rows": True}
    assert answer["query"]["pagination"] == {"offset": 1, "limit": 2}


def test_filters_by_page_and_country() -> None:
    api = Asked()
    filters = [
        ["contains", "event:page", ["/docs", "/pricing"]],
        [
            "or",
            [
                ["not", ["is", "visit:utm_campaign", ["Referral"]]],
                ["is", "visit:country_name", ["Estonia", "United States of America"]],
            ],
        ],
    ]
    answer = api.post(filters=filters)[1]
    assert answer["query"] == query(filters=filters)
    assert api.questions[0].filters == All(
        (
            Condition(CONTAINS, "event:page", ("/docs", "/pricing")),
            Either(
                (
                    Not(Condition(IS, "visit:utm_campaign", ("Referral",))),
                    Condition(IS, "visit:country", ("EE", "US")),
                )
            ),
        )
    )


def test_a_filter_whatever_the_case() -> None:
    api = Asked()
    filters = [["contains", "event:page", ["blog"], {"case_sensitive": False}]]
    assert api.post(filters=filters)[1]["query"] == query(filters=filters)
    assert api.questions[0].filters == Condition(CONTAINS, "event:page", ("blog",), False)


def test_a_filter_by_segment() -> None:
    api = Asked(lambda question: [])
    answer = api.post(metrics=["visitors", "events"], filters=[["is", "segment", [2]]])[1]
    saved = [["has_not_done", ["is", "event:goal", ["Signup"]]], ["is", "visit:source", ["opensource.com"]]]
    assert answer["results"] == [{"metrics": [0, 0], "dimensions": []}]
    assert answer["query"] == query(metrics=["visitors", "events"], filters=saved)
    assert api.questions[0].filters == All(
        (
            Not(HasDone(Condition(IS, "event:goal", ("Signup",)))),
            Condition(IS, "visit:source", ("opensource.com",)),
        )
    )


def test_a_timeseries() -> None:
    days = [("2024-09-06", 72), ("2024-09-04", 129), ("2024-09-05", 65)]
    api = Asked(lambda question: counted(question, *days))
    filters = [["is", "visit:os", ["GNU/Linux", "Mac"]]]
    answer = api.post(metrics=["visitors", "events"], filters=filters, dimensions=["time:day"])[1]
    assert answer["results"] == [
        {"metrics": [129, 129], "dimensions": ["2024-09-04"]},
        {"metrics": [65, 65], "dimensions": ["2024-09-05"]},
        {"metrics": [72, 72], "dimensions": ["2024-09-06"]},
    ]
    assert answer["query"]["order_by"] == [["time:day", "asc"], ["visitors", "desc"]]


def test_a_timeseries_by_hour_with_labels() -> None:
    api = Asked(lambda question: counted(question, ("2024-09-10 08:00:00", 3), ("2024-09-10 01:00:00", 2)))
    answer = api.post(date_range="day", dimensions=["time:hour"], include={"time_labels": True})[1]
    assert answer["results"] == [
        {"metrics": [2], "dimensions": ["2024-09-10 01:00:00"]},
        {"metrics": [3], "dimensions": ["2024-09-10 08:00:00"]},
    ]
    assert answer["meta"] == {"time_labels": [f"2024-09-10 {hour:02}:00:00" for hour in range(24)]}
    assert answer["query"]["date_range"] == ["2024-09-10T00:00:00+00:00", "2024-09-10T23:59:59+00:00"]


def test_custom_properties() -> None:
    rows = [("2024-09-05", "false", 86), ("2024-09-04", "false", 126), ("2024-09-04", "true", 162)]
    api = Asked(lambda question: counted(question, *rows))
    order = [["time:day", "asc"], ["event:props:is_customer", "desc"]]
    answer = api.post(dimensions=["time:day", "event:props:is_customer"], order_by=order)[1]
    assert [row["dimensions"] for row in answer["results"]] == [
        ["2024-09-04", "true"],
        ["2024-09-04", "false"],
        ["2024-09-05", "false"],
    ]
    assert answer["query"]["order_by"] == order


@pytest.mark.parametrize("filters", [[], [["is", "visit:country_name", ["Estonia"]]]])
def test_imported_data_is_not_there(filters: list[Any]) -> None:
    api = Asked(lambda question: counted(question, ("Google", 1191), ("", 1192)))
    answer = api.post(date_range="all", dimensions=["visit:source"], filters=filters, include={"imports": True})[1]
    assert answer["results"] == [
        {"metrics": [1192], "dimensions": ["Direct / None"]},
        {"metrics": [1191], "dimensions": ["Google"]},
    ]
    assert answer["meta"] == {
        "imports_included": False,
        "imports_skip_reason": "no_imported_data",
        "imports_warning": "There are no imported stats.",
    }
    assert answer["query"]["date_range"] == ["2022-09-23T00:00:00+00:00", "2024-09-10T23:59:59+00:00"]


def test_revenue() -> None:
    def rows(question: Question) -> list[Group]:
        if question.dimensions == ("event:goal",):
            return counted(question, ("Purchase", 9), ("Visit /", 99))
        assert question.dimensions == ("event:goal", "event:currency")
        return counted(question, ("Purchase", "USD", 96_336_315), ("Purchase", "", None), ("Visit /", "", None))

    answer = Asked(rows).post(metrics=["total_revenue"], date_range="all", dimensions=["event:goal"])[1]
    amount = {"value": 96336315, "currency": "USD", "short": "$96.3M", "long": "$96,336,315.00"}
    assert answer["results"] == [
        {"metrics": [amount], "dimensions": ["Purchase"]},
        {"metrics": [None], "dimensions": ["Visit /"]},
    ]
    assert answer["meta"] == {}
    assert answer["query"]["order_by"] == [["total_revenue", "desc"]]


def test_revenue_that_cannot_be_told() -> None:
    def rows(question: Question) -> list[Group]:
        return counted(question, ("USD", 9), ("EUR", 8)) if question.dimensions else counted(question, (9,))

    answer = Asked(rows).post(
        metrics=["total_revenue"], filters=[["is", "event:goal", ["PurchaseUSD", "PurchaseEUR"]]]
    )[1]
    assert answer["results"] == [{"metrics": [None], "dimensions": []}]
    warning = answer["meta"]["metric_warnings"]["total_revenue"]
    assert warning["code"] == "no_single_revenue_currency"
    assert set(warning) == {"code", "warning"}


def test_what_visits_have_done() -> None:
    api = Asked()
    filters = [["is", "event:goal", ["Signup"]], ["has_done", ["is", "event:page", ["/pricing"]]]]
    answer = api.post(date_range="all", filters=filters)[1]
    assert answer["query"]["filters"] == filters
    assert api.questions[0].filters == All(
        (Condition(IS, "event:goal", ("Signup",)), HasDone(Condition(IS, "event:page", ("/pricing",))))
    )


def test_the_visitors_of_the_moment_in_version_1() -> None:
    api = Asked()
    assert api.get("realtime/visitors") == (200, 21)
    assert api.since == 1725963900000


def test_an_aggregate_in_version_1() -> None:
    metrics = {"visitors": 201524, "pageviews": 673814, "bounce_rate": 53, "visit_duration": 86}
    api = Asked(lambda question: [Group((), metrics)])
    answer = api.get("aggregate", period="6mo", metrics="visitors,pageviews,bounce_rate,visit_duration")
    assert answer == (200, {"results": {metric: {"value": value} for metric, value in metrics.items()}})
    assert (str(api.questions[0].first), str(api.questions[0].last)) == ("2024-04-01", "2024-09-30")


def test_a_timeseries_in_version_1() -> None:
    api = Asked(lambda question: counted(question, ("2020-08-01", 36085), ("2020-12-01", 35804)))
    answer = api.get("timeseries", period="6mo", date="2021-01-15")
    assert answer == (
        200,
        {
            "results": [
                {"date": "2020-08-01", "visitors": 36085},
                {"date": "2020-09-01", "visitors": 0},
                {"date": "2020-10-01", "visitors": 0},
                {"date": "2020-11-01", "visitors": 0},
                {"date": "2020-12-01", "visitors": 35804},
                {"date": "2021-01-01", "visitors": 0},
            ]
        },
    )


def test_a_breakdown_in_version_1() -> None:
    api = Asked(lambda question: counted(question, *((f"source {n}", n) for n in range(1, 9)), ("", 94932)))
    answer = api.get("breakdown", period="6mo", property="visit:source", metrics="visitors,bounce_rate", limit=3)[1]
    assert answer["results"] == [
        {"source": "(Direct / None)", "visitors": 94932, "bounce_rate": 94932},
        {"source": "source 8", "visitors": 8, "bounce_rate": 8},
        {"source": "source 7", "visitors": 7, "bounce_rate": 7},
    ]


def test_top_pages_in_version_1() -> None:
    api = Asked(lambda question: counted(question, ("/sites", 5), ("/", 9)))
    answer = api.get("breakdown", period="6mo", property="event:page", limit=5)[1]
    assert answer["results"] == [{"page": "/", "visitors": 9}, {"page": "/sites", "visitors": 5}]


def test_visitors_of_a_page_in_version_1() -> None:
    api = Asked()
    assert api.get("aggregate", period="6mo", filters="event:page==/order/confirmation") == (
        200,
        {"results": {"visitors": {"value": 7}}},
    )
    assert api.questions[0].filters == Condition(IS, "event:page", ("/order/confirmation",))


def test_monthly_traffic_of_a_source_in_version_1() -> None:
    api = Asked(lambda question: [])
    answer = api.get("timeseries", period="6mo", filters="visit:source==Google")[1]
    assert [row["date"] for row in answer["results"]] == [f"2024-{month:02}-01" for month in range(4, 10)]
    assert api.questions[0].filters == Condition(IS, "visit:source", ("Google",))


def test_a_custom_property_in_version_1() -> None:
    api = Asked(lambda question: counted(question, ("Magnet", 370), ("HTTP", 1477)))
    answer = api.get("breakdown", period="6mo", property="event:props:method", filters="event:goal==Download")[1]
    assert answer["results"] == [{"method": "HTTP", "visitors": 1477}, {"method": "Magnet", "visitors": 370}]
