"""Visits in a real browser to a real server, read back through the API."""

import re

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.server import Server
from tests.browser.visiting import another_origin, becomes, complaints, counted

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

CLICKED = {"/": (2, 1), "/projects/": (2, 1), "/contact/": (1, 1), "/about.html": (1, 1)}


def click_through(page: Page, url: str) -> None:
    counted(page, lambda: page.goto(url))
    for link in ("Projects", "Contact"):
        counted(page, lambda link=link: page.click(f"nav >> text={link}"))  # type: ignore[misc]
    counted(page, page.go_back)
    counted(page, lambda: page.click("nav >> text=What is counted"))
    counted(page, lambda: page.click("nav >> text=Home"))


def test_a_visit_is_counted_becomes(server: Server, person: BrowserContext) -> None:
    page = person.new_page()
    heard = complaints(page)
    click_through(page, f"{server.url}/")
    becomes(CLICKED, lambda: server.pages("localhost"))
    assert server.totals("localhost") == (6, 1)
    assert page.evaluate("navigator.webdriver") is False
    assert heard == []


def test_the_sample_page_changes_pages_without_loading_documents(server: Server, person: BrowserContext) -> None:
    page = person.new_page()
    counted(page, lambda: page.goto(f"{server.url}/"))
    page.evaluate("window.sameDocument = true")
    counted(page, lambda: page.click("nav >> text=Projects"))
    assert page.text_content("h1") == "Projects"
    assert page.title().startswith("Projects")
    assert page.get_attribute("nav [aria-current]", "href") == "/projects/"
    counted(page, page.go_back)
    page.wait_for_selector("h1:has-text('Software')")
    assert page.evaluate("window.sameDocument") is True
    counted(page, lambda: page.click("nav >> text=What is counted"))
    assert page.evaluate("window.sameDocument") is None


def test_headless_chromium_is_seen_only_with_bots(server: Server, browser: Browser) -> None:
    with browser.new_context() as robot:
        page = robot.new_page()
        assert "HeadlessChrome" in page.evaluate("navigator.userAgent")
        click_through(page, f"{server.url}/")
    becomes(CLICKED, lambda: server.pages("localhost", bots="include"))
    assert server.pages("localhost", bots="only") == CLICKED
    assert server.pages("localhost") == {}
    assert server.totals("localhost") == (0, 0)


def test_the_printed_snippet_counts_a_page_of_another_origin(server: Server, person: BrowserContext) -> None:
    printed = server.command("site", "add", "example.org")
    key = server.command("key", "add", "--scope", "read", "--site", "example.org").strip()
    snippet = re.search(r"<script.*</script>", printed, re.DOTALL)
    assert snippet, printed
    page = person.new_page()
    heard = complaints(page)
    cookies: list[str | None] = []
    page.on("response", lambda response: cookies.append(response.header_value("set-cookie")))
    requested: list[str] = []
    devtools = person.new_cdp_session(page)  # Playwright itself does not show preflights
    devtools.on("Network.requestWillBeSent", lambda event: requested.append(event["request"]["method"]))
    devtools.send("Network.enable")

    with another_origin(snippet[0]) as origin:
        counted(page, lambda: page.goto(f"{origin}/hello?token=secret"))
        becomes({"/hello": (1, 1)}, lambda: server.pages("example.org", key))

    assert server.totals("example.org", key) == (1, 1)
    assert "POST" in requested
    assert "OPTIONS" not in requested
    assert page.evaluate("[document.cookie, localStorage.length, sessionStorage.length]") == ["", 0, 0]
    assert person.cookies() == []
    assert cookies == [None, None, None]  # of the page, the script and the beacon
    assert heard == []


def test_the_first_visit_writes_one_mail(server: Server, person: BrowserContext) -> None:
    page = person.new_page()
    click_through(page, f"{server.url}/")
    becomes(1, lambda: len(list((server.data / "mail").glob("*.eml"))), seconds=5)
    mail = next((server.data / "mail").glob("*.eml")).read_text()
    assert "localhost" in mail


@pytest.mark.parametrize("path", ["/", "/about.html", "/dashboard/"])
def test_pages_ask_nothing_of_others(server: Server, person: BrowserContext, path: str) -> None:
    page = person.new_page()
    heard = complaints(page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    answer = page.goto(f"{server.url}{path}", wait_until="networkidle")
    assert answer
    assert "default-src 'self'" in (answer.header_value("content-security-policy") or "")
    assert "unsafe" not in (answer.header_value("content-security-policy") or "")
    assert [url for url in asked if not url.startswith(f"{server.url}/")] == []
    assert heard == []
