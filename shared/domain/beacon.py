"""A beacon: the body of Plausible's Events API.

Source: Plausible Analytics, "Events API reference", and what its trackers are seen to send.
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

#: Fields that no count uses yet, by their short and their long name, and the name under which they are kept.
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
    """What a beacon says, checked but not yet minimised."""

    name: str
    url: str
    sites: tuple[str, ...]
    referrer: str | None = None
    hash_routing: bool = False
    screen_width: int | None = None
    props: Mapping[str, str] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)
    cut: tuple[str, ...] = ()


def read_beacon(body: bytes) -> Beacon:
    """Reads a beacon's body, whatever its content type said.

    Raises:
        InvalidBeacon: It is not JSON of the form that the Events API asks for.
    """
    fields = _read_json(body)
    errors: Errors = {}
    name = _name(fields, errors)
    url, host = _url(fields, errors)
    sites = _sites(fields, host, errors)
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


def _read_json(body: bytes) -> dict[str, Any]:
    try:
        text = body.decode("utf-8")
        fields = _DECODER.decode(text)
        if "\\u" in text:  # only an escape can spell what UTF-8 cannot hold
            json.dumps(fields, ensure_ascii=False).encode("utf-8")
    except UnicodeError as error:
        raise InvalidBeacon({"request": ["is not valid UTF-8; send JSON in UTF-8 without lone surrogates"]}) from error
    except (ValueError, RecursionError) as error:
        raise InvalidBeacon({"request": ["is not JSON; send an object with name, url and domain"]}) from error
    if not isinstance(fields, dict):
        raise InvalidBeacon({"request": ["is not a JSON object; send one with name, url and domain"]})
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


def _url(fields: Mapping[str, Any], errors: Errors) -> tuple[str, str]:
    """Gives the URL and its host."""
    url = _first(fields, "url", "u")
    if url is None or url == "":
        errors["url"] = ["is required"]
    elif not isinstance(url, str):
        errors["url"] = ["must be a string, such as https://example.org/page"]
    elif len(url.encode()) > MAX_URL_BYTES:
        errors["url"] = [f"must be at most {MAX_URL_BYTES} bytes long"]
    elif url[:5].lower() == "data:":
        errors["url"] = ["must not be a data: URL; send the page's address"]
    else:
        host = _host(url)
        if host:
            return url, host
        errors["url"] = ["must be an absolute URL, such as https://example.org/page"]
    return "", ""


def _host(url: str) -> str:
    try:
        parts = split_url(url)
        return parts.host if parts.scheme and parts.authority else ""
    except ValueError:
        return ""


def _sites(fields: Mapping[str, Any], host: str, errors: Errors) -> tuple[str, ...]:
    domain = _first(fields, "domain", "d")
    if domain is None or domain == "":
        return (host,)
    if not isinstance(domain, str):
        errors["domain"] = ["must be a string: a site's name, or several with commas between"]
        return ()
    sites = tuple(dict.fromkeys(name.strip().lower() for name in domain.split(",") if name.strip()))
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
