"""What is to be known of a tracker to run it in a page as its documentation says."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from uuid import NAMESPACE_DNS, uuid5

from playwright.sync_api import Page

from shared.domain.sites import GPC_COUNT_WITHOUT_VISITOR, GPC_IGNORE, GPC_SKIP, Site

#: Where the sites are: their pages are served by the test, whatever the installation is.
DOMAIN = "site.example"

FIRST, SECOND = "/landing?utm_campaign=spring&token=secret", "/second"


@dataclass(frozen=True)
class Setting:
    """Where a tracker finds itself.

    Attributes:
        origin: Where browsers find the installation, such as "http://stats.example".
        pages: Where they find its static pages, our own tracker among them.
        site: The site.
        host: The host name of its pages.
        path: The page's path, with its query.
    """

    origin: str
    pages: str
    site: str
    host: str
    path: str

    @property
    def url(self) -> str:
        """The page's address."""
        return f"http://{self.host}{self.path}"


def push(page: Page) -> None:
    """Goes to the second page as a single-page app does."""
    page.evaluate("path => history.pushState(null, '', path)", SECOND)


def follow(page: Page) -> None:
    """Goes to the second page by loading it."""
    page.click("a")


@dataclass(frozen=True)
class Client:
    """A tracker in the pages of a site of its own.

    Attributes:
        name: What it is called here.
        markup: Gives what an owner puts into a page.
        files: Gives what the owner's web server serves for it: the content of each file, by its path. It is handed the
            installation's origin.
        button: The attributes of a button that sends the event "Signup"; empty if it has no events.
        properties: Whether that event says `plan` is `pro`.
        second: How one comes to the second page.
        opt_out: What its users run in the browser's console to be left out. Run before every page.
        opt_out_page: Or the fragment of the page that they open once.
        scripting: Whether it needs JavaScript.
        referrer: Whether it tells where a visitor came from.
        preflight: Whether browsers ask before they send what it sends.
        engagement: Whether it tells how far a page was scrolled when one leaves it.
        subdomain: What the host name of its pages has before the site's name, such as "www.".
    """

    name: str
    markup: Callable[[Setting], str]
    files: Callable[[str], Mapping[str, bytes]] = field(default=lambda origin: {})
    button: str = ""
    properties: bool = True
    second: Callable[[Page], None] = push
    opt_out: str = ""
    opt_out_page: str = ""
    scripting: bool = True
    referrer: bool = True
    preflight: bool = False
    engagement: bool = False
    subdomain: str = ""

    @property
    def site(self) -> str:
        """The site whose pages it is in."""
        return f"{self.name}.{DOMAIN}"

    @property
    def skipping(self) -> str:
        """The site that counts nothing of who sends Global Privacy Control."""
        return f"{self.name}-skip.{DOMAIN}"

    @property
    def ignoring(self) -> str:
        """The site that does not look at Global Privacy Control."""
        return f"{self.name}-ignore.{DOMAIN}"

    @property
    def all_sites(self) -> tuple[str, str, str]:
        """All three."""
        return self.site, self.skipping, self.ignoring

    def address(self, site: str, path: str) -> str:
        """Gives the address of a page of one of them."""
        return f"http://{self.subdomain}{site}{path}"

    @property
    def can_opt_out(self) -> bool:
        """Whether its users can be left out."""
        return bool(self.opt_out or self.opt_out_page)

    def sites(self) -> list[Site]:
        """Gives its sites as they are to be registered; the first has the default settings."""
        return [
            site_of(self.site),
            site_of(self.skipping, GPC_SKIP),
            site_of(self.ignoring, GPC_IGNORE),
        ]


def website_id(site: str) -> str:
    """Gives the id that Umami knew a site by: a UUID, registered here as another name of it."""
    return str(uuid5(NAMESPACE_DNS, site))


def site_of(name: str, gpc: str = GPC_COUNT_WITHOUT_VISITOR) -> Site:
    """Makes a site as it is to be registered."""
    return Site(name, website_id(name)[:8], public=True, gpc=gpc, aliases=(website_id(name),))
