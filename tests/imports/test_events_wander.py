"""Whatever ways a site's events have gone between installations, each counts once."""

import itertools
import random
from contextlib import suppress
from pathlib import Path

import pytest

from services.projector.recount import verify
from shared.backlog import live_projection
from tests.imports.importing import Crash, line
from tests.imports.moving import HOUR, OTHER, SITE, House, sqlite

STEPS = 15


class Wandering:
    """Three installations, and what happened to the site in any of them."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.chance = random.Random(seed)
        self.houses = [House(sqlite(folder / name), folder / name) for name in "abc"]
        for site in (SITE, OTHER):
            self.houses[0].add(site)
        self.logs = [folder / "one.log", folder / "two.log"]
        for number, log in enumerate(self.logs):
            log.write_text("".join(line("/same" if n < 5 else f"/log/{number}") for n in range(8)))
        self.expected: dict[str, int] = {}

    def step(self) -> None:
        house = self.chance.choice(self.houses)
        if SITE.name in house.sites:
            self.chance.choice((self.beacons, self.beacons, self.log, self.hour, self.move, self.move, self.remove))(
                house
            )

    def beacons(self, house: House) -> None:
        count = self.chance.randrange(1, 9)
        house.beacons(count)
        if OTHER.name in house.sites:
            house.beacons(1, site=OTHER)
        self.expected["/"] = self.expected.get("/", 0) + count

    def log(self, house: House) -> None:
        """An access log, which may have been imported elsewhere; then its events must have come here before it."""
        self.gather(house)
        number = self.chance.randrange(len(self.logs))
        already = house.access_log(self.logs[number]).already_imported
        assert already == (8 if f"/log/{number}" in self.expected else 0)
        if not already:
            self.expected["/same"] = self.expected.get("/same", 0) + 5
            self.expected[f"/log/{number}"] = 3

    def hour(self, house: House) -> None:
        later = self.chance.choice((1, 4)) * HOUR
        for one in self.houses:
            one.now += later
        house.sweep()

    def move(self, house: House) -> None:
        crash_at = self.chance.choice((None, self.chance.randrange(25)))
        with suppress(Crash):
            self.chance.choice(self.houses).take(house.export(), crash_at=crash_at)

    def remove(self, house: House) -> None:
        """After another has all of it, so that nothing is lost."""
        self.gather(next(one for one in self.houses if one is not house))
        house.remove(SITE)

    def gather(self, house: House) -> None:
        house.take(*(one.export() for one in self.houses if SITE.name in one.sites))


@pytest.mark.parametrize("seed", range(20))
def test_events_count_once_whatever_ways_they_go(tmp_path: Path, seed: int) -> None:
    wandering = Wandering(tmp_path, seed)
    for _ in range(STEPS):
        wandering.step()
    for house in itertools.chain(wandering.houses, wandering.houses):
        wandering.gather(house)
    for house in wandering.houses:
        house.sweep()
        found = house.ask(f"/v1/sites/{SITE.name}/counts", **{"by": "page", "from": "2026-11-01", "to": "2026-12-31"})
        assert {row["page"]: row["pageviews"] for row in found["rows"]} == wandering.expected
        assert list(verify(house.engine, live_projection(house.engine.read_models), lambda done: None)) == []
        assert house.engine.imports.unfinished() == []
