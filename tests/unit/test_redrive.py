from pathlib import Path
from typing import Any

import pytest

from services.projector.redrive import Redriven, redrive
from shared.domain.events import UPCASTERS
from tests.support.days import day_folder
from tests.unit.making import PERSON, SITE
from tests.unit.projecting import POISON, World

OLD = (
    b'{"schema_version":0,"site":"example.org","origin":"beacon","instant":1795348800000,"name":"pageview","path":"/a"}'
)


def upcast(body: dict[str, Any]) -> dict[str, Any]:
    return {**{name: value for name, value in body.items() if name != "path"}, "url": body["path"], "user_agent": "x"}


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path)
    world.append_bodies(OLD, POISON, OLD)
    world.visits(3)
    world.project()
    return world


def counted(world: World) -> int:
    total = world.total()
    return total.pageviews + total.bot_pageviews


def quarantined(world: World) -> list[int]:
    return [entry.version for entry in world.engine.read_models.quarantine(world.live.version)]


def test_poison_is_stepped_over_into_quarantine_which_says_why_and_quotes_nothing(world: World) -> None:
    assert quarantined(world) == [0, 1, 2]
    assert counted(world) == 3
    reasons = {entry.reason for entry in world.engine.read_models.quarantine(world.live.version)}
    assert reasons == {
        "schema_version 0 is not known to this release, which reads up to 2",
        "schema_version 99 is not known to this release, which reads up to 2",
    }


def test_what_cannot_be_folded_yet_stays(world: World) -> None:
    assert redrive(world.engine, world.check, day_folder(world.engine)) == Redriven(0, 3)
    assert quarantined(world) == [0, 1, 2]


def test_what_can_be_folded_at_last_counts_exactly_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(UPCASTERS, 0, upcast)
    assert redrive(world.engine, world.check, day_folder(world.engine)) == Redriven(2, 1)
    assert redrive(world.engine, world.check, day_folder(world.engine)) == Redriven(0, 1)
    world.project()
    assert quarantined(world) == [1]
    assert counted(world) == 5


def test_two_at_a_time_fold_an_event_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(UPCASTERS, 0, upcast)
    commit = world.engine.read_models.commit

    def commit_twice(*arguments: Any) -> None:
        commit(*arguments)
        commit(*arguments)  # the other one was a moment slower: a conflict

    with monkeypatch.context() as patched:
        patched.setattr(world.engine.read_models, "commit", commit_twice)
        assert redrive(world.engine, world.check, day_folder(world.engine)) == Redriven(2, 1)
    assert counted(world) == 5


def test_it_folds_into_every_projection(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    building = world.engine.read_models.start("rules", {SITE: "UTC"})
    world.project()
    monkeypatch.setitem(UPCASTERS, 0, upcast)
    assert redrive(world.engine, world.check, day_folder(world.engine)) == Redriven(4, 2)
    assert [entry.version for entry in world.engine.read_models.quarantine(building.version)] == [1]


def test_milestones_that_it_brings_are_reached(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(UPCASTERS, 0, lambda body: {**upcast(body), "user_agent": PERSON})
    world.visits(5)
    world.project()
    assert (None, 10) not in world.reached()
    redrive(world.engine, world.check, day_folder(world.engine))
    assert (None, 10) in world.reached()


def test_an_event_that_was_removed_meanwhile_leaves_quarantine_and_counts_nothing(world: World) -> None:
    list(world.engine.log.erase(SITE))
    redrive(world.engine, world.check, day_folder(world.engine))
    assert quarantined(world) == [1]
    assert counted(world) == 3
