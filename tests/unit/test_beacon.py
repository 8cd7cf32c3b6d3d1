import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.beacon import (
    MAX_PROP_NAME_LENGTH,
    MAX_PROP_VALUE_LENGTH,
    MAX_PROPS,
    MAX_REFERRER_LENGTH,
    Beacon,
    InvalidBeacon,
    host_names,
    read_beacon,
)
from shared.domain.events import decode_event, encode_event
from tests.unit.making import event, few, json_values, texts

CAPTURES = Path(__file__).parents[3] / "shared" / "data" / "clients" / "captures"
URL = "https://example.org/page"
LEAST: dict[str, Any] = {"name": "pageview", "url": URL, "domain": "example.org"}


def read(**fields: Any) -> Beacon:
    """Reads the least beacon there is, with some fields more or otherwise."""
    return read_beacon(json.dumps(LEAST | fields).encode())


def errors_of(body: bytes) -> dict[str, list[str]]:
    with pytest.raises(InvalidBeacon) as refusal:
        read_beacon(body)
    return refusal.value.errors


def errors(**fields: Any) -> dict[str, list[str]]:
    return errors_of(json.dumps(LEAST | fields).encode())


def test_the_least_beacon() -> None:
    assert read() == Beacon("pageview", URL, (("example.org",),))


def test_everything_that_a_tracker_sends() -> None:
    sent = {"n": "Sale", "u": URL + "#x", "d": "a.org,b.org", "r": "https://ref.example/", "w": 780, "h": 1, "v": 4}
    sent |= {"p": {"plan": "pro"}, "$": {"currency": "EUR", "amount": 9.5}, "i": False, "sd": 70, "e": 3000}
    assert read_beacon(json.dumps(sent).encode()) == Beacon(
        name="Sale",
        url=URL + "#x",
        sites=(("a.org",), ("b.org",)),
        referrer="https://ref.example/",
        hash_routing=True,
        screen_width=780,
        props={"plan": "pro"},
        extra={
            "revenue": {"currency": "EUR", "amount": 9.5},
            "interactive": False,
            "tracker": 4,
            "scroll_depth": 70,
            "engagement_ms": 3000,
        },
    )


@pytest.mark.parametrize(
    ("short", "long", "value"),
    [
        ("n", "name", "signup"),
        ("u", "url", "https://other.example/"),
        ("d", "domain", "other.example"),
        ("r", "referrer", "https://ref.example/"),
        ("w", "screen_width", 500),
        ("h", "hashMode", 1),
        ("p", "props", {"a": "b"}),
        ("m", "props", {"a": "b"}),
        ("meta", "props", {"a": "b"}),
        ("$", "revenue", {"currency": "EUR"}),
        ("i", "interactive", True),
    ],
)
def test_a_field_has_a_short_and_a_long_name(short: str, long: str, value: object) -> None:
    rest = {name: there for name, there in LEAST.items() if name != long}
    by_short = read_beacon(json.dumps({**rest, short: value}).encode())
    assert by_short == read_beacon(json.dumps({**rest, long: value}).encode()) != read()
    assert read_beacon(json.dumps({**rest, long: value, short: "ignored"}).encode()).name == by_short.name


def test_null_is_as_good_as_absent() -> None:
    nothing = dict.fromkeys(["referrer", "props", "screen_width", "hashMode", "revenue", "interactive", "v"])
    assert read(**nothing) == read()
    assert read(name=None, n="signup").name == "signup"


@pytest.mark.parametrize(
    ("given", "sites"),
    [
        ("a.org", (("a.org",),)),
        (" A.org ,b.org,, a.org,WWW.b.org", (("a.org",), ("b.org",), ("www.b.org",))),
        (None, (("www.example.org:81", "www.example.org", "example.org"),)),
        ("", (("www.example.org:81", "www.example.org", "example.org"),)),
    ],
)
def test_the_domain_names_the_sites_and_without_one_the_host_does(
    given: str | None, sites: tuple[tuple[str, ...], ...]
) -> None:
    assert read(domain=given, url="https://u@WWW.Example.ORG:81/").sites == sites


