"""Makes the pictures of the documentation: `python -m tests.browser.screenshots URL OUTDIR`.

URL is a running server's. The visits made on the way are real and are counted by it.
"""

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser import chromium
from tests.browser.visiting import counted


def main(url: str, folder: Path) -> None:
    """Writes sample-page.png and counts.png into `folder`."""
    executable = chromium.installed()
    if executable is None:
        sys.exit("no browser is installed")
    with sync_playwright() as playwright, chromium.launch(playwright, executable) as browser:
        person = chromium.person(browser, height=720)
        page = person.new_page()
        counted(page, lambda: page.goto(f"{url}/"))
        page.screenshot(path=folder / "sample-page.png")
        for link in ("Projects", "Contact", "What is counted", "Home"):
            counted(page, lambda link=link: page.click(f"nav >> text={link}"))  # type: ignore[misc]
        page.goto(f"{url}/dashboard/#site=localhost&days=7")
        page.wait_for_selector("#by-page tbody tr")
        page.screenshot(path=folder / "counts.png")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: python -m tests.browser.screenshots URL OUTDIR")
    main(sys.argv[1].rstrip("/"), Path(sys.argv[2]))
