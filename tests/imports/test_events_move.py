"""A site moves from one engine to another by an export, and back: every answer stays the same.

Written over `Engine`s: an engine of another kind joins by `ENGINES`.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from infra.exports.run import OtherSite
from services.projector.retention import expire
from shared.backlog import live_projection
from shared.domain.keys import key_digest
from shared.engine import Engine
from tests.imports.importing import Crash, line, real_log
from tests.imports.moving import BOT, HOUR, KEY, NOW, OTHER, SITE, House, sqlite, without_other
from tests.support.days import day_folder

Opens = Callable[[Path], Engine]
ENGINES: list[tuple[Opens, Opens]] = [(sqlite, sqlite)]


@pytest.fixture(params=ENGINES, ids=lambda pair: f"{pair[0].__name__}-{pair[1].__name__}")
def opens(request: pytest.FixtureRequest) -> tuple[Opens, Opens]:
    pair: tuple[Opens, Opens] = request.param
    return pair


@pytest.fixture
def here(opens: tuple[Opens, Opens], tmp_path: Path) -> House:
    return House(opens[0](tmp_path / "here"), tmp_path / "here")


@pytest.fixture
def there(opens: tuple[Opens, Opens], tmp_path: Path) -> House:
    return House(opens[1](tmp_path / "there"), tmp_path / "there")


@pytest.fixture
def lived(here: House) -> House:
    """An installation with two sites, beacons of both in the same epochs, bots, an access log, and milestones."""
    here.add(SITE)
    here.add(OTHER)
    for n in range(3):
        here.now = NOW - (3 - n) * HOUR
        here.beacons(60, "/a")
        here.beacons(20, "/b", agent=BOT)
        here.beacons(10, site=OTHER)
        here.notify()
    here.now = NOW
    log = here.folder.parent / "access.log"
    log.write_text("".join(line(f"/log/{n % 9}", f"192.0.2.{n % 11}") for n in range(300)))
    here.access_log(log)
    assert len(here.mails) > 3
    return here


def test_every_answer_is_the_same_there_and_back(lived: House, there: House, tmp_path: Path) -> None:
    answers = lived.answers(SITE, OTHER)
    report = there.take(lived.export(SITE, OTHER))
    assert (report.already_imported, report.kept) == (0, {})
    assert there.answers(SITE, OTHER) == answers
    back = House(sqlite(tmp_path / "back"), tmp_path / "back")
    back.take(there.export(SITE, OTHER))
    assert back.answers(SITE, OTHER) == answers


def test_a_real_log_and_live_beacons_are_the_same_there_and_back(here: House, there: House, tmp_path: Path) -> None:
    log = real_log("elastic_apache")
    here.add(SITE)
    here.access_log(log)
    here.beacons(200)
    here.notify()
    answers = here.answers()
    there.take(here.export())
    assert there.answers() == answers
    assert there.access_log(log).already_imported == 3_966
    back = House(sqlite(tmp_path / "back"), tmp_path / "back")
    back.take(there.export())
    assert back.answers() == answers
    assert back.access_log(log).already_imported == 3_966
    assert back.answers() == answers


def test_only_the_sites_asked_for_travel(lived: House, there: House) -> None:
    file = lived.export()
    assert OTHER.name.encode() not in file.read_bytes()
    there.take(file)
    assert list(there.sites) == [SITE.name]


def test_a_second_import_changes_nothing(lived: House, there: House) -> None:
    file = lived.export()
    first = there.take(file)
    answers = there.answers()
    again = there.take(file)
    assert again.already_imported == again.events == first.events
    assert there.answers() == answers
    assert there.engine.imports.unfinished() == []


def test_an_export_that_has_grown_brings_what_is_new(lived: House, there: House) -> None:
    there.take(lived.export())
    lived.beacons(5, "/new")  # in an epoch that was exported before, too
    lived.now += HOUR
    lived.beacons(5, "/new")
    report = there.take(lived.export(name="grown.ndjson"))
    assert report.events - report.already_imported == 10
    there.now = lived.now
    assert without_other(there.answers()) == without_other(lived.answers())


def test_what_came_in_there_comes_back_into_the_first_installation(lived: House, there: House) -> None:
    there.take(lived.export())
    there.now = lived.now = NOW + HOUR
    there.beacons(30, "/there")
    there.notify()
    report = lived.take(there.export())
    assert report.events - report.already_imported == 30
    assert without_other(lived.answers()) == without_other(there.answers())
    again = there.take(lived.export())
    assert again.events == again.already_imported


def test_it_comes_back_where_it_was_removed(lived: House, there: House, tmp_path: Path) -> None:
    log = lived.folder.parent / "access.log"
    answers = without_other(lived.answers())
    there.take(lived.export())
    for house, other in ((lived, there), (there, lived)):
        house.remove(SITE)
        assert house.take(other.export()).already_imported == 0
        assert without_other(house.answers()) == answers
        assert house.access_log(log).already_imported == 300
        assert without_other(house.answers()) == answers


@pytest.mark.parametrize("crash_at", [*range(12), 20, 21, 22, 23, 24, 25])
def test_stopped_anywhere_and_started_again_it_ends_the_same(lived: House, there: House, crash_at: int) -> None:
    file = lived.export()
    with pytest.raises(Crash):
        there.take(file, crash_at=crash_at)
    there.take(file)
    assert without_other(there.answers()) == without_other(lived.answers())
    assert there.engine.imports.unfinished() == []


@pytest.mark.parametrize("grown", [False, True], ids=["in another epoch", "in an epoch that came before"])
def test_what_a_stopped_import_left_is_counted_without_it(lived: House, there: House, grown: bool) -> None:
    """Though the epoch was opened in an hour that is long closed."""
    if grown:
        lived.beacons(5, "/before")
    there.take(lived.export())
    there.now = NOW + 6 * HOUR
    there.sweep()
    lived.beacons(5, "/new")
    with pytest.raises(Crash):
        there.take(lived.export(), crash_at=4)
    before = there.ask(f"/v1/sites/{SITE.name}/counts", page="/new")["totals"]["pageviews"]
    there.sweep()
    after = there.ask(f"/v1/sites/{SITE.name}/counts", page="/new")["totals"]["pageviews"]
    assert (before, after) == (0, 5)


def test_a_grown_access_log_is_recognised_there(lived: House, there: House) -> None:
    log = lived.folder.parent / "access.log"
    for _ in range(2):
        log.write_text(log.read_text() + line("/grown"))
        lived.access_log(log)
    there.take(lived.export())
    assert there.access_log(log).already_imported == 302
    assert without_other(there.answers()) == without_other(lived.answers())


def test_an_access_log_whose_import_was_stopped_here_is_carried_on_there(here: House, there: House) -> None:
    here.add(SITE)
    log = here.folder.parent / "access.log"
    log.write_text("".join(line(f"/{n % 9}") for n in range(1_200)))
    with pytest.raises(Crash):
        here.access_log(log, crash_at=4)
    there.take(here.export())
    assert there.access_log(log).already_imported == 500
    assert there.engine.imports.unfinished() == []
    assert here.access_log(log).already_imported == 500
    there.take(here.export())
    assert there.answers() == here.answers()


def test_nothing_is_announced_again(lived: House, there: House) -> None:
    there.take(lived.export())
    there.notify()
    there.check()({*()})
    assert there.mails == []
    there.beacons(1000, "/more")
    there.notify()
    assert there.mails
    told = {mail.mail_id for mail in lived.mails}
    assert not told & {mail.mail_id for mail in there.mails}


def test_another_site_of_that_name_is_left_alone(lived: House, there: House) -> None:
    there.add(replace(SITE, id="ffff"))
    there.beacons(3)
    answers = there.answers()
    with pytest.raises(OtherSite, match="milepost site remove"):
        there.take(lived.export())
    assert there.answers() == answers


def test_a_site_that_is_known_by_anothers_alias_is_left_out_with_all_of_the_export(lived: House, there: House) -> None:
    there.add(replace(SITE, name="third.example", id="ffff", aliases=(SITE.name,)))
    with pytest.raises(OtherSite, match=r"example\.org is an alias of third\.example"):
        there.take(lived.export())
    assert list(there.sites) == ["third.example"]


def test_settings_of_a_registered_site_stay(lived: House, there: House) -> None:
    there.take(lived.export())
    changed = replace(SITE, cap=None, public=False)
    there.engine.sites.save(changed)
    assert there.take(lived.export()).kept == {SITE.name: ["public", "cap"]}
    assert there.sites[SITE.name] == changed


def test_an_event_that_cannot_be_folded_travels_as_it_is(here: House, there: House) -> None:
    here.add(SITE)
    odd = [
        b'{"schema_version":99,"site":"example.org"}',
        b'{"site": "example.org", "spaced": 1}',
        '{"site":"example.org","name":"\\ud800 ü"}'.encode(),
    ]
    here.writer.append([*odd, b"no json", b'{"site":"\xff"}'])
    here.sweep()
    there.take(here.export())
    stored = [r.body for head in there.engine.log.epochs() for r in there.engine.log.read(head.epoch, -1, 100)]
    assert stored == odd
    live = live_projection(there.engine.read_models).version
    assert len(there.engine.read_models.quarantine(live)) == 3


def test_events_keep_their_age(lived: House, there: House) -> None:
    there.take(lived.export())
    opened = {head.opened for head in there.engine.log.epochs()}
    assert opened == {head.opened for head in lived.engine.log.epochs()}
    later = NOW + int(timedelta(days=1000).total_seconds() * 1000)
    there.now = later
    there.sweep()
    assert expire(there.engine, day_folder(there.engine), later) > 0


def test_no_key_no_salt_and_no_address_is_in_an_export(lived: House) -> None:
    salt = lived.engine.salts.get("2026-11-22", NOW)
    content = lived.export(SITE, OTHER).read_bytes()
    for secret in (salt, salt.hex().encode(), KEY.encode(), key_digest(KEY).encode(), b"192.0.2."):
        assert secret not in content
    assert b"/log/8" in content
