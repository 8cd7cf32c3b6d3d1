"""The dashboard's states: keys, shared links, the first visit, faults, and what a hostile visitor may send."""

import io
import json
import mimetypes
import re
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlsplit
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from infra.aws.pages import pack
from tests.browser.dashboard import address, rows, saved, use_key, violations, wait_until_read
from tests.browser.server import Server, serving
from tests.browser.visiting import becomes, complaints, counted
from tests.support.web import Quiet, listening
from tests.unit.commanding import Folder

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36"
FRESH_MS = 8000
MARKUP = "<img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def server(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server for all tests of this module; each has sites of its own."""
    with serving(tmp_path_factory.mktemp("dashboard")) as started:
        yield started


@pytest.fixture(scope="module")
def admin_key(server: Server) -> str:
    return in_force(server, milepost(server, "key", "add", "--scope", "admin"))


def milepost(server: Server, *arguments: str) -> str:
    """Runs a command in this process, which takes a tenth of the time of one of its own."""
    return Folder(server.data).out(*arguments).strip()


def read_key(server: Server, *sites: str) -> str:
    """Makes a key that reads some sites, and waits until it is in force."""
    named = [word for site in sites for word in ("--site", site)]
    return in_force(server, milepost(server, "key", "add", "--scope", "read", *named))


def in_force(server: Server, key: str) -> str:
    """Waits until a key is."""

    def status() -> int:
        request = Request(f"{server.url}/v1/sites", headers={"authorization": f"Bearer {key}"})
        try:
            with urlopen(request, timeout=5) as response:
                return int(response.status)
        except HTTPError as error:
            with error:
                return error.code

    becomes(200, status, seconds=3)
    return key


def send(
    server: Server, site: str, name: str = "pageview", path: str = "/", agent: str = AGENT, **fields: object
) -> None:
    """Sends an event to a site, as soon as the server knows the site."""
    body = {"name": name, "url": f"https://{site}{path}", "domain": site, **fields}
    request = Request(f"{server.url}/api/event", json.dumps(body).encode(), {"user-agent": agent})

    def dropped() -> str | None:
        with urlopen(request, timeout=5) as response:
            found: str | None = response.headers["x-plausible-dropped"]
            return found

    becomes(None, dropped, seconds=3)


def visited(server: Server, site: str) -> str:
    """A public site with one visit, which is counted."""
    milepost(server, "site", "add", site, "--public")
    send(server, site)
    becomes((1, 1), lambda: server.totals(site), seconds=5)
    return site


def test_from_the_snippet_to_the_first_visit(server: Server, person: BrowserContext) -> None:
    """Nobody has been to the sample page; the page without a fragment waits for it, and shows it by itself."""
    page = person.new_page()
    heard = complaints(page)
    page.goto(f"{server.url}/dashboard/")
    first = page.locator("#first-run")
    expect(first).to_contain_text("Waiting for the first visit to localhost")
    snippet = f'<script defer data-domain="localhost" src="{server.url}/js/script.js"></script>'
    expect(page.locator("#snippet")).to_have_text(snippet)
    person.grant_permissions(["clipboard-read", "clipboard-write"])
    page.click("#copy-snippet")
    expect(page.locator("#copy-snippet")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == snippet
    assert violations(page) == []

    with person.expect_page() as opened:
        page.click("text=Open the sample page")
    opened.value.wait_for_load_state()
    page.bring_to_front()
    expect(page.locator("#visitors")).to_have_text("1", timeout=FRESH_MS)
    expect(first).to_be_hidden()
    expect(page.locator("#spoken")).to_have_text("The first visit has arrived.")
    expect(page.locator("#now")).to_have_text(re.compile(r"1\s+visitor now"))
    wait_until_read(page)
    assert rows(page, "#pages") == [["/", "1", "1"]]
    assert page.url == f"{server.url}/dashboard/"
    assert heard == []


def test_it_refreshes_by_itself_and_keeps_the_focus(server: Server, person: BrowserContext) -> None:
    site = visited(server, "fresh.example")
    page = person.new_page()
    page.goto(address(server, site))
    wait_until_read(page)
    page.focus("#pages tbody button")
    page.evaluate("document.activeElement.marked = true")
    send(server, site, path="/b")
    expect(page.locator("#pageviews")).to_have_text("2", timeout=FRESH_MS)
    expect(page.locator("#pages tbody tr")).to_have_count(2)
    assert page.evaluate("document.activeElement.dataset.value") == "/"


def test_milestones_are_marked(server: Server, person: BrowserContext) -> None:
    site = "mile.example"
    milepost(server, "site", "add", site, "--public")
    time.sleep(1)  # by then the projector, a process of its own, knows the site too
    send(server, site)

    def reached() -> int:
        with urlopen(f"{server.url}/v1/sites/{site}/milestones", timeout=5) as response:
            return len(json.load(response)["milestones"])

    becomes(1, reached, seconds=5)
    page = person.new_page()
    page.goto(address(server, site))
    expect(page.locator("#marks li")).to_have_text(re.compile(r"^\d+ \w+ \d{4}: the site reached 1 pageview$"))
    expect(page.locator("#milestones summary")).to_have_text("1 milestone")
    box = page.locator("#plot .u-over").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] - 2, box["y"] + 20)
    expect(page.locator(".tip")).to_contain_text("the site reached 1 pageview")


