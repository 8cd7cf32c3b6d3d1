"""How other people's trackers are answered, and what is stored of what they send."""

import base64
import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from services.ingest.drops import CAP, ORIGIN, PREFETCH, UNKNOWN_SITE
from services.ingest.endpoints import ENDPOINTS
from services.ingest.endpoints.image import GIF
from shared.domain.beacon import MAX_BODY_BYTES
from shared.domain.events import Event
from shared.domain.rules import flag_of
from shared.domain.visitors import visitor_hash
from tests.unit.ingesting import ADDRESS, Answer, Headers, Ingest
from tests.unit.making import NOON, PERSON

CAPTURES = Path(__file__).parents[3] / "shared" / "data" / "clients" / "captures"
DAY = "2026-11-22"
ID = "11111111-1111-4111-8111-111111111111"
ORIGIN_HEADER = {"origin": "https://example.org"}
REFERER = {"referer": "https://example.org/shown"}
NOBODY = "00000000-0000-0000-0000-000000000000"


@pytest.fixture
def ingest() -> Ingest:
    made = Ingest()
    made.add_site("example.org", aliases=(ID,))
    return made


def hit(ingest: Ingest, headers: Headers | None = None, method: str = "POST", **parameters: str) -> Answer:
    query = urlencode({"p": "/a", **parameters})
    return ingest.request(method, f"/count?{query}", headers=ORIGIN_HEADER if headers is None else headers)


def pixel(ingest: Ingest, headers: Headers | None = None, **parameters: str) -> Answer:
    return ingest.request("GET", f"/pixel.gif?{urlencode(parameters)}", headers=headers)


def umami(ingest: Ingest, headers: Headers | None = None, kind: str = "event", **payload: Any) -> Answer:
    body = json.dumps({"type": kind, "payload": {"website": ID, "url": "/a", **payload}}).encode()
    return ingest.request("POST", "/api/send", body, plain=True, headers=headers)


def only(ingest: Ingest) -> Event:
    (event,) = ingest.log.events
    return event


def is_image(answer: Answer) -> bool:
    headers = {name: answer.headers.get(name) for name in ("content-type", "cache-control")}
    assert headers == {"content-type": "image/gif", "cache-control": "no-store"}
    return base64.b64decode(answer.body) == GIF


def assert_pageview(event: Event, page: str) -> None:
    assert (event.site, event.name, event.url) == ("example.org", "pageview", f"https://example.org{page}")
    assert event.visitor == visitor_hash(DAY.encode(), "example.org", ADDRESS, PERSON).hex()
    assert event.instant == NOON


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_hit_of_goatcounter_is_a_pageview(ingest: Ingest, method: str) -> None:
    answer = hit(ingest, method=method)
    assert (answer.status, is_image(answer), answer.headers.get("x-goatcounter")) == (200, True, None)
    assert_pageview(only(ingest), "/a")


def test_a_bad_hit_says_in_a_header_what_is_wrong(ingest: Ingest) -> None:
    answer = hit(ingest, p="", e="maybe")
    assert (answer.status, is_image(answer)) == (400, True)
    assert answer.headers["x-goatcounter"] == (
        "p: is required: the page's path, or the event's name; e: must be true or false"
    )
    assert hit(ingest, headers={}).status == 400
    assert hit(ingest, p="/\0").headers["x-goatcounter"] == "request: holds a NUL character; leave it out"
    assert not ingest.log.epochs


def test_a_browser_that_says_it_is_driven_is_flagged(ingest: Ingest) -> None:
    for told in ("150", "153", "7", "0"):
        hit(ingest, b=told)
    assert [flag_of(event) for event in ingest.log.events] == [
        "automated: PhantomJS",
        "automated: WebDriver",
        "automated: as the tracker says",
        None,
    ]


def test_umamis_event_is_stored_and_all_get_one_answer(ingest: Ingest) -> None:
    answer = umami(ingest, name="signup", data={"plan": "pro"}, language="de-AT", screen="1920x1080")
    assert answer.status == 200
    assert json.loads(answer.body) == {"cache": "none", "sessionId": NOBODY, "visitId": NOBODY}
    event = only(ingest)
    assert (event.site, event.name, event.url) == ("example.org", "signup", "https://example.org/a")
    assert (event.props, event.language, event.screen_width) == ({"plan": "pro"}, "de-AT", 1920)
    assert umami(ingest).body == umami(ingest, kind="identify", data={"user": "x"}).body == answer.body
    assert len(ingest.log.events) == 2


def test_a_site_is_found_by_its_host_if_its_id_is_not_known(ingest: Ingest) -> None:
    answers = [umami(ingest, website="22222222-2222-4222-8222-222222222222", hostname="www.example.org")]
    answers.append(umami(ingest, website="22222222-2222-4222-8222-222222222222"))
    assert [answer.headers.get("x-plausible-dropped") for answer in answers] == [None, "1"]
    assert only(ingest).site == "example.org"
    assert ingest.drops.take() == {(DAY, "", UNKNOWN_SITE): 1}