@pytest.mark.parametrize(
    ("authority", "names"),
    [
        ("example.org", ("example.org",)),
        ("localhost:8080", ("localhost:8080", "localhost")),
        ("www.example.org", ("www.example.org", "example.org")),
        ("wwwexample.org", ("wwwexample.org",)),
        ("[::1]", ("[::1]",)),
        ("[::1]:81", ("[::1]:81", "[::1]")),
    ],
)
def test_a_site_may_be_called_as_its_host_is(authority: str, names: tuple[str, ...]) -> None:
    assert host_names(authority) == names


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (b"", "is not JSON; send an object with name, url and domain"),
        (b"n=pageview&u=x", "is not JSON; send an object with name, url and domain"),
        (b'{"n":NaN}', "is not JSON; send an object with name, url and domain"),
        (b'{"n":-Infinity}', "is not JSON; send an object with name, url and domain"),
        (b"[" * 60_000, "is not JSON; send an object with name, url and domain"),
        (b"1" * 5_000, "is not JSON; send an object with name, url and domain"),
        (b'[{"n":"pageview"}]', "is not a JSON object; send one with name, url and domain"),
        (b'"pageview"', "is not a JSON object; send one with name, url and domain"),
        (b"null", "is not a JSON object; send one with name, url and domain"),
        (b'{"n":"\xff"}', "is not valid UTF-8; send JSON in UTF-8 without lone surrogates"),
        (b'{"n":"\xed\xa0\x80"}', "is not valid UTF-8; send JSON in UTF-8 without lone surrogates"),
        (b'{"x":["\\ud800"]}', "is not valid UTF-8; send JSON in UTF-8 without lone surrogates"),
        (b'{"\\uDFFF":1}', "is not valid UTF-8; send JSON in UTF-8 without lone surrogates"),
        (b'{"x":"a\\u0000b"}', "holds a NUL character; leave it out"),
        (b'{"p":"{\\"a\\":\\"\\\\u0000\\"}"}', "holds a NUL character; leave it out"),
    ],
)
def test_what_is_no_json_object_is_refused_as_a_whole(body: bytes, what: str) -> None:
    assert errors_of(body) == {"request": [what]}


def test_a_pair_of_surrogates_is_a_character() -> None:
    body = json.dumps(LEAST | {"name": "😀"}).encode()
    assert b"\\ud83d\\ude00" in body
    assert read_beacon(body).name == "😀"


def test_all_errors_are_told_at_once() -> None:
    required = ["is required"]
    assert errors_of(b"{}") == {"name": required, "url": required}
    everything = errors(name=True, url="/page", domain=5, props=[1])
    assert sorted(everything) == ["domain", "name", "props", "url"]


@pytest.mark.parametrize(
    ("field", "value", "what"),
    [
        ("name", "", "is required"),
        ("name", None, "is required"),
        ("name", True, "must be a string, such as pageview"),
        ("name", ["pageview"], "must be a string, such as pageview"),
        ("name", "x" * 121, "must be at most 120 characters long"),
        ("url", "", "is required"),
        ("url", 5, "must be a string, such as https://example.org/page"),
        ("url", "https://example.org/" + "é" * 991, "must be at most 2000 bytes long"),
        ("url", "data:text/html,x", "must not be a data: URL; send the page's address"),
        ("url", "DATA:,", "must not be a data: URL; send the page's address"),
        ("url", "/page", "must be an absolute URL, such as https://example.org/page"),
        ("url", "//example.org/page", "must be an absolute URL, such as https://example.org/page"),
        ("url", "about:blank", "must be an absolute URL, such as https://example.org/page"),
        ("url", "file:///etc/passwd", "must be an absolute URL, such as https://example.org/page"),
        ("url", "https://", "must be an absolute URL, such as https://example.org/page"),
        ("url", "https://[::1", "must be an absolute URL, such as https://example.org/page"),
        ("url", "https://u:p/w@example.org/", "must be an absolute URL, such as https://example.org/page"),
        ("url", "https://" + "a" * 254, "must be an absolute URL, such as https://example.org/page"),
        ("url", "example.org", "must be an absolute URL, such as https://example.org/page"),
        ("domain", 5, "must be a string: a site's name, or several with commas between"),
        ("domain", ["a.org"], "must be a string: a site's name, or several with commas between"),
        ("domain", " , ", "must name between 1 and 30 sites, with commas between"),
        ("domain", ",".join(map(str, range(31))), "must name between 1 and 30 sites, with commas between"),
        ("props", [1], "must be an object, or a string that holds one as JSON"),
        ("props", "[1]", "must be an object, or a string that holds one as JSON"),
        ("props", "plan=pro", "must be an object, or a string that holds one as JSON"),
        ("props", '{"a":NaN}', "must be an object, or a string that holds one as JSON"),
        ("props", '{"a":"\\ud800"}', "must be an object, or a string that holds one as JSON"),
        ("props", "[" * 30_000, "must be an object, or a string that holds one as JSON"),
    ],
)
def test_a_bad_field_is_named_and_told_what_would_be_right(field: str, value: object, what: str) -> None:
    assert errors(**{field: value}) == {field: [what]}


def test_the_longest_of_everything_is_taken() -> None:
    url = "https://example.org/" + "é" * 990
    sites = ",".join(map(str, range(30)))
    longest = read(name="x" * 120, url=url, domain=sites)
    assert (len(longest.name), len(longest.url.encode()), len(longest.sites)) == (120, 2_000, 30)


def test_a_name_may_be_a_number() -> None:
    assert read(name=404).name == "404"


