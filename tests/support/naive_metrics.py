"""Metrics for the naive evaluation, each as it is defined."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from tests.support.naive_dimensions import amount_of
from tests.support.naive_visits import Row, Visit

Metric = int | float | None


@dataclass
class Asked:
    """What a group's metrics are computed from: its rows, and the visits that are its own."""

    rows: list[Row]
    own: list[Visit]

    def named(self, name: str) -> list[Row]:
        return [row for row in self.rows if row.event.name == name]


def half_up(numerator: int, denominator: int) -> int | None:
    """Divides and rounds, half up; None where there is nothing to divide by."""
    return (2 * numerator + denominator) // (2 * denominator) if denominator else None


def visitors(asked: Asked) -> Metric:
    return len({(row.day, row.event.visitor) for row in asked.rows if row.acts and row.event.visitor is not None})


def visits(asked: Asked) -> Metric:
    return len({row.visit for row in asked.rows if row.acts and row.visit})


def events(asked: Asked) -> Metric:
    return sum(row.acts for row in asked.rows)


def bounce_rate(asked: Asked) -> Metric:
    return half_up(100 * sum(visit.bounces for visit in asked.own), len(asked.own))


def visit_duration(asked: Asked) -> Metric:
    return half_up(sum(visit.milliseconds for visit in asked.own), 1000 * len(asked.own))


def views_per_visit(asked: Asked) -> Metric:
    hundredths = half_up(100 * sum(len(visit.pageviews) for visit in asked.own), len(asked.own))
    return None if hundredths is None else hundredths / 100


def scroll_depth(asked: Asked) -> Metric:
    deepest: dict[tuple[str, str, str], int] = {}
    for row in asked.named("engagement"):
        depth, visitor = (row.event.extra or {}).get("scroll_depth"), row.event.visitor
        if type(depth) is int and 0 <= depth <= 100 and visitor is not None:
            key = row.day, visitor, row.page
            deepest[key] = max(depth, deepest.get(key, 0))
    return half_up(sum(deepest.values()), len(deepest))


def time_on_page(asked: Asked) -> Metric:
    times = [(row.event.extra or {}).get("engagement_ms") for row in asked.named("engagement")]
    told = [time for time in times if type(time) is int and time > 0]
    pairs = {(row.visit, row.page) for row in asked.named("pageview") if row.visit}
    return half_up(sum(told), 1000 * len(pairs)) if told else None


def amounts(asked: Asked) -> list[Decimal]:
    return [amount for row in asked.rows if (amount := amount_of(row.event)) is not None]


def _in_thousandths(amount: Decimal) -> float:
    return float(amount.quantize(Decimal("0.001"), ROUND_HALF_UP))


def total_revenue(asked: Asked) -> Metric:
    found = amounts(asked)
    return _in_thousandths(sum(found, Decimal(0))) if found else None


def average_revenue(asked: Asked) -> Metric:
    found = amounts(asked)
    return _in_thousandths(sum(found, Decimal(0)) / len(found)) if found else None


METRICS: dict[str, Callable[[Asked], Metric]] = {
    "visitors": visitors,
    "visits": visits,
    "pageviews": lambda asked: len(asked.named("pageview")),
    "events": events,
    "bounce_rate": bounce_rate,
    "visit_duration": visit_duration,
    "views_per_visit": views_per_visit,
    "scroll_depth": scroll_depth,
    "time_on_page": time_on_page,
    "total_revenue": total_revenue,
    "average_revenue": average_revenue,
}
