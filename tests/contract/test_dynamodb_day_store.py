"""What only the DynamoDB engine's store of days has to hold: its units, its chunks, lost answers and torn readings."""

from collections.abc import Callable, Mapping
from random import Random
from typing import Any
from uuid import uuid4

import pytest

from shared.domain.folds import TOTAL, RowKey
from shared.engine import StorageUnavailable
from shared.engines.dynamodb.blob_items import MAX_WHOLE, BlobItems, shelf_of
from shared.engines.dynamodb.client import Dynamo, Item
from shared.engines.dynamodb.day_store import DynamoDayStore
from shared.engines.dynamodb.read_models import DynamoReadModels
from shared.engines.dynamodb.tables import Tables
from tests.contract.making import DAY_KEY, SITE, add, views
from tests.support.faulty_client import ALWAYS, ATTEMPTS, Faults

EVENTS = "events"
OLD, NEW = (Random(seed).randbytes(2 * MAX_WHOLE + 7) for seed in (1, 2))
SMALL = b"small"

REQUESTS = ["PutItem", "UpdateItem", "BatchWriteItem", "GetItem", "Query"]


@pytest.fixture
def days(dynamo: Dynamo, tables: Tables) -> DynamoDayStore:
    return DynamoDayStore(dynamo, tables.views)


@pytest.fixture
def another(client: Any, tables: Tables) -> DynamoDayStore:
    """The store of another process."""
    return DynamoDayStore(Dynamo(client, lambda attempt: None), tables.views)


def put(days: DynamoDayStore, blob: bytes, key: str = "a") -> None:
    days.put(1, SITE, EVENTS, {key: blob})


def stored(days: DynamoDayStore) -> dict[str, bytes]:
    return dict(days.read(1, SITE, EVENTS))


def items(dynamo: Dynamo, tables: Tables) -> list[Item]:
    return list(dynamo.scan(tables.views))


class TestUnits:
    @pytest.mark.parametrize(("size", "units"), [(0, 1), (900, 1), (1_100, 2), (10_000, 10), (100_000, 98)])
    def test_a_blob_costs_one_write_of_one_item(
        self, days: DynamoDayStore, dynamo: Dynamo, tables: Tables, faults: Faults, size: int, units: int
    ) -> None:
        for fill in (b"x", b"y"):
            before = dynamo.consumed["write", tables.views]
            put(days, fill * size)
            assert dynamo.consumed["write", tables.views] - before == units
        assert faults.requests == {"PutItem": 2}
        assert len(items(dynamo, tables)) == 1

    def test_a_range_is_one_query_that_reads_nothing_else(
        self, days: DynamoDayStore, dynamo: Dynamo, tables: Tables, faults: Faults
    ) -> None:
        days.put(1, SITE, EVENTS, {"2026-11-21": OLD, "2026-11-23": OLD})
        days.put(1, SITE, EVENTS, {f"2026-11-22T{hour:02}": SMALL * 50 for hour in range(24)})
        faults.requests.clear()
        before = dynamo.consumed["read", tables.views]
        assert len(list(days.read(1, SITE, EVENTS, "2026-11-22", "2026-11-22~"))) == 24
        assert faults.requests == {"Query": 1}
        assert dynamo.consumed["read", tables.views] - before <= 3

    def test_chunks_cost_what_they_hold(self, days: DynamoDayStore, dynamo: Dynamo, tables: Tables) -> None:
        put(days, OLD)
        assert len(items(dynamo, tables)) == 4
        assert dynamo.consumed["write", tables.views] <= len(OLD) / 1024 + 6

    def test_a_dump_transfers_no_blob(self, days: DynamoDayStore, dynamo: Dynamo, tables: Tables, client: Any) -> None:
        read_models = DynamoReadModels(dynamo, tables.views, "rules")
        total = RowKey(SITE, TOTAL, "", "")
        add(read_models, {DAY_KEY: views(2), total: views(2)})
        days.put(1, SITE, EVENTS, {"a": SMALL, "b": OLD})
        days.put(1, "", EVENTS, {"a": SMALL})
        transferred: list[Mapping[str, Any]] = []
        client.meta.events.register("after-call.dynamodb.Scan", lambda parsed, **_: transferred.extend(parsed["Items"]))
        with read_models.dump(1) as (_, rows):
            assert [row.key for row in rows] == [DAY_KEY, total]
        assert transferred
        assert not [item for item in transferred if "body" in item]


