"""The dashboard on a real log: each number is the API's, whatever is clicked, on phone and desktop, light and dark."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, NamedTuple
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.dashboard import (
    METRICS,
    address,
    headline,
    query,
    rows,
    saved,
    use_key,
    violations,
    wait_until_read,
)
from tests.browser.server import Server, serving
from tests.browser.visiting import complaints
from tests.imports.importing import DATA, real_log
from tests.unit.commanding import Folder

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

SITE = "example.org"
SITE_FOLDER = Path(__file__).parents[2] / "site"
FIRST, LAST = "2015-05-17", "2015-05-20"
LOG = {"period": "custom", "from": FIRST, "to": LAST}
MINUS, NONE = "\N{MINUS SIGN}", "\N{EN DASH}"
PHONE, DESKTOP = (360, 740), (1280, 800)


class Log(NamedTuple):
    """A server with a real log, and a key that reads it."""

    server: Server
    key: str

    def ask(self, *metrics: str, **asked: Any) -> list[Any]:
        return query(self.server, SITE, self.key, metrics=metrics, **{"date_range": [FIRST, LAST], **asked})

    def top(self, dimension: str, *metrics: str, limit: int = 8, **asked: Any) -> list[list[Any]]:
        found = self.ask(*metrics, dimensions=[dimension], pagination={"limit": limit}, **asked)
        return [[*row["dimensions"], *row["metrics"]] for row in found]


@pytest.fixture(scope="module")
def log(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Log]:
    path = real_log("elastic_apache")
    with serving(tmp_path_factory.mktemp("log")) as server:
        folder = Folder(server.data)
        folder.run("site", "add", SITE)
        folder.run("import", "access-log", str(path), "--site", SITE, "--days", "as-written")
        folder.run("goal", "add", SITE, "--page", "/articles/*", "--name", "Read")
        yield Log(server, folder.out("key", "add", "--scope", "read", "--site", SITE).strip())


def opened(
    browser: Browser,
    log: Log,
    size: tuple[int, int] = DESKTOP,
    scheme: Literal["light", "dark"] = "light",
    **shown: str,
) -> Page:
    """A page that shows the log, with everything read and nothing to complain of."""
    width, height = size
    page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme, locale="en-GB")
    heard = complaints(page)
    use_key(page, log.key)
    page.goto(address(log.server, SITE, **{**LOG, **shown}))
    wait_until_read(page)
    assert heard == []
    return page


@pytest.fixture
def page(browser: Browser, log: Log) -> Iterator[Page]:
    with opened(browser, log) as page:
        yield page


def written(metrics: list[Any]) -> list[str]:
    """The headline's numbers as the page writes them."""
    visitors, visits, pageviews, views, bounces, seconds = metrics
    return [f"{visitors:,}", f"{visits:,}", f"{pageviews:,}", f"{views:g}", f"{bounces}%", f"{seconds}s"]


def fragment(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).fragment)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_what_it_shows(browser: Browser, log: Log, size: tuple[int, int], scheme: Literal["light", "dark"]) -> None:
    with opened(browser, log, size, scheme) as page:
        assert headline(page) == written(log.ask(*METRICS)[0]["metrics"])
        pages = log.top("event:page", "visitors", "pageviews")
        assert rows(page, "#pages") == [[name, str(n), str(views)] for name, n, views in pages]
        for panel, dimension in (
            ("sources", "visit:source"),
            ("places", "visit:country_name"),
            ("devices", "visit:device"),
        ):
            shown = [[name, n] for name, n, _ in rows(page, f"#{panel}")]
            assert shown == [[name, str(n)] for name, n in log.top(dimension, "visitors")]
        goals = log.top("event:goal", "visitors", "conversion_rate")
        assert rows(page, "#goals") == [[name, str(n), f"{rate:.1f}%"] for name, n, rate in goals]
        assert page.evaluate("document.documentElement.scrollWidth") == size[0]
        assert violations(page) == []


def test_the_chart_is_the_truth(browser: Browser, log: Log) -> None:
    with (DATA / "truth" / "elastic_apache.days.tsv").open() as file:
        days = list(csv.DictReader(file, delimiter="\t"))
    truth = {row["day"]: int(row["pageviews_GET_200_304_nonstatic"]) for row in days}
    with opened(browser, log, bots="include", metric="pageviews", compare="none") as page:
        name, table, _ = saved(page, lambda: page.click("#chart-csv"))
        assert name == "example.org pageviews.csv"
        assert table == [["day", "pageviews"], *([day, str(n)] for day, n in truth.items())]
        page.click("text=The chart as a table")
        assert [row[1] for row in rows(page, "#chart-table")] == [f"{n:,}" for n in truth.values()]
        assert page.inner_text("#pageviews") == f"{sum(truth.values()):,}"
        assert "Pageviews by day" in (page.get_attribute("#plot", "aria-label") or "")


