"""API Gateway's HTTP API events, payload format 2.0, and the answers to them.

Source: AWS, "Create AWS Lambda proxy integrations for HTTP APIs in API Gateway", payload format version 2.0.
"""

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

Request = Mapping[str, Any]
Response = dict[str, Any]
Handler = Callable[[Request, object], Response]

_JSON = "application/json; charset=utf-8"


def body_of(request: Request) -> bytes:
    """Gives the request's body, which comes in Base64 where its content type is neither text nor JSON.

    Raises:
        ValueError: It is said to be Base64 and is not.
    """
    body = request.get("body") or ""
    if not request.get("isBase64Encoded"):
        return str(body).encode("utf-8", "surrogatepass")
    try:
        return base64.b64decode(body, validate=True)
    except binascii.Error as error:
        raise ValueError("the body is not Base64") from error


def headers_of(request: Request) -> Mapping[str, str]:
    """Gives the headers by their names in lower case, as API Gateway hands them over."""
    headers: Mapping[str, str] = request.get("headers") or {}
    return headers


def query_of(request: Request) -> Mapping[str, str]:
    """Gives the parameters of the query, decoded; of those given twice the first."""
    query = str(request.get("rawQueryString") or "").encode("utf-8", "replace").decode()
    return dict(reversed(parse_qsl(query, keep_blank_values=True)))


def bearer_of(request: Request) -> str | None:
    """Gives the key of an `Authorization: Bearer` header; None without one."""
    scheme, _, key = headers_of(request).get("authorization", "").partition(" ")
    return key.strip() or None if scheme.lower() == "bearer" else None


def instant_of(request: Request) -> int:
    """Gives the request's instant in milliseconds since 1970."""
    instant: int = request["requestContext"]["timeEpoch"]
    return instant


def json_response(status: int, content: object, headers: Mapping[str, str] | None = None) -> Response:
    """Makes an answer in JSON."""
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return {"statusCode": status, "headers": {"content-type": _JSON, **(headers or {})}, "body": body}
