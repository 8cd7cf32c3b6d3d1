"""Where a visit came from: a conclusion drawn in the fold from the page's URL and its referrer as they are stored.

The search words of another site's referrer are no part of it: they are never stored.
"""

from functools import lru_cache
from typing import NamedTuple

from shared.domain.minimise import UrlParts, split_url
from shared.domain.sources.campaigns import campaign_of
from shared.domain.sources.channels import Arrival, channel_of
from shared.domain.sources.names import tagged
from shared.domain.sources.sites import PAID, UNKNOWN, Site, kind_said_by, site_of
from shared.domain.sources.spam import is_spam

__all__ = ["DIRECT", "INTERNAL", "Source", "is_spam", "source_of", "sources_rule_set"]

#: Media of visits without a source: no referrer and no tag, and a referrer of the site itself.
DIRECT, INTERNAL = "", "internal"

_NOWHERE = UrlParts("", "", "", "", "", "")

#: What a tag says where it means that there is no source. Source: Plausible's documentation, "Channels".
_NO_SOURCE = "(direct)"


class Source(NamedTuple):
    """Where a visit came from; "" where there is nothing to tell.

    Attributes:
        source: The name to show: a known site's, else the referrer's host without "www.", else what the link's tag
            says; "" for a direct visit.
        medium: What kind of site that is: "search", "social", "ai", "video", "shopping", "email", "paid" (a network
            that sells clicks) or "unknown"; else `DIRECT` or `INTERNAL`.
        channel: Plausible's acquisition channel, such as "Organic Search".
        referrer: The other site's page, without scheme, "www." and last slash.
        utm_source: What the link's tag says, "source" and "ref" included.
        utm_medium: The link's medium, or "(gclid)", "(msclkid)".
        utm_campaign: The link's campaign.
        utm_content: The link's content.
        utm_term: The link's term.
    """

    source: str
    medium: str
    channel: str
    referrer: str
    utm_source: str
    utm_medium: str
    utm_campaign: str
    utm_content: str
    utm_term: str


@lru_cache(maxsize=50_000)
def source_of(url: str, referrer: str | None, click_id: str | None) -> Source:
    """Tells where a visit came from: by the link's tags, else by its referrer.

    Args:
        url: The page's URL as it is stored.
        referrer: The referrer as it is stored.
        click_id: The name of the click identifier that the URL carried, if any.
    """
    tags = campaign_of(url, click_id)
    page, other = _split(url), _split(referrer or "")
    internal = bool(other.host) and _bare(other.host) == _bare(page.host)
    if internal or not other.host:
        other = _NOWHERE
    site, paid = _origin(tags.source, other, page.host)
    if not site.name and internal:
        site = site._replace(kind=INTERNAL)
    channel = channel_of(Arrival(site.name, site.kind, tags.source, tags.medium, tags.campaign, click_id, paid))
    shown = _bare(other.host) + other.path.rstrip("/")
    return Source(site.name, site.kind, channel, shown, *tags)


def sources_rule_set() -> str:
    """Names the lists that a fold of this installation applies, with their versions."""
    from shared.domain.sources.lists import SOURCES_VERSION, SPAM_VERSION

    return f"sources={SOURCES_VERSION} spam={SPAM_VERSION}"


def _origin(tag: str, other: UrlParts, own_host: str) -> tuple[Site, bool]:
    """Gives the site that a visit came from, and whether it says that it was paid for."""
    if tag and tag.lower() != _NO_SOURCE:
        said = tagged(tag)
        return said.site or Site(tag, UNKNOWN), said.paid
    if tag or not other.host:
        return Site("", DIRECT), False
    site = site_of(other.host, other.path) or Site(_bare(other.host), _guessed(other.host, own_host))
    return site, site.kind == PAID


def _guessed(host: str, own_host: str) -> str:
    # A site's own search or web mail is none that the world knows.
    parent = host.partition(".")[2]
    own = "." in parent and f".{_bare(own_host)}".endswith(f".{parent}")
    return UNKNOWN if own else kind_said_by(host)


def _bare(host: str) -> str:
    return host.removeprefix("www.") or host


def _split(url: str) -> UrlParts:
    try:
        return split_url(url)
    except ValueError:
        return _NOWHERE
