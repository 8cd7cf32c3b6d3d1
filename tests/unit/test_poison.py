"""Stream records that are none: they are named if they can be, and never stop the shard or the other events."""

from pathlib import Path
from typing import Any

import pytest

from services.projector.handler import make_handler
from shared.engine import StorageUnavailable
from shared.stream import to_stream_event
from tests.unit.projecting import World

NUMBERLESS: list[dict[str, Any]] = [
    {"eventName": "INSERT"},
    {"eventName": "INSERT", "dynamodb": None},
    {"eventName": "INSERT", "dynamodb": "x"},
    {"eventName": "INSERT", "dynamodb": {}},
    {"eventName": "INSERT", "dynamodb": {"NewImage": {"epoch": {"S": "e"}}}},
    {"eventName": "INSERT", "dynamodb": {"SequenceNumber": ""}},
    {"eventName": "INSERT", "dynamodb": {"SequenceNumber": 7}},
]


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path)
    world.visits(3)
    return world


def failures(world: World, *poison: dict[str, Any]) -> list[str]:
    batch = to_stream_event(world.records())
    answer = make_handler(world.projector)({"Records": [*poison, *batch["Records"]]}, None)
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


@pytest.mark.parametrize("poison", NUMBERLESS)
def test_a_record_that_nobody_could_ask_for_again_does_not_come_again(world: World, poison: dict[str, Any]) -> None:
    assert failures(world, poison) == []
    assert world.total().pageviews == 3


@pytest.mark.parametrize(
    "image",
    [
        None,
        {},
        {"epoch": {"S": "e"}, "version": {"N": "0"}, "nonce": {"S": "n"}, "body": {"B": "no base64!"}},
        {"epoch": {"S": "e"}, "version": {"N": "0"}, "nonce": {"S": "n"}, "body": {"NULL": True}},
        {"epoch": {"S": "e"}, "version": {"N": "one"}, "nonce": {"S": "n"}},
    ],
)
def test_a_record_with_a_number_is_reported_by_it_alone(world: World, image: Any) -> None:
    assert failures(world, {"eventName": "INSERT", "dynamodb": {"SequenceNumber": "77", "NewImage": image}}) == ["77"]
    assert world.total().pageviews == 3


@pytest.mark.parametrize("poison", NUMBERLESS)
def test_a_batch_that_fails_comes_again_from_its_first_number(
    world: World, poison: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise StorageUnavailable("throttled")

    monkeypatch.setattr(world.engine.read_models, "commit", fail)
    assert failures(world, poison) == ["0"]
