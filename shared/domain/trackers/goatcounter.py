"""A hit as GoatCounter's `count.js` and its image send it: everything is in the query.

Source: GoatCounter, "Tracking pixel" (https://www.goatcounter.com/help/pixel), and what `count.js` is seen to send.
"""

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode

from shared.domain.beacon import Beacon, Errors, InvalidBeacon, make_beacon
from shared.domain.events import BOT, PAGEVIEW
from shared.domain.minimise import UrlParts, split_url
from shared.domain.text import read_number

_TRUE, _FALSE = ("true", "1", "on"), ("", "false", "0", "off")

#: Constants of GoatCounter's isbot library have three digits.
_MAX_BOT = 999


def read_hit(parameters: Mapping[str, str], origin: str | None, referer: str | None) -> Beacon:
    """Reads a hit. Its title (`t`) is not kept; `rnd` and all others mean nothing.

    Args:
        parameters: Those of the query, decoded.
        origin: The `Origin` header. The hit does not say on which site it was: this or the next header does.
        referer: The `Referer` header.

    Raises:
        InvalidBeacon: It says no page, or nothing says on which site.
    """
    errors: Errors = {}
    page = sending_page(origin, referer)
    if page is None:
        errors["site"] = [
            "cannot be told, since the request has neither an Origin nor a Referer of http or https; let the page send "
            "one, such as by the referrer policy strict-origin-when-cross-origin"
        ]
    path = parameters.get("p", "")
    if not path:
        errors["p"] = ["is required: the page's path, or the event's name"]
    told = parameters.get("e", "").lower()
    if told not in _TRUE + _FALSE:
        errors["e"] = ["must be true or false"]
    if errors or page is None:
        raise InvalidBeacon(errors)
    is_event = told in _TRUE
    url = f"{page.scheme}://{page.authority}"
    beacon = make_beacon(
        {
            "name": path if is_event else PAGEVIEW,
            # Of an event, the path is its name: where it was is known as far as the browser says.
            "url": url + (page.path or "/" if is_event else _location(path, parameters.get("q", ""))),
            "referrer": parameters.get("r"),
            "screen_width": read_number(parameters.get("s", "").partition(",")[0]),
        }
    )
    bot = read_number(parameters.get("b", ""))
    return replace(beacon, extra={BOT: bot}) if 0 < bot <= _MAX_BOT else beacon


def sending_page(origin: str | None, referer: str | None) -> UrlParts | None:
    """Gives the page that sent a request, or as much of it as its headers say: at least the host; None without one."""
    pages = [parts for parts in map(_web_page, (referer, origin)) if parts]
    from_origin = _web_page(origin)
    if from_origin and pages[0].authority != from_origin.authority:
        return from_origin
    return pages[0] if pages else None


def _web_page(url: str | None) -> UrlParts | None:
    try:
        parts = split_url(url or "")
    except ValueError:
        return None
    return parts if parts.scheme in ("http", "https") and parts.host else None


def _location(path: str, query: str) -> str:
    """Puts the path and the page's query together: the path may have the query already, or another one."""
    path, _, own = path.partition("?")
    named = {name for name, _ in parse_qsl(own, keep_blank_values=True)}
    more = [(k, v) for k, v in parse_qsl(query.removeprefix("?"), keep_blank_values=True) if k not in named]
    whole = "&".join(filter(None, (own, urlencode(more))))
    return ("" if path.startswith("/") else "/") + path + ("?" + whole if whole else "")
