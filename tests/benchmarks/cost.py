"""What a month on AWS costs, by the project's own model, fed by what this run measured."""

from collections.abc import Iterator, Sequence
from math import log

from shared.domain.costs import MONTHS_KEPT, POINTS, PRICES, Point, watching_cost
from tests.benchmarks.cost_table import PUBLISHED, VOLUMES, WINDOWS, estimate, per_million
from tests.benchmarks.footprint import footprint
from tests.benchmarks.lines import Bench, Line, Quantity, Target

#: US dollars per million pageviews by pageviews a month and window, and of a month without any.
_BUDGETS = {("1 M", 5): 8.0, ("10 M", 60): 3.5}
_IDLE_BUDGET = 1.60


def measure(bench: Bench) -> Iterator[Line]:
    """Gives the cost per million pageviews of every volume and window, with how fresh the counts are."""
    points = footprint().points
    for name in VOLUMES:
        for window in WINDOWS:
            yield _line(name, window, points)
    idle = estimate(0, WINDOWS[0], points).total
    yield Line(
        "cost of an idle month",
        Quantity(idle, "$"),
        target=Target("<=", _IDLE_BUDGET, "$"),
        note=f"metrics, alarms and dashboard within CloudWatch's free tier; ${idle + watching_cost(PRICES):.2f} where "
        "others use that up",
    )
    yield Line(
        "write units in docs/costs.md, farthest from this run's",
        Quantity(100 * _farthest(points), "%"),
        target=Target("<=", 5, "%"),
        note="what the running installation estimates its month by",
    )


def _line(name: str, window: int, points: Sequence[Point]) -> Line:
    events = VOLUMES[name]
    found, alone = estimate(events, window, points), estimate(events, window, points, shards=1)
    budget = _BUDGETS.get((name, window))
    return Line(
        f"cost of 1 M pageviews at {name} a month, window {window} s",
        Quantity(per_million(found.total, events), "$"),
        Quantity(PUBLISHED[name], "$") if name in PUBLISHED else None,
        "serverless-website-analytics, 15 minutes late" if name in PUBLISHED else "",
        Target("<=", budget, "$") if budget else None,
        f"fresh within {found.freshness:.0f} s; batches of {found.batch:,.1f}; {found.largest()}; "
        f"${per_million(alone.total, events):.2f} where one writer at a time is busy, and so one shard; "
        f"${per_million(found.settled, events):.2f} once {MONTHS_KEPT} months of events are kept",
    )


def _farthest(points: Sequence[Point]) -> float:
    """Gives the largest relative distance of what was measured now from what the model has."""
    pairs = zip(points, POINTS, strict=True)
    return max(abs(log(measured.write_units / known.write_units)) for measured, known in pairs)
