"""Reports of visits over twelve months by one dimension: they must cost what their rows do, not what the events do."""

import time
from collections.abc import Iterator
from functools import partial

from services.query.handler import make_handler
from shared.backlog import live_projection
from shared.directory import Directory
from shared.domain.costs import VISITS
from shared.domain.sites import Site
from shared.engine import Engine
from shared.environment import DIRECTORY_LIFETIME
from shared.folded_days import NOBODY, SINCE, rollup
from shared.http import Handler
from tests.benchmarks.emulated import open_emulated
from tests.benchmarks.lines import Bench, Line, Quantity, Target
from tests.benchmarks.made_visits import AFTERWARDS, fill
from tests.benchmarks.timing import least_cpu
from tests.benchmarks.traffic import gateway_event, open_bench_engine
from tests.benchmarks.twelve_months import DAYS, FIRST, LAST

_LARGE, _LARGEST, _SMALL = 1_000_000, 10_000_000, 10_000
_ROUNDS = 15

_METRICS = "metrics=visitors,pageviews,visits,bounce_rate,visit_duration"
_ROLLUPS = ("", "visit:source", "event:page", "visit:country")
_REPORTS = {
    "visit:source": f"breakdown?property=visit:source&{_METRICS}",
    "event:page": f"breakdown?property=event:page&{_METRICS}",
    "visit:country": f"breakdown?property=visit:country&{_METRICS}",
    "aggregate": f"aggregate?{_METRICS}",
    "timeseries": f"timeseries?{_METRICS}",
}


def measure(bench: Bench) -> Iterator[Line]:
    """Gives time and read units of each report for a site of many events, and for one of few with the same groups."""
    number = _LARGEST if bench.full else _LARGE
    sites = [Site(f"{events}.example", str(events), public=True) for events in (number, _SMALL)]
    engine, emulated = open_bench_engine(bench.folder, synchronous="OFF"), open_emulated(*sites)
    for site in sites:
        engine.read_models.set_timezone(site.name, site.timezone)
        engine.sites.save(site)
        fill(engine, site, DAYS, int(site.id))
        _copy(engine, emulated.engine, site)
    ask, ask_emulated = map(_handler, (engine, emulated.engine))
    for name, query in _REPORTS.items():
        large, small = least_cpu(_ROUNDS, *(partial(_ask, ask, site, query) for site in sites))
        yield Line(
            f"12-month {name}, site of {number:,} events",
            Quantity(1000 * large, "ms"),
            Quantity(1000 * small, "ms"),
            f"the same for a site of {_SMALL:,} events",
            Target("<=", 1.5),
            f"v1, five metrics, {len(DAYS)} days; SQLite, seconds of CPU, the least of {_ROUNDS} rounds by turns",
        )
        of_large, of_small = (emulated.taken(partial(_ask, ask_emulated, site, query)) for site in sites)
        yield Line(
            f"12-month {name}, read units",
            Quantity(of_large.reads, "units"),
            Quantity(of_small.reads, "units"),
            f"the same for a site of {_SMALL:,} events",
            Target("<=", 1.05),
            f"{of_large.calls} calls; the cost model takes {VISITS.read_units:g} units in {VISITS.calls:g} calls",
        )


def _copy(source: Engine, target: Engine, site: Site) -> None:
    """Copies what the reports are made of."""
    version = live_projection(target.read_models).version
    for collection in (rollup("exclude", dimension) for dimension in _ROLLUPS):
        target.days.put(version, site.name, collection, dict(source.days.read(version, site.name, collection)))
    target.days.put(version, NOBODY, SINCE, {SINCE: b""})


def _handler(engine: Engine) -> Handler:
    directory = Directory(engine.sites, engine.keys, DIRECTORY_LIFETIME, time.monotonic)
    return make_handler(engine, directory, lambda: AFTERWARDS)


def _ask(ask: Handler, site: Site, query: str) -> None:
    path, _, parameters = query.partition("?")
    period = f"site_id={site.name}&period=custom&date={FIRST},{LAST}"
    answer = ask(gateway_event("GET", f"/api/v1/stats/{path}", f"{period}&{parameters}"), None)
    if answer["statusCode"] != 200:
        raise RuntimeError(f"the report failed: {answer['body']}")
