"""Sites, milestones, health; what is not served; storage that fails; several threads at a time."""

import json
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from shared import VERSION
from shared.domain.milestones import Milestone, Subject
from shared.engine import Mail, StorageUnavailable
from tests.support.folders import scratch_folder
from tests.unit.querying import Visit, World, at


@pytest.fixture
def world() -> Iterator[World]:
    with scratch_folder() as folder:
        yield filled(World(folder))


@pytest.fixture(scope="module")
def standing() -> Iterator[World]:
    """One that all tests share which change nothing."""
    with scratch_folder() as folder:
        yield filled(World(folder))


def filled(world: World) -> World:
    world.add_site()
    world.add_key("reader")
    return world


def test_a_site_byte_for_byte(world: World) -> None:
    assert world.get("/v1/sites/Example.org").body == (
        '{"site":"example.org","timezone":"UTC","public":true,"milestones":null}'
    )


def test_the_sites_byte_for_byte(world: World) -> None:
    world.add_site("a.example", "Europe/Berlin", public=False, milestones=(5, 50))
    assert world.get("/v1/sites", "reader").body == (
        '{"sites":[{"site":"a.example","timezone":"Europe/Berlin","public":false,"milestones":[5,50]},'
        '{"site":"example.org","timezone":"UTC","public":true,"milestones":null}]}'
    )


def test_a_milestone_byte_for_byte(world: World) -> None:
    milestone = Milestone("abc", Subject("example.org", "/x"), 100, at("2026-11-22T12:00:00.5+00:00"))
    world.engine.milestones.reach([milestone])
    mail = Mail("mail", "example.org", "2026-11-22", [milestone])
    world.engine.milestones.plan(mail)
    path = "/v1/sites/example.org/milestones"
    body = (
        '{"milestones":[{"milestone_id":"abc","subject":"page","page":"/x","metric":"pageviews","threshold":100,'
        '"reached_at":"2026-11-22T12:00:00.500Z","notified_at":%s}],"next":null}'
    )
    assert world.get(path).body == body % "null"
    world.engine.milestones.sent(mail, at("2026-11-22T12:00:07+00:00"))
    assert world.get(path).body == body % '"2026-11-22T12:00:07.000Z"'


def test_milestones_are_newest_first(world: World) -> None:
    world.visit(Visit("2026-11-22T11:00Z"))
    world.now += 60_000
    world.visit(*[Visit("2026-11-22T11:00Z")] * 99)
    found = world.get("/v1/sites/example.org/milestones").json["milestones"]
    assert [(m["subject"], m["page"], m["threshold"]) for m in found][-2:] == [("site", None, 10), ("site", None, 1)]
    assert sorted((m["reached_at"], m["threshold"]) for m in found)[::-1] == [
        (m["reached_at"], m["threshold"]) for m in found
    ]
    assert ("page", "/", 100) in [(m["subject"], m["page"], m["threshold"]) for m in found]


def test_milestones_of_another_site_are_not_there(world: World) -> None:
    world.add_site("other.example")
    world.visit(Visit("2026-11-22T11:00Z", site="other.example"))
    assert world.get("/v1/sites/example.org/milestones").json == {"milestones": [], "next": None}


def test_health(world: World) -> None:
    assert world.get("/health").json == {"status": "ok", "version": VERSION, "lag_seconds": 0}
    world.append([Visit("2026-11-22T11:59:58.766Z")])
    assert world.get("/health").body == f'{{"status":"ok","version":"{VERSION}","lag_seconds":1.234}}'
    world.visit()
    assert world.get("/health").json["lag_seconds"] == 0


NOT_SERVED = [
    *("", "/", "/v1", "/v1/", "/v1/sites/", "/v1/sites//counts", "/v1/sites/a/b", "/v1/sites/a/counts/", "/health/"),
    *("/Health", "/api/event", "/api/v1/stats", "/api/v2/query/", "/v2/sites", "/health\n/x", "/\ud800"),
]
SERVED = [
    *("/v1/sites", "/v1/sites/example.org", "/v1/sites/example.org/counts", "/v1/sites/gone.example/milestones"),
    *("/health", "/openapi.json", "/v1/sites/example.org/now", "/api/v1/stats/aggregate"),
]


