"""Where a counter is found: which site and page a path names, in our form or in GoatCounter's.

Source of the second form: GoatCounter, "Visitor counter" (https://www.goatcounter.com/help/visitor-counter).
"""

from typing import Literal, NamedTuple, cast, get_args
from urllib.parse import quote, unquote

from services.query.refusals import InvalidRequest, UnknownSite
from shared.directory import Directory
from shared.domain.beacon import host_names
from shared.domain.pages import page_of
from shared.domain.sites import Site
from shared.domain.trackers.goatcounter import sending_page
from shared.http import Request, headers_of

PREFIX = "/counter/"

Form = Literal["json", "svg", "html"]
_FORMS = get_args(Form)

#: Stands for the site as a whole, where a page's path would be.
_TOTAL = "TOTAL"


class Place(NamedTuple):
    """A counter.

    Attributes:
        site: Its site, which lets anyone see it.
        page: Its page; None: the site as a whole.
        by_header: Whether the site was told by the page that asks, and not by the path.
    """

    site: Site
    page: str | None
    by_header: bool


def read_path(path: str) -> tuple[str, Form]:
    """Reads the path of a request.

    Args:
        path: Percent-encoded, beginning with `PREFIX`.

    Returns:
        What stands before the extension, decoded once, and the extension.

    Raises:
        InvalidRequest: There is none, or another one.
    """
    name, _, extension = unquote(path.removeprefix(PREFIX), errors="replace").rpartition(".")
    if extension not in _FORMS:
        instead = "; a picture is served as .svg" if extension == "png" else ""
        raise InvalidRequest(
            f"a counter's address ends with .json, .svg or .html, such as {PREFIX}example.org/blog/post.svg{instead}"
        )
    return name, cast(Form, extension)


def find_counter(directory: Directory, request: Request, name: str) -> Place:
    """Finds the counter that a path names.

    In our form the path begins with the site's name, or an alias. What does not, is GoatCounter's form, where the page
    that asks says of which site it is.

    Args:
        directory: The installation's sites.
        request: The request, for its `Origin` or else `Referer`.
        name: What the path says, as `read_path` gave it.

    Raises:
        UnknownSite: There is no such site, or it has no counter, and nobody is told which.
        StorageUnavailable: The registry is out of reach.
    """
    first, slash, rest = name.partition("/")
    site = directory.find((first.lower(),)) if slash else None
    if site is not None and site.counter:
        return Place(site, _page(rest), by_header=False)
    site = directory.find(_asking(request))
    if site is not None and site.counter:
        # As in its beacons, the path is that of a URL: with percent signs, and perhaps with its query.
        return Place(site, None if name == _TOTAL else page_of(name), by_header=True)
    raise UnknownSite(
        f"there is no counter here; it is asked for by {PREFIX}SITE/PAGE.svg, once its owner has switched it on: "
        "milepost site set SITE --counter"
    )


def _page(rest: str) -> str | None:
    """Names the page; one slash more at its beginning does no harm, as the root page is easily written with it."""
    if rest == _TOTAL:
        return None
    return page_of(quote(rest if rest.startswith("/") else "/" + rest, errors="replace"))


def _asking(request: Request) -> tuple[str, ...]:
    """Gives what the site of the page that asks may be called."""
    headers = headers_of(request)
    page = sending_page(headers.get("origin"), headers.get("referer"))
    return host_names(page.authority) if page else ()
