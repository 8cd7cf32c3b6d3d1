"""Bad beacons: each has its clear answer in Plausible's form, none a 5xx, and the log is unharmed."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.stack.refusals import assert_error, assert_refused, assert_unharmed, raw
from tests.stack.waiting import within
from tests.support.server import Server

pytestmark = pytest.mark.xdist_group("bad_beacons")

GOOD: dict[str, Any] = {"name": "pageview", "url": "https://localhost/good", "domain": "localhost"}
MEGABYTE = 1024 * 1024


@pytest.fixture(scope="module", autouse=True)
def _unharmed(server: Server) -> Iterator[None]:
    yield
    assert_unharmed(server, {"/odd", "/deep"})


def beacon(**changes: object) -> bytes:
    """A good beacon's body but for these fields; a field that is ... is left out."""
    return json.dumps({name: value for name, value in {**GOOD, **changes}.items() if value is not ...}).encode()


def nested(levels: int) -> bytes:
    return beacon(props=0).replace(b"0", b"[" * levels + b"]" * levels)


BODIES: dict[str, tuple[bytes, int, set[str]]] = {
    "nothing": (b"", 400, {"request"}),
    "text": (b"hello", 400, {"request"}),
    "a form": (b"name=pageview&url=https://localhost/", 400, {"request"}),
    "cut off": (beacon()[:-1], 400, {"request"}),
    "two objects": (beacon() * 2, 400, {"request"}),
    "an array": (b"[" + beacon() + b"]", 400, {"request"}),
    "a string": (b'"pageview"', 400, {"request"}),
    "a number": (b"7", 400, {"request"}),
    "true": (b"true", 400, {"request"}),
    "null": (b"null", 400, {"request"}),
    "an empty object": (b"{}", 400, {"name", "url"}),
    "NaN": (beacon(props={"a": 0}).replace(b"0", b"NaN"), 400, {"request"}),
    "Infinity": (beacon(props={"a": 0}).replace(b"0", b"-Infinity"), 400, {"request"}),
    "a number of 5,000 digits": (beacon(props={"a": 0}).replace(b"0", b"9" * 5_000), 400, {"request"}),
    "nested 30,000 deep": (nested(30_000), 400, {"request"}),
    "nested 30,000 deep in a string": (
        beacon(props="[" * 30_000 + "]" * 30_000),
        400,
        {"props"},
    ),
    "invalid UTF-8": (beacon().replace(b"good", b"g\xff\xfed"), 400, {"request"}),
    "an overlong encoding": (beacon().replace(b"good", b"\xc0\xaf"), 400, {"request"}),
    "UTF-16": (beacon().decode().encode("utf-16"), 400, {"request"}),
    "a lone surrogate in the URL": (beacon(url="https://localhost/\ud800"), 400, {"request"}),
    "a lone surrogate in the name": (beacon(name="\udfff"), 400, {"request"}),
    "a lone surrogate in a property": (beacon(props={"\ud800": "x"}), 400, {"request"}),
    "a lone surrogate in properties as a string": (beacon(props=json.dumps({"a": "\ud800"})), 400, {"props"}),
    "a lone surrogate in a field that nobody reads": (beacon(other="\ud800"), 400, {"request"}),
    "a raw NUL": (beacon().replace(b"good", b"g\0d"), 400, {"request"}),
    "an escaped NUL": (beacon(url="https://localhost/\0"), 400, {"request"}),
    "over 64 KB": (beacon().ljust(64 * 1024 + 1), 413, {"request"}),
    "over 2 MB": (beacon().ljust(2 * MEGABYTE), 413, {"request"}),
    "no name": (beacon(name=...), 400, {"name"}),
    "an empty name": (beacon(name=""), 400, {"name"}),
    "a name that is null": (beacon(name=None), 400, {"name"}),
    "a name that is true": (beacon(name=True), 400, {"name"}),
    "a name that is a fraction": (beacon(name=1.5), 400, {"name"}),
    "a name that is a list": (beacon(name=["pageview"]), 400, {"name"}),
    "a name that is an object": (beacon(name={"a": 1}), 400, {"name"}),
    "a name of 121 characters": (beacon(name="n" * 121), 400, {"name"}),
    "a name of 200 digits": (beacon(name=10**200), 400, {"name"}),
    "no URL": (beacon(url=...), 400, {"url"}),
    "an empty URL": (beacon(url=""), 400, {"url"}),
    "a URL that is a number": (beacon(url=7), 400, {"url"}),
    "a URL that is false": (beacon(url=False), 400, {"url"}),
    "a URL that is a list": (beacon(url=["https://localhost/"]), 400, {"url"}),
    "a path": (beacon(url="/good"), 400, {"url"}),
    "a URL without a scheme": (beacon(url="localhost/good"), 400, {"url"}),
    "a URL with a scheme left open": (beacon(url="//localhost/good"), 400, {"url"}),
    "a URL without a host": (beacon(url="https:///good"), 400, {"url"}),
    "a data: URL": (beacon(url="data:text/html,good"), 400, {"url"}),
    "a data: URL in capitals": (beacon(url="DATA:text/html,//localhost/"), 400, {"url"}),
    "a javascript: URL": (beacon(url="javascript:alert(1)"), 400, {"url"}),
    "a mailto: URL": (beacon(url="mailto:someone@localhost"), 400, {"url"}),
    "a file": (beacon(url="file:///etc/passwd"), 400, {"url"}),
    "a port that is none": (beacon(url="https://localhost:http/"), 400, {"url"}),
    "a port out of range": (beacon(url="https://localhost:65536/"), 400, {"url"}),
    "a bracket left open": (beacon(url="https://[::1/"), 400, {"url"}),
    "a host that Unicode makes another": (beacon(url="https://\u2100.example/"), 400, {"url"}),
    "a URL of 2,001 bytes": (beacon(url="https://localhost/".ljust(2_001, "x")), 400, {"url"}),
    "a URL of 2,001 bytes in fewer characters": (beacon(url="https://localhost/x" + "ä" * 991), 400, {"url"}),
    "a domain that is a number": (beacon(domain=7), 400, {"domain"}),
    "a domain that is true": (beacon(domain=True), 400, {"domain"}),
    "a domain that is a list": (beacon(domain=["localhost"]), 400, {"domain"}),
    "a domain of commas": (beacon(domain=" , ,"), 400, {"domain"}),
    "31 domains": (beacon(domain=",".join(f"s{n}.example" for n in range(31))), 400, {"domain"}),
    "properties that are a list": (beacon(props=["a"]), 400, {"props"}),
    "properties that are a number": (beacon(props=7), 400, {"props"}),
    "properties that are text": (beacon(props="a=b"), 400, {"props"}),
    "properties that are a list in a string": (beacon(props='["a"]'), 400, {"props"}),
    "NaN in a string of properties": (beacon(props='{"a": NaN}'), 400, {"props"}),
    "several faults": (beacon(name=[], url="/x", domain=7, props=7), 400, {"name", "url", "domain", "props"}),
}


