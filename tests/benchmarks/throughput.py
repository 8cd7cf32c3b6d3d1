"""How many durable 202s a second one machine gives, the projection and the load's generator on the same CPUs."""

import time
from collections.abc import Iterator
from statistics import median
from typing import NamedTuple

from shared.backlog import backlog, live_projection
from shared.domain.folds import TOTAL, RowKey
from shared.engine import Engine
from tests.benchmarks.lines import Bench, Line, Quantity, Target
from tests.benchmarks.servers import CONNECTIONS, Load, Server, empty_server, has_wrk, milepost_server, put_load
from tests.benchmarks.timing import cpu_of, sync_seconds
from tests.benchmarks.traffic import SITE, open_bench_engine

_WHAT = "one machine, durable 202s"
_EMPTY = "the same server with an empty handler, by turns"
_ROUNDS = 4
_WARM_UP_SECONDS = 1
_SECONDS = 3
_MOST_WAIT_SECONDS = 60


class _Run(NamedTuple):
    load: Load
    cpu: float

    @property
    def rate(self) -> float:
        return self.load.accepted / self.load.seconds

    @property
    def cpu_us(self) -> float:
        return self.cpu / self.load.accepted * 1e6


def measure(bench: Bench) -> Iterator[Line]:
    """Gives rate, latency and CPU of both servers, how far the counts lagged, and whether every 202 was counted."""
    if not has_wrk():
        yield Line(_WHAT, None, note="skipped: wrk is not installed (Debian, Ubuntu: apt install wrk)")
        return
    data = bench.folder / "data"
    engine = open_bench_engine(data)
    ours: list[_Run] = []
    empty: list[_Run] = []
    lags: list[float] = []
    with milepost_server(data) as server, empty_server(bench.folder) as bare:
        warm_up = put_load(server, _WARM_UP_SECONDS)
        put_load(bare, _WARM_UP_SECONDS)
        wait_until_counted(engine)
        for _ in range(_ROUNDS):
            empty.append(_measured(bare))
            ours.append(_measured(server))
            lags.append(wait_until_counted(engine))
    yield from _compare(ours, empty, sync_seconds(bench.folder))
    yield Line(f"{_WHAT}, until all are counted", Quantity(median(lags), "s"), note="after the load has ended, median")
    yield _all_counted(engine, [warm_up, *(run.load for run in ours)])


def wait_until_counted(engine: Engine) -> float:
    """Waits until the projection has caught up, and gives the seconds that it took.

    Raises:
        RuntimeError: It has not within a minute.
    """
    start = time.monotonic()
    while backlog(engine, live_projection(engine.read_models)):
        if time.monotonic() - start > _MOST_WAIT_SECONDS:
            raise RuntimeError("the projection does not catch up")
        time.sleep(0.05)
    return time.monotonic() - start


def _measured(server: Server) -> _Run:
    before = cpu_of(server.pid)
    load = put_load(server, _SECONDS)
    return _Run(load, cpu_of(server.pid) - before)


def _compare(ours: list[_Run], empty: list[_Run], sync: float) -> Iterator[Line]:
    yield Line(
        f"{_WHAT}, {CONNECTIONS} connections",
        Quantity(median(run.rate for run in ours), "/s"),
        Quantity(median(run.rate for run in empty), "/s"),
        _EMPTY,
        Target(">=", 0.25),
        f"one event each; medians of {_ROUNDS} rounds of {_SECONDS} s; wrk on the same CPUs; the disk makes an append "
        f"durable in {1000 * sync:.2f} ms",
    )
    yield Line(
        f"{_WHAT}, 99th percentile of latency",
        Quantity(median(run.load.p99_ms for run in ours), "ms"),
        Quantity(median(run.load.p99_ms for run in empty), "ms"),
        _EMPTY,
    )
    yield Line(
        f"{_WHAT}, server's CPU per request",
        Quantity(median(run.cpu_us for run in ours), "µs"),
        Quantity(median(run.cpu_us for run in empty), "µs"),
        _EMPTY,
        note="of the server's processes with all that they do meanwhile, projection included",
    )


def _all_counted(engine: Engine, loads: list[Load]) -> Line:
    """Holds the counts against the 202s. What is under way when wrk stops may be counted without a 202."""
    live = live_projection(engine.read_models).version
    row = engine.read_models.lookup(live, [RowKey(SITE.name, TOTAL, "", "")]).values()
    counted = sum(counts.pageviews + counts.bot_pageviews for counts in row)
    accepted = sum(load.accepted for load in loads)
    under_way = CONNECTIONS * len(loads)
    wrong = max(0, accepted - counted, counted - accepted - under_way)
    return Line(
        f"{_WHAT}, lost or counted twice",
        Quantity(wrong, "events"),
        target=Target("<=", 0, "events"),
        note=f"{accepted:,} answered 202, {counted:,} counted, of which {counted - accepted} of at most {under_way} "
        f"were under way when wrk stopped; {sum(load.failed for load in loads)} refused or broken",
    )
