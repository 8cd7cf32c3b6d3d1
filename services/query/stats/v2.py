"""Version 2: `POST /api/v2/query`.

Source: https://plausible.io/docs/stats-api
"""

from typing import Any, NamedTuple

from services.query.refusals import InvalidRequest
from services.query.stats.buckets import check_length, labels, resolved, time_of
from services.query.stats.comparisons import compared_range, comparison
from services.query.stats.dates import Range, Today, range_of, today_of
from services.query.stats.dimensions import TIMES, check_dimension, shown
from services.query.stats.evaluator import Evaluator, Setup
from services.query.stats.filters_v2 import read_filters, with_segments
from services.query.stats.include import (
    COMPARISONS,
    NO_IMPORTS,
    Order,
    Page,
    default_order,
    read_include,
    read_order,
    read_page,
)
from services.query.stats.metrics import METRICS, check_metrics, check_needs
from services.query.stats.query import Query
from services.query.stats.rows import Table, evaluate, ordered
from shared.domain.sites import Site

MAX_DIMENSIONS = 8
BOTS = ("exclude", "include", "only")

Json = dict[str, Any]


class Asked(NamedTuple):
    """A query that was read, and how it is to be answered."""

    query: Query
    filters: list[Any]
    order: Order
    include: Json
    page: Page
    earlier: Range | None


def answer(evaluator: Evaluator, site: Site, setup: Setup, body: Json, now: int) -> Json:
    """Answers a query.

    Args:
        evaluator: Answers questions.
        site: The site, which the key may read.
        setup: What is set up for the site.
        body: What `read_body` gave.
        now: Milliseconds since 1970.

    Raises:
        InvalidRequest: It is no query; says what would be one.
    """
    asked = _read(evaluator, site, setup, body, now)
    query = asked.query
    table = evaluate(evaluator, query)
    rows = ordered(table.rows, asked.order, query.dimensions)
    portion = rows[asked.page.offset : asked.page.offset + asked.page.limit]
    results: list[Json] = [
        {"metrics": [row.metrics[metric] for metric in query.metrics], "dimensions": list(row.dimensions)}
        for row in portion
    ]
    if asked.earlier is not None:
        compare = comparison(query, asked.earlier, evaluate(evaluator, query.over(asked.earlier)))
        for result, row in zip(results, portion, strict=True):
            result["comparison"] = compare(row)
    return {"results": results, "meta": _meta(asked, table), "query": _echo(asked)}


def _read(evaluator: Evaluator, site: Site, setup: Setup, body: Json, now: int) -> Asked:
    bots = body.get("bots", "exclude")
    if bots not in BOTS:
        raise InvalidRequest(f"bots is {shown(bots)}, but must be exclude, include or only")
    today = today_of(now, site.timezone)
    period = range_of(body["date_range"], today, lambda: evaluator.first_day(site))
    metrics = check_metrics(_list(body, "metrics"), METRICS)
    dimensions = _dimensions(_list(body, "dimensions"), period, bots)
    filters = with_segments(body.get("filters", []), setup.segments)
    read = read_filters(filters, setup, bots)
    check_needs(metrics, dimensions, read)
    include = read_include(body.get("include", {}), dimensions)
    earlier = _earlier(include, dimensions, period, today)
    return Asked(
        Query(site, metrics, dimensions, period, read, bots),
        filters,
        read_order(body.get("order_by", []), metrics, dimensions) or default_order(metrics, dimensions),
        include,
        read_page(body.get("pagination", {})),
        earlier,
    )


def _earlier(include: Json, dimensions: tuple[str, ...], period: Range, today: Today) -> Range | None:
    if COMPARISONS not in include:
        return None
    earlier = compared_range(include[COMPARISONS], period, today)
    for name in dimensions:
        check_length(name, earlier)
    return earlier


def _list(body: Json, key: str) -> list[object]:
    value = body.get(key, [])
    if not isinstance(value, list):
        raise InvalidRequest(f"{key} is {shown(value)}, but must be a list of names")
    return value


def _dimensions(asked: list[object], period: Range, bots: str) -> tuple[str, ...]:
    if len(asked) > MAX_DIMENSIONS:
        raise InvalidRequest(f"a query may have at most {MAX_DIMENSIONS} dimensions")
    names = tuple(resolved(check_dimension(name, bots), period) for name in asked)
    for name in names:
        check_length(name, period)
        if names.count(name) > 1:
            raise InvalidRequest(f"the dimension {name} is asked for more than once; ask for it once")
    if sum(name in TIMES for name in names) > 1:
        raise InvalidRequest("a query may have one time dimension only")
    return names


def _meta(asked: Asked, table: Table) -> Json:
    query, include = asked.query, asked.include
    meta: Json = {}
    if include.get("imports"):
        meta.update(NO_IMPORTS)
    if table.warnings:
        meta["metric_warnings"] = table.warnings
    bucket = time_of(query.dimensions)
    if include.get("time_labels") and bucket is not None:
        meta["time_labels"] = labels(bucket, query.period, query.site.timezone)
    if include.get("total_rows"):
        meta["total_rows"] = len(table.rows)
    if asked.earlier is not None:
        meta["comparison_date_range"] = asked.earlier.ends(query.site.timezone)
    return meta


def _echo(asked: Asked) -> Json:
    """The query as it was answered."""
    query = asked.query
    return {
        "site_id": query.site.name,
        "metrics": query.metrics,
        "date_range": query.period.ends(query.site.timezone),
        "filters": asked.filters,
        "dimensions": query.dimensions,
        "order_by": asked.order,
        "include": asked.include,
        "pagination": {"offset": asked.page.offset, "limit": asked.page.limit},
        **({} if query.bots == "exclude" else {"bots": query.bots}),
    }
