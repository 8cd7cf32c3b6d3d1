"""Installations over any engine, between which sites move by exports."""

import itertools
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from infra.exports.export import Export
from infra.exports.run import EventsImport, Report
from infra.imports.report import Report as ImportReport
from infra.imports.run import AccessLogImport, Options
from services.ingest.writer import Writer
from services.projector.milestones import MilestoneCheck
from services.projector.notify import Notification, Notifier
from services.projector.project import Projector
from services.projector.recount import verify
from services.projector.sweep import Sweeper
from services.query.handler import make_handler
from shared.backlog import live_projection
from shared.directory import Directory
from shared.domain.calendar import millis
from shared.domain.events import Event, encode_event
from shared.domain.keys import Key, key_digest
from shared.domain.sites import Site
from shared.engine import Engine
from shared.engines.sqlite import open_engine
from tests.imports.importing import FIREFOX, Countdown, Crashing
from tests.support.days import day_folder

NOW = millis(datetime(2026, 11, 22, 12, tzinfo=UTC))
HOUR = 3_600_000
KEY = "mp_the_key_of_the_test"
SITE = Site("example.org", "0a1b", "Europe/Berlin", True, ("https://example.org",), (1, 50, 120), 5_000, ("q",), 30)
OTHER = Site("other.example", "2c3d", public=True)
BOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"


def sqlite(folder: Path) -> Engine:
    return open_engine(folder, "rules", synchronous="OFF")


class House:
    """An installation over one engine, under a clock that a test sets."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.engine = engine
        self.folder = folder
        self.now = NOW
        self.mails: list[Notification] = []
        self._ids = map(str, itertools.count())
        engine.keys.save(Key(f"of {folder.name}", key_digest(KEY), "read"))
        self.writer = Writer(engine.log, lambda: self.now, lambda: f"{folder.name}-{next(self._ids)}")

    @property
    def sites(self) -> dict[str, Site]:
        return {site.name: site for site in self.engine.sites.all()}

    def check(self, engine: Engine | None = None) -> MilestoneCheck:
        engine = engine or self.engine
        return MilestoneCheck(engine.read_models, engine.milestones, lambda: self.sites, lambda: self.now)

    def projector(self, engine: Engine) -> Projector:
        return Projector(engine.log, engine.read_models, self.check(engine), lambda attempt: None)

    def sweep(self) -> None:
        projector = self.projector(self.engine)
        assert Sweeper(self.engine, projector, self.check(), day_folder(self.engine)).sweep(self.now) == 0

    def notify(self) -> None:
        Notifier(
            self.engine.milestones, lambda: self.sites, self.mails.append, lambda site: "http://d", lambda: self.now
        ).run()

    def add(self, site: Site) -> None:
        self.engine.read_models.set_timezone(site.name, site.timezone)
        self.engine.sites.save(site)

    def remove(self, site: Site) -> None:
        self.engine.sites.remove(site.name)
        self.engine.read_models.set_timezone(site.name, None)
        self.engine.imports.forget(site.id)
        self.engine.milestones.forget(site.name)
        sum(self.engine.log.erase(site.name))
        self.engine.read_models.forget(site.name)

    def beacons(self, count: int, page: str = "/", site: Site = SITE, agent: str = FIREFOX) -> None:
        """Stores beacons, minutes apart, which several visitors send, and counts them."""
        url = f"https://{site.name}{page}"
        visits = [
            Event(site.name, "beacon", self.now - n * 60_000, "pageview", url, f"{n % 7:016x}", user_agent=agent)
            for n in range(count)
        ]
        self.writer.append([encode_event(visit) for visit in visits])
        self.sweep()

    def access_log(self, file: Path, site: Site = SITE, crash_at: int | None = None) -> ImportReport:
        engine = self.crashing(crash_at)
        check = self.check(engine)
        options = Options(as_written=True, overlap=True)
        job = AccessLogImport(
            engine,
            self.projector(engine),
            check,
            day_folder(engine),
            lambda: self.now,
            site,
            options,
            bytes(32),
        )
        return job.run([file], lambda done: None)

    def crashing(self, crash_at: int | None) -> Engine:
        """The engine; with a number, one behind which the process ends at that write."""
        if crash_at is None:
            return self.engine
        countdown = Countdown(crash_at)
        ports = {port: Crashing(getattr(self.engine, port), countdown) for port in ("log", "read_models", "imports")}
        return replace(self.engine, **ports)

    def export(self, *sites: Site, name: str = "export.ndjson") -> Path:
        file = self.folder.parent / f"{self.folder.name}-{name}"
        with file.open("wb") as stream:
            Export(self.engine, [self.sites[site.name] for site in sites or (SITE,)]).write(
                stream.write, lambda done: None
            )
        return file

    def take(self, *files: Path, crash_at: int | None = None) -> Report:
        engine = self.crashing(crash_at)
        job = EventsImport(engine, self.projector(engine), day_folder(engine), lambda: self.now)
        return job.run(files, lambda done: None)

    def ask(self, path: str, **query: str) -> Any:
        request = {
            "version": "2.0",
            "routeKey": "$default",
            "rawPath": path,
            "rawQueryString": "&".join(f"{key}={value}" for key, value in query.items()),
            "headers": {"authorization": f"Bearer {KEY}"},
            "requestContext": {
                "http": {
                    "method": "GET",
                    "path": path,
                    "sourceIp": "192.0.2.1",
                    "protocol": "HTTP/1.1",
                    "userAgent": "",
                },
                "stage": "$default",
                "timeEpoch": self.now,
            },
            "isBase64Encoded": False,
        }
        directory = Directory(self.engine.sites, self.engine.keys, 0, lambda: 0.0)
        response = make_handler(self.engine, directory, lambda: self.now)(request, None)
        assert response["statusCode"] == 200, response["body"]
        return json.loads(response["body"])

    def answers(self, *sites: Site) -> dict[str, Any]:
        """Every answer about sites: counts in every form, milestones, settings; and what is stored of the settings."""
        assert list(verify(self.engine, live_projection(self.engine.read_models), lambda done: None)) == []
        found: dict[str, Any] = {"sites": self.ask("/v1/sites")["sites"]}
        for site in sites or (SITE,):
            path = f"/v1/sites/{site.name}"
            found[site.name] = self.engine.sites.all(), self.ask(path), self.ask(f"{path}/milestones", limit="1000")
            for by, bots in itertools.product(("page", "day", "page,day"), ("exclude", "include", "only")):
                for first, last in (("2015-05-01", "2015-06-30"), ("2026-11-01", "2026-11-30")):
                    asked = {"by": by, "bots": bots, "from": first, "to": last, "limit": "1000"}
                    found[f"{site.name} {asked}"] = self._pages(f"{path}/counts", asked)
            for bots in ("exclude", "include", "only"):
                asked = {"by": "hour", "bots": bots, "from": "2026-11-20", "to": "2026-11-30", "limit": "1000"}
                found[f"{site.name} {asked}"] = self._pages(f"{path}/counts", asked)
        return found

    def _pages(self, path: str, asked: dict[str, str]) -> list[Any]:
        answers = [self.ask(path, **asked)]
        while cursor := answers[-1]["next"]:
            answers.append(self.ask(path, **asked, cursor=cursor))
        return [(answer["totals"], answer["rows"]) for answer in answers]


def without_other(answers: dict[str, Any]) -> dict[str, Any]:
    found = dict(answers)
    found.pop("sites")
    registered, *rest = found[SITE.name]
    found[SITE.name] = [site for site in registered if site.name == SITE.name], *rest
    return found
