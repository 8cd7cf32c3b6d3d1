import gc
import json
import logging
import time
from typing import Any

import pytest

from services.ingest import lambda_function
from services.ingest.tally import DROPS_INTERVAL
from shared.domain.events import decode_event
from shared.engine import StorageUnavailable
from shared.engines.dynamodb.client import Dynamo
from shared.environment import DIRECTORY_LIFETIME, MissingSetting
from tests.unit.deployed import STACK, Context, Deployment, api_event, deployment, metric_lines
from tests.unit.making import SITE

__all__ = ["deployment"]


class Ingest:
    """A started ingest function under clocks that can be moved."""

    def __init__(self, deployment: Deployment, monkeypatch: pytest.MonkeyPatch, **environment: str) -> None:
        self.deployment = deployment
        self.now = time.time_ns() // 1_000_000
        self.seconds = 0.0
        self.function = deployment.function("ingest", **environment)
        monkeypatch.setattr(self.function, "now_ms", lambda: self.now)
        monkeypatch.setattr(self.function.time, "monotonic", lambda: self.seconds)

    def post(self, domain: str = SITE, peer: str = "", **more: Any) -> dict[str, Any]:
        event = api_event(
            "POST", "/api/event", body=json.dumps({"n": "pageview", "u": f"https://{SITE}/a", "d": domain})
        )
        event["requestContext"]["timeEpoch"] = self.now
        event["headers"] |= more
        event["requestContext"]["http"]["sourceIp"] = peer or event["requestContext"]["http"]["sourceIp"]
        answer: dict[str, Any] = self.function.lambda_handler(event, Context())
        return answer

    def pass_time(self, seconds: float) -> None:
        self.seconds += seconds
        self.now += int(1_000 * seconds)


