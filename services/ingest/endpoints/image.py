"""The image that a page gets for what its own address said: one transparent pixel."""

import base64
from collections.abc import Mapping

from shared.http import Response

#: 43 bytes. Source: CompuServe, "Graphics Interchange Format, Version 89a".
GIF = (
    b"GIF89a\x01\x00\x01\x00\x80\x00\x00"  # a screen of one pixel, and a palette of two colours:
    b"\x00\x00\x00\xff\xff\xff"
    b"!\xf9\x04\x01\x00\x00\x00\x00"  # the first of them is transparent
    b",\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
)
_BODY = base64.b64encode(GIF).decode()
_HEADERS = {"content-type": "image/gif", "cache-control": "no-store"}


def answer_with_image(headers: Mapping[str, str]) -> Response:
    """Makes the answer to what was read."""
    return image_response(200, headers)


def image_response(status: int, headers: Mapping[str, str]) -> Response:
    """Makes an answer of the image, which is never kept for another view of the page."""
    return {"statusCode": status, "headers": {**_HEADERS, **headers}, "body": _BODY, "isBase64Encoded": True}
