"""The contract of the read models: versions side by side."""

import pytest

from shared.domain.counts import Counts
from shared.domain.folds import DAY, HOUR, ORIGIN_DAY, PAGE_DAY, PAGE_TOTAL, TOTAL, Delta, RowKey
from shared.domain.projection import BUILDING, LIVE
from shared.engine import Commit, CommitConflict, Engine, Quarantined, ReadModels
from tests.contract.making import DAY_KEY, SITE, add, counts_of, member, views

EPOCH = "2026-11-22T17.a"


def states(read_models: ReadModels) -> list[tuple[int, str]]:
    return [(projection.version, projection.state) for projection in read_models.projections()]


class TestVersions:
    def test_one_is_live_from_the_beginning(self, engine: Engine, other: Engine) -> None:
        assert engine.read_models.projections() == other.read_models.projections()
        (projection,) = engine.read_models.projections()
        assert (projection.version, projection.state, projection.rules) == (1, LIVE, "rules of the test")
        assert projection.timezones == projection.sealed == {}

    def test_a_building_one_stands_beside_the_live_one(self, engine: Engine, other: Engine) -> None:
        engine.read_models.commit(1, Commit({EPOCH: (-1, 3)}, {DAY_KEY: views(2)}, [Quarantined(EPOCH, 1, "why")]))
        building = other.read_models.start("new rules", {SITE: "Asia/Kolkata"})
        assert (building.state, building.rules, building.timezones) == (BUILDING, "new rules", {SITE: "Asia/Kolkata"})
        assert engine.read_models.projections()[1] == building
        assert engine.read_models.watermarks(building.version, [EPOCH]) == {EPOCH: -1}
        assert engine.read_models.quarantine(building.version) == []
        engine.read_models.commit(building.version, Commit({EPOCH: (-1, 0)}, {DAY_KEY: views(5)}))
        assert counts_of(engine.read_models, DAY_KEY, 1).pageviews == 2
        assert counts_of(engine.read_models, DAY_KEY, building.version).pageviews == 5

    def test_switching_makes_it_live(self, engine: Engine, other: Engine) -> None:
        version = engine.read_models.start("new rules", {}).version
        engine.read_models.switch(version)
        assert states(other.read_models) == [(version, LIVE)]
        other.read_models.commit(version, Commit(deltas={DAY_KEY: views(1)}))
        with pytest.raises(CommitConflict):
            other.read_models.commit(1, Commit(deltas={DAY_KEY: views(1)}))

    def test_a_version_that_is_not_building_is_not_switched_to(self, engine: Engine) -> None:
        retired = engine.read_models.start("new rules", {}).version
        engine.read_models.retire(retired)
        for version in (retired, 99):
            with pytest.raises(CommitConflict):
                engine.read_models.switch(version)
            assert states(engine.read_models) == [(1, LIVE)]

    def test_a_retired_one_leaves_nothing_and_takes_nothing(self, engine: Engine) -> None:
        version = engine.read_models.start("new rules", {}).version
        full = Commit({EPOCH: (-1, 0)}, {DAY_KEY: views(1, member(1))}, [Quarantined(EPOCH, 0, "why")])
        engine.read_models.commit(version, full)
        engine.read_models.retire(version)
        assert states(engine.read_models) == [(1, LIVE)]
        with pytest.raises(CommitConflict):
            engine.read_models.commit(version, full)
        assert engine.read_models.watermarks(version, [EPOCH]) == {EPOCH: -1}
        assert engine.read_models.quarantine(version) == []
        assert counts_of(engine.read_models, DAY_KEY, version) == Counts()

    def test_the_live_one_is_not_retired(self, engine: Engine) -> None:
        add(engine.read_models, {DAY_KEY: views(1)})
        engine.read_models.retire(1)
        assert states(engine.read_models) == [(1, LIVE)]
        assert counts_of(engine.read_models, DAY_KEY).pageviews == 1

    def test_a_number_is_never_given_again(self, engine: Engine) -> None:
        given = set()
        for _ in range(3):
            version = engine.read_models.start("rules", {}).version
            engine.read_models.retire(version)
            given.add(version)
        live = engine.read_models.start("rules", {}).version
        engine.read_models.switch(live)
        engine.read_models.retire(1)
        assert len({1, *given, live, engine.read_models.start("rules", {}).version}) == 6


