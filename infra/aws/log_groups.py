"""Log groups: what is written is kept as long as the deployment says, and goes with its stack."""

from aws_cdk import ArnFormat, RemovalPolicy, Stack
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.aws.config import Deployment


def make_log_group(scope: Construct, name: str, deployment: Deployment) -> logs.LogGroup:
    """Makes a log group that keeps what is written as long as the deployment says, and goes with its stack."""
    group = logs.LogGroup(scope, name, removal_policy=RemovalPolicy.DESTROY)
    resource = group.node.default_child
    if not isinstance(resource, logs.CfnLogGroup):
        raise TypeError("a log group is made of one resource")
    resource.retention_in_days = deployment.log_days
    return group


def plain_arn(group: logs.LogGroup) -> str:
    """Gives a log group's ARN as those want it that write to it: without the `:*` for its streams."""
    return Stack.of(group).format_arn(
        service="logs",
        resource="log-group",
        arn_format=ArnFormat.COLON_RESOURCE_NAME,
        resource_name=group.log_group_name,
    )
