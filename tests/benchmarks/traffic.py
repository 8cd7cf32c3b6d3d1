"""Realistic traffic: the pageviews of a real access log where it is at hand, else of one made up like it."""

import gzip
import json
import random
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from infra.imports.access_log import Hit, LineReader, Unreadable
from infra.imports.lines import Line
from infra.local.gateway import to_request
from services.ingest.accept import Acceptor
from services.ingest.drops import DropCounter
from services.ingest.handler import make_handler
from services.ingest.visitors import VisitorHasher
from services.ingest.writer import Writer
from shared.directory import Directory
from shared.domain.sites import Site
from shared.engine import Appender, Engine, Entry, Record
from shared.engines.sqlite import open_engine
from shared.http import Handler, Request
from shared.process import now_ms, random_id
from tests.benchmarks.paths import DATA

#: Without a cap, so that none of a benchmark's events is dropped.
SITE = Site("bench.example", "bench", public=True, cap=None)

RULES = "benchmark"

_LOG = DATA / "logs" / "elastic_apache.log.gz"
_LINES, _PAGES, _AGENTS, _ADDRESSES = 10_000, 800, 550, 1_750
_SECONDS_BETWEEN_LINES = 30


class Traffic(NamedTuple):
    """Lines of an access log, and what they are."""

    lines: Sequence[bytes]
    source: str
    real: bool


class Tape:
    """An appender that keeps what it is given, and nothing else."""

    def __init__(self) -> None:
        self.records: list[Record] = []

    def put(self, epoch: str, opened: str, first: int, entries: Sequence[Entry]) -> None:
        """Keeps the entries."""
        self.records += [Record(epoch, first + i, entry.nonce, entry.body) for i, entry in enumerate(entries)]


def read_traffic() -> Traffic:
    """Gives the lines of the real log, or of one made up."""
    if _LOG.exists():
        return Traffic(gzip.decompress(_LOG.read_bytes()).splitlines(), _LOG.name.removesuffix(".log.gz"), real=True)
    return Traffic(_made_up_lines(), "made-up log", real=False)


def hits_of(traffic: Traffic) -> list[Hit]:
    """Gives the pageviews among the lines."""
    reader = LineReader(SITE.timezone, as_written=False)
    hits = []
    for number, content in enumerate(traffic.lines, start=1):
        try:
            hit = reader.read(Line(number, content, "", terminated=True))
        except Unreadable:
            continue
        if hit:
            hits.append(hit)
    return hits


def beacon_of(hit: Hit) -> Request:
    """Makes the request that a tracker would have sent for a pageview, as API Gateway hands it over."""
    beacon = {"n": "pageview", "u": f"https://{SITE.name}{hit.path}", "d": SITE.name, "r": hit.referrer, "w": 1440}
    return request_of(json.dumps(beacon).encode(), {"user-agent": hit.agent}, hit.address, hit.instant)


def request_of(body: bytes, headers: Mapping[str, str], address: str, instant: int) -> Request:
    """Makes the API Gateway event of a beacon's POST; what a browser sends besides is added."""
    sent = {
        "host": "stats.example",
        "content-type": "text/plain",
        "accept": "*/*",
        "accept-encoding": "gzip, deflate, br",
        "accept-language": "en-US,en;q=0.9",
        "origin": f"https://{SITE.name}",
        **headers,
    }
    return gateway_event("POST", "/api/event", headers=sent, address=address, body=body, instant=instant)


def gateway_event(
    method: str,
    path: str,
    query: str = "",
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    address: str = "192.0.2.1",
    instant: int = 0,
) -> Request:
    """Makes the API Gateway event of a request."""
    scope = {
        "method": method,
        "path": path,
        "query_string": query.encode(),
        "http_version": "1.1",
        "client": (address, 0),
        "headers": [(name.encode(), value.encode("utf-8", "replace")) for name, value in (headers or {}).items()],
    }
    return to_request(scope, body, instant)


def open_bench_engine(folder: Path, synchronous: str = "FULL", site: Site = SITE) -> Engine:
    """Opens an engine in which the benchmarks' site is registered."""
    engine = open_engine(folder, RULES, synchronous)
    engine.read_models.set_timezone(site.name, site.timezone)
    engine.sites.save(site)
    return engine


def make_ingest(engine: Engine, appender: Appender) -> Handler:
    """Puts the ingest handler together over an engine's sites, keys and salts, and an appender of its own."""
    directory = Directory(engine.sites, engine.keys, lifetime=60, monotonic=time.monotonic)
    acceptor = Acceptor(directory, VisitorHasher(engine.salts), DropCounter(), ())
    return make_handler(acceptor, Writer(appender, now_ms, random_id))


def _made_up_lines() -> list[bytes]:
    rng = random.Random(2015)
    pages = [f"/{rng.choice(('blog', 'articles', 'projects'))}/page-{n}/" for n in range(_PAGES)]
    assets = ["/style.css", "/images/logo.png", "/favicon.ico"]
    addresses = [".".join(str(rng.randrange(1, 255)) for _ in range(4)) for _ in range(_ADDRESSES)]
    begin = datetime(2015, 5, 17, tzinfo=UTC)
    lines = []
    for n in range(_LINES):
        stamp = f"{begin + timedelta(seconds=n * _SECONDS_BETWEEN_LINES):%d/%b/%Y:%H:%M:%S +0000}"
        page = pages[min(int(rng.paretovariate(0.7)) - 1, _PAGES - 1)]
        path = page if rng.random() < 0.4 else rng.choice(assets)
        agent = f"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/{rng.randrange(_AGENTS)}.0 Safari/537.36"
        if rng.random() < 0.1:
            agent = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
        address = rng.choice(addresses)
        lines.append(f'{address} - - [{stamp}] "GET {path} HTTP/1.1" 200 8090 "http://{SITE.name}/" "{agent}"'.encode())
    return lines
