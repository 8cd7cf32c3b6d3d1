"""The same rows of an earlier range, beside those that are asked for.

Plausible's dashboard compares; its documented API does so in version 1's `compare` only.
Source: https://plausible.io/docs/compare-stats
"""

from collections.abc import Callable, Mapping
from typing import Any

from services.query.refusals import InvalidRequest
from services.query.stats.buckets import labels, time_of
from services.query.stats.dates import Range, Today, range_of
from services.query.stats.dimensions import shown
from services.query.stats.earlier import previous_period, year_before
from services.query.stats.query import Query
from services.query.stats.rows import Row, Table, Value, empty_row

PREVIOUS_PERIOD = "previous_period"
_MODES = {PREVIOUS_PERIOD: previous_period, "year_over_year": year_before}
_HINT = (
    'include.comparisons must be {"mode": "previous_period"}, {"mode": "year_over_year"}, or {"mode": "custom", '
    '"date_range": ["2026-10-01", "2026-10-31"]}'
)


def compared_range(asked: object, period: Range, today: Today) -> Range:
    """Reads `include.comparisons`.

    Args:
        asked: What was sent.
        period: The range of the query.
        today: The present, and the site's timezone.

    Raises:
        InvalidRequest: It is none; says what would be one.
    """
    if not isinstance(asked, dict) or set(asked) - {"mode", "date_range"}:
        raise InvalidRequest(f"include.comparisons is {shown(asked)}; {_HINT}")
    mode, ends = asked.get("mode"), asked.get("date_range")
    if mode == "custom" and isinstance(ends, list):
        return range_of(ends, today, lambda: None)
    if not isinstance(mode, str) or mode not in _MODES or "date_range" in asked:
        raise InvalidRequest(f"include.comparisons is {shown(asked)}; {_HINT}")
    return _MODES[mode](period, today.timezone)


def comparison(query: Query, earlier: Range, table: Table) -> Callable[[Row], dict[str, Any]]:
    """Pairs rows with those of an earlier range: buckets of time by their place, other rows by what they stand for.

    Args:
        query: The query that the rows answer.
        earlier: The earlier range.
        table: The earlier range's rows.

    Returns:
        What gives for a row its `comparison`: the earlier row's dimensions and metrics, and the changes in percent.
    """
    by_dimensions = {row.dimensions: row for row in table.rows}
    counterpart = _counterparts(query, earlier)

    def compare(row: Row) -> dict[str, Any]:
        dimensions = counterpart(row.dimensions)
        before = by_dimensions.get(dimensions, empty_row(dimensions, query.metrics))
        return {
            "dimensions": list(dimensions),
            "metrics": [before.metrics[metric] for metric in query.metrics],
            "change": [change(before.metrics[metric], row.metrics[metric]) for metric in query.metrics],
        }

    return compare


def change(before: Value, now: Value) -> int | None:
    """Gives the change in whole percent; None from nothing, or where there is nothing to tell."""
    old, new = _number(before), _number(now)
    if old is None or new is None:
        return None
    if old == new:
        return 0
    return round(100 * (new - old) / old) if old else None


def _number(value: Value) -> float | None:
    return value["value"] if isinstance(value, dict) else value


def _counterparts(query: Query, earlier: Range) -> Callable[[tuple[str, ...]], tuple[str, ...]]:
    bucket = time_of(query.dimensions)
    if bucket is None:
        return lambda dimensions: dimensions
    at = query.dimensions.index(bucket)
    timezone = query.site.timezone
    pairs: Mapping[str, str] = dict(
        zip(labels(bucket, query.period, timezone), labels(bucket, earlier, timezone), strict=False)
    )
    return lambda dimensions: (*dimensions[:at], pairs.get(dimensions[at], ""), *dimensions[at + 1 :])
