from shared.domain.epochs import hour_after, hour_start, import_epoch, live_epoch
from tests.unit.making import NOON


def test_a_writers_epoch_is_named_by_its_hour_and_chance() -> None:
    assert live_epoch(NOON + 59 * 60_000, "5f") == "2026-11-22T12.5f"


def test_an_imports_epoch_is_named_by_site_and_content() -> None:
    assert import_epoch("id", "digest") == "import.id.digest"


def test_the_hour_after_one_is_that_of_the_clock() -> None:
    hours = ("2026-11-22T12", "2026-11-22T23", "2026-12-31T23", "2028-02-28T23")
    assert [hour_after(hour) for hour in hours] == ["2026-11-22T13", "2026-11-23T00", "2027-01-01T00", "2028-02-29T00"]


def test_there_is_no_hour_after_none() -> None:
    assert hour_after("") == ""


def test_an_hour_begins_in_utc() -> None:
    assert hour_start("2026-11-22T12") == NOON
