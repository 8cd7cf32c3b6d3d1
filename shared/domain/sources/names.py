"""What a link's tag calls its source: "fb", "Facebook", "facebook_ads" and "m.facebook.com" are one."""

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import NamedTuple

from shared.domain.sources.sites import Site, folded, site_named, site_of

#: Tags that are no site's name, by a host of the site. Plausible's documentation names "fb", "ig", "yt" and "adwords".
_TAGS = {
    "facebook.com": "fb meta facebookfeed metaads",
    "instagram.com": "ig insta",
    "youtube.com": "yt",
    "twitter.com": "x tw xtwitter twitterx",
    "linkedin.com": "li",
    "tiktok.com": "tt",
    "web.whatsapp.com": "wa",
    "t.me": "tg",
    "vk.com": "vk",
    "news.ycombinator.com": "hn ycombinator",
    "dev.to": "devto",
    "google.com": "adwords googleadwords gads googleorganic gmb gbp googlemybusiness",
    "bing.com": "msads microsoftads microsoftadvertising",
    "yahoo.com": "yahoo yahooorganic",
    "duckduckgo.com": "ddg",
    "search.naver.com": "naver",
    "daum.net": "daum",
    "search.seznam.cz": "seznam",
    "so.com": "360 so360",
    "sogou.com": "sogou",
    "go.mail.ru": "mailru",
    "chatgpt.com": "openai gpt",
    "claude.ai": "anthropic",
    "gemini.google.com": "gemini bard",
    "copilot.microsoft.com": "copilot bingchat",
    "perplexity.ai": "perplexityai",
    "chat.mistral.ai": "mistral lechat",
    "mail.google.com": "gmail googlemail",
    "outlook.live.com": "outlook hotmail",
    "mail.yahoo.com": "yahoomail",
}

#: A tag that ends so is an advertisement's: "googleads", "fb-ads", "facebook_feed_ad".
_ADVERTISEMENT = re.compile(r"[\W_]*ads?$", re.IGNORECASE)
_PARTS = re.compile(r"[\W_]+")

#: Tags that say by themselves that a click was paid for.
_PAID_TAGS = frozenset({"adwords", "googleadwords", "gads", "metaads", "microsoftads", "microsoftadvertising", "msads"})


class Tagged(NamedTuple):
    """What a tag says: the site, or None if it names none that is known, and whether the click was paid for."""

    site: Site | None
    paid: bool


@lru_cache(maxsize=20_000)
def tagged(tag: str) -> Tagged:
    """Reads a link's "utm_source", "source" or "ref"."""
    site = _site(tag)
    if site:
        return Tagged(site, folded(tag) in _PAID_TAGS)
    before = _ADVERTISEMENT.sub("", tag)
    if before == tag:
        return Tagged(None, False)
    site = _site(before) or _site(_PARTS.split(before)[0])
    return Tagged(site, site is not None)


def _site(tag: str) -> Site | None:
    letters = folded(tag)
    if letters in _hosts():
        return site_of(_hosts()[letters])
    host, _, path = tag.strip().lower().removeprefix("https://").removeprefix("http://").partition("/")
    return site_named(letters) or (site_of(host, "/" + path) if "." in host else None)


@cache
def _hosts() -> Mapping[str, str]:
    return {tag: host for host, tags in _TAGS.items() for tag in tags.split()}
