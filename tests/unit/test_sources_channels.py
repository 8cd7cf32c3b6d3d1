"""Plausible's table of channels, row by row, and the order of its rules."""

import re

import pytest

from shared.domain.sources import source_of

SEARCH, SOCIAL = "https://www.google.com/", "https://www.facebook.com/"
VIDEO, SHOP = "https://www.youtube.com/", "https://www.etsy.com/"
BLOG, AI = "https://blog.example.com/", "https://chatgpt.com/"

CHANNELS = """
utm_medium=affiliate | Affiliates
utm_medium=audio | Audio
utm_medium=cross-network | Cross-network
utm_source=(direct) | Direct
utm_source=(direct)&utm_medium=(none) | Direct
utm_medium=display | Display
utm_medium=banner | Display
utm_medium=expandable | Display
utm_medium=interstitial | Display
utm_medium=cpm | Display
utm_source=gmail | Email
utm_source=email | Email
utm_source=e-mail | Email
utm_source=e_mail | Email
utm_source=e+mail | Email
utm_medium=Email | Email
utm_medium=e-mail | Email
utm_source=firebase | Mobile Push Notifications
utm_medium=mobile | Mobile Push Notifications
utm_medium=notification | Mobile Push Notifications
utm_medium=webpush | Mobile Push Notifications
utm_source=duckduckgo | Organic Search
utm_medium=organic | Organic Search
utm_source=amazon | Organic Shopping
utm_campaign=spring-shop | Organic Shopping
utm_campaign=Shopping | Organic Shopping
utm_campaign=eshop | Organic Shopping
utm_campaign=workshop | Referral
utm_source=reddit | Organic Social
utm_medium=social | Organic Social
utm_medium=social-network | Organic Social
utm_medium=sm | Organic Social
utm_medium=social+media | Organic Social
utm_source=vimeo | Organic Video
utm_medium=my-video-ad | Organic Video
utm_medium=cpc | Paid Other
utm_medium=PPC | Paid Other
utm_medium=retargeting | Paid Other
utm_medium=paid-something | Paid Other
utm_source=taboola | Paid Other
utm_source=bing&utm_medium=cpc | Paid Search
utm_source=adwords | Paid Search
utm_source=googleads | Paid Search
utm_source=bing_ad | Paid Search
utm_source=etsy&utm_medium=cpc | Paid Shopping
utm_campaign=shopping&utm_medium=ppc | Paid Shopping
utm_source=fb&utm_medium=paid | Paid Social
utm_source=IG&utm_medium=cpc | Paid Social
utm_source=fb-ads | Paid Social
utm_source=facebook_feed_ad | Paid Social
utm_source=yt&utm_medium=cpv-cpc | Paid Video
utm_source=yt-ads | Paid Video
utm_medium=referral | Referral
utm_medium=app | Referral
utm_medium=link | Referral
utm_source=partner&utm_medium=whatever | Referral
utm_source=sms | SMS
utm_medium=sms | SMS
utm_source=chatgpt.com | AI Assistants
utm_source=chatgpt.com&utm_medium=referral | AI Assistants
utm_source=chatgpt.com&utm_medium=cpc | Paid Other
utm_source=google&utm_medium=email | Organic Search
utm_source=klaviyo&utm_medium=email | Email
utm_source=google&utm_medium=cross-network | Cross-network
utm_source=google&utm_medium=cpm | Paid Search
"""


@pytest.mark.parametrize(("tags", "channel"), re.findall(r"^(.+) \| (.+)$", CHANNELS, re.MULTILINE))
def test_tags_decide_the_channel(tags: str, channel: str) -> None:
    referrer = None if "utm_source" in tags else BLOG
    assert source_of(f"https://example.org/?{tags}", referrer, None).channel == channel


@pytest.mark.parametrize(
    ("referrer", "medium", "channel"),
    [
        *((SEARCH, "", "Organic Search"), (SEARCH, "cpc", "Paid Search")),
        *((SOCIAL, "", "Organic Social"), (SOCIAL, "cpc", "Paid Social")),
        *((VIDEO, "", "Organic Video"), (VIDEO, "cpc", "Paid Video")),
        *((SHOP, "", "Organic Shopping"), (SHOP, "cpc", "Paid Shopping")),
        *((BLOG, "", "Referral"), (BLOG, "cpc", "Paid Other")),
        *((AI, "", "AI Assistants"), (AI, "cpc", "Paid Other")),
        *((None, "", "Direct"), (None, "cpc", "Paid Other"), (None, "email", "Email"), (None, "other", "Direct")),
    ],
)
def test_the_referrer_decides_together_with_the_medium(referrer: str | None, medium: str, channel: str) -> None:
    assert source_of(f"https://example.org/?utm_medium={medium}", referrer, None).channel == channel


@pytest.mark.parametrize(
    ("referrer", "click_id", "channel"),
    [
        ("https://www.google.com/", "gclid", "Paid Search"),
        ("https://www.google.com/", "gbraid", "Paid Search"),
        ("https://www.google.com/", "msclkid", "Organic Search"),
        ("https://www.bing.com/", "msclkid", "Paid Search"),
        ("https://www.bing.com/", "gclid", "Organic Search"),
        ("https://yandex.ru/", "yclid", "Paid Search"),
        ("https://www.linkedin.com/", "li_fat_id", "Paid Social"),
        ("https://www.facebook.com/", "fbclid", "Organic Social"),
        (None, "gclid", "Direct"),
    ],
)
def test_a_click_id_tells_a_paid_click_at_its_own_network(referrer: str | None, click_id: str, channel: str) -> None:
    assert source_of("https://example.org/", referrer, click_id).channel == channel