def _fails(work: Callable[[], None]) -> bool:
    try:
        work()
    except StorageUnavailable:
        return True
    return False


class TestFailing:
    """Wherever a write ends, the blob is what it was or what it is, and the next one leaves nothing of it."""

    @pytest.mark.parametrize("done", [False, True])
    @pytest.mark.parametrize("operation", REQUESTS)
    def test_at_any_request(
        self, days: DynamoDayStore, dynamo: Dynamo, tables: Tables, faults: Faults, operation: str, done: bool
    ) -> None:
        for before in (None, SMALL, OLD):
            for after in (SMALL * 2, NEW):
                failed = True
                nth = 0
                while failed:
                    nth += 1
                    assert nth < 20, "so many requests are never made"
                    if before is not None:
                        put(days, before)
                    faults.fail(operation, nth=nth, times=ALWAYS, done=done)
                    failed = _fails(lambda blob=after: put(days, blob))  # type: ignore[misc]
                    faults.end()
                    assert stored(days) in ({} if before is None else {"a": before}, {"a": after})
                    days.delete(1, SITE, EVENTS)
                    assert items(dynamo, tables) == []

    @pytest.mark.parametrize("operation", REQUESTS)
    def test_an_answer_that_is_lost_leaves_nothing(
        self, days: DynamoDayStore, dynamo: Dynamo, tables: Tables, faults: Faults, operation: str
    ) -> None:
        for after in (SMALL, NEW):
            for nth in range(1, 5):
                put(days, OLD)
                faults.fail(operation, nth=nth, done=True)
                put(days, after)
                faults.end()
                assert stored(days) == {"a": after}
                assert len(items(dynamo, tables)) == (4 if after == NEW else 1)

    @pytest.mark.parametrize("after", [SMALL, NEW], ids=["small", "large"])
    def test_the_next_write_deletes_the_chunks_of_one_that_was_stopped(
        self, days: DynamoDayStore, dynamo: Dynamo, tables: Tables, faults: Faults, after: bytes
    ) -> None:
        faults.fail("PutItem", nth=3, times=ATTEMPTS)
        with pytest.raises(StorageUnavailable):
            put(days, OLD)
        assert stored(days) == {}
        assert len(items(dynamo, tables)) == 3, "or there would be nothing to delete"
        put(days, after)
        assert stored(days) == {"a": after}
        assert len(items(dynamo, tables)) == (4 if after == NEW else 1)

    def test_a_site_is_forgotten_with_the_chunks_of_one_that_was_stopped(
        self, days: DynamoDayStore, dynamo: Dynamo, tables: Tables, faults: Faults
    ) -> None:
        put(days, OLD, "b")
        faults.fail("PutItem", nth=2, times=ATTEMPTS)
        with pytest.raises(StorageUnavailable):
            put(days, OLD)
        DynamoReadModels(dynamo, tables.views, "rules").forget(SITE)
        assert items(dynamo, tables) == []

    def test_also_a_replacement_of_nothing(self, days: DynamoDayStore, faults: Faults) -> None:
        faults.fail("PutItem", nth=3, times=ATTEMPTS)
        with pytest.raises(StorageUnavailable):
            put(days, OLD)
        assert days.replace(1, SITE, EVENTS, "a", None, SMALL)
        assert stored(days) == {"a": SMALL}