def test_hours_to_come_are_not_empty_hours(server: Server, person: BrowserContext) -> None:
    site = visited(server, "today.example")
    page = person.new_page()
    page.goto(address(server, site, period="day"))
    wait_until_read(page)
    hour = datetime.now(UTC).hour  # the site's timezone is UTC
    _, table, _ = saved(page, lambda: page.click("#chart-csv"))
    assert [row[1] for row in table[1:]] == [*(["0"] * hour), "1", *([""] * (23 - hour))]


def test_a_site_that_is_not_public_asks_for_a_key(server: Server, person: BrowserContext) -> None:
    milepost(server, "site", "add", "key.example")
    key = read_key(server, "key.example")
    send(server, "key.example")
    page = person.new_page()
    page.goto(address(server, "key.example"))
    message = page.locator("#message")
    expect(message).to_have_text("key.example is not a public site here. Its counts need a key.")
    expect(page.locator("#results")).to_be_hidden()
    assert violations(page) == []
    for given, said in (("wrong", "This key is not valid."), (f" {key} ", "")):
        page.fill("#key", given)
        page.click("text=Use this key")
        expect(message).to_have_text(said)
    expect(page.locator("#pageviews")).to_have_text("1")
    expect(page.locator("#unlock")).to_be_hidden()
    page.reload()
    expect(page.locator("#pageviews")).to_have_text("1")
    assert page.evaluate("[document.cookie, localStorage.length]") == ["", 0]
    assert key not in page.url

    page.goto(address(server, "other.example"))
    expect(message).to_have_text("This key may not read the counts of other.example.")
    expect(page.locator("#results")).to_be_hidden()
    page.click("text=Forget the key")
    expect(message).to_contain_text("need a key")
    assert page.evaluate("sessionStorage.length") == 0


def test_a_site_that_there_is_not(server: Server, person: BrowserContext, admin_key: str) -> None:
    page = person.new_page()
    use_key(page, admin_key)
    page.goto(address(server, "none.example"))
    expect(page.locator("#message")).to_have_text(
        "There is no site none.example here. “.venv/bin/milepost site add none.example” makes one."
    )
    assert violations(page) == []


