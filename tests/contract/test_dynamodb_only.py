"""What only the DynamoDB engine has to hold: its write units, its throttles, lost answers, conflicts and long pages."""

import base64
import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from shared.domain.events import encode_event
from shared.domain.keys import Key
from shared.engine import Engine, Entry, ImportPart, Record, SaltGone, StorageUnavailable
from shared.engines.dynamodb import open_engine
from shared.engines.dynamodb.client import Dynamo, Item
from shared.engines.dynamodb.log import DynamoEventLog
from shared.engines.dynamodb.registry import DynamoImports, DynamoKeys
from shared.engines.dynamodb.salts import DynamoSalts
from shared.engines.dynamodb.tables import Tables
from shared.engines.dynamodb.values import blob, key, number, text
from shared.stream import read_stream_record
from tests.contract.making import SITE, at_once, entries, records
from tests.contract.test_milestones import WHOLE, milestone
from tests.contract.test_salts import BEGINNING, DAY, END
from tests.support.faulty_client import ALWAYS, ATTEMPTS, Faults
from tests.unit.making import event

ROOT = Path(__file__).parents[2]
EPOCH, HOUR = "2026-11-22T17.a", "2026-11-22T17"
KEY = Key("a", "digest", "admin")
THROTTLE = "ProvisionedThroughputExceededException"


@pytest.fixture
def log(dynamo: Dynamo, tables: Tables) -> DynamoEventLog:
    return DynamoEventLog(dynamo, tables.log)


@pytest.fixture
def salts(dynamo: Dynamo, tables: Tables) -> DynamoSalts:
    return DynamoSalts(dynamo, tables.salts)


def written(dynamo: Dynamo, table: str) -> float:
    return dynamo.consumed["write", table]


class TestAppending:
    def test_an_event_costs_one_write_unit_and_the_first_of_an_epoch_its_index_entry(
        self, log: DynamoEventLog, dynamo: Dynamo, tables: Tables
    ) -> None:
        body = encode_event(
            event("https://example.org/a/typical/page?utm_source=newsletter", referrer="https://b.example/")
        )
        costs = []
        for version in range(4):
            before = written(dynamo, tables.log)
            log.put(f"{HOUR}.{'0' * 26}", HOUR, version, [Entry(f"{version:026}", body)])
            costs.append(written(dynamo, tables.log) - before)
        assert costs == [2, 1, 1, 1]

    @pytest.mark.parametrize("code", [THROTTLE, "ThrottlingException"])
    def test_a_throttle_is_retried_with_a_bound(self, log: DynamoEventLog, faults: Faults, code: str) -> None:
        faults.fail("PutItem", code, times=ATTEMPTS - 1)
        log.put(EPOCH, HOUR, 0, entries("a"))
        faults.fail("PutItem", code, times=ATTEMPTS)
        with pytest.raises(StorageUnavailable, match=code):
            log.put(EPOCH, HOUR, 1, entries("b"))
        assert faults.requests["PutItem"] == 2 * ATTEMPTS
        assert log.read(EPOCH, -1, 9) == records(EPOCH, 0, entries("a"))

    def test_an_answer_that_is_lost_is_no_other_writer(self, log: DynamoEventLog, faults: Faults) -> None:
        faults.fail("PutItem", done=True)
        log.put(EPOCH, HOUR, 0, entries("a", "b"))
        assert faults.requests["PutItem"] == 3
        assert log.read(EPOCH, -1, 9) == records(EPOCH, 0, entries("a", "b"))

    def test_an_outage_is_reported(self, log: DynamoEventLog, faults: Faults) -> None:
        faults.fail("PutItem", done=True, times=ALWAYS)
        with pytest.raises(StorageUnavailable):
            log.put(EPOCH, HOUR, 0, entries("a"))

    def test_no_event_is_stored_without_those_before_it(self, log: DynamoEventLog, faults: Faults) -> None:
        faults.fail("PutItem", THROTTLE, nth=3, times=ATTEMPTS)
        with pytest.raises(StorageUnavailable):
            log.put(EPOCH, HOUR, 0, entries("a", "b", "c", "d"))
        assert log.read(EPOCH, -1, 9) == records(EPOCH, 0, entries("a", "b"))