class TestInBetween:
    """What others do while a blob is written, or read, in chunks."""

    @pytest.fixture
    def meanwhile(self, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
        """Lets something be done at calls of a method of `BlobItems`, after it or before it."""

        def arrange(method: str, work: Callable[[], None], times: int = 1, before: bool = False) -> None:
            real = getattr(BlobItems, method)
            left = [work] * times

            def act() -> None:
                waiting, left[:] = left[:], []  # it may come here itself
                if waiting:
                    waiting.pop()()
                left[:] = waiting

            def in_turn(*args: Any) -> Any:
                if before:
                    act()
                found = real(*args)
                if not before:
                    act()
                return found

            monkeypatch.setattr(BlobItems, method, in_turn)

        return arrange

    @pytest.mark.parametrize(
        "work",
        [
            lambda another: put(another, SMALL),
            lambda another: put(another, OLD),
            lambda another: another.delete(1, SITE, EVENTS),
            lambda another: another.replace(1, SITE, EVENTS, "a", SMALL, b"replaced"),
            lambda another: another.replace(1, SITE, EVENTS, "a", SMALL, None),
            lambda another: another.replace(1, SITE, EVENTS, "a", OLD, SMALL),
            lambda another: another.put(1, SITE, EVENTS, {"b": OLD, "a": OLD}),
            lambda another: another.carry_over(2, 1, SITE, [EVENTS], "~"),
        ],
    )
    def test_a_writer_goes_on_until_its_blob_is_there_whole(
        self,
        days: DynamoDayStore,
        another: DynamoDayStore,
        dynamo: Dynamo,
        tables: Tables,
        meanwhile: Callable[..., None],
        work: Callable[[DynamoDayStore], None],
    ) -> None:
        for before in (None, SMALL, OLD):
            for times in (1, 3):
                another.put(2, SITE, EVENTS, {"a": SMALL})
                if before is not None:
                    put(days, before)
                meanwhile("write_chunks", lambda: work(another), times)
                put(days, NEW)
                assert stored(another).pop("a") == NEW
                another.delete(1, SITE, EVENTS, "b")
                another.delete(2, SITE, EVENTS)
                assert len(items(dynamo, tables)) == 4
                another.delete(1, SITE, EVENTS)

    def test_one_that_came_just_before_leaves_nothing(
        self,
        days: DynamoDayStore,
        another: DynamoDayStore,
        dynamo: Dynamo,
        tables: Tables,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        real = dynamo.get

        def outdated(*args: Any) -> Item | None:
            found = real(*args)
            if stored(another) != {"a": OLD}:
                put(another, OLD)
            return found

        monkeypatch.setattr(dynamo, "get", outdated)
        put(days, NEW)
        assert stored(another) == {"a": NEW}
        assert len(items(dynamo, tables)) == 4

    def test_a_deletion_spares_what_began_after_it(
        self, days: DynamoDayStore, another: DynamoDayStore, dynamo: Dynamo, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        shelf = shelf_of(1, SITE, EVENTS)
        real = dynamo.batch_delete
        chunks = 0

        def begin_afterwards(*args: Any) -> None:
            nonlocal chunks
            real(*args)
            if not chunks:
                another._announce(shelf.where("a"), {}, "revision")
                chunks = BlobItems(dynamo, args[0]).write_chunks(shelf, "a", "revision", NEW)

        put(days, OLD)
        monkeypatch.setattr(dynamo, "batch_delete", begin_afterwards)
        days.delete(1, SITE, EVENTS)
        another._publish(shelf.where("a"), "revision", chunks)
        assert stored(days) == {"a": NEW}

    def test_but_not_for_ever(
        self,
        days: DynamoDayStore,
        another: DynamoDayStore,
        meanwhile: Callable[..., None],
        monkeypatch: pytest.MonkeyPatch,
        waits: list[int],
    ) -> None:
        monkeypatch.setattr("shared.engines.dynamodb.day_store._MAX_TRIES", 3)
        meanwhile("write_chunks", lambda: put(another, SMALL), times=3)
        with pytest.raises(StorageUnavailable, match="3 times while it was written"):
            put(days, NEW)
        assert waits == [1, 2, 3]
        assert stored(days) == {"a": SMALL}

    @pytest.mark.parametrize("times", [1, 3])
    @pytest.mark.parametrize("after", [{"a": SMALL}, {"a": NEW}, {}], ids=["small", "large", "deleted"])
    def test_a_torn_reading_is_repeated(
        self,
        days: DynamoDayStore,
        another: DynamoDayStore,
        meanwhile: Callable[..., None],
        times: int,
        after: dict[str, bytes],
    ) -> None:
        def work() -> None:
            another.delete(1, SITE, EVENTS, "a", "a")
            another.put(1, SITE, EVENTS, after)

        days.put(1, SITE, EVENTS, {"a": OLD, "b": SMALL})
        meanwhile("read_chunks", work, times, before=True)
        assert stored(days) == {**after, "b": SMALL}

    def test_but_with_a_bound(
        self, days: DynamoDayStore, another: DynamoDayStore, meanwhile: Callable[..., None]
    ) -> None:
        put(days, OLD)
        meanwhile("read_chunks", lambda: put(another, OLD), ALWAYS, before=True)
        with pytest.raises(StorageUnavailable, match="while it was read"):
            stored(days)

    def test_chunks_that_are_gone_are_reported(self, days: DynamoDayStore, dynamo: Dynamo, tables: Tables) -> None:
        put(days, OLD)
        put(days, SMALL, "b")
        chunk = next(item for item in items(dynamo, tables) if item["pk"]["S"].startswith("1|c|"))
        dynamo.delete(tables.views, {"pk": chunk["pk"], "sk": chunk["sk"]})
        with pytest.raises(StorageUnavailable):
            stored(days)

    def test_the_chunks_of_a_replaced_blob_go(
        self, days: DynamoDayStore, another: DynamoDayStore, dynamo: Dynamo, tables: Tables
    ) -> None:
        put(days, OLD)
        put(days, OLD, "ab")
        assert another.replace(1, SITE, EVENTS, "a", OLD, SMALL)
        assert len(items(dynamo, tables)) == 1 + 4
        assert stored(days) == {"a": SMALL, "ab": OLD}


class Twice:
    """A client whose transactions are sent twice, as one whose answer was lost is, with something in between."""

    def __init__(self, client: Any, meanwhile: Callable[[], object]) -> None:
        self._client = client
        self._meanwhile = meanwhile

    def __getattr__(self, operation: str) -> Any:
        return getattr(self._client, operation)

    def transact_write_items(self, **parameters: Any) -> Any:
        token = uuid4().hex
        self._client.transact_write_items(**parameters, ClientRequestToken=token)
        self._meanwhile()
        return self._client.transact_write_items(**parameters, ClientRequestToken=token)


class TestReplacing:
    @pytest.mark.parametrize("blob", [b"1", None])
    def test_an_answer_that_is_lost_changes_none(
        self, days: DynamoDayStore, faults: Faults, blob: bytes | None
    ) -> None:
        put(days, SMALL)
        faults.fail("TransactWriteItems", done=True)
        assert days.replace(1, SITE, EVENTS, "a", SMALL, blob)
        assert not days.replace(1, SITE, EVENTS, "a", SMALL, blob)

    @pytest.mark.parametrize("blob", [b"1", None])
    def test_also_when_another_was_there_meanwhile(
        self, another: DynamoDayStore, client: Any, tables: Tables, blob: bytes | None
    ) -> None:
        put(another, SMALL)
        twice = Twice(client, lambda: another.replace(1, SITE, EVENTS, "a", blob, b"2"))
        days = DynamoDayStore(Dynamo(twice, lambda attempt: None), tables.views)
        assert days.replace(1, SITE, EVENTS, "a", SMALL, blob)
        assert stored(days) == {"a": b"2"}

    def test_another_transaction_at_the_item_is_waited_for(
        self, days: DynamoDayStore, faults: Faults, waits: list[int]
    ) -> None:
        faults.conflict(times=2)
        assert days.replace(1, SITE, EVENTS, "a", None, SMALL)
        assert waits == [1, 2]

    def test_an_outage_is_reported(self, days: DynamoDayStore, faults: Faults) -> None:
        faults.fail("TransactWriteItems", times=ALWAYS)
        with pytest.raises(StorageUnavailable):
            days.replace(1, SITE, EVENTS, "a", None, SMALL)
