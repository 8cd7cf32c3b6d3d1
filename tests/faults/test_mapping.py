"""Partial failures, bisecting and poison: the projector's real function behind a model of its event source mapping."""

import logging
from typing import Any

import pytest

from shared.engine import StorageUnavailable
from shared.engines.dynamodb.client import Dynamo
from shared.stream import to_stream_event
from tests.faults.mapping import Mapping
from tests.support.faulty_client import Faults, retry_at_once
from tests.unit.deployed import Context, deployment
from tests.unit.test_projector_lambda import Projector, projector

__all__ = ["deployment", "projector"]

VISITS, BATCH, RETRIES = 40, 10, 3

#: More invocations than this for one delivery is a shard that stalls.
STALLED = 60


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch, projector: Projector, caplog: pytest.LogCaptureFixture) -> None:
    retry_at_once(monkeypatch)
    monkeypatch.setattr(projector.function, "back_off", lambda attempt: None)
    caplog.set_level(logging.ERROR)


@pytest.fixture
def shard(projector: Projector) -> list[dict[str, Any]]:
    """What the stream has to deliver."""
    projector.visits(VISITS)
    records: list[dict[str, Any]] = to_stream_event(projector.deployment.records())["Records"]
    return records


@pytest.fixture
def mapping(projector: Projector) -> Mapping:
    return Mapping(lambda event: projector.function.project(event, Context()), BATCH, RETRIES)


def delivered(mapping: Mapping, records: list[dict[str, Any]]) -> None:
    mapping.deliver(records)
    assert mapping.invocations <= STALLED


def numbers(mapping: Mapping) -> list[str]:
    return [record["dynamodb"]["SequenceNumber"] for batch in mapping.dead_letters for record in batch]


def test_what_goes_well_is_delivered_once(projector: Projector, mapping: Mapping, shard: list[dict[str, Any]]) -> None:
    delivered(mapping, shard)
    assert (projector.pageviews, mapping.invocations, mapping.dead_letters) == (VISITS, VISITS // BATCH, [])


def test_a_record_that_is_no_event_stops_no_other(
    projector: Projector, mapping: Mapping, shard: list[dict[str, Any]], caplog: pytest.LogCaptureFixture
) -> None:
    shard[13]["dynamodb"]["NewImage"] = {"version": {"N": "13"}}
    delivered(mapping, shard)
    assert projector.pageviews == VISITS  # its event is read from the log
    assert "13" in numbers(mapping)
    assert "a stream record is no event" in caplog.text
    assert mapping.invocations == VISITS // BATCH + RETRIES


def test_an_event_that_cannot_be_folded_goes_to_quarantine_and_stops_nothing(
    projector: Projector, mapping: Mapping
) -> None:
    projector.visits(5)
    projector.writer.append([b'{"schema_version":99}'])
    projector.visits(5)
    delivered(mapping, to_stream_event(projector.deployment.records())["Records"])
    assert (projector.pageviews, mapping.dead_letters) == (10, [])
    assert [one.version for one in projector.engine.read_models.quarantine(1)] == [5]


def test_a_function_that_trips_over_one_record_loses_nothing(
    projector: Projector, mapping: Mapping, shard: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    function = projector.function.project

    def trips(event: dict[str, Any], context: Context) -> Any:
        if any(record["dynamodb"]["SequenceNumber"] == "17" for record in event["Records"]):
            raise RuntimeError("a mistake in the function")
        return function(event, context)

    monkeypatch.setattr(projector.function, "project", trips)
    delivered(mapping, shard)
    assert numbers(mapping) == ["17"]  # bisected until it is alone
    assert projector.pageviews == VISITS  # the batch after it has read it from the log


@pytest.mark.parametrize("operation", ["TransactWriteItems", "UpdateItem", "Query", "BatchGetItem"])
@pytest.mark.parametrize("done", [False, True])
def test_a_table_that_fails_in_the_middle(
    projector: Projector, mapping: Mapping, shard: list[dict[str, Any]], operation: str, done: bool
) -> None:
    delivered(mapping, shard[:BATCH])
    Faults(projector.deployment.client).fail(operation, None if done else "ThrottlingException", 2, 6, done)
    delivered(mapping, shard[BATCH:])
    assert (projector.pageviews, mapping.dead_letters) == (VISITS, [])


def test_a_table_that_fails_for_long_leaves_the_rest_to_the_sweeper(
    projector: Projector, mapping: Mapping, shard: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as outage:
        outage.setattr(Dynamo, "transact", _unavailable)
        delivered(mapping, shard[: 2 * BATCH])
    assert (projector.pageviews, len(numbers(mapping))) == (0, 2 * BATCH)
    projector.sweep()
    assert projector.pageviews == VISITS
    delivered(mapping, shard)  # and what is redelivered from the dead letters counts no second time
    assert projector.pageviews == VISITS


@pytest.mark.parametrize("before", [True, False])
def test_a_crash_at_a_commit_and_a_start_of_the_next_process(
    projector: Projector,
    mapping: Mapping,
    shard: list[dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
    before: bool,
) -> None:
    transact, crashes = Dynamo.transact, iter([False, True, False, True])

    def crash(self: Dynamo, actions: Any) -> None:
        ends = next(crashes, False)
        if not (ends and before):
            transact(self, actions)
        if ends:
            for name in ("_project", "_engine", "_dynamo"):
                getattr(projector.function, name).cache_clear()
            raise RuntimeError("the process ends here")

    monkeypatch.setattr(Dynamo, "transact", crash)
    delivered(mapping, shard)
    assert (projector.pageviews, mapping.dead_letters) == (VISITS, [])


def _unavailable(*_: Any, **__: Any) -> Any:
    raise StorageUnavailable("throttled")
