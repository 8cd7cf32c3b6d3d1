"""Milestones that an import of the past reaches are announced only if that was asked for."""

import pytest

from shared.domain.milestones import Milestone, Subject
from tests.imports.importing import NOW, Crash, Place, line

LINES = "".join(line("/a") for _ in range(120))


def reached(place: Place) -> set[tuple[str | None, int]]:
    return {(m.subject.page, m.threshold) for m in place.engine.milestones.page(place.site.name, 100, None)}


def announced(place: Place) -> set[tuple[str | None, int]]:
    return {(m.subject.page, m.threshold) for m in place.engine.milestones.pending()}


ALL = {(None, 1), (None, 10), (None, 100), ("/a", 100)}


def test_milestones_are_reached_in_silence(place: Place) -> None:
    place.import_text(LINES)
    assert reached(place) == ALL
    assert announced(place) == set()


def test_milestones_are_announced_on_request(place: Place) -> None:
    place.import_text(LINES, notify=True)
    assert reached(place) == announced(place) == ALL


def test_the_silence_ends_with_the_import(place: Place) -> None:
    place.import_text(LINES)
    later = Milestone("id", Subject(place.site.name, None), 1_000, NOW)
    place.engine.milestones.reach([later])
    assert announced(place) == {(None, 1_000)}


def test_a_stopped_import_leaves_its_silence_to_the_next_one(place: Place) -> None:
    with pytest.raises(Crash):
        place.import_text(LINES, crash_at=5)
    place.checks(place.engine)({Subject(place.site.name, None)})
    place.import_text(LINES)
    assert reached(place) == ALL
    assert announced(place) == set()
    place.engine.milestones.reach([Milestone("id", Subject(place.site.name, None), 1_000, NOW)])
    assert announced(place) == {(None, 1_000)}


@pytest.mark.parametrize(("days", "is_silent"), [(1, True), (3, False)])
def test_the_silence_of_an_import_that_never_comes_back_expires(place: Place, days: int, is_silent: bool) -> None:
    with pytest.raises(Crash):
        place.import_text(LINES, crash_at=2)
    at = NOW + days * 24 * 3_600_000
    place.engine.milestones.reach([Milestone("id", Subject(place.site.name, None), 1_000, at)])
    assert announced(place) == (set() if is_silent else {(None, 1_000)})


def test_a_stopped_silent_import_does_not_silence_one_that_shall_notify(place: Place) -> None:
    with pytest.raises(Crash):
        place.import_text(LINES, crash_at=2)
    place.import_text(LINES, notify=True)
    assert announced(place) == ALL


def test_milestones_that_a_stopped_import_left_are_reached_by_the_next(place: Place) -> None:
    """Everything was stored and counted, only the check is missing."""
    place.import_text(LINES)
    place.engine.milestones.forget(place.site.name)
    place.import_text(LINES)
    assert reached(place) == ALL