@pytest.fixture
def ingest(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> Ingest:
    return Ingest(deployment, monkeypatch)


def test_a_beacon_is_in_the_log_when_it_is_answered(ingest: Ingest) -> None:
    assert ingest.post() == {
        "statusCode": 202,
        "headers": {"content-type": "text/plain; charset=utf-8"},
        "body": "ok",
    }
    (record,) = ingest.deployment.records()
    event = decode_event(record.body or b"")
    assert (event.site, event.url, event.instant) == (SITE, f"https://{SITE}/a", ingest.now)
    assert event.visitor


def test_the_events_of_a_started_function_are_one_epoch_and_of_another_start_another(ingest: Ingest) -> None:
    for _ in range(3):
        ingest.post()
    assert [head.head for head in ingest.deployment.engine.log.epochs()] == [2]
    ingest.function._handler.cache_clear()
    ingest.post()
    assert sorted(head.head for head in ingest.deployment.engine.log.epochs()) == [0, 2]


def test_nothing_is_read_or_made_before_the_first_call(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MILEPOST_TABLE_LOG", raising=False)
    function = deployment.function("ingest")
    monkeypatch.delenv("MILEPOST_TABLE_LOG")
    with pytest.raises(MissingSetting, match="MILEPOST_TABLE_LOG is not set"):
        function.lambda_handler(api_event("POST", "/api/event"), Context())


def test_a_bad_beacon_is_refused(ingest: Ingest) -> None:
    answer = ingest.function.lambda_handler(api_event("POST", "/api/event", body="{"), Context())
    assert answer["statusCode"] == 400
    assert list(json.loads(answer["body"])["errors"]) == ["request"]


def test_a_new_site_is_known_within_half_a_minute(ingest: Ingest) -> None:
    assert "x-plausible-dropped" in ingest.post("new.example")["headers"]
    ingest.deployment.add_site("new.example")
    ingest.pass_time(DIRECTORY_LIFETIME)
    assert "x-plausible-dropped" not in ingest.post("new.example")["headers"]


def test_a_trusted_proxy_may_name_the_visitor(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    ingest = Ingest(deployment, monkeypatch, MILEPOST_TRUSTED_PROXIES="203.0.113.0/24")
    for address in ("198.51.100.1", "198.51.100.2", "198.51.100.1"):
        ingest.post(**{"x-forwarded-for": address})
    assert len({decode_event(record.body or b"").visitor for record in deployment.records()}) == 2


@pytest.mark.parametrize(
    ("proxies", "peer", "country"),
    [("", "198.51.100.7", "DE"), ("203.0.113.0/24", "203.0.113.7", "DE"), ("203.0.113.0/24", "133.11.0.1", "JP")],
)
def test_a_header_that_was_set_at_deployment_names_the_country(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch, proxies: str, peer: str, country: str
) -> None:
    environment = {"MILEPOST_TRUSTED_PROXIES": proxies, "MILEPOST_COUNTRY_HEADER": "cloudfront-viewer-country"}
    ingest = Ingest(deployment, monkeypatch, **environment)
    ingest.post(peer=peer, **{"cloudfront-viewer-country": "DE"})
    (record,) = ingest.deployment.records()
    assert decode_event(record.body or b"").country == country


def test_accepted_events_and_drops_are_metrics(ingest: Ingest, capsys: pytest.CaptureFixture[str]) -> None:
    ingest.post(f"{SITE},unknown.example")
    (line,) = metric_lines(capsys.readouterr().out)
    assert (line["Stack"], line["EventsAccepted"], line["EventsDropped"]) == (STACK, 1, 1)
    assert line["DropReasons"] == {"unknown_site": 1}


def test_a_burst_is_one_line_a_second(ingest: Ingest, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(50):
        ingest.post()
        ingest.pass_time(0.1)
    ingest.pass_time(1)
    ingest.post()
    lines = metric_lines(capsys.readouterr().out)
    assert len(lines) <= 7
    assert sum(line["EventsAccepted"] for line in lines) == 51


def test_an_event_that_was_not_stored_is_not_accepted(
    ingest: Ingest, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ingest.post()
    capsys.readouterr()
    ingest.pass_time(1)
    monkeypatch.setattr(Dynamo, "put", _unavailable)
    assert ingest.post()["statusCode"] == 503
    assert metric_lines(capsys.readouterr().out) == []


def test_drops_reach_the_registry_once_a_minute(ingest: Ingest) -> None:
    drops = ingest.deployment.engine.drops
    for _ in range(3):
        ingest.post("unknown.example")
    assert list(drops.all().values()) == [1]
    ingest.pass_time(DROPS_INTERVAL)
    ingest.post()
    assert list(drops.all().values()) == [3]


def test_drops_that_could_not_be_written_are_kept_and_fail_no_beacon(
    ingest: Ingest, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(Dynamo, "update", _unavailable)
        assert ingest.post("unknown.example")["statusCode"] == 202
        assert ingest.post(f"{SITE},unknown.example")["statusCode"] == 202
        assert len(caplog.records) == 1
    assert ingest.deployment.engine.drops.all() == {}
    ingest.pass_time(DROPS_INTERVAL)
    ingest.post()
    ((_, site, reason), events) = next(iter(ingest.deployment.engine.drops.all().items()))
    assert (site, reason, events) == ("", "unknown_site", 2)


def test_a_failure_in_between_writes_no_number_twice(ingest: Ingest, monkeypatch: pytest.MonkeyPatch) -> None:
    ingest.deployment.add_site("closed.example", origins=("https://closed.example",))
    update, calls = Dynamo.update, []

    def second_fails(*arguments: Any, **options: Any) -> Any:
        calls.append(1)
        if len(calls) == 2:
            raise StorageUnavailable("throttled")
        return update(*arguments, **options)

    monkeypatch.setattr(Dynamo, "update", second_fails)
    ingest.post("unknown.example,closed.example")
    ingest.pass_time(DROPS_INTERVAL)
    ingest.post()
    assert sorted(ingest.deployment.engine.drops.all().values()) == [1, 1]


def test_no_line_names_a_visitor(
    ingest: Ingest, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    ingest.deployment.add_key("secret-key", "read")
    ingest.post(f"{SITE},unknown.example")
    ingest.pass_time(60)
    ingest.post(authorization="Bearer secret-key")
    ingest.post("unknown.example", authorization="Bearer wrong-key")
    said = capsys.readouterr().out + caplog.text
    assert not [
        word for word in ("203.0.113.7", "Mozilla", "/a", "secret-key", "wrong-key", "unknown.ex") if word in said
    ]


def _unavailable(*_: object, **__: object) -> None:
    raise StorageUnavailable("throttled")


def test_the_collector_is_at_work_once_the_function_has_started(ingest: Ingest) -> None:
    assert gc.isenabled()
    ingest.post()
    assert gc.isenabled()


def test_the_module_is_the_one_that_the_function_names() -> None:
    assert callable(lambda_function.lambda_handler)
