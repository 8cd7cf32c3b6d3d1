"""The Stats API over an evaluator that answers what a test says, and keeps what it was asked."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

from services.query.refusals import Forbidden, InvalidRequest, Unauthorised, UnknownSite
from services.query.stats.evaluator import Setup
from services.query.stats.routes import stats_routes
from shared.directory import Directory
from shared.domain.keys import Key, key_digest
from shared.domain.reports.question import Group, Question
from shared.domain.sites import Goal, Site
from tests.unit.querying import at

STATUSES = {InvalidRequest: 400, Unauthorised: 401, Forbidden: 403, UnknownSite: 404}
GOALS = (
    Goal("Signup", event="Signup"),
    Goal("PurchaseUSD", event="PurchaseUSD"),
    Goal("PurchaseEUR", event="PurchaseEUR"),
    Goal("Download", event="Download"),
    Goal("Registered", page="/register"),
)
SEGMENTS = {2: [["has_not_done", ["is", "event:goal", ["Signup"]]], ["is", "visit:source", ["opensource.com"]]]}
SITE = "dummy.site"
KEY = "key"
READER = Key("reader", key_digest(KEY), "read")


def counted(question: Question, *groups: Sequence[Any]) -> list[Group]:
    """Groups given as dimensions and then a number, which is the value of every metric."""
    return [Group(tuple(group[:-1]), dict.fromkeys(question.metrics, group[-1])) for group in groups]


def one(question: Question) -> list[Group]:
    """A group for every question: each dimension's value is its own name, each metric's 7."""
    return counted(question, (*question.dimensions, 7))


@dataclass
class Asked:
    """The API in front of an evaluator.

    Attributes:
        answers: Answers a question.
        now: The instant at which it is asked.
        timezone: The site's.
        questions: What was asked, in order.
    """

    answers: Callable[[Question], list[Group]] = one
    now: str = "2024-09-10T10:30:00+00:00"
    timezone: str = "UTC"
    public: bool = False
    key: Key = READER
    goals: Sequence[Goal] = GOALS
    segments: Mapping[int, Sequence[Any]] = field(default_factory=lambda: SEGMENTS)
    questions: list[Question] = field(default_factory=list)
    since: int = 0

    def get(self, name: str, presented: str | None = KEY, **parameters: object) -> tuple[int, Any]:
        """Asks version 1: the status and the body."""
        query = urlencode({"site_id": SITE, **parameters})
        return self.ask(f"/api/v1/stats/{name}", {"rawQueryString": query, **_headers(presented)})

    def post(self, presented: str | None = KEY, **body: Any) -> tuple[int, Any]:
        """Asks version 2."""
        content = {"site_id": SITE, "metrics": ["visitors"], "date_range": "7d", **body}
        return self.send(json.dumps({key: value for key, value in content.items() if value is not ...}), presented)

    def send(self, body: str, presented: str | None = KEY) -> tuple[int, Any]:
        """Asks version 2 with a body as it is."""
        return self.ask("/api/v2/query", {"body": body, **_headers(presented)})

    def ask(self, path: str, request: Mapping[str, Any]) -> tuple[int, Any]:
        """Asks as the handler does: a refusal becomes its status and text, and the answer becomes JSON."""
        site = Site(SITE, "1", self.timezone, self.public)
        directory = Directory(_registry([site]), _registry([self.key]), 0, lambda: 0.0)
        setup = Setup(self.goals, self.segments)
        routes = stats_routes(directory, self, lambda _: setup, lambda: at(self.now))
        (route,) = (route for route in routes if route.path == path)
        try:
            return 200, json.loads(json.dumps(route.answer(request), ensure_ascii=False, allow_nan=False).encode())
        except tuple(STATUSES) as error:
            status, text = STATUSES[type(error)], str(error)
        assert 0 < len(text) < 1500
        return status, text

    def rows(self, site: Site, question: Question) -> list[Group]:
        assert site.name == SITE
        self.questions.append(question)
        return self.answers(question)

    def visitors_since(self, site: Site, since: int) -> int:
        assert site.name == SITE
        self.since = since
        return 21

    def first_day(self, site: Site) -> date | None:
        assert site.name == SITE
        return date(2022, 9, 23)


def _registry(values: Sequence[Any]) -> Any:
    return SimpleNamespace(all=lambda: values)


def _headers(presented: str | None) -> dict[str, Any]:
    return {"headers": {} if presented is None else {"authorization": f"Bearer {presented}"}}
