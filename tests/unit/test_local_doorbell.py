import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.local.doorbell import GroupLog, Ring, merge, read_rings, to_line
from infra.local.projector import deliver
from infra.local.projector_process import ProjectorProcess
from services.projector.handler import make_handler
from shared.engine import Entry, StorageUnavailable
from shared.engines.sqlite.log import SqliteEventLog
from tests.unit.making import event
from tests.unit.projecting import World

EPOCH, HOUR = "2026-11-22T12.5f", "2026-11-22T12"


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def group_log(world: World) -> tuple[GroupLog, list[list[Ring]]]:
    """The log of a server's writer, and what it rang."""
    rung: list[list[Ring]] = []
    assert isinstance(world.engine.log, SqliteEventLog)
    return GroupLog(world.engine.log, lambda rings: rung.append(list(rings))), rung


def test_the_bell_rings_once_for_a_group_when_its_events_are_durable(world: World) -> None:
    log, rung = group_log(world)
    with log.group_commit():
        log.put(EPOCH, HOUR, 0, [Entry("a", b"{}"), Entry("b", b"{}")])
        log.put(EPOCH, HOUR, 2, [Entry("c", b"{}")])
        log.put("other", HOUR, 0, [Entry("d", b"{}")])
        assert rung == []
    assert rung == [[Ring(EPOCH, 0, 2), Ring("other", 0, 0)]]
    assert len(world.records()) == 4
    with log.group_commit():
        pass
    assert len(rung) == 1


def test_a_group_that_fails_does_not_ring_then_or_later(world: World) -> None:
    log, rung = group_log(world)
    with pytest.raises(StorageUnavailable):
        append_and_fail(log)
    assert (rung, world.records()) == ([], [])
    with log.group_commit():
        log.put("other", HOUR, 0, [Entry("b", b"{}")])
    assert rung == [[Ring("other", 0, 0)]]


def append_and_fail(log: GroupLog) -> None:
    with log.group_commit():
        log.put(EPOCH, HOUR, 0, [Entry("a", b"{}")])
        raise StorageUnavailable("full")


def test_rings_of_one_epoch_become_one() -> None:
    rings = [Ring("a", 3, 4), Ring("b", 0, 0), Ring("a", 0, 1), Ring("a", 5, 9)]
    assert merge(rings) == [Ring("a", 0, 9), Ring("b", 0, 0)]


def test_rings_travel_through_a_pipe_however_it_cuts_them() -> None:
    reading, writing = os.pipe()
    rings = read_rings(reading)
    try:
        line = to_line(Ring(EPOCH, 0, 12))
        os.write(writing, line + line[:5])
        assert next(rings) == [Ring(EPOCH, 0, 12)]
        os.write(writing, line[5:] + to_line(Ring(EPOCH, 13, 13)))
        assert next(rings) == [Ring(EPOCH, 0, 13)]
        os.close(writing)
        assert list(rings) == []
    finally:
        os.close(reading)


class Handler:
    """The projector's handler, which fails so many times first."""

    def __init__(self, world: World, failures: int = 0) -> None:
        self.sizes: list[int] = []
        self._failures = failures
        self._handler = make_handler(world.projector)

    def __call__(self, stream_event: Any, context: object) -> dict[str, Any]:
        self.sizes.append(len(stream_event["Records"]))
        self._failures -= 1
        if self._failures >= 0:
            return {"batchItemFailures": [{"itemIdentifier": "0"}]}
        return self._handler(stream_event, context)


def rings_of(world: World) -> list[Ring]:
    return [Ring(epoch.epoch, 0, epoch.head) for epoch in world.epochs]


def test_what_was_rung_is_read_from_the_log_and_applied(world: World) -> None:
    world.visits(3)
    world.writer.abandon()
    world.visits(2)
    handler = Handler(world)
    deliver(rings_of(world), world.engine.log, handler, lambda attempt: None)
    assert sorted(handler.sizes) == [2, 3]
    assert world.total().pageviews == 5


def test_only_what_was_rung_is_read_and_no_batch_is_larger_than_a_portion(world: World) -> None:
    world.append(*(event(visitor=number) for number in range(2_100)))
    handler = Handler(world)
    deliver([Ring(world.epochs[0].epoch, 50, 2_059)], world.engine.log, handler, lambda attempt: None)
    assert handler.sizes == [1_000, 1_000, 10]
    assert world.total().pageviews == 2_060  # the gap before it was read as well


def test_a_batch_that_fails_comes_again_a_few_times_and_then_the_next_one_does(world: World) -> None:
    world.visits(1)
    world.writer.abandon()
    world.visits(1)
    waits: list[int] = []
    deliver(rings_of(world), world.engine.log, Handler(world, failures=2), waits.append)
    assert (waits, world.total().pageviews) == ([1, 2], 2)
    world.writer.abandon()
    world.visits(1)
    waits.clear()
    deliver(rings_of(world)[2:], world.engine.log, Handler(world, failures=100), waits.append)
    assert (waits, world.total().pageviews) == ([1, 2, 3, 4, 5], 2)
    assert world.sweeper.sweep(world.now) == 0
    assert world.total().pageviews == 3


def test_a_ring_for_what_is_not_in_the_log_does_nothing(world: World) -> None:
    deliver([Ring("unknown", 0, 5)], world.engine.log, Handler(world), lambda attempt: None)
    assert world.total().pageviews == 0


#: Copies what is rung into a file, line by line, and can be told to stop.
_CHILD = """
import sys
print("ready", flush=True)
for line in sys.stdin:
    with open(sys.argv[1], "a") as file:
        file.write(line)
    if line.startswith("die"):
        sys.exit(3)
"""
_DEAF = "import time\nprint('ready', flush=True)\ntime.sleep(60)"


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., ProjectorProcess]]:
    monkeypatch.setattr("infra.local.projector_process._STOP_SECONDS", 1.0)
    started: list[ProjectorProcess] = []

    def start(program: str, *arguments: str) -> ProjectorProcess:
        started.append(ProjectorProcess([sys.executable, "-c", program, *arguments]))
        started[-1].start()
        return started[-1]

    yield start
    for process in started:
        process.stop()


def until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_stopping_lets_the_process_finish_what_was_rung(tmp_path: Path) -> None:
    process = ProjectorProcess([sys.executable, "-c", _CHILD, str(tmp_path / "heard")])
    process.start()
    for number in range(100):
        process.ring([Ring(EPOCH, number, number)])
    process.stop()
    heard = (tmp_path / "heard").read_text().splitlines()
    assert heard == [f"{EPOCH} {number} {number}" for number in range(100)]


def test_a_process_that_ends_is_started_again(tmp_path: Path, start: Callable[..., ProjectorProcess]) -> None:
    heard = tmp_path / "heard"
    process = start(_CHILD, str(heard))
    process.ring([Ring("die", 0, 0)])

    def heard_again() -> bool:
        process.ring([Ring("again", 0, 0)])
        return heard.exists() and "again" in heard.read_text()

    until(heard_again)


def test_a_process_that_does_not_listen_holds_no_request_up(start: Callable[..., ProjectorProcess]) -> None:
    process = start(_DEAF)
    began = time.monotonic()
    for number in range(20_000):
        process.ring([Ring(EPOCH, number, number)])
    assert time.monotonic() - began < 10
