"""Version 1: aggregate, timeseries and breakdown.

Source: https://plausible.io/docs/stats-api-v1
"""

from collections.abc import Mapping
from typing import Any

from services.query.refusals import InvalidRequest
from services.query.stats.buckets import check_length, labels
from services.query.stats.comparisons import change
from services.query.stats.dates import Range, today_of
from services.query.stats.dimensions import (
    DIRECT_IN_V1,
    HOSTNAME,
    PROPS,
    TIME,
    TIMES,
    UNSET,
    check_dimension,
    shown,
)
from services.query.stats.earlier import previous_period
from services.query.stats.evaluator import Evaluator, Setup
from services.query.stats.filters_v1 import read_filters
from services.query.stats.include import NO_IMPORTS
from services.query.stats.metrics import (
    CONVERSION_RATE,
    GROUP_CONVERSION_RATE,
    METRICS_V1,
    check_metrics,
    check_needs,
)
from services.query.stats.parameters import (
    AggregateParameters,
    BreakdownParameters,
    PeriodParameters,
    TimeseriesParameters,
)
from services.query.stats.periods import default_interval, longer_than_a_month, period_of
from services.query.stats.query import Query
from services.query.stats.rows import empty_row, evaluate, ordered
from shared.domain.sites import Site

Json = dict[str, Any]

_BREAKDOWN_METRICS = tuple(metric for metric in METRICS_V1 if metric != "views_per_visit")


class Stats:
    """Answers version 1's questions about one site, which the key may read.

    Each raises `InvalidRequest` where the parameters are wrong or do not go together.
    """

    def __init__(self, evaluator: Evaluator, site: Site, setup: Setup, now: int) -> None:
        """Puts it together.

        Args:
            evaluator: Answers questions.
            site: The site.
            setup: What is set up for it.
            now: Milliseconds since 1970.
        """
        self._evaluator = evaluator
        self._site = site
        self._setup = setup
        self._now = now

    def aggregate(self, asked: AggregateParameters) -> Json:
        """Answers with one value for each metric."""
        query = self._query(asked, METRICS_V1)
        (row,) = evaluate(self._evaluator, query).rows
        results: dict[str, Json] = {metric: {"value": row.metrics[metric]} for metric in query.metrics}
        if asked.compare is not None:
            earlier = query.over(previous_period(query.period, self._site.timezone))
            (before,) = evaluate(self._evaluator, earlier).rows
            for metric, result in results.items():
                result["change"] = change(before.metrics[metric], row.metrics[metric])
        return _answer(asked, results)

    def timeseries(self, asked: TimeseriesParameters) -> Json:
        """Answers with a row for each interval, also where nothing falls into it."""
        bucket = "time:" + (asked.interval or default_interval(asked.period)).replace("date", "day")
        query = self._query(asked, METRICS_V1, bucket)
        if bucket == "time:month" and asked.interval and not longer_than_a_month(query.period):
            raise InvalidRequest("interval=month needs a period that is longer than one calendar month; ask by day")
        check_length(bucket, query.period)
        rows = {row.dimensions[0]: row for row in evaluate(self._evaluator, query).rows}
        results = []
        for label in labels(bucket, query.period, self._site.timezone):
            row = rows.get(label) or empty_row((label,), query.metrics)
            results.append({"date": label, **_plain(row.metrics)})
        return _answer(asked, results)

    def breakdown(self, asked: BreakdownParameters) -> Json:
        """Answers with a portion of the rows for the values of a dimension, the greatest first."""
        name = self._property(asked)
        query = self._query(asked, _BREAKDOWN_METRICS, name)
        first = "visitors" if "visitors" in query.metrics else query.metrics[0]
        rows = ordered(evaluate(self._evaluator, query).rows, [(first, "desc")], query.dimensions)
        start = (asked.page - 1) * asked.limit
        key = name.removeprefix(PROPS) if name.startswith(PROPS) else name.partition(":")[2]
        results = [
            {key: _worded(name, row.dimensions[0]), **_plain(row.metrics)} for row in rows[start : start + asked.limit]
        ]
        return _answer(asked, results)

    def _property(self, asked: BreakdownParameters) -> str:
        name = asked.breakdown_property
        if not name or name == TIME or name in TIMES:
            raise InvalidRequest(f"property is {shown(name)}, but must be a dimension, such as visit:source")
        if name == HOSTNAME:
            raise InvalidRequest(f"{HOSTNAME} is for filters only here; version 2 has it as a dimension")
        return check_dimension(name, asked.bots)

    def _query(self, asked: PeriodParameters, known: tuple[str, ...], *dimensions: str) -> Query:
        filters = read_filters(asked.filters, self._setup.goals, asked.bots)
        metrics = check_metrics([name.strip() for name in asked.metrics.split(",")], known)
        check_needs(metrics, dimensions, filters)
        # Within an interval, the share is of the interval's visitors.
        names = (GROUP_CONVERSION_RATE if name == CONVERSION_RATE and _timed(dimensions) else name for name in metrics)
        return Query(self._site, tuple(names), dimensions, self._period(asked), filters, asked.bots)

    def _period(self, asked: PeriodParameters) -> Range:
        today = today_of(self._now, self._site.timezone)
        return period_of(asked.period, asked.date, today, lambda: self._evaluator.first_day(self._site))


def _answer(asked: PeriodParameters, results: object) -> Json:
    warning = {"warning": NO_IMPORTS["imports_warning"]} if asked.with_imported == "true" else {}
    return {"results": results, **warning}


def _timed(dimensions: tuple[str, ...]) -> bool:
    return any(name in TIMES for name in dimensions)


def _plain(metrics: Mapping[str, Any]) -> Json:
    return {name.removeprefix("group_"): value for name, value in metrics.items()}


def _worded(dimension: str, value: str) -> str:
    word = UNSET.get(dimension)
    return DIRECT_IN_V1 if word and f"({word})" == DIRECT_IN_V1 and value == word else value
