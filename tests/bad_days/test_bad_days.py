"""Bad days on AWS: what the visitor, the owner and the log see of each. The functions are real, the tables emulated."""

import copy
import gc
import json
import logging
from typing import Any

import pytest
from botocore.exceptions import ClientError

from services.ingest.writer import Writer
from services.projector.rounds import RoundFailed
from shared.domain.calendar import HOUR_MS, local_date, utc_hour
from shared.engines.dynamodb.client import Dynamo
from shared.stream import to_stream_event
from tests.support.faulty_client import ALWAYS, ATTEMPTS, Faults, retry_at_once
from tests.unit.deployed import Context, Deployment, api_event, deployment, metric_lines
from tests.unit.making import SITE
from tests.unit.test_ingest_lambda import Ingest
from tests.unit.test_projector_lambda import Projector

__all__ = ["deployment"]

DAY_MS = 24 * HOUR_MS
THROTTLE = "ProvisionedThroughputExceededException"
AGENT, ADDRESS = "Firefox", "203.0.113.7"


class Day:
    """One deployment, its visitors and its owner."""

    def __init__(
        self, deployment: Deployment, monkeypatch: pytest.MonkeyPatch, capsys: Any, caplog: pytest.LogCaptureFixture
    ) -> None:
        retry_at_once(monkeypatch)
        self.deployment = deployment
        self.ingest = Ingest(deployment, monkeypatch)
        self.projector = Projector(deployment, monkeypatch)
        for function in (self.ingest.function, self.projector.function):
            monkeypatch.setattr(function, "back_off", lambda attempt: None)
        self.projector.now = self.ingest.now
        self.faults = Faults(deployment.client)
        self._monkeypatch, self._capsys, self._caplog = monkeypatch, capsys, caplog

    def visit(self) -> int:
        """Lets a visitor's beacon come, and gives the status that it is answered with."""
        return int(self.ingest.post()["statusCode"])

    def visit_at(self, instant: int) -> int:
        """A visit at the front door's time, whatever the clock of the function says."""
        beacon = json.dumps({"n": "pageview", "u": f"https://{SITE}/a", "d": SITE})
        event = api_event("POST", "/api/event", body=beacon)
        event["requestContext"]["timeEpoch"] = instant
        return int(self.ingest.function.lambda_handler(event, Context())["statusCode"])

    def deliver(self) -> Any:
        """Delivers all that the log's stream has; what counts already counts no second time."""
        return self.projector.function.project(to_stream_event(self.deployment.records()), Context())

    def pass_time(self, ms: int) -> None:
        self.ingest.pass_time(ms / 1_000)
        self.projector.now += ms

    def metrics(self) -> dict[str, float]:
        """The values of metrics since they were last asked for, each the last that was written."""
        lines = metric_lines(self._capsys.readouterr().out)
        return {name: line[name] for line in lines for name in line if isinstance(line[name], (int, float))}

    @property
    def said(self) -> str:
        """The log lines, which hold nothing of a visitor."""
        text: str = self._caplog.text
        assert ADDRESS not in text
        assert AGENT not in text
        return text

    @property
    def events(self) -> int:
        return len(self.deployment.records())

    @property
    def counted(self) -> int:
        return self.projector.pageviews

    @property
    def mails(self) -> list[str]:
        return [mail["Subject"] for mail in self.projector.published]


