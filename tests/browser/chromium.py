"""An installed Chromium, driven as itself (HeadlessChrome) or with the user agent of a person's browser."""

import os
import shutil

import pytest
from playwright.sync_api import Browser, BrowserContext, Playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # A person's browser says navigator.webdriver == false.
    "--disable-blink-features=AutomationControlled",
]


def installed() -> str | None:
    """Returns the path of an installed browser, or None."""
    return next((path for path in map(shutil.which, NAMES) if path), None)


def required() -> str:
    """Returns the path of an installed browser; without one the test is skipped, and fails under CI=true."""
    executable = installed()
    if executable is None:
        reason = f"no browser is installed (looked for {', '.join(NAMES)})"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return executable


def launch(playwright: Playwright, executable: str, *further: str) -> Browser:
    """Starts the browser without a window and without requests of its own, with `further` arguments."""
    return playwright.chromium.launch(
        executable_path=executable,
        args=[*ARGUMENTS, *further],
        # A person's browser shows no automation bar, and does keep pages for its back button.
        ignore_default_args=["--enable-automation", "--disable-back-forward-cache"],
    )


def person(
    browser: Browser, version: str | None = None, *, height: int = 800, scripting: bool = True
) -> BrowserContext:
    """Opens a fresh profile with the user agent that this Chromium has on a person's Linux desktop.

    Another major `version` makes another visitor; `height` is the window's, in CSS pixels; without `scripting` there
    is no JavaScript.
    """
    major = version or browser.version.partition(".")[0]
    return browser.new_context(
        user_agent=f"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
        f"Chrome/{major}.0.0.0 Safari/537.36",
        viewport={"width": 1280, "height": height},
        locale="en-GB",
        java_script_enabled=scripting,
    )
