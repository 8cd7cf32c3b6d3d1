"""The query handler over a real engine, filled through the writer and the projector, under a clock that stands."""

import itertools
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from services.ingest.writer import Writer
from services.projector.milestones import MilestoneCheck
from services.projector.project import Projector
from services.query.handler import make_handler
from shared.directory import Directory
from shared.domain.calendar import local_hour, millis
from shared.domain.events import ACCESS_LOG, BEACON, PAGEVIEW, Event, encode_event
from shared.domain.keys import Key, key_digest
from shared.domain.sites import Site
from shared.engine import Engine
from shared.engines.sqlite import open_engine

PERSON = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
BOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
NOON = "2026-11-22T12:00:00+00:00"


def at(moment: str) -> int:
    """Milliseconds since 1970 of an ISO 8601 time with its offset."""
    return millis(datetime.fromisoformat(moment))


class Visit(NamedTuple):
    """A pageview to be counted. `written`: its hour as an access log wrote it."""

    when: str
    page: str = "/"
    visitor: int = 1
    bot: bool = False
    site: str = "example.org"
    written: str | None = None


@dataclass(frozen=True)
class Answer:
    """An answer as it left the handler, and what its body says."""

    status: int
    headers: dict[str, str]
    body: str

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def rows(self) -> list[dict[str, Any]]:
        assert self.status == 200, self.body
        rows: list[dict[str, Any]] = self.json["rows"]
        return rows

    @property
    def error(self) -> str:
        """The refusal's text; the body must hold nothing else."""
        content = self.json
        assert list(content) == ["error"]
        error: str = content["error"]
        return error


class World:
    """An installation with the query handler in front of it."""

    def __init__(self, folder: Path, now: str = NOON) -> None:
        self.now = at(now)
        self.engine = open_engine(folder, "rules", synchronous="OFF")
        ids = map(str, itertools.count())
        self._writer = Writer(self.engine.log, lambda: self.now, lambda: f"id{next(ids)}")
        directory = Directory(self.engine.sites, self.engine.keys, 0, lambda: 0.0)
        self._check = MilestoneCheck(self.engine.read_models, self.engine.milestones, directory.sites, lambda: self.now)
        self.handler = make_handler(self.engine, directory, lambda: self.now)

    def serve(self, engine: Engine) -> None:
        """Puts the handler over another engine."""
        directory = Directory(self.engine.sites, self.engine.keys, 0, lambda: 0.0)
        self.handler = make_handler(engine, directory, lambda: self.now)

    def add_site(self, name: str = "example.org", timezone: str = "UTC", public: bool = True, **more: Any) -> None:
        self.engine.sites.save(Site(name, f"id of {name}", timezone, public, **more))
        self.engine.read_models.set_timezone(name, timezone)

    def add_key(self, key: str, scope: str = "read", sites: tuple[str, ...] = ()) -> None:
        self.engine.keys.save(Key(f"id of {key}", key_digest(key), scope, sites))

    def append(self, visits: Iterable[Visit]) -> None:
        """Appends visits to the log; nothing is counted yet."""
        self._writer.append([encode_event(_event(visit)) for visit in visits])

    def visit(self, *visits: Visit) -> None:
        """Appends visits and counts them."""
        self.append(visits)
        projector = Projector(self.engine.log, self.engine.read_models, self._check, lambda attempt: None)
        for epoch in self.engine.log.epochs():
            records = self.engine.log.read(epoch.epoch, -1, 1_000_000)
            projector.project(records)

    def get(self, path: str, key: str | None = None, query: str = "", method: str = "GET") -> Answer:
        """Asks with a query string as it is, for JSON that no cache keeps."""
        answer = self.ask(path, query, {"authorization": f"Bearer {key}"} if key else {}, method)
        assert answer.headers["content-type"] == "application/json; charset=utf-8"
        assert answer.headers["cache-control"] == "no-store"
        return answer

    def ask(self, path: str, query: str = "", headers: Mapping[str, str] | None = None, method: str = "GET") -> Answer:
        """Asks for a path as API Gateway hands it over: decoded, but for the percent sign's escape."""
        http = {"method": method, "path": path, "sourceIp": "192.0.2.1", "protocol": "HTTP/1.1", "userAgent": ""}
        request = {
            "version": "2.0",
            "routeKey": "$default",
            "rawPath": path,
            "rawQueryString": query,
            # What Powertools would read: wrong on purpose.
            "queryStringParameters": {"by": "nonsense"},
            "headers": headers or {},
            "requestContext": {"http": http, "stage": "$default", "timeEpoch": self.now},
            "isBase64Encoded": False,
        }
        response = self.handler(request, None)
        return Answer(response["statusCode"], response["headers"], response["body"])

    def counts(self, site: str = "example.org", key: str | None = None, **query: Any) -> Answer:
        """Asks for counts; `first` and `last` stand for `from` and `to`."""
        names = {"first": "from", "last": "to"}
        given = urlencode({names.get(name, name): value for name, value in query.items()})
        return self.get(f"/v1/sites/{quote(site)}/counts", key, given)

    def portions(self, limits: Iterator[int], **query: Any) -> list[Answer]:
        """Asks on and on until there is no more, each time for as many rows as the next limit says."""
        found = [self.counts(limit=next(limits), **query)]
        while (cursor := found[-1].json["next"]) is not None:
            found.append(self.counts(limit=next(limits), cursor=cursor, **query))
        return found


def _event(visit: Visit) -> Event:
    return Event(
        visit.site,
        ACCESS_LOG if visit.written else BEACON,
        at(visit.when),
        PAGEVIEW,
        f"https://{visit.site}{visit.page}",
        visitor=f"{visit.visitor:016x}",
        written=visit.written,
        user_agent=BOT if visit.bot else PERSON,
    )


class Naive:
    """The same counts in the plainest way, from the visits themselves."""

    def __init__(self, visits: Iterable[Visit], timezone: str, bots: str) -> None:
        wanted = {"exclude": [False], "only": [True], "include": [False, True]}[bots]
        self._seen = [
            (v.written or local_hour(at(v.when), timezone), v.page, v.visitor) for v in visits if v.bot in wanted
        ]

    def of(self, first: str, last: str, page: str | None = None, hour: str | None = None) -> tuple[int, int]:
        """Pageviews, and visitors as the sum of the days', from the first day to the last."""
        chosen = [
            (h, visitor)
            for h, p, visitor in self._seen
            if first <= h[:10] <= last and page in (None, p) and hour in (None, h)
        ]
        return len(chosen), len({(h[:10], visitor) for h, visitor in chosen})

    def pages(self, first: str, last: str) -> list[tuple[str, int, int]]:
        """The pages with any pageviews, in the order that product.md wants."""
        pages = {page for _, page, _ in self._seen}
        rows = [(page, *self.of(first, last, page)) for page in pages]
        return sorted((row for row in rows if row[1]), key=lambda row: (-row[1], row[0].encode()))
