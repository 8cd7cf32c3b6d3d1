"""The query Lambda: a question in, an answer from the read models out."""

import logging
import re
import threading
from collections.abc import Callable, Mapping
from typing import Any, NoReturn, cast
from urllib.parse import quote, unquote

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.event_handler import Response as Reply
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import BaseModel

from services.query import answers
from services.query.access import readable_site, readable_sites
from services.query.counter.document import Document
from services.query.counter.route import PATH as COUNTER_PATH
from services.query.counter.route import Counters
from services.query.counts import count
from services.query.milestones import list_milestones
from services.query.now import visitors_now
from services.query.openapi import document
from services.query.parameters import CountsParameters, NowParameters, P, Paging, Parameters, read_parameters
from services.query.refusals import Forbidden, InvalidRequest, Unauthorised, UnknownPath, UnknownSite, WrongMethod
from services.query.stats.evaluate import StatsEvaluator
from services.query.stats.evaluator import Setup
from services.query.stats.routes import Route, stats_routes
from shared import VERSION
from shared.backlog import lag_ms
from shared.directory import Directory
from shared.domain.sites import Site
from shared.engine import Clock, Engine, StorageUnavailable
from shared.http import Handler, Request, Response, json_response

logger = logging.getLogger(__name__)

_READING = ("GET", "HEAD")
_NO_STORE = {"cache-control": "no-store"}

#: The one table from what a question may run into to the answer's status and headers.
_REFUSALS: Mapping[type[Exception], tuple[int, dict[str, str]]] = {
    InvalidRequest: (400, {}),
    Unauthorised: (401, {"www-authenticate": "Bearer"}),
    Forbidden: (403, {}),
    UnknownSite: (404, {}),
    UnknownPath: (404, {}),
    WrongMethod: (405, {}),
    StorageUnavailable: (503, {"retry-after": "5"}),
}

Content = BaseModel | dict[str, Any] | int | Document


def make_handler(engine: Engine, directory: Directory, clock: Clock) -> Handler:
    """Makes the handler of everything that is read.

    Args:
        engine: The installation's engine.
        directory: Its sites and keys.
        clock: Gives milliseconds since 1970.

    Returns:
        A handler that any number of threads may call at a time. Its answers are JSON, but for badges; a refusal is
        `{"error": "what is wrong and what would be right"}`.
    """
    questions = _Questions(engine, directory, clock)
    thread = _Thread(questions)

    def handle(request: Request, context: object) -> Response:
        # Powertools matches no path with characters beyond its own list, so they are spelt with percent signs; and it
        # keeps the event on a class, where threads would see each other's: one on the instance hides that.
        routed = {**request, "rawPath": quote(request["rawPath"], safe="/%", errors="replace")}
        thread.app.current_event = APIGatewayProxyEventV2(routed)
        return thread.app.resolve(routed, cast(LambdaContext, context))

    return handle


class _Questions:
    """What may be asked, by path. Each takes the request and what the path names, and gives the answer's content."""

    def __init__(self, engine: Engine, directory: Directory, clock: Clock) -> None:
        self._engine = engine
        self._directory = directory
        self._clock = clock
        self._evaluator = StatsEvaluator(engine, clock)
        by_path: Mapping[str, Callable[..., Content]] = {
            "/v1/sites": self._sites,
            "/v1/sites/<site>": self._site,
            "/v1/sites/<site>/counts": self._counts,
            "/v1/sites/<site>/milestones": self._milestones,
            "/v1/sites/<site>/now": self._now,
            "/health": self._health,
            "/openapi.json": self._openapi,
            COUNTER_PATH: Counters(engine, directory, clock).answer,
        }
        self.routes = [
            *(Route(path, _READING, answer) for path, answer in by_path.items()),
            *stats_routes(directory, self._evaluator, lambda site: Setup(site.goals), clock),
        ]

    def _counts(self, request: Request, site: str) -> Content:
        found = self._readable(request, site)
        return count(self._engine.read_models, found, _asked(CountsParameters, request), self._clock())

    def _milestones(self, request: Request, site: str) -> Content:
        found = self._readable(request, site)
        return list_milestones(self._engine.milestones, found.name, _asked(Paging, request))

    def _now(self, request: Request, site: str) -> Content:
        found = self._readable(request, site)
        return visitors_now(self._evaluator, found, _asked(NowParameters, request), self._clock())

    def _sites(self, request: Request) -> Content:
        sites = readable_sites(self._directory, request)
        _asked(Parameters, request)
        return answers.Sites(sites=list(map(_describe, sites)))

    def _site(self, request: Request, site: str) -> Content:
        found = self._readable(request, site)
        _asked(Parameters, request)
        return _describe(found)

    def _health(self, request: Request) -> Content:
        _asked(Parameters, request)
        lag = lag_ms(self._engine, self._clock())
        return answers.Health(status="ok", version=VERSION, lag_seconds=lag / 1000)

    @staticmethod
    def _openapi(request: Request) -> Content:
        _asked(Parameters, request)
        return document()

    def _readable(self, request: Request, name: str) -> Site:
        return readable_site(self._directory, request, unquote(name).lower())


class _Thread(threading.local):
    """A thread's own resolver: a Powertools resolver serves one request at a time."""

    def __init__(self, questions: _Questions) -> None:
        self.app = APIGatewayHttpResolver(debug=False)
        for route in questions.routes:
            self.app.route(route.path, method=list(route.methods))(self._route(route.answer))
        self.app.exception_handler(list(_REFUSALS))(_refuse)
        self.app.not_found(self._not_routed)
        self._served = [
            (re.compile(re.sub(r"<\w+>", "[^/]+", route.path)), route.methods) for route in questions.routes
        ]

    def _route(self, answer: Callable[..., Content]) -> Callable[..., Reply[str]]:
        def route(**names: str) -> Reply[str]:
            content = answer(self.app.current_event.raw_event, **names)
            if isinstance(content, Document):
                return Reply(status_code=content.status, body=content.body, headers=dict(content.headers))
            if isinstance(content, BaseModel):
                content = content.model_dump(mode="json", by_alias=True)
            return _reply(200, content, {})

        return route

    def _not_routed(self, _: NotFoundError) -> NoReturn:
        event = self.app.current_event
        for served, methods in self._served:
            if served.fullmatch(event.path):
                raise WrongMethod(methods)
        raise UnknownPath("nothing is served under this path; /openapi.json lists what is")


def _asked(kind: type[P], request: Request) -> P:
    return read_parameters(kind, request.get("rawQueryString") or "")


def _describe(site: Site) -> answers.Site:
    return answers.Site(
        site=site.name, timezone=site.timezone, public=site.public, milestones=list(site.milestones) or None
    )


def _refuse(error: Exception) -> Reply[str]:
    status, headers = _REFUSALS[type(error)]
    text = str(error)
    if isinstance(error, WrongMethod):
        headers = {"allow": ", ".join(error.methods)}
    if status == 503:
        logger.error("a question could not be answered: %s", error)
        text = "the storage is out of reach for the moment; ask again"
    return _reply(status, answers.Error(error=text).model_dump(), headers)


def _reply(status: int, content: object, headers: Mapping[str, str]) -> Reply[str]:
    response = json_response(status, content, {**_NO_STORE, **headers})
    return Reply(status_code=status, body=response["body"], headers=response["headers"])
