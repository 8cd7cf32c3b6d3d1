"""The counts page: it shows what the API says, as text, and says clearly what is wrong."""

import json
import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.server import Server
from tests.browser.visiting import complaints, counted

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

HOSTILE = "/<img src=x onerror=alert(1)>"


def visit(person: BrowserContext, server: Server, *paths: str) -> None:
    page = person.new_page()
    counted(page, lambda: page.goto(f"{server.url}/"))
    for path in paths:
        counted(page, lambda path=path: page.evaluate("path => history.pushState(null, '', path)", path))  # type: ignore[misc]
    page.close()


def shown(page: Page, table: str) -> list[list[str]]:
    rows: list[list[str]] = page.eval_on_selector_all(
        f"#{table} tbody tr", "rows => rows.map(row => [...row.cells].map(cell => cell.textContent))"
    )
    return rows


def test_it_shows_what_was_counted(server: Server, person: BrowserContext) -> None:
    visit(person, server, "/projects/", "/", HOSTILE)
    page = person.new_page()
    heard = complaints(page)
    page.goto(f"{server.url}/dashboard/#site=localhost&days=7")
    expect(page.locator("#pageviews")).to_have_text("4")
    expect(page.locator("#visitors")).to_have_text("1")
    assert shown(page, "by-page") == [["/", "2", "1"], [HOSTILE, "1", "1"], ["/projects/", "1", "1"]]
    assert page.locator("tbody img").count() == 0

    answered = server.counts("localhost", by="day")["rows"][-7:]
    days = page.eval_on_selector_all("#by-day time", "times => times.map(time => time.dateTime)")
    assert days == [row["day"] for row in reversed(answered)]
    assert [row[1:] for row in shown(page, "by-day")] == [["4", "1"]] + 6 * [["0", "0"]]
    assert heard == []


def test_it_refreshes_by_itself(server: Server, person: BrowserContext) -> None:
    page = person.new_page()
    page.goto(f"{server.url}/dashboard/")
    expect(page.locator("#empty")).to_contain_text("No pageviews of localhost in the last 30 days")
    visit(person, server)
    page.bring_to_front()
    expect(page.locator("#pageviews")).to_have_text("1")
    expect(page.locator("#empty")).to_be_hidden()


def test_bots_and_range_are_chosen_and_kept_in_the_address(server: Server, person: BrowserContext) -> None:
    page = person.new_page()
    page.goto(f"{server.url}/dashboard/")
    expect(page.locator("#by-day tbody tr")).to_have_count(30)
    page.select_option("#days", "90")
    expect(page.locator("#by-day tbody tr")).to_have_count(90)
    page.select_option("#bots", "only")
    expect(page.locator("#empty")).to_have_text("No bot has opened a page of localhost in the last 90 days.")
    assert page.url.endswith("#site=localhost&days=90&bots=only")
    page.reload()
    expect(page.locator("#bots")).to_have_value("only")
    expect(page.locator("#by-day tbody tr")).to_have_count(90)


def test_a_site_that_is_not_public_asks_for_a_key(server: Server, person: BrowserContext) -> None:
    server.command("site", "add", "example.org")
    key = server.command("key", "add", "--scope", "read", "--site", "example.org").strip()
    page = person.new_page()
    page.goto(f"{server.url}/dashboard/#site=example.org")
    message = page.locator("#message")
    expect(message).to_have_text("example.org is not a public site here. Its counts need a key.")
    expect(page.locator("#results")).to_be_hidden()
    for given, said in (("wrong", "This key is not valid."), (f" {key} ", "")):
        page.fill("#key", given)
        page.click("text=Use this key")
        expect(message).to_have_text(said)
    expect(page.locator("#pageviews")).to_have_text("0")
    expect(page.locator("#unlock")).to_be_hidden()
    page.reload()
    expect(page.locator("#pageviews")).to_have_text("0")
    assert page.evaluate("[document.cookie, localStorage.length]") == ["", 0]
    assert key not in page.url

    page.fill("#site", "other.example")
    page.click("text=Show")
    expect(message).to_have_text("This key may not read the counts of other.example.")
    expect(page.locator("#results")).to_be_hidden()
    page.click("text=Forget the key")
    expect(message).to_contain_text("need a key")
    assert page.evaluate("sessionStorage.length") == 0


def test_it_says_that_there_are_more_pages_than_it_shows(server: Server, person: BrowserContext) -> None:
    rows = [{"page": f"/{number}", "pageviews": 1234, "visitors": 1} for number in range(1000)]
    pages = {"timezone": "UTC", "totals": {"pageviews": 9, "visitors": 9}, "rows": rows, "next": "more"}
    page = person.new_page()
    page.route(re.compile("by=page"), lambda route: route.fulfill(body=json.dumps(pages)))
    page.goto(f"{server.url}/dashboard/")
    visit(person, server)
    expect(page.locator("#by-page tbody tr")).to_have_count(1000)
    expect(page.locator("#by-page tbody tr:last-child td").first).to_have_text("1,234")
    expect(page.locator("#cut")).to_be_visible()


def test_it_says_what_the_server_says(server: Server, person: BrowserContext) -> None:
    page = person.new_page()
    page.goto(f"{server.url}/dashboard/")
    expect(page.locator("#results")).to_be_visible()
    page.route("**/v1/**", lambda route: route.fulfill(status=503, body='{"error": "<b>the disk is full</b>"}'))
    expect(page.locator("#message")).to_have_text("The server answered 503: <b>the disk is full</b>")
    expect(page.locator("#results")).to_be_hidden()


def test_it_keeps_the_numbers_while_the_server_is_away(server: Server, person: BrowserContext) -> None:
    page = person.new_page()
    page.goto(f"{server.url}/dashboard/")
    expect(page.locator("#results")).to_be_visible()
    page.route("**/v1/**", lambda route: route.abort())
    expect(page.locator("#message")).to_contain_text("No answer from the server")
    expect(page.locator("#results")).to_be_visible()
