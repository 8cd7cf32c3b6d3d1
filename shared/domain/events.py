"""The event: what was seen of one request, minimised and bounded, and its stored form.

Conclusions (bot or human, page, day) are not in it: they are drawn in the fold, so that history can follow when a rule
changes. The exceptions are what is derived from the address, since the address is never stored.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from shared.domain.minimise import MAX_URL_BYTES
from shared.domain.text import cut_utf8

SCHEMA_VERSION = 2

#: Of an item of 16 KB at most, what is left for its epoch, version and nonce, and their names.
MAX_EVENT_BYTES = 16 * 1024 - 256
PAGEVIEW = "pageview"

#: Where an event came in.
BEACON = "beacon"
ACCESS_LOG = "access-log"

#: The extra field in which a tracker told, by a number of its own, that a program drives the browser.
BOT = "bot"


class Unfoldable(ValueError):
    """A stored event that this release cannot read or fold. It goes to quarantine."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event, as stored.

    Attributes:
        site: The registered site's name.
        origin: Where it came in: `BEACON` or `ACCESS_LOG`.
        instant: Milliseconds since 1970 in UTC.
        name: "pageview", or the name of a custom event.
        url: The minimised URL (a path from an access log).
        visitor: The visitor hash in hexadecimal; None where the day's salt was gone.
        country: Of the visitor's address, in ISO 3166-1 alpha-2; None where it is not known. Since version 2.
        written: The wall-clock hour in the stamp ("2015-05-17T10") where the day is to be taken as written.
        referrer: The minimised referrer.
        click_id: Which click identifier the URL carried, never its value.
        user_agent: At most 512 bytes.
        hints: Client hints: "brands", "platform", "mobile".
        language: The first language that the browser asked for.
        screen_width: In CSS pixels.
        props: Custom properties.
        extra: Further fields of the tracker's protocol: revenue, reading, and what else only some events have.
        cut: The names of the fields that were cut to fit.
    """

    site: str
    origin: str
    instant: int
    name: str
    url: str
    visitor: str | None = None
    country: str | None = None
    written: str | None = None
    referrer: str | None = None
    click_id: str | None = None
    user_agent: str | None = None
    hints: Mapping[str, str] | None = None
    language: str | None = None
    screen_width: int | None = None
    props: Mapping[str, str] | None = None
    extra: Mapping[str, Any] | None = None
    cut: tuple[str, ...] = ()


_FIELDS = tuple(f.name for f in fields(Event))
_REQUIRED = {"site": str, "origin": str, "instant": int, "name": str, "url": str}
_KINDS: dict[str, type] = {
    **_REQUIRED,
    **dict.fromkeys(("visitor", "country", "written", "referrer", "click_id", "user_agent", "language"), str),
    "screen_width": int,
    "hints": dict,
    "props": dict,
    "extra": dict,
    "cut": list,
}

#: What an event that is too long loses, one after the other; of its URL, only the end.
_LOSSES = ("props", "extra", "hints", "referrer", "url", "user_agent")

#: From a schema version to the function that turns a body of it into one of the next version.
UPCASTERS: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {
    1: dict,  # the country was not known yet
}


def encode_event(event: Event) -> bytes:
    """Gives the stored form: JSON in UTF-8 with its `schema_version`, absent fields left out.

    What is longer than 16 KB loses its properties, then its extra fields and more, and says so in `cut`.

    Raises:
        UnicodeEncodeError: A field holds a lone surrogate.
    """
    body: dict[str, Any] = {"schema_version": SCHEMA_VERSION}
    for name in _FIELDS:
        value = getattr(event, name)
        if value is not None and value != ():
            body[name] = value
    encoded = _dump(body)
    for name in _LOSSES:
        if len(encoded) <= MAX_EVENT_BYTES:
            break
        if (lost := body.pop(name, None)) is not None:
            if name == "url":
                body[name] = cut_utf8(lost, MAX_URL_BYTES)
            body["cut"] = list(dict.fromkeys([*body.get("cut", ()), name]))
            encoded = _dump(body)
    return encoded


def decode_event(body: bytes | str) -> Event:
    """Reads the stored form, of this or an earlier schema version.

    Raises:
        Unfoldable: It is no event, or one of a later release.
    """
    try:
        stored = json.loads(body)
        version = stored.pop("schema_version")
        while isinstance(version, int) and version in UPCASTERS:
            stored = UPCASTERS[version](stored)
            version += 1
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise Unfoldable(f"not an event: {type(error).__name__}") from error
    if version != SCHEMA_VERSION:
        shown = str(version)[:20] if isinstance(version, int) else f"of type {type(version).__name__}"
        raise Unfoldable(f"schema_version {shown} is not known to this release, which reads up to {SCHEMA_VERSION}")
    if not _REQUIRED.keys() <= stored.keys() <= _KINDS.keys():
        raise Unfoldable(f"its fields are not those of schema_version {SCHEMA_VERSION}")
    for name, value in stored.items():
        if type(value) is not _KINDS[name] and (value is not None or name in _REQUIRED):
            raise Unfoldable(f"{name} is not a {_KINDS[name].__name__}")
    stored["cut"] = tuple(stored.get("cut") or ())
    return Event(**stored)


def site_of(body: bytes) -> object:
    """Gives what a stored form names as its site, also where it is no event that could be decoded; None if nothing."""
    try:
        stored = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return stored.get("site") if isinstance(stored, dict) else None


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False)


def _dump(body: Mapping[str, Any]) -> bytes:
    return _ENCODER.encode(body).encode("utf-8")
