"""The ingest Lambda: a tracker's request in, and its answer out once the event is in the log."""

import logging
from collections.abc import Mapping

from services.ingest.accept import Acceptor, Unauthorised
from services.ingest.endpoints import ENDPOINTS
from services.ingest.endpoints.endpoint import DROPPED, Endpoint
from services.ingest.writer import Writer
from shared.domain.beacon import MAX_BODY_BYTES, InvalidBeacon
from shared.engine import StorageUnavailable
from shared.http import Handler, Request, Response, body_of, json_response

logger = logging.getLogger(__name__)

_TOO_LARGE = {"request": [f"is larger than {MAX_BODY_BYTES} bytes; send one event at a time"]}
_NO_KEY = {"authorization": ["must be a Bearer key with the scope write, or be left out"]}
_NOTHING: Mapping[str, str] = {}


def make_handler(acceptor: Acceptor, writer: Writer) -> Handler:
    """Makes the handler of the paths in `ENDPOINTS`.

    The answer is a success once every event of the request is durable; a fault of the request is a 4xx. Either has the
    form that the tracker of that path knows.
    """

    def handle(request: Request, context: object) -> Response:
        endpoint = ENDPOINTS[request["rawPath"]]
        method = request["requestContext"]["http"]["method"]
        if method not in endpoint.methods:
            return _wrong_method(endpoint)
        if method == "HEAD":
            return endpoint.answer(_NOTHING)
        try:
            if len(body_of(request)) > MAX_BODY_BYTES:
                return endpoint.refuse(413, _TOO_LARGE)
            accepted = acceptor.accept(request, endpoint.read)
            if accepted.bodies:
                writer.append(accepted.bodies)
        except InvalidBeacon as error:
            return endpoint.refuse(400, error.errors)
        except ValueError as error:
            return endpoint.refuse(400, {"request": [str(error)]})
        except Unauthorised:
            return endpoint.refuse(401, _NO_KEY)
        except StorageUnavailable as error:
            return unavailable(error)
        return endpoint.answer(DROPPED if accepted.dropped else _NOTHING)

    return handle


def unavailable(error: StorageUnavailable) -> Response:
    """Makes the answer to an event that may not be in the log; it is the same on all paths."""
    logger.error("an event could not be stored: %s", error)
    return json_response(503, {"error": "the event could not be stored; send it again"}, {"retry-after": "5"})


def _wrong_method(endpoint: Endpoint) -> Response:
    ways = ", ".join(endpoint.methods)
    return json_response(405, {"error": f"send events by {ways} here"}, {"allow": f"{ways}, OPTIONS"})
