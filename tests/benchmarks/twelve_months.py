"""A report over twelve months: it must cost what its rows cost, not what its events do."""

import json
import random
import time
from collections.abc import Iterator
from datetime import date
from functools import partial
from itertools import islice

from infra.local.installation import DIRECTORY_LIFETIME
from services.query.handler import make_handler
from shared.backlog import live_projection
from shared.directory import Directory
from shared.domain.calendar import days_between
from shared.domain.folds import DAY, PAGE_DAY, PAGE_TOTAL, TOTAL, Delta, RowKey
from shared.domain.sites import Site
from shared.domain.visitors import HASH_BYTES
from shared.engine import Commit, Engine
from shared.http import Handler
from shared.process import now_ms
from tests.benchmarks.lines import Bench, Line, Quantity, Target
from tests.benchmarks.timing import median_seconds
from tests.benchmarks.traffic import gateway_event, open_bench_engine

FIRST, LAST = date(2025, 12, 1), date(2026, 11, 30)
DAYS = days_between(FIRST, LAST)
_PAGES = [f"/page/{number}" for number in range(25)]

_LARGE, _SMALL = 10_000_000, 10_000
_ROUNDS = 15
_COMMIT_ROWS = 1_000

#: Visitors of a row: some of its pageviews have the same one. A day's go over into the sketch.
_PAGEVIEWS_OF_A_VISITOR = 2
_MOST_VISITORS = 1_500


def measure(bench: Bench) -> Iterator[Line]:
    """Gives the time of the report for a site of many events, and for one of few on the same days and pages."""
    engine = open_bench_engine(bench.folder, synchronous="OFF")
    sites = {events: Site(f"{events}.example", str(events), public=True) for events in (_LARGE, _SMALL)}
    for events, site in sites.items():
        engine.read_models.set_timezone(site.name, site.timezone)
        engine.sites.save(site)
        _fill(engine, site.name, events)
    directory = Directory(engine.sites, engine.keys, DIRECTORY_LIFETIME, time.monotonic)
    ask = make_handler(engine, directory, now_ms)
    for events, site in sites.items():
        counted = _report(ask, site.name)
        if counted != events:
            raise RuntimeError(f"{site.name} has {counted} pageviews")
    large, small = median_seconds(_ROUNDS, *(partial(_report, ask, sites[events].name) for events in (_LARGE, _SMALL)))
    yield Line(
        "12-month report by page, site of 10,000,000 events",
        Quantity(1000 * large, "ms"),
        Quantity(1000 * small, "ms"),
        "the same for a site of 10,000 events",
        Target("<=", 1.5),
        f"{len(DAYS) * len(_PAGES):,} pairs of page and day in either; medians of {_ROUNDS}, by turns",
    )


def _fill(engine: Engine, site: str, events: int) -> None:
    rows = _rows(site, events)
    version = live_projection(engine.read_models).version
    while some := dict(islice(rows, _COMMIT_ROWS)):
        engine.read_models.commit(version, Commit(deltas=some))


def _rows(site: str, events: int) -> Iterator[tuple[RowKey, Delta]]:
    """Gives the rows of a site whose pageviews spread evenly over pages and days, the remainder over the first."""
    rng = random.Random(events)
    each, more = divmod(events, len(DAYS) * len(_PAGES))
    pages = dict.fromkeys(_PAGES, 0)
    for day in DAYS:
        total = 0
        for page in _PAGES:
            pageviews = each + (more > 0)
            more -= 1
            total += pageviews
            pages[page] += pageviews
            yield RowKey(site, PAGE_DAY, day, page), _delta(rng, pageviews)
        yield RowKey(site, DAY, day, ""), _delta(rng, total)
    for page, pageviews in pages.items():
        yield RowKey(site, PAGE_TOTAL, "", page), Delta(pageviews)
    yield RowKey(site, TOTAL, "", ""), Delta(events)


def _delta(rng: random.Random, pageviews: int) -> Delta:
    visitors = min(_MOST_VISITORS, (pageviews + 1) // _PAGEVIEWS_OF_A_VISITOR)
    return Delta(pageviews, visitors={rng.randbytes(HASH_BYTES) for _ in range(visitors)})


def _report(ask: Handler, site: str) -> int:
    query = f"by=page&from={FIRST}&to={LAST}"
    answer = ask(gateway_event("GET", f"/v1/sites/{site}/counts", query), None)
    pageviews: int = json.loads(answer["body"])["totals"]["pageviews"]
    return pageviews
