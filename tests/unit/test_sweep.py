import itertools
from pathlib import Path
from typing import Any

import pytest

from services.projector.project import Projector
from services.projector.sweep import CLOSING_DELAY_MS
from shared.domain.calendar import HOUR_MS
from shared.engine import Entry, StorageUnavailable
from tests.unit.making import NOON, event
from tests.unit.projecting import POISON, World, conflicting

HOUR = "2026-11-22T12"


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def closed(world: World) -> str:
    return world.engine.read_models.closed(world.live.version)


def test_a_tail_that_was_never_delivered_is_applied_and_its_milestones_are_reached(world: World) -> None:
    world.visits(7)
    world.project()
    world.visits(3)
    assert world.sweeper.sweep(world.now) == 0
    assert world.total().pageviews == 10
    assert world.reached() == [(None, 1), (None, 10)]
    assert world.sweeper.sweep(world.now) == 0
    assert world.total().pageviews == 10


def test_a_long_tail_is_applied_in_portions(world: World) -> None:
    world.visits(2_500)
    world.sweeper.sweep(world.now)
    assert world.total().pageviews == 2_500


def test_an_hour_closes_two_hours_after_its_end_and_not_before(world: World) -> None:
    world.visits(1)
    end = NOON + HOUR_MS
    assert CLOSING_DELAY_MS == 2 * HOUR_MS
    world.sweeper.sweep(end + CLOSING_DELAY_MS - 1)
    assert closed(world) < HOUR
    world.sweeper.sweep(end + CLOSING_DELAY_MS)
    assert closed(world) == HOUR


def test_an_hour_with_an_event_that_is_not_applied_stays_open_and_so_do_those_after_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.visits(1)
    world.sweeper.sweep(NOON + 3 * HOUR_MS)
    world.now += 5 * HOUR_MS
    world.visits(2)
    later = world.now + 9 * HOUR_MS
    with monkeypatch.context() as patched:
        patched.setattr(Projector, "catch_up", lambda *_: set())
        assert world.sweeper.sweep(later) == 2
    assert closed(world) == "2026-11-22T16"
    assert world.sweeper.sweep(later) == 0
    assert closed(world) == "2026-11-22T23"


def test_poison_stalls_nothing(world: World) -> None:
    world.append_bodies(POISON)
    world.visits(2)
    assert world.sweeper.sweep(NOON + 3 * HOUR_MS) == 0
    assert closed(world) == HOUR
    assert world.total().pageviews == 2
    (entry,) = world.engine.read_models.quarantine(world.live.version)
    assert entry.version == 0


def test_an_epoch_of_an_hour_closed_a_day_ago_is_not_walked_again(world: World) -> None:
    world.visits(1)
    world.sweeper.sweep(NOON + 3 * HOUR_MS)
    (epoch,) = world.epochs
    world.engine.log.put(epoch.epoch, HOUR, 1, [Entry("late", b"{}")])
    assert world.sweeper.sweep(NOON + 30 * HOUR_MS) == 0
    assert world.engine.read_models.watermarks(world.live.version, [epoch.epoch]) == {epoch.epoch: 0}


def test_before_an_hour_closes_its_milestones_are_checked_again(world: World) -> None:
    check, world.projector._check = world.projector._check, lambda subjects: None  # every check was lost
    world.visits(100, "/a")
    world.project()
    world.projector._check = check
    world.sweeper.sweep(NOON + HOUR_MS)
    world.sweeper.sweep(NOON + 3 * HOUR_MS)
    assert world.reached() == [("/a", 100), (None, 1), (None, 10), (None, 100)]


def test_a_conflict_is_planned_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    read_models = world.engine.read_models
    monkeypatch.setattr(read_models, "commit", conflicting(5, read_models.commit))
    world.append(event(), event(visitor=2))
    assert world.sweeper.sweep(world.now) == 0
    assert world.total().pageviews == 2


def test_storage_that_fails_is_told_and_what_was_committed_stays(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.visits(1)
    world.writer.abandon()
    world.visits(1)
    commit, done = world.engine.read_models.commit, itertools.count()

    def fail_the_second(*arguments: Any) -> None:
        if next(done):
            raise StorageUnavailable("full")
        commit(*arguments)

    with monkeypatch.context() as patched:
        patched.setattr(world.engine.read_models, "commit", fail_the_second)
        with pytest.raises(StorageUnavailable):
            world.sweeper.sweep(world.now)
    assert world.total().pageviews == 1
    world.sweeper.sweep(world.now)
    assert world.total().pageviews == 2