@pytest.mark.parametrize("case", BODIES)
def test_a_malformed_beacon_is_refused(server: Server, case: str) -> None:
    body, status, fields = BODIES[case]
    answer = server.request("POST", "/api/event", body, {"content-type": "text/plain"})
    assert answer.status == status
    assert_refused(answer, fields)


def test_a_body_in_chunks_is_bounded_too(server: Server) -> None:
    def post(body: bytes) -> bytes:
        head = b"POST /api/event HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n"
        chunks = [body[at : at + 50_000] for at in range(0, len(body), 50_000)]
        return head + b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\n\r\n"

    assert raw(server, post(beacon(domain="nobody.example"))) == 202
    assert raw(server, post(beacon().ljust(70_000))) == 413
    assert raw(server, post(beacon().ljust(2 * MEGABYTE))) == 413


def test_a_body_as_large_as_may_be_is_taken(server: Server) -> None:
    answer = server.request("POST", "/api/event", beacon(domain="nobody.example").ljust(64 * 1024))
    assert answer.status == 202


@pytest.mark.parametrize(
    "changes",
    [
        {"domain": "nobody.example"},
        {"domain": "n" * 5_000},
        {"domain": "\u202e\U0001f600"},
        {"url": "https://[::1]/good", "domain": ""},
        {"domain": "nobody.example", "referrer": ["not", "text"]},
        {"domain": "nobody.example", "screen_width": 10**30, "hashMode": {}},
    ],
)
def test_an_unknown_site_is_dropped(server: Server, changes: dict[str, object]) -> None:
    answer = server.request("POST", "/api/event", beacon(**changes))
    assert (answer.status, answer.body) == (202, b"ok")
    assert answer.headers["x-plausible-dropped"] == "1"


def test_whatever_depth_is_taken_can_be_counted(server: Server) -> None:
    before = server.pages("localhost", bots="include").get("/deep", 0)
    taken = 0
    for levels in (1, 10, 100, 500, *range(900, 1_010, 5), 5_000, 20_000):
        body = beacon(url="https://localhost/deep", revenue=0).replace(b"0", b"[" * levels + b"]" * levels)
        answer = server.request("POST", "/api/event", body)
        assert answer.status in (202, 400)
        taken += answer.status == 202
    assert taken
    within(10, lambda: server.pages("localhost", bots="include").get("/deep", 0) == before + taken)


@pytest.mark.parametrize("authorization", ["Bearer mp_wrong", "Bearer \xff\xfe", "bearer " + "k" * 10_000])
def test_a_wrong_key_is_refused(server: Server, authorization: str) -> None:
    headers = {"authorization": authorization}
    answer = server.request("POST", "/api/event", beacon(), headers)
    assert answer.status == 401
    assert_refused(answer, {"authorization"})
    answer = server.request("GET", "/v1/sites", headers=headers)
    assert answer.status == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert_error(answer)


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "TRACE"])
def test_events_are_sent_by_post(server: Server, method: str) -> None:
    answer = server.request(method, "/api/event", beacon() if method != "HEAD" else None)
    assert answer.status == 405
    assert "POST" in answer.headers["allow"]
    if method != "HEAD":
        assert_error(answer)


@pytest.mark.parametrize(
    "headers",
    [
        {"user-agent": "\xff\xfe\x80"},
        {"user-agent": "x" * 100_000},
        {"x-forwarded-for": ", ,not an address,[::1, 1.2.3.4.5, " + "9" * 5_000},
        {"content-type": "application/x-www-form-urlencoded"},
        {"content-type": "\xff; charset=\xff"},
        {"origin": "\xff"},
        {"accept-language": "," * 5_000},
        {"sec-ch-ua": "\xff" * 1_000, "sec-ch-ua-mobile": "?9", "referer": "\xff"},
        {"authorization": "Basic \xff"},
        {"authorization": ""},
    ],
)
def test_an_odd_header_does_no_harm(server: Server, headers: dict[str, str]) -> None:
    answer = server.request("POST", "/api/event", beacon(url="https://localhost/odd"), headers)
    assert answer.status == 202
    assert "x-plausible-dropped" not in answer.headers
