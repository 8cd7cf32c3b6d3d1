"""How long after its 202 a pageview is seen in the counts."""

import json
import random
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from statistics import median
from urllib.parse import urlsplit

from tests.benchmarks.lines import Bench, Line, Quantity, Target
from tests.benchmarks.servers import CONNECTIONS, Server, has_wrk, milepost_server, wrk_command
from tests.benchmarks.traffic import SITE, open_bench_engine

_WHAT = "freshness, 202 to visible in counts, longest of"
_TARGET = Target("<=", 1, "s")
_TRIES = 50
_PAUSE_SECONDS = 0.1
_POLL_SECONDS = 0.002
_MOST_SECONDS = 20
_LOAD_SECONDS = 600
_WARM_UP_SECONDS = 1
_AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"


def measure(bench: Bench) -> Iterator[Line]:
    """Gives the longest and the median time, on a quiet server and under full load."""
    data = bench.folder / "data"
    open_bench_engine(data)
    yield Line("freshness on AWS", None, note="the batching window and about a second, by design; it takes an account")
    with milepost_server(data) as server:
        yield _line("quiet server", _tries(server, "quiet"))
        if not has_wrk():
            yield Line(f"{_WHAT} {_TRIES}, under load", None, note="skipped: wrk is not installed")
            return
        with _load(server):
            yield _line(f"under load of {CONNECTIONS} connections", _tries(server, "busy"))


def _line(circumstances: str, times: list[float]) -> Line:
    note = f"{circumstances}; median {median(times):.3f} s"
    return Line(f"{_WHAT} {len(times)}", Quantity(max(times), "s"), target=_TARGET, note=note)


@contextmanager
def _load(server: Server) -> Iterator[None]:
    load = subprocess.Popen(wrk_command(server, _LOAD_SECONDS), stdout=subprocess.DEVNULL)
    try:
        time.sleep(_WARM_UP_SECONDS)
        yield
        if load.poll() is not None:
            raise RuntimeError("wrk ended too early")
    finally:
        load.kill()
        load.wait()


def _tries(server: Server, name: str) -> list[float]:
    rng = random.Random(name)
    times = []
    with closing(HTTPConnection(urlsplit(server.url).netloc, timeout=_MOST_SECONDS)) as connection:
        for number in range(_TRIES):
            # Without a pause every try would find the projector at the same place of its round.
            time.sleep(rng.uniform(0, _PAUSE_SECONDS))
            times.append(_try(connection, f"/{name}/{number}"))
    return times


def _try(connection: HTTPConnection, page: str) -> float:
    body = json.dumps({"n": "pageview", "u": f"https://{SITE.name}{page}", "d": SITE.name})
    _ask(connection, "POST", "/api/event", body, 202)
    start = time.perf_counter()
    while time.perf_counter() - start < _MOST_SECONDS:
        asked = time.perf_counter()
        answer = _ask(connection, "GET", f"/v1/sites/{SITE.name}/counts?page={page}", None, 200)
        if json.loads(answer)["totals"]["pageviews"]:
            return time.perf_counter() - start
        time.sleep(max(0, asked + _POLL_SECONDS - time.perf_counter()))
    raise RuntimeError(f"{page} is not counted after {_MOST_SECONDS} s")


def _ask(connection: HTTPConnection, method: str, path: str, body: str | None, status: int) -> bytes:
    connection.request(method, path, body, {"user-agent": _AGENT, "content-type": "text/plain"})
    response = connection.getresponse()
    content = response.read()
    if response.status != status:
        raise RuntimeError(f"{method} {path} was answered {response.status}: {content.decode(errors='replace')}")
    return content
