"""Imports that are stopped anywhere and started again end like one that never was."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infra.imports import run, window
from shared.domain.counts import Counts
from shared.domain.folds import TOTAL, RowKey
from tests.imports.importing import Crash, Place, line
from tests.support.folders import scratch_folder

# Today's salt lives and the other days' have gone.
STAMPS = ["20/Nov/2026:23:30:00 +0000", "21/Nov/2026:00:10:00 +0100", "03/Mar/2020:10:00:00 +0000"]
STAMPS += ["22/Nov/2026:09:00:00 +0000"]
AGENTS = ["Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Googlebot/2.1", ""]

log_lines = st.one_of(
    st.builds(
        line,
        path=st.sampled_from(["/", "/a", "/a?utm_source=x", "/style.css"]),
        address=st.sampled_from(["192.0.2.1", "192.0.2.2", "2001:db8::1", "host.example"]),
        agent=st.sampled_from(AGENTS),
        stamp=st.sampled_from(STAMPS),
    ),
    st.just("damaged\n"),
)


@dataclass(frozen=True)
class Step:
    """An import of the first bytes of a log, which may end at a write."""

    bytes: float
    crash_at: int | None


steps = st.builds(Step, st.floats(0, 1), st.none() | st.integers(0, 30))


@pytest.fixture(autouse=True)
def small_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(window, "MAX_LINES", 8)
    monkeypatch.setattr(run, "_PORTION", 3)


def counts_after(folder: Path, text: str, steps: Sequence[Step]) -> dict[RowKey, Counts]:
    """Imports the beginnings, then the whole."""
    place = Place(folder)
    data = text.encode()
    first_line = data.index(b"\n") + 1
    file = folder / "access.log"
    for step in steps:
        # Of a file's first line, nothing tells half of it from a whole one in the shorter format.
        file.write_bytes(data[: first_line + int(step.bytes * (len(data) - first_line))])
        with suppress(Crash):
            place.imports(file, crash_at=step.crash_at)
    file.write_bytes(data)
    report = place.imports(file)
    assert place.seen(TOTAL).get(("", ""), (0, 0))[0] == place.stored() == report.pageviews
    assert not set(place.engine.imports.unfinished()) & {head.epoch for head in place.engine.log.epochs()}
    return place.counts()


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(log_lines, min_size=1, max_size=40), st.lists(steps, max_size=5))
def test_any_beginnings_and_stops_end_like_one_import(lines: list[str], steps: list[Step]) -> None:
    text = line("/style.css") + "".join(lines)
    with scratch_folder() as once, scratch_folder() as often:
        assert counts_after(often, text, steps) == counts_after(once, text, [])


@pytest.mark.parametrize("crash_at", range(24))
def test_a_stopped_import_leaves_room_for_a_file_that_began_the_same(tmp_path: Path, crash_at: int) -> None:
    place = Place(tmp_path / "data")
    text = "".join(line(f"/{n}") for n in range(12))
    other = "".join(text.splitlines(keepends=True)[:3]) + line("/x") + line("/y")
    with suppress(Crash):
        place.import_text(text, crash_at=crash_at)
    for _ in range(2):
        place.import_text(other, "other.log")
        place.import_text(text)
        assert place.seen(TOTAL)["", ""][0] == place.stored() == 12 + 5


@pytest.mark.parametrize("crash_at", range(24))
@pytest.mark.parametrize("beginning", [1, 4, 7])
@pytest.mark.parametrize("size", [8, 12])
def test_a_stopped_import_may_go_on_with_the_beginning_of_its_file(
    tmp_path: Path, crash_at: int, beginning: int, size: int
) -> None:
    place = Place(tmp_path / "data")
    lines = [line(f"/{n}") for n in range(size)]
    with suppress(Crash):
        place.import_text("".join(lines), crash_at=crash_at)
    for text in ("".join(lines[:beginning]), "".join(lines)):
        place.import_text(text)
    assert place.seen(TOTAL)["", ""][0] == place.stored() == size
    assert place.import_text("".join(lines)).already_imported == size


def test_a_longer_file_that_began_the_same_does_not_go_on_with_a_stopped_import(tmp_path: Path) -> None:
    place = Place(tmp_path / "data")
    lines = [line(f"/{n}") for n in range(12)]
    with pytest.raises(Crash):
        place.import_text("".join(lines), crash_at=4)
    place.import_text("".join(lines[:3]) + line("/other") * 9, "other.log")
    assert place.import_text("".join(lines)).already_imported == 3
    assert place.stored() == 24


@pytest.mark.parametrize("crash_at", [1, 2])
def test_nothing_of_a_stopped_import_matters_before_its_first_event(tmp_path: Path, crash_at: int) -> None:
    place = Place(tmp_path / "data")
    with pytest.raises(Crash):
        place.import_text("".join(line(f"/{n}") for n in range(12)), crash_at=crash_at)
    for lines in (5, 10):
        place.import_text("".join(line(f"/other/{n}") for n in range(lines)), "other.log")
    assert place.seen(TOTAL)["", ""][0] == 10


def test_what_a_stopped_import_has_stored_is_told(tmp_path: Path) -> None:
    place = Place(tmp_path / "data")
    text = "".join(line(f"/{n}") for n in range(8))
    with pytest.raises(Crash):
        place.import_text(text, crash_at=6)  # register, put, put: before and after each
    assert place.import_text(text).already_imported == 6


def test_what_was_stored_but_not_counted_is_counted(tmp_path: Path) -> None:
    place = Place(tmp_path / "data")
    text = "".join(line(f"/{n}") for n in range(8))
    with pytest.raises(Crash):
        place.import_text(text, crash_at=8)  # before the first commit
    assert place.counts() == {}
    place.import_text(text)
    assert place.seen(TOTAL)["", ""][0] == 8
    assert place.engine.imports.unfinished() == []


def test_a_stop_between_two_files_is_no_matter(tmp_path: Path) -> None:
    whole, stopped = Place(tmp_path / "whole"), Place(tmp_path / "stopped")
    files = [tmp_path / "1.log", tmp_path / "2.log"]
    for file in files:
        file.write_text("".join(line(f"/{file.name}/{n}", address=f"192.0.2.{n % 4}") for n in range(10)))
    whole.imports(*files)
    for crash_at in range(0, 40, 5):
        with suppress(Crash):
            stopped.imports(*files, crash_at=crash_at)
    stopped.imports(*files)
    assert stopped.counts() == whole.counts()
