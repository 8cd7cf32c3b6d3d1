"""The functions of AWS in this process, over emulated tables, each started anew."""

import importlib
import json
from collections.abc import Mapping
from types import ModuleType
from typing import Any

import pytest

from shared.domain.keys import Key, key_digest
from shared.domain.rules import rule_set
from shared.domain.sites import Site
from shared.engine import Record
from shared.engines.dynamodb import open_engine
from shared.engines.dynamodb.client import Dynamo
from shared.engines.dynamodb.tables import Tables
from tests.support.dynamodb import make_emulated_client, make_tables
from tests.unit.making import PERSON, SITE

STACK = "test-stack"
TOPIC = "arn:aws:sns:us-east-1:000000000000:test-topic"
DASHBOARD = "https://stats.example.org/dashboard/"

_NEEDS = {
    "ingest": ("log", "registry", "salts"),
    "query": ("log", "views", "milestones", "registry"),
    "projector": Tables._fields,
}


class Context:
    """Lambda's context, with as much time left as a test gives."""

    def __init__(self, remaining_ms: int = 60_000) -> None:
        self.remaining_ms = remaining_ms

    def get_remaining_time_in_millis(self) -> int:
        return self.remaining_ms


class FakeSns:
    """A topic's client. `fails` is what the next calls raise."""

    def __init__(self) -> None:
        self.confirmed = 1
        self.asked = 0
        self.published: list[Mapping[str, Any]] = []
        self.fails: Exception | None = None

    def get_topic_attributes(self, **parameters: Any) -> Any:
        assert parameters == {"TopicArn": TOPIC}
        self.asked += 1
        if self.fails:
            raise self.fails
        return {"Attributes": {"TopicArn": TOPIC, "SubscriptionsConfirmed": str(self.confirmed)}}

    def publish(self, **parameters: Any) -> Any:
        if self.fails:
            raise self.fails
        self.published.append(parameters)
        return {"MessageId": "m"}


class Deployment:
    """Tables with one site in them, and the functions."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch
        self.client = make_emulated_client()
        self.tables = make_tables(self.client)
        self.engine = open_engine(Dynamo(self.client, lambda attempt: None), self.tables, rule_set())
        self.sns = FakeSns()
        self.add_site(SITE, public=True)

    def add_site(self, name: str, **more: Any) -> None:
        site = Site(name, f"id of {name}", **more)
        self.engine.sites.save(site)
        self.engine.read_models.set_timezone(name, site.timezone)

    def add_key(self, key: str, scope: str, *sites: str) -> None:
        self.engine.keys.save(Key(f"id of {key}", key_digest(key), scope, sites))

    def function(self, service: str, **environment: str) -> ModuleType:
        """Starts a function as Lambda does: with its environment, and nothing made yet."""
        module = importlib.import_module(f"services.{service}.lambda_function")
        for made in vars(module).values():
            if hasattr(made, "cache_clear") and getattr(made, "__module__", "") == module.__name__:
                made.cache_clear()
        names = {f"MILEPOST_TABLE_{role.upper()}": getattr(self.tables, role) for role in _NEEDS[service]}
        more = {"MILEPOST_TOPIC_ARN": TOPIC, "MILEPOST_DASHBOARD_URL": DASHBOARD} if service == "projector" else {}
        for name, value in {**names, **more, "MILEPOST_STACK": STACK, **environment}.items():
            self._monkeypatch.setenv(name, value)
        self._monkeypatch.setattr(module, "make_client", lambda *_: self.client)
        if service == "projector":
            self._monkeypatch.setattr(module, "make_sns", lambda: self.sns)
        return module

    def records(self) -> list[Record]:
        """The whole log."""
        return [record for head in self.engine.log.epochs() for record in self.engine.log.read(head.epoch, -1, 10_000)]


@pytest.fixture
def deployment(monkeypatch: pytest.MonkeyPatch) -> Deployment:
    return Deployment(monkeypatch)


def api_event(method: str, path: str, query: str = "", body: str | None = None, **headers: str) -> dict[str, Any]:
    """An HTTP API's event, payload format 2.0, as recorded from API Gateway but for what it names."""
    return {
        "version": "2.0",
        "routeKey": f"{method} {path}",
        "rawPath": path,
        "rawQueryString": query,
        "headers": {
            "accept": "*/*",
            "content-length": str(len(body or "")),
            "content-type": "text/plain;charset=UTF-8",
            "host": "a1b2c3d4e5.execute-api.us-east-1.amazonaws.com",
            "user-agent": PERSON,
            "x-amzn-trace-id": "Root=1-6741f0c5-1f2e3d4c5b6a79880f1e2d3c",
            "x-forwarded-for": "203.0.113.7",
            "x-forwarded-port": "443",
            "x-forwarded-proto": "https",
            **headers,
        },
        "requestContext": {
            "accountId": "000000000000",
            "apiId": "a1b2c3d4e5",
            "domainName": "a1b2c3d4e5.execute-api.us-east-1.amazonaws.com",
            "domainPrefix": "a1b2c3d4e5",
            "http": {
                "method": method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "203.0.113.7",
                "userAgent": PERSON,
            },
            "requestId": "JKJaXmPLvHcESHA=",
            "routeKey": f"{method} {path}",
            "stage": "$default",
            "time": "22/Nov/2026:12:00:00 +0000",
            "timeEpoch": 0,
        },
        **({} if body is None else {"body": body}),
        "isBase64Encoded": False,
    }


def metric_lines(written: str) -> list[dict[str, Any]]:
    """The metric lines in what a function wrote to standard output."""
    return [line for line in map(json.loads, written.splitlines()) if "_aws" in line]
