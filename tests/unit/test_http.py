import base64
import json

import pytest

from shared.http import bearer_of, body_of, headers_of, instant_of, json_response, query_of


@pytest.mark.parametrize(
    ("request_", "body"),
    [
        ({}, b""),
        ({"body": None}, b""),
        ({"body": "é", "isBase64Encoded": False}, "é".encode()),
        ({"body": base64.b64encode(b"\xff\0").decode(), "isBase64Encoded": True}, b"\xff\0"),
        ({"body": "", "isBase64Encoded": True}, b""),
    ],
)
def test_a_body_may_come_as_it_is_or_in_base64(request_: dict[str, object], body: bytes) -> None:
    assert body_of(request_) == body


def test_a_lone_surrogate_in_a_body_is_left_to_its_reader() -> None:
    with pytest.raises(UnicodeDecodeError):
        body_of({"body": "\ud800"}).decode()


@pytest.mark.parametrize("body", ["a", "****", "YQ==YQ==x", "é"])
def test_what_is_no_base64_is_refused(body: str) -> None:
    with pytest.raises(ValueError, match=r"Base64|ASCII"):
        body_of({"body": body, "isBase64Encoded": True})


@pytest.mark.parametrize(
    ("header", "key"),
    [
        ("Bearer mp_key", "mp_key"),
        ("bearer  mp_key ", "mp_key"),
        ("Bearer", None),
        ("Bearer  ", None),
        ("Basic mp_key", None),
        ("mp_key", None),
        ("", None),
    ],
)
def test_a_key_comes_as_a_bearer(header: str, key: str | None) -> None:
    assert bearer_of({"headers": {"authorization": header}}) == key


def test_a_request_may_have_no_headers() -> None:
    assert headers_of({}) == headers_of({"headers": None}) == {}
    assert bearer_of({}) is None


def test_the_instant_is_the_gateways() -> None:
    assert instant_of({"requestContext": {"timeEpoch": 5}}) == 5


def test_an_answer_is_compact_json_in_utf8() -> None:
    answer = json_response(404, {"error": "é"}, {"allow": "GET"})
    assert answer == {
        "statusCode": 404,
        "headers": {"content-type": "application/json; charset=utf-8", "allow": "GET"},
        "body": '{"error":"é"}',
    }
    assert json.loads(str(answer["body"])) == {"error": "é"}


@pytest.mark.parametrize(
    ("query", "parameters"),
    [
        ({}, {}),
        ({"rawQueryString": ""}, {}),
        ({"rawQueryString": "a=1&b=&c&a=2"}, {"a": "1", "b": "", "c": ""}),
        ({"rawQueryString": "p=%2F%C3%A9+x%3Fy%3D1&q=%FF"}, {"p": "/é x?y=1", "q": "\ufffd"}),
        ({"rawQueryString": "p=\ud800"}, {"p": "?"}),
    ],
)
def test_a_query_is_decoded_and_the_first_of_a_name_stands(query: dict[str, str], parameters: dict[str, str]) -> None:
    assert query_of(query) == parameters
