"""The ingest handler over fakes of its ports, under a clock that stands."""

import base64
import itertools
import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from services.ingest.accept import Acceptor
from services.ingest.address import Networks, read_networks
from services.ingest.country import Countries
from services.ingest.drops import DropCounter
from services.ingest.handler import make_handler
from services.ingest.visitors import VisitorHasher
from services.ingest.writer import Writer
from shared.directory import Directory
from shared.domain.calendar import date_lives
from shared.domain.events import Event, decode_event
from shared.domain.keys import Key, key_digest
from shared.domain.sites import Site
from shared.engine import Entry, SaltGone, StorageUnavailable, VersionTaken
from tests.unit.making import NOON, PERSON

ADDRESS = "203.0.113.7"

Headers = dict[str, str]


class FakeLog:
    """An appender in memory. `fails` holds what happens at the next puts; nothing happens beyond."""

    def __init__(self) -> None:
        self.epochs: dict[str, list[Entry]] = {}
        self.opened: dict[str, str] = {}
        self.fails: list[str] = []

    def put(self, epoch: str, opened: str, first: int, entries: Sequence[Entry]) -> None:
        fail = self.fails.pop(0) if self.fails else ""
        if fail == "lost":
            raise StorageUnavailable("lost")
        if fail == "taken":
            self.epochs[epoch] = [*self.epochs.get(epoch, [])[:first], Entry("another's", b"{}")]
        stored = self.epochs.setdefault(epoch, [])
        assert self.opened.setdefault(epoch, opened) == opened
        assert first <= len(stored), f"version {first} would leave a hole after {len(stored) - 1}"
        for number, entry in enumerate(entries[: len(entries) // 2] if fail == "partly" else entries, start=first):
            if number < len(stored) and stored[number].nonce != entry.nonce:
                raise VersionTaken(epoch)
            stored[number:] = [entry]
        if fail in ("partly", "unknown"):
            raise StorageUnavailable(fail)

    @property
    def events(self) -> list[Event]:
        return [decode_event(entry.body) for stored in self.epochs.values() for entry in stored]


class FakeSalts:
    """The salts of dates that live; each is made of the date. `away`: out of reach."""

    def __init__(self) -> None:
        self.away = False
        self.gone: set[str] = set()
        self.asked: list[str] = []

    def get(self, day: str, now: int) -> bytes:
        self.asked.append(day)
        if self.away:
            raise StorageUnavailable("salts")
        if day in self.gone or not date_lives(day, now):
            raise SaltGone(day)
        return day.encode()

    def destroy(self, now: int) -> list[str]:
        return []


class FakeRegistry:
    """Sites or keys. `away`: out of reach."""

    def __init__(self) -> None:
        self.entries: dict[str, Any] = {}
        self.away = False

    def all(self) -> list[Any]:
        if self.away:
            raise StorageUnavailable("registry")
        return list(self.entries.values())

    def save(self, entry: Any) -> None:
        self.entries[entry.id] = entry

    def remove(self, name: str) -> None:
        raise NotImplementedError

    def revoke(self, key_id: str) -> bool:
        return self.entries.pop(key_id, None) is not None


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: str

    @property
    def errors(self) -> Any:
        """The refusal's errors; its body must hold nothing else."""
        content = json.loads(self.body)
        assert list(content) == ["errors"]
        return content["errors"]


class Ingest:
    """An installation's ingest handler."""

    def __init__(self, trusted: str = "", country_header: str = "") -> None:
        self.now = NOON
        self.log, self.salts, self.drops = FakeLog(), FakeSalts(), DropCounter()
        self.sites, self.keys = FakeRegistry(), FakeRegistry()
        networks: Networks = read_networks(trusted)
        directory = Directory(self.sites, self.keys, 0, lambda: 0.0)
        countries = Countries(country_header, networks)
        acceptor = Acceptor(directory, VisitorHasher(self.salts), self.drops, networks, countries)
        ids = itertools.count()
        self.handler = make_handler(acceptor, Writer(self.log, lambda: self.now, lambda: f"id{next(ids)}"))
        self.add_site("example.org")

    def add_site(self, name: str, **more: Any) -> None:
        self.sites.save(Site(name, f"id of {name}", **more))

    def add_key(self, key: str, scope: str, *sites: str) -> None:
        self.keys.save(Key(f"id of {key}", key_digest(key), scope, sites))

    def post(self, body: bytes, address: str = ADDRESS, plain: bool = False, headers: Headers | None = None) -> Answer:
        """Posts a body as it is, in Base64 unless it is to be plain."""
        return self.request("POST", "/api/event", body, address, plain, headers)

    def request(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        address: str = ADDRESS,
        plain: bool = False,
        headers: Headers | None = None,
    ) -> Answer:
        """Sends a request to one of the handler's paths, which may have a query; see `post`."""
        raw_path, _, query = path.partition("?")
        request = {
            "version": "2.0",
            "rawPath": raw_path,
            "rawQueryString": query,
            "headers": {"user-agent": PERSON} | (headers or {}),
            "requestContext": {"http": {"method": method, "sourceIp": address}, "timeEpoch": self.now},
            "body": body.decode() if plain else base64.b64encode(body).decode(),
            "isBase64Encoded": not plain,
        }
        response = self.handler(request, None)
        return Answer(response["statusCode"], response["headers"], response["body"])

    def send(self, address: str = ADDRESS, headers: Headers | None = None, **fields: Any) -> Answer:
        """Sends a pageview, but for the fields that are given."""
        beacon = {"name": "pageview", "url": "https://example.org/a", "domain": "example.org"} | fields
        return self.post(json.dumps(beacon).encode(), address, headers=headers)