@pytest.mark.parametrize("path", NOT_SERVED)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "OPTIONS"])
def test_a_path_that_is_not_served(standing: World, path: str, method: str) -> None:
    answer = standing.get(path, "reader", method=method)
    assert answer.status == 404
    assert "/openapi.json" in answer.error


@pytest.mark.parametrize("site", ['a"b', "\0", "a\nb", "a#b", "\ud800", "💥", "%", "%FF", "x" * 5000])
@pytest.mark.parametrize("path", ["/v1/sites/{}", "/v1/sites/{}/counts"])
def test_a_site_that_can_be_none(standing: World, path: str, site: str) -> None:
    assert standing.get(path.format(site), "reader").status == 404
    assert standing.get(path.format(site)).status == 401


@pytest.mark.parametrize("path", SERVED)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY"])
def test_a_method_that_is_not_served(standing: World, path: str, method: str) -> None:
    answer = standing.get(path, method=method)
    assert answer.status == 405
    assert answer.headers["allow"] == "GET, HEAD"
    assert "GET" in answer.error


@pytest.mark.parametrize("path", ["/v1/sites/example.org/counts", "/v1/sites/gone.example", "/health", "/nowhere"])
def test_head_is_answered_like_get(standing: World, path: str) -> None:
    assert standing.get(path, method="HEAD") == standing.get(path, method="GET")


class Failing:
    """A port that is out of reach."""

    def __getattr__(self, name: str) -> Any:
        def fail(*_: object, **__: object) -> Iterator[Any]:
            raise StorageUnavailable("views.db: disk I/O error at /secret/place")

        return fail


@pytest.mark.parametrize("port", ["read_models", "milestones", "log"])
def test_storage_out_of_reach(world: World, port: str, caplog: pytest.LogCaptureFixture) -> None:
    path = {"read_models": "/v1/sites/example.org/counts", "milestones": "/v1/sites/example.org/milestones"}
    failing: Any = Failing()
    world.serve(replace(world.engine, **{port: failing}))
    answer = world.get(path.get(port, "/health"))
    assert answer.status == 503
    assert int(answer.headers["retry-after"]) > 0
    assert "secret" not in answer.body
    assert answer.error
    assert "disk I/O error" in caplog.text


def test_storage_that_fails_while_rows_are_read(world: World) -> None:
    class Torn:
        def __getattr__(self, name: str) -> Any:
            return getattr(read_models, name)

        def rows(self, *_: object) -> Iterator[Any]:
            yield from ()
            raise StorageUnavailable("gone")

    read_models = world.engine.read_models
    torn: Any = Torn()
    world.serve(replace(world.engine, read_models=torn))
    assert world.counts(by="page,day").status == 503


@pytest.fixture
def hasty_threads() -> Iterator[None]:
    """Lets threads take turns some thousand times as often as usual."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


@pytest.mark.usefixtures("hasty_threads")
def test_threads_do_not_see_each_others_requests(world: World) -> None:
    """Powertools keeps the request of a resolver on a class that all resolvers share."""
    world.add_site("private.example", public=False)
    together = threading.Barrier(8)

    def ask(number: int) -> list[str]:
        together.wait()
        wrong = []
        for _ in range(60):
            if number % 2:
                site = world.get("/v1/sites/private.example/counts", "reader").json.get("site")
                wrong += [] if site == "private.example" else [f"with a key: {site}"]
            else:
                status = world.get("/v1/sites/private.example/counts").status
                wrong += [] if status == 401 else [f"without: {status}"]
        return wrong

    with ThreadPoolExecutor(8) as pool:
        assert [found for found in pool.map(ask, range(8)) if found] == []


def test_an_answer_in_utf_8(world: World) -> None:
    world.visit(Visit("2026-11-22T11:00Z", "/%F0%9F%98%80/<script>"))
    answer = world.counts(by="page")
    assert '"/😀/<script>"' in answer.body
    assert json.loads(answer.body.encode())["rows"][0]["pageviews"] == 1
