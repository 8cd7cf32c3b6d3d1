from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

# Before it is imported: its assertions say what they saw.
pytest.register_assert_rewrite("tests.browser.visiting")

from tests.browser import chromium  # noqa: E402
from tests.browser.server import Server, serving  # noqa: E402


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, ended with its module: while Playwright runs, no other test of its process can run a loop."""
    executable = chromium.required()
    with sync_playwright() as playwright:
        started = chromium.launch(playwright, executable)
        yield started
        started.close()


@pytest.fixture
def person(browser: Browser) -> Iterator[BrowserContext]:
    """A profile with an ordinary user agent."""
    context = chromium.person(browser)
    yield context
    context.close()


@pytest.fixture
def server(browser: Browser, tmp_path: Path) -> Iterator[Server]:
    """A server with nothing counted yet; it asks for the browser first, so that without one nothing is started."""
    with serving(tmp_path) as started:
        yield started
