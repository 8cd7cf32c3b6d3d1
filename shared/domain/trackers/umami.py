"""What Umami's tracker and `@umami/node` send.

Source: Umami, "Sending stats" (https://umami.is/docs/api/sending-stats), "Tracker functions", and what the clients are
seen to send.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from shared.domain.beacon import Beacon, Errors, InvalidBeacon, host_names, is_path, make_beacon, read_json
from shared.domain.events import PAGEVIEW
from shared.domain.minimise import split_url
from shared.domain.text import read_number

#: Messages of which nothing is kept: who a visitor is, and how fast a page was.
_NOT_KEPT = ("identify", "performance")

_TEXTS = ("website", "hostname", "url", "referrer", "name", "screen", "language", "tag", "ip", "userAgent")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")

#: How deep objects in an event's data may be nested.
_MAX_DEPTH = 8


def read_message(body: bytes) -> Beacon | None:
    """Reads a message's body.

    A nested property is called by all names that lead to it, with dots between. `id` and `timestamp`, by which a sender
    could say who a visitor is and when an event was, and the page's `title` are not kept.

    Returns:
        The event; None where nothing of the message is kept.

    Raises:
        InvalidBeacon: It has not the form that Umami asks for.
    """
    message = read_json(body, "type and payload")
    kind = message.get("type")
    if kind in _NOT_KEPT:
        return None
    if kind != "event":
        raise InvalidBeacon({"type": [f"must be event; of {' and '.join(_NOT_KEPT)} nothing is kept"]})
    payload = message.get("payload")
    if not isinstance(payload, dict):
        raise InvalidBeacon({"payload": ["must be an object, with website and url"]})
    return _read_event(payload)


def _read_event(payload: Mapping[str, Any]) -> Beacon:
    errors: Errors = {}
    texts = {name: _text(payload, name, errors) for name in _TEXTS}
    host = _host(texts["hostname"], errors)
    data = payload.get("data")
    if data is not None and not isinstance(data, dict):
        errors["data"] = ["must be an object"]
    url = _url(texts["url"], host)
    names = _names(texts["website"], host, url)
    if not names:
        errors.setdefault("website", ["is required: the site's name, or a website id that is an alias of it"])
    if errors:
        raise InvalidBeacon(errors)
    props = dict(_flat(data or {}))
    beacon = make_beacon(
        {
            "name": texts["name"] or PAGEVIEW,
            "url": url,
            "referrer": texts["referrer"],
            "screen_width": read_number(texts["screen"].lower().partition("x")[0]),
            "props": {**props, "tag": texts["tag"]} if texts["tag"] else props,
            "revenue": _revenue(props),
        },
        (names,),
    )
    return replace(
        beacon, language=texts["language"] or None, address=texts["ip"] or None, user_agent=texts["userAgent"] or None
    )


def _text(payload: Mapping[str, Any], name: str, errors: Errors) -> str:
    """Gives a field that is a text; "" where it is absent."""
    value = payload.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        errors[name] = ["must be a string"]
        return ""
    return value.strip()


def _host(hostname: str, errors: Errors) -> str:
    """Gives the host in lower case, with its port if it has one."""
    if not hostname:
        return ""
    try:
        if split_url(f"https://{hostname}").authority == hostname.lower():
            return hostname.lower()
    except ValueError:
        pass
    errors["hostname"] = ["must be a host, such as example.org"]
    return ""


def _url(url: str, host: str) -> str:
    """Gives the absolute URL where the host is known; else the path."""
    if _SCHEME.match(url):
        return url
    path = url if is_path(url) else f"/{url}"
    return f"https://{host}{path}" if host else path


def _names(website: str, host: str, url: str) -> tuple[str, ...]:
    """Tells what the site may be called: as the tracker was told to, else as its host."""
    try:
        authority = "" if is_path(url) else split_url(url).authority
    except ValueError:
        authority = ""
    return tuple(filter(None, dict.fromkeys((website.lower(), *host_names(host), *host_names(authority)))))


def _flat(data: Mapping[str, Any], prefix: str = "", depth: int = _MAX_DEPTH) -> Iterator[tuple[str, Any]]:
    for name, value in data.items():
        if isinstance(value, dict):
            if depth:
                yield from _flat(value, f"{prefix}{name}.", depth - 1)
        elif isinstance(value, list):
            if not any(isinstance(one, dict | list) for one in value):
                yield f"{prefix}{name}", json.dumps(value, ensure_ascii=False)
        else:
            yield f"{prefix}{name}", value


def _revenue(props: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Reads the two properties that Umami takes for an event's revenue."""
    amount, currency = props.get("revenue"), props.get("currency")
    return None if amount is None or currency is None else {"amount": amount, "currency": currency}
