"""Other people's trackers, the pixel and Global Privacy Control, over the wire."""

import http.client
import json
import socket
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from infra.admin import add_site
from services.ingest.endpoints.image import GIF
from shared.domain.rules import rule_set
from shared.domain.sites import GPC_CHOICES, Site
from shared.engines.sqlite import open_engine
from tests.stack.refusals import assert_error
from tests.stack.waiting import within
from tests.support.server import BROWSER, Server

CAPTURES = Path(__file__).parents[3] / "shared" / "data" / "clients" / "captures"
TRACKERS = ("plausible-analytics-tracker", "plausible-legacy", "plausible-tracker", "goatcounter", "umami")
ID = "11111111-1111-4111-8111-111111111111"

pytestmark = pytest.mark.xdist_group("trackers")


@pytest.fixture(scope="module")
def sites(server: Server) -> Server:
    """The server, with a site for each choice of Global Privacy Control."""
    engine = open_engine(server.data, rule_set())
    add_site(engine, Site("site.example", "0", public=True, aliases=(ID,)))
    for choice in GPC_CHOICES:
        add_site(engine, Site(f"{choice}.example", choice, public=True, gpc=choice))
    within(1, lambda: server.get("/v1/sites/ignore.example").status == 200)
    return server


def recorded(name: str) -> Iterator[Mapping[str, Any]]:
    path = CAPTURES / f"{name}.json"
    if not path.is_file():
        pytest.skip("needs the recorded requests in ../shared/data, which are not part of the project")
    yield from json.loads(path.read_text())


def replayed(server: Server, request: Mapping[str, Any]) -> http.client.HTTPResponse:
    """Sends a recorded request, byte for byte, and gives the head of the answer."""
    headers = zip(request["raw_headers"][::2], request["raw_headers"][1::2], strict=True)
    head = "\r\n".join([request["request_line"], *(f"{name}: {value}" for name, value in headers), "", ""])
    with socket.create_connection(("127.0.0.1", server.port), 30) as connection:
        connection.sendall((head + request["body"]).encode())
        response = http.client.HTTPResponse(connection, method=request["request_line"].split()[0])
        response.begin()
        return response


def test_the_recorded_requests_of_real_trackers_count(sites: Server) -> None:
    for name in (*TRACKERS, "umami-node"):
        for request in recorded(name):
            response = replayed(sites, request)
            assert response.status in (200, 202, 204), request["request_line"]
            assert response.getheader("x-plausible-dropped") is None
            assert response.getheader("access-control-allow-origin") == "*"
            asked = request["headers"].get("Access-Control-Request-Headers", "")
            allowed = response.getheader("access-control-allow-headers") or ""
            assert set(filter(None, asked.split(","))) <= set(allowed.split(", "))
    pages = {**{f"/page/{name}/article": 1 for name in TRACKERS}, "/home": 1}
    within(5, lambda: sites.pages("site.example") == pages)
    # All browsers were one visitor's, and Node has another agent.
    total = sites.get("/v1/sites/site.example/counts").json()["totals"]
    assert total == {"pageviews": 6, "visitors": 2}


def seen(server: Server, site: str, **headers: str) -> list[int]:
    """Lets a page of a site be seen by each tracker once; gives the statuses of the answers."""
    by = {"user-agent": BROWSER, "referer": f"https://{site}/page", **headers}
    message = {"type": "event", "payload": {"website": site, "url": "/page"}}
    answers = [
        server.beacon(f"https://{site}/page", headers=by),
        server.request("POST", "/api/send", json.dumps(message).encode(), by),
        server.request("POST", "/count?p=/page", b"", by),
        server.request("GET", "/pixel.gif", None, by),
    ]
    return [answer.status for answer in answers]


@pytest.mark.parametrize(
    ("choice", "totals"),
    [
        ("count-without-visitor", {"pageviews": 8, "visitors": 1}),
        ("skip", {"pageviews": 4, "visitors": 1}),
        ("ignore", {"pageviews": 8, "visitors": 1}),
    ],
)
def test_global_privacy_control_does_as_the_owner_chose(sites: Server, choice: str, totals: dict[str, int]) -> None:
    site = f"{choice}.example"
    assert seen(sites, site, **{"sec-gpc": "1"}) == [202, 200, 200, 200]
    without = {"pageviews": totals["pageviews"] - 4, "visitors": int(choice == "ignore")}
    within(5, lambda: sites.get(f"/v1/sites/{site}/counts").json()["totals"] == without)
    assert seen(sites, site) == [202, 200, 200, 200]
    within(5, lambda: sites.get(f"/v1/sites/{site}/counts").json()["totals"] == totals)
    asked = {"site_id": site, "metrics": ["pageviews", "visitors", "visits", "bounce_rate"], "date_range": "day"}
    answer = sites.request("POST", "/api/v2/query", json.dumps(asked).encode()).json()
    # Those who are not told apart are in no visit: they make none together either.
    assert answer["results"] == [{"metrics": [totals["pageviews"], 1, 1, 0], "dimensions": []}]


def test_what_was_skipped_is_told_with_the_reason(sites: Server) -> None:
    def skipped() -> list[int]:
        status = json.loads(sites.command("status", "--json").stdout)
        return [one["events"] for one in status["dropped"] if (one["site"], one["reason"]) == ("skip.example", "gpc")]

    within(10, lambda: skipped() == [4])


@pytest.mark.parametrize("path", ["/pixel.gif?u=https://site.example/p", "/count?p=/p"])
def test_the_image_is_one_pixel_that_nobody_keeps(sites: Server, path: str) -> None:
    for method in ("HEAD", "GET"):
        answer = sites.request(method, path, headers={"referer": "https://nobody.example/"})
        assert (answer.status, answer.body) == (200, b"" if method == "HEAD" else GIF)
        assert answer.headers["content-length"] == "43"
        assert (answer.headers["content-type"], answer.headers["cache-control"]) == ("image/gif", "no-store")


@pytest.mark.parametrize("path", ["/api/send", "/count", "/pixel.gif"])
def test_another_method_is_refused_with_those_that_there_are(sites: Server, path: str) -> None:
    answer = sites.request("DELETE", path)
    assert answer.status == 405
    assert "OPTIONS" in answer.headers["allow"]
    assert_error(answer)


@pytest.mark.parametrize(
    "value", ["\xff\xfe", "https://[", "https://" + "h" * 5_000, "null", "data:,x", "http://\u2100"]
)
def test_an_odd_sender_does_no_harm(sites: Server, value: str) -> None:
    headers = {"origin": value.encode().decode("latin-1"), "referer": value.encode().decode("latin-1")}
    for path in ("/count?p=/a", "/pixel.gif", "/count?p=/a&e=1&q=%FF&s=%00"):
        assert sites.request("GET", path, headers=headers).status == 400
    assert sites.request("GET", "/pixel.gif?u=https://site.example/", headers=headers).status == 200
