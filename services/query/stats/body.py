"""The body of a request of version 2.

Source: https://plausible.io/docs/stats-api#request-structure
"""

import json
from typing import Any

from services.query.refusals import InvalidRequest
from services.query.stats.dimensions import shown
from shared.http import Request, body_of

MAX_BODY_BYTES = 64 * 1024
REQUIRED = ("site_id", "metrics", "date_range")
KEYS = (*REQUIRED, "dimensions", "filters", "order_by", "include", "pagination", "bots")


def read_body(request: Request) -> dict[str, Any]:
    """Reads a body, whatever its content type says.

    Raises:
        InvalidRequest: It is too large, no JSON, no object, or has keys that are unknown or lacks some.
    """
    content = _json(request)
    if not isinstance(content, dict):
        raise InvalidRequest(f"the body is {shown(content)}, but must be an object with {', '.join(REQUIRED)}")
    for key in content:
        if key not in KEYS:
            raise InvalidRequest(f"{shown(key)} is not known; known here are {', '.join(KEYS)}")
    for key in REQUIRED:
        if key not in content:
            raise InvalidRequest(f"{key} is missing; it must be given, as {', '.join(REQUIRED)} must")
    return content


def _json(request: Request) -> object:
    try:
        body = body_of(request)
        if len(body) > MAX_BODY_BYTES:
            raise InvalidRequest(f"the body is larger than {MAX_BODY_BYTES:,} bytes")
        content = json.loads(body)
        # Half of a surrogate pair is JSON, but no text that could be compared with or answered.
        json.dumps(content, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise InvalidRequest("the body is not JSON, or nested too deep; send a query as a JSON object") from error
    return content
