"""From a page with the tracker under its versioned name, checked by its hash, to what the reports say of it."""

import json
from typing import Any
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import BrowserContext

from tests.browser.collecting import SITE, collecting
from tests.browser.server import Server
from tests.browser.visiting import becomes, complaints

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

VERSION = json.loads((SITE / "tracker/package.json").read_text())["version"]
INTEGRITY = json.loads((SITE / "tracker/releases.json").read_text())[f"script-{VERSION}.js"]

# What a page sends when it is left for good comes with the browser's own agent, not with the one that a test gave it.
HIDE = """() => {
  Object.defineProperty(document, 'hidden', {value: true})
  document.dispatchEvent(new Event('visibilitychange'))
}"""


def ask(server: Server, **query: Any) -> list[tuple[list[str], list[float]]]:
    body = {"site_id": "localhost", "date_range": "7d", **query}
    with urlopen(Request(f"{server.url}/api/v2/query", json.dumps(body).encode()), timeout=5) as response:
        return [(row["dimensions"], row["metrics"]) for row in json.load(response)["results"]]


def test_what_the_tracker_tells_is_in_the_reports(server: Server, person: BrowserContext) -> None:
    page = person.new_page()
    heard = complaints(page)
    with collecting() as site:
        site.page = (
            "<!doctype html><link rel=icon href=data:,><style>body { margin: 0; height: 4000px }</style>"
            f'<script defer data-domain="localhost" src="{server.url}/js/script-{VERSION}.js" integrity="{INTEGRITY}" '
            'crossorigin="anonymous"></script><a href="/a.zip" onclick="return false">Download</a>'
        )
        page.goto(f"{site.url}/read")
        page.click("a")
        page.evaluate("scrollTo(0, 2400)")
        page.wait_for_timeout(1100)
        page.evaluate(HIDE)
        read = {"metrics": ["pageviews", "scroll_depth"], "dimensions": ["event:page"]}
        becomes([(["/read"], [1, 80])], lambda: ask(server, **read), seconds=5)
    [(_, [seconds])] = ask(server, metrics=["time_on_page"], dimensions=["event:page"])
    assert 1 <= seconds < 5
    downloaded = {
        "metrics": ["events"],
        "dimensions": ["event:props:url"],
        "filters": [["is", "event:name", ["File Download"]]],
    }
    assert ask(server, **downloaded) == [([f"{site.url}/a.zip"], [1])]
    assert heard == []
