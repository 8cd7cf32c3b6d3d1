"""`GET /pixel.gif`: a pageview of a page without JavaScript."""

from collections.abc import Mapping

from services.ingest.endpoints.endpoint import Endpoint, parameters_of
from services.ingest.endpoints.image import image_response
from services.ingest.endpoints.plausible import refuse_with_errors
from shared.domain.beacon import Beacon
from shared.domain.trackers.pixel import read_pixel
from shared.http import Request, Response, headers_of


def _read(request: Request) -> Beacon:
    return read_pixel(parameters_of(request), headers_of(request).get("referer"))


def _answer(headers: Mapping[str, str]) -> Response:
    return image_response(200, headers)


PIXEL = Endpoint(("GET", "HEAD"), _read, _answer, refuse_with_errors)
