"""The same program on one machine, beside a stack: it is asked the same, and its answers are compared."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from services.ingest.accept import Acceptor
from services.ingest.drops import DropCounter
from services.ingest.handler import make_handler as make_ingest
from services.ingest.visitors import VisitorHasher
from services.ingest.writer import Writer
from services.projector.milestones import MilestoneCheck
from services.projector.project import Projector
from services.projector.sweep import Sweeper
from services.query.handler import make_handler as make_query
from shared.directory import Directory
from shared.domain.rules import rule_set
from shared.engine import Engine
from shared.engines.sqlite import open_engine
from shared.process import now_ms, random_id
from tests.benchmarks.traffic import gateway_event
from tests.stack_aws.beacons import Beacon
from tests.support.days import day_folder
from tests.support.server import Answer


class Twin:
    """An installation over SQLite with the sites, the keys and the salts of another engine."""

    def __init__(self, folder: Path, other: Engine) -> None:
        """Makes it in an empty folder."""
        own = open_engine(folder, rule_set(), synchronous="OFF")
        for site in other.sites.all():
            own.read_models.set_timezone(site.name, site.timezone)
            own.sites.save(site)
        for key in other.keys.all():
            own.keys.save(key)
        # The same salts make the same visitor hashes, so that even the events can be compared.
        self.engine = replace(own, salts=other.salts)
        self.instant = 0
        directory = Directory(own.sites, own.keys, 60, time.monotonic)
        acceptor = Acceptor(directory, VisitorHasher(self.engine.salts), DropCounter(), [])
        self._ingest = make_ingest(acceptor, Writer(own.log, lambda: self.instant, random_id))
        self._query = make_query(self.engine, directory, now_ms)
        self._check = MilestoneCheck(own.read_models, own.milestones, directory.sites, now_ms)

    def take(self, beacon: Beacon, instant: int) -> int:
        """Takes a beacon in at an instant (milliseconds since 1970), and gives the status of the answer."""
        self.instant = instant
        request = gateway_event("POST", "/api/event", headers=beacon.headers, body=beacon.body, instant=instant)
        return int(self._ingest(request, None)["statusCode"])

    def count(self) -> None:
        """Folds what was taken in."""
        projector = Projector(self.engine.log, self.engine.read_models, self._check, lambda attempt: None)
        Sweeper(self.engine, projector, self._check, day_folder(self.engine)).sweep(now_ms())

    def get(self, path: str, key: str | None = None) -> Answer:
        """Asks its API; `path` may have a query."""
        rest, _, query = path.partition("?")
        headers = {"authorization": f"Bearer {key}"} if key else {}
        response = self._query(gateway_event("GET", rest, query, headers, instant=now_ms()), None)
        return Answer(response["statusCode"], response["headers"], response["body"].encode())


def questions(site: str, first: str, last: str) -> Sequence[str]:
    """Everything that is asked of a site's counts from one day to another (YYYY-MM-DD), and some bad questions."""
    path, days = f"/v1/sites/{site}", f"from={first}&to={last}"
    counts = [
        f"{path}/counts?by={by}&bots={bots}&limit=1000&{days}"
        for by in ("page", "day", "hour", "page,day")
        for bots in ("exclude", "include", "only")
    ]
    bad = [f"{path}/counts?by=week&{days}", f"{path}/counts?from={last}&to=2000-01-01", "/v1/sites/unknown.example"]
    return [path, "/openapi.json", f"{path}/counts?page=/&{days}", f"{path}/counts?by=page&{days}", *counts, *bad]


def portions(get: Callable[[str], Answer], question: str) -> list[Answer]:
    """Asks a question, and for all that follows."""
    answers = [get(question)]
    while answers[-1].status == 200 and (cursor := answers[-1].json().get("next")):
        answers.append(get(f"{question}&cursor={cursor}"))
    return answers
