"""Rebuilds beside live traffic: what the comparison waits for, and what it gives up on."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from services.projector.rebuild import NotCaughtUp, Rebuild
from shared.engine import NoMoment, ReadModels
from tests.support.days import day_folder
from tests.unit.making import SITE
from tests.unit.projecting import World


class Restless:
    """Read models of which a dump fails for traffic, so many times."""

    def __init__(self, inner: ReadModels, failures: int) -> None:
        self._inner = inner
        self._failures = failures

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    @contextmanager
    def dump(self, version: int) -> Iterator[Any]:
        self._failures -= 1
        if self._failures >= 0:
            raise NoMoment("commits came in between")
        with self._inner.dump(version) as found:
            yield found


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path)
    world.visits(12)
    world.project()
    return world


def rebuild_of(world: World, failures: int, waits: list[int]) -> Rebuild:
    engine = replace(world.engine, read_models=Restless(world.engine.read_models, failures))
    return Rebuild(engine, world.projector, world.check, day_folder(engine), waits.append)


def ignore(events: int) -> None:
    pass


def test_what_no_batch_has_announced_is_applied_to_both_versions(world: World) -> None:
    rebuild = rebuild_of(world, 0, [])
    building = rebuild.build("rules", {SITE: "UTC"}, ignore)
    world.visits(100)  # as with a stream that is switched off
    assert rebuild.compare(building, 10) == []
    assert world.total().pageviews == 112
    assert (None, 100) in world.reached()


def test_a_comparison_waits_for_a_moment_without_commits(world: World) -> None:
    waits: list[int] = []
    rebuild = rebuild_of(world, 3, waits)
    assert rebuild.compare(rebuild.build("rules", {SITE: "UTC"}, ignore), 10) == []
    assert waits == [1, 2, 3]


def test_it_gives_up_when_there_is_none(world: World) -> None:
    rebuild = rebuild_of(world, 1_000, [])
    building = rebuild.build("rules", {SITE: "UTC"}, ignore)
    with pytest.raises(NotCaughtUp):
        rebuild.compare(building, 10)
