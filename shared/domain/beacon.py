"""A beacon: what a tracker tells of one event, checked; and how it is read from the body of Plausible's Events API.

Source: Plausible Analytics, "Events API reference", and what its trackers are seen to send. Other trackers' requests
(`shared.domain.trackers`) are brought into the same form and held to the same limits.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import Any

from shared.domain.minimise import MAX_URL_BYTES, split_url

MAX_BODY_BYTES = 64 * 1024
MAX_NAME_LENGTH = 120
MAX_REFERRER_LENGTH = 2_000
MAX_PROPS = 30
MAX_PROP_NAME_LENGTH = 300
MAX_PROP_VALUE_LENGTH = 2_000
MAX_SITES = 30
MAX_SCREEN_WIDTH = 100_000

#: Further fields, by their short and their long name, and the name under which they are kept.
_EXTRA = {"$": "revenue", "revenue": "revenue", "i": "interactive", "interactive": "interactive", "v": "tracker"}
_EXTRA |= {"sd": "scroll_depth", "e": "engagement_ms"}

Errors = dict[str, list[str]]


class InvalidBeacon(ValueError):
    """A beacon that cannot become an event: `errors` says for each field what is wrong and what would be right."""

    def __init__(self, errors: Errors) -> None:
        super().__init__(str(errors))
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Beacon:
    """What a beacon says, checked but not yet minimised.

    Attributes:
        name: The event's name.
        url: The page's absolute URL; or only its path, where the tracker did not say on which host.
        sites: Of each site that gets the event, what it may be called, the likeliest first.
        referrer: The URL of the page before, of any form.
        hash_routing: Whether the URL's fragment is the route.
        screen_width: In CSS pixels.
        props: Custom properties.
        extra: Further fields of the tracker's protocol.
        cut: The names of the fields that were cut to fit.
        language: The visitor's, if the tracker names it.
        address: The visitor's network address, if the sender names it; to be believed with a key only.
        user_agent: The visitor's, if the sender names it; to be believed with a key only.
    """

    name: str
    url: str
    sites: tuple[tuple[str, ...], ...]
    referrer: str | None = None
    hash_routing: bool = False
    screen_width: int | None = None
    props: Mapping[str, str] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)
    cut: tuple[str, ...] = ()
    language: str | None = None
    address: str | None = None
    user_agent: str | None = None


def read_beacon(body: bytes) -> Beacon:
    """Reads a beacon's body, whatever its content type said.

    Raises:
        InvalidBeacon: It is not JSON of the form that the Events API asks for.
    """
    return make_beacon(read_json(body, "name, url and domain"))


def make_beacon(fields: Mapping[str, Any], sites: tuple[tuple[str, ...], ...] = ()) -> Beacon:
    """Makes a beacon of the fields of the Events API.

    Args:
        fields: The fields by their long or short names.
        sites: What the sites may be called, where it is known already. The URL may then be a path.

    Raises:
        InvalidBeacon: They do not have the form that the Events API asks for.
    """
    errors: Errors = {}
    name = _name(fields, errors)
    url, authority = _url(fields, errors, paths=bool(sites))
    sites = sites or _sites(fields, authority, errors)
    cut: list[str] = []
    props = _props(fields, errors, cut)
    if errors:
        raise InvalidBeacon(errors)
    referrer = _first(fields, "referrer", "r")
    width = _first(fields, "screen_width", "w")
    if isinstance(referrer, str) and len(referrer) > MAX_REFERRER_LENGTH:
        referrer = referrer[:MAX_REFERRER_LENGTH]
        cut.append("referrer")
    return Beacon(
        name,
        url,
        sites,
        referrer if isinstance(referrer, str) else None,
        _first(fields, "hashMode", "h") in (True, 1, "1", "true"),
        width if isinstance(width, int) and not isinstance(width, bool) and 0 < width <= MAX_SCREEN_WIDTH else None,
        props,
        {_EXTRA[given]: value for given, value in fields.items() if given in _EXTRA and _is_plain(value)},
        tuple(cut),
    )


def host_names(authority: str) -> tuple[str, ...]:
    """Tells what the site of a host may be called, the likeliest first.

    Args:
        authority: The host in lower case, with its port if it has one.

    Returns:
        The host with its port, without it, and without a leading "www.".
    """
    host = authority if authority.endswith("]") else authority.rpartition(":")[0] or authority
    return tuple(dict.fromkeys((authority, host, host.removeprefix("www."))))


def is_path(url: str) -> bool:
    """Tells whether a URL is only a path on a host that is not named."""
    return url.startswith("/")


def read_json(body: bytes, wanted: str) -> dict[str, Any]:
    """Reads a JSON object.

    Args:
        body: In UTF-8.
        wanted: What is to be in it, for the refusal.

    Raises:
        InvalidBeacon: It is none, or holds what cannot be stored.
    """
    try:
        text = body.decode("utf-8")
        fields = _DECODER.decode(text)
        if "\\u" in text:  # only an escape can spell what UTF-8 cannot hold
            json.dumps(fields, ensure_ascii=False).encode("utf-8")
    except UnicodeError as error:
        raise InvalidBeacon({"request": ["is not valid UTF-8; send JSON in UTF-8 without lone surrogates"]}) from error
    except (ValueError, RecursionError) as error:
        raise InvalidBeacon({"request": [f"is not JSON; send an object with {wanted}"]}) from error
    if not isinstance(fields, dict):
        raise InvalidBeacon({"request": [f"is not a JSON object; send one with {wanted}"]})
    if "\\u0000" in text or "\0" in text:
        raise InvalidBeacon({"request": ["holds a NUL character; leave it out"]})
    return fields


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


# Made once: making one takes longer than reading a beacon.
_DECODER = json.JSONDecoder(parse_constant=_no_constant)


def _first(fields: Mapping[str, Any], *names: str) -> Any:
    for name in names:
        if (value := fields.get(name)) is not None:
            return value
    return None


def _name(fields: Mapping[str, Any], errors: Errors) -> str:
    name = _first(fields, "name", "n")
    if name is None or name == "":
        errors["name"] = ["is required"]
    elif isinstance(name, bool) or not isinstance(name, str | int):
        errors["name"] = ["must be a string, such as pageview"]
    elif len(str(name)) > MAX_NAME_LENGTH:
        errors["name"] = [f"must be at most {MAX_NAME_LENGTH} characters long"]
    return str(name)


def _url(fields: Mapping[str, Any], errors: Errors, paths: bool) -> tuple[str, str]:
    """Gives the URL and its authority; `paths`: a path will do."""
    url = _first(fields, "url", "u")
    if url is None or url == "":
        errors["url"] = ["is required"]
    elif not isinstance(url, str):
        errors["url"] = ["must be a string, such as https://example.org/page"]
    elif len(url.encode()) > MAX_URL_BYTES:
        errors["url"] = [f"must be at most {MAX_URL_BYTES} bytes long"]
    elif url[:5].lower() == "data:":
        errors["url"] = ["must not be a data: URL; send the page's address"]
    elif paths and is_path(url):
        return url, ""
    else:
        authority = _authority(url)
        if authority:
            return url, authority
        errors["url"] = ["must be an absolute URL, such as https://example.org/page"]
    return "", ""


def _authority(url: str) -> str:
    try:
        parts = split_url(url)
        return parts.authority if parts.scheme and parts.host else ""
    except ValueError:
        return ""


def _sites(fields: Mapping[str, Any], authority: str, errors: Errors) -> tuple[tuple[str, ...], ...]:
    domain = _first(fields, "domain", "d")
    if domain is None or domain == "":
        return (host_names(authority),)
    if not isinstance(domain, str):
        errors["domain"] = ["must be a string: a site's name, or several with commas between"]
        return ()
    sites = tuple((name,) for name in dict.fromkeys(part.strip().lower() for part in domain.split(",")) if name)
    if not sites or len(sites) > MAX_SITES:
        errors["domain"] = [f"must name between 1 and {MAX_SITES} sites, with commas between"]
    return sites


def _props(fields: Mapping[str, Any], errors: Errors, cut: list[str]) -> dict[str, str]:
    props = _first(fields, "props", "p", "meta", "m")
    if isinstance(props, str) and props:
        try:
            props = _DECODER.decode(props)
            json.dumps(props, ensure_ascii=False).encode("utf-8")
        except (ValueError, RecursionError):
            errors["props"] = ["must be an object, or a string that holds one as JSON"]
            return {}
    if not props:
        return {}
    if not isinstance(props, dict):
        errors["props"] = ["must be an object, or a string that holds one as JSON"]
        return {}
    scalars = {key: _scalar(value) for key, value in props.items() if isinstance(value, str | int | float | bool)}
    kept = {k[:MAX_PROP_NAME_LENGTH]: v[:MAX_PROP_VALUE_LENGTH] for k, v in list(scalars.items())[:MAX_PROPS]}
    if kept != scalars:
        cut.append("props")
    return kept


def _is_plain(value: Any) -> bool:
    """Tells whether a value can be stored: a scalar, or an object of scalars, such as a revenue."""
    if isinstance(value, dict):
        return all(part is None or (not isinstance(part, dict) and _is_plain(part)) for part in value.values())
    return isfinite(value) if isinstance(value, float) else isinstance(value, str | int)


def _scalar(value: str | float | bool) -> str:
    return value if isinstance(value, str) else json.dumps(value)
