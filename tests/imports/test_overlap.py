"""Days that events of another origin have counted already."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from infra.imports.overlap import Overlap
from shared.domain.folds import TOTAL
from tests.imports.importing import Place, line

DAY = datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_an_import_of_a_day_with_beacons_stops_before_anything_is_written(place: Place) -> None:
    place.beacon(DAY)
    before, epochs = place.counts(), place.engine.log.epochs()
    with pytest.raises(Overlap, match=r"2026-11-20.*--overlap"):
        place.import_text(line(stamp="19/Nov/2026:10:00:00 +0000") + line())
    assert (place.counts(), place.engine.log.epochs()) == (before, epochs)
    assert place.engine.imports.parts(place.site.id, "") == []


def test_it_goes_on_when_that_was_asked_for(place: Place) -> None:
    place.beacon(DAY)
    place.import_text(line(), overlap=True)
    assert place.seen(TOTAL)["", ""][0] == 2


def test_other_days_are_imported(place: Place) -> None:
    place.beacon(DAY)
    place.import_text(line(stamp="19/Nov/2026:23:59:59 +0000") + line("/style.css"))
    assert place.seen(TOTAL)["", ""][0] == 2


def test_the_days_are_the_sites(tmp_path: Path) -> None:
    tokyo = Place(tmp_path / "data", timezone="Asia/Tokyo")
    tokyo.beacon(DAY)
    tokyo.import_text(line(stamp="20/Nov/2026:15:00:00 +0000"))
    with pytest.raises(Overlap):
        tokyo.import_text(line(stamp="20/Nov/2026:14:59:59 +0000"))


def test_earlier_imports_do_not_count_as_another_origin(place: Place) -> None:
    place.import_text(line(), "one.log")
    place.import_text(line("/other"), "other.log")
    assert place.seen(TOTAL)["", ""][0] == 2


def test_every_file_is_looked_at_before_the_first_is_imported(place: Place, tmp_path: Path) -> None:
    place.beacon(DAY)
    files = [tmp_path / "1.log", tmp_path / "2.log"]
    files[0].write_text(line(stamp="19/Nov/2026:10:00:00 +0000"))
    files[1].write_text("damaged\n" + line())
    with pytest.raises(Overlap):
        place.imports(*files)
    assert place.seen(TOTAL)["", ""][0] == 1


def test_many_days_are_not_all_named(place: Place, tmp_path: Path) -> None:
    text = ""
    for day in range(1, 20):
        place.beacon(datetime(2026, 10, day, tzinfo=UTC))
        text += line(stamp=f"{day:02}/Oct/2026:10:00:00 +0000")
    with pytest.raises(Overlap, match=r"\(2026-10-01, .*2026-10-05 and more\)"):
        place.import_text(text)


@contextmanager
def pipe(folder: Path, text: str) -> Iterator[Path]:
    """A named pipe that somebody writes to."""
    path = folder / "pipe"
    os.mkfifo(path)
    with ThreadPoolExecutor() as threads:
        writing = threads.submit(path.write_text, text)
        yield path
        writing.exception()  # who reads may leave early


def test_a_pipe_is_imported(place: Place, tmp_path: Path) -> None:
    with pipe(tmp_path, line()) as path:
        place.imports(path)
    assert place.seen(TOTAL)["", ""][0] == 1


def test_a_pipe_cannot_be_looked_at_first(place: Place, tmp_path: Path) -> None:
    place.beacon(DAY)
    text = line(stamp="01/Nov/2026:10:00:00 +0000")
    with pipe(tmp_path, text) as path, pytest.raises(Overlap, match="only once"):
        place.imports(path)
