"""The read units of a report over twelve months on DynamoDB: they must follow its rows, not the events behind them."""

import random
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple

from services.query.handler import make_handler
from shared.backlog import live_projection
from shared.directory import Directory
from shared.domain.events import BEACON
from shared.domain.folds import DAY, HOUR, ORIGIN_DAY, PAGE_DAY, PAGE_TOTAL, TOTAL, Delta, RowKey
from shared.domain.sites import Site
from shared.domain.visitors import HASH_BYTES
from shared.engine import Commit, Engine
from shared.environment import DIRECTORY_LIFETIME
from shared.http import Handler
from shared.process import now_ms
from tests.benchmarks.emulated import Emulated, open_emulated
from tests.benchmarks.lines import Bench, Line, Quantity, Target
from tests.benchmarks.traffic import gateway_event
from tests.benchmarks.twelve_months import DAYS, FIRST, LAST

_LARGE, _SMALL = 1_000_000, 10_000
_PAGES = [f"/page/{number}" for number in range(10)]
_REPORTS = ("day", "page", "page,day")

#: The last days of the year are still open, and have as many visitors as days have. Of the others the members are in
#: summaries, which have only their number; to store few of them spares the emulator some minutes.
_OPEN_DAYS = 2
_PAGEVIEWS_OF_A_VISITOR, _OF_A_PAST_VISITOR = 2, 100
_CLOSED = LAST - timedelta(days=_OPEN_DAYS)


class Report(NamedTuple):
    """What a report took: read units, calls to DynamoDB, and seconds of CPU with the emulator's own."""

    units: float
    calls: int
    cpu: float


def measure(bench: Bench) -> Iterator[Line]:
    """Gives the units of each report for a site of many events, and for one of few on the same days and pages."""
    large, small = (_reports(events) for events in (_LARGE, _SMALL))
    for by in _REPORTS:
        still_open = {events: reports[by, str(LAST)] for events, reports in ((_LARGE, large), (_SMALL, small))}
        yield Line(
            f"12-month report by {by}, read units, 1,000,000 events",
            Quantity(large[by, str(_CLOSED)].units, "units"),
            Quantity(small[by, str(_CLOSED)].units, "units"),
            "the same for a site of 10,000 events",
            Target("<=", 1.05),
            f"{len(DAYS):,} days of {len(_PAGES)} pages; with today and yesterday still open "
            f"{still_open[_LARGE].units:g} against {still_open[_SMALL].units:g}, in {still_open[_LARGE].calls} calls "
            f"and {1000 * still_open[_LARGE].cpu:.0f} ms of CPU, the emulator's included",
        )


def _reports(events: int) -> dict[tuple[str, str], Report]:
    """Makes a site of so many events, and gives what its reports take, by their rows and their last day."""
    site = Site(f"{events}.example", str(events), public=True)
    emulated = open_emulated(site)
    engine = emulated.engine
    _fill(engine, site.name, events)
    engine.read_models.close(live_projection(engine.read_models).version, f"{LAST}T23")
    ask = make_handler(engine, Directory(engine.sites, engine.keys, DIRECTORY_LIFETIME, time.monotonic), now_ms)
    _ask(emulated, ask, site, "day", str(LAST))  # learns the sites
    return {(by, last): _ask(emulated, ask, site, by, last) for by in _REPORTS for last in (str(_CLOSED), str(LAST))}


def _fill(engine: Engine, site: str, events: int) -> None:
    """Commits a day at a time, whose pageviews are spread evenly over the pages and the hours."""
    rng = random.Random(events)
    version = live_projection(engine.read_models).version
    each, more = divmod(events, len(DAYS) * len(_PAGES))
    for number, day in enumerate(DAYS):
        per_visitor = _PAGEVIEWS_OF_A_VISITOR if number >= len(DAYS) - _OPEN_DAYS else _OF_A_PAST_VISITOR
        pageviews = {page: each + (number * len(_PAGES) + at < more) for at, page in enumerate(_PAGES)}
        deltas = {RowKey(site, PAGE_DAY, day, page): _delta(rng, n, per_visitor) for page, n in pageviews.items()}
        deltas |= {RowKey(site, PAGE_TOTAL, "", page): Delta(n) for page, n in pageviews.items()}
        total = sum(pageviews.values())
        for hour in range(24):
            pageviews_of_hour = total // 24 + (hour < total % 24)
            deltas[RowKey(site, HOUR, f"{day}T{hour:02}", "")] = _delta(rng, pageviews_of_hour, per_visitor)
        deltas[RowKey(site, DAY, day, "")] = _delta(rng, total, per_visitor)
        deltas[RowKey(site, ORIGIN_DAY, day, BEACON)] = deltas[RowKey(site, TOTAL, "", "")] = Delta(total)
        engine.read_models.commit(version, Commit(deltas=deltas))


def _delta(rng: random.Random, pageviews: int, per_visitor: int) -> Delta:
    return Delta(pageviews, visitors={rng.randbytes(HASH_BYTES) for _ in range(pageviews // per_visitor)})


def _ask(emulated: Emulated, ask: Handler, site: Site, by: str, last: str) -> Report:
    units, calls, cpu = emulated.units("read"), emulated.client.calls.total(), time.process_time()
    answer = ask(gateway_event("GET", f"/v1/sites/{site.name}/counts", f"by={by}&from={FIRST}&to={last}"), None)
    if answer["statusCode"] != 200:
        raise RuntimeError(f"the report failed: {answer['body']}")
    return Report(emulated.units("read") - units, emulated.client.calls.total() - calls, time.process_time() - cpu)
