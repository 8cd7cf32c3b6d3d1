import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.drops import CAP, ORIGIN, UNKNOWN_SITE
from shared.domain.beacon import MAX_BODY_BYTES
from shared.domain.calendar import HOUR_MS
from shared.domain.events import Event
from shared.domain.visitors import visitor_hash
from tests.unit.ingesting import ADDRESS, Answer, Ingest
from tests.unit.making import BOT, NOON, PERSON, few, json_values

DROPPED = "x-plausible-dropped"
DAY = "2026-11-22"


@pytest.fixture
def ingest() -> Ingest:
    return Ingest()


def taken(answer: Answer) -> bool:
    """Tells whether an answer is a 202, and nothing was dropped."""
    return (answer.status, answer.body, answer.headers.get(DROPPED)) == (202, "ok", None)


def only(ingest: Ingest) -> Event:
    (event,) = ingest.log.events
    return event


def test_a_beacon_becomes_an_event_of_what_was_seen(ingest: Ingest) -> None:
    headers = {"accept-language": "de-AT,de;q=0.9", "sec-ch-ua": '"Chromium";v="140"', "sec-ch-ua-mobile": "?0"}
    answer = ingest.send(
        headers=headers,
        url="https://u:p@example.org/a?utm_source=x&gclid=y&token=z#f",
        referrer="https://other.example/b?q=z",
        screen_width=780,
        props={"plan": "pro"},
        interactive=True,
    )
    assert taken(answer)
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert only(ingest) == Event(
        site="example.org",
        origin="beacon",
        instant=NOON,
        name="pageview",
        url="https://example.org/a?utm_source=x",
        visitor=visitor_hash(DAY.encode(), "example.org", ADDRESS, PERSON).hex(),
        referrer="https://other.example/b",
        click_id="gclid",
        user_agent=PERSON,
        hints={"brands": '"Chromium";v="140"', "mobile": "?0"},
        language="de-AT",
        screen_width=780,
        props={"plan": "pro"},
        extra={"interactive": True},
    )


def test_a_body_may_be_plain_text(ingest: Ingest) -> None:
    assert taken(ingest.post(b'{"n":"pageview","u":"https://example.org/","d":"example.org"}', plain=True))
    assert only(ingest).url == "https://example.org/"


def test_bots_are_stored_like_people(ingest: Ingest) -> None:
    assert taken(ingest.send(headers={"user-agent": BOT}))
    assert taken(ingest.send(headers={"user-agent": ""}))
    assert [event.user_agent for event in ingest.log.events] == [BOT, None]


def test_a_long_agent_is_cut_and_marked_but_the_whole_one_tells_visitors_apart(ingest: Ingest) -> None:
    for ending in ("a", "b"):
        ingest.send(headers={"user-agent": "x" * 512 + ending})
    one, other = ingest.log.events
    assert one.user_agent == other.user_agent == "x" * 512
    assert one.cut == other.cut == ("user_agent",)
    assert one.visitor != other.visitor


def test_hints_and_language_are_bounded(ingest: Ingest) -> None:
    long = "x" * 1_000
    ingest.send(headers={"sec-ch-ua": long, "sec-ch-ua-platform": long, "accept-language": long})
    event = only(ingest)
    assert event.hints == {"brands": "x" * 200, "platform": "x" * 200}
    assert event.language == "x" * 35


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        (b"no JSON", {"request": ["is not JSON; send an object with name, url and domain"]}),
        (b'{"name":"pageview","domain":"example.org"}', {"url": ["is required"]}),
        (b'{"n":"x","u":"data:,x"}', {"url": ["must not be a data: URL; send the page's address"]}),
    ],
)
def test_a_bad_beacon_is_a_400_in_plausibles_shape(ingest: Ingest, body: bytes, errors: dict[str, list[str]]) -> None:
    answer = ingest.post(body)
    assert (answer.status, answer.errors) == (400, errors)
    assert not ingest.log.epochs


def test_a_body_that_is_said_to_be_base64_and_is_not_is_a_400(ingest: Ingest) -> None:
    request: dict[str, Any] = {"body": "****", "isBase64Encoded": True, "headers": {}, "rawPath": "/api/event"}
    context = {"http": {"method": "POST", "sourceIp": ADDRESS}, "timeEpoch": NOON}
    response = ingest.handler({**request, "requestContext": context}, None)
    assert response["statusCode"] == 400
    assert json.loads(response["body"]) == {"errors": {"request": ["the body is not Base64"]}}


def test_64_kb_are_taken_and_one_byte_more_is_a_413(ingest: Ingest) -> None:
    body = b'{"n":"pageview","u":"https://example.org/"}'.ljust(MAX_BODY_BYTES)
    assert ingest.post(body).status == 202
    answer = ingest.post(body + b" ")
    assert (answer.status, list(answer.errors)) == (413, ["request"])
    assert len(ingest.log.events) == 1


@pytest.mark.parametrize("authorization", ["Bearer mp_reader", "Bearer mp_unknown"])
def test_a_key_that_may_not_write_is_a_401(ingest: Ingest, authorization: str) -> None:
    ingest.add_key("mp_reader", "read")
    answer = ingest.send(headers={"authorization": authorization})
    assert (answer.status, list(answer.errors)) == (401, ["authorization"])
    assert not ingest.log.epochs


@pytest.mark.parametrize("away", ["log", "salts", "sites", "keys"])
def test_storage_that_is_out_of_reach_is_a_503_and_nothing_was_taken(ingest: Ingest, away: str) -> None:
    if away == "log":
        ingest.log.fails = ["lost"]
    else:
        getattr(ingest, away).away = True
    answer = ingest.send(headers={"authorization": "Bearer mp_key"} if away == "keys" else None)
    assert answer.status == 503
    assert answer.headers["retry-after"] == "5"
    assert not ingest.log.epochs


