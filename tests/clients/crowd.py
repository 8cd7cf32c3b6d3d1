"""The visitors of all the sites: an ordinary one, one who has opted out, and one whose browser asks for privacy."""

from collections.abc import Callable
from dataclasses import dataclass, field

from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser import chromium
from tests.clients.client import FIRST, Client
from tests.clients.seen import Seen
from tests.clients.web import Web
from tests.support.server import Api

REFERRER = "https://news.ycombinator.com/"

#: The page that visitors open who send Global Privacy Control.
PRIVATE = "/private"

#: Another browser for each visitor, so that whoever is counted is counted as one more.
_PLAIN, _OPTED_OUT, _PRIVATE = None, "140", "139"

#: How long one waits for what is not to be sent, in milliseconds.
_SILENCE = 200


@dataclass(frozen=True)
class Target:
    """An installation under test.

    Attributes:
        api: How it is asked.
        key: A key that may read all.
        origin: Where browsers find it.
        pages: Where they find its static pages.
        seconds: From an answered beacon to its place in the counts, at most.
    """

    api: Api
    key: str
    origin: str
    pages: str
    seconds: float


@dataclass(frozen=True)
class Crowd:
    """Visits of all kinds, each made when it is first asked for: what they bring is counted in the meantime."""

    browser: Browser
    web: Web
    target: Target
    _seen: dict[tuple[str, str], Seen] = field(default_factory=dict)
    _people: dict[tuple[str | None, bool], BrowserContext] = field(default_factory=dict)

    def visit(self, client: Client) -> Seen:
        """Comes from elsewhere, looks at two pages, and signs up."""

        def act(page: Page, seen: Seen) -> None:
            seen.does(lambda: page.goto(client.address(client.site, FIRST), referer=REFERRER))
            seen.does(lambda: client.second(page))
            if client.button:
                seen.does(lambda: page.click("button"))

        return self._once(client, "visit", act, _PLAIN)

    def stay_out(self, client: Client) -> Seen:
        """Opts out as the tracker's makers say, and does what others do."""

        def act(page: Page, seen: Seen) -> None:
            if client.opt_out:
                page.add_init_script(client.opt_out)
            page.goto(client.address(client.site, f"/mine{client.opt_out_page}"))
            page.wait_for_timeout(_SILENCE)
            page.goto(client.address(client.site, FIRST))
            page.click("button")
            page.wait_for_timeout(_SILENCE)

        return self._once(client, "stay out", act, _OPTED_OUT)

    def ask_for_privacy(self, client: Client, site: str) -> Seen:
        """Opens a page of one of the client's sites with Global Privacy Control."""

        def act(page: Page, seen: Seen) -> None:
            page.set_extra_http_headers({"sec-gpc": "1"})
            seen.does(lambda: page.goto(client.address(site, PRIVATE)))

        return self._once(client, f"ask {site} for privacy", act, _PRIVATE)

    def _once(self, client: Client, what: str, act: Callable[[Page, Seen], None], version: str | None) -> Seen:
        if (client.name, what) not in self._seen:
            self.web.publish(client, self.target.origin, self.target.pages)
            with self._person(version, client.scripting).new_page() as page:
                seen = Seen(page, self.target.origin)
                act(page, seen)
            self._seen[client.name, what] = seen
        return self._seen[client.name, what]

    def _person(self, version: str | None, scripting: bool) -> BrowserContext:
        """Every site has its own host, so that a person brings nothing from one to another."""
        if (version, scripting) not in self._people:
            self._people[version, scripting] = chromium.person(self.browser, version, scripting=scripting)
        return self._people[version, scripting]