def test_a_click_filters_everything(page: Page, log: Log) -> None:
    unfiltered = headline(page)
    page.click("#sources >> text=Google")
    expect(page.locator("#chips")).to_contain_text("Source is Google")
    wait_until_read(page)
    google = [["is", "visit:source", ["Google"]]]
    assert headline(page) == written(log.ask(*METRICS, filters=google)[0]["metrics"])
    pages = log.top("event:page", "visitors", "pageviews", filters=google)
    assert rows(page, "#pages") == [[name, str(n), str(views)] for name, n, views in pages]

    page.click("#places >> text=Germany")
    expect(page.locator("#chips .chip")).to_have_count(2)
    assert fragment(page)["source"] == ["Google"]
    assert fragment(page)["country"] == ["Germany"]
    wait_until_read(page)
    both = [*google, ["is", "visit:country_name", ["Germany"]]]
    assert headline(page) == written(log.ask(*METRICS, filters=both)[0]["metrics"])

    page.reload()
    wait_until_read(page)
    assert headline(page) == written(log.ask(*METRICS, filters=both)[0]["metrics"])
    page.go_back()
    expect(page.locator("#chips .chip")).to_have_count(1)
    page.click("#chips .chip")
    expect(page.locator("#chips")).to_be_hidden()
    expect(page.locator("#visitors")).to_have_text(unfiltered[0])


def test_a_goal_as_a_filter_tells_who_converts(page: Page, log: Log) -> None:
    page.click("#goals >> text=Read")
    expect(page.locator("#sources thead")).to_contain_text("Conversion")
    wait_until_read(page)
    sources = log.top("visit:source", "visitors", "conversion_rate", filters=[["is", "event:goal", ["Read"]]])
    assert rows(page, "#sources") == [[name, str(n), f"{rate:.1f}%"] for name, n, rate in sources]


def test_ranges(page: Page, log: Log) -> None:
    page.fill("#from", "2015-05-18")
    page.fill("#to", "2015-05-18")
    page.click("#custom >> text=Show")
    expect(page.locator("#range")).to_have_text("Mon, 18 May 2015")
    expect(page.locator("#chart-title")).to_have_text("Visitors by hour")
    wait_until_read(page)
    day = ["2015-05-18", "2015-05-18"]
    assert headline(page) == written(log.ask(*METRICS, date_range=day)[0]["metrics"])
    hours = {
        row["dimensions"][0]: row["metrics"][0] for row in log.ask("visitors", dimensions=["time:hour"], date_range=day)
    }
    _, table, _ = saved(page, lambda: page.click("#chart-csv"))
    assert {time: int(n) for time, n, *_ in table[1:]} == {
        f"2015-05-18 {hour:02}:00": hours.get(f"2015-05-18 {hour:02}:00:00", 0) for hour in range(24)
    }
    for period, points in (("7d", 7), ("12mo", 12), ("yesterday", 24), ("last-month", None)):
        page.select_option("#period", period)
        expect(page.locator("#chart-empty")).to_be_visible()
        assert fragment(page)["period"] == [period]
        wait_until_read(page)
        assert points is None or len(rows(page, "#chart-table")) == points
    assert page.inner_text("#visitors") == "0"
    page.go_back()
    expect(page.locator("#period")).to_have_value("yesterday")


def test_the_period_before(browser: Browser, log: Log) -> None:
    shown = {"from": "2015-05-19", "to": "2015-05-20"}
    compared = {"date_range": ["2015-05-19", "2015-05-20"], "include": {"comparisons": {"mode": "previous_period"}}}
    with opened(browser, log, DESKTOP, "light", **shown) as page:
        expect(page.locator("#compared")).to_have_text("compared with 17 \N{EN DASH} 18 May 2015")
        comparison = log.ask(*METRICS, **compared)[0]["comparison"]
        changes = page.locator(".change").all_inner_texts()
        assert changes == [f"{'+' if n > 0 else MINUS if n < 0 else '±'}{abs(n)}%" for n in comparison["change"]]
        assert page.locator(".from").all_inner_texts() == [f"from {text}" for text in written(comparison["metrics"])]
        assert ("better" in (page.locator(".change").nth(4).get_attribute("class") or "")) == (
            comparison["change"][4] < 0
        )
        _, table, _ = saved(page, lambda: page.click("#chart-csv"))
        assert [row[2] for row in table[1:]] == ["2015-05-17", "2015-05-18"]
        before = log.ask("visitors", dimensions=["time:day"], date_range=["2015-05-17", "2015-05-18"])
        assert [int(row[3]) for row in table[1:]] == [row["metrics"][0] for row in before]
        page.select_option("#compare", "none")
        expect(page.locator("#compared")).to_be_empty()
        wait_until_read(page)
        assert page.locator(".from").all_inner_texts() == 6 * [""]
        assert page.is_hidden("#legend-before")


