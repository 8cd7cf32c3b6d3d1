"""From a request to events: who may send, what is dropped, what is kept."""

from collections.abc import Callable
from dataclasses import dataclass

from services.ingest.address import Networks, client_address
from services.ingest.country import BY_ADDRESS, Countries, country_of
from services.ingest.drops import CAP, ORIGIN, UNKNOWN_SITE, Caps, DropCounter
from services.ingest.visitors import VisitorHasher
from shared.directory import Directory
from shared.domain.beacon import Beacon, read_beacon
from shared.domain.calendar import local_date
from shared.domain.events import BEACON, Event, encode_event
from shared.domain.keys import Key
from shared.domain.minimise import MAX_AGENT_BYTES, minimise_referrer, minimise_url
from shared.domain.sites import Site
from shared.domain.text import cut_utf8
from shared.http import Request, bearer_of, body_of, headers_of, instant_of

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

    def accept(self, request: Request) -> Accepted:
        """Reads a request, one event for each registered site that it names.

        Raises:
            InvalidBeacon: Its body is no beacon.
            Unauthorised: It shows a key that does not let it write.
            StorageUnavailable: The registry or the salts are out of reach.
        """
        key = self._write_key(request)
        beacon = read_beacon(body_of(request))
        bodies = []
        for name in beacon.sites:
            site = self._admit(request, name, key)
            if site is not None:
                bodies.append(encode_event(self._event(request, beacon, site, key)))
        return Accepted(bodies, len(bodies) < len(beacon.sites))

    def _write_key(self, request: Request) -> Key | None:
        presented = bearer_of(request)
        key = self._directory.key(presented)
        if presented is not None and (key is None or not key.allows("write")):
            raise Unauthorised
        return key

    def _admit(self, request: Request, name: str, key: Key | None) -> Site | None:
        """Finds the site, unless its event is to be dropped; then the drop is counted."""
        instant = instant_of(request)
        site = self._directory.site(name)
        if site is None:
            self._drops.count(instant, name, UNKNOWN_SITE)
        elif not self._may_send(request, site, key):
            self._drops.count(instant, name, ORIGIN)
        elif not self._caps.admits(site, instant):
            self._drops.count(instant, name, CAP)
        else:
            return site
        return None

    @staticmethod
    def _may_send(request: Request, site: Site, key: Key | None) -> bool:
        return (
            _is_trusted(key, site) or not site.origins or headers_of(request).get("origin", "").lower() in site.origins
        )

    def _event(self, request: Request, beacon: Beacon, site: Site, key: Key | None) -> Event:
        headers = headers_of(request)
        instant = instant_of(request)
        agent = headers.get("user-agent", "")
        peer = request["requestContext"]["http"]["sourceIp"]
        believe = _is_trusted(key, site)
        address = client_address(peer, headers.get("x-forwarded-for"), self._trusted, believe)
        visitor = self._hasher.hash(local_date(instant, site.timezone), instant, site.name, address, agent)
        url = minimise_url(beacon.url, site.keep_query, beacon.hash_routing)
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
            language=_language(headers.get("accept-language", "")),
            screen_width=beacon.screen_width,
            props=beacon.props or None,
            extra=beacon.extra or None,
            cut=beacon.cut if kept_agent == agent else (*beacon.cut, "user_agent"),
        )


def _is_trusted(key: Key | None, site: Site) -> bool:
    """Tells whether a sender may speak for a site's visitors: name their addresses, and send from any origin."""
    return key is not None and key.allows("write", site.name)


def _hints(header: Callable[[str], str | None]) -> dict[str, str] | None:
    hints = {name: cut_utf8(value, _MAX_HINT_BYTES) for name, source in _HINTS.items() if (value := header(source))}
    return hints or None


def _language(accepted: str) -> str | None:
    first = accepted.partition(",")[0].partition(";")[0].strip()
    return cut_utf8(first, _MAX_LANGUAGE_BYTES) or None
