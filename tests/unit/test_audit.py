import logging
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from services.projector.audit import Audit, audit_closed_days
from services.projector.deadline import OutOfTime, TimedLog
from shared.domain.calendar import HOUR_MS
from shared.domain.events import ACCESS_LOG, encode_event
from shared.domain.folds import DAY, HOUR, ORIGIN_DAY, PAGE_DAY
from shared.engine import Entry, EpochHead, ImportPart
from tests.unit.making import BOT, SITE, at, event
from tests.unit.projecting import POISON, World

DAY_MS = 24 * HOUR_MS
NIGHT = at("2026-11-23T04:30:00+00:00")


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A site with visits on the 22nd, the 21st and the 23rd, all counted, in the night after the 22nd."""
    world = World(tmp_path)
    for moment in ("2026-11-21T22:00", "2026-11-22T00:00", "2026-11-22T12:30", "2026-11-22T23:59", "2026-11-23T01:00"):
        visit(world, moment)
    night(world)
    return world


def visit(world: World, moment: str, **more: Any) -> None:
    """Two people and a bot visit two pages at a time in UTC."""
    world.now = at(f"{moment}:00+00:00")
    for url in ("/", "/a"):
        for visitor in (1, 2):
            world.append(event(url, world.now, visitor, **more))
        world.append(event(url, world.now, 3, user_agent=BOT, **more))


def night(world: World, now: int = NIGHT) -> None:
    world.now = now
    world.sweeper.sweep(now)


def audit(world: World) -> Audit:
    return audit_closed_days(world.engine, "rules")


def views(tmp_path: Path) -> sqlite3.Connection:
    return sqlite3.connect(tmp_path / "data" / "views.db", isolation_level=None)


def damage(tmp_path: Path, view: str, bucket: str) -> None:
    """Changes a row behind the engine's back."""
    changed = views(tmp_path).execute(
        "UPDATE counts SET pageviews = pageviews + 1 WHERE view = ? AND bucket = ?", (view, bucket)
    )
    assert changed.rowcount > 0


