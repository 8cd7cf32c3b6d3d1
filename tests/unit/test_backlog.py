from pathlib import Path

import pytest

from shared.backlog import backlog, lag_ms
from shared.domain.calendar import HOUR_MS, utc_hour
from shared.domain.events import ACCESS_LOG, encode_event
from shared.engine import Entry, ImportPart
from tests.unit.making import NOON, event
from tests.unit.projecting import POISON, World


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def waiting(world: World) -> list[int]:
    return [behind.events for behind in backlog(world.engine, world.live)]


def test_what_is_not_applied_waits(world: World) -> None:
    assert waiting(world) == []
    world.visits(3)
    assert waiting(world) == [3]
    world.project()
    assert waiting(world) == []
    world.visits(2)
    world.writer.abandon()
    world.visits(1)
    assert sorted(waiting(world)) == [1, 2]


def test_epochs_of_closed_hours_are_not_looked_at(world: World) -> None:
    world.visits(1)
    world.engine.read_models.close(world.live.version, utc_hour(NOON))
    assert waiting(world) == []
    world.now += HOUR_MS
    world.visits(2)
    assert waiting(world) == [2]


def test_an_import_waits_until_it_is_finished_whatever_hour_is_closed(world: World) -> None:
    body = encode_event(event(origin=ACCESS_LOG))
    world.engine.imports.register(ImportPart("import.id.x", "id", "", "x", 1, 1, ACCESS_LOG))
    world.engine.log.put("import.id.x", utc_hour(NOON), 0, [Entry("n", body)])
    world.engine.read_models.close(world.live.version, utc_hour(NOON))
    assert waiting(world) == [1]
    world.engine.imports.finish("import.id.x")
    assert waiting(world) == []


def test_the_lag_is_how_long_the_oldest_beacon_has_waited(world: World) -> None:
    now = NOON + 7_000
    assert lag_ms(world.engine, now) == 0
    world.append(event(when=NOON + 2_000), event(when=NOON + 1_000))
    world.writer.abandon()
    world.append(event(when=NOON + 3_000))
    assert lag_ms(world.engine, now) == 5_000
    world.project()
    assert lag_ms(world.engine, now) == 0


@pytest.mark.parametrize("body", [POISON, b"\xff", encode_event(event(when=0, origin=ACCESS_LOG))])
def test_poison_and_imports_do_not_lag(world: World, body: bytes) -> None:
    world.append_bodies(body)
    assert lag_ms(world.engine, NOON) == 0
