"""Who is here now, asked through the handler."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from shared.domain.events import encode_event
from shared.engine import StorageUnavailable
from tests.support.folders import scratch_folder
from tests.unit.querying import Answer, Visit, World, _event, at

NOW = "2026-11-22T12:00:00+00:00"
PATH = "/v1/sites/example.org/now"


@pytest.fixture
def world() -> Iterator[World]:
    with scratch_folder() as folder:
        world = World(folder, NOW)
        world.add_site()
        yield world


def now(world: World, query: str = "", key: str | None = None, site: str = "example.org") -> Answer:
    return world.get(f"/v1/sites/{site}/now", key, query)


def ago(minutes: float, **more: Any) -> Visit:
    seconds = round(minutes * 60)
    return Visit(f"2026-11-22T{11 - seconds // 3600:02}:{59 - seconds % 3600 // 60:02}:{59 - seconds % 60:02}Z", **more)


def test_nobody_byte_for_byte(world: World) -> None:
    assert now(world).body == (
        '{"site":"example.org","visitors":{"last_5_minutes":0,"last_30_minutes":0},"pages":[],"sources":[]}'
    )


def test_who_is_here_byte_for_byte(world: World) -> None:
    world.visit(ago(1, visitor=1), ago(2, visitor=2), ago(3, visitor=2, page="/a"), ago(20, visitor=3, page="/a"))
    world.visit(ago(40, visitor=4), ago(1, visitor=5, bot=True))
    assert now(world).body == (
        '{"site":"example.org","visitors":{"last_5_minutes":2,"last_30_minutes":3},'
        '"pages":[{"page":"/","visitors":2},{"page":"/a","visitors":2}],'
        '"sources":[{"source":"","visitors":3}]}'
    )


def test_events_count_before_they_are_applied(world: World) -> None:
    world.append([ago(1, visitor=1), ago(29, visitor=2)])
    assert now(world).json["visitors"] == {"last_5_minutes": 1, "last_30_minutes": 2}


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("2026-11-22T11:55:00Z", (1, 1)),
        ("2026-11-22T11:54:59.999Z", (0, 1)),
        ("2026-11-22T11:30:00Z", (0, 1)),
        ("2026-11-22T11:29:59.999Z", (0, 0)),
        ("2026-11-22T12:00:00Z", (1, 1)),
    ],
)
def test_the_minutes_are_exact(world: World, when: str, expected: tuple[int, int]) -> None:
    world.visit(Visit(when))
    assert tuple(now(world).json["visitors"].values()) == expected


def test_bots_are_asked_for(world: World) -> None:
    world.visit(ago(1, visitor=1), ago(1, visitor=2, bot=True), ago(1, visitor=3, bot=True, page="/b"))
    for bots, number in (("exclude", 1), ("only", 2), ("include", 3)):
        found = now(world, f"bots={bots}").json
        assert found["visitors"] == {"last_5_minutes": number, "last_30_minutes": number}
    assert now(world, "bots=only").json["pages"] == [{"page": "/", "visitors": 1}, {"page": "/b", "visitors": 1}]


def test_the_most_seen_come_first_and_ties_in_byte_order(world: World) -> None:
    pages = ["/b", "/a", "/é", "/B", "/c", "/c"]
    world.visit(*(ago(1, visitor=number, page=page) for number, page in enumerate(pages)))
    ordered = [row["page"] for row in now(world).json["pages"]]
    assert ordered == ["/c", "/B", "/a", "/b", "/é"]
    assert [row["page"] for row in now(world, "limit=2").json["pages"]] == ["/c", "/B"]


def test_around_midnight_people_of_two_days_are_told_twice_but_nobody_is_lost() -> None:
    with scratch_folder() as folder:
        world = World(folder, "2026-11-22T23:10:00+00:00")  # ten past midnight in Berlin
        world.add_site(timezone="Europe/Berlin")
        world.visit(Visit("2026-11-22T22:59:00Z", visitor=1), Visit("2026-11-22T23:06:00Z", visitor=2))
        assert now(world).json["visitors"] == {"last_5_minutes": 1, "last_30_minutes": 2}
        world.visit(Visit("2026-11-22T23:07:00Z", visitor=1))
        assert now(world).json["visitors"] == {"last_5_minutes": 2, "last_30_minutes": 3}


def test_other_events_than_pageviews_bring_nobody_but_keep_their_source(world: World) -> None:
    first = replace(_event(ago(28)), referrer="https://www.google.com/")
    joined = replace(_event(ago(1, visitor=2)), name="join")
    world._writer.append([encode_event(one) for one in (first, _event(ago(2)), joined)])
    found = now(world).json
    assert found["visitors"] == {"last_5_minutes": 1, "last_30_minutes": 1}
    assert found["sources"] == [{"source": "Google", "visitors": 1}]
    world.now += 10 * 60_000
    assert now(world).json["sources"] == [{"source": "Google", "visitors": 1}]  # the visit began longer ago


def test_another_sites_visitors_are_not_here(world: World) -> None:
    world.add_site("b.example")
    world.visit(ago(1, visitor=1, site="b.example"))
    assert now(world).json["visitors"] == {"last_5_minutes": 0, "last_30_minutes": 0}
    assert now(world, site="b.example").json["visitors"] == {"last_5_minutes": 1, "last_30_minutes": 1}


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("limit=0", "limit is '0', but must be a whole number from 1 to 100: the most pages, and the most sources"),
        ("limit=101", "limit is '101', but must be a whole number from 1 to 100: the most pages, and the most sources"),
        ("limit=x", "limit is 'x', but must be a whole number from 1 to 100: the most pages, and the most sources"),
        ("bots=maybe", "bots is 'maybe', but must be exclude, include or only"),
        ("minutes=5", "the parameter 'minutes' is not known; known here are limit, bots"),
        ("limit=5&limit=6", "the parameter 'limit' is given more than once; give it once"),
    ],
)
def test_what_is_asked_wrongly(world: World, query: str, error: str) -> None:
    answer = now(world, query)
    assert (answer.status, answer.error) == (400, error)


def test_who_may_ask(world: World) -> None:
    world.add_site("private.example", public=False)
    world.add_key("reader")
    world.add_key("writer", scope="write")
    world.add_key("other", sites=("example.org",))
    asked = {key: now(world, key=key, site="private.example").status for key in (None, "reader", "writer", "other")}
    assert asked == {None: 401, "reader": 200, "writer": 403, "other": 403}
    assert now(world, site="gone.example").status == 401
    assert now(world, key="reader", site="gone.example").status == 404
    assert world.get(PATH, method="POST").status == 405


def test_storage_that_is_out_of_reach(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object) -> None:
        raise StorageUnavailable("locked")

    monkeypatch.setattr(world.engine.days, "read", fail)
    answer = now(world)
    assert answer.status == 503
    assert answer.error == "the storage is out of reach for the moment; ask again"


def test_what_an_earlier_release_has_folded_is_refused_for_its_day(world: World) -> None:
    world.visit(ago(20))
    world.engine.read_models.close(1, "2026-11-22T11")
    answer = now(world)
    assert answer.status == 400
    assert "milepost rebuild" in answer.error
    world.now = at("2026-11-23T12:00:00+00:00")
    assert now(world).status == 200
