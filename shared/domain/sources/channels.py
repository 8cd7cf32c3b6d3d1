"""The channel of a visit, by rules in order: the first that holds.

Source: "Channels" in Plausible's documentation, which leaves the order open; it is that of the rules for "manual
traffic" in Google Analytics' default channel group, which those follow. ADR 32 says what we add.
"""

import re
from typing import NamedTuple

from shared.domain.sources.sites import AI, EMAIL, PAID, SEARCH, SHOPPING, SOCIAL, VIDEO

_PAID_MEDIUM = re.compile(r".*cp.*|ppc|retargeting|paid.*")
_VIDEO_MEDIUM = re.compile(r".*video.*")
_SHOPPING_CAMPAIGN = re.compile(r"(.*(([^a-df-z]|^)shop|shopping).*)")

_DISPLAY_MEDIA = frozenset({"display", "banner", "expandable", "interstitial", "cpm"})
_SOCIAL_MEDIA = frozenset({"social", "social-network", "social-media", "sm", "social network", "social media"})
_REFERRAL_MEDIA = frozenset({"referral", "app", "link"})
_EMAIL_WORDS = frozenset({"email", "e-mail", "e_mail", "e mail"})

#: Click identifiers that only advertisements add, with the names of the sites that show these.
_PAID_CLICKS = {
    "gclid": "Google",
    "gbraid": "Google",
    "wbraid": "Google",
    "msclkid": "Bing",
    "yclid": "Yandex",
    "ttclid": "TikTok",
    "twclid": "Twitter",
    "li_fat_id": "LinkedIn",
}

_PAID_CHANNELS = {SEARCH: "Paid Search", SOCIAL: "Paid Social", VIDEO: "Paid Video"}
_ORGANIC_CHANNELS = {SOCIAL: "Organic Social", VIDEO: "Organic Video", SEARCH: "Organic Search"}


class Arrival(NamedTuple):
    """What the channel of a visit depends on.

    Attributes:
        source: The source's name as it is shown; "" for none.
        kind: The kind of site that the source is.
        tag: What the link's tag calls the source, if anything.
        medium: The link's medium.
        campaign: The link's campaign.
        click_id: The name of the click identifier that the link carried.
        paid: Whether the source is itself an advertisement's.
    """

    source: str
    kind: str
    tag: str
    medium: str
    campaign: str
    click_id: str | None
    paid: bool


def channel_of(arrival: Arrival) -> str:
    """Tells a visit's channel, by its name in Plausible."""
    one = arrival._replace(tag=arrival.tag.lower(), medium=arrival.medium.lower(), campaign=arrival.campaign.lower())
    return _by_medium_first(one) or _paid(one) or _organic(one) or _by_medium(one) or _otherwise(one)


def _by_medium_first(one: Arrival) -> str:
    return "Cross-network" if one.medium == "cross-network" else ""


def _paid(one: Arrival) -> str:
    paid_medium = _PAID_MEDIUM.fullmatch(one.medium) is not None
    if paid_medium and _is_shopping(one):
        return "Paid Shopping"
    clicked = one.click_id is not None and _PAID_CLICKS.get(one.click_id) == one.source
    if one.kind in _PAID_CHANNELS and (paid_medium or clicked or one.paid):
        return _PAID_CHANNELS[one.kind]
    if one.medium in _DISPLAY_MEDIA:
        return "Display"
    return "Paid Other" if paid_medium or one.kind == PAID else ""


def _organic(one: Arrival) -> str:
    if _is_shopping(one):
        return "Organic Shopping"
    if one.medium in _SOCIAL_MEDIA:
        return "Organic Social"
    if _VIDEO_MEDIUM.fullmatch(one.medium):
        return "Organic Video"
    if one.kind == AI:
        return "AI Assistants"
    if one.medium == "organic":
        return "Organic Search"
    return _ORGANIC_CHANNELS.get(one.kind, "")


def _by_medium(one: Arrival) -> str:
    if one.kind == EMAIL or one.tag in _EMAIL_WORDS or one.medium in _EMAIL_WORDS:
        return "Email"
    if one.medium == "affiliate":
        return "Affiliates"
    if one.medium in _REFERRAL_MEDIA:
        return "Referral"
    if one.medium == "audio":
        return "Audio"
    if "sms" in (one.tag, one.medium):
        return "SMS"
    if one.tag == "firebase" or one.medium in ("mobile", "notification") or one.medium.endswith("push"):
        return "Mobile Push Notifications"
    return ""


def _otherwise(one: Arrival) -> str:
    return "Referral" if one.source else "Direct"


def _is_shopping(one: Arrival) -> bool:
    return one.kind == SHOPPING or _SHOPPING_CAMPAIGN.fullmatch(one.campaign) is not None
