import pytest

from services.ingest.drops import DropCounter
from services.ingest.visitors import VisitorHasher
from shared.domain.calendar import HOUR_MS
from shared.engine import StorageUnavailable
from tests.unit.ingesting import FakeSalts
from tests.unit.making import NOON

DAY, NEXT = "2026-11-22", "2026-11-23"


def hashed(hasher: VisitorHasher, day: str = DAY, now: int = NOON) -> bytes | None:
    return hasher.hash(day, now, "example.org", "192.0.2.1", "agent")


def known(hasher: VisitorHasher) -> list[str]:
    return sorted(hasher._known)


def test_a_salt_is_asked_for_once_and_hashes_the_same_all_day() -> None:
    salts = FakeSalts()
    hasher = VisitorHasher(salts)
    hashes = {hashed(hasher, now=NOON + hours * HOUR_MS) for hours in range(12)}
    assert len(hashes) == 1
    assert salts.asked == [DAY]
    assert hashes == {hashed(VisitorHasher(FakeSalts()))}


def test_another_day_is_another_salt() -> None:
    hasher = VisitorHasher(FakeSalts())
    assert hashed(hasher) != hashed(hasher, NEXT)


def test_a_salt_is_forgotten_when_its_date_is_over_everywhere() -> None:
    hasher = VisitorHasher(FakeSalts())
    hashed(hasher)
    last = NOON + 24 * HOUR_MS - 1
    hashed(hasher, NEXT, last)
    assert known(hasher) == [DAY, NEXT]
    hashed(hasher, NEXT, last + 1)
    assert known(hasher) == [NEXT]
    assert hashed(hasher, DAY, last + 1) is None


def test_a_salt_that_is_gone_makes_no_visitor() -> None:
    salts = FakeSalts()
    salts.gone.add(DAY)
    assert hashed(VisitorHasher(salts)) is None


def test_salts_out_of_reach_are_asked_for_again() -> None:
    salts = FakeSalts()
    salts.away = True
    hasher = VisitorHasher(salts)
    with pytest.raises(StorageUnavailable):
        hashed(hasher)
    salts.away = False
    assert hashed(hasher)


def test_drops_are_counted_by_day_until_they_are_taken_and_can_be_given_back() -> None:
    drops = DropCounter()
    for instant in (NOON, NOON, NOON + 12 * HOUR_MS):
        drops.count(instant, "example.org", "cap")
    taken = drops.take()
    assert taken == {(DAY, "example.org", "cap"): 2, (NEXT, "example.org", "cap"): 1}
    assert drops.take() == {}
    drops.count(NOON, "example.org", "cap")
    drops.give_back(taken)
    assert drops.take() == {(DAY, "example.org", "cap"): 3, (NEXT, "example.org", "cap"): 1}
