"""`GET /pixel.gif`: a pageview of a page without JavaScript."""

from services.ingest.endpoints.endpoint import Endpoint, parameters_of
from services.ingest.endpoints.image import answer_with_image
from services.ingest.endpoints.plausible import refuse_with_errors
from shared.domain.beacon import Beacon
from shared.domain.trackers.pixel import read_pixel
from shared.http import Request, headers_of


def _read(request: Request) -> Beacon:
    return read_pixel(parameters_of(request), headers_of(request).get("referer"))


PIXEL = Endpoint(("GET", "HEAD"), _read, answer_with_image, refuse_with_errors)