class TestTimezones:
    def test_it_is_set_in_every_version(self, engine: Engine, other: Engine) -> None:
        engine.read_models.set_timezone("a.example", "UTC")
        engine.read_models.start("rules", {"b.example": "Europe/Berlin"})
        other.read_models.set_timezone(SITE, "Asia/Kolkata")
        other.read_models.set_timezone(SITE, "Asia/Tokyo")
        timezones = [projection.timezones for projection in engine.read_models.projections()]
        assert timezones == [
            {"a.example": "UTC", SITE: "Asia/Tokyo"},
            {"b.example": "Europe/Berlin", SITE: "Asia/Tokyo"},
        ]

    def test_none_takes_a_site_out(self, engine: Engine) -> None:
        engine.read_models.set_timezone(SITE, "UTC")
        engine.read_models.set_timezone(SITE, None)
        engine.read_models.set_timezone("never.example", None)
        assert engine.read_models.projections()[0].timezones == {}


def row(view: str, bucket: str, page: str = "", site: str = SITE) -> RowKey:
    return RowKey(site, view, bucket, page)


SEALED = {
    row(DAY, "2024-09-30"): Delta(5, 2, {member(1), member(2)}, {member(9)}),
    row(DAY, "2024-10-01"): Delta(1, 0, {member(3)}),
    row(HOUR, "2024-10-01T23"): Delta(1, 0, {member(3)}),
    row(PAGE_DAY, "2024-09-30", "/a"): Delta(5, 2, {member(1), member(2)}, {member(9)}),
    row(PAGE_DAY, "2024-10-01", "/b"): Delta(1, 0, {member(3)}),
    row(ORIGIN_DAY, "2024-10-01", "beacon"): Delta(6, 2),
}
OPEN = {
    row(DAY, "2024-10-02"): views(9, member(4)),
    row(HOUR, "2024-10-02T00"): views(9, member(4)),
    row(PAGE_DAY, "2024-10-02", "/a"): views(9, member(4)),
    row(DAY, "2024-09-30", site="kept.example"): views(7, member(5)),
}


class TestSeals:
    def test_days_are_sealed_in_every_version(self, engine: Engine, other: Engine) -> None:
        engine.read_models.start("rules", {})
        engine.read_models.seal(SITE, "2024-10-01", "2024-10-02T00")
        assert [projection.sealed for projection in other.read_models.projections()] == [{SITE: "2024-10-01"}] * 2
        assert other.read_models.start("rules", {}).sealed == {SITE: "2024-10-01"}
        assert other.read_models.erased(SITE) == "2024-10-02T00"
        assert other.read_models.erased("kept.example") == ""

    def test_a_sealed_day_stays_sealed(self, engine: Engine) -> None:
        engine.read_models.seal(SITE, "2024-10-01", "2024-10-02T00")
        engine.read_models.seal(SITE, "2024-09-01", "2024-09-02T00")
        assert engine.read_models.projections()[0].sealed == {SITE: "2024-10-01"}
        assert engine.read_models.erased(SITE) == "2024-10-02T00"

    def test_sealed_days_are_carried_over(self, engine: Engine) -> None:
        add(engine.read_models, {**SEALED, **OPEN})
        engine.read_models.seal(SITE, "2024-10-01", "2024-10-02T00")
        version = engine.read_models.start("rules", {SITE: "UTC"}).version
        engine.read_models.carry_over(1, version)
        with engine.read_models.dump(1) as (_, old), engine.read_models.dump(version) as (_, new):
            sealed = [found for found in old if found.key in SEALED]
            carried = {found.key: found for found in new}
        assert sealed == [carried.pop(key) for key in sorted(SEALED)]
        totals = {key: found.counts for key, found in carried.items()}
        assert totals == {
            row(TOTAL, ""): Counts(6, 2),
            row(PAGE_TOTAL, "", "/a"): Counts(5, 2),
            row(PAGE_TOTAL, "", "/b"): Counts(1, 0),
        }

    def test_they_are_added_to_what_came_in_meanwhile(self, engine: Engine) -> None:
        add(engine.read_models, SEALED)
        engine.read_models.seal(SITE, "2024-10-01", "2024-10-02T00")
        version = engine.read_models.start("rules", {SITE: "UTC"}).version
        lifetime = {row(TOTAL, ""): views(9), row(PAGE_TOTAL, "", "/a"): views(9)}
        add(engine.read_models, {**OPEN, **lifetime}, version)
        engine.read_models.carry_over(1, version)
        assert counts_of(engine.read_models, row(TOTAL, ""), version) == Counts(15, 2)
        assert counts_of(engine.read_models, row(PAGE_TOTAL, "", "/a"), version) == Counts(14, 2)
        assert counts_of(engine.read_models, row(PAGE_TOTAL, "", "/b"), version) == Counts(1, 0)

    def test_a_forgotten_site_has_no_seal(self, engine: Engine) -> None:
        engine.read_models.seal(SITE, "2024-10-01", "2024-10-02T00")
        engine.read_models.forget(SITE)
        assert engine.read_models.projections()[0].sealed == {}
        assert engine.read_models.erased(SITE) == ""
