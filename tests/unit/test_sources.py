import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.minimise import CLICK_IDS, minimise_referrer
from shared.domain.sources import is_spam, source_of, sources_rule_set
from shared.domain.sources.lists import SOURCES_VERSION, SPAM_VERSION
from tests.unit.making import few, texts

ROOT = Path(__file__).parents[2]
PAGE = "https://www.example.org/shoes"


@pytest.mark.parametrize(
    ("referrer", "source", "medium", "channel"),
    [
        (None, "", "", "Direct"),
        ("https://www.google.com/", "Google", "search", "Organic Search"),
        ("https://www.google.co.uk/", "Google", "search", "Organic Search"),
        ("https://images.google.fr/", "Google Images", "search", "Organic Search"),
        ("https://www.google.com.br/imgres", "Google Images", "search", "Organic Search"),
        ("https://docs.google.com/document", "Google Docs", "unknown", "Referral"),
        ("https://mail.google.com/", "Gmail", "email", "Email"),
        ("https://gemini.google.com/", "Google Gemini", "ai", "AI Assistants"),
        ("https://ya.ru/", "Yandex", "search", "Organic Search"),
        ("https://uk.search.yahoo.com/", "Yahoo!", "search", "Organic Search"),
        ("https://chatgpt.com/", "ChatGPT", "ai", "AI Assistants"),
        ("https://x.com/i/grok", "Grok", "ai", "AI Assistants"),
        ("https://x.com/someone", "Twitter", "social", "Organic Social"),
        ("https://t.co/abc", "Twitter", "social", "Organic Social"),
        ("https://lm.facebook.com/l.php", "Facebook", "social", "Organic Social"),
        ("https://news.ycombinator.com/item", "Hacker News", "social", "Organic Social"),
        ("https://someone.tumblr.com/", "Tumblr", "social", "Organic Social"),
        ("https://www.youtube.com/watch", "YouTube", "video", "Organic Video"),
        ("https://www.amazon.co.jp/", "Amazon", "shopping", "Organic Shopping"),
        ("https://ad.doubleclick.net/", "Google", "paid", "Paid Other"),
        ("https://lightmailer.gmx.net/", "GMX", "email", "Email"),
        ("https://suche.gmx.net/", "GMX", "search", "Organic Search"),
        ("https://www.gmx.net/magazine", "gmx.net", "unknown", "Referral"),
        ("https://search.unheard-of.example/", "search.unheard-of.example", "search", "Organic Search"),
        ("https://webmail2.unheard-of.example/", "webmail2.unheard-of.example", "email", "Email"),
        ("https://www.blog.example.com:8443/a", "blog.example.com", "unknown", "Referral"),
        ("android-app://com.google.android.googlequicksearchbox/", "Google", "search", "Organic Search"),
        ("android-app://com.reddit.frontpage", "Reddit", "social", "Organic Social"),
        ("android-app://com.example.unheard", "com.example.unheard", "unknown", "Referral"),
        ("https://www./", "www.", "unknown", "Referral"),
        ("https://notgoogle.com/", "notgoogle.com", "unknown", "Referral"),
        ("https://google.com.evil.example/", "google.com.evil.example", "unknown", "Referral"),
    ],
)
def test_a_referrer_has_a_name_a_kind_and_a_channel(
    referrer: str | None, source: str, medium: str, channel: str
) -> None:
    found = source_of(PAGE, referrer, None)
    assert (found.source, found.medium, found.channel) == (source, medium, channel)


@pytest.mark.parametrize(
    ("referrer", "shown"),
    [
        ("https://www.example.com/a/b/", "example.com/a/b"),
        ("http://example.com/", "example.com"),
        ("https://m.example.com", "m.example.com"),
        ("android-app://com.slack/", "com.slack"),
        (None, ""),
        ("https://example.org/other", ""),
    ],
)
def test_a_referrer_is_shown_without_scheme_www_and_last_slash(referrer: str | None, shown: str) -> None:
    assert source_of(PAGE, referrer, None).referrer == shown


@pytest.mark.parametrize("own", ["https://www.example.org/", "http://example.org/a", "https://EXAMPLE.org:8443"])
def test_the_own_site_is_no_source(own: str) -> None:
    found = source_of(PAGE, own, None)
    assert (found.source, found.medium, found.channel, found.referrer) == ("", "internal", "Direct", "")
    assert source_of(f"{PAGE}?utm_source=fb", own, None).source == "Facebook"


def test_the_own_sites_search_and_web_mail_are_no_search_engine_and_no_web_mail() -> None:
    for page in ("https://www.example.org/", "https://shop.example.org/"):
        for host in ("search.example.org", "mail.example.org"):
            assert source_of(page, f"https://{host}/", None).medium == "unknown"
    assert source_of("https://blog.google.com/", "https://www.google.com/", None).source == "Google"


