"""The counter of a page over the wire: escapes, who may see it, and that looking at it counts nothing."""

from collections.abc import Callable
from urllib.parse import quote

import pytest

from tests.stack.waiting import within
from tests.support.server import Answer, Server

pytestmark = pytest.mark.xdist_group("front_door")

PAGE = quote("/100% café/a%41")


@pytest.fixture(scope="module")
def counted(server: Server) -> Server:
    """A server with a pageview of a site that has a counter, and one of a public site that has none."""
    server.command("site", "add", "counted.example", "--counter")
    server.command("site", "add", "hidden.example", "--public")
    for site in ("counted.example", "hidden.example"):
        # A new site is in force within a second.
        url = f"https://{site}{PAGE}"
        within(5, lambda url=url: "x-plausible-dropped" not in server.beacon(url).headers)  # type: ignore[misc]
    within(5, lambda: server.get("/counter/counted.example/TOTAL.json").json()["pageviews"])
    return server


def ways(server: Server) -> list[Callable[[], Answer]]:
    """How the page's counter is asked for."""
    asking = {"origin": "https://www.counted.example"}
    return [
        lambda: server.get(f"/counter/counted.example{PAGE}.json"),
        lambda: server.get("/counter/counted.example/TOTAL.json"),
        # As count.js asks: the path as the browser has it, escaped once more.
        lambda: server.request("GET", f"/counter/{quote(PAGE, safe='')}.json", headers=asking),
    ]


def test_a_visit_is_seen_by_anyone_and_seeing_it_counts_nothing(counted: Server) -> None:
    for _ in range(3):
        for way in ways(counted):
            answer = way()
            assert (answer.status, answer.json()["pageviews"], answer.json()["visitors"]) == (200, 1, 1)
            assert answer.headers["cache-control"] == "public, max-age=60"
            assert answer.headers["access-control-allow-origin"] == "*"
            assert "set-cookie" not in answer.headers


def test_a_public_site_without_a_counter_is_as_unknown_as_any(counted: Server) -> None:
    hidden, gone = (counted.get(f"/counter/{site}{PAGE}.svg") for site in ("hidden.example", "gone.example"))
    assert hidden.status == 404
    assert hidden.body == gone.body


def test_other_methods(counted: Server) -> None:
    path = f"/counter/counted.example{PAGE}.svg"
    head = counted.request("HEAD", path)
    assert (head.status, head.body, head.headers["content-type"]) == (200, b"", "image/svg+xml; charset=utf-8")
    assert counted.request("OPTIONS", path).status == 204
    assert counted.request("POST", path, b"{}").status == 405
