"""What the release before the reports of visits wrote, in either engine, and today's program over it."""

import base64
import itertools
import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from services.ingest.writer import Writer
from services.projector.milestones import MilestoneCheck
from services.projector.project import Projector
from services.projector.rebuild import Rebuild
from services.projector.recount import Difference, verify
from services.projector.sweep import Sweeper
from services.query.handler import make_handler
from services.query.stats.evaluate import StatsEvaluator
from shared.backlog import live_projection
from shared.directory import Directory
from shared.domain.events import BEACON, PAGEVIEW, Event, encode_event
from shared.domain.reports.question import All, Filter, Question
from shared.domain.rules import rule_set
from shared.domain.sites import Goal
from shared.engine import Engine, Record
from shared.engines.dynamodb.tables import Tables
from tests.support.days import day_folder
from tests.unit.making import PERSON, at

RELEASE = Path(__file__).parents[1] / "golden" / "releases" / "before-visits"
SHOP, BLOG, OLD = "shop.example", "blog.example", "old.example"

#: When the old release stopped, and gave its last answers.
STOPPED = at("2026-11-21T12:30:00+00:00")

_KEY = "key-of-the-fixture"
_BATCH = 25

#: What holds for every event: under it a question is answered from the events, and not from rollups.
EVERY = All(())


def old_answers() -> Mapping[str, str]:
    """What the old release answered, by the path that was asked."""
    found: Mapping[str, str] = json.loads((RELEASE / "answers.json").read_text())
    return found


def fill_folder(folder: Path) -> None:
    """Makes the data folder of the old release."""
    folder.mkdir()
    for name in ("milepost", "views"):
        connection = sqlite3.connect(folder / f"{name}.db")
        connection.executescript((RELEASE / f"{name}.sql").read_text())
        connection.close()


def fill_tables(client: Any, tables: Tables) -> None:
    """Puts the items of the old release into tables that are empty."""
    lines = (RELEASE / "dynamodb.jsonl").read_text().splitlines()
    puts = [(role, {"PutRequest": {"Item": _bytes(item)}}) for line in lines for role, item in json.loads(line).items()]
    for role, some in itertools.groupby(puts, key=lambda put: put[0]):
        requests = [request for _, request in some]
        for first in range(0, len(requests), _BATCH):
            part = requests[first : first + _BATCH]
            assert not client.batch_write_item(RequestItems={getattr(tables, role): part})["UnprocessedItems"]


def _bytes(value: Any) -> Any:
    """Reads the Base64 of DynamoDB's binary values."""
    if isinstance(value, list):
        return [_bytes(part) for part in value]
    if not isinstance(value, dict):
        return value
    return {
        name: base64.b64decode(part)
        if name == "B" and isinstance(part, str)
        else list(map(base64.b64decode, part))
        if name == "BS"
        else _bytes(part)
        for name, part in value.items()
    }


def pageview(moment: str) -> Event:
    """A pageview of the shop as today's ingest stores it, with a country; all are one visitor's."""
    url, visitor = f"https://{SHOP}/", "00000000000000aa"
    return Event(SHOP, BEACON, at(moment), PAGEVIEW, url, visitor, country="DE", user_agent=PERSON)


class Installed:
    """Today's program over the installation, under a clock that stands where the old one stopped."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.now = STOPPED
        directory = Directory(engine.sites, engine.keys, 0, lambda: 0.0)
        self.sites = directory.sites
        ids = itertools.count()
        self._writer = Writer(engine.log, self.clock, lambda: f"of-the-new-{next(ids)}")
        self._check = MilestoneCheck(engine.read_models, engine.milestones, directory.sites, self.clock)
        self.projector = Projector(engine.log, engine.read_models, self._check, lambda attempt: None)
        self.days = day_folder(engine)
        self.sweeper = Sweeper(engine, self.projector, self._check, self.days)
        self._rebuild = Rebuild(engine, self.projector, self._check, self.days, lambda attempt: None)
        self._query = make_handler(engine, directory, self.clock)
        self._evaluator = StatsEvaluator(engine, self.clock)

    def clock(self) -> int:
        return self.now

    @property
    def version(self) -> int:
        return live_projection(self.engine.read_models).version

    def records(self) -> list[Record]:
        """The whole log."""
        return [r for head in self.engine.log.epochs() for r in self.engine.log.read(head.epoch, -1, 10_000)]

    def append(self, *events: Event) -> list[Record]:
        """Appends events, and gives their records."""
        known = {(record.epoch, record.version) for record in self.records()}
        self._writer.append([encode_event(event) for event in events])
        return [record for record in self.records() if (record.epoch, record.version) not in known]

    def sweep(self, moment: str | None = None) -> None:
        """Sweeps now, or at a later moment."""
        self.now = at(moment) if moment else self.now
        assert self.sweeper.sweep(self.now) == 0

    def get(self, path: str) -> str:
        """Asks the query handler, with the key that reads the blog where that is asked."""
        rest, _, query = path.partition("?")
        http = {"method": "GET", "path": rest, "sourceIp": "192.0.2.1", "protocol": "HTTP/1.1", "userAgent": ""}
        request = {
            "version": "2.0",
            "routeKey": "$default",
            "rawPath": rest,
            "rawQueryString": query,
            "headers": {"authorization": f"Bearer {_KEY}"} if BLOG in path else {},
            "requestContext": {"http": http, "stage": "$default", "timeEpoch": self.now},
            "isBase64Encoded": False,
        }
        response = self._query(request, None)
        assert response["statusCode"] == 200, response["body"]
        body: str = response["body"]
        return body

    def answers(self) -> dict[str, str]:
        """Asks what the old release was asked."""
        return {path: self.get(path) for path in old_answers()}

    def pageviews(self, site: str, day: str) -> int:
        """People's pageviews on a day, as `/v1` gives them."""
        answer = json.loads(self.get(f"/v1/sites/{site}/counts?by=day&from={day}&to={day}"))
        pageviews: int = answer["totals"]["pageviews"]
        return pageviews

    def ask(
        self,
        site: str,
        metrics: str,
        dimensions: str = "",
        days: str = "2026-11-14 2026-11-21",
        filters: Filter | None = None,
        bots: str = "exclude",
        goals: tuple[Goal, ...] = (),
    ) -> dict[str, Any]:
        """Asks for metrics by dimensions: a tuple of values, or the only one, by the dimensions' values."""
        first, last = map(date.fromisoformat, days.split())
        question = Question(tuple(metrics.split()), tuple(dimensions.split()), first, last, filters, bots)
        groups = self._evaluator.rows(replace(self.sites()[site], goals=goals), question)
        names = question.metrics
        found = {" ".join(group.dimensions): tuple(group.metrics[name] for name in names) for group in groups}
        return found if len(names) > 1 else {name: values[0] for name, values in found.items()}

    def rebuild(self) -> list[Difference]:
        """Rebuilds as the command does, and gives what differed."""
        timezones = live_projection(self.engine.read_models).timezones
        building = self._rebuild.build(rule_set(), timezones, lambda events: None)
        differences = self._rebuild.compare(building, 1_000)
        self._rebuild.switch(building, self.now)
        return differences

    def verified(self) -> list[Difference]:
        """What a recount finds."""
        return list(verify(self.engine, live_projection(self.engine.read_models), lambda events: None))


Opens = Callable[[], Engine]
Openings = Iterator[Opens]
