"""What may be kept of what a browser sends: URLs, referrers and agents, stripped and bounded before they are stored."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit

from shared.domain.text import cut_utf8

MAX_URL_BYTES = 2000
MAX_AGENT_BYTES = 512

#: RFC 1035, section 2.3.4.
_MAX_HOST_LENGTH = 253

#: Query parameters that say where a visit came from; everything else in a query may be a secret and is dropped.
_KEPT = ("ref", "source")
_KEPT_PREFIX = "utm_"

#: Click identifiers name one person's one click: only which one was there is kept, never its value.
CLICK_IDS = ("gclid", "gbraid", "wbraid", "fbclid", "msclkid", "ttclid", "twclid", "li_fat_id", "yclid", "dclid")


@dataclass(frozen=True, slots=True)
class MinimisedUrl:
    """A URL that may be stored, and the name of the click identifier that it carried, if any."""

    url: str
    host: str
    click_id: str | None


class UrlParts(NamedTuple):
    """A URL's parts; authority and host in lower case, the authority with its port."""

    scheme: str
    authority: str
    host: str
    path: str
    query: str
    fragment: str


def minimise_url(url: str, keep_query: Collection[str] = (), hash_routing: bool = False) -> MinimisedUrl:
    """Strips a URL of its user-info, of its query but for what says where a visit came from, and of its fragment.

    Args:
        url: An absolute URL, or a path.
        keep_query: Further query parameters that the site's owner has named.
        hash_routing: Whether the fragment is the route. It is then kept up to its own "?", unless it looks like
            parameters (has a "="), since sign-in flows put tokens there.

    Returns:
        The stripped URL with its host in lower case ("" for a path).

    Raises:
        ValueError: The URL's authority cannot be read.
    """
    parts = split_url(url)
    query, click_id = _minimise_query(parts.query, tuple(keep_query)) if parts.query else ("", None)
    fragment = parts.fragment.partition("?")[0] if hash_routing else ""
    if "=" in fragment:
        fragment = ""
    stripped = f"{parts.scheme}://{parts.authority}" if parts.scheme else ""
    stripped += parts.path + ("?" + query if query else "") + ("#" + fragment if fragment else "")
    return MinimisedUrl(stripped, parts.host, click_id)


def minimise_referrer(referrer: str, own_host: str, keep_query: Collection[str] = ()) -> str | None:
    """Strips a referrer: another site's of its whole query, one's own like a URL.

    Args:
        referrer: What the browser gave, of any length and form.
        own_host: The host of the event's own URL, in lower case.
        keep_query: As for `minimise_url`.

    Returns:
        The stripped referrer of at most 2,000 bytes, or None where it is no absolute URL.
    """
    try:
        parts = split_url(referrer)
        if not parts.scheme or not parts.host:
            return None
        if parts.host == own_host:
            return cut_utf8(minimise_url(referrer, keep_query).url, MAX_URL_BYTES)
        return cut_utf8(f"{parts.scheme}://{parts.authority}{parts.path}", MAX_URL_BYTES)
    except ValueError:
        return None


# A site's beacons name the same pages again and again, so the last of them are remembered.
@lru_cache(maxsize=1024)
def split_url(url: str) -> UrlParts:
    """Takes a URL apart and leaves its user-info out.

    Raises:
        ValueError: It is none, its port is none, or its host is longer than one may be: that may be the beginning of
            user-info.
    """
    parts = urlsplit(url)
    _ = parts.port  # raises by itself
    host = (parts.hostname or "").lower()
    if len(host) > _MAX_HOST_LENGTH:
        raise ValueError(f"the URL's host is longer than {_MAX_HOST_LENGTH} characters")
    authority = parts.netloc.rpartition("@")[2].lower()
    return UrlParts(parts.scheme, authority, host, parts.path, parts.query, parts.fragment)


@lru_cache(maxsize=1024)
def _minimise_query(query: str, keep_query: tuple[str, ...]) -> tuple[str, str | None]:
    pairs = parse_qsl(query, keep_blank_values=True)
    present = {k for k, _ in pairs}
    wanted = {k for k in present if k.startswith(_KEPT_PREFIX) or k in _KEPT or k in keep_query}.difference(CLICK_IDS)
    kept = [(k, v) for k, v in pairs if k in wanted]
    return urlencode(kept), next((name for name in CLICK_IDS if name in present), None)
