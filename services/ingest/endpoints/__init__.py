"""Where events come in: by path, how a request is read, and how it is answered."""

from collections.abc import Mapping

from services.ingest.endpoints.endpoint import Endpoint
from services.ingest.endpoints.goatcounter import COUNT
from services.ingest.endpoints.pixel import PIXEL
from services.ingest.endpoints.plausible import EVENT
from services.ingest.endpoints.umami import SEND

ENDPOINTS: Mapping[str, Endpoint] = {
    "/api/event": EVENT,
    "/api/send": SEND,
    "/count": COUNT,
    "/pixel.gif": PIXEL,
}
