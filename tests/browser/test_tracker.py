"""What every build of the tracker sends, and when, from a page of another origin.

The core is what is looked at; every request of the browser is answered in here.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Route

from tests.browser.visiting import complaints

SCRIPT = Path(__file__).parents[2] / "site/js/script.core.js"
SNIPPET = '<script defer data-domain="site.example" src="http://stats.example/js/script.core.js"></script>'
HASH_ROUTES = SNIPPET.replace("defer", "defer data-hash")
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

    person.route("http://stats.example/js/script.core.js", lambda route: route.fulfill(path=SCRIPT))
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


def test_a_page_that_was_given_another_address_has_been_counted(open_page: Open, sent: list[dict[str, Any]]) -> None:
    page = open_page("/")
    page.evaluate("history.replaceState(null, '', '/home')")
    page.evaluate("history.pushState(null, '', '/home?sort=up')")
    page.evaluate("history.pushState(null, '', '/b')")
    assert paths(page, sent, 2) == ["/", "/b"]


def test_where_the_fragment_is_the_route_each_change_of_it_counts(open_page: Open, sent: list[dict[str, Any]]) -> None:
    page = open_page("/app#/a", head=HASH_ROUTES)
    page.evaluate("location.hash = '/b'")
    page.evaluate("location.hash = '/b'")
    page.evaluate("history.pushState(null, '', '#/c')")
    page.go_back()
    assert paths(page, sent, 4) == ["/app#/a", "/app#/b", "/app#/c", "/app#/b"]
    assert {event["h"] for event in sent} == {1}


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


@pytest.mark.parametrize("head", [SNIPPET, HASH_ROUTES])
def test_the_owners_switch(person: BrowserContext, sent: list[dict[str, Any]], head: str) -> None:
    page = person.new_page()
    page.route("http://site.example/**", lambda route: route.fulfill(content_type="text/html", body=head))
    heard = complaints(page)
    page.goto("http://site.example/b?x=1#milepost-ignore")
    assert page.url == "http://site.example/b?x=1"  # whoever is sent this is counted
    page.evaluate("history.pushState(null, '', '/c'); milepost('x')")
    assert page.evaluate("Object.entries(localStorage)") == [["milepost_ignore", "true"]]
    page.goto("http://site.example/d")
    assert paths(page, sent, 0) == []
    # Typed into the address bar of a page that is open, it loads nothing.
    page.evaluate("location.hash = 'milepost-count'")
    page.evaluate("history.pushState(null, '', '/e')")
    assert paths(page, sent, 1)[-1] == "/e"
    assert page.evaluate("localStorage.length") == 0
    assert heard == ["dialog: Milepost ignores this browser", "dialog: Milepost counts this browser"]


def test_switches_of_other_trackers_stay_thrown(open_page: Open, sent: list[dict[str, Any]]) -> None:
    page = open_page("/")
    kept = {
        "plausible_ignore": ["true", "false"],
        "umami.disabled": ["1", ""],
        "skipgc": ["t", "f"],
    }
    names = [[key, value] for key, values in kept.items() for value in values]
    told = page.evaluate(
        """async (names) => {
          const told = []
          for (const [key, value] of names) {
            localStorage[key] = value
            told.push(await new Promise((callback) => {
              milepost(key + value, {callback})
              setTimeout(callback, 5000, 'never told')
            }))
            localStorage.clear()
          }
          return told.map((answer) => answer?.status ?? answer)
        }""",
        names,
    )
    assert told == [None, 202, None, 202, None, 202]
    assert [event["n"] for event in sent] == ["pageview", "plausible_ignorefalse", "umami.disabled", "skipgcf"]


def test_events_of_the_owners_own(open_page: Open, sent: list[dict[str, Any]]) -> None:
    page = open_page()
    page.evaluate("milepost('signup', {props: {plan: 'small'}}); milepost('download')")
    assert paths(page, sent, 3) == ["/", "/", "/"]
    assert [(event["n"], event.get("p")) for event in sent[1:]] == [("signup", {"plan": "small"}), ("download", None)]
    page.evaluate(
        """milepost('order', {
          revenue: {amount: 9.5, currency: 'EUR'}, interactive: false, url: 'http://site.example/thanks',
          callback: ({status}) => { window.told = status }
        })"""
    )
    page.wait_for_function("told === 202")
    order = {"n": "order", "$": {"amount": 9.5, "currency": "EUR"}, "i": False, "u": "http://site.example/thanks"}
    assert sent[3] == {**order, "d": "site.example", "w": 1280}


def test_calls_before_it_has_come_are_kept(open_page: Open, sent: list[dict[str, Any]]) -> None:
    stub = "window.milepost ||= Object.assign((...call) => milepost.q.push(call), { q: [] })"
    page = open_page(head=f"<script>{stub}; milepost('early', {{props: {{a: 'b'}}}})</script>{SNIPPET}{SNIPPET}")
    assert paths(page, sent, 2) == ["/", "/"]
    assert [(event["n"], event.get("p")) for event in sent] == [("pageview", None), ("early", {"a": "b"})]


def test_it_never_breaks_the_page(open_page: Open, sent: list[dict[str, Any]]) -> None:
    page = open_page(head=SNIPPET.replace("defer", 'defer data-api="http://[bad"'))
    page.evaluate("const loop = {}; loop.loop = loop; milepost('x', {props: loop}); milepost('x', null); milepost()")
    page.evaluate("history.pushState(null, '', '/b')")
    assert page.evaluate("location.pathname") == "/b"
    assert paths(page, sent, 0) == []


@pytest.mark.parametrize(
    "broken",
    [
        "Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('denied', 'SecurityError') }})",
        "Object.freeze(history)",
        "history.pushState = null",
        "Object.defineProperty(window, 'history', {value: undefined})",
    ],
)
def test_where_the_browser_refuses_something_it_still_counts(
    open_page: Open, sent: list[dict[str, Any]], broken: str
) -> None:
    page = open_page(before=f"'use strict'; {broken}")
    assert paths(page, sent, 1) == ["/"]
    page.evaluate("milepost('x')")
    assert paths(page, sent, 2) == ["/", "/"]


@pytest.mark.parametrize(
    "head",
    [
        '<script type=module src="http://stats.example/js/script.core.js"></script>',
        "<meta http-equiv=content-security-policy content=\"connect-src 'none'\">" + SNIPPET,
    ],
)
def test_where_it_cannot_send_the_page_goes_on(person: BrowserContext, sent: list[dict[str, Any]], head: str) -> None:
    page = person.new_page()
    page.route("http://site.example/**", lambda route: route.fulfill(content_type="text/html", body=head))
    heard = complaints(page)
    page.goto("http://site.example/")
    page.evaluate("window.milepost?.('x'); history.pushState(null, '', '/b')")
    assert paths(page, sent, 0) == []
    assert [one for one in heard if one.startswith("uncaught")] == []


def test_a_file_on_a_disk_is_not_counted(person: BrowserContext, sent: list[dict[str, Any]], tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(SNIPPET)
    page = person.new_page()
    page.goto((tmp_path / "page.html").as_uri())
    assert page.evaluate("typeof milepost") == "undefined"
    assert paths(page, sent, 0) == []
