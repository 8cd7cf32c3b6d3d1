"""Metrics: what each needs, what the engine is asked for it, and shares, revenues and comparisons."""

from typing import Any

import pytest

from services.query.stats.trees import without_goals
from shared.domain.reports.question import IS, All, Condition, Filter, Group, HasDone, Not, Question
from shared.domain.reports.question import Any as Either
from tests.unit.stats_asking import Asked, counted

SIGNUP = ["is", "event:goal", ["Signup"]]


@pytest.mark.parametrize(
    ("metric", "more"),
    [
        *(("scroll_depth", {}), ("time_on_page", {}), ("time_on_page", {"dimensions": ["visit:source"]})),
        *(("conversion_rate", {}), ("group_conversion_rate", {"dimensions": ["visit:source"]}), ("percentage", {})),
        ("conversion_rate", {"filters": [["has_done", SIGNUP]]}),
        *(("bounce_rate", {"dimensions": ["event:goal"]}), ("visit_duration", {"dimensions": ["event:hostname"]})),
        *(("views_per_visit", {"dimensions": ["event:props:plan"]}), ("exit_rate", {})),
        ("bounce_rate", {"dimensions": ["event:page", "event:goal"]}),
        ("exit_rate", {"dimensions": ["event:page", "visit:source"]}),
        *(("visitor", {}), ("", {}), (7, {}), (None, {}), (["visitors"], {})),
    ],
)
def test_what_a_metric_needs(metric: Any, more: dict[str, Any]) -> None:
    status, error = Asked().post(metrics=[metric], **more)
    assert status == 400
    assert (metric if isinstance(metric, str) else "metric") in error


@pytest.mark.parametrize(
    ("metric", "more"),
    [
        ("scroll_depth", {"dimensions": ["event:page"]}),
        ("time_on_page", {"filters": [["is", "event:page", ["/"]]]}),
        *(("bounce_rate", {"dimensions": ["event:page"]}), ("exit_rate", {"dimensions": ["visit:exit_page"]})),
        *(("bounce_rate", {"dimensions": ["event:page", "event:hostname"]}), ("visit_duration", {"filters": [SIGNUP]})),
        ("conversion_rate", {"filters": [["or", [SIGNUP, ["is", "event:page", ["/"]]]]]}),
    ],
)
def test_a_metric_that_has_what_it_needs(metric: str, more: dict[str, Any]) -> None:
    assert Asked().post(metrics=[metric], **more)[0] == 200


@pytest.mark.parametrize("metrics", [[], ["visitors", "visitors"], "visitors", None, {}])
def test_what_are_no_metrics(metrics: Any) -> None:
    assert Asked().post(metrics=metrics)[0] == 400


@pytest.mark.parametrize("metrics", ["", "visitors,visitors", "scroll_depth", "percentage", "total_revenue", ","])
def test_what_are_no_metrics_of_version_1(metrics: str) -> None:
    assert Asked().get("aggregate", metrics=metrics)[0] == 400


def test_version_1_breaks_no_views_per_visit_down() -> None:
    assert Asked().get("breakdown", property="visit:source", metrics="views_per_visit")[0] == 400
    assert Asked().get("timeseries", metrics="views_per_visit")[0] == 200


def test_what_nothing_is_told_of() -> None:
    metrics = ["visitors", "visits", "pageviews", "events", "bounce_rate", "visit_duration", "views_per_visit"]
    answer = Asked(lambda question: []).post(metrics=metrics)[1]
    assert answer["results"] == [{"metrics": [0, 0, 0, 0, None, None, None], "dimensions": []}]
    answer = Asked(lambda question: []).get("timeseries", period="day", metrics="visitors,bounce_rate")[1]
    assert answer["results"] == [{"date": "2024-09-10", "visitors": 0, "bounce_rate": None}]


def test_the_engine_is_asked_for_a_dimension_once() -> None:
    api = Asked(lambda question: counted(question, ("EE", 3)))
    answer = api.post(dimensions=["visit:country_name", "visit:country"])[1]
    assert api.questions[0].dimensions == ("visit:country",)
    assert answer["results"] == [{"metrics": [3], "dimensions": ["Estonia", "EE"]}]


class Shares:
    """An evaluator of which each question has its own number of visitors."""

    def __init__(self, visitors: dict[tuple[tuple[str, ...], bool], list[tuple[Any, ...]]]) -> None:
        self._visitors = visitors

    def __call__(self, question: Question) -> list[Group]:
        goal = "event:goal" in question.dimensions or "event:goal" in str(question.filters)
        return counted(question, *self._visitors[question.dimensions, goal])


