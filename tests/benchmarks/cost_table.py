"""The cost model as tables: by pageviews a month and window, and where the money goes."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from shared.domain.costs import (
    MAX_BATCH,
    MONTHS_KEPT,
    POINTS,
    PRICES,
    SECONDS_PER_MONTH,
    SHARDS,
    Point,
    Usage,
    mean_batch,
    month_bill,
    watching_cost,
)

VOLUMES = {"10 k": 1e4, "100 k": 1e5, "1 M": 1e6, "10 M": 1e7, "100 M": 1e8, "1 G": 1e9}
WINDOWS = (5, 60)

#: What serverless-website-analytics 1.12 publishes for itself, in US dollars per million, 15 minutes late.
PUBLISHED = {"1 M": 10.18, "10 M": 5.89}

_MILLION = 1e6


class Estimate(NamedTuple):
    """What the model says of a month.

    Attributes:
        bill: US dollars by what they are for.
        settled: The sum when as many months of events are kept as are by default, and as many leave.
        batch: Events in a batch of the projector.
        freshness: Seconds from an event's answer to its count, at most.
    """

    bill: Mapping[str, float]
    settled: float
    batch: float
    freshness: float

    @property
    def total(self) -> float:
        """The sum of the bill."""
        return sum(self.bill.values())

    def largest(self) -> str:
        """Names the two largest parts, with their shares."""
        parts = sorted(self.bill.items(), key=lambda part: -part[1])[:2]
        return ", ".join(f"{name} {dollars / self.total:.0%}" for name, dollars in parts)


def estimate(events: float, window: float, points: Sequence[Point] = POINTS, shards: int = SHARDS) -> Estimate:
    """Estimates a month of so many pageviews, in which the log holds no others, and one in which it is full."""
    usage = Usage(events, events, SECONDS_PER_MONTH, window, shards=shards)
    full = usage._replace(stored=MONTHS_KEPT * events, expired=events)
    filling = MAX_BATCH * shards * SECONDS_PER_MONTH / events if events else window
    return Estimate(
        month_bill(usage, PRICES, points),
        sum(month_bill(full, PRICES, points).values()),
        mean_batch(usage),
        min(window, filling) + 1,
    )


def per_million(dollars: float, events: float) -> float:
    """Gives a month's dollars per million pageviews."""
    return dollars / events * _MILLION


def render(points: Sequence[Point] = POINTS) -> str:
    """Gives the tables of docs/costs.md."""
    idle = estimate(0, WINDOWS[0], points).total
    return "\n".join(
        [
            "| pageviews a month | window | fresh within | batch | a month | per million | the same, "
            f"{MONTHS_KEPT} months kept | the same, one shard | most of it | serverless-website-analytics |",
            "|---|---|---|---|---|---|---|---|---|---|",
            *(_row(name, window, points) for name in VOLUMES for window in WINDOWS),
            "",
            f"An idle month: ${idle:.2f}; where CloudWatch's free tier is used up by others, "
            f"${idle + watching_cost(PRICES):.2f}.",
            "",
            *_parts(points),
        ]
    )


def _row(name: str, window: int, points: Sequence[Point]) -> str:
    events = VOLUMES[name]
    found, alone = estimate(events, window, points), estimate(events, window, points, shards=1)
    dollars = [f"${per_million(sum_, events):.2f}" for sum_ in (found.total, found.settled, alone.total)]
    published = f"${PUBLISHED[name]:.2f}, 15 minutes" if name in PUBLISHED else ""
    cells = [
        *(name, f"{window} s", f"{found.freshness:.0f} s", f"{found.batch:,.1f}", f"${found.total:,.2f}"),
        *(*dollars, found.largest(), published),
    ]
    return f"| {' | '.join(cells)} |".replace("|  |", "| |")


def _parts(points: Sequence[Point]) -> list[str]:
    chosen = [("1 M", 5), ("10 M", 60)]
    columns = [
        {
            part: per_million(dollars, VOLUMES[name])
            for part, dollars in estimate(VOLUMES[name], window, points).bill.items()
        }
        for name, window in chosen
    ]
    titles = " | ".join(f"{name}, {window} s" for name, window in chosen)
    rows = [f"| {part} | {' | '.join(f'${column[part]:.2f}' for column in columns)} |" for part in columns[0]]
    return [f"| US dollars per million | {titles} |", "|---|" + "---|" * len(chosen), *rows]
