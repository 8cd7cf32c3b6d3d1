from pathlib import Path

import pytest

from services.projector.deadline import Deadline, OutOfTime, TimedLog
from tests.unit.making import SITE
from tests.unit.projecting import World


@pytest.mark.parametrize(("remaining_ms", "last"), [(300_000, 290.0), (40_000, 30.0), (20_000, 15.0), (1_000, 0.75)])
def test_time_is_over_before_the_function_is_stopped(remaining_ms: int, last: float) -> None:
    seconds = [100.0]
    deadline = Deadline(lambda: seconds[0])
    deadline.check()
    deadline.start(remaining_ms)
    seconds[0] += last - 0.01
    deadline.check()
    seconds[0] += 0.01
    with pytest.raises(OutOfTime):
        deadline.check()
    deadline.start(remaining_ms)
    deadline.check()


def test_a_timed_log_is_the_log_until_time_is_over(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.visits(3)
    over = [False]

    def check() -> None:
        if over[0]:
            raise OutOfTime

    log = TimedLog(world.engine.log, check)
    (head,) = log.epochs()
    assert log.head(head.epoch) == head.head == 2
    assert log.read(head.epoch, -1, 10) == world.records()
    assert log.epochs("2027-01-01T00") == []
    log.put("e", "2026-11-22T12", 0, [])
    erasing = log.erase(SITE, "", "2026-11-22T13")
    assert next(erasing) == 3
    over[0] = True
    with pytest.raises(OutOfTime):
        next(erasing)
    with pytest.raises(OutOfTime):
        log.read(head.epoch, -1, 10)