def test_other_views_of_a_panel(page: Page, log: Log) -> None:
    page.click("#pages >> text=Entry")
    expect(page.locator("#pages thead")).to_contain_text("Entry page")
    assert rows(page, "#pages") == [
        [name, str(n), str(visits)] for name, n, visits in log.top("visit:entry_page", "visitors", "visits")
    ]
    page.select_option("#devices select", "browser_version")
    expect(page.locator("#devices thead")).to_contain_text("Browser version")
    assert [row[0] for row in rows(page, "#devices")] == [
        name for name, _ in log.top("visit:browser_version", "visitors")
    ]
    page.fill("#events input", "plan")
    page.press("#events input", "Enter")
    expect(page.locator("#events thead")).to_contain_text("Property plan")
    page.reload()
    wait_until_read(page)
    assert "Entry page" in page.inner_text("#pages thead")
    assert "Property plan" in page.inner_text("#events thead")
    page.click("[data-metric=bounce_rate]")
    expect(page.locator("#chart-title")).to_have_text("Bounce rate by day")
    assert fragment(page)["metric"] == ["bounce_rate"]
    page.go_back()  # none of this is a step of its own
    assert page.url == "about:blank"


def test_details_of_a_panel(page: Page, log: Log) -> None:
    everything = log.top("event:page", "visitors", "pageviews", "bounce_rate", limit=1000)
    page.click(f"#pages >> text=All {len(everything)}")
    note = page.locator("#details-note")
    expect(note).to_have_text(f"{len(everything)} rows")
    shown = [[name, *(NONE if n is None else str(n) for n in numbers)] for name, *numbers in everything]
    assert [[*row[:3], row[3].rstrip("%")] for row in rows(page, "#details-table")] == shown
    assert violations(page) == []
    page.fill("#details-search", "XDOTOOL")
    found = [row for row in shown if "xdotool" in row[0]]
    expect(note).to_have_text(f"{len(found)} of {len(everything)} rows")
    name, table, _ = saved(page, lambda: page.click("#details-csv"))
    assert name == "example.org page.csv"
    assert table == [
        ["Page", "visitors", "pageviews", "bounce_rate"],
        *([cell.replace(NONE, "") for cell in row] for row in found),
    ]
    page.click(f"#details-table >> text={found[0][0]}")
    expect(page.locator("#details")).to_be_hidden()
    expect(page.locator("#chips")).to_contain_text(f"Page is {found[0][0]}")


def test_a_panel_as_a_file(page: Page, log: Log) -> None:
    name, table, text = saved(page, lambda: page.click("#sources >> text=CSV"))
    assert name == "example.org source.csv"
    assert [[row[0], int(row[1])] for row in table[1:]] == log.top("visit:source", "visitors")
    assert table[0] == ["Source", "visitors", "share"]
    assert text.startswith("\ufeff")
    assert text.endswith("\r\n")


def test_rows_are_reached_and_pressed_by_keyboard(page: Page) -> None:
    page.keyboard.press("Tab")
    expect(page.locator("#skip")).to_be_focused()
    before = page.url
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    assert page.url == before
    page.focus("#sources tbody button")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    expect(page.locator("#chips")).to_contain_text("Source is Google")
    expect(page.locator("#spoken")).to_contain_text("visitors")
    page.keyboard.press("Tab")


def test_how_much_is_fetched(browser: Browser, log: Log) -> None:
    """The first numbers after 40 KB and 3 requests in a row, all within 100 KB; nothing on the page jumps."""
    width, height = PHONE
    with browser.new_page(viewport={"width": width, "height": height}) as page:
        use_key(page, log.key)
        page.add_init_script(_WATCH_SHIFTS)
        page.goto(address(log.server, SITE, **LOG))
        wait_until_read(page)
        first, everything, moved = page.evaluate(_FETCHED)
    for what, fetched in (("first numbers", first), ("all", everything)):
        size, milliseconds = sum(one["size"] for one in fetched), max(one["end"] for one in fetched)
        print(f"{what}: {size:,} bytes on the wire, {len(fetched)} requests, {milliseconds:.0f} ms")
    assert sum(one["size"] for one in first) <= 40_000
    assert sum(one["size"] for one in everything) <= 100_000
    assert len(everything) <= 50
    # Three in a row: the document, what stands in it, and two questions side by side.
    linked = set(re.findall(r'(?:href|src)="(/[^"]+)"', (SITE_FOLDER / "dashboard" / "index.html").read_text()))
    paths = {urlsplit(one["name"]).path for one in first}
    assert paths - linked == {"/dashboard/", f"/v1/sites/{SITE}", "/api/v2/query"}
    assert not any("uPlot" in one["name"] for one in first)
    assert any("uPlot" in one["name"] for one in everything)
    assert moved < 0.05


_WATCH_SHIFTS = """
window.moved = 0
const add = (list) => list.getEntries().forEach(({ value }) => (window.moved += value))
new PerformanceObserver(add).observe({ type: 'layout-shift', buffered: true })
"""

_FETCHED = """() => {
  const entries = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
  const all = entries.map(({ name, startTime, responseEnd, transferSize }) =>
    ({ name, start: startTime, end: responseEnd, size: transferSize }))
  const numbers = all.find(({ name }) => name.endsWith('/api/v2/query'))
  return [all.filter(({ start }) => start < numbers.end), all, window.moved]
}"""
