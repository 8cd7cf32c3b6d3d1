"""The doctor over a stubbed account, and over HTTP on the loopback interface."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from click.testing import CliRunner

from infra.aws import account as account_module
from infra.aws import doctor as doctor_module
from infra.aws.checks.finding import Check, Finding, Subject
from infra.aws.checks.front_door import cors, pages, version
from infra.aws.checks.functions import dead_letters, iterator_age, logs, mappings, schedule
from infra.aws.checks.mails import alarms, subscriptions
from infra.aws.checks.tables import tables
from infra.aws.doctor import examine, http_fetch
from infra.aws.problems import AwsProblem
from infra.cli.main import main
from shared import VERSION
from shared.engines.dynamodb.tables import TABLES
from tests.unit.aws_stubs import Stubs, main_stack, serving_http, stack_answer

NOW = 1_790_000_000_000
UUID = "00000000-0000-0000-0000-000000000000"
BACKUP = "arn:aws:dynamodb:eu-central-1:111111111111:table/t-salts/backup/1"


@pytest.fixture
def stubs() -> Iterator[Stubs]:
    made = Stubs()
    yield made
    made.assert_all_asked()


def look(check: Check, stubs: Stubs, address: str = "https://api.invalid") -> list[Finding]:
    return list(check(Subject(stubs.account, main_stack(address, address), http_fetch, lambda: NOW)))


def states(findings: list[Finding]) -> dict[str, str]:
    return {finding.check: finding.state for finding in findings}


def expect_resources(stubs: Stubs, kind: str, *names: str) -> None:
    summaries = [
        {
            "LogicalResourceId": f"Resource{number}",
            "PhysicalResourceId": name,
            "ResourceType": kind,
            "ResourceStatus": "CREATE_COMPLETE",
            "LastUpdatedTimestamp": "2026-11-22T00:00:00Z",
        }
        for number, name in enumerate(names)
    ]
    stubs.expect("cloudformation", "list_stack_resources", {"StackResourceSummaries": summaries}, StackName="milepost")


# tables


def expect_tables(stubs: Stubs, role: str = "", copies: int = 0, **change: Any) -> None:
    """Tables as they should be, but for a change of one."""
    for name, table in TABLES.items():
        changed = change if name == role else {}
        stream = {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"} if changed.get("stream", table.stream) else {}
        described = {
            "TableStatus": "ACTIVE",
            "DeletionProtectionEnabled": changed.get("protected", table.retained),
            **({"StreamSpecification": stream} if stream else {}),
        }
        stubs.expect("dynamodb", "describe_table", {"Table": described}, TableName=f"t-{name}")
        recovery = "ENABLED" if changed.get("recoverable", table.recoverable) else "DISABLED"
        backups = {"PointInTimeRecoveryDescription": {"PointInTimeRecoveryStatus": recovery}}
        backups["ContinuousBackupsStatus"] = "ENABLED"  # type: ignore[assignment]
        stubs.expect("dynamodb", "describe_continuous_backups", {"ContinuousBackupsDescription": backups})
        expiry = {"TimeToLiveStatus": "ENABLED" if changed.get("expires") else "DISABLED"}
        stubs.expect("dynamodb", "describe_time_to_live", {"TimeToLiveDescription": expiry})
        if name == "salts":
            summaries = [{"BackupArn": BACKUP}] * copies
            stubs.expect(
                "dynamodb", "list_backups", {"BackupSummaries": summaries}, TableName="t-salts", BackupType="ALL"
            )


def test_tables_that_are_as_they_should_be(stubs: Stubs) -> None:
    expect_tables(stubs)
    found = look(tables, stubs)
    assert states(found) == {f"table {role}": "ok" for role in TABLES}
    assert found[-1].text == "no recovery, no stream, no copy"


@pytest.mark.parametrize(
    ("role", "change", "text"),
    [
        ("log", {"recoverable": False}, "point-in-time recovery is off"),
        ("log", {"protected": False}, "deletion protection is off"),
        ("log", {"stream": False}, "its stream is off"),
        ("registry", {"expires": True}, "items expire by themselves (TTL)"),
        ("salts", {"recoverable": True}, "point-in-time recovery is on"),
        ("salts", {"stream": True}, "its stream is NEW_IMAGE"),
        ("salts", {"copies": 1}, f"there is a backup of it: {BACKUP}"),
    ],
)
def test_a_table_that_is_otherwise_is_found(stubs: Stubs, role: str, change: dict[str, Any], text: str) -> None:
    expect_tables(stubs, role, **change)
    found = [finding for finding in look(tables, stubs) if finding.state == "failed"]
    assert [(finding.check, finding.text) for finding in found] == [(f"table {role}", text)]


# functions

MAPPING: dict[str, Any] = {
    "FunctionArn": "arn:aws:lambda:eu-central-1:1:function:project",
    "State": "Enabled",
    "FunctionResponseTypes": ["ReportBatchItemFailures"],
    "BisectBatchOnFunctionError": True,
    "DestinationConfig": {"OnFailure": {"Destination": "arn:aws:s3:::letters"}},
    "FilterCriteria": {"Filters": [{"Pattern": "{}"}]},
    "LastProcessingResult": "OK",
}


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({}, "Enabled, OK"),
        ({"State": "Disabled"}, "it is Disabled"),
        ({"FunctionResponseTypes": []}, "it does not take partial failures"),
        ({"BisectBatchOnFunctionError": False}, "it does not bisect batches"),
        ({"DestinationConfig": {}}, "what is given up goes nowhere"),
        ({"FilterCriteria": {}}, "it is woken by deletions too"),
        ({"LastProcessingResult": "PROBLEM: no permission"}, "its last batch: PROBLEM: no permission"),
    ],
)
def test_the_mapping_is_held_against_what_was_deployed(stubs: Stubs, change: dict[str, Any], text: str) -> None:
    expect_resources(stubs, "AWS::Lambda::EventSourceMapping", UUID)
    stubs.expect("lambda", "get_event_source_mapping", {**MAPPING, **change}, UUID=UUID)
    (found,) = look(mappings, stubs)
    assert (found.check, found.state) == ("stream mapping of project", "failed" if change else "ok")
    assert found.text == text


@pytest.mark.parametrize(
    ("check", "points", "state", "text"),
    [
        (iterator_age, [], "ok", "no event in the last quarter of an hour"),
        (iterator_age, [4_000.0, 1.0], "ok", "4.0 s"),
        (iterator_age, [901_000.0], "failed", "events have waited for 901 s"),
        (schedule, [], "failed", "it has not run in the last quarter of an hour"),
        (schedule, [0.0], "ok", "has run; the oldest event had waited for 0 s"),
    ],
)
def test_what_cloudwatch_knows(stubs: Stubs, check: Check, points: list[float], state: str, text: str) -> None:
    datapoints = [{"Maximum": point} for point in points]
    stubs.expect("cloudwatch", "get_metric_statistics", {"Datapoints": datapoints})
    (found,) = look(check, stubs)
    assert (found.state, found.text) == (state, text)


def test_dead_letters_are_counted(stubs: Stubs) -> None:
    stubs.expect("s3", "list_objects_v2", {}, Bucket="letters", MaxKeys=1000)
    assert states(look(dead_letters, stubs)) == {"dead letters": "ok"}
    letters = [{"Key": str(day), "LastModified": datetime(2026, 11, day, tzinfo=UTC)} for day in (20, 22, 21)]
    stubs.expect("s3", "list_objects_v2", {"Contents": letters})
    (found,) = look(dead_letters, stubs)
    assert (found.state, found.text) == ("failed", "3, the newest of 2026-11-22 00:00 UTC")


def test_logs_are_bounded(stubs: Stubs) -> None:
    expect_resources(stubs, "AWS::Logs::LogGroup", "a", "b", "c")
    groups = [{"logGroupName": "a", "retentionInDays": 30}, {"logGroupName": "ab"}]
    stubs.expect("logs", "describe_log_groups", {"logGroups": groups}, logGroupNamePrefix="a")
    stubs.expect("logs", "describe_log_groups", {"logGroups": [{"logGroupName": "b"}]}, logGroupNamePrefix="b")
    stubs.expect("logs", "describe_log_groups", {"logGroups": []}, logGroupNamePrefix="c")
    assert states(look(logs, stubs)) == {"log a": "ok", "log b": "failed", "log c": "unknown"}


# mails


@pytest.mark.parametrize(
    ("confirmed", "pending", "state", "text"),
    [
        (1, 0, "ok", "1 confirmed"),
        (0, 1, "failed", "0 confirmed, 1 not yet"),
        (1, 1, "failed", "1 confirmed, 1 not yet"),
        (0, 0, "failed", "nobody is subscribed"),
    ],
)
def test_subscriptions(stubs: Stubs, confirmed: int, pending: int, state: str, text: str) -> None:
    attributes = {"SubscriptionsConfirmed": str(confirmed), "SubscriptionsPending": str(pending)}
    stubs.expect("sns", "get_topic_attributes", {"Attributes": attributes}, TopicArn="arn:topic")
    stubs.expect("sns", "get_topic_attributes", {"Attributes": attributes}, TopicArn="arn:alarms")
    found = look(subscriptions, stubs)
    assert {(finding.state, finding.text) for finding in found} == {(state, text)}


def test_alarms(stubs: Stubs) -> None:
    expect_resources(stubs, "AWS::CloudWatch::Alarm", "quiet", "loud", "new", "mute")
    told = {"ActionsEnabled": True, "AlarmActions": ["arn:alarms"]}
    described = [
        {"AlarmName": "quiet", "StateValue": "OK", **told},
        {"AlarmName": "loud", "StateValue": "ALARM", "AlarmDescription": "A request was answered with 5xx.", **told},
        {"AlarmName": "new", "StateValue": "INSUFFICIENT_DATA", **told},
        {"AlarmName": "mute", "StateValue": "OK", "ActionsEnabled": True},
    ]
    names = ["quiet", "loud", "new", "mute"]
    stubs.expect("cloudwatch", "describe_alarms", {"MetricAlarms": described}, AlarmNames=names)
    found = look(alarms, stubs)
    assert [finding.state for finding in found] == ["ok", "failed", "unknown", "failed"]
    assert found[1].text == "A request was answered with 5xx."
    expect_resources(stubs, "AWS::CloudWatch::Alarm")
    assert states(look(alarms, stubs)) == {"alarms": "failed"}


# over HTTP

CORS = {
    "access-control-allow-origin": "*",
    "access-control-allow-methods": "GET,HEAD,OPTIONS,POST",
    "access-control-allow-headers": "authorization,content-type",
    "access-control-expose-headers": "x-plausible-dropped",
}
HEALTH = json.dumps({"status": "ok", "version": VERSION, "lag_seconds": 0.5})


def answering(
    headers: dict[str, str], bodies: dict[str, str] | None = None, preflight: int = 204
) -> Callable[[BaseHTTPRequestHandler], None]:
    asked: list[str] = []

    def answer(request: BaseHTTPRequestHandler) -> None:
        asked.append(f"{request.command} {request.path}")
        assert request.command != "POST", "the doctor is no visit"
        body = (bodies or {"/health": HEALTH}).get(request.path, "").encode()
        request.send_response(preflight if request.command == "OPTIONS" else 200 if body else 404)
        for name, value in headers.items():
            request.send_header(name, value)
        request.send_header("content-length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    return answer


def test_cors_is_looked_at_as_served(stubs: Stubs) -> None:
    with serving_http(answering(CORS)) as address:
        found = look(cors, stubs, address)
    assert states(found) == {"CORS POST /api/event": "ok", "CORS GET /v1/sites": "ok", "CORS answers": "ok"}


@pytest.mark.parametrize(
    ("change", "failed"),
    [
        (
            {"access-control-allow-origin": "https://a.example"},
            {"CORS POST /api/event", "CORS GET /v1/sites", "CORS answers"},
        ),
        ({"access-control-allow-methods": "GET"}, {"CORS POST /api/event"}),
        ({"access-control-allow-headers": "content-type"}, {"CORS POST /api/event", "CORS GET /v1/sites"}),
        ({"access-control-expose-headers": ""}, {"CORS answers"}),
    ],
)
def test_cors_that_shuts_somebody_out_is_found(stubs: Stubs, change: dict[str, str], failed: set[str]) -> None:
    with serving_http(answering({**CORS, **change})) as address:
        found = states(look(cors, stubs, address))
    assert {check for check, state in found.items() if state == "failed"} == failed


def test_a_refused_preflight_is_found(stubs: Stubs) -> None:
    with serving_http(answering(CORS, preflight=403)) as address:
        found = look(cors, stubs, address)
    assert [finding.text for finding in found][:2] == ["the preflight is answered 403"] * 2


@pytest.mark.parametrize(
    ("body", "state"),
    [
        (HEALTH, {"API": "ok", "version": "ok"}),
        (HEALTH.replace(VERSION, "0.0.1"), {"API": "ok", "version": "failed"}),
        ('{"message": "Forbidden"}', {"API": "failed"}),
        ("<html>", {"API": "failed"}),
    ],
)
def test_the_version_that_is_deployed(stubs: Stubs, body: str, state: dict[str, str]) -> None:
    with serving_http(answering({}, {"/health": body})) as address:
        assert states(look(version, stubs, address)) == state


@pytest.mark.parametrize(
    ("script", "policy", "state"),
    [
        ("/api/event", "default-src 'self'; connect-src 'self' {}; base-uri 'none'", "ok"),
        ("/api/event", "default-src 'self'; connect-src 'self'", "failed"),
        ("<html>", "", "failed"),
    ],
)
def test_the_pages_are_looked_at_as_served(stubs: Stubs, script: str, policy: str, state: str) -> None:
    bodies = {"/js/script.js": script}
    headers: dict[str, str] = {}
    with serving_http(answering(headers, bodies)) as address:
        bodies["/dashboard/"] = f'<meta name="milepost-api" content="{address}">'
        headers["content-security-policy"] = policy.format(address)
        assert states(look(pages, stubs, address)) == {"pages": state}
        bodies["/dashboard/"] = '<meta name="milepost-api" content="">'
        assert states(look(pages, stubs, address)) == {"pages": "failed"}


# all together


def doctor(stubs: Stubs, *arguments: str) -> Any:
    return CliRunner().invoke(main, ["--stack", "milepost", "doctor", *arguments])


@pytest.fixture
def patched(stubs: Stubs, monkeypatch: pytest.MonkeyPatch) -> Stubs:
    monkeypatch.setattr(account_module, "open_account", lambda: stubs.account)
    monkeypatch.delenv("DATA", raising=False)
    return stubs


def expect_stacks(stubs: Stubs, status: str = "UPDATE_COMPLETE") -> None:
    stubs.expect("sts", "get_caller_identity", {"Account": "1" * 12, "Arn": "arn:aws:iam::1:user/x"})
    stubs.expect("cloudformation", "describe_stacks", stack_answer(status), StackName="milepost")
    site = stack_answer(name="milepost-site")
    stubs.expect("cloudformation", "describe_stacks", site, StackName="milepost-site")


def test_it_says_line_by_line_what_it_found(patched: Stubs, monkeypatch: pytest.MonkeyPatch) -> None:
    def fine(subject: Subject) -> Iterator[Finding]:
        yield Finding("one", "ok", "good", "not shown")

    def refused(subject: Subject) -> Iterator[Finding]:
        raise AwsProblem("these credentials may not do it")

    monkeypatch.setattr(doctor_module, "CHECKS", {"one": fine, "two": refused})
    expect_stacks(patched)
    done = doctor(patched)
    assert (done.exit_code, done.stdout.splitlines()) == (
        0,
        [
            "ok       credentials: account 111111111111, region eu-central-1",
            "ok       stack milepost: UPDATE_COMPLETE",
            "ok       stack milepost-site: CREATE_COMPLETE",
            "ok       one: good",
            "unknown  two: these credentials may not do it",
        ],
    )


@pytest.mark.parametrize(
    ("status", "state"),
    [("UPDATE_ROLLBACK_COMPLETE", "failed"), ("UPDATE_IN_PROGRESS", "unknown"), ("UPDATE_ROLLBACK_FAILED", "failed")],
)
def test_a_failure_is_the_exit_code(patched: Stubs, monkeypatch: pytest.MonkeyPatch, status: str, state: str) -> None:
    monkeypatch.setattr(doctor_module, "CHECKS", {})
    expect_stacks(patched, status)
    done = doctor(patched, "--json")
    assert done.exit_code == (state == "failed")
    findings = json.loads(done.stdout)["findings"]
    assert [set(finding) for finding in findings] == [{"check", "state", "text", "advice"}] * 3
    assert [finding["state"] for finding in findings] == ["ok", state, "ok"]


def test_without_credentials_or_a_stack_there_is_nothing_to_look_at(patched: Stubs) -> None:
    patched.refuse("sts", "get_caller_identity", "ExpiredToken")
    done = doctor(patched)
    assert (done.exit_code, done.stdout.count("\n")) == (1, 1)
    assert done.stdout.startswith("failed   credentials: the AWS credentials have expired")
    patched.expect("sts", "get_caller_identity", {"Account": "1" * 12, "Arn": "arn:aws:iam::1:user/x"})
    patched.refuse("cloudformation", "describe_stacks", "ValidationError", "Stack with id milepost does not exist")
    done = doctor(patched)
    assert (done.exit_code, done.stdout.count("\n")) == (1, 2)
    assert "failed   stacks: there is no stack milepost in eu-central-1" in done.stdout


def test_every_check_is_made_and_a_dead_network_stops_none(patched: Stubs) -> None:
    def dead(*_: object) -> Any:
        raise OSError("no route")

    expect_stacks(patched)
    findings = list(examine(lambda: patched.account, ["milepost", "milepost-site"], dead, lambda: NOW))[3:]
    # The stack of this test has no outputs: nothing can be seen, and each check says so.
    assert [finding.check for finding in findings if finding.state == "unknown"] == list(doctor_module.CHECKS)


def test_it_wants_a_stack(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MILEPOST_STACK", raising=False)
    done = CliRunner().invoke(main, ["doctor"])
    assert done.exit_code == 2
    assert "milepost --stack NAME doctor" in done.stderr
