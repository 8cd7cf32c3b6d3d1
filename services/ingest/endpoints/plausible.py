"""`POST /api/event`: Plausible's Events API, which Milepost's own tracker speaks too."""

from collections.abc import Mapping

from services.ingest.endpoints.endpoint import Endpoint
from shared.domain.beacon import Beacon, Errors, read_beacon
from shared.http import Request, Response, body_of, json_response

_TEXT = {"content-type": "text/plain; charset=utf-8"}


def _read(request: Request) -> Beacon:
    return read_beacon(body_of(request))


def _answer(headers: Mapping[str, str]) -> Response:
    return {"statusCode": 202, "headers": {**_TEXT, **headers}, "body": "ok"}


def refuse_with_errors(status: int, errors: Errors) -> Response:
    """Makes a refusal in Plausible's form."""
    return json_response(status, {"errors": errors})


EVENT = Endpoint(("POST",), _read, _answer, refuse_with_errors)
