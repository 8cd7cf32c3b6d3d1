"""The paths of the Stats API, and what answers them."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from services.query.access import readable_site
from services.query.parameters import P, read_parameters
from services.query.refusals import InvalidRequest
from services.query.stats import v2
from services.query.stats.body import read_body
from services.query.stats.dimensions import shown
from services.query.stats.evaluator import Evaluator, Setups
from services.query.stats.parameters import (
    AggregateParameters,
    BreakdownParameters,
    SiteParameters,
    TimeseriesParameters,
)
from services.query.stats.v1 import Stats
from shared.directory import Directory
from shared.domain.sites import Site
from shared.engine import Clock
from shared.http import Request

#: A current visitor is one with a pageview in this time.
NOW_MS = 5 * 60 * 1000


class Route(NamedTuple):
    """A path, the methods that it is asked by, and what gives the answer's content."""

    path: str
    methods: Sequence[str]
    answer: Callable[..., Any]


def stats_routes(directory: Directory, evaluator: Evaluator, setups: Setups, clock: Clock) -> list[Route]:
    """Gives the Stats API's routes.

    Args:
        directory: The installation's sites and keys.
        evaluator: Answers questions.
        setups: Finds the goals and segments of a site.
        clock: Gives milliseconds since 1970.

    Returns:
        The routes. What answers raises the refusals of services/query/refusals.py and `StorageUnavailable`.
    """
    api = _Api(directory, evaluator, setups, clock)
    reading = ("GET", "HEAD")
    return [
        Route("/api/v1/stats/realtime/visitors", reading, api.visitors_now),
        Route("/api/v1/stats/aggregate", reading, api.aggregate),
        Route("/api/v1/stats/timeseries", reading, api.timeseries),
        Route("/api/v1/stats/breakdown", reading, api.breakdown),
        Route("/api/v2/query", ("POST",), api.query),
    ]


class _Api:
    """Answers requests: finds the site that one names, and whether it may be read, before it looks at the rest."""

    def __init__(self, directory: Directory, evaluator: Evaluator, setups: Setups, clock: Clock) -> None:
        self._directory = directory
        self._evaluator = evaluator
        self._setups = setups
        self._clock = clock

    def visitors_now(self, request: Request) -> int:
        _, site = self._asked(SiteParameters, request)
        return self._evaluator.visitors_since(site, self._clock() - NOW_MS)

    def aggregate(self, request: Request) -> dict[str, Any]:
        asked, site = self._asked(AggregateParameters, request)
        return self._stats(site).aggregate(asked)

    def timeseries(self, request: Request) -> dict[str, Any]:
        asked, site = self._asked(TimeseriesParameters, request)
        return self._stats(site).timeseries(asked)

    def breakdown(self, request: Request) -> dict[str, Any]:
        asked, site = self._asked(BreakdownParameters, request)
        return self._stats(site).breakdown(asked)

    def query(self, request: Request) -> dict[str, Any]:
        body = read_body(request)
        site = self._site(request, body["site_id"])
        return v2.answer(self._evaluator, site, self._setups(site), body, self._clock())

    def _stats(self, site: Site) -> Stats:
        return Stats(self._evaluator, site, self._setups(site), self._clock())

    def _asked(self, kind: type[P], request: Request) -> tuple[P, Site]:
        asked = read_parameters(kind, request.get("rawQueryString") or "")
        return asked, self._site(request, getattr(asked, "site_id", None))

    def _site(self, request: Request, name: object) -> Site:
        if not isinstance(name, str) or not name:
            raise InvalidRequest(f"site_id is {shown(name)}, but must be a site's name, such as example.org")
        return readable_site(self._directory, request, name.lower())
