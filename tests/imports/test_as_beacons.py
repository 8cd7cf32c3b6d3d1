"""A real log's pageviews, sent as beacons at their own instants, through the ingest handler and the projector."""

import gzip
import itertools
import json
import re
import time
from datetime import datetime
from pathlib import Path

from services.ingest.accept import Acceptor
from services.ingest.drops import DropCounter
from services.ingest.handler import make_handler
from services.ingest.visitors import VisitorHasher
from services.ingest.writer import Writer
from services.projector.project import Projector
from shared.directory import Directory
from shared.domain.access_log import is_pageview, path_of
from shared.domain.calendar import millis
from shared.domain.folds import DAY, PAGE_DAY
from shared.domain.rules import rule_set
from shared.domain.sites import Site
from shared.engine import Engine
from shared.engines.sqlite import open_engine
from tests.imports.importing import real_log
from tests.imports.test_truth import Counted, truth_of_days, truth_of_pages

SITE = "example.org"
_LINE = re.compile(r'(\S+) \S+ \S+ \[(.+?)\] "(\S+) (\S+) [^"]*" (\d{3}) \S+ "[^"]*" "(.*)"$')


def test_the_same_requests_as_beacons_are_counted_like_the_log(tmp_path: Path) -> None:
    engine = open_engine(tmp_path, rule_set(), synchronous="OFF")
    engine.sites.save(Site(SITE, "id", cap=None))
    engine.read_models.set_timezone(SITE, "UTC")
    now = [0]
    numbers = itertools.count()
    writer = Writer(engine.log, lambda: now[0], lambda: f"{next(numbers):x}")
    directory = Directory(engine.sites, engine.keys, 60, time.monotonic)
    ingest = make_handler(Acceptor(directory, VisitorHasher(engine.salts), DropCounter(), []), writer)
    for line in gzip.decompress(real_log("elastic_apache").read_bytes()).decode().splitlines():
        if not (found := _LINE.match(line)):
            continue
        address, stamp, method, target, status, agent = found.groups()
        if is_pageview(method, int(status), path_of(target)):
            now[0] = millis(datetime.strptime(stamp, "%d/%b/%Y:%H:%M:%S %z"))
            body = json.dumps({"n": "pageview", "u": f"https://{SITE}{target}", "d": SITE})
            context = {"http": {"method": "POST", "sourceIp": address}, "timeEpoch": now[0]}
            request = {
                "rawPath": "/api/event",
                "headers": {"user-agent": agent},
                "requestContext": context,
                "body": body,
            }
            assert ingest(request, None)["statusCode"] == 202
    projector = Projector(engine.log, engine.read_models, lambda subjects: None, lambda attempt: None)
    for head in engine.log.epochs():
        projector.catch_up(engine.read_models.projections()[0], head.epoch, head.head)
    assert seen(engine, DAY) == truth_of_days("elastic_apache")
    assert seen(engine, PAGE_DAY) == truth_of_pages("elastic_apache")


def seen(engine: Engine, view: str) -> Counted:
    """Pageviews and visitors with bots in, by bucket and page."""
    rows = engine.read_models.rows(1, SITE, view, "0000", "9999")
    return {(key.bucket, key.page): counts.seen("include") for key, counts in rows}