@pytest.mark.parametrize("value", [True, 1, "1", "true"])
def test_hash_routing_is_on(value: object) -> None:
    assert read(hashMode=value).hash_routing


@pytest.mark.parametrize("value", [False, 0, "0", "false", "", [], {}])
def test_hash_routing_is_off(value: object) -> None:
    assert not read(hashMode=value).hash_routing


@pytest.mark.parametrize("value", ["780", 0, -1, 100_001, 10**30, True, 780.5, [780]])
def test_an_absurd_width_is_left_out(value: object) -> None:
    assert read(screen_width=value).screen_width is None


@pytest.mark.parametrize("value", [5, ["https://ref.example/"], ""])
def test_a_referrer_that_is_none_is_left_out(value: object) -> None:
    assert not read(referrer=value).referrer


def test_a_long_referrer_is_cut_and_marked() -> None:
    cut = read(referrer="https://ref.example/" + "a" * MAX_REFERRER_LENGTH)
    assert cut.referrer is not None
    assert (len(cut.referrer), cut.cut) == (MAX_REFERRER_LENGTH, ("referrer",))


def test_properties_become_text() -> None:
    props = {"text": "1", "number": 1, "fraction": 0.5, "yes": True, "none": None, "list": [1], "object": {"a": 1}}
    texts = {"text": "1", "number": "1", "fraction": "0.5", "yes": "true"}
    assert read(props=props).props == read(props=json.dumps(props)).props == texts


@pytest.mark.parametrize(
    ("props", "kept"),
    [
        ({f"p{n}": "x" for n in range(MAX_PROPS + 1)}, {f"p{n}": "x" for n in range(MAX_PROPS)}),
        ({"a": "x" * (MAX_PROP_VALUE_LENGTH + 1)}, {"a": "x" * MAX_PROP_VALUE_LENGTH}),
        ({"a" * (MAX_PROP_NAME_LENGTH + 1): "x"}, {"a" * MAX_PROP_NAME_LENGTH: "x"}),
    ],
)
def test_too_much_of_properties_is_cut_and_marked(props: dict[str, str], kept: dict[str, str]) -> None:
    beacon = read(props=props)
    assert (beacon.props, beacon.cut) == (kept, ("props",))


def test_properties_within_their_bounds_are_not_marked() -> None:
    props = {f"{n:0{MAX_PROP_NAME_LENGTH}}": "x" for n in range(MAX_PROPS)}
    beacon = read(props=props)
    assert (beacon.props, beacon.cut) == (props, ())


@pytest.mark.parametrize("value", [[1], {"a": [1]}, {"a": {}}, 1e999, {"amount": -1e999}])
def test_of_further_fields_only_plain_values_are_kept(value: object) -> None:
    text = json.dumps(LEAST | {"$": value, "i": True}).replace("Infinity", "1e999")
    assert read_beacon(text.encode()).extra == {"interactive": True}


def test_however_deep_a_field_is_its_event_can_be_stored() -> None:
    for depth in range(2_000):
        nested = b"[" * depth + b"]" * depth
        try:
            beacon = read_beacon(b'{"n":"pageview","u":"https://a.b/","$":' + (nested or b"1") + b"}")
        except InvalidBeacon:
            continue
        stored = encode_event(event(extra=beacon.extra))
        assert decode_event(stored).extra == beacon.extra


FIELDS = ["name", "n", "url", "u", "domain", "d", "referrer", "r", "props", "p", "meta", "m", "h", "w", "$", "i"]
almost_beacons = st.dictionaries(st.sampled_from(FIELDS), st.just(URL) | texts | json_values).map(
    lambda fields: json.dumps(fields).encode()
)
bodies = st.binary(max_size=200) | json_values.map(lambda value: json.dumps(value).encode()) | almost_beacons


@few
@given(bodies)
def test_whatever_is_sent_it_is_a_beacon_or_is_refused_with_reasons(body: bytes) -> None:
    try:
        beacon = read_beacon(body)
    except InvalidBeacon:
        errors = errors_of(body)
        assert errors
        assert all(reasons and all(reasons) for reasons in errors.values())
    else:
        assert beacon.sites
        assert encode_event(event(beacon.url, name=beacon.name, props=beacon.props, extra=beacon.extra))


def test_the_recorded_requests_of_real_trackers_are_beacons() -> None:
    if not CAPTURES.is_dir():
        pytest.skip("needs the recorded requests in ../shared/data, which are not part of the project")
    bodies = [
        request["body"].encode()
        for path in sorted(CAPTURES.glob("plausible*.json"))
        for request in json.loads(path.read_text())
        if request["request_line"].startswith("POST /api/event ")
    ]
    assert len(bodies) >= 6
    for body in bodies:
        beacon = read_beacon(body)
        assert beacon.sites == (("site.example",),)
        assert not beacon.cut
