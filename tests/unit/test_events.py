import json
from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.events import (
    ACCESS_LOG,
    BEACON,
    MAX_EVENT_BYTES,
    SCHEMA_VERSION,
    UPCASTERS,
    Event,
    Unfoldable,
    decode_event,
    encode_event,
)
from tests.unit.making import NOON, event, few, json_values, texts

REQUIRED: dict[str, Any] = {"site": "a.org", "origin": BEACON, "instant": NOON, "name": "pageview", "url": "/"}
maybe_text = st.none() | texts
maybe_texts = st.none() | st.dictionaries(texts, texts, max_size=3)
events = st.builds(
    Event,
    site=texts,
    origin=st.sampled_from([BEACON, ACCESS_LOG]),
    instant=st.integers(),
    name=texts,
    url=texts,
    visitor=maybe_text,
    country=maybe_text,
    written=maybe_text,
    referrer=maybe_text,
    click_id=maybe_text,
    user_agent=maybe_text,
    hints=maybe_texts,
    language=maybe_text,
    screen_width=st.none() | st.integers(),
    props=maybe_texts,
    extra=st.none() | st.dictionaries(texts, json_values, max_size=3),
    cut=st.lists(texts, max_size=3).map(tuple),
)


def stored(**more: Any) -> bytes:
    return json.dumps({"schema_version": SCHEMA_VERSION} | REQUIRED | more).encode()


@few
@given(events)
def test_an_event_survives_storage(one: Event) -> None:
    assert decode_event(encode_event(one)) == one


def test_every_field_is_stored_and_read() -> None:
    full: dict[str, Any] = {name.name: name.name for name in fields(Event)}
    full |= {"instant": 5, "screen_width": 6, "hints": {"a": "b"}, "props": {}, "extra": {"x": [1]}, "cut": ("props",)}
    assert json.loads(encode_event(Event(**full))) == {"schema_version": 2, **full, "cut": ["props"]}
    assert decode_event(encode_event(Event(**full))) == Event(**full)


def test_absent_fields_take_no_room_and_the_rest_is_compact_utf8() -> None:
    body = encode_event(event("/é", visitor=None, user_agent=None))
    expected = '{"schema_version":2,"site":"example.org","origin":"beacon","instant":%d,"name":"pageview","url":"/é"}'
    assert body == (expected % NOON).encode()


def test_a_lone_surrogate_cannot_be_stored() -> None:
    with pytest.raises(UnicodeEncodeError):
        encode_event(event("/\ud800"))


@pytest.mark.parametrize(
    ("more", "lost"),
    [
        ({"props": "x" * 17_000}, ("props",)),
        ({"props": "x" * 9_000, "extra": "x" * 9_000}, ("props",)),
        ({"props": "x" * 9_000, "extra": "x" * 17_000}, ("props", "extra")),
        ({"hints": "\x01" * 3_000}, ("hints",)),
        ({"props": "x" * 9_000, "hints": "x" * 9_000}, ("props",)),
    ],
)
def test_what_is_too_long_loses_its_properties_and_further_fields_first(
    more: dict[str, str], lost: tuple[str, ...]
) -> None:
    fields: dict[str, Any] = {name: {"value": value} for name, value in more.items()}
    long = event(**fields)
    body = encode_event(long)
    assert len(body) <= MAX_EVENT_BYTES
    left: dict[str, Any] = {**dict.fromkeys(lost), "cut": lost}
    assert decode_event(body) == replace(long, **left)


def test_then_its_referrer_and_the_end_of_its_url() -> None:
    control = "\x01"  # JSON spells it with six bytes
    body = decode_event(encode_event(event("/" + control * 3_000, referrer="https://a/" + control * 1_900)))
    assert (body.url, body.referrer, body.cut) == ("/" + control * 1_999, None, ("referrer", "url"))
    assert body.user_agent is not None


def test_16_kb_are_whole_and_one_byte_more_is_cut() -> None:
    room = MAX_EVENT_BYTES - len(encode_event(event(props={"a": ""})))
    assert len(encode_event(event(props={"a": "x" * room}))) == MAX_EVENT_BYTES
    assert decode_event(encode_event(event(props={"a": "x" * (room + 1)}))).cut == ("props",)


def test_a_field_that_was_cut_before_is_named_once() -> None:
    body = encode_event(event(props={"a": "x" * 17_000}, cut=("props", "user_agent")))
    assert decode_event(body).cut == ("props", "user_agent")


