"""Retention: events leave, their days' counts stay, and a rebuild carries them over."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.projector.project import Projector
from services.projector.rebuild import Rebuild
from services.projector.recount import differences, verify
from services.projector.retention import expire
from services.projector.sweep import Sweeper
from shared.backlog import live_projection
from shared.domain.calendar import millis, utc_hour
from shared.domain.events import BEACON, Event, encode_event
from shared.domain.folds import DAY, TOTAL, RowKey
from shared.domain.rules import rule_set
from shared.domain.sites import Site
from shared.engine import Engine, Entry, Row
from shared.engines.sqlite import open_engine
from tests.support.days import day_folder

SITE = "example.org"
AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
NOW = millis(datetime(2026, 11, 22, 12, tzinfo=UTC))
OLD = millis(datetime(2024, 9, 30, 23, 30, tzinfo=UTC))
KEPT = millis(datetime(2025, 2, 3, 4, tzinfo=UTC))


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    engine = open_engine(tmp_path / "data", rule_set(), synchronous="OFF")
    engine.sites.save(Site(SITE, "id", retention_months=25))
    engine.read_models.set_timezone(SITE, "Europe/Berlin")
    for name, instant, visitors in (("old", OLD, 5), ("kept", KEPT, 3), ("new", NOW - 9_000_000, 2)):
        append(engine, name, instant, [f"{n:016x}" for n in range(visitors)])
    sweep(engine)
    return engine


def append(engine: Engine, name: str, instant: int, visitors: list[str]) -> None:
    opened = utc_hour(instant)
    events = [Event(SITE, BEACON, instant, "pageview", "https://example.org/a", v, user_agent=AGENT) for v in visitors]
    entries = [Entry(f"{name}{number}", encode_event(event)) for number, event in enumerate(events)]
    engine.log.put(f"{opened}.{name}", opened, 0, entries)


def projector(engine: Engine) -> Projector:
    return Projector(engine.log, engine.read_models, lambda subjects: None, lambda attempt: None)


def sweep(engine: Engine) -> None:
    Sweeper(engine, projector(engine), lambda subjects: None, day_folder(engine)).sweep(NOW)


def days(engine: Engine) -> dict[str, tuple[int, int]]:
    live = live_projection(engine.read_models).version
    rows = engine.read_models.rows(live, SITE, DAY, "0000", "9999")
    return {key.bucket: (counts.pageviews, counts.visitors) for key, counts in rows}


def rows_of(engine: Engine, version: int) -> list[Row]:
    with engine.read_models.dump(version) as (_, rows):
        return list(rows)


def stored_bodies(engine: Engine) -> Iterator[bytes | None]:
    for head in engine.log.epochs():
        yield from (record.body for record in engine.log.read(head.epoch, -1, 100))


def test_only_events_older_than_the_site_keeps_them_leave_and_all_counts_stay(engine: Engine) -> None:
    before = days(engine)
    assert expire(engine, day_folder(engine), NOW) == 5
    assert [body is None for body in stored_bodies(engine)] == [True] * 5 + [False] * 5
    assert days(engine) == before == {"2024-10-01": (5, 5), "2025-02-03": (3, 3), "2026-11-22": (2, 2)}
    assert expire(engine, day_folder(engine), NOW) == 0


def test_a_rebuild_carries_sealed_days_over_byte_for_byte_and_verify_agrees(engine: Engine) -> None:
    before = rows_of(engine, live_projection(engine.read_models).version)
    expire(engine, day_folder(engine), NOW)
    rebuild = Rebuild(engine, projector(engine), lambda subjects: None, day_folder(engine), lambda attempt: None)
    building = rebuild.build(rule_set(), {SITE: "Europe/Berlin"}, lambda events: None)
    assert building.sealed == {SITE: "2024-10-01"}
    assert rebuild.compare(building, 10) == []
    rebuild.switch(building, NOW)
    assert rows_of(engine, building.version) == before
    assert list(verify(engine, live_projection(engine.read_models), lambda events: None)) == []


def test_verify_still_sees_a_wrong_total_beside_sealed_days(engine: Engine) -> None:
    live = live_projection(engine.read_models)
    expire(engine, day_folder(engine), NOW)
    true = rows_of(engine, live.version)
    total = next(row for row in true if row.key == RowKey(SITE, TOTAL, "", ""))
    wrong = [row._replace(counts=row.counts._replace(pageviews=11)) if row is total else row for row in true]
    assert [difference.key for difference in differences(iter(wrong), iter(true))] == [total.key]
    assert total.counts.pageviews == 10


def test_a_late_event_of_a_sealed_day_counts_neither_live_nor_rebuilt(engine: Engine) -> None:
    expire(engine, day_folder(engine), NOW)
    before = days(engine)
    opened = utc_hour(NOW)
    late = encode_event(Event(SITE, BEACON, OLD, "pageview", "https://example.org/a", "ff" * 8, user_agent=AGENT))
    engine.log.put(f"{opened}.late", opened, 0, [Entry("late", late)])
    sweep(engine)
    assert days(engine) == before
    assert list(verify(engine, live_projection(engine.read_models), lambda events: None)) == []


def test_what_is_not_applied_yet_stays_however_old_it_is(tmp_path: Path) -> None:
    engine = open_engine(tmp_path / "data", rule_set(), synchronous="OFF")
    engine.sites.save(Site(SITE, "id", retention_months=1))
    engine.read_models.set_timezone(SITE, "UTC")
    append(engine, "old", OLD, ["00" * 8])
    assert expire(engine, day_folder(engine), NOW) == 0
    sweep(engine)
    assert expire(engine, day_folder(engine), NOW) == 1


def test_nothing_leaves_during_a_rebuild_or_where_events_are_kept_for_ever(engine: Engine) -> None:
    building = engine.read_models.start(rule_set(), {SITE: "UTC"})
    assert expire(engine, day_folder(engine), NOW) == 0
    engine.read_models.retire(building.version)
    engine.sites.save(Site(SITE, "id", retention_months=None))
    assert expire(engine, day_folder(engine), NOW) == 0
