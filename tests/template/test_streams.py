"""What wakes the functions: mappings that lose nothing silently, schedules with a bound, dead letters that expire."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from shared.engines.dynamodb.milestones import OUTBOX
from tests.template.synthesizing import Templates

pytestmark = pytest.mark.xdist_group("template")


def mapping(templates: Templates, function: str) -> Mapping[str, Any]:
    name = templates.main["Outputs"][f"Function{function}"]["Value"]
    mappings = templates.properties("AWS::Lambda::EventSourceMapping")
    (found,) = [one for one in mappings if one["FunctionName"] == name]
    return found


def pattern(templates: Templates, function: str) -> Any:
    (one,) = mapping(templates, function)["FilterCriteria"]["Filters"]
    return json.loads(one["Pattern"])


@pytest.mark.parametrize("function", ["Project", "Notify"])
def test_a_mapping_starts_at_the_beginning_and_gives_up_late(templates: Templates, function: str) -> None:
    found = mapping(templates, function)
    assert found["StartingPosition"] == "TRIM_HORIZON"
    assert found["BatchSize"] == 1000
    assert found["BisectBatchOnFunctionError"] is True
    assert found["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert 0 < found["MaximumRetryAttempts"] <= 100
    assert 3600 <= found["MaximumRecordAgeInSeconds"] < 24 * 3600
    bucket = templates.main["Outputs"]["DeadLetterBucket"]["Value"]["Ref"]
    assert found["DestinationConfig"] == {"OnFailure": {"Destination": {"Fn::GetAtt": [bucket, "Arn"]}}}


@pytest.mark.parametrize(("function", "table"), [("Project", "TableLog"), ("Notify", "TableMilestones")])
def test_a_mapping_reads_its_tables_stream(templates: Templates, function: str, table: str) -> None:
    reference = templates.main["Outputs"][table]["Value"]["Ref"]
    assert mapping(templates, function)["EventSourceArn"] == {"Fn::GetAtt": [reference, "StreamArn"]}


def test_only_what_is_new_rings(templates: Templates) -> None:
    assert pattern(templates, "Project") == {"eventName": ["INSERT"]}
    outbox = {"dynamodb": {"Keys": {"pk": {"S": [OUTBOX]}}}}
    assert pattern(templates, "Notify") == {"eventName": ["INSERT"], **outbox}


def test_the_window_is_as_set(templates: Templates, full: Templates) -> None:
    assert mapping(templates, "Project")["MaximumBatchingWindowInSeconds"] == 5
    assert mapping(full, "Project")["MaximumBatchingWindowInSeconds"] == 60


def test_the_mapping_can_be_found_to_be_disabled(templates: Templates) -> None:
    reference, attribute = templates.main["Outputs"]["MappingId"]["Value"]["Fn::GetAtt"]
    assert templates.main["Resources"][reference]["Type"] == "AWS::Lambda::EventSourceMapping"
    assert attribute == "Id"


def test_sweeps_and_audits_are_scheduled_once_with_a_bound(templates: Templates) -> None:
    schedules = templates.properties("AWS::Scheduler::Schedule")
    expressions = {one["Target"]["Arn"]["Fn::GetAtt"][0]: one["ScheduleExpression"] for one in schedules}
    sweep, audit = (templates.main["Outputs"][f"Function{name}"]["Value"]["Ref"] for name in ("Sweep", "Audit"))
    assert expressions == {sweep: "rate(5 minutes)", audit: "cron(30 3 * * ? *)"}
    assert all(one["Target"]["RetryPolicy"]["MaximumRetryAttempts"] <= 3 for one in schedules)
    # The same schedule as a rule of EventBridge would fire a second time.
    assert not any("ScheduleExpression" in rule for rule in templates.properties("AWS::Events::Rule"))


def test_a_sweep_ends_before_the_next_one(templates: Templates) -> None:
    assert templates.function("Sweep")["Timeout"] < 300


def test_calls_by_the_clock_are_tried_a_bounded_number_of_times(templates: Templates) -> None:
    configs = templates.properties("AWS::Lambda::EventInvokeConfig")
    assert len(configs) == 2
    for config in configs:
        assert config["MaximumRetryAttempts"] <= 2
        assert config["MaximumEventAgeInSeconds"] <= 3600
        assert "OnFailure" in config["DestinationConfig"]


def test_dead_letters_are_private_and_expire(templates: Templates) -> None:
    (bucket,) = templates.properties("AWS::S3::Bucket")
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    (encryption,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert encryption == {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    (rule,) = bucket["LifecycleConfiguration"]["Rules"]
    assert (rule["ExpirationInDays"], rule["Status"]) == (14, "Enabled")
    (policy,) = templates.properties("AWS::S3::BucketPolicy")
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert statement["Effect"] == "Deny"
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_a_dead_letter_leaves_a_line_that_is_counted(templates: Templates) -> None:
    (bucket,) = templates.properties("AWS::S3::Bucket")
    assert bucket["NotificationConfiguration"] == {"EventBridgeConfiguration": {"EventBridgeEnabled": True}}
    (rule,) = templates.properties("AWS::Events::Rule")
    (target,) = rule["Targets"]
    assert target["InputTransformer"]["InputPathsMap"] == {"key": "$.detail.object.key", "time": "$.time"}
    group = target["Arn"]["Fn::Join"][1][-1]
    filters = templates.properties("AWS::Logs::MetricFilter")
    assert [one["FilterPattern"] for one in filters if one["LogGroupName"] == group] == [""]