def test_percentages_are_of_all_visitors_under_the_filters() -> None:
    rows = Shares({(("visit:source",), False): [("a", 1), ("", 2)], ((), False): [(9,)]})
    answer = Asked(rows).post(metrics=["percentage"], dimensions=["visit:source"], filters=[["is", "visit:os", ["x"]]])[
        1
    ]
    assert answer["results"] == [
        {"metrics": [22.2], "dimensions": ["Direct / None"]},
        {"metrics": [11.1], "dimensions": ["a"]},
    ]


def test_percentages_under_a_filter_by_goal_are_of_those_who_reached_it() -> None:
    rows = Shares({(("visit:source",), True): [("a", 1)], ((), True): [(4,)]})
    api = Asked(rows)
    answer = api.post(metrics=["percentage", "visitors"], dimensions=["visit:source"], filters=[SIGNUP])[1]
    assert answer["results"] == [{"metrics": [25.0, 1], "dimensions": ["a"]}]
    assert [question.metrics for question in api.questions] == [("visitors",)] * 2


def test_conversion_rates() -> None:
    rows = Shares(
        {
            (("event:goal", "visit:source"), True): [("Signup", "a", 3), ("Signup", "b", 1), ("Download", "a", 2)],
            ((), False): [(40,)],
            (("visit:source",), False): [("a", 30), ("b", 10)],
        }
    )
    api = Asked(rows)
    answer = api.post(
        metrics=["visitors", "conversion_rate", "group_conversion_rate"],
        dimensions=["event:goal", "visit:source"],
        filters=[["is", "visit:os", ["x"]], SIGNUP],
    )[1]
    assert answer["results"] == [
        {"metrics": [3, 7.5, 10.0], "dimensions": ["Signup", "a"]},
        {"metrics": [2, 5.0, 6.7], "dimensions": ["Download", "a"]},
        {"metrics": [1, 2.5, 10.0], "dimensions": ["Signup", "b"]},
    ]
    assert [question.filters for question in api.questions[1:]] == [All((Condition(IS, "visit:os", ("x",)),))] * 2


def test_conversion_rates_of_nobody() -> None:
    answer = Asked(lambda question: []).post(metrics=["conversion_rate"], filters=[SIGNUP])[1]
    assert answer["results"] == [{"metrics": [0.0], "dimensions": []}]


def test_conversion_rates_of_version_1() -> None:
    days = [("2024-09-10", 4)]
    rows = Shares({(("time:day",), True): days, (("time:day",), False): [("2024-09-10", 8)]})
    answer = Asked(rows).get("timeseries", period="day", metrics="conversion_rate", filters="event:goal==Signup")[1]
    assert answer["results"] == [{"date": "2024-09-10", "conversion_rate": 50.0}]
    rows = Shares({(("event:goal",), True): [("Signup", 1)], ((), False): [(3,)]})
    answer = Asked(rows).get("breakdown", property="event:goal", metrics="conversion_rate")[1]
    assert answer["results"] == [{"goal": "Signup", "conversion_rate": 33.3}]


GOAL, OTHER = Condition(IS, "event:goal", ("a",)), Condition(IS, "visit:os", ("x",))


@pytest.mark.parametrize(
    ("part", "left"),
    [
        (None, None),
        (GOAL, None),
        (OTHER, OTHER),
        (Not(GOAL), None),
        (Not(OTHER), Not(OTHER)),
        (All((GOAL, GOAL)), None),
        (Either((GOAL, OTHER)), Either((OTHER,))),
        (HasDone(GOAL), HasDone(GOAL)),
    ],
)
def test_filters_without_goals(part: Filter | None, left: Filter | None) -> None:
    assert without_goals(part) == left


def revenue(amount: float, currency: str) -> list[Any]:
    def rows(question: Question) -> list[Group]:
        return counted(question, *((("", 1), (currency, amount)) if question.dimensions else ((amount,),)))

    answer = Asked(rows).post(metrics=["average_revenue", "visitors"], filters=[SIGNUP])[1]
    assert answer["meta"] == {}
    found: list[Any] = answer["results"][0]["metrics"]
    return found


@pytest.mark.parametrize(
    ("amount", "currency", "short", "long"),
    [
        (500_200_700.25, "EUR", "€500.2M", "€500,200,700.25"),
        (999.5, "GBP", "£999.5", "£999.50"),
        (1234, "JPY", "¥1.2K", "¥1,234"),
        (1234.5678, "KWD", "KWD 1.2K", "KWD 1,234.568"),
        (-12_345, "USD", "-$12.3K", "-$12,345.00"),
        (2e9, "CHF", "CHF 2.0B", "CHF 2,000,000,000.00"),
    ],
)
def test_revenue_as_it_is_shown(amount: float, currency: str, short: str, long: str) -> None:
    assert revenue(amount, currency)[0] == {"value": amount, "currency": currency, "short": short, "long": long}


