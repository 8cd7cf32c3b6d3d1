"""From a request to events: who may send, what is dropped, what is kept."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from services.ingest.address import Networks, client_address
from services.ingest.country import BY_ADDRESS, Countries, country_of
from services.ingest.drops import CAP, GPC, ORIGIN, PREFETCH, UNKNOWN_SITE, Caps, DropCounter
from services.ingest.visitors import VisitorHasher
from shared.directory import Directory
from shared.domain.beacon import Beacon, is_path
from shared.domain.calendar import local_date
from shared.domain.events import BEACON, Event, encode_event
from shared.domain.keys import Key
from shared.domain.minimise import MAX_AGENT_BYTES, minimise_referrer, minimise_url, split_url
from shared.domain.sites import GPC_IGNORE, GPC_SKIP, Site
from shared.domain.text import cut_utf8
from shared.http import Request, bearer_of, headers_of, instant_of

_HINTS = {"brands": "sec-ch-ua", "platform": "sec-ch-ua-platform", "mobile": "sec-ch-ua-mobile"}
_MAX_HINT_BYTES = 200
_MAX_LANGUAGE_BYTES = 35


class Unauthorised(Exception):
    """The request shows a key that is none, or one that may not write."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The stored forms of the events of a request, and whether any was dropped."""

    bodies: list[bytes]
    dropped: bool


class Acceptor:
    """Turns requests into events."""

    def __init__(
        self,
        directory: Directory,
        hasher: VisitorHasher,
        drops: DropCounter,
        trusted: Networks,
        countries: Countries = BY_ADDRESS,
    ) -> None:
        """Puts the acceptor together.

        Args:
            directory: The registered sites and keys.
            hasher: Hashes visitors.
            drops: Counts what is dropped.
            trusted: The proxies whose `X-Forwarded-For` is believed.
            countries: Tells the countries of visitors.
        """
        self._directory = directory
        self._hasher = hasher
        self._drops = drops
        self._trusted = trusted
        self._countries = countries
        self._caps = Caps()

    def accept(self, request: Request, read: Callable[[Request], Beacon | None]) -> Accepted:
        """Reads a request, one event for each registered site that it names.

        Args:
            request: The request.
            read: Reads what it tells of an event; None where nothing of it is kept.

        Raises:
            InvalidBeacon: It is no beacon, as `read` says.
            Unauthorised: It shows a key that does not let it write.
            StorageUnavailable: The registry or the salts are out of reach.
        """
        key = self._write_key(request)
        beacon = read(request)
        if beacon is None:
            return Accepted([], dropped=False)
        sites: dict[str, Site] = {}  # one is named once, also if it is by two of its names
        unknown = False
        for names in beacon.sites:
            site = self._directory.find(names)
            if site is None:
                unknown = True
                self._drops.count(instant_of(request), names[0], UNKNOWN_SITE)
            else:
                sites[site.name] = site
        admitted = [site for site in sites.values() if self._admits(request, site, key)]
        bodies = [encode_event(self._event(request, beacon, site, key)) for site in admitted]
        return Accepted(bodies, unknown or len(admitted) < len(sites))

    def _write_key(self, request: Request) -> Key | None:
        presented = bearer_of(request)
        key = self._directory.key(presented)
        if presented is not None and (key is None or not key.allows("write")):
            raise Unauthorised
        return key

    def _admits(self, request: Request, site: Site, key: Key | None) -> bool:
        """Tells whether a site takes the event; if it is to be dropped, that is counted."""
        instant = instant_of(request)
        headers = headers_of(request)
        is_image = request["requestContext"]["http"]["method"] == "GET"
        reason = None
        if site.origins and not _is_trusted(key, site) and _origin(headers, is_image) not in site.origins:
            reason = ORIGIN
        elif is_image and _is_prefetched(headers):
            reason = PREFETCH
        elif site.gpc == GPC_SKIP and _has_gpc(headers):
            reason = GPC
        elif not self._caps.admits(site, instant):
            reason = CAP
        if reason is not None:
            self._drops.count(instant, site.name, reason)
        return reason is None

    def _event(self, request: Request, beacon: Beacon, site: Site, key: Key | None) -> Event:
        headers = headers_of(request)
        instant = instant_of(request)
        peer = request["requestContext"]["http"]["sourceIp"]
        believe = _is_trusted(key, site)
        agent = (beacon.user_agent if believe else None) or headers.get("user-agent", "")
        named = (beacon.address if believe else None) or headers.get("x-forwarded-for")
        address = client_address(peer, named, self._trusted, believe)
        visitor = None
        if site.gpc == GPC_IGNORE or not _has_gpc(headers):
            visitor = self._hasher.hash(local_date(instant, site.timezone), instant, site.name, address, agent)
        whole = f"https://{site.name}{beacon.url}" if is_path(beacon.url) else beacon.url
        url = minimise_url(whole, site.keep_query, beacon.hash_routing)
        kept_agent = cut_utf8(agent, MAX_AGENT_BYTES)
        return Event(
            site=site.name,
            origin=BEACON,
            instant=instant,
            name=beacon.name,
            url=url.url,
            visitor=visitor.hex() if visitor else None,
            # Who speaks for visitors by a key may stand behind a network that names the sender's own country.
            country=country_of(address) if believe else self._countries.tell(address, peer, headers),
            referrer=minimise_referrer(beacon.referrer, url.host, site.keep_query) if beacon.referrer else None,
            click_id=url.click_id,
            user_agent=kept_agent or None,
            hints=_hints(headers.get),
            language=_language(beacon.language or headers.get("accept-language", "")),
            screen_width=beacon.screen_width,
            props=beacon.props or None,
            extra=beacon.extra or None,
            cut=beacon.cut if kept_agent == agent else (*beacon.cut, "user_agent"),
        )


def _is_trusted(key: Key | None, site: Site) -> bool:
    """Tells whether a sender may speak for a site's visitors: name their addresses, and send from any origin."""
    return key is not None and key.allows("write", site.name)


def _origin(headers: Mapping[str, str], is_image: bool) -> str:
    """Gives the origin of the page that sent a request; of an image, browsers say it by the `Referer` only."""
    origin = headers.get("origin", "").lower()
    if origin or not is_image:
        return origin
    try:
        parts = split_url(headers.get("referer", ""))
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.authority}"


def _is_prefetched(headers: Mapping[str, str]) -> bool:
    """Tells whether the browser asks for a page's image before anybody looks at the page.

    Source: W3C, "Prefetch", the header `Sec-Purpose`. Of scripts it says nothing that counts: they wait by themselves.
    """
    return headers.get("sec-purpose", "").startswith("prefetch")


def _has_gpc(headers: Mapping[str, str]) -> bool:
    """Tells whether the visitor asks by Global Privacy Control not to be tracked.

    Source: W3C, "Global Privacy Control (GPC)", the header `Sec-GPC`, of which only "1" has a meaning.
    """
    return headers.get("sec-gpc") == "1"


def _hints(header: Callable[[str], str | None]) -> dict[str, str] | None:
    hints = {name: cut_utf8(value, _MAX_HINT_BYTES) for name, source in _HINTS.items() if (value := header(source))}
    return hints or None


def _language(accepted: str) -> str | None:
    first = accepted.partition(",")[0].partition(";")[0].strip()
    if first == "*":  # any, as programs say
        return None
    return cut_utf8(first, _MAX_LANGUAGE_BYTES) or None