class TestTheLog:
    def test_a_body_is_text_where_it_can_be(self, log: DynamoEventLog, dynamo: Dynamo, tables: Tables) -> None:
        log.put(EPOCH, HOUR, 0, [Entry("text", "grüße".encode()), Entry("bytes", b"\xff\0")])
        bodies = [item["body"] for item in dynamo.query(tables.log, "epoch = :epoch", {":epoch": text(EPOCH)})]
        assert bodies == [text("grüße"), blob(b"\xff\0")]

    def test_the_stream_gives_the_same_bytes_as_the_table(self) -> None:
        image = {"epoch": text(EPOCH), "version": number(1), "nonce": text("n")}
        image["body"] = {"B": base64.b64encode(b"\xff\0").decode()}  # as Lambda hands it over
        found = read_stream_record({"eventName": "INSERT", "dynamodb": {"NewImage": image}})
        assert found == Record(EPOCH, 1, "n", b"\xff\0")

    def test_epochs_are_spread_over_lanes_and_all_are_found(
        self, log: DynamoEventLog, dynamo: Dynamo, tables: Tables
    ) -> None:
        names = [f"{HOUR}.{number:02}" for number in range(40)]
        for name in names:
            log.put(name, HOUR, 0, entries("a", "b"))
        assert [(head.epoch, head.opened, head.head) for head in log.epochs(HOUR)] == [
            (name, HOUR, 1) for name in names
        ]
        first = [item for item in dynamo.scan(tables.log) if "lane" in item]
        assert len(first) == 40, "only the first event of an epoch is in the index"
        assert len({item["lane"]["S"] for item in first}) > 4

    def test_what_is_longer_than_a_page_is_read_whole(self, log: DynamoEventLog, faults: Faults) -> None:
        appended = [Entry(str(number), bytes([97 + number % 26]) * 16_000) for number in range(200)]
        log.put(EPOCH, HOUR, 0, appended)
        assert log.read(EPOCH, -1, 150) == records(EPOCH, 0, appended[:150])
        assert faults.requests["Query"] > 1, "or a page would hold all of it"
        assert log.head(EPOCH) == 199

    def test_nothing_is_erased_before_the_beginning(self, log: DynamoEventLog) -> None:
        log.put(EPOCH, HOUR, 0, entries("a"))
        assert list(log.erase(SITE, "", "")) == []
        assert list(log.erase(SITE, "2026-11-22T18", HOUR)) == []
        assert log.read(EPOCH, -1, 9) == records(EPOCH, 0, entries("a"))

    def test_only_what_is_erased_is_written(self, log: DynamoEventLog, faults: Faults) -> None:
        log.put(EPOCH, HOUR, 0, [*entries("a"), Entry("kept", b'{"site":"kept.example"}'), *entries("b")])
        assert [sum(log.erase(SITE)), sum(log.erase(SITE))] == [2, 0]
        assert faults.requests["UpdateItem"] == 2

    def test_an_erasure_that_is_stopped_can_be_repeated(self, log: DynamoEventLog, faults: Faults) -> None:
        log.put(EPOCH, HOUR, 0, entries("a", "b", "c"))
        faults.fail("UpdateItem", THROTTLE, nth=2, times=ATTEMPTS)
        with pytest.raises(StorageUnavailable):
            list(log.erase(SITE))
        assert sum(log.erase(SITE)) == 2
        assert [record.body for record in log.read(EPOCH, -1, 9)] == [None] * 3

    def test_two_who_erase_at_once_count_each_event_once(self, log: DynamoEventLog) -> None:
        log.put(EPOCH, HOUR, 0, entries(*map(str, range(60))))
        outcomes = at_once(3, lambda _: sum(log.erase(SITE)))
        assert sum(found for found in outcomes if isinstance(found, int)) == 60


