"""From a query to its rows, shares and revenues included."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from services.query.stats.dimensions import GOAL, PAGE, asked_as, displayed
from services.query.stats.evaluator import Evaluator
from services.query.stats.metrics import (
    COUNTS,
    EXIT_PAGE,
    EXIT_RATE,
    GROUP_CONVERSION_RATE,
    PERCENTAGE,
    REVENUES,
    SHARES,
    asked_for,
)
from services.query.stats.query import Query
from services.query.stats.revenue import Revenue, revenues
from services.query.stats.trees import without_goals
from shared.domain.reports.question import Group, Question

Value = int | float | Revenue | None


class Row(NamedTuple):
    """A row of an answer: its dimensions' values as shown, and its metrics by name."""

    dimensions: tuple[str, ...]
    metrics: Mapping[str, Value]


class Table(NamedTuple):
    """All rows of an answer, in no order, and what metrics could not be told, as version 2 words it."""

    rows: list[Row]
    warnings: Mapping[str, Mapping[str, str]]


def evaluate(evaluator: Evaluator, query: Query) -> Table:
    """Answers a query.

    Args:
        evaluator: Answers its questions.
        query: The query, checked.
    """
    question = query.question(asked_for(query.metrics), query.dimensions, query.filters)
    groups = evaluator.rows(query.site, question)
    if not query.dimensions and not groups:
        groups = [Group((), {})]
    ask: Callable[[Question], list[Group]] = lambda asked: evaluator.rows(query.site, asked)  # noqa: E731
    divisors = {metric: _divisors(ask, query, metric) for metric in query.metrics if metric in SHARES}
    money = revenues(ask, query) if set(query.metrics) & set(REVENUES) else None
    exits = _exits(ask, query) if EXIT_RATE in query.metrics else {}
    rows = []
    for group in groups:
        by_name = dict(zip(question.dimensions, group.dimensions, strict=True))
        values: dict[str, Value] = {metric: _known(metric, group.metrics.get(metric)) for metric in question.metrics}
        for metric, divisor in divisors.items():
            values[metric] = _percent(values.get("visitors"), divisor(by_name))
        if money is not None:
            values.update(money.of(group.dimensions))
        if exits:
            values[EXIT_RATE] = exits.get(group.dimensions[0])
        shown = tuple(displayed(name, by_name[asked_as(name)]) for name in query.dimensions)
        rows.append(Row(shown, {metric: values.get(metric) for metric in query.metrics}))
    return Table(rows, money.warnings if money else {})


def empty_row(dimensions: tuple[str, ...], metrics: Sequence[str]) -> Row:
    """Makes the row of what nothing falls into: counts are 0, and of what they would be averages there is none."""
    return Row(dimensions, {metric: 0 if metric in COUNTS else None for metric in metrics})


def ordered(rows: Iterable[Row], order: Sequence[tuple[str, str]], dimensions: Sequence[str]) -> list[Row]:
    """Sorts rows.

    Args:
        rows: The rows.
        order: Metrics or dimensions, each with "asc" or "desc", the most important one first. A metric that there is
            nothing to tell of comes last in both.
        dimensions: What the rows stand for; decides between rows that are else equal.
    """
    found = sorted(rows, key=lambda row: row.dimensions)
    for name, direction in reversed(order):
        descending = direction == "desc"
        if name in dimensions:
            at = dimensions.index(name)
            found.sort(key=lambda row: row.dimensions[at], reverse=descending)
        else:
            found.sort(key=lambda row: _rank(row.metrics[name], descending))
    return found


def _rank(value: Value, descending: bool) -> tuple[bool, float]:
    number = value["value"] if isinstance(value, dict) else value
    return number is None, 0 if number is None else -number if descending else number


def _known(metric: str, value: int | float | None) -> int | float | None:
    return 0 if value is None and metric in COUNTS else value


def _percent(part: Any, whole: int) -> float:
    return round(100 * part / whole, 1) if whole else 0.0


def _divisors(ask: Callable[[Question], list[Group]], query: Query, metric: str) -> Callable[[Mapping[str, str]], int]:
    """Asks for the visitors that a share is of.

    Returns:
        What gives their number for a row, by the row's values of the engine's dimensions.
    """
    filters = query.filters if metric == PERCENTAGE else without_goals(query.filters)
    by = tuple(name for name in query.dimensions if name != GOAL) if metric == GROUP_CONVERSION_RATE else ()
    question = query.question(("visitors",), by, filters)
    visitors = {group.dimensions: int(group.metrics.get("visitors") or 0) for group in ask(question)}
    return lambda row: visitors.get(tuple(row[name] for name in question.dimensions), 0)


def _exits(ask: Callable[[Question], list[Group]], query: Query) -> dict[str, float]:
    """Gives of each page what share of its pageviews ended a visit, in percent."""
    ends = _numbers(ask(query.question(("visits",), (EXIT_PAGE,), query.filters)), "visits")
    pageviews = _numbers(ask(query.question(("pageviews",), (PAGE,), query.filters)), "pageviews")
    return {page: _percent(ends.get(page, 0), seen) for page, seen in pageviews.items() if seen}


def _numbers(groups: Iterable[Group], metric: str) -> dict[str, int]:
    return {group.dimensions[0]: int(group.metrics.get(metric) or 0) for group in groups}
