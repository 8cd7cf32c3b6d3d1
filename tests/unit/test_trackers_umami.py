import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.beacon import MAX_PROPS, Beacon, InvalidBeacon
from shared.domain.events import encode_event
from shared.domain.trackers.umami import read_message
from tests.unit.making import event, few, json_values

ID = "11111111-1111-4111-8111-111111111111"


def read(**payload: Any) -> Beacon:
    beacon = read_message(json.dumps({"type": "event", "payload": {"website": ID, **payload}}).encode())
    assert beacon is not None
    return beacon


def errors(body: bytes) -> dict[str, list[str]]:
    with pytest.raises(InvalidBeacon) as raised:
        read_message(body)
    return raised.value.errors


def errors_of(**payload: Any) -> dict[str, list[str]]:
    return errors(json.dumps({"type": "event", "payload": payload}).encode())


def test_a_pageview_of_the_tracker() -> None:
    sent = {"hostname": "site.example", "title": "A title", "id": "person-1", "timestamp": 1}
    url = "http://site.example:4800/a?utm_source=news"
    assert read(url=url, referrer="http://ref.example/", language="de-AT", screen="1920x1080", **sent) == Beacon(
        "pageview",
        url,
        ((ID, "site.example", "site.example:4800"),),
        referrer="http://ref.example/",
        screen_width=1920,
        language="de-AT",
    )


def test_a_custom_event_with_its_properties() -> None:
    beacon = read(url="/a", hostname="site.example", name="signup", data={"plan": "pro", "n": 1}, tag="b")
    assert (beacon.name, beacon.props) == ("signup", {"plan": "pro", "n": "1", "tag": "b"})


@pytest.mark.parametrize(
    ("payload", "url"),
    [
        ({"url": "/home", "hostname": "Site.Example"}, "https://site.example/home"),
        ({"url": "home", "hostname": "site.example:81"}, "https://site.example:81/home"),
        ({"hostname": "site.example"}, "https://site.example/"),
        ({"url": "//x/y", "hostname": "site.example"}, "https://site.example//x/y"),
        ({"url": "/home"}, "/home"),
        ({"url": "//x"}, "//x"),
        ({}, "/"),
        ({"url": None, "name": None, "referrer": None, "data": None, "screen": None}, "/"),
    ],
)
def test_a_path_is_one_of_the_host_and_of_the_site_where_that_is_not_said(payload: dict[str, Any], url: str) -> None:
    assert read(**payload).url == url


@pytest.mark.parametrize(
    ("payload", "names"),
    [
        ({"website": ID.upper()}, (ID,)),
        ({"website": "Example.org"}, ("example.org",)),
        ({"website": ID, "hostname": "www.a.org"}, (ID, "www.a.org", "a.org")),
        ({"website": "", "url": "https://b.org:81/x"}, ("b.org:81", "b.org")),
    ],
)
def test_a_site_is_named_by_its_id_else_by_its_host(payload: dict[str, Any], names: tuple[str, ...]) -> None:
    assert read(**payload).sites == (names,)


def test_nested_properties_have_names_with_dots() -> None:
    data = {"a": {"b": {"c": 1}, "d": True}, "list": [1, "é"], "lists": [[1]], "objects": [{"x": 1}], "null": None}
    assert read(data=data).props == {"a.b.c": "1", "a.d": "true", "list": '[1, "é"]'}


def test_properties_are_bounded() -> None:
    deep: Any = 1
    for _ in range(300):
        deep = {"a": deep}
    assert read(data=deep).props == {}
    many = read(data={f"n{n}": n for n in range(MAX_PROPS + 1)})
    assert (len(many.props), many.cut) == (MAX_PROPS, ("props",))


@pytest.mark.parametrize(
    ("data", "revenue"),
    [
        ({"revenue": 19.99, "currency": "USD"}, {"amount": 19.99, "currency": "USD"}),
        ({"revenue": "5", "currency": "EUR"}, {"amount": "5", "currency": "EUR"}),
        ({"revenue": 5}, None),
        ({"currency": "EUR"}, None),
        ({}, None),
    ],
)
def test_revenue_is_what_two_properties_say(data: dict[str, Any], revenue: dict[str, Any] | None) -> None:
    assert read(name="sale", data=data).extra.get("revenue") == revenue


@pytest.mark.parametrize("kind", ["identify", "performance"])
def test_of_other_messages_nothing_is_kept(kind: str) -> None:
    assert read_message(json.dumps({"type": kind, "payload": {"data": {"user": "x"}}}).encode()) is None


def test_who_sends_for_visitors_may_name_them() -> None:
    named = read(ip="203.0.113.9", userAgent="Agent/1")
    assert (named.address, named.user_agent) == ("203.0.113.9", "Agent/1")
    assert (read().address, read().user_agent, read().language) == (None, None, None)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"no JSON", "request"),
        (b"[]", "request"),
        (b"{}", "type"),
        (b'{"type":"event"}', "payload"),
        (b'{"type":["event"],"payload":{}}', "type"),
        (b'{"type":"event","payload":[]}', "payload"),
    ],
)
def test_what_is_no_message_is_refused_with_the_reason(body: bytes, field: str) -> None:
    assert list(errors(body)) == [field]


@pytest.mark.parametrize(
    ("payload", "field"),
    [
        ({}, "website"),
        ({"url": "/a"}, "website"),
        ({"website": 5, "hostname": "a.org"}, "website"),
        ({"website": ID, "hostname": "a.org/b"}, "hostname"),
        ({"website": ID, "hostname": "u@a.org"}, "hostname"),
        ({"website": ID, "hostname": "[::1"}, "hostname"),
        ({"website": ID, "url": {}}, "url"),
        ({"website": ID, "url": "/" + "a" * 2_000}, "url"),
        ({"website": ID, "url": "data:text/html,x"}, "url"),
        ({"website": ID, "url": "https:///x"}, "url"),
        ({"website": ID, "url": "https://[::1"}, "url"),
        ({"website": ID, "name": 5}, "name"),
        ({"website": ID, "name": "n" * 121}, "name"),
        ({"website": ID, "data": "x"}, "data"),
        ({"website": ID, "data": [1]}, "data"),
    ],
)
def test_a_bad_payload_is_refused_with_the_reason(payload: dict[str, Any], field: str) -> None:
    assert field in errors_of(**payload)


payloads = st.dictionaries(
    st.sampled_from(["website", "hostname", "url", "referrer", "name", "data", "screen", "language", "tag", "ip"]),
    json_values,
)


@few
@given(payloads | payloads.map(lambda payload: {**payload, "website": ID, "name": "x", "url": "/"}))
def test_whatever_is_sent_it_can_be_stored_or_is_refused_with_reasons(payload: dict[str, Any]) -> None:
    body = json.dumps({"type": "event", "payload": payload}).encode()
    try:
        beacon = read_message(body)
    except InvalidBeacon:
        reasons = errors(body)
        assert reasons
        assert all(map(all, reasons.values()))
    else:
        assert beacon is not None
        assert all(map(all, beacon.sites))
        assert encode_event(event(beacon.url, name=beacon.name, props=beacon.props, extra=beacon.extra))