def test_a_shared_link(server: Server, person: BrowserContext) -> None:
    """The key leaves the address, stays in the tab, can be given on, and ends when it is revoked."""
    milepost(server, "site", "add", "shared.example")
    send(server, "shared.example")
    made = json.loads(milepost(server, "share", "shared.example", "--json"))
    key = parse_qs(urlsplit(made["link"]).fragment)["key"][0]
    assert made["link"] == address(server, "shared.example", key=in_force(server, key))
    link = address(server, "shared.example", period="7d", key=key)
    page = person.new_page()
    page.goto(link)
    expect(page.locator("#pageviews")).to_have_text("1")
    assert page.url == address(server, "shared.example", period="7d")
    wait_until_read(page)
    page.select_option("#period", "day")
    expect(page.locator("#range")).not_to_contain_text(" \N{EN DASH} ")
    page.go_back()
    expect(page.locator("#range")).to_contain_text(" \N{EN DASH} ")
    assert page.url == address(server, "shared.example", period="7d")
    page.click("#share")
    expect(page.locator("#share-link")).to_have_value(link)
    assert violations(page) == []

    other = person.new_page()
    other.goto(link)
    expect(other.locator("#pageviews")).to_have_text("1")
    milepost(server, "key", "revoke", made["id"])
    other.reload()
    expect(other.locator("#message")).to_have_text("The key in this link is not valid any more. Ask for another link.")


def test_an_own_key_is_never_shared(server: Server, person: BrowserContext, admin_key: str) -> None:
    milepost(server, "site", "add", "own.example")
    send(server, "own.example")
    page = person.new_page()
    use_key(page, admin_key)
    page.goto(address(server, "own.example"))
    wait_until_read(page)
    page.click("#share")
    expect(page.locator("#share-command")).to_have_text(".venv/bin/milepost share own.example")
    expect(page.locator("#share-link-part")).to_be_hidden()
    assert admin_key not in page.content()
    assert admin_key not in page.input_value("#share-link")
    assert violations(page) == []


def test_a_public_site_is_shared_by_its_address(server: Server, person: BrowserContext) -> None:
    site = visited(server, "public.example")
    page = person.new_page()
    page.goto(address(server, site, source="Direct / None"))
    wait_until_read(page)
    page.click("#share")
    expect(page.locator("#share-link")).to_have_value(page.url)
    expect(page.locator("#share-key-part")).to_be_hidden()


def test_the_sites_that_a_key_reads(server: Server, person: BrowserContext) -> None:
    for site in ("one.example", "two.example"):
        visited(server, site)
    both = read_key(server, "one.example", "two.example")
    one = read_key(server, "one.example")
    page = person.new_page()
    page.goto(f"{server.url}/dashboard/#sites")
    expect(page.locator("#message")).to_have_text("A key shows which sites are here.")
    page.fill("#key", both)
    page.press("#key", "Enter")
    listed = [["one.example", "1", "anyone", "UTC"], ["two.example", "1", "anyone", "UTC"]]
    expect(page.locator("#site-rows td").nth(3)).to_have_text("1")
    assert rows(page, "#site-table") == listed
    assert violations(page) == []
    page.click("text=two.example")
    expect(page.locator("h1")).to_have_text("two.example")
    expect(page.locator("#pageviews")).to_have_text("1")
    page.click("#to-sites")
    page.fill("#site", "One.example ")
    page.click("#open-site button")
    expect(page.locator("h1")).to_have_text("one.example")

    page.evaluate("key => sessionStorage.setItem('milepost.key', key)", one)
    page.goto(f"{server.url}/about.html")
    page.goto(f"{server.url}/dashboard/")
    expect(page.locator("h1")).to_have_text("one.example")


def test_only_bots_so_far(server: Server, person: BrowserContext) -> None:
    milepost(server, "site", "add", "bots.example", "--public")
    send(server, "bots.example", agent="Googlebot/2.1")
    page = person.new_page()
    page.goto(address(server, "bots.example"))
    expect(page.locator("#chart-empty")).to_contain_text("Nothing in this range. Bots are left out.")
    wait_until_read(page)
    assert violations(page) == []
    page.click("text=Include them")
    expect(page.locator("#pageviews")).to_have_text("1")
    assert page.url.endswith("bots=include")


