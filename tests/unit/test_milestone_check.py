from dataclasses import replace
from pathlib import Path

import pytest

from shared.domain.milestones import Subject, milestone_id
from tests.unit.making import BOT, NOON, SITE, event
from tests.unit.projecting import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_everything_at_or_below_the_total_is_reached_at_the_time_of_the_check(world: World) -> None:
    world.visits(100, "/a")
    world.now += 5
    world.project()
    assert world.reached() == [("/a", 100), (None, 1), (None, 10), (None, 100)]
    newest, *_ = world.engine.milestones.page(SITE, 10, None)
    assert newest.reached_at == NOON + 5
    assert newest.milestone_id in {milestone_id(world.sites[SITE], page, 100) for page in (None, "/a")}


def test_bots_and_other_events_reach_nothing(world: World) -> None:
    world.append(event(user_agent=BOT), event(name="signup"))
    world.project()
    assert world.reached() == []


def test_a_check_that_finds_nothing_new_changes_nothing(world: World) -> None:
    world.visits(10)
    world.project()
    before = world.engine.milestones.page(SITE, 10, None)
    world.now += 5
    world.check([Subject(SITE, None), Subject(SITE, "/"), Subject(SITE, "/never"), Subject("unknown.example", None)])
    world.project()
    assert world.engine.milestones.page(SITE, 10, None) == before


def test_the_check_is_level_triggered_so_that_the_next_one_catches_what_a_crash_left_out(world: World) -> None:
    check, world.projector._check = world.projector._check, lambda subjects: None  # it stops before the check
    world.visits(10)
    world.project()
    assert world.reached() == []
    world.projector._check = check
    world.project()  # all repeats
    assert world.reached() == [(None, 1), (None, 10)]


def test_what_is_reached_is_read_once_for_the_life_of_a_site(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    milestones = world.engine.milestones
    read: list[Subject] = []
    reached = milestones.reached

    def recorded(subject: Subject) -> set[int]:
        read.append(subject)
        return reached(subject)

    monkeypatch.setattr(milestones, "reached", recorded)
    for visits in (10, 1, 1):
        world.visits(visits)
        world.project()
    assert read == [Subject(SITE, None)] * 2  # the second time finds what the first has stored
    milestones.forget(SITE)
    world.sites[SITE] = replace(world.sites[SITE], id="added again")
    world.visits(1)
    world.project()
    assert world.reached() == [(None, 1), (None, 10)]


def test_a_site_has_its_own_thresholds_and_a_new_one_is_reached_by_the_next_check(tmp_path: Path) -> None:
    world = World(tmp_path, milestones=(2, 20))
    world.visits(10)
    world.project()
    assert world.reached() == [(None, 2)]
    world.add_site(SITE, milestones=(2, 5, 20))
    world.check([Subject(SITE, None)])
    assert world.reached() == [(None, 2), (None, 5)]


def test_a_site_that_is_gone_reaches_nothing(world: World) -> None:
    world.visits(10)
    world.sites.clear()
    world.project()
    assert world.reached() == []