def test_several_sites_have_an_event_each_with_visitors_of_their_own(ingest: Ingest) -> None:
    ingest.add_site("b.example", timezone="Pacific/Kiritimati")
    assert taken(ingest.send(domain="example.org, B.example"))
    one, other = ingest.log.events
    assert (one.site, other.site) == ("example.org", "b.example")
    assert one.visitor != other.visitor
    assert ingest.salts.asked == [DAY, "2026-11-23"]


def test_with_several_sites_each_event_stands_alone(ingest: Ingest) -> None:
    answer = ingest.send(domain="unknown.example,example.org")
    assert (answer.status, answer.headers[DROPPED]) == (202, "1")
    assert only(ingest).site == "example.org"


def test_the_events_of_one_request_are_one_append(ingest: Ingest) -> None:
    ingest.add_site("b.example")
    ingest.log.fails = ["lost"]
    assert ingest.send(domain="example.org,b.example").status == 503
    assert not ingest.log.epochs


def test_an_unknown_site_is_dropped_and_its_name_is_not_kept(ingest: Ingest) -> None:
    for name in ("a.example", "b.example"):
        answer = ingest.send(domain=name)
        assert (answer.status, answer.body, answer.headers[DROPPED]) == (202, "ok", "1")
    assert not ingest.log.epochs
    assert ingest.drops.take() == {(DAY, "", UNKNOWN_SITE): 2}


def test_only_a_sites_own_origins_may_send_for_it(ingest: Ingest) -> None:
    ingest.add_site("b.example", origins=("https://b.example",))
    assert taken(ingest.send(domain="b.example", headers={"origin": "https://B.example"}))
    for headers in ({"origin": "https://evil.example"}, {"origin": "null"}, {}):
        assert ingest.send(domain="b.example", headers=headers).headers[DROPPED] == "1"
    assert len(ingest.log.events) == 1
    assert ingest.drops.take() == {(DAY, "b.example", ORIGIN): 3}


def test_a_write_key_of_the_site_needs_no_origin(ingest: Ingest) -> None:
    ingest.add_site("b.example", origins=("https://b.example",))
    ingest.add_key("mp_b", "write", "b.example")
    ingest.add_key("mp_c", "write", "c.example")
    assert taken(ingest.send(domain="b.example", headers={"authorization": "Bearer mp_b"}))
    assert ingest.send(domain="b.example", headers={"authorization": "Bearer mp_c"}).headers[DROPPED] == "1"


def test_what_is_over_the_cap_is_shed_until_the_hour_is_over(ingest: Ingest) -> None:
    ingest.add_site("b.example", cap=2)
    assert [taken(ingest.send(domain="b.example")) for _ in range(4)] == [True, True, False, False]
    assert taken(ingest.send())
    ingest.now += HOUR_MS
    assert taken(ingest.send(domain="b.example"))
    assert len(ingest.log.events) == 4
    assert ingest.drops.take() == {(DAY, "b.example", CAP): 2}


def test_without_a_cap_everything_is_taken(ingest: Ingest) -> None:
    ingest.add_site("b.example", cap=None)
    assert all(taken(ingest.send(domain="b.example")) for _ in range(50))


def test_a_visitor_whose_salt_is_gone_is_none(ingest: Ingest) -> None:
    ingest.salts.gone.add(DAY)
    assert taken(ingest.send())
    assert only(ingest).visitor is None


def test_a_forwarded_address_is_believed_from_proxies_and_with_a_write_key_only() -> None:
    ingest = Ingest(trusted="10.0.0.0/8")
    ingest.add_key("mp_all", "write")
    ingest.add_key("mp_other", "write", "other.example")
    expected = visitor_hash(DAY.encode(), "example.org", "198.51.100.9", PERSON).hex()
    for peer, key, believed in (
        ("10.1.2.3", None, True),
        (ADDRESS, "mp_all", True),
        (ADDRESS, "mp_other", False),
        (ADDRESS, None, False),
    ):
        authorization = {"authorization": f"Bearer {key}"} if key else {}
        ingest.send(peer, {"x-forwarded-for": "198.51.100.9", **authorization})
        assert (ingest.log.events[-1].visitor == expected) is believed


def test_no_address_key_or_dropped_part_of_a_url_is_in_what_is_stored(ingest: Ingest) -> None:
    ingest.add_key("mp_key", "write")
    url = "https://user:SECRET1@example.org/?token=SECRET2&gclid=SECRET3#SECRET4"
    for referrer in (url, url.replace("example.org", "other.example")):
        headers = {"authorization": "Bearer mp_key", "x-forwarded-for": "198.51.100.9", "cookie": "SECRET5"}
        assert taken(ingest.send(url=url, referrer=referrer, headers=headers))
    stored = str(ingest.log.epochs)
    assert not any(secret in stored for secret in ("SECRET", "mp_key", "198.51.100.9", ADDRESS))


@few
@given(st.binary(max_size=80) | json_values.map(lambda value: json.dumps(value).encode()), st.booleans())
def test_no_body_is_answered_5xx_and_none_is_stored_without_a_202(body: bytes, wrap: bool) -> None:
    ingest = Ingest()
    url = b'{"n":"pageview","d":"example.org","u":"https://example.org/","p":'
    answer = ingest.post(url + body + b"}" if wrap else body)
    assert answer.status in (202, 400)
    assert bool(ingest.log.epochs) == (answer.status == 202 and DROPPED not in answer.headers)
