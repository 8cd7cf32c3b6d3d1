"""The Stats API of a stack answers as one machine does, byte for byte, before a sweep and after it."""

import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from services.query.handler import make_handler
from shared.directory import Directory
from shared.domain.events import decode_event
from shared.domain.sites import Site
from shared.process import now_ms
from tests.benchmarks.traffic import gateway_event, hits_of, read_traffic
from tests.imports.importing import real_log
from tests.stack_aws.beacons import NUMBER, Beacon, Visit, beacon_of, send, stored_bodies
from tests.stack_aws.deploying import Deployed
from tests.stack_aws.registered import ASKED, ELASTIC, READ_KEY, WRITE_KEY
from tests.stack_aws.twin import Twin
from tests.support.server import BROWSER
from tests.unit.making import BOT

pytestmark = pytest.mark.xdist_group("stack_aws")

_COUNTS = ["visitors", "visits", "pageviews", "events"]
_OF_VISITS = [*_COUNTS, "bounce_rate", "visit_duration", "views_per_visit"]


class Question(NamedTuple):
    """A request to the Stats API."""

    method: str
    path: str
    query: str = ""
    body: bytes = b""


#: Asks something, and gives the status and the body of the answer.
Ask = Callable[[Question], tuple[int, bytes]]


def test_a_real_log_sent_as_beacons(deployed: Deployed, tmp_path: Path) -> None:
    real_log("elastic_apache")
    visits = [Visit(hit.path, hit.address, hit.agent, hit.referrer) for hit in hits_of(read_traffic())]
    beacons = [beacon_of(visit, ELASTIC.name, WRITE_KEY, number) for number, visit in enumerate(visits)]
    if not stored_bodies(deployed.engine, ELASTIC.name):  # test_counts.py has sent them, if it ran
        send(deployed.url, beacons)
    days = take_in(deployed, twin := Twin(tmp_path, deployed.engine), ELASTIC, beacons)
    deployed.await_counts(ELASTIC.name, len(beacons))
    compare(deployed, twin, [*questions(ELASTIC, days), *of_pages(ELASTIC, days)])


def test_goals_revenue_and_engagement(deployed: Deployed, tmp_path: Path) -> None:
    beacons = [custom_beacon(number, **fields) for number, fields in enumerate(sittings())]
    assert set(send(deployed.url, beacons)) == {202}
    days = take_in(deployed, twin := Twin(tmp_path, deployed.engine), ASKED, beacons)
    deployed.await_counts(ASKED.name, sum(b'"n": "pageview"' in beacon.body for beacon in beacons), READ_KEY)
    now = Question("GET", "/api/v1/stats/realtime/visitors", f"site_id={ASKED.name}")
    compare(deployed, twin, [*of_pages(ASKED, days), *of_goals(ASKED, days), now])


def sittings() -> Iterable[Mapping[str, Any]]:
    """Gives what beacons say: people who read, some of whom buy, and bots."""
    for number in range(12):
        who = {"address": f"192.0.2.{number}", "agent": BOT if number % 5 == 4 else BROWSER}
        referrer = ("https://www.google.com/", None, "https://news.ycombinator.com/item")[number % 3]
        url = f"/blog/{number % 4}?utm_source=letter" if number % 2 else "/"
        yield {**who, "n": "pageview", "path": url, "r": referrer}
        yield {**who, "n": "engagement", "path": url, "e": 1_500 * number, "sd": 9 * number}
        if number % 3 == 0:
            money = {"amount": 9.99 + number, "currency": "USD" if number == 9 else "EUR"}
            yield {**who, "n": "Purchase", "path": "/shop", "$": money, "plan": "pro" if number else "free"}


def custom_beacon(number: int, path: str, address: str, agent: str, plan: str = "", **fields: Any) -> Beacon:
    """Makes a beacon with the fields of Plausible's protocol, passed on by a server for a visitor."""
    props = {NUMBER: str(number), **({"plan": plan} if plan else {})}
    body = {**fields, "u": f"https://{ASKED.name}{path}", "d": ASKED.name, "p": props}
    headers = {"user-agent": agent, "x-forwarded-for": address, "authorization": f"Bearer {WRITE_KEY}"}
    return Beacon(json.dumps(body).encode(), headers)


def take_in(deployed: Deployed, twin: Twin, site: Site, beacons: Sequence[Beacon]) -> tuple[str, str]:
    """Brings the stack's beacons in beside it, at the same instants; gives the first and the last day to ask about."""
    stored = stored_bodies(deployed.engine, site.name)
    assert len(stored) == len(beacons)
    instants = {number: decode_event(body).instant for number, body in stored.items()}
    assert {twin.take(beacons[number], instant) for number, instant in instants.items()} == {202}
    edges = (min(instants.values()), -1), (max(instants.values()), 1)
    first, last = (datetime.fromtimestamp(at / 1000, UTC) + timedelta(days=later) for at, later in edges)
    return f"{first:%Y-%m-%d}", f"{last:%Y-%m-%d}"