@pytest.mark.parametrize("more", [{}, {"dimensions": ["visit:source"]}, {"filters": [SIGNUP]}])
def test_no_revenue(more: dict[str, Any]) -> None:
    api = Asked(lambda question: counted(question, (*("" for _ in question.dimensions), None)))
    status, answer = api.post(metrics=["total_revenue"], **more)
    assert status == 200
    assert answer["results"][0]["metrics"] == [None]
    assert answer["meta"]["metric_warnings"]["total_revenue"]["code"] == "no_revenue_goals_matching"


def periods(question: Question) -> list[Group]:
    now = str(question.last) == "2024-09-10"
    if question.dimensions == ("time:day",):
        return counted(question, ("2024-09-09", 6) if now else ("2024-09-07", 4))
    if question.dimensions:
        return counted(question, *((("a", 3), ("b", 2)) if now else (("a", 4), ("c", 9))))
    return counted(question, (30 if now else 20,))


def test_comparisons() -> None:
    include = {"comparisons": {"mode": "previous_period"}}
    api = Asked(periods)
    answer = api.post(include=include, date_range=["2024-09-09", "2024-09-10"])[1]
    assert answer["results"] == [
        {
            "metrics": [30],
            "dimensions": [],
            "comparison": {"dimensions": [], "metrics": [20], "change": [50]},
        }
    ]
    assert answer["meta"] == {"comparison_date_range": ["2024-09-07T00:00:00+00:00", "2024-09-08T23:59:59+00:00"]}
    answer = api.post(include=include, dimensions=["visit:source"])[1]
    assert [row["comparison"] for row in answer["results"]] == [
        {"dimensions": ["a"], "metrics": [4], "change": [-25]},
        {"dimensions": ["b"], "metrics": [0], "change": [None]},
    ]
    answer = api.post(include=include, date_range=["2024-09-09", "2024-09-10"], dimensions=["time:day"])[1]
    assert answer["results"][0]["comparison"] == {"dimensions": ["2024-09-07"], "metrics": [4], "change": [50]}


def test_a_bucket_without_a_counterpart() -> None:
    api = Asked(lambda question: counted(question, ("2024-03-01", 5)) if question.first.year == 2024 else [])
    include = {"comparisons": {"mode": "custom", "date_range": ["2023-01-01", "2023-01-31"]}}
    answer = api.post(date_range=["2024-02-01", "2024-03-31"], dimensions=["time:month"], include=include)[1]
    assert answer["results"][0]["comparison"] == {"dimensions": [""], "metrics": [0], "change": [None]}


@pytest.mark.parametrize(
    ("comparisons", "date_range", "expected"),
    [
        ({"mode": "year_over_year"}, ["2024-02-28", "2024-02-29"], ["2023-02-28", "2023-02-28"]),
        ({"mode": "custom", "date_range": ["2024-01-01", "2024-01-02"]}, "7d", ["2024-01-01", "2024-01-02"]),
        ({"mode": "previous_period"}, "7d", ["2024-08-28", "2024-09-03"]),
        ({"mode": "previous_period"}, "24h", ["2024-09-08", "2024-09-09"]),
        ({"mode": "year_over_year"}, "24h", ["2023-09-09", "2023-09-10"]),
    ],
)
def test_what_is_compared_with(comparisons: dict[str, Any], date_range: Any, expected: list[str]) -> None:
    api = Asked()
    status, answer = api.post(date_range=date_range, include={"comparisons": comparisons})
    assert status == 200, answer
    assert [end[:10] for end in answer["meta"]["comparison_date_range"]] == expected
    assert [str(api.questions[1].first), str(api.questions[1].last)] == expected


def test_the_period_before_in_version_1() -> None:
    answer = Asked(periods).get("aggregate", period="7d", metrics="visitors,bounce_rate", compare="previous_period")
    assert answer[1]["results"] == {
        "visitors": {"value": 30, "change": 50},
        "bounce_rate": {"value": 30, "change": 50},
    }
    assert Asked().get("aggregate", compare="x")[0] == 400
    assert Asked().get("timeseries", compare="previous_period")[0] == 400


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ([["visit_duration", "desc"]], ["b", "a", "c"]),
        ([["visit_duration", "asc"]], ["a", "b", "c"]),
        ([["visit:source", "desc"]], ["c", "b", "a"]),
        ([["visitors", "asc"], ["visit:source", "desc"]], ["c", "b", "a"]),
        ([["visitors", "desc"], ["visit_duration", "desc"]], ["b", "a", "c"]),
        ([], ["a", "b", "c"]),
    ],
)
def test_order(order: list[list[str]], expected: list[str]) -> None:
    durations = {"a": 1, "b": 2, "c": None}
    rows = [Group((name,), {"visitors": 5, "visit_duration": value}) for name, value in durations.items()]
    answer = Asked(lambda question: rows[::-1]).post(
        metrics=["visitors", "visit_duration"], dimensions=["visit:source"], order_by=order
    )[1]
    assert [row["dimensions"][0] for row in answer["results"]] == expected
