"""Alarms that mail somebody, within what the free tier holds, and a dashboard."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from infra.aws.metrics import FAILURES
from shared.metrics import NAMESPACE, UNITS
from tests.template.synthesizing import Templates

pytestmark = pytest.mark.xdist_group("template")

FREE_ALARM_METRICS = 10
FREE_CUSTOM_METRICS = 10


def alarm_metrics(alarm: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The metrics that an alarm is billed for: each of an expression's too."""
    if "Metrics" not in alarm:
        return [alarm]
    return [one["MetricStat"]["Metric"] for one in alarm["Metrics"] if "MetricStat" in one]


def counted_from_logs(templates: Templates) -> set[tuple[str, str]]:
    filters = templates.properties("AWS::Logs::MetricFilter")
    transformations = [one for filter_ in filters for one in filter_["MetricTransformations"]]
    return {(one["MetricNamespace"], one["MetricName"]) for one in transformations}


def test_every_alarm_mails_somebody(templates: Templates) -> None:
    topic = templates.main["Outputs"]["AlarmTopicArn"]["Value"]
    alarms = templates.properties("AWS::CloudWatch::Alarm")
    assert alarms
    assert all(alarm["AlarmActions"] == [topic] and alarm.get("ActionsEnabled", True) for alarm in alarms)


def test_alarms_fit_into_the_free_tier(templates: Templates, full: Templates) -> None:
    for each in (templates, full):
        alarms = each.properties("AWS::CloudWatch::Alarm")
        assert sum(len(alarm_metrics(alarm)) for alarm in alarms) <= FREE_ALARM_METRICS
        # A high-resolution alarm is in no free tier.
        assert all(alarm["Period"] >= 60 for alarm in alarms)


def test_custom_metrics_fit_into_the_free_tier(templates: Templates) -> None:
    assert counted_from_logs(templates) == {("Milepost/milepost", FAILURES)}
    assert len(UNITS) + len(counted_from_logs(templates)) <= FREE_CUSTOM_METRICS


def test_alarms_watch_metrics_that_exist(templates: Templates) -> None:
    own = {(NAMESPACE, name) for name in UNITS} | counted_from_logs(templates)
    for alarm in templates.properties("AWS::CloudWatch::Alarm"):
        if alarm["Namespace"].startswith(NAMESPACE):
            assert (alarm["Namespace"], alarm["MetricName"]) in own
        if alarm["Namespace"] == NAMESPACE:
            assert alarm["Dimensions"] == [{"Name": "Stack", "Value": "milepost"}]


def test_what_is_watched(templates: Templates) -> None:
    alarms = templates.properties("AWS::CloudWatch::Alarm")
    limits = {alarm["MetricName"]: alarm["Threshold"] for alarm in alarms}
    assert limits == {
        "Count": 20_000,
        "EventsAccepted": 100_000,
        "5xx": 0,
        "Failures": 0,
        "Throttles": 0,
        "IteratorAge": 900_000,
        "Quarantined": 0,
        "NotificationsFailed": 0,
        "EstimatedMonthlyCost": 10,
        "Differences": 0,
    }


def test_a_gauge_that_is_missing_changes_no_alarm(templates: Templates) -> None:
    missing = {one["MetricName"]: one["TreatMissingData"] for one in templates.properties("AWS::CloudWatch::Alarm")}
    gauges = {"Quarantined", "EstimatedMonthlyCost", "Differences"}
    assert {name for name, treated in missing.items() if treated == "ignore"} == gauges
    assert {treated for name, treated in missing.items() if name not in gauges} == {"notBreaching"}


def test_the_failures_of_every_function_are_counted(templates: Templates) -> None:
    functions = templates.properties("AWS::Lambda::Function")
    written = {function["LoggingConfig"]["LogGroup"]["Ref"] for function in functions}
    counted = {one["LogGroupName"]["Ref"] for one in templates.properties("AWS::Logs::MetricFilter")}
    assert written < counted


def test_topics_take_tls_only_and_alarms_may_publish(templates: Templates) -> None:
    policies = templates.properties("AWS::SNS::TopicPolicy")
    statements = [statement for policy in policies for statement in policy["PolicyDocument"]["Statement"]]
    denied = [one for one in statements if one["Effect"] == "Deny"]
    assert len(denied) == len(templates.resources("AWS::SNS::Topic")) == 2
    assert all(one["Condition"] == {"Bool": {"aws:SecureTransport": "false"}} for one in denied)
    (allowed,) = [one for one in statements if one["Effect"] == "Allow"]
    assert allowed["Resource"] == templates.main["Outputs"]["AlarmTopicArn"]["Value"]
    assert allowed["Principal"] == {"Service": "cloudwatch.amazonaws.com"}


def test_owners_are_subscribed_to_both_topics(templates: Templates, full: Templates) -> None:
    assert not templates.resources("AWS::SNS::Subscription")
    mails = full.properties("AWS::SNS::Subscription")
    assert sorted(mail["Endpoint"] for mail in mails) == ["friend@example.org"] * 2 + ["owner@example.org"] * 2
    assert {mail["Protocol"] for mail in mails} == {"email"}


def test_the_dashboard_has_few_metrics_and_every_alarm(templates: Templates) -> None:
    (dashboard,) = templates.properties("AWS::CloudWatch::Dashboard")
    parts = dashboard["DashboardBody"]["Fn::Join"][1]
    body = json.loads("".join(part if isinstance(part, str) else "x" for part in parts))
    shown = [metric for widget in body["widgets"] for metric in widget["properties"].get("metrics", ())]
    assert 0 < len(shown) <= 50
    (alarms,) = [widget["properties"]["alarms"] for widget in body["widgets"] if widget["type"] == "alarm"]
    assert len(alarms) == len(templates.resources("AWS::CloudWatch::Alarm"))
