"""Under which day and hour a line counts."""

from pathlib import Path

import pytest

from shared.domain.folds import DAY, HOUR
from tests.imports.importing import Place, line


@pytest.fixture
def berlin(tmp_path: Path) -> Place:
    return Place(tmp_path / "data", timezone="Europe/Berlin")


def hours(place: Place) -> dict[str, int]:
    return {hour: pageviews for (hour, _), (pageviews, _) in place.seen(HOUR).items()}


def test_a_line_counts_on_the_sites_day(berlin: Place) -> None:
    berlin.import_text(line(stamp="20/Nov/2026:23:30:00 +0000"))
    assert hours(berlin) == {"2026-11-21T00": 1}


def test_a_line_counts_on_the_day_as_written(berlin: Place) -> None:
    text = line(stamp="20/Nov/2026:23:30:00 +0000") + line(stamp="20/Nov/2026:01:30:00 -0800")
    berlin.import_text(text, as_written=True)
    assert hours(berlin) == {"2026-11-20T23": 1, "2026-11-20T01": 1}


def test_the_hour_that_autumn_repeats_is_one(berlin: Place) -> None:
    berlin.import_text(line(stamp="25/Oct/2026:02:30:00 +0200") + line(stamp="25/Oct/2026:02:30:00 +0100"))
    assert hours(berlin) == {"2026-10-25T02": 2}


def test_the_hour_that_spring_skips_is_not_there(berlin: Place) -> None:
    berlin.import_text(line(stamp="29/Mar/2026:00:59:59 +0000") + line(stamp="29/Mar/2026:01:00:00 +0000"))
    assert hours(berlin) == {"2026-03-29T01": 1, "2026-03-29T03": 1}


def test_a_visitor_is_one_on_each_day(berlin: Place) -> None:
    stamps = ["20/Nov/2026:22:59:59 +0000", "20/Nov/2026:23:00:00 +0000", "20/Nov/2026:23:00:01 +0000"]
    berlin.import_text("".join(line(stamp=stamp) for stamp in stamps))
    assert berlin.seen(DAY) == {("2026-11-20", ""): (1, 1), ("2026-11-21", ""): (2, 1)}


def test_a_visitor_is_one_on_each_day_as_written(berlin: Place) -> None:
    stamps = ["20/Nov/2026:22:59:59 +0000", "20/Nov/2026:23:00:00 +0000", "21/Nov/2026:00:00:00 +0000"]
    berlin.import_text("".join(line(stamp=stamp) for stamp in stamps), as_written=True)
    assert berlin.seen(DAY) == {("2026-11-20", ""): (2, 1), ("2026-11-21", ""): (1, 1)}
