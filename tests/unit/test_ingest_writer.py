import itertools
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.writer import Writer
from shared.domain.calendar import HOUR_MS
from shared.domain.epochs import MAX_EPOCH_EVENTS
from shared.engine import StorageUnavailable
from tests.unit.ingesting import FakeLog
from tests.unit.making import NOON, few


class World:
    """A writer over a log that may fail, under a clock that can be moved."""

    def __init__(self) -> None:
        self.now = NOON
        self.log = FakeLog()
        ids = itertools.count()
        self.writer = Writer(self.log, lambda: self.now, lambda: f"r{next(ids)}")

    def append(self, *bodies: bytes) -> bool:
        """Tells whether the append was acknowledged."""
        try:
            self.writer.append(bodies)
        except StorageUnavailable:
            return False
        return True

    @property
    def bodies(self) -> list[list[bytes]]:
        return [[entry.body for entry in stored] for stored in self.log.epochs.values()]


def test_events_are_numbered_without_a_hole_in_one_epoch() -> None:
    world = World()
    assert world.append(b"0")
    assert world.append(b"1", b"2")
    world.now += HOUR_MS - 1
    assert world.append(b"3")
    assert world.bodies == [[b"0", b"1", b"2", b"3"]]
    ((epoch, opened),) = world.log.opened.items()
    assert epoch.startswith("2026-11-22T12.")
    assert opened == "2026-11-22T12"


def test_every_event_has_a_nonce_of_its_own() -> None:
    world = World()
    world.append(b"same", b"same")
    world.append(b"same")
    (stored,) = world.log.epochs.values()
    assert len({entry.nonce for entry in stored}) == 3


def test_no_epoch_is_drawn_before_the_first_append() -> None:
    drawn = itertools.count()
    Writer(FakeLog(), lambda: NOON, lambda: f"r{next(drawn)}")
    assert next(drawn) == 0


def test_the_epoch_changes_with_the_hour() -> None:
    world = World()
    world.append(b"0")
    world.now += HOUR_MS
    world.append(b"1")
    assert world.bodies == [[b"0"], [b"1"]]
    assert sorted(world.log.opened.values()) == ["2026-11-22T12", "2026-11-22T13"]


def test_the_epoch_changes_after_10_000_events() -> None:
    assert MAX_EPOCH_EVENTS == 10_000
    world = World()
    world.append(*[b"x"] * (MAX_EPOCH_EVENTS - 1))
    world.append(b"last")
    world.append(b"first")
    world.append(*[b"x"] * MAX_EPOCH_EVENTS)
    assert [len(stored) for stored in world.bodies] == [MAX_EPOCH_EVENTS, 1, MAX_EPOCH_EVENTS]


def test_a_group_that_no_longer_fits_goes_whole_into_the_next_epoch() -> None:
    world = World()
    world.append(*[b"x"] * (MAX_EPOCH_EVENTS - 1))
    world.append(b"a", b"b")
    assert world.bodies[1] == [b"a", b"b"]


def test_a_cloned_epoch_is_left_and_the_event_goes_into_a_new_one() -> None:
    world = World()
    world.append(b"0")
    world.log.fails = ["taken"]
    assert world.append(b"1")
    assert world.bodies == [[b"0", b"{}"], [b"1"]]
    assert world.append(b"2")
    assert world.bodies[1] == [b"1", b"2"]


def test_a_cloned_source_of_chance_is_not_believed_for_ever() -> None:
    world = World()
    world.log.fails = ["taken"] * 100
    assert not world.append(b"0")
    assert len(world.log.fails) > 90


@pytest.mark.parametrize("outcome", ["lost", "partly", "unknown"])
def test_after_an_outcome_that_nobody_knows_the_next_append_opens_an_epoch(outcome: str) -> None:
    world = World()
    world.append(b"0")
    world.log.fails = [outcome]
    assert not world.append(b"1", b"2")
    assert world.append(b"3")
    assert world.bodies[1] == [b"3"]
    assert world.bodies[0] == {"lost": [b"0"], "partly": [b"0", b"1"], "unknown": [b"0", b"1", b"2"]}[outcome]


def test_a_fault_of_any_kind_leaves_the_epoch(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    world.append(b"0")
    with monkeypatch.context() as patched:
        patched.setattr(world.log, "put", fault)
        with pytest.raises(KeyError):
            world.writer.append([b"1"])
    world.append(b"2")
    assert world.bodies == [[b"0"], [b"2"]]


def test_an_abandoned_epoch_is_left() -> None:
    world = World()
    world.append(b"0")
    world.writer.abandon()
    world.append(b"1")
    assert world.bodies == [[b"0"], [b"1"]]


def fault(*_: object) -> None:
    raise KeyError("fault")


steps = st.tuples(
    st.integers(1, 4),  # bodies
    st.sampled_from(["", "", "lost", "partly", "unknown", "taken"]),
    st.sampled_from([0, 0, HOUR_MS // 2, HOUR_MS, -HOUR_MS]),  # how far the clock moves
)


@few
@given(st.lists(steps, max_size=12))
def test_whatever_fails_no_version_is_skipped_and_what_was_acknowledged_is_there_once(
    schedule: list[tuple[int, str, int]],
) -> None:
    world = World()  # its log refuses to be left with a hole
    acknowledged: list[bytes] = []
    for step, (count, fail, move) in enumerate(schedule):
        world.now += move
        world.log.fails = [fail]
        bodies = [f"{step}.{number}".encode() for number in range(count)]
        if world.append(*bodies):
            acknowledged += bodies
    stored = Counter(body for bodies in world.bodies for body in bodies if body != b"{}")
    assert set(acknowledged) <= set(stored)
    assert set(stored.values()) <= {1}
