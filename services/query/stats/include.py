"""Version 2's `include`, `order_by` and `pagination`.

Source: https://plausible.io/docs/stats-api#include
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from services.query.refusals import InvalidRequest
from services.query.stats.buckets import time_of
from services.query.stats.dimensions import TIME, shown

MAX_LIMIT = 10_000
MAX_OFFSET = 1_000_000_000
FLAGS = ("imports", "time_labels", "total_rows")
COMPARISONS = "comparisons"

#: Milepost keeps events, and nobody's totals.
NO_IMPORTS = {
    "imports_included": False,
    "imports_skip_reason": "no_imported_data",
    "imports_warning": "There are no imported stats.",
}

Order = tuple[tuple[str, str], ...]


class Page(NamedTuple):
    """A portion of the rows: how many at most, and how many come before it."""

    limit: int = MAX_LIMIT
    offset: int = 0


def read_include(asked: object, dimensions: tuple[str, ...]) -> dict[str, Any]:
    """Checks what is to be included.

    Args:
        asked: What was sent.
        dimensions: The query's dimensions.

    Raises:
        InvalidRequest: It is no such object.
    """
    if not isinstance(asked, dict):
        raise InvalidRequest(f'include is {shown(asked)}, but must be an object such as {{"total_rows": true}}')
    for name, value in asked.items():
        if name not in FLAGS and name != COMPARISONS:
            raise InvalidRequest(f"{shown(name)} cannot be included; known are {', '.join((*FLAGS, COMPARISONS))}")
        if name in FLAGS and not isinstance(value, bool):
            raise InvalidRequest(f"include.{name} is {shown(value)}, but must be true or false")
    if asked.get("time_labels") and time_of(dimensions) is None:
        raise InvalidRequest("include.time_labels needs a time dimension, such as time:day")
    return asked


def read_order(asked: object, metrics: Sequence[str], dimensions: Sequence[str]) -> Order:
    """Checks an order.

    Args:
        asked: What was sent.
        metrics: The query's metrics.
        dimensions: The query's dimensions.

    Raises:
        InvalidRequest: It is none, or by something that is not asked for.
    """
    known = (*dimensions, *metrics)
    bucket = time_of(tuple(dimensions))
    if not isinstance(asked, list) or len(asked) > len(known):
        raise InvalidRequest(f"order_by is {shown(asked)}, but must be a list such as {_order(known)}")
    for each in asked:
        pair = isinstance(each, list) and len(each) == 2 and all(isinstance(name, str) for name in each)
        if not pair or each[1] not in ("asc", "desc"):
            raise InvalidRequest(f"{shown(each)} in order_by must be like {_order(known)[1:-1]}")
        if each[0] not in known and not (each[0] == TIME and bucket):
            raise InvalidRequest(f"order_by names {shown(each[0])}, but only what is asked for: {', '.join(known)}")
    return tuple((bucket if name == TIME and bucket else name, direction) for name, direction in asked)


def _order(known: Sequence[str]) -> str:
    return f'[["{known[-1]}", "desc"]]'


def default_order(metrics: Sequence[str], dimensions: tuple[str, ...]) -> Order:
    """Gives the order of a query that names none: by time, then by the first metric downwards."""
    bucket = time_of(dimensions)
    by_metric = ((metrics[0], "desc"),)
    return ((bucket, "asc"), *by_metric) if bucket else by_metric


def read_page(asked: object) -> Page:
    """Checks a pagination.

    Raises:
        InvalidRequest: It is none.
    """
    if not isinstance(asked, dict) or set(asked) - {"limit", "offset"}:
        raise InvalidRequest(f'pagination is {shown(asked)}, but must be like {{"limit": 100, "offset": 0}}')
    limit = _whole(asked, "limit", 1, MAX_LIMIT, MAX_LIMIT)
    return Page(limit, _whole(asked, "offset", 0, MAX_OFFSET, 0))


def _whole(asked: Mapping[str, object], name: str, least: int, most: int, default: int) -> int:
    value = asked.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise InvalidRequest(f"pagination.{name} is {shown(value)}, but must be a whole number from {least} to {most}")
    return value
