"""What an owner looks at: one dashboard, which says first whether all is well, then what came in and what it costs."""

from collections.abc import Sequence

from aws_cdk import Aws, Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from infra.aws.config import Deployment
from infra.aws.metrics import HIGHEST, SUM, Metrics
from shared.metrics import (
    ESTIMATED_MONTHLY_COST,
    EVENTS_ACCEPTED,
    EVENTS_DROPPED,
    EVENTS_PROJECTED,
    LAG_SECONDS,
    MILESTONES,
    QUARANTINED,
)

_WIDTH, _HALF = 24, 12
_GAUGE, _HOUR, _DAY = Duration.minutes(5), Duration.hours(1), Duration.days(1)

_WELCOME = """# Milepost: {stack}
Events are **accepted** by the API, then **counted** from the log by the projector. *Lag* is how long the oldest event
has waited for that: seconds are normal. *Quarantined* events could not be counted and wait to be redriven. *Dropped*
ones were refused on purpose: an unknown site, a restricted origin, or the site's cap. What each alarm means and what to
do is in docs/operating.md; `milepost --stack {stack} status` and `doctor` look closer.
"""


class Watch(Construct):
    """The dashboard.

    Attributes:
        address: Where it is, in the console.
    """

    def __init__(
        self,
        scope: Construct,
        name: str,
        deployment: Deployment,
        metrics: Metrics,
        alarms: Sequence[cloudwatch.Alarm],
    ) -> None:
        """Makes the dashboard."""
        super().__init__(scope, name)
        dashboard = cloudwatch.Dashboard(self, "Dashboard", default_interval=Duration.days(7))
        dashboard.add_widgets(
            cloudwatch.TextWidget(markdown=_WELCOME.format(stack=deployment.stack), width=_WIDTH, height=4)
        )
        dashboard.add_widgets(
            cloudwatch.AlarmStatusWidget(title="Is all well?", alarms=list(alarms), width=_WIDTH, height=4)
        )
        dashboard.add_widgets(*_numbers(metrics))
        dashboard.add_widgets(*_graphs(metrics))
        resource = dashboard.node.default_child
        if not isinstance(resource, cloudwatch.CfnDashboard):
            raise TypeError("a dashboard is made of one resource")
        self.address = (
            f"https://{Aws.REGION}.console.aws.amazon.com/cloudwatch/home?region={Aws.REGION}"
            f"#dashboards/dashboard/{resource.ref}"
        )


def _numbers(metrics: Metrics) -> list[cloudwatch.IWidget]:
    today = [
        metrics.own(EVENTS_ACCEPTED, SUM, _DAY).with_(label="Events, last day"),
        metrics.own(EVENTS_DROPPED, SUM, _DAY).with_(label="Dropped"),
        metrics.own(MILESTONES, SUM, _DAY).with_(label="Milestones"),
    ]
    now = [
        metrics.own(LAG_SECONDS, HIGHEST, _GAUGE).with_(label="Lag in seconds"),
        metrics.own(QUARANTINED, HIGHEST, _GAUGE).with_(label="Quarantined"),
        metrics.own(ESTIMATED_MONTHLY_COST, HIGHEST, _HOUR).with_(label="This month, about, in US dollars"),
    ]
    return [
        cloudwatch.SingleValueWidget(title="Today", metrics=today, width=_HALF, height=4),
        cloudwatch.SingleValueWidget(title="Now", metrics=now, width=_HALF, height=4),
    ]


def _graphs(metrics: Metrics) -> list[cloudwatch.IWidget]:
    events = [metrics.own(name, SUM, _HOUR) for name in (EVENTS_ACCEPTED, EVENTS_PROJECTED, EVENTS_DROPPED)]
    trouble = [
        metrics.api("5xx", _HOUR).with_(label="Answers 5xx"),
        metrics.failures(_HOUR).with_(label="Failures"),
        metrics.throttles(_HOUR).with_(label="Throttles"),
    ]
    return [
        cloudwatch.GraphWidget(title="Events by hour", left=events, width=_HALF, height=6),
        cloudwatch.GraphWidget(
            title="Requests and failures by hour",
            left=[metrics.api("Count", _HOUR).with_(label="Requests")],
            right=trouble,
            width=_HALF,
            height=6,
        ),
    ]
