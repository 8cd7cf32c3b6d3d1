"""Schedules: functions called by the clock, with a bound on the tries."""

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_scheduler as scheduler
from constructs import Construct

from infra.aws.dead_letters import DeadLetters
from infra.aws.functions import Worker


def schedule(
    scope: Construct, name: str, expression: str, worker: Worker, dead_letters: DeadLetters, patience: int
) -> scheduler.CfnSchedule:
    """Calls a function by the clock. What fails once is left to the next call; it does no harm if it comes twice.

    Args:
        scope: What the schedule belongs to.
        name: Of the schedule in the stack.
        expression: When, in UTC: "rate(5 minutes)", "cron(30 3 * * ? *)".
        worker: The function.
        dead_letters: Takes the calls that are given up.
        patience: Seconds after which a call that was not possible is given up.
    """
    role = iam.Role(
        scope,
        f"{name}Role",
        assumed_by=iam.ServicePrincipal(
            "scheduler.amazonaws.com", conditions={"StringEquals": {"aws:SourceAccount": Stack.of(scope).account}}
        ),
    )
    role.add_to_policy(iam.PolicyStatement(actions=["lambda:InvokeFunction"], resources=[worker.function.function_arn]))
    dead_letters.take_from(worker.role)
    lambda_.CfnEventInvokeConfig(
        scope,
        f"{name}Tries",
        function_name=worker.function.function_name,
        qualifier="$LATEST",
        maximum_retry_attempts=1,
        maximum_event_age_in_seconds=patience,
        destination_config=lambda_.CfnEventInvokeConfig.DestinationConfigProperty(
            on_failure=lambda_.CfnEventInvokeConfig.OnFailureProperty(destination=dead_letters.bucket.bucket_arn)
        ),
    )
    return scheduler.CfnSchedule(
        scope,
        name,
        schedule_expression=expression,
        schedule_expression_timezone="UTC",
        flexible_time_window=scheduler.CfnSchedule.FlexibleTimeWindowProperty(mode="OFF"),
        target=scheduler.CfnSchedule.TargetProperty(
            arn=worker.function.function_arn,
            role_arn=role.role_arn,
            retry_policy=scheduler.CfnSchedule.RetryPolicyProperty(
                maximum_event_age_in_seconds=patience, maximum_retry_attempts=3
            ),
        ),
    )
