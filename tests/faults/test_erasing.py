"""Erasing a site's events beside writers, other erasers and a failing client: markers, no holes, nothing of others."""

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress

import pytest

from shared.domain.events import site_of
from shared.engine import Entry, Record, StorageUnavailable
from shared.engines.dynamodb.client import Dynamo
from shared.engines.dynamodb.log import DynamoEventLog
from tests.faults.client import FaultyClient
from tests.faults.kinds import Occurred
from tests.faults.tasks import Tasks
from tests.support.dynamodb import drop_tables, make_tables
from tests.support.lean_client import LeanClient, quick_emulator

GONE, KEPT = "gone.example", "kept.example"
HOUR = "2026-11-22T17"
EPOCHS = [f"{HOUR}.{name}" for name in "abc"]
EVENTS = 30


@pytest.fixture
def table() -> Iterator[str]:
    client = LeanClient()
    tables = make_tables(client)
    with quick_emulator():
        yield tables.log
    drop_tables(client, tables)


def entry(epoch: str, version: int) -> Entry:
    site = GONE if version % 3 else KEPT
    return Entry(f"{epoch}-{version}", f'{{"site":"{site}","version":{version}}}'.encode())


@pytest.mark.parametrize("seed", range(6))
def test_all_of_it_goes_and_nothing_else(table: str, seed: int) -> None:
    rng, occurred = random.Random(seed), Occurred()
    tasks = Tasks(rng, crashes=0.002)
    calm = DynamoEventLog(Dynamo(LeanClient(), lambda attempt: None), table)
    faulty = DynamoEventLog(Dynamo(FaultyClient(rng, tasks, occurred), lambda attempt: tasks.turn()), table)
    erased: list[int] = []

    def write(epoch: str) -> None:
        for version in range(EVENTS):
            while True:
                with suppress(StorageUnavailable):
                    faulty.put(epoch, HOUR, version, [entry(epoch, version)])
                    break

    def erase() -> None:
        with suppress(StorageUnavailable):
            erased.extend(faulty.erase(GONE))

    for epoch in EPOCHS:
        tasks.spawn(lambda epoch=epoch: write(epoch))  # type: ignore[misc]
    for _ in range(6):
        tasks.spawn(erase)
    tasks.finish()
    erased.extend(calm.erase(GONE))
    found = [record for epoch in EPOCHS for record in calm.read(epoch, -1, 99)]
    assert sum(erased) <= sum(map(_is_marker, found))
    assert sum(occurred.values()) > 1
    for epoch in EPOCHS:
        records = [record for record in found if record.epoch == epoch]
        assert [record.version for record in records] == list(range(len(records)))
        for record in records:
            written = entry(epoch, record.version)
            assert record.body == (None if site_of(written.body) == GONE else written.body)
    assert Counter(record.epoch for record in found).keys() == set(EPOCHS)


def _is_marker(record: Record) -> bool:
    return record.body is None
