"""Makes the pictures of the documentation: `python -m tests.browser.screenshots LOG OUTDIR`.

LOG is an access log, such as the one of May 2015 that the browser tests read. It is imported into a server of its own.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import chromium
from tests.browser.dashboard import address, use_key, wait_until_read
from tests.browser.server import Server, serving
from tests.browser.visiting import counted

SITE = "example.org"
SHOWN = {"period": "custom", "from": "2015-05-19", "to": "2015-05-20", "interval": "hour"}
SIZES = {"desktop": (1280, 900, 1), "phone": (390, 844, 2)}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def main(log: Path, folder: Path) -> None:
    """Writes sample-page.png, and dashboard-SIZE-SCHEME.png for each size and scheme, into `folder`."""
    executable = chromium.installed()
    if executable is None:
        sys.exit("no browser is installed")
    with (
        TemporaryDirectory() as data,
        serving(Path(data)) as server,
        sync_playwright() as playwright,
        chromium.launch(playwright, executable) as browser,
    ):
        person = chromium.person(browser, height=720)
        page = person.new_page()
        counted(page, lambda: page.goto(f"{server.url}/"))
        page.wait_for_load_state("networkidle")
        page.screenshot(path=folder / "sample-page.png")
        person.close()
        key = prepared(server, log)
        for size in SIZES:
            for scheme in SCHEMES:
                page = opened(browser, server, key, size, scheme)
                page.screenshot(path=folder / f"dashboard-{size}-{scheme}.png")
                page.close()


def prepared(server: Server, log: Path) -> str:
    """Imports the log, and gives a key that reads it."""
    server.command("site", "add", SITE)
    server.command("goal", "add", SITE, "--page", "/articles/*", "--name", "Read an article")
    server.command("import", "access-log", str(log), "--site", SITE)
    return server.command("key", "add", "--scope", "read", "--site", SITE).strip()


def opened(browser: Browser, server: Server, key: str, size: str, scheme: Literal["light", "dark"]) -> Page:
    """Opens the dashboard in a window of a size and a colour scheme."""
    width, height, scale = SIZES[size]
    page = browser.new_page(
        viewport={"width": width, "height": height}, device_scale_factor=scale, color_scheme=scheme, locale="en-GB"
    )
    page.emulate_media(reduced_motion="reduce")
    use_key(page, key)
    page.goto(address(server, SITE, **SHOWN))
    wait_until_read(page)
    page.mouse.move(0, 0)
    return page


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: python -m tests.browser.screenshots LOG OUTDIR")
    main(Path(sys.argv[1]), Path(sys.argv[2]))
