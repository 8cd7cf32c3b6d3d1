"""What the tracker tells beyond pageviews: links, downloads, pages that there are not, and how pages are read."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.browser.collecting import SITE, Collector, collecting
from tests.browser.visiting import complaints

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

SNIPPET = '<script defer data-domain="site.example" src="/js/script.js"></script>'

# Time passes when a test says so, links lead nowhere, and what is sent is kept, in its order.
CONTROLLED = """
  window.sent = []
  window.fetch = async (url, { body }) => {
    sent.push({ url: String(url), ...JSON.parse(body) })
    return new Response('ok', { status: 202 })
  }
  window.now = 1000
  performance.now = () => now
  window.look = (shown, focused = shown) => {
    const [turns, moves] = [document.hidden === shown, document.hasFocus() !== focused]
    Object.defineProperty(document, 'hidden', {value: !shown, configurable: true})
    document.hasFocus = () => focused
    if (turns) document.dispatchEvent(new Event('visibilitychange'))
    if (moves) dispatchEvent(new Event(focused ? 'focus' : 'blur'))
  }
  for (const type of ['click', 'auxclick']) addEventListener(type, (event) => event.preventDefault(), true)
"""

Open = Callable[..., Page]


@pytest.fixture(scope="module")
def server() -> Iterator[Collector]:
    with collecting() as collector:
        yield collector


@pytest.fixture
def open_page(person: BrowserContext, server: Collector) -> Iterator[Open]:
    """Opens a page whose height in pixels and content are given; it must stay without complaint.

    It is controlled by the test, or sends for real to the server.
    """
    heard: list[list[str]] = []
    server.events.clear()

    def open_it(content: str = "", *, height: int = 4000, head: str = SNIPPET, controlled: bool = True) -> Page:
        style = f"<style>body {{ margin: 0; height: {height}px }}</style>"
        server.page = f"<!doctype html><link rel=icon href=data:,>{style}{head}<body>{content}"
        page = person.new_page()
        if controlled:
            page.add_init_script(CONTROLLED)
        heard.append(complaints(page))
        page.goto(f"{server.url}/a")
        return page

    yield open_it
    for page in person.pages:
        page.close()
    assert not any(heard), heard


def sent(page: Page) -> list[dict[str, Any]]:
    """Gives the events that a controlled page has sent."""
    events: list[dict[str, Any]] = page.evaluate("sent")
    return events


def told(event: dict[str, Any]) -> tuple[str, str, Any, Any]:
    """Gives an event's name and path, how deep and how long."""
    return event["n"], urlsplit(event["u"]).path, event.get("sd"), event.get("e")


def scroll(page: Page, to: int) -> None:
    page.evaluate(
        "(to) => new Promise((done) => { addEventListener('scroll', done, {once: true}); scrollTo(0, to) })", to
    )


def frame(page: Page) -> None:
    """Waits until the page has been laid out and drawn."""
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def test_a_page_that_is_left_tells_how_it_was_read(open_page: Open, server: Collector) -> None:
    page = open_page(controlled=False)
    scroll(page, 2000)
    scroll(page, 1200)
    page.goto(f"{server.url}/b")
    events = server.wait_for(3)
    assert sorted(told(event)[:2] for event in events) == [
        ("engagement", "/a"),
        ("pageview", "/a"),
        ("pageview", "/b"),
    ]
    [engagement] = [event for event in events if event["n"] == "engagement"]
    assert engagement == {
        "n": "engagement",
        "u": f"{server.url}/a",
        "d": "site.example",
        "w": 1280,
        "sd": 70,  # 2,000 and a window of 800 of 4,000 pixels
        "e": engagement["e"],
    }
    assert 0 < engagement["e"] < 10_000


def test_a_page_that_comes_back_is_read_anew(open_page: Open, server: Collector) -> None:
    page = open_page(controlled=False)
    scroll(page, 3200)
    page.evaluate("window.kept = true")
    page.goto(f"{server.url}/b")
    page.go_back(wait_until="commit")  # from the back/forward cache: nothing is loaded
    page.wait_for_function("location.pathname === '/a'")
    assert page.evaluate("window.kept") is True
    server.wait_for(5)
    page.goto(f"{server.url}/c")
    assert Counter(told(event)[:3] for event in server.wait_for(7)) == {
        ("pageview", "/a", None): 2,
        ("engagement", "/a", 100): 2,  # where it was scrolled to, it is again
        ("pageview", "/b", None): 1,
        ("engagement", "/b", 20): 1,
        ("pageview", "/c", None): 1,
    }


def test_only_what_has_focus_of_somebody_looking_is_being_read(open_page: Open) -> None:
    page = open_page()
    frame(page)
    page.evaluate("now += 2000; look(false, true); now += 60000; look(true); now += 1500; look(true, false)")
    page.evaluate("now += 60000; look(true); now += 1700; look(false)")
    assert [told(event) for event in sent(page)] == [
        ("pageview", "/a", None, None),
        ("engagement", "/a", 20, 2000),
        ("engagement", "/a", 20, 3200),
    ]


def test_it_tells_again_only_what_is_worth_an_event(open_page: Open) -> None:
    page = open_page()
    frame(page)
    page.evaluate("now += 500; look(false); look(true)")
    page.evaluate("now += 2999; look(false); look(true)")  # neither longer nor deeper
    assert len(sent(page)) == 2
    scroll(page, 400)
    page.evaluate("look(false); look(true); now += 2999; look(false); look(true)")
    page.evaluate("now += 1; look(false)")
    assert [told(event)[2:] for event in sent(page)[1:]] == [(20, 500), (30, 2999), (30, 3000)]


