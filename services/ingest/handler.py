"""The ingest Lambda: a beacon's POST in, 202 out once its event is in the log."""

import logging

from services.ingest.accept import Acceptor, Unauthorised
from services.ingest.writer import Writer
from shared.domain.beacon import MAX_BODY_BYTES, InvalidBeacon
from shared.engine import StorageUnavailable
from shared.http import Handler, Request, Response, body_of, json_response

logger = logging.getLogger(__name__)

DROPPED_HEADER = "x-plausible-dropped"

_TEXT = {"content-type": "text/plain; charset=utf-8"}


def make_handler(acceptor: Acceptor, writer: Writer) -> Handler:
    """Makes the handler of `POST /api/event`.

    The answer is 202 once every event of the request is durable; a fault of the request is a 4xx in Plausible's form.
    """

    def handle(request: Request, context: object) -> Response:
        try:
            if len(body_of(request)) > MAX_BODY_BYTES:
                return _refusal(413, {"request": [f"is larger than {MAX_BODY_BYTES} bytes; send one event at a time"]})
            accepted = acceptor.accept(request)
            if accepted.bodies:
                writer.append(accepted.bodies)
        except InvalidBeacon as error:
            return _refusal(400, error.errors)
        except ValueError as error:
            return _refusal(400, {"request": [str(error)]})
        except Unauthorised:
            return _refusal(401, {"authorization": ["must be a Bearer key with the scope write, or be left out"]})
        except StorageUnavailable as error:
            return unavailable(error)
        headers = {**_TEXT, DROPPED_HEADER: "1"} if accepted.dropped else _TEXT
        return {"statusCode": 202, "headers": headers, "body": "ok"}

    return handle


def unavailable(error: StorageUnavailable) -> Response:
    """Makes the answer to an event that may not be in the log."""
    logger.error("an event could not be stored: %s", error)
    return json_response(503, {"error": "the event could not be stored; send it again"}, {"retry-after": "5"})


def _refusal(status: int, errors: dict[str, list[str]]) -> Response:
    return json_response(status, {"errors": errors})
