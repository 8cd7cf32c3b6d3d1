"""`POST /api/send`: what Umami's tracker and `@umami/node` send."""

from collections.abc import Mapping

from services.ingest.endpoints.endpoint import Endpoint, told
from shared.domain.beacon import Beacon, Errors
from shared.domain.trackers.umami import read_message
from shared.http import Request, Response, body_of, json_response

#: Umami answers with the ids of a session and a visit, and with a token that its tracker sends back with the next
#: event. Here all visitors get the same: ids or a token of one's own would link a browser's events, which nothing may.
#: The ids are RFC 9562's nil UUID, so that what wants one finds one.
_NOBODY = "00000000-0000-0000-0000-000000000000"
_CONTENT = {"cache": "none", "sessionId": _NOBODY, "visitId": _NOBODY}


def _read(request: Request) -> Beacon | None:
    return read_message(body_of(request))


def _answer(headers: Mapping[str, str]) -> Response:
    return json_response(200, _CONTENT, headers)


def _refuse(status: int, errors: Errors) -> Response:
    return json_response(status, {"error": told(errors)})


SEND = Endpoint(("POST",), _read, _answer, _refuse)