@pytest.mark.parametrize(
    ("query", "source", "told"),
    [
        ("utm_source=newsletter", "newsletter", "newsletter"),
        ("utm_source=a&source=b&ref=c", "a", "a"),
        ("ref=c&source=b", "b", "b"),
        ("ref=c", "c", "c"),
        ("utm_source=&ref=c", "c", "c"),
        ("utm_source=a&utm_source=b", "a", "a"),
        ("utm_source=google", "Google", "google"),
        ("utm_source=Google.com", "Google", "Google.com"),
        ("utm_source=FB", "Facebook", "FB"),
        ("utm_source=facebook-ads", "Facebook", "facebook-ads"),
        ("utm_source=ig", "Instagram", "ig"),
        ("utm_source=chatgpt.com", "ChatGPT", "chatgpt.com"),
        ("utm_source=hacker_news", "Hacker News", "hacker_news"),
        ("ref=producthunt", "Product Hunt", "producthunt"),
        ("ref=https://news.ycombinator.com", "Hacker News", "https://news.ycombinator.com"),
        ("utm_source=blog.example.com", "blog.example.com", "blog.example.com"),
        ("utm_source=free", "free", "free"),
        ("utm_source=reads", "reads", "reads"),
        ("utm_source=(direct)", "", "(direct)"),
        ("utm_medium=x", "Bing", ""),
    ],
)
def test_a_links_own_tag_comes_before_the_referrer(query: str, source: str, told: str) -> None:
    found = source_of(f"{PAGE}?{query}", "https://www.bing.com/", None)
    assert (found.source, found.utm_source) == (source, told)
    assert found.referrer == "bing.com"


def test_a_links_other_tags_are_told_as_they_are() -> None:
    tags = "utm_medium=CPC&utm_campaign=Spring+Sale&utm_content=top&utm_term=red%20shoes"
    found = source_of(f"{PAGE}?{tags}#part?utm_term=no", None, "gclid")
    assert (found.utm_medium, found.utm_campaign, found.utm_content, found.utm_term) == (
        *("CPC", "Spring Sale", "top", "red shoes"),
    )


@pytest.mark.parametrize(("click_id", "medium"), [("gclid", "(gclid)"), ("msclkid", "(msclkid)"), ("fbclid", "")])
def test_a_click_id_stands_for_a_missing_medium_as_plausible_has_it(click_id: str, medium: str) -> None:
    assert source_of(PAGE, None, click_id).utm_medium == medium
    assert source_of(f"{PAGE}?utm_medium=email", None, click_id).utm_medium == "email"


@pytest.mark.parametrize(
    "referrer",
    [
        "http://semalt.com/crawler.php",
        "http://social-buttons.com",
        "http://buttons-for-website.com/",
        "http://free.social-buttons.com/",
        "https://www.ilovevitaly.com/",
        "http://compliance-john.top/",
        "http://cookie-law-enforcement-aa.xyz/",
        "http://bottraffic123.xyz/",
    ],
)
def test_known_spammers_are_found(referrer: str) -> None:
    assert is_spam(referrer)


@pytest.mark.parametrize(
    "referrer",
    [
        *(None, "", "not a URL", "https://[", "https://www.google.com/", "https://com/"),
        "https://notsemalt.com/",
        "https://semalt.com.example/",
        "https://seo-agency.example/services",
        "https://www.trafficengland.com/",
        "https://www.traffic-technology.com/",
        "https://social.example/share-buttons",
    ],
)
def test_nobody_else_is_taken_for_a_spammer(referrer: str | None) -> None:
    assert not is_spam(referrer)


def test_the_rule_set_names_the_lists_and_their_versions() -> None:
    assert sources_rule_set() == f"sources={SOURCES_VERSION} spam={SPAM_VERSION}"


def test_the_lists_are_read_on_first_use() -> None:
    script = "import sys, shared.domain.sources; print([name for name in sys.modules if '.lists' in name])"
    run = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


urls = texts | texts.map("https://{}".format) | st.builds("https://{}.example/{}?{}={}".format, *[texts] * 4)


@few
@given(url=urls, referrer=st.none() | urls, click_id=st.none() | st.sampled_from(CLICK_IDS) | texts)
def test_no_text_is_too_odd(url: str, referrer: str | None, click_id: str | None) -> None:
    found = source_of(url, referrer, click_id)
    assert found.channel
    assert isinstance(is_spam(referrer), bool)
    if not found.source:
        assert found.medium in ("", "internal")


@pytest.mark.parametrize(
    "odd", ["https://[", "https://a:99999999/", f"https://{'a' * 300}/", "https:///", "//", "?", "."]
)
def test_what_is_no_url_says_nothing(odd: str) -> None:
    assert source_of(odd, odd, "gclid")[:4] == ("", "", "Direct", "")
    assert source_of(PAGE, odd, None)[:4] == ("", "", "Direct", "")
    assert not is_spam(odd)


hosts = st.from_regex(r"[a-z]{1,8}(\.[a-z]{1,8}){1,3}", fullmatch=True) | st.sampled_from(
    ["google.com", "search.example.org", "twitter.com", "com.reddit.frontpage"]
)


@few
@given(host=hosts, page=texts, other=texts, prefixes=st.tuples(*[st.sampled_from(["", "www."])] * 2))
def test_the_own_host_is_never_a_source(host: str, page: str, other: str, prefixes: tuple[str, str]) -> None:
    referrer = minimise_referrer(f"https://{prefixes[0]}{host}/{other}", "")
    found = source_of(f"https://{prefixes[1]}{host}/{page.replace('?', '')}", referrer, None)
    assert (found.source, found.channel, found.referrer) == ("", "Direct", "")
