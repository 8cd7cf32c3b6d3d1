"""Beacons that are sent to a deployed API over a few connections, as many at a time as the emulator takes."""

import http.client
import json
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from queue import SimpleQueue
from typing import NamedTuple
from urllib.parse import urlsplit

from shared.domain.events import Event, decode_event
from shared.engine import Engine
from tests.support.server import BROWSER

_CONNECTIONS = 6
_ANSWER_SECONDS = 60

#: The custom property that tells one beacon from another.
NUMBER = "n"


class Beacon(NamedTuple):
    """A request to `/api/event`."""

    body: bytes
    headers: Mapping[str, str]


class Visit(NamedTuple):
    """A pageview, and who made it."""

    path: str
    address: str
    agent: str = BROWSER
    referrer: str | None = None


def beacon_of(visit: Visit, site: str, key: str, number: int) -> Beacon:
    """Makes the beacon of a visit, passed on by a server whose key lets it name the visitor's address."""
    fields = {"n": "pageview", "u": f"https://{site}{visit.path}", "d": site, "r": visit.referrer}
    headers = {"user-agent": visit.agent, "x-forwarded-for": visit.address, "authorization": f"Bearer {key}"}
    return _beacon(fields, number, headers)


def simple_beacon(site: str, number: int, page: str = "/") -> Beacon:
    """Makes a person's pageview."""
    return _beacon({"n": "pageview", "u": f"https://{site}{page}", "d": site}, number, {"user-agent": BROWSER})


def _beacon(fields: Mapping[str, object], number: int, headers: Mapping[str, str]) -> Beacon:
    body = json.dumps({**fields, "p": {NUMBER: str(number)}}).encode()
    return Beacon(body, {"content-type": "text/plain", **headers})


def send(url: str, beacons: Iterable[Beacon]) -> Sequence[int]:
    """Sends beacons to the API at an address, and gives the statuses of the answers in their order."""
    base = urlsplit(url)
    free: SimpleQueue[http.client.HTTPConnection] = SimpleQueue()

    def post(beacon: Beacon) -> int:
        connection = free.get()
        connection.request("POST", f"{base.path}/api/event", beacon.body, dict(beacon.headers))
        response = connection.getresponse()
        response.read()
        free.put(connection)
        return response.status

    with ExitStack() as opened, ThreadPoolExecutor(_CONNECTIONS) as pool:
        for _ in range(_CONNECTIONS):
            connection = http.client.HTTPConnection(base.hostname or "", base.port, _ANSWER_SECONDS)
            free.put(opened.enter_context(closing(connection)))
        return list(pool.map(post, beacons))


def stored_bodies(engine: Engine, site: str) -> dict[int, bytes]:
    """Gives the events of a site in the log, as stored, by the numbers of their beacons.

    Raises:
        AssertionError: One beacon is in the log twice.
    """
    found: dict[int, bytes] = {}
    for head in engine.log.epochs():
        for record in engine.log.read(head.epoch, -1, 100_000):
            if record.body is not None and (event := decode_event(record.body)).site == site:
                number = number_of(event)
                assert number not in found
                found[number] = record.body
    return found


def number_of(event: Event) -> int:
    """Tells which beacon an event is of."""
    return int((event.props or {})[NUMBER])
