"""`GET` and `POST /count`: GoatCounter's hits.

The answer is the image in any case, since nobody reads it; what is wrong stands in the header `X-Goatcounter`.
"""

from services.ingest.endpoints.endpoint import Endpoint, parameters_of, told
from services.ingest.endpoints.image import answer_with_image, image_response
from shared.domain.beacon import Beacon, Errors
from shared.domain.trackers.goatcounter import read_hit
from shared.http import Request, Response, headers_of


def _read(request: Request) -> Beacon:
    headers = headers_of(request)
    return read_hit(parameters_of(request), headers.get("origin"), headers.get("referer"))


def _refuse(status: int, errors: Errors) -> Response:
    return image_response(status, {"x-goatcounter": told(errors)})


COUNT = Endpoint(("GET", "HEAD", "POST"), _read, answer_with_image, _refuse)
