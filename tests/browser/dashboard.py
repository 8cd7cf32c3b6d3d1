"""The dashboard as the tests see it: what it shows, what the API says, and what axe-core says of it."""

import csv
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from playwright.sync_api import Page

from tests.browser.server import Server

NODE_MODULES = Path(sys.prefix) / "node" / "node_modules"

#: The six numbers of the headline, by the ids of their elements.
HEADLINE = ("visitors", "visits", "pageviews", "views-per-visit", "bounce-rate", "visit-duration")
METRICS = tuple(name.replace("-", "_") for name in HEADLINE)

_VIOLATIONS = """async () => (await axe.run(document)).violations.flatMap(({ id, nodes }) =>
  nodes.map(({ target, failureSummary }) => `${id} ${target}: ${failureSummary}`))"""


def address(server: Server, site: str, **shown: str) -> str:
    """The address of a site's dashboard."""
    return f"{server.url}/dashboard/#{urlencode({'site': site, **shown})}"


def wait_until_read(page: Page) -> None:
    """Waits until everything that was asked for is on the page."""
    page.wait_for_function(
        """() => !document.getElementById('results').hidden && document.querySelector('#plot canvas')
          && ![...document.querySelectorAll('#results, #chart, .panel')].some((part) => part.ariaBusy === 'true')"""
    )


def headline(page: Page) -> list[str]:
    """The six numbers as they are written."""
    return [page.inner_text(f"#{name}") for name in HEADLINE]


def rows(page: Page, table: str) -> list[list[str]]:
    """The rows of a table, each as the texts of its cells."""
    found: list[list[str]] = page.eval_on_selector_all(
        f"{table} tbody tr", "rows => rows.map((row) => [...row.cells].map((cell) => cell.textContent))"
    )
    return found


def query(server: Server, site: str, key: str | None, **asked: Any) -> Any:
    """The results of the Stats API, version 2."""
    headers = {"authorization": f"Bearer {key}"} if key else {}
    body = json.dumps({"site_id": site, **asked}).encode()
    with urlopen(Request(f"{server.url}/api/v2/query", body, headers), timeout=10) as response:
        return json.load(response)["results"]


def use_key(page: Page, key: str) -> None:
    """Has each document of the page find a key in its tab."""
    page.add_init_script(f"sessionStorage.setItem('milepost.key', {json.dumps(key)})")


def saved(page: Page, save: Callable[[], object]) -> tuple[str, list[list[str]], str]:
    """Saves a CSV file: its name, its rows, and its text."""
    with page.expect_download() as download:
        save()
    text = download.value.path().read_bytes().decode()
    return download.value.suggested_filename, list(csv.reader(io.StringIO(text.removeprefix("\ufeff")))), text


_FADED_IN = """() => Promise.all(document.getAnimations()
  .filter((one) => one.effect.getTiming().iterations !== Infinity)
  .map((one) => one.finished.catch(() => {})))"""


def violations(page: Page) -> list[str]:
    """What axe-core finds wrong with the page as it stands, once what fades in is there."""
    page.evaluate(_FADED_IN)
    page.evaluate((NODE_MODULES / "axe-core" / "axe.min.js").read_text())
    found: list[str] = page.evaluate(_VIOLATIONS)
    return found
