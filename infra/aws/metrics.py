"""The metrics that are watched. Ten of our own at most, which is what CloudWatch's free tier holds."""

from typing import NamedTuple

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch

from shared.metrics import DIMENSION, NAMESPACE

#: Counted from the functions' logs. A metric filter takes no fixed dimension, so the namespace names the stack.
FAILURES = "Failures"

SUM, HIGHEST = "Sum", "Maximum"


def failures_namespace(stack: str) -> str:
    """Names the namespace of a stack's `Failures`."""
    return f"{NAMESPACE}/{stack}"


class Metrics(NamedTuple):
    """The metrics of one deployment.

    Attributes:
        stack: The deployment's name.
        api_id: Its HTTP API.
        project_function: The name of the function that the log's stream calls.
    """

    stack: str
    api_id: str
    project_function: str

    def own(self, name: str, statistic: str, period: Duration) -> cloudwatch.Metric:
        """A metric that the functions write; see `shared.metrics`."""
        return cloudwatch.Metric(
            namespace=NAMESPACE,
            metric_name=name,
            dimensions_map={DIMENSION: self.stack},
            statistic=statistic,
            period=period,
        )

    def failures(self, period: Duration) -> cloudwatch.Metric:
        """Errors, time-outs and dead letters of the functions, in one metric."""
        return cloudwatch.Metric(
            namespace=failures_namespace(self.stack), metric_name=FAILURES, statistic=SUM, period=period
        )

    @staticmethod
    def throttles(period: Duration) -> cloudwatch.Metric:
        """Calls that Lambda turned away in this account and region: all functions share one limit of executions."""
        return cloudwatch.Metric(namespace="AWS/Lambda", metric_name="Throttles", statistic=SUM, period=period)

    def api(self, name: str, period: Duration) -> cloudwatch.Metric:
        """A number that the HTTP API counts: "Count", "4xx" or "5xx"."""
        return cloudwatch.Metric(
            namespace="AWS/ApiGateway",
            metric_name=name,
            dimensions_map={"ApiId": self.api_id},
            statistic=SUM,
            period=period,
        )

    def iterator_age(self, period: Duration) -> cloudwatch.Metric:
        """How old the oldest event was that the stream handed over, in milliseconds."""
        return cloudwatch.Metric(
            namespace="AWS/Lambda",
            metric_name="IteratorAge",
            dimensions_map={"FunctionName": self.project_function},
            statistic=HIGHEST,
            period=period,
        )
