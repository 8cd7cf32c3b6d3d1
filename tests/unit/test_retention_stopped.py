"""Retention that is stopped while it erases: the next run finishes it."""

from dataclasses import replace
from pathlib import Path

import pytest

from services.projector.deadline import OutOfTime, TimedLog
from services.projector.retention import expire
from shared.domain.calendar import HOUR_MS
from tests.support.days import day_folder
from tests.unit.making import event
from tests.unit.projecting import World

_EVENTS = 700


def left(world: World) -> int:
    return sum(record.body is not None for record in world.records())


@pytest.mark.parametrize("checks", range(6))
def test_what_was_not_erased_in_time_is_erased_by_the_next_run(tmp_path: Path, checks: int) -> None:
    world = World(tmp_path, retention_months=1)
    for _ in range(2):
        world.append(*(event("/", world.now, visitor) for visitor in range(_EVENTS)))
        world.now += HOUR_MS
    world.project()
    counted = world.total()
    world.now += 70 * 24 * HOUR_MS
    world.sweeper.sweep(world.now)
    remaining = [checks]

    def check() -> None:
        remaining[0] -= 1
        if remaining[0] < 0:
            raise OutOfTime

    timed = replace(world.engine, log=TimedLog(world.engine.log, check))
    with pytest.raises(OutOfTime):
        expire(timed, day_folder(timed), world.now)
    assert left(world) > 0 or checks > 4
    world.now += HOUR_MS
    expire(world.engine, day_folder(world.engine), world.now)
    assert left(world) == 0
    assert world.total() == counted
    assert expire(world.engine, day_folder(world.engine), world.now) == 0
