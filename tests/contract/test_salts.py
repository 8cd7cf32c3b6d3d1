"""The contract of the salts: one for each date, while that is current anywhere, and never again."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.domain.calendar import millis
from shared.engine import Engine, SaltGone
from tests.contract.making import at_once

DAY = "2026-11-22"
HOUR_MS = 3_600_000

#: It begins at UTC+14 and ends, 50 hours later, at UTC-12.
BEGINNING = millis(datetime(2026, 11, 21, 10, tzinfo=UTC))
END = millis(datetime(2026, 11, 23, 12, tzinfo=UTC))


def test_a_date_lasts_50_hours() -> None:
    assert END - BEGINNING == 50 * HOUR_MS


class TestGet:
    def test_a_date_has_one_salt(self, engine: Engine, other: Engine) -> None:
        salt = engine.salts.get(DAY, BEGINNING)
        assert len(salt) >= 16
        assert other.salts.get(DAY, END - 1) == salt
        assert engine.salts.get("2026-11-23", END - 1) != salt

    def test_also_when_many_ask_for_it_first_at_once(self, engine: Engine, other: Engine) -> None:
        ports = [engine.salts, other.salts]
        for day, now in ((f"2026-11-{number:02}", BEGINNING + (number - 22) * 24 * HOUR_MS) for number in range(1, 31)):
            found = at_once(6, lambda i, day=day, now=now: ports[i % 2].get(day, now))  # type: ignore[misc]
            assert found == [engine.salts.get(day, now)] * 6

    @pytest.mark.parametrize("now", [BEGINNING - 1, END, END + 1_000 * HOUR_MS], ids=["before", "after", "long after"])
    def test_a_date_that_is_not_current_has_none(self, engine: Engine, now: int) -> None:
        with pytest.raises(SaltGone):
            engine.salts.get(DAY, now)
        engine.salts.get(DAY, BEGINNING)
        with pytest.raises(SaltGone):
            engine.salts.get(DAY, now)


class TestDestroy:
    def test_a_date_that_is_over_everywhere_loses_its_salt(self, engine: Engine, other: Engine) -> None:
        engine.salts.get(DAY, BEGINNING)
        engine.salts.get("2026-11-23", END)
        assert engine.salts.destroy(END - 1) == []
        assert other.salts.destroy(END) == [DAY]
        assert engine.salts.destroy(END) == []

    def test_it_is_never_made_again_whatever_the_clock_says(self, engine: Engine, other: Engine) -> None:
        engine.salts.get(DAY, BEGINNING)
        engine.salts.destroy(END)
        for port in (engine.salts, other.salts):
            with pytest.raises(SaltGone):
                port.get(DAY, BEGINNING + HOUR_MS)

    def test_the_others_live_on(self, engine: Engine) -> None:
        salts = {day: engine.salts.get(day, END - 1) for day in (DAY, "2026-11-23")}
        engine.salts.destroy(END)
        assert engine.salts.get("2026-11-23", END) == salts["2026-11-23"]

    def test_many_dates_at_once(self, engine: Engine) -> None:
        first = datetime(2026, 1, 1, tzinfo=UTC)
        days = [first + timedelta(days=number) for number in range(40)]
        names = [day.date().isoformat() for day in days]
        for day, name in zip(days, names, strict=True):
            engine.salts.get(name, millis(day))
        assert engine.salts.destroy(END) == names
