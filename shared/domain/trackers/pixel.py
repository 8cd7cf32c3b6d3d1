"""The pixel: a pageview that an image of a page without JavaScript tells of, in the image's address."""

from collections.abc import Mapping

from shared.domain.beacon import Beacon, InvalidBeacon, make_beacon
from shared.domain.events import PAGEVIEW


def read_pixel(parameters: Mapping[str, str], referer: str | None) -> Beacon:
    """Reads the image's address.

    Args:
        parameters: Those of its query, decoded: `d`, the site, else the URL's host; `u`, the page's URL, else the
            `Referer`; `r`, the page before.
        referer: The `Referer` header.

    Raises:
        InvalidBeacon: Nothing says which page it is on, or a parameter is bad.
    """
    url = parameters.get("u") or referer
    if not url:
        raise InvalidBeacon({"url": ["is required: give the page's URL as u, since the request has no Referer"]})
    return make_beacon({"name": PAGEVIEW, "url": url, "domain": parameters.get("d"), "referrer": parameters.get("r")})
