"""What a user agent tells of a visitor's browser, operating system and device, with the client hints beside it.

Names are Plausible's where it has one, else those that Matomo and uap-core agree on. A conclusion like that of
`shared.domain.bots`: nothing of it is stored with an event, so a better rule changes the past too.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

#: The version of the rules in this module and in those that it asks.
RULES = 1

#: The widest window, in CSS pixels, that is taken for a phone's where nothing else is known of the device.
NARROW = 767

_MAX_VERSION_LENGTH = 16

#: Brand in `sec-ch-ua`, and the browser: of Chromium's children, many say who they are there alone.
_BRANDS = {
    "Android WebView": "Chrome Webview",
    "Avast Secure Browser": "Avast Secure Browser",
    "Brave": "Brave",
    "CCleaner Browser": "CCleaner",
    "Coc Coc": "Coc Coc",
    "DuckDuckGo": "DuckDuckGo Privacy Browser",
    "Ecosia": "Ecosia",
    "Gener8": "Gener8",
    "HuaweiBrowser": "Huawei Browser Mobile",
    "Microsoft Edge": "Microsoft Edge",
    "Opera": "Opera",
    "Opera GX": "Opera GX",
    "Opera Mini Android": "Opera Mini",
    "OperaMobile": "Opera",
    "Samsung Internet": "Samsung Browser",
    "Vivaldi": "Vivaldi",
    "Whale": "Whale Browser",
    "YaBrowser": "Yandex Browser",
    "Yandex": "Yandex Browser",
}

#: `sec-ch-ua-platform`, and the operating system.
_PLATFORMS = {
    "Android": "Android",
    "Chrome OS": "Chrome OS",
    "Chromium OS": "Chrome OS",
    "iOS": "iOS",
    "Linux": "GNU/Linux",
    "macOS": "Mac",
    "Windows": "Windows",
}


class Agent(NamedTuple):
    """What is known of who asked; "" for what is not.

    Attributes:
        browser: Its name, such as "Chrome", "Safari", "Samsung Browser"; "Chrome Webview" and "Mobile App" within apps.
        browser_version: Major and minor as far as they are said, such as "140.0".
        os: The system's name: "Windows", "Mac", "iOS", "Android", "GNU/Linux", …
        os_version: Major and minor, of Windows the one under which it is sold ("8.1").
        device: "Desktop", "Mobile", "Tablet", "TV", "Console", "Wearable", "Car Browser" or "Smart Speaker".
    """

    browser: str
    browser_version: str
    os: str
    os_version: str
    device: str


_UNKNOWN = Agent("", "", "", "", "")


def read_agent(user_agent: str | None, hints: Mapping[str, str] | None, screen_width: int | None) -> Agent:
    """Reads a user agent and what was sent beside it. A new one costs about a third of a millisecond.

    Args:
        user_agent: The header's text.
        hints: The client hints' texts: "brands" (`sec-ch-ua`), "platform", "mobile". They add what a browser keeps out
            of its user agent, and overrule it where it speaks for a desktop that it is not.
        screen_width: In CSS pixels; asked only where nothing else tells the device.
    """
    if not user_agent:
        return _UNKNOWN
    given = hints or {}
    narrow = None if screen_width is None else screen_width <= NARROW
    return _read(user_agent, given.get("brands", ""), given.get("platform", ""), given.get("mobile", ""), narrow)


@lru_cache(maxsize=20_000)
def _read(user_agent: str, brands: str, platform: str, mobile: str, narrow: bool | None) -> Agent:
    # Loaded on first use: ingest passes by here and never asks.
    from shared.domain.agents_browsers import read_browser
    from shared.domain.agents_devices import read_device
    from shared.domain.agents_systems import read_system

    browser, version = read_browser(user_agent)
    if browser == "Chrome" and brands:
        browser = _branded(brands) or browser
    system, system_version = read_system(user_agent)
    device = read_device(user_agent)
    hinted = _PLATFORMS.get(platform.strip('" '), "")
    if not system:
        system = hinted
    elif hinted == "Android" and system == "GNU/Linux":
        # A phone or tablet that asks for a desktop's page calls itself Linux on a PC.
        system, system_version, device = hinted, "", "Mobile" if mobile == "?1" else "Tablet"
    if not device and narrow is not None:
        device = "Mobile" if narrow else "Desktop"
    return Agent(browser, _short(version), system, _short(system_version), device)


def _branded(brands: str) -> str:
    """The browser among the brands; each stands in quotation marks, between Chromium and one that means nothing."""
    names = (_BRANDS.get(brand) for brand in re.findall(r'"([^"]*)";v=', brands))
    return next(filter(None, names), "")


def _short(version: str) -> str:
    return ".".join(version.strip(".").split(".")[:2])[:_MAX_VERSION_LENGTH]