class TestSalts:
    def test_a_salt_that_was_made_with_its_answer_lost_is_the_salt(self, salts: DynamoSalts, faults: Faults) -> None:
        faults.fail("PutItem", done=True)
        assert salts.get(DAY, BEGINNING) == salts.get(DAY, BEGINNING)

    @pytest.mark.parametrize("operation", ["GetItem", "PutItem"])
    def test_a_failing_table_is_reported(self, salts: DynamoSalts, faults: Faults, operation: str) -> None:
        faults.fail(operation, THROTTLE, times=ATTEMPTS)
        with pytest.raises(StorageUnavailable):
            salts.get(DAY, BEGINNING)

    def test_a_destroyed_salt_is_nowhere_in_the_table(self, salts: DynamoSalts, dynamo: Dynamo, tables: Tables) -> None:
        salt = salts.get(DAY, BEGINNING)
        assert salt in [item["salt"]["B"] for item in dynamo.scan(tables.salts)]
        salts.destroy(END)
        assert list(dynamo.scan(tables.salts)) == [{"day": text(DAY)}]

    def test_one_destroyed_between_reading_and_making_is_not_made_again(
        self, salts: DynamoSalts, dynamo: Dynamo, tables: Tables, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        salts.get(DAY, BEGINNING)
        salts.destroy(END)
        monkeypatch.setattr(dynamo, "get", lambda *_: None)  # as it was read before it was first made
        with pytest.raises(SaltGone):
            salts.get(DAY, BEGINNING)
        assert list(dynamo.scan(tables.salts)) == [{"day": text(DAY)}]


class TestBatches:
    @pytest.fixture
    def keys(self, dynamo: Dynamo, tables: Tables) -> list[Item]:
        keys: list[Item] = [key("pk", f"{number:03}") for number in range(120)]
        for item in keys:
            dynamo.put(tables.registry, item)
        return keys

    def test_what_is_left_undone_is_done_again(
        self, dynamo: Dynamo, tables: Tables, keys: list[Item], faults: Faults, waits: list[int]
    ) -> None:
        faults.leave_unprocessed(times=2)
        assert sorted(item["sk"]["S"] for item in dynamo.batch_get(tables.registry, keys)) == [
            item["sk"]["S"] for item in keys
        ]
        dynamo.batch_delete(tables.registry, keys)
        assert list(dynamo.scan(tables.registry)) == []
        assert waits == [1, 2, 1, 2]

    def test_but_not_for_ever(self, dynamo: Dynamo, tables: Tables, keys: list[Item], faults: Faults) -> None:
        faults.leave_unprocessed(times=ALWAYS)
        with pytest.raises(StorageUnavailable):
            list(dynamo.batch_get(tables.registry, keys))
        with pytest.raises(StorageUnavailable):
            dynamo.batch_delete(tables.registry, keys)
        assert len(list(dynamo.scan(tables.registry))) == 120

    def test_a_write_that_meets_a_transaction_is_repeated(
        self, dynamo: Dynamo, tables: Tables, faults: Faults, waits: list[int]
    ) -> None:
        faults.fail("PutItem", "TransactionConflictException", times=2)
        dynamo.put(tables.registry, key("pk", "sk"))
        assert waits == [1, 2]
        faults.fail("PutItem", "TransactionConflictException", times=ALWAYS)
        with pytest.raises(StorageUnavailable):
            dynamo.put(tables.registry, key("pk", "sk"))


@pytest.mark.parametrize(
    "read",
    [
        lambda engine: engine.log.read(EPOCH, -1, 9),
        lambda engine: engine.log.epochs(),
        lambda engine: list(engine.log.erase(SITE)),
        lambda engine: engine.salts.get(DAY, BEGINNING),
        lambda engine: engine.salts.destroy(BEGINNING),
        lambda engine: engine.milestones.reach([milestone(WHOLE, 1)]),
        lambda engine: engine.milestones.reached(WHOLE),
        lambda engine: (engine.milestones.pending(), engine.milestones.planned(), engine.milestones.mails(SITE, DAY)),
        lambda engine: engine.milestones.forget(SITE),
        lambda engine: (list(engine.days.read(1, SITE, "events")), engine.days.delete(1, SITE, "events", "a", "b")),
        lambda engine: engine.days.put(1, SITE, "events", {"a": b"x" * 400_000}),
        lambda engine: engine.days.replace(1, SITE, "events", "a", b"x" * 400_000, None),
        lambda engine: (engine.sites.all(), engine.keys.all(), engine.drops.all(), engine.imports.unfinished()),
        lambda engine: (engine.imports.parts("id", ""), engine.imports.forget("id")),
    ],
)
def test_what_is_read_is_the_latest(
    client: Any, dynamo: Dynamo, tables: Tables, read: Callable[[Engine], object]
) -> None:
    engine = open_engine(dynamo, tables, "rules")
    asked: list[Mapping[str, Any]] = []
    engine.log.put(EPOCH, HOUR, 0, entries("a"))
    for operation in ("GetItem", "Query", "Scan"):
        client.meta.events.register(
            f"provide-client-params.dynamodb.{operation}", lambda params, **_: asked.append(params)
        )
    read(engine)
    assert [one for one in asked if "IndexName" not in one], "or nothing was read"
    assert not [one for one in asked if not one.get("ConsistentRead") and "IndexName" not in one]


class TestRegistries:
    def test_a_key_whose_revocation_was_not_answered_was_there(
        self, dynamo: Dynamo, tables: Tables, faults: Faults
    ) -> None:
        keys = DynamoKeys(dynamo, tables.registry)
        keys.save(KEY)
        faults.fail("DeleteItem", done=True)
        assert [keys.revoke(KEY.id), keys.revoke(KEY.id)] == [True, False]

    def test_a_site_of_many_parts_is_forgotten_and_may_be_forgotten_again(
        self, dynamo: Dynamo, tables: Tables, faults: Faults
    ) -> None:
        imports = DynamoImports(dynamo, tables.registry)
        for part in range(60):
            imports.register(ImportPart(f"import.id.{part}", "id", str(part), str(part + 1), 10, 9, "access-log"))
        for nth in (2, 1):
            faults.fail("BatchWriteItem", nth=nth, times=ATTEMPTS)
            with pytest.raises(StorageUnavailable):
                imports.forget("id")
        imports.forget("id")
        assert list(dynamo.scan(tables.registry)) == []


def test_what_ingest_uses_loads_nothing_slow() -> None:
    modules = ("log", "registry", "salts", "client")
    script = "; ".join(["import json, sys", *(f"import shared.engines.dynamodb.{name}" for name in modules)])
    script += "; print(json.dumps(sorted(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = {name.split(".")[0] for name in json.loads(run.stdout)}
    assert "botocore" in loaded
    assert not loaded & {"boto3", "pydantic", "aws_lambda_powertools", "hyperloglog", "crawleruseragents", "sqlite3"}
