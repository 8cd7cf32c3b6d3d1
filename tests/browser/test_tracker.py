"""What the tracker sends, and when, from a page of another origin. Every request of the browser is answered in here."""

import gzip
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Route

from tests.browser.visiting import complaints

SCRIPT = Path(__file__).parents[2] / "site/js/script.js"
SNIPPET = '<script defer data-domain="site.example" src="http://stats.example/js/script.js"></script>'
PREPARED = "Object.defineProperty(document, 'prerendering', {value: true, configurable: true})"
LOOKED_AT = """() => {
  Object.defineProperty(document, 'prerendering', {value: false, configurable: true})
  document.dispatchEvent(new Event('prerenderingchange'))
}"""

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

Open = Callable[..., Page]


@pytest.fixture
def sent(person: BrowserContext) -> list[dict[str, Any]]:
    """The bodies that reach http://stats.example/api/event, or where `data-api` says."""
    bodies: list[dict[str, Any]] = []

    def collect(route: Route) -> None:
        assert route.request.method == "POST"
        assert route.request.headers["content-type"] == "text/plain;charset=UTF-8"
        bodies.append(json.loads(route.request.post_data or ""))
        route.fulfill(status=202, body="ok", headers={"access-control-allow-origin": "*"})

    person.route("http://stats.example/js/script.js", lambda route: route.fulfill(path=SCRIPT))
    person.route("http://*.example/api/event", collect)
    return bodies


@pytest.fixture
def open_page(person: BrowserContext, sent: list[dict[str, Any]]) -> Iterator[Open]:
    """Opens http://site.example with a head and the arguments of `goto`; the page must stay without complaint."""
    heard: list[list[str]] = []

    def open_it(path: str = "/", head: str = SNIPPET, before: str = "", **arguments: Any) -> Page:
        page = person.new_page()
        page.route("http://site.example/**", lambda route: route.fulfill(content_type="text/html", body=head))
        if before:
            page.add_init_script(before)
        heard.append(complaints(page))
        page.goto(f"http://site.example{path}", **arguments)
        return page

    yield open_it
    assert not any(heard), heard


def paths(page: Page, sent: list[dict[str, Any]], expected: int) -> list[str]:
    """Returns the pages of the events sent, once there are as many as expected and no more are on their way."""
    for _ in range(100):
        if len(sent) >= expected:
            break
        page.wait_for_timeout(20)
    page.wait_for_timeout(100)
    return [event["u"].removeprefix("http://site.example") for event in sent]


def test_it_is_small() -> None:
    assert len(gzip.compress(SCRIPT.read_bytes(), 9, mtime=0)) < 1000


def test_a_pageview_says_this_and_no_more(open_page: Open, sent: list[dict[str, Any]]) -> None:
    page = open_page("/a?utm_source=x#y", referer="http://elsewhere.example/from")
    assert paths(page, sent, 1) == ["/a?utm_source=x#y"]
    assert sent == [
        {
            "n": "pageview",
            "u": "http://site.example/a?utm_source=x#y",
            "d": "site.example",
            "r": "http://elsewhere.example/from",
            "w": 1280,
        }
    ]


def test_navigation_within_a_document_counts_each_change_of_path(open_page: Open, sent: list[dict[str, Any]]) -> None:
    page = open_page("/", referer="http://elsewhere.example/")
    page.evaluate("history.pushState({step: 1}, '', '/b')")
    assert page.evaluate("history.state") == {"step": 1}
    page.evaluate("history.pushState(null, '', '/b?sort=up')")
    page.evaluate("history.replaceState(null, '', '/b#there')")
    page.evaluate("location.hash = 'here'")
    page.evaluate("history.pushState(null, '', '/c')")
    page.go_back()
    page.wait_for_url("**/b#here")
    assert paths(page, sent, 4) == ["/", "/b", "/c", "/b#here"]
    assert [event["r"] for event in sent] == ["http://elsewhere.example/", None, None, None]


def test_a_page_from_the_back_forward_cache_counts_again(open_page: Open, sent: list[dict[str, Any]]) -> None:
    page = open_page("/first")
    page.evaluate("window.kept = true")
    page.goto("http://site.example/second")
    page.go_back(wait_until="commit")  # nothing is loaded
    page.wait_for_function("location.pathname === '/first'")
    assert page.evaluate("window.kept") is True
    assert paths(page, sent, 3) == ["/first", "/second", "/first"]


def test_a_prerendered_page_counts_when_it_is_looked_at(open_page: Open, sent: list[dict[str, Any]]) -> None:
    page = open_page("/", before=PREPARED)
    page.evaluate("history.pushState(null, '', '/landed')")
    assert paths(page, sent, 0) == []
    page.evaluate(LOOKED_AT)
    assert paths(page, sent, 1) == ["/landed"]


def test_pasted_twice_it_counts_once(open_page: Open, sent: list[dict[str, Any]]) -> None:
    page = open_page(head=SNIPPET + SNIPPET + "<p id=milepost>")
    assert paths(page, sent, 1) == ["/"]


def test_a_long_address_is_cut_where_the_server_would_refuse_it(open_page: Open, sent: list[dict[str, Any]]) -> None:
    page = open_page("/long?q=" + 3000 * "x")
    assert [len(path) for path in paths(page, sent, 1)] == [2000 - len("http://site.example")]


def test_another_endpoint(open_page: Open, sent: list[dict[str, Any]]) -> None:
    page = open_page(head=SNIPPET.replace("defer", 'defer data-api="http://proxy.example/api/event"'))
    assert paths(page, sent, 1) == ["/"]


@pytest.mark.parametrize("missing", ["delete window.fetch", "delete Request.prototype.keepalive"])
def test_without_fetch_that_outlives_the_page_it_sends_a_beacon(
    open_page: Open, sent: list[dict[str, Any]], missing: str
) -> None:
    page = open_page(before=f"{missing}; window.beacons = []; navigator.sendBeacon = (...all) => beacons.push(all)")
    [[url, body]] = page.evaluate("beacons.map(([url, body]) => [String(url), body])")
    assert url == "http://stats.example/api/event"
    assert json.loads(body)["u"] == "http://site.example/"
    assert paths(page, sent, 0) == []


def test_events_of_the_owners_own(open_page: Open, sent: list[dict[str, Any]]) -> None:
    page = open_page()
    page.evaluate("milepost('signup', {props: {plan: 'small'}}); milepost('download')")
    assert paths(page, sent, 3) == ["/", "/", "/"]
    assert [(event["n"], event.get("p")) for event in sent[1:]] == [("signup", {"plan": "small"}), ("download", None)]


def test_it_never_breaks_the_page(open_page: Open, sent: list[dict[str, Any]]) -> None:
    page = open_page(head=SNIPPET.replace("defer", 'defer data-api="http://[bad"'))
    page.evaluate("const loop = {}; loop.loop = loop; milepost('x', {props: loop}); milepost('x', null); milepost()")
    page.evaluate("history.pushState(null, '', '/b')")
    assert page.evaluate("location.pathname") == "/b"
    assert paths(page, sent, 0) == []


def test_a_file_on_a_disk_is_not_counted(person: BrowserContext, sent: list[dict[str, Any]], tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(SNIPPET)
    page = person.new_page()
    page.goto((tmp_path / "page.html").as_uri())
    assert page.evaluate("typeof milepost") == "undefined"
    assert paths(page, sent, 0) == []