@pytest.fixture
def day(
    deployment: Deployment,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> Any:
    caplog.set_level(logging.INFO)
    yield Day(deployment, monkeypatch, capsys, caplog)
    gc.collect()  # clients of a test that failed


def test_the_log_is_throttled(day: Day) -> None:
    assert day.visit() == 202
    day.faults.fail("PutItem", THROTTLE, times=ALWAYS)
    assert [day.visit(), day.visit()] == [503, 503]
    assert day.events == 1
    assert day.said.count("an event could not be stored") == 2
    day.faults.end()
    assert day.visit() == 202
    day.deliver()
    assert (day.events, day.counted) == (2, 2)
    epochs = {head.head for head in day.deployment.engine.log.epochs()}
    assert epochs == {0}, "after an unknown outcome the writer goes on in a new epoch"


def test_a_moment_of_throttling_is_nobodys_business(day: Day) -> None:
    day.faults.fail("PutItem", THROTTLE, times=ATTEMPTS - 1)
    assert day.visit() == 202
    assert "could not be stored" not in day.said


def test_the_read_models_are_throttled(day: Day) -> None:
    for _ in range(3):
        assert day.visit() == 202
    day.faults.fail("TransactWriteItems", THROTTLE, times=ALWAYS)
    assert day.deliver() == {"batchItemFailures": [{"itemIdentifier": "0"}]}
    assert day.counted == 0
    assert "a batch is to be tried again" in day.said
    day.pass_time(10 * 60_000)
    day.metrics()
    with pytest.raises(RoundFailed, match="sweep"):
        day.projector.sweep()
    assert day.metrics()["LagSeconds"] >= 600
    assert day.visit() == 202, "what is slow behind the log holds no visitor up"
    day.faults.end()
    assert day.deliver() == {"batchItemFailures": []}
    assert (day.counted, day.events) == (4, 4)
    day.metrics()
    day.projector.sweep()
    assert day.metrics()["LagSeconds"] == 0


def test_the_mail_path_fails(day: Day) -> None:
    day.deployment.sns.fails = ClientError({"Error": {"Code": "InternalError", "Message": "no"}}, "Publish")
    assert day.visit() == 202
    day.deliver()
    day.projector.function.notify({"Records": []}, Context())
    assert (day.counted, day.mails) == (1, [])
    assert day.metrics()["NotificationsFailed"] == 1
    assert [one.notified_at for one in day.deployment.engine.milestones.page(SITE, 9, None)] == [None]
    day.deployment.sns.fails = None
    day.pass_time(5 * 60_000)
    day.projector.sweep()
    day.projector.sweep()
    assert day.mails == [f"{SITE}: the site reached 1 pageview"]
    assert day.metrics()["NotificationsFailed"] == 0
    assert [one.notified_at for one in day.deployment.engine.milestones.page(SITE, 9, None)] == [day.projector.now]


def test_the_salts_are_out_of_reach(day: Day) -> None:
    """Without a salt there is no visitor's hash, and nothing else may stand for one: the beacon is refused."""
    day.faults.fail("GetItem", "InternalServerError", times=ALWAYS)
    assert day.visit() == 503
    assert day.events == 0
    assert "could not be stored" in day.said
    day.faults.end()
    assert day.visit() == 202
    day.faults.fail("GetItem", "InternalServerError", times=ALWAYS)
    assert day.visit() == 202, "a function that has the day's salt goes on"
    day.faults.end()
    day.deliver()
    assert (day.events, day.counted) == (2, 2)


def test_a_projector_that_times_out_after_its_commit(day: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    day.visit()
    transact = Dynamo.transact

    def slow(self: Dynamo, actions: Any) -> None:
        transact(self, actions)
        raise TimedOut

    with monkeypatch.context() as patched:
        patched.setattr(Dynamo, "transact", slow)
        with pytest.raises(TimedOut):
            day.deliver()
    assert (day.counted, day.deployment.engine.milestones.page(SITE, 9, None)) == (1, [])
    assert day.deliver() == {"batchItemFailures": []}
    assert day.counted == 1
    day.projector.sweep()
    assert len(day.mails) == 1


def test_an_ingest_function_that_times_out_after_its_append(day: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    """The visitor gets a 5xx from the front door; the event is in the log, and a beacon is not sent again."""
    put = Dynamo.put

    def slow(self: Dynamo, *item: Any, **options: Any) -> None:
        put(self, *item, **options)
        if item[0] == day.deployment.tables.log:
            raise TimedOut

    day.visit()
    with monkeypatch.context() as patched:
        patched.setattr(Dynamo, "put", slow)
        with pytest.raises(TimedOut):
            day.visit()
    assert day.visit() == 202
    day.deliver()
    assert (day.events, day.counted) == (3, 3)
    assert sorted(head.head for head in day.deployment.engine.log.epochs()) == [0, 1]


@pytest.mark.parametrize("answered", [False, True])
def test_an_append_whose_answer_is_lost(day: Day, answered: bool) -> None:
    """Sent again it meets itself, and is success; without any answer at all the visitor gets a 503, and it counts."""
    assert day.visit() == 202
    day.faults.fail("PutItem", done=True, times=1 if answered else ATTEMPTS)
    assert day.visit() == (202 if answered else 503)
    assert day.visit() == 202
    day.deliver()
    assert (day.events, day.counted) == (3, 3)


@pytest.mark.parametrize("days", [-1, 1], ids=["behind", "ahead"])
@pytest.mark.parametrize("delivered", [True, False])
def test_a_writer_whose_clock_is_a_day_off(day: Day, days: int, delivered: bool) -> None:
    """The event's instant is the front door's. Only the epoch's hour is wrong, and the sweeper finds it still."""
    site_day = local_date(day.projector.now, "UTC")
    day.projector.sweep()  # hours are closed up to now
    truth = day.ingest.now
    day.ingest.now += days * DAY_MS
    assert day.visit_at(truth) == 202
    (head,) = day.deployment.engine.log.epochs()
    assert head.opened == utc_hour(truth + days * DAY_MS)
    if delivered:
        day.deliver()
    for _ in range(3):
        day.projector.now += HOUR_MS
        day.projector.sweep()
    rows = day.deployment.engine.read_models.rows(1, SITE, "day", site_day, site_day)
    assert [counts.pageviews for _, counts in rows] == [1]
    assert day.counted == 1
    day.projector.now += 2 * DAY_MS
    day.projector.sweep()
    assert day.deployment.engine.read_models.closed(1) >= head.opened


def test_a_writer_that_was_cloned_from_a_snapshot(day: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Writer] = []
    init = Writer.__init__

    def remember(self: Writer, *arguments: Any) -> None:
        init(self, *arguments)
        made.append(self)

    monkeypatch.setattr(Writer, "__init__", remember)
    assert day.visit() == 202
    (writer,) = made
    snapshot = copy.copy(writer.__dict__)
    assert [day.visit(), day.visit()] == [202, 202]
    writer.__dict__.update(snapshot)  # goes on where the snapshot was taken
    assert [day.visit(), day.visit()] == [202, 202]
    day.deliver()
    assert (day.events, day.counted) == (5, 5)
    assert sorted(head.head for head in day.deployment.engine.log.epochs()) == [1, 2]


class TimedOut(BaseException):
    """Lambda stops the function: nothing in it runs any further."""
