from pathlib import Path
from typing import Any

import pytest

from services.projector.handler import make_handler
from services.projector.project import MAX_ATTEMPTS
from shared.engine import StorageUnavailable
from shared.stream import to_stream_event
from tests.unit.projecting import World, conflicting


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path)
    world.visits(4)
    return world


def batch(world: World) -> Any:
    """What DynamoDB Streams would deliver of the whole log."""
    return to_stream_event(world.records())


def handle(world: World, event: Any) -> list[str]:
    """Gives the sequence numbers of the failures."""
    answer = make_handler(world.projector)(event, None)
    assert list(answer) == ["batchItemFailures"]
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def test_a_batch_is_applied_once_however_often_it_comes(world: World) -> None:
    assert handle(world, batch(world)) == []
    assert handle(world, batch(world)) == []
    assert world.total().pageviews == 4


def test_the_batch_is_only_a_doorbell_what_lies_between_is_read_from_the_log(world: World) -> None:
    event = batch(world)
    event["Records"] = event["Records"][3:]
    assert handle(world, event) == []
    assert world.total().pageviews == 4


def test_changes_that_are_no_inserts_are_passed_over(world: World) -> None:
    event = batch(world)
    for record, name in zip(event["Records"], ("REMOVE", "MODIFY", "REMOVE", ""), strict=True):
        record["eventName"] = name
    assert handle(world, event) == []
    assert world.total().pageviews == 0
    assert handle(world, {"Records": []}) == []


def test_a_record_that_is_no_event_is_reported_alone(world: World) -> None:
    event = batch(world)
    event["Records"][1]["dynamodb"]["NewImage"] = {"nothing": {"S": ""}}
    assert handle(world, event) == ["1"]
    assert world.total().pageviews == 4


def test_if_the_storage_fails_the_batch_is_to_come_again_from_its_beginning(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise StorageUnavailable("full")

    with monkeypatch.context() as patched:
        patched.setattr(world.engine.read_models, "commit", fail)
        assert handle(world, batch(world)) == ["0"]
    assert handle(world, batch(world)) == []
    assert world.total().pageviews == 4


def test_conflicts_are_tried_again_and_then_reported(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    commit = world.engine.read_models.commit
    monkeypatch.setattr(world.engine.read_models, "commit", conflicting(MAX_ATTEMPTS, commit))
    assert handle(world, batch(world)) == ["0"]
    monkeypatch.setattr(world.engine.read_models, "commit", conflicting(MAX_ATTEMPTS - 1, commit))
    assert handle(world, batch(world)) == []
    assert world.total().pageviews == 4


@pytest.mark.parametrize(
    "poison",
    [
        b"\xff",
        b'{"schema_version":99}',
        b'{"schema_version":1,"site":"example.org","origin":"b","instant":1,"name":"pageview","url":"/\\ud800"}',
        b'{"schema_version":1,"site":"example.org","origin":"b","instant":1,"name":"pageview","url":"/","visitor":"ab"}',
        b'{"schema_version":1,"site":"example.org","origin":"b","instant":%d,"name":"pageview","url":"/"}' % 10**40,
    ],
)
def test_one_bad_event_never_stalls_the_others(world: World, poison: bytes) -> None:
    world.append_bodies(poison)
    world.visits(2)
    assert handle(world, batch(world)) == []
    assert world.total().pageviews == 6
    assert [entry.version for entry in world.engine.read_models.quarantine(world.live.version)] == [4]
