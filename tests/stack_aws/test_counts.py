"""The same beacons make the same events and the same answers on AWS and on one machine, byte for byte."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest

from shared.domain.events import decode_event
from shared.domain.sites import Site
from tests.benchmarks.traffic import hits_of, read_traffic
from tests.imports.importing import real_log
from tests.stack_aws.beacons import Visit, beacon_of, send, stored_bodies
from tests.stack_aws.deploying import Deployed
from tests.stack_aws.registered import ELASTIC, MADE_UP, READ_KEY, WRITE_KEY
from tests.stack_aws.twin import Twin, portions, questions
from tests.support.server import BROWSER, Answer
from tests.unit.making import BOT

pytestmark = pytest.mark.xdist_group("stack_aws")


def test_a_real_log_sent_as_beacons(deployed: Deployed, tmp_path: Path) -> None:
    real_log("elastic_apache")
    hits = hits_of(read_traffic())
    assert len(hits) == 3_966
    compare(deployed, tmp_path, ELASTIC, [Visit(hit.path, hit.address, hit.agent, hit.referrer) for hit in hits])


def test_odd_beacons_of_a_site_that_is_not_public_in_another_timezone(deployed: Deployed, tmp_path: Path) -> None:
    pages = ("/", "/%C3%BC?utm_source=a&token=b", "/%ff", "/a b ", "//x", "/" + "y" * 1_500, "/#top", "/z?gclid=1")
    visitors = (("192.0.2.1", BROWSER), ("2001:db8::7", BROWSER), ("192.0.2.1", BOT), ("192.0.2.9", ""))
    referrers = (None, "https://other.example/from?q=1")
    visits = [Visit(page, *who, referrer) for page in pages for who in visitors for referrer in referrers]
    compare(deployed, tmp_path, MADE_UP, visits)


def compare(deployed: Deployed, folder: Path, site: Site, visits: Sequence[Visit]) -> None:
    """Sends visits to the stack, brings them in beside it at the same instants, and compares what both keep and say."""
    beacons = [beacon_of(visit, site.name, WRITE_KEY, number) for number, visit in enumerate(visits)]
    assert set(send(deployed.url, beacons)) == {202}
    stored = stored_bodies(deployed.engine, site.name)
    assert len(stored) == len(beacons)
    twin = Twin(folder, deployed.engine)
    instants = {number: decode_event(body).instant for number, body in stored.items()}
    assert {twin.take(beacons[number], instant) for number, instant in instants.items()} == {202}
    assert stored_bodies(twin.engine, site.name) == stored
    twin.count()
    deployed.await_counts(site.name, len(beacons), READ_KEY)
    for question in questions(site.name, _day(min(instants.values()), -1), _day(max(instants.values()), 1)):
        expected = portions(lambda path: twin.get(path, READ_KEY), question)
        answered = portions(lambda path: deployed.get(path, READ_KEY), question)
        assert _content(answered) == _content(expected), question
    for counter in ("TOTAL.json", "TOTAL.svg", ".json", "ü.json", "a b.svg?show=visitors", "/x.html", "gone.json"):
        path = f"/counter/{site.name}/{counter}"
        own, there = twin.get(path), deployed.get(quote(path, safe="/?="))
        assert (there.status, there.body) == (own.status, own.body), path
        assert own.headers.items() <= there.headers.items()
    path = f"/v1/sites/{site.name}/milestones?limit=1000"
    assert _reached(deployed.get(path, READ_KEY)) == _reached(twin.get(path, READ_KEY))


def _day(instant: int, later: int) -> str:
    return f"{datetime.fromtimestamp(instant / 1000, UTC) + timedelta(days=later):%Y-%m-%d}"


def _content(answers: Sequence[Answer]) -> list[tuple[int, bytes]]:
    return [(answer.status, answer.body) for answer in answers]


def _reached(answer: Answer) -> dict[str, tuple[str, str | None, int]]:
    """What was reached by its id; not when: that is the time of the check."""
    listed = answer.json()["milestones"]
    return {one["milestone_id"]: (one["subject"], one["page"], one["threshold"]) for one in listed}
