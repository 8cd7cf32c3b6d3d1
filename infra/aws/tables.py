"""The tables of the engine, as its own description has them: on demand, with names that CloudFormation makes up."""

from collections.abc import Mapping

from aws_cdk import RemovalPolicy
from aws_cdk import aws_dynamodb as dynamodb
from constructs import Construct

from infra.aws.acknowledged import acknowledge
from shared.engines.dynamodb.tables import TABLES, Attribute, Index, Table

_TYPES = {"S": dynamodb.AttributeType.STRING, "N": dynamodb.AttributeType.NUMBER}


class EngineTables(Construct):
    """Every table of `TABLES`, encrypted with the key that DynamoDB itself owns.

    Attributes:
        by_role: The tables by the field of `Tables` that names each.
    """

    def __init__(self, scope: Construct, name: str) -> None:
        """Makes the tables."""
        super().__init__(scope, name)
        self.by_role: Mapping[str, dynamodb.Table] = {role: self._make(role, table) for role, table in TABLES.items()}

    def _make(self, role: str, table: Table) -> dynamodb.Table:
        made = dynamodb.Table(
            self,
            role.capitalize(),
            partition_key=_attribute(table.partition),
            sort_key=_attribute(table.sort) if table.sort else None,
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            stream=dynamodb.StreamViewType.NEW_IMAGE if table.stream else None,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=table.recoverable
            ),
            deletion_protection=table.retained,
            removal_policy=RemovalPolicy.RETAIN if table.retained else RemovalPolicy.DESTROY,
        )
        if table.index:
            _add_index(made, table.index)
        if not table.recoverable:
            acknowledge(
                made,
                "AwsSolutions-DDB3",
                "Salts must not come back once they are destroyed; views are folded again from the log.",
            )
        return made


def _add_index(table: dynamodb.Table, index: Index) -> None:
    table.add_global_secondary_index(
        index_name=index.name,
        partition_key=_attribute(index.partition),
        sort_key=_attribute(index.sort),
        projection_type=dynamodb.ProjectionType.KEYS_ONLY if index.keys_only else dynamodb.ProjectionType.ALL,
    )


def _attribute(key: Attribute) -> dynamodb.Attribute:
    return dynamodb.Attribute(name=key.name, type=_TYPES[key.type])