@pytest.mark.parametrize("asked", ["**/v1/**", "**/api/v2/**"])
def test_it_keeps_the_numbers_while_the_server_is_away(server: Server, person: BrowserContext, asked: str) -> None:
    site = "away.example" if "v1" in asked else "gone.example"
    visited(server, site)
    page = person.new_page()
    page.clock.install()
    page.goto(address(server, site))
    wait_until_read(page)
    page.route(asked, lambda route: route.abort())
    page.clock.run_for(130_000)  # by then everything is read again
    expect(page.locator("#message")).to_contain_text("No answer from the server")
    expect(page.locator("#pageviews")).to_have_text("1")
    assert violations(page) == []
    page.unroute(asked)
    send(server, site)
    page.clock.run_for(10_000)
    expect(page.locator("#message")).to_be_empty()
    expect(page.locator("#pageviews")).to_have_text("2")


def test_it_says_what_the_server_says(server: Server, person: BrowserContext) -> None:
    site = visited(server, "full.example")
    page = person.new_page()
    page.route("**/api/v2/**", lambda route: route.fulfill(status=503, body='{"error": "<b>the disk is full</b>"}'))
    page.goto(address(server, site))
    expect(page.locator("#message")).to_have_text("The server answered 503: <b>the disk is full</b>")


def test_a_range_that_is_too_long_can_be_changed(server: Server, person: BrowserContext) -> None:
    site = visited(server, "long.example")
    page = person.new_page()
    page.goto(address(server, site, period="custom", **{"from": "1999-01-01", "to": "2020-01-01"}))
    expect(page.locator("#message")).to_contain_text("The server answered 400: ")
    page.select_option("#period", "7d")
    expect(page.locator("#pageviews")).to_have_text("1")
    expect(page.locator("#message")).to_be_empty()


def test_what_cannot_be_told_is_said_in_its_place(server: Server, person: BrowserContext) -> None:
    site = visited(server, "part.example")
    page = person.new_page()

    def refuse(route: Route) -> None:
        if "visit:source" in (route.request.post_data or ""):
            route.fulfill(status=400, body='{"error": "the events have left the log"}')
        else:
            route.continue_()

    page.route("**/api/v2/query", refuse)
    page.goto(address(server, site))
    expect(page.locator("#sources .note")).to_have_text("the events have left the log")
    expect(page.locator("#pages tbody tr")).to_have_count(1)
    expect(page.locator("#message")).to_be_empty()


def test_hostile_visitors_are_text(server: Server, person: BrowserContext) -> None:
    """Markup and formulas in every field: shown as they are, in files behind an apostrophe."""
    milepost(server, "site", "add", "hostile.example", "--public")
    milepost(server, "goal", "add", "hostile.example", "--event", MARKUP)
    tags = "&".join(f"utm_{tag}={MARKUP}" for tag in ("source", "medium", "campaign", "content", "term"))
    send(server, "hostile.example", path=f"/{MARKUP}?{tags}", referrer=f"https://evil.example/{MARKUP}")
    for event in (MARKUP, "=1+1", "@SUM(A1)"):
        send(server, "hostile.example", event, path=f"/{MARKUP}", props={MARKUP: MARKUP, "plan": "-2+3"})
    page = person.new_page()
    heard = complaints(page)
    page.add_init_script(
        "addEventListener('securitypolicyviolation', (event) => console.error(event.violatedDirective))"
    )
    views = {"sources": "utm_term", "events": f"prop.{MARKUP}"}
    page.goto(address(server, "hostile.example", event=MARKUP, **views))
    expect(page.locator("#chips")).to_contain_text(f"Event is {MARKUP}")
    wait_until_read(page)
    for panel in ("#sources", "#events", "#goals"):
        assert rows(page, panel)[0][0] == MARKUP
    page.click("#chips .chip")
    expect(page.locator("#pages")).to_contain_text(f"/{MARKUP}")
    for view in ("utm_source", "utm_campaign", "utm_medium", "utm_content"):
        page.select_option("#sources select", view)
        expect(page.locator("#sources table")).to_contain_text(MARKUP)
    page.click("#sources >> text=Referrers")
    expect(page.locator("#sources table")).to_contain_text("evil.example/")
    assert page.locator("main img, dialog img").count() == 0
    assert page.locator("main a[href^='http']").count() == 0

    page.click("#events [data-view=event]")
    expect(page.locator("#events tbody tr")).to_have_count(3)
    _, table, _ = saved(page, lambda: page.click("#events >> text=CSV"))
    assert sorted(row[0] for row in table[1:]) == ["'=1+1", "'@SUM(A1)", MARKUP]
    page.fill("#events input", "plan")
    page.press("#events input", "Enter")
    expect(page.locator("#events table")).to_contain_text("-2+3")
    _, table, _ = saved(page, lambda: page.click("#events >> text=CSV"))
    assert "'-2+3" in [row[0] for row in table]
    page.click("#events >> text=Details")
    expect(page.locator("#details-table")).to_contain_text("-2+3")
    assert heard == []


