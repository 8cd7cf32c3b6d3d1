"""Stream mappings: how a table's stream calls a function, and what happens when the function fails."""

import json
from collections.abc import Mapping
from typing import Any

from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.aws.acknowledged import acknowledge
from infra.aws.dead_letters import DeadLetters
from infra.aws.functions import Worker

#: Lambda ends a batch earlier where its payload would pass 6 MB.
MAX_BATCH = 1000

#: Bounds of the retries. What is given up is in the log all the same: the sweeper applies it.
RETRIES = 20
RECORD_AGE_SECONDS = 6 * 3600

Pattern = Mapping[str, Any]


def map_stream(
    scope: Construct,
    table: dynamodb.Table,
    worker: Worker,
    dead_letters: DeadLetters,
    window: int,
    pattern: Pattern,
) -> lambda_.CfnEventSourceMapping:
    """Lets a table's stream call a function from its oldest record on.

    Args:
        scope: What the mapping belongs to.
        table: The table; it has a stream.
        worker: The function.
        dead_letters: Takes the batches that are given up.
        window: Seconds that records are gathered for.
        pattern: Which records are passed on. Source: AWS Lambda, "Control which events Lambda sends to your function".
    """
    stream_arn = table.table_stream_arn
    if stream_arn is None:
        raise ValueError(f"{table.node.path} has no stream")
    _allow_reading(worker.role, stream_arn)
    dead_letters.take_from(worker.role)
    return lambda_.CfnEventSourceMapping(
        scope,
        "Mapping",
        event_source_arn=stream_arn,
        function_name=worker.function.function_name,
        starting_position="TRIM_HORIZON",
        batch_size=MAX_BATCH,
        maximum_batching_window_in_seconds=window,
        bisect_batch_on_function_error=True,
        function_response_types=["ReportBatchItemFailures"],
        maximum_retry_attempts=RETRIES,
        maximum_record_age_in_seconds=RECORD_AGE_SECONDS,
        filter_criteria=lambda_.CfnEventSourceMapping.FilterCriteriaProperty(
            filters=[lambda_.CfnEventSourceMapping.FilterProperty(pattern=json.dumps(pattern))]
        ),
        destination_config=lambda_.CfnEventSourceMapping.DestinationConfigProperty(
            on_failure=lambda_.CfnEventSourceMapping.OnFailureProperty(destination=dead_letters.bucket.bucket_arn)
        ),
    )


def _allow_reading(role: iam.Role, stream_arn: str) -> None:
    reading = ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"]
    role.add_to_policy(iam.PolicyStatement(actions=reading, resources=[stream_arn]))
    role.add_to_policy(iam.PolicyStatement(actions=["dynamodb:ListStreams"], resources=["*"]))
    acknowledge(
        role,
        "AwsSolutions-IAM5[Resource::*]",
        "dynamodb:ListStreams knows no resource, and Lambda refuses a mapping without it.",
    )