def test_a_bad_message_of_umami_is_refused_in_its_form(ingest: Ingest) -> None:
    answer = umami(ingest, website=5)
    assert (answer.status, json.loads(answer.body)) == (400, {"error": "website: must be a string"})
    assert umami(ingest, kind="pageview").status == 400


def test_who_a_visitor_is_is_believed_with_a_key_only(ingest: Ingest) -> None:
    ingest.add_key("mp_write", "write")
    named = {"ip": "198.51.100.9", "userAgent": "Other/1.0"}
    umami(ingest, headers={"authorization": "Bearer mp_write", "x-forwarded-for": "192.0.2.1"}, **named)
    umami(ingest, headers={"x-forwarded-for": "192.0.2.1"}, **named)
    believed, not_believed = ingest.log.events
    assert believed.visitor == visitor_hash(DAY.encode(), "example.org", "198.51.100.9", "Other/1.0").hex()
    assert believed.user_agent == "Other/1.0"
    assert_pageview(not_believed, "/a")
    assert not_believed.user_agent == PERSON


def test_an_address_in_a_message_is_not_one_that_a_trusted_proxy_names() -> None:
    ingest = Ingest(trusted=f"{ADDRESS}/32")
    umami(ingest, headers={"x-forwarded-for": "192.0.2.1"}, website="example.org", ip="198.51.100.9")
    assert only(ingest).visitor == visitor_hash(DAY.encode(), "example.org", "192.0.2.1", PERSON).hex()


def test_any_language_is_none(ingest: Ingest) -> None:
    umami(ingest, headers={"accept-language": "*"})
    assert only(ingest).language is None


def test_the_pixel_is_a_pageview_of_the_page_that_it_names(ingest: Ingest) -> None:
    answer = pixel(ingest, d="example.org", u="https://example.org/p?utm_source=x&y=z", r="https://ref.example/a?b")
    assert (answer.status, is_image(answer)) == (200, True)
    assert_pageview(only(ingest), "/p?utm_source=x")
    assert only(ingest).referrer == "https://ref.example/a"


def test_the_pixel_without_a_page_is_on_the_one_that_asks_for_it(ingest: Ingest) -> None:
    pixel(ingest, headers=REFERER)
    assert_pageview(only(ingest), "/shown")


@pytest.mark.parametrize(
    ("parameters", "errors"),
    [
        ({}, {"url": ["is required: give the page's URL as u, since the request has no Referer"]}),
        ({"u": "/a"}, {"url": ["must be an absolute URL, such as https://example.org/page"]}),
        (
            {"u": "https://a.org/", "d": ",".join(map(str, range(31)))},
            {"domain": ["must name between 1 and 30 sites, with commas between"]},
        ),
    ],
)
def test_a_bad_pixel_is_refused_as_an_event_is(ingest: Ingest, parameters: dict[str, str], errors: Any) -> None:
    answer = pixel(ingest, None, **parameters)
    assert (answer.status, answer.errors) == (400, errors)


def test_an_image_that_is_fetched_before_anybody_looks_does_not_count(ingest: Ingest) -> None:
    for purpose in ("prefetch", "prefetch;prerender"):
        headers = {**REFERER, "sec-purpose": purpose}
        for answer in (pixel(ingest, headers), hit(ingest, headers, "GET")):
            assert (answer.status, answer.headers["x-plausible-dropped"], is_image(answer)) == (200, "1", True)
    assert ingest.drops.take() == {(DAY, "example.org", PREFETCH): 4}
    assert ingest.send(headers={"sec-purpose": "prefetch;prerender"}).headers.get("x-plausible-dropped") is None


@pytest.mark.parametrize("path", ["/pixel.gif", "/count"])
def test_asking_for_the_images_head_counts_nothing(ingest: Ingest, path: str) -> None:
    answer = ingest.request("HEAD", f"{path}?p=/a&u=https://example.org/", headers=ORIGIN_HEADER)
    assert (answer.status, is_image(answer)) == (200, True)
    assert not ingest.log.epochs


@pytest.mark.parametrize(
    ("path", "wrong", "allowed"),
    [
        ("/api/event", ("GET", "HEAD", "PUT"), "POST, OPTIONS"),
        ("/api/send", ("GET", "HEAD", "DELETE"), "POST, OPTIONS"),
        ("/count", ("PUT",), "GET, HEAD, POST, OPTIONS"),
        ("/pixel.gif", ("POST",), "GET, HEAD, OPTIONS"),
    ],
)
def test_another_method_is_a_405(ingest: Ingest, path: str, wrong: tuple[str, ...], allowed: str) -> None:
    for method in wrong:
        answer = ingest.request(method, path)
        assert (answer.status, answer.headers["allow"]) == (405, allowed)
        assert list(json.loads(answer.body)) == ["error"]


