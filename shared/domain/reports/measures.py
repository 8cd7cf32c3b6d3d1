"""Measures: what is known of a group of events. They add up over days, and every metric is made of their sums."""

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from shared.domain.reports.details import REVENUE_UNIT


class Measures(NamedTuple):
    """The measures of a group.

    Attributes:
        visitors: Visitors of each day, added up.
        visits: Visits with an event in the group.
        pageviews, events: Pageviews; and with them custom events.
        own_visits: Visits whose bounce and duration are told of the group: of a page those that it began, of an hour
            or a minute those that began in it, of anything else all.
        bounces, duration_ms, visit_pageviews: Of those visits: how many bounced, their whole duration and pageviews.
        depths, depth: Visitors who told how far they scrolled on a page, and the sum of how far, in percent.
        engaged_pages, engagements, engagement_ms: Pages seen in visits, events that told of time, and that time.
        revenues, revenue: Events with a revenue, and its sum in thousandths.
    """

    visitors: int = 0
    visits: int = 0
    pageviews: int = 0
    events: int = 0
    own_visits: int = 0
    bounces: int = 0
    duration_ms: int = 0
    visit_pageviews: int = 0
    depths: int = 0
    depth: int = 0
    engaged_pages: int = 0
    engagements: int = 0
    engagement_ms: int = 0
    revenues: int = 0
    revenue: int = 0


#: Measures by the values of the dimensions asked for.
Tabulation = dict[tuple[str, ...], Measures]


def add_up(tabulations: Iterable[Tabulation]) -> Tabulation:
    """Adds up the measures of several days. A group that has events of engagement alone falls away, but for ()."""
    sums: Tabulation = {}
    for tabulation in tabulations:
        for group, measures in tabulation.items():
            known = sums.get(group)
            sums[group] = measures if known is None else Measures(*map(int.__add__, known, measures))
    return {group: measures for group, measures in sums.items() if measures.events or not group}


def _mean(total: int, number: int, digits: int = 0) -> int | float | None:
    """Divides, and rounds half up; None where there is nothing to divide by."""
    if not number:
        return None
    scale = 10**digits
    rounded: int = (2 * abs(total) * scale + number) // (2 * number) * (1 if total >= 0 else -1)
    return rounded / scale if digits else rounded


def _money(thousandths: int) -> float:
    return thousandths / REVENUE_UNIT


METRICS: Mapping[str, Callable[[Measures], int | float | None]] = {
    "visitors": lambda m: m.visitors,
    "visits": lambda m: m.visits,
    "pageviews": lambda m: m.pageviews,
    "events": lambda m: m.events,
    "bounce_rate": lambda m: _mean(100 * m.bounces, m.own_visits),
    "visit_duration": lambda m: _mean(m.duration_ms, 1000 * m.own_visits),
    "views_per_visit": lambda m: _mean(m.visit_pageviews, m.own_visits, 2),
    "scroll_depth": lambda m: _mean(m.depth, m.depths),
    "time_on_page": lambda m: _mean(m.engagement_ms, 1000 * m.engaged_pages) if m.engagements else None,
    "total_revenue": lambda m: _money(m.revenue) if m.revenues else None,
    "average_revenue": lambda m: _money(_mean(m.revenue, m.revenues) or 0) if m.revenues else None,  # type: ignore[arg-type]
}
