from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.beacon import Beacon, InvalidBeacon
from shared.domain.events import encode_event
from shared.domain.trackers.goatcounter import read_hit
from tests.unit.making import event, few, texts

ORIGIN = "https://site.example"
NAMES = (("site.example",),)


def hit(origin: str | None = ORIGIN, referer: str | None = ORIGIN + "/", **parameters: str) -> Beacon:
    return read_hit({"p": "/a", **parameters}, origin, referer)


def errors(**parameters: Any) -> dict[str, list[str]]:
    with pytest.raises(InvalidBeacon) as raised:
        hit(**parameters)
    return raised.value.errors


def test_the_least_hit_is_a_pageview_of_the_origins_site() -> None:
    assert hit() == Beacon("pageview", "https://site.example/a", NAMES)


def test_everything_that_count_js_sends() -> None:
    sent = {"r": "https://ref.example/from", "t": "A title", "s": "800,600,2", "b": "0", "rnd": "q1hp7", "ns": "1"}
    assert hit(p="/a?utm_source=news&x=1", q="?utm_source=news&x=1", e="false", **sent) == Beacon(
        "pageview",
        "https://site.example/a?utm_source=news&x=1",
        NAMES,
        referrer="https://ref.example/from",
        screen_width=800,
    )


@pytest.mark.parametrize(
    ("path", "query", "page"),
    [
        ("/a", "?utm_source=x", "/a?utm_source=x"),
        ("/a?page=2", "?utm_source=x&page=3", "/a?page=2&utm_source=x"),
        ("/a?page=2", "", "/a?page=2"),
        ("a", "", "/a"),
        ("?x=1", "?x=1", "/?x=1"),
        ("//b", "", "//b"),
        ("/größe", "?utm_campaign=a b", "/größe?utm_campaign=a+b"),
    ],
)
def test_the_path_and_the_query_of_the_page_make_its_url(path: str, query: str, page: str) -> None:
    assert hit(p=path, q=query).url == f"https://site.example{page}"


@pytest.mark.parametrize("told", ["true", "1", "on", "TRUE"])
def test_of_an_event_the_path_is_the_name_and_the_page_is_what_the_browser_says(told: str) -> None:
    signup = hit(p="signup", e=told, referer="https://site.example/pricing?x=1")
    assert (signup.name, signup.url) == ("signup", "https://site.example/pricing")
    assert hit(p="signup", e=told, referer=None).url == "https://site.example/"


@pytest.mark.parametrize("told", ["", "false", "0", "off"])
def test_what_is_said_to_be_no_event_is_none(told: str) -> None:
    assert hit(e=told).name == "pageview"


@pytest.mark.parametrize(
    ("origin", "referer", "url"),
    [
        ("http://site.example:4800", "http://site.example:4800/x", "http://site.example:4800/a"),
        (None, "https://site.example/some/page", "https://site.example/a"),
        ("null", "https://site.example/", "https://site.example/a"),
        ("https://site.example", None, "https://site.example/a"),
        ("https://site.example", "https://other.example/", "https://site.example/a"),
        ("HTTPS://Site.Example", "nonsense", "https://site.example/a"),
    ],
)
def test_the_site_is_that_of_the_origin_else_of_the_referer(origin: str | None, referer: str | None, url: str) -> None:
    assert hit(origin, referer).url == url


def test_a_site_may_be_called_by_its_host_with_or_without_port_and_www() -> None:
    assert hit("http://www.site.example:81", None).sites == (
        ("www.site.example:81", "www.site.example", "site.example"),
    )


@pytest.mark.parametrize("sender", [None, "null", "", "file:///a", "app://x", "https://", "https://[::1", "nonsense"])
def test_without_origin_and_referer_nobody_knows_the_site(sender: str | None) -> None:
    (reason,) = errors(origin=sender, referer=sender)["site"]
    assert "neither an Origin nor a Referer" in reason


@pytest.mark.parametrize(
    ("parameters", "field"),
    [({"p": ""}, "p"), ({"e": "maybe"}, "e"), ({"p": "n" * 121, "e": "1"}, "name"), ({"p": "/" + "a" * 2_000}, "url")],
)
def test_a_bad_hit_is_refused_with_the_reason(parameters: dict[str, str], field: str) -> None:
    assert list(errors(**parameters)) == [field]


@pytest.mark.parametrize(
    ("screen", "width"), [("800", 800), ("1920,1080,1", 1920), ("", None), ("x", None), ("-1", None)]
)
def test_the_first_number_of_the_screen_is_its_width(screen: str, width: int | None) -> None:
    assert hit(s=screen).screen_width == width


@pytest.mark.parametrize(
    ("told", "kept"),
    [("153", {"bot": 153}), ("1", {"bot": 1}), ("0", {}), ("", {}), ("x", {}), ("1000", {}), ("²", {})],
)
def test_a_browser_that_a_program_drives_is_told_of(told: str, kept: dict[str, int]) -> None:
    assert hit(b=told).extra == kept


@few
@given(st.dictionaries(st.sampled_from("ptreqsb"), texts), st.none() | texts, st.none() | texts | st.just(ORIGIN))
def test_whatever_is_sent_it_is_a_hit_or_is_refused_with_reasons(
    parameters: dict[str, str], origin: str | None, referer: str | None
) -> None:
    try:
        beacon = read_hit(parameters, origin, referer)
    except InvalidBeacon:
        reasons = errors(**{"p": "", **parameters}, origin=origin, referer=referer)
        assert reasons
        assert all(map(all, reasons.values()))
    else:
        assert all(map(all, beacon.sites))
        assert encode_event(event(beacon.url, name=beacon.name, extra=beacon.extra))
