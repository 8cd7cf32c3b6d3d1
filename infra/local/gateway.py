"""The front door's translation: ASGI requests to API Gateway's HTTP API events (payload 2.0), and answers back.

What API Gateway does by itself is done here: CORS, Base64 for bodies that are not text, header names in lower case.
"""

import base64
from collections.abc import Awaitable, Callable, MutableMapping
from datetime import datetime
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl

from shared.domain.calendar import utc
from shared.http import Request, Response

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

#: API Gateway's own limit is 10 MB; no request that we take is near this.
MAX_REQUEST_BYTES = 1024 * 1024

_TEXT_TYPES = ("text/", "application/json", "application/javascript", "application/xml")

#: Any origin may send and read: what may be read is guarded by keys, and no cookie exists.
CORS_HEADERS = {
    "access-control-allow-origin": "*",
    "access-control-expose-headers": "x-plausible-dropped, x-goatcounter",
}
_PREFLIGHT_HEADERS = {
    **CORS_HEADERS,
    "access-control-allow-methods": "GET, POST, HEAD, OPTIONS",
    "access-control-allow-headers": "authorization, content-type, x-umami-cache",
    "access-control-max-age": "86400",
}


class TooLarge(Exception):
    """The request's body is larger than the front door takes."""


async def read_body(receive: Receive) -> bytes:
    """Reads a request's body.

    Raises:
        TooLarge: It is larger than `MAX_REQUEST_BYTES`; the rest is not read.
    """
    message = await receive()
    body: bytes = message.get("body", b"")
    while message.get("more_body"):
        message = await receive()
        body += message.get("body", b"")
        if len(body) > MAX_REQUEST_BYTES:
            raise TooLarge
    return body


def is_preflight(scope: Scope) -> bool:
    """Tells whether a request is a CORS preflight."""
    return bool(scope["method"] == "OPTIONS")


def preflight_response() -> Response:
    """Makes the answer to a preflight."""
    return {"statusCode": 204, "headers": _PREFLIGHT_HEADERS, "body": ""}


def to_request(scope: Scope, body: bytes, now: int) -> Request:
    """Makes the API Gateway event of a request.

    Args:
        scope: The ASGI scope.
        body: The whole body.
        now: The request's instant in milliseconds since 1970.
    """
    headers: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1"), raw_value.decode("utf-8", "replace")
        headers[name] = f"{headers[name]},{value}" if name in headers else value
    query = scope["query_string"].decode("latin-1")
    text, encoded = _body(headers.get("content-type", ""), body)
    # As API Gateway decodes a path: of all escapes, that of the percent sign stays.
    method, path = scope["method"], scope["path"].replace("%", "%25")
    agent = headers.get("user-agent", "")
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": query,
        "queryStringParameters": _query_parameters(query) if query else {},
        "headers": headers,
        "requestContext": {
            "apiId": "local",
            "domainName": headers.get("host", ""),
            "http": {
                "method": method,
                "path": path,
                "protocol": "HTTP/" + scope["http_version"],
                "sourceIp": (scope.get("client") or ("127.0.0.1",))[0],
                "userAgent": agent,
            },
            "requestId": "local",
            "routeKey": "$default",
            "stage": "$default",
            "time": _clf_time(now // 1000),
            "timeEpoch": now,
        },
        "body": text,
        "isBase64Encoded": encoded,
    }


async def send_response(send: Send, response: Response, method: str) -> None:
    """Sends a Lambda's answer."""
    body = response.get("body", "")
    content = base64.b64decode(body) if response.get("isBase64Encoded") else body.encode()
    headers = {**CORS_HEADERS, **response["headers"], "content-length": str(len(content))}
    if response["statusCode"] == 204:
        del headers["content-length"]
    raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": response["statusCode"], "headers": raw})
    await send({"type": "http.response.body", "body": b"" if method == "HEAD" else content})


def _body(content_type: str, body: bytes) -> tuple[str, bool]:
    if content_type.lower().startswith(_TEXT_TYPES) or not body:
        try:
            return body.decode(), False
        except UnicodeDecodeError:
            pass
    return base64.b64encode(body).decode(), True


def _query_parameters(query: str) -> dict[str, str]:
    parameters: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        parameters[name] = f"{parameters[name]},{value}" if name in parameters else value
    return parameters


@lru_cache(maxsize=4)
def _clf_time(second: int) -> str:
    moment: datetime = utc(second * 1000)
    return moment.strftime("%d/%b/%Y:%H:%M:%S +0000")
