"""The front door: CORS, the static pages, and beacons for several sites, for guarded ones, for one at its cap."""

import json
from typing import Any

import pytest

from tests.stack.waiting import within
from tests.support.server import Server

pytestmark = pytest.mark.xdist_group("front_door")


def dropped(server: Server) -> dict[tuple[str, str], int]:
    """Gives how many events were dropped, by site and reason, as far as that is stored."""
    status = json.loads(server.command("status", "--json").stdout)
    return {(one["site"], one["reason"]): one["events"] for one in status["dropped"]}


@pytest.mark.parametrize("path", ["/api/event", "/api/send", "/count", "/v1/sites/localhost/counts", "/v1/sites"])
def test_a_preflight_is_answered(server: Server, path: str) -> None:
    asked = {
        "origin": "https://example.org",
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type",
    }
    answer = server.request("OPTIONS", path, headers=asked)
    assert answer.status == 204
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "POST" in answer.headers["access-control-allow-methods"]
    assert {"authorization", "content-type", "x-umami-cache"} <= set(
        answer.headers["access-control-allow-headers"].split(", ")
    )


def test_any_origin_may_read_every_answer(server: Server) -> None:
    answers = [
        server.beacon("https://localhost/cors"),
        server.request("POST", "/api/event", b"nonsense"),
        server.get("/v1/sites/localhost/counts"),
        server.get("/v1/sites/localhost/counts", limit=0),
        server.get("/v1/sites"),
        server.get("/js/script.js"),
    ]
    assert [answer.status for answer in answers] == [202, 400, 200, 400, 401, 200]
    for answer in answers:
        assert answer.headers["access-control-allow-origin"] == "*"
    for answer in answers[:5]:
        assert answer.headers["access-control-expose-headers"] == "x-plausible-dropped, x-goatcounter"


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html"),
        ("/dashboard/", "text/html"),
        ("/js/script.js", "text/javascript"),
        ("/nowhere", "application/json"),
    ],
)
def test_static_pages_run_nothing_but_their_own(server: Server, path: str, kind: str) -> None:
    answer = server.get(path)
    assert answer.headers["content-type"].startswith(kind)
    if answer.status == 200:
        policy = dict(part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; "))
        assert policy["default-src"] == "'self'"
        assert "unsafe" not in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        head = server.request("HEAD", path)
        assert (head.status, head.body) == (200, b"")
        assert head.headers["content-length"] == str(len(answer.body))


def test_each_named_site_gets_its_event(server: Server) -> None:
    server.command("site", "add", "one.example", "--public")
    server.command("site", "add", "two.example", "--public")
    answer = server.beacon("https://one.example/shared", domain="one.example, TWO.example,one.example,none.example")
    assert answer.status == 202
    assert answer.headers["x-plausible-dropped"] == "1"
    for site in ("one.example", "two.example"):
        within(5, lambda site=site: server.pages(site) == {"/shared": 1})  # type: ignore[misc]


def test_a_guarded_site_takes_events_from_its_origins_only(server: Server) -> None:
    server.command("site", "add", "guarded.example", "--public", "--origin", "https://guarded.example")
    key = server.command("key", "add", "--scope", "write", "--site", "guarded.example").stdout.strip()
    other = server.command("key", "add", "--scope", "write", "--site", "localhost").stdout.strip()
    within(1, lambda: server.get("/v1/sites/guarded.example").status == 200)

    def send(page: str, **headers: str) -> Any:
        answer = server.beacon(f"https://guarded.example/{page}", headers=headers)
        assert answer.status == 202
        return answer.headers.get("x-plausible-dropped")

    assert send("own", origin="https://guarded.example") is None
    assert send("loud", origin="HTTPS://Guarded.Example") is None
    assert send("foreign", origin="https://foreign.example") == "1"
    assert send("none") == "1"
    assert send("server-side", authorization=f"Bearer {key}") is None
    assert send("other-key", authorization=f"Bearer {other}") == "1"
    within(5, lambda: server.pages("guarded.example") == {"/own": 1, "/loud": 1, "/server-side": 1})
    within(10, lambda: dropped(server).get(("guarded.example", "origin")) == 3)


def test_a_site_at_its_cap_sheds_events(server: Server) -> None:
    server.command("site", "add", "small.example", "--public")
    server.command("site", "set", "small.example", "--cap", "3")
    within(1, lambda: server.get("/v1/sites/small.example").status == 200)
    answers = [server.beacon(f"https://small.example/{number}") for number in range(5)]
    assert [answer.headers.get("x-plausible-dropped") for answer in answers] == [None, None, None, "1", "1"]
    assert {answer.status for answer in answers} == {202}
    within(5, lambda: server.pages("small.example") == {"/0": 1, "/1": 1, "/2": 1})
    within(10, lambda: dropped(server).get(("small.example", "cap")) == 2)