@few
@given(st.text('\x01"é😀x', min_size=1, max_size=4), st.integers(1, 30_000))
def test_whatever_a_tracker_may_send_16_kb_are_enough(text: str, times: int) -> None:
    long = text * times
    body = encode_event(
        event(
            "/" + long[:4_000],
            referrer=long[:2_000],
            hints={"brands": long[:200]},
            props={"a": long},
            extra={"revenue": long},
            name=long[:120],
            user_agent=long[:512],
            language=long[:35],
        )
    )
    assert len(body) <= MAX_EVENT_BYTES
    assert decode_event(body).site == "example.org"


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"{", b"\xff", b"null", b"5", b'"text"', b"[]", b"{}", b"[" * 50_000, b"1" * 5_000),
        stored(instant="5"),
        stored(instant=5.0),
        stored(instant=True),
        stored(instant=None),
        stored(url=None),
        stored(url=["/"]),
        stored(site=5),
        stored(name=5),
        stored(origin={}),
        stored(visitor=5),
        stored(country=5),
        stored(written=5),
        stored(user_agent=["x"]),
        stored(referrer=5),
        stored(click_id=5),
        stored(language=5),
        stored(screen_width="780"),
        stored(hints="brands"),
        stored(props=["a"]),
        stored(extra="x"),
        stored(cut="props"),
        stored(surprise=1),
        json.dumps({"schema_version": SCHEMA_VERSION, **REQUIRED, "url": None}).encode(),
        json.dumps({"schema_version": SCHEMA_VERSION, "site": "a.org"}).encode(),
        json.dumps(REQUIRED).encode(),
    ],
)
def test_what_is_no_event_is_unfoldable(body: bytes) -> None:
    with pytest.raises(Unfoldable):
        decode_event(body)


@pytest.mark.parametrize("version", [0, 3, 99, -1, None, "1", [1], {}, 10**300, "SECRET" * 50])
def test_an_unknown_schema_version_is_unfoldable_and_its_reason_quotes_nothing(version: object) -> None:
    with pytest.raises(Unfoldable, match="is not known to this release, which reads up to 2") as found:
        decode_event(stored(schema_version=version))
    assert "SECRET" not in str(found.value)
    assert len(str(found.value)) < 120


@few
@given(st.binary(max_size=100) | json_values.map(lambda value: json.dumps(value).encode()))
def test_arbitrary_bytes_are_unfoldable(body: bytes) -> None:
    with pytest.raises(Unfoldable):
        decode_event(body)


@few
@given(st.dictionaries(st.sampled_from([name.name for name in fields(Event)]), json_values, max_size=4))
def test_arbitrary_fields_are_an_event_or_unfoldable(given_fields: dict[str, Any]) -> None:
    try:
        found = decode_event(stored(**given_fields))
    except Unfoldable:
        return
    assert decode_event(encode_event(found)) == found


def test_an_event_of_the_first_release_has_no_country_and_all_else() -> None:
    written = (
        '{"schema_version":1,"site":"example.org","origin":"access-log","instant":1795348800000,"name":"pageview",'
        '"url":"/a","visitor":"00000000000000ff","written":"2026-11-22T12","referrer":"https://b.example/",'
        '"click_id":"gclid","user_agent":"x","hints":{"mobile":"?0"},"language":"de","screen_width":5,'
        '"props":{"a":"b"},"extra":{"interactive":true},"cut":["url"]}'
    )
    event = decode_event(written)
    assert event == Event(
        site="example.org",
        origin=ACCESS_LOG,
        instant=NOON,
        name="pageview",
        url="/a",
        visitor="00000000000000ff",
        country=None,
        written="2026-11-22T12",
        referrer="https://b.example/",
        click_id="gclid",
        user_agent="x",
        hints={"mobile": "?0"},
        language="de",
        screen_width=5,
        props={"a": "b"},
        extra={"interactive": True},
        cut=("url",),
    )
    assert encode_event(event) == written.replace(":1,", ":2,", 1).encode()


@pytest.fixture
def old_schema() -> Iterator[None]:
    """Schema 0 called the URL an address; schema -1 had no origin."""
    UPCASTERS[0] = lambda body: {("url" if name == "address" else name): value for name, value in body.items()}
    UPCASTERS[-1] = lambda body: {**body, "origin": BEACON}
    yield
    del UPCASTERS[0], UPCASTERS[-1]


@pytest.mark.usefixtures("old_schema")
def test_upcasters_lead_an_old_event_to_todays_shape() -> None:
    old = {name: value for name, value in REQUIRED.items() if name not in ("url", "origin")} | {"address": "/old"}
    for version, body in ((0, {**old, "origin": BEACON}), (-1, old)):
        assert decode_event(json.dumps({"schema_version": version, **body}).encode()).url == "/old"
    assert decode_event(stored()).url == "/"


@pytest.mark.usefixtures("old_schema")
def test_what_an_upcaster_makes_is_checked_too() -> None:
    with pytest.raises(Unfoldable, match="url"):
        decode_event(json.dumps({"schema_version": 0, **REQUIRED, "address": 5}).encode())


def test_an_event_that_its_upcaster_trips_over_is_unfoldable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(UPCASTERS, 0, lambda body: {"url": body["address"]})
    with pytest.raises(Unfoldable, match="KeyError"):
        decode_event(stored(schema_version=0))