def test_a_page_that_nobody_saw_was_not_read(open_page: Open) -> None:
    page = open_page(head=f"<script>look(false)</script>{SNIPPET}")
    frame(page)
    page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide'))")
    assert [event["n"] for event in sent(page)] == ["pageview"]


def test_a_page_within_a_document_is_read_by_itself(open_page: Open) -> None:
    page = open_page("<p>A")
    scroll(page, 3200)
    page.evaluate(
        """() => {
          now += 4000
          history.pushState(null, '', '/b')
          document.body.style.height = '1600px'
          scrollTo(0, 0)
        }"""
    )
    frame(page)
    page.evaluate("now += 10; history.pushState(null, '', '/c')")
    page.evaluate("now += 20; history.pushState(null, '', '/d')")  # as high as the one before
    assert [told(event) for event in sent(page)] == [
        ("pageview", "/a", None, None),
        ("engagement", "/a", 100, 4000),
        ("pageview", "/b", None, None),
        ("engagement", "/b", 50, 10),
        ("pageview", "/c", None, None),
        ("engagement", "/c", 50, 20),
        ("pageview", "/d", None, None),
    ]


def test_a_page_that_grows_is_measured_when_it_has(open_page: Open) -> None:
    page = open_page(height=800)
    frame(page)
    page.evaluate("document.body.style.height = '3200px'")
    frame(page)
    page.evaluate("now += 1; look(false)")
    assert told(sent(page)[1]) == ("engagement", "/a", 25, 1)


def test_how_pages_are_read_may_be_left_untold(open_page: Open) -> None:
    page = open_page(head=SNIPPET.replace("defer", "defer data-engagement=off"))
    scroll(page, 400)
    page.evaluate("now += 5000; history.pushState(null, '', '/b'); now += 5000; look(false)")
    assert [event["n"] for event in sent(page)] == ["pageview", "pageview"]


LINKS = """
  <a id=out href="https://user:secret@other.example/@me?x=1#y"><b>out</b></a>
  <a id=file href="/files/a.PDF?signature=s#page=2">file</a>
  <a id=named download href="/made">named</a>
  <a id=abroad href="https://other.example/b.zip">abroad</a>
  <a id=within href="/b">within</a> <a id=mail href="mailto:a@other.example">mail</a>
  <a id=none>none</a> <button id=button>button</button>
  <div id=host></div>
  <script>
    host.attachShadow({mode: 'open'}).innerHTML = '<a id=deep href="https://deep.example/">deep</a>'
    out.addEventListener('click', (event) => event.stopPropagation())
  </script>
"""


@pytest.fixture
def links(open_page: Open) -> Callable[..., Any]:
    """Clicks in a page with links, and gives the event that this makes, if it makes one."""
    page = open_page(LINKS)

    def click(selector: str, **how: Any) -> Any:
        page.evaluate("sent = []")
        page.click(selector, **how)
        events = [(event["n"], event["p"]) for event in sent(page)]
        return events[0] if len(events) == 1 else events

    return click


def test_clicks_on_links(links: Callable[..., Any]) -> None:
    out = ("Outbound Link: Click", {"url": "https://other.example/@me?x=1#y"})
    # The page keeps the click from the document, but cannot keep it from being told.
    assert links("#out b") == out
    assert links("#out", button="middle") == out
    assert links("#out", button="right") == []
    assert links("#deep") == ("Outbound Link: Click", {"url": "https://deep.example/"})
    assert links("#abroad") == ("File Download", {"url": "https://other.example/b.zip"})
    assert links("#file")[1]["url"].endswith("/files/a.PDF")
    assert links("#named")[1]["url"].endswith("/made")
    assert [links(f"#{name}") for name in ("within", "mail", "none", "button")] == [[], [], [], []]


def test_clicks_may_be_left_untold(open_page: Open) -> None:
    page = open_page(LINKS, head=SNIPPET.replace("defer", "defer data-links=off"))
    page.click("#file")
    assert [event["n"] for event in sent(page)] == ["pageview"]


def test_a_page_that_there_is_not(open_page: Open) -> None:
    pageview, missing = sent(open_page(head=SNIPPET.replace("defer", "defer data-404")))
    assert pageview["n"] == "pageview"
    assert (missing["n"], missing["p"], missing["i"]) == ("404", {"path": "/a"}, False)


def test_written_into_the_page_it_sends_to_where_that_came_from(open_page: Open, server: Collector) -> None:
    page = open_page(head=f"<script>{(SITE / 'js/script.js').read_text()}</script>")
    [pageview] = sent(page)
    assert (pageview["url"], pageview["d"]) == (f"{server.url}/api/event", "127.0.0.1")


def test_the_npm_package(open_page: Open) -> None:
    module = """<script type=module>
      import { init, track } from '/tracker/dist/index.js'
      track('early')
      init({ api: 'https://stats.example/api/event', domain: 'site.example', hash: true })
      init({ api: '/twice' })
      track('Order', { props: { plan: 'small' }, revenue: { amount: 5, currency: 'EUR' } })
    </script>"""
    page = open_page(LINKS, head=module)
    page.click("#abroad")
    assert [event["n"] for event in sent(page)] == ["pageview", "Order", "File Download"]
    assert {(event["h"], event["url"]) for event in sent(page)} == {(1, "https://stats.example/api/event")}
