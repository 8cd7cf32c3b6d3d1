import asyncio
import base64
import json
from collections.abc import MutableMapping
from typing import Any

import pytest

from infra.local.gateway import (
    CORS_HEADERS,
    MAX_REQUEST_BYTES,
    TooLarge,
    is_preflight,
    preflight_response,
    read_body,
    send_response,
    to_request,
)
from shared.http import bearer_of, body_of, instant_of
from tests.unit.making import NOON

#: AWS, "Create AWS Lambda proxy integrations for HTTP APIs in API Gateway": the example of payload format 2.0, without
#: what depends on an authoriser or a client certificate.
DOCUMENTED: dict[str, Any] = {
    "version": "2.0",
    "routeKey": "$default",
    "rawPath": "/my/path",
    "rawQueryString": "parameter1=value1&parameter1=value2&parameter2=value",
    "cookies": ["cookie1", "cookie2"],
    "headers": {"header1": "value1", "header2": "value1,value2"},
    "queryStringParameters": {"parameter1": "value1,value2", "parameter2": "value"},
    "requestContext": {
        "accountId": "123456789012",
        "apiId": "api-id",
        "domainName": "id.execute-api.us-east-1.amazonaws.com",
        "domainPrefix": "id",
        "http": {
            "method": "POST",
            "path": "/my/path",
            "protocol": "HTTP/1.1",
            "sourceIp": "192.0.2.1",
            "userAgent": "agent",
        },
        "requestId": "id",
        "routeKey": "$default",
        "stage": "$default",
        "time": "12/Mar/2020:19:03:58 +0000",
        "timeEpoch": 1583348638390,
    },
    "body": "Hello from Lambda",
    "pathParameters": {"parameter1": "value1"},
    "isBase64Encoded": False,
    "stageVariables": {"stageVariable1": "value1"},
}


def scope(headers: list[tuple[bytes, bytes]] | None = None, **more: Any) -> MutableMapping[str, Any]:
    return {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "path": "/my/path",
        "query_string": b"parameter1=value1&parameter1=value2&parameter2=value",
        "headers": headers or [],
        "client": ("192.0.2.1", 50_000),
        **more,
    }


def request(body: bytes = b"", content_type: str | None = None, **more: Any) -> Any:
    headers = [(b"content-type", content_type.encode())] if content_type else []
    return to_request(scope(headers, **more), body, NOON)


def test_a_request_is_the_documented_event_but_for_what_no_handler_of_ours_may_use() -> None:
    headers = [(b"header1", b"value1"), (b"header2", b"value1"), (b"header2", b"value2"), (b"user-agent", b"agent")]
    made = dict(to_request(scope(headers), b"Hello from Lambda", 1583348638390))
    assert made.keys() == DOCUMENTED.keys() - {"cookies", "pathParameters", "stageVariables"}
    context, documented = made["requestContext"], DOCUMENTED["requestContext"]
    assert context.keys() == documented.keys() - {"accountId", "domainPrefix"}
    assert context["http"] == documented["http"]
    assert context["timeEpoch"] == documented["timeEpoch"]
    assert context["time"] == "04/Mar/2020:19:03:58 +0000"
    for name in ("version", "routeKey", "rawPath", "rawQueryString", "queryStringParameters"):
        assert made[name] == DOCUMENTED[name]
    assert made["headers"] == {**DOCUMENTED["headers"], "user-agent": "agent"}
    assert json.loads(json.dumps(made)) == made


def test_of_a_paths_escapes_that_of_the_percent_sign_is_left() -> None:
    made = request(path="/100% ü")
    assert made["rawPath"] == made["requestContext"]["http"]["path"] == "/100%25 ü"


def test_what_the_handlers_read_is_there() -> None:
    made = to_request(scope([(b"authorization", b"Bearer mp_key"), (b"content-type", b"text/plain")]), b"x", NOON)
    assert (instant_of(made), bearer_of(made), body_of(made)) == (NOON, "mp_key", b"x")


