"""Dead letters: invocations that failed for good, with what they were given, in a bucket that forgets after 14 days.

Each letter also leaves a line in a log group, by S3's own notice, so that it is counted like any other failure.
"""

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.aws.acknowledged import acknowledge
from infra.aws.config import Deployment
from infra.aws.log_groups import make_log_group, plain_arn

EXPIRE_AFTER_DAYS = 14


class DeadLetters(Construct):
    """The bucket of dead letters, and the log of their arrival.

    Attributes:
        bucket: The bucket.
        log: A line for each letter.
    """

    def __init__(self, scope: Construct, name: str, deployment: Deployment) -> None:
        """Makes the bucket and its notices."""
        super().__init__(scope, name)
        self.bucket = s3.Bucket(
            self,
            "Bucket",
            encryption=s3.BucketEncryption.S3_MANAGED,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            enforce_ssl=True,
            lifecycle_rules=[
                s3.LifecycleRule(
                    expiration=Duration.days(EXPIRE_AFTER_DAYS),
                    abort_incomplete_multipart_upload_after=Duration.days(1),
                )
            ],
            # A bucket that holds letters cannot be deleted; they expire by themselves.
            removal_policy=RemovalPolicy.RETAIN,
        )
        acknowledge(
            self.bucket,
            "AwsSolutions-S1",
            "Only Lambda writes here; an access log would need a bucket of its own and hold addresses.",
        )
        resource = self.bucket.node.default_child
        if not isinstance(resource, s3.CfnBucket):
            raise TypeError("a bucket is made of one resource")
        self._resource = resource
        self.log = make_log_group(self, "Log", deployment)
        self._notice_arrivals()

    def take_from(self, role: iam.Role) -> None:
        """Lets Lambda leave dead letters here in the name of a function that has this role."""
        objects = self.bucket.arn_for_objects("*")
        role.add_to_policy(iam.PolicyStatement(actions=["s3:PutObject"], resources=[objects]))
        role.add_to_policy(iam.PolicyStatement(actions=["s3:ListBucket"], resources=[self.bucket.bucket_arn]))
        bucket = Stack.of(self).get_logical_id(self._resource)
        acknowledge(
            role, f"AwsSolutions-IAM5[Resource::<{bucket}.Arn>/*]", "Lambda makes up the names of the dead letters."
        )

    def _notice_arrivals(self) -> None:
        # The construct library's own way would add a function that only sets this property.
        self._resource.add_property_override(
            "NotificationConfiguration.EventBridgeConfiguration.EventBridgeEnabled", True
        )
        writers = [iam.ServicePrincipal("events.amazonaws.com"), iam.ServicePrincipal("delivery.logs.amazonaws.com")]
        policy = iam.PolicyStatement(
            principals=writers,
            actions=["logs:CreateLogStream", "logs:PutLogEvents"],
            resources=[self.log.log_group_arn],
        )
        permission = logs.CfnResourcePolicy(
            self,
            "Notices",
            policy_name=f"{Stack.of(self).stack_name}-dead-letters",
            policy_document=Stack.of(self).to_json_string(iam.PolicyDocument(statements=[policy])),
        )
        rule = events.CfnRule(
            self,
            "Arrival",
            description="A dead letter has come",
            event_pattern={
                "source": ["aws.s3"],
                "detail-type": ["Object Created"],
                "detail": {"bucket": {"name": [self.bucket.bucket_name]}},
            },
            targets=[
                events.CfnRule.TargetProperty(
                    id="Log",
                    arn=plain_arn(self.log),
                    input_transformer=events.CfnRule.InputTransformerProperty(
                        input_paths_map={"key": "$.detail.object.key", "time": "$.time"},
                        input_template='{"timestamp": <time>, "message": "a dead letter: <key>"}',
                    ),
                )
            ],
        )
        rule.node.add_dependency(permission)
