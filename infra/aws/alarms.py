"""The alarms: ten alarm metrics in all, which is what CloudWatch's free tier holds. Each mails the owner."""

from collections.abc import Mapping
from typing import NamedTuple

from aws_cdk import Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sns as sns
from aws_cdk.aws_cloudwatch_actions import SnsAction
from constructs import Construct

from infra.aws.config import Deployment
from infra.aws.metrics import FAILURES, HIGHEST, SUM, Metrics, failures_namespace
from shared.metrics import DIFFERENCES, ESTIMATED_MONTHLY_COST, EVENTS_ACCEPTED, NOTIFICATIONS_FAILED, QUARANTINED

_QUARTER, _HOUR, _SIX_HOURS, _DAY = Duration.minutes(15), Duration.hours(1), Duration.hours(6), Duration.days(1)

#: What is only written when something happened is fine when it is missing.
_FINE = cloudwatch.TreatMissingData.NOT_BREACHING
#: A gauge that is not written says nothing: the alarm stays as it was.
_STAYS = cloudwatch.TreatMissingData.IGNORE

#: Far above the window, far below the 24 hours after which the stream forgets.
_LATE_MS = 15 * 60 * 1000

#: What a failed invocation writes to its log. Source: AWS Lambda, "Telemetry API Event schema reference".
_FAILED = (
    '{ ($.level = "ERROR") || ($.level = "CRITICAL") || ($.log_level = "ERROR") || '
    '(($.type = "platform.report") && ($.record.status != "success")) }'
)


class _Watched(NamedTuple):
    """An alarm: raised when the metric is above the limit."""

    name: str
    metric: cloudwatch.IMetric
    limit: float
    missing: cloudwatch.TreatMissingData
    meaning: str


class Alarms(Construct):
    """The alarms, and the metric filters behind `Failures`.

    Attributes:
        alarms: All of them.
    """

    def __init__(
        self,
        scope: Construct,
        name: str,
        deployment: Deployment,
        metrics: Metrics,
        topic: sns.Topic,
        function_logs: Mapping[str, logs.LogGroup],
        dead_letters: logs.LogGroup,
    ) -> None:
        """Makes the alarms.

        Args:
            scope: What they belong to.
            name: Of the construct.
            deployment: Settings, the limits among them.
            metrics: What is watched.
            topic: Where an alarm goes.
            function_logs: The functions' logs by the functions' names.
            dead_letters: The log with a line for each dead letter.
        """
        super().__init__(scope, name)
        for function, group in function_logs.items():
            self._count_failures(f"Failed{function}", group, logs.FilterPattern.literal(_FAILED), deployment.stack)
        self._count_failures("DeadLetters", dead_letters, logs.FilterPattern.all_events(), deployment.stack)
        _let_alarms_publish(topic)
        self.alarms = [self._alarm(watched, topic) for watched in _watched(deployment, metrics)]

    def _count_failures(self, name: str, group: logs.LogGroup, pattern: logs.IFilterPattern, stack: str) -> None:
        logs.MetricFilter(
            self,
            name,
            log_group=group,
            filter_pattern=pattern,
            metric_namespace=failures_namespace(stack),
            metric_name=FAILURES,
            metric_value="1",
        )

    def _alarm(self, watched: _Watched, topic: sns.Topic) -> cloudwatch.Alarm:
        alarm = cloudwatch.Alarm(
            self,
            watched.name,
            alarm_description=f"{watched.meaning} What to do: docs/operating.md, Alarms, {watched.name}.",
            metric=watched.metric,
            threshold=watched.limit,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
            evaluation_periods=1,
            treat_missing_data=watched.missing,
        )
        alarm.add_alarm_action(SnsAction(topic))
        return alarm


def _watched(deployment: Deployment, metrics: Metrics) -> list[_Watched]:
    requests, events, cost = deployment.requests_per_hour, deployment.events_per_day, deployment.monthly_cost
    return [
        _Watched(
            "Requests", metrics.api("Count", _HOUR), requests, _FINE, f"More than {requests:,} requests in an hour."
        ),
        _Watched(
            "Events", metrics.own(EVENTS_ACCEPTED, SUM, _DAY), events, _FINE, f"More than {events:,} events in a day."
        ),
        _Watched("ServerErrors", metrics.api("5xx", _QUARTER), 0, _FINE, "A request was answered with 5xx."),
        _Watched("Failures", metrics.failures(_QUARTER), 0, _FINE, "A function failed, or left a dead letter."),
        # Not added to the failures: a sum costs as much as its parts, and the owner does something else about it.
        _Watched("Throttles", metrics.throttles(_QUARTER), 0, _FINE, "The account ran out of concurrent executions."),
        _Watched(
            "IteratorAge", metrics.iterator_age(_QUARTER), _LATE_MS, _FINE, "Events waited 15 minutes to be counted."
        ),
        _Watched(
            "Quarantined", metrics.own(QUARANTINED, HIGHEST, _QUARTER), 0, _STAYS, "An event could not be counted."
        ),
        _Watched(
            "NotificationsFailed",
            metrics.own(NOTIFICATIONS_FAILED, SUM, _QUARTER),
            0,
            _FINE,
            "A milestone's mail could not be sent; it is tried again.",
        ),
        _Watched(
            "EstimatedMonthlyCost",
            metrics.own(ESTIMATED_MONTHLY_COST, HIGHEST, _SIX_HOURS),
            cost,
            _STAYS,
            f"This month may cost more than {cost} US dollars.",
        ),
        _Watched(
            "Differences",
            metrics.own(DIFFERENCES, HIGHEST, _DAY),
            0,
            _STAYS,
            "The nightly audit counted a day again and found something else.",
        ),
    ]


def _let_alarms_publish(topic: sns.Topic) -> None:
    """A topic with a policy of its own takes nothing from CloudWatch unless that says so."""
    topic.add_to_resource_policy(
        iam.PolicyStatement(
            principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
            actions=["sns:Publish"],
            resources=[topic.topic_arn],
            conditions={"StringEquals": {"aws:SourceAccount": Stack.of(topic).account}},
        )
    )
