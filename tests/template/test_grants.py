"""Every function is granted what it calls, and nothing else: the real functions, watched over emulated tables."""

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest

from infra.aws.duties import DUTIES
from services.ingest.tally import DROPS_INTERVAL
from services.ingest.writer import Writer
from shared.domain.calendar import HOUR_MS
from shared.domain.events import encode_event
from shared.domain.folds import DAY, Delta, RowKey
from shared.engine import Commit
from shared.engines.dynamodb.tables import TABLES
from shared.stream import to_stream_event
from tests.unit.deployed import Context, Deployment, api_event, deployment
from tests.unit.making import NOON, SITE, event

__all__ = ["deployment"]

Grant = tuple[str, str]

DAY_MS = 24 * HOUR_MS

_TRANSACTION = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
}


def granted(name: str) -> set[Grant]:
    duty = DUTIES[name]
    tables = {(table, action) for table, actions in duty.tables.items() for action in actions}
    return tables | {(f"{table}/index", "Query") for table in duty.indexes}


class Watch:
    """Which actions on which tables a deployment's client is asked for, in AWS's own names."""

    def __init__(self, deployment: Deployment) -> None:
        self._roles = {getattr(deployment.tables, role): role for role in TABLES}
        self._asked: set[Grant] | None = None
        deployment.client.meta.events.register("provide-client-params.dynamodb", self._note)

    @contextmanager
    def watching(self) -> Iterator[set[Grant]]:
        asked: set[Grant] = set()
        self._asked = asked
        try:
            yield asked
        finally:
            self._asked = None

    def _note(self, params: Mapping[str, Any], model: Any, **_: Any) -> None:
        if self._asked is not None:
            self._asked |= {
                (self._roles[table] + suffix, action) for table, suffix, action in _actions(model.name, params)
            }


def _actions(operation: str, params: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    if operation == "TransactWriteItems":
        for actions in params["TransactItems"]:
            for kind, action in actions.items():
                yield action["TableName"], "", _TRANSACTION[kind]
    elif operation in ("BatchGetItem", "BatchWriteItem"):
        for table in params["RequestItems"]:
            yield table, "", operation
    else:
        yield params["TableName"], "/index" if "IndexName" in params else "", operation


class Life:
    """What happens to an installation, so that its functions do all they ever do."""

    def __init__(self, deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
        self.deployment = deployment
        self.now = NOON
        self.projector = deployment.function("projector")
        monkeypatch.setattr(self.projector, "now_ms", lambda: self.now)
        numbers = iter(range(10_000))
        self.writer = Writer(deployment.engine.log, lambda: self.now, lambda: f"{next(numbers):024}")

    def visits(self, first: int, count: int) -> None:
        visits = [encode_event(event("/", self.now, visitor)) for visitor in range(first, first + count)]
        self.writer.append([*visits, b'{"schema_version":99}'])

    def project(self, lost: int = 0) -> set[Grant]:
        """Hands the log over, as a stream would that has lost its first records, and gives what was asked for."""
        batch = to_stream_event(self.deployment.records()[lost:])
        with Watch(self.deployment).watching() as asked:
            self.projector.project(batch, Context())
        return asked

    def sweep(self) -> set[Grant]:
        with Watch(self.deployment).watching() as asked:
            self.projector.sweep({}, Context(300_000))
        return asked


@pytest.fixture
def life(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> Life:
    return Life(deployment, monkeypatch)


def test_ingest(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    ingest = deployment.function("ingest")
    seconds = [0.0]
    monkeypatch.setattr(ingest.time, "monotonic", lambda: seconds[0])
    with Watch(deployment).watching() as asked:
        for domain in (SITE, "unknown.example", SITE):
            seconds[0] += DROPS_INTERVAL + 1
            body = json.dumps({"n": "pageview", "u": f"https://{SITE}/", "d": domain})
            request = api_event("POST", "/api/event", body=body)
            request["requestContext"]["timeEpoch"] = time.time_ns() // 1_000_000
            assert ingest.lambda_handler(request, Context())["statusCode"] == 202
    assert asked == granted("Ingest")


def test_query(deployment: Deployment, life: Life) -> None:
    life.visits(0, 3)
    life.project()
    query = deployment.function("query")
    with Watch(deployment).watching() as asked:
        for path, parameters in (
            *((f"/v1/sites/{SITE}/counts", f"by={by}") for by in ("page", "day", "hour", "page,day")),
            *((f"/v1/sites/{SITE}/counts", "by=day&page=/&bots=include"), (f"/v1/sites/{SITE}/milestones", "")),
            *((path, "") for path in (f"/v1/sites/{SITE}", "/health", "/openapi.json")),
        ):
            assert query.lambda_handler(api_event("GET", path, parameters), Context())["statusCode"] == 200
    assert asked == granted("Query")


def test_project(life: Life) -> None:
    asked: set[Grant] = set()
    for first in (0, 600):
        life.visits(first, 600)
        asked |= life.project(lost=first + 10)
    assert asked == granted("Project")


def test_notify(deployment: Deployment, life: Life) -> None:
    life.visits(0, 10)
    life.project()
    with Watch(deployment).watching() as asked:
        life.projector.notify({"Records": []}, Context())
    assert len(deployment.sns.published) == 2
    assert asked == granted("Notify")


def test_sweep(deployment: Deployment, life: Life) -> None:
    asked: set[Grant] = set()
    for first in (0, 600):
        life.visits(first, 600)
        deployment.engine.salts.get("2026-11-22", life.now)
        asked |= life.sweep()
    for days in (3, 26 * 31):
        life.now += days * DAY_MS
        asked |= life.sweep()
    assert any(record.body is None for record in deployment.records())
    assert asked == granted("Sweep")


def test_audit(deployment: Deployment, life: Life) -> None:
    life.visits(0, 10)
    life.project()
    life.now += DAY_MS
    life.sweep()
    # One too many, so that it looks twice.
    wrong = Commit(deltas={RowKey(SITE, DAY, "2026-11-22", ""): Delta(pageviews=1)})
    deployment.engine.read_models.commit(1, wrong)
    with Watch(deployment).watching() as asked:
        life.projector.audit({}, Context(300_000))
    assert asked == granted("Audit")