def questions(site: Site, days: tuple[str, str]) -> list[Question]:
    """Gives what is asked of every site: whole days, under filters, by several dimensions, with bots; and nonsense."""
    blog = ["contains", "event:page", ["/blog"]]
    bodies: list[dict[str, Any]] = [
        {"metrics": _OF_VISITS, "date_range": "all"},
        *({"metrics": _OF_VISITS, "dimensions": [f"visit:{name}"]} for name in ("source", "entry_page", "browser")),
        *({"metrics": _COUNTS, "dimensions": [f"event:{name}"]} for name in ("page", "props:plan")),
        *({"metrics": _OF_VISITS, "dimensions": [f"time:{name}"], "bots": "include"} for name in ("hour", "week")),
        {"metrics": _COUNTS, "dimensions": ["event:bot"], "bots": "only"},
        {"metrics": _OF_VISITS, "filters": [blog]},
        {"metrics": _COUNTS, "dimensions": ["visit:source", "event:page"], "filters": [["has_done", blog]]},
        {"metrics": _COUNTS, "dimensions": ["time:day", "visit:os"], "filters": [["matches", "visit:os", ["^.*i"]]]},
        {"metrics": ["visitors", "percentage"], "dimensions": ["event:page"], "pagination": {"limit": 3, "offset": 2}},
        {"metrics": ["visitors"], "include": {"comparisons": {"mode": "previous_period"}}},
        {"metrics": ["nonsense"]},
    ]
    period = f"site_id={site.name}&period=custom&date={','.join(days)}"
    version_1 = [
        ("aggregate", "&metrics=visitors,bounce_rate&compare=previous_period"),
        ("timeseries", "&metrics=visitors,pageviews"),
        ("breakdown", "&property=event:page&limit=1000&filters=visit:source!=Google"),
        ("breakdown", "&property=nonsense"),
    ]
    return [
        *(posted(site, days, **body) for body in bodies),
        *(Question("GET", f"/api/v1/stats/{name}", period + more) for name, more in version_1),
    ]


def of_pages(site: Site, days: tuple[str, str]) -> list[Question]:
    """Gives what is asked of how pages were read."""
    metrics = ["visitors", "scroll_depth", "time_on_page", "bounce_rate", "exit_rate"]
    return [
        posted(site, days, metrics=metrics, dimensions=["event:page"]),
        posted(site, days, metrics=metrics, filters=[["is", "event:page", ["/blog/*"]]]),
    ]


def of_goals(site: Site, days: tuple[str, str]) -> list[Question]:
    """Gives what is asked of goals and what they brought."""
    metrics = ["visitors", "events", "conversion_rate", "total_revenue", "average_revenue"]
    bought = [["is", "event:goal", ["Buy"]]]
    return [
        posted(site, days, metrics=metrics, dimensions=["event:goal"]),
        posted(site, days, metrics=_COUNTS, dimensions=["event:props:plan", "event:name"]),
        posted(site, days, metrics=metrics, filters=[["is", "event:goal", ["Sell"]]]),
        posted(site, days, metrics=metrics, filters=bought),
        posted(site, days, metrics=[*metrics, "group_conversion_rate"], dimensions=["visit:source"], filters=bought),
    ]


def posted(site: Site, days: tuple[str, str], **body: Any) -> Question:
    """Makes a question of version 2."""
    content = {"site_id": site.name, "date_range": list(days), **body}
    return Question("POST", "/api/v2/query", body=json.dumps(content).encode())


def compare(deployed: Deployed, twin: Twin, asked: Sequence[Question]) -> None:
    """Compares the answers after a sweep, and some before it."""
    stack, machine = asking_stack(deployed), asking_twin(twin)
    expected = {question: machine(question) for question in asked}
    assert {status for status, _ in expected.values()} == {200, 400}
    for question in asked[::3]:
        assert stack(question) == expected[question], question
    deployed.invoke("Sweep")
    twin.count()
    for question in asked:
        assert machine(question) == expected[question], question
        assert stack(question) == expected[question], question


def asking_stack(deployed: Deployed) -> Ask:
    def ask(question: Question) -> tuple[int, bytes]:
        path = f"{question.path}?{question.query}" if question.query else question.path
        headers = {"authorization": f"Bearer {READ_KEY}"}
        answer = deployed.request(question.method, path, question.body or None, headers)
        return answer.status, answer.body

    return ask


def asking_twin(twin: Twin) -> Ask:
    directory = Directory(twin.engine.sites, twin.engine.keys, 60, time.monotonic)
    handler = make_handler(twin.engine, directory, now_ms)

    def ask(question: Question) -> tuple[int, bytes]:
        headers = {"authorization": f"Bearer {READ_KEY}"}
        request = gateway_event(*question[:3], headers, question.body, instant=now_ms())
        response = handler(request, None)
        return response["statusCode"], response["body"].encode()

    return ask