@pytest.mark.parametrize(
    ("content_type", "body", "encoded"),
    [
        ("application/json", b'{"a":"\xc3\xa9"}', False),
        ("Application/JSON; charset=utf-8", b"{}", False),
        ("text/plain;charset=UTF-8", b"x", False),
        ("text/plain", b"\xff", True),
        ("application/octet-stream", b"x", True),
        (None, b"x", True),
        (None, b"", False),
    ],
)
def test_a_body_that_is_not_text_comes_in_base64(content_type: str | None, body: bytes, encoded: bool) -> None:
    made = request(body, content_type)
    assert made["isBase64Encoded"] is encoded
    assert made["body"] == (base64.b64encode(body).decode() if encoded else body.decode())
    assert body_of(made) == body


def test_a_query_is_decoded_and_repeated_names_are_joined() -> None:
    made = request(query_string=b"a=%C3%A9+x&b=&a=2")
    assert made["queryStringParameters"] == {"a": "é x,2", "b": ""}
    assert made["rawQueryString"] == "a=%C3%A9+x&b=&a=2"
    assert request(query_string=b"")["queryStringParameters"] == {}


def test_headers_that_are_no_utf8_are_no_fault() -> None:
    assert to_request(scope([(b"user-agent", b"a\xffb")]), b"", NOON)["headers"] == {"user-agent": "a\ufffdb"}


def test_a_socket_without_a_peer_is_this_machine() -> None:
    assert request(client=None)["requestContext"]["http"]["sourceIp"] == "127.0.0.1"


def body_from(*chunks: bytes) -> bytes:
    messages = [{"body": chunk, "more_body": True} for chunk in chunks[:-1]] + [{"body": chunks[-1]}]

    async def receive() -> MutableMapping[str, Any]:
        return messages.pop(0)

    return asyncio.run(read_body(receive))


def test_a_body_is_read_to_its_end() -> None:
    assert body_from(b"a", b"b", b"c") == b"abc"


@pytest.mark.parametrize("chunks", [2, 16])
def test_a_body_that_is_too_large_is_not_read_to_its_end(chunks: int) -> None:
    chunk = b"x" * (MAX_REQUEST_BYTES // chunks)
    assert len(body_from(*[chunk] * chunks)) == MAX_REQUEST_BYTES
    with pytest.raises(TooLarge):
        body_from(*[chunk] * chunks, b"x", *[b"never read"] * 5)


def sent(response: dict[str, Any], method: str = "GET") -> tuple[int, dict[str, str], bytes]:
    messages: list[MutableMapping[str, Any]] = []

    async def send(message: MutableMapping[str, Any]) -> None:
        messages.append(message)

    asyncio.run(send_response(send, response, method))
    start, body = messages
    assert [message["type"] for message in messages] == ["http.response.start", "http.response.body"]
    headers = {name.decode(): value.decode() for name, value in start["headers"]}
    return start["status"], headers, body["body"]


def test_an_answer_is_sent_with_its_length_and_may_be_read_from_any_origin() -> None:
    answer = {"statusCode": 200, "headers": {"content-type": "text/plain"}, "body": "é"}
    expected = {**CORS_HEADERS, "content-type": "text/plain", "content-length": "2"}
    assert sent(answer) == (200, expected, "é".encode())
    assert sent(answer, "HEAD") == (200, expected, b"")


def test_an_answer_may_come_in_base64() -> None:
    answer = {"statusCode": 200, "headers": {}, "body": base64.b64encode(b"\xff").decode(), "isBase64Encoded": True}
    assert sent(answer)[2] == b"\xff"


def test_any_origin_may_read_and_see_what_was_dropped_or_refused() -> None:
    assert CORS_HEADERS["access-control-allow-origin"] == "*"
    assert CORS_HEADERS["access-control-expose-headers"] == "x-plausible-dropped, x-goatcounter"


def test_a_preflight_is_allowed_the_key_json_and_what_umami_sends_back() -> None:
    assert [is_preflight(scope(method=method)) for method in ("OPTIONS", "POST")] == [True, False]
    status, headers, body = sent(preflight_response(), "OPTIONS")
    assert (status, body) == (204, b"")
    assert "content-length" not in headers
    assert headers["access-control-allow-origin"] == "*"
    assert headers["access-control-allow-headers"].split(", ") == ["authorization", "content-type", "x-umami-cache"]
    assert {"GET", "POST"} <= set(headers["access-control-allow-methods"].split(", "))
