import json
import time
from typing import Any

import pytest

from services.ingest.writer import Writer
from services.projector.rounds import RoundFailed
from shared.domain.calendar import HOUR_MS, local_date
from shared.domain.events import Event, encode_event
from shared.domain.folds import TOTAL, RowKey
from shared.engine import Entry, StorageUnavailable
from shared.engines.dynamodb.client import Dynamo
from shared.engines.dynamodb.log import DynamoEventLog
from shared.engines.dynamodb.salts import DynamoSalts
from shared.environment import MissingSetting
from shared.stream import to_stream_event
from tests.unit.deployed import DASHBOARD, STACK, TOPIC, Context, Deployment, api_event, deployment, metric_lines
from tests.unit.making import SITE, event

__all__ = ["deployment"]

DAY_MS = 24 * HOUR_MS


class Projector:
    """The projector's functions, started, under a clock that can be moved."""

    def __init__(self, deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
        self.deployment = deployment
        self.engine = deployment.engine
        self.now = time.time_ns() // 1_000_000
        self.function = deployment.function("projector")
        monkeypatch.setattr(self.function, "now_ms", lambda: self.now)
        numbers = iter(range(10_000))
        self.writer = Writer(self.engine.log, lambda: self.now, lambda: f"{next(numbers):024}")

    def visits(self, count: int, url: str = "/") -> None:
        visits: list[Event] = [event(url, self.now, visitor) for visitor in range(count)]
        self.writer.append([encode_event(one) for one in visits])

    def stream(self) -> Any:
        """What the log's stream would deliver."""
        return to_stream_event(self.deployment.records())

    def project(self) -> Any:
        return self.function.project(self.stream(), Context())

    def sweep(self, remaining_ms: int = 300_000) -> None:
        self.function.sweep({}, Context(remaining_ms))

    @property
    def pageviews(self) -> int:
        key = RowKey(SITE, TOTAL, "", "")
        rows = self.engine.read_models.lookup(1, [key])
        return rows[key].pageviews if rows else 0

    @property
    def published(self) -> list[Any]:
        return list(self.deployment.sns.published)


@pytest.fixture
def projector(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> Projector:
    return Projector(deployment, monkeypatch)


def metrics(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """What was written of each metric, last."""
    lines = metric_lines(capsys.readouterr().out)
    assert all(line["Stack"] == STACK for line in lines)
    return {name: line[name] for line in lines for name in line if name not in ("_aws", "Stack")}


def test_a_batch_of_the_stream_is_counted_once(projector: Projector, capsys: pytest.CaptureFixture[str]) -> None:
    projector.visits(5)
    assert projector.project() == {"batchItemFailures": []}
    assert metrics(capsys) == {"EventsProjected": 5}
    assert projector.project() == {"batchItemFailures": []}
    assert projector.pageviews == 5


def test_what_comes_again_is_not_called_projected(
    projector: Projector, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    projector.visits(5)
    batch = projector.stream()
    batch["Records"][2]["dynamodb"]["NewImage"] = {}
    batch["Records"].append({"eventName": "REMOVE", "dynamodb": {"SequenceNumber": "9"}})
    assert projector.function.project(batch, Context()) == {"batchItemFailures": [{"itemIdentifier": "2"}]}
    assert metrics(capsys) == {"EventsProjected": 2}
    monkeypatch.setattr(Dynamo, "get", _unavailable)
    monkeypatch.setattr(Dynamo, "batch_get", _unavailable)
    projector.visits(1)
    assert projector.project() == {"batchItemFailures": [{"itemIdentifier": "0"}]}
    assert metrics(capsys) == {"EventsProjected": 0}


@pytest.mark.parametrize("content", [None, "x", {}, {"SequenceNumber": 7}])
def test_a_record_that_is_none_fails_no_invocation(
    projector: Projector, content: object, capsys: pytest.CaptureFixture[str]
) -> None:
    projector.visits(2)
    batch = projector.stream()
    batch["Records"].insert(0, {"eventName": "INSERT", "dynamodb": content})
    assert projector.function.project(batch, Context()) == {"batchItemFailures": []}
    assert projector.pageviews == 2
    batch["Records"][1]["dynamodb"]["NewImage"] = {}
    assert projector.function.project(batch, Context()) == {"batchItemFailures": [{"itemIdentifier": "0"}]}
    assert metrics(capsys) == {"EventsProjected": 1}


def test_a_round_finds_what_the_stream_left_behind_and_shows_how_old_it_was(
    projector: Projector, capsys: pytest.CaptureFixture[str]
) -> None:
    projector.visits(3)
    projector.now += 90_000
    projector.sweep()
    assert projector.pageviews == 3
    written = metrics(capsys)
    assert written.pop("EstimatedMonthlyCost") > 0
    assert written == {"LagSeconds": 90.0, "Quarantined": 0, "NotificationsFailed": 0}
    projector.sweep()
    assert metrics(capsys)["LagSeconds"] == 0
    assert {one.threshold for one in projector.engine.milestones.page(SITE, 10, None)} == {1}


def test_what_cannot_be_folded_is_a_gauge(projector: Projector, capsys: pytest.CaptureFixture[str]) -> None:
    projector.writer.append([b'{"schema_version":99}'])
    projector.sweep()
    projector.sweep()
    assert metrics(capsys)["Quarantined"] == 1


def test_a_milestone_is_published_and_marked(projector: Projector, capsys: pytest.CaptureFixture[str]) -> None:
    projector.visits(1)
    projector.project()
    capsys.readouterr()
    inserted = {"eventName": "INSERT", "dynamodb": {"SequenceNumber": "1", "Keys": {"pk": {"S": "outbox"}}}}
    assert projector.function.notify({"Records": [inserted]}, Context()) == {"batchItemFailures": []}
    (mail,) = projector.published
    (reached,) = projector.engine.milestones.page(SITE, 10, None)
    assert mail["TopicArn"] == TOPIC
    assert mail["Subject"] == f"{SITE}: the site reached 1 pageview"
    assert f"Dashboard: {DASHBOARD}#site={SITE}\n" in mail["Message"]
    assert mail["MessageAttributes"] == {
        name: {"DataType": "String", "StringValue": reached.milestone_id} for name in ("mail_id", "milestone_id")
    }
    assert reached.notified_at == projector.now
    assert metrics(capsys) == {"NotificationsFailed": 0, "Milestones": 1}
    projector.sweep()
    assert len(projector.published) == 1


def test_what_could_not_be_sent_leaves_with_a_later_round(
    projector: Projector, capsys: pytest.CaptureFixture[str]
) -> None:
    projector.deployment.sns.fails = client_failure("publish")
    projector.visits(1)
    projector.project()
    assert projector.function.notify({"Records": []}, Context()) == {"batchItemFailures": []}
    assert metrics(capsys)["NotificationsFailed"] == 1
    projector.deployment.sns.fails = None
    projector.sweep()
    assert len(projector.published) == 1


def test_nothing_is_sent_or_marked_before_a_subscription_is_confirmed(
    projector: Projector, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    seconds = [0.0]
    monkeypatch.setattr(projector.function.time, "monotonic", lambda: seconds[0])
    projector.deployment.sns.confirmed = 0
    projector.visits(1)
    projector.project()
    projector.function.notify({"Records": []}, Context())
    projector.sweep()
    assert projector.published == []
    assert "no subscription of the topic is confirmed" in caplog.text
    assert [one.notified_at for one in projector.engine.milestones.page(SITE, 10, None)] == [None]
    assert projector.deployment.sns.asked == 1
    projector.deployment.sns.confirmed = 1
    seconds[0] += 60
    projector.sweep()
    assert len(projector.published) == 1


def test_the_salts_of_days_that_are_over_are_destroyed(projector: Projector) -> None:
    day = local_date(projector.now, "UTC")
    projector.engine.salts.get(day, projector.now)
    projector.sweep()
    assert "salt" in _salt(projector, day)
    projector.now += 3 * DAY_MS
    projector.sweep()
    assert "salt" not in _salt(projector, day)


def test_one_job_that_fails_keeps_no_other_from_its_turn(
    projector: Projector, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    projector.visits(2)
    monkeypatch.setattr(DynamoSalts, "destroy", _unavailable)
    monkeypatch.delenv("MILEPOST_DASHBOARD_URL")
    with pytest.raises(RoundFailed, match=r"^failed: salts, notifier; "):
        projector.sweep()
    assert projector.pageviews == 2
    assert metrics(capsys)["LagSeconds"] == 0


def test_a_round_stops_in_time_and_the_next_goes_on(
    projector: Projector, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    seconds = [0.0]
    monkeypatch.setattr(projector.function.time, "monotonic", lambda: seconds[0])
    read = DynamoEventLog.read

    def slow(*arguments: Any) -> Any:
        seconds[0] += 4
        return read(*arguments)

    monkeypatch.setattr(DynamoEventLog, "read", slow)
    for number in range(5):
        projector.engine.log.put(f"e{number}", "2026-11-22T12", 0, [Entry(f"n{number}", encode_event(event()))])
    counted = []
    for _ in range(4):
        start = seconds[0]
        projector.sweep(remaining_ms=42_000)
        assert seconds[0] - start < 42
        counted.append(projector.pageviews)
    assert 0 < counted[0] < 5
    assert counted[-1] == 5
    assert "sweep: no time is left; the next round goes on" in caplog.text


def test_retention_is_looked_after_once_an_hour(projector: Projector, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []

    def expire(engine: object, days: object, now: int) -> int:
        calls.append(now)
        return 0

    monkeypatch.setattr(projector.function, "expire", expire)
    for _ in range(3):
        projector.sweep()
    assert len(calls) == 1
    projector.now += HOUR_MS
    projector.sweep()
    assert len(calls) == 2


def test_the_audit_says_what_differs(projector: Projector, capsys: pytest.CaptureFixture[str]) -> None:
    projector.visits(4)
    projector.project()
    projector.now += 2 * DAY_MS
    projector.sweep()
    capsys.readouterr()
    projector.function.audit({}, Context(300_000))
    assert metrics(capsys) == {"Differences": 0, "SkippedSites": 0}


def test_a_function_that_was_not_told_all_says_what_is_missing(
    projector: Projector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MILEPOST_TABLE_VIEWS")
    with pytest.raises(MissingSetting, match="MILEPOST_TABLE_VIEWS is not set"):
        projector.project()


def test_what_was_counted_is_answered(projector: Projector, deployment: Deployment) -> None:
    projector.visits(3, "/x")
    projector.project()
    query = deployment.function("query")
    answer = query.lambda_handler(api_event("GET", f"/v1/sites/{SITE}/counts", "by=page"), Context())
    assert answer["statusCode"] == 200
    assert json.loads(answer["body"])["rows"] == [{"page": "/x", "pageviews": 3, "visitors": 3}]
    refused = query.lambda_handler(api_event("GET", "/v1/sites/other.example/counts"), Context())
    assert refused["statusCode"] == 401


def _salt(projector: Projector, day: str) -> Any:
    table = projector.deployment.tables.salts
    return projector.deployment.client.get_item(TableName=table, Key={"day": {"S": day}})["Item"]


def _unavailable(*_: object, **__: object) -> None:
    raise StorageUnavailable("throttled")


def client_failure(operation: str) -> Exception:
    from botocore.exceptions import ClientError

    return ClientError({"Error": {"Code": "InternalError", "Message": "down"}}, operation)