def every_way(ingest: Ingest, headers: Headers | None = None) -> list[Answer]:
    """Sends an event of the page /a in every way there is, from a page of the site."""
    sender = {**ORIGIN_HEADER, **(headers or {})}
    shown = {**REFERER, **(headers or {})}
    answers = [ingest.send(headers=sender), umami(ingest, sender), hit(ingest, sender), hit(ingest, shown, "GET")]
    return [*answers, pixel(ingest, shown, u="https://example.org/a")]


def test_all_ways_give_the_same_event(ingest: Ingest) -> None:
    answers = every_way(ingest)
    assert [answer.status for answer in answers] == [202, 200, 200, 200, 200]
    assert len(ingest.log.events) == 5
    assert len(set(map(repr, ingest.log.events))) == 1


@pytest.mark.parametrize(
    ("settings", "reason"), [({"origins": ("https://other.example",)}, ORIGIN), ({"cap": 0}, CAP), (None, UNKNOWN_SITE)]
)
def test_what_is_dropped_is_dropped_whichever_way_it_comes(
    ingest: Ingest, settings: dict[str, Any] | None, reason: str
) -> None:
    ingest.sites.entries.clear()
    if settings is not None:
        ingest.add_site("example.org", aliases=(ID,), **settings)
    answers = every_way(ingest)
    assert [answer.status for answer in answers] == [202, 200, 200, 200, 200]
    assert {answer.headers.get("x-plausible-dropped") for answer in answers} == {"1"}
    assert ingest.drops.take() == {(DAY, "" if reason == UNKNOWN_SITE else "example.org", reason): 5}


def test_a_sites_own_origin_is_known_by_the_referer_where_an_image_is_asked_for(ingest: Ingest) -> None:
    ingest.add_site("example.org", aliases=(ID,), origins=("https://example.org",))
    assert all("x-plausible-dropped" not in answer.headers for answer in every_way(ingest))
    for referer in ("https://evil.example/", "https://[", ""):
        assert pixel(ingest, {"referer": referer}, u="https://example.org/a").headers["x-plausible-dropped"] == "1"
    assert ingest.send(headers=REFERER).headers["x-plausible-dropped"] == "1"


def test_a_key_that_may_not_write_is_refused_whichever_way(ingest: Ingest) -> None:
    answers = every_way(ingest, {"authorization": "Bearer mp_unknown"})
    assert {answer.status for answer in answers} == {401}
    assert "scope write" in answers[2].headers["x-goatcounter"]
    assert "scope write" in json.loads(answers[1].body)["error"]


def test_storage_out_of_reach_is_a_503_whichever_way(ingest: Ingest) -> None:
    ingest.salts.away = True
    assert {answer.status for answer in every_way(ingest)} == {503}


@pytest.mark.parametrize("path", [path for path, endpoint in ENDPOINTS.items() if "POST" in endpoint.methods])
def test_a_body_is_bounded_whichever_way(ingest: Ingest, path: str) -> None:
    assert ingest.request("POST", path, b" " * (MAX_BODY_BYTES + 1), headers=ORIGIN_HEADER).status == 413


def test_a_site_that_is_named_twice_gets_one_event(ingest: Ingest) -> None:
    answer = ingest.send(domain=f"example.org,{ID}")
    assert answer.headers.get("x-plausible-dropped") is None
    assert only(ingest).site == "example.org"


@pytest.mark.parametrize("name", ["goatcounter", "umami", "umami-node"])
def test_the_recorded_requests_of_real_trackers_are_taken(ingest: Ingest, name: str) -> None:
    path = CAPTURES / f"{name}.json"
    if not path.is_file():
        pytest.skip("needs the recorded requests in ../shared/data, which are not part of the project")
    ingest.add_site("site.example", aliases=(ID,))
    ingest.sites.entries.pop("id of example.org")
    sent = [request for request in json.loads(path.read_text()) if not request["request_line"].startswith("OPTIONS")]
    for request in sent:
        method, target, _ = request["request_line"].split()
        headers = {key.lower(): value for key, value in request["headers"].items()}
        answer = ingest.request(method, target, request["body"].encode(), headers=headers)
        assert (answer.status, answer.headers.get("x-plausible-dropped")) == (200, None)
    stored = [(event.name, event.url, event.referrer, event.props) for event in ingest.log.events]
    host, ref = "http://site.example:4800", "http://ref.example:4800/from"
    page = f"{host}/page/{name}/article?utm_source=news"
    assert (
        stored
        == {
            "goatcounter": [("pageview", page, f"{ref}/goatcounter", None)],
            "umami": [
                ("pageview", page, f"{ref}/umami", None),
                ("signup", page, f"{ref}/umami", {"plan": "pro"}),
            ],
            "umami-node": [
                ("pageview", "https://site.example/home", "https://www.google.com/", None),
                ("signup", "https://site.example/", None, {"plan": "pro"}),
            ],
        }[name]
    )