def test_a_day_that_was_counted_right_has_no_differences(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    assert audit(world) == Audit([], {})
    assert caplog.messages == ["the audit judged 1 sites and found 0 differences"]


@pytest.mark.parametrize(
    ("view", "bucket"),
    [(DAY, "2026-11-22"), (HOUR, "2026-11-22T23"), (PAGE_DAY, "2026-11-22"), (ORIGIN_DAY, "2026-11-22")],
)
def test_a_count_that_was_changed_is_found(world: World, tmp_path: Path, view: str, bucket: str) -> None:
    damage(tmp_path, view, bucket)
    found = audit(world)
    assert {(one.key.view, one.key.bucket) for one in found.differences} == {(view, bucket)}
    for _, stored, expected in found.differences:
        assert stored
        assert expected
        assert stored.pageviews == expected.pageviews + 1
    assert not found.skipped


@pytest.mark.parametrize("bucket", ["2026-11-21", "2026-11-23"])
def test_other_days_are_not_looked_at(world: World, tmp_path: Path, bucket: str) -> None:
    damage(tmp_path, DAY, bucket)
    assert audit(world) == Audit([], {})


def test_a_row_that_is_gone_or_should_not_be_there_is_found(world: World, tmp_path: Path) -> None:
    database = views(tmp_path)
    of_day = f"WHERE view = '{PAGE_DAY}' AND bucket = '2026-11-22' AND page = ?"
    database.execute(f"DELETE FROM counts {of_day}", ("/a",))
    database.execute(f"UPDATE counts SET page = '/z' {of_day}", ("/",))
    found = {one.key.page: (one.stored, one.expected) for one in audit(world).differences}
    assert {page: (bool(stored), bool(expected)) for page, (stored, expected) in found.items()} == {
        "/": (False, True),
        "/a": (False, True),
        "/z": (True, False),
    }


def test_an_event_that_was_counted_twice_is_found(world: World, tmp_path: Path) -> None:
    database = views(tmp_path)
    records = [record for record in world.records() if record.body and b'"/a"' in record.body]
    twice = records[7]
    database.execute("UPDATE watermarks SET applied = ? WHERE epoch = ?", (twice.version - 1, twice.epoch))
    world.projector.project([twice])
    assert {one.key.view for one in audit(world).differences} == {DAY, HOUR, PAGE_DAY, ORIGIN_DAY}


def test_lines_name_rows_but_no_pages(world: World, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    damage(tmp_path, PAGE_DAY, "2026-11-22")
    audit(world)
    errors = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert len(errors) == 2
    assert all(line.startswith(f"{SITE}, page_day 2026-11-22: stored ") and "/a" not in line for line in errors)


def test_sites_have_days_of_their_own(tmp_path: Path) -> None:
    world = World(tmp_path)
    zones = {
        "auckland.example": "Pacific/Auckland",
        "la.example": "America/Los_Angeles",
        "india.example": "Asia/Kolkata",
    }
    for site, zone in zones.items():
        world.add_site(site, timezone=zone)
    moment = at("2026-11-20T00:00:00+00:00")
    while moment < NIGHT - HOUR_MS:
        world.now = moment
        world.append(*(event("/", moment, 1, site=site) for site in zones))
        moment += HOUR_MS // 2
    night(world)
    assert audit(world) == Audit([], {})
    for site, day in zip(zones, ("2026-11-22", "2026-11-21", "2026-11-22"), strict=True):
        views(tmp_path).execute(
            "UPDATE counts SET pageviews = pageviews + 1 WHERE site = ? AND view = 'day' AND bucket = ?", (site, day)
        )
    assert [(one.key.site, one.key.bucket) for one in audit(world).differences] == [
        ("auckland.example", "2026-11-22"),
        ("india.example", "2026-11-22"),
        ("la.example", "2026-11-21"),
    ]


def test_every_day_is_audited_by_some_night(tmp_path: Path) -> None:
    world = World(tmp_path, timezone="Europe/Berlin")
    audited = []
    for number in range(4):
        visit(world, f"2026-11-{20 + number}T12:00")
        night(world, NIGHT + (number - 3 + 1) * DAY_MS)
        damage(tmp_path, DAY, f"2026-11-{20 + number}")
        audited += [one.key.bucket for one in audit(world).differences]
    assert audited == ["2026-11-20", "2026-11-21", "2026-11-22", "2026-11-23"]


def imports(world: World, moment: str, *bodies: bytes, finished: bool = True) -> None:
    """Imports events as a part of an access log, at a time in UTC."""
    world.now = at(f"{moment}:00+00:00")
    part = ImportPart("import.site.digest", "id", "", "digest", len(bodies), len(bodies), ACCESS_LOG)
    world.engine.imports.register(part)
    opened = f"{moment[:13]}"
    world.engine.log.put(part.epoch, opened, 0, [Entry(f"n{n}", body) for n, body in enumerate(bodies)])
    if finished:
        world.projector.catch_up(world.live, part.epoch, len(bodies) - 1)
        world.engine.imports.finish(part.epoch)


def test_a_day_that_an_import_has_touched_is_recounted_with_it(world: World, tmp_path: Path) -> None:
    imported = [encode_event(event("/b", at("2026-11-22T15:00:00+00:00"), n, origin=ACCESS_LOG)) for n in range(9)]
    imports(world, "2026-11-23T04:00", *imported)
    assert audit(world) == Audit([], {})
    damage(tmp_path, ORIGIN_DAY, "2026-11-22")
    assert len(audit(world).differences) == 2


def test_an_import_that_is_not_counted_yet_is_no_difference(world: World) -> None:
    imports(world, "2026-11-23T04:00", encode_event(event("/b", NIGHT - DAY_MS, 1)), finished=False)
    assert audit(world) == Audit([], {})


def test_an_import_that_is_being_counted_leaves_no_telling(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    damage(tmp_path, DAY, "2026-11-22")
    imports(world, "2026-11-23T04:00", encode_event(event("/b", NIGHT - DAY_MS, 1)), finished=False)
    rows = world.engine.read_models.rows

    def meanwhile(*arguments: Any) -> Iterator[Any]:
        world.projector.catch_up(world.live, "import.site.digest", 0)
        return rows(*arguments)

    passes: list[int] = []
    quarantine = world.engine.read_models.quarantine

    def second_pass(version: int) -> Any:
        passes.append(version)
        if len(passes) == 2:
            monkeypatch.setattr(world.engine.read_models, "rows", meanwhile)
        return quarantine(version)

    monkeypatch.setattr(world.engine.read_models, "quarantine", second_pass)
    found = audit(world)
    assert not found.differences
    assert "got in between" in found.skipped[SITE]


@pytest.mark.parametrize("hours", [-26, -3, 3])
def test_a_writer_whose_clock_is_off_raises_no_alarm(world: World, hours: int) -> None:
    world.now = at("2026-11-22T12:00:00+00:00") + hours * HOUR_MS
    writer = world.new_writer()
    writer.append([encode_event(event("/late", at("2026-11-22T12:00:00+00:00")))])
    world.project()
    night(world)
    assert audit(world) == Audit([], {})


def test_what_is_in_quarantine_is_not_missed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """An event that a later release can fold is not counted before it is redriven."""
    version = world.live.version
    world.now = at("2026-11-23T03:00:00+00:00")
    world.append(event("/new", at("2026-11-22T20:00:00+00:00")))
    with monkeypatch.context() as patched:
        patched.setattr("services.projector.project.fold_one", lambda fold, body: "a new shape")
        world.project()
    assert len(world.engine.read_models.quarantine(version)) == 1
    world.append_bodies(POISON)
    world.project()
    assert audit(world) == Audit([], {})


def test_before_any_hour_is_closed_nothing_is_judged_and_that_is_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    world = World(tmp_path)
    visit(world, "2026-11-22T12:00")
    world.project()
    assert audit(world) == Audit([], {SITE: "no hour is closed yet"})
    assert f"the audit skipped {SITE}: no hour is closed yet" in caplog.text


def test_a_sealed_day_is_skipped(world: World, tmp_path: Path) -> None:
    world.engine.read_models.seal(SITE, "2026-11-22", "2026-11-23T00")
    damage(tmp_path, DAY, "2026-11-22")
    assert audit(world) == Audit([], {SITE: "events of the day may have left the log"})


def test_counts_of_other_bot_rules_are_skipped(world: World) -> None:
    found = audit_closed_days(world.engine, "newer rules")
    assert found == Audit([], {SITE: "the counts were folded under other bot rules; milepost rebuild"})


@pytest.mark.parametrize(
    ("reads", "reason"), [(3, "time ran out"), (6, "counts differed, but time ran out before the second look")]
)
def test_what_time_does_not_suffice_for_is_said(world: World, tmp_path: Path, reads: int, reason: str) -> None:
    damage(tmp_path, DAY, "2026-11-22")
    left = [reads]

    def check() -> None:
        left[0] -= 1
        if left[0] < 0:
            raise OutOfTime

    found = audit_closed_days(replace(world.engine, log=TimedLog(world.engine.log, check)), "rules")
    assert found.differences == []
    assert found.skipped == {SITE: f"{reason}; milepost verify has no limit"}


def test_only_the_epochs_that_can_hold_the_day_are_read(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    epochs = world.engine.log.epochs

    def ask(since: str = "") -> list[EpochHead]:
        asked.append(since)
        return epochs(since)

    monkeypatch.setattr(world.engine.log, "epochs", ask)
    audit(world)
    assert asked == ["2026-11-21T23"]
    assert timedelta(milliseconds=NIGHT - at("2026-11-21T23:00:00+00:00")) < timedelta(days=1, hours=6)