@contextmanager
def uploaded_pages(api: str) -> Iterator[str]:
    """Serves the static pages as they are uploaded for AWS, where the API has another origin."""
    packed = pack(Path(__file__).parents[2] / "site", api, "sample.example")
    pages = zipfile.ZipFile(io.BytesIO(packed))

    class Handler(Quiet):
        def do_GET(self) -> None:
            name = self.path.lstrip("/") or "index.html"
            name = f"{name}index.html" if name.endswith("/") else name
            policy = {"content-security-policy": f"default-src 'self'; connect-src 'self' {api}"}
            self.answer(pages.read(name), mimetypes.guess_type(name)[0] or "text/plain", policy)

    with listening(Handler) as port:
        yield f"http://localhost:{port}"


def test_an_api_of_another_origin_needs_no_preflight(server: Server, person: BrowserContext) -> None:
    """As on AWS: the pages are told where the API is; questions about a public site are sent without a preflight."""
    site = visited(server, "apart.example")
    milepost(server, "site", "add", "new-apart.example", "--public")
    page = person.new_page()
    heard = complaints(page)
    asked: list[tuple[str, str]] = []
    devtools = person.new_cdp_session(page)  # Playwright itself does not show preflights
    devtools.on(
        "Network.requestWillBeSent",
        lambda event: asked.append((event["request"]["method"], event["request"]["url"])),
    )
    devtools.send("Network.enable")
    with uploaded_pages(server.url) as pages:
        page.goto(f"{pages}/dashboard/#site={site}")
        expect(page.locator("#pageviews")).to_have_text("1")
        wait_until_read(page)
        assert ("POST", f"{server.url}/api/v2/query") in asked
        assert [url for method, url in asked if method == "OPTIONS"] == []
        page.goto(f"{pages}/dashboard/#site=new-apart.example")
        expect(page.locator("#snippet")).to_have_text(
            f'<script defer data-domain="new-apart.example" data-api="{server.url}/api/event" '
            f'src="{pages}/js/script.js"></script>'
        )
    assert heard == []


def test_a_busy_site_is_asked_less_often(person: BrowserContext, server: Server) -> None:
    page: Page = person.new_page()
    page.goto(f"{server.url}/dashboard/")
    waits = page.evaluate(
        """async () => {
          const { pause } = await import('/dashboard/pace.js')
          return [[0, 0], [5000, 0], [1e9, 0], [0, 1e7]].map(([pageviews, still]) => pause(pageviews, still))
        }"""
    )
    assert waits == [2000, 10_000, 60_000, 20_000]


def test_the_sample_page_leads_here(server: Server, person: BrowserContext) -> None:
    page = person.new_page()
    counted(page, lambda: page.goto(f"{server.url}/"))
    page.click("footer a[href^='/dashboard/']")
    expect(page.locator("h1")).to_have_text("localhost")
