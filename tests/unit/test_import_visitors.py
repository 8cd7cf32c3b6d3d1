"""The visitors of an import."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from infra.imports.access_log import Hit
from infra.imports.visitors import ImportVisitors
from services.ingest.visitors import VisitorHasher
from shared.domain.calendar import millis
from shared.engine import Salts
from shared.engines.sqlite import open_engine

NOW = millis(datetime(2026, 11, 22, 12, tzinfo=UTC))
TODAY = Hit("192.0.2.1", "Agent", NOW, "2026-11-22", None, "/", None)
LONG_AGO = replace(TODAY, day="2020-01-01")


@pytest.fixture
def salts(tmp_path: Path) -> Salts:
    return open_engine(tmp_path, "rules", synchronous="OFF").salts


def visitors(salts: Salts, own_salt: bytes = b"own salt", now: int = NOW) -> ImportVisitors:
    return ImportVisitors("example.org", salts, lambda: now, own_salt)


@pytest.mark.parametrize("spelling", ["192.0.2.1", "::ffff:192.0.2.1"])
def test_while_the_salt_lives_a_beacons_visitor_is_the_logs(salts: Salts, spelling: str) -> None:
    beacons = VisitorHasher(salts).hash(TODAY.day, NOW, "example.org", "192.0.2.1", "Agent")
    assert visitors(salts).hash(replace(TODAY, address=spelling)) == beacons


def test_a_host_name_is_taken_as_it_is(salts: Salts) -> None:
    found = visitors(salts)
    hosts = ["host.example", "other.example", "-"]
    assert len({found.hash(replace(LONG_AGO, address=host)) for host in hosts}) == 3


def test_the_imports_own_salt_takes_the_place_of_one_that_has_gone(salts: Salts) -> None:
    one, other = visitors(salts), visitors(salts, b"another")
    assert one.hash(LONG_AGO) == one.hash(LONG_AGO) == visitors(salts).hash(LONG_AGO) != other.hash(LONG_AGO)
    assert one.hash(TODAY) == other.hash(TODAY)


def test_nothing_links_two_days_of_a_visitor(salts: Salts) -> None:
    found = visitors(salts)
    days = ["2026-11-21", "2026-11-22", "2020-01-01", "2020-01-02"]
    assert len({found.hash(replace(TODAY, day=day)) for day in days}) == 4


def test_visitors_differ_by_address_and_whole_agent(salts: Salts) -> None:
    found = visitors(salts)
    hits = [LONG_AGO, replace(LONG_AGO, address="192.0.2.2"), replace(LONG_AGO, agent="x" * 600)]
    hits.append(replace(LONG_AGO, agent="x" * 600 + "y"))
    assert len(set(map(found.hash, hits))) == 4


def test_what_was_learnt_is_known_again(salts: Salts) -> None:
    found = visitors(salts)
    found.learn(LONG_AGO, b"visitor!".hex())
    found.learn(LONG_AGO, b"another!".hex())
    assert found.hash(LONG_AGO) == b"visitor!"
    assert found.hash(replace(LONG_AGO, day="2020-01-02")) != b"visitor!"
    found.close()


def test_of_a_visitor_that_was_not_stored_nothing_is_learnt(salts: Salts) -> None:
    found = visitors(salts)
    found.learn(LONG_AGO, None)
    assert found.hash(LONG_AGO) == visitors(salts).hash(LONG_AGO)


def test_while_the_salt_lives_nothing_has_to_be_learnt(salts: Salts) -> None:
    found = visitors(salts)
    found.learn(TODAY, b"visitor!".hex())
    assert found.hash(TODAY) == visitors(salts).hash(TODAY)


def test_no_salt_of_a_past_day_is_made(salts: Salts) -> None:
    visitors(salts).hash(LONG_AGO)
    assert salts.destroy(NOW) == []
